"""A function that somebody typed, `UserFunction("x^4/4 - x^2/2")`, as an Objective with exact derivatives."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags
from stepsize_core.checks import count
from stepsize_core.equilibria.branches import find_equilibria, sign_changes
from stepsize_core.expressions import Compiled, compiled, latex
from stepsize_core.expressions.program import Listing, Program
from stepsize_core.expressions.sides import Index
from stepsize_core.objectives import Objective
from stepsize_core.steppers import FloatStepper, Stepper

HIGHEST_ORDER = 4
BESIDE = 1e-9  # absolute, and relative to x: so close to a kink the sides are looked at
AROUND = 1e-6  # relative to max(1, |x|): a point between two flats is looked at from there
KNOWN_WINDOW = (-10.0, 10.0)  # where `equilibria` looks
MOST_KNOWN = 64  # more equilibria than these are left to be found by each run
GRADIENTS = {1: ((0,),), 2: ((0,), (1,))}
VALUE = ((),)
HESSIANS = {1: ((0, 0),), 2: ((0, 0), (0, 1), (1, 1))}


@dataclass(frozen=True)
class UserFunction(Objective):
    """f(x), or f(x, y), from its text in the language of `stepsize_core.expressions`.

    text: at most 200 characters of numbers, x, y, + − * / ^, parentheses, pi, e, where(x < 0, a, b) and the
    names of `expressions.tree.FUNCTIONS`, as people, programs and LaTeX write them. A function of x alone has
    scalar states, one that names y has states (x, y). Derivatives are exact. At a kink they are what all
    sides share; where f′ jumps the sub-gradient is 0 for abs and relu, that of the first argument for max and
    min and that of the branch taken for where, and where f″ (or a higher derivative) of a function of x jumps
    it is the mean of both sides. Outside the domain (see `defined`) value and derivatives are NaN.
    Raises ValueError (ExpressionError) that says what was expected and at which character.
    """

    text: str

    def __post_init__(self) -> None:
        read = compiled(self.text)
        object.__setattr__(self, "state_shape", () if read.variables == 1 else (2,))
        object.__setattr__(self, "restricted", read.restricted)

    @property
    def latex(self) -> str:
        """f(x) = … or f(x, y) = … in LaTeX, written from what was read and not from the text."""
        variables = "x, y" if self.state_shape else "x"
        return f"f({variables}) = {latex(self._compiled.tree)}"

    @property
    def taken_for_x(self) -> str:
        """The name in the text that was read as x, such as w; "" where x stands there itself."""
        return self._compiled.taken_for_x

    def value(self, x: ArrayLike) -> Array:
        """f, shape batch."""
        return self._evaluated(x, ((),))[0]

    def gradient(self, x: ArrayLike) -> Array:
        """∇f, shape batch + state_shape; a new array."""
        parts = self._evaluated(x, GRADIENTS[self._compiled.variables])
        return np.stack(parts, axis=-1) if self.state_shape else parts[0]

    def hessian(self, x: ArrayLike) -> Array:
        """∇²f, shape batch + state_shape + state_shape."""
        parts = self._evaluated(x, HESSIANS[self._compiled.variables])
        if not self.state_shape:
            return parts[0]
        xx, xy, yy = parts
        return np.stack([xx, xy, xy, yy], axis=-1).reshape(*xx.shape, 2, 2)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order, 0 to 4, of a function of x alone; shape batch.

        Raises ValueError for another order or a function of two variables.
        """
        order = count("order", order, at_least=0)
        if order > HIGHEST_ORDER or self.state_shape:
            raise ValueError(f"order must be at most {HIGHEST_ORDER}, for a function of x alone, got {order}")
        return self._evaluated(x, ((0,) * order,))[0]

    def one_sided(self, x: ArrayLike, order: int, side: int) -> Array:
        """The limit of the derivative of order 0 to 4 towards x from below (side −1) or above (1), exact.

        Of a function of x alone, shape batch; a point that `kinks` returns counts as the exact kink.
        """
        x, found = np.asarray(x, float), np.array(self.derivative(x, order))
        beside = [x - BESIDE * np.abs(x), x + BESIDE * np.abs(x)]
        at_kink = np.zeros(x.shape, bool)
        for here, *near in zip(*(self._arguments(place) for place in (x, *beside))):
            at_kink |= (np.abs(here) <= BESIDE) | ~(np.sign(near[0]) * np.sign(near[1]) > 0.0)
        sides = self._compiled.sides
        found[at_kink] = [sides.one_sided(place, order, side) for place in x[at_kink].tolist()]
        return found

    def kinks(self, low: float, high: float) -> Array:
        """The points of [low, high], ascending, where f is defined and f′ or f″ jumps or is infinite.

        Sought where the argument of a kink changes its sign, on the grid of `find_equilibria`.
        """
        return np.array(_kinks(self, float(low), float(high)))

    def flat(self, x: ArrayLike) -> Flags:
        """Where f is constant around x by its formula, shape batch: with every max, min, abs, sign, relu
        and where replaced by the branch taken at x, its derivatives are the number 0."""
        x = np.asarray(x, float)
        if self.state_shape:
            return self._flat(x)
        away = AROUND * np.maximum(1.0, np.abs(x))
        return self._flat(x) | (self._flat(x - away) & self._flat(x + away))

    def _flat(self, x: Array) -> Flags:
        known = self._compiled.sides.flat(self._arguments(x), self._columns(x)[0].shape)
        return known & self.defined(x)

    def listing(self, order: int = 1) -> Listing | None:
        """The program of f (order 0) or ∇f (order 1)."""
        orders = GRADIENTS[self._compiled.variables] if order else ((),)
        return self._compiled.program(*orders).listing

    def gradient_at(self, x: float) -> float:
        """f′ at a plain float, of a function of x alone."""
        slope, *arguments = _program(self.text, GRADIENTS[1]).on_floats(x)
        return _tied_slope(self.text, x) if 0.0 in arguments and slope == slope else slope

    def defined(self, x: ArrayLike) -> Flags:
        """Where f and ∇f are defined: bool, shape batch; False where a component is NaN."""
        columns = self._columns(x)
        known: Flags = ~np.any(np.isnan(np.stack(columns)), axis=0)
        if not self.restricted:
            return known
        return known & np.broadcast_to(self._compiled.domain.on_arrays(*columns)[0], known.shape)

    @property
    def equilibria(self) -> tuple[float, ...]:  # type: ignore[override]  # sought when first asked for
        """The zeros of f′ found in KNOWN_WINDOW (see `find_equilibria` for what may be missed), for a
        function of x alone; none where they are MOST_KNOWN or more, as on a flat stretch."""
        return _known_equilibria(self)

    def stepper(self, x: Array, step_size: Array) -> Stepper:
        """A single run in plain floats, many on arrays: the same states up to rounding."""
        if len(x) == 1 and self.state_shape:
            return _PlaneStepper(self._compiled.program(*GRADIENTS[2]).on_floats, x, step_size)
        return super().stepper(x, step_size)

    @property
    def _compiled(self) -> Compiled:
        return compiled(self.text)

    def _columns(self, x: ArrayLike) -> list[Array]:
        """x and, of a function of two variables, y: each of shape batch."""
        x = np.asarray(x, float)
        return [x[..., 0], x[..., 1]] if self.state_shape else [x]

    def _evaluated(self, x: ArrayLike, orders: tuple[Index, ...]) -> list[Array]:
        """The derivatives of these orders, new arrays of shape batch."""
        columns = self._columns(x)
        found = _program(self.text, orders).on_arrays(*columns)
        parts = [_owned(part, columns) for part in found[: len(orders)]]
        arguments = found[len(orders) :]
        if any(np.count_nonzero(argument) < argument.size for argument in arguments):
            tied = np.any([u == 0.0 for u in arguments], axis=0) & self.defined(x)
            places = np.stack([column[tied] for column in columns], axis=-1)
            choice = self._compiled.program(*orders).on_arrays
            for part, values in zip(parts, self._compiled.sides.mend(choice, places, orders)):
                part[tied] = values
        return parts

    def _arguments(self, x: Array) -> list[Array]:
        """What is 0 at the kinks, at points of any batch shape."""
        columns = self._columns(x)
        found = self._compiled.program(arguments=True).on_arrays(*columns)
        return [np.broadcast_to(u, columns[0].shape) for u in found]


@lru_cache(maxsize=1024)
def _program(text: str, orders: tuple[Index, ...]) -> Program:
    """The derivatives of these orders and, of all but the value, the arguments of the kinks."""
    return compiled(text).program(*orders, arguments=orders != VALUE)


@lru_cache(maxsize=4096)
def _tied_slope(text: str, x: float) -> float:
    """f′ where an argument of a kink is 0: runs that have come to rest on one stay there."""
    read, orders = compiled(text), GRADIENTS[1]
    return float(read.sides.mend(read.program(*orders).on_arrays, np.array([[x]]), orders)[0, 0])


@lru_cache(maxsize=256)
def _kinks(function: UserFunction, low: float, high: float) -> tuple[float, ...]:
    read, found = compiled(function.text), set[float]()
    for i in range(len(read.sides.arguments)):
        found |= set(sign_changes(partial(_argument, function, i), low, high).tolist())
    places = np.array(sorted(found))
    return tuple(x for x in places[function.defined(places)].tolist() if read.sides.kinked_at(x))


def _argument(function: UserFunction, i: int, x: Array) -> Array:
    return function._arguments(x)[i]


@lru_cache(maxsize=256)
def _known_equilibria(function: UserFunction) -> tuple[float, ...]:
    if function.state_shape:
        return ()
    found = find_equilibria(function, *KNOWN_WINDOW)
    return tuple(found.tolist()) if len(found) < MOST_KNOWN else ()


class _PlaneStepper(FloatStepper):
    """One run of a function of two variables in plain Python floats."""

    @property
    def slope(self) -> Callable[[complex], complex]:
        """∂f/∂x + i ∂f/∂y at x + iy."""
        along = self._slope
        return lambda z: complex(*along(z.real, z.imag))

    def _steps(self, n_steps: int) -> Iterator[tuple[float, float]]:
        """Yield the next n_steps states, fewer if the run leaves the finite numbers."""
        (x, y), delta, slope = self._state, self._delta, self._slope
        for _ in range(n_steps):
            if not (math.isfinite(x) and math.isfinite(y)):
                break
            along_x, along_y = slope(x, y)
            x, y = x - delta * along_x, y - delta * along_y
            self._state = (x, y)
            yield x, y


def _owned(part: Any, columns: list[Array]) -> Array:
    """A float array of the shape of the columns that is none of them."""
    shape = columns[0].shape
    if np.shape(part) != shape:
        return np.full(shape, float(part))
    return part.copy() if any(part is column for column in columns) else np.asarray(part, float)
