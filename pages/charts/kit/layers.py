"""What marks can do beside standing at their places: colours by words, the playback, a δ that is dragged."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind

NAME = "figure"  # the parameter by which the browser knows one picture from another
PICK = "pick"  # the selection a click makes
STEP = "step"  # the playback parameter: iterates with k <= step are shown
ALL_STEPS = 1e9
SCALE, LETTER = "zoom", "letter"  # of the style: its scale, pixels of a letter
ASKS = "asks"  # a parameter: written while a question is open that the picture answers
RUN, RUN_UP, DELTA = "run", "run_up", "delta"  # parameters of a picture whose run follows what is dragged
HELD = {"step_size": "held", "across": "held_across", "up": "held_up"}  # and of what is dragged itself
MOST_DRAGGED = 400  # states of a run that are drawn then
TAIL = 8  # steps: legs of a run that are bright, the newest most
FADING = 1.4  # the power of their fading
FAINT = 0.22  # opacity of the background of a playback
SMALL, LARGE = "format(datum.value, '~g')", "replace(format(datum.value, '~e'), '+', '')"
MANTISSA = "round(datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9)))"
RATIO = "domain('{0}')[1] / domain('{0}')[0]"
LABELLED = (  # mantissas: all within a decade, 1, 2 and 5 in two, else 1
    f"{RATIO} < 9 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : {RATIO} < 300 ? [1, 2, 5] : [1]"
)
LOG_LABEL = (
    f"indexof({LABELLED}, {MANTISSA}) < 0 ? '' : "
    f"datum.value < 0.001 || datum.value >= 1e5 ? {LARGE} : {SMALL}"
)
NO_AXIS = {"labels": False, "ticks": False, "grid": False, "domain": False}  # for positions without units
LOG_TICKS = 5  # from so many decades on, only powers of ten have ticks


def by(channel: type, column: str, looks: Mapping[str, str], legend: alt.Legend | None = None):
    """A channel by a column of words; looks: word -> colour or symbol."""
    return channel(
        f"{column}:N", legend=legend, scale=alt.Scale(domain=list(looks), range=list(looks.values()))
    )


def by_stability(style: Style) -> list:
    """Equilibria by the column "stability", all alike while a question is open."""
    disc, ring, diamond = style.outcome(LimitKind.EQUILIBRIUM).colour, style.ink, style.theory
    shapes = {"stable": "circle", "unstable": "circle", "neutral": "diamond"}
    fills = {"stable": disc, "unstable": style.background, "neutral": style.background}
    strokes = {"stable": disc, "unstable": ring, "neutral": diamond}
    ranges = {alt.Shape: (shapes, "circle"), alt.Fill: (fills, ring), alt.Stroke: (strokes, ring)}
    channels = [by(channel, "stability", values) for channel, (values, _) in ranges.items()]
    for channel, (_, asked) in zip(channels, ranges.values()):
        channel["condition"] = {"test": ASKS, "value": asked}
    return channels


def inside(side: str, column: str, aside: str, before: str, after: str) -> alt.ExprRef:
    """For dx and dy: `aside`, as far as a text that stands there then stays in the picture.

    side    "x" or "y", along which the text begins `before` its column's place and ends `after` it
    aside, before, after  pixels at the scale of a style of 1: numbers or expressions
    """
    at, end = f"scale('{side}', datum.{column})", {"x": "width", "y": "height"}[side]
    before, after = f"{SCALE} * {before}", f"{end} - {SCALE} * {after}"
    return alt.ExprRef(
        f"(clamp({at} + {SCALE} * ({aside}), {before}, max({before}, {after})) - {at}) / {SCALE}"
    )


def unless_asked(opacity: float) -> dict[str, Any]:
    """The property of a mark that is not drawn while a question is open."""
    return {"opacity": alt.expr(f"{ASKS} ? 0 : {opacity}")}


def up_to_step(layer: alt.Chart) -> alt.Chart:
    """Show only rows with k <= the playback step; the table needs a column "k"."""
    return layer.transform_filter(f"datum.k <= {STEP}")


def unless_hidden(layer: alt.Chart) -> alt.Chart:
    """Draw only what `or_hidden` does not hide; the table needs its column "shown"."""
    shown = alt.Opacity("shown:Q", scale=None, legend=None)
    if isinstance(layer["mark"]["opacity"], alt.ExprRef):  # of `unless_asked`
        shown["condition"] = {"test": ASKS, "value": 0}
    return layer.encode(opacity=shown)


def or_hidden(table: dict, **instead) -> dict:
    """The table with a column "shown"; where it has no rows, one hidden row at `instead`.

    Axes follow the data, and Vega warns of an axis that follows a table without rows.
    """
    if rows := len(next(iter(table.values()))):
        return {**table, "shown": np.ones(rows, np.int8)}
    return {name: [value] for name, value in instead.items()} | {"shown": np.zeros(1, np.int8)}


def at_step(layer: alt.Chart) -> alt.Chart:
    """Show only rows with k equal to the playback step, and none at the end; see `in_steps` for the table."""
    now = f"datum.k == floor({STEP})"
    shown = layer.transform_filter(f"{now} || datum.anchor")
    return shown.encode(opacity=alt.condition(now, alt.value(1), alt.value(0)))


def with_now(layer: alt.Chart) -> alt.Chart:
    """The rows of a table with the step where the playback stands as "now", its last one at the end."""
    last = layer.transform_joinaggregate(last="max(k)")
    return last.transform_calculate(now=f"floor(min({STEP}, datum.last))")


def at_now(layer: alt.Chart) -> alt.Chart:
    """Show only rows with k equal to the playback step, those of the last one at the end."""
    return with_now(layer).transform_filter("datum.k == datum.now")


def in_steps(table: dict) -> dict:
    """A table with a column "k" for `at_step`: rows of its first step stay, hidden, to hold the axes open."""
    k = np.asarray(table["k"])
    return {**table, "anchor": k == k[0]} if len(k) else {**table, "anchor": np.zeros(0, bool)}


def faint_in_playback(layer: alt.Chart) -> alt.Chart:
    """Hold back what the run ends in while `at_step` shows an earlier step."""
    return layer.encode(opacity=alt.value(alt.expr(f"{ASKS} ? 0 : {STEP} < {ALL_STEPS:g} ? {FAINT} : 1")))


def legs_of(
    layer: alt.Chart, columns: tuple[str, str], clock: str, order: str, by: str | None = None, *,
    stairs: bool = False,
) -> alt.Chart:  # fmt: skip
    """The rows of a run, each with the next one and its time, in steps, as t; cut where the playback stands.

    The last leg drawn ends at x_to, y_to, between its rows where the playback stands between their times.
    slot tells apart the rows that are drawn at one time: marks with such a key move their ink, where others
    take it away and draw it anew in every frame, after which browsers match all styles again.
    by: the column that tells several runs apart; stairs: between two rows there is a corner, across from the
    first and up to the second.
    """
    runs = {"groupby": [by]} if by else {}
    if stairs:
        layer, clock, order = _with_corners(layer, columns[1], clock, order, runs), "datum.t", "t"
    leads = {"x_next": columns[0], "y_next": columns[1], "t_next": "t"}
    now = f"min({STEP}, datum.last)"
    share = f"clamp(({now} - datum.t) / (datum.t_next - datum.t), 0, 1)"
    return (
        layer.transform_filter("datum.shown !== 0")
        .transform_calculate(t=clock)
        .transform_window(
            [alt.WindowFieldDef(op="lead", field=field, **{"as": name}) for name, field in leads.items()],
            sort=[alt.SortField(order)],
            **runs,
        )
        .transform_joinaggregate(last="max(t)", **runs)
        .transform_calculate(until=f"datum.t < datum.last - {TAIL} ? datum.t + {TAIL} : {ALL_STEPS:g}")
        .transform_filter(f"datum.t <= {STEP} && datum.until >= {STEP}")  # each frame, of all rows
        .transform_calculate(
            share=f"isValid(datum.t_next) ? {share} : 0",
            age=f"{now} - datum.t",
            slot=f"floor(2 * datum.t) % {2 * TAIL + 2}" + (f" + ' ' + datum.{by}" if by else ""),
        )
        .transform_calculate(
            x_to=f"datum.share ? datum.{columns[0]} + datum.share * (datum.x_next - datum.{columns[0]})"
            f" : datum.{columns[0]}",
            y_to=f"datum.share ? datum.{columns[1]} + datum.share * (datum.y_next - datum.{columns[1]})"
            f" : datum.{columns[1]}",
        )
    )


def _with_corners(layer: alt.Chart, up: str, clock: str, order: str, runs: Mapping[str, Any]) -> alt.Chart:
    """The rows of a staircase with their times t, and after each the corner on the way to the next; runs: by
    what they are told apart."""
    lead = alt.WindowFieldDef(op="lead", field=up, **{"as": "then"})
    layer = layer.transform_window([lead], sort=[alt.SortField(order)], **runs)
    for name, here, corner in (("times", clock, f"{clock} + 0.5"), ("heights", f"datum.{up}", "datum.then")):
        both = f"isValid(datum.then) ? [{here}, {corner}] : [{here}]"
        layer = layer.transform_calculate(**{name: both})
    return layer.transform_flatten(["times", "heights"], ["t", up])


def fading() -> dict[str, str]:
    """The opacity of a leg by its age in steps."""
    return {"expr": f"pow(clamp(1 - datum.age / {TAIL}, 0, 1), {FADING})"}


def at_head(layer: alt.Chart) -> alt.Chart:
    """Of legs, the one that is drawn last."""
    return layer.transform_filter(
        f"!isValid(datum.t_next) || (datum.share < 1 && datum.t_next > min({STEP}, datum.last))"
    )


def dragging() -> list[alt.Parameter]:
    """The parameters that the browser writes while a reader drags, all empty at other times.

    RUN holds, with blanks between, the number of all states and those sent: the first and the last ones,
    MOST_DRAGGED at most; RUN_UP the second coordinates of a run in the plane. DELTA is the step size of that
    run, HELD what is dragged: the step size, the start.
    """
    text = alt.binding(input="text")
    return [
        *(alt.param(name=name, value="", bind=text) for name in (RUN, RUN_UP, DELTA, *HELD.values())),
        alt.param(name="states", expr=f"split({RUN}, ' ')"),
        alt.param(name="states_up", expr=f"split({RUN_UP}, ' ')"),
        alt.param(name="sent", expr="length(states) - 1"),
        alt.param(name="left_out", expr="toNumber(states[0]) - sent"),
    ]


def moved_with(layer: alt.Chart, moves: Mapping[str, str], by: str) -> alt.Chart:
    """Replace columns while the parameter `by` is written, by expressions that may name it.

    `datum` in them is the row as it was given. Vega writes into its rows, and would give an expression, and
    the picture after the last one, what stood there in the frame before: so each row is copied first.
    """
    moved = {
        column: f"{by} ? {place.replace('datum.', 'datum.was.')} : datum.was.{column}"
        for column, place in moves.items()
    }
    return layer.transform_calculate(was="merge(datum)").transform_calculate(**moved)


def dragged_course(
    across: alt.X, up: alt.Y, colour: str, *, width: float = 1.8, at: str = "{}", of: str = "{}"
) -> alt.Chart:
    """The states of RUN against their step numbers.

    at, of: expressions of the step number and of the state, in whose places they are drawn; {1} is the second
    coordinate of a state in the plane.
    """
    late = "datum.i >= sent / 2"
    state = (f"toNumber({states}[datum.i + 1])" for states in ("states", "states_up"))
    places = at.format(f"(datum.i + ({late} ? left_out : 0))"), of.format(*state)
    return _dragged(MOST_DRAGGED, "datum.i < sent", late, (across, up), places, colour, width)


def dragged_delay(across: alt.X, up: alt.Y, colour: str, *, width: float = 1.8) -> alt.Chart:
    """Each state of RUN against the one before, the first against itself."""
    late = "datum.i >= sent / 2"
    kept = "datum.i < sent && (left_out == 0 || datum.i != sent / 2)"  # whose one before is left out
    places = [f"toNumber(states[{i}])" for i in ("max(datum.i, 1)", "datum.i + 1")]
    return _dragged(MOST_DRAGGED, kept, late, (across, up), places, colour, width)


def dragged_staircase(across: alt.X, up: alt.Y, colour: str, *, width: float = 1.3) -> alt.Chart:
    """The cobweb of RUN: (x[k], x[k]), then (x[k], x[k+1])."""
    rows, kept = 2 * MOST_DRAGGED - 1, "datum.i < 2 * sent - 1 && (left_out == 0 || datum.i != sent - 1)"
    places = [f"toNumber(states[floor({i} / 2) + 1])" for i in ("datum.i", "(datum.i + 1)")]
    return _dragged(rows, kept, "datum.i >= sent", (across, up), places, colour, width)


def dragged_path(
    across: alt.X, up: alt.Y, colour: str, *, width: float = 1.8, x: str = "{}", y: str = "{1}"
) -> alt.Chart:
    """The states of RUN against those of RUN_UP; x, y: expressions of both, {0} and {1}, in their places."""
    late = "datum.i >= sent / 2"
    state = [f"toNumber({states}[datum.i + 1])" for states in ("states", "states_up")]
    places = [x.format(*state), y.format(*state)]
    return _dragged(MOST_DRAGGED, "datum.i < sent", late, (across, up), places, colour, width)


def _dragged(rows: int, kept: str, late: str, channels, places, colour: str, width: float) -> alt.Chart:
    """A line through so many rows i, those kept, broken where the late ones begin if some are left out."""
    run = alt.Chart(alt.sequence(0, rows, as_="i")).transform_filter(kept)
    columns = {channel.shorthand.partition(":")[0]: place for channel, place in zip(channels, places)}
    run = run.transform_calculate(**columns, late=f"left_out > 0 && {late}")
    line = run.mark_line(color=colour, strokeWidth=width, clip=True)
    return line.encode(*channels, alt.Order("i:Q"), alt.Detail("late:N"))
