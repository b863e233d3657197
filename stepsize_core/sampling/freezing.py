"""Freeze the batch: go on from the last state with the full gradient. Noise dies out, an oscillation
stays."""

from collections.abc import Callable

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count
from stepsize_core.descent import gradient_descent
from stepsize_core.dynamics import descended
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import Objective

STAYS, DIES = 0.9, 0.5  # late over earlier amplitude
GONE = 1e-3  # of the first amplitude
DRIFT = 0.01  # of the mean step: an amplitude below is the bend of a drift
ROUNDING = 1e-10  # of the record


class FrozenBatch(Frozen):
    """What the full gradient makes of the last state of a sampled run.

    record     (n_steps + 1,) what was watched
    gap_one    the mean of |y_{k+1} − y_k| over the last quarter
    gap_two    the mean of |y_{k+2} − y_k| there: 0 on a 2-cycle
    amplitude  half the distance of odd from even steps there: the mean of |y_{k+1} − 2y_k + y_{k−1}|/4, which
               a drift does not enter
    stays      True: the alternation of the last quarter is that of the second; False: it dies out; None:
               undecided, it still changes, or the run left the finite numbers
    """

    record: Array
    gap_one: float
    gap_two: float
    amplitude: float
    stays: bool | None


def freeze(
    objective: Objective,
    state: ArrayLike,
    step_size: float,
    *,
    n_steps: int = 4000,
    observe: Callable[[Array], Array] | None = None,
) -> FrozenBatch:
    """Go on from one state with the full gradient of `objective`, a FiniteSum say, at the same step size.

    observe: states (rows,) + state_shape -> (rows,), what is watched; the state itself of a scalar variable.
    Raises ValueError like `gradient_descent`, where n_steps is below 16 or a vector has nothing to be
    watched.
    """
    n_steps = count("n_steps", n_steps, at_least=16)
    if observe is None and descended(objective).state_shape:
        raise ValueError("observe must say which number of a state of several parameters is watched")
    run = gradient_descent(objective, state, step_size, n_steps, observe=observe or np.copy)
    record = run.observed
    if record is None or record.shape != (n_steps + 1,):
        raise ValueError("observe must give one number a state, and state be a single one")
    quarters = np.array_split(record, 4)
    first, second, last = (_amplitude(quarters[i]) for i in (0, 1, 3))
    one, two = (float(np.abs(quarters[3][lag:] - quarters[3][:-lag]).mean()) for lag in (1, 2))
    stays = None
    if np.isfinite(record).all():
        floor = max(GONE * first, DRIFT * one, ROUNDING * float(np.abs(record).max()), DIES * second)
        if last <= floor:
            stays = False
        elif last > STAYS * second:
            stays = True
    return FrozenBatch(record, one, two, last, stays)


def _amplitude(y: Array) -> float:
    return float(np.abs(y[2:] - 2.0 * y[1:-1] + y[:-2]).mean() / 4.0)
