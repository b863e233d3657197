"""A function that somebody typed, `UserFunction("x^4/4 - x^2/2")`, as an Objective with exact derivatives."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags
from stepsize_core.checks import count
from stepsize_core.equilibria.branches import find_equilibria
from stepsize_core.expressions import Compiled, compiled, latex
from stepsize_core.expressions.compiled import Index
from stepsize_core.expressions.program import Listing
from stepsize_core.objectives import Objective
from stepsize_core.steppers import FloatStepper, Stepper

HIGHEST_ORDER = 4
KNOWN_WINDOW = (-10.0, 10.0)  # where `equilibria` looks
MOST_KNOWN = 64  # more equilibria than these are left to be found by each run
GRADIENTS = {1: ((0,),), 2: ((0,), (1,))}
HESSIANS = {1: ((0, 0),), 2: ((0, 0), (0, 1), (1, 1))}


@dataclass(frozen=True)
class UserFunction(Objective):
    """f(x), or f(x, y), from its text in the language of `stepsize_core.expressions`.

    text: at most 200 characters of numbers, x, y, + − * / ^, parentheses, pi, e, abs, sign, sqrt, exp, log,
    sin, cos, tan, tanh, softplus, relu, max and min. A function of x alone has scalar states, one that names
    y has states (x, y). Derivatives are exact. At a kink the sub-gradient is 0 for abs and relu, and that of
    the first argument for max and min. Outside the domain (see `defined`) value and derivatives are NaN.
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

    def listing(self, order: int = 1) -> Listing | None:
        """The program of f (order 0) or f′ (order 1), of a function of x alone; None for one of x and y."""
        return None if self.state_shape else self._compiled.program((0,) * order).listing

    def gradient_at(self, x: float) -> float:
        """f′ at a plain float, of a function of x alone."""
        return self._compiled.program((0,)).on_floats(x)[0]

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
        found = self._compiled.program(*orders).on_arrays(*columns)
        return [_owned(part, columns) for part in found]


@lru_cache(maxsize=256)
def _known_equilibria(function: UserFunction) -> tuple[float, ...]:
    if function.state_shape:
        return ()
    found = find_equilibria(function, *KNOWN_WINDOW)
    return tuple(found.tolist()) if len(found) < MOST_KNOWN else ()


class _PlaneStepper(FloatStepper):
    """One run of a function of two variables in plain Python floats."""

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
