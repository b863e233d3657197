"""Pictures of Theorem 1 and its corollaries: which optima of a linear network a step size can reach."""

from pages.charts.reachable_optima.chain import (
    CEILING,
    CHAIN,
    COST,
    DISTANCE,
    IMBALANCE,
    LARGEST_STEP,
    OVER,
    PLANE,
    PLANE_COST,
    REGIONS,
    RESCALINGS,
    SHARPNESS,
    SPECTRUM,
    STEPS_NEEDED,
    TOP_VALUE,
    figures,
    headline,
)
