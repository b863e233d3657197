"""What gradient descent is run on: the Objective protocol and the paper's three scalar functions.

States: `x` has shape batch + state_shape; state_shape is () for a function of one variable and (n,) for
a vector of n parameters. All quantities are dimensionless.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.polynomial import Polynomial
from numpy.polynomial.polynomial import polyval

from stepsize_core.checks import count


@runtime_checkable
class Objective(Protocol):
    """A function to be minimized, evaluated on a whole batch of states at once.

    An objective that knows a faster exact way to take many steps may also offer
    ``stepper(x, step_size) -> Stepper`` (see `stepsize_core.descent`). One that is undefined somewhere has
    ``restricted`` = True and says by ``defined(x)``, bool of shape batch, where it and its gradient are not.
    """

    @property
    def state_shape(self) -> tuple[int, ...]:
        """() for a scalar variable, (n,) for a vector of n parameters."""

    def value(self, x: np.ndarray) -> np.ndarray:
        """f(x), shape batch."""

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """∇f(x), shape batch + state_shape; a new array."""

    def hessian(self, x: np.ndarray) -> np.ndarray:
        """∇²f(x), shape batch + state_shape + state_shape."""


class ScalarObjective(Protocol):
    """An Objective of one variable that also knows its higher derivatives and its equilibria."""

    state_shape: tuple[()]

    def value(self, x: np.ndarray) -> np.ndarray: ...
    def gradient(self, x: np.ndarray) -> np.ndarray: ...
    def hessian(self, x: np.ndarray) -> np.ndarray: ...

    def derivative(self, x: np.ndarray, order: int) -> np.ndarray:
        """The derivative of the given order (0 to 4), shape batch."""

    def gradient_at(self, x: float) -> float:
        """f′(x) of a plain float: the same formula without array overhead."""

    @property
    def equilibria(self) -> tuple[float, ...]:
        """Every zero of f′, ascending."""


@dataclass(frozen=True)
class ThreeHalvesPower:
    """f₁(x) = ⅔|x|^{3/2}: convex, one minimum at 0 where the curvature is infinite (Example 1)."""

    state_shape = ()
    equilibria = (0.0,)

    def value(self, x):
        """f₁(x), shape batch."""
        return 2.0 / 3.0 * np.abs(x) ** 1.5

    def gradient(self, x):
        """f₁′(x) = sign(x)√|x|, shape batch."""
        x = np.asarray(x, float)
        return np.copysign(np.sqrt(np.abs(x)), x)

    def gradient_at(self, x):
        """f₁′ of a float."""
        return math.copysign(math.sqrt(abs(x)), x)

    def hessian(self, x):
        """f₁″(x) = 1/(2√|x|), +∞ at 0; shape batch."""
        return self.derivative(x, 2)

    def derivative(self, x, order):
        """The derivative of the given order, 0 to 4; even orders are even functions, infinite at 0."""
        x = np.asarray(x, float)
        if order < 2:
            return self.value(x) if order == 0 else self.gradient(x)
        coefficient = {2: 1 / 2, 3: -1 / 4, 4: 3 / 8}[order]
        with np.errstate(divide="ignore"):
            magnitude = coefficient * np.abs(x) ** (1.5 - order)
        return magnitude * np.sign(x) ** order if order == 3 else magnitude


@dataclass(frozen=True)
class TwoMinima:
    """f₂(x) = (x² + 1)(x − 1)²(x − 2)²: global minima at 1 and 2, f″ = 4 and 10 there (Example 2)."""

    state_shape = ()

    def value(self, x):
        """f₂(x), shape batch."""
        x = np.asarray(x, float)
        return (x * x + 1.0) * ((x - 1.0) * (x - 2.0)) ** 2

    def gradient(self, x):
        """f₂′(x), shape batch, from factors that vanish exactly at 1 and at 2."""
        return self.gradient_at(np.asarray(x, float))

    def gradient_at(self, x):
        """f₂′(x) = (x − 1)(x − 2)(6x³ − 12x² + 8x − 6); works on floats and arrays alike."""
        return (x - 1.0) * (x - 2.0) * (((6.0 * x - 12.0) * x + 8.0) * x - 6.0)

    def hessian(self, x):
        """f₂″(x), shape batch."""
        return self.derivative(x, 2)

    def derivative(self, x, order):
        """The derivative of the given order, 0 to 4."""
        if order < 2:
            return self.value(x) if order == 0 else self.gradient(x)
        return polyval(np.asarray(x, float), self._derivatives[order])

    @cached_property
    def _derivatives(self) -> tuple[np.ndarray, ...]:
        """Coefficients of f₂ and its derivatives up to the fourth, ascending: small integers, so exact."""
        q = Polynomial([2.0, -3.0, 1.0])
        f = Polynomial([1.0, 0.0, 1.0]) * q**2
        return tuple(f.deriv(order).coef for order in range(5))

    @cached_property
    def equilibria(self) -> tuple[float, ...]:
        """1, the local maximum between (the real root of 3x³ − 6x² + 4x − 3), and 2."""
        roots = np.roots([3.0, -6.0, 4.0, -3.0])
        return (1.0, float(roots[np.argmin(np.abs(roots.imag))].real), 2.0)


@dataclass(frozen=True)
class EvenPower:
    """f₃(x) = x^L with L even and larger than 2: curvature 0 at the minimum (Example 3)."""

    power: int = 4

    state_shape = ()
    equilibria = (0.0,)

    def __post_init__(self):
        power = count("power", self.power)
        if power % 2 or power <= 2:
            raise ValueError(f"power must be an even integer larger than 2, got {self.power!r}")

    def value(self, x):
        """x^L, shape batch."""
        return self.derivative(x, 0)

    def gradient(self, x):
        """L x^{L−1}, shape batch."""
        return self.derivative(x, 1)

    def gradient_at(self, x):
        """L x^{L−1} of a float; ±∞ where the power overflows."""
        try:
            return self.power * x ** (self.power - 1)
        except OverflowError:
            return math.copysign(math.inf, x)

    def hessian(self, x):
        """L(L−1) x^{L−2}, shape batch."""
        return self.derivative(x, 2)

    def derivative(self, x, order):
        """L!/(L−order)! · x^{L−order}, order 0 to 4."""
        return math.perm(self.power, order) * integer_power(np.asarray(x, float), self.power - order)


def integer_power(x: np.ndarray, exponent: int) -> np.ndarray:
    """x^exponent by repeated squaring: NumPy's own float power is several times slower."""
    result, square = np.ones_like(x), x
    while exponent:
        if exponent & 1:
            result = result * square
        exponent >>= 1
        if exponent:
            square = square * square
    return result
