"""A figure is data and ink apart: what is shown comes from a study, how it is drawn does not.

The drawing refers to its tables by name, so a new step size sends new tables only and the browser keeps the
picture. Three rules make that work:

* `draw(style)` depends on nothing but the style. Axis ranges, labels and threshold positions are data.
* Axes follow the data: use `layers.x` and `layers.y`, and put the corners wanted into a "_frame" table.
* A table whose name begins with an underscore is furniture (frames, labels, click targets): it is drawn but
  neither tabulated nor exported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit.style import LIGHT, Style

NAME = "figure"  # the parameter by which the browser knows one picture from another
Table = Mapping[str, Sequence | np.ndarray]  # column name -> values, all columns of one length


@dataclass(frozen=True)
class Figure:
    """One picture.

    name      key on the page and stem of exported files
    title     drawn above the picture
    data      study -> tables by name; the study is any one frozen result (or a tuple of them)
    draw      style -> chart that refers to the tables through alt.NamedData; independent of the study
    describe  study -> one or two sentences on what is seen, computed: the caption and the screen-reader text
    height    pixels, axes included
    picks     fields of `Params` that a click sets; draw must then include layers.clickable_columns or
              layers.clickable_cells over a table whose columns carry these names
    steps     whether the picture shows iterates and follows the playback (see layers.up_to_step)
    painted   study -> the numbers behind a part drawn as one image: for tables and files, not for drawing
    compare   name of the table with the course of the run, where pinned runs can be drawn beside it
    canvas    draw on a canvas instead of SVG: for more than about 2,000 marks
    """

    name: str
    title: str
    data: Callable[[Any], dict[str, Table]]
    draw: Callable[[Style], alt.Chart | alt.LayerChart]
    describe: Callable[[Any], str]
    height: int = 300
    picks: tuple[str, ...] = ()
    steps: bool = False
    canvas: bool = False
    compare: str = ""
    painted: Callable[[Any], dict[str, Table]] | None = None

    def spec(self, style: Style = LIGHT) -> dict:
        """The Vega-Lite specification without data; the same object for the same style, do not change it."""
        return _spec(self, style)

    def chart(self, study, style: Style = LIGHT, *, width: int = 520) -> alt.Chart | alt.LayerChart:
        """The complete chart with its data, for export and notebooks."""
        spec = {**self.spec(style), "width": width, "datasets": self.rows(study)}
        return alt.Chart.from_dict(spec, validate=False)

    def rows(self, study) -> dict[str, list[dict]]:
        """The tables as lists of rows of plain Python values; NaN and infinities are None."""
        return {name: _rows(table) for name, table in self.data(study).items()}

    def tables(self, study) -> dict[str, Table]:
        """The tables a reader may want: what is painted, and all that is drawn but the furniture."""
        painted = self.painted(study) if self.painted else {}
        drawn = {name: table for name, table in self.data(study).items() if not name.startswith("_")}
        return {**painted, **drawn}

    def records(self, study) -> dict[str, list[dict]]:
        """The same tables as lists of rows of plain Python values."""
        return {name: _rows(table) for name, table in self.tables(study).items()}


@lru_cache(maxsize=512)
def _spec(figure: Figure, style: Style) -> dict:
    """The drawing in the colours of a style."""
    drawing = _drawing(figure)
    for blank, value in zip(_leaves(BLANK), _leaves(style)):
        drawing = drawing.replace(blank, json.dumps(value)[1:-1])
    spec = json.loads(drawing)
    spec |= {"title": figure.title, "height": figure.height}
    spec["params"] = [*spec.get("params", ()), {"name": NAME, "value": figure.name}]
    spec["config"] = style.config()
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    spec["padding"] = {"left": 2, "right": 6, "top": 4, "bottom": 2}
    spec["usermeta"] = {"embedOptions": {"renderer": "canvas" if figure.canvas else "svg"}}
    return spec


@lru_cache(maxsize=256)
def _drawing(figure: Figure) -> str:
    """Drawn and converted once, with blanks for the colours: this is the expensive part of a chart."""
    return json.dumps(figure.draw(BLANK).to_dict(validate=False), ensure_ascii=False)


def _leaves(style: Style) -> list[str]:
    """Every string of a style, in the order of its fields."""
    values = [getattr(style, field.name) for field in fields(style)]
    return [leaf for value in values for leaf in ([value] if isinstance(value, str) else value)]


def _blank_style() -> Style:
    """A style whose every string is a blank of its own, to be filled in with those of a real one."""
    blanks = {
        field.name: f"«{field.name}»"
        if isinstance(value := getattr(LIGHT, field.name), str)
        else tuple(f"«{field.name} {i}»" for i in range(len(value)))
        for field in fields(LIGHT)
    }
    return Style(**blanks)


BLANK = _blank_style()


def _rows(table: Table) -> list[dict]:
    columns = {name: _plain(values) for name, values in table.items()}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def _plain(values) -> list:
    """Plain Python values; what JSON cannot say becomes None."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array.tolist()
    return np.where(np.isfinite(array), array.astype(object), None).tolist()
