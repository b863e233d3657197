"""The scenes of sampled gradients, and what a reader may predict of them."""

from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene
from stepsize_core.paper.sampled_gradients.params import PRESETS, Params
from stepsize_core.paper.sampled_gradients.studies import Study

FALL, LEAVE, MIXED = "almost all fall to the minimum", "almost all leave it", "some fall and some leave"
PATHS = (FALL, LEAVE, MIXED)
MOST = 0.9  # of the paths


def _nearer(study: Study) -> str:
    share = study.nearer / study.n_paths
    return FALL if share >= MOST else LEAVE if share <= 1.0 - MOST else MIXED


def _why(study: Study) -> str:
    rate = f"{study.exponent:.3g}".replace("inf", "∞")
    return (
        f"After {study.params.n_steps} steps {study.nearer:,} of {study.n_paths:,} paths are nearer than "
        f"they began. The mean of log|x| changes by λ = {rate} a step."
    )


def _asked(params: Params, asks: str) -> Prompt:
    return Prompt(asks, params, PATHS, _why, _nearer)


SCENES = (
    Scene(
        "both",
        "paths",
        "Below the mean-square threshold the paths and their mean fall together.",
        "The same function, the same start. Every path draws its own samples.",
    ),
    Scene(
        "stabilized",
        "paths",
        "Gradient descent climbs, and the cloud of sampled paths falls.",
        "Gradient descent cannot bear this step size. What do its samples do?",
        prompt=_asked(
            PRESETS["stabilized"].params,
            "At δ = {step_size:g} gradient descent diverges. What do 4,000 paths with "
            "batches of {batch_size} do?",
        ),
        in_class=True,
    ),
    Scene(
        "one_sample",
        "paths",
        "Gradient descent falls; one sample in ten throws every path out.",
        "Now a step size that suits gradient descent. All the curvature is in one sample of ten.",
        prompt=_asked(
            PRESETS["one_sample"].params,
            "At δ = {step_size:g} gradient descent converges. What do 4,000 paths with "
            "batches of {batch_size} do?",
        ),
    ),
    Scene(
        "reversed",
        "paths",
        "At x = 1 the samples disagree: single samples lose every path there.",
        "Two minima. The flatter one loses its paths at small batches.",
        prompt=_asked(
            PRESETS["reversed"].tried,
            "Batches of {batch_size} at δ = {step_size:g}, from beside x = 1. What do 4,000 paths do?",
        ),
    ),
)

COMPARISONS = (
    Comparison("Below, between and above the thresholds", ("stabilized",), "paths", (0.7, 1.2, 1.5)),
    Comparison("Samples drawn afresh, and reshuffled", ("stabilized", "reshuffled"), "paths"),
)
