"""Theorems 2 and 3: gradient descent on a linear network from W_i[0] = I with a symmetric target."""

from __future__ import annotations

from stepsize_core.paper.symmetric_targets import (
    algebraic_decay,
    escape_time,
    guaranteed_step_size,
    layer_limit,
    linear_rate,
    nearest_psd,
)

__all__ = [
    "algebraic_decay",
    "escape_time",
    "guaranteed_step_size",
    "layer_limit",
    "linear_rate",
    "nearest_psd",
]
