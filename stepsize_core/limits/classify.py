"""Deciding what runs of gradient descent became: of a batch that is run on, or of one recorded run."""

import numpy as np

from stepsize_core.arrays import ArrayLike
from stepsize_core.checks import count, positive_finite
from stepsize_core.dynamics import AnyMap, Dynamics, parted
from stepsize_core.limits import settling
from stepsize_core.limits.kinds import Limit, joined
from stepsize_core.limits.tails import Outcomes
from stepsize_core.objectives import start_lanes

CLASSIFIED_LANES = 16_384  # lanes classified together, so that the windows of a raster stay small


def classify_limit(
    objective: AnyMap, x0: ArrayLike, step_size: ArrayLike, *, n_steps: int = 10_000, max_period: int = 64
) -> Limit:
    """Decide what gradient descent, or another map, from x0 with step size δ becomes, for a whole batch.

    The run is looked at after 256, 1024, 4096, … and n_steps steps, and a decided lane leaves. At each look
    (tolerances are constants of `limits.settling` and `limits.orbits`):

    1. DIVERGENT: the state left the finite numbers; at the last look also when it grew past GROWTH times its
       start, at least twofold over each quarter of the last stretch. UNDEFINED instead where the objective is
       `restricted` and not `defined` at the last finite state: the run stepped out of its domain. UNDECIDED
       where only floating point failed (∞ − ∞ at a moderate state).
    2. Settled: the smallest p ≤ max_period with |x[k] − x[k−p]| ≤ REPEAT·size for the last max_period k
       (fewer in a short run), with multipliers such that the error this leaves, (gap + rounding)/(1 − ρ), is
       at most ARRIVED·size: an EQUILIBRIUM (p = 1) or a PERIODIC_ORBIT; the size is that of the tail, or for
       p > 1 the orbit's own extent. A tail that repeats bit for bit is accepted on any orbit, unstable ones
       too: the start landed on it exactly. An equilibrium must be one (`limits.rest`): no plateau on which
       steps drown in rounding. At a kink its multipliers are one-sided (`limits.kinks`).
    3. Approaching: for p = 1 and for the divisors of the period with the smallest gap, the exact orbit is
       found by Newton's method (p = 1: also the nearest known equilibrium or kink). It is the limit if
       the run closes in on it at the rate of its multipliers, or algebraically where these have modulus 1,
       or if the map certainly contracts to it (scalar variable: 0 < (Tᵖ)′ < 1 all the way, of T²ᵖ where
       sides alternate), and f′ does not jump on the way. An orbit with a multiplier outside the unit circle
       is never accepted here: theory and tail must agree.
    4. At the last look the rest is APERIODIC if the Lyapunov exponent lies more than STANDARD_ERRORS above 0
       over each of two further stretches, the range visited does not shrink, and no turning point of the map
       falls on a stable cycle within that range, of which the run would be a long transient (scalar
       variable; `limits.moving`). Otherwise it is UNDECIDED: with an exponent where the range is steady and
       no period up to max_period is found.
    5. An objective with an `observable` is judged on that alone, at the last look, unless its state repeats
       bit for bit: see `limits.recurrence`. A network's function can settle or cycle while its parameters
       drift, and move while they hardly do.
    6. With momentum all this is asked of positions and the move between the last two. Multipliers are those
       of the map of two positions; no rule of maps of the line is used; an orbit is approached only where the
       run is so near that its derivative carries it, and by a power of k only free of inertia; instead of
       turning points some of the chaotic runs are followed. Of a schedule the limit is that of its last map,
       from where it ends, for n_steps steps more.

    x0: starts, batch + state_shape, finite. step_size: δ > 0, broadcasts against batch. n_steps ≥ 8.
    Raises ValueError naming the argument, like `gradient_descent`.
    """
    n_steps = count("n_steps", n_steps, at_least=8)
    max_period = count("max_period", max_period)
    dynamics, factors = parted(objective)
    x, delta, batch = start_lanes(dynamics.objective, x0, step_size)
    lanes = count("number of runs", len(x))
    blocks = [slice(i, i + CLASSIFIED_LANES) for i in range(0, lanes, CLASSIFIED_LANES)]
    with np.errstate(all="ignore"):
        outcomes = [
            settling.settle_scheduled(dynamics, factors, x[b], delta[b], n_steps, max_period) for b in blocks
        ]
    return _assemble(dynamics, outcomes, batch)


def classify_trajectory(
    objective: AnyMap, states: ArrayLike, step_size: float, *, max_period: int = 64
) -> Limit:
    """Decide what one recorded run became, by the rules of `classify_limit` applied to its second half.

    states: consecutive positions of one run, (n_steps + 1,) + state_shape with at least 32 steps, as kept by
    `gradient_descent`; step_size: the δ it was run with. Saves running it again. Of a schedule the steps with
    the last factor count alone, of which there must be so many.
    Raises ValueError where the shape is not that of a run.
    """
    dynamics, factors = parted(objective)
    states, state_shape = np.asarray(states, float), dynamics.state_shape
    begins = len(factors) if len(factors) > 1 else 0
    if states.ndim != 1 + len(state_shape) or states.shape[1:] != state_shape or len(states) < 33 + begins:
        raise ValueError(f"states must be ({33 + begins} or more,) + {state_shape}, got shape {states.shape}")
    delta = float(positive_finite("step_size", step_size)) * float(factors[-1])
    with np.errstate(all="ignore"):
        outcomes = settling.settle_record(dynamics, states[begins:], delta, count("max_period", max_period))
    return _assemble(dynamics, [outcomes], ())


def _assemble(dynamics: Dynamics, outcomes: list[Outcomes], batch: tuple[int, ...]) -> Limit:
    """One Limit of the whole batch."""
    lanes = joined(outcomes)
    multipliers = dynamics.padded(lanes.multipliers)
    if batch == ():
        kind, period, exponent = lanes.kind[0], int(lanes.period[0]), float(lanes.exponent[0])
        return Limit(kind, period, lanes.points[:, 0], multipliers[0], exponent)
    return Limit(
        lanes.kind.reshape(batch),
        lanes.period.reshape(batch),
        lanes.points.reshape((-1, *batch, *dynamics.state_shape)),
        multipliers.reshape((*batch, -1)),
        lanes.exponent.reshape(batch),
    )
