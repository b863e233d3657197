"""Pictures of Example 1: the 2-cycle ±δ²/4 of gradient descent on f₁(x) = ⅔|x|^{3/2}."""

import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.raster import edges_around
from pages.charts.periodic_orbits.exceptional_starts import APPROACH, EXCEPTIONAL_SET
from pages.charts.scalar.cobweb import CURVE_POINTS, draw_cobweb, draw_square
from stepsize_core.paper import periodic_orbits as phenomenon
from stepsize_core.paper.periodic_orbits import AmplitudeLaw, Study
from stepsize_core.paper.runs import counted


def headline(study: Study) -> str:
    """The page's sentence: what this run did."""
    delta, j = study.params.step_size, study.params.exceptional
    if study.landing is not None:
        after = f" after {counted(study.landing, 'step')}" if study.landing else ""
        unseen = ", beyond those drawn" if study.landing >= len(study.states) else ""
        verb = "lands" if study.landing else "stays"
        return (
            f"From x[0] = {study.start:.6g}, a start on S, the run with δ = {delta:g} {verb} exactly on 0"
            f"{after}{unseen}; beside S it would oscillate."
        )
    member = f" from member {j} of S, rounded to x[0] = {study.start:.6g}, misses 0 by {study.miss:.2g} and"
    return (
        f"With δ = {delta:g} the run{member if j > 0 else ''} {study.outcome}; the paper says "
        f"±δ²/4 = ±{study.amplitude:.6g}, where the loss is δ³/12 = {study.loss_level:.4g}, not 0."
    )


def _window(study: Study, draw: Drawing) -> Ends:
    """The ends of pictures over x, beyond all that the run visits."""
    visited = max(np.abs(study.states).max(), study.amplitude)
    wanted = 1.08 * max(visited, 2.5 * study.amplitude)
    return draw.hold("x", (-wanted, wanted), (-visited, visited))


@figure("Cobweb", height=432)
def COBWEB(study: Study, draw: Drawing) -> str:
    a, delta = study.amplitude, study.params.step_size
    draw_cobweb(draw, study, _window(study, draw))
    draw_square(draw, "cycle", a)
    draw.label("_labels", {"x": a, "y": -a, "text": "predicted 2-cycle"}, dx=6, dy=10)
    return (
        f"{_steps(study)} of x − δf₁′(x) at δ = {delta:g} from {study.start:.4g}. The run {study.outcome}. "
        f"Dashed, the square between ±{a:.4g}, predicted for starts off S."
    )


def _steps(study: Study) -> str:
    return counted(len(study.states) - 1, "step")


@figure("Iterates", height=212, compare="iterates")
def ITERATES(study: Study, draw: Drawing) -> str:
    k, x, a = np.arange(len(study.states)), study.states, study.amplitude
    visited, last = max(np.abs(x).max(), a), np.abs(x[-2:])
    ends = draw.hold("x", (-1.15 * visited, 1.15 * visited), (-visited, visited))
    draw.axes("step k", "x[k] ●   |x[k]| ○", frame={"k": [0, 1.16 * k[-1]], "x": ends}, whole=True)
    draw.hline("predicted", {"x": [a, -a]})
    draw.curve("iterates", {"k": k, "x": x}, width=1.2, play=True, drag=True)
    modulus = {"k": k, "modulus": np.abs(x)}
    draw.points("iterates", modulus, look="second", size=46, filled=False, play=True, drag=True)
    draw.points("iterates", size=22, play=True, drag=True)
    draw.label("_labels", {"k": k[-1], "x": [a, -a], "text": [f"+{a:.4g}", f"−{a:.4g}"]}, dx=8, dy=-8)
    on_set = study.landing is not None
    foreseen = f"0, for this start lies on S; off S it is {a:.4g}" if on_set else f"{a:.4g} in the end"
    return (
        f"{_steps(study)} from x[0] = {study.start:.4g}. The last two |x[k]| are "
        f"{last[0]:.4g} and {last[1]:.4g}; the prediction is {foreseen}."
    )


@figure(
    "Amplitude against step size",
    height=212,
    picks=("step_size",),
    also=[call(phenomenon.amplitude_law)],
)
def AMPLITUDE(study: Study, law: AmplitudeLaw, draw: Drawing) -> str:
    deltas, delta, a = law.step_sizes, study.params.step_size, study.amplitude
    draw.axes("step size δ", "amplitude", log="xy")
    draw.curve("law", {"step_size": deltas, "predicted": law.predicted}, look="theory")
    draw.points("law", {"step_size": deltas, "measured": law.measured}, size=20)
    chosen = {"step_size": delta, "predicted": a, "text": f"δ = {delta:g}"}
    draw.vline("_chosen", chosen, look="chosen", drag=True)
    draw.points("_chosen", look="chosen", size=70, filled=False, drag=True)
    draw.label("_chosen", look="chosen", dx=8, dy=14, drag=True)
    draw.click_step_sizes(edges_around(deltas, log=True), deltas)
    worst = np.max(np.abs(law.measured / law.predicted - 1.0))
    return (
        f"{len(deltas)} runs lie on the law δ²/4 within {worst:.0e} relative. "
        f"Chosen: δ = {delta:g}, δ²/4 = {a:.4g}. Click to choose another δ."
    )


@figure("The function")
def LANDSCAPE(study: Study, draw: Drawing) -> str:
    a, f = study.amplitude, study.objective.value
    x = np.linspace(*_window(study, draw), CURVE_POINTS)
    iterates = {"k": np.arange(len(study.states)), "x": study.states, "f": study.losses}
    draw.axes("x", "f₁(x)")
    draw.curve("function", {"x": x, "f": f(x)}, look="ink")
    draw.points("iterates", iterates, xy=("x", "f"), size=36, play=True)
    cycle = {"x": [-a, a], "f": f(np.array([-a, a])), "text": ["−δ²/4", "+δ²/4"]}
    draw.points("cycle", cycle, look="theory", size=130, filled=False)
    draw.label("cycle", align="center", dx=0, dy=-18)
    return (
        f"f₁(x) = ⅔|x|^(3/2) with the iterates on it, from height {study.losses[0]:.4g} to "
        f"{study.losses[-1]:.4g}; the minimum is 0. Rings mark ±δ²/4 = ±{a:.4g}."
    )


@figure("Loss against step", compare="losses")
def LOSS(study: Study, draw: Drawing) -> str:
    losses, level, k = study.losses, study.loss_level, np.arange(len(study.losses))
    draw.axes("step k", "f₁(x[k])", log="y")
    draw.hline("predicted", {"loss": level})
    draw.curve("losses", {"k": k[losses > 0], "loss": losses[losses > 0]}, play=True)
    draw.points("losses", size=18, play=True)
    name = {"k": k[-1], "loss": level, "text": f"δ³/12 = {level:.4g}"}
    draw.label("_labels", name, align="right", dx=-2, dy=-14)
    if zero := int(np.count_nonzero(losses == 0)):
        return f"The loss is exactly 0 at {zero} of {len(losses)} states: the minimum."
    course = f"From {losses[0]:.4g} to {losses[-1]:.4g} in {_steps(study)}"
    if study.landing is not None:
        return f"{course}; the loss is exactly 0 from step {study.landing} on, for this start lies on S."
    longer = "" if study.shown else f"followed for {study.followed:,} steps, "
    return f"{course}; {longer}the loss settles at δ³/12 = {level:.4g}, not at 0."


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return COBWEB, ITERATES, AMPLITUDE, LANDSCAPE, LOSS, EXCEPTIONAL_SET, APPROACH
