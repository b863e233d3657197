"""The marks that figures are composed of. Each returns one named layer over one named table.

Columns have fixed names unless an argument says otherwise: "x" and "y" for positions, "text" for labels, "k"
for the step number.
"""

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


def x(field: str = "x", title: str | None = None, *, log: bool = False, **axis) -> alt.X:
    """A horizontal axis that follows the data exactly; every layer of a figure uses the same one."""
    return alt.X(f"{field}:Q", title=title, scale=_scale(log), axis=_axis("x", log, axis))


def y(field: str = "y", title: str | None = None, *, log: bool = False, **axis) -> alt.Y:
    """A vertical axis that follows the data exactly."""
    return alt.Y(f"{field}:Q", title=title, scale=_scale(log), axis=_axis("y", log, axis))


def frame(across: alt.X, up: alt.Y | None = None, table: str = "_frame", *, whole: bool = False) -> alt.Chart:
    """Invisible points that hold the axes open: two corners of the picture.

    whole: they are its corners, whatever the other layers hold. A change of those is then drawn alone, where
    otherwise the axes, and with them every mark, would be drawn anew.
    """
    given = [channel for channel in (across, up) if channel is not None]
    channels = [_within(channel, table) for channel in given] if whole else given
    return _over(table).mark_point(opacity=0, size=0, tooltip=None).encode(*channels)


def _within(channel, table: str):
    """The channel on an axis from the least to the greatest value of the table."""
    ends = {"expr": f"extent(pluck(data('{table}'), '{_field(channel)}'))"}
    channel = channel.copy(deep=False)
    channel["scale"] = {**channel["scale"], "domain": ends}
    return channel


def curve(
    table: str, across: alt.X, up: alt.Y, colour: str, *, width: float = 1.8, dash=None, order=None, by=None
):
    """A solid line through the rows in order of x, or of the column `order`; one line per value of `by`."""
    dash = {} if dash is None else {"strokeDash": dash}
    order = order or _field(across)
    mark = _over(table).mark_line(color=colour, strokeWidth=width, clip=True, **dash)
    groups = [alt.Detail(f"{by}:N")] if by else []
    return mark.encode(across, up, alt.Order(f"{order}:Q"), *groups)


def points(
    table: str, across: alt.X, up: alt.Y, colour: str, *, size: int = 28, filled=True, tooltip=None, **look
):
    """Measured points; look: further properties of the mark, such as shape, strokeWidth, opacity or clip."""
    mark = _over(table).mark_point(**{"color": colour, "size": size, "filled": filled, "opacity": 1} | look)
    return mark.encode(across, up, **({"tooltip": tooltip} if tooltip else {}))


def rule(
    table: str, colour: str, *, across: alt.X | None = None, up: alt.Y | None = None, **look
) -> alt.Chart:
    """Values as rules: give `up` for horizontal ones, `across` for upright ones."""
    channels = [channel for channel in (across, up) if channel is not None]
    return _over(table).mark_rule(color=colour, **look).encode(*channels)


def label(table: str, across: alt.X, up: alt.Y, colour: str, *, align="left", dx=5, dy=-6, angle=0):
    """Direct labels: the column "text" at (x, y)."""
    mark = _over(table).mark_text(color=colour, align=align, dx=dx, dy=dy, angle=angle, fontSize=12)
    return mark.encode(across, up, alt.Text("text:N"))


def on_picture(
    table: str, across: alt.X, up: alt.Y, style: Style, *, colour="", align="center", dx=0, dy=0, size=12
) -> alt.LayerChart:
    """Names over other ink, in a halo that keeps them legible: the column "text" at (x, y); colour: ink."""
    look = {"fontSize": size, "align": align, "dx": dx, "dy": dy}
    halo = _over(table).mark_text(stroke=style.background, strokeWidth=size / 3, opacity=0.9, **look)
    name = _over(table).mark_text(color=colour or style.ink, **look)
    return alt.layer(*(mark.encode(across, up, alt.Text("text:N")) for mark in (halo, name)))


def equilibria(table: str, across: alt.X, up, style: Style, *, size: int = 110) -> alt.Chart:
    """Equilibria by the column "stability": stable ones as discs, unstable ones as rings, neutral ones as
    diamonds."""
    words = ["stable", "unstable", "neutral"]
    disc, ring, diamond = style.outcome(LimitKind.EQUILIBRIUM).colour, style.ink, style.theory

    def channel(kind, values):
        return kind("stability:N", legend=None, scale=alt.Scale(domain=words, range=values))

    return (
        _over(table)
        .mark_point(size=size, opacity=1, strokeWidth=2, clip=True)
        .encode(
            across,
            up,
            channel(alt.Shape, ["circle", "circle", "diamond"]),
            channel(alt.Fill, [disc, style.background, style.background]),
            channel(alt.Stroke, [disc, ring, diamond]),
        )
    )


def image(table: str, across: alt.X, up: alt.Y, style: Style) -> alt.Chart:
    """A picture from `raster.image_table`, on the axes of the chart."""
    mark = _over(table).mark_image(aspect=False, tooltip=None)
    return mark.encode(across, up, alt.X2("x2:Q"), alt.Y2("y2:Q"), alt.Url(f"url_{style.name}:N"))


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


def playback() -> alt.Parameter:
    """The parameter that `up_to_step` filters by; add it once per figure with `.add_params(playback())`."""
    return alt.param(name=STEP, value=ALL_STEPS, bind=alt.binding(input="number", name="step "))


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


def unless_dragged(layer: alt.Chart) -> alt.Chart:
    """Show nothing while δ is dragged."""
    return layer.transform_filter(f"!{DELTA}")


def with_delta(layer: alt.Chart, column: str, dragged: str) -> alt.Chart:
    """Replace a column while δ is dragged, by an expression that may name DELTA."""
    return layer.transform_calculate(**{column: f"{DELTA} ? {dragged} : datum.{column}"})


def dragged_course(across: alt.X, up: alt.Y, colour: str, *, width: float = 1.8) -> alt.Chart:
    """The states of RUN against their step numbers."""
    rows = alt.Chart(alt.sequence(0, MOST_DRAGGED, as_="i")).transform_filter("datum.i < sent")
    late = "datum.i >= sent / 2"
    rows = rows.transform_calculate(
        **{
            _field(across): f"datum.i + ({late} ? left_out : 0)",
            _field(up): "toNumber(states[datum.i + 1])",
            "late": f"left_out > 0 && {late}",
        }
    )
    return rows.mark_line(color=colour, strokeWidth=width, clip=True).encode(across, up, alt.Detail("late:N"))


def dragged_staircase(across: alt.X, up: alt.Y, colour: str, *, width: float = 1.3) -> alt.Chart:
    """The cobweb of RUN: (x[k], x[k]), then (x[k], x[k+1])."""
    rows = alt.Chart(alt.sequence(0, 2 * MOST_DRAGGED - 1, as_="i"))
    rows = rows.transform_filter("datum.i < 2 * sent - 1 && (left_out == 0 || datum.i != sent - 1)")
    rows = rows.transform_calculate(
        **{
            _field(across): "toNumber(states[floor(datum.i / 2) + 1])",
            _field(up): "toNumber(states[floor((datum.i + 1) / 2) + 1])",
            "late": "left_out > 0 && datum.i >= sent",
        }
    )
    mark = rows.mark_line(color=colour, strokeWidth=width, clip=True)
    return mark.encode(across, up, alt.Order("i:Q"), alt.Detail("late:N"))


def clickable_columns(table: str, across: alt.X, field: str, tooltip: str) -> alt.Chart:
    """Invisible full-height columns, one per row of (x, x2): a click sets `field` to the row's value."""
    mark = _over(table).mark_rect(opacity=0.001, fill="#888", cursor="pointer")
    target = mark.encode(
        across, alt.X2("x2:Q"), tooltip=alt.Tooltip(f"{field}:Q", title=tooltip, format=".4g")
    )
    return target.add_params(_pick(field))


def clickable_cells(
    table: str, across: alt.X, up: alt.Y, fields: tuple[str, str], tooltips: tuple[str, str], word: str = ""
):
    """Invisible cells, one per row of (x, x2, y, y2): a click sets both `fields` to the row's values.

    word: a column of words that the tooltip shows too.
    """
    mark = _over(table).mark_rect(opacity=0.001, fill="#888", cursor="pointer")
    tips = [alt.Tooltip(f"{f}:Q", title=t, format=".4g") for f, t in zip(fields, tooltips)]
    tips += [alt.Tooltip(f"{word}:N")] if word else []
    return mark.encode(across, up, alt.X2("x2:Q"), alt.Y2("y2:Q"), tooltip=tips).add_params(_pick(*fields))


def _pick(*fields: str) -> alt.Parameter:
    """The selection; "_chosen" renews with every choice, so that the same place can be clicked again."""
    return alt.selection_point(name=PICK, fields=[*fields, "_chosen"], on="click", toggle=False)


def _over(table: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(table))


def _scale(log: bool) -> dict:
    """A plain dictionary: Altair copies every layer several times, and copies those ten times faster."""
    return {"type": "log", "nice": False} if log else {"zero": False, "nice": False}


def _axis(channel: str, log: bool, options: dict) -> dict:
    if log:
        options = {"labelExpr": LOG_LABEL.format(channel), "tickCount": LOG_TICKS, **options}
    return options


def _field(channel) -> str:
    return channel.shorthand.split(":")[0]
