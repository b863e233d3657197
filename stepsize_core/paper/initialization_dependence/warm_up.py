"""Example 3 with a step size that changes: a warm-up is bounded by its slope and not by its peak.

From a start that a constant δ throws out, a step size that rises to δ converges if it rises slowly enough: as
|x| falls, larger steps are allowed. One that follows what is allowed converges linearly, where a constant one
creeps.
"""

from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.dynamics import Scheduled
from stepsize_core.frozen import Frozen
from stepsize_core.limits import LimitKind, classify_limit
from stepsize_core.objectives import EvenPower
from stepsize_core.paper.initialization_dependence.theory import shortest_warm_up, warm_up_peak
from stepsize_core.paper.scalar import bisected

PLACE = "beyond the paper"
LONGEST = 1000  # steps of a warm-up that is tried
SHOWN = 300  # steps of the runs, at least; three times those of the warm-up
SHARE = 0.25  # of the largest step at x, in steps that follow it
FOLLOWED = 40  # steps of that run, in which |x| falls by 2⁴⁰
DECIDED_IN = 1000  # steps at the peak
ROUNDING = 1e-12  # a step size so near a limit, relative, is decided by rounding
CLAIMED = 100  # the warm-up whose largest peak is measured at every case,
LENGTHS = (1, 2, 3, 5, 10, 20, 50, CLAIMED, 200, 500, LONGEST)  # and those of the diagram
BRACKET, POINTS, ROUNDS, BEYOND = (0.25, 2.0), 65, 4, 80  # of the bisection over peaks
TOLERANCE = 1e-6  # relative, of what it finds


class WarmUp(Frozen):
    """Three schedules from one start.

    ratio: the step size over the largest constant one from this start; n_steps: of the shortest warm-up that
    converges, 1 where none is needed, 0 where LONGEST is too short. |x[k]|, NaN once escaped: of a constant
    step size and of that warm-up, (m,), of one a step shorter, (m,) or empty, and of steps that are SHARE of
    the largest one at x, (FOLLOWED + 1,); claims.
    """

    ratio: float
    n_steps: int
    constant: Array
    warmed: Array
    shorter: Array
    proportional: Array
    claims: tuple[Claim, ...]


class Peaks(Frozen):
    """The largest peak of a warm-up over lengths (n,), over the largest constant step size: by theory, and by
    bisection over runs."""

    lengths: Indices
    predicted: Array
    measured: Array


def warm_up(objective: EvenPower, n_steps: int) -> Scheduled:
    """δ·min(1, (k + 1)/K) with K = n_steps."""
    return Scheduled(objective, tuple((np.arange(1, n_steps + 1) / n_steps).tolist()))


def warmed_up(power: int, start: float, step_size: float) -> WarmUp:
    """A constant step size, one that rises to it and one that follows |x|, from the same start."""
    objective = EvenPower(power)
    ratio = step_size * power * abs(start) ** (power - 2) / 2.0
    n_steps = shortest_warm_up(power, ratio) if ratio <= warm_up_peak(power, LONGEST) else 0
    shown = max(SHOWN, 3 * n_steps)

    def run(length: int) -> Array:
        if length < 1:
            return np.empty(0)
        return np.abs(gradient_descent(warm_up(objective, length), start, step_size, shown).states)

    proportional = _proportional(objective, start)
    claims = (
        _shortest(objective, start, step_size, ratio, n_steps),
        Claim.equality(
            f"A warm-up over {CLAIMED} steps allows a peak of so many times the largest constant step size",
            PLACE, warm_up_peak(power, CLAIMED), measured_peak(power, CLAIMED), relative=TOLERANCE,
        ),
        _linear(proportional),
    )  # fmt: skip
    return WarmUp(ratio, n_steps, run(1), run(n_steps), run(n_steps - 1), proportional, claims)


def warm_up_peaks(power: int) -> Peaks:
    """The largest peak of warm-ups over LENGTHS steps."""
    predicted, measured = ([peak(power, n) for n in LENGTHS] for peak in (warm_up_peak, measured_peak))
    return Peaks(np.array(LENGTHS), np.array(predicted), np.array(measured))


@lru_cache  # asked for at every change of the step size
def measured_peak(power: int, n_steps: int) -> float:
    """The largest peak of a warm-up from which runs from x[0] = 1 do not escape, over the largest constant
    step size from there, by repeated subdivision; NaN where the bracket does not hold it."""
    schedule, constant = warm_up(EvenPower(power), n_steps), 2.0 / power

    def escapes(peaks: Array) -> Flags:
        runs = gradient_descent(schedule, 1.0, peaks * constant, n_steps + BEYOND, keep_last=1)
        return np.isnan(runs.final)

    low, high = (end * n_steps for end in BRACKET)
    return bisected(escapes, low, high, points=POINTS, rounds=ROUNDS)


def _proportional(objective: EvenPower, start: float) -> Array:
    """|x[k]| with steps of SHARE of the largest one at x[k], 2/(L|x|^{L−2})."""
    x, power = np.float64(start), objective.power
    states = [x]
    with np.errstate(all="ignore"):  # at 0, and where |x|^{L−2} is below rounding
        for _ in range(FOLLOWED):
            x = x - SHARE * 2.0 / (power * np.abs(x) ** (power - 2)) * objective.gradient(x)
            states.append(x)
    return np.abs(states)


def _shortest(objective: EvenPower, start: float, step_size: float, ratio: float, n_steps: int) -> Claim:
    statement = (
        f"δ is {ratio:.4g} times the largest constant one: the shortest warm-up that converges, in steps"
    )
    if n_steps == 0:
        return Claim.not_applicable(
            statement,
            PLACE,
            f"more than {LONGEST:,}",
            "—",
            f"warm-ups over {LONGEST:,} steps at most are run",
        )
    lengths = range(max(1, n_steps - 1), n_steps + 1)
    if any(abs(warm_up_peak(objective.power, n) - ratio) <= ROUNDING * ratio for n in lengths):
        unmet = (
            "the step size lies on the limit of such a warm-up, where a run does neither, or rounding decides"
        )
        return Claim.not_applicable(statement, PLACE, n_steps, "—", unmet)
    limits = [classify_limit(warm_up(objective, n), start, step_size, n_steps=DECIDED_IN) for n in lengths]
    kinds = [limit.kind for limit in limits]
    holds = kinds == [LimitKind.DIVERGENT, LimitKind.EQUILIBRIUM][-len(kinds) :]
    measured = ", ".join(f"K = {n}: {kind.value}" for n, kind in zip(lengths, kinds))
    rule = "this one, and none shorter"
    return Claim.fact(statement, PLACE, n_steps, measured, holds, rule=rule)


def _linear(states: Array) -> Claim:
    statement = f"Steps of {SHARE:g} of the largest one at x, 2/(L|x|^(L−2)), multiply x by ½ each"
    predicted = 1.0 - 2.0 * SHARE
    if states[0] == 0.0 or not np.isfinite(states).all():
        unmet = "at 0, and where |x|^(L−2) is below rounding, there is no largest step"
        return Claim.not_applicable(statement, PLACE, predicted, "—", unmet)
    rate = float((states[-1] / states[0]) ** (1.0 / (len(states) - 1)))
    return Claim.equality(statement, PLACE, predicted, rate, relative=ROUNDING)
