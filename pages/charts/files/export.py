"""Figures for print and their data as files, made without a browser and without Streamlit."""

import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pages.charts.files.cells import cells, inert
from pages.charts.files.script import expression, script
from pages.charts.kit.calls import Call
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import PICK
from pages.charts.kit.style import PRINT
from stepsize_core import __version__
from stepsize_core.paper.catalogue import REFERENCE

WIDTHS = {"single": 8.5, "one-and-a-half": 13.0, "double": 17.5}  # centimetres; columns of a journal
DEFAULT_WIDTH = "one-and-a-half"  # about as wide as on the screen
PICTURES = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
TEXTS = {"csv": "text/csv", "json": "application/json", "py": "text/x-python"}
FORMATS = PICTURES | TEXTS  # kind of file -> media type
DOTS_PER_INCH = 300
UNITS = "every quantity is dimensionless; k counts steps of gradient descent"

PADDING = {"left": 2, "right": 14, "top": 4, "bottom": 2}  # pixels; names may reach beyond the axes
TITLE_LETTER, LEGEND_ENTRY = 8.4, 130  # pixels that one takes, at most
TITLE_BEGINS = 60  # pixels from the left edge, at most
CENTIMETRES_PER_INCH, POINTS_PER_INCH = 2.54, 72.0
POINTS_PER_PIXEL = 0.55  # on paper: text of 11 to 12 pixels becomes 6 to 7 points, as journals ask for


def render(figure: Figure, shown: Any, calls: Sequence[Call], kind: str, width: str = DEFAULT_WIDTH) -> bytes:
    """A figure as the content of a file.

    shown  what the figure shows; calls: where that comes from, for the header of the data
    kind   one of FORMATS
    width  one of WIDTHS, for pictures
    """
    if kind == "csv":
        return comma_separated(figure, shown, calls).encode()
    if (
        kind == "json"
    ):  # the header of `origin` and the tables, each a list of rows; NaN and infinities are null
        content = {"header": origin(figure, calls), "tables": figure.records(shown)}
        return json.dumps(content, ensure_ascii=False, indent=1).encode()
    if kind == "py":
        return script(calls, figure.title).encode()
    return picture(figure, shown, kind, width)


def picture(figure: Figure, shown: Any, kind: str, width: str = DEFAULT_WIDTH) -> bytes:
    """The figure on a light background, as wide as the column: "svg", "pdf" or "png" (300 dots per inch)."""
    import vl_convert  # heavy, and only needed once somebody asks

    svg = vl_convert.vegalite_to_svg(print_specification(figure, shown, width))
    if kind == "svg":
        return _sized(svg, POINTS_PER_PIXEL / POINTS_PER_INCH * CENTIMETRES_PER_INCH, "cm").encode()
    in_points = _sized(svg, POINTS_PER_PIXEL)  # which both converters take a pixel for
    if kind == "pdf":
        return vl_convert.svg_to_pdf(in_points)
    return vl_convert.svg_to_png(in_points, ppi=DOTS_PER_INCH)


def print_specification(figure: Figure, shown: Any, width: str) -> dict:
    """The complete Vega-Lite specification at the size of the column, without what is only for clicking."""
    pixels = round(WIDTHS[width] / CENTIMETRES_PER_INCH * POINTS_PER_INCH / POINTS_PER_PIXEL)
    spec = _without_targets(figure.spec(PRINT, shown))
    legend = spec["config"]["legend"] | {"columns": pixels // LEGEND_ENTRY}
    return spec | {
        "title": textwrap.wrap(figure.title, int((pixels - TITLE_BEGINS) / TITLE_LETTER)),
        "config": spec["config"] | {"legend": legend},
        "width": pixels,
        "height": min(figure.height, pixels),
        "padding": PADDING,
        "datasets": figure.rows(shown),
    }


def origin(figure: Figure, calls: Sequence[Call]) -> dict[str, Any]:
    """What a file of data has to say for itself: what it shows, parameters, seed, units, version, source."""
    params = next((asdict(c.arguments[0]) for c in calls if c.function.__name__ == "study"), {})
    return {
        "figure": figure.title,
        "parameters": params,
        "seed": params.get("seed", "none: nothing is drawn at random"),
        "units": UNITS,
        "version": f"stepsize_core {__version__}",
        "computed_by": [expression(call) for call in calls],
        "paper": REFERENCE,
    }


def comma_separated(figure: Figure, shown: Any, calls: Sequence[Call]) -> str:
    """The figure's tables as one CSV below a header of "# name: value"; the first column names the table.

    Read it with `pandas.read_csv(path, comment="#")`; of words see `cells.cell`.
    """
    tables = figure.records(shown)
    columns = list(dict.fromkeys(column for rows in tables.values() for row in rows[:1] for column in row))
    header = ""
    for name, value in origin(figure, calls).items():
        said = value if isinstance(value, str) else inert(json.dumps(value, ensure_ascii=False))
        header += f"# {name}: {said}\n"
    rows = ([name, *map(row.get, columns)] for name, rows in tables.items() for row in rows)
    return header + cells([["table", *columns], *rows])


def _without_targets(spec: dict) -> dict:
    """The specification without click targets and their selection, which would be invisible ink on paper."""
    layers = [layer for layer in spec["layer"] if layer.get("mark", {}).get("cursor") != "pointer"]
    return spec | {"layer": layers, "params": [param for param in spec["params"] if param["name"] != PICK]}


def _sized(svg: str, per_pixel: float, unit: str = "") -> str:
    """The SVG with its size on paper instead of that in pixels; the drawing is scaled to it."""

    def on_paper(match: re.Match) -> str:
        width, height = (float(pixels) * per_pixel for pixels in match.groups())
        return f' width="{width:.4f}{unit}" height="{height:.4f}{unit}"'

    return re.sub(r' width="([\d.]+)" height="([\d.]+)"', on_paper, svg, count=1)
