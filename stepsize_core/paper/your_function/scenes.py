"""The scenes of a typed function, and what a reader may predict of them."""

from dataclasses import replace

from stepsize_core.limits import LimitKind
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene
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
        f"The run {study.outcome}. The minimum at x = {minimum.x:.4g} has the multiplier "
        f"{minimum.multiplier:.3g}, and the loss of stability is {onset.value}."
    )


ASKS = ", stable for δ < 2. What does δ = {step_size:g} from {start:g} do?"

SCENES = (
    Scene(
        "hard",
        "cobweb",
        "Compare each overshoot with the one before it: does it shrink or grow?",
        "The step size is below 2/λ: by the textbook rule this minimum is stable.",
        prompt=Prompt(
            "x²/2 + x⁴/4 has its minimum at 0" + ASKS, replace(PRESETS["hard"].params, start=0.3), FATES, _why
        ),
        in_class=True,
    ),
    Scene(
        "pendulum",
        "cobweb",
        "The run closes on a square around 0, which grows with δ.",
        "Here the step size is above 2/λ: the minimum is unstable, by a little.",
        prompt=Prompt("1 − cos x has its minimum at 0" + ASKS, PRESETS["pendulum"].params, FATES, _why),
    ),
    Scene(
        "domain",
        "cobweb",
        "The second step leads past 0, where the root is not defined.",
        "Well below 2/λ, and the start is not far. There is an edge, though.",
        prompt=Prompt("(x − 2)² + 4√x has a minimum at 1" + ASKS, PRESETS["domain"].params, FATES, _why),
    ),
)

COMPARISONS = (
    Comparison(
        "A double well, below and past its critical step", ("double_well", "double_well_cycle"), "cobweb"
    ),
    Comparison("Two scalar layers, three step sizes", ("two_layers",), "plane", (0.3, 0.5, 0.8)),
)
