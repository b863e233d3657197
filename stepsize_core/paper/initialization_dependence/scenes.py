"""The scenes of Example 3, and what a reader may predict of it."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.initialization_dependence.studies import PRESETS, Study
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

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
        f"|x| = {size:.4g} after {study.params.n_steps:,} steps: the curvature at 0 is {curvature:g}, "
        f"and the approach algebraic."
    )


SCENES = (
    Scene(
        "inside",
        "cobweb",
        "The start lies just inside the dashed threshold. Move it across, and the same δ diverges.",
        "The curvature at this minimum is 0, so it excludes no step size. What decides is where we start.",
        place="Example 3",
    ),
    Scene(
        "outside",
        "cobweb",
        "The first step overshoots to the other side, a little farther out, and each one after it farther.",
        "One minimum, and at it a curvature of 0: no step size seems too large.",
        prompt=Prompt(
            "f₃ = x^{power}, δ = {step_size:g}: where does the run from x[0] = {start:g} end?",
            PRESETS["outside"].params,
            FATES,
            _why_fate,
        ),
        in_class=True,
    ),
    Scene(
        "on_threshold",
        "cobweb",
        "The run goes round one and the same square: it lies on the cycle that divides the two fates.",
        "Between converging and diverging there is one start left. What does it do?",
        prompt=Prompt(
            "f₃ = x^{power}, δ = {step_size:g}, x[0] = {start:g}: what does the run do?",
            PRESETS["on_threshold"].params,
            FATES,
            _why_fate,
        ),
    ),
    Scene(
        "slow",
        "iterates",
        "The iterates fall quickly at first, then hardly at all.",
        "Well inside the threshold: the run converges. The question is how fast.",
        prompt=Prompt(
            "f₃ = x^{power} from x[0] = {start:g}, inside the threshold: how large is |x| after {n_steps:,} "
            "steps?",
            PRESETS["slow"].params,
            (TINY, SMALL, LARGE),
            _why_slow,
            _how_near,
        ),
    ),
)

COMPARISONS = (Comparison("Just inside and just outside", ("inside", "outside"), "cobweb"),)
