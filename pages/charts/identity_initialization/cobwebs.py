"""The same start on n maps: one small cobweb per eigenvalue of the target."""

import math

import altair as alt
import numpy as np

from pages.charts.identity_initialization.modes import approach_text, converging, sign, sign_colour
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import NO_AXIS
from pages.charts.kit.text import minus
from pages.charts.scalar.cobweb import cobweb_tables, window
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.modes import MODE_STEPS
from stepsize_core.paper.identity_initialization.theory import layer_limit

FEW = 3  # panels that stand in one row
GAP = 0.1  # between panels, in panel widths
TITLE_ROOM = 0.11  # above a panel, in panel heights, for each row of panels
MOST_STEPS = 150  # drawn of a long run
PANEL = "scale('x', 1) - scale('x', 0)"  # the width of a panel in pixels
REACH = 2.2  # windows end at so many times max(1, |λ|^{1/L})


@figure("One cobweb per eigenvalue", height=440)
def COBWEBS(study: Study, draw: Drawing) -> str:
    left, bottom = _corners(len(study.modes))
    panels, ranges = zip(*(_panel(study, i, left[i], bottom[i]) for i in range(len(left))))
    tables = {
        name: {column: np.concatenate([panel[name][column] for panel in panels]) for column in table}
        for name, table in panels[0].items()
    }
    titles = [
        minus(f"λ = {mode.eigenvalue:.3g}: {approach_text(mode).removesuffix(' a step')}")
        for mode in study.modes
    ]
    squares = {"x": left, "x2": left + 1.0, "y": bottom, "y2": bottom + 1.0}
    top = bottom.max() + 1.0 + TITLE_ROOM * (1 + (bottom.max() > 0))

    frame = {"x": [0.0, left.max() + 1.0], "y": [0.0, top]}
    title = "w[k+1] over w[k] in every panel, from w[0] = 1"
    draw.axes(title, x=NO_AXIS, y=NO_AXIS, frame=frame, equal=True)
    outline = {"xy": ("x", "y"), "x2": "x2", "y2": "y2", "fill": None, "strokeWidth": 0.7}
    draw.mark("rect", "_panels", squares, channels=lambda style: alt.StrokeValue(style.muted), **outline)
    draw.curve("_identity", tables["_identity"], look="muted", width=1.0, by="panel")
    draw.curve("map", tables["map"], look="ink", width=1.5, by="panel")
    stairs = {"xy": ("x", "y"), "order": "k", "by": "panel", "channels": sign_colour}
    draw.curve("staircase", tables["staircase"], width=1.2, interpolate="step-before", play=True, **stairs)
    draw.points("limit", tables["limit"], look="theory", size=80, filled=False)
    draw.points("_start", tables["_start"], look="chosen", size=34)
    draw.head("staircase", xy=("x", "y"), by="panel", stairs=True, size=110)
    names = {"x": left, "y": bottom + 1.0, "text": titles}
    draw.label("_titles", names, look="ink", dx=1, dy=-7, limit={"expr": PANEL}, hides=True)
    corner = {"x": left + 1.0, "y": bottom, "text": ranges}
    draw.label("_ranges", corner, look="muted", align="right", dx=-3, dy=-7)

    steps = min(study.params.n_steps, MOST_STEPS)
    until = "" if np.isfinite(study.layers[: steps + 1]).all() else ", or until it diverges,"
    return (
        f"One map w − δw^(L−1)(w^L − λ) per eigenvalue, all from w = 1 (dot), {steps} steps{until} at "
        f"δ = {study.params.step_size:g}, L = {study.params.depth}; followed for {MODE_STEPS:,} steps, "
        f"{converging(study)} (ring). “×”: its factor a step. In the corner: the range of w."
    )


def _corners(n: int) -> tuple[np.ndarray, np.ndarray]:
    """The lower left corners (x, y) of n unit squares in one row or two, from the left and the top."""
    rows = 1 if n <= FEW else 2
    row, column = np.divmod(np.arange(n), math.ceil(n / rows))
    return column * (1 + GAP), (rows - 1 - row) * (1 + TITLE_ROOM * rows)


def _panel(study: Study, i: int, left: float, bottom: float) -> tuple[dict[str, Table], str]:
    """The cobweb of one eigenvalue in the unit square with this corner, and its range in words."""
    mode, states = study.modes[i], study.layers[: MOST_STEPS + 1, i]
    reach = REACH * max(1.0, abs(mode.eigenvalue) ** (1.0 / mode.depth))
    limit = float(layer_limit(mode.eigenvalue, mode.depth))
    low, high = window(states, -reach, reach, landmarks=(limit,))
    tables = cobweb_tables(mode.objective, study.params.step_size, states, low, high)
    tables |= {"limit": {"x": [limit], "y": [limit]}, "_start": {"x": [1.0], "y": [1.0]}}

    def moved(table: Table) -> Table:
        x, y = ((np.asarray(table[axis]) - low) / (high - low) for axis in "xy")
        own = {"panel": [i] * len(x), "sign": [sign(mode.eigenvalue)] * len(x)}
        return {**table, "x": left + x, "y": bottom + y, **own}

    return {name: moved(table) for name, table in tables.items()}, minus(f"{low:.2g} … {high:.2g}")
