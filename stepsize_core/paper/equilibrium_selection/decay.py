"""Example 2 with a step size that decays: where runs go that a constant step keeps from x = 2.

The step size is held, falls linearly and is held again. The largest one decides whether a run is around x = 2
or at x = 1; the decay then lets those around 2 settle, since Theorem 1 is about the last step size.
"""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.dynamics import Scheduled
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import TwoMinima

PLACE = "beyond the paper"
HELD = 300  # steps at the chosen step size, as many of decay, and as many at the last
LAST = 0.1  # the last step size: both minima are stable
WINDOW = (1.6, 2.2)  # of the random starts, around x = 2
STARTS = 500
APART = float(TwoMinima().equilibria[1])  # a bounded run above this maximum is around x = 2
THERE = 1e-6
CRISIS = (0.3, 0.345)  # between these the band around 2 meets the edge of its basin: runs leave it late
MEASURED = (0.2, 0.5)  # the step sizes of which something is said: x = 1 is stable and x = 2 is not


class Decay(Frozen):
    """Random starts under a decaying step size, and one run.

    factors (n,): of the schedule, relative to the step size; states (n + 1,): of the run from `start`;
    before, after (3,): how many are around x = 1, around x = 2, diverged, when the decay begins and at the
    end; moved: how many of those around 2 do not end at 2; claims.
    """

    step_size: float
    factors: Array
    states: Array
    before: Array
    after: Array
    moved: int
    claims: tuple[Claim, ...]


def factors_of(step_size: float) -> Array:
    """The schedule, relative to its first step size: (3·HELD,)."""
    last = LAST / step_size
    falling = np.linspace(1.0, last, HELD + 1)[1:]
    return np.concatenate([np.ones(HELD), falling, np.full(HELD, last)])


def decayed(step_size: float, start: float, seed: int) -> Decay:
    """Hold the step size, let it decay and hold it again, from random starts and from one."""
    objective, factors = TwoMinima(), factors_of(step_size)
    scheduled = Scheduled(objective, tuple(factors.tolist()))
    starts = np.random.default_rng(seed).uniform(*WINDOW, STARTS)
    held = gradient_descent(objective, starts, step_size, HELD, keep_last=1).final
    ended = gradient_descent(scheduled, starts, step_size, len(factors), keep_last=1).final
    at_first, at_last = _places(held), _places(ended, settled=True)
    counts = (np.array([(places == i).sum() for i in range(3)]) for places in (at_first, at_last))
    before, after = counts
    moved = int(((at_first == 1) & (at_last != 1)).sum())
    states = gradient_descent(scheduled, start, step_size, len(factors)).states
    claims = _claims(step_size, before, after, moved)
    return Decay(step_size, factors, states, before, after, moved, claims)


def _places(states: Array, *, settled: bool = False) -> Array:
    """0 around x = 1, 1 around x = 2, or at it where settled, 2 lost, −1 none of them."""
    with np.errstate(invalid="ignore"):
        lost = ~np.isfinite(states)
        at_2 = np.abs(states - 2.0) < THERE if settled else states > APART
        at_1 = np.abs(states - 1.0) < THERE if settled else states <= APART
    return np.where(lost, 2, np.where(at_2, 1, np.where(at_1, 0, -1)))


def _claims(step_size: float, before: Array, after: Array, moved: int) -> tuple[Claim, ...]:
    statement = (
        f"The starts that are around x = 2 when the decay begins (of {STARTS}) are those that end at 2"
    )
    if not MEASURED[0] < step_size < MEASURED[1]:
        return ()
    near = CRISIS[0] < step_size < CRISIS[1]
    holds = moved == 0 and before[1] == after[1]
    late = "near the crisis of the band runs still leave it while the step size falls"
    note = late if near and not holds else ""
    found = Claim.fact(
        statement, PLACE, int(before[1]), int(after[1]), None if near and not holds else bool(holds),
        rule="the same starts", note=note,
    )  # fmt: skip
    return (found,)
