"""Example 3: on f₃(x) = x^L (L even, L > 2) convergence depends on the start."""

from stepsize_core.paper.initialization_dependence.studies import (
    AT_THRESHOLD,
    PRESETS,
    Params,
    Study,
    convergence_radius,
    measured_radius,
    start_step_size_raster,
    study,
)
