"""Pictures of Example 3: on x^L the start decides between convergence to 0 and divergence."""

import numpy as np

from pages.charts.initialization_dependence.algebraic_decay import DECAY, LABEL_WIDTH
from pages.charts.initialization_dependence.divergence_threshold import DEPARTURE, RADIUS
from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Figure, figure
from pages.charts.scalar import fates
from pages.charts.scalar.cobweb import draw_cobweb, draw_square
from stepsize_core.paper import initialization_dependence as phenomenon
from stepsize_core.paper.initialization_dependence import Study, beside_threshold, convergence_radius
from stepsize_core.paper.runs import counted
from stepsize_core.sweeps import FateRaster

CURVE_POINTS = 241
BEYOND = 1.15  # the window of x reaches so far beyond the start and the threshold,
BEYOND_ESCAPE = 1.7  # farther where the run leaves it
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


@figure("Cobweb", height=464)
def COBWEB(study: Study, draw: Drawing) -> str:
    (reach, _), r, p = _window(study, draw), study.radius, study.params
    draw_cobweb(draw, study, (-reach, reach))
    draw_square(draw, "threshold_cycle", r)
    draw.points("_chosen", {"x": p.start, "y": p.start, "text": "x[0]"}, look="chosen", size=80)
    draw.name("_chosen", dx=-18, dy=-8)
    draw.label("_labels", {"x": -r, "y": r, "text": f"threshold ±{r:.4g}"}, dx=6, dy=14)
    kept = int(np.isfinite(study.states).sum()) - 1
    return (
        f"{counted(kept, 'step')} of x − δLx^(L−1) from x[0] = {p.start:g}. The run {study.outcome}. "
        f"Dashed: the unstable 2-cycle ±{r:.4g}, the threshold between convergence and divergence."
    )


@fates.over_starts(
    height=280, also=lambda study: [call(phenomenon.start_step_size_raster, study.params.power)]
)
def FATES(study: Study, raster: FateRaster, draw: Drawing) -> str:
    p, deltas = study.params, raster.step_sizes
    radius = convergence_radius(p.power, deltas)
    x, y = np.concatenate([radius, -radius]), np.concatenate([deltas, deltas])
    inside = (x >= raster.starts[0]) & (x <= raster.starts[-1])
    threshold = {"x": x[inside], "y": y[inside], "side": np.sign(x[inside])}
    fates.draw_plane(draw, raster, FATES_OF_F3, log=True, minExtent=LABEL_WIDTH)
    sides = {"order": "y", "by": "side"}
    draw.curve("threshold", threshold, look="background", width=3.5, opacity=0.8, **sides)
    draw.curve("threshold", look="theory", width=2.0, **sides)
    fates.draw_choice(draw, raster, FATES_OF_F3, p, log=True)
    return (
        f"{raster.basins.labels.size} runs with L = {p.power}: {FATES_OF_F3.shares(raster)}. "
        f"Dashed: |x[0]| = (2/(Lδ))^(1/(L−2)). {fates.chosen(raster, p)}"
    )


@figure("Iterates", height=270, compare="iterates")
def ITERATES(study: Study, draw: Drawing) -> str:
    (reach, inside), r = _window(study, draw), study.radius
    k, x = np.flatnonzero(inside), study.states[inside]
    last = max(int(k[-1]), 1)
    draw.axes("step k", "x[k]", frame={"k": [0, 1.2 * last], "x": [-reach, reach]}, whole=True)
    draw.hline("threshold", {"x": [r, -r]})
    draw.curve("iterates", {"k": k, "x": x}, width=1.1, play=True, drag=True)
    draw.points("iterates", size=22, play=True, drag=True)
    draw.label("_labels", {"k": last, "x": [r, -r], "text": [f"+{r:.4g}", f"−{r:.4g}"]}, dx=6)
    rest = "" if inside.all() else "; the next one is outside the picture"
    shown = f"x[k] for k = 0 … {k[-1]}, the last" if k[-1] else "x[0] ="
    return f"{shown} {x[-1]:.6g}{rest}. Dashed: the threshold."


@figure("The function", height=270)
def LANDSCAPE(study: Study, draw: Drawing) -> str:
    (reach, inside), r, f = _window(study, draw), study.radius, study.objective.value
    x, ends = np.linspace(-reach, reach, CURVE_POINTS), np.array([-r, r])
    iterates = {"k": np.flatnonzero(inside), "x": study.states[inside], "f": study.losses[inside]}
    threshold = {"x": ends, "f": f(ends), "text": [f"−{r:.4g}", f"+{r:.4g}"]}
    draw.axes("x", "f₃(x)")
    draw.curve("function", {"x": x, "f": f(x)}, look="ink")
    draw.vline("threshold", threshold)
    draw.points("iterates", iterates, xy=("x", "f"), size=40, play=True)
    draw.points("threshold", look="theory", size=110, filled=False)
    draw.name("threshold", dy=-14)
    return (
        f"f₃(x) = x^{study.params.power} with the iterates; the lowest has "
        f"f₃ = {np.nanmin(study.losses):.4g}. The curvature at 0 is 0 and excludes no δ; rings mark the "
        f"threshold, ±{r:.4g}, within which starts converge to 0 at this δ."
    )


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return COBWEB, FATES, DECAY, ITERATES, LANDSCAPE, DEPARTURE, RADIUS
