"""What can be chosen of sampled gradients, and cases worth a look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.parameters import (
    Choice,
    Count,
    Number,
    Numbers,
    Preset,
    Suited,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED, GaussianMinimum, Minimum, SharpSample

QUADRATIC, AT_2, AT_1 = "a quadratic", "Example 2 at x = 2", "Example 2 at x = 1"
SHARP, LAYERS = "one sharp sample at x = 1", "two scalar layers"
SYSTEMS = (QUADRATIC, AT_2, AT_1, SHARP, LAYERS)
AFRESH = "drawn afresh"
FACTORS = (0.5,) * 5 + (1.5,) * 5  # of Example 2 in its samples
TARGET = 1.0  # of the two layers
CURVATURES = Numbers(
    "curvatures a_i of the samples", 0.01, 100.0, 1, 10, help="one for each sample; those without any below"
)
OFFERED = 2.2  # times 2/ā: what a slider spans up to; a step size suits from LEAST of that on
LEAST = 0.02
THREES = "1, 1, 1, 1, 1, 3, 3, 3, 3, 3"


def _is(*systems: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: values["system"] in systems


def _suited(values: Mapping[str, Any]) -> dict[str, Suited]:
    """A range of step sizes for the system, and one of them, where that in `values` does not suit it."""
    minimum, system, delta = minimum_in(values), values["system"], values["step_size"]
    full = 2.0 / (values["sharpness"] if system == LAYERS else float(minimum.curvatures.mean()))
    offered = OFFERED * full
    usual = {SHARP: 0.36, LAYERS: 1.12}.get(system, 1.2) * full
    suits = LEAST * offered <= delta <= offered
    return {"step_size": Suited(delta if suits else float(f"{usual:.2g}"), (0.0, offered))}


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses."""

    system: str = parameter(QUADRATIC, Choice("what is descended", SYSTEMS), suits=_suited, kw_only=True)
    step_size: float = parameter(1.2, Number("step size δ", 1e-3, 10.0, usual=(0.0, 2.2)))
    n_steps: int = parameter(60, Count("steps", 2, 300, log=True))
    curvatures: str = parameter(THREES, CURVATURES, applies=_is(QUADRATIC))
    flat: int = parameter(0, Count("more samples that are flat, a = 0", 0, 9), applies=_is(QUADRATIC))
    sharpness: float = parameter(
        8.0,
        Number("sharpness S₀ of the optimum", 2.1, 20.0, help="w₁² + w₂², at w₁w₂ = 1"),
        applies=_is(LAYERS),
        suits=_suited,
    )
    batches: str = parameter(
        AFRESH,
        Choice("batches", (AFRESH, RESHUFFLED), help="reshuffled: one sample after the other, in a new order "
               "every epoch"),
        applies=_is(QUADRATIC, AT_2, AT_1),
    )  # fmt: skip
    batch_size: int = parameter(
        1,
        Count("batch size B", 1, 20, help="at most the number n of samples, which is the full batch"),
        applies=lambda values: values["batches"] != RESHUFFLED or values["system"] in (SHARP, LAYERS),
    )
    seed: int = parameter(0, Count("seed of the batches", 0, 9999))

    @property
    def minimum(self) -> Minimum:
        """The minimum that runs start beside."""
        return minimum_in(vars(self))

    @property
    def batch(self) -> int:
        """B, at most the number of samples."""
        return self.minimum.batch(self.batch_size)


def minimum_in(values: Mapping[str, Any]) -> Minimum:
    """The minimum of a system, from the values of the fields."""
    system, replacement = values["system"], "without"
    if system == LAYERS:
        return GaussianMinimum(values["sharpness"])
    if values["batches"] == RESHUFFLED and system != SHARP:
        replacement = RESHUFFLED
    if system == QUADRATIC:
        curvatures = (*(CURVATURES.parse(values["curvatures"]) or ()), *(0.0,) * values["flat"])
    elif system == SHARP:
        curvatures = tuple(4.0 * (1.0 + share) for share in SharpSample.SHARES)
    else:
        curvature = float(TwoMinima().derivative(1.0 if system == AT_1 else 2.0, 2))
        curvatures = tuple(factor * curvature for factor in FACTORS)
    return Minimum(curvatures, replacement)


PRESETS = {
    "stabilized": Preset(
        "Too large for descent, not for its samples",
        "Gradient descent diverges by 1.4 a step; almost every path of single samples falls to the minimum.",
        Params(),
        "Above the step size that gradient descent bears, training on samples may still converge.",
        Try("lower δ to 0.9", {"step_size": 0.9}),
        "paths",
    ),
    "both": Preset(
        "Below every threshold",
        "δ is below the mean-square threshold: the paths and their mean fall, as gradient descent does.",
        Params(step_size=0.7),
        "Where the mean square is stable too, rare bad batches do no lasting harm.",
        Try("raise δ to 0.9: the mean explodes", {"step_size": 0.9}),
        "paths",
    ),
    "one_sample": Preset(
        "All the curvature in one sample",
        "Gradient descent converges at this step size, and no path does: one sample in ten throws them out.",
        Params(curvatures="20", flat=9, step_size=0.3),
        "What one sample needs can limit the step of small batches far below what the average needs.",
        Try("take a batch of 4", {"batch_size": 4}),
        "paths",
    ),
    "outlier": Preset(
        "One sharp sample among ten",
        "The mean square explodes at a third of the step that gradient descent bears; single paths do not.",
        Params(curvatures="11, 1, 1, 1, 1, 1, 1, 1, 1, 1", step_size=0.8, n_steps=100),
        "A mean over runs can be ruled by a few of them: look at single runs too.",
        Try("take a batch of 5", {"batch_size": 5}),
        "paths",
    ),
    "reshuffled": Preset(
        "The same step, samples reshuffled",
        "After every epoch all paths are at the same distance: the order of the factors does not matter.",
        Params(batches=RESHUFFLED),
        "Going through all data in each epoch removes much of the noise that drawing afresh has.",
        Try("draw the batches afresh", {"batches": AFRESH}),
        "paths",
    ),
    "example_2": Preset(
        "Example 2: a sharp minimum comes back",
        "Gradient descent leaves x = 2 at δ = 0.24; most paths of single samples converge to it.",
        Params(system=AT_2, step_size=0.24, n_steps=100),
        "Which minima a step size rules out depends on the batches too, not on the sharpness alone.",
        Try("take the full batch", {"batch_size": 10}),
        "paths",
    ),
    "emptied": Preset(
        "The chaotic band is emptied",
        "At the paper's step size 0.3 the full batch wanders around 2; sampled, every path leaves.",
        Params(system=AT_2, step_size=0.3, n_steps=100),
        "Noise can end an oscillation that gradient descent would never leave.",
        Try("take the full batch", {"batch_size": 10}),
        "paths",
    ),
    "reversed": Preset(
        "Batch size reverses the selection",
        "With single samples the flatter minimum, x = 1, loses every path; the sharper x = 2 keeps them.",
        Params(system=SHARP, step_size=0.18, n_steps=100),
        "Sharpness is not all: a minimum on which the samples disagree is left at small batches.",
        Try("take a batch of 4", {"batch_size": 4}),
        "paths",
    ),
    "layers": Preset(
        "Two layers: a longer arc of optima",
        "δS₀ = 2.24 is more than the 2 of gradient descent, and paths of batches of two settle there.",
        Params(system=LAYERS, step_size=0.28, n_steps=100, batch_size=2),
        "Theorem 1 bounds what gradient descent can reach; sampled gradients can settle a little beyond.",
        Try("raise δ to 0.35", {"step_size": 0.35}),
        "paths",
    ),
}
