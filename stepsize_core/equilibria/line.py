"""The equilibria of a scalar function on a window, each with its margin and critical step size."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import bisect

from stepsize_core.arrays import Array, Flags
from stepsize_core.equilibria.branches import (
    GRID_POINTS,
    KINK_STEPS,
    NEAREST_ROOT,
    find_equilibria,
    knows_flats,
)
from stepsize_core.limits.kinks import both_sides, joint_multiplier, one_sided_slopes
from stepsize_core.objectives import Objective, require_objective
from stepsize_core.stability import StabilityLoss, stability_loss

JUMP_KEPT = 0.5  # a jump that keeps so much of itself from the first distance to the second is a kink
ROUND_DIGITS = 12  # of the places of kinks that are bracketed, and relative to the window of ends of flats
AT_FLIP = 1e-15  # a multiplier so near −1 is −1 but for rounding
FLATTENS = 1e-12  # of f″ at CURVED away: a smaller one stands for the 0 of a place known to rounding
CURVED = 1e-3  # of max(1, |x|)
MOST = 24  # equilibria that are kept, those nearest the middle of the window


@dataclass(frozen=True)
class CriticalPoint:
    """An equilibrium of a scalar function at a step size δ.

    curvature: f″, or what stands for it where the sides differ; margin: 2/δ − curvature; multiplier: what a
    step multiplies the distance by, 1 − δf″; critical: the step size from which it is unstable, 2/f″ at a
    minimum (0 where f″ is infinite), else None; onset: how a minimum with finite f″ > 0 loses its stability
    there, else None; kink: f′ jumps; slopes, curvatures: f′ and f″ from below and from above; attracts: the
    one side, "below" or "above", from which runs converge without a step across, else "".

    Where f″ jumps from a to b, runs overshoot to the side where they shrink, or alternate sides at 1 − δa and
    1 − δb: critical is 1/a + 1/b, curvature the harmonic mean of a and b, and the multiplier that of the
    side on which runs stay, or −√((1 − δa)(1 − δb)). A slope that pushes across counts as f″ = ∞ on its side,
    one that pushes away as −∞.
    """

    x: float
    value: float
    curvature: float
    margin: float
    multiplier: float
    critical: float | None
    onset: StabilityLoss | None
    kink: bool = False
    slopes: tuple[float, float] = (0.0, 0.0)
    curvatures: tuple[float, float] = (0.0, 0.0)
    attracts: str = ""

    @property
    def stability(self) -> str:
        """ "stable", "unstable" or "neutral": the modulus of the multiplier against 1."""
        modulus = abs(self.multiplier)
        if modulus == 1.0 or abs(self.multiplier + 1.0) <= AT_FLIP:
            return "neutral"
        return "stable" if modulus < 1.0 else "unstable"

    @property
    def name(self) -> str:
        return f"x = {self.x:.4g}"

    @property
    def one_sided(self) -> bool:
        """Whether f′ or f″ jumps."""
        return self.kink or self.curvatures[0] != self.curvatures[1]

    @property
    def jump(self) -> str:
        """What jumps there and how, in words; "" where nothing does."""
        if not self.one_sided:
            return ""
        prime, ends = ("′", self.slopes) if self.kink else ("″", self.curvatures)
        below, above = (f"{value:.4g}".replace("inf", "∞") for value in ends)
        return f"f{prime} jumps from {below} to {above}"


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
        low, high, spacing = self.low, self.high, (self.high - self.low) / (GRID_POINTS - 1)
        return (
            f"Equilibria are sought at kinks and where f′ changes its sign or touches 0, between "
            f"{GRID_POINTS} points of [{low:g}, {high:g}]: pairs closer than {spacing:.2g} may be missed."
        )


def equilibria_on(objective: Objective, low: float, high: float) -> Equilibria:
    """The zeros of f′ on [low, high], kinks included, and the stretches on which it vanishes.

    Raises ValueError unless low < high, both finite.
    """
    require_objective(objective, ())
    flats = _flats(objective, low, high)
    roots = find_equilibria(objective, low, high)
    slack = 10.0**-ROUND_DIGITS * (high - low)
    isolated = np.array([x for x in roots if not any(a - slack <= x <= b + slack for a, b in flats)])
    nearest = np.argsort(np.abs(isolated - (low + high) / 2.0), kind="stable")[:MOST]
    kept = np.sort(isolated[nearest])
    kinks = [_jumps(objective, float(x), high - low) for x in kept]
    places = [
        float(f"{x:.{ROUND_DIGITS}g}") + 0.0 if kink and not _knows_kinks(objective) else float(x)
        for x, kink in zip(kept, kinks)
    ]
    left_out = len(isolated) - len(kept)
    return Equilibria(float(low), float(high), tuple(places), tuple(kinks), tuple(flats), left_out)


def critical_point(objective: Objective, x: float, step_size: float, *, kink: bool = False) -> CriticalPoint:
    """The equilibrium x at the step size δ; kink: that f′ jumps, where the objective does not know that."""
    slopes, (a, b) = one_sided_slopes(objective, x), _curvatures(objective, x)
    if kink and not _knows_kinks(objective):
        slopes = objective.gradient(x - KINK_STEPS[0]), objective.gradient(x + KINK_STEPS[0])
    below, above = map(float, slopes)
    kink = below != above
    sides = (_counts_as(-below, a), _counts_as(above, b)) if kink else (a, b)
    curvature, closes_in = _harmonic_mean(*sides), [0.0 < side <= 1.0 / step_size for side in sides]
    multipliers = np.array(1.0 - step_size * sides[0]), np.array(1.0 - step_size * sides[1])
    return CriticalPoint(
        x=x,
        value=float(objective.value(x)),
        curvature=curvature,
        margin=2.0 / step_size - curvature,
        multiplier=float(joint_multiplier(*multipliers, 0)),
        critical=2.0 / curvature if curvature > 0.0 else None,
        onset=_onset(objective, x) if a == b and not kink and 0.0 < curvature < math.inf else None,
        kink=kink,
        slopes=(below, above) if kink else (0.0, 0.0),
        curvatures=(a, b),
        attracts={(True, False): "below", (False, True): "above"}.get((closes_in[0], closes_in[1]), ""),
    )


def _curvatures(objective: Objective, x: float) -> tuple[float, float]:
    """f″ from below and from above, 0 where nothing but rounding is left beside those around x."""
    apart = CURVED * max(1.0, abs(x))
    with np.errstate(all="ignore"):
        around = np.abs(objective.hessian(np.array([x - apart, x + apart])))
    floor = FLATTENS * float(around.max()) if np.isfinite(around).all() else 0.0
    a, b = (c if abs(c) > floor else 0.0 for c in map(float, both_sides(objective, x, 2)))
    return a, b


def _counts_as(push: float, curvature: float) -> float:
    """What a side counts as where its slope pushes across (> 0), away (< 0), or is 0."""
    return math.copysign(math.inf, push) if push else curvature


def _harmonic_mean(a: float, b: float) -> float:
    """Of two curvatures, if neither is below or at 0; else the lower one."""
    low, high = min(a, b), max(a, b)
    return low if low == high or low <= 0.0 else 2.0 * low / (low / high + 1.0)


def _onset(objective: Objective, x: float) -> StabilityLoss:
    """How stability is lost; degenerate where the third or fourth derivative jumps or is infinite."""
    below, above = np.transpose([both_sides(objective, x, order) for order in (3, 4)])
    smooth = bool((below == above).all() and np.isfinite(below).all())
    return stability_loss(objective, x) if smooth else StabilityLoss.DEGENERATE


def _flats(objective: Objective, low: float, high: float) -> list[tuple[float, float]]:
    """Stretches with f′ = 0 throughout, their ends found by halving.

    By f′ itself where the objective does not know where it is flat.
    """

    def flat(x: Array) -> Flags:
        known = objective.flat(x) if knows_flats(objective) else objective.gradient(x) == 0.0
        return np.asarray(known, bool)

    def end(inside: float, outside: float) -> float:
        nearest = NEAREST_ROOT * (high - low)
        place = bisect(lambda x: 0.5 - flat(np.array([x]))[0], inside, outside, xtol=nearest)
        return round(float(place), ROUND_DIGITS - math.ceil(math.log10(high - low))) + 0.0

    def curved(*places: float) -> float:
        return next(place for place in places if not flat(np.array([place]))[0])

    grid, last = np.linspace(low, high, GRID_POINTS), GRID_POINTS - 1
    middle = (grid[1:] + grid[:-1]) / 2.0
    with np.errstate(all="ignore"):
        inside = flat(middle)
        inside &= flat(grid[1:]) | flat(grid[:-1])
        change = np.diff(inside.astype(int), prepend=0, append=0)
        begins = [
            end(middle[i], curved(middle[i - 1], grid[i - 1], grid[i])) if i else float(low)
            for i in np.flatnonzero(change > 0)
        ]
        ends = [
            end(middle[i - 1], curved(middle[i], grid[i + 1], grid[i])) if i < last else float(high)
            for i in np.flatnonzero(change < 0)
        ]
        return list(zip(begins, ends))


def _knows_kinks(objective: Objective) -> bool:
    return type(objective).kinks is not Objective.kinks


def _jumps(objective: Objective, x: float, span: float) -> bool:
    """Whether f′ jumps at x: from what the objective knows, else its change across x does not shrink with the
    distance it is read at."""
    if _knows_kinks(objective):
        below, above = one_sided_slopes(objective, np.array(x))
        return bool(below != above)
    apart = np.array(KINK_STEPS) * span
    with np.errstate(all="ignore"):
        far, near = np.abs(objective.gradient(x + apart) - objective.gradient(x - apart)).tolist()
    return bool(near > JUMP_KEPT * far > 0.0)
