"""Pinned runs drawn beside the present one, in any figure that names the table of its run's course.

The figure itself does not know of them: the layers are added to its specification, on the axes and with the
playback of the layer that draws that table.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pages.charts.kit.drawing import Table
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import DELTA
from pages.charts.kit.style import Style

TABLE = "_pinned"
RUN, MARK = "run", "mark"  # columns: the name of the run; its number at its last point, else nothing


def beside(figure: Figure, pinned: Mapping[str, Any], style: Style) -> tuple[dict, dict[str, Table]]:
    """The specification of the figure with pinned runs in it, and the table that they add.

    pinned: studies by the names of their runs. The figure has `compare`.
    """
    spec = figure.spec(style, next(iter(pinned.values())))
    return _with_runs(figure, spec, style), {TABLE: _course(figure, pinned)}


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
