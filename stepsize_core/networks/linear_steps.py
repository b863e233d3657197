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
Operation = tuple[np.ufunc, Array, Array, Array]

SMALL_WIDTH = 2  # up to this width, runs advance as element-wise sums over all of them
BLOCK_NUMBERS = 32_768  # parameters of the runs advanced together: they and the buffers stay in the cache


class LinearStepper(BlockStepper):
    """A Stepper over runs x (lanes, n_params) with step sizes (lanes,), in blocks of lanes.

    What becomes of a run depends, bit for bit, on nothing but the run: not on those beside it.
    unpack: gives the layers (W_1, …, W_L) of states, as views; target: R.
    """

    def __init__(self, unpack: Unpack, target: Array, x: Array, step_size: Array) -> None:
        widest = max(n for layer in unpack(x) for n in layer.shape[1:])

        def block(x: Array, step_size: Array) -> _Block:
            return _Block(unpack, target, x, step_size, lanes_last=widest <= SMALL_WIDTH)

        super().__init__(block, x, step_size, BLOCK_NUMBERS)


class _Block:
    """Runs advanced together: their layers, a buffer for every product of the two chains, and the operations
    of one step upon these, (ufunc, first, second, out) each.

    The positions are (n_params, lanes) with lanes_last, where a product is a sum of element-wise products,
    and else (lanes, n_params), where it is one BLAS product a layer and run, with (n_params,) for a single
    run. Layers are views of them: (n, m, lanes), (lanes, n, m) and (n, m).
    """

    def __init__(
        self, unpack: Unpack, target: Array, x: Array, step_size: Array, *, lanes_last: bool
    ) -> None:
        (lanes, _), n_0 = x.shape, target.shape[1]
        self._unpack, self._lanes_last = unpack, lanes_last
        self._scratch: dict[tuple[int, ...], Array] = {}
        self.positions = self.carry(x)
        moves = np.empty_like(self.positions)
        weights, moved = self._layers(self.positions), self._layers(moves)
        target = self._load(np.broadcast_to(target, (lanes, *target.shape)))
        delta = self._load(step_size[:, None, None])
        behind = [self._load(np.empty((lanes, w.shape[1], n_0))) for w in unpack(x)[1:]]
        products, errors = [weights[0], *behind], [moved[0], *map(np.empty_like, behind)]
        self._first = weights[0]
        self._program: list[Operation] = []
        for j in range(1, len(weights)):
            self._multiply(weights[j], products[j - 1], products[j])
        self._program.append((np.subtract, products[-1], target, errors[-1]))
        self._program.append((np.multiply, errors[-1], delta, errors[-1]))
        for j in range(len(weights) - 1, 0, -1):
            self._multiply(self._transpose(weights[j]), errors[j], errors[j - 1])
            self._multiply(errors[j], self._transpose(products[j - 1]), moved[j])
        self._program.append((np.subtract, self.positions, moves, self.positions))

    def step(self) -> None:
        """One step of every run."""
        for function, first, second, out in self._program:
            function(first, second, out)

    def read(self, held: Array, out: Array) -> None:
        """Write what is held in the layout of the positions into out, (lanes, n_params)."""
        out[...] = held.T if self._lanes_last else held

    def carry(self, states: Array) -> Array:
        """States (lanes, n_params) in the layout of the positions."""
        return self._load(states).copy()

    def escaped(self) -> bool:
        """Whether no run is finite any more."""
        return not np.isfinite(self._first).any()

    def _load(self, rows: Array) -> Array:
        """An array with a first axis of lanes in the layout of the positions."""
        if self._lanes_last:
            return np.ascontiguousarray(np.moveaxis(rows, 0, -1))
        return np.ascontiguousarray(rows[0] if len(rows) == 1 else rows)

    def _layers(self, held: Array) -> list[Array]:
        """The layers of what is held in the layout of the positions: views."""
        if self._lanes_last:
            return [np.moveaxis(layer, 0, -1) for layer in self._unpack(held.T)]
        return list(self._unpack(held))

    def _transpose(self, layers: Array) -> Array:
        return layers.swapaxes(0, 1) if self._lanes_last else layers.mT

    def _multiply(self, a: Array, b: Array, out: Array) -> None:
        """Add the operations of out = a b to the program."""
        if not self._lanes_last:
            self._program.append((np.matmul, a, b, out))
            return
        scratch = self._scratch.setdefault(out.shape, np.empty(out.shape))
        self._program.append((np.multiply, a[:, 0, None], b[0], out))
        for k in range(1, len(b)):
            self._program.append((np.multiply, a[:, k, None], b[k], scratch))
            self._program.append((np.add, out, scratch, out))
