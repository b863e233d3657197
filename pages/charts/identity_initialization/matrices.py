"""The target, the estimate in motion along the run, and the nearest PSD matrix."""

import altair as alt
import numpy as np

from pages.charts.kit.courses import only_now, shown_until
from pages.charts.kit.drawing import Channel, Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import NO_AXIS, SCALE, unless_asked
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus, typeset
from stepsize_core.descent import sampled_steps
from stepsize_core.paper.identity_initialization import Study

MOST = 8  # eigenvalues of a target
GAP, ABOVE = 0.3, 0.16  # between matrices and for a title above each, in matrix widths
WIDTH, HEIGHT = 2.0 + GAP, 2.0 + 2 * ABOVE
MIDDLE = (1.0 + GAP) / 2.0
PLACES = {  # lower left corners, in matrix widths: the estimate stands between the two that it may come to
    "R": (0.0, 1.0 + ABOVE),
    "estimate": (MIDDLE, 0.0),
    "nearest PSD": (1.0 + GAP, 1.0 + ABOVE),
}
SHADES, BAR, STRENGTH = 21, (0.07, 0.47, 0.06, 0.11), 0.62  # of the colours: cells, rectangle, the strongest
NARROW = 0.3  # of a cell, letters of which a number fits
LEGIBLE = 33  # pixels of a cell that has room for a number; signs alone stand in smaller ones
SMALL = 0.05  # of the greatest entry: in smaller ones no sign stands
NUMBER = (
    "abs(datum.value) < 9.995 ? format(datum.value, '.2f') : "
    "abs(datum.value) < 999.5 ? format(datum.value, '.0f') : format(datum.value, '.0e')"
)
SIGN = f"abs(datum.value) < {SMALL} * datum.largest ? '' : datum.value < 0 ? '-' : '+'"
SIDE = f"min(width / {WIDTH:g}, height / {HEIGHT:g})"  # pixels of a matrix
ROOM = f"{SIDE} / datum.size >= {LEGIBLE}"
WRITTEN = f"replace(replace({ROOM} ? {NUMBER} : {SIGN}, /^[-−]0.00$/, '0.00'), '-', '−')"
VALUE = " + ".join(f"datum.w{i} * datum.p{i}" for i in range(MOST))  # of an entry, from the eigenvalues now


@figure("R, what is learned, the nearest PSD matrix", height=460, square=True)
def MATRICES(study: Study, draw: Drawing) -> str:
    n, largest = len(study.spectrum.matrix), max(1.0, float(np.abs(study.spectrum.matrix).max()))
    entries = {**_entries(study), "size": n, "largest": largest}
    frames = {**_frames(study), "size": n, "largest": largest}

    draw.axes(x=NO_AXIS, y=NO_AXIS, frame={"x": [0.0, WIDTH], "y": [-0.02, HEIGHT]}, equal=True)
    draw.layer({"entries": entries}, _still)
    draw.layer({"_frames": frames, "_products": _products(study)}, _moving, play="legs")
    draw.layer({}, _words, play="legs")
    corners = np.array([PLACES["R"], PLACES["nearest PSD"]])
    names = {"x": corners[:, 0], "y": corners[:, 1] + 1.0, "text": ["target R", "nearest PSD matrix"]}
    draw.label("_names", names, look="ink", dx=1, dy=-8, size=13)
    left, right, bottom, top = BAR
    shades = np.linspace(-1.0, 1.0, SHADES)
    places = np.linspace(left, right, SHADES + 1)
    bar = {"x": places[:-1], "y": bottom, "x2": places[1:], "y2": top, "shade": STRENGTH * shades}
    draw.mark("rect", "_bar", bar, channels=_shade, x2="x2", y2="y2", xy=("x", "y"), tooltip=None)
    ends = [minus(f"{value:.3g}") for value in (-largest, 0.0, largest)]
    ticks = {"x": [left, (left + right) / 2.0, right], "y": top, "text": ends}
    draw.label("_ends", ticks, look="muted", align="center", dx=0, dy=-9)

    end, last = study.params.n_steps, len(frames["k"]) and int(frames["k"][-1])
    exact = " (the exact reduction, whose layers stay equal)" if float(study.params.noise) else ""
    if last < end:
        return f"Within {end:,} steps the estimate W_L ⋯ W_1{exact} diverges; it is shown until k = {last:,}."
    return (
        f"After {end:,} steps the estimate W_L ⋯ W_1{exact} is {study.to_psd[-1]:.3g} from the nearest PSD "
        f"matrix and {study.to_target[-1]:.3g} from R."
    )


def _entries(study: Study) -> Table:
    """The entries of all three matrices, that of the estimate after the last step."""
    matrices = dict(zip(PLACES, (study.spectrum.matrix, study.estimate, study.projection)))
    n = len(study.spectrum.matrix)
    row, column = np.indices((n, n)).reshape(2, -1) + 1
    value = np.ravel([*matrices.values()])
    corners = [_corners(name, n) for name in matrices]
    return {
        "matrix": np.repeat([*matrices], n * n),
        "row": np.tile(row, 3),
        "column": np.tile(column, 3),
        **{side: np.concatenate([corner[side] for corner in corners]) for side in corners[0]},
        "value": value,
    }


def _corners(name: str, n: int) -> dict[str, np.ndarray]:
    """The rectangles of the cells of a matrix, row by row from above."""
    row, column = np.indices((n, n)).reshape(2, -1)
    left, bottom = PLACES[name]
    x, y = left + column / n, bottom + 1.0 - row / n
    return {"x": x, "x2": x + 1.0 / n, "y": y, "y2": y - 1.0 / n}


def _frames(study: Study) -> Table:
    """The eigenvalues of the estimate and its distances at the steps shown, as long as they are numbers."""
    k = sampled_steps(study.params.n_steps)
    k = k[np.isfinite(study.to_psd[k]) & np.isfinite(study.to_target[k])]
    seen = study.estimates[k].T
    eigenvalues = {f"w{i}": seen[i] if i < len(seen) else np.zeros(len(k), np.int8) for i in range(MOST)}
    distances = {"to_target": study.to_target[k], "to_psd": study.to_psd[k]}
    written = {name: [typeset(f"{value:.2g}") for value in values] for name, values in distances.items()}
    return {"k": k.astype(np.int32), "until": shown_until(k).astype(np.int32), **eigenvalues, **written}


def _products(study: Study) -> Table:
    """Of every cell of the estimate its place, and how much each eigenvalue counts in it."""
    axes = study.spectrum.axes
    n = len(axes)
    counts = np.einsum("ri,ci->irc", axes, axes).reshape(n, -1)
    counts = {f"p{i}": counts[i] if i < n else np.zeros(n * n, np.int8) for i in range(MOST)}
    return {"cell": np.arange(n * n), **_corners("estimate", n), **counts}


def _shade(style: Style) -> alt.Color:
    """The colour of an entry by its share of the greatest, times STRENGTH."""
    ends = [style.even, style.background, style.measured]
    scale = alt.Scale(domain=[-1, 0, 1], range=ends, interpolate="rgb")
    return alt.Color("shade:Q", legend=None, scale=scale)


def _letters(size: float, share: float) -> alt.ExprRef:
    """Letters of so many pixels, at most this share of a matrix."""
    return alt.ExprRef(f"min({size}, {share} * {SIDE} / {SCALE})")


def _cells(rows: alt.NamedData, x: Channel, y: Channel, style: Style, **more) -> alt.LayerChart:
    """Coloured cells with their numbers, of rows with a value; more: properties of both marks."""
    tips = [alt.Tooltip(f"{name}:Q") for name in ("row", "column")] + [alt.Tooltip("value:Q", format=".6g")]
    cells = alt.Chart().mark_rect(stroke=style.grid, strokeWidth=0.7, **more)
    cells = cells.encode(x("x"), y("y"), alt.X2("x2:Q"), alt.Y2("y2:Q"), _shade(style), tooltip=tips)
    numbers = alt.Chart().mark_text(color=style.ink, tooltip=None, **more)
    letters = alt.Size("letters:Q", scale=None, legend=None)
    numbers = numbers.encode(x("x_middle"), y("y_middle"), letters, text="text:N")
    return alt.layer(cells, numbers, data=rows)


def _inked(cells: alt.LayerChart) -> alt.LayerChart:
    """What the cells need beside their places and values."""
    return cells.transform_calculate(
        shade=f"clamp({STRENGTH} * datum.value / datum.largest, -1, 1)",
        text=WRITTEN,
        letters=f"min(12 * {SCALE}, {NARROW} * {SIDE} / datum.size)",
        x_middle="(datum.x + datum.x2) / 2",
        y_middle="(datum.y + datum.y2) / 2",
    )


def _still(x: Channel, y: Channel, style: Style) -> alt.LayerChart:
    """R and the nearest PSD matrix."""
    cells = _cells(alt.NamedData("entries"), x, y, style)
    return _inked(cells.transform_filter("datum.matrix !== 'estimate'"))


def _moving(x: Channel, y: Channel, style: Style) -> alt.LayerChart:
    """The estimate at the step of the playback."""
    cells = only_now(_cells(alt.NamedData("_frames"), x, y, style, **unless_asked(1)))
    cells = cells.transform_calculate(cell="sequence(datum.size * datum.size)").transform_flatten(["cell"])
    found = ["x", "x2", "y", "y2", *(f"p{i}" for i in range(MOST))]
    products = alt.LookupData(data=alt.NamedData("_products"), key="cell", fields=found)
    counted = {"row": "1 + floor(datum.cell / datum.size)", "column": "1 + datum.cell % datum.size"}
    return _inked(cells.transform_lookup("cell", from_=products).transform_calculate(value=VALUE, **counted))


def _words(x: Channel, y: Channel, style: Style) -> alt.LayerChart:
    """Above the estimate its step, beside it how far it is from the matrices above."""
    across = {"before": f"{MIDDLE / 2.0}", "middle": f"{MIDDLE}", "behind": f"{WIDTH - MIDDLE / 2.0}"}
    words = {
        "from_target": "'from R'",
        "from_psd": "'from nearest PSD'",
        "title": "'estimate, k = ' + datum.k",
    }

    def text(field: str, across: str, up="beside", **look) -> alt.Chart:
        own = {"fontSize": 13, "color": style.ink, "tooltip": None, **unless_asked(1), **look}
        return alt.Chart().mark_text(**own).encode(x(across), y(up), text=f"{field}:N")

    number = {"fontSize": _letters(20, 0.12), "fontWeight": 600}
    texts = alt.layer(
        text("title", "middle", "above", align="left", dx=1, dy=-8, color=style.measured),
        text("to_target", "before", **number),
        text("from_target", "before", dy=20),
        text("to_psd", "behind", **number),
        text("from_psd", "behind", dy=20, fontSize=_letters(12, 0.07)),
        data=alt.NamedData("_frames"),
    )
    return only_now(texts).transform_calculate(**across, beside="0.62", above="1", **words)
