"""Sums over the data of a ReLU network with one-dimensional inputs, without a loop over the data.

For n = 1 a hidden unit is active on the samples on one side of its breakpoint b/V, so every sum in the
gradient is a difference of prefix sums of (1, x, x², y, xy) over the sorted inputs. With u = (V, −b) and
z_k = W_k u_k the sums needed are, for every unit j with active samples A_j,

    t_j = Σ_{i ∈ A_j} (x_i, 1) e_i = Σ_k S_jk z_k − Σ_{i ∈ A_j} (x_i, 1) y_i

with S_jk = Σ (x_i², x_i; x_i, 1) over A_j ∩ A_k,

and the gradient of Σ ‖e‖² is 2 u_j·t_j for W_j and 2 Σ W_j t_j (first component) for V_j (paper, Section 4).
"""

from bisect import bisect_left

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.pulse import pulse

BLOCK_STATES = 2048  # states whose losses are evaluated together


class HalfLineSums:
    """The data of a network with inputs (N,), targets (N, m) and bias (r,), summed once.

    Equal inputs count as one sample; n_points is the number of distinct ones. A unit is described by its
    break, an integer: p for a rising unit (V ≥ 0), which is active on the samples p, p + 1, …, and
    n_points + 1 + p for a falling one (V < 0), which is active on the samples before p. The tables below
    have an entry for every break.

    boundaries  (2, 2(n_points + 1)): the outermost active sample and minus the nearest inactive one
    first, end  (2(n_points + 1),): the active samples are first, …, end − 1
    before      (n_points + 1, 4 + 2m): Σ (x², x, x, 1) over the samples before p, then Σ (xy, y) per output

    target_square is Σ ‖y‖².
    """

    def __init__(self, inputs: Array, targets: Array, bias: Array, loss_scale: float) -> None:
        self.bias, self.loss_scale, self.n_outputs = bias, loss_scale, targets.shape[1]
        order = np.argsort(inputs, kind="stable")
        x, y = inputs[order], targets[order]
        ends = np.concatenate([np.flatnonzero(x[1:] != x[:-1]), [len(x) - 1]]) + 1
        self.n_points = len(ends)
        self.target_square = float(np.sum(y * y, dtype=np.longdouble))
        padded = np.concatenate([[-np.inf], x[ends - 1], [np.inf]])
        self.points = padded[1:-1]
        above, below = padded[1:], padded[:-1]
        self.boundaries = np.stack([np.concatenate([above, below]), -np.concatenate([below, above])])
        p = np.arange(self.n_points + 1)
        self.first = np.concatenate([p, np.zeros_like(p)])
        self.end = np.concatenate([np.full_like(p, self.n_points), p])
        n, s, ss = (_prefix_sums(a, ends) for a in (np.ones_like(x), x, x * x))
        of_targets = (_prefix_sums(a, ends) for column in y.T for a in (x * column, column))
        self.before = np.stack([ss, s, s, n, *of_targets], axis=-1)
        self._points_view, self._bias_list = memoryview(self.points.data), bias.tolist()
        self._boundary_views = tuple(memoryview(row) for row in self.boundaries)

    def breaks(self, v: Array, bias: Array, thresholds: Array) -> Indices:
        """The breaks of units with hidden weights v, biases of that shape, and their `boundary_thresholds`.

        Divides by V and multiplies with infinite bounds: call it where NumPy's warnings are off.
        Decided by comparing the rounded products V·x with b, as a loop over the data would, so that a
        breakpoint on a sample, V = 0 and underflow are no special cases.
        """
        v = v + 0.0  # −0 becomes 0: such a unit counts as rising
        breaks = self.points.searchsorted(bias / v)
        breaks += (v < 0) * (self.n_points + 1)
        wrong = v * self.boundaries.take(breaks, axis=1) < thresholds
        if wrong.any():
            for i in zip(*np.nonzero(wrong[0] | wrong[1])):
                breaks[i] = self._exact_break(float(v[i]), float(bias[i]))
        return breaks

    def break_of(self, unit: int, v: float) -> int:
        """The break of one unit, as `breaks` gives it; the cheaper way for a few units."""
        b = self._bias_list[unit]
        if v:
            active, inactive = self._boundary_views
            k = bisect_left(self._points_view, b / v) + (self.n_points + 1 if v < 0 else 0)
            if v * active[k] > b >= -v * inactive[k]:
                return k
        return self._exact_break(v, b)

    def _exact_break(self, v: float, b: float) -> int:
        """The break of one unit by bisection on the comparison itself."""
        rising = v >= 0
        p = bisect_left(self._points_view, True, key=lambda x: (v * x > b) == rising)
        return p if rising else p + self.n_points + 1

    def overlaps(self, breaks: Indices) -> Array:
        """S_jk of units with these breaks, batch + (r,): batch + (r, r, 4), entries Σ (x², x, x, 1)."""
        first, end = self.first.take(breaks), self.end.take(breaks)
        low = np.maximum(first[..., None], first[..., None, :])
        high = np.minimum(end[..., None], end[..., None, :])
        high = np.maximum(high, low, out=high)
        return self.before.take(high, axis=0)[..., :4] - self.before.take(low, axis=0)[..., :4]

    def losses(self, states: Array) -> Array:
        """c Σ ‖f̂(x_i) − y_i‖² at states (B, m·r + r): shape (B,); NaN where a state is not finite.

        Between two breakpoints f̂ is linear in x, so its part of the sum is a quadratic form in slope and
        intercept. The rounding error is relative to c Σ ‖y_i‖², not to the loss.
        """
        starts = range(0, len(states), BLOCK_STATES)
        with np.errstate(all="ignore"):
            return np.concatenate([self._losses(states[i : i + BLOCK_STATES]) for i in starts])

    def _losses(self, states: Array) -> Array:
        pulse()
        m, r = self.n_outputs, len(self.bias)
        w, v = states[:, : m * r].reshape(-1, m, r), states[:, m * r :]
        breaks = np.searchsorted(self.points, self.bias / (v + 0.0))  # a rising unit is active from here on
        order = np.argsort(breaks, axis=1)
        falling = v < 0
        slope = _on_segments(w * v[:, None], falling, order)  # (B, m, r + 1)
        intercept = _on_segments(-w * self.bias, falling, order)
        ends = np.take_along_axis(breaks, order, axis=1)
        ends = np.concatenate([ends, np.full((len(ends), 1), self.n_points)], axis=1)  # (B, r + 1)
        xx, x, _, ones, *of_targets = (np.diff(before[ends], prepend=0.0) for before in self.before.T)
        total = slope**2 * xx[:, None] + 2.0 * slope * intercept * x[:, None] + intercept**2 * ones[:, None]
        for a, (xy, y) in enumerate(zip(of_targets[::2], of_targets[1::2])):
            total[:, a] -= 2.0 * (slope[:, a] * xy + intercept[:, a] * y)
        loss = self.loss_scale * (total.sum(axis=(1, 2)) + self.target_square)
        return np.where(np.isfinite(states).all(axis=1), np.maximum(loss, 0.0), np.nan)

    def hessian(self, x: Array) -> Array:
        """∇² of c Σ ‖e‖² for states (B, m·r + r), shape (B, m·r + r, m·r + r)."""
        m, r = self.n_outputs, len(self.bias)
        w, hidden = x[:, : m * r].reshape(-1, m, r), x[:, m * r :]
        overlaps, targets = self._sums_at(hidden)
        u = np.stack([hidden, np.broadcast_to(-self.bias, hidden.shape)], axis=-1)  # (B, r, 2)
        of_hidden = np.einsum("ijkab,ija->ijkb", overlaps, u)  # Σ (x, 1) h_j over A_j ∩ A_k
        gram = np.einsum("ijkb,ikb->ijk", of_hidden, u)  # Σ h_j h_k
        residual = np.einsum("ijkb,imj->imkb", of_hidden, w)[..., 0] - targets[..., 0]  # Σ e_a x over A_k
        gram = (gram + gram.mT) / 2.0  # rounding apart, its own
        blocks = packed_hessian(w, gram, of_hidden[..., 0], overlaps[..., 0, 0], residual[..., None])
        return 2.0 * self.loss_scale * blocks

    def hessian_vector_product(self, x: Array, v: Array) -> Array:
        """∇²f(x)v of c Σ ‖e‖² for states (B, m·r + r): the derivative of the gradient along v."""
        m, r = self.n_outputs, len(self.bias)
        w, hidden = x[:, : m * r].reshape(-1, m, 1, r), x[:, m * r :]
        dw, d_hidden = v[:, : m * r].reshape(-1, m, 1, r), v[:, m * r :]
        overlaps, targets = self._sums_at(hidden)
        overlaps = overlaps.transpose(0, 3, 1, 4, 2)  # [i, a, j, b, k]
        u = np.stack([hidden, np.broadcast_to(-self.bias, hidden.shape)], axis=1)[:, None]  # (B, 1, 2, r)
        du = np.stack([d_hidden, np.zeros_like(d_hidden)], axis=1)[:, None]
        z = np.concatenate([w * u, dw * u + w * du], axis=1)  # (B, 2m, 2, r)
        both = (z.reshape(-1, 2 * m, 2 * r) @ overlaps.reshape(-1, 2 * r, 2 * r)).reshape(z.shape)
        t = both[:, :m] - np.moveaxis(targets, 3, 2)
        dt = both[:, m:]
        along_w = np.sum(du * t + u * dt, axis=2)  # (B, m, r)
        along_v = np.sum(dw[:, :, 0] * t[:, :, 0] + w[:, :, 0] * dt[:, :, 0], axis=1)
        return 2.0 * self.loss_scale * np.concatenate([along_w.reshape(len(x), m * r), along_v], axis=1)

    def _sums_at(self, hidden: Array) -> tuple[Array, Array]:
        """S_jk (B, r, r, 2, 2) and Σ (x, 1) y over A_j (B, m, r, 2) for hidden weights (B, r)."""
        bias = np.broadcast_to(self.bias, hidden.shape)
        with np.errstate(all="ignore"):
            breaks = self.breaks(hidden, bias, boundary_thresholds(bias))
        targets = self.before.take(self.end.take(breaks), axis=0)[..., 4:]
        targets = targets - self.before.take(self.first.take(breaks), axis=0)[..., 4:]
        shape = (*breaks.shape, self.n_outputs, 2)
        overlaps = self.overlaps(breaks)
        return overlaps.reshape(*overlaps.shape[:-1], 2, 2), np.moveaxis(targets.reshape(shape), 2, 1)


def packed_hessian(w: Array, gram: Array, cross: Array, slopes: Array, residual: Array) -> Array:
    """∇² of ½ Σ ‖e‖² over packed (W, V) for W (B, m, r): (B, m·r + r·n, m·r + r·n).

    gram: Σ h_j h_k, (B, r, r); cross: Σ h_j x_q over the samples on which k is active, (B, r, r·n);
    slopes: Σ x_p x_q over those on which j and k are, (B, r·n, r·n); residual: Σ e_a x_q, (B, m, r, n).
    """
    _, m, r, n = residual.shape
    per_weight, units = np.repeat(w, n, axis=-1), np.arange(r)  # W_ak beside V_kq, (B, m, r·n)
    result = np.zeros((len(w), r * (m + n), r * (m + n)))
    result[:, m * r :, m * r :] = slopes * (per_weight.mT @ per_weight)
    for a in range(m):
        rows = slice(a * r, (a + 1) * r)
        block = cross * per_weight[:, a, None, :]
        block.reshape(-1, r, r, n)[:, units, units] += residual[:, a]
        result[:, rows, rows] = gram
        result[:, rows, m * r :] = block
        result[:, m * r :, rows] = block.mT
    return result


def boundary_thresholds(bias: Array) -> Array:
    """(b⁺, −b), b⁺ the next number after b, so that V·x > b exactly if V·x ≥ b⁺; (2,) + shape of bias.

    A unit has a break exactly if V times the break's `boundaries` is nowhere below these.
    """
    return np.stack([np.nextafter(bias, np.inf), -bias])


def _on_segments(parts: Array, falling: Flags, order: Indices) -> Array:
    """Σ of the active units' parts (B, m, r) on each of the r + 1 segments between the sorted breaks."""
    before = (parts * falling[:, None]).sum(axis=2, keepdims=True)  # falling units are active at first
    changes = np.where(falling[:, None], -parts, parts)
    changes = np.take_along_axis(changes, order[:, None], axis=2)
    return np.concatenate([before, before + np.cumsum(changes, axis=2)], axis=2)


def _prefix_sums(values: Array, ends: Array) -> Array:
    """Σ of the first ends[i] values, preceded by 0; summed in extended precision, then rounded once."""
    sums = np.cumsum(values, dtype=np.longdouble)
    return np.concatenate([[0.0], sums[ends - 1].astype(float)])
