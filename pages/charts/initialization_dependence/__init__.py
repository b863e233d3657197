"""Pictures of Example 3: on x^L the start decides between convergence to 0 and divergence."""

from pages.charts.initialization_dependence.run import (
    COBWEB,
    DECAY,
    DEPARTURE,
    FATES,
    ITERATES,
    LANDSCAPE,
    RADIUS,
    companion,
    figures,
    headline,
)
from pages.charts.initialization_dependence.warm_up import PEAKS, WARM_UP
