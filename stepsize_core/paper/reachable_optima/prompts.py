"""What a reader may predict of Theorem 1 and its corollaries."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.phenomenon import Prompt
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
    moved = study.distances[-1] / study.distances[0]
    return (
        f"After {study.params.n_steps} steps it is {moved:.3g} times as far from the optimum as it began. "
        f"There, 2/λ_max is {optimum.exact:.4g} and bound (3) is {optimum.theorem_1:.4g}."
    )


def _why_learns(study: Study) -> str:
    return f"Bound (4) is {2.0 / study.floor:.4g}; the run: {ended(study.limit)}."


NEARBY_STARTS = {
    "theorem_1": "A start next to an optimum, rescaled by α = {alpha:g}: does δ = {step_size:g} keep the run "
    "there?",
    "remark_1": "Here bound (3) allows δ = {step_size:g}. Does a run that starts next to this optimum stay?",
}
PROMPTS = (
    *(
        Prompt(asks, PRESETS[preset].params, (STAYS, LEAVES, ESCAPES), _why_stays, _stays)
        for preset, asks in NEARBY_STARTS.items()
    ),
    Prompt(
        "δ = {step_size:g} is just above bound (4) of Corollary 1. What does the run do?",
        PRESETS["above_corollary_1"].params,
        BECAME,
        _why_learns,
    ),
)
