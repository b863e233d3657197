"""What a figure function draws on: every mark is given together with the table that it shows.

A table is a mapping of columns; a single value in place of a column stands in every row, in the only one
where all are single. Its first column goes across and its second up; further ones are read by name: "text" of
a label, "k" of the playback, "x2" and "y2" of a rectangle. A table is named, and named again
where another mark shows it too: without columns the same places, with columns further ones, joined to it.

    draw.points("iterates", {"k": k, "x": x}, play=True)
    draw.points("iterates", {"k": k, "modulus": abs(x)}, look="second", filled=False, play=True)
    draw.curve("iterates", xy=("k", "x"), play=True)

A name that begins with an underscore is furniture (frames, labels, click targets): it is drawn but neither
tabulated nor exported.

Every mark takes

    xy        the columns across and up, where they are not the first two
    look      "measured", "second", "theory", "chosen", "muted", "ink", "background", or a function of the
              style that returns a colour
    play      True: rows appear up to the playback's step, by their column "k"; "at": only the rows of that
              step; "faint": held back while the playback runs
    empty     a row to stand, hidden, where the table has none: axes follow the data, and need some
    drag      True: hidden while δ is dragged; in place of a curve stands the run that the browser computes,
              and an upright rule stands at the δ that is dragged
    channels  a function of the style that returns further Altair channels, such as a colour by outcome
    only      an expression of Vega's that a row has to meet
    x2, y2    columns where rectangles, areas and rules end that begin at the first two

and gives what else it gets to Altair's mark as properties: size, shape, align, dx, … `Drawing.mark` draws
Altair's other marks in the same way; what none of them offers, `Drawing.layer` does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.layers import PICK
from pages.charts.kit.style import FINE_DASH, THEORY_DASH, Style
from pages.charts.kit.text import three_digits

Table = Mapping[str, Any]  # column name -> values, all columns of one length, or one value for every row
Ends = tuple[float, float]  # the least and the greatest value of an axis
Frames = dict[str, Mapping[str, Ends]]  # by the name of a figure and of an axis
Look = str | Callable[[Style], str]
Title = str | alt.X | alt.Y | None
Channel = Callable[[str], Any]  # field -> Altair's channel, on the axis of the figure
RULES = {
    "theory": {"strokeDash": THEORY_DASH},
    "chosen": {"strokeWidth": 1.2},
    "muted": {"strokeDash": FINE_DASH, "strokeWidth": 1},
}
UNLESS_DRAGGED = f"!{layers.DELTA}"
PLAYED = {True: layers.up_to_step, "at": layers.at_step, "faint": layers.faint_in_playback}


class Drawing:
    """Collects the tables of a figure and the marks over them; `chart` makes the ink.

    held    ends of axes by name, of an earlier drawing: see `hold`
    tables  by name, as the marks refer to them
    frames  what `hold` gave
    """

    def __init__(self, held: Mapping[str, Ends] = MappingProxyType({})) -> None:
        self.tables: dict[str, Table] = {}
        self.frames: dict[str, Ends] = {}
        self._held = held
        self._painted: dict[str, Table | Callable[[], Table]] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        self._marks: list[Callable[[Style], Iterable]] = []
        self._plays = self._drags = False
        self.axes()

    # What is there before any mark

    def axes(
        self,
        across: Title = None,
        up: Title = None,
        *,
        log: str = "",
        x: Mapping[str, Any] | None = None,
        y: Mapping[str, Any] | None = None,
        frame: Table | None = None,
        whole: bool = False,
    ) -> None:
        """The two axes, which follow the data exactly. Call it first.

        across, up  titles; or a channel of Altair in their place, such as alt.Y("point:N", sort=None)
        log         "x", "y" or "xy"
        x, y        further options of the axis: tickCount, values, minExtent, labelAngle, …
        frame       the table "_frame", two corners that hold the axes open; one column for the axis across
        whole       the frame is all that the axes follow: a change of marks then draws nothing else anew
        """
        self._across: Channel = _axis(alt.X, "x", across, "x" in log, x)
        self._up: Channel = _axis(alt.Y, "y", up, "y" in log, y)
        if frame is not None:

            def corners(x: Channel, y: Channel, _: Style):
                channels = [make(column) for make, column in zip((x, y), frame)]
                channels = [_within(channel, "_frame") for channel in channels] if whole else channels
                table = alt.Chart(alt.NamedData("_frame"))
                return table.mark_point(opacity=0, size=0, tooltip=None).encode(*channels)

            self.layer({"_frame": frame}, corners)

    def hold(self, axis: str, wanted: Ends, visited: Ends) -> Ends:
        """The ends of an axis that stands while the reader moves δ or the start.

        Those of the earlier drawing, as long as what is visited lies between them and those wanted would fill
        a quarter of them; else those wanted.
        """
        low, high = self._held.get(axis, (np.inf, -np.inf))
        fits = low <= visited[0] and visited[1] <= high and high - low <= 4.0 * (wanted[1] - wanted[0])
        self.frames[axis] = (low, high) if fits else (float(wanted[0]), float(wanted[1]))
        return self.frames[axis]

    def painted(self, name: str, table: Table | Callable[[], Table]) -> None:
        """A table for tables and files that no mark shows, such as the numbers behind a picture.

        table: or a function that makes it, called when somebody asks for it
        """
        self._painted[name] = table

    # Marks

    def mark(
        self, kind: str, name: str, table: Table | None = None, *, look: Look | None = None,
        xy: tuple[str | None, str | None] | None = None, x2: str = "", y2: str = "",
        play: bool | str = False, drag: bool | Mapping[str, str] = False, empty=None, channels=None,
        encode: Mapping[str, Any] = MappingProxyType({}), only: str = "", **properties,
    ) -> None:  # fmt: skip
        """One mark over one table; kind: "rect", "rule", … as Altair's functions mark_rect, … end.

        drag    also column -> what stands in its place while δ is dragged, an expression that may name DELTA
        encode  further channels, the same in every style
        """
        self._record(name, table, empty, play)
        across, up = xy or tuple(table or ())[:2] or self._places[name]
        ends = {side: f"{column}:Q" for side, column in (("x2", x2), ("y2", y2)) if column}

        def ink(x: Channel, y: Channel, style: Style):
            colour = {"color": _colour(look, style)} if look else {}
            layer = getattr(alt.Chart(alt.NamedData(name)), f"mark_{kind}")(**colour, **properties)
            sides = [side(column) for side, column in ((x, across), (y, up)) if column]
            further = channels(style) if channels else []
            further = further if isinstance(further, list | tuple) else [further]
            if "shown" in self.tables[name] and kind != "text":  # text without letters need not be hidden
                layer = layers.unless_hidden(layer)
            layer = layer.encode(*sides, *further, **ends, **encode)
            layer = layer.transform_filter(only) if only else layer
            if isinstance(drag, Mapping):
                return layers.with_delta(layer, drag)
            return layer.transform_filter(UNLESS_DRAGGED) if drag else layer

        self._drags |= bool(drag)
        self.layer({}, ink, play=play)

    def curve(
        self, name: str, table: Table | None = None, *, look: Look = "measured", width: float | None = None,
        dash: Sequence[int] | None = None, order: str | None = None, by: str | None = None,
        drag: bool | Mapping[str, str] = False, **common,
    ) -> None:  # fmt: skip
        """A line through the rows in order of x, or of the column `order`; one line per value of `by`.

        A prediction (look "theory") is dashed and thinner, unless `dash` (() for a solid line) or `width` say
        otherwise.
        """
        theory = look == "theory"
        dash = THEORY_DASH if dash is None and theory else dash
        width = width or (1.6 if theory else 1.8)
        across, up = common.get("xy") or tuple(table or ())[:2] or self._places[name]
        own = {"order": f"{order or across}:Q"} | ({"detail": f"{by}:N"} if by else {})
        line = {"strokeWidth": width, "clip": True, **({"strokeDash": dash} if dash else {})}
        self.mark("line", name, table, look=look, drag=drag, encode=own, **line, **common)
        if drag is True:
            self.layer(
                {},
                lambda x, y, style: layers.dragged_course(
                    x(across), y(up), _colour(look, style), width=width
                ),
            )

    def points(
        self, name: str, table: Table | None = None, *, look: Look = "measured", size: int = 28, filled=True,
        opacity: float = 1, tooltip: Sequence[str] = (), **more,
    ) -> None:  # fmt: skip
        """Measured points; tooltip: columns with their types."""
        own = {"size": size, "filled": filled, "opacity": opacity}
        tips = {"tooltip": list(tooltip)} if tooltip else {}
        self.mark("point", name, table, look=look, encode=tips, **own, **more)

    def hline(self, name: str, table: Table | None = None, *, look: Look = "theory", **common) -> None:
        """Values as rules across the picture: the table's second column, or its only one.

        "theory": dashed; "chosen": thin; "muted": a faint reference line.
        """
        column = (common.pop("xy", ()) or tuple(table or ())[:2] or self._places[name])[-1]
        own = {"xy": (None, column), **RULES.get(look, {}), **common}
        self.mark("rule", name, table, look=look, **own)

    def vline(
        self, name: str, table: Table | None = None, *, look: Look = "theory", drag: bool = False, **common
    ) -> None:
        """Values as upright rules: the table's first column; looks as those of `hline`."""
        column = (common.pop("xy", ()) or tuple(table or ()) or self._places[name])[0]
        moves = {column: f"toNumber({layers.DELTA})"} if drag else False
        own = {"xy": (column, None), "drag": moves, **RULES.get(look, {}), **common}
        self.mark("rule", name, table, look=look, **own)

    def label(
        self, name: str, table: Table | None = None, *, look: Look = "theory", align="left", dx=5, dy=-6,
        size: float = 12, **more,
    ) -> None:  # fmt: skip
        """The column "text" beside the points."""
        own = {"encode": {"text": "text:N"}, "align": align, "dx": dx, "dy": dy, "fontSize": size}
        self.mark("text", name, table, look=look, **own, **more)

    def name(
        self, name: str, table: Table | None = None, *, align="center", dx=0, dy=0, size: float = 12, **common
    ) -> None:
        """The column "text" over other ink, in a halo that keeps it legible."""
        own = {"look": "ink", "align": align, "dx": dx, "dy": dy, "size": size, **common}
        halo = {"strokeWidth": size / 3, "opacity": 0.9}
        self.label(name, table, channels=lambda style: alt.StrokeValue(style.background), **halo, **own)
        self.label(name, **own)

    def equilibria(self, name: str, table: Table | None = None, *, size: int = 110, **common) -> None:
        """Equilibria by the column "stability": stable ones as discs, unstable ones as rings, neutral ones as
        diamonds."""
        own = {"size": size, "opacity": 1, "strokeWidth": 2, "clip": True}
        self.mark("point", name, table, channels=layers.by_stability, **own, **common)

    def picture(self, name: str, table: Table) -> None:
        """An image, from `raster.image_table`; what it is made of goes to `painted`."""
        own = {"xy": ("x", "y"), "x2": "x2", "y2": "y2", "aspect": False, "tooltip": None}
        self.mark("image", name, table, channels=lambda style: alt.Url(f"url_{style.name}:N"), **own)

    def cobweb(self, tables: Mapping[str, Table]) -> None:
        """The map ("map", with f′ as "slope"), the diagonal ("_identity") and the staircase of iterates
        ("staircase"); the map and the staircase follow δ while it is dragged."""
        self.curve("_identity", tables["_identity"], look="muted", width=1.1)
        tilted = {"y": f"datum.x - toNumber({layers.DELTA}) * datum.slope"}
        self.curve("map", tables["map"], look="ink", width=1.6, drag=tilted)
        stairs = {"xy": ("x", "y"), "order": "vertex", "width": 1.3, "play": True}
        self.curve("staircase", tables["staircase"], only=UNLESS_DRAGGED, **stairs)
        self.layer({}, lambda x, y, style: layers.dragged_staircase(x("x"), y("y"), style.measured))

    def click(self, table: Table, *tips: str) -> None:
        """Click targets: columns of full height (x, x2, field) or cells (x, x2, y, y2, field, field, …).

        A click sets the fields, which are `picks` of the figure, to the values of the row; tips: what the
        tooltip calls them. There may be one more column, of words that the tooltip shows too. A column
        "_chosen" renews with every choice, so that the same place can be clicked again.
        """
        cells = "y2" in table
        name = "_cells" if cells else "_columns"
        own = [column for column in table if column not in ("x", "x2", "y", "y2")]
        fields, words = own[: len(tips)], own[len(tips) :]

        def targets(x: Channel, y: Channel, _: Style):
            shown = [alt.Tooltip(f"{field}:Q", title=tip, format=".4g") for field, tip in zip(fields, tips)]
            shown += [alt.Tooltip(f"{word}:N") for word in words]
            places = [x("x"), alt.X2("x2:Q"), *[y("y"), alt.Y2("y2:Q")][: 2 * cells]]
            mark = alt.Chart(alt.NamedData(name)).mark_rect(opacity=0.001, fill="#888", cursor="pointer")
            pick = alt.selection_point(name=PICK, fields=[*fields, "_chosen"], on="click", toggle=False)
            return mark.encode(*places, tooltip=shown).add_params(pick)

        self.layer({name: table}, targets)

    def click_step_sizes(self, edges: np.ndarray, step_sizes: np.ndarray | None = None) -> None:
        """Columns between the edges, each choosing its step size, rounded: its middle unless given."""
        step_sizes = (edges[:-1] + edges[1:]) / 2.0 if step_sizes is None else step_sizes
        columns = {"x": edges[:-1], "x2": edges[1:], "step_size": three_digits(step_sizes)}
        self.click(columns, "click: δ")

    def layer(
        self, tables: Mapping[str, Table], make: Callable[[Channel, Channel, Style], Any], *,
        play: bool | str = False, empty: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Any ink of Altair's: make(across, up, style) returns a layer or a list of layers.

        tables  those that it shows, if no other mark has given them
        make    across(field) and up(field) are the channels of the figure's axes
        play    True, "at" or "faint" for all that it returns
        empty   a row for all of `tables`; the layers hide it themselves (`layers.unless_hidden`)
        """
        for name, table in tables.items():
            self._record(name, table, empty, play)
        self._plays |= bool(play)
        played = PLAYED.get(play, lambda layer: layer)

        def ink(style: Style) -> Iterable:
            made = make(self._across, self._up, style)
            return [played(layer) for layer in (made if isinstance(made, list | tuple) else [made])]

        self._marks.append(ink)

    # What becomes of it

    def chart(self, style: Style) -> alt.LayerChart:
        """The ink, which refers to the tables by name."""
        chart = alt.layer(*(layer for mark in self._marks for layer in mark(style)))
        step = alt.binding(input="number", name="step ")
        params = [alt.param(name=layers.STEP, value=layers.ALL_STEPS, bind=step)] * self._plays
        params += layers.dragging() * self._drags
        return chart.add_params(*params) if params else chart

    def painted_tables(self) -> dict[str, Table]:
        """The tables given to `painted`."""
        return {name: table() if callable(table) else table for name, table in self._painted.items()}

    def _record(self, name, table, empty=None, play: bool | str = False) -> None:
        if table is not None:
            known = self.tables.get(name, {})
            table = _in_every_row(table, known)
            self._places.setdefault(name, tuple(table)[:2])
            if empty is not None:
                instead = {"text": "", **empty}
                table = layers.or_hidden(table, **{column: instead[column] for column in table})
            if play == "at":
                table = layers.in_steps(table)
            self.tables[name] = {**known, **table}
        if play in (True, "at") and name in self.tables and "k" not in self.tables[name]:
            raise ValueError(f"the table {name!r} follows the playback and needs a column k")


def _axis(make, channel: str, title: Title, log: bool, options: Mapping[str, Any] | None) -> Channel:
    """An axis that follows the data exactly; every layer of a figure uses the same one."""
    # plain dictionaries: Altair copies every layer several times, and copies those ten times faster
    scale, options = {"zero": False, "nice": False}, dict(options or {})
    if log:
        scale = {"type": "log", "nice": False}
        options = {"labelExpr": layers.LOG_LABEL.format(channel), "tickCount": layers.LOG_TICKS, **options}
    if title is None or isinstance(title, str):
        return lambda field: make(f"{field}:Q", title=title, scale=scale, axis=options)

    def given(field: str):
        channel = title.copy(deep=False)
        channel.shorthand = f"{field}:{title.shorthand.partition(':')[2] or 'Q'}"
        return channel

    return given


def _in_every_row(table: Table, known: Table) -> Table:
    """The table with single values repeated as often as its other columns have values, or those of the known
    table that it joins."""
    rows = next((len(column) for column in (*table.values(), *known.values()) if np.ndim(column)), 1)
    return {name: column if np.ndim(column) else [column] * rows for name, column in table.items()}


def _within(channel, table: str):
    """The channel on an axis from the least to the greatest value of the table, whatever else is drawn: a
    change of marks is then drawn alone, where otherwise the axes would be drawn anew, and every mark."""
    field = channel.shorthand.partition(":")[0]
    channel = channel.copy(deep=False)
    channel["scale"] = {**channel["scale"], "domain": {"expr": f"extent(pluck(data('{table}'), '{field}'))"}}
    return channel


def _colour(look: Look, style: Style) -> str:
    if callable(look):
        return look(style)
    return style.series[1] if look == "second" else getattr(style, look)
