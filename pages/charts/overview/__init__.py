"""The first page: the thesis in two pictures, and the paper's four lessons, each a small picture."""

from pages.charts.kit.figure import Figure
from pages.charts.overview.lessons import (
    FATE_OF_STARTS,
    INSIDE,
    OSCILLATION_SIZE,
    REACHED,
    REACHED_OPTIMA,
    SETTLED,
    SETTLED_LOSS,
    SMALL,
)
from pages.charts.overview.thesis import COBWEB, DIAGRAM, headline
from stepsize_core.paper.thesis import Study


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of the first page."""
    return DIAGRAM, COBWEB, SETTLED_LOSS, OSCILLATION_SIZE, REACHED_OPTIMA, FATE_OF_STARTS
