"""The procedure behind `classify_limit`: run, look, let decided lanes leave, run on."""

from collections.abc import Iterator

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.dynamics import Dynamics, stepper_of
from stepsize_core.limits import orbits
from stepsize_core.limits.kinds import LimitKind
from stepsize_core.limits.kinks import kinks_on
from stepsize_core.limits.moving import (
    Moving,
    look_at_moving,
    maps_into_itself,
    may_be_a_transient,
    turning_points,
    turns,
)
from stepsize_core.limits.orbits import Orbits, size
from stepsize_core.limits.recurrence import accept_recurrent
from stepsize_core.limits.rest import at_rest
from stepsize_core.limits.tails import Outcomes, Tail, last_finite

FIRST_LOOK = 256  # steps before the first look; each further look comes LOOK_FACTOR times later
LOOK_FACTOR = 4
REPEAT = 1e-9  # |x[k] − x[k−p]| relative to the tail: the orbit repeats
ARRIVED = 1e-6  # relative error left in a settled orbit, (gap + ROUNDING)/(1 − ρ)
ROUNDING = 2.0**-52  # relative size of a step that float64 cannot resolve
RESOLVED = 1e10  # times its start, at most, lies a state of which anything is claimed but that it diverged
NO_ORBIT = 1e100  # a state so far has diverged, even if steps there drown or overflow
NOISE = 1e-9  # a slope below this times that at the start is what rounding leaves of 0
NOISE_STATES = 8  # the last ones, in all of which it must be so small
AS_ZERO = 1e-150  # a run whose states are smaller has reached 0
FLICKERS = 16.0  # times that, by which a cycle with momentum misses itself where rounding alone is left
HORIZON = 10_000  # steps over which a run along a family of orbits must not move on by ARRIVED
ROUND_DECIMALS = (6, 4)
ROUNDED = 1e-4  # of its extent, by which rounding may change a cycle
ABOUT = 0.1  # least ratio of two consecutive distances from an equilibrium that is approached, not passed by
SUGGEST = 0.02  # a gap below this fraction of the tail's range suggests a period that is being approached
MINIMAL_EXTENT = 1e-13  # of a cycle, relative to its size: below, its points differ by rounding
TURNING_STEPS = 1024  # for which turning points are followed, and then for as long again
FOLLOWED_RUNS = 2  # of the chaotic ones with a step size, where there is momentum,
FOLLOWED = (8, 16_384)  # for so many times the steps taken, and at most so many
GROWTH = 1e6  # a finite state this many times its start, still doubling, is diverging


def settle(
    dynamics: Dynamics, state: Array, delta: Array, n_steps: int, max_period: int, *, follow: bool = True
) -> Outcomes:
    """Classify runs from states (memory, lanes) + state_shape; see `classify_limit` for the rules.

    follow: whether chaotic runs are held against the cycles that turning points fall on.
    """
    outcomes = Outcomes.undecided(dynamics, state[-1], max_period)
    lanes, done = np.flatnonzero(_finite(state[-1])), 0
    state = state[:, lanes]
    for look in _looks(n_steps) if len(lanes) else ():
        tail = Tail.of_run_on(dynamics, lanes, state, delta[lanes], done, look, max_period)
        tail = _decide(dynamics, tail, outcomes, max_period)
        lanes, state, done = tail.lanes, tail.state(dynamics), look
        if len(lanes) == 0:
            return outcomes
    if len(lanes):
        _conclude(dynamics, tail, outcomes, max_period, follow)
    return outcomes


def settle_scheduled(
    dynamics: Dynamics, factors: Array, x0: Array, delta: Array, n_steps: int, max_period: int
) -> Outcomes:
    """Classify runs from rest at x0 (lanes,) + state_shape with step sizes delta·factors: by the map with the
    last of them, from where the schedule ends."""
    state, last = dynamics.start(x0), delta * factors[-1]
    if len(factors) == 1:
        return settle(dynamics, state, last, n_steps, max_period)
    run = stepper_of(dynamics, factors, state, delta)
    run.advance(len(factors))
    outcomes = settle(dynamics, dynamics.reached(run), last, n_steps, max_period)
    gone = np.flatnonzero(~_finite(run.x))
    if len(gone):
        outcomes.start[gone], state = x0[gone], state[:, gone]
        escaping = stepper_of(dynamics, factors, state, delta[gone])
        _judge_escaped(dynamics, gone, last_finite(escaping, state, len(factors)), outcomes)
    return outcomes


def _finite(x: Array) -> Flags:
    """Which positions (lanes,) + state_shape are: (lanes,)."""
    return np.asarray(np.isfinite(x).reshape(len(x), -1).all(axis=1))


def settle_record(dynamics: Dynamics, states: Array, delta: float, max_period: int) -> Outcomes:
    """Classify one recorded run, (n_steps + 1,) + state, by its second half; see `classify_trajectory`."""
    outcomes = Outcomes.undecided(dynamics, states[:1], max_period)
    tail = _decide(dynamics, Tail.of_record(dynamics, states, delta, max_period), outcomes, max_period)
    _conclude(dynamics, tail, outcomes, max_period, follow=True)
    return outcomes


def _decide(dynamics: Dynamics, tail: Tail, outcomes: Outcomes, max_period: int) -> Tail:
    """One look: what escaped, settled or approaches an orbit is decided; returns the lanes that are left."""
    goes_on = _mark_escaped(dynamics, tail, outcomes)
    tail = _accept_settled(dynamics, tail, outcomes, max_period, goes_on)
    return _accept_approaching(dynamics, tail, outcomes, max_period)


def _conclude(dynamics: Dynamics, tail: Tail, outcomes: Outcomes, max_period: int, follow: bool) -> None:
    """The last look: what recurs, grows or keeps moving."""
    tail = accept_recurrent(dynamics, tail, outcomes, max_period)
    tail = _drop_growing(dynamics, tail, outcomes)
    _judge_moving(dynamics, tail, outcomes, max_period, follow)


def _looks(n_steps: int) -> list[int]:
    """Step numbers of the looks: FIRST_LOOK, then LOOK_FACTOR times later each, then n_steps.

    The last stretch is at least a third of the run.
    """
    looks, k = [], FIRST_LOOK
    while 1.5 * k < n_steps:
        looks.append(k)
        k *= LOOK_FACTOR
    return [*looks, n_steps]


def _mark_escaped(dynamics: Dynamics, tail: Tail, outcomes: Outcomes) -> Flags:
    """Decide what left the finite numbers; returns which lanes go on, (lanes,).

    A run whose state is still moderate while ∇f there is not a number (∞ − ∞, ∞/∞) has met the limits of
    floating point, not its own: UNDECIDED.
    """
    finite = _finite(tail.window[-1])
    if not finite.all():
        escaped = tail.of(~finite)
        _judge_escaped(dynamics, escaped.lanes, escaped.last_finite(dynamics), outcomes)
    return finite


def _judge_escaped(dynamics: Dynamics, lanes: Indices, state: Array, outcomes: Outcomes) -> None:
    """What runs became that left the finite numbers, by their last finite states (memory, lanes) + state."""
    last = dynamics.looked_at(*state)
    outcomes.kind[lanes] = LimitKind.DIVERGENT
    lost = np.isnan(dynamics.objective.gradient(last)).reshape(len(last), -1).any(axis=1)
    lost &= size(last, dynamics) <= GROWTH * _began(dynamics, lanes, outcomes)
    outcomes.kind[lanes[lost]] = LimitKind.UNDECIDED
    if dynamics.objective.restricted:
        outcomes.kind[lanes[~dynamics.objective.defined(last)]] = LimitKind.UNDEFINED


def _resolved(dynamics: Dynamics, tail: Tail, outcomes: Outcomes) -> Flags:
    """Whether runs are still so near their starts that floating point tells their steps: (lanes,)."""
    return size(tail.window[-1], dynamics) <= RESOLVED * _began(dynamics, tail.lanes, outcomes)


def _began(dynamics: Dynamics, lanes: Indices, outcomes: Outcomes) -> Array:
    """The size of the states in which runs began, at least 1: (lanes,)."""
    return np.maximum(1.0, size(outcomes.start[lanes], dynamics))


def _accept_settled(
    dynamics: Dynamics, tail: Tail, outcomes: Outcomes, max_period: int, goes_on: Flags
) -> Tail:
    """Accept lanes whose window repeats, with stable multipliers or bit for bit; the smallest p first.

    goes_on (lanes,): which are looked at; the others have been decided. Returns those that are left.
    """
    last, resolved = tail.window[-1], _resolved(dynamics, tail, outcomes)
    looking = _accept_by_rounding(dynamics, tail, outcomes, goes_on & resolved)
    open_lanes = looking | (goes_on & ~resolved)
    scale = np.maximum(size(tail.window, dynamics).max(axis=0), AS_ZERO)
    for p in range(1, min(max_period, len(tail.window) // 2) + 1):
        near = size(last - tail.window[-1 - p], dynamics) <= REPEAT * scale
        hit = np.flatnonzero(looking & near)
        if len(hit) == 0:
            continue
        window = tail.window[:, hit]
        gap = size(window[p:] - window[:-p], dynamics)[-(len(window) // 2) :].max(axis=0)
        repeats = gap <= REPEAT * _extent(dynamics, window[-p:], scale[hit]) + 2.0 * ROUNDING * scale[hit]
        hit, window, gap = hit[repeats], window[:, repeats], gap[repeats]
        if len(hit) == 0:
            continue
        part = tail.of(hit)
        found, accept = _settled(dynamics, part, window, gap, scale[hit], p)
        outcomes.accept(part.lanes, found, accept)
        open_lanes[hit[accept]] = False
        looking[hit[accept | (gap == 0.0)]] = False  # what repeats without being an orbit does so for ever
    return tail.of(open_lanes)


def _accept_by_rounding(dynamics: Dynamics, tail: Tail, outcomes: Outcomes, goes_on: Flags) -> Flags:
    """Accept equilibria of a scalar variable that runs meet by rounding; returns which lanes still go on.

    About some, runs flicker: f′ is all but 0 against where they began. Onto others, at kinks that attract
    from one side alone, they are rounded, and the slope chosen there throws them back. With momentum a run
    where the slope is 0 moves on.
    """
    if not dynamics.of_the_line or not goes_on.any():
        return goes_on
    began, seen, goes_on = outcomes.start[tail.lanes], tail.window[-NOISE_STATES:], goes_on.copy()
    slope = dynamics.objective.gradient
    drowned = np.abs(slope(seen)).max(axis=0) <= NOISE * np.abs(slope(began))
    hit = np.flatnonzero(goes_on & drowned)
    if len(hit):
        apart = np.abs(tail.window[-1, hit] - began[hit])
        points = _refined(dynamics, tail.window[:, hit], tail.delta[hit], 1, apart)
        goes_on[hit] &= ~_accept_beside(dynamics, tail, outcomes, hit, points[0], tail.window[-1, hit], apart)
    window = tail.window[:, goes_on]
    for kink in kinks_on(dynamics.objective, window.min(), window.max()) if window.size else ():
        onto = np.abs(tail.window[1:] - kink) <= 4.0 * ROUNDING * abs(kink)
        before = np.take_along_axis(tail.window, onto.argmax(axis=0)[None], axis=0)[0]
        apart = np.maximum(np.abs(began - kink), np.abs(tail.window - kink).max(axis=0))
        near = (before != kink) & (np.abs(before - kink) <= REPEAT * apart)
        hit = np.flatnonzero(goes_on & onto.any(axis=0) & near)
        points = np.full(len(hit), kink)
        goes_on[hit] &= ~_accept_beside(dynamics, tail, outcomes, hit, points, before[hit], apart[hit])
    return goes_on


def _accept_beside(
    dynamics: Dynamics, tail: Tail, outcomes: Outcomes, hit: Indices, x: Array, beside: Array, apart: Array
) -> Flags:
    """Accept equilibria x of the lanes `hit` that attract from where runs were `beside` them; all (hits,).

    apart: how far the runs began from there.
    """
    found = Orbits.through(dynamics, x[None], tail.delta[hit], beside)
    accept = (found.contraction < 1.0) & at_rest(dynamics.objective, x, ARRIVED * apart)
    outcomes.accept(tail.lanes[hit], found, accept)
    return accept


def _settled(
    dynamics: Dynamics, tail: Tail, window: Array, gap: Array, scale: Array, p: int
) -> tuple[Orbits, Flags]:
    """The orbits that repeating windows (w, lanes) + state hold, and which of them are limits.

    gap (lanes,): the largest |x[k] − x[k−p]|; scale (lanes,): the size of the window.
    """
    points = _refined(dynamics, window, tail.delta, p, scale)
    found = Orbits.through(dynamics, points, tail.delta, tail.window[-1])
    extent = _extent(dynamics, points, scale)
    step = gap + ROUNDING * scale
    stands = step * HORIZON <= ARRIVED * extent  # asked on a family, or where multipliers are unknown
    stable = found.not_unstable & (found.contraction < 1.0)
    stable &= step / (1.0 - found.contraction) <= ARRIVED * extent
    accept = (stable & (~found.neutral | stands)) | (np.isnan(found.radius) & stands)
    accept &= dynamics.objective.observable is None  # it may move far while the parameters hardly do
    accept |= gap == 0.0
    if p > 1 and dynamics.memory > 1 and not dynamics.state_shape:  # the rounding of a move need not repeat
        flickers = ~accept & (gap <= FLICKERS * ROUNDING * scale) & found.not_unstable
        points = np.where(flickers, window[-p:], points)  # of a family: not another member, a rounder one
        found, accept = Orbits.through(dynamics, points, tail.delta, tail.window[-1]), accept | flickers
    if p == 1:
        allowed = (ARRIVED if dynamics.state_shape else REPEAT) * scale
        accept &= at_rest(dynamics.objective, points[0], allowed)
    return found, accept & orbits.minimal(points, dynamics)


def _extent(dynamics: Dynamics, points: Array, scale: Array) -> Array:
    """The size that errors of an orbit (p, lanes) + state are held against: (lanes,).

    That of the tail for an equilibrium, of the orbit's own extent for a cycle: one that shrinks is none.
    """
    return scale if len(points) == 1 else size(np.ptp(points, axis=0), dynamics)


def _refined(dynamics: Dynamics, window: Array, delta: Array, p: int, scale: Array) -> Array:
    """The last p states, brought to rounding by two Newton steps where the variable is scalar."""
    points = window[-p:]
    if dynamics.state_shape:
        return points
    end = len(window) - p + 1
    state = window[end - dynamics.memory : end]
    exact = orbits.polish(dynamics, state, delta, p, scale, iterations=2)
    if p == 1 and np.isnan(exact).any():  # from a kink it is thrown by the slope chosen there
        exact = np.where(np.isnan(exact), _nearest_known(dynamics, window), exact)
    near = np.abs(exact - points) <= ARRIVED * _extent(dynamics, points, scale)
    return _rounded(dynamics, np.where(near, exact, points), delta)


def _accept_approaching(dynamics: Dynamics, tail: Tail, outcomes: Outcomes, max_period: int) -> Tail:
    """Accept lanes that close in on an exact orbit at the rate of its multipliers, or contract to it."""
    many = dynamics.dimension > orbits.DENSE_PARAMETERS
    drifts = dynamics.objective.observable is not None  # its orbits are not isolated
    if len(tail.lanes) == 0 or many or drifts:
        return tail
    suggested = _suggested_period(dynamics, tail, max_period) * _resolved(dynamics, tail, outcomes)
    open_lanes = np.ones(len(tail.lanes), bool)
    for p in range(1, max_period + 1):
        tries = np.flatnonzero(open_lanes & (suggested > 0) & (suggested % p == 0))
        if len(tries) == 0:
            continue
        part = tail.of(tries)
        for points in _candidates(dynamics, part, p):
            found = Orbits.through(dynamics, points, part.delta, part.window[-1])
            accept = orbits.minimal(points, dynamics) & _is_limit(dynamics, part, found, p)
            accept &= open_lanes[tries]
            outcomes.accept(part.lanes, found, accept)
            open_lanes[tries[accept]] = False
    return tail.of(open_lanes)


def _suggested_period(dynamics: Dynamics, tail: Tail, max_period: int) -> Indices:
    """The p with the smallest gap over the window where that is small against the range visited, else 0."""
    window = tail.window
    extent = size(window.max(axis=0) - window.min(axis=0), dynamics)
    small = (SUGGEST + 2.0 / len(window)) * extent  # a steady motion has gaps of extent/len(window)
    best, period = np.full(len(tail.lanes), np.inf), np.zeros(len(tail.lanes), int)
    near_end = window[len(window) // 2 :]
    for p in range(1, min(max_period, len(window) // 2) + 1):
        gap = size(window[-1] - window[-1 - p], dynamics)
        hit = np.flatnonzero((gap < best) & (gap <= small))
        if len(hit):
            worst = size(near_end[:, hit] - window[len(window) // 2 - p : -p, hit], dynamics).max(axis=0)
            hit = hit[worst <= 2.0 * small[hit]]
            best[hit], period[hit] = gap[hit], p
    return period


def _candidates(dynamics: Dynamics, tail: Tail, p: int) -> Iterator[Array]:
    """Exact p-periodic orbits near the tail: the nearest known equilibrium or kink (p = 1), one by Newton."""
    if p == 1 and not dynamics.state_shape:
        known = _nearest_known(dynamics, tail.window)
        if np.isfinite(known).any():
            yield known[None]
    start = tail.state(dynamics)
    if p == 1:
        start = (start[-1:] + tail.window[-2]) / 2.0  # the mean of a damped alternation
    found = orbits.polish(dynamics, start, tail.delta, p, size(tail.window, dynamics).max(axis=0))
    yield _rounded(dynamics, found, tail.delta)


def _nearest_known(dynamics: Dynamics, window: Array) -> Array:
    """The known equilibrium or kink nearest to each run (w, lanes) of a scalar variable: (lanes,), or NaN.

    Kinks are those within or just beyond what the run itself visits, whatever runs beside it.
    """
    low, high, last = window.min(axis=0), window.max(axis=0), window[-1]
    low, high = 2.0 * low - high, 2.0 * high - low
    known, kinks = (
        np.asarray(dynamics.objective.equilibria, float),
        kinks_on(dynamics.objective, low.min(), high.max()),
    )
    places = np.concatenate([[np.nan], known, kinks])
    apart = np.abs(last - places[:, None])
    apart[1 + len(known) :][(kinks[:, None] < low) | (kinks[:, None] > high)] = np.nan
    return places[np.where(np.isnan(apart), np.inf, apart).argmin(axis=0)]


def _rounded(dynamics: Dynamics, points: Array, delta: Array) -> Array:
    """Orbits (p, lanes) + state, or those through round points beside them that close no worse: of a multiple
    root Newton's method gives half of the digits."""
    extent, p = size(np.ptp(points, axis=0), dynamics), len(points)
    for decimals in ROUND_DECIMALS:
        begin = dynamics.closed(points)[: dynamics.memory]
        paths = [dynamics.follow(z, delta, p) for z in (begin, np.round(begin, decimals) + 0.0)]
        missed, missed_too = (_open(dynamics, path) for path in paths)
        rounded = paths[1][dynamics.memory - 1 : -1]
        near = size(rounded - points, dynamics).max(axis=0) <= ROUNDED * extent
        better = (missed_too < missed) & (near | (p == 1))
        points = np.where(orbits.per_lane(better, dynamics), rounded, points)
    return points


def _open(dynamics: Dynamics, path: Array) -> Array:
    """How far the last state of a path is from its first: (lanes,)."""
    return size(path[-dynamics.memory :] - path[: dynamics.memory], dynamics).max(axis=0)


def _is_limit(dynamics: Dynamics, tail: Tail, found: Orbits, p: int) -> Flags:
    scale = size(tail.window, dynamics).max(axis=0)
    extent = _extent(dynamics, found.points, scale)
    arrived = orbits.distance(tail.window, found.points, dynamics) <= REPEAT * extent
    accept = orbits.approaches(dynamics, found, tail.delta, tail.patches, tail.step_numbers, p)
    moved = size(np.ptp(tail.patches, axis=(0, 1)), dynamics)  # Newton's method may lead far along a family
    accept &= ~found.neutral | (size(tail.window[-1] - found.points[0], dynamics) <= moved)
    last, point = tail.window[-1], found.points[0]
    if dynamics.of_the_line:
        beside = tail.window[-2:] - point  # on the sides that the multiplier says, and not passing by
        about = np.abs(beside).min(axis=0) >= ABOUT * np.abs(beside).max(axis=0)
        accept &= (p > 1) | (about & (beside.prod(axis=0) * found.multipliers[:, 0] >= 0.0))
        accept |= orbits.draws_in(dynamics, found, last, tail.delta)
    if not dynamics.state_shape:
        accept &= ~orbits.kink_between(dynamics, point, last, accept)
    accept |= arrived & found.not_unstable
    if p > 1:
        return accept & (extent > MINIMAL_EXTENT * scale)
    return accept & at_rest(dynamics.objective, found.points[0], orbits.NEWTON_LEFT * scale)


def _drop_growing(dynamics: Dynamics, tail: Tail, outcomes: Outcomes) -> Tail:
    """DIVERGENT: far beyond the start and at least doubling from patch to patch, never to come back."""
    sizes = size(tail.patches, dynamics).max(axis=1)
    far = sizes[-1] > GROWTH * _began(dynamics, tail.lanes, outcomes)
    outward = size(tail.window, dynamics).min(axis=0) >= sizes[-2]
    growing = far & outward & np.all(sizes[1:] >= 2.0 * sizes[:-1], axis=0)
    growing |= sizes[-1] > NO_ORBIT
    outcomes.kind[tail.lanes[growing]] = LimitKind.DIVERGENT
    return tail.of(~growing)


def _judge_moving(dynamics: Dynamics, tail: Tail, outcomes: Outcomes, max_period: int, follow: bool) -> None:
    """APERIODIC by a positive Lyapunov exponent and no cycle in reach; else UNDECIDED.

    The exponent is noted also where the range visited is steady and no period is in sight.
    """
    tail = tail.of(turns(dynamics, tail))  # the others glide
    if len(tail.lanes) == 0:
        return
    moving = look_at_moving(dynamics, tail)
    aperiodic = moving.chaotic & _resolved(dynamics, tail, outcomes)
    if dynamics.of_the_line:
        aperiodic &= maps_into_itself(dynamics, moving, tail.delta)
        if follow and aperiodic.any():
            aperiodic &= ~_may_be_transients(dynamics, tail.delta, moving, aperiodic, max_period)
    elif dynamics.memory > 1 and follow and aperiodic.any():
        aperiodic &= ~_end_later(dynamics, tail, aperiodic, max_period)
    no_period = moving.steady & (_suggested_period(dynamics, tail, max_period) == 0)
    noted = aperiodic | moving.chaotic | no_period
    outcomes.exponent[tail.lanes[noted]] = moving.exponent[noted]
    outcomes.kind[tail.lanes[aperiodic]] = LimitKind.APERIODIC


def _end_later(dynamics: Dynamics, tail: Tail, chaotic: Flags, max_period: int) -> Flags:
    """Whether of the chaotic runs with the same step size one of the first few, followed, settles: (lanes,).

    With momentum no turning point tells which stable orbits there are.
    """
    lanes = np.flatnonzero(chaotic)
    order = lanes[np.argsort(tail.delta[lanes], kind="stable")]
    first = np.searchsorted(tail.delta[order], tail.delta[order])
    few = tail.of(order[np.arange(len(order)) - first < FOLLOWED_RUNS])
    n_steps = min(FOLLOWED[0] * tail.step_numbers[-1], FOLLOWED[1])
    found = settle(dynamics, few.state(dynamics), few.delta, n_steps, max_period, follow=False)
    ended = [kind not in (LimitKind.APERIODIC, LimitKind.UNDECIDED) for kind in found.kind]
    return np.isin(tail.delta, few.delta[np.array(ended)])


def _may_be_transients(
    dynamics: Dynamics, delta: Array, moving: Moving, chaotic: Flags, max_period: int
) -> Flags:
    """Whether runs from turning points say so of the chaotic ones of some runs: (lanes,)."""
    deltas, group = np.unique(delta, return_inverse=True)
    low, high = np.full(len(deltas), np.inf), np.full(len(deltas), -np.inf)
    np.minimum.at(low, group[chaotic], moving.low[chaotic])
    np.maximum.at(high, group[chaotic], moving.high[chaotic])
    among = np.flatnonzero(low <= high)
    starts, which = turning_points(dynamics, low[among], high[among], deltas[among])
    if len(starts) == 0:
        return np.zeros(len(delta), bool)
    which = among[which]
    run = dynamics.stepper(dynamics.start(starts), deltas[which])
    run.advance(TURNING_STEPS)
    halfway = run.x.copy()
    found = settle(dynamics, dynamics.start(halfway), deltas[which], TURNING_STEPS, max_period, follow=False)
    return may_be_a_transient(moving, group, starts, halfway, found, which)
