"""What is known of a bounded run that found no period: its Lyapunov exponent, and cycles it may yet fall on.

A positive exponent over so many steps may be a long transient beside a stable cycle. The immediate basin of a
stable cycle of a function of one variable holds a turning point of the map (T′ = 0) or a kink, so runs from
these find the cycle at once where it exists (for negative Schwarzian derivative: Singer's theorem).
"""

import numpy as np
from scipy.optimize import elementwise

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.dynamics import Dynamics
from stepsize_core.frozen import Frozen
from stepsize_core.limits.kinks import kinks_on
from stepsize_core.limits.orbits import size
from stepsize_core.limits.tails import Outcomes, Tail
from stepsize_core.stability import exponent_halves

CHAOTIC = 5e-3  # least exponent per step
STANDARD_ERRORS = 3.0  # that it must lie above 0, over both halves
HALVES = (256, 2048)  # least and most steps of a half, for a scalar variable
HALF_OF_A_VECTOR = 640
LONGER = 4  # times so long are the halves where both exponents are positive and their errors too large
SHRINKING = 0.5  # a range visited that falls below this fraction of an earlier one is still shrinking
STEADY_RANGE = 0.05  # the range visited is steady if its ends move by less than this fraction of it
FLICKER = 1e-9  # a range visited that is so small, relative to where it lies, may be one of rounding
RANGE_GRID = 97  # points of the range visited from which one step is tried
TURNING_GRID = 256  # points of the range visited between which T′ may change its sign
TURNING_MOST = 4096  # turning points that are followed
UNVISITED = 0.1  # of the range seen, beyond its ends, that a run may come to visit: a turning point's image


class Moving(Frozen):
    """Bounded runs that found no period, one entry each (lanes,).

    exponent; chaotic: it is positive beyond doubt and the range visited does not shrink; steady: that range
    no longer changes; low, high: its ends, (lanes,) + state.
    """

    exponent: Array
    chaotic: Flags
    steady: Flags
    low: Array
    high: Array


def turns(dynamics: Dynamics, tail: Tail) -> Flags:
    """Whether a run ever turns by a right angle or more from one step to the next in its window: (lanes,)."""
    steps = np.diff(tail.window, axis=0)
    ahead = steps[1:] * steps[:-1]
    return np.any((ahead.sum(axis=-1) if dynamics.state_shape else ahead) <= 0.0, axis=0)


def look_at_moving(dynamics: Dynamics, tail: Tail) -> Moving:
    """What the tail and further steps say of runs without a period."""
    half = HALF_OF_A_VECTOR if dynamics.state_shape else int(np.clip(tail.step_numbers[-1] // 2, *HALVES))
    exponents, positive, end = _exponents(dynamics, tail, half)
    doubtful = np.flatnonzero((exponents > CHAOTIC).all(axis=0) & ~positive)
    if len(doubtful):
        longer = _exponents(dynamics, tail.of(doubtful), LONGER * half)
        exponents[:, doubtful], positive[doubtful], end[doubtful] = longer
    low, high = tail.patches.min(axis=1), tail.patches.max(axis=1)  # (PATCHES, lanes) + state
    extents = size(high - low, dynamics)
    shrinking = extents[-1] < SHRINKING * extents.max(axis=0)  # towards a saddle, say, on its stable manifold
    moved = np.maximum(size(high[1:] - high[-1], dynamics), size(low[1:] - low[-1], dynamics)).max(axis=0)
    steady = moved <= STEADY_RANGE * extents[-1]
    low, high = low.min(axis=0), high.max(axis=0)
    outside = size(np.maximum(0.0, np.maximum(low - end, end - high)), dynamics)
    stays = (outside <= UNVISITED * size(high - low, dynamics)) | (dynamics.objective.observable is not None)
    flickers = extents[-1] <= FLICKER * size(tail.window, dynamics).max(axis=0)
    return Moving(exponents.mean(axis=0), positive & ~shrinking & stays & ~flickers, steady, low, high)


def _exponents(dynamics: Dynamics, tail: Tail, half: int) -> tuple[Array, Flags, Array]:
    """The exponents over two further stretches, (2, lanes), whether both are surely positive, the end."""
    exponents, errors, end = exponent_halves(dynamics, tail.state(dynamics), tail.delta, half)
    positive = np.all(exponents > np.maximum(CHAOTIC, STANDARD_ERRORS * errors), axis=0)
    return exponents, positive, end


def maps_into_itself(dynamics: Dynamics, moving: Moving, delta: Array) -> Flags:
    """Whether a step from anywhere in the range that a run visited stays there, but for UNVISITED: (lanes,).

    Not so for runs that wander off, and beside a pole, whose kicks know no bound (scalar variable).
    """
    extent = moving.high - moving.low
    x = moving.low + extent * np.linspace(0.0, 1.0, RANGE_GRID)[:, None]
    step, beyond = dynamics.follow(x[None], delta, 1)[-1], UNVISITED * extent
    return np.all((step >= moving.low - beyond) & (step <= moving.high + beyond), axis=0)


def turning_points(dynamics: Dynamics, low: Array, high: Array, delta: Array) -> tuple[Array, Indices]:
    """Starts whose runs find a stable cycle on [low, high] at δ, all (m,), and the index of each one's δ.

    The points with T′ = 0, and both one-sided images of the kinks.
    """
    grid = low + (high - low) * np.linspace(0.0, 1.0, TURNING_GRID)[:, None]
    slope = 1.0 - delta * dynamics.objective.hessian(grid)
    row, column = np.nonzero(slope[:-1] * slope[1:] <= 0.0)
    between = grid[row, column], grid[row + 1, column]
    flat = elementwise.find_root(
        lambda x, at: 1.0 - at * dynamics.objective.hessian(x), between, args=(delta[column],)
    ).x
    kinks = kinks_on(dynamics.objective, float(low.min()), float(high.max()))
    sides = [kinks - delta[:, None] * dynamics.objective.one_sided(kinks, 1, side) for side in (-1, 1)]
    starts = np.concatenate([flat, *(images.ravel() for images in sides)])
    which = np.concatenate([column, *(np.repeat(np.arange(len(delta)), len(kinks)) for _ in sides)])
    finite = np.flatnonzero(np.isfinite(starts))[:TURNING_MOST]
    return starts[finite], which[finite]


def may_be_a_transient(
    moving: Moving, group: Indices, starts: Array, halfway: Array, found: Outcomes, which: Indices
) -> Flags:
    """Whether turning points say that runs may yet fall on a stable cycle or escape: (lanes,).

    Runs from the turning points `starts` were at `halfway` after a while and became `found`; which: the index
    of each one's δ, group (lanes,): that of each run's. Those that start within the range that a run visits
    are to stay there, and such a cycle lies there.
    """
    transient = np.zeros(len(group), bool)
    beyond = UNVISITED * (moving.high - moving.low)
    low, high = moving.low - beyond, moving.high + beyond
    stable = (found.period > 0) & (np.abs(found.multipliers[:, 0]) < 1.0)
    lowest = np.where(stable, np.fmin.reduce(found.points, axis=0), np.nan)
    highest = np.where(stable, np.fmax.reduce(found.points, axis=0), np.nan)
    for i, at in enumerate(which):
        falls = (low <= lowest[i]) & (highest[i] <= high)
        begins, stays = ((low <= x) & (x <= high) for x in (starts[i], halfway[i]))
        transient |= (group == at) & begins & (falls | ~stays)
    return transient
