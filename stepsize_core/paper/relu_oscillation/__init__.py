"""Theorem 4 and Figure 2: a ReLU network that converges, cycles between functions, or does neither."""

from stepsize_core.paper.relu_oscillation.diagram import ensemble_from, step_size_diagram, without_step_size
from stepsize_core.paper.relu_oscillation.ensembles import stored_typicality
from stepsize_core.paper.relu_oscillation.studies import (
    HALF_SUM,
    PRESETS,
    SUM,
    TWO_POINTS,
    Curve,
    Params,
    Study,
    experiment_of,
    output_bound,
    study,
    thinned,
)
