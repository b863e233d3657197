"""Theorem 1, Corollaries 1 and 2: a step size reaches only a subset of the optima of a linear network."""

from __future__ import annotations

from stepsize_core.paper.convergence_bounds import (
    largest_hessian_eigenvalue_at_solution,
    singular_value_bound,
    smallest_sharpness,
    step_size_bound,
    step_size_bound_for_target,
)

__all__ = [
    "largest_hessian_eigenvalue_at_solution",
    "singular_value_bound",
    "smallest_sharpness",
    "step_size_bound",
    "step_size_bound_for_target",
]
