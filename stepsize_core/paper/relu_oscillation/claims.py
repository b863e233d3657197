"""Theorem 4 and Figure 2 as claims: what is said of one training run of a ReLU network, and what it did."""

import math

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.limits.recurrence import DRIFT


def claims_of(
    step_size: float, loss_scale: float, limit: Limit, output: float, bound: float, margins: Array
) -> tuple[Claim, ...]:
    """What the paper says of one training run, set against it.

    output: max ‖x_i‖‖f̂(x_i)‖ at the last iterate; bound: Theorem 4's; margins (2, n):
    2/δ − λ at the last two.
    """
    largest = f"If it converges, max ‖x_i‖‖f̂(x_i)‖ ≤ 1/(2cδ), c = {loss_scale:g}"
    sharpest = "If it converges, λ_max of the Hessian is at most 2/δ"
    edge, loose = 2.0 / step_size, bound / output if output else math.inf
    sharpness = float(edge - margins[-1].min())
    return (
        _at_rest(limit, largest, "Theorem 4", bound, output, note=f"loose by a factor of {loose:.3g}"),
        _figure_2(limit),
        _at_rest(limit, sharpest, "Section 1", edge, sharpness, relative=DRIFT),
        _stability(limit, margins, step_size),
    )


def _at_rest(
    limit: Limit,
    statement: str,
    place: str,
    bound: float,
    value: float,
    relative: float = 0.0,
    note: str = "",
) -> Claim:
    """A bound that holds where the run has converged."""
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return Claim.not_applicable(statement, place, bound, value, "this run has not converged")
    return Claim.bound(statement, place, bound, value, relative=relative, note=note)


def _figure_2(limit: Limit) -> Claim:
    """Converges, or oscillates; "odd" and "even" mean something only at period 2."""
    statement = "The run ends in a fixed function or switches between f̂_odd and f̂_even"
    settled = None if limit.kind is LimitKind.UNDECIDED else limit.period in (1, 2)
    misnamed = limit.period > 2 or limit.kind is LimitKind.APERIODIC
    note = "odd and even are then only the last two of many iterates" if misnamed else ""
    rule = "period measured on the function"
    return Claim.fact(statement, "Figure 2", "period 1 or 2", limit.sentence, settled, rule=rule, note=note)


def _stability(limit: Limit, margins: Array, step_size: float) -> Claim:
    """The orbit reached is not unstable by its multipliers; λ_max at an iterate of a cycle is no verdict."""
    statement = "What is reached is Lyapunov stable: multipliers within the unit circle"
    sharpest = 1.0 - margins.min(axis=1) * step_size / 2.0  # λ_max in units of 2/δ
    ratios = " and ".join(f"{ratio:.3f}" for ratio in sharpest)
    note = f"λ_max at the last two iterates: {ratios} times 2/δ"
    if limit.period == 0:
        return Claim.not_applicable(statement, "Section 1", "modulus ≤ 1", "no orbit", f"no orbit; {note}")
    largest = float(np.abs(limit.multipliers).max())
    return Claim.bound(statement, "Section 1", 1.0, largest, relative=DRIFT, note=note)
