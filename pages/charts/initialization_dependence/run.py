"""Pictures of Example 3: on x^L the start decides between convergence to 0 and divergence."""

import numpy as np

from pages.charts.initialization_dependence.algebraic_decay import DECAY, LABEL_WIDTH, approaches
from pages.charts.initialization_dependence.divergence_threshold import DEPARTURE, RADIUS, leaves
from pages.charts.initialization_dependence.warm_up import PEAKS, WARM_UP
from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Figure, figure
from pages.charts.scalar import fates
from pages.charts.scalar.alternation import ROOM, draw_alternation
from pages.charts.scalar.cobweb import both_signs, draw_cobweb, draw_square, draw_start, square_ink
from pages.charts.scalar.names import covered_by
from stepsize_core.paper import initialization_dependence as phenomenon
from stepsize_core.paper.initialization_dependence import Study, beside_threshold, convergence_radius
from stepsize_core.paper.runs import counted
from stepsize_core.sweeps import FateRaster

CURVE_POINTS = 241
BEYOND = 1.15  # the window of x reaches so far beyond the start and the threshold,
BEYOND_ESCAPE = 1.7  # farther where the run leaves it
MOVED = "pow(2 / (datum.power * toNumber(held)), 1 / (datum.power - 2))"  # the threshold while δ is dragged
ABOVE = 1.35  # the iterates have room for names above and below those states
NAME_ROOM = 0.06  # of the height of a picture, from the threshold to its name
FATES_OF_F3 = fates.Fates((0.0,))


def headline(study: Study) -> str:
    """The page's sentence: where the start lies, and what became of it."""
    p = study.params
    place = beside_threshold(abs(p.start) / study.radius)
    return (
        f"With L = {p.power} and δ = {p.step_size:g} the threshold is |x[0]| = {study.radius:.6g}. "
        f"From x[0] = {p.start:g}, whose modulus {place}, the run {study.outcome}."
    )


def _window(study: Study, draw: Drawing) -> tuple[float, np.ndarray]:
    """How far from 0 the pictures reach, and which states they show; those beyond are on their way to
    infinity."""
    beyond = BEYOND_ESCAPE if abs(study.params.start) > study.radius else BEYOND
    visited = max(abs(study.params.start), study.radius)
    _, reach = draw.hold("x", (-beyond * visited, beyond * visited), (-visited, visited))
    return reach, np.abs(study.states) <= reach


@figure("Cobweb", height=464, square=True)
def COBWEB(study: Study, draw: Drawing) -> str:
    (reach, _), r, p = _window(study, draw), study.radius, study.params
    ends, text, height = (-reach, reach), f"threshold ±{r:.4g}", r + NAME_ROOM * reach
    name = covered_by(text, (0.0, height), (ends, ends))
    draw_cobweb(draw, study, ends, symbol="f₃", clear=(square_ink(r), name))
    draw_square(draw, "threshold_cycle", r, MOVED, power=p.power)
    draw.name("_threshold", {"x": 0.0, "y": height, "text": text}, look="theory", drag=True)
    kept = int(np.isfinite(study.states).sum()) - 1
    return (
        f"Dashed: the threshold ±{r:.4g}, an unstable 2-cycle. {counted(kept, 'step')} of x − δLx^(L−1) from "
        f"x[0] = {p.start:g}. The run {study.outcome}."
    )


@figure(
    "What each start and step size becomes",
    height=262,
    also=lambda study: [call(phenomenon.start_step_size_raster, study.params.power)],
)
def FATES(study: Study, raster: FateRaster, draw: Drawing) -> str:
    p, deltas, starts = study.params, raster.step_sizes, raster.starts
    radius = convergence_radius(p.power, deltas)
    x, y = np.concatenate([radius, -radius]), np.concatenate([deltas, deltas])
    inside = (x >= starts[0]) & (x <= starts[-1])
    threshold = {"x": x[inside], "y": y[inside], "side": np.sign(x[inside])}
    fates.draw_plane(draw, raster, FATES_OF_F3, log=True, minExtent=LABEL_WIDTH)
    sides = {"order": "y", "by": "side"}
    draw.curve("threshold", threshold, look="background", width=3.5, opacity=0.8, **sides)
    draw.curve("threshold", look="theory", width=2.0, **sides)

    fates.draw_place(draw, raster, FATES_OF_F3, study, log=True)
    ends = ((p.start, starts), (p.step_size, deltas))
    inside = all(axis[0] <= value <= axis[-1] for value, axis in ends)
    outside = "" if inside else ", outside this picture and marked at its edge"
    return (
        f"The ring: x[0] = {p.start:g}, δ = {p.step_size:g}{outside}. Dashed: the threshold "
        f"(2/(Lδ))^(1/(L−2)). "
        f"{raster.basins.labels.size:,} runs with L = {p.power}: {FATES_OF_F3.shares(raster)}."
    )


@figure("Iterates", height=182, compare="iterates")
def ITERATES(study: Study, draw: Drawing) -> str:
    (reach, inside), r = _window(study, draw), study.radius
    k, x, edge = np.flatnonzero(inside), study.states[inside], ABOVE * reach
    last = max(int(k[-1]), 1)
    frame = {"k": [0, last], "x": [-edge, edge]}
    up = {"minExtent": LABEL_WIDTH, "tickCount": 4}
    draw.axes("step k", "x[k]", x={"tickMinStep": 1}, y=up, frame=frame, whole=True)
    levels = {"x": [r, -r], "power": study.params.power}
    draw.hline("threshold", levels, xy=(None, "x"), drag=both_signs(MOVED, "x"))
    draw_alternation(draw, k, x, (-edge, edge))
    room = ROOM * 2.0 * edge
    names = {"k": last, "x": [r + room, -r - room], "text": [f"threshold +{r:.4g}", f"threshold −{r:.4g}"]}
    draw.name("_labels", names, look="theory", align="right", dx=-14, drag=True)
    rest = "" if inside.all() else "; the next one is outside the picture"
    shown = f"x[k] for k = 0 … {k[-1]}, the last" if k[-1] else "x[0] ="
    return f"{shown} {x[-1]:.6g}{rest}. Dashed: the threshold."


@figure("The function", height=270)
def LANDSCAPE(study: Study, draw: Drawing) -> str:
    (reach, inside), r, f = _window(study, draw), study.radius, study.objective.value
    x, ends, top = np.linspace(-reach, reach, CURVE_POINTS), np.array([-r, r]), float(f(reach))
    iterates = {"k": np.flatnonzero(inside), "x": study.states[inside], "f": study.losses[inside]}
    draw.axes("x", "f₃(x)", frame={"x": [-reach, reach], "f": [-0.12 * top, top]}, whole=True)
    draw.curve("function", {"x": x, "f": f(x)}, look="ink")
    threshold = {"x": ends, "f": f(ends), "power": study.params.power}
    draw.vline("threshold", threshold, drag=both_signs(MOVED, "x"))
    draw.points("iterates", iterates, xy=("x", "f"), size=30, opacity=0.6, play=True, drag=True)
    name = {"x": 0.0, "f": 0.93 * top, "text": f"← threshold ±{r:.4g} →"}
    draw.name("_labels", name, look="theory", drag=True)
    draw.head("iterates", xy=("x", "f"))
    draw_start(draw, study.params.start, (-reach, reach), -0.12 * top)
    draw.grip(x="start")
    return (
        f"f₃(x) = x^{study.params.power} with the iterates; the lowest has "
        f"f₃ = {np.nanmin(study.losses):.4g}. The curvature at 0 is 0 and excludes no δ; dashed, the "
        f"threshold, ±{r:.4g}, within which starts converge to 0 at this δ."
    )


def companion(study: Study) -> Figure:
    """What shows most of this run beside its cobweb: how it approaches 0, or leaves the threshold; of a run
    that does neither its states; where it is gone at once, with what step sizes it would not be."""
    if approaches(study):
        return DECAY
    if study.departure[0] > 0.0 and study.decay[-1] != 0.0:
        return DEPARTURE if leaves(study) else WARM_UP
    return ITERATES


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return COBWEB, FATES, DECAY, ITERATES, LANDSCAPE, DEPARTURE, RADIUS, WARM_UP, PEAKS
