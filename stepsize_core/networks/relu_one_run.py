"""Exact gradient descent on one ReLU network with one-dimensional inputs, at a cost that N does not enter.

A pattern says which unit is active on which sample: it is the breaks of `relu_sums`. While it lasts, the sums
t of the gradient are a fixed linear map of z = (W∘V, −W∘b) and 1: one matrix. A step of a run is therefore

1. to ask whether the pattern still holds: 2r products V·x are compared with `boundary_thresholds`;
2. if not, to ask the same of the patterns that followed it before (`successors`): on a cycle they recur;
3. if none of them holds, to locate the breaks and recall their pattern, or make its matrix (`_Map`);
4. to multiply: (t₁, t₀) = matrix·(z, 1), with −2cδ in the matrix; then W += V∘t₁ − b∘t₀ and V += W∘t₁.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.networks.relu_sums import HalfLineSums, boundary_thresholds
from stepsize_core.steppers import BlockStepper

MAX_PATTERNS = 1024  # maps kept by one run: 13 kB each for 20 hidden units
MAX_GUESSES = 4  # successors tried before the breaks are located
FEW_UNITS = 4  # up to this many units are located one by one, more of them together
SEARCH_PATIENCE = 8  # searches without success after which patterns are no longer kept
RETRY_AFTER = 64  # searches after which one is kept all the same


class _Pattern:
    """Which unit is active on which sample, with the map from (z, 1) to −2cδt while that rests."""

    __slots__ = ("boundaries", "breaks", "matrix", "successors")

    def __init__(self, boundaries: Array, breaks: Indices, matrix: Array) -> None:
        self.boundaries, self.breaks, self.matrix = boundaries, breaks, matrix
        self.successors = [self]  # the patterns that came next, the latest first


class _Map:
    """The workshop for matrices: that of the pattern whose breaks were set last, a pattern that is not kept.

    Its entries are −2cδ S_jk and, in the last column, 2cδ Σ (x, 1) y over A_j. With D_j = Σ (x², x; x, 1) of
    the samples before the break of j, the overlap of two units is S_jk = E_jk D_j + F_jk D_k + G_jk D_total.
    E, F and G are 0 or ±1 and depend on which units fall and on the order of the breaks alone: they are made
    again when one of these changes.
    """

    successors = ()

    def __init__(self, sums: HalfLineSums, factor: float) -> None:
        r = len(sums.bias)
        self._sums, self._factor = sums, factor
        self._thresholds = boundary_thresholds(sums.bias)
        self.boundaries = np.empty(2 * r)
        self.matrix = np.empty((2 * r, 2 * r + 1))
        self._overlaps = self.matrix[:, :-1].reshape(2, r, 2, r)  # [a, j, b, k]
        self._targets = self.matrix[:, -1].reshape(2, r).T
        self._moments = np.empty((2, 2, r))  # D, [a, b, unit]
        self._own, self._other = self._moments.transpose(0, 2, 1)[..., None], self._moments[:, None]
        self._terms = np.empty((2, 2, r, 2, r))
        self._e, self._f = np.empty((2, 2, r, 2, r))  # written out: multiplying is faster than broadcasting
        self._falling = np.zeros(r, bool)
        self._offsets = np.zeros(r, int)  # n_points + 1 where a unit falls
        self._order = np.arange(r)
        self._combine(self._order)

    def _combine(self, ranks: Indices) -> None:
        """E, F and G, times −2cδ, for units whose breaks have this order."""
        falling = self._falling
        sign = self._factor * np.where(falling, 1.0, -1.0)
        later = ranks > ranks[:, None]  # [j, k]: the break of k comes after that of j
        self._e[...] = (sign[:, None] * (later == falling))[:, None]
        self._f[...] = (sign * (later != falling[:, None]))[:, None]
        both_rising = ~(falling[:, None] | falling)
        total = self._sums.before[-1]
        self._g = self._factor * total[:4].reshape(2, 1, 2, 1) * both_rising[:, None]
        self._target_signs = -sign[:, None]
        self._target_totals = -self._factor * total[4:] * ~falling[:, None]

    def locate(self, vv: Array) -> Indices:
        """The breaks for hidden weights V, given twice, most cheaply where no V has changed its sign."""
        sums, r = self._sums, len(self._offsets)
        breaks = sums.points.searchsorted(sums.bias / vv[:r])
        breaks += self._offsets
        sums.boundaries.take(breaks, 1, self.boundaries.reshape(2, r), "clip")
        if _any(vv * self.boundaries < self._thresholds.ravel()):  # a sign has changed, or a tie
            breaks = sums.breaks(vv[:r], sums.bias, self._thresholds)
        return breaks

    def set_breaks(self, breaks: Indices) -> None:
        """Become the map of the pattern with these breaks."""
        sums = self._sums
        self.breaks = breaks
        sums.boundaries.take(breaks, 1, self.boundaries.reshape(2, -1), "clip")
        p = self._positions()
        before = sums.before.take(p, axis=0)  # (r, 6)
        self._moments.reshape(4, -1)[...] = before[:, :4].T
        own, other = self._terms
        np.multiply(self._own, self._e, own)
        np.multiply(self._other, self._f, other)
        np.add(own, other, own)
        np.add(own, self._g, self._overlaps)
        np.multiply(before[:, 4:], self._target_signs, self._targets)
        self._targets += self._target_totals

    def _positions(self) -> Indices:
        """The breaks as numbers of samples, with E, F and G for their order."""
        falling = self.breaks > self._sums.n_points
        if not _any(falling != self._falling):
            p = self.breaks - self._offsets
            ordered = p.take(self._order)
            if not _any(ordered[1:] < ordered[:-1]):
                return p
        self._falling = falling
        self._offsets = falling * (self._sums.n_points + 1)
        p = self.breaks - self._offsets
        order = self._order = np.argsort(p, kind="stable")
        self._combine(np.argsort(order))
        return p


class SingleRunStepper(BlockStepper):
    """One run of a network with one output, x (1, 2r): few array operations per step, none of them in N."""

    def __init__(self, sums: HalfLineSums, x: Array, step_size: Array) -> None:
        super().__init__(partial(_Run, sums), x, step_size, 1)


class _Run:
    """The block of one run: its positions are (W, V)."""

    def __init__(self, sums: HalfLineSums, x: Array, step_size: Array) -> None:
        r = len(sums.bias)
        held = np.concatenate([x[0], x[0, r:], -sums.bias])  # W, V, V again and −b: see `_steps`
        self.positions = held[: 2 * r]
        self.patterns = _Patterns(sums, held[r : 3 * r], float(step_size[0]))
        self.step = _steps(self.patterns, held, boundary_thresholds(sums.bias).ravel()).__next__

    def read(self, held: Array, out: Array) -> None:
        """Write what is held like the positions into out, (1, 2r)."""
        out[0] = held

    def carry(self, states: Array) -> Array:
        """States (1, 2r) like the positions."""
        return states[0].copy()

    def escaped(self) -> bool:
        """Whether the run is not finite any more."""
        return not np.isfinite(self.positions).all()


def _steps(patterns: _Patterns, held: Array, thresholds: Array) -> Iterator[None]:
    """Take a step each time, with the least number of array operations. held: (W, V, V, −b), (4r,)."""
    multiply, add, less, dot = np.multiply, np.add, np.less, np.dot
    r = len(held) // 4
    w, v, v_again, minus_b = held.reshape(4, r)
    vv, u = held[r : 3 * r], held[2 * r :]  # (V, V), (V, −b)
    z, t, dv, products = np.ones(2 * r + 1), np.empty(2 * r), np.empty(r), np.empty(2 * r)
    z1, z0, t1, t0 = z[:r], z[r:-1], t[:r], t[r:]
    flags = bytearray(2 * r)  # the same memory as `crossed`: looking for a 1 in it is cheaper than any()
    crossed = np.frombuffer(flags, bool)
    pattern = patterns.first
    while True:
        v_again[...] = v
        successors = pattern.successors
        for pattern in successors:
            multiply(vv, pattern.boundaries, products)
            less(products, thresholds, crossed)
            if 1 not in flags:
                break
        else:
            pattern = patterns.recall(patterns.breaks_after(pattern, flags))
        if successors and pattern is not successors[0]:
            patterns.expect(pattern, successors)
        multiply(v, w, z1)
        multiply(minus_b, w, z0)
        dot(pattern.matrix, z, t)
        multiply(w, t1, dv)
        multiply(u, t, t)
        add(w, t1, w)
        add(w, t0, w)
        add(v, dv, v)
        yield


class _Patterns:
    """The patterns that a run has met, and the map of one that is not kept. vv: (V, V), a view."""

    def __init__(self, sums: HalfLineSums, vv: Array, step_size: float) -> None:
        self._sums, self._vv = sums, vv
        self._map = _Map(sums, -2.0 * sums.loss_scale * step_size)
        self.kept: dict[bytes, _Pattern] = {}
        self._misses = 0  # searches in a row that found no known pattern
        self._passing: bytes | None = None  # the breaks that the map is for, while it is not kept
        with np.errstate(all="ignore"):
            self.first = self.recall(self._map.locate(vv))

    def breaks_after(self, pattern: _Pattern | _Map, flags: bytearray) -> Indices:
        """The breaks of the present V, given which boundary tests of `pattern` fail."""
        if pattern is self._map or flags.count(1) > FEW_UNITS:
            return self._map.locate(self._vv)
        r, breaks, j = len(self._vv) // 2, pattern.breaks.copy(), flags.find(1)
        while j >= 0:
            breaks[j % r] = self._sums.break_of(j % r, self._vv.item(j))
            j = flags.find(1, j + 1)
        return breaks

    def recall(self, breaks: Indices) -> _Pattern | _Map:
        """The pattern with these breaks, from memory where it was met before.

        Where breakpoints cross samples at every step no pattern recurs: then it is not kept, save for one
        in RETRY_AFTER, by which a cycle that sets in is noticed.
        """
        key = breaks.tobytes()
        pattern = self.kept.get(key)
        if pattern is not None:
            self._misses = 0
            return pattern
        self._misses += 1
        rests = key == self._passing
        passing = self._misses > SEARCH_PATIENCE and self._misses % RETRY_AFTER and not rests
        self._passing = key if passing else None
        self._map.set_breaks(breaks)
        if passing:
            return self._map
        if len(self.kept) == MAX_PATTERNS:
            for known in self.kept.values():
                known.successors[:] = [known]  # no chain of references outlives the memory
            self.kept.clear()
        kept = self.kept[key] = _Pattern(self._map.boundaries.copy(), breaks, self._map.matrix.copy())
        return kept

    def expect(self, pattern: _Pattern | _Map, successors: list[_Pattern]) -> None:
        """Make a kept pattern the first guess next time, and drop the oldest guess beyond MAX_GUESSES."""
        if isinstance(pattern, _Map):
            return
        if pattern in successors:
            successors.remove(pattern)
        successors.insert(0, pattern)
        del successors[MAX_GUESSES:]


def _any(flags: Flags) -> bool:
    """flags.any(), in a third of the time for few flags."""
    return 1 in flags.tobytes()
