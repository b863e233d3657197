"""The equilibria of a function of two variables on a window, with their Hessian eigenvalues and margins."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter

from stepsize_core.arrays import Array, ArrayLike, Indices
from stepsize_core.equilibria.plane_search import Found, newton_lengths, zeros_of_gradient
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import Objective, require_objective

STARTS_PER_AXIS = 21  # Newton's method begins at each point of such a grid,
FINER_PER_AXIS = 81  # and where its step is shorter than at the neighbours in such a one
SAME_EQUILIBRIUM = 1e-5  # relative to the reach: points closer together are one
AT_POINT = 1e-3  # relative to the reach: a run that ends so close to an equilibrium ends there
MOST = 24  # isolated equilibria that are kept, at most
MOST_REACHED = 12  # of them because runs reach them; the others are those nearest the middle
FEWEST_OF_A_VALLEY = 3
ROUND_DECIMALS = 6  # of ends that are looked into
MOST_OF_FAMILIES = 160  # members of families that are kept


@dataclass(frozen=True)
class PlanePoint:
    """An isolated equilibrium of f(x, y) at a step size δ.

    eigenvalues: of ∇²f, ascending, 0 where they cannot be told from 0; margins: 2/δ − λ; multipliers: 1 − δλ;
    critical: 2/λ_max at a minimum, else None; kink: ∇²f jumps there, so that multipliers say little.
    """

    place: tuple[float, float]
    value: float
    eigenvalues: tuple[float, float]
    margins: tuple[float, float]
    multipliers: tuple[float, float]
    critical: float | None
    kink: bool = False

    @property
    def kind(self) -> str:
        """ "minimum", "saddle", "maximum", "kink", or "degenerate" where an eigenvalue is 0."""
        low, high = self.eigenvalues
        if self.kink or 0.0 in (low, high):
            return "kink" if self.kink else "degenerate"
        return "minimum" if low > 0.0 else ("maximum" if high < 0.0 else "saddle")

    @property
    def stability(self) -> str:
        """ "stable", "unstable", or "neutral" where linear theory is silent."""
        (low, _), (_, margin) = self.eigenvalues, self.margins
        if self.kink or (low >= 0.0 and margin >= 0.0 and 0.0 in (low, margin)):
            return "neutral"
        return "stable" if low > 0.0 and margin > 0.0 else "unstable"

    @property
    def name(self) -> str:
        return named(self.place)


def named(place: ArrayLike) -> str:
    """A point (x, y) in words."""
    x, y = (float(f"{coordinate:.4g}") + 0.0 for coordinate in np.asarray(place, float).tolist())
    return f"({x:g}, {y:g})"


class PlaneEquilibria(Frozen):
    """What a search found in a window.

    isolated: the isolated equilibria; kept: indices of those of them that are listed, ascending in x; family
    (m, 2): equilibria that are members of families, such as the points of a valley of minima; sharpness (m,):
    λ_max there; middle, extent (2,): the middle of the window and how far it goes to either side.
    """

    isolated: Found
    kept: Indices
    family: Array
    sharpness: Array
    middle: Array
    extent: Array

    @property
    def places(self) -> Array:
        """The isolated equilibria that are listed, at most MOST: (k, 2)."""
        return self.isolated.places[self.kept]

    @property
    def left_out(self) -> int:
        """How many more isolated equilibria were found than are listed."""
        return len(self.isolated.places) - len(self.kept)

    @property
    def valley(self) -> bool:
        """Whether the family is one that runs can settle on: several equilibria, curved upwards across."""
        return len(self.family) >= FEWEST_OF_A_VALLEY and bool((self.sharpness > 0.0).any())

    @property
    def what_may_be_missed(self) -> str:
        """How the search was done and what it cannot see, in one sentence."""
        left_out = f"{self.left_out} more were found than are listed; " if self.left_out else ""
        return (
            f"Equilibria are sought by Newton's method from {STARTS_PER_AXIS**2} and more starts in the "
            f"window: {left_out}others may lie between them, and equilibria at kinks are not found."
        )

    def index_of(self, points: Array) -> Indices:
        """Which of all isolated equilibria each of the points (…, 2) is, −1 where it is none of them."""
        found = self.isolated.places
        if len(found) == 0:
            return np.full(points.shape[:-1], -1)
        distance = np.abs(points[..., None, :] - found).max(axis=-1)
        near = distance.min(axis=-1) <= AT_POINT * self.extent.max()
        return np.where(near, distance.argmin(axis=-1), -1)

    def keeping(self, objective: Objective, reached: Array) -> "PlaneEquilibria":
        """The same with those listed that most runs reach and those nearest the middle.

        reached (m, 2): where runs end, what is to be listed anyway first; those of them that are equilibria
        in the window and not known yet are added at the end.
        """
        unknown = np.unique(reached[self.index_of(reached) < 0].round(ROUND_DECIMALS), axis=0)
        every = replace(self, isolated=self.isolated.with_those(self._unknown(objective, unknown[:MOST])))
        ends = every.index_of(reached)
        places, counts = np.unique(ends[ends >= 0], return_counts=True)
        counts += len(ends) * (places == ends[:1])
        distance = np.linalg.norm(every.isolated.places - self.middle, axis=-1)
        distance[places[np.argsort(-counts, kind="stable")][:MOST_REACHED]] = -1.0
        kept = np.argsort(distance, kind="stable")[:MOST]
        return replace(every, kept=kept[_order(every.isolated.places[kept])])

    def _unknown(self, objective: Objective, starts: Array) -> Found:
        """The isolated equilibria in the window that are found from starts (n, 2) and not known yet."""
        known = np.abs(np.concatenate([self.isolated.eigenvalues.ravel(), self.sharpness])).max(initial=0.0)
        new = zeros_of_gradient(objective, starts, float(self.extent.max()), float(known))
        near = (np.abs(new.places - self.middle) <= self.extent * (1.0 + SAME_EQUILIBRIUM)).all(axis=-1)
        return new.of(np.flatnonzero(near & ~new.family & (self.index_of(new.places) < 0)))


def plane_equilibria(
    objective: Objective, low: ArrayLike, high: ArrayLike, reached: ArrayLike | None = None
) -> PlaneEquilibria:
    """The zeros of ∇f in the window low ≤ (x, y) ≤ high that Newton's method finds from an even grid.

    low, high: (2,); reached (m, 2): where runs end, for they are listed first (see `keeping`).
    Raises ValueError unless low < high in both, TypeError where objective is none.
    """
    require_objective(objective, (2,))
    low, high = np.asarray(low, float), np.asarray(high, float)
    if low.shape != (2,) or high.shape != (2,) or not (np.isfinite([low, high]).all() and (low < high).all()):
        raise ValueError(f"low must be below high, two finite numbers each, got {low!r} and {high!r}")
    starts = np.concatenate([_grid(low, high, STARTS_PER_AXIS), _promising(objective, low, high)])
    reach = float((high - low).max()) / 2.0
    zeros, slack = zeros_of_gradient(objective, starts, reach), SAME_EQUILIBRIUM * reach
    inside = ((zeros.places >= low - slack) & (zeros.places <= high + slack)).all(axis=-1)
    zeros = zeros.of(np.flatnonzero(inside))
    zeros = zeros.of(_order(zeros.places))
    family = zeros.of(np.flatnonzero(zeros.family)[:: 1 + int(zeros.family.sum()) // MOST_OF_FAMILIES])
    every = PlaneEquilibria(
        isolated=zeros.of(np.flatnonzero(~zeros.family)),
        kept=np.arange(0),
        family=family.places,
        sharpness=family.eigenvalues[:, 1],
        middle=(low + high) / 2.0,
        extent=(high - low) / 2.0,
    )
    return every.keeping(objective, np.empty((0, 2)) if reached is None else np.asarray(reached, float))


def _order(points: Array) -> Indices:
    """The indices that sort points (n, 2), ascending in x and then in y."""
    return np.lexsort((points[:, 1], points[:, 0]))


def plane_points(objective: Objective, search: PlaneEquilibria, step_size: float) -> tuple[PlanePoint, ...]:
    """The isolated equilibria that are listed, at the step size δ."""
    listed = search.isolated.of(search.kept)
    return tuple(
        _point(objective, place, step_size, eigenvalues, kink)
        for place, eigenvalues, kink in zip(listed.places, listed.eigenvalues.tolist(), listed.kinks.tolist())
    )


def plane_point(objective: Objective, place: ArrayLike, step_size: float) -> PlanePoint:
    """The isolated equilibrium at `place` at the step size δ."""
    place = np.asarray(place, float)
    return _point(objective, place, step_size, np.linalg.eigvalsh(objective.hessian(place)).tolist())


def _point(
    objective: Objective, place: Array, step_size: float, eigenvalues: list[float], kink: bool = False
) -> PlanePoint:
    low, high = eigenvalues
    return PlanePoint(
        place=tuple(place.tolist()),
        value=float(objective.value(place)),
        eigenvalues=(low, high),
        margins=(2.0 / step_size - low, 2.0 / step_size - high),
        multipliers=(1.0 - step_size * low, 1.0 - step_size * high),
        critical=2.0 / high if low > 0.0 and not kink else None,
        kink=kink,
    )


def _grid(low: Array, high: Array, per_axis: int) -> Array:
    """An even grid of the window, (per_axis², 2), row by row."""
    axes = (np.linspace(a, b, per_axis) for a, b in zip(low, high))
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def _promising(objective: Objective, low: Array, high: Array) -> Array:
    """Points of a finer grid from which Newton's step stays near and is shorter than at all neighbours."""
    n = FINER_PER_AXIS
    grid = _grid(low, high, n)
    length = newton_lengths(objective, grid).reshape(n, n)
    filters = (minimum_filter, maximum_filter)
    least, most = (of(length, size=3, mode="constant", cval=np.inf) for of in filters)
    near = length <= 2.0 * (high - low).max() / (n - 1)
    return grid[((length <= least) & (length < most) & near).ravel()]
