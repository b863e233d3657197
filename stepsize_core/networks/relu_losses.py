"""The loss of a ReLU network with one-dimensional inputs at many states, without a loop over the data.

Between two breakpoints f̂ is linear in x, so its part of the sum over the data is a quadratic form in slope
and intercept, with differences of `HalfLineSums.before` as coefficients.
"""

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.networks.relu_sums import HalfLineSums

BLOCK_STATES = 2048  # states evaluated together


def segment_losses(sums: HalfLineSums, states: Array) -> Array:
    """c Σ ‖f̂(x_i) − y_i‖² at states (B, m·r + r): shape (B,); NaN where a state is not finite.

    The rounding error is relative to c Σ ‖y_i‖², not to the loss.
    """
    starts = range(0, len(states), BLOCK_STATES)
    with np.errstate(all="ignore"):
        return np.concatenate([_block(sums, states[i : i + BLOCK_STATES]) for i in starts])


def _block(sums: HalfLineSums, states: Array) -> Array:
    m, r = sums.n_outputs, len(sums.bias)
    w, v = states[:, : m * r].reshape(-1, m, r), states[:, m * r :]
    breaks = np.searchsorted(sums.points, sums.bias / (v + 0.0))  # a rising unit is active from here on
    order = np.argsort(breaks, axis=1)
    falling = v < 0
    slope = _on_segments(w * v[:, None], falling, order)  # (B, m, r + 1)
    intercept = _on_segments(-w * sums.bias, falling, order)
    ends = np.take_along_axis(breaks, order, axis=1)
    ends = np.concatenate([ends, np.full((len(ends), 1), sums.n_points)], axis=1)  # (B, r + 1)
    xx, x, _, ones, *of_targets = (np.diff(before[ends], prepend=0.0) for before in sums.before.T)
    total = slope**2 * xx[:, None] + 2.0 * slope * intercept * x[:, None] + intercept**2 * ones[:, None]
    for a, (xy, y) in enumerate(zip(of_targets[::2], of_targets[1::2])):
        total[:, a] -= 2.0 * (slope[:, a] * xy + intercept[:, a] * y)
    loss = sums.loss_scale * (total.sum(axis=(1, 2)) + sums.target_square)
    return np.where(np.isfinite(states).all(axis=1), np.maximum(loss, 0.0), np.nan)


def _on_segments(parts: Array, falling: Flags, order: Indices) -> Array:
    """Σ of the active units' parts (B, m, r) on each of the r + 1 segments between the sorted breaks."""
    before = (parts * falling[:, None]).sum(axis=2, keepdims=True)  # falling units are active at first
    changes = np.where(falling[:, None], -parts, parts)
    changes = np.take_along_axis(changes, order[:, None], axis=2)
    return np.concatenate([before, before + np.cumsum(changes, axis=2)], axis=2)
