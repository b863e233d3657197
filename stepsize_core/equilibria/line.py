"""The equilibria of a scalar function on a window, each with its margin and critical step size."""

import math
from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.equilibria.branches import GRID_POINTS, find_equilibria
from stepsize_core.objectives import Objective
from stepsize_core.stability import StabilityLoss, stability_loss

KINK_STEPS = (1e-6, 1e-9)  # distances, relative to the window, at which the jump of f′ is looked at
JUMP_KEPT = 0.5  # a jump that keeps so much of itself from the first distance to the second is a kink
MOST = 24  # equilibria that are kept, those nearest the middle of the window


@dataclass(frozen=True)
class CriticalPoint:
    """An equilibrium of a scalar function at a step size δ.

    curvature: f″, infinite at a kink; margin: 2/δ − f″; multiplier: 1 − δf″; critical: 2/f″ at a minimum
    (0 where f″ is infinite), else None; onset: how a minimum with finite f″ > 0 loses its stability there,
    else None; kink: f′ jumps through 0.
    """

    x: float
    value: float
    curvature: float
    margin: float
    multiplier: float
    critical: float | None
    onset: StabilityLoss | None
    kink: bool = False

    @property
    def stability(self) -> str:
        """ "stable", "unstable" or "neutral": the modulus of the multiplier against 1."""
        modulus = abs(self.multiplier)
        return "neutral" if modulus == 1.0 else ("stable" if modulus < 1.0 else "unstable")


@dataclass(frozen=True)
class Equilibria:
    """What a search found on [low, high].

    places: ascending; kinks: whether f′ jumps there; flats: stretches on which f′ is 0 throughout; left_out:
    how many more there are than MOST.
    """

    low: float
    high: float
    places: tuple[float, ...]
    kinks: tuple[bool, ...]
    flats: tuple[tuple[float, float], ...]
    left_out: int = 0

    @property
    def what_may_be_missed(self) -> str:
        """How the search was done and what it cannot see, in one sentence."""
        spacing = (self.high - self.low) / (GRID_POINTS - 1)
        return (
            f"Equilibria are sought where f′ changes its sign between {GRID_POINTS} points of "
            f"[{self.low:g}, {self.high:g}]: pairs closer than {spacing:.2g}, and points where f′ touches 0 "
            f"without a change of sign, may be missed."
        )


def equilibria_on(objective: Objective, low: float, high: float) -> Equilibria:
    """The zeros of f′ on [low, high], kinks included, and the stretches on which it vanishes.

    Raises ValueError unless low < high, both finite.
    """
    roots = find_equilibria(objective, low, high)
    flats = _flats(objective, roots, low, high)
    isolated = np.array([x for x in roots if not any(a <= x <= b for a, b in flats)])
    nearest = np.argsort(np.abs(isolated - (low + high) / 2.0), kind="stable")[:MOST]
    kept = np.sort(isolated[nearest])
    kinks = [_jumps(objective, float(x), high - low) for x in kept]
    # a kink is bracketed to rounding only: the nearest number of twelve digits
    places = [float(f"{x:.12g}") + 0.0 if kink else float(x) for x, kink in zip(kept, kinks)]
    left_out = len(isolated) - len(kept)
    return Equilibria(float(low), float(high), tuple(places), tuple(kinks), tuple(flats), left_out)


def critical_point(objective: Objective, x: float, step_size: float, *, kink: bool = False) -> CriticalPoint:
    """The equilibrium x at the step size δ; at a kink f″ counts as infinite, with the sign of the jump."""
    curvature = float(objective.hessian(x))
    if kink:
        curvature = math.copysign(math.inf, float(objective.gradient(x + KINK_STEPS[0])))
    return CriticalPoint(
        x=x,
        value=float(objective.value(x)),
        curvature=curvature,
        margin=2.0 / step_size - curvature,
        multiplier=1.0 - step_size * curvature,
        critical=2.0 / curvature if curvature > 0.0 else None,
        onset=stability_loss(objective, x) if 0.0 < curvature < math.inf else None,
        kink=kink,
    )


def _flats(objective: Objective, roots: Array, low: float, high: float) -> list[tuple[float, float]]:
    """Stretches between neighbouring points of the search grid with f′ = 0 at both and in the middle."""
    grid = np.linspace(low, high, GRID_POINTS)
    with np.errstate(all="ignore"):
        zero = objective.gradient(grid) == 0.0
        between = objective.gradient((grid[1:] + grid[:-1]) / 2.0) == 0.0
    joined = np.flatnonzero(zero[:-1] & zero[1:] & between)
    runs = np.split(joined, np.flatnonzero(np.diff(joined) > 1) + 1)
    return [(float(grid[run[0]]), float(grid[run[-1] + 1])) for run in runs if len(run)]


def _jumps(objective: Objective, x: float, span: float) -> bool:
    """Whether f′ jumps at x: its change across x does not shrink with the distance it is read at."""
    apart = np.array(KINK_STEPS) * span
    with np.errstate(all="ignore"):
        far, near = np.abs(objective.gradient(x + apart) - objective.gradient(x - apart)).tolist()
    return bool(near > JUMP_KEPT * far > 0.0)
