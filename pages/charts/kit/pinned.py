"""Several runs in one figure: laid over each other, where it names the table of its run's course, or any
figure drawn once for each, side by side on common axes.

The figure itself does not know of them. Over each other: layers are added to its specification, on the axes
and with the playback of the layer that draws that table. Side by side: each drawing has the frame of all, and
where the axes follow the data a hidden layer holds them open to the ends of all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import DELTA, STEP
from pages.charts.kit.style import Style

TABLE, FRAME, COMMON = "_pinned", "_frame", "_common"
SIDE_BY_SIDE, OVER = "side by side", "laid over each other"
CLICKED = ("_cells", "_columns")
RUN, MARK = "run", "mark"  # columns: the name of the run; its number at its last point, else nothing


def beside(figure: Figure, pinned: Mapping[str, Any], style: Style) -> tuple[dict, dict[str, Table]]:
    """The specification of the figure with pinned runs in it, and the table that they add.

    pinned: studies by the names of their runs. The figure has `compare`.
    """
    spec = figure.spec(style, next(iter(pinned.values())))
    return _with_runs(figure, spec, style), {TABLE: _course(figure, pinned)}


class Picture(NamedTuple):
    """One of several pictures on common axes: its specification, its tables and its sentence; no
    specification where it would show nothing."""

    title: str
    spec: dict | None
    tables: dict[str, Table]
    words: str


def side_by_side(figure: Figure, contents: Mapping[str, Any], style: Style) -> list[Picture]:
    """The figure drawn for each of several contents, on the same axes.

    contents: what `figure` shows, by the title of each picture. Nothing in the pictures is to be clicked or
    dragged; the playback moves them.
    """
    drawn = _on_common_frames(figure, contents.values())
    seen = [draw.tables for draw, _ in drawn if not draw.blank]
    spec = _still(figure.spec(style, next(iter(contents.values()))))
    holder, common = _holder(spec, seen)
    common |= _common_frame(seen)
    spec["layer"] = [*holder, *spec["layer"]]
    del spec["title"]
    pictures = []
    for title, (draw, words) in zip(contents, drawn):
        tables = {name: table for name, table in draw.tables.items() if name not in CLICKED}
        pictures.append(Picture(title, None if draw.blank else spec, tables | common, words))
    return pictures


def laid_over(figure: Figure, present: Any, pinned: Mapping[str, Any], style: Style) -> Picture:
    """The figure of the present content with pinned ones in it (`beside`), in a frame for all of them."""
    drawn = _on_common_frames(figure, [present, *pinned.values()])
    draw, words = drawn[0]
    spec, course = beside(figure, pinned, style)
    tables = draw.tables | course | _common_frame([each.tables for each, _ in drawn])
    return Picture(OVER, None if draw.blank else _still(spec), tables, words)


def _on_common_frames(figure: Figure, contents: Collection[Any]) -> list[tuple[Drawing, str]]:
    """The drawings of several contents in frames that hold all of them."""
    frames = [figure.drawn(content)[0].frames for content in contents]
    held = {axis: _hull([frame[axis] for frame in frames]) for axis in frames[0]}
    return [figure.drawn(content, held, fixed=True) for content in contents]


def _common_frame(seen: Sequence[Mapping[str, Table]]) -> dict[str, Table]:
    """The table of the frame, where there is one, as wide as all those drawn."""
    columns = seen[0].get(FRAME, {}) if seen else {}
    ends = {column: _hull([tables[FRAME][column] for tables in seen]) for column in columns}
    return {FRAME: ends} if ends else {}


def _still(spec: Mapping[str, Any]) -> dict:
    """A specification of which a reader moves nothing but the playback."""
    params = [param for param in spec["params"] if "select" not in param]
    moved = {param["name"] for param in params if "bind" in param} - {STEP}
    unbound = [{k: v for k, v in p.items() if k != "bind" or p["name"] not in moved} for p in params]
    layers = [layer for layer in spec["layer"] if layer.get("data", {}).get("name") not in CLICKED]
    return {**spec, "params": unbound, "layer": layers}


def _holder(
    spec: Mapping[str, Any], seen: Sequence[Mapping[str, Table]]
) -> tuple[list[dict], dict[str, Table]]:
    """A hidden layer that holds open those axes of a specification that follow the data, and its table.

    seen: the tables of all the drawings that are to have these axes.
    """
    layers, channels, columns = [*_single(spec)], {}, {}
    for side in ("x", "y"):
        uses = [(name, layer[end]) for name, layer in layers for end in (side, f"{side}2") if end in layer]
        places = [(name, use["field"]) for name, use in uses if "field" in use]
        axis = next((use for _, use in uses if "type" in use), None)
        if axis is None or any("domain" in (use.get("scale") or {}) for _, use in uses):
            continue
        values = [tables[name][field] for tables in seen for name, field in places if field in tables[name]]
        if axis["type"] != "quantitative":
            columns[side] = list(dict.fromkeys(value for column in values for value in column))
        elif ends := _hull(values, positive=axis["scale"].get("type") == "log"):
            columns[side] = list(ends)
        channels[side] = {**axis, "field": side}
    longest = max(map(len, columns.values()), default=0)
    if not longest:
        return [], {}
    table = {side: column + column[-1:] * (longest - len(column)) for side, column in columns.items()}
    mark = {"type": "point", "opacity": 0, "size": 0, "tooltip": None}
    return [{"data": {"name": COMMON}, "mark": mark, "encoding": channels}], {COMMON: table}


def _single(spec: Mapping[str, Any], inherited: str = "") -> Iterator[tuple[str, dict]]:
    """The encodings of all single layers, each with the name of its table."""
    name = spec.get("data", {}).get("name", inherited)
    if "layer" not in spec:
        if name:
            yield name, spec.get("encoding", {})
        return
    for layer in spec["layer"]:
        yield from _single(layer, name)


def _hull(columns: Sequence[Any], *, positive: bool = False) -> Ends | None:
    """The ends of all that is finite in some columns; None where nothing is."""
    values = np.concatenate([np.ravel(np.asarray(column, float)) for column in columns] or [np.zeros(0)])
    values = values[np.isfinite(values) & ((values > 0.0) | (not positive))]
    return (float(values.min()), float(values.max())) if values.size else None


def _course(figure: Figure, pinned: Mapping[str, Any]) -> Table:
    """The tables of all pinned runs, one below the other."""
    parts = []
    for number, (name, study) in enumerate(pinned.items(), 1):
        table = figure.data(study)[figure.compare]
        rows = len(next(iter(table.values())))
        marks = [""] * (rows - 1) + [str(number)] * min(rows, 1)
        parts.append({**table, RUN: [name] * rows, MARK: marks})
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}


def _with_runs(figure: Figure, spec: dict, style: Style) -> dict:
    model = _layer_of(spec, figure.compare)
    channels = {name: model["encoding"][name] for name in ("x", "y", "order") if name in model["encoding"]}
    colour = {
        "field": RUN,
        "type": "nominal",
        "sort": None,
        "scale": {"range": [style.series[3], style.series[4], style.series[1], style.muted]},
        "legend": {"title": None, "symbolType": "stroke", "columns": 2, "labelLimit": 0},
    }
    shown = [step for step in model.get("transform", []) if step.get("filter") != f"!{DELTA}"]
    base = {"data": {"name": TABLE}, "transform": shown}
    encoding = {**channels, "color": colour}
    line = {**base, "mark": {"type": "line", "clip": True, "strokeWidth": 1.5}, "encoding": encoding}
    number = {
        **base,
        "mark": {"type": "text", "align": "left", "dx": 4, "fontWeight": "bold", "fontSize": 12},
        "encoding": {**encoding, "text": {"field": MARK, "type": "nominal"}},
    }
    return {**spec, "layer": [line, *spec["layer"], number]}


def _layer_of(spec: dict, table: str, inherited: str | None = None) -> dict | None:
    """The first single layer drawn over a table."""
    name = spec.get("data", {}).get("name", inherited)
    if "layer" not in spec:
        return spec if name == table else None
    found = (_layer_of(layer, table, name) for layer in spec["layer"])
    return next(filter(None, found), None)
