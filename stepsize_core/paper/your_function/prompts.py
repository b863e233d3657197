"""What a reader may predict of functions beyond the paper's."""

from dataclasses import replace

from stepsize_core.limits import LimitKind
from stepsize_core.paper.phenomenon import Prompt
from stepsize_core.paper.your_function.line import LineStudy
from stepsize_core.paper.your_function.params import PRESETS

CONVERGES, CYCLE, AWAY = "it converges to the minimum", "it settles on a cycle around it", "it diverges"
OUT = "it steps to where f is not defined"
FATES = {
    LimitKind.EQUILIBRIUM: CONVERGES,
    LimitKind.PERIODIC_ORBIT: CYCLE,
    LimitKind.DIVERGENT: AWAY,
    LimitKind.UNDEFINED: OUT,
}


def _why(study: LineStudy) -> str:
    minima = [(p, p.onset) for p in study.critical_points if p.onset is not None]
    minimum, onset = min(minima, key=lambda pair: abs(pair[0].x))
    return (
        f"The run: {study.limit.kind.sentence}. At x = {minimum.x:.4g} the curvature is "
        f"{minimum.curvature:.4g}, stable for δ < {minimum.critical:.4g}. {onset.value.capitalize()}."
    )


ASKS = ", stable for δ < 2. What does δ = {step_size:g} from {start:g} do?"
CASES = {
    "x²/2 + x⁴/4 has its minimum at 0": replace(PRESETS["hard"].params, start=0.3),
    "1 − cos x has its minimum at 0": PRESETS["pendulum"].params,
    "(x − 2)² + 4√x has a minimum at 1": PRESETS["domain"].params,
}
PROMPTS = tuple(Prompt(known + ASKS, params, FATES, _why) for known, params in CASES.items())
