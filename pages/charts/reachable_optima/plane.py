"""The plane of two scalar layers: the optima, the part that the step size can reach, and where starts end."""

from functools import lru_cache

import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import dragged_path
from pages.charts.kit.over_step_sizes import (
    attractor_picture,
    draw_chosen_below,
    draw_thresholds,
    name_thresholds,
    threshold_names,
)
from pages.charts.kit.raster import image_table, label_places, shades, visited_table
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus
from pages.charts.networks.plane import EDGE, draw_circle, draw_path
from pages.charts.reachable_optima.run import FOLLOWED, HEIGHT, draw_course, from_to, positive
from pages.charts.scalar.outcomes import OTHER_WORDS, looks_of_others, which_of_others
from stepsize_core.descent import sampled_steps
from stepsize_core.limits import LimitKind
from stepsize_core.paper import reachable_optima as phenomenon
from stepsize_core.paper import runs
from stepsize_core.paper.reachable_optima import PlaneStudy
from stepsize_core.paper.reachable_optima.plane import (
    DIAGRAM_STEPS,
    RASTER_STEPS,
    Hyperbola,
    PlaneRaster,
    PlaneRun,
)
from stepsize_core.sweeps import BifurcationDiagram

TINTS = 6  # of the optima, from flat to sharp
BRANCHES = ("optimum, w₁ > 0", "optimum, w₁ < 0")
SADDLE = len(BRANCHES)
WORDS = (*BRANCHES, "saddle at 0", *OTHER_WORDS)
EVERY = 2  # of the optima of the hyperbola, how many stand for one that is drawn
FEWEST_POINTS = 24  # of the hyperbola, in a part that has room for its name
FAINT = 0.45  # opacity of the fates of the other starts, below the run
ABOVE, LARGEST_SHOWN = 1.1, 12.0  # how far the axis of a sharpness reaches; of a visited one, in units of r
EDGE_POINTS = 90
HELD = layers.HELD["step_size"]
REACHED = f"datum.w1 * datum.w1 + datum.w2 * datum.w2 <= {EDGE}"
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
    height=460,
    square=True,
    also=lambda study: [
        call(phenomenon.plane_raster, study.plane.target, study.plane.step_size, study.plane.window)
    ],
)
def PLANE(study: PlaneStudy, raster: PlaneRaster, draw: Drawing) -> str:
    plane, hyperbola, window = study.plane, study.plane.hyperbola, study.plane.window
    points, drawn = hyperbola.points[:, ::EVERY], hyperbola.reachable[:, ::EVERY].ravel()
    (w1, w2), side = points.reshape(-1, 2).T, np.repeat(np.arange(2, dtype=np.int32), points.shape[1])
    optima = {"w1": w1, "w2": w2, "k": np.arange(len(side), dtype=np.int32), "branch": side}
    arc = {column: values[drawn] for column, values in optima.items()}
    picture, names = _picture(raster, plane.target, plane.step_size)
    at, origin = {"xy": ("w1", "w2"), "order": "k"}, {"w1": 0.0, "w2": 0.0, "k": 0, "branch": 0}
    thick = {**at, "by": "branch", "dash": ()}

    corners = np.array([[-window] * 2, [window] * 2])
    frame = {"w1": [-window, window], "w2": [-window, window]}
    draw.axes("w₁", "w₂", frame=frame, whole=True, equal=True)
    draw.picture("_picture", picture, opacity=FAINT)
    draw_circle(draw, 2.0 / plane.step_size, *corners)
    draw.curve("optima", optima | {"reachable": drawn}, **thick, look="background", width=3.5, opacity=0.8)
    draw.curve("optima", **at, by="branch", look="theory", width=2.0)
    for look, width in (("background", 9), ("theory", 6)):
        draw.curve("_reachable", arc, **thick, look=look, width=width, empty=origin, only=f"{HELD} === ''")
        draw.curve("optima", **thick, look=look, width=width, only=f"{HELD} !== '' && {REACHED}")
    draw.name("_names", names, inside=True, size=13)
    words = {"look": "theory", "size": 13, "align": "left", "empty": origin}
    draw.name("_arc_names", _arc_names(hyperbola, window), drag=True, **words)

    draw_path(draw, plane.states, *corners, dragged=dragged_path)
    limit = dict(zip(("w1", "w2"), plane.limit.points.T))
    draw.points("_limit", limit, look="ink", size=120, filled=False, empty=origin, drag=True)
    w1, w2 = plane.states[0]
    inside = {"w1": np.clip(w1, -window, window), "w2": np.clip(w2, -window, window)}
    draw.start("_start", {**inside, "text": minus(f"({w1:.4g}, {w2:.4g})")}, across="w1", up="w2")
    draw.grip(x="w1", y="w2")
    draw.painted("starts", lambda: _every_start(raster))

    share, diverged = np.isfinite(raster.imbalance).mean(), np.mean(raster.kind == LimitKind.DIVERGENT)
    reach = f"w₁² + w₂² ≤ 2/δ = {2.0 / plane.step_size:.4g}"
    reach = f"thick: reachable, {reach} (dotted)" if len(hyperbola.ends) else f"none has {reach}"
    return (
        f"Dashed: the optima w₁w₂ = {plane.target:g}; {reach}. Within {RASTER_STEPS:,} steps "
        f"{share:.1%} of the starts reach one (darker: sharper), {diverged:.1%} diverge, "
        f"{1.0 - share - diverged:.1%} do neither."
    )


def _arc_names(hyperbola: Hyperbola, window: float) -> dict:
    """What stands at the optima with w₁ > 0: in the middle of the reachable arc, and outside it."""
    w1, w2 = hyperbola.points[0].T
    inside, seen = hyperbola.reachable[0], np.abs(hyperbola.points[0]).max(axis=-1) <= window
    parts = {  # and how far beside it a name begins, in windows
        ("reachable", 0.04, 0.05): inside,
        ("too sharp for δ", 0.05, 0.0): seen & ~inside & (w1 < np.abs(w2)),
    }
    names = [
        (w1[i] + across * window, w2[i] + np.sign(w2[i]) * up * window, text)
        for (text, across, up), part in parts.items()
        if part.sum() >= FEWEST_POINTS
        for i in [np.flatnonzero(part)[part.sum() // 2]]
    ]
    return dict(zip(("w1", "w2", "text"), zip(*names))) if names else {"w1": [], "w2": [], "text": []}


# The picture: where every start ends


@lru_cache(maxsize=16)
def _picture(raster: PlaneRaster, target: float, step_size: float) -> tuple[dict, dict]:
    """The fate of every start in tints of how sharp its optimum is, and the names of the regions."""
    words = _words(raster)
    edge = float(raster.axis[-1] + (raster.axis[1] - raster.axis[0]) / 2.0)
    picture = image_table(_indices(raster, target, step_size), _palette, (-edge, edge), (-edge, edge))
    places = label_places(words) | _between_arc_and_origin(words, target, edge)
    x, y = np.reshape([*places.values()], (-1, 2)).T
    x = np.clip(x, NAME_ROOM, 1.0 - NAME_ROOM)
    text = [WORDS[index] for index in places]
    names = {"w1": edge * (2.0 * x - 1.0), "w2": edge * (2.0 * y - 1.0), "text": text}
    return picture, names


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
    learned, gone = np.isfinite(raster.imbalance), raster.kind == LimitKind.DIVERGENT
    starts["end"] = np.select([learned.ravel(), gone.ravel()], ["optimum", "diverged"], "neither")
    reached = raster.optimum.reshape(-1, 2)
    return starts | {"optimum_w1": reached[:, 0], "optimum_w2": reached[:, 1]}


# Over the step size


def _diagram(study: PlaneStudy) -> list[Call]:
    return [call(phenomenon.plane_diagram, study.plane.target, tuple(study.plane.states[0].tolist()))]


@figure("How sharp the optimum reached is, over the step size", height=236, also=_diagram)
def OVER(study: PlaneStudy, diagram: BifurcationDiagram, draw: Drawing) -> str:
    delta, r, deltas = study.params.step_size, abs(study.plane.target), diagram.step_sizes
    reached, largest = np.sum(diagram.states**2, axis=-1), float(deltas[-1])
    seen = reached[np.isfinite(reached)]
    high = ABOVE * max(4.0 * r, min(float(seen.max(initial=0.0)), LARGEST_SHOWN * r))
    thresholds = [(1.0 / r, f"Corollary 1: {1.0 / r:.4g}")]
    names, top = threshold_names(thresholds, largest, (0.0, high))
    edge = np.linspace(2.0 / high, largest, EDGE_POINTS)

    draw.axes("step size δ", "w₁² + w₂²", frame={"step_size": [0.0, largest], "y": [0.0, top]}, whole=True)
    escaped = ~np.isfinite(reached).all(axis=0)
    draw.picture("_picture", attractor_picture(deltas, (0.0, high), reached, escaped=escaped))
    draw.painted("visited", lambda: visited_table(deltas, reached))
    draw.curve("edge", {"step_size": edge, "y": 2.0 / edge}, look="theory")
    draw.hline(
        "flattest", {"step_size": 0.0, "y": 2.0 * r, "text": f"the flattest optimum, 2r = {2.0 * r:.4g}"}
    )
    draw.name("flattest", look="theory", align="left", dx=4, dy=10)
    label = {"step_size": 2.0 / (0.9 * high), "y": 0.9 * high, "text": "2/δ: unstable above"}
    draw.name("_edge", label, look="theory", align="left", dx=8)
    draw_thresholds(draw, thresholds, largest)
    draw_chosen_below(draw, delta, (0.0, largest))
    name_thresholds(draw, names)
    draw.grip(x="step_size", snaps=[1.0 / r])
    beyond = f" δ = {delta:g} lies beyond the picture." if delta > largest else ""
    leaves = ", hatched where it diverges" if escaped.any() else ""
    return (
        f"At δ = {delta:g} the run {fate_of(study.plane)}.{beyond} Dots: what the run from "
        f"({study.params.w1:g}, {study.params.w2:g}) visits after {DIAGRAM_STEPS[0]:,} steps{leaves}; at an "
        f"optimum w₁² + w₂² is λ_max."
    )


# Balancedness and cost


@figure("Balancedness |w₁² − w₂²|", height=HEIGHT)
def IMBALANCE(study: PlaneStudy, draw: Drawing) -> str:
    measured, law = study.plane.imbalance, study.plane.predicted_imbalance
    ends = draw_course(draw, "imbalance", np.abs(measured), "|w₁² − w₂²|")
    k = sampled_steps(len(law) - 1)
    foreseen = positive(np.abs(law)[k], k=k)
    inside = (foreseen["y"] >= ends[0]) & (foreseen["y"] <= ends[1])
    draw.curve("law", {column: values[inside] for column, values in foreseen.items()}, look="theory")
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
