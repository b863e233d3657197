"""Small pictures of the four lessons that the paper draws from its examples."""

from pages.charts.overview.lessons import (
    FATE_OF_STARTS,
    INSIDE,
    OSCILLATION_SIZE,
    REACHED_OPTIMA,
    SELECTED,
    SETTLED,
    SETTLED_LOSS,
    SMALL,
    figures,
)
from pages.charts.overview.reading import HOW_TO_READ, TO_READ
