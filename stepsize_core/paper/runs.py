"""One run as it is drawn and as it goes on: how a study of it begins, and what may be said of it.

The limit of a run is decided on more steps than are drawn. A sentence says what is drawn; where that does not
show the limit, it says what the drawn steps end at, and names the longer run.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import FAR
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit, not_rounding
from stepsize_core.objectives import Objective

LAST_STATES = 160  # of the longer run that are kept
SEEN = 1e-3  # a state so near the limit, relative to the range visited, shows it
AS_ZERO = 1e-13  # a coordinate so small beside the largest one stands for a 0 not quite reached
UNSTABLE = 1e-6  # a multiplier whose modulus is above 1 by more than this pushes neighbours away,
DRIFTING = 2e-3  # in families of orbits, whose neutral multipliers are known less well, by more than this


class Followed(Frozen):
    """The longer run: n_steps, within which its limit was decided; states (w,) + state_shape: the last ones.

    Those of the run as drawn where they show the limit.
    """

    n_steps: int
    states: Array


class Run(Frozen):
    """One run of a function, with which a study of it begins.

    states (n_steps + 1,) + state_shape: x[k]; losses (n_steps + 1,): f(x[k]), NaN where f is not defined;
    limit: what the run became; followed: the longer run that shows it.
    """

    params: Any
    objective: Objective
    states: Array
    losses: Array
    limit: Limit
    followed: Followed
    claims: tuple[Claim, ...]

    @property
    def outcome(self) -> str:
        """What the run does, as the end of a sentence that begins with it."""
        return outcome_of(self.states, self.limit, self.followed)


def run_of(
    objective: Objective, start: ArrayLike, step_size: float, n_steps: int, *, decided_in: int = 10_000
) -> tuple[Array, Array, Limit, Followed]:
    """States, losses, limit and longer run as in `Run`, the limit decided within so many steps."""
    states = gradient_descent(objective, start, step_size, n_steps).states
    with np.errstate(over="ignore", invalid="ignore"):  # the last states before an escape
        losses = objective.value(states)
    steps = max(decided_in, n_steps)
    limit = classify_limit(objective, start, step_size, n_steps=steps)
    if shows(states, limit):
        return states, losses, limit, Followed(steps, states[-LAST_STATES:])
    last = gradient_descent(objective, start, step_size, steps, keep_last=LAST_STATES).states
    return states, losses, limit, Followed(steps, last)


def outcome_of(states: Array, limit: Limit, followed: Followed) -> str:
    """What a run does, as the end of a sentence that begins with it.

    states (n_steps + 1,) + state_shape: those drawn. Where they show the limit, the limit alone; otherwise
    where they end, the number of steps of the longer run, and what that does.
    """
    if shows(states, limit):
        return fate_of(limit)
    steps = "1 step" if len(states) == 2 else f"{len(states) - 1:,} steps"
    longer = f"followed for {followed.n_steps:,} steps it"
    drawn = f"is at {place(states[-1])} after {steps}; {longer}"
    if len(limit.points) and not _near(followed.states, limit, _extent(states, limit)):
        end = place(followed.states[-1], digits=6)
        return f"{drawn} is at {end}, on its way to {_name(limit)}"
    return f"{drawn} {fate_of(limit)}"


def shows(states: Array, limit: Limit) -> bool:
    """Whether the states (n + 1,) + state_shape of a run end at its limit, far out, or at no number."""
    if limit.kind in (LimitKind.DIVERGENT, LimitKind.UNDEFINED):
        far = FAR * max(1.0, float(np.abs(states[0]).max()))
        return not bool(np.all(np.abs(states[-1]) <= (far if limit.kind is LimitKind.DIVERGENT else np.inf)))
    return (
        len(limit.points) > 0 and len(states) > limit.period and _near(states, limit, _extent(states, limit))
    )


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


def place(state: Array, digits: int = 4) -> str:
    """A state in words: x = 0.25, or (0.25, −1) in the plane, a coordinate 0 where the other dwarfs it."""
    least = AS_ZERO * float(np.max(np.abs(state)))
    numbers = [f"{0.0 if abs(x) < least else not_rounding(x):.{digits}g}" for x in np.ravel(state)]
    return f"({', '.join(numbers)})" if np.ndim(state) else f"x = {numbers[0]}"


def _name(limit: Limit) -> str:
    """An equilibrium by its place, a cycle by its period and, on the line, the range that it visits."""
    if limit.kind is LimitKind.EQUILIBRIUM:
        return place(limit.points[0], digits=6 if limit.points.ndim == 1 else 4)
    low, high = limit.points.min(), limit.points.max()
    return f"period {limit.period}{f' between {low:.6g} and {high:.6g}' if limit.points.ndim == 1 else ''}"


def _extent(states: Array, limit: Limit) -> float:
    """How far the finite states and the points of the limit reach from its first point."""
    both = np.concatenate([states[np.isfinite(states).reshape(len(states), -1).all(axis=1)], limit.points])
    return float(np.abs(both - limit.points[0]).max())


def _near(states: Array, limit: Limit, extent: float) -> bool:
    """Whether as many of the last states as the limit has points, at least two, lie at points of it."""
    last = states[-max(2, limit.period) :]
    apart = np.abs(last[:, None] - limit.points).reshape(len(last), len(limit.points), -1).max(axis=-1)
    return bool(np.all(apart.min(axis=1) <= SEEN * extent))
