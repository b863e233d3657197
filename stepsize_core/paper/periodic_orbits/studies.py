"""Example 1: on f₁(x) = ⅔|x|^{3/2} gradient descent converges to a periodic orbit, not to the minimum.

In y = √|x|/δ the map of |x| is y ← √|y² − y|. Its fixed point y = ½, |x| = δ²/4, has derivative 0: the
2-cycle ±δ²/4 is superstable and is approached quadratically. Only the countable set S of preimages of 0
reaches the minimum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stepsize_core.checks import count, positive_finite
from stepsize_core.claims import Claim, read_only
from stepsize_core.descent import gradient_descent
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.objectives import ThreeHalvesPower
from stepsize_core.paper.parameters import Count, Number, Preset, Validated, parameter

AMPLITUDE_TOLERANCE = 1e-9  # relative; the orbit is superstable, so rounding alone remains
EXPONENT_TOLERANCE = 0.1  # absolute, on the order of convergence 2 read off the last steps above rounding
LAW_STEP_SIZES = np.geomspace(1e-3, 1e2, 51)  # where the amplitude law is measured


def oscillation_amplitude(step_size):
    """δ²/4, the amplitude of the oscillation that almost every start converges to (Example 1).

    step_size: δ > 0, scalar or array, dimensionless. Returns the same shape.
    Raises ValueError where step_size is not positive and finite.
    """
    return (positive_finite("step_size", step_size) ** 2 / 4.0)[()]


def exceptional_starts(step_size, n: int) -> np.ndarray:
    """The first n non-negative members of S, ascending: 0, δ², ((3+√5)/2)δ², … (Example 1).

    From the start s_{j+1} the next iterate is s_j, so x[k] reaches 0 exactly after j steps; −s_j as well.
    Each member solves s_{j+1} − δ√s_{j+1} = s_j: the square of (δ + √(δ² + 4s_j))/2.
    Shape (n,). Raises ValueError where step_size is not one positive finite number or n < 1.
    """
    delta = positive_finite("step_size", step_size)
    if delta.ndim:
        raise ValueError(f"step_size must be a single number, got shape {delta.shape}")
    starts = np.zeros(count("n", n))
    for j in range(1, len(starts)):
        root = (delta + math.sqrt(delta * delta + 4.0 * starts[j - 1])) / 2.0
        starts[j] = root * root
    return starts


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses. `exceptional` ≥ 0 starts exactly on that member of S instead of at `start`."""

    step_size: float = parameter(0.5, Number("step size δ", 1e-3, 1e2, log=True))
    start: float = parameter(0.3, Number("start x[0]", -10.0, 10.0))
    n_steps: int = parameter(40, Count("steps", 2, 1000, log=True))
    exceptional: int = parameter(
        -1,
        Count(
            "start on member of S", -1, 12, help="−1: start at x[0]; j: start on the j-th member of S, 0 is 0"
        ),
    )


PRESETS = {
    "oscillation": Preset(
        "Almost every start oscillates",
        "The state settles on ±δ²/4 although f₁ is convex and has one minimum.",
        Params(),
    ),
    "large_step": Preset(
        "A larger step, a larger oscillation",
        "The amplitude grows with δ²: four times the step, sixteen times the oscillation.",
        Params(step_size=2.0, start=0.3),
    ),
    "small_step": Preset(
        "A small step only looks converged",
        "The loss flattens at δ³/12, small but not 0: a constant loss is not an optimum.",
        Params(step_size=0.05, start=0.3, n_steps=80),
    ),
    "on_exceptional_set": Preset(
        "A start on the exceptional set",
        "x[0] = δ² steps exactly onto the minimum and stays: one of countably many starts that do.",
        Params(step_size=0.5, exceptional=1),
    ),
    "rounding": Preset(
        "Rounding leaves the exceptional set",
        "A later member of S cannot be written exactly in floating point: the run misses 0 and oscillates.",
        Params(step_size=0.5, exceptional=6, n_steps=40),
    ),
}


@dataclass(frozen=True)
class AmplitudeLaw:
    """Measured amplitude of the attracting orbit against step size.

    step_sizes (m,), measured (m,): |x| after the transient; predicted (m,): δ²/4.
    """

    step_sizes: np.ndarray
    measured: np.ndarray
    predicted: np.ndarray


@dataclass(frozen=True)
class Study:
    """One run of Example 1 and what the theory says of it.

    states (n_steps + 1,): x[k]; losses: f₁(x[k]); distances: ||x[k]| − δ²/4|; start: x[0] as used;
    amplitude: δ²/4; loss_level: δ³/12, the loss on the orbit; quadratic_law (n_steps + 1,): the distances
    that quadratic convergence predicts, NaN before it sets in; exceptional_starts: the first members of S;
    order: measured order of convergence (2 is quadratic; NaN if fewer than three distances lie above
    rounding); limit: what the run became.
    """

    params: Params
    objective: ThreeHalvesPower
    start: float
    states: np.ndarray
    losses: np.ndarray
    distances: np.ndarray
    amplitude: float
    loss_level: float
    quadratic_law: np.ndarray
    exceptional_starts: np.ndarray
    order: float
    limit: Limit
    claims: tuple[Claim, ...]


def study(params: Params) -> Study:
    """Run Example 1 at `params` and set it against the theory."""
    objective = ThreeHalvesPower()
    members = exceptional_starts(params.step_size, 13)
    start = float(members[params.exceptional]) if params.exceptional >= 0 else float(params.start)
    states = gradient_descent(objective, start, params.step_size, params.n_steps).states
    amplitude = float(oscillation_amplitude(params.step_size))
    distances = np.abs(np.abs(states) - amplitude)
    order = convergence_order(distances, amplitude)
    limit = classify_limit(objective, start, params.step_size)
    read_only(states, distances, members)
    return Study(
        params=params,
        objective=objective,
        start=start,
        states=states,
        losses=objective.value(states),
        distances=distances,
        amplitude=amplitude,
        loss_level=params.step_size**3 / 12.0,
        quadratic_law=quadratic_approach(distances, params.step_size),
        exceptional_starts=members,
        order=order,
        limit=limit,
        claims=_claims(params, objective, start, amplitude, members, order, limit),
    )


def amplitude_law(start: float = 0.3) -> AmplitudeLaw:
    """The amplitude reached from `start` (in units of δ²) at step sizes over five decades."""
    starts = start * LAW_STEP_SIZES**2
    final = gradient_descent(ThreeHalvesPower(), starts, LAW_STEP_SIZES, 200, keep_last=1).final
    return AmplitudeLaw(LAW_STEP_SIZES, np.abs(final), oscillation_amplitude(LAW_STEP_SIZES))


def quadratic_approach(distances: np.ndarray, step_size: float) -> np.ndarray:
    """d[k+1] = d[k]²/δ² from the first distance below a fifth of the amplitude; NaN before it; same shape.

    To second order about the fixed point y = ½ of y ← √|y² − y|, y = √|x|/δ: ε ← ε², and d = δ²ε.
    """
    law = np.full(len(distances), math.nan)
    inside = np.flatnonzero(distances < 0.2 * oscillation_amplitude(step_size))
    if len(inside):
        law[inside[0]] = distances[inside[0]]
        for k in range(inside[0] + 1, len(law)):
            law[k] = law[k - 1] ** 2 / step_size**2
    return law


def convergence_order(distances: np.ndarray, scale: float) -> float:
    """The order q in d[k+1] ~ C d[k]^q from the last three distances above rounding; NaN if there are fewer.

    `scale` sets what rounding is (1e-14·scale) and from where the asymptotic regime is read (0.2·scale).
    """
    inside = np.flatnonzero((distances < 0.2 * scale) & (distances > 1e-14 * scale))
    if len(inside) < 3 or inside[-1] - inside[-3] != 2:
        return math.nan
    a, b, c = np.log(distances[inside[-3:]])
    return float((c - b) / (b - a))


def _claims(params, objective, start, amplitude, members, order, limit) -> tuple[Claim, ...]:
    """The verdicts: where the run ended, its amplitude, loss, multiplier and order of convergence."""
    place = "Example 1"
    reached_minimum = limit.kind is LimitKind.EQUILIBRIUM
    statement = "Almost every start converges to the oscillation between ±δ²/4"
    if reached_minimum:
        ended = Claim.not_applicable(
            statement,
            place,
            "period 2",
            limit.sentence,
            "this start lies on the exceptional set S, in floating point too",
        )
        return (ended, _exceptional_claim(start, members, limit, place))
    oscillates = limit.kind is LimitKind.PERIODIC_ORBIT and limit.period == 2
    settled = limit.kind is not LimitKind.UNDECIDED
    measured = float(np.mean(np.abs(limit.points))) if oscillates else math.nan
    loss = float(np.mean(objective.value(limit.points))) if oscillates else math.nan
    multiplier = float(np.max(np.abs(limit.multipliers))) if oscillates else math.nan
    claims = [
        Claim.fact(statement, place, "period 2", limit.sentence, oscillates if settled else None),
        Claim.equality("Its amplitude is δ²/4", place, amplitude, measured, relative=AMPLITUDE_TOLERANCE),
        Claim.equality(
            "The loss converges to δ³/12, not to 0",
            place,
            params.step_size**3 / 12.0,
            loss,
            relative=AMPLITUDE_TOLERANCE,
        ),
        Claim.equality(
            "The orbit is superstable: multiplier 0", "beyond the paper", 0.0, multiplier, absolute=1e-6
        ),
        Claim.equality(
            "Convergence is quadratic: order 2",
            "beyond the paper",
            2.0,
            order,
            absolute=EXPONENT_TOLERANCE,
            note=""
            if order == order
            else "fewer than three distances lie between the asymptotic regime and rounding",
        ),
    ]
    if params.exceptional >= 1:
        claims.append(_exceptional_claim(start, members, limit, place))
    return tuple(claims)


def _exceptional_claim(start, members, limit, place) -> Claim:
    """x[k] → 0 only from the exceptional set; whether float64 can follow it there."""
    on_set = bool(np.any(np.isclose(abs(start), members, rtol=1e-15, atol=0.0)))
    reached = limit.kind is LimitKind.EQUILIBRIUM
    statement = "From a member of S the state reaches the minimum 0"
    if reached:
        return Claim.fact(statement, place, "x[k] = 0", limit.sentence, on_set, rule="exactly 0")
    return Claim.not_applicable(
        statement,
        place,
        "x[k] = 0",
        limit.sentence,
        "rounded to float64 this member is not on S: the rounding error decides, and the run oscillates",
    )
