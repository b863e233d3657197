"""Theorem 4 and Figure 2 as claims: what is said of one training run of a ReLU network, and what it did."""

import math

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.limits import LimitKind
from stepsize_core.limits.recurrence import DRIFT
from stepsize_core.paper.relu_oscillation.targets import (
    DRAWN,
    PUBLISHED_A,
    PUBLISHED_B,
    RECIPE,
    TRAINING_STEPS,
)
from stepsize_core.paper.relu_oscillation.theory import loss_name, output_bound
from stepsize_core.paper.relu_oscillation.training import AT_REST, Outcome, Training

FIGURE_2 = {DRAWN: {2e-4: 1, 3e-4: 2}, PUBLISHED_A: {3e-4: 2}, PUBLISHED_B: {1e-4: 1}}  # periods by δ, c = 1
EXPECTED = {1: "one fixed function close to f", 2: "two functions in turn"}


def claims_of(run: Training, margins: Array, target: str, units: str = "") -> tuple[Claim, ...]:
    """What the paper says of one training run on `target`, set against it.

    margins (2, n): 2/δ − λ at the last two iterates; units: what stands behind quantities in those trained.
    """
    delta, c, loss = run.step_size, run.objective.loss_scale, loss_name(run.objective.loss_scale) + units
    bound, output = float(output_bound(delta, c)), run.output
    largest = f"If it converges, max ‖x_i‖‖f̂(x_i)‖ ≤ 1/(2cδ), c = {c:g}{units}"
    sharpest = f"If it converges, λ_max of the Hessian of {loss} is at most 2/δ"
    loose = f"loose by a factor of {bound / output:.3g}" if output else "f̂ is 0 at every input but 0"
    return (
        _at_rest(run, largest, "Theorem 4", bound, output, note=loose),
        _figure_2(run, target),
        _at_rest(run, sharpest, "Section 1", 2.0 / delta, run.sharpest, relative=DRIFT),
        _stability(run, margins, loss),
    )


def _not_at_rest(run: Training) -> str:
    """Why what is said of converged runs is not said of this one."""
    if run.outcome is Outcome.DEAD:
        return "every unit is dead"
    return f"the run escaped at step {run.escape:,}" if run.escape else "this run has not converged"


def _at_rest(
    run: Training,
    statement: str,
    place: str,
    bound: float,
    value: float,
    relative: float = 0.0,
    note: str = "",
) -> Claim:
    """A bound that holds where the run has converged."""
    if run.outcome not in AT_REST:
        return Claim.not_applicable(statement, place, bound, value, _not_at_rest(run))
    return Claim.bound(statement, place, bound, value, relative=relative, note=note)


def _figure_2(run: Training, target: str) -> Claim:
    """What one draw did in the paper: another may do the same, and contradicts nothing where it does not."""
    statement = "At δ = 2·10⁻⁴ a network settles, at 3·10⁻⁴ it switches between f̂ odd and f̂ even"
    own = target != DRAWN
    network = (run.objective.hidden_units, len(run.objective.inputs))
    delta, known = run.step_size * run.objective.loss_scale, FIGURE_2.get(target, {})
    expected = next((p for d, p in known.items() if math.isclose(d, delta) and network == RECIPE), 0)
    if not expected:
        return Claim.not_applicable(
            statement, "Figure 2", "—", run.words, "another network or step size than in Figure 2"
        )
    close = run.outcome in AT_REST and run.learned
    there = close if expected == 1 else run.limit.period == expected
    if not own and not there:
        another = "Figure 2 shows one draw, this is another"
        return Claim.not_applicable(statement, "Figure 2", EXPECTED[expected], run.words, another)
    early = run.n_steps < TRAINING_STEPS or run.limit.kind is LimitKind.UNDECIDED
    holds = True if there else None if early else False
    note = "odd and even are then only the last two of many iterates" if holds is False else ""
    rule = "period measured on the function"
    return Claim.fact(statement, "Figure 2", EXPECTED[expected], run.words, holds, rule=rule, note=note)


def _stability(run: Training, margins: Array, loss: str) -> Claim:
    """The orbit reached is not unstable by its multipliers; λ_max at an iterate of a cycle is no verdict."""
    statement = "What is reached is Lyapunov stable: multipliers within the unit circle"
    sharpest = 1.0 - margins.min(axis=1) * run.step_size / 2.0  # λ_max in units of 2/δ
    ratios = " and ".join(f"{ratio:.3f}" for ratio in sharpest)
    note = f"λ_max at the last two iterates: {ratios} times 2/δ, loss {loss}"
    if run.limit.period == 0 or run.outcome is Outcome.DEAD:
        why = f"no orbit; {note}" if run.outcome not in (Outcome.DEAD, Outcome.ESCAPED) else _not_at_rest(run)
        return Claim.not_applicable(statement, "Section 1", "modulus ≤ 1", "no orbit", why)
    largest = float(np.abs(run.limit.multipliers).max())
    return Claim.bound(statement, "Section 1", 1.0, largest, relative=DRIFT, note=note)
