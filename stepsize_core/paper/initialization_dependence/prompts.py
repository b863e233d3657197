"""What a reader may predict of Example 3."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.initialization_dependence.studies import PRESETS, Study
from stepsize_core.paper.phenomenon import Prompt

TO_ZERO, BETWEEN, TO_INFINITY = "it converges to 0", "it jumps between ±x[0] for ever", "it diverges"
FATES = {
    LimitKind.EQUILIBRIUM: TO_ZERO,
    LimitKind.PERIODIC_ORBIT: BETWEEN,
    LimitKind.DIVERGENT: TO_INFINITY,
}
TINY, SMALL, LARGE = "below 10⁻⁶", "between 10⁻⁶ and 0.1", "above 0.1"


def _why_fate(study: Study) -> str:
    start = abs(study.params.start)
    return (
        f"|x[0]| = {start:g}, the threshold (2/(Lδ))^(1/(L−2)) is {study.radius:.6g}. "
        f"The run {study.outcome}."
    )


def _how_near(study: Study) -> str:
    size = abs(float(study.states[-1]))
    return TINY if size < 1e-6 else (SMALL if size < 0.1 else LARGE)


def _why_slow(study: Study) -> str:
    size = abs(float(study.states[-1]))
    curvature = float(study.objective.hessian(0.0))
    return (
        f"|x| = {size:.4g} after {study.params.n_steps} steps: the curvature at 0 is {curvature:g}, "
        f"and the approach algebraic."
    )


FATE_OF = {
    "outside": "f₃ = x^{power}, δ = {step_size:g}: does the run from x[0] = {start:g} find the minimum?",
    "on_threshold": "f₃ = x^{power}, δ = {step_size:g}, x[0] = {start:g}: what does the run do?",
}
PROMPTS = (
    *(Prompt(asks, PRESETS[preset].params, FATES, _why_fate) for preset, asks in FATE_OF.items()),
    Prompt(
        "f₃ = x^{power} from x[0] = {start:g}, inside the threshold: how large is |x| after {n_steps} steps?",
        PRESETS["slow"].params,
        (TINY, SMALL, LARGE),
        _why_slow,
        _how_near,
    ),
)
