"""Pictures of Theorem 4 and Figure 2: a ReLU network that converges or switches between functions."""

from pages.charts.kit.figure import Figure
from pages.charts.relu_oscillation.bound import CHAIN, OUTPUTS
from pages.charts.relu_oscillation.diagram import DIAGRAM, EXPONENTS, LOSS_DIAGRAM
from pages.charts.relu_oscillation.overlay import OVERLAY
from pages.charts.relu_oscillation.parity import last_change
from pages.charts.relu_oscillation.stability import MARGINS, MULTIPLIERS
from pages.charts.relu_oscillation.training import GAPS, LOSS, SHARPNESS
from pages.charts.relu_oscillation.typicality import OWN_ENSEMBLE, STORED
from stepsize_core.limits import LimitKind
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.targets import PUBLISHED


def headline(study: Study) -> str:
    """The page's sentence: what this run did."""
    p, period, kind = study.params, study.limit.period, study.limit.kind
    source = f"{p.target[0].upper()}{p.target[1:]}, seed {p.seed}"
    source = "The authors' notebook" if p.target in PUBLISHED else source
    begin = f"{source}, δ = {p.step_size:g}, {p.n_steps:,} steps: "
    if kind is LimitKind.EQUILIBRIUM:
        word = "learned" if study.learned else "a poor fit"
        return begin + f"one fixed function, {word} (loss {study.final_loss:.3g})."
    if period == 2:
        apart = last_change(study).max()
        return begin + f"f̂ switches between f̂_odd and f̂_even, up to {apart:.3g} apart, and never settles."
    if period > 2:
        return begin + f"f̂ runs through {period} functions; “odd” and “even” are only the last two of them."
    if kind is LimitKind.APERIODIC:
        return begin + "f̂ never repeats itself; “odd” and “even” are only the last two iterates."
    if kind is LimitKind.DIVERGENT:
        return begin + f"it escapes after {study.last_steps[-1]:,} of them."
    return begin + "still moving when the steps ran out; neither a cycle nor convergence is established."


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return (
        OVERLAY, LOSS, GAPS, MULTIPLIERS, DIAGRAM, LOSS_DIAGRAM, EXPONENTS, STORED, OWN_ENSEMBLE, OUTPUTS,
        CHAIN, MARGINS, SHARPNESS,
    )  # fmt: skip
