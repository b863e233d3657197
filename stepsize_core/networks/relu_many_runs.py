"""Exact gradient descent on many ReLU networks with one-dimensional inputs, at a cost that N does not enter.

Every run is advanced by sums over the r + 1 segments between its sorted breaks; see `relu_sums`. A single run
is faster by the way of `relu_one_run`.
"""

from functools import partial
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Flags, NDArray
from stepsize_core.networks.relu_sums import HalfLineSums, boundary_thresholds
from stepsize_core.steppers import BlockStepper

BLOCK_NUMBERS = 1 << 13  # parameters of the runs advanced together


class ManyRunsStepper(BlockStepper):
    """Runs x (lanes, n_params) advanced together, in blocks of lanes that fit the cache."""

    def __init__(self, sums: HalfLineSums, x: Array, step_size: Array) -> None:
        super().__init__(partial(_Block, sums), x, step_size, BLOCK_NUMBERS)


class _Block:
    """Runs in the last axis, units in the axis before, sorted in every run by where their break lies.

    Between two neighbouring breaks the residual is linear in x: Σ_{k active} z_k·(x, 1) − y. Its sums over
    the r + 1 segments between breaks, added up from the left or from the right, are every unit's t.
    """

    def __init__(self, sums: HalfLineSums, x: Array, step_size: Array) -> None:
        m, r, lanes = sums.n_outputs, len(sums.bias), len(x)
        self._sums = sums
        self._factor = -2.0 * sums.loss_scale * step_size
        self._reals = np.empty((m + 8, r, lanes))  # what is sorted: views of it follow
        self.positions = self._reals[: m + 1]  # W and V
        self._w, self._u = self._reals[:m], self._reals[m : m + 2]  # W and (V, −b)
        self._thresholds, self._boundaries = self._reals[m + 2 : m + 4], self._reals[m + 4 : m + 6]
        self._signs = self._reals[m + 6 :]  # the change of activity at the break, and the activity before it
        self._carried: list[Array] = []
        self.positions[...] = x.T.reshape(m + 1, r, lanes)
        self._u[1] = -sums.bias[:, None]
        self._thresholds[...] = boundary_thresholds(sums.bias)[..., None]
        self._integers = np.empty((2, r, lanes), int)
        self._units, self._p = self._integers
        self._units[...] = np.arange(r)[:, None]
        self._falling = np.empty((r, lanes), bool)
        self._before = np.zeros(
            (4 + 2 * m, r + 2, lanes)
        )  # `sums.before` at 0, at the breaks, and at the end
        self._before[:, -1] = sums.before[-1][:, None]
        self._segments = np.empty((4 + 2 * m, r + 1, lanes))
        below = np.tri(r + 1)
        self._accumulate = below  # from segment sums to sums up to and including a segment
        self._add_up = np.concatenate([below[:r], 1.0 - below[:r]])  # to sums before, and sums after, a break
        with np.errstate(all="ignore"):
            self._relocate(np.ones((r, lanes), bool))

    def read(self, held: Array, out: Array) -> None:
        """Write what is held in the order of the positions into out, (lanes, n_params)."""
        _, r, lanes = held.shape
        columns = np.arange(lanes)
        for a, values in enumerate(held):
            out[:, a * r : (a + 1) * r][columns, self._units] = values

    def carry(self, states: Array) -> Array:
        """States (lanes, n_params) in the order of the positions, which they follow."""
        rows = states.T.reshape(self.positions.shape)
        self._carried.append(np.take_along_axis(rows, self._units[None], axis=1))
        return self._carried[-1]

    def escaped(self) -> bool:
        """Whether no run is finite any more."""
        return not np.isfinite(self._w).all(axis=(0, 1)).any()

    def step(self) -> None:
        """One step of every run."""
        w, u = self._w, self._u
        crossed = u[0] * self._boundaries < self._thresholds
        if 1 in crossed.data.cast("B"):
            self._relocate(crossed[0] | crossed[1])
        t = self._sums_over_active(w[:, None] * u)
        t *= self._factor
        dv = np.add.reduce(w * t[:, 0])
        t *= u
        w += t[:, 0]
        w += t[:, 1]
        u[0] += dv

    def _sums_over_active(self, z: Array) -> Array:
        """t of every unit from z, both (m, 2, r, lanes)."""
        m, _, r, lanes = z.shape
        changes = np.empty((m, 2, r + 1, lanes))
        np.add.reduce(z * self._signs[1], 2, out=changes[:, :, 0])
        np.multiply(z, self._signs[0], out=changes[:, :, 1:])
        lines = np.matmul(self._accumulate, changes)  # Σ z over the units active in a segment
        moments = self._segments[:4].reshape(2, 2, r + 1, lanes)
        residuals = np.add.reduce(
            moments * lines[:, None], 2
        )  # Σ (x, 1) e over a segment, (m, 2, r + 1, lanes)
        residuals -= self._segments[4:].reshape(residuals.shape)
        both = np.matmul(self._add_up, residuals)
        t = both[:, :, r:]
        np.copyto(t, both[:, :, :r], where=self._falling)
        return t

    def _relocate(self, crossed: Flags) -> None:
        """Locate the units in `crossed`, (r, lanes), again, and put the units of every run in order."""
        sums, at = self._sums, np.flatnonzero(crossed)
        reals, before = _flat(self._reals), _flat(self._before[:, 1:-1])
        v, minus_b = self._u.reshape(2, -1).take(at, axis=1)
        breaks = sums.breaks(v, -minus_b, self._thresholds.reshape(2, -1).take(at, axis=1))
        falling = breaks > sums.n_points
        p = breaks - falling * (sums.n_points + 1)
        self._p.reshape(-1)[at], self._falling.reshape(-1)[at] = p, falling
        self._boundaries.reshape(2, -1)[:, at] = sums.boundaries.take(breaks, axis=1)
        self._signs.reshape(2, -1)[:, at] = 1.0 - 2.0 * falling, falling
        before[:, at] = sums.before.take(p, axis=0).T
        unsorted = np.flatnonzero((self._p[1:] < self._p[:-1]).any(axis=0))
        if unsorted.size:
            rows, lanes = np.arange(len(self._p))[:, None], self._p.shape[1]
            order = np.argsort(self._p[:, unsorted], axis=0, kind="stable")
            source, place = (order * lanes + unsorted).ravel(), (rows * lanes + unsorted).ravel()
            carried = map(_flat, self._carried)
            for a in (reals, before, _flat(self._integers), _flat(self._falling[None]), *carried):
                a[:, place] = a[:, source]
        np.subtract(self._before[:, 1:], self._before[:, :-1], out=self._segments)


def _flat(a: NDArray[Any]) -> NDArray[Any]:
    """A view of a, (k, r, lanes), as (k, r·lanes)."""
    return a.reshape(len(a), -1)
