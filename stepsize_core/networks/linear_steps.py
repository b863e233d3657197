"""Gradient descent on a deep linear network in place: the two chains of the gradient, into fixed buffers.

A step is W_j ← W_j − B_j (W_{j−1}⋯W_1)ᵀ with B_L = δ(W_L⋯W_1 − R) and B_{j−1} = W_jᵀB_j (paper, eq. (5)):
3(L − 1) matrix products, and nothing is packed or allocated between steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.steppers import BlockStepper

Unpack = Callable[[Array], Sequence[Array]]

SMALL_WIDTH = 4  # up to this width, many runs advance faster as element-wise sums over all of them
MANY_LANES = 128  # from this many runs on
BLOCK_NUMBERS = 32_768  # parameters of the runs advanced together: they and the buffers stay in the cache


class LinearStepper(BlockStepper):
    """A Stepper over runs x (lanes, n_params) with step sizes (lanes,), in blocks of lanes.

    unpack: gives the layers (W_1, …, W_L) of states, as views; target: R.
    """

    def __init__(self, unpack: Unpack, target: Array, x: Array, step_size: Array) -> None:
        widest = max(n for layer in unpack(x) for n in layer.shape[1:])
        small = widest <= SMALL_WIDTH and len(x) >= MANY_LANES

        def block(x: Array, step_size: Array) -> _Block:
            return _Block(unpack, target, x, step_size, _LanesLast() if small else _LanesFirst())

        super().__init__(block, x, step_size, BLOCK_NUMBERS)


class _Block:
    """Runs advanced together: their layers, and one buffer for every product of the two chains."""

    def __init__(
        self, unpack: Unpack, target: Array, x: Array, step_size: Array, layout: _LanesFirst | _LanesLast
    ) -> None:
        layers, lanes, n_0 = unpack(x.copy()), len(x), target.shape[1]
        shapes = [layer.shape[1:] for layer in layers]
        self._layout, self._unpack = layout, unpack
        self._weights = [layout.load(w) for w in layers]
        self._target = layout.load(np.broadcast_to(target, (lanes, *target.shape)))
        self._delta = layout.load(step_size[:, None, None])
        self._errors = [layout.load(np.empty((lanes, n, n_0))) for n, _ in shapes]
        self._products = [self._weights[0], *map(np.empty_like, self._errors[1:])]
        self._moves = [np.empty_like(w) for w in self._weights]

    def step(self) -> None:
        """One step of every run. products[0] is W_1 itself, which therefore changes last."""
        product, transpose = self._layout.product, self._layout.transpose
        weights, products, errors, moves = self._weights, self._products, self._errors, self._moves
        for j in range(1, len(weights)):
            product(weights[j], products[j - 1], products[j])
        np.subtract(products[-1], self._target, out=errors[-1])
        errors[-1] *= self._delta
        for j in range(len(weights) - 1, 0, -1):
            product(transpose(weights[j]), errors[j], errors[j - 1])
            product(errors[j], transpose(products[j - 1]), moves[j])
            weights[j] -= moves[j]
        weights[0] -= errors[0]

    def read(self, out: Array) -> None:
        """Write the present states into out, (lanes, n_params)."""
        for layer, weights in zip(self._unpack(out), self._weights):
            layer[...] = self._layout.unload(weights)

    def escaped(self) -> bool:
        """Whether no run is finite any more."""
        return not np.isfinite(self._weights[0]).any()


class _LanesFirst:
    """Layers (lanes, n, m), or (n, m) of a single run: one BLAS product a layer and run."""

    def load(self, layers: Array) -> Array:
        return np.ascontiguousarray(layers[0] if len(layers) == 1 else layers)

    def unload(self, layers: Array) -> Array:
        return layers

    def product(self, a: Array, b: Array, out: Array) -> None:
        np.matmul(a, b, out=out)

    def transpose(self, layers: Array) -> Array:
        return layers.mT


class _LanesLast:
    """Layers (n, m, lanes): a product is a sum of element-wise products over all runs at once."""

    def __init__(self) -> None:
        self._scratch: dict[tuple[int, ...], Array] = {}

    def load(self, layers: Array) -> Array:
        return np.ascontiguousarray(np.moveaxis(layers, 0, -1))

    def unload(self, layers: Array) -> Array:
        return np.moveaxis(layers, -1, 0)

    def product(self, a: Array, b: Array, out: Array) -> None:
        if out.shape not in self._scratch:
            self._scratch[out.shape] = np.empty(out.shape)
        scratch = self._scratch[out.shape]
        np.multiply(a[:, 0, None], b[0], out=out)
        for k in range(1, len(b)):
            np.multiply(a[:, k, None], b[k], out=scratch)
            out += scratch

    def transpose(self, layers: Array) -> Array:
        return layers.swapaxes(0, 1)
