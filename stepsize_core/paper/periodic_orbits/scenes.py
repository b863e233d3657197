"""The scenes of Example 1, and what a reader may predict of it."""

from dataclasses import replace

import numpy as np

from stepsize_core.limits import LimitKind
from stepsize_core.paper.periodic_orbits import studies
from stepsize_core.paper.periodic_orbits.studies import PRESETS, Params, Study
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

MINIMUM, OSCILLATION, AWAY = "at the minimum", "on an oscillation around it", "nowhere: it diverges"
ENDS = {LimitKind.EQUILIBRIUM: MINIMUM, LimitKind.PERIODIC_ORBIT: OSCILLATION, LimitKind.DIVERGENT: AWAY}
QUARTER, HALF, SAME = "a quarter of it", "half of it", "the same"


def _size(study: Study) -> float:
    return float(np.mean(np.abs(study.limit.points)))


def _at_twice_the_step(study: Study) -> Study:
    params = study.params
    return studies.study(replace(params, step_size=2.0 * params.step_size))


def _shrinkage(study: Study) -> str:
    ratio = _size(study) / _size(_at_twice_the_step(study))
    return min({QUARTER: 0.25, HALF: 0.5, SAME: 1.0}.items(), key=lambda item: abs(item[1] - ratio))[0]


def _why_quarter(study: Study) -> str:
    before = _size(_at_twice_the_step(study))
    return f"Measured: {before:.6g} before, {_size(study):.6g} now. The amplitude is δ²/4."


SCENES = (
    Scene(
        "oscillation",
        "cobweb",
        "The run closes on the dashed square ±δ²/4 and stays there: it never reaches the minimum at 0.",
        "A convex function with one minimum, the friendliest case there is. Where does it go?",
        place="Example 1",
        prompt=Prompt(
            "f₁ is convex, with one minimum. Where does δ = {step_size:g} from x[0] = {start:g} end?",
            Params(),
            ENDS,
            lambda study: f"The run {study.outcome}; ±δ²/4 is ±{study.amplitude:.6g}.",
        ),
        in_class=True,
    ),
    Scene(
        "oscillation",
        "iterates",
        "The last states lie on two levels, ±δ²/4: they move together when δ is halved.",
        "The step size sets how large the oscillation is. By which law?",
        prompt=Prompt(
            "Now halve the step, to δ = {step_size:g}. How large is the oscillation, against before?",
            Params(step_size=0.25),
            (SAME, HALF, QUARTER),
            _why_quarter,
            _shrinkage,
        ),
    ),
    Scene(
        "on_exceptional_set",
        "cobweb",
        "The first step leads to 0 exactly, where the slope is 0: from there nothing moves.",
        "Is there any start at all that reaches the minimum? Try x[0] = δ².",
        prompt=Prompt(
            "Start exactly at x[0] = δ², with δ = {step_size:g}. Where does the run end?",
            PRESETS["on_exceptional_set"].params,
            ENDS,
            lambda study: (
                f"From {study.start:g} the next state is {study.states[1]:g}: the run {study.outcome}."
            ),
        ),
    ),
)

COMPARISONS = (Comparison("Half and twice the step", ("oscillation",), "cobweb", (0.25, 0.5, 1.0)),)
