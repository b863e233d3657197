"""The scenes of Theorems 2 and 3, and what a reader may predict of them."""

import numpy as np

from stepsize_core.limits import LimitKind
from stepsize_core.paper.identity_initialization.modes import MODE_STEPS
from stepsize_core.paper.identity_initialization.studies import PRESETS, Study, escape_of
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

TARGET, PROJECTION, ZERO = "R itself", "the nearest PSD matrix", "0"
LEARNED, OSCILLATES, AWAY = "it is learned", "it oscillates for ever", "it diverges"
FATES = {
    LimitKind.EQUILIBRIUM: LEARNED,
    LimitKind.PERIODIC_ORBIT: OSCILLATES,
    LimitKind.APERIODIC: OSCILLATES,
    LimitKind.DIVERGENT: AWAY,
}


def _estimated(study: Study) -> str:
    sizes = {TARGET: study.to_target[-1], PROJECTION: study.to_psd[-1], ZERO: np.linalg.norm(study.estimate)}
    return min(sizes, key=sizes.__getitem__)


def _why_estimated(study: Study) -> str:
    return (
        f"After {study.params.n_steps:,} steps the estimate is {study.to_psd[-1]:.2g} from the nearest PSD "
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


SCENES = (
    Scene(
        "theorem_2",
        "eigenvalues_log",
        "From the identity every eigenvalue of the estimate goes to that of R, each at its own rate.",
        "Start every layer at the identity, and a deep linear network falls apart into scalar problems.",
        place="Theorem 2",
    ),
    Scene(
        "between",
        "regions",
        "Past the guaranteed step the identity start still converges: it goes to the flattest optimum.",
        "The theorem guarantees a step size; nearly twice that still works, and then a bound forbids more.",
        place="Remark 3",
    ),
    Scene(
        "exact_zero",
        "eigenvalues_log",
        "Read each layer as I + U with U[0] = 0: a residual network, whose slowest task is the eigenvalue 0.",
        "Identity plus a correction that starts at zero: a residual network without its nonlinearity.",
        place="Remark 4",
    ),
    Scene(
        "theorem_3",
        "matrices",
        "Positive eigenvalues are learned, negative ones die out: the nearest PSD matrix, not R.",
        "The network could represent R exactly. Will it, from the identity?",
        place="Theorem 3",
        prompt=Prompt(
            "R is {target}, with {depth} layers that could represent it. What does the identity start learn?",
            PRESETS["theorem_3"].params,
            (TARGET, PROJECTION, ZERO),
            _why_estimated,
            _estimated,
        ),
        in_class=True,
    ),
    Scene(
        "saddle",
        "escape",
        "The full matrices come close to the nearest PSD matrix and leave it for R.",
        "The theorem speaks of an exact start. What does a millionth change?",
        prompt=Prompt(
            "R is {target}, and {depth} layers start {noise} off the identity. Where do the matrices end?",
            PRESETS["saddle"].params,
            (TARGET, PROJECTION),
            _why_escaped,
            _escaped,
        ),
    ),
    Scene(
        "period_2",
        "cobwebs",
        "The larger eigenvalue goes round a square; the smaller one converges.",
        "Now a step just past what any optimum can bear.",
        prompt=Prompt(
            "δ = {step_size:g} is just above Corollary 1. What does the largest eigenvalue do?",
            PRESETS["period_2"].params,
            FATES,
            _why_mode_fate,
            lambda study: FATES[study.modes[-1].outcome.kind],
        ),
        in_class=True,
    ),
)

COMPARISONS = (
    Comparison("Theorem 2 and Theorem 3", ("theorem_2", "theorem_3"), "eigenvalues"),
    Comparison("Past Corollary 1: converges, 2-cycle, chaos", ("between", "period_2", "chaos"), "cobwebs"),
)
