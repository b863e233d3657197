"""Pictures of sampled gradients: paths beside gradient descent, and what is stable for which batch."""

from pages.charts.kit.figure import Figure
from pages.charts.sampled_gradients.ends import ARCS, ENDS_OVER, ORDERS, PROBABILITY, REVERSAL
from pages.charts.sampled_gradients.paths import PATHS
from pages.charts.sampled_gradients.phases import EXPONENTS, PHASES
from stepsize_core.paper.sampled_gradients import AT_1, AT_2, LAYERS, QUADRATIC, SHARP, Study

MORE = {QUADRATIC: (ORDERS,), AT_2: (ENDS_OVER, ORDERS), AT_1: (ENDS_OVER, ORDERS), SHARP: (REVERSAL,),
        LAYERS: (ARCS,)}  # fmt: skip


def headline(study: Study) -> str:
    """The page's sentence: gradient descent, the typical path, and the mean square."""
    p, thresholds = study.params, study.thresholds
    size = f"batches of {study.batch_size}" if study.sampled else "the full batch"
    below = "below" if p.step_size < thresholds.full_batch else "not below"
    typical = "falls to it" if study.exponent < 0.0 else "leaves it"
    stable = "stable" if p.step_size < thresholds.mean_square else "not stable"
    return (
        f"δ = {p.step_size:g} is {below} the {thresholds.full_batch:.4g} that gradient descent bears at this "
        f"minimum. With {size} the bound is {thresholds.almost_sure:.4g} for almost every path near the "
        f"minimum, which {typical}, and {thresholds.mean_square:.4g} for the mean square, which is {stable}."
    )


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return PATHS, PHASES, EXPONENTS, *MORE[study.params.system], PROBABILITY
