"""What marks can do beside standing at their places: colours by words, the playback, a δ that is dragged."""

from collections.abc import Mapping

import altair as alt
import numpy as np

from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind

PICK = "pick"  # the selection a click makes
STEP = "step"  # the playback parameter: iterates with k <= step are shown
ALL_STEPS = 1e9
RUN, DELTA = "run", "delta"  # parameters of a picture that follows δ while it is dragged
MOST_DRAGGED = 400  # states of a run that are drawn then
FAINT = 0.22  # opacity of the background of a playback
SMALL, LARGE = "format(datum.value, '~g')", "format(datum.value, '~e')"
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
    """Equilibria by the column "stability"."""
    disc, ring, diamond = style.outcome(LimitKind.EQUILIBRIUM).colour, style.ink, style.theory
    shapes = {"stable": "circle", "unstable": "circle", "neutral": "diamond"}
    fills = {"stable": disc, "unstable": style.background, "neutral": style.background}
    strokes = {"stable": disc, "unstable": ring, "neutral": diamond}
    ranges = {alt.Shape: shapes, alt.Fill: fills, alt.Stroke: strokes}
    return [by(channel, "stability", values) for channel, values in ranges.items()]


def up_to_step(layer: alt.Chart) -> alt.Chart:
    """Show only rows with k <= the playback step; the table needs a column "k"."""
    return layer.transform_filter(f"datum.k <= {STEP}")


def unless_hidden(layer: alt.Chart) -> alt.Chart:
    """Draw only what `or_hidden` does not hide; the table needs its column "shown"."""
    return layer.encode(opacity=alt.Opacity("shown:Q", scale=None, legend=None))


def or_hidden(table: dict, **instead) -> dict:
    """The table with a column "shown"; where it has no rows, one hidden row at `instead`.

    Axes follow the data, and Vega warns of an axis that follows a table without rows.
    """
    if rows := len(next(iter(table.values()))):
        return {**table, "shown": [1.0] * rows}
    return {name: [value] for name, value in instead.items()} | {"shown": [0.0]}


def at_step(layer: alt.Chart) -> alt.Chart:
    """Show only rows with k equal to the playback step, and none at the end; see `in_steps` for the table."""
    shown = layer.transform_filter(f"datum.k == {STEP} || datum.anchor")
    return shown.encode(opacity=alt.condition(f"datum.k == {STEP}", alt.value(1), alt.value(0)))


def in_steps(table: dict) -> dict:
    """A table with a column "k" for `at_step`: rows of its first step stay, hidden, to hold the axes open."""
    k = np.asarray(table["k"])
    return {**table, "anchor": k == k[0]} if len(k) else {**table, "anchor": np.zeros(0, bool)}


def faint_in_playback(layer: alt.Chart) -> alt.Chart:
    """Hold back what the run ends in while `at_step` shows an earlier step."""
    return layer.encode(opacity=alt.value(alt.expr(f"{STEP} < {ALL_STEPS:g} ? {FAINT} : 1")))


def dragging() -> list[alt.Parameter]:
    """The parameters that the browser writes while δ is dragged, all empty at other times.

    RUN holds, with blanks between, the number of all states and those sent: the first and the last ones,
    MOST_DRAGGED at most. DELTA is the step size.
    """
    text = alt.binding(input="text")
    return [
        alt.param(name=RUN, value="", bind=text),
        alt.param(name=DELTA, value="", bind=text),
        alt.param(name="states", expr=f"split({RUN}, ' ')"),
        alt.param(name="sent", expr="length(states) - 1"),
        alt.param(name="left_out", expr="toNumber(states[0]) - sent"),
    ]


def with_delta(layer: alt.Chart, moves: Mapping[str, str]) -> alt.Chart:
    """Replace columns while δ is dragged, by expressions that may name DELTA."""
    moved = {column: f"{DELTA} ? {dragged} : datum.{column}" for column, dragged in moves.items()}
    return layer.transform_calculate(**moved)


def dragged_course(across: alt.X, up: alt.Y, colour: str, *, width: float = 1.8) -> alt.Chart:
    """The states of RUN against their step numbers."""
    late = "datum.i >= sent / 2"
    places = f"datum.i + ({late} ? left_out : 0)", "toNumber(states[datum.i + 1])"
    return _dragged(MOST_DRAGGED, "datum.i < sent", late, (across, up), places, colour, width)


def dragged_staircase(across: alt.X, up: alt.Y, colour: str, *, width: float = 1.3) -> alt.Chart:
    """The cobweb of RUN: (x[k], x[k]), then (x[k], x[k+1])."""
    rows, kept = 2 * MOST_DRAGGED - 1, "datum.i < 2 * sent - 1 && (left_out == 0 || datum.i != sent - 1)"
    places = [f"toNumber(states[floor({i} / 2) + 1])" for i in ("datum.i", "(datum.i + 1)")]
    return _dragged(rows, kept, "datum.i >= sent", (across, up), places, colour, width)


def _dragged(rows: int, kept: str, late: str, channels, places, colour: str, width: float) -> alt.Chart:
    """A line through so many rows i, those kept, broken where the late ones begin if some are left out."""
    run = alt.Chart(alt.sequence(0, rows, as_="i")).transform_filter(kept)
    columns = {channel.shorthand.partition(":")[0]: place for channel, place in zip(channels, places)}
    run = run.transform_calculate(**columns, late=f"left_out > 0 && {late}")
    line = run.mark_line(color=colour, strokeWidth=width, clip=True)
    return line.encode(*channels, alt.Order("i:Q"), alt.Detail("late:N"))
