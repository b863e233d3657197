"""The verdicts on Example 1: where the run ended, its amplitude, loss, multiplier, order of convergence."""

import math

import numpy as np

from stepsize_core.claims import Claim
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.objectives import Objective
from stepsize_core.paper.periodic_orbits.theory import exceptional_starts, oscillation_amplitude

PLACE = "Example 1"
AMPLITUDE_TOLERANCE = 1e-9  # relative; the orbit is superstable, so rounding alone remains
ROUNDING = 2.0**-50  # relative, per step: how far from a member of S a run may begin that lands on 0
ORDER_TOLERANCE = 0.1  # absolute, on the order of convergence 2 read off the last steps above rounding


def claims_of(step_size: float, objective: Objective, order: float, limit: Limit) -> tuple[Claim, ...]:
    """What the paper says of almost every run, set against this one.

    order: the measured order of convergence.
    """
    statement = "Almost every start converges to the oscillation between ±δ²/4"
    if limit.kind is LimitKind.EQUILIBRIUM:
        why = "this start lies on the exceptional set S, in floating point too"
        return (Claim.not_applicable(statement, PLACE, "period 2", limit.sentence, why),)
    oscillates = limit.kind is LimitKind.PERIODIC_ORBIT and limit.period == 2
    settled = limit.kind is not LimitKind.UNDECIDED
    measured = loss = multiplier = math.nan
    if oscillates:
        measured = float(np.mean(np.abs(limit.points)))
        loss = float(np.mean(objective.value(limit.points)))
        multiplier = float(np.max(np.abs(limit.multipliers)))
    unread = "fewer than three distances lie between the asymptotic regime and rounding"
    return (
        Claim.fact(statement, PLACE, "period 2", limit.sentence, oscillates if settled else None),
        Claim.equality(
            "Its amplitude is δ²/4", PLACE, float(oscillation_amplitude(step_size)), measured,
            relative=AMPLITUDE_TOLERANCE,
        ),
        Claim.equality(
            "The loss converges to δ³/12, not to 0", PLACE, step_size**3 / 12.0, loss,
            relative=AMPLITUDE_TOLERANCE,
        ),
        Claim.equality(
            "The orbit is superstable: multiplier 0", "beyond the paper", 0.0, multiplier, absolute=1e-6
        ),
        Claim.equality(
            "Convergence is quadratic: order 2", "beyond the paper", 2.0, order,
            absolute=ORDER_TOLERANCE, note=unread if math.isnan(order) else "",
        ),
    )  # fmt: skip


def exceptional_claim(start: float, step_size: float, limit: Limit, landing: int | None) -> Claim:
    """x[k] → 0 only from the exceptional set; whether float64 can follow it there.

    landing: the step at which the run is exactly 0; from member j of S that is step j.
    """
    statement = "From a member of S the state reaches the minimum 0"
    if landing is not None:
        member = float(exceptional_starts(step_size, landing + 1)[-1])
        on_set = abs(abs(start) - member) <= (landing + 1) * ROUNDING * member
        found = f"{limit.sentence}, at step {landing}"
        return Claim.fact(statement, PLACE, "x[k] = 0", found, on_set, rule="exactly 0")
    why = "rounded to float64 this member is not on S: the rounding error decides, and the run oscillates"
    return Claim.not_applicable(statement, PLACE, "x[k] = 0", limit.sentence, why)
