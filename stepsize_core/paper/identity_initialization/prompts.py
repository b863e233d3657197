"""What a reader may predict of Theorems 2 and 3."""

import numpy as np

from stepsize_core.paper.identity_initialization.modes import MODE_STEPS
from stepsize_core.paper.identity_initialization.studies import PRESETS, Study, escape_of
from stepsize_core.paper.phenomenon import Prompt
from stepsize_core.paper.reachable_optima.prompts import BECAME

TARGET, PROJECTION, ZERO = "R itself", "the nearest PSD matrix", "0"


def _estimated(study: Study) -> str:
    sizes = {TARGET: study.to_target[-1], PROJECTION: study.to_psd[-1], ZERO: np.linalg.norm(study.estimate)}
    return min(sizes, key=sizes.__getitem__)


def _why_estimated(study: Study) -> str:
    return (
        f"After {study.params.n_steps} steps the estimate is {study.to_psd[-1]:.2g} from the nearest PSD "
        f"matrix and {study.to_target[-1]:.3g} from R."
    )


def _escaped(study: Study) -> str:
    run = escape_of(study.params)
    return TARGET if run.to_target[-1] < run.to_psd[-1] else PROJECTION


def _why_escaped(study: Study) -> str:
    run = escape_of(study.params)
    return (
        f"It comes within {run.to_psd[run.closest]:.2g} of the nearest PSD matrix, a saddle, at step "
        f"{run.closest}, and leaves: in the end R is {run.to_target[-1]:.2g} away."
    )


def _why_mode_fate(study: Study) -> str:
    return (
        f"Corollary 1 allows δ ≤ {study.excluded:.4g}. Its map, followed for {MODE_STEPS:,} steps: "
        f"{study.modes[-1].sentence}."
    )


PROMPTS = (
    Prompt(
        "R is {target}, with {depth} layers that could represent it. What does the identity start learn?",
        PRESETS["theorem_3"].params,
        (TARGET, PROJECTION, ZERO),
        _why_estimated,
        _estimated,
    ),
    Prompt(
        "The same from a start {noise} off the identity, with {depth} layers. Where do the matrices end?",
        PRESETS["saddle"].params,
        (TARGET, PROJECTION),
        _why_escaped,
        _escaped,
    ),
    Prompt(
        "δ = {step_size:g} is just above Corollary 1. What does the largest eigenvalue do?",
        PRESETS["period_2"].params,
        BECAME,
        _why_mode_fate,
        lambda study: BECAME[study.modes[-1].outcome.kind],
    ),
)
