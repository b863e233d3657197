"""Words for what becomes of a run, which several sentences of the page share."""

from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.training import ALTERNATES


def nowhere_active(study: Study) -> str:
    """Where the units of a dead network are not active."""
    but = "" if study.objective.inputs.any(axis=1).all() else " but 0"
    return f"none active at any input{but}"


def beyond(study: Study) -> str:
    """How a run that has escaped ends, where that is known."""
    return " and ends with every unit dead" if study.dead else ""


def drift(study: Study) -> str:
    """How far the function moved over the last half of the run."""
    half = study.last_steps[-1] - study.last_steps[-1] // 2
    return f"by {100.0 * study.moved:.2g}% of its size over the last {half:,} steps"


def over_what(study: Study) -> str:
    """Over which iterates maxima are taken."""
    if study.limit.period == 1:
        return "at the limit"
    if study.limit.period:
        return f"over the {study.limit.period} functions of the cycle"
    before = " before it escapes" if study.escape else ""
    return f"over the last {len(study.last_states)} iterates{before}"


def alternates(study: Study) -> bool:
    """Whether the function moves far more in one step than in two at the end."""
    return bool(study.gaps_1.values[-1] > ALTERNATES * study.gaps_2.values[-1])


def loss_in_words(loss: float) -> str:
    """A loss in words."""
    return f"{loss:,.0f}" if 1e3 <= loss < 1e7 else f"{loss:.4g}"
