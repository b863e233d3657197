"""What pictures over the step size share: attractors, thresholds, the chosen δ, exponents.

The axis across is "step_size"; `largest` is where it ends, at 0 or at the smallest step size it begins.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np

from pages.charts.kit.drawing import Drawing, Table, held
from pages.charts.kit.raster import density_image, image_table, shades
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus
from stepsize_core.limits import LimitKind

ROWS = 240  # of the picture of attractors
SHADES = 16
DOTTED, HATCHED = 2 * SHADES - 1, 2 * SHADES  # the inks after those of the states
HATCH = 9.0  # rows from one line of a hatching to the next
LOWEST_EXPONENT = -2.5  # a strip of exponents ends here: at a superstable step size the exponent is −∞
OUT_OF_SIGHT = 3.0 * LOWEST_EXPONENT  # a curve leads this far below it
LAST_NAME = 0.877  # share of the width beyond which a name that begins there would not fit
WIDTH, LETTER = 290.0, 6.4  # pixels of the narrowest picture, and of a letter of a name in it
NAME_ROW = 0.1  # of the window: a row of names of thresholds above it
BELOW_AXIS = 13  # pixels from the bottom edge to the middle of the numbers of the axis
PILL = 9  # pixels around a name on a rule, or among those numbers, that hide them

Threshold = tuple[float, str]  # the step size and its name


def attractor_picture(
    step_sizes: np.ndarray,
    window: tuple[float, float],
    own: np.ndarray,
    *branches: np.ndarray,
    rows: int = ROWS,
    escaped: np.ndarray | None = None,
    dotted: tuple[np.ndarray, np.ndarray] | None = None,
) -> Table:
    """How often each state is visited at each step size, for `Drawing.picture`: own states in the colour of
    what is measured, over those of the branches in a muted one.

    step_sizes (m,), evenly spread; own, branches (n, m, …): NaN where a run escaped; window: of the states;
    escaped (m,): step sizes that are hatched; dotted: step sizes and states of dotted lines.
    """
    half = (step_sizes[1] - step_sizes[0]) / 2.0
    across, up = np.append(step_sizes - half, step_sizes[-1] + half), np.linspace(*window, rows + 1)

    def density(values: np.ndarray) -> np.ndarray:
        return density_image(step_sizes, np.moveaxis(values, 1, -1), across, up, SHADES).astype(int)

    first = density(own)
    below = np.max([np.zeros_like(first), *map(density, branches)], axis=0)
    indices = np.where(first > 0, first, np.where(below > 0, below + SHADES - 1, 0))
    for index, inked in ((DOTTED, dotted is not None and _dots(*dotted, across, up)),
                         (HATCHED, escaped is not None and escaped & _hatching(*indices.shape))):  # fmt: skip
        indices = np.where((indices == 0) & inked, index, indices)
    return image_table(indices, _inks, (across[0], across[-1]), window)


def _hatching(rows: int, columns: int) -> np.ndarray:
    """Lines at 45° where a picture is twice as wide as high."""
    slope = 2.0 * rows / columns
    row, column = np.ogrid[:rows, :columns]
    return (row + slope * column) % HATCH < max(1.0, slope)


def _dots(step_sizes: np.ndarray, states: np.ndarray, across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Cells on lines, in every other pair of columns."""
    cells = np.histogram2d(states, step_sizes, bins=(up, across))[0] > 0
    return cells & (np.arange(len(across) - 1) // 2 % 2 == 0)


def _inks(style: Style) -> tuple[str, ...]:
    own = shades(style.background, style.measured, SHADES)
    branches = shades(style.background, style.muted, SHADES)[1:]
    hatching = shades(style.background, style.outcome(LimitKind.DIVERGENT).colour, 3)[1]
    return (*own, *branches, style.theory, hatching)


def draw_thresholds(draw: Drawing, thresholds: Sequence[Threshold], largest: float) -> None:
    """Critical step sizes as dashed rules; names: see `threshold_names`."""
    known = [threshold for threshold in thresholds if threshold[0] <= largest]
    table = {"step_size": [delta for delta, _ in known], "text": [text for _, text in known]}
    draw.vline("thresholds", table, empty={"step_size": largest})


def threshold_names(
    thresholds: Sequence[Threshold],
    largest: float,
    window: tuple[float, float],
    name_row: float = NAME_ROW,
) -> tuple[Table, float]:
    """The names above the rules, moved inwards at the ends, one above the other where thresholds lie close
    together; and the top of a picture that has room for them above the window of the states.

    name_row: of the window, for a row of names.
    """
    table: dict[str, list] = {column: [] for column in ("step_size", "x", "text")}
    rows: list[float] = []  # where the last name in each ends
    for delta, text in sorted(threshold for threshold in thresholds if threshold[0] <= largest):
        place, half = WIDTH * delta / largest, LETTER * len(text) / 2.0
        middle = min(max(place, half), WIDTH - half)
        row = next((i for i, end in enumerate(rows) if end < middle - half), len(rows))
        rows[row : row + 1] = [middle + half + LETTER]
        for column, value in zip(table.values(), (delta, row, minus(text))):
            column.append(value)
    high, height = window[1], name_row * (window[1] - window[0])
    table["x"] = [high + (len(rows) - row - 0.5) * height for row in table["x"]]
    return table, high + len(rows) * height


def name_thresholds(draw: Drawing, names: Table) -> None:
    """Draw what `threshold_names` made; after the rules that the names stand on."""
    nowhere = {"step_size": 0.0, "x": 0.0}
    draw.name("_threshold_names", names, look="theory", inside=True, halo=PILL, empty=nowhere)


def draw_chosen(
    draw: Drawing, delta: float, ends: tuple[float, float], height: float | None = None, *, log=False, dy=0
) -> None:
    """A rule at δ, at the end of the axis where it lies beyond, and at `height` its name, with an arrow then.

    ends: of the axis, spread by ratios where `log`.
    """
    low, high = ends
    inside = min(max(delta, low), high)
    draw.vline("_chosen", {"step_size": inside}, look="chosen", drag=held("step_size", within=draw.along))
    if height is not None:
        last = low * (high / low) ** LAST_NAME if log else low + LAST_NAME * (high - low)
        name = {"step_size": min(inside, last), "x": height, "text": _chosen(delta, ends)}
        moves = held("step_size", within=draw.along, text="'δ = ' + held")
        draw.name("_chosen_name", name, look="chosen", align="left", dx=5, dy=dy, drag=moves)


def draw_chosen_below(draw: Drawing, delta: float, ends: tuple[float, float], symbol: str = "δ") -> None:
    """As `draw_chosen`, with the name on the bottom edge, in place of numbers of the axis; symbol: of δ."""
    draw_chosen(draw, delta, ends)
    draw.give_way("_chosen_name", "step_size")
    name = {"step_size": min(max(delta, ends[0]), ends[1]), "text": _chosen(delta, ends, symbol)}
    own = {"xy": ("step_size", None), "encode": {"y": alt.value("height"), "text": alt.Text("text:N")}}
    moves = held("step_size", within=draw.along, text=f"'{symbol} = ' + held")
    own |= {"drag": moves, "dy": BELOW_AXIS, "fontSize": 12}
    pill = {"strokeWidth": PILL, "strokeJoin": "round", "fontWeight": 600}
    stroke = {"channels": lambda style: alt.StrokeValue(style.background)}
    draw.mark("text", "_chosen_name", name, look="background", **pill, **stroke, **own)
    draw.mark("text", "_chosen_name", look="chosen", fontWeight=600, **own)


def _chosen(delta: float, ends: tuple[float, float], symbol: str = "δ") -> str:
    """The name of δ, with an arrow where it lies beyond the ends of the axis."""
    arrow = " →" if delta > ends[1] else " ←" if delta < ends[0] else ""
    return minus(f"{symbol} = {delta:g}{arrow}")


def draw_exponents(
    draw: Drawing,
    step_sizes: np.ndarray,
    exponents: np.ndarray,
    largest: float,
    top: float,
    title: str,
    room: float = 0.0,
    **axis,
) -> None:
    """The axes of a strip that ends at `top`, and the Lyapunov exponents (m,) in it; NaN where a run escaped.

    title, axis: of the axis up; room: above it.
    """
    seen = ~np.isnan(exponents)
    shown = {"step_size": step_sizes[seen], "exponent": np.maximum(exponents[seen], OUT_OF_SIGHT)}
    word = {"step_size": 0.006 * largest, "exponent": top, "text": "above 0: neighbouring runs separate"}
    frame = {"step_size": [0.0, largest], "exponent": [LOWEST_EXPONENT, top + room]}
    draw.axes("step size δ", title, y=axis, frame=frame, whole=True)
    draw.hline("_zero", {"exponent": 0.0}, look="muted")
    draw.curve("exponents", shown, width=1.4, empty={"step_size": largest, "exponent": 0.0})
    draw.name("_word", word, look="muted", align="left", dx=2, dy=9)
