"""Networks settle in what they compute before their parameters do: limits judged on the function.

An objective with an `observable` (a network's predictions, say) has directions in which its parameters drift
for ever at the same function. Its runs are judged on the observable, and moduli of multipliers within DRIFT
of 1 are neutral.
"""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.limits.orbits import Orbits
from stepsize_core.limits.tails import Outcomes, Tail
from stepsize_core.objectives import Objective

STILL = 1e-2  # the observable has settled if it changes by less, relative, from one patch to the next
RECUR = 2e-2  # it recurs after p steps if it moves by less than this fraction of what it moves at other lags
STEADY = 0.8  # a cycle's amplitude keeps at least this fraction from one patch to the next, and gains no more
DRIFT = 1e-3  # multipliers of modulus up to 1 + DRIFT are neutral within tolerance
FALL_AGREEMENT = 0.25  # relative: the fall of an alternation against log|multiplier|


def accept_recurrent(objective: Objective, tail: Tail, outcomes: Outcomes, max_period: int) -> Tail:
    """Accept lanes whose observable stands still (an equilibrium), recurs steadily (a cycle), or alternates
    with an amplitude that falls as the multiplier at the midpoint says (an equilibrium, not yet reached)."""
    if objective.observable is None or len(tail.lanes) == 0 or tail.window.shape[0] < 4:
        return tail
    before, now = objective.observable(tail.patches[-2]), objective.observable(tail.window)  # (w, lanes, m)
    size = np.abs(now).max(axis=(0, 2))
    lags = _lags(now, max_period)  # (lags, lanes)
    amplitude, earlier = lags.max(axis=0), _lags(before, max_period).max(axis=0)
    drifted = np.abs(now[-1] - before[-1]).max(axis=-1)
    still = (amplitude <= STILL * size) & (drifted <= STILL * size)
    recurs = lags <= RECUR * amplitude
    period = np.where(still, 1, np.where(recurs.any(axis=0), recurs.argmax(axis=0) + 1, 0))
    steady = still | ((earlier * STEADY <= amplitude) & (amplitude * STEADY <= earlier))
    fall = np.log(amplitude / earlier) / (tail.step_numbers[-1] - tail.step_numbers[-2])
    left = np.ones(len(tail.lanes), bool)
    for lane in np.flatnonzero(period):
        part = tail.of(np.array([lane]))
        left[lane] = not _accept(objective, part, outcomes, int(period[lane]), steady[lane], fall[lane])
    return tail.of(left)


def _lags(seen: Array, max_period: int) -> Array:
    """The farthest that the observable (w, lanes, m) moves in p steps, over the last half: (P, lanes)."""
    half = len(seen) // 2
    lags = range(1, min(max_period, half) + 1)
    return np.stack([np.abs(seen[half:] - seen[half - p : -p]).max(axis=(0, 2)) for p in lags])


def _accept(
    objective: Objective, part: Tail, outcomes: Outcomes, period: int, steady: bool, fall: float
) -> bool:
    """Record the orbit of a single lane if its multipliers allow it."""
    points = part.window[-period:] if steady else None
    if period == 2:
        midpoint = part.window[-2:].mean(axis=0)[None]
        alternation = Orbits.through(objective, midpoint, part.delta).multipliers.real.min()
        falls = abs(fall - np.log(-alternation)) <= FALL_AGREEMENT * -np.log(-alternation)
        if -1.0 < alternation < 0.0 and falls:
            points = midpoint
    if points is None:
        return False
    found = Orbits.through(objective, points, part.delta)
    allowed = ~(found.radius > 1.0 + DRIFT)
    outcomes.accept(part.lanes, found, allowed)
    return bool(allowed[0])
