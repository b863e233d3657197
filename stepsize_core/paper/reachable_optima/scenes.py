"""The scenes of Theorem 1 and its corollaries, and what a reader may predict of them."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene
from stepsize_core.paper.reachable_optima.claims import LEFT
from stepsize_core.paper.reachable_optima.optimum import ended
from stepsize_core.paper.reachable_optima.studies import PRESETS, NetworkStudy, Study

STAYS, LEAVES, ESCAPES = "it stays there", "it leaves for a flatter optimum", "it diverges"
LEARNS, OSCILLATES = "it converges to an optimum", "it oscillates for ever"
BECAME = {
    LimitKind.EQUILIBRIUM: LEARNS,
    LimitKind.PERIODIC_ORBIT: OSCILLATES,
    LimitKind.APERIODIC: OSCILLATES,
    LimitKind.DIVERGENT: ESCAPES,
}


def _stays(study: NetworkStudy) -> str:
    if study.limit.kind is LimitKind.DIVERGENT:
        return ESCAPES
    return LEAVES if study.distances[-1] > LEFT * study.distances[0] else STAYS


def _why_stays(study: NetworkStudy) -> str:
    optimum = study.reference
    moved = float(f"{study.distances[-1] / study.distances[0]:.3g}")
    return (
        f"After {study.params.n_steps:,} steps it is {moved:,g} times as far from the optimum as it began. "
        f"There, 2/λ_max is {optimum.exact:.4g} and bound (3) is {optimum.theorem_1:.4g}."
    )


def _why_learns(study: Study) -> str:
    return f"Bound (4) is {2.0 / study.floor:.4g}; the run: {ended(study.limit)}."


def _asked(preset: str, asks: str) -> Prompt:
    return Prompt(asks, PRESETS[preset].params, (STAYS, LEAVES, ESCAPES), _why_stays, _stays)


SCENES = (
    Scene(
        "theorem_1",
        "sharpness",
        "Rescaled to equal cost, the optimum falls out of reach: the run leaves it for a flatter one.",
        "The same map, the same cost of 0, but written in weights that are too sharp for this step size.",
        place="Theorem 1",
        prompt=_asked(
            "theorem_1",
            "A start next to an optimum, rescaled by α = {alpha:g}. At δ = {step_size:g}, what does the run "
            "do?",
        ),
        in_class=True,
    ),
    Scene(
        "remark_1",
        "sharpness",
        "λ_max begins above 2/δ, where bound (3) does not look: the run moves until it is below.",
        "The theorem's bound is met here. Is that enough?",
        place="Remark 1",
        prompt=_asked(
            "remark_1",
            "Here bound (3) allows δ = {step_size:g}. Does a run that starts next to this optimum stay?",
        ),
    ),
    Scene(
        "above_corollary_1",
        "sharpness",
        "δ is past bound (4), so no optimum of this target is stable: the run ends on a 2-cycle.",
        "The step is 2 % larger than Corollary 1 allows.",
        place="Corollary 1",
        prompt=Prompt(
            "δ = {step_size:g} is just above bound (4) of Corollary 1. What does the run do?",
            PRESETS["above_corollary_1"].params,
            BECAME,
            _why_learns,
        ),
    ),
    Scene(
        "below_corollary_1",
        "chain",
        "The flattest optimum is just stable. A larger singular value would need a smaller step.",
        "To learn a map with large singular values, the step must be small: here it just is.",
        place="Remark 2",
    ),
    Scene(
        "corollary_2",
        "top_value",
        "Compare the largest singular value reached with the ceiling that δ and the depth impose.",
        "If the run converges, we know something about the map before looking at it: a ceiling.",
        place="Corollary 2",
    ),
)

COMPARISONS = (
    Comparison(
        "Just below and just above Corollary 1", ("above_corollary_1",), "plane", step_sizes=(0.66, 0.68)
    ),
    Comparison("The arc shrinks: three step sizes", ("arc",), "plane", step_sizes=(0.3, 0.6, 0.9)),
)
