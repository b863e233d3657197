"""Networks settle in what they compute before their parameters do: limits judged on the function.

An objective with an `observable` (a network's predictions, say) has directions in which its parameters drift
for ever at the same function. Its runs are judged on the observable. Rest is a rate, not a small step: what
is computed may change by at most STILL of its size over a horizon of as many steps as were taken, at least
HORIZON. That change is extrapolated twice, from the displacements between the patches of the run and from
the linearized map at its end; the larger counts. Moduli of multipliers within DRIFT of 1 are neutral.
"""

import math

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.dynamics import Dynamics
from stepsize_core.limits.orbits import Orbits
from stepsize_core.limits.tails import Outcomes, Tail
from stepsize_core.stability import DENSE_PARAMETERS, path_jacobian

HORIZON = 10_000  # steps ahead, or as many as were taken, over which a limit must hold
STILL = 1e-2  # the observable is at rest if it changes by less over the horizon, relative to its size
ROUNDING = 1e-12  # displacements below this fraction of the observable's size are none
RECUR = 5e-3  # it recurs after p steps if it moves by less than this fraction of what it moves at other lags
AGAIN = 0.1  # or, where it is extrapolated or fades, less than this fraction of its moves at divisors of p
LASTS = math.log(2.0)  # an amplitude lasts if its logarithm changes by less over the horizon
SETTLING = 200  # steps from a state that was extrapolated back to its cycle
DRIFT = 1e-3  # multipliers of modulus up to 1 + DRIFT are neutral within tolerance
FALL_AGREEMENT = 0.25  # relative: the fall of an alternation against log|multiplier|


def accept_recurrent(dynamics: Dynamics, tail: Tail, outcomes: Outcomes, max_period: int) -> Tail:
    """Accept lanes whose observable is at rest (an equilibrium), repeats (a cycle), or alternates with an
    amplitude that falls as the multiplier at the midpoint says (an equilibrium, not yet reached)."""
    if dynamics.objective.observable is None or len(tail.lanes) == 0 or tail.window.shape[0] < 4:
        return tail
    left = np.ones(len(tail.lanes), bool)
    for lane in range(len(tail.lanes)):
        part = tail.of(np.array([lane]))
        points = _limit(dynamics, part, max_period)
        if points is not None:
            found = Orbits.through(dynamics, points, part.delta)
            left[lane] = bool(found.radius > 1.0 + DRIFT)
            outcomes.accept(part.lanes, found, ~left[[lane]])
    return tail.of(left)


def _limit(dynamics: Dynamics, part: Tail, max_period: int) -> Array | None:
    """The points of what a single lane becomes, (p, 1) + state; None where it is not at rest nor repeats."""
    assert dynamics.objective.observable is not None
    seen = dynamics.objective.observable(part.patches[:, :, 0])  # (PATCHES, w, m)
    size, ends = float(np.abs(seen[-1]).max()), np.array(part.step_numbers)
    lags = np.stack([_lags(patch, max_period) for patch in seen])  # (PATCHES, P)
    horizon = max(int(ends[-1]), HORIZON)
    lasts = np.abs(np.log(lags[-1] / lags[-2])) * horizon / (ends[-1] - ends[-2]) <= LASTS  # (P,)
    period = _period(lags[-1], size)

    resting = _extrapolated(seen, ends, horizon, size) <= STILL * size
    centre = part.window[-2:].mean(axis=0)[None]
    alternates = lags.shape[1] > 1 and lags[-1, 1] <= AGAIN * lags[-1, 0]
    damped = alternates and _falls(dynamics, part, centre, lags[:, 0])
    if resting and damped and _rests(dynamics, part, centre, horizon, size):
        return centre
    if period > 1 and _goes_on(dynamics, part, lags[-1], lasts, horizon, period):
        return part.window[-period:]
    resting &= bool(lags[-1].max() <= STILL * size)
    point = centre if alternates else part.window[-1:]
    return point if resting and _rests(dynamics, part, point, horizon, size) else None


def _lags(seen: Array, max_period: int) -> Array:
    """The farthest that the observable (w, m) moves in p steps, over the last half: (P,)."""
    half = len(seen) // 2
    lags = range(1, min(max_period, half) + 1)
    return np.stack([np.abs(seen[half:] - seen[half - p : -p]).max() for p in lags])


def _period(lags: Array, size: float) -> int:
    """The smallest p after which the observable recurs, but for its drift; 0 where there is none."""
    recurs = np.flatnonzero(lags <= RECUR * lags.max())
    return int(recurs[0]) + 1 if len(recurs) and lags.max() > ROUNDING * size else 0


def _goes_on(dynamics: Dynamics, part: Tail, lags: Array, lasts: Flags, horizon: int, period: int) -> bool:
    """Whether a p-cycle goes on: it neither fades nor grows now, and is the same after the horizon."""
    assert dynamics.objective.observable is not None
    apart = [q - 1 for q in range(1, period) if period % q == 0]
    later = _later(dynamics, part, part.window[-period:], horizon)
    if not np.isfinite(later).all() or not lasts[apart].all():
        return False
    states, run = np.empty_like(part.window), dynamics.stepper(later, part.delta)
    run.advance(SETTLING)
    run.record(states)
    then = _lags(dynamics.objective.observable(states[:, 0]), len(lags))
    same = np.abs(np.log(then[apart] / lags[apart])) <= LASTS
    return bool(same.all() and then[period - 1] <= AGAIN * then[apart].min())


def _falls(dynamics: Dynamics, part: Tail, centre: Array, amplitudes: Array) -> bool:
    """Whether an alternation, (PATCHES,), falls as the smallest multiplier at its midpoint says."""
    smallest = float(Orbits.through(dynamics, centre, part.delta).multipliers.real.min())
    if not -1.0 < smallest < 0.0:
        return False
    expected, steps = math.log(-smallest), part.step_numbers[-1] - part.step_numbers[-2]
    return bool(abs(np.log(amplitudes[-1] / amplitudes[-2]) / steps - expected) <= FALL_AGREEMENT * -expected)


def _extrapolated(seen: Array, ends: Array, horizon: int, size: float) -> float:
    """How far the centre of an alternation, or what does not alternate, moves over the horizon.

    seen (PATCHES, w, m) at the steps up to `ends`. The speed between patches goes on as a power of k or as a
    geometric sequence, fitted to the last stretch and each earlier one: the largest change counts.
    """
    odd = (ends - ends[-1]) % 2
    k = (ends - odd).astype(float)
    centres = np.stack([patch[w - 2 : w].mean(axis=0) for patch, w in zip(seen, seen.shape[1] - odd)])
    speeds = np.abs(np.diff(centres, axis=0)).max(axis=1) / np.diff(k)
    speed, middle, end = speeds[-1], (k[1:] + k[:-1]) / 2.0, k[-1]
    if speed * (end - k[-2]) <= ROUNDING * size:
        return 0.0
    fall = np.log(speeds[:-1] / speed)
    power, rate = fall / np.log(middle[-1] / middle[:-1]), fall / (middle[-1] - middle[:-1])
    by_power = (end / middle[-1]) ** -power * end * _integral(1.0 - power, math.log1p(horizon / end))
    geometric = np.exp(-rate * (end - middle[-1])) * _integral(-rate, horizon)
    return float(speed * np.nan_to_num(np.maximum(by_power, geometric), nan=np.inf).max())


def _integral(exponents: Array, length: float) -> Array:
    """∫ exp(a s) ds from 0 to `length` for each exponent a."""
    small = np.abs(exponents * length) < 1e-9
    return np.where(small, length, np.expm1(exponents * length) / np.where(small, 1.0, exponents))


def _rests(dynamics: Dynamics, part: Tail, point: Array, horizon: int, size: float) -> bool:
    """Whether the observable stays at that of a point (1, 1) + state over the horizon too."""
    assert dynamics.objective.observable is not None
    later = _later(dynamics, part, point, horizon)[-1, 0]
    change = dynamics.objective.observable(later) - dynamics.objective.observable(point[0, 0])
    return bool(np.abs(change).max() <= STILL * size)


def _later(dynamics: Dynamics, part: Tail, points: Array, horizon: int) -> Array:
    """The state after the horizon, (memory, 1) + state_shape, by the map of p steps linearized along points
    (p, 1) + state_shape.

    The present state where there are too many parameters to form the Jacobian.
    """
    p, state, d = len(points), part.state(dynamics), dynamics.dimension
    if d > DENSE_PARAMETERS:
        return state
    jacobian = path_jacobian(dynamics, dynamics.closed(points)[:, 0], part.delta[0])
    step = np.eye(d + 1)  # of (displacement, 1)
    step[:d, :d], step[:d, d] = jacobian, jacobian @ np.reshape(state - part.state(dynamics, p), d)
    moved = np.linalg.matrix_power(step, max(horizon // p, 1))[:d, d]
    return state + moved.reshape(state.shape)
