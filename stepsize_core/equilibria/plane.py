"""The equilibria of a function of two variables on a window, with their Hessian eigenvalues and margins."""

from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import Objective

STARTS_PER_AXIS = 21  # Newton's method begins at each point of such a grid
ITERATIONS = 60
LONGEST_STEP = 0.25  # of one iteration, relative to the window's reach
LAST_STEP = 1e-9  # relative to the reach: the last step of a search that has found an equilibrium
SAME_EQUILIBRIUM = 1e-5  # relative to the reach: points closer together are one
SINGULAR = 1e-7  # |λ| below this times the largest is 0: the equilibrium is one of a family
ROUND_DECIMALS = 12
MOST = 24  # isolated equilibria that are kept, and
FEWEST_OF_A_VALLEY = 3
MOST_OF_FAMILIES = 160  # members of families


@dataclass(frozen=True)
class PlanePoint:
    """An isolated equilibrium of f(x, y) at a step size δ.

    eigenvalues: of ∇²f, ascending; margins: 2/δ − λ; multipliers: 1 − δλ; critical: 2/λ_max at a minimum,
    else None.
    """

    place: tuple[float, float]
    value: float
    eigenvalues: tuple[float, float]
    margins: tuple[float, float]
    multipliers: tuple[float, float]
    critical: float | None

    @property
    def kind(self) -> str:
        """ "minimum", "saddle" or "maximum"."""
        low, high = self.eigenvalues
        return "minimum" if low > 0.0 else ("maximum" if high < 0.0 else "saddle")

    @property
    def stability(self) -> str:
        """ "stable", "unstable" or "neutral": the largest modulus of a multiplier against 1."""
        modulus = max(map(abs, self.multipliers))
        return "neutral" if modulus == 1.0 else ("stable" if modulus < 1.0 else "unstable")

    @property
    def name(self) -> str:
        return f"({self.place[0] + 0.0:.4g}, {self.place[1] + 0.0:.4g})"


class PlaneEquilibria(Frozen):
    """What a search found in a window.

    places (n, 2): isolated equilibria, ascending in x; family (m, 2): equilibria with an eigenvalue 0, such
    as the points of a valley of minima; sharpness (m,): λ_max there.
    """

    places: Array
    family: Array
    sharpness: Array

    @property
    def valley(self) -> bool:
        """Whether the family is one that runs can settle on: several equilibria, curved across."""
        return len(self.family) >= FEWEST_OF_A_VALLEY and bool((self.sharpness > 0.0).any())

    @property
    def what_may_be_missed(self) -> str:
        """How the search was done and what it cannot see, in one sentence."""
        return (
            f"Equilibria are sought by Newton's method from {STARTS_PER_AXIS**2} starts in the window: "
            f"others may lie between them, and equilibria at kinks are not found."
        )


def plane_equilibria(objective: Objective, low: ArrayLike, high: ArrayLike) -> PlaneEquilibria:
    """The zeros of ∇f in the window low ≤ (x, y) ≤ high that Newton's method finds from an even grid.

    low, high: (2,). Raises ValueError unless low < high in both.
    """
    low, high = np.asarray(low, float), np.asarray(high, float)
    if low.shape != (2,) or high.shape != (2,) or not (np.isfinite([low, high]).all() and (low < high).all()):
        raise ValueError(f"low must be below high, two finite numbers each, got {low!r} and {high!r}")
    reach = float((high - low).max()) / 2.0
    axes = (np.linspace(a, b, STARTS_PER_AXIS) for a, b in zip(low, high))
    starts = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        found = _newton(objective, starts, reach)
    slack = SAME_EQUILIBRIUM * reach
    inside = ((found >= low - slack) & (found <= high + slack)).all(axis=-1)
    found = _distinct(_rounded(objective, found[inside]), slack)
    eigenvalues = np.linalg.eigvalsh(objective.hessian(found))
    size = np.abs(eigenvalues)
    flat = size.min(axis=-1) <= SINGULAR * size.max(axis=-1)
    places, family = found[~flat][:MOST], found[flat][:: max(1, int(flat.sum()) // MOST_OF_FAMILIES)]
    sharpness = np.asarray(np.linalg.eigvalsh(objective.hessian(family))[..., -1], float)
    order = np.lexsort((places[:, 1], places[:, 0]))
    return PlaneEquilibria(places[order], family, sharpness)


def plane_point(objective: Objective, place: ArrayLike, step_size: float) -> PlanePoint:
    """The isolated equilibrium at `place` at the step size δ."""
    place = np.asarray(place, float)
    low, high = np.linalg.eigvalsh(objective.hessian(place)).tolist()
    return PlanePoint(
        place=tuple(place.tolist()),
        value=float(objective.value(place)),
        eigenvalues=(low, high),
        margins=(2.0 / step_size - low, 2.0 / step_size - high),
        multipliers=(1.0 - step_size * low, 1.0 - step_size * high),
        critical=2.0 / high if low > 0.0 else None,
    )


def _newton(objective: Objective, x: Array, reach: float) -> Array:
    """Where Newton's method with short steps arrives from starts (n, 2); only what arrived is returned."""
    for _ in range(ITERATIONS):
        step = _newton_step(objective, x)
        length = np.linalg.norm(step, axis=-1, keepdims=True)
        x = x - step * np.minimum(1.0, LONGEST_STEP * reach / np.where(length > 0.0, length, 1.0))
    last = np.linalg.norm(_newton_step(objective, x), axis=-1)
    return x[np.isfinite(x).all(axis=-1) & (last <= LAST_STEP * reach)]


def _newton_step(objective: Objective, x: Array) -> Array:
    """H⁻¹∇f, the least step where H is singular; NaN where either is not finite."""
    gradient, hessian = objective.gradient(x), objective.hessian(x)
    usable = np.all(np.isfinite(gradient), axis=-1) & np.all(np.isfinite(hessian), axis=(-2, -1))
    inverse = np.linalg.pinv(np.where(usable[:, None, None], hessian, 0.0), rcond=SINGULAR, hermitian=True)
    step = np.einsum("...ij,...j->...i", inverse, gradient)
    vanished = usable & ~np.any(hessian, axis=(-2, -1)) & np.any(gradient, axis=-1)
    return np.where((usable & ~vanished)[:, None], step, np.nan)


def _rounded(objective: Objective, found: Array) -> Array:
    """Each point, or the round one beside it where the gradient is no larger."""
    rounded = np.round(found, ROUND_DECIMALS) + 0.0
    size = [np.linalg.norm(objective.gradient(x), axis=-1) for x in (rounded, found)]
    return np.where((size[0] <= size[1])[:, None], rounded, found)


def _distinct(points: Array, radius: float) -> Array:
    """The points without those that repeat an earlier one."""
    kept: list[Array] = []
    for point in points:
        if not kept or np.abs(np.array(kept) - point).max(axis=-1).min() > radius:
            kept.append(point)
    return np.array(kept).reshape(-1, 2)
