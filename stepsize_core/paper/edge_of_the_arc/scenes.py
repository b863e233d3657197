"""The scenes at the edge of the arc, and what a reader may predict of them."""

from stepsize_core.paper.edge_of_the_arc.params import PRESETS, Params
from stepsize_core.paper.edge_of_the_arc.studies import Study
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

BACK, EDGE, FLATTER, NEVER = "where it began", "right at 2/δ", "flatter than 2/δ", "nowhere"
OPTIONS = (BACK, EDGE, FLATTER, NEVER)
ALIKE, AT_EDGE = 0.005, 0.012  # relative


def _ends(study: Study) -> str:
    if not study.ended.converged:
        return NEVER
    if abs(study.ended.sharpness / study.params.sharpness - 1.0) < ALIKE:
        return BACK
    return EDGE if study.ended.sharpness > (1.0 - AT_EDGE) * study.edge else FLATTER


def _why(study: Study) -> str:
    converged = study.ended.converged
    rests = f"comes to rest at {study.ended.sharpness:.4g}" if converged else "does not come to rest"
    return f"S₀ is {study.params.sharpness:.4g} and 2/δ is {study.edge:.4g}; the run {rests}."


def _asked(params: Params, asks: str) -> Prompt:
    return Prompt(asks, params, OPTIONS, _why, _ends)


SCENES = (
    Scene(
        "mirrored",
        "plane",
        "The run crosses the circle of radius √(2/δ) and lands as far inside as it began outside.",
        "The run starts beside an optimum that this step size excludes. Where does it go?",
        prompt=_asked(
            PRESETS["mirrored"].params,
            "At δ = {step_size:g} the optimum with w₁ = {w1:g} is just too sharp. How sharp is the one where "
            "the run comes to rest?",
        ),
        in_class=True,
    ),
    Scene(
        "three_layers",
        "sharpness",
        "The sharpness falls to the edge 2/δ and stays there: three layers are not thrown across.",
        "Three layers, again beside an optimum that is too sharp. Does the run cross the edge as well?",
        prompt=_asked(
            PRESETS["three_layers"].params,
            "{layers} layers, w₁ = {w1:g}, δ = {step_size:g}, beyond the edge. Where does the run rest?",
        ),
    ),
    Scene(
        "noisy_labels",
        "plane",
        "The path stays near the hyperbola and moves down it, to the flattest optimum.",
        "Now far below the edge, with labels that are noisy. Descent would stay where it is.",
    ),
)

COMPARISONS = (
    Comparison("Below and above the edge", ("mirrored",), "sharpness", (0.44, 0.49, 0.6)),
    Comparison("Three layers, alike and spread out", ("three_layers", "spread"), "sharpness"),
)
