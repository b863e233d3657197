"""What gradient descent is run on: the class Objective and the paper's three scalar functions.

States: `x` has shape batch + state_shape; state_shape is () for a function of one variable and (n,) for
a vector of n parameters. All quantities are dimensionless.
"""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.polynomial import Polynomial
from numpy.polynomial.polynomial import polyval
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from stepsize_core.arrays import Array, ArrayLike, Flags
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.expressions import LARGEST_EXPONENT, compiled
from stepsize_core.expressions.program import Listing, whole_power
from stepsize_core.steppers import FloatStepper, PlainStepper, Stepper

Real = TypeVar("Real", float, Array)


class Objective:
    """A function to be minimized, evaluated on a whole batch of states at once: subclass it for your own.

    An own objective gives `value`, `gradient` and `hessian`, and `state_shape` unless its variable is a
    scalar. It may override everything else; the defaults serve every function that is smooth everywhere.

    state_shape    () for a scalar variable, (n,) for a vector of n parameters
    restricted     whether f or ∇f is undefined somewhere; then `defined` says where
    equilibria     zeros of f′ that are known (scalar variable), ascending; a run is compared with the nearest
    observable     None, or a method x -> batch + (m,) of what the state computes, as a network's predictions:
                   limits are judged on it, because parameters may drift for ever at the same function
    gradient_text  f′ in the language of `stepsize_core.expressions` (scalar variable), or "": equal to
                   `gradient` bit for bit, and what the browser computes while δ is dragged
    """

    state_shape: tuple[int, ...] = ()
    restricted: bool = False
    equilibria: tuple[float, ...] = ()
    observable: Callable[[ArrayLike], Array] | None = None
    gradient_text: str = ""
    _takes_batches = False  # asked once an objective

    def __getstate__(self) -> dict[str, object]:
        """What travels to another process: all but what is computed once and kept."""
        cls = type(self)
        return {n: v for n, v in vars(self).items() if not isinstance(getattr(cls, n, None), cached_property)}

    def value(self, x: ArrayLike) -> Array:
        """f(x), shape batch."""
        raise self._missing("value(x)", "f at states x", "batch")

    def gradient(self, x: ArrayLike) -> Array:
        """∇f(x), shape batch + state_shape; a new array."""
        raise self._missing("gradient(x)", "∇f at states x", "batch + state_shape")

    def hessian(self, x: ArrayLike) -> Array:
        """∇²f(x), shape batch + state_shape + state_shape."""
        raise self._missing("hessian(x)", "∇²f at states x", "batch + state_shape + state_shape")

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order of a function of one variable, shape batch.

        Orders 0, 1 and 2 unless overridden; how stability is lost (`stability_loss`) depends on 3 and 4.
        """
        if order not in (0, 1, 2) or self.state_shape:
            raise self._missing("derivative(x, order)", f"the derivative of order {order}", "batch")
        return (self.value, self.gradient, self.hessian)[order](x)

    def one_sided(self, x: ArrayLike, order: int, side: int) -> Array:
        """The limit of the derivative of the given order towards x from below (side −1) or above (side 1).

        Of a function of one variable, shape batch; the derivative itself unless overridden. At a point that
        `kinks` returns the two sides may differ.
        """
        return self.derivative(x, order)

    def kinks(self, low: float, high: float) -> Array:
        """The points of [low, high], ascending, at which f′ or f″ may jump (scalar variable), to rounding.

        None unless overridden.
        """
        return np.empty(0)

    def flat(self, x: ArrayLike) -> Flags:
        """Where f is known to be constant around x: bool, shape batch.

        Nowhere unless overridden: a gradient that is 0 in floating point may have underflowed.
        """
        return np.zeros(np.shape(x)[: np.ndim(x) - len(self.state_shape)], bool)

    def gradient_at(self, x: float) -> float:
        """f′(x) of a plain float (scalar variable); override it with a formula free of array overhead."""
        return float(self.gradient(np.array([x]))[0])

    def hessian_vector_product(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x)v, shape batch + state_shape; override it where the product costs less than the matrix."""
        if not self.state_shape:
            return self.hessian(x) * np.asarray(v, float)
        return np.einsum("...ij,...j->...i", self.hessian(x), np.asarray(v, float))

    def hessian_operator(self, x: ArrayLike) -> LinearOperator:
        """∇²f at one state as a symmetric operator on (n,); override it where the matrix is too large."""
        n = math.prod(self.state_shape)
        return aslinearoperator(np.reshape(self.hessian(x), (n, n)))

    def defined(self, x: ArrayLike) -> Flags:
        """Where f and ∇f are defined: bool, shape batch. Everywhere, unless overridden."""
        batch_ndim = np.ndim(x) - len(self.state_shape)
        return np.ones(np.shape(x)[:batch_ndim], bool)

    def stepper(self, x: Array, step_size: Array) -> Stepper:
        """Runs from x (lanes,) + state_shape with step sizes (lanes,); x may be written into.

        A single run of a scalar variable goes by `gradient_at`, all others by `gradient`. Override it where
        many steps can be taken faster: the states must equal those of the plain map up to rounding.
        Raises ValueError where `gradient` does not take batches.
        """
        self.check_batches()
        if len(x) == 1 and not self.state_shape:
            return FloatStepper(self.gradient_at, x, step_size)
        return PlainStepper(self.gradient, x, step_size)

    def listing(self) -> Listing | None:
        """The program of ∇f as plain data, for another machine to run; None where there is no formula."""
        return compiled(self.gradient_text).program(()).listing if self.gradient_text else None

    def _missing(self, method: str, what: str, shape: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__} must define {method}: {what}, shape {shape}")

    def check_batches(self) -> None:
        """Raise ValueError unless `gradient` answers several states at once."""
        if self._takes_batches:
            return
        states = np.ones((3 if 2 in self.state_shape else 2, *self.state_shape))
        rule = f"{type(self).__name__}.gradient must take states of shape batch + {self.state_shape}"
        try:
            with np.errstate(all="ignore"):
                shape = np.shape(self.gradient(states))
        except NotImplementedError:
            raise
        except Exception as error:
            raise ValueError(f"{rule}; given shape {states.shape} it raised {error!r}") from error
        if shape != states.shape:
            raise ValueError(f"{rule} and return that shape; given {states.shape} it returned {shape}")
        object.__setattr__(self, "_takes_batches", True)


def require_objective(objective: Objective, state_shape: tuple[int, ...] | None = None) -> None:
    """Raise TypeError unless objective is one, ValueError unless its states have this shape, where given."""
    if not isinstance(objective, Objective):
        raise TypeError(f"objective must be a subclass of stepsize_core.Objective, got {objective!r}")
    if state_shape is not None and tuple(objective.state_shape) != state_shape:
        raise ValueError(
            f"objective must have states of shape {state_shape}, got {objective!r} with "
            f"{tuple(objective.state_shape)}"
        )


def start_states(objective: Objective, x0: ArrayLike, *, name: str = "x0") -> Array:
    """`x0` as finite states of `objective`: shape batch + state_shape.

    Raises TypeError where objective is none, ValueError where x0 has another shape or is not finite.
    """
    require_objective(objective)
    states = finite(name, x0)
    state_shape = tuple(objective.state_shape)
    if states.shape[max(states.ndim - len(state_shape), 0) :] != state_shape:
        raise ValueError(f"{name} must have a shape that ends in {state_shape}, got {states.shape}")
    return states


def start_lanes(
    objective: Objective, x0: ArrayLike, step_size: ArrayLike
) -> tuple[Array, Array, tuple[int, ...]]:
    """A batch of runs in one row: starts (lanes,) + state_shape, step sizes (lanes,), and the batch's shape.

    Raises like `start_states`, and ValueError where step_size is not positive and finite or does not
    broadcast against the batch of x0.
    """
    states, deltas = start_states(objective, x0), positive_finite("step_size", step_size)
    state_shape = tuple(objective.state_shape)
    starts = states.shape[: states.ndim - len(state_shape)]
    try:
        batch = np.broadcast_shapes(starts, deltas.shape)
    except ValueError as error:
        raise ValueError(
            f"step_size of shape {deltas.shape} must broadcast against the batch shape {starts} of x0"
        ) from error
    x = np.broadcast_to(states, batch + state_shape).reshape(-1, *state_shape)
    return x.copy(), np.broadcast_to(deltas, batch).reshape(-1), batch


@dataclass(frozen=True)
class ThreeHalvesPower(Objective):
    """f₁(x) = ⅔|x|^{3/2}: convex, one minimum at 0 where the curvature is infinite (Example 1)."""

    equilibria = (0.0,)
    gradient_text = "sign(x)*sqrt(abs(x))"

    def value(self, x: ArrayLike) -> Array:
        """f₁(x), shape batch."""
        return 2.0 / 3.0 * np.abs(x) ** 1.5

    def gradient(self, x: ArrayLike) -> Array:
        """f₁′(x) = sign(x)√|x|, shape batch."""
        x = np.asarray(x, float)
        return np.copysign(np.sqrt(np.abs(x)), x)

    def gradient_at(self, x: float) -> float:
        """f₁′ of a float."""
        return math.copysign(math.sqrt(abs(x)), x)

    def hessian(self, x: ArrayLike) -> Array:
        """f₁″(x) = 1/(2√|x|), +∞ at 0; shape batch."""
        return self.derivative(x, 2)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order, 0 to 4; even orders are even functions, infinite at 0."""
        x = np.asarray(x, float)
        if order < 2:
            return self.value(x) if order == 0 else self.gradient(x)
        coefficient = {2: 1 / 2, 3: -1 / 4, 4: 3 / 8}[order]
        with np.errstate(divide="ignore"):
            magnitude = coefficient * np.abs(x) ** (1.5 - order)
        return magnitude * np.sign(x) ** order if order == 3 else magnitude


@dataclass(frozen=True)
class TwoMinima(Objective):
    """f₂(x) = (x² + 1)(x − 1)²(x − 2)²: global minima at 1 and 2, f″ = 4 and 10 there (Example 2)."""

    equilibria = (1.0, float(np.roots([3.0, -6.0, 4.0, -3.0]).real.max()), 2.0)
    gradient_text = "(x-1)*(x-2)*(((6*x-12)*x+8)*x-6)"

    def value(self, x: ArrayLike) -> Array:
        """f₂(x), shape batch."""
        x = np.asarray(x, float)
        return (x * x + 1.0) * ((x - 1.0) * (x - 2.0)) ** 2

    def gradient(self, x: ArrayLike) -> Array:
        """f₂′(x), shape batch, from factors that vanish exactly at 1 and at 2."""
        return self.gradient_at(np.asarray(x, float))

    def gradient_at(self, x: Real) -> Real:
        """f₂′(x) = (x − 1)(x − 2)(6x³ − 12x² + 8x − 6); works on floats and arrays alike."""
        return (x - 1.0) * (x - 2.0) * (((6.0 * x - 12.0) * x + 8.0) * x - 6.0)

    def hessian(self, x: ArrayLike) -> Array:
        """f₂″(x), shape batch."""
        return self.derivative(x, 2)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order, 0 to 4."""
        if order < 2:
            return self.value(x) if order == 0 else self.gradient(x)
        return polyval(np.asarray(x, float), self._derivatives[order])

    @cached_property
    def _derivatives(self) -> tuple[Array, ...]:
        """Coefficients of f₂ and its derivatives up to the fourth, ascending: small integers, so exact."""
        q = Polynomial([2.0, -3.0, 1.0])
        f = Polynomial([1.0, 0.0, 1.0]) * q**2
        return tuple(np.asarray(f.deriv(order).coef, float) for order in range(5))


@dataclass(frozen=True)
class EvenPower(Objective):
    """f₃(x) = x^L with L even and larger than 2: curvature 0 at the minimum (Example 3).

    gradient_text is empty where the language of expressions has no exponent so large.
    """

    power: int = 4
    _squares: tuple[bool, ...] = field(init=False, repr=False, compare=False)  # see `gradient_at`

    equilibria = (0.0,)

    def __post_init__(self) -> None:
        power = count("power", self.power)
        if power % 2 or power <= 2:
            raise ValueError(f"power must be an even integer larger than 2, got {self.power!r}")
        object.__setattr__(self, "_squares", tuple(bit == "1" for bit in reversed(f"{power - 1:b}"[:-1])))
        if power - 1 <= LARGEST_EXPONENT:
            object.__setattr__(self, "gradient_text", f"{power}*x^{power - 1}")

    def value(self, x: ArrayLike) -> Array:
        """x^L, shape batch."""
        return self.derivative(x, 0)

    def gradient(self, x: ArrayLike) -> Array:
        """L x^{L−1}, shape batch."""
        return self.derivative(x, 1)

    def gradient_at(self, x: float) -> float:
        """L x^{L−1} of a float by the products of `gradient`; ±∞ where the power overflows.

        _squares: which of x², x⁴, x⁸, … are factors of x^{L−1}, beside x itself.
        """
        result = square = x
        for wanted in self._squares:
            square *= square
            if wanted:
                result *= square
        return self.power * result

    def hessian(self, x: ArrayLike) -> Array:
        """L(L−1) x^{L−2}, shape batch."""
        return self.derivative(x, 2)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """L!/(L−order)! · x^{L−order}, order 0 to 4."""
        return math.perm(self.power, order) * integer_power(np.asarray(x, float), self.power - order)


def integer_power(x: Array, exponent: int) -> Array:
    """x^exponent by repeated squaring: NumPy's own float power is several times slower."""
    return whole_power(x, exponent, operator.mul) if exponent else np.ones_like(x)
