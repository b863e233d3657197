"""A typed function of x and y: eigenvalue margins, the iterates of the run, shares of outcomes."""

import math
from functools import partial

import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.style import FINE_DASH
from pages.charts.kit.text import minus
from pages.charts.scalar.diagram import LABEL_WIDTH
from pages.charts.scalar.names import dense, draw_names, placed
from pages.charts.scalar.run import draw_margins
from pages.charts.scalar.shares import draw_shares
from pages.charts.your_function.plane import UNNAMED, word_of, words_of
from stepsize_core.equilibria.plane import PlanePoint
from stepsize_core.limits import not_rounding
from stepsize_core.paper.your_function.plane import PlaneStudy

SIDES = (310.0, 90.0)  # pixels of the picture of iterates, as is usual
MOST_ROWS = 4  # equilibria in the picture of margins, nearest the run


def _nearest(study: PlaneStudy):
    """The equilibria nearest to where the run is."""
    last = study.states[np.isfinite(study.states).all(axis=-1)][-1]
    return sorted(study.critical_points, key=lambda p: math.dist(p.place, last))[:MOST_ROWS]


def _named(point: PlanePoint) -> str:
    return f"{point.name}, of one side: ∇²f jumps there" if point.kink else point.name


@figure("Eigenvalue margins next to the run", height=330)
def PLANE_MARGINS(study: PlaneStudy, draw: Drawing) -> str:
    edge, points = 2.0 / study.params.step_size, _nearest(study)
    draw.blank = not points
    rows = [(p, i) for p in points for i in (1, 0)]
    curvatures = [float(p.eigenvalues[i]) for p, i in rows]
    texts = [f"{p.eigenvalues[i]:.4g}, margin {p.margins[i]:+.4g}" for p, i in rows]
    table = {
        "point": [minus(f"{p.name}: {'λ_max' if i else 'λ_min'}") for p, i in rows],
        "curvature": curvatures,
        "edge": edge,
        "margin": [p.margins[i] for p, i in rows],
        "stability": [p.stability for p, _ in rows],
        "text": list(map(minus, texts)),
    }
    ends = (1.2 * min([0.0, *curvatures]), 1.1 * max([edge, *curvatures]))
    draw_margins(draw, "Hessian eigenvalues λ", edge, table, ends)
    if not points:
        return f"No isolated equilibrium was found in the window: there is no margin to 2/δ = {edge:.4g}."
    words = "; ".join(f"{p.multipliers[0]:.6g} and {p.multipliers[1]:.6g} at {_named(p)}" for p in points)
    return (
        f"Stable where both eigenvalues lie in the band from 0 to 2/δ = {edge:.4g} (dashed); bars: the "
        f"margins. Multipliers 1 − δλ: {words}."
    )


@figure("Iterates", height=152, compare="iterates")
def PLANE_ITERATES(study: PlaneStudy, draw: Drawing) -> str:
    p, last = study.params, len(study.states) - 1
    low, high = min(p.window[0], p.window_y[0]), max(p.window[1], p.window_y[1])
    inside = ((study.states >= low) & (study.states <= high)).all(axis=-1)
    (x, y), k = study.states[inside].T, np.flatnonzero(inside).astype(np.int32)
    frame, none = {"k": [0, last], "x": [low, high]}, {"k": 0, "x": low, "y": low}
    draw.axes(None, "x[k], y[k]", y={"minExtent": LABEL_WIDTH, "tickCount": 4}, frame=frame, whole=True)
    draw.run("iterates", {"k": k, "x": x, "y": y}, width=1.6, memory=0.8, empty=none)
    second = partial(layers.dragged_course, of="{1}")
    own = {"look": "second", "play": True, "drag": True, "dragged": second, "dash": FINE_DASH}
    draw.curve("iterates", xy=("k", "y"), width=1.6, **own)
    draw.head("iterates", xy=("k", "y"))
    words = [("x[k]", x), ("y[k]", y), ("step k", np.full(len(k), low))]
    beside = [(text, np.column_stack([k, v])[:: -max(1, len(k) // 12)]) for text, v in words]
    course = [dense(k, v) for v in (x, y) if len(k)] or [np.empty((0, 2))]
    names = placed(beside, ((0, last), (low, high)), np.concatenate(course), sides=SIDES)
    draw_names(draw, "_labels", names, corner={"k": 0, "x": low}, drag=True)
    draw.blank = len(k) < 2
    finite = study.states[np.isfinite(study.states).all(axis=-1)]
    escaped = "" if len(finite) == len(study.states) else ", then no number any more"
    begin = "The first step leads out of this window. " if draw.blank else ""
    x, y = map(not_rounding, finite[-1])
    return f"{begin}The state for k = 0 … {len(finite) - 1}{escaped}; the last is ({x:.6g}, {y:.6g})."


@figure("Shares of outcomes at the chosen step size", height=290)
def PLANE_SHARES(study: PlaneStudy, draw: Drawing) -> str:
    word = partial(word_of, study)
    return draw_shares(draw, study, "the window", words_of(study), word, UNNAMED.colours)
