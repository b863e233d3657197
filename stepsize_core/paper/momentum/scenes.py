"""What there is to show and to ask of momentum."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.momentum.studies import PRESETS, Study
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

SAME, OTHER, RESTS, AWAY = (
    "on the 2-cycle of gradient descent", "in another bounded motion", "at a minimum", "nowhere: it diverges",
)  # fmt: skip
ENDS = (RESTS, SAME, OTHER, AWAY)


def _ends(study: Study) -> str:
    if study.limit.kind is LimitKind.PERIODIC_ORBIT and study.limit.period == 2:
        return SAME
    words = {LimitKind.EQUILIBRIUM: RESTS, LimitKind.DIVERGENT: AWAY}
    return words.get(study.limit.kind, OTHER)


def _why(study: Study) -> str:
    return (
        f"The run {study.outcome}. Its effective step is {study.params.step_size:g}, its δ {study.delta:.4g}."
    )


def _asked(preset: str, asks: str) -> Prompt:
    return Prompt(asks, PRESETS[preset].params, ENDS, _why, _ends)


SCENES = (
    Scene(
        "same_cycle",
        "delay",
        "The run closes on two points that mirror each other: the 2-cycle of gradient descent.",
        "Does momentum cure the oscillation? We take a step half as large again, with β = 0.5.",
        prompt=_asked(
            "same_cycle",
            "Gradient descent oscillates at the step {step_size:g}. Heavy ball with β = {beta:g} takes 1 + β "
            "times that step. Where does it end?",
        ),
        in_class=True,
    ),
    Scene(
        "cascade",
        "delay",
        "The 2-cycle is still there, and no longer stable: the run fills out two arcs.",
        "The same cycles. Are the same ones stable? A slightly larger step.",
        prompt=_asked(
            "cascade",
            "At δₑ = {step_size:g} gradient descent rests on a 2-cycle. Where does heavy ball with "
            "β = {beta:g} end?",
        ),
    ),
    Scene(
        "sampling",
        "samples",
        "The curves cross: with noise the best β moves to the left, and the largest step shrinks.",
        "How much momentum is right? It depends on how noisy the gradients are.",
    ),
)

COMPARISONS = (
    Comparison("One cycle, two methods", ("same_cycle", "nesterov"), "iterates"),
    Comparison("Below and above δₑ = 0.2", ("same_cycle",), "iterates", (0.19, 0.21, 0.225)),
)
