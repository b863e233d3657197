"""Pictures of sampled gradients: paths beside gradient descent, and what is stable for which batch."""

from collections.abc import Mapping

from pages.charts.kit.figure import Figure
from pages.charts.sampled_gradients.by_batch import ENDS_BY_BATCH, ESCAPES
from pages.charts.sampled_gradients.ends import ARCS, ENDS_OVER, ORDERS, PROBABILITY, REVERSAL
from pages.charts.sampled_gradients.paths import CLOUD, PATHS
from pages.charts.sampled_gradients.phases import EXPONENTS, PHASES
from pages.charts.sampled_gradients.theorem_1 import THEOREM_1
from stepsize_core.paper.sampled_gradients import AT_1, AT_2, LAYERS, QUADRATIC, SHARP, Study
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED

RESHUFFLING = {"Reshuffled": (ORDERS,)}
LEAVING = {"How paths leave": (ESCAPES,)}
EXAMPLE_2 = {"Example 2, sampled": (ENDS_BY_BATCH, ENDS_OVER), **LEAVING, **RESHUFFLING}
OF_SYSTEM: Mapping[str, Mapping[str, tuple[Figure, ...]]] = {
    QUADRATIC: RESHUFFLING,
    AT_2: EXAMPLE_2,
    AT_1: EXAMPLE_2,
    SHARP: {"Batch size selects": (REVERSAL,)},
    LAYERS: {"The arc of optima": (ARCS,), **LEAVING, "Theorem 1 in mean square": (THEOREM_1,)},
}


def tabs(study: Study) -> dict[str, tuple[Figure, ...]]:
    """The pictures below the stage, by the titles of their tabs."""
    own = OF_SYSTEM[study.params.system]
    return {"The cloud at the end": (CLOUD,), **own, "Example 3, sampled": (PROBABILITY,)}


def headline(study: Study) -> str:
    """The page's sentence: gradient descent, the typical path, and the mean square."""
    p, at = study.params, study.thresholds
    edge = "bears" if p.step_size < at.full_batch else "cannot bear"
    first = f"Gradient descent {edge} δ = {p.step_size:g} at this minimum: its bound is {at.full_batch:.4g}."
    if not study.sampled:
        return f"{first} A batch of {study.batch_size} is all samples, which leaves nothing to chance."
    typical = "falls to it" if study.exponent < 0.0 else "leaves it"
    order = "reshuffled" if p.minimum.replacement == RESHUFFLED else "drawn afresh"
    size = f"batches of {study.batch_size}" if study.batch_size > 1 else f"single samples, {order},"
    again = "λ < 0 again, beyond the first " * (study.exponent < 0.0 and p.step_size > at.almost_sure)
    falls = "stable" if p.step_size < at.mean_square else "not stable"
    return (
        f"{first} With {size} almost every path near the minimum {typical} ({again}bound "
        f"{at.almost_sure:.4g}), and the mean square is {falls} (bound {at.mean_square:.4g})."
    )


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    below = (figure for group in tabs(study).values() for figure in group)
    return PATHS, PHASES, EXPONENTS, *below
