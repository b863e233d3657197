"""One run as it is drawn and as it goes on: how a study of it begins, and what may be said of it.

The limit of a run is decided on more steps than are drawn. A sentence says what is drawn; where that does not
show the limit, it says what the drawn steps end at, and names the longer run.
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import FAR
from stepsize_core.frozen import Recomputable
from stepsize_core.limits import Limit, LimitKind, classify_limit, cycle_name, not_rounding
from stepsize_core.objectives import Objective

LAST_STATES = 160  # of the longer run that are kept
SEEN = 1e-3  # a state so near the limit, relative to the range visited, shows it
AS_ZERO = 1e-13  # a coordinate so small beside the largest one stands for a 0 not quite reached
UNSTABLE = 1e-6  # a multiplier whose modulus is above 1 by more than this pushes neighbours away,
DRIFTING = 2e-3  # in families of orbits, whose neutral multipliers are known less well, by more than this


class Run(Recomputable):
    """One run of a function, with which a study of it begins.

    states (n_steps + 1,) + state_shape: x[k]; losses (n_steps + 1,): f(x[k]), NaN where f is not defined;
    limit: what the run became, decided within `followed` steps.
    """

    params: Any
    objective: Objective
    states: Array
    losses: Array
    limit: Limit
    followed: int

    @cached_property
    def shown(self) -> bool:
        """Whether the states end at the limit, far out, or at no number."""
        states, limit = self.states, self.limit
        if limit.kind in (LimitKind.DIVERGENT, LimitKind.UNDEFINED):
            far = FAR * max(1.0, float(np.abs(states[0]).max()))
            end = np.abs(states[-1])
            return not bool(np.all(end <= (far if limit.kind is LimitKind.DIVERGENT else np.inf)))
        return len(limit.points) > 0 and len(states) > limit.period and self._near(states)

    @cached_property
    def last_states(self) -> Array:
        """The last states (w,) + state_shape: of those drawn where they show the limit, else of the longer
        run."""
        if self.shown:
            return self.states[-LAST_STATES:]
        start, delta = self.states[0], self.params.step_size
        return gradient_descent(self.objective, start, delta, self.followed, keep_last=LAST_STATES).states

    @property
    def outcome(self) -> str:
        """What the run does, as the end of a sentence that begins with it.

        Where the states show the limit, the limit alone; otherwise where they end, the number of steps of the
        longer run, and what that does.
        """
        if self.shown:
            return fate_of(self.limit)
        steps = counted(len(self.states) - 1, "step")
        drawn = f"is at {place(self.states[-1])} after {steps}; followed for {self.followed:,} steps it"
        if len(self.limit.points) and not self._near(self.last_states):
            end = place(self.last_states[-1], digits=6)
            return f"{drawn} is at {end}, on its way to {_name(self.limit)}"
        return f"{drawn} {fate_of(self.limit)}"

    def _near(self, states: Array) -> bool:
        """Whether as many of the last states as the limit has points, at least two, lie at points of it."""
        points, last = self.limit.points, states[-max(2, self.limit.period) :]
        finite = self.states[np.isfinite(self.states).reshape(len(self.states), -1).all(axis=1)]
        extent = np.abs(np.concatenate([finite, points]) - points[0]).max()
        apart = np.abs(last[:, None] - points).reshape(len(last), len(points), -1).max(axis=-1)
        return bool(np.all(apart.min(axis=1) <= SEEN * extent))


def run_of(params: Any, objective: Objective, start: ArrayLike, *, decided_in: int = 10_000) -> Run:
    """The run of `params`, which has a step size and a number of steps; decided_in: `followed`, at least."""
    delta, followed = params.step_size, max(decided_in, params.n_steps)
    states = gradient_descent(objective, start, delta, params.n_steps).states
    with np.errstate(over="ignore", invalid="ignore"):  # the last states before an escape
        losses = objective.value(states)
    limit = classify_limit(objective, start, delta, n_steps=followed)
    return Run(params, objective, states, losses, limit, followed)


def fate_of(limit: Limit) -> str:
    """What a run became, as the end of a sentence that begins with the run."""
    beyond = UNSTABLE if limit.points.ndim == 1 else DRIFTING
    unstable = bool(np.any(np.abs(limit.multipliers) > 1.0 + beyond))
    match limit.kind:
        case LimitKind.EQUILIBRIUM if unstable:
            return f"rests exactly on {_name(limit)}, which is unstable: any start beside it leaves"
        case LimitKind.EQUILIBRIUM:
            return f"converges to {_name(limit)}"
        case LimitKind.PERIODIC_ORBIT:
            return f"ends in {_name(limit)}{', an unstable cycle that it meets exactly' if unstable else ''}"
        case LimitKind.APERIODIC:
            return "never settles: it is aperiodic"
        case LimitKind.DIVERGENT:
            return "diverges"
        case LimitKind.UNDEFINED:
            return "steps to a point where the function is not defined"
    found = limit.sentence.removeprefix(limit.kind.value).strip(" :,")
    return f"is still moving{f': {found}' if found else ''}"


def counted(n: int, what: str) -> str:
    """ "1 step", "1,000 steps"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def place(state: Array, digits: int = 4) -> str:
    """A state in words: x = 0.25, or (0.25, −1) in the plane, a coordinate 0 where the other dwarfs it."""
    least = AS_ZERO * float(np.max(np.abs(state)))
    numbers = [f"{0.0 if abs(x) < least else not_rounding(x):.{digits}g}" for x in np.ravel(state)]
    return f"({', '.join(numbers)})" if np.ndim(state) else f"x = {numbers[0]}"


def _name(limit: Limit) -> str:
    """An equilibrium by its place, a cycle by its period and, on the line, the range that it visits."""
    if limit.kind is LimitKind.EQUILIBRIUM:
        return place(limit.points[0], digits=6 if limit.points.ndim == 1 else 4)
    return cycle_name(limit.points, limit.multipliers)
