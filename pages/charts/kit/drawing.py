"""What a figure function draws on: every mark is given together with the table that it shows.

A table is a mapping of columns. Its first column goes across and its second up; further ones are read by
name: "text" of a label, "k" of the playback, "x2" and "y2" of a rectangle. A table is named, and named again
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

and passes what else it is given to the function of `layers` with its name. What these marks do not offer,
`Drawing.layer` does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.style import FINE_DASH, THEORY_DASH, Style

Table = Mapping[str, Sequence | np.ndarray]  # column name -> values, all columns of one length
Ends = tuple[float, float]  # the least and the greatest value of an axis
Look = str | Callable[[Style], str]
Title = str | alt.X | alt.Y | None
Channel = Callable[[str], Any]  # field -> Altair's channel, on the axis of the figure
RULES = {
    "theory": {"strokeDash": THEORY_DASH},
    "chosen": {"strokeWidth": 1.2},
    "muted": {"strokeDash": FINE_DASH, "strokeWidth": 1},
}
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
        self._across: Channel = layers.x
        self._up: Channel = layers.y
        self._plays = self._drags = False

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
        self._across = _axis(layers.x, across, "x" in log, x)
        self._up = _axis(layers.y, up, "y" in log, y)
        if frame is not None:
            self._record("_frame", frame)
            channels = [make(column) for make, column in zip((self._across, self._up), frame)]
            self._marks.append(lambda style: [layers.frame(*channels, whole=whole)])

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

    def curve(
        self, name: str, table: Table | None = None, *, look: Look = "measured", width: float | None = None,
        dash: Sequence[int] | None = None, order: str | None = None, by: str | None = None,
        drag: bool = False, **common,
    ) -> None:  # fmt: skip
        """A line through the rows in order of x, or of the column `order`; one line per value of `by`.

        A prediction (look "theory") is dashed and thinner, unless `dash` (() for a solid line) or `width` say
        otherwise.
        """
        theory = look == "theory"
        dash = THEORY_DASH if dash is None and theory else dash or None
        width = width or (1.6 if theory else 1.8)
        own = {"width": width, "dash": dash, "order": order, "by": by}
        self._mark(name, table, layers.curve, look, drag=drag, **own, **common)
        if drag:
            across, up = common.get("xy") or self._places[name]
            self.layer(
                {},
                lambda x, y, style: layers.dragged_course(
                    x(across), y(up), _colour(look, style), width=width
                ),
            )

    def points(self, name: str, table: Table | None = None, *, look: Look = "measured", **more) -> None:
        """Points: size, filled, tooltip, shape, strokeWidth, … as in `layers.points`."""
        self._mark(name, table, layers.points, look, **more)

    def hline(self, name: str, table: Table | None = None, *, look: Look = "theory", **common) -> None:
        """Values as rules across the picture: the table's second column, or its only one.

        "theory": dashed; "chosen": thin; "muted": a faint reference line.
        """
        self._rule(name, table, look, "up", **common)

    def vline(self, name: str, table: Table | None = None, *, look: Look = "theory", **common) -> None:
        """Values as upright rules: the table's first column; looks as those of `hline`."""
        self._rule(name, table, look, "across", **common)

    def label(self, name: str, table: Table | None = None, *, look: Look = "theory", **more) -> None:
        """The column "text" beside the points: align, dx, dy, angle as in `layers.label`."""
        self._mark(name, table, layers.label, look, hides=False, **more)

    def name(self, name: str, table: Table | None = None, *, look: Look = "ink", **more) -> None:
        """The column "text" over other ink, in a halo: align, dx, dy, size as in `layers.on_picture`."""

        def in_halo(table: str, across, up, style: Style, **own):
            return layers.on_picture(table, across, up, style, colour=_colour(look, style), **own)

        self._mark(name, table, in_halo, None, hides=False, **more)

    def equilibria(self, name: str, table: Table | None = None, *, size: int = 110, **common) -> None:
        """Equilibria by the column "stability": discs, rings and diamonds."""
        self._mark(name, table, layers.equilibria, None, size=size, **common)

    def picture(self, name: str, table: Table) -> None:
        """An image, from `raster.image_table`; what it is made of goes to `painted`."""
        columns = tuple(table)
        self._mark(name, table, layers.image, None, xy=(columns[0], columns[2]))

    def cobweb(self, tables: Mapping[str, Table]) -> None:
        """The map ("map"), the diagonal ("_identity") and the staircase of iterates ("staircase").

        Where the map has a column "slope", f′ at its places, all of it follows δ while that is dragged.
        """
        self.curve("_identity", tables["_identity"], look="muted", width=1.1)
        stairs = {"xy": ("x", "y"), "order": "vertex", "width": 1.3, "play": True}
        if "slope" not in tables["map"]:
            self.curve("map", tables["map"], look="ink", width=1.6)
            self.curve("staircase", tables["staircase"], **stairs)
            return
        self._mark("map", tables["map"], _dragged_map, "ink", width=1.6)
        self._mark("staircase", tables["staircase"], layers.curve, "measured", drag=True, **stairs)
        self.layer({}, lambda x, y, style: layers.dragged_staircase(x("x"), y("y"), style.measured))

    def click(self, table: Table, *tips: str, name: str = "") -> None:
        """Click targets: columns of full height (x, x2, field) or cells (x, x2, y, y2, field, field, …).

        A click sets the fields, which are `picks` of the figure, to the values of the row; tips: what the
        tooltip calls them. A cell may have one more column, of words that the tooltip shows too.
        """
        columns = list(table)
        if "y2" in columns:
            fields, word = tuple(columns[4:6]), "".join(columns[6:7])
            name = name or "_cells"
            self.layer(
                {name: table},
                lambda x, y, style: layers.clickable_cells(name, x("x"), y("y"), fields, tips, word),
            )
        else:
            name = name or "_columns"
            self.layer(
                {name: table},
                lambda x, y, style: layers.clickable_columns(name, x("x"), columns[2], *tips),
            )

    def layer(
        self, tables: Mapping[str, Table], make: Callable[[Channel, Channel, Style], Any], *,
        play: bool | str = False, empty: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Any ink of Altair's: make(across, up, style) returns a layer or a list of layers.

        tables  those that it shows, if no other mark has given them
        make    across(field) and up(field) are the channels of the figure's axes
        play    True, "at" or "faint" for all that it returns; "own" where it makes its layers play itself
        empty   a row for all of `tables`; the layers hide it themselves (`layers.unless_hidden`)
        """
        for name, table in tables.items():
            self._record(name, table, empty, play)
        self._plays |= bool(play)
        played = PLAYED.get(play, _as_it_is)

        def ink(style: Style) -> Iterable:
            made = make(self._across, self._up, style)
            return [played(layer) for layer in (made if isinstance(made, list | tuple) else [made])]

        self._marks.append(ink)

    # What becomes of it

    def chart(self, style: Style) -> alt.LayerChart:
        """The ink, which refers to the tables by name."""
        chart = alt.layer(*(layer for mark in self._marks for layer in mark(style)))
        params = [layers.playback()] * self._plays + layers.dragging() * self._drags
        return chart.add_params(*params) if params else chart

    def painted_tables(self) -> dict[str, Table]:
        """The tables given to `painted`."""
        return {name: table() if callable(table) else table for name, table in self._painted.items()}

    def _mark(
        self, name, table, make, look, *,
        xy=None, play=False, drag=False, empty=None, channels=None, hides=True, **own,
    ) -> None:  # fmt: skip
        """One mark over one table: make(name, across, up, colour or style, **own)."""
        self._record(name, table, empty, play)
        across, up = xy or tuple(table or ())[:2] or self._places[name]

        def ink(x: Channel, y: Channel, style: Style):
            layer = make(name, x(across), y(up), _colour(look, style) if look else style, **own)
            if channels:
                further = channels(style)
                layer = layer.encode(*(further if isinstance(further, list | tuple) else [further]))
            layer = layers.unless_hidden(layer) if hides and "shown" in self.tables[name] else layer
            return layers.unless_dragged(layer) if drag else layer

        self._drags |= drag
        self.layer({}, ink, play=play)

    def _rule(self, name, table, look, side, *, xy=None, drag=False, empty=None) -> None:
        self._record(name, table, empty)
        self._drags |= drag
        columns = xy or tuple(table or ())[:2] or self._places[name]
        column = columns[0 if side == "across" else -1]

        def ink(x: Channel, y: Channel, style: Style):
            channel = {"across": x(column)} if side == "across" else {"up": y(column)}
            layer = layers.rule(name, _colour(look, style), **channel, **RULES.get(look, {}))
            if drag:
                layer = layers.with_delta(layer, column, f"toNumber({layers.DELTA})")
            return layers.unless_hidden(layer) if "shown" in self.tables[name] else layer

        self.layer({}, ink)

    def _record(self, name, table, empty=None, play: bool | str = False) -> None:
        if table is not None:
            if empty is not None:
                instead = {"text": "", **empty}
                table = layers.or_hidden(table, **{column: instead[column] for column in table})
            if play == "at":
                table = layers.in_steps(table)
            self.tables[name] = {**self.tables.get(name, {}), **table}
            self._places.setdefault(name, tuple(table)[:2])
        if play in (True, "at") and name in self.tables and "k" not in self.tables[name]:
            raise ValueError(f"the table {name!r} follows the playback and needs a column k")


def _axis(make, title: Title, log: bool, options: Mapping[str, Any] | None) -> Channel:
    if title is None or isinstance(title, str):
        return lambda field: make(field, title, log=log, **(options or {}))

    def given(field: str):
        channel = title.copy(deep=False)
        channel.shorthand = f"{field}:{title.shorthand.partition(':')[2] or 'Q'}"
        return channel

    return given


def _dragged_map(table: str, across, up, colour: str, *, width: float):
    """The curve x − δf′(x), which tilts while δ is dragged."""
    curve = layers.curve(table, across, up, colour, width=width)
    return layers.with_delta(curve, "y", f"datum.x - toNumber({layers.DELTA}) * datum.slope")


def _colour(look: Look, style: Style) -> str:
    if callable(look):
        return look(style)
    return style.series[1] if look == "second" else getattr(style, look)


def _as_it_is(layer):
    return layer
