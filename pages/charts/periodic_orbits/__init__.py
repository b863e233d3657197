"""Pictures of Example 1: the 2-cycle ±δ²/4 of gradient descent on f₁(x) = ⅔|x|^{3/2}."""

from pages.charts.periodic_orbits.run import (
    AMPLITUDE,
    APPROACH,
    COBWEB,
    EXCEPTIONAL_SET,
    ITERATES,
    LANDSCAPE,
    LOSS,
    figures,
    headline,
)
