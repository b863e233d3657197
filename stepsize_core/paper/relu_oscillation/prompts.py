"""What a reader may predict of Theorem 4 and Figure 2."""

from stepsize_core.paper.phenomenon import Prompt
from stepsize_core.paper.relu_oscillation.studies import PRESETS, Study

SETTLES, SWITCHES, NEVER = "it settles", "it switches between two functions", "it does neither"
YES, NO = "yes", "no"


def _trained(study: Study) -> str:
    return {1: SETTLES, 2: SWITCHES}.get(study.limit.period, NEVER)


def _why_trained(study: Study) -> str:
    return f"Measured on the function: {study.words}; its loss is at most {study.final_loss:.3g}."


def _why_learned(study: Study) -> str:
    return (
        f"The run: {study.words}. Its loss is {study.final_loss:.3g}; "
        f"below {study.learned_level:.3g} would count as learned."
    )


PROMPTS = (
    Prompt(
        "Figure 2's network, trained at δ = {step_size:g}: what does its function do in the end?",
        PRESETS["figure_2_right"].params,
        (SETTLES, SWITCHES, NEVER),
        _why_trained,
        _trained,
    ),
    Prompt(
        "Draw {seed}, trained at δ = {step_size:g}: has the network learned f when it comes to rest?",
        PRESETS["poor_fit"].params,
        (YES, NO),
        _why_learned,
        lambda study: YES if study.learned else NO,
    ),
    Prompt(
        "Two points, δ = {step_size:g}: Theorem 4's bound is just below the output needed. What happens?",
        PRESETS["theorem_4_forbids"].params,
        (SETTLES, SWITCHES, NEVER),
        _why_trained,
        _trained,
    ),
)
