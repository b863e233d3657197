"""One figure is one function: each mark stands beside the table that it shows, and it returns the sentence.

    @figure("Loss against step", compare="losses")
    def LOSS(study: Study, draw: Drawing) -> str:
        k, level = np.arange(len(study.losses)), study.loss_level
        draw.axes("step k", "f₁(x[k])", log="y")
        draw.hline("predicted", {"loss": [level]})
        draw.curve("losses", {"k": k, "loss": study.losses}, play=True)
        draw.points("losses", size=18, play=True)
        draw.label("_labels", {"k": [k[-1]], "loss": [level], "text": [f"δ³/12 = {level:.4g}"]}, dx=-2)
        return f"From {study.losses[0]:.4g} to {study.losses[-1]:.4g} in {k[-1]} steps."

The decorator makes of the function a constant of the module, a `Figure`, hence its name in capitals. List it
in `figures(study)` of the package; the page draws `charts.LOSS`, files and tables follow by themselves.

The drawing refers to its tables by name and is sent once, so a new step size sends new tables only. Hence the
one rule that a test watches: which marks are drawn, and how, does not depend on the study. What does depend
on it (ranges, thresholds, names) is a column of a table. `drawing.Drawing` lists the marks.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np

from pages.charts.kit.calls import Call, compute
from pages.charts.kit.drawing import HEAD, Drawing, Ends, Table
from pages.charts.kit.layers import LETTER, NAME, SCALE, STEP
from pages.charts.kit.notebook import Picture, picture, single
from pages.charts.kit.style import LIGHT, Style, enlarged

PASSES_KEPT = 64
WIDTH = 520  # pixels of a chart in a notebook

Also = Sequence[Call] | Callable[..., Sequence[Call]]


def figure(title: str, **options) -> Callable[[Callable[..., str]], Figure]:
    """Make a figure of a function (study, …, draw) -> sentence; `options` are fields of `Figure`."""
    return lambda sketch: Figure(
        **{"name": sketch.__name__.lower(), "title": title, "sketch": sketch} | options
    )


@dataclass(frozen=True, eq=False)
class Figure:
    """One picture, equal to itself only.

    name     key on the page and stem of exported files; the function's name in small letters
    title    drawn above the picture
    sketch   the function: draws what it is given and returns one or two sentences on what is seen, computed:
             the caption and the screen-reader text
    height   pixels, axes included
    picks    fields of `Params` that a click sets; the columns of a `draw.click` carry these names
    square   as tall as it is wide on the screen, where that leaves room for what stands below
    canvas   draw on a canvas instead of SVG: for more than about 2,000 marks
    flips    each step changes the whole picture, and so they are shown slowly
    compare  name of the table with the course of the run, where pinned runs can be drawn beside it
    also     what it shows besides the study: calls, or a function of the study that names them; `sketch` gets
             the results after the study

    The content that the methods take is what `sketch` is given: the study, or a tuple that begins with it.
    """

    name: str
    title: str
    sketch: Callable[..., str]
    height: int = 300
    picks: tuple[str, ...] = ()
    square: bool = False
    canvas: bool = False
    flips: bool = False
    compare: str = ""
    also: Also = ()
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def further(self, *given) -> tuple[Call, ...]:
        """The calls of `also`; given: the study, where there is one."""
        return tuple(self.also(*given) if callable(self.also) else self.also)

    def content(self, *given, compute: Callable[[Call], Any] = compute) -> Any:
        """What the methods take: the study with the results of `also`; without a study, these alone."""
        parts = (*given, *map(compute, self.further(*given)))
        return parts[0] if len(parts) == 1 else parts

    def spec(self, style: Style = LIGHT, content: Any = None) -> dict:
        """The Vega-Lite specification without data; the same object for the same style, do not change it.

        It is drawn once, from the first content; which one is of no matter.
        """
        if "ink" not in self._kept:
            self._kept["ink"] = self.ink(content)
        if style not in self._kept:
            self._kept[style] = self._coloured(self._kept["ink"], style)
        return self._kept[style]

    def ink(self, content: Any) -> str:
        """The drawing as JSON, with blanks for the colours: the expensive part of a chart."""
        spec = self.drawn(content)[0].chart(BLANK).to_dict()
        _say_axes_once(spec)
        return json.dumps(spec, ensure_ascii=False)

    def __call__(self, *study, style: Style = LIGHT, width: int = WIDTH) -> Picture:
        """The chart of a study for a notebook, `width` pixels without its axes; what else the figure shows is
        computed. Without a study for the figures of the first page that show none."""
        return self.chart(self.content(*study), style, width=width)

    def chart(self, content: Any, style: Style = LIGHT, *, width: int = WIDTH) -> Picture:
        """The same chart of what the figure shows."""
        return picture(self.spec(style, content), self.rows(content), width)

    def data(self, content: Any) -> dict[str, Table]:
        """The tables that the marks refer to, by name."""
        return self.drawn(content)[0].tables

    def describe(self, content: Any) -> str:
        """The sentence."""
        return self.drawn(content)[1]

    def painted(self, content: Any) -> dict[str, Table]:
        """The numbers behind a part drawn as one image: for tables and files, not for drawing."""
        return self.drawn(content)[0].painted_tables()

    def rows(self, content: Any) -> dict[str, list[dict]]:
        """The tables as lists of rows of plain Python values; NaN and infinities are None."""
        return {name: _rows(table) for name, table in self.data(content).items()}

    def tables(self, content: Any) -> dict[str, Table]:
        """The tables a reader may want: what is painted, and all that is drawn but the furniture."""
        drawn = {name: table for name, table in self.data(content).items() if not name.startswith("_")}
        return {**self.painted(content), **drawn}

    def records(self, content: Any) -> dict[str, list[dict]]:
        """The same tables as lists of rows of plain Python values."""
        return {name: _rows(table) for name, table in self.tables(content).items()}

    def drawn(
        self, content: Any, held: Mapping[str, Ends] = MappingProxyType({}), *, fixed: bool = False
    ) -> tuple[Drawing, str]:
        """One pass of the function, for tables, sentence and ink alike; the last passes are kept.

        held: the frames of an earlier pass, which stand as long as the run fits them, or always where they
        are `fixed` (`Drawing.hold`)
        """
        parts = content if isinstance(content, tuple) else (content,)
        key = (self, fixed, *held.items(), *map(id, parts))
        with _LOCK:
            if key in _PASSES:
                _PASSES.move_to_end(key)
                return _PASSES[key][1]
        draw = Drawing(held, fixed=fixed)
        made = draw, self.sketch(*parts, draw)
        with _LOCK:
            _PASSES[key] = parts, made  # the parts are kept, so that their ids stay theirs
            if len(_PASSES) > PASSES_KEPT:
                _PASSES.popitem(last=False)
        return made

    def _coloured(self, ink: str, style: Style) -> dict:
        """The drawing in the colours of a style."""
        for blank, value in zip(leaves(BLANK), leaves(style)):
            ink = ink.replace(blank, json.dumps(value)[1:-1])
        spec, known = json.loads(ink), {NAME: self.name, SCALE: style.scale, LETTER: style.letter}
        params = [{"name": name, "value": value} for name, value in known.items()]
        spec |= {
            "title": self.title,
            "height": self.height,
            "params": [*spec.get("params", ()), *params],
            "config": style.config(),
            "autosize": {"type": "fit", "contains": "padding"},
            "padding": {"left": 2, "right": 6, "top": 4, "bottom": 2},
            "usermeta": {"embedOptions": {"renderer": "canvas" if self.canvas else "svg"}},
        }
        if any(param["name"] == STEP for param in spec["params"]):
            spec["layer"] = [*spec["layer"], *ROOM_FOR_HEADS]
        return enlarged(spec, style.scale) if style.scale != 1.0 else spec


def _say_axes_once(spec: dict) -> None:
    """Take from the layers of a drawing what an earlier one says of the same axis: it is sent with each δ."""
    said: dict[str, dict] = {}
    for layer in single(spec["layer"]):
        for side in ("x", "y"):
            channel = layer.get("encoding", {}).get(side, {})
            if side not in said:
                if "field" in channel and layer["mark"].get("cursor") != "pointer":  # not in files
                    said[side] = channel
                continue
            known = said[side]
            same = [name for name in ("axis", "title") if name in channel.keys() & known.keys()]
            same = [name for name in same if channel[name] == known[name]]
            scale = channel.get("scale") or {}
            if scale and scale.items() <= (known.get("scale") or {}).items():
                same.append("scale")
            for name in same:
                del channel[name]


# A head at the edge of a picture is drawn in full. Two that are not seen keep the room for it from the
# beginning: later it would push the title out of the picture.
RING = 4  # pixels: what Vega adds to a disc with a stroke of 2
ROOM_FOR_HEADS = [
    {
        "data": {"values": [{}]},
        "mark": {"type": "point", "size": (HEAD**0.5 + 2 * RING) ** 2, "opacity": 0, "tooltip": None},
        "encoding": {"x": {"value": x}, "y": {"value": y}},
    }
    for x, y in ((0, 0), ("width", "height"))
]
_PASSES: OrderedDict[tuple, tuple[tuple, tuple[Drawing, str]]] = OrderedDict()
_LOCK = Lock()


def leaves(style: Style) -> list[str]:
    """Every string of a style, in the order of its fields; the last two are numbers."""
    words = ([value] if isinstance(value, str) else value for value in astuple(style)[:-2])
    return [leaf for leaves in words for leaf in leaves]


BLANK = Style(  # every string is a blank of its own, to be filled in with those of a real style
    *(
        f"«{i}»" if isinstance(value, str) else tuple(f"«{i} {j}»" for j in range(len(value)))
        for i, value in enumerate(astuple(LIGHT)[:-2])
    )
)


def _rows(table: Table) -> list[dict]:
    columns = {name: _plain(values) for name, values in table.items()}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def _plain(values) -> list:
    """Plain Python values; what JSON cannot say becomes None."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array.tolist()
    return np.where(np.isfinite(array), array.astype(object), None).tolist()
