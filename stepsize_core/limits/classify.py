"""What did a run of gradient descent become? An equilibrium, a periodic orbit, something aperiodic?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from stepsize_core.checks import broadcast_batch, count, positive_finite
from stepsize_core.limits import settling
from stepsize_core.limits.tails import Outcomes
from stepsize_core.objectives import Objective, start_states

AS_ZERO = 1e-15  # an equilibrium of so small a modulus is written 0
CLASSIFIED_LANES = 16_384  # lanes classified together, so that the windows of a raster stay small


class LimitKind(Enum):
    """What a run became; the value is the word shown."""

    EQUILIBRIUM = "equilibrium"
    PERIODIC_ORBIT = "periodic orbit"
    APERIODIC = "aperiodic"
    DIVERGENT = "diverged"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"

    @property
    def sentence(self) -> str:
        """What the outcome means, for a reader."""
        return _SENTENCES[self]


_SENTENCES = {
    LimitKind.EQUILIBRIUM: "the state converges to a point where the gradient is 0",
    LimitKind.PERIODIC_ORBIT: "the state repeats itself after a fixed number of steps",
    LimitKind.APERIODIC: "the state stays bounded and never repeats itself",
    LimitKind.DIVERGENT: "the state grows without bound",
    LimitKind.UNDECIDED: "the state was still moving when the steps ran out",
    LimitKind.UNDEFINED: "the state stepped to a point where the function or its gradient is not defined",
}
KINDS = tuple(LimitKind)


@dataclass(frozen=True)
class Limit:
    """What each run of a batch became.

    kind         LimitKind for a single run, else an object array of LimitKind, shape batch
    period       p for an orbit, 1 for an equilibrium, 0 otherwise; int or int array, shape batch
    points       the orbit in the order visited, (p,) + state_shape for a single run (no rows without an
                 orbit), else (largest p,) + batch + state_shape, NaN beyond each run's period
    multipliers  eigenvalues of the Jacobian along the orbit, largest modulus first, batch + (n,); NaN without
    exponent     Lyapunov exponent where it decided the kind, else NaN; shape batch
    """

    kind: LimitKind | np.ndarray
    period: int | np.ndarray
    points: np.ndarray
    multipliers: np.ndarray
    exponent: float | np.ndarray

    @property
    def attracting(self) -> bool | np.ndarray:
        """Whether every multiplier is inside the unit circle; an orbit met exactly need not be."""
        radius = np.abs(self.multipliers).max(axis=-1)
        return (radius < 1.0)[()]

    @property
    def sentence(self) -> str:
        """What a single run became, in words with its numbers."""
        if not isinstance(self.kind, LimitKind):
            raise ValueError("sentence needs a single run, this Limit holds a batch")
        if self.kind is LimitKind.PERIODIC_ORBIT:
            return f"period {self.period}{_span(self.points)}"
        if self.kind is LimitKind.EQUILIBRIUM:
            return f"equilibrium{_at(self.points[0])}"
        return self.kind.value


def _at(point: np.ndarray) -> str:
    return f" x = {not_rounding(point):.6g}" if point.ndim == 0 else ""


def not_rounding(x: float) -> float:
    """x as it is written: 0 where it is so small that it stands for a 0 not quite reached."""
    return float(x) if abs(x) > AS_ZERO else 0.0


def _span(points: np.ndarray) -> str:
    return f" between {points.min():.6g} and {points.max():.6g}" if points.ndim == 1 else ""


def classify_limit(
    objective: Objective, x0, step_size, *, n_steps: int = 10_000, max_period: int = 64
) -> Limit:
    """Decide what gradient descent from x0 with step size δ becomes, for a whole batch at once.

    The run is looked at after 256, 1024, 4096, … and n_steps steps, and a decided lane leaves. At each look
    (tolerances are constants of `stepsize_core.settling` and `stepsize_core.orbits`):

    1. DIVERGENT: the state left the finite numbers; at the last look also when it grew past GROWTH times its
       start, at least twofold over each quarter of the last stretch. UNDEFINED instead where the objective
       is `restricted` and not `defined` at the last finite state: the run stepped out of its domain.
    2. Settled: the smallest p ≤ max_period with |x[k] − x[k−p]| ≤ REPEAT·size for the last max_period k
       (fewer in a short run), with multipliers such that the error this leaves, (gap + rounding)/(1 − ρ), is
       at most ARRIVED·size: an EQUILIBRIUM (p = 1) or a PERIODIC_ORBIT. A tail that repeats bit for bit
       is accepted on any orbit, unstable ones too: the start landed on it exactly.
    3. Approaching: for p = 1 and for the divisors of the period with the smallest gap, the exact orbit is
       found by Newton's method (p = 1: also the nearest known equilibrium). It is the limit if
       the run closes in on it at the rate of its multipliers, or algebraically where these have modulus 1,
       or if the map certainly contracts to it (scalar variable: 0 < δf″ < 2 all the way). An orbit with a
       multiplier outside the unit circle is never accepted here: theory and tail must agree.
    4. At the last look the rest is APERIODIC if the Lyapunov exponent over further steps is above CHAOTIC
       and the range visited does not shrink, or if that range no longer changes while no period up to
       max_period is found; otherwise UNDECIDED.
    5. An objective with an `observable` is judged on that first, at the last look: see
       `stepsize_core.recurrence`. A network's function can settle or cycle while its parameters drift.

    x0: starts, batch + state_shape, finite. step_size: δ > 0, broadcasts against batch. n_steps ≥ 8.
    Raises ValueError naming the argument, like `gradient_descent`.
    """
    n_steps = count("n_steps", n_steps, at_least=8)
    max_period = count("max_period", max_period)
    states = start_states(objective, x0)
    deltas = positive_finite("step_size", step_size)
    state_shape = tuple(objective.state_shape)
    batch = broadcast_batch(states, deltas, len(state_shape))
    lanes = count("number of runs", math.prod(batch))
    x = np.broadcast_to(states, batch + state_shape).reshape((lanes, *state_shape))
    delta = np.broadcast_to(deltas, batch).reshape(lanes)
    blocks = [slice(i, i + CLASSIFIED_LANES) for i in range(0, lanes, CLASSIFIED_LANES)]
    with np.errstate(all="ignore"):
        outcomes = [settling.settle(objective, x[b], delta[b], n_steps, max_period) for b in blocks]
    return _assemble(outcomes, batch, state_shape)


def joined(limits: Sequence[Limit]) -> Limit:
    """Limits of batches as the one limit of all their runs, one after the other along the first axis."""
    rows = max(len(limit.points) for limit in limits)
    parts = [_padded(limit.points, rows) for limit in limits]
    return Limit(
        np.concatenate([limit.kind for limit in limits]),
        np.concatenate([limit.period for limit in limits]),
        np.concatenate(parts, axis=1),
        np.concatenate([limit.multipliers for limit in limits]),
        np.concatenate([limit.exponent for limit in limits]),
    )


def classify_trajectory(objective: Objective, states, step_size: float, *, max_period: int = 64) -> Limit:
    """Decide what one recorded run became, by the rules of `classify_limit` applied to its second half.

    states: consecutive states of one run, (n_steps + 1,) + state_shape with at least 32 steps, as kept by
    `gradient_descent`; step_size: the δ it was run with. Saves running it again.
    Raises ValueError where the shape is not that of a run.
    """
    states, state_shape = np.asarray(states, float), tuple(objective.state_shape)
    if states.ndim != 1 + len(state_shape) or states.shape[1:] != state_shape or len(states) < 33:
        raise ValueError(f"states must be (33 or more,) + {state_shape}, got shape {states.shape}")
    delta = float(positive_finite("step_size", step_size))
    with np.errstate(all="ignore"):
        outcomes = settling.settle_record(objective, states, delta, count("max_period", max_period))
    return _assemble([outcomes], (), state_shape)


def _assemble(outcomes: list[Outcomes], batch, state_shape) -> Limit:
    """One Limit of the whole batch, trimmed to the longest period found."""
    period = np.concatenate([o.period for o in outcomes])
    code = np.concatenate([o.code for o in outcomes])
    multipliers = np.concatenate([o.multipliers for o in outcomes])
    exponent = np.concatenate([o.exponent for o in outcomes])
    rows = int(period.max(initial=0))
    points = np.concatenate([_padded(o.points, rows) for o in outcomes], axis=1)
    if np.all(multipliers.imag == 0) or np.isrealobj(multipliers):
        multipliers = multipliers.real
    if batch == ():
        return Limit(KINDS[code[0]], int(period[0]), points[:, 0], multipliers[0], float(exponent[0]))
    kind = np.array(KINDS, object)[code].reshape(batch)
    points = points.reshape((rows, *batch, *state_shape))
    return Limit(
        kind, period.reshape(batch), points, multipliers.reshape((*batch, -1)), exponent.reshape(batch)
    )


def _padded(points: np.ndarray, rows: int) -> np.ndarray:
    """Exactly `rows` rows: cut (what is cut is NaN) or filled with NaN."""
    out = np.full((rows, *points.shape[1:]), np.nan)
    out[: min(rows, len(points))] = points[:rows]
    return out
