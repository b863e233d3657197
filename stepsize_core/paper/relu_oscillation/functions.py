"""What a ReLU network of one input computes, drawn exactly: a polygon with its corners at the breakpoints."""

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.frozen import Frozen
from stepsize_core.networks.relu import TwoLayerReLU


class Polygons(Frozen):
    """The graphs of many networks over one interval, corner by corner.

    x, y (q, r + 2): the corners of each graph from left to right, padded with the left end; breakpoint
    (q, r + 2): whether a hidden unit switches there, at b_j/V_j inside the interval.
    """

    x: Array
    y: Array
    breakpoint: Flags


def polygons(objective: TwoLayerReLU, states: Array) -> Polygons:
    """The functions of states (q, n_params) over the span of the training inputs, for one input and output.

    Exact: a network is linear between its breakpoints, so the corners say all. Raises ValueError where the
    network has more inputs or outputs.
    """
    if (objective.n_inputs, objective.n_outputs) != (1, 1):
        raise ValueError(
            f"objective must have one input and one output, "
            f"got {objective.n_inputs} and {objective.n_outputs}"
        )
    w, v = (weights.reshape(len(states), -1) for weights in objective.unpack(states))  # (q, r)
    low, high = objective.inputs.min(), objective.inputs.max()
    with np.errstate(divide="ignore", invalid="ignore"):
        switches = objective.bias / v
    inside = (switches > low) & (switches < high)  # NaN, of 0/0, is not
    ends = np.tile([low, high], (len(v), 1))
    x = np.sort(np.concatenate([ends, np.where(inside, switches, low)], axis=1), axis=1)
    hidden = np.maximum(x[..., None] * v[:, None] - objective.bias, 0.0)  # (q, r + 2, r)
    y = np.einsum("qcr,qr->qc", hidden, w)
    return Polygons(x, y, (x > low) & (x < high))


class BoundChain(Frozen):
    """Why Theorem 4 holds and where it is loose, all in units of ‖x‖‖f̂(x)‖: output ≤ curvature ≤ bound.

    output: max ‖x_i‖‖f̂(x_i)‖; curvature: λ_max/(4c), since the Hessian of one fitted point already has an
    eigenvalue of at least 4c‖x_i‖‖f̂(x_i)‖ and the others add to it; bound: 1/(2cδ), since λ_max ≤ 2/δ where
    a run has converged. The proof needs a converged run; the first inequality also needs a small residual.
    """

    output: float
    curvature: float
    bound: float


def bound_chain(output: float, sharpness: float, bound: float, loss_scale: float) -> BoundChain:
    """The chain of a run whose loss c Σ‖f̂ − f‖² has c = loss_scale and largest eigenvalue `sharpness`."""
    return BoundChain(float(output), float(sharpness) / (4.0 * loss_scale), float(bound))
