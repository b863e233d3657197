"""The verdicts on Example 3: the fate of the start, its threshold, and the rate of the approach to 0."""

import math

from stepsize_core.claims import Claim
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.objectives import EvenPower
from stepsize_core.paper.initialization_dependence.theory import approach_rate

PLACE = "Example 3"
AT_THRESHOLD = 2.0**-50  # |x[0]| this close to the threshold (relative) is decided by rounding
NEAR_THRESHOLD = 1e-3  # closer than this the distance is said, not the ratio
THRESHOLD_TOLERANCE = 1e-6  # relative, of the threshold found by bisection over runs
RATE_TOLERANCE = 0.05  # relative, of the growth of |x|^{−(L−2)} per step


def claims_of(
    start: float, step_size: float, objective: EvenPower, radius: float, measured: float, limit: Limit,
    rate: float, end: float,
) -> tuple[Claim, ...]:  # fmt: skip
    """What the paper says of the run from `start`, set against it.

    radius, measured: the threshold by theory and by bisection over runs; rate: the measured growth of
    |x|^{−(L−2)} per step; end: |x| at the end of the long run.
    """
    power = objective.power
    return (
        _fate(abs(start) / radius, limit),
        Claim.equality(
            "The threshold, found by bisection over runs", PLACE, radius, measured,
            relative=THRESHOLD_TOLERANCE,
        ),
        Claim.equality(
            "At the threshold ±x[0] is an unstable 2-cycle: multiplier 3 − 2L per step", "beyond the paper",
            3.0 - 2.0 * power, 1.0 - step_size * float(objective.hessian(radius)), relative=1e-12,
        ),
        _approach(approach_rate(power, step_size), rate, end, limit),
    )  # fmt: skip


def beside_threshold(ratio: float) -> str:
    """Where a start lies by the ratio of its modulus to the threshold, as the end of a sentence."""
    if abs(ratio - 1.0) <= AT_THRESHOLD:
        return "lies on the threshold"
    if abs(ratio - 1.0) < NEAR_THRESHOLD:
        return f"lies {'inside' if ratio < 1.0 else 'beyond'} the threshold by {abs(ratio - 1.0):.2g} of it"
    return f"is {ratio:.4g} of the threshold"


def _fate(ratio: float, limit: Limit) -> Claim:
    """What the start becomes, by its ratio to the threshold."""
    statement = f"|x[0]| {beside_threshold(ratio)}: (2/(Lδ))^(1/(L−2))"
    if abs(ratio - 1.0) <= AT_THRESHOLD:
        cycles = limit.kind is LimitKind.PERIODIC_ORBIT or None
        note = "" if cycles else "the distance to the threshold is below rounding, which decides here"
        return Claim.fact(statement, PLACE, "2-cycle ±x[0]", limit.sentence, cycles, note=note)
    kind = LimitKind.EQUILIBRIUM if ratio < 1.0 else LimitKind.DIVERGENT
    fate = "converges to 0" if ratio < 1.0 else "diverges"
    holds = None if limit.kind is LimitKind.UNDECIDED else limit.kind is kind
    return Claim.fact(statement, PLACE, fate, limit.sentence, holds)


def _approach(growth: float, rate: float, end: float, limit: Limit) -> Claim:
    """The algebraic approach of a run that converges, where it is above rounding; end: its last |x|."""
    statement = "The approach is algebraic: |x|^(−(L−2)) grows by L(L−2)δ per step"
    if limit.kind is LimitKind.EQUILIBRIUM and not math.isnan(rate):
        return Claim.equality(statement, "beyond the paper", growth, rate, relative=RATE_TOLERANCE)
    settled = limit.kind is LimitKind.EQUILIBRIUM
    near = "this run is exactly at 0" if end == 0.0 else "so near 0 the motion is below rounding"
    unmet = near if settled else "this run does not approach 0"
    return Claim.not_applicable(statement, "beyond the paper", growth, "—", unmet)
