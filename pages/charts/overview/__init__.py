"""The first page: the thesis in two pictures, and the paper's lessons and questions, each a small picture."""

from pages.charts.kit.figure import Figure
from pages.charts.overview.lessons import (
    FATE_OF_STARTS,
    OSCILLATION_SIZE,
    REACHED_OPTIMA,
    SAMPLED_PATHS,
    SETTLED_LOSS,
    TWO_RECORDS,
)
from pages.charts.overview.thesis import COBWEB, DIAGRAM, headline
from stepsize_core.paper.thesis import Study


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of the first page."""
    lessons = SETTLED_LOSS, OSCILLATION_SIZE, FATE_OF_STARTS, REACHED_OPTIMA
    return DIAGRAM, COBWEB, *lessons, SAMPLED_PATHS, TWO_RECORDS
