"""Example 3: on f₃(x) = x^L (L even, L > 2) convergence depends on the start.

x[k] → 0 if |x[0]|^{L−2} < 2/(Lδ) and x[k] diverges if |x[0]|^{L−2} > 2/(Lδ). The threshold itself is an
unstable 2-cycle ±x[0] with multiplier 3 − 2L per step. The approach to 0 is algebraic, because the curvature
at 0 is 0: |x[k]|^{−(L−2)} grows by L(L−2)δ per step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stepsize_core.checks import positive_finite
from stepsize_core.claims import Claim, read_only
from stepsize_core.descent import gradient_descent
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.objectives import EvenPower
from stepsize_core.paper.parameters import Count, Number, Preset, Validated, parameter
from stepsize_core.sweeps import FateRaster, fate_raster

THRESHOLD_TOLERANCE = 1e-6  # relative, of the threshold found by bisection over runs
RATE_TOLERANCE = 0.05  # relative, of the growth of |x|^{−(L−2)} per step
AT_THRESHOLD = 1e-12  # |x[0]| this close to the threshold (relative) is decided by rounding
DECAY_STEPS = 10_000  # steps over which the algebraic approach is followed
BISECTION_ROUNDS = 4  # each narrows the bracket of the threshold 64-fold
BISECTION_STARTS = 65
BISECTION_STEPS = 80  # a start off the threshold by 1e-8 leaves it by a factor 2L − 3 ≥ 5 per step
RASTER_SHAPE = (220, 320)  # step sizes × starts
POWERS = np.arange(4, 26, 2)  # every L that can be chosen
POWERS.setflags(write=False)


def convergence_radius(power: int, step_size):
    """(2/(Lδ))^{1/(L−2)}: starts with |x[0]| below it converge to 0, above it diverge (Example 3).

    power: L, even, larger than 2. step_size: δ > 0, scalar or array. Returns the shape of step_size,
    dimensionless. Raises ValueError for an odd or too small power or a step size not positive and finite.
    """
    power = EvenPower(power).power
    return ((2.0 / (power * positive_finite("step_size", step_size))) ** (1.0 / (power - 2)))[()]


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses."""

    step_size: float = parameter(0.1, Number("step size δ", 1e-4, 10.0, log=True))
    power: int = parameter(4, Count("power L", 4, 24, step=2))
    start: float = parameter(2.2, Number("start x[0]", -10.0, 10.0))
    n_steps: int = parameter(60, Count("steps", 2, 1000, log=True))


PRESETS = {
    "inside": Preset(
        "Just inside the threshold",
        "The first steps jump from side to side, then the state creeps to 0.",
        Params(),
    ),
    "outside": Preset(
        "Just outside the threshold",
        "One hundredth further out the same step size diverges in a few steps.",
        Params(start=2.26, n_steps=20),
    ),
    "on_threshold": Preset(
        "On the threshold: an unstable 2-cycle",
        "At δ = 0.5 and L = 4 the start 1 jumps between ±1 for ever: neither convergence nor divergence.",
        Params(step_size=0.5, start=1.0, n_steps=30),
    ),
    "slow": Preset(
        "Convergence that is slower than any geometric rate",
        "The curvature at 0 is 0, so x[k] falls like k^(−1/(L−2)): here like the tenth root of 1/k.",
        Params(step_size=0.05, power=12, start=0.9, n_steps=1000),
    ),
    "steep": Preset(
        "L = 24: a sharp wall",
        "The higher the power, the flatter the bottom and the steeper the wall: the threshold nears 1.",
        Params(step_size=0.1, power=24, start=0.98, n_steps=200),
    ),
}


@dataclass(frozen=True)
class Study:
    """One run of Example 3 and what the theory says of it.

    states (n_steps + 1,): x[k], NaN after escape; losses: f₃(x[k]); radius: predicted threshold;
    measured_radius: by bisection over runs; departure (n_steps + 1,): ||x[k]| − radius|/radius;
    departure_law: its linearization, departure[0]·(2L − 3)^k; powers, radii (11,): the threshold of every
    even L from 4 to 24 at this δ; decay_steps, decay (m,): k and |x[k]| of a run of DECAY_STEPS steps at k
    spread evenly in log k; decay_law (m,): predicted (|x[0]|^{−(L−2)} + L(L−2)δk)^{−1/(L−2)}; decay_limit
    (m,): what it tends to, (L(L−2)δk)^{−1/(L−2)}; rate: measured growth of |x|^{−(L−2)} per step (NaN where
    the run does not converge or it is below rounding).
    """

    params: Params
    objective: EvenPower
    states: np.ndarray
    losses: np.ndarray
    radius: float
    measured_radius: float
    departure: np.ndarray
    departure_law: np.ndarray
    powers: np.ndarray
    radii: np.ndarray
    decay_steps: np.ndarray
    decay: np.ndarray
    decay_law: np.ndarray
    decay_limit: np.ndarray
    rate: float
    limit: Limit
    claims: tuple[Claim, ...]


def study(params: Params) -> Study:
    """Run Example 3 at `params` and set it against the theory."""
    objective = EvenPower(params.power)
    states = gradient_descent(objective, params.start, params.step_size, params.n_steps).states
    radius = float(convergence_radius(params.power, params.step_size))
    measured = measured_radius(objective, params.step_size, radius)
    limit = classify_limit(objective, params.start, params.step_size)
    with np.errstate(over="ignore"):  # the last states before an escape
        losses = objective.value(states)
        departure = np.abs(np.abs(states) / radius - 1.0)
        departure_law = departure[0] * (2.0 * params.power - 3.0) ** np.arange(len(states))
    radii = np.array([convergence_radius(int(power), params.step_size) for power in POWERS])
    steps, decay, law, asymptote, rate = _decay(objective, params)
    read_only(states, losses, departure, departure_law, radii, steps, decay, law, asymptote)
    return Study(
        params=params,
        objective=objective,
        states=states,
        losses=losses,
        radius=radius,
        measured_radius=measured,
        departure=departure,
        departure_law=departure_law,
        powers=POWERS,
        radii=radii,
        decay_steps=steps,
        decay=decay,
        decay_law=law,
        decay_limit=asymptote,
        rate=rate,
        limit=limit,
        claims=_claims(params, objective, radius, measured, limit, rate),
    )


def measured_radius(objective: EvenPower, step_size: float, guess: float) -> float:
    """The largest start from which runs do not escape, by repeated subdivision of [guess/2, 2·guess].

    No use is made of the formula beyond the initial bracket, whose ends must disagree (NaN otherwise).
    """
    low, high = guess / 2.0, guess * 2.0
    for _ in range(BISECTION_ROUNDS):
        starts = np.linspace(low, high, BISECTION_STARTS)
        escaped = np.isnan(gradient_descent(objective, starts, step_size, BISECTION_STEPS, keep_last=1).final)
        if escaped[0] or not escaped[-1]:
            return math.nan
        first = int(np.argmax(escaped))
        low, high = starts[first - 1], starts[first]
    return (low + high) / 2.0


def start_step_size_raster(power: int) -> FateRaster:
    """The fate of every (start, δ): δ over the decades of Params, starts up to 1.6 thresholds at δ = 10⁻²."""
    rows, columns = RASTER_SHAPE
    deltas = np.geomspace(1e-3, 10.0, rows)
    reach = min(10.0, 1.6 * float(convergence_radius(power, 1e-2)))
    return fate_raster(EvenPower(power), np.linspace(-reach, reach, columns), deltas, n_steps=300)


def _decay(objective: EvenPower, params: Params):
    """(k, |x[k]|, its law, what the law tends to, measured growth of |x|^{−(L−2)} per step) of a long run."""
    exponent = params.power - 2
    states = np.abs(gradient_descent(objective, params.start, params.step_size, DECAY_STEPS).states)
    steps = np.unique(np.geomspace(1, DECAY_STEPS, 160).astype(int))
    with np.errstate(all="ignore"):
        inverse = states ** float(-exponent)
        growth = params.power * exponent * params.step_size
        law = (inverse[0] + growth * steps) ** (-1.0 / exponent)
        asymptote = (growth * steps) ** (-1.0 / exponent)
        half = DECAY_STEPS // 2
        rate = (inverse[-1] - inverse[half]) / (DECAY_STEPS - half)
    resolved = math.isfinite(rate) and rate * half > 1e-8 * inverse[-1]  # else the change drowns in rounding
    return steps, states[steps], law, asymptote, float(rate) if resolved else math.nan


def _claims(params, objective, radius, measured, limit, rate) -> tuple[Claim, ...]:
    place = "Example 3"
    ratio = abs(params.start) / radius
    if abs(ratio - 1.0) <= AT_THRESHOLD:
        fate, holds = "2-cycle ±x[0]", limit.kind is LimitKind.PERIODIC_ORBIT or None
    elif ratio < 1.0:
        fate, holds = "converges to 0", _expected(limit, LimitKind.EQUILIBRIUM)
    else:
        fate, holds = "diverges", _expected(limit, LimitKind.DIVERGENT)
    claims = [
        Claim.fact(
            f"|x[0]| is {ratio:.6g} of the threshold (2/(Lδ))^(1/(L−2))", place, fate, limit.sentence, holds
        ),
        Claim.equality(
            "The threshold, found by bisection over runs", place, radius, measured,
            relative=THRESHOLD_TOLERANCE,
        ),
        Claim.equality(
            "At the threshold ±x[0] is an unstable 2-cycle: multiplier 3 − 2L per step",
            "beyond the paper",
            3.0 - 2.0 * params.power,
            1.0 - params.step_size * float(objective.hessian(radius)),
            relative=1e-12,
        ),
    ]  # fmt: skip
    statement = "The approach is algebraic: |x|^(−(L−2)) grows by L(L−2)δ per step"
    growth = params.power * (params.power - 2) * params.step_size
    if limit.kind is not LimitKind.EQUILIBRIUM:
        unmet = "this run does not approach 0"
        approach = Claim.not_applicable(statement, "beyond the paper", growth, "—", unmet)
    elif math.isnan(rate):
        unmet = "so near 0 the motion is below rounding"
        approach = Claim.not_applicable(statement, "beyond the paper", growth, "—", unmet)
    else:
        approach = Claim.equality(statement, "beyond the paper", growth, rate, relative=RATE_TOLERANCE)
    return (*claims, approach)


def _expected(limit: Limit, kind: LimitKind) -> bool | None:
    """Whether the run became `kind`; None where the steps ran out."""
    return None if limit.kind is LimitKind.UNDECIDED else limit.kind is kind
