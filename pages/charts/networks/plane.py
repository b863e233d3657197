"""The plane of two scalar layers: the circle w₁² + w₂² = 2/δ, and a run between the optima w₁w₂ = r."""

import altair as alt
import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.layers import HELD
from pages.charts.kit.style import FINE_DASH
from pages.charts.scalar.cobweb import until_edge
from stepsize_core.descent import sampled_steps

CIRCLE_POINTS = 241
MOST_STATES = 400  # of a run that are all drawn
SEEN = 1e-4  # share of the side: a move that shows
EDGE = f"2 / toNumber({HELD['step_size']})"  # of w₁² + w₂², while δ is dragged
ROWS = {"xy": ("w1", "w2"), "order": "k"}

Corner = np.ndarray


def draw_circle(
    draw: Drawing, edge: float, low: Corner, high: Corner, *, name="_circle", share=1.0, shown=True
) -> dict[str, np.ndarray]:
    """The circle w₁² + w₂² = share·edge, edge = 2/δ, which moves while δ is dragged; of a frame beside the
    origin the part seen from there. Returns what of it lies in the frame, columns w1 and w2.

    name: of its table, which is empty unless it is shown.
    """
    around = np.arctan2([low[1], low[1], high[1], high[1]], [low[0], high[0], low[0], high[0]])
    ends = (around.min(), around.max()) if low[0] > 0.0 else (0.0, 2.0 * np.pi)
    angle = np.linspace(*ends, CIRCLE_POINTS)
    radius = np.sqrt(share * edge)
    circle = {"w1": radius * np.cos(angle), "w2": radius * np.sin(angle)}
    moved = {
        column: f"sqrt(datum.share * {EDGE}) * {turn}(datum.angle)"
        for column, turn in (("w1", "cos"), ("w2", "sin"))
    }
    drag = {"by": HELD["step_size"], **moved}
    rows = circle | {"k": np.arange(CIRCLE_POINTS), "angle": angle, "share": np.full(CIRCLE_POINTS, share)}
    rows["S"] = radius**2 + 0.0 * angle
    rows = rows if shown else {column: values[:0] for column, values in rows.items()}
    none = {"w1": low[0], "w2": low[1], "k": 0, "angle": 0.0, "share": share, "S": 0.0}
    draw.curve(name, rows, **ROWS, look="ink", width=1.4, dash=FINE_DASH, drag=drag, empty=none)
    w1, w2 = rows["w1"], rows["w2"]
    kept = (w1 >= low[0]) & (w1 <= high[0]) & (w2 >= low[1]) & (w2 <= high[1])
    return {"w1": w1[kept], "w2": w2[kept]}


def steps_drawn(shown: np.ndarray, low: Corner, high: Corner, *, until_still: bool = False) -> np.ndarray:
    """Steps by which the states (n, 2) of a run in a frame are told; until_still: up to its last move that is
    seen."""
    n = len(shown)
    if until_still and n:
        moves = np.abs(np.diff(shown, axis=0)) / (high - low)
        n = int(np.flatnonzero(moves.max(axis=1) > SEEN).max(initial=-1)) + 2
    return sampled_steps(n - 1) if n > MOST_STATES else np.arange(min(n, len(shown)))


def draw_path(
    draw: Drawing, states: np.ndarray, low: Corner, high: Corner, *, dragged=None, until_still: bool = False
) -> tuple[np.ndarray, int]:
    """A run (n_steps + 1, 2) as far as it is in the frame, and that it leaves it where it does. Returns the
    states drawn (n, 2), and how many there are."""
    shown = until_edge(states, low, high)
    k = steps_drawn(shown, low, high, until_still=until_still)
    path = {"k": k.astype(np.int32), "w1": shown[k, 0], "w2": shown[k, 1]}
    none = {"w1": low[0], "w2": low[1], "k": 0}
    draw.run("iterates", path, xy=("w1", "w2"), by_points=True, dragged=dragged, empty=none)
    gone = {"w1": shown[-1:, 0], "w2": shown[-1:, 1], "k": [len(shown) - 1], "text": ["leaves the picture"]}
    across, up = np.where(shown[-1:] < (low + high) / 2.0, 1, -1).reshape(-1, 2).T  # into the picture
    gone |= {"across": across, "up": up}
    gone = gone if 0 < len(shown) < len(states) else {column: [] for column in gone}
    inwards = {
        "align": alt.ExprRef("datum.across > 0 ? 'left' : 'right'"),
        "dx": alt.ExprRef("10 * datum.across"),
    }
    draw.name("_leaves", gone, play=True, drag=True, **inwards, dy=alt.ExprRef("-10 * datum.up"),
              empty=none | {"across": 1, "up": 1})  # fmt: skip
    return shown[k], len(shown)
