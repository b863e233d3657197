"""The procedure behind `classify_limit`: run, look, let decided lanes leave, run on."""

import math
from collections.abc import Iterator

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.limits import orbits
from stepsize_core.limits.kinds import LimitKind
from stepsize_core.limits.orbits import Orbits, size
from stepsize_core.limits.recurrence import accept_recurrent
from stepsize_core.limits.tails import Outcomes, Tail
from stepsize_core.objectives import Objective
from stepsize_core.stability import lyapunov_exponent

FIRST_LOOK = 256  # steps before the first look; each further look comes LOOK_FACTOR times later
LOOK_FACTOR = 4
REPEAT = 1e-9  # |x[k] − x[k−p]| relative to the tail: the orbit repeats
ARRIVED = 1e-6  # relative error left in a settled orbit, (gap + ROUNDING)/(1 − ρ)
ROUNDING = 2.0**-52  # relative size of a step that float64 cannot resolve
SUGGEST = 0.02  # a gap below this fraction of the tail's range suggests a period that is being approached
GROWTH = 1e6  # a finite state this many times its start, still doubling, is diverging
CHAOTIC = 5e-3  # Lyapunov exponent per step above which a bounded run is chaotic
EXPONENT_STEPS = 500  # steps over which it is measured
SHRINKING = 0.5  # a range visited that falls below this fraction of an earlier one is still shrinking
STEADY_RANGE = 0.05  # the range visited is steady if its ends move by less than this fraction of it


def settle(objective: Objective, x0: Array, delta: Array, n_steps: int, max_period: int) -> Outcomes:
    """Classify lanes x0 (lanes,) + state; see `classify_limit` for the rules."""
    outcomes = Outcomes.undecided(x0, max_period)
    lanes, x, done = np.arange(len(x0)), x0, 0
    for look in _looks(n_steps):
        tail = Tail.of_run_on(objective, lanes, x, delta[lanes], done, look, max_period)
        tail = _decide(objective, tail, outcomes, max_period)
        lanes, x, done = tail.lanes, tail.window[-1], look
        if len(lanes) == 0:
            return outcomes
    _conclude(objective, tail, outcomes, x0, max_period)
    return outcomes


def settle_record(objective: Objective, states: Array, delta: float, max_period: int) -> Outcomes:
    """Classify one recorded run, (n_steps + 1,) + state, by its second half; see `classify_trajectory`."""
    outcomes = Outcomes.undecided(states[:1], max_period)
    tail = _decide(objective, Tail.of_record(states, delta, max_period), outcomes, max_period)
    _conclude(objective, tail, outcomes, states[:1], max_period)
    return outcomes


def _decide(objective: Objective, tail: Tail, outcomes: Outcomes, max_period: int) -> Tail:
    """One look: what escaped, settled or approaches an orbit is decided; returns the lanes that are left."""
    goes_on = _mark_escaped(objective, tail, outcomes)
    tail = _accept_settled(objective, tail, outcomes, max_period, goes_on)
    return _accept_approaching(objective, tail, outcomes, max_period)


def _conclude(objective: Objective, tail: Tail, outcomes: Outcomes, x0: Array, max_period: int) -> None:
    """The last look: what recurs, grows or keeps moving."""
    tail = accept_recurrent(objective, tail, outcomes, max_period)
    tail = _drop_growing(objective, tail, outcomes, x0)
    _judge_moving(objective, tail, outcomes, max_period)


def _looks(n_steps: int) -> list[int]:
    """Step numbers of the looks: FIRST_LOOK, then LOOK_FACTOR times later each, then n_steps."""
    looks, k = [], FIRST_LOOK
    while k < n_steps:
        looks.append(k)
        k *= LOOK_FACTOR
    return [*looks, n_steps]


def _mark_escaped(objective: Objective, tail: Tail, outcomes: Outcomes) -> Flags:
    """Decide what left the finite numbers; returns which lanes go on, (lanes,)."""
    finite = np.isfinite(tail.window[-1]).reshape(len(tail.lanes), -1).all(axis=1)
    if not finite.all():
        escaped = tail.of(~finite)
        outcomes.kind[escaped.lanes] = LimitKind.DIVERGENT
        if objective.restricted:
            outcomes.kind[escaped.lanes[escaped.left_domain(objective)]] = LimitKind.UNDEFINED
    return finite


def _accept_settled(
    objective: Objective, tail: Tail, outcomes: Outcomes, max_period: int, goes_on: Flags
) -> Tail:
    """Accept lanes whose window repeats, with stable multipliers or bit for bit; the smallest p first.

    goes_on (lanes,): which are looked at; the others have been decided. Returns those that are left.
    """
    last, open_lanes = tail.window[-1], goes_on.copy()
    scale = size(tail.window, objective).max(axis=0)
    for p in range(1, min(max_period, len(tail.window) // 2) + 1):
        hit = np.flatnonzero(open_lanes & (size(last - tail.window[-1 - p], objective) <= REPEAT * scale))
        if len(hit) == 0:
            continue
        window = tail.window[:, hit]
        gap = size(window[p:] - window[:-p], objective)[-(len(window) // 2) :].max(axis=0)
        repeats = gap <= REPEAT * scale[hit]
        hit, window, gap = hit[repeats], window[:, repeats], gap[repeats]
        if len(hit) == 0:
            continue
        found = Orbits.through(objective, _refined(objective, window, tail.delta[hit], p), tail.delta[hit])
        error = (gap + ROUNDING * scale[hit]) / (1.0 - found.contraction)
        stable = found.not_unstable & (found.contraction < 1.0) & (error <= ARRIVED * scale[hit])
        stable &= objective.observable is None  # it may move far while the parameters hardly do
        unknown = np.isnan(found.radius)
        landed = (gap == 0.0) & _at_rest(objective, window[-1], p, scale[hit])
        accept = (stable | unknown | landed) & orbits.minimal(found.points, objective)
        outcomes.accept(tail.lanes[hit], found, accept)
        open_lanes[hit[accept]] = False
    return tail.of(open_lanes)


def _at_rest(objective: Objective, x: Array, p: int, scale: Array) -> Flags:
    """Whether a state that repeats bit for bit is an equilibrium, not one whose steps drown in rounding.

    The Newton step f′/f″ estimates how far the equilibrium is: on a flat bottom, far (scalar variable).
    """
    if p > 1 or objective.state_shape:
        return np.ones(len(x), bool)
    slope = objective.gradient(x)
    return (slope == 0.0) | (np.abs(slope / objective.hessian(x)) <= REPEAT * scale)


def _refined(objective: Objective, window: Array, delta: Array, p: int) -> Array:
    """The last p states, brought to rounding by two Newton steps where the variable is scalar."""
    points = window[-p:]
    if objective.state_shape:
        return points
    exact = orbits.polish(objective, points[0], delta, p, np.abs(points).max(axis=0), iterations=2)
    near = np.abs(exact - points) <= ARRIVED * np.abs(points).max(axis=0)
    return np.where(near, exact, points)


def _accept_approaching(objective: Objective, tail: Tail, outcomes: Outcomes, max_period: int) -> Tail:
    """Accept lanes that close in on an exact orbit at the rate of its multipliers, or contract to it."""
    many = math.prod(objective.state_shape) > orbits.DENSE_PARAMETERS
    if len(tail.lanes) == 0 or many or objective.observable is not None:  # or drift: orbits are not isolated
        return tail
    suggested = _suggested_period(objective, tail, max_period)
    open_lanes = np.ones(len(tail.lanes), bool)
    for p in range(1, max_period + 1):
        tries = np.flatnonzero(open_lanes & (suggested > 0) & (suggested % p == 0))
        if len(tries) == 0:
            continue
        part = tail.of(tries)
        for points in _candidates(objective, part, p):
            found = Orbits.through(objective, points, part.delta)
            accept = orbits.minimal(points, objective) & _is_limit(objective, part, found, p)
            accept &= open_lanes[tries]
            outcomes.accept(part.lanes, found, accept)
            open_lanes[tries[accept]] = False
    return tail.of(open_lanes)


def _suggested_period(objective: Objective, tail: Tail, max_period: int) -> Indices:
    """The p with the smallest gap over the window where that is small against the range visited, else 0."""
    window = tail.window
    extent = size(window.max(axis=0) - window.min(axis=0), objective)
    small = (SUGGEST + 2.0 / len(window)) * extent  # a steady motion has gaps of extent/len(window)
    best, period = np.full(len(tail.lanes), np.inf), np.zeros(len(tail.lanes), int)
    near_end = window[len(window) // 2 :]
    for p in range(1, min(max_period, len(window) // 2) + 1):
        gap = size(window[-1] - window[-1 - p], objective)
        hit = np.flatnonzero((gap < best) & (gap <= small))
        if len(hit):
            worst = size(near_end[:, hit] - window[len(window) // 2 - p : -p, hit], objective).max(axis=0)
            hit = hit[worst <= 2.0 * small[hit]]
            best[hit], period[hit] = gap[hit], p
    return period


def _candidates(objective: Objective, tail: Tail, p: int) -> Iterator[Array]:
    """Exact p-periodic orbits near the tail: the nearest known equilibrium (p = 1), one by Newton."""
    last = tail.window[-1]
    known = np.asarray(objective.equilibria, float)
    if p == 1 and len(known) and not objective.state_shape:
        yield known[np.abs(last - known[:, None]).argmin(axis=0)][None]
    start = (last + tail.window[-2]) / 2.0 if p == 1 else last  # the mean of a damped alternation
    yield orbits.polish(objective, start, tail.delta, p, size(tail.window, objective).max(axis=0))


def _is_limit(objective: Objective, tail: Tail, found: Orbits, p: int) -> Flags:
    accept = orbits.approaches(objective, found, tail.patches, tail.step_numbers, p)
    scale = size(tail.window, objective).max(axis=0)
    arrived = orbits.distance(tail.window, found.points, objective) <= REPEAT * scale
    accept |= arrived & found.not_unstable
    if p == 1 and not objective.state_shape:
        accept |= orbits.contracts_to(objective, tail.window[-1], found.points[0], tail.delta)
    return accept


def _drop_growing(objective: Objective, tail: Tail, outcomes: Outcomes, x0: Array) -> Tail:
    """DIVERGENT: far beyond the start and still at least doubling from patch to patch."""
    sizes = size(tail.patches, objective).max(axis=1)
    far = sizes[-1] > GROWTH * np.maximum(1.0, size(x0[tail.lanes], objective))
    growing = far & np.all(sizes[1:] >= 2.0 * sizes[:-1], axis=0)
    outcomes.kind[tail.lanes[growing]] = LimitKind.DIVERGENT
    return tail.of(~growing)


def _judge_moving(objective: Objective, tail: Tail, outcomes: Outcomes, max_period: int) -> None:
    """APERIODIC by a positive Lyapunov exponent, or a steady range and no period in sight; else UNDECIDED."""
    if len(tail.lanes) == 0:
        return
    exponent = lyapunov_exponent(
        objective, tail.window[-1], tail.delta, n_transient=0, n_steps=EXPONENT_STEPS
    )
    outcomes.exponent[tail.lanes] = exponent
    low, high = tail.patches.min(axis=1), tail.patches.max(axis=1)  # (PATCHES, lanes) + state
    extents = size(high - low, objective)
    extent = extents[-1]
    shrinking = extent < SHRINKING * extents.max(axis=0)  # towards a saddle, say, along its stable manifold
    moved = np.maximum(size(high[1:] - high[-1], objective), size(low[1:] - low[-1], objective)).max(axis=0)
    steady = (moved <= STEADY_RANGE * extent) & (_suggested_period(objective, tail, max_period) == 0)
    aperiodic = ((exponent > CHAOTIC) & ~shrinking) | steady
    outcomes.kind[tail.lanes[aperiodic]] = LimitKind.APERIODIC
