"""Equilibria and 2-cycles of a scalar objective by bracketing: the unstable ones too, which no run shows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import elementwise

from stepsize_core.arrays import Array, ArrayLike, Flags, Indices, NDArray
from stepsize_core.checks import count, positive_finite
from stepsize_core.dynamics import Map, as_dynamics
from stepsize_core.frozen import Frozen
from stepsize_core.limits.kinks import one_sided_slopes
from stepsize_core.objectives import Objective, require_objective
from stepsize_core.stability import multipliers_along

GRID_POINTS = 1200  # default resolution of the search for sign changes over the window
NEAREST_ROOT = 1e-18
ROUND_DIGITS = 14  # a root that is a number of so few digits is found exactly
KINK_STEPS = (1e-6, 1e-9)  # distances, relative to the window, at which a jump or a pole of f′ is looked at
POLE = 1.5  # |f′| that grows by more between the two grows without bound
TOUCHES = 1e-9  # |f′| relative to that at the next points of the grid: below, f′ touches 0
ROOT_RESIDUAL = 1e-6  # a sign change whose function does not vanish there is a pole, not a root


class TwoCycles(Frozen):
    """Points of 2-cycles, one entry each (both points of a cycle are listed).

    step_sizes, x, multipliers: (n,), where multiplier = T′(x)·T′(T(x)), with momentum that of largest modulus
    of two, which may be complex; stable: its modulus is below 1.
    branch: (n,) int, equal for points that continue each other from one step size to the next.
    """

    step_sizes: Array
    x: Array
    multipliers: NDArray[Any]
    branch: Indices

    @property
    def stable(self) -> Flags:
        return np.abs(self.multipliers) < 1.0


def find_equilibria(objective: Objective, low: float, high: float, *, n_grid: int = GRID_POINTS) -> Array:
    """Zeros of f′ in [low, high], ascending, by sign changes on a grid and bracketing (scalar variable).

    A kink is one where 0 lies between the one-sided slopes or is one of them: those that the objective knows,
    and jumps of f′ through 0; a pole of f′ is none. Where f′ touches 0 it is sought as a zero of f″. Roots
    closer together than the grid spacing are missed; stretches with f′ = 0 are left out.
    Raises ValueError unless low < high, TypeError where objective is none.
    """
    require_objective(objective, ())
    grid, span = _grid(low, high, n_grid), high - low
    with np.errstate(all="ignore"):
        slope = objective.gradient(grid)
        crossing = _crossings(slope)
        roots = _bracketed(objective.gradient, grid, crossing)
        far, near = (
            np.fmax(*(np.abs(objective.gradient(roots + side * share * span)) for side in (-1, 1)))
            for share in KINK_STEPS
        )
        roots = _roundest(objective.gradient, roots[near <= POLE * far], span)
        roots = np.concatenate(
            [_isolated_zeros(objective, grid, slope), _touched(objective, grid, slope), roots]
        )
        known = objective.kinks(low, high)
        below, above = one_sided_slopes(objective, known)
    beside = np.abs(roots[:, None] - known).min(axis=1, initial=np.inf) <= KINK_STEPS[-1] * span
    settled = known[(below * above <= 0.0) & np.isfinite(below) & np.isfinite(above)]
    return np.unique(np.concatenate([roots[~beside], settled]))


def _crossings(values: Array) -> Indices:
    """The indices of values whose next one has the other sign; their product may underflow."""
    signs = np.sign(values)
    return np.flatnonzero(signs[:-1] * signs[1:] < 0)


def _bracketed(function: Callable[[Array], Array], grid: Array, crossing: Indices) -> Array:
    """The roots between these points of the grid and the next ones, NaN where none is found.

    Sought to NEAREST_ROOT of the window: a root at 0 would else be halved down to the smallest number.
    """
    nearest = {"xatol": NEAREST_ROOT * (grid[-1] - grid[0])}
    return elementwise.find_root(function, (grid[crossing], grid[crossing + 1]), tolerances=nearest).x


def _isolated_zeros(objective: Objective, grid: Array, slope: Array) -> Array:
    """Points of the grid with f′ = 0, but of several in a row one, and that only where f′ underflows on its
    way through 0."""
    zero = np.flatnonzero(slope == 0.0)
    found = []
    for run in np.split(zero, np.flatnonzero(np.diff(zero) > 1) + 1) if len(zero) else ():
        low, high = grid[run[0]], grid[run[-1]]
        place = 0.0 if low < 0.0 < high else (low + high) / 2.0
        ends = slope[[max(run[0] - 1, 0), min(run[-1] + 1, len(grid) - 1)]]
        if len(run) == 1 or (len(_crossings(ends)) and knows_flats(objective) and not objective.flat(place)):
            found.append(place)
    return np.array(found)


def _touched(objective: Objective, grid: Array, slope: Array) -> Array:
    """Roots at which f′ keeps its sign: those of f″ at which f′ is 0, too."""
    signs = np.sign(slope)
    turning = _crossings(objective.hessian(grid))
    turning = turning[signs[turning] * signs[turning + 1] > 0]
    roots = _roundest(objective.hessian, _bracketed(objective.hessian, grid, turning), grid[-1] - grid[0])
    beside = np.minimum(np.abs(slope[turning]), np.abs(slope[turning + 1]))
    return roots[np.abs(objective.gradient(roots)) <= TOUCHES * beside]


def knows_flats(objective: Objective) -> bool:
    """Whether the objective says itself where it is flat."""
    return type(objective).flat is not Objective.flat


def sign_changes(
    function: Callable[[Array], Array], low: float, high: float, *, n_grid: int = GRID_POINTS
) -> Array:
    """Where a function changes its sign on [low, high], poles included, or is 0 at a point of the grid.

    Not ascending; of a stretch on which it is 0 the ends. Raises ValueError unless low < high.
    """
    grid = _grid(low, high, n_grid)
    with np.errstate(all="ignore"):
        values = function(grid)
        zero = np.concatenate([[False], values == 0.0, [False]])
        exact = grid[zero[1:-1] & ~(zero[:-2] & zero[2:])]
        crossing = _crossings(values)
        roots = _bracketed(function, grid, crossing)
        return np.concatenate([exact, _roundest(function, roots, high - low)])


def two_cycles(
    objective: Map, step_sizes: ArrayLike, low: float, high: float, *, n_grid: int = GRID_POINTS
) -> TwoCycles:
    """Every 2-cycle with a point in [low, high] at each step size, stable or not (scalar variable).

    With momentum they are sought at the effective step: the points y at which the gradient is taken make a
    2-cycle of gradient descent, one of which lies in [low, high]. Of the heavy ball they are the positions;
    of Nesterov's method these are ((1 + β)y + βy′)/(1 + 2β), y′ being the other one.

    x and x − δf′(x) are a 2-cycle where f′(x) + f′(x − δf′(x)) = 0 and f′(x) ≠ 0: sign changes of
    1 + f′(x − δf′(x))/f′(x), from which the equilibria are divided out, are bracketed and refined.
    Cycles closer together than the grid spacing may be missed.
    Raises ValueError unless low < high and step_sizes are positive and finite.
    """
    dynamics, deltas = as_dynamics(objective), np.atleast_1d(positive_finite("step_sizes", step_sizes))
    require_objective(dynamics.objective, ())
    objective, effective = dynamics.objective, np.asarray(dynamics.effective_step(deltas))
    grid = _grid(low, high, n_grid)

    def excess(x: Array, delta: Array) -> Array:
        slope = objective.gradient(x)
        return 1.0 + objective.gradient(x - delta * slope) / slope

    with np.errstate(all="ignore"):
        values = excess(grid[None, :], effective[:, None])  # (m, n_grid)
        row, column = np.nonzero(values[:, :-1] * values[:, 1:] < 0)
        delta = effective[row]
        x = elementwise.find_root(excess, (grid[column], grid[column + 1]), args=(delta,)).x
        real = np.abs(excess(x, delta)) < ROOT_RESIDUAL
        y, delta, row = x[real], delta[real], row[real]
        cycles = dynamics.cycle_through(np.stack([y, y - delta * objective.gradient(y)]))
        multipliers = multipliers_along(dynamics, dynamics.closed(cycles), deltas[row])[..., 0]
    x, delta = cycles[0], deltas[row]
    real_ones = multipliers if multipliers.imag.any() else multipliers.real
    return TwoCycles(delta, x, real_ones, _branches(deltas, delta, x))


def _branches(deltas: Array, delta: Array, x: Array) -> Indices:
    """A number per point; points at neighbouring step sizes share it if each is the other's nearest."""
    branch = np.full(len(x), -1)
    before, n_branches = np.empty(0, int), 0
    for value in deltas:
        here = np.flatnonzero(delta == value)
        if len(before) and len(here):
            gap = np.abs(x[here][:, None] - x[before])  # (here, before)
            nearest = gap.argmin(axis=1)
            mutual = gap.argmin(axis=0)[nearest] == np.arange(len(here))
            branch[here[mutual]] = branch[before[nearest[mutual]]]
        new = here[branch[here] < 0]
        branch[new] = n_branches + np.arange(len(new))
        n_branches, before = n_branches + len(new), here
    return branch


def _grid(low: float, high: float, n_grid: int) -> Array:
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"low must be below high, both finite, got low = {low!r}, high = {high!r}")
    return np.linspace(low, high, count("n_grid", n_grid, at_least=2))


def _roundest(function: Callable[[Array], Array], roots: Array, span: float) -> Array:
    """Each root, or the round number or the neighbour beside it where the function is smaller, at best 0."""
    decimals = ROUND_DIGITS - int(np.ceil(np.log10(span)))
    rounded = np.array([float(f"{root:.{ROUND_DIGITS}g}") for root in roots])
    neighbours = np.nextafter(roots, [[np.inf], [-np.inf]])
    return least(function, np.stack([np.round(roots, decimals) + 0.0, rounded, roots, *neighbours]))


def least(function: Callable[[Array], Array], candidates: Array) -> Array:
    """Of candidates (k, n, …) for n places the first ones where a function, (k, n), is nearest to 0."""
    size = np.abs(function(candidates))
    best = np.argmin(np.where(np.isnan(size), np.inf, size), axis=0)
    return np.asarray(candidates[best, np.arange(len(best))])
