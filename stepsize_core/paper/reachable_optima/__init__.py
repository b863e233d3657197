"""Theorem 1, Corollaries 1 and 2: a step size reaches only a subset of the optima of a linear network."""

from stepsize_core.paper.reachable_optima.studies import (
    NEAR,
    PRESETS,
    RANDOM,
    Params,
    Standing,
    Study,
    large_targets,
    largest_hessian_eigenvalue_at_solution,
    plane_raster,
    plane_run,
    random_rescalings,
    rescalings_of,
    singular_value_bound,
    singular_value_ensemble,
    smallest_sharpness,
    step_size_bound,
    step_size_bound_for_target,
    study,
)
