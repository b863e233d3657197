"""Figures for print and their data as files, made without a browser and without Streamlit."""

import json
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from pages.charts.files.cells import cells, inert
from pages.charts.files.drawn import converter
from pages.charts.files.film import film
from pages.charts.files.grey import GREY, in_grey
from pages.charts.files.metadata import in_pdf, in_png, in_svg, seen_through
from pages.charts.files.own_page import page_of
from pages.charts.files.script import expression, script
from pages.charts.files.words import LINE, legend_of, state_of, with_words
from pages.charts.kit.calls import Call
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import STEP
from pages.charts.kit.notebook import at_rest
from pages.charts.kit.style import PRINT
from stepsize_core import __version__
from stepsize_core.paper.catalogue import REFERENCE

SLIDE = "slide"  # 16:9
WIDTHS = {"single": 8.5, "one-and-a-half": 13.0, "double": 17.5, SLIDE: 33.867}  # centimetres
DEFAULT_WIDTH = "one-and-a-half"  # about as wide as on the screen
PICTURES = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
MOVING = {"gif": "image/gif", "html": "text/html"}
TEXTS = {"csv": "text/csv", "json": "application/json", "vl.json": "application/json", "py": "text/x-python"}
FORMATS = PICTURES | MOVING | TEXTS  # kind of file -> media type
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
SCREEN_WIDTH = 640  # pixels
DOTS_PER_INCH = 300
UNITS = "every quantity is dimensionless; k counts steps of gradient descent"

PADDING = {"left": 2, "right": 14, "top": 4, "bottom": 2}  # pixels; names may reach beyond the axes
TITLE_LETTER, LEGEND_ENTRY = 8.4, 130  # pixels that one takes, at most
TITLE_BEGINS = 60  # pixels from the left edge, at most
CENTIMETRES_PER_INCH, POINTS_PER_INCH = 2.54, 72.0
# text of 11 to 12 pixels becomes 6 to 7 points in print, as journals ask for, and 15 to 16 on a slide
POINTS_PER_PIXEL = dict.fromkeys(WIDTHS, 0.55) | {SLIDE: 4 / 3}
LETTER = 6.4  # pixels of small print, at most
UNSEEN = 1e-3  # pixels; the converter to PDF fails at legs of a run that are as short
_LINE = re.compile(r'<line [^>]*\bx2="([^"]+)" y2="([^"]+)"[^>]*/>')


@dataclass(frozen=True)
class Dress:
    """How a picture is dressed for its place.

    words        with its state in small print and what its lines mean
    transparent  without a background
    grey         in greys that stay apart
    """

    words: bool = True
    transparent: bool = False
    grey: bool = False


PLAIN = Dress()


def render(
    figure: Figure, shown: Any, calls: Sequence[Call], kind: str, width: str = DEFAULT_WIDTH,
    dress: Dress = PLAIN,
) -> bytes:  # fmt: skip
    """A figure as the content of a file.

    shown  what the figure shows; calls: where that comes from
    kind   one of FORMATS
    width  one of WIDTHS, dress: for pictures
    """
    if kind == "csv":
        return comma_separated(figure, shown, calls).encode("utf-8-sig")  # spreadsheets read it by the mark
    if kind == "json":  # the header of `origin`, tables as lists of rows; NaN and infinities are null
        content = {"header": origin(figure, calls), "tables": figure.records(shown)}
        return json.dumps(content, ensure_ascii=False, indent=1).encode()
    if kind == "py":
        return script(calls, figure.title, figure).encode()
    if kind == "vl.json":
        return json.dumps(vega_lite(figure, shown, calls), ensure_ascii=False).encode()
    if kind == "html":
        return page_of(figure, shown, state_of(calls), vega_lite(figure, shown, calls)).encode()
    if kind == "gif":
        return film(figure, shown, lambda step: drawing(figure, shown, calls, width, dress, step))
    drawn = partial(drawing, figure, shown, calls, width, dress)
    return picture(drawn, kind, width, figure.title, state_of(calls), clear=dress.transparent)


def picture(
    drawn: Callable[..., str], kind: str, width: str, title: str, about: str, *, clear: bool
) -> bytes:
    """A drawing as a file as wide as the column: "svg", "pdf" or "png" (300 dots per inch).

    drawn: the SVG in pixels, on a `ground` of this colour; clear: without a background
    """
    per_pixel = POINTS_PER_PIXEL[width]
    if kind == "png":  # for both converters a pixel is a point
        grounds = ("#FFFFFF", "#000000") if clear else (PRINT.background,)
        in_points = (_sized(drawn(ground=ground), per_pixel) for ground in grounds)
        pngs = [converter().svg_to_png(svg, ppi=DOTS_PER_INCH) for svg in in_points]
        return in_png(seen_through(*pngs) if clear else pngs[0], title, about)
    svg = drawn(ground=None if clear else PRINT.background)
    if kind == "pdf":
        return in_pdf(converter().svg_to_pdf(_sized(svg, per_pixel)), title, about)
    return in_svg(
        _sized(svg, per_pixel / POINTS_PER_INCH * CENTIMETRES_PER_INCH, "cm"), title, about
    ).encode()


def vega_lite(figure: Figure, shown: Any, calls: Sequence[Call]) -> dict:
    """The complete specification of a figure with its data, for other pages and editors."""
    spec = at_rest(figure.spec(PRINT, shown))
    return spec | {
        "$schema": SCHEMA,
        "description": f"{figure.describe(shown)} {state_of(calls)}".strip(),
        "width": SCREEN_WIDTH,
        "datasets": figure.rows(shown),
    }


def drawing(
    figure: Figure,
    shown: Any,
    calls: Sequence[Call],
    width: str,
    dress: Dress,
    step: float | None = None,
    *,
    ground: str | None = PRINT.background,
) -> str:
    """The drawing in pixels with what stands below it; step: where its run is, None for the end;
    ground: the colour of the background, None for none."""
    pixels, style = _pixels(width), GREY if dress.grey else PRINT
    state = textwrap.wrap(state_of(calls), int(pixels / LETTER)) if dress.words else []
    legend = legend_of(figure.drawn(shown)[0], style) if dress.words else []
    below = LINE * (len(state) + bool(legend))
    spec = print_specification(figure, shown, width, below)
    if step is not None:
        spec["params"] = [p | {"value": step} if p["name"] == STEP else p for p in spec["params"]]
    svg = _LINE.sub(_seen, converter().vegalite_to_svg(spec | {"background": None}))
    svg = in_grey(svg) if dress.grey else svg
    return with_words(svg, below, state, legend, style, ground=ground)


def print_specification(figure: Figure, shown: Any, width: str, below: float = 0.0) -> dict:
    """The complete Vega-Lite specification at the size of the column, without what is only for clicking.

    below: pixels that are kept free below a picture whose height is fixed too
    """
    return print_layout(figure, shown, width, below) | {"datasets": figure.rows(shown)}


def print_layout(figure: Figure, shown: Any, width: str, below: float = 0.0) -> dict:
    """The same without the data."""
    pixels = _pixels(width)
    spec = at_rest(figure.spec(PRINT, shown))
    legend = spec["config"]["legend"] | {"columns": pixels // LEGEND_ENTRY}
    return spec | {
        "title": textwrap.wrap(figure.title, int((pixels - TITLE_BEGINS) / TITLE_LETTER)),
        "config": spec["config"] | {"legend": legend},
        "width": pixels,
        "height": pixels * 9 / 16 - below if width == SLIDE else min(figure.height, pixels),
        "padding": PADDING,
    }


def _seen(line: re.Match) -> str:
    return line[0] if max(abs(float(reach)) for reach in line.groups()) > UNSEEN else ""


def _pixels(width: str) -> int:
    return round(WIDTHS[width] / CENTIMETRES_PER_INCH * POINTS_PER_INCH / POINTS_PER_PIXEL[width])


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


def _sized(svg: str, per_pixel: float, unit: str = "") -> str:
    """The SVG with its size on paper instead of that in pixels; the drawing is scaled to it."""

    def on_paper(match: re.Match) -> str:
        width, height = (float(pixels) * per_pixel for pixels in match.groups())
        return f' width="{width:.4f}{unit}" height="{height:.4f}{unit}"'

    return re.sub(r' width="([\d.]+)" height="([\d.]+)"', on_paper, svg, count=1)
