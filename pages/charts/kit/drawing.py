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
              step, none at the end; "now": the same, at the end those of the last step; "faint": held back
              while the playback runs
    empty     a row to stand, hidden, where the table has none: axes follow the data, and need some
    drag      True: hidden while a run is dragged; in place of a curve stands that of the browser
    hides     True: not drawn while a question is open that it answers, as are predictions (look "theory"),
              the stability of equilibria and the course of a run
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
from pages.charts.kit.style import FINE_DASH, LABEL, THEORY_DASH, Style

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
SIDES = "width", "height"  # of a picture without its axes, in pixels
HEAD = 190  # square pixels: a disc of radius 8
LONG = 100  # rows
SHORT = {"i": (np.int8, np.int16), "f": (np.float16, np.float32)}  # types by kind, the shortest first
SEEN = 2.5e-4  # share of the shorter side of a picture: a tenth of a pixel
BETWEEN = 2  # letters from one text below an axis to the next
LAST_BESIDE = 0.72  # share of the width beyond which the words of a start stand left of it
PLAYED = {
    True: layers.up_to_step, "at": layers.at_step, "now": layers.at_now, "faint": layers.faint_in_playback,
}  # fmt: skip


class Drawing:
    """Collects the tables of a figure and the marks over them; `chart` makes the ink.

    held    ends of axes by name, of an earlier drawing: see `hold`
    fixed   whether these ends stand, whatever the drawing wants
    tables  by name, as the marks refer to them
    frames  what `hold` gave
    grips   what a reader drags along the axes, empty where nothing: see `grip`
    first   the step from which its run is seen, and so the playback begins
    last    the step with which it is no longer seen, if ever: the playback ends
    looks   the names of the tables that are drawn with a look, or as a "head", by look
    blank   whether marks would show nothing: on a page the sentence then stands in place of the picture
    """

    def __init__(self, held: Mapping[str, Ends] = MappingProxyType({}), *, fixed: bool = False) -> None:
        self.tables: dict[str, Table] = {}
        self.frames: dict[str, Ends] = {}
        self.grips: dict[str, Any] = {}
        self.first, self.last, self.blank = 0, np.inf, False
        self._held, self._fixed = held, fixed
        self._painted: dict[str, Table | Callable[[], Table]] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        self._marks: list[Callable[[Style], Iterable]] = []
        self.looks: dict[str, list[str]] = {}
        self._played: set[str] = set()  # names of tables with a column k
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
        equal: bool = False,
    ) -> None:
        """The two axes, which follow the data exactly. Call it first.

        across, up  titles; or a channel of Altair in their place, such as alt.Y("point:N", sort=None)
        log         "x", "y" or "xy"
        x, y        further options of the axis: tickCount, values, minExtent, labelAngle, …
        frame       the table "_frame", two corners that hold the axes open; one column for the axis across
        whole       the frame is all that the axes follow: a change of marks then draws nothing else anew
        equal       one scale for both axes, at any size of the picture, which then shows more of one of them
        """
        self._across: Channel = _axis(alt.X, "x", across, "x" in log, x)
        self._up: Channel = _axis(alt.Y, "y", up, "y" in log, y)
        self._frame, self._log, self._equal, self._whole = frame, log, equal, whole or equal
        if frame is not None:

            def corners(x: Channel, y: Channel, _: Style):
                channels = [make(column) for make, column in zip((x, y), frame)]
                if self._whole:
                    channels = [_within(channel, (*frame,) if equal else ()) for channel in channels]
                table = alt.Chart(alt.NamedData("_frame"))
                return table.mark_point(opacity=0, size=0, tooltip=None).encode(*channels)

            self.layer({"_frame": frame}, corners)

    @property
    def along(self) -> str:
        """The column of the frame that the axis across follows; "" without a frame."""
        return next(iter(self._frame or {}), "")

    def hold(self, axis: str, wanted: Ends, visited: Ends) -> Ends:
        """The ends of an axis that stands while the reader moves δ or the start.

        Those of the earlier drawing, as long as what is visited lies between them and those wanted would fill
        a quarter of them; else those wanted.
        """
        low, high = self._held.get(axis, (np.inf, -np.inf))
        fits = low <= visited[0] and visited[1] <= high and high - low <= 4.0 * (wanted[1] - wanted[0])
        fits |= self._fixed and axis in self._held
        self.frames[axis] = (low, high) if fits else (float(wanted[0]), float(wanted[1]))
        return self.frames[axis]

    def grip(self, x: str = "", y: str = "", *, snaps: Sequence[float] = (), over: float = 0.0) -> None:
        """Let a reader drag these fields of `Params` along the axes of the frame, which has to be `whole`.

        snaps: values of the field across that hold what is dragged close to them.
        over: c > 0 where the axis across is logarithmic and shows c divided by the field.
        """
        ends = [(float(np.min(column)), float(np.max(column))) for column in self._frame.values()]
        ends[0] = (over / ends[0][0], over / ends[0][1]) if over else ends[0]
        self.grips = {"frame": [*ends, (0.0, 1.0)][:2], "equal": self._equal}
        for side, field in (("x", x), ("y", y)):
            if field:
                held_by = [*map(float, snaps)] if side == "x" else []
                self.grips[side] = {"field": field, "log": side in self._log, "snaps": held_by}

    def give_way(self, name: str, column: str) -> None:
        """Leave out the numbers of the axis across that a text below it would cover.

        name, column: the table and where its "text" stands, or is dragged
        """
        across, by = self._across, layers.HELD["step_size"]
        row = f"data('{name}')[0]"
        at = f"scale('x', {by} !== '' ? toNumber({by}) : {row}.{column})"
        letters = f"length({row}.text) + length(datum.label) + {BETWEEN}"
        hides = f"abs(scale('x', datum.value) - {at}) < {layers.SCALE} * {layers.LETTER} * ({letters}) / 2"

        def giving_way(field: str):
            channel = across(field).copy(deep=False)
            channel["axis"] = {"labelExpr": LABEL.format("x"), **channel["axis"]}
            channel["axis"]["labelExpr"] = f"{hides} ? '' : ({channel['axis']['labelExpr']})"
            return channel

        self._across = giving_way

    def painted(self, name: str, table: Table | Callable[[], Table]) -> None:
        """A table for tables and files that no mark shows, such as the numbers behind a picture.

        table: or a function that makes it, called when somebody asks for it
        """
        self._painted[name] = table

    # Marks

    def mark(
        self, kind: str, name: str, table: Table | None = None, *, look: Look | None = None,
        xy: tuple[str | None, str | None] | None = None, x2: str = "", y2: str = "",
        play: bool | str = False, drag: bool | Mapping[str, str] = False, hides=False, empty=None,
        channels=None, encode: Mapping[str, Any] = MappingProxyType({}), only: str = "", **properties,
    ) -> None:  # fmt: skip
        """One mark over one table; kind: "rect", "rule", … as Altair's functions mark_rect, … end.

        drag    also column -> what stands in its place while it is dragged, an expression of the row as given
                that may name DELTA, or another parameter where the mapping has it as "by"
        encode  further channels, the same in every style
        """
        self._record(name, table, empty, play)
        if kind != "text" and isinstance(look, str):
            self.looks.setdefault(look, []).append(name)
        across, up = xy or tuple(table or ())[:2] or self._places[name]
        ends = {side: f"{column}:Q" for side, column in (("x2", x2), ("y2", y2)) if column}

        def ink(x: Channel, y: Channel, style: Style):
            own = {"color": _colour(look, style)} if look else {}
            own |= layers.unless_asked(properties.get("opacity", 1)) if hides or look == "theory" else {}
            layer = getattr(alt.Chart(alt.NamedData(name)), f"mark_{kind}")(**properties | own)
            sides = [side(column) for side, column in ((x, across), (y, up)) if column]
            further = channels(style) if channels else []
            further = further if isinstance(further, list | tuple) else [further]
            if "shown" in self.tables[name] and kind != "text":  # text without letters need not be hidden
                layer = layers.unless_hidden(layer)
            layer = layer.encode(*sides, *further, **ends, **encode)
            if isinstance(drag, Mapping):
                moves = {column: place for column, place in drag.items() if column != "by"}
                return layers.moved_with(layer, moves, drag.get("by", layers.DELTA))
            return layer.transform_filter(UNLESS_DRAGGED) if drag else layer

        self._drags |= bool(drag)
        self.layer({}, ink, play=play, only=only)

    def curve(
        self, name: str, table: Table | None = None, *, look: Look = "measured", width: float | None = None,
        dash: Sequence[int] | None = None, order: str | bool = "", by: str | None = None,
        drag: bool | Mapping[str, str] = False, dragged=layers.dragged_course, **common,
    ) -> None:  # fmt: skip
        """A line through the rows in order of x, of the column `order`, or (False) as they stand; one per
        value of `by`.

        dragged: what stands in its place while a run is dragged (`drag` True), None for nothing.

        A prediction (look "theory") is dashed and thinner, unless `dash` (() for a solid line) or `width` say
        otherwise.
        """
        theory = look == "theory"
        dash = THEORY_DASH if dash is None and theory else dash
        width = width or (1.6 if theory else 1.8)
        across, up = common.get("xy") or tuple(table or ())[:2] or self._places[name]
        own = {} if order is False else {"order": f"{order or across}:Q"}
        own |= {"detail": f"{by}:N"} if by else {}
        line = {"strokeWidth": width, "clip": True, **({"strokeDash": dash} if dash else {})}
        line |= {"order": False} if order is False else {}
        self.mark("line", name, table, look=look, drag=drag, encode=own, **line, **common)
        if order and order not in self.tables[name]:
            raise ValueError(f"the table {name!r} is drawn in order and needs a column {order}")
        if drag is True and dragged:
            self.layer(
                {},
                lambda x, y, style: dragged(x(across), y(up), _colour(look, style), width=width),
            )

    def run(
        self, name: str, table: Table | None = None, *, look: Look = "measured", clock="datum.k",
        order="k", xy: tuple[str, str] | None = None, width: float = 2.4, memory: float = 0.55,
        by_points=False, stairs=False, dragged=layers.dragged_course, empty: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """A run that plays: a faint line through all its states so far, the last legs bright, fading with
        their age, and a head where it is now.

        clock      an expression: the time of a row in steps; each row is a vertex of the run
        order      the column by which the rows follow each other
        memory     opacity of the line
        by_points  the states also as points
        stairs     each step goes up or down first and then across, in half its time each
        dragged    what draws the run that the browser computes, None where the run stands while others follow
        """
        across, up = xy or tuple(table or ())[:2]
        course = {"xy": (across, up), "play": True, "drag": bool(dragged)}
        line = {"width": 1.2, "order": order, "opacity": memory, "dragged": dragged, "empty": empty}
        line |= {"interpolate": "step-before"} if stairs else {}
        self.curve(name, table, look=look, **line, **course)
        if by_points:
            self.points(name, look=look, size=16, opacity=memory, **course)

        def legs(x: Channel, y: Channel, style: Style):
            rows = layers.legs_of(alt.Chart(alt.NamedData(name)), (across, up), clock, order, stairs=stairs)
            rows = rows.transform_filter(UNLESS_DRAGGED) if dragged else rows
            bright = rows.mark_rule(color=_colour(look, style), strokeWidth=width, clip=True, tooltip=None)
            bright = bright.transform_filter("isValid(datum.t_next)")
            bright["mark"]["opacity"] = layers.fading()
            return [bright.encode(x(across), y(up), alt.X2("x_to:Q"), alt.Y2("y_to:Q"), alt.Key("slot:N"))]

        self.layer({}, legs, play="legs")
        self.head(name, xy=(across, up), clock=clock, order=order, stairs=stairs, drag=bool(dragged))

    def head(
        self, name: str, *, xy: tuple[str, str], clock="datum.k", order="k", size: int = HEAD,
        by: str | None = None, stairs=False, drag=True,
    ) -> None:  # fmt: skip
        """Where a run is now: a disc on the row of a table that the playback has reached.

        by: the column that tells the runs of a table apart, each with a head of its own; drag: as of marks.
        """

        def disc(x: Channel, y: Channel, style: Style):
            rows = layers.legs_of(alt.Chart(alt.NamedData(name)), xy, clock, order, by, stairs=stairs)
            rows = layers.at_head(rows)
            rows = rows.transform_filter(UNLESS_DRAGGED) if drag else rows
            look = {"fill": style.head, "stroke": style.ink, "strokeWidth": 2, "opacity": 1}
            return rows.mark_point(size=size, filled=True, tooltip=None, clip=False, **look).encode(
                x("x_to"), y("y_to"), alt.Key(f"{by or 'last'}:N")
            )

        self.looks.setdefault("head", []).append(name)
        self._drags |= drag
        self.layer({}, disc, play="legs")

    def start(self, name: str, table: Table, *, across: str = "", up: str = "", symbol="x[0]") -> None:
        """The start as a ring with its column "text" on the side with room; both move while it is dragged.

        across, up: the columns that are dragged along the sides of the picture, at whose edge the ring stands
        where there is only one.
        """
        sides = {column: side for column, side in ((across, "across"), (up, "up")) if column}
        by = layers.HELD[sides[next(iter(sides))]]
        drag = {column: f"toNumber({layers.HELD[side]})" for column, side in sides.items()}
        ring = {"size": 130, "filled": True, "strokeWidth": 2.5, "opacity": 1, "tooltip": None}
        ring |= {} if up else {"xy": (across, None), "encode": {"y": alt.value("height")}}
        hollow = {"channels": lambda style: [alt.FillValue(style.background), alt.StrokeValue(style.chosen)]}
        self.mark("point", name, table, drag={"by": by, **drag}, **ring, **hollow)
        self.looks.setdefault("chosen", []).append(name)
        numbers = [f"format({place}, '.4~g')" for place in drag.values()]
        said = " + ', ' + ".join(numbers)
        said = f"'{symbol} = ' + {said}" if len(numbers) == 1 else f"'(' + {said} + ')'"
        far = f"scale('x', datum.{next(iter(table))}) > {LAST_BESIDE} * width"
        sides = ("'right'", "'left'"), (-12, 12)
        align, dx = ({"expr": f"{far} ? {left} : {right}"} for left, right in sides)
        beside = {"look": "chosen", "align": align, "dx": dx, "dy": -10}
        self.name(name, drag={"by": by, **drag, "text": f"replace({said}, '-', '−')"}, **beside)

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
        self, name: str, table: Table | None = None, *, look: Look = "theory",
        drag: bool | Mapping[str, str] = False, **common,
    ) -> None:  # fmt: skip
        """Values as upright rules: the table's first column; looks as those of `hline`.

        drag: a rule at the step size, which moves while that is dragged; or as for `mark`.
        """
        column = (common.pop("xy", ()) or tuple(table or ()) or self._places[name])[0]
        own = {"xy": (column, None), **RULES.get(look, {}), **common}
        self.mark("rule", name, table, look=look, drag=held(column) if drag is True else drag, **own)

    def label(
        self, name: str, table: Table | None = None, *, look: Look = "theory", align="left", dx=5, dy=-6,
        size: float = 12, **more,
    ) -> None:  # fmt: skip
        """The column "text" beside the points."""
        own = {"encode": {"text": "text:N"}, "align": align, "dx": dx, "dy": dy, "fontSize": size}
        self.mark("text", name, table, look=look, **own, **more)

    def name(
        self, name: str, table: Table | None = None, *, align="center", dx=0, dy=0, size: float = 12,
        inside=False, halo: float | None = None, **common,
    ) -> None:  # fmt: skip
        """The column "text" over other ink, in a halo that keeps it legible.

        inside: moved as little as keeps it in the picture; dx and dy may then be expressions as text.
        halo: how wide, in pixels; from 8 on nothing is seen between the letters.
        """
        if inside:
            across, up = tuple(table or self._places[name])[:2]
            share, long = (
                {"left": 0.0, "center": 0.5, "right": 1.0}[align],
                f"{layers.LETTER} * length(datum.text)",
            )
            sides = (f"{size / 12.0 * part:g} * {long}" if part else "0" for part in (share, 1.0 - share))
            dx = layers.inside("x", across, dx, *sides)
            dy = layers.inside("y", up, dy, f"{size / 2.0 + 1.0}", f"{size / 2.0 + 1.0}")
        own = {"look": "ink", "align": align, "dx": dx, "dy": dy, "size": size, **common}
        around = {"strokeWidth": halo or size / 3, "strokeJoin": "round", "opacity": 0.9}
        self.label(name, table, channels=lambda style: alt.StrokeValue(style.background), **around, **own)
        self.label(name, **own)

    def equilibria(self, name: str, table: Table | None = None, *, size: int = 110, **common) -> None:
        """Equilibria by the column "stability": stable ones as discs, unstable ones as rings, neutral ones as
        diamonds."""
        own = {"size": size, "opacity": 1, "strokeWidth": 2, "clip": True}
        self.mark("point", name, table, channels=layers.by_stability, **own, **common)

    def picture(self, name: str, table: Table, *, opacity: float = 1.0) -> None:
        """An image, from `raster.image_table`; what it is made of goes to `painted`."""
        own = {"xy": ("x", "y"), "x2": "x2", "y2": "y2", "aspect": False, "tooltip": None, "opacity": opacity}
        self.mark("image", name, table, channels=lambda style: alt.Url(f"url_{style.name}:N"), **own)

    def cobweb(self, tables: Mapping[str, Table]) -> None:
        """The map ("map", with f′ as "slope"), the diagonal ("_identity") and the staircase of iterates
        ("staircase"); the map and the staircase follow δ while it is dragged."""
        self.curve("_identity", tables["_identity"], look="muted", width=1.1)
        tilted = {"y": f"datum.x - toNumber({layers.DELTA}) * datum.slope"}
        self.curve("map", tables["map"], look="ink", width=2.25, drag=tilted)
        stairs = {"xy": ("x", "y"), "stairs": True, "dragged": layers.dragged_staircase}
        self.run("staircase", tables["staircase"], **stairs)

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

    def layer(
        self, tables: Mapping[str, Table], make: Callable[[Channel, Channel, Style], Any], *,
        play: bool | str = False, empty: Mapping[str, Any] | None = None, only: str = "",
    ) -> None:  # fmt: skip
        """Any ink of Altair's: make(across, up, style) returns a layer or a list of layers.

        tables  those that it shows, if no other mark has given them
        make    across(field) and up(field) are the channels of the figure's axes
        play    True, "at", "now" or "faint" for all that it returns; "legs" where that follows by itself
        only    of the rows of the step shown, those that meet it
        empty   a row for all of `tables`; the layers hide it themselves (`layers.unless_hidden`)
        """
        for name, table in tables.items():
            self._record(name, table, empty, play)
        self._plays |= bool(play)
        played = PLAYED.get(play, lambda layer: layer)

        def ink(style: Style) -> Iterable:
            made = make(self._across, self._up, style)
            made = [played(layer) for layer in (made if isinstance(made, list | tuple) else [made])]
            return [layer.transform_filter(only) for layer in made] if only else made

        self._marks.append(ink)

    # What becomes of it

    def chart(self, style: Style) -> alt.LayerChart:
        """The ink, which refers to the tables by name."""
        chart = alt.layer(*(layer for mark in self._marks for layer in mark(style)))
        step = alt.binding(input="number", name="step ")
        params = [alt.param(name=layers.STEP, value=layers.ALL_STEPS, bind=step)] * self._plays
        params += layers.dragging() * self._drags
        params += [alt.param(name=layers.ASKS, value="")]
        return chart.add_params(*params)

    def steps(self) -> tuple[int, int]:
        """The first and the last step that the playback goes over; (0, 0) where nothing plays."""
        k = [step for name in self._played for step in self.tables[name]["k"]]
        return (max(int(min(k)), self.first), int(max(k))) if k else (0, 0)

    def sent(self, exact: Sequence[str] = ()) -> dict[str, Table]:
        """The tables as the browser needs them: where axes follow the frame alone, long columns lose the
        digits that nobody sees; what hides nothing is left out; exact: names of columns that keep all."""
        sides = [np.ptp(ends) for ends in (self._frame or {}).values()] if self._whole else []
        least = SEEN * min(sides, default=0.0)
        return {
            name: {
                column: values if column in exact else _short(values, least, log=bool(self._log))
                for column, values in table.items()
                if column != "shown" or not np.all(values)
            }
            for name, table in self.tables.items()
        }

    def shows(self, name: str) -> bool:
        """Whether a table has rows that are seen: a sentence names no dashed line where none is drawn."""
        table = self.tables[name]
        return bool(np.any(table["shown"])) if "shown" in table else len(next(iter(table.values()))) > 0

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
        if play and "k" in self.tables.get(name, {}):
            self._played.add(name)
        elif play in (True, "at", "now") and name in self.tables:
            raise ValueError(f"the table {name!r} follows the playback and needs a column k")


def _short(column, least: float, *, log: bool):
    """The column in a shorter type, where it is long and that moves no value by more than `least`; log: by
    ratios, which the shortest would not keep, and none to 0, which has no logarithm."""
    values = np.asarray(column)
    for kind in SHORT.get(values.dtype.kind, ()) if least and len(values) >= LONG else ():
        if log and kind is np.float16:
            continue
        with np.errstate(over="ignore"):
            short = values.astype(kind)
        moved = np.abs(short - values)[np.isfinite(values)].max(initial=0.0)
        if moved <= least and not (log and np.any((short == 0) & (values != 0))):
            return short
    return column


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


def _within(channel, equal: tuple[str, ...] = ()):
    """The channel on an axis from the least to the greatest value in the frame, whatever else is drawn: a
    change of marks is then drawn alone, where otherwise the axes would be drawn anew, and every mark.

    equal: both columns of the frame where a unit is as long across as up.
    """
    field = channel.shorthand.partition(":")[0]
    domain = _extent(field)
    if equal:
        units = [f"span({_extent(column)}) / max({side}, 1)" for column, side in zip(equal, SIDES)]
        half = f"max({', '.join(units)}) * max({SIDES[equal.index(field)]}, 1) / 2"
        middle = f"({domain}[0] + {domain}[1]) / 2"
        domain = f"[{middle} - {half}, {middle} + {half}]"
    channel = channel.copy(deep=False)
    channel["scale"] = {**channel["scale"], "domain": {"expr": domain}}
    return channel


def _extent(field: str) -> str:
    return f"extent(pluck(data('_frame'), '{field}'))"


def held(column: str, side: str = "step_size", *, within: str = "", **further: str) -> dict[str, str]:
    """For `drag`: the column stands where the reader drags; further ones: their expressions then.

    within: a column of the frame beyond whose ends it does not go, see `inside`.
    """
    place = f"toNumber({layers.HELD[side]})"
    return {"by": layers.HELD[side], column: inside(place, within) if within else place, **further}


def inside(place: str, column: str) -> str:
    """An expression held within the frame's ends: a mark beyond presses the picture together for good."""
    low, high = (f"extent(pluck(data('_frame'), '{column}'))[{i}]" for i in range(2))
    return f"clamp({place}, {low}, {high})"


def _colour(look: Look, style: Style) -> str:
    if callable(look):
        return look(style)
    return style.series[1] if look == "second" else getattr(style, look)
