"""The scenes of Theorem 4 and Figure 2, and what a reader may predict of them."""

import numpy as np

from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene
from stepsize_core.paper.relu_oscillation.studies import PRESETS, Study

SETTLES, SWITCHES, NEVER = "it settles", "it switches between two functions", "it does neither"
YES, NO = "yes", "no"


def _trained(study: Study) -> str:
    return {1: SETTLES, 2: SWITCHES}.get(study.limit.period, NEVER)


def _why_trained(study: Study) -> str:
    return f"Measured on the function: {study.words}; its loss is at most {study.final_loss:.3g}."


def _why_forbidden(study: Study) -> str:
    x, y = study.objective.inputs, study.objective.targets
    needed = float((np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)).max())
    return (
        f"The fit needs ‖x‖‖f(x)‖ = {needed:.4g} and Theorem 4 allows {study.bound:.4g}. "
        f"Measured on the function: {study.words}."
    )


def _why_learned(study: Study) -> str:
    return (
        f"The run: {study.words}. Its loss is {study.final_loss:.3g}; "
        f"below {study.learned_level:.3g} would count as learned."
    )


SCENES = (
    Scene(
        "theorem_4_bites",
        "outputs",
        "The run converges, so its largest ‖x‖‖f̂(x)‖ must stay below the bound: here it nearly touches it.",
        "A converged network cannot have large outputs far from the origin. Two points are enough to see it.",
        place="Theorem 4",
    ),
    Scene(
        "figure_2_right",
        "overlay",
        "Play the last iterates: the network keeps switching between two functions, f̂ odd and f̂ even.",
        "One network, one data set, no noise. What has it learned after twenty thousand steps?",
        place="Figure 2",
        prompt=Prompt(
            "Figure 2's network, trained at δ = {step_size:g}: what does its function do in the end?",
            PRESETS["figure_2_right"].params,
            (SETTLES, SWITCHES, NEVER),
            _why_trained,
            _trained,
        ),
        in_class=True,
    ),
    Scene(
        "poor_fit",
        "overlay",
        "f̂ stands still, and is not f.",
        "This one does come to rest. What has it learned?",
        prompt=Prompt(
            "Draw {seed}, trained at δ = {step_size:g}: has the network learned f when it comes to rest?",
            PRESETS["poor_fit"].params,
            (YES, NO),
            _why_learned,
            lambda study: YES if study.learned else NO,
        ),
    ),
    Scene(
        "theorem_4_forbids",
        "overlay",
        "The function flips at the far point, from one step to the next.",
        "Two points only, and a step size slightly past what Theorem 4 allows for them.",
        prompt=Prompt(
            "Two points, δ = {step_size:g}: Theorem 4's bound is just below the output needed. What happens?",
            PRESETS["theorem_4_forbids"].params,
            (SETTLES, SWITCHES, NEVER),
            _why_forbidden,
            _trained,
        ),
        in_class=True,
    ),
)

COMPARISONS = (
    Comparison("Figure 2 as published", ("figure_2_left", "figure_2_right"), "overlay"),
    Comparison("Theorem 4: just inside and past it", ("theorem_4_bites", "theorem_4_forbids"), "outputs"),
)
