"""A ReLU network as a finite sum over its data: Figure 2 under batches."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags, Indices, NDArray
from stepsize_core.networks.relu import TwoLayerReLU
from stepsize_core.networks.relu_sums import boundary_thresholds
from stepsize_core.sampling.draws import has_keys, key_masks
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.steppers import Stepper

DIRECT = 1 << 14  # activations of hidden units on batches up to which they are evaluated one by one
PACKED_TOGETHER = 128  # packed batches summed at once, so that memory is not given back each time
PATHS_TOGETHER = 256  # paths with packed batches worked off at once
TOGETHER = 1 << 15  # entries of a batch's sums worked off at once, so that they stay in the cache


class SampledNetwork(FiniteSum):
    """The loss of a network with inputs and outputs of one dimension as the mean over its N samples.

    f_i = N c ‖f̂(x_i) − y_i‖²: the full batch is the network itself, with its fast steps and its observable,
    and a batch of B has the gradient (N/B) times that of the sum over the batch. A step of many paths or of a
    large batch costs no B times the hidden units. Raises ValueError where inputs or outputs have more
    dimensions.
    """

    def __init__(self, network: TwoLayerReLU) -> None:
        if network.n_inputs > 1 or network.n_outputs > 1:
            raise ValueError("network must have inputs and outputs of one dimension")
        self.network, self.state_shape, self.observable = network, network.state_shape, network.observable
        self._order = order = np.argsort(network.inputs[:, 0], kind="stable")
        x, y = network.inputs[order, 0], network.targets[order, 0]
        self._sorted = bool(np.all(np.diff(order) > 0))
        self._rank = np.argsort(order).astype(np.int32)  # of a sample in the order of the inputs
        self._terms = np.zeros((2, len(x) + 1), complex)  # two sums in one, at the cost of one; the last is 0
        self._terms[:, :-1] = x + 1j * y, x * (x + 1j * y)
        self._first = np.append(np.searchsorted(x, network._sums.points), len(x))  # rank of a distinct input
        self._thresholds = boundary_thresholds(network.bias)[:, None]

    def stepper(self, x: Array, step_size: Array) -> Stepper:
        """Runs of the full gradient: the network's."""
        return self.network.stepper(x, step_size)

    @property
    def n_samples(self) -> int:
        """N, the number of data."""
        return len(self.network.inputs)

    def value(self, x: ArrayLike) -> Array:
        """The network's loss, shape batch."""
        return self.network.value(x)

    def gradient(self, x: ArrayLike) -> Array:
        """The gradient of the network's loss, shape batch + state_shape."""
        return self.network.gradient(x)

    def hessian(self, x: ArrayLike) -> Array:
        """The Hessian of the network's loss, batch + state_shape + state_shape."""
        return self.network.hessian(x)

    def hessian_vector_product(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x)v, shape batch + state_shape."""
        return self.network.hessian_vector_product(x, v)

    @cached_property
    def _table(self) -> NDArray:
        """The sums of the samples in every byte of a packed batch, for each of its 256 values."""
        n_bytes, values = -(-self.n_samples // 8), np.arange(256, dtype=np.uint8)[:, None]
        bits, terms = np.unpackbits(values, axis=1, bitorder="little"), np.zeros((2, 8 * n_bytes), complex)
        terms[:, : self.n_samples] = self._terms[:, :-1]
        return (terms.reshape(2, n_bytes, 8) @ bits.T).reshape(2, -1)

    def drawn(
        self, rng: np.random.Generator, batch_size: int, replacement: str, n_paths: int
    ) -> Iterator[NDArray]:
        """Batches, or, where these are large, which samples are in them by rank, a bit for each."""
        n, units = self.n_samples, len(self.network.bias)
        if not has_keys(n, batch_size, replacement) or n_paths * batch_size * units <= DIRECT:
            yield from super().drawn(rng, batch_size, replacement, n_paths)
        for masks in key_masks(rng, n, batch_size, n_paths):
            by_rank = masks if self._sorted else masks[..., self._order]
            yield np.packbits(by_rank, axis=-1, bitorder="little")

    def sampled_gradient(self, x: Array, drawn: NDArray) -> Array:
        """The mean gradient of what `drawn` gives for one step, the shape of x (n_paths, 2r)."""
        if drawn.dtype != np.uint8:
            return self.gradient_of(x, drawn)
        return self._in_parts(x, drawn, PATHS_TOGETHER)

    def gradient_of(self, x: Array, batch: Indices) -> Array:
        """The mean gradient of each path's batch, the shape of x (n_paths, 2r)."""
        if batch.size * len(self.network.bias) <= DIRECT:
            with np.errstate(all="ignore"):
                return self._activated(x, batch)
        return self._in_parts(x, batch, max(1, TOGETHER // batch.shape[1]))

    def _in_parts(self, x: Array, batch: NDArray, size: int) -> Array:
        """`_gradient_of` so many paths at a time."""
        with np.errstate(all="ignore"):
            starts = range(0, len(x), size)
            parts = [self._gradient_of(x[i : i + size], batch[i : i + size]) for i in starts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _activated(self, x: Array, batch: Indices) -> Array:
        """The gradients from every unit on every sample: for few paths with small batches."""
        net, r = self.network, len(self.network.bias)
        w, v, inputs = x[:, None, :r], x[:, None, r:], net.inputs[:, 0].take(batch)[..., None]
        drive = inputs * v - net.bias
        active, hidden = drive > 0.0, np.maximum(drive, 0.0)
        error = (hidden @ w.mT - net.targets[:, 0].take(batch)[..., None]).mT  # (n_paths, 1, B)
        slopes = np.concatenate([error @ hidden, w * ((error * inputs.mT) @ active)], axis=2)
        return 2.0 * net.loss_scale * self.n_samples / batch.shape[1] * slopes[:, 0]

    def _gradient_of(self, x: Array, batch: NDArray) -> Array:
        """By sums over a batch, packed or not, between breakpoints, where f̂ is linear.

        Segment k of a path lies between its sorted breaks k − 1 and k. There f̂ = slope·x + intercept, so
        that the sums of e·x and e over it follow from those of (x, y, x², xy); a unit's are those of the
        segments on its active side.
        """
        n_paths, r, bias = len(x), len(self.network.bias), self.network.bias
        w, v = x[:, :r], x[:, r:]
        falling, order, ends = self._segments(v)
        if batch.dtype == np.uint8:
            parts = [slice(i, i + PACKED_TOGETHER) for i in range(0, n_paths, PACKED_TOGETHER)]
            found = zip(*(self._packed_sums(batch[part], ends[part]) for part in parts))
            numbers, first, second = (np.concatenate(sums) for sums in found)
        else:
            numbers, first, second = self._sums(batch, ends)
        turn = np.where(falling, -1.0, 1.0)
        linear = np.stack([w * v, -w * bias])
        on = np.empty((2, n_paths, r + 1))
        on[..., 0] = np.einsum("kij,ij->ki", linear, falling)
        on[..., 1:] = (linear * turn).reshape(2, -1).take(order, axis=1)
        slope, intercept = np.cumsum(on, axis=2, out=on)
        t = np.empty((2, n_paths, r + 1))
        t[0] = slope * second.real + intercept * first.real - second.imag
        t[1] = slope * first.real + intercept * numbers - first.imag
        before = np.cumsum(t, axis=2, out=t)
        left = np.empty((2, n_paths * r))
        left[:, order.ravel()] = before[:, :, :-1].reshape(2, -1)
        t1, t0 = (before[:, :, -1:] * ~falling) - left.reshape(2, n_paths, r) * turn
        factor = 2.0 * self.network.loss_scale * self.n_samples / numbers.sum(axis=1, keepdims=True)
        gradient = np.empty_like(x)
        gradient[:, :r] = factor * (v * t1 - bias * t0)
        gradient[:, r:] = factor * (w * t1)
        return gradient

    def _segments(self, v: Array) -> tuple[Flags, Indices, Indices]:
        """Which units are active before their break; the units of all paths in the order of their breaks, and
        the ranks (n_paths, r + 2) between which these lie, from 0 to n."""
        data, (n_paths, r) = self.network._sums, v.shape
        breaks = data.breaks(v, np.broadcast_to(self.network.bias, v.shape), self._thresholds)
        falling = breaks > data.n_points
        changes = self._first.take(breaks - falling * (data.n_points + 1))
        order = np.argsort(changes, axis=1) + r * np.arange(n_paths)[:, None]
        ends = np.empty((n_paths, r + 2), np.intp)
        ends[:, 0], ends[:, -1] = 0, self.n_samples
        changes.take(order, out=ends[:, 1:-1])
        return falling, order, ends

    def _sums(self, batch: Indices, ends: Indices) -> tuple[Array, ...]:
        """Of the samples of each path's batch between its ranks `ends` (n_paths, m + 1): how many there are,
        Σ x + iy and Σ x² + ixy, each (n_paths, m)."""
        ranks = np.full(batch.size + 1, self.n_samples)
        own = ranks[:-1].reshape(batch.shape)
        own[:] = np.sort(self._rank.take(batch), axis=1)
        apart = (self.n_samples + 1) * np.arange(len(batch))[:, None]
        edges = np.searchsorted((own + apart).ravel(), ends + apart)
        return np.diff(edges).astype(float), *_between(self._terms.take(ranks, axis=1), edges)

    def _packed_sums(self, packed: NDArray[np.uint8], ends: Indices) -> tuple[Array, ...]:
        """The same of packed batches: whole bytes between two ends, less the begin of the first and with that
        of the last."""
        (n_paths, n_bytes), table = packed.shape, self._table
        rows = np.zeros(packed.size + 1, np.intp)  # the last is a byte without samples
        np.add(packed, 256 * np.arange(n_bytes), out=rows[:-1].reshape(packed.shape))
        counts = np.zeros((1, packed.size + 1))
        np.bitwise_count(packed.ravel(), out=counts[0, :-1])
        ends = np.where(ends < self.n_samples, ends, 8 * n_bytes)  # the last byte is whole, or counts twice
        places = ends >> 3
        edges = places + n_bytes * np.arange(n_paths)[:, None]
        bits = packed.ravel().take(edges, mode="clip") & ((1 << (ends & 7)) - 1)
        begins = bits + 256 * np.minimum(places, n_bytes - 1)
        first, second = _between(table.take(rows, axis=1), edges) + np.diff(table.take(begins, axis=1))
        (numbers,) = _between(counts, edges) + np.diff(np.bitwise_count(bits).astype(float))
        return numbers, first, second


def _between(terms: NDArray, edges: Indices) -> NDArray:
    """Sums of rows (k, M + 1), whose last column is 0, between edges (n_paths, m + 1) in 0, …, M:
    (k, n_paths, m)."""
    sums = np.add.reduceat(terms, edges[:, :-1].ravel(), axis=1).reshape(len(terms), len(edges), -1)
    return np.where(edges[:, 1:] > edges[:, :-1], sums, 0.0)  # an empty one has reduceat's next entry
