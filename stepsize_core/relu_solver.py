"""Exact gradient descent on ReLU networks with one-dimensional inputs, at a cost that N does not enter.

Between two crossings of a sample by a breakpoint the gradient is a fixed linear map of (W∘V, −W∘b); see
`relu_sums`. One run keeps the maps of the patterns it has met, because on a cycle they recur; many runs are
advanced together, each by sums over the r + 1 segments between its sorted breaks.
"""

from __future__ import annotations

import numpy as np

from stepsize_core.descent import CHECK_EVERY
from stepsize_core.relu_sums import HalfLineSums, boundary_thresholds

MAX_PATTERNS = 1024  # maps kept by one run: 13 kB each for 20 hidden units
MAX_GUESSES = 4  # successors tried before the breaks are located
FEW_UNITS = 4  # up to this many units are located one by one, more of them together

BLOCK_NUMBERS = 1 << 13  # parameters of the runs advanced together

PATIENCE = 8  # searches without success after which patterns are no longer kept
RETRY_AFTER = 64


class _Pattern:
    """Which unit is active on which sample, with the map from (z, 1) to −2cδt while that rests."""

    __slots__ = ("_overlaps", "_products", "boundaries", "breaks", "matrix", "successors")

    def __init__(self, hidden_units: int):
        r = hidden_units
        self.boundaries = np.empty(2 * r)
        self.matrix = np.empty((2 * r, 2 * r + 1))
        self._overlaps = self.matrix[:, :-1].reshape(2, r, 2, r).transpose(1, 3, 0, 2)  # (r, r, 2, 2)
        self._products = self.matrix[:, -1].reshape(2, r).T
        self.successors = []  # the patterns that came next, the latest first

    def fill(self, sums: HalfLineSums, breaks: np.ndarray, factor: float):
        """Become the pattern with these breaks."""
        r = len(breaks)
        self.breaks = breaks
        sums.boundaries.take(breaks, 1, self.boundaries.reshape(2, r), "clip")
        np.multiply(sums.overlaps(breaks).reshape(r, r, 2, 2), factor, self._overlaps)
        np.multiply(sums.products.take(breaks, axis=0), -factor, self._products)
        return self


class SingleRunStepper:
    """One run of a network with one output, x (1, 2r): few array operations per step, none of them in N."""

    def __init__(self, sums: HalfLineSums, x: np.ndarray, step_size: np.ndarray):
        r = len(sums.bias)
        self._sums = sums
        self._factor = -2.0 * sums.loss_scale * float(step_size[0])
        self._w = x[0, :r].copy()
        self._vvb = np.concatenate([x[0, r:], x[0, r:], -sums.bias])  # V twice: see _run
        self._v = self._vvb[r : 2 * r]
        self._thresholds = boundary_thresholds(sums.bias)
        self._patterns = {}
        self._misses = 0  # searches in a row that found no known pattern
        self._passing = _Pattern(r)  # a pattern that is not kept
        with np.errstate(all="ignore"):
            self._pattern = self._pattern_with(self._all_breaks())

    @property
    def x(self):
        """The present state, (1, 2r)."""
        return np.concatenate([self._w, self._v])[None]

    def advance(self, n_steps):
        """Take n_steps steps."""
        self._run(n_steps, None)

    def record(self, out):
        """Take len(out) steps and write the state after each into out, (n, 1, 2r)."""
        self._run(len(out), out)

    def _run(self, n_steps, out):
        """The loop over the steps, written for the least number of array operations."""
        multiply, add, less, dot = np.multiply, np.add, np.less, np.dot
        r, w, v, pattern = len(self._w), self._w, self._v, self._pattern
        vv, v_again, u = self._vvb[: 2 * r], self._vvb[:r], self._vvb[r:]  # (V, V), V, (V, −b)
        z, t, dv, products = np.ones(2 * r + 1), np.empty(2 * r), np.empty(r), np.empty(2 * r)
        z1, z0, t1, t0, minus_b = z[:r], z[r:-1], t[:r], t[r:], u[r:]
        thresholds = self._thresholds.ravel()
        flags = bytearray(2 * r)  # the same memory as `crossed`: looking for a 1 in it is cheaper than any()
        crossed = np.frombuffer(flags, bool)
        with np.errstate(all="ignore"):
            for k in range(n_steps):
                successors = pattern.successors
                for pattern in successors:
                    multiply(vv, pattern.boundaries, products)
                    less(products, thresholds, crossed)
                    if 1 not in flags:
                        break
                else:
                    pattern = self._pattern_with(self._breaks_after(pattern, flags))
                if successors and pattern is not successors[0]:
                    _move_to_front(successors, pattern)
                multiply(v, w, z1)
                multiply(minus_b, w, z0)
                dot(pattern.matrix, z, t)
                multiply(w, t1, dv)
                multiply(u, t, t)
                add(w, t1, w)
                add(w, t0, w)
                add(v, dv, v)
                v_again[...] = v
                if out is not None:
                    out[k, 0, :r] = w
                    out[k, 0, r:] = v
        self._pattern = pattern

    def _all_breaks(self):
        return self._sums.breaks(self._v, self._sums.bias, self._thresholds)

    def _breaks_after(self, pattern, flags):
        """The breaks of the present V, given which boundary tests of `pattern` fail."""
        if pattern is self._passing or flags.count(1) > FEW_UNITS:
            return self._all_breaks()
        r, breaks, j = len(self._w), pattern.breaks.copy(), flags.find(1)
        while j >= 0:
            breaks[j % r] = self._sums.break_of(j % r, self._vvb.item(j))
            j = flags.find(1, j + 1)
        return breaks

    def _pattern_with(self, breaks):
        """The pattern with these breaks, from memory where it was met before.

        Where breakpoints cross samples at every step no pattern recurs: then it is not kept, save for one
        in RETRY_AFTER, by which a cycle that sets in is noticed.
        """
        key = breaks.tobytes()
        pattern = self._patterns.get(key)
        if pattern is not None:
            self._misses = 0
            return pattern
        self._misses += 1
        rests = self._misses > PATIENCE + 1 and key == self._passing.breaks.tobytes()
        if self._misses > PATIENCE and self._misses % RETRY_AFTER and not rests:
            return self._passing.fill(self._sums, breaks, self._factor)
        if len(self._patterns) == MAX_PATTERNS:
            self._forget_patterns()
        pattern = self._patterns[key] = _Pattern(len(breaks)).fill(self._sums, breaks, self._factor)
        pattern.successors.append(pattern)
        return pattern

    def _forget_patterns(self):
        for pattern in self._patterns.values():
            pattern.successors[:] = [pattern]  # no chain of references outlives the memory
        self._patterns.clear()


def _move_to_front(successors, pattern):
    """Make `pattern` the first guess next time, and drop the oldest guess beyond MAX_GUESSES."""
    if pattern in successors:
        successors.remove(pattern)
    successors.insert(0, pattern)
    del successors[MAX_GUESSES:]


class ManyRunsStepper:
    """Runs x (lanes, n_params) advanced together, in blocks of lanes that fit the cache."""

    def __init__(self, sums: HalfLineSums, x: np.ndarray, step_size: np.ndarray):
        size = max(1, BLOCK_NUMBERS // x.shape[1])
        self._x = x
        self._parts = [slice(i, i + size) for i in range(0, len(x), size)]
        self._blocks = [_Block(sums, x[part], step_size[part]) for part in self._parts]

    @property
    def x(self):
        """The present states, (lanes, n_params)."""
        for part, block in zip(self._parts, self._blocks):
            block.read(self._x[part])
        return self._x

    def advance(self, n_steps):
        """Take n_steps steps."""
        with np.errstate(all="ignore"):
            for block in self._blocks:
                for k in range(n_steps):
                    if k % CHECK_EVERY == CHECK_EVERY - 1 and block.escaped():
                        break
                    block.step()

    def record(self, out):
        """Take len(out) steps and write the state after each into out, (n, lanes, n_params)."""
        with np.errstate(all="ignore"):
            for part, block in zip(self._parts, self._blocks):
                for row in out[:, part]:
                    block.step()
                    block.read(row)


class _Block:
    """Runs in the last axis, units in the axis before, sorted in every run by where their break lies.

    Between two neighbouring breaks the residual is linear in x: Σ_{k active} z_k·(x, 1) − y. Its sums over
    the r + 1 segments between breaks, added up from the left or from the right, are every unit's t.
    """

    def __init__(self, sums: HalfLineSums, x, step_size):
        m, r, lanes = sums.n_outputs, len(sums.bias), len(x)
        self._sums = sums
        self._factor = -2.0 * sums.loss_scale * step_size
        self._reals = np.empty((m + 6, r, lanes))  # everything that is sorted: views of it follow
        self._w, self._u = self._reals[:m], self._reals[m : m + 2]  # W and (V, −b)
        self._thresholds, self._boundaries = self._reals[m + 2 : m + 4], self._reals[m + 4 :]
        self._w[...] = x[:, : m * r].T.reshape(m, r, lanes)
        self._u[0], self._u[1] = x[:, m * r :].T, -sums.bias[:, None]
        self._thresholds[...] = boundary_thresholds(sums.bias)[..., None]
        self._units, self._p = np.empty((2, r, lanes), int)
        self._units[...] = np.arange(r)[:, None]
        self._falling = np.empty((r, lanes), bool)
        self._signs = np.empty((2, r, lanes))  # the change of activity at the break, and activity before it
        self._before = np.zeros((4 + 2 * m, r + 2, lanes))  # Σ (x², x, x, 1) and (xy, y) before each break
        self._before[:4, -1] = sums.moments[-1][:, None]
        self._before[4:, -1] = sums.products[-1][:, None]
        self._segments = np.empty((4 + 2 * m, r + 1, lanes))
        below = np.tri(r + 1)
        self._accumulate = below  # from segment sums to sums up to and including a segment
        self._add_up = np.concatenate([below[:r], 1.0 - below[:r]])  # to sums before, and sums after, a break
        with np.errstate(all="ignore"):
            self._relocate(np.ones((r, lanes), bool))

    def read(self, out):
        """Write the states, (lanes, n_params), units in their own order."""
        _, r, lanes = self._w.shape
        columns = np.arange(lanes)
        for a, values in enumerate((*self._w, self._u[0])):
            out[:, a * r : (a + 1) * r][columns, self._units] = values

    def escaped(self):
        """Whether no run is finite any more."""
        return not np.isfinite(self._w).all(axis=(0, 1)).any()

    def step(self):
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

    def _sums_over_active(self, z):
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

    def _relocate(self, crossed):
        """Locate the units in `crossed`, (r, lanes), again, and put the units of every run in order."""
        at = np.nonzero(crossed)
        bias = -self._u[1][at]
        breaks = self._sums.breaks(self._u[0][at], bias, boundary_thresholds(bias))
        self._boundaries[:, *at] = self._sums.boundaries.take(breaks, axis=1)
        self._set_breaks(at, breaks % (self._sums.n_points + 1), breaks > self._sums.n_points)
        unsorted = np.flatnonzero((self._p[1:] < self._p[:-1]).any(axis=0))
        if unsorted.size:
            order = np.argsort(self._p[:, unsorted], axis=0, kind="stable")
            self._reals[:, :, unsorted] = self._reals[:, order, unsorted]
            self._units[:, unsorted] = self._units[order, unsorted]
            p, falling = self._p[order, unsorted], self._falling[order, unsorted]
            self._set_breaks((slice(None), unsorted), p, falling)
        np.subtract(self._before[:, 1:], self._before[:, :-1], out=self._segments)

    def _set_breaks(self, at, p, falling):
        """Enter what follows from the breaks of the units in the places `at` of (r, lanes)."""
        self._p[at], self._falling[at] = p, falling
        self._signs[0][at] = 1.0 - 2.0 * falling
        self._signs[1][at] = falling
        places = self._before[:, 1:-1]
        places[:4, *at] = np.moveaxis(self._sums.moments.take(p, axis=0), -1, 0)
        places[4:, *at] = np.moveaxis(self._sums.products.take(p + self._sums.n_points + 1, axis=0), -1, 0)
