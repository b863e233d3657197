"""A ReLU network as a finite sum over its data: Figure 2 under batches."""

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags, Indices, NDArray
from stepsize_core.networks.relu import TwoLayerReLU
from stepsize_core.networks.relu_sums import boundary_thresholds
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.steppers import Stepper

DIRECT = 1 << 14  # activations of hidden units on batches up to which they are evaluated one by one
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
        order = np.argsort(network.inputs[:, 0], kind="stable")
        x, y = network.inputs[order, 0], network.targets[order, 0]
        self._rank = np.argsort(order).astype(np.int32)  # of a sample in the order of the inputs
        self._terms = np.stack([x + 1j * y, x * (x + 1j * y)])  # two sums in one, at the cost of one
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

    def gradient_of(self, x: Array, batch: Indices) -> Array:
        """The mean gradient of each path's batch, the shape of x (n_paths, 2r)."""
        size = max(1, TOGETHER // batch.shape[1])
        with np.errstate(all="ignore"):
            if batch.size * len(self.network.bias) <= DIRECT:
                return self._activated(x, batch)
            parts = [self._gradient_of(x[i : i + size], batch[i : i + size]) for i in range(0, len(x), size)]
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

    def _gradient_of(self, x: Array, batch: Indices) -> Array:
        """By sums over the sorted batch between breakpoints, where f̂ is linear.

        Segment k of a path lies between its sorted breaks k − 1 and k. There f̂ = slope·x + intercept, so
        that the sums of e·x and e over it follow from those of (x, y, x², xy); a unit's are those of the
        segments on its active side.
        """
        (n_paths, size), r, bias = batch.shape, len(self.network.bias), self.network.bias
        w, v = x[:, :r], x[:, r:]
        ranks = np.sort(self._rank.take(batch), axis=1)
        falling, order, edges = self._segments(v, ranks)
        numbers = edges[:, 1:] - edges[:, :-1]
        terms = np.zeros((2, ranks.size + 1), complex)
        terms[:, :-1] = self._terms.take(ranks.ravel(), axis=1)
        sums = np.add.reduceat(terms, edges[:, :-1].ravel(), axis=1).reshape(2, n_paths, r + 1)
        first, second = np.where(numbers, sums, 0.0)  # an empty one has reduceat's next entry
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
        factor = 2.0 * self.network.loss_scale * self.n_samples / size
        gradient = np.empty_like(x)
        gradient[:, :r] = factor * (v * t1 - bias * t0)
        gradient[:, r:] = factor * (w * t1)
        return gradient

    def _segments(self, v: Array, ranks: NDArray[np.int32]) -> tuple[Flags, Indices, Indices]:
        """Which units are active before their break; the units of all paths in the order of their breaks, and
        the places (n_paths, r + 2) of those in the row of all sorted batches, each with its begin and end."""
        data, (n_paths, size), r = self.network._sums, ranks.shape, v.shape[1]
        breaks = data.breaks(v, np.broadcast_to(self.network.bias, v.shape), self._thresholds)
        falling = breaks > data.n_points
        ends = self._first.take(breaks - falling * (data.n_points + 1))  # the rank from which a unit changes
        paths = np.arange(n_paths)[:, None]
        order = np.argsort(ends, axis=1) + r * paths
        apart = (self.n_samples + 1) * paths
        edges = np.empty((n_paths, r + 2), np.intp)
        edges[:, :1], edges[:, -1:] = size * paths, size * (paths + 1)
        keys = (ranks + apart).ravel()
        edges[:, 1:-1] = np.searchsorted(keys, ends.take(order) + apart)
        return falling, order, edges
