"""One training run of a ReLU network and what became of it."""

from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array, Flags
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_trajectory
from stepsize_core.networks.relu import TwoLayerReLU
from stepsize_core.paper.relu_oscillation.targets import learned_level
from stepsize_core.stability import hessian_eigenvalues, largest_hessian_eigenvalue

ESCAPED = 1e9  # weights past this size belong to a run that has escaped
KEPT = 64  # iterates at the end that stand for a run without a limit
ALTERNATES = 2.0  # f̂ alternates if it moves so many times as far in one step as in two
DRIFTS = 0.5  # and drifts if the last KEPT iterates take it so far, as a share of the way they go
ROUNDING = 1e-9  # of the function's size: moves below are none


class Outcome(Enum):
    """What became of a run; the value is the word shown."""

    ESCAPED = "escaped"
    DEAD = "every unit dead"
    LEARNED = "at rest, learned"
    POOR_FIT = "at rest, a poor fit"
    ALTERNATION = "a damped alternation"
    CYCLE = "periodic"
    APERIODIC = "aperiodic"
    DRIFTING = "drifting"
    MOVING = "still moving"


AT_REST = (Outcome.LEARNED, Outcome.POOR_FIT, Outcome.ALTERNATION)


class Training(Frozen):
    """What became of a run.

    n_steps: until it ended or escaped; escape: the step at which a weight passed ESCAPED, or 0; dead: whether
    no unit is active any more at an input other than 0, after an escape too; limit: DIVERGENT if it escaped;
    last_states (q, n_params): KEPT of them; reached (p, n_params): the points of the limit, or `last_states`
    where there is none; final_loss: the largest loss there; outcome.
    """

    objective: TwoLayerReLU
    step_size: float
    n_steps: int
    escape: int
    dead: bool
    limit: Limit
    last_states: Array
    reached: Array
    final_loss: float
    outcome: Outcome

    @property
    def words(self) -> str:
        """The outcome, with the period of a cycle."""
        return f"period {self.limit.period}" if self.outcome is Outcome.CYCLE else self.outcome.value

    @cached_property
    def learned_level(self) -> float:
        """The loss that counts as learned."""
        return learned_level(self.objective)

    @property
    def learned(self) -> bool:
        """Whether the final loss is below that level."""
        return bool(self.final_loss <= self.learned_level)

    @cached_property
    def output(self) -> float:
        """The largest ‖x_i‖‖f̂(x_i)‖ over what was reached."""
        sizes = np.linalg.norm(self.objective.predict(self.reached, self.objective.inputs), axis=2)
        return float((np.linalg.norm(self.objective.inputs, axis=1) * sizes).max())

    @cached_property
    def sharpest(self) -> float:
        """The largest Hessian eigenvalue over what was reached."""
        return float(hessian_eigenvalues(self.objective, self.reached).max())


def train(
    objective: TwoLayerReLU, start: ArrayLike, step_size: float, n_steps: int
) -> tuple[Training, Array, Array]:
    """What becomes of a run; its states (k, n_params) and losses (k,) until it ends or escapes, two at least.

    Raises ValueError like `gradient_descent`.
    """
    states = gradient_descent(objective, start, step_size, n_steps).states
    losses, dead = objective.losses(states), bool(all_dead(objective, states[-1]))
    held = np.isfinite(losses) & (np.abs(states).max(axis=1) < ESCAPED)
    length = int(np.logical_and.accumulate(held).sum())
    if length < len(states):
        nowhere = np.full(states.shape[1], np.nan)
        limit = Limit(LimitKind.DIVERGENT, 0, states[:0], nowhere, np.nan)
    else:
        limit = classify_trajectory(objective, states, step_size)
        if limit.kind is LimitKind.EQUILIBRIUM and _has_not_begun(objective, states, step_size):
            limit = Limit(LimitKind.UNDECIDED, 0, states[:0], np.full(states.shape[1], np.nan), np.nan)
    kept = states[: max(length, 2)]
    last = kept[-KEPT:].copy()  # a view would keep the whole run in memory
    reached = limit.points if limit.period else last
    loss = float(objective.value(reached).max())
    escape = length if length < len(states) else 0
    outcome = Outcome.ESCAPED if escape else _outcome(objective, kept, limit, dead, loss)
    run = Training(objective, step_size, len(kept) - 1, escape, dead, limit, last, reached, loss, outcome)
    return run, kept, losses[: len(kept)]


def _has_not_begun(objective: TwoLayerReLU, states: Array, step_size: float) -> bool:
    """Whether a run is over before it could move along the steepest direction, which takes 1/(δλ_max) steps.

    Its steps are small because δ is, not because it rests.
    """
    steps = step_size * (len(states) - 1) * largest_hessian_eigenvalue(objective, states[-1])
    return bool(steps < 1.0 and objective.gradient(states[-1]).any())


def all_dead(objective: TwoLayerReLU, states: Array) -> Flags:
    """Whether no unit is active at any input but 0, for states batch + (n_params,): bool, shape batch.

    Then ∂f̂/∂V is 0 for good, and f̂ is 0 at all these inputs. False where a state is not finite.
    """
    away = objective.inputs[objective.inputs.any(axis=1)]
    if len(away) == 0:
        return np.zeros(states.shape[:-1], bool)
    if objective.n_inputs == 1:  # a unit is active on a half-line
        away = np.array([away.min(axis=0), away.max(axis=0)])
    with np.errstate(invalid="ignore"):
        active = away @ objective.unpack(states)[1].mT > objective.bias
    return np.asarray(np.isfinite(states).all(axis=-1) & ~active.any(axis=(-2, -1)))


def _outcome(objective: TwoLayerReLU, states: Array, limit: Limit, dead: bool, loss: float) -> Outcome:
    """The outcome of a run that has not escaped."""
    if dead:
        return Outcome.DEAD
    if limit.kind is LimitKind.PERIODIC_ORBIT:
        return Outcome.CYCLE
    if limit.kind is LimitKind.APERIODIC:
        return Outcome.APERIODIC
    seen = objective.observable(states[-KEPT:])
    if limit.kind is LimitKind.EQUILIBRIUM:
        one, two = (np.abs(seen[-1] - earlier).max() for earlier in seen[[-2, -3]])
        if one > max(ALTERNATES * two, ROUNDING * np.abs(seen).max()):
            return Outcome.ALTERNATION
        return Outcome.LEARNED if loss <= learned_level(objective) else Outcome.POOR_FIT
    path, away = np.abs(np.diff(seen, axis=0)).max(axis=1).sum(), np.abs(seen[-1] - seen[0]).max()
    return Outcome.DRIFTING if away >= DRIFTS * path > 0.0 else Outcome.MOVING
