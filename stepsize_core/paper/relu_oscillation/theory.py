"""Theorem 4 in closed form: what a network can compute at a point where gradient descent has converged."""

from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.checks import positive_finite


def output_bound(step_size: ArrayLike, loss_scale: float) -> Array:
    """Theorem 4's bound on max_i ‖x_i‖‖f̂(x_i)‖ for the loss c Σ‖f̂ − f‖² that was trained: 1/(2cδ).

    step_size: δ > 0, scalar or array; loss_scale: c > 0 (½: the theorem's own 1/δ; 1: Figure 2). Dimension
    of input times output. Raises ValueError where either is not positive and finite.
    """
    delta, scale = positive_finite("step_size", step_size), positive_finite("loss_scale", loss_scale)
    return (1.0 / (2.0 * scale * delta))[()]


def loss_name(loss_scale: float) -> str:
    """The loss that is trained, in formula: its factor is one of every sharpness, margin and bound."""
    return f"{'' if loss_scale == 1.0 else '½ ' if loss_scale == 0.5 else f'{loss_scale:g} '}Σ|f̂ − f|²"
