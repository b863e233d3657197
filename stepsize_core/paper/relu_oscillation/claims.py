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
    return (
        _theorem_4(limit, output, bound, loss_scale),
        _figure_2(limit),
        _sharpness_at_rest(limit, margins, step_size),
        _stability(limit, margins, step_size),
    )


def _theorem_4(limit: Limit, output: float, bound: float, loss_scale: float) -> Claim:
    """The bound, where the run has converged."""
    statement = f"If it converges, max ‖x_i‖‖f̂(x_i)‖ ≤ 1/(2cδ), c = {loss_scale:g}"
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return Claim.not_applicable(statement, "Theorem 4", bound, output, "this run has not converged")
    loose = bound / output if output else math.inf
    return Claim.bound(statement, "Theorem 4", bound, output, note=f"loose by a factor of {loose:.3g}")


def _figure_2(limit: Limit) -> Claim:
    """Converges, or oscillates; "odd" and "even" mean something only at period 2."""
    statement = "The run ends in a fixed function or switches between f̂_odd and f̂_even"
    settled = {1: True, 2: True}.get(limit.period, False)
    undecided = limit.kind is LimitKind.UNDECIDED
    misnamed = limit.period > 2 or limit.kind is LimitKind.APERIODIC
    note = "odd and even are then only the last two of many iterates" if misnamed else ""
    return Claim.fact(
        statement,
        "Figure 2",
        "period 1 or 2",
        limit.sentence,
        None if undecided else settled,
        rule="period measured on the function",
        note=note,
    )


def _sharpness_at_rest(limit: Limit, margins: Array, step_size: float) -> Claim:
    """A converged run sits where no Hessian eigenvalue exceeds 2/δ."""
    statement = "If it converges, λ_max of the Hessian is at most 2/δ"
    sharpness = float(2.0 / step_size - margins[-1].min())
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return Claim.not_applicable(
            statement, "Section 1", 2.0 / step_size, sharpness, "this run has not converged"
        )
    return Claim.bound(statement, "Section 1", 2.0 / step_size, sharpness, relative=DRIFT)


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
