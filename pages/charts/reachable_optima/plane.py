"""The plane of two scalar layers: the optima, the part that the step size can reach, and where starts end."""

from functools import lru_cache

import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.raster import click_cells, image_table, label_places, shades
from pages.charts.kit.style import FINE_DASH, Style
from pages.charts.reachable_optima.run import FOLLOWED, HEIGHT, draw_course, from_to, positive
from pages.charts.scalar.cobweb import until_edge
from pages.charts.scalar.outcomes import OTHER_WORDS, looks_of_others, which_of_others
from stepsize_core.limits import LimitKind
from stepsize_core.paper import reachable_optima as phenomenon
from stepsize_core.paper import runs
from stepsize_core.paper.reachable_optima import PlaneStudy
from stepsize_core.paper.reachable_optima.plane import RASTER_STEPS, PlaneRaster, PlaneRun

CELLS = 34  # click targets along each axis
TINTS = 6  # of the optima, from flat to sharp
BRANCHES = ("optimum, w₁ > 0", "optimum, w₁ < 0")
SADDLE = len(BRANCHES)
WORDS = (*BRANCHES, "saddle at 0", *OTHER_WORDS)
CIRCLE_POINTS = 181
NAME_ROOM = 0.09  # share of the width that half a name takes


def fate_of(plane: PlaneRun) -> str:
    """What the run in the plane became, as the end of a sentence that begins with the run."""
    if plane.limit.kind is not LimitKind.EQUILIBRIUM:
        return runs.fate_of(plane.limit)
    w1, w2 = plane.limit.points[0]
    name = "the optimum" if plane.reached_optimum else "the saddle"
    return f"converges to {name} ({w1:.4g}, {w2:.4g})"


def headline_of_plane(study: PlaneStudy) -> str:
    """The page's sentence: which optima δ can reach, and what the run becomes."""
    p = study.params
    reach = f"w₁² + w₂² ≤ 2/δ = {2.0 / p.step_size:.4g}"
    some = f"only the optima with {reach} can be reached"
    none = f"no optimum can be reached: none has {reach}"
    return (
        f"At δ = {p.step_size:g} {some if len(study.plane.hyperbola.ends) else none}. The run from "
        f"({p.w1:g}, {p.w2:g}), {FOLLOWED}, {fate_of(study.plane)}."
    )


@figure(
    "Two scalar layers: where each start (w₁, w₂) ends",
    height=376,
    picks=("w1", "w2"),
    canvas=True,
    also=lambda study: [
        call(phenomenon.plane_raster, study.plane.target, study.plane.step_size, study.plane.window)
    ],
)
def PLANE(study: PlaneStudy, raster: PlaneRaster, draw: Drawing) -> str:
    plane, hyperbola, window = study.plane, study.plane.hyperbola, study.plane.window
    (w1, w2), inside = hyperbola.points.reshape(-1, 2).T, hyperbola.reachable.ravel()
    side = np.repeat([0, 1], hyperbola.points.shape[1])
    optima = {"k": np.arange(len(side)), "w1": w1, "w2": w2, "branch": side}
    arc = {column: values[inside] for column, values in optima.items()}
    picture, names, cells = _picture(raster, plane.target, plane.step_size)
    at, origin = {"xy": ("w1", "w2"), "order": "k"}, {"k": 0, "w1": 0.0, "w2": 0.0}
    thick = {**at, "by": "branch", "empty": {**origin, "branch": 0}}

    draw.axes("w₁", "w₂", frame={"w1": [-window, window], "w2": [-window, window]})
    draw.picture("_picture", picture)
    circle = _circle(hyperbola.radius, window)
    draw.curve("_circle", circle, **at, look="ink", width=1.2, dash=FINE_DASH, empty=origin)
    optima["reachable"] = inside
    draw.curve("optima", optima, **at, by="branch", look="background", width=3.5, opacity=0.8)
    draw.curve("optima", **at, by="branch", look="theory", width=2.0)
    draw.curve("_reachable", arc, **thick, look="background", width=8)
    draw.curve("_reachable", **thick, look="theory", dash=(), width=5)
    draw.name("_names", names, size=13)

    path = _path(until_edge(plane.states, -window, window))
    draw.curve("iterates", path, **at, look="background", width=4, play=True)
    draw.curve("iterates", **at, width=1.7, play=True)
    draw.points("iterates", xy=("w1", "w2"), size=22, play=True)
    limit = dict(zip(("w1", "w2"), plane.limit.points.T))
    draw.points("_limit", limit, look="ink", size=120, filled=False, empty={"w1": 0.0, "w2": 0.0})
    start = {"w1": plane.states[0, 0], "w2": plane.states[0, 1], "text": "start"}
    draw.points("_start", start, look="chosen", size=90)
    draw.name("_start", align="left", dx=9, dy=-9)
    draw.click(cells, "click: w₁", "click: w₂")
    draw.painted("starts", lambda: _every_start(raster))

    share, diverged = np.isfinite(raster.imbalance).mean(), np.mean(raster.kind == LimitKind.DIVERGENT)
    reach = f"w₁² + w₂² ≤ 2/δ = {2.0 / plane.step_size:.4g}"
    reach = f"thick: reachable, {reach} (dotted)" if len(hyperbola.ends) else f"none has {reach}"
    return (
        f"Dashed: the optima w₁w₂ = {plane.target:g}; {reach}. Within {RASTER_STEPS:,} steps {share:.1%} of "
        f"the starts reach one (darker: sharper), {diverged:.1%} diverge, {1.0 - share - diverged:.1%} do "
        f"neither. "
        f"Start: ({study.params.w1:g}, {study.params.w2:g}); click for another."
    )


def _path(points: np.ndarray) -> dict:
    return {"k": np.arange(len(points)), "w1": points[:, 0], "w2": points[:, 1]}


def _circle(radius: float, window: float) -> dict:
    """The circle w₁² + w₂² = 2/δ, broken where it is outside the window."""
    angle = np.linspace(0.0, 2.0 * np.pi, CIRCLE_POINTS)
    points = radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    outside = np.abs(points).max(axis=-1) > window
    points[outside] = np.nan
    return _path(points[:0] if outside.all() else points)


# The picture: where every start ends


@lru_cache(maxsize=16)
def _picture(raster: PlaneRaster, target: float, step_size: float) -> tuple[dict, dict, dict]:
    """The fate of every start in tints of how sharp its optimum is, the names of the regions, and the cells
    to click."""
    words = _words(raster)
    edge = float(raster.axis[-1] + (raster.axis[1] - raster.axis[0]) / 2.0)
    picture = image_table(_indices(raster, target, step_size), _palette, (-edge, edge), (-edge, edge))
    places = label_places(words) | _between_arc_and_origin(words, target, edge)
    x, y = np.reshape([*places.values()], (-1, 2)).T
    x = np.clip(x, NAME_ROOM, 1.0 - NAME_ROOM)
    text = [WORDS[index] for index in places]
    names = {"w1": edge * (2.0 * x - 1.0), "w2": edge * (2.0 * y - 1.0), "text": text}
    edges = np.linspace(-edge, edge, CELLS + 1)
    return picture, names, click_cells(words, WORDS, edges, edges, ("w1", "w2"))


def _words(raster: PlaneRaster) -> np.ndarray:
    """Which of WORDS became of each start, (m, m)."""
    words = SADDLE + 1 + which_of_others(raster.kind, raster.period)  # SADDLE where none of them
    learned = np.isfinite(raster.imbalance)
    words[learned] = np.where(raster.optimum[learned, 0] > 0, 0, 1)
    return words


def _indices(raster: PlaneRaster, target: float, step_size: float) -> np.ndarray:
    """Indices (m, m) into the palette: the sharper the optimum, the deeper its tint."""
    words, flattest, sharpest = _words(raster), 2.0 * abs(target), 2.0 / step_size
    share = (np.nan_to_num(raster.sharpness) - flattest) / max(sharpest - flattest, 1e-12 * flattest)
    tint = np.clip(TINTS * share, 0, TINTS - 1).astype(int)
    return np.where(words < SADDLE, TINTS * words + tint, TINTS * SADDLE + words - SADDLE)


def _palette(style: Style) -> list[str]:
    """The tints of both branches, the saddle, and the other outcomes."""
    tints = []
    for place in range(len(BRANCHES)):
        colour = style.outcome(LimitKind.EQUILIBRIUM, place=place).colour
        tints += shades(style.background, colour)[7 : 7 + 2 * TINTS : 2]
    return [*tints, style.muted, *(look.colour for look in looks_of_others(style))]


def _between_arc_and_origin(words: np.ndarray, target: float, edge: float) -> dict:
    """Where the branches' names go, shares of the picture: clear of the arcs, if their starts lie there."""
    w1 = 0.5 * np.sqrt(abs(target)) * np.array([1.0, -1.0])
    shares = (np.stack([w1, np.sign(target) * w1], axis=-1) / edge + 1.0) / 2.0
    column, row = np.clip((shares * len(words)).astype(int), 0, len(words) - 1).T
    return {branch: shares[branch] for branch, word in enumerate(words[row, column]) if word == branch}


def _every_start(raster: PlaneRaster) -> dict:
    """Every start of the picture with its outcome and the optimum it reached."""
    w2, w1 = np.meshgrid(raster.axis, raster.axis, indexing="ij")
    starts = {"w1": w1.ravel(), "w2": w2.ravel(), "outcome": np.array(WORDS)[_words(raster)].ravel()}
    reached = raster.optimum.reshape(-1, 2)
    return starts | {"optimum_w1": reached[:, 0], "optimum_w2": reached[:, 1]}


# Balancedness and cost


@figure("Balancedness |w₁² − w₂²|", height=HEIGHT)
def IMBALANCE(study: PlaneStudy, draw: Drawing) -> str:
    measured, law = study.plane.imbalance, study.plane.predicted_imbalance
    draw_course(draw, "imbalance", np.abs(measured), "|w₁² − w₂²|")
    foreseen = positive(np.abs(law), k=np.arange(len(law)))
    draw.curve("law", foreseen, look="theory", empty={"k": 0, "y": 1.0})
    if measured[0] == 0:
        last = measured[np.isfinite(measured)][-1]
        return f"This start is balanced, w₁² = w₂², and stays so: the last difference is {last:.3g}."
    return (
        f"w₁² − w₂² goes {from_to(measured)}. Dashed: its first value times the product of 1 − δ²e², "
        f"e = w₁w₂ − r."
    )


@figure("Cost in the plane", height=HEIGHT)
def PLANE_COST(study: PlaneStudy, draw: Drawing) -> str:
    draw_course(draw, "costs", study.plane.costs, "cost ½(w₁w₂ − r)²")
    return f"½(w₁w₂ − r)² {from_to(study.plane.costs)}; {FOLLOWED}, the run {fate_of(study.plane)}."
