"""The exact reduction of a deep linear network with a symmetric target and identity start (paper, Section 3).

All layers stay equal and commute with R, so every eigenvalue λ of R evolves alone: the layers' eigenvalue w
follows w ← w − δ w^{L−1}(w^L − λ) from w[0] = 1, and w^L is the eigenvalue of the estimate. That map is
gradient descent on f(w) = (w^L − λ)²/(2L). All quantities are dimensionless.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite
from stepsize_core.objectives import Objective, integer_power


class _Factorization(Objective):
    """What one eigenvalue and a whole spectrum of them share: the maps, element by element."""

    depth: int
    _lambda: float | Array

    def estimate(self, w: ArrayLike) -> Array:
        """w^L, the eigenvalue of the network's estimate, or those of a spectrum; shape of w."""
        return integer_power(np.asarray(w, float), self.depth)

    def value(self, x: ArrayLike) -> Array:
        """(w^L − λ)²/(2L), shape batch; of a spectrum the sum."""
        costs = (self.estimate(x) - self._lambda) ** 2 / (2 * self.depth)
        return costs.sum(axis=-1) if self.state_shape else costs

    def gradient(self, x: ArrayLike) -> Array:
        """w^{L−1}(w^L − λ), shape of x: from factors, so that it vanishes exactly where w^L = λ."""
        w = np.asarray(x, float)
        power = integer_power(w, self.depth - 1)
        slope = power * w
        slope -= self._lambda
        slope *= power
        return slope

    def _curvature(self, x: ArrayLike) -> Array:
        """(2L − 1)w^{2L−2} − (L − 1)λw^{L−2}, shape of x."""
        w, depth = np.asarray(x, float), self.depth
        if depth == 1:
            return np.ones_like(w)
        power = integer_power(w, depth - 2)
        return power * ((2 * depth - 1) * power * w * w - (depth - 1) * self._lambda)


@dataclass(frozen=True)
class ScalarFactorization(_Factorization):
    """f(w) = (w^L − λ)²/(2L) for one eigenvalue λ (any sign) and depth L ≥ 1: a scalar objective.

    At a solution f″ = Lλ^{2(L−1)/L}, the largest Hessian eigenvalue of the whole network in this direction.
    """

    eigenvalue: float
    depth: int

    def __post_init__(self) -> None:
        eigenvalue = finite("eigenvalue", self.eigenvalue)
        if eigenvalue.ndim:
            raise ValueError(f"eigenvalue must be a single number, got shape {eigenvalue.shape}")
        object.__setattr__(self, "eigenvalue", float(eigenvalue))
        object.__setattr__(self, "_lambda", self.eigenvalue)
        object.__setattr__(self, "depth", count("depth", self.depth))
        object.__setattr__(self, "equilibria", _equilibria(self.eigenvalue, self.depth))

    def gradient_at(self, x: float) -> float:
        """f′ of a float; infinite or NaN where the power overflows."""
        try:
            power = x ** (self.depth - 1)
            return power * (power * x - self.eigenvalue)
        except OverflowError:
            return math.copysign(math.inf, x)

    def hessian(self, x: ArrayLike) -> Array:
        """(2L − 1)w^{2L−2} − (L − 1)λw^{L−2}, shape batch."""
        return self._curvature(x)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order, 0 to 4."""
        if order == 0:
            return self.value(x)
        x, depth = np.asarray(x, float), self.depth
        high, low = (integer_power(x, max(degree - order, 0)) for degree in (2 * depth, depth))
        of_square = math.perm(2 * depth, order) / (2 * depth) * high  # 0 where order exceeds the degree
        return of_square - self.eigenvalue * math.perm(depth, order) / depth * low


@dataclass(frozen=True)
class SpectrumFactorization(_Factorization):
    """Σ_i (w_i^L − λ_i)²/(2L): a whole spectrum as one state (n,), every eigenvalue on its own map.

    The sum is the network's cost divided by L. One step costs a few operations per eigenvalue.
    """

    eigenvalues: Sequence[float]
    depth: int

    def __post_init__(self) -> None:
        eigenvalues = finite("eigenvalues", self.eigenvalues)
        if eigenvalues.ndim != 1 or eigenvalues.size == 0:
            raise ValueError(f"eigenvalues must be a list of numbers, got shape {eigenvalues.shape}")
        object.__setattr__(self, "eigenvalues", tuple(eigenvalues.tolist()))
        object.__setattr__(self, "_lambda", eigenvalues)
        object.__setattr__(self, "state_shape", eigenvalues.shape)
        object.__setattr__(self, "depth", count("depth", self.depth))

    def identity_start(self) -> Array:
        """w = 1 for every eigenvalue: the network started at W_j = I; (n,)."""
        return np.ones(self.state_shape)

    def hessian(self, x: ArrayLike) -> Array:
        """The diagonal matrix of the maps' second derivatives, batch + (n, n)."""
        return self._curvature(x)[..., None] * np.eye(len(self.eigenvalues))

    def hessian_vector_product(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x)v, batch + (n,), without forming the matrix."""
        return self._curvature(x) * np.asarray(v, float)


def _equilibria(eigenvalue: float, depth: int) -> tuple[float, ...]:
    """The real solutions of w^L = λ and, from depth 2 on, the saddle w = 0; ascending."""
    root = math.copysign(abs(eigenvalue) ** (1.0 / depth), eigenvalue)
    points = {0.0} if depth >= 2 else set()
    if depth % 2:
        points.add(root)
    elif eigenvalue > 0:
        points |= {root, -root}
    return tuple(sorted(point + 0.0 for point in points))
