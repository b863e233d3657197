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

ROWS = 240  # of the picture of attractors
SHADES = 16
LOWEST_EXPONENT = -2.5  # a strip of exponents ends here: at a superstable step size the exponent is −∞
LAST_NAME = 0.877  # share of the width beyond which a name that begins there would not fit
BELOW_AXIS = 13  # pixels from the bottom edge to the middle of the numbers of the axis
PILL = 9  # pixels around the name of what is chosen that hide those numbers
LAST_THRESHOLD = 0.75  # share of the width beyond which a threshold's name stands left of it
NAMES_FROM, NAME_ROW, NAME_ROWS = 0.11, 0.075, 4  # heights of those names, shares of the window
NAME_WIDTH = 0.3  # share of the width that a name takes, at most

Threshold = tuple[float, str]  # the step size and its name


def attractor_picture(
    step_sizes: np.ndarray, window: tuple[float, float], own: np.ndarray, *branches: np.ndarray, rows=ROWS
) -> Table:
    """How often each state is visited at each step size, for `Drawing.picture`: own states in the colour of
    what is measured, over those of the branches in a muted one.

    step_sizes (m,), evenly spread; own, branches (n, m, …): NaN where a run escaped; window: of the states.
    """
    half = (step_sizes[1] - step_sizes[0]) / 2.0
    across, up = np.append(step_sizes - half, step_sizes[-1] + half), np.linspace(*window, rows + 1)

    def density(values: np.ndarray) -> np.ndarray:
        return density_image(step_sizes, np.moveaxis(values, 1, -1), across, up, SHADES).astype(int)

    first = density(own)
    below = np.max([np.zeros_like(first), *map(density, branches)], axis=0)
    indices = np.where(first > 0, first, np.where(below > 0, below + SHADES - 1, 0))
    return image_table(indices, _two_inks, (across[0], across[-1]), window)


def _two_inks(style: Style) -> tuple[str, ...]:
    own = shades(style.background, style.measured, SHADES)
    return own + shades(style.background, style.muted, SHADES)[1:]


def draw_thresholds(draw: Drawing, thresholds: Sequence[Threshold], largest: float) -> None:
    """Critical step sizes as dashed rules; names: see `name_thresholds`."""
    known = [threshold for threshold in thresholds if threshold[0] <= largest]
    table = {"step_size": [delta for delta, _ in known], "text": [text for _, text in known]}
    draw.vline("thresholds", table, empty={"step_size": largest})


def name_thresholds(
    draw: Drawing, thresholds: Sequence[Threshold], largest: float, window: tuple[float, float]
) -> None:
    """The names right of their rules, and those left of them that would not fit to the right; one above the
    other where thresholds lie close together. In a halo: they may stand over an attractor.

    window: of the states; the names stand low in it.
    """
    (low, high), before, row = window, -np.inf, 0
    right, left = ({"step_size": [], "x": [], "text": []} for _ in range(2))
    for delta, text in sorted(threshold for threshold in thresholds if threshold[0] <= largest):
        row = (row + 1) % NAME_ROWS if delta - before < NAME_WIDTH * largest else 0
        height, before = low + (NAMES_FROM + row * NAME_ROW) * (high - low), delta
        side = left if delta > LAST_THRESHOLD * largest else right
        for column, value in zip(side.values(), (delta, height, minus(text))):
            column.append(value)
    nowhere = {"step_size": 0.0, "x": low}
    for name, table, align, dx in (
        ("_threshold_names", right, "left", 5),
        ("_names_before", left, "right", -5),
    ):
        draw.name(name, table, look="theory", align=align, dx=dx, dy=-6, empty=nowhere)


def draw_chosen(
    draw: Drawing, delta: float, ends: tuple[float, float], height: float | None = None, *, log=False, dy=0
) -> None:
    """A rule at δ, at the end of the axis where it lies beyond, and at `height` its name, with an arrow then.

    ends: of the axis, spread by ratios where `log`.
    """
    low, high = ends
    inside = min(max(delta, low), high)
    draw.vline("_chosen", {"step_size": inside}, look="chosen", drag=True)
    if height is not None:
        last = low * (high / low) ** LAST_NAME if log else low + LAST_NAME * (high - low)
        name = {"step_size": min(inside, last), "x": height, "text": _chosen(delta, ends)}
        moves = held("step_size", text="'δ = ' + held")
        draw.name("_chosen_name", name, look="chosen", align="left", dx=5, dy=dy, drag=moves)


def draw_chosen_below(draw: Drawing, delta: float, ends: tuple[float, float]) -> None:
    """As `draw_chosen`, with the name on the bottom edge, over the numbers of the axis."""
    draw_chosen(draw, delta, ends)
    name = {"step_size": min(max(delta, ends[0]), ends[1]), "text": _chosen(delta, ends)}
    own = {"xy": ("step_size", None), "encode": {"y": alt.value("height"), "text": alt.Text("text:N")}}
    own |= {"drag": held("step_size", text="'δ = ' + held"), "dy": BELOW_AXIS, "fontSize": 12}
    pill = {"strokeWidth": PILL, "strokeJoin": "round", "fontWeight": 600}
    stroke = {"channels": lambda style: alt.StrokeValue(style.background)}
    draw.mark("text", "_chosen_name", name, look="background", **pill, **stroke, **own)
    draw.mark("text", "_chosen_name", look="chosen", fontWeight=600, **own)


def _chosen(delta: float, ends: tuple[float, float]) -> str:
    """The name of δ, with an arrow where it lies beyond the ends of the axis."""
    arrow = " →" if delta > ends[1] else " ←" if delta < ends[0] else ""
    return f"δ = {delta:g}{arrow}"


def draw_exponents(
    draw: Drawing,
    step_sizes: np.ndarray,
    exponents: np.ndarray,
    largest: float,
    top: float,
    title: str,
    **axis,
) -> None:
    """The axes of a strip that ends at `top`, and the Lyapunov exponents (m,) in it; NaN where a run escaped.

    title, axis: of the axis up.
    """
    seen = ~np.isnan(exponents)
    shown = {"step_size": step_sizes[seen], "exponent": np.maximum(exponents[seen], LOWEST_EXPONENT)}
    word = {"step_size": 0.006 * largest, "exponent": 0.0, "text": "above 0: neighbouring runs separate"}
    frame = {"step_size": [0.0, largest], "exponent": [LOWEST_EXPONENT, top]}
    draw.axes("step size δ", title, y=axis, frame=frame, whole=True)
    draw.hline("_zero", {"exponent": 0.0}, look="muted")
    draw.curve("exponents", shown, width=1.4, empty={"step_size": largest, "exponent": 0.0})
    draw.label("_word", word, look="muted", dx=2, dy=-9)
