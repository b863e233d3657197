"""Views of an objective: several times it, and as a function of the distance from a point."""

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags
from stepsize_core.checks import finite
from stepsize_core.objectives import Objective

SMALL = 1e-4  # distances from a point below which a slope comes from derivatives there


class Scaled(Objective):
    """a times an objective."""

    def __init__(self, objective: Objective, factor: float) -> None:
        self.objective, self.factor = objective, factor
        self.state_shape, self.restricted = tuple(objective.state_shape), objective.restricted
        self.equilibria = objective.equilibria

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scaled) and (self.factor, self.objective) == (other.factor, other.objective)

    def __hash__(self) -> int:
        return hash((self.factor, self.objective))

    def value(self, x: ArrayLike) -> Array:
        """a·f(x), shape batch."""
        return self.factor * self.objective.value(x)

    def gradient(self, x: ArrayLike) -> Array:
        """a·∇f(x), shape batch + state_shape."""
        return self.factor * self.objective.gradient(x)

    def gradient_at(self, x: float) -> float:
        """a·f′ of a float."""
        return self.factor * self.objective.gradient_at(x)

    def hessian(self, x: ArrayLike) -> Array:
        """a·∇²f(x), shape batch + state_shape + state_shape."""
        return self.factor * self.objective.hessian(x)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """a times the derivative of the given order."""
        return self.factor * self.objective.derivative(x, order)

    def kinks(self, low: float, high: float) -> Array:
        """Those of f."""
        return self.objective.kinks(low, high)

    def one_sided(self, x: ArrayLike, order: int, side: int) -> Array:
        """a times the one-sided derivative."""
        return self.factor * self.objective.one_sided(x, order, side)

    def flat(self, x: ArrayLike) -> Flags:
        """Where f is flat."""
        return self.objective.flat(x)

    def defined(self, x: ArrayLike) -> Flags:
        """Where f is defined."""
        return self.objective.defined(x)


class Beside(Objective):
    """An objective of one variable as a function of z = x − at; near 0 the slope comes from its derivatives
    there.

    In x a state that is nearer to `at` than rounding is `at`, and never leaves it again.
    Raises ValueError where the variable is no scalar or `at` is no finite number.
    """

    def __init__(self, objective: Objective, at: ArrayLike) -> None:
        place = finite("offset", at)
        if objective.state_shape or place.ndim:
            raise ValueError("offset must be a number, beside which a function of one variable is descended")
        self.objective, self.at = objective, float(place)
        self.restricted = objective.restricted
        self.equilibria = tuple(x - self.at for x in objective.equilibria)
        with np.errstate(all="ignore"):
            orders = np.array([float(objective.derivative(self.at, order)) for order in (1, 2, 3, 4)])
        if self.at in objective.equilibria:
            orders[0] = 0.0
        if not np.isfinite(orders).all():
            raise ValueError(f"offset must be a place where four derivatives are finite, got {self.at!r}")
        self._near = orders / (1.0, 1.0, 2.0, 6.0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Beside) and (self.at, self.objective) == (other.at, other.objective)

    def __hash__(self) -> int:
        return hash((self.at, self.objective))

    def value(self, x: ArrayLike) -> Array:
        """f(at + z), shape batch."""
        return self.objective.value(np.add(self.at, x))

    def gradient(self, x: ArrayLike) -> Array:
        """f′(at + z), shape batch."""
        z = np.asarray(x, float)
        first, second, third, fourth = self._near
        near = first + z * (second + z * (third + z * fourth))
        return np.where(np.abs(z) < SMALL, near, self.objective.gradient(self.at + z))[()]

    def hessian(self, x: ArrayLike) -> Array:
        """f″(at + z), shape batch."""
        return self.objective.hessian(np.add(self.at, x))

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order, shape batch."""
        return self.gradient(x) if order == 1 else self.objective.derivative(np.add(self.at, x), order)

    def defined(self, x: ArrayLike) -> Flags:
        """Where f is defined at at + z."""
        return self.objective.defined(np.add(self.at, x))
