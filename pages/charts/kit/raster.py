"""Dense pictures as one image on the axes of a chart: thousands of marks would take seconds to draw."""

import base64
import struct
import zlib
from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
from scipy.ndimage import distance_transform_edt

from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.style import STYLES, Style
from pages.charts.kit.text import minus, three_digits

FEW, CRISP = 64, 500  # cells along an axis of a small picture; pixels along it, at least
LABEL_ROOM = 0.04  # a region wider than this share of the picture, all around, has room for its name
SEEN = 1e-3  # share of the picture: a region so small is seen, and needs one
KEY_COLUMNS = 2  # of the key: what a phone has room for


def image_url(indices: np.ndarray, palette: Sequence[str]) -> str:
    """A PNG data URL of `indices` (rows, columns), integers into `palette` ("#rrggbb").

    Row 0 is the BOTTOM of the picture, as on an axis that grows upwards. Browsers blend neighbouring pixels
    of a small picture that is drawn large, so each cell of one is several.
    """
    indices = np.ascontiguousarray(indices[::-1], dtype=np.uint8)
    for axis, cells in enumerate(indices.shape):
        indices = indices.repeat(-(-CRISP // cells) if cells < FEW else 1, axis)
    rows, columns = indices.shape
    scanlines = np.zeros((rows, columns + 1), np.uint8)  # each begins with its filter type, 0
    scanlines[:, 1:] = indices
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    colours = b"".join(bytes.fromhex(colour.lstrip("#")) for colour in palette)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, body)
        for kind, body in (
            (b"IHDR", header),
            (b"PLTE", colours),
            (b"IDAT", zlib.compress(scanlines.tobytes())),
            (b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(png).decode()


def image_table(
    indices, paint: Callable[[Style], Sequence[str]], x: tuple[float, float], y: tuple[float, float]
) -> dict:
    """The one-row table of `Drawing.picture`: the picture in the colours of every style, and its rectangle.

    paint: style -> palette; what `indices` refer to.
    """
    urls = {f"url_{style.name}": [image_url(indices, paint(style))] for style in STYLES}
    return {"x": [x[0]], "x2": [x[1]], "y": [y[0]], "y2": [y[1]], **urls}


def label_places(indices: np.ndarray) -> dict[int, tuple[float, float]]:
    """Where the name of each region goes: index -> (x, y), shares of the picture, deepest inside it.

    Regions too thin for a name are left out.
    """
    rows, columns = indices.shape
    places = {}
    for index in np.unique(indices):
        inside = np.pad(indices == index, 1)
        depth = distance_transform_edt(inside, sampling=(1.0 / rows, 1.0 / columns))[1:-1, 1:-1]
        row, column = np.unravel_index(np.argmax(depth), depth.shape)
        if depth[row, column] >= LABEL_ROOM:
            places[int(index)] = ((column + 0.5) / columns, (row + 0.5) / rows)
    return places


def region_picture(
    indices: np.ndarray,
    words: Sequence[str],
    paint: Callable[[Style], Sequence[str]],
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    log: bool = False,
) -> tuple[dict, dict]:
    """A picture of regions, and their names.

    indices: the picture, into `words` and the palettes of `paint`; x, y: its ends; log: whether y is spread
    by ratios.
    """
    picture = image_table(indices, paint, x, y)
    places = label_places(indices)
    across, up = np.reshape([*places.values()], (-1, 2)).T
    up = y[0] * (y[1] / y[0]) ** up if log else y[0] + (y[1] - y[0]) * up
    text = [minus(words[index]) for index in places]
    return picture, {"x": x[0] + (x[1] - x[0]) * across, "y": up, "text": text}


def draw_key(
    draw: Drawing, indices: np.ndarray, words: Sequence[str], names: Table,
    paint: Callable[[Style], Sequence[str]], *, opacity: float = 1.0,
) -> None:  # fmt: skip
    """The regions without room for a name inside, by their colours above the picture; nothing where all do.

    names: those of `region_picture`; opacity: of the picture.
    """
    shares, texts = np.bincount(indices.ravel(), minlength=len(words)) / indices.size, [*map(minus, words)]
    key = [i for i, text in enumerate(texts) if text and shares[i] > SEEN and text not in names["text"]]
    places, named = (f"pluck(data('_key'), '{column}')" for column in ("place", "text"))

    def colours(style: Style) -> alt.Color:  # equilibria have the fill
        palette = [*paint(style)]
        legend = alt.Legend(
            title=None, symbolType="square", symbolStrokeWidth=0, symbolSize=140, values=alt.ExprRef(places),
            labelExpr=f"{named}[indexof({places}, datum.value)]",
            symbolOpacity=alt.ExprRef(f"{named}[0] ? {opacity} : 0"),
            columns=KEY_COLUMNS,
        )  # fmt: skip
        scale = alt.Scale(domain=[*range(len(palette))], range=palette)
        return alt.Color("place:O", legend=legend, scale=scale)

    # the ink of a figure is the same for all that it shows: a key without entries is one that is not seen
    table = {"place": key, "text": [texts[i] for i in key]} if key else {"place": [0], "text": [""]}
    nothing = {"size": 0, "filled": True, "tooltip": None, "xy": (None, None), "channels": colours}
    draw.mark("point", "_key", table, **nothing)


def region_tables(
    indices: np.ndarray,
    words: Sequence[str],
    paint: Callable[[Style], Sequence[str]],
    x: np.ndarray,
    y: np.ndarray,
    fields: tuple[str, str],
    *,
    log: bool = False,
) -> tuple[dict, dict, dict]:
    """`region_picture`, and cells to click for `Drawing.click`, each with its word.

    x, y: the edges of the cells, from one end of the picture to the other; fields: what a click sets, to the
    round numbers in the middle of the cell.
    """
    ends = ((axis[0], axis[-1]) for axis in (x, y))
    picture, names = region_picture(indices, words, paint, *ends, log=log)
    return picture, names, click_cells(indices, words, x, y, fields, log=log)


def click_cells(
    indices: np.ndarray, words: Sequence[str], x: np.ndarray, y: np.ndarray, fields, *, log: bool = False
) -> dict:
    """The cells of `region_tables`, row by row from below."""
    rows, columns = len(y) - 1, len(x) - 1
    start = (x[1:] + x[:-1]) / 2.0, np.sqrt(y[1:] * y[:-1]) if log else (y[1:] + y[:-1]) / 2.0
    row, column = (
        ((np.arange(n) + 0.5) / n * size).astype(int) for n, size in zip((rows, columns), indices.shape)
    )
    return {
        "x": np.tile(x[:-1], rows),
        "x2": np.tile(x[1:], rows),
        "y": np.repeat(y[:-1], columns),
        "y2": np.repeat(y[1:], columns),
        fields[0]: np.tile(three_digits(start[0]), rows),
        fields[1]: np.repeat(three_digits(start[1]), columns),
        "outcome": [words[index] for index in indices[np.ix_(row, column)].ravel()],
    }


def edges_around(places: np.ndarray, *, log: bool = False) -> np.ndarray:
    """The edges of columns around these places: the ends, and the middles of neighbours, by ratios or not."""
    middles = np.sqrt(places[1:] * places[:-1]) if log else (places[1:] + places[:-1]) / 2.0
    return np.concatenate([places[:1], middles, places[-1:]])


def density_image(
    x: np.ndarray, y: np.ndarray, x_edges: np.ndarray, y_edges: np.ndarray, shades: int = 24
) -> np.ndarray:
    """Shade indices (len(y_edges) − 1, len(x_edges) − 1) of how many points fall in each cell, 0 for none.

    x has the shape of y, or one that NumPy broadcasts to it.

    Logarithmic in the count relative to the fullest cell of the same column, so that a chaotic band and a
    single branch are both seen. Points that are not finite or outside the edges are not counted.
    """
    keep = np.isfinite(x) & np.isfinite(y)
    counts = np.histogram2d(y[keep], np.broadcast_to(x, y.shape)[keep], bins=(y_edges, x_edges))[0]
    fullest = np.maximum(counts.max(axis=0, keepdims=True), 1.0)
    shade = np.ceil((shades - 1) * (np.log1p(counts) / np.log1p(fullest)))
    return np.where(counts > 0, np.maximum(shade, shades // 3), 0).astype(np.uint8)


def visited_table(step_sizes: np.ndarray, values: np.ndarray) -> dict:
    """The numbers behind a `density_image` over the step size: the least and greatest value per δ.

    step_sizes (m,); values (n, m). NaN where a run escaped.
    """
    kept = np.isfinite(values).all(axis=0)
    ends = (np.where(kept, end(values, axis=0), np.nan) for end in (np.min, np.max))
    return {"step_size": step_sizes, **dict(zip(("least", "greatest"), ends))}


def shades(background: str, ink: str, n: int = 24) -> tuple[str, ...]:
    """n colours from background to ink, for `density_image`."""
    ends = [np.frombuffer(bytes.fromhex(c.lstrip("#")), np.uint8).astype(float) for c in (background, ink)]
    mixed = np.linspace(ends[0], ends[1], n).round().astype(np.uint8)
    return tuple("#" + bytes(row).hex() for row in mixed)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
