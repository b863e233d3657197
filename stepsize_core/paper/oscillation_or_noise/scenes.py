"""The scenes of the page, what a reader may predict of them, and what is worth a look side by side."""

from typing import Any

from stepsize_core.paper.oscillation_or_noise.presets import PRESETS
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

UPPER, LOWER, NEITHER = "the upper one", "the lower one", "neither, as far as the record shows"
STAYS, DIES, OPEN = "it goes on alternating", "it comes to rest", "4,000 steps do not decide it"


def _oscillating(study: Any) -> str:
    if study.found is None or not study.found.oscillates:
        return NEITHER
    return UPPER if study.on_top else LOWER


def _why_oscillating(study: Any) -> str:
    run, twin = study.found, study.twin_found
    return (
        f"R = {run.ratio:.3f} for the run and {twin.ratio:.3f} for the noise; symmetric noise with one hump "
        f"has at least 4/3. ρ₁ is {run.lag_one:.2f} and {twin.lag_one:.2f}, which does not tell them apart."
    )


def _when_frozen(study: Any) -> str:
    return {True: STAYS, False: DIES, None: OPEN}[study.frozen.stays]


def _why_frozen(study: Any) -> str:
    return (
        f"R = {study.found.ratio:.3f} ± {study.margin * study.found.error:.2g}: {study.decided}. With the "
        f"full batch the last thousand steps alternate with the amplitude {study.frozen.amplitude:.3g}."
    )


def _which(preset: str) -> Prompt:
    asks = "Two strips of equal spread and nearly equal ρ₁. Which of them oscillates?"
    return Prompt(asks, PRESETS[preset].params, (UPPER, LOWER, NEITHER), _why_oscillating, _oscillating)


def _freezing(preset: str, asks: str) -> Prompt:
    return Prompt(asks, PRESETS[preset].params, (STAYS, DIES, OPEN), _why_frozen, _when_frozen)


SCENES = (
    Scene(
        "matched",
        "strips",
        "Both jump at every step. The half steps of one lie on two sides, those of the other in one hump.",
        "One of these oscillates because of its step size. The other is noise at a stable minimum. Which?",
        prompt=_which("matched"),
        in_class=True,
    ),
    Scene(
        "drowned",
        "freeze",
        "Right of the rule the batch is frozen: what goes on alternating was never noise.",
        "The statistic sees no two branches here. What happens when we stop sampling?",
        prompt=_freezing(
            "drowned",
            "Example 1, δ = {step_size:g}, batches of {batch} %. What does the run do with the full batch?",
        ),
    ),
    Scene(
        "figure_2_tenth",
        "phase",
        "Blocks of one colour are in phase; where the colour changes, odd and even steps have swapped sides.",
        "The network of Figure 2 under batches of a tenth: does each of its two functions keep its turn?",
    ),
    Scene(
        "figure_2_rests",
        "freeze",
        "The tremble left of the rule dies out right of it: this was noise.",
        "The same network recipe and step size, another draw. Is this an oscillation?",
        prompt=_freezing(
            "figure_2_rests",
            "Figure 2, draw {network}, batches of {batch} %. What does the run do with the full batch?",
        ),
    ),
)

COMPARISONS = (
    Comparison("The same noise below and above δ = 0.2", ("below", "above"), "histogram"),
    Comparison(
        "Figure 2: two batch sizes, two draws", ("figure_2_half", "figure_2_tenth", "figure_2_rests"), "phase"
    ),
)
