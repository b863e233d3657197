"""What a reader may predict of linear and ReLU networks: Theorems 1 to 4 and Figure 2."""

from __future__ import annotations

import numpy as np

from stepsize_core.limits import Limit, LimitKind
from stepsize_core.paper import identity_initialization, reachable_optima, relu_oscillation
from stepsize_core.paper.predictions import Prompt

NEARBY = 20.0  # a run that moved so many times its first distance away has left where it started

# Theorem 1 and its corollaries

STAYS, LEAVES, ESCAPES = "it stays there", "it leaves for a flatter optimum", "it diverges"
LEARNS, OSCILLATES = "it converges to an optimum", "it oscillates for ever"
BECAME = {
    LimitKind.EQUILIBRIUM: LEARNS,
    LimitKind.PERIODIC_ORBIT: OSCILLATES,
    LimitKind.APERIODIC: OSCILLATES,
    LimitKind.DIVERGENT: ESCAPES,
}


def _stays(study) -> str:
    if study.limit.kind is LimitKind.DIVERGENT:
        return ESCAPES
    return LEAVES if study.distances[-1] > NEARBY * study.distances[0] else STAYS


def _why_stays(study) -> str:
    optimum = study.reference
    moved = study.distances[-1] / study.distances[0]
    return (
        f"It ends {moved:.0f} times as far from the optimum as it began. There, 2/λ_max is "
        f"{optimum.exact:.4g} and bound (3) is {optimum.theorem_1:.4g}."
    )


def _learns(study) -> str:
    return BECAME[study.limit.kind]


def _why_learns(study) -> str:
    return f"Bound (4) is {2.0 / study.floor:.4g}; the run: {study.limit.sentence}."


# Theorems 2 and 3

TARGET, PROJECTION, ZERO = "R itself", "the nearest PSD matrix", "0"


def _estimated(study) -> str:
    sizes = {TARGET: study.to_target[-1], PROJECTION: study.to_psd[-1], ZERO: np.linalg.norm(study.estimate)}
    return min(sizes, key=sizes.get)


def _why_estimated(study) -> str:
    return (
        f"After {study.params.n_steps} steps the estimate is {study.to_psd[-1]:.2g} from the nearest PSD "
        f"matrix and {study.to_target[-1]:.3g} from R."
    )


def _escaped(study) -> str:
    return TARGET if study.escape.to_target[-1] < study.escape.to_psd[-1] else PROJECTION


def _why_escaped(study) -> str:
    run = study.escape
    return (
        f"It comes within {run.to_psd[run.closest]:.2g} of the nearest PSD matrix, a saddle, at step "
        f"{run.closest}, and leaves: in the end R is {run.to_target[-1]:.2g} away."
    )


def _top(study) -> Limit:
    return study.modes[-1].outcome


def _mode_fate(study) -> str:
    return BECAME[_top(study).kind]


def _why_mode_fate(study) -> str:
    return f"Corollary 1 allows δ ≤ {study.excluded:.4g}. Its map ends in {_top(study).sentence}."


# Theorem 4 and Figure 2

SETTLES, SWITCHES, NEVER = "it settles", "it switches between two functions", "it does neither"
YES, NO = "yes", "no"


def _trained(study) -> str:
    return {1: SETTLES, 2: SWITCHES}.get(study.limit.period, NEVER)


def _why_trained(study) -> str:
    return f"Measured on the function: {study.limit.sentence}; the last loss is {study.final_loss:.3g}."


def _learned(study) -> str:
    return YES if study.learned else NO


def _why_learned(study) -> str:
    return (
        f"The run: {study.limit.sentence}. Its loss is {study.final_loss:.3g}; "
        f"below {study.learned_level:.3g} would count as learned."
    )


OF_REACHABLE_OPTIMA = (
    Prompt(
        "A start next to an optimum, rescaled by α = {alpha:g}: does δ = {step_size:g} keep the run there?",
        (STAYS, LEAVES, ESCAPES),
        reachable_optima.PRESETS["theorem_1"].params,
        _stays,
        _why_stays,
    ),
    Prompt(
        "Here bound (3) allows δ = {step_size:g}. Does a run that starts next to this optimum stay?",
        (STAYS, LEAVES, ESCAPES),
        reachable_optima.PRESETS["remark_1"].params,
        _stays,
        _why_stays,
    ),
    Prompt(
        "δ = {step_size:g} is just above bound (4) of Corollary 1. What does the run do?",
        (LEARNS, OSCILLATES, ESCAPES),
        reachable_optima.PRESETS["above_corollary_1"].params,
        _learns,
        _why_learns,
    ),
)

OF_IDENTITY_INITIALIZATION = (
    Prompt(
        "R is {target}, with {depth} layers that could represent it. What does the identity start learn?",
        (TARGET, PROJECTION, ZERO),
        identity_initialization.PRESETS["theorem_3"].params,
        _estimated,
        _why_estimated,
    ),
    Prompt(
        "The same from a start {noise} off the identity, with {depth} layers. Where do the matrices end?",
        (TARGET, PROJECTION),
        identity_initialization.PRESETS["saddle"].params,
        _escaped,
        _why_escaped,
    ),
    Prompt(
        "δ = {step_size:g} is just above Corollary 1. What does the largest eigenvalue do?",
        (LEARNS, OSCILLATES, ESCAPES),
        identity_initialization.PRESETS["period_2"].params,
        _mode_fate,
        _why_mode_fate,
    ),
)

OF_RELU_OSCILLATION = (
    Prompt(
        "Figure 2's network, trained at δ = {step_size:g}: what does its function do in the end?",
        (SETTLES, SWITCHES, NEVER),
        relu_oscillation.PRESETS["figure_2_right"].params,
        _trained,
        _why_trained,
    ),
    Prompt(
        "Draw {seed}, trained at δ = {step_size:g}: has the network learned f when it comes to rest?",
        (YES, NO),
        relu_oscillation.PRESETS["poor_fit"].params,
        _learned,
        _why_learned,
    ),
    Prompt(
        "Two points, δ = {step_size:g}: Theorem 4's bound is just below the output needed. What happens?",
        (SETTLES, SWITCHES, NEVER),
        relu_oscillation.PRESETS["theorem_4_forbids"].params,
        _trained,
        _why_trained,
    ),
)
