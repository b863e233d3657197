"""What a reader may predict of Examples 1 to 3."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stepsize_core.limits import LimitKind
from stepsize_core.paper import equilibrium_selection, initialization_dependence, periodic_orbits
from stepsize_core.paper.predictions import Prompt

# Example 1

MINIMUM, OSCILLATION, AWAY = "at the minimum", "on an oscillation around it", "nowhere: it diverges"
QUARTER, HALF, SAME = "a quarter of it", "half of it", "the same"


def _end_of_orbit(study) -> str:
    kinds = {LimitKind.EQUILIBRIUM: MINIMUM, LimitKind.PERIODIC_ORBIT: OSCILLATION, LimitKind.DIVERGENT: AWAY}
    return kinds[study.limit.kind]


def _size(study) -> float:
    return float(np.mean(np.abs(study.limit.points)))


def _at_twice_the_step(study):
    params = study.params
    return periodic_orbits.study(replace(params, step_size=2.0 * params.step_size))


def _shrinkage(study) -> str:
    ratio = _size(study) / _size(_at_twice_the_step(study))
    return min({QUARTER: 0.25, HALF: 0.5, SAME: 1.0}.items(), key=lambda item: abs(item[1] - ratio))[0]


def _why_quarter(study) -> str:
    before = _size(_at_twice_the_step(study))
    return f"Measured: {before:.6g} before, {_size(study):.6g} now. The amplitude is δ²/4."


# Example 2

AT_1, AT_2, BOUNDED, CYCLE = "at x = 1", "at x = 2", "it never repeats itself", "on a cycle"
SELECTION = (AT_1, AT_2, CYCLE, BOUNDED, AWAY)


def _selected(study) -> str:
    if study.limit.kind is LimitKind.EQUILIBRIUM:
        return min((AT_1, 1.0), (AT_2, 2.0), key=lambda pair: abs(pair[1] - float(study.limit.points[0])))[0]
    kinds = {LimitKind.PERIODIC_ORBIT: CYCLE, LimitKind.APERIODIC: BOUNDED, LimitKind.DIVERGENT: AWAY}
    return kinds[study.limit.kind]


def _why_selected(study) -> str:
    multipliers = " and ".join(
        f"{p.multiplier:.3g} at x = {p.x:g}" for p in study.critical_points if p.curvature > 0
    )
    return f"The run: {study.limit.sentence}. The multipliers 1 − δf₂″ are {multipliers}: stable within ±1."


# Example 3

TO_ZERO, BETWEEN, TO_INFINITY = "it converges to 0", "it jumps between ±x[0] for ever", "it diverges"
TINY, SMALL, LARGE = "below 10⁻⁶", "between 10⁻⁶ and 0.1", "above 0.1"


def _fate(study) -> str:
    kinds = {
        LimitKind.EQUILIBRIUM: TO_ZERO,
        LimitKind.PERIODIC_ORBIT: BETWEEN,
        LimitKind.DIVERGENT: TO_INFINITY,
    }
    return kinds[study.limit.kind]


def _why_fate(study) -> str:
    start = abs(study.params.start)
    return (
        f"|x[0]| = {start:g}, the threshold (2/(Lδ))^(1/(L−2)) is {study.radius:.6g}. "
        f"The run: {study.limit.sentence}."
    )


def _how_near(study) -> str:
    size = abs(float(study.states[-1]))
    return TINY if size < 1e-6 else (SMALL if size < 0.1 else LARGE)


def _why_slow(study) -> str:
    size = abs(float(study.states[-1]))
    curvature = float(study.objective.hessian(0.0))
    return (
        f"|x| = {size:.4g} after {study.params.n_steps} steps: the curvature at 0 is {curvature:g}, "
        f"and the approach algebraic."
    )


OF_PERIODIC_ORBITS = (
    Prompt(
        "f₁ is convex, with one minimum. Where does δ = {step_size:g} from x[0] = {start:g} end?",
        (MINIMUM, OSCILLATION, AWAY),
        periodic_orbits.Params(),
        _end_of_orbit,
        lambda study: f"The run ends in {study.limit.sentence}; ±δ²/4 is ±{study.amplitude:.6g}.",
    ),
    Prompt(
        "Now halve the step, to δ = {step_size:g}. How large is the oscillation, against before?",
        (SAME, HALF, QUARTER),
        periodic_orbits.Params(step_size=0.25),
        _shrinkage,
        _why_quarter,
    ),
    Prompt(
        "Start exactly at x[0] = δ², with δ = {step_size:g}. Where does the run end?",
        (MINIMUM, OSCILLATION, AWAY),
        periodic_orbits.PRESETS["on_exceptional_set"].params,
        _end_of_orbit,
        lambda study: f"From {study.start:g} the next state is {study.states[1]:g}: {study.limit.sentence}.",
    ),
)

OF_EQUILIBRIUM_SELECTION = (
    Prompt(
        "Will δ = {step_size:g} from x[0] = {start:g} settle, and where?",
        SELECTION,
        equilibrium_selection.PRESETS["chaotic_band"].params,
        _selected,
        _why_selected,
    ),
    Prompt(
        "The same start, a larger step: δ = {step_size:g} from x[0] = {start:g}. Where does it end?",
        SELECTION,
        equilibrium_selection.PRESETS["band_ends"].params,
        _selected,
        _why_selected,
    ),
    Prompt(
        "And δ = {step_size:g}, just above the step at which x = 2 loses its stability?",
        SELECTION,
        equilibrium_selection.PRESETS["period_2"].params,
        _selected,
        _why_selected,
    ),
)

OF_INITIALIZATION_DEPENDENCE = (
    Prompt(
        "f₃ = x^{power}, δ = {step_size:g}: does the run from x[0] = {start:g} find the minimum?",
        (TO_ZERO, BETWEEN, TO_INFINITY),
        initialization_dependence.PRESETS["outside"].params,
        _fate,
        _why_fate,
    ),
    Prompt(
        "f₃ = x^{power}, δ = {step_size:g}, x[0] = {start:g}: what does the run do?",
        (TO_ZERO, BETWEEN, TO_INFINITY),
        initialization_dependence.PRESETS["on_threshold"].params,
        _fate,
        _why_fate,
    ),
    Prompt(
        "f₃ = x^{power} from x[0] = {start:g}, inside the threshold: how large is |x| after {n_steps} steps?",
        (TINY, SMALL, LARGE),
        initialization_dependence.PRESETS["slow"].params,
        _how_near,
        _why_slow,
    ),
)
