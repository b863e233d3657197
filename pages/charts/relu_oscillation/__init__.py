"""Pictures of Theorem 4 and Figure 2: a ReLU network that converges or switches between functions."""

import math

import numpy as np

from pages.charts.kit.figure import Figure
from pages.charts.relu_oscillation.bound import CHAIN, OUTPUTS, TIGHT
from pages.charts.relu_oscillation.diagram import DIAGRAM, EXPONENTS, LOSS_DIAGRAM
from pages.charts.relu_oscillation.outcomes import alternates, beyond, drift, nowhere_active
from pages.charts.relu_oscillation.overlay import OVERLAY
from pages.charts.relu_oscillation.parity import closing_in, last_change, played_steps
from pages.charts.relu_oscillation.stability import MARGINS, MULTIPLIERS
from pages.charts.relu_oscillation.training import GAPS, LAST_LOSSES, LOSS, ROUNDED, SHARPNESS, loss_name
from pages.charts.relu_oscillation.typicality import OWN_ENSEMBLE, STORED
from stepsize_core.paper.relu_oscillation import AT_REST, Outcome, Study
from stepsize_core.paper.relu_oscillation.targets import PUBLISHED


def headline(study: Study) -> str:
    """The page's sentence: what this run did."""
    p = study.params
    source = f"{p.target[0].upper()}{p.target[1:]}{study.units.words}, seed {p.seed}"
    source = "The authors' notebook" if p.target in PUBLISHED else source
    return f"{source}, δ = {p.step_size:g}, {p.n_steps:,} steps: {_became(study)}{_against_theorem_4(study)}"


def _became(study: Study) -> str:
    """What the run became, after a colon; f̂ in the units of the data."""
    study = study.as_given
    period, outcome = study.limit.period, study.outcome
    loss = (
        f"{study.final_loss:.3g}" if study.final_loss >= ROUNDED * study.learned_level else "0, to rounding"
    )
    learned = f"{'learned' if study.learned else 'a poor fit'} (loss {loss})."
    if outcome is Outcome.ESCAPED:
        return f"it escapes: a weight passes 10⁹ at step {study.escape:,}{beyond(study)}."
    if outcome is Outcome.DEAD:
        return f"every unit is dead, {nowhere_active(study)}: f̂ is 0 there, and nothing can move it."
    if outcome in (Outcome.LEARNED, Outcome.POOR_FIT):
        return f"one fixed function, {learned}"
    if outcome is Outcome.ALTERNATION:
        return f"odd and even, {last_change(study).max():.2g} apart, close in on one function, {learned}"
    if period == 2:
        apart = f"f̂ switches between f̂ odd and f̂ even, up to {last_change(study).max():.3g} apart"
        since, less = closing_in(study)
        return (
            f"{apart}, {less:.1%} less than at step {since:,}." if less else f"{apart}, and does not settle."
        )
    if period > 2:
        return f"f̂ runs through {period} functions; “odd” and “even” are only the last two of them."
    if outcome is Outcome.APERIODIC:
        return "f̂ never repeats itself; “odd” and “even” are only the last two iterates."
    if outcome is Outcome.DRIFTING:
        return f"f̂ still drifts, {drift(study)} (loss {study.losses.values[-1]:.3g})."
    if alternates(study):
        apart = last_change(study).max()
        return (
            f"f̂ alternates, {apart:.3g} apart, and its end is not in sight: a period, if it has one, is at "
            "least 2; “odd” and “even” are only the last two iterates."
        )
    return (
        "still moving when the steps ran out, neither at rest nor in a cycle; “odd” and “even” are only the "
        "last two iterates."
    )


def _against_theorem_4(study: Study) -> str:
    """How the run stands to Theorem 4, where that says something."""
    x, y = study.objective.inputs, study.objective.targets
    needed = float((np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)).max())
    allowed = f"{study.bound:.4g}{study.units.words}"
    if study.outcome in AT_REST and study.bound <= TIGHT * study.output:
        return f" Its largest ‖x‖‖f̂(x)‖ is {study.output:.4g}; Theorem 4 allows {allowed}."
    if study.outcome in AT_REST or needed <= study.bound or study.escape:
        return ""
    so = "so no run from a random start rests at it"
    return f" The fit needs ‖x‖‖f(x)‖ = {needed:.4g}; Theorem 4 allows {allowed}, {so}."


def steps(study: Study) -> str:
    """What stands beside the step size: the limit at the start, and whether the slider reaches below it."""
    at_start = (
        f"{study.start_limit:.3g}" if math.isfinite(study.start_limit) else "none, no eigenvalue is positive"
    )
    limit = f"2/λ_max at the start: {at_start}, loss {loss_name(study)}"
    return limit if study.usable else f"{limit}. No step on the slider is below it: type one into the box"


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return (
        OVERLAY, LOSS, LAST_LOSSES, GAPS, MULTIPLIERS, DIAGRAM, LOSS_DIAGRAM, EXPONENTS, STORED, OWN_ENSEMBLE,
        OUTPUTS, CHAIN, MARGINS, SHARPNESS,
    )  # fmt: skip
