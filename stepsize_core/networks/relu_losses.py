"""The loss of a ReLU network with one-dimensional inputs at many states, without a loop over the data.

Between two breakpoints f̂ is linear in x, so its part of the sum over the data is a quadratic form in slope
and intercept, with prefix sums of (x², x, 1, xy, y) over the sorted inputs as coefficients.
"""

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices

BLOCK_STATES = 2048  # states evaluated together


class SegmentLosses:
    """The data of a network with inputs (N,), targets (N, m) and bias (r,), summed once."""

    def __init__(self, inputs: Array, targets: Array, bias: Array, loss_scale: float) -> None:
        order = np.argsort(inputs, kind="stable")
        self._x, y = inputs[order], targets[order]
        self._bias, self._scale, self._outputs = bias, loss_scale, targets.shape[1]
        x = self._x
        self._moments = [_prefix(a) for a in (x * x, x, np.ones_like(x))]
        self._products = [(_prefix(x * column), _prefix(column)) for column in y.T]
        self._target_square = float(np.sum(y * y, dtype=np.longdouble))

    def __call__(self, states: Array) -> Array:
        """c Σ ‖f̂(x_i) − y_i‖² at states (B, m·r + r): shape (B,); NaN where a state is not finite.

        The rounding error is relative to c Σ ‖y_i‖², not to the loss.
        """
        starts = range(0, len(states), BLOCK_STATES)
        with np.errstate(all="ignore"):
            return np.concatenate([self._block(states[i : i + BLOCK_STATES]) for i in starts])

    def _block(self, states: Array) -> Array:
        m, r = self._outputs, len(self._bias)
        w, v = states[:, : m * r].reshape(-1, m, r), states[:, m * r :]
        breaks = np.searchsorted(self._x, self._bias / (v + 0.0))  # a rising unit is active from here on
        order = np.argsort(breaks, axis=1)
        falling = v < 0
        slope = _on_segments(w * v[:, None], falling, order)  # (B, m, r + 1)
        intercept = _on_segments(-w * self._bias, falling, order)
        ends = np.take_along_axis(breaks, order, axis=1)
        ends = np.concatenate([ends, np.full((len(ends), 1), len(self._x))], axis=1)  # (B, r + 1)
        xx, x, ones = (np.diff(prefix[ends], prepend=0.0)[:, None] for prefix in self._moments)
        total = slope**2 * xx + 2.0 * slope * intercept * x + intercept**2 * ones
        for a, products in enumerate(self._products):
            xy, y = (np.diff(prefix[ends], prepend=0.0) for prefix in products)
            total[:, a] -= 2.0 * (slope[:, a] * xy + intercept[:, a] * y)
        loss = self._scale * (total.sum(axis=(1, 2)) + self._target_square)
        return np.where(np.isfinite(states).all(axis=1), np.maximum(loss, 0.0), np.nan)


def _on_segments(parts: Array, falling: Flags, order: Indices) -> Array:
    """Σ of the active units' parts (B, m, r) on each of the r + 1 segments between the sorted breaks."""
    before = (parts * falling[:, None]).sum(axis=2, keepdims=True)  # falling units are active at first
    changes = np.where(falling[:, None], -parts, parts)
    changes = np.take_along_axis(changes, order[:, None], axis=2)
    return np.concatenate([before, before + np.cumsum(changes, axis=2)], axis=2)


def _prefix(values: Array) -> Array:
    """Σ of the first k values for k = 0, …, N; summed in extended precision, rounded once."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.longdouble).astype(float)])
