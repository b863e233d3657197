"""Example 2, Figure 1: on f₂(x) = (x² + 1)(x − 1)²(x − 2)² the step size selects the equilibrium."""

from stepsize_core.paper.equilibrium_selection.studies import (
    FIGURE_1_WINDOW,
    PRESETS,
    START_WINDOW,
    CriticalPoint,
    Params,
    Study,
    branches,
    critical_points,
    outcome_shares,
    start_step_size_raster,
    step_size_diagram,
    study,
)
