"""Example 3: on f₃(x) = x^L (L even, L > 2) convergence depends on the start."""

import math
from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.objectives import EvenPower
from stepsize_core.paper.initialization_dependence.claims import claims_of
from stepsize_core.paper.initialization_dependence.theory import algebraic_decay, convergence_radius
from stepsize_core.paper.initialization_dependence.warm_up import warmed_up
from stepsize_core.paper.parameters import Count, Number, Preset, Try, Validated, parameter
from stepsize_core.paper.runs import Run, run_of
from stepsize_core.paper.scalar import bisected
from stepsize_core.sweeps import FateRaster, fate_raster

DECAY_STEPS = 10_000  # steps over which the algebraic approach is followed
CREEPING = 0.1  # δf″ so small that steps are small against |x|: the approach is algebraic from there
BISECTION_ROUNDS = 4  # each narrows the bracket of the threshold 64-fold
BISECTION_STARTS = 65
BISECTION_STEPS = 80  # a start off the threshold by 1e-8 leaves it by a factor 2L − 3 ≥ 5 per step
RASTER_SHAPE = (220, 320)  # step sizes × starts
POWERS = np.arange(4, 26, 2)  # every L that can be chosen


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses."""

    step_size: float = parameter(0.1, Number("step size δ", 1e-4, 10.0, log=True, usual=(1e-3, 10.0)))
    power: int = parameter(4, Count("power L", 4, 24, step=2))
    start: float = parameter(2.2, Number("start x[0]", -10.0, 10.0, usual=(-4.0, 4.0)))
    n_steps: int = parameter(60, Count("steps", 2, 1000, log=True))


PRESETS = {
    "inside": Preset(
        "Just inside the threshold",
        "The first steps jump from side to side, then the state creeps to 0.",
        Params(),
        "Whether a step size is too large can depend on where training starts.",
        Try("start at 2.26, just outside", {"start": 2.26}),
        "cobweb",
    ),
    "outside": Preset(
        "Just outside the threshold",
        "The start lies a hundredth beyond the threshold, and the run diverges in a few steps.",
        Params(start=2.26, n_steps=20),
        "A run that blows up at once may only have started too far out: here a nearer start cures it.",
        Try("start at 2.2, just inside", {"start": 2.2}),
        "cobweb",
    ),
    "on_threshold": Preset(
        "On the threshold: an unstable 2-cycle",
        "At δ = 0.5 and L = 4 the start 1 jumps between ±1 for ever: neither convergence nor divergence.",
        Params(step_size=0.5, start=1.0, n_steps=30),
        "What divides convergence from divergence can be an unstable cycle, which hardly any run meets.",
        Try("start at 0.99, just inside", {"start": 0.99}),
        "cobweb",
    ),
    "slow": Preset(
        "Slower than any geometric rate",
        "The curvature at 0 is 0, so x[k] falls like k^(−1/(L−2)): here like the tenth root of 1/k.",
        Params(step_size=0.05, power=12, start=0.9, n_steps=1000),
        "Where a minimum is very flat no step is too large near it, and yet progress all but stops.",
        Try("take the power 4 instead of 12", {"power": 4}),
        "decay",
    ),
    "steep": Preset(
        "A sharp wall at power 24",
        "The higher the power, the flatter the bottom and the steeper the wall: the threshold nears 1.",
        Params(step_size=0.1, power=24, start=0.98, n_steps=200),
        "With a loss that is flat inside and steep outside a start only a little too far out diverges.",
        Try("start at 1, outside the wall", {"start": 1.0}),
        "radius",
    ),
    "warm_up": Preset(
        "A warm-up reaches eight times the limit",
        "A constant δ = 1 diverges at once from here; one that rises to 1 over ten steps converges.",
        Params(step_size=1.0, start=2.0),
        "A warm-up lets the run come to where the final step is allowed: how steep it is decides, not how "
        "high it ends.",
        Try("take twice the step, δ = 2", {"step_size": 2.0}),
        "warm_up",
    ),
}


class Study(Run):
    """One run of Example 3 and what the theory says of it.

    radius: predicted threshold; measured_radius: by bisection over runs; departure (n_steps + 1,):
    ||x[k]| − radius|/radius; departure_law: its linearization, departure[0]·(2L − 3)^k; powers, radii (11,):
    the threshold of every even L from 4 to 24 at this δ; decay_steps, decay (m,): k and |x[k]| of a run of
    DECAY_STEPS steps at k spread evenly in log k; law_from: the step from which it creeps, δf″ ≤ CREEPING;
    decay_law (m,): predicted from there on, (|x[j]|^{−(L−2)} + L(L−2)δ(k − j))^{−1/(L−2)} with j = law_from,
    NaN before; decay_limit (m,): what it tends to, (L(L−2)δk)^{−1/(L−2)}; rate:
    measured growth of |x|^{−(L−2)} per step (NaN where the run does not converge or it is below rounding).
    """

    radius: float
    measured_radius: float
    departure: Array
    departure_law: Array
    powers: Indices
    radii: Array
    decay_steps: Indices
    decay: Array
    law_from: int
    decay_law: Array
    decay_limit: Array
    rate: float
    claims: tuple[Claim, ...]


def study(params: Params) -> Study:
    """Run Example 3 at `params` and set it against the theory."""
    objective, power, delta = EvenPower(params.power), params.power, params.step_size
    run = run_of(params, objective, params.start)
    radius = float(convergence_radius(power, delta))
    measured = measured_radius(objective, delta, radius)
    with np.errstate(over="ignore"):  # the last states before an escape
        departure = np.abs(np.abs(run.states) / radius - 1.0)
        growth = np.where(departure[0], (2.0 * power - 3.0) ** np.arange(len(departure)), 0.0)
        departure_law = departure[0] * growth
    steps = np.unique(np.geomspace(1, DECAY_STEPS, 160).astype(int))
    long_run = np.abs(gradient_descent(objective, params.start, delta, DECAY_STEPS).states)
    with np.errstate(all="ignore"):  # of runs that reach 0, or escape
        inverse = long_run ** float(2 - power)
        creeps = delta * objective.hessian(long_run) <= CREEPING
    rate = _measured_rate(inverse)
    law_from = int(np.argmax(creeps)) if creeps.any() else DECAY_STEPS
    law = algebraic_decay(power, delta, steps - law_from, inverse[law_from])
    law[steps < law_from] = math.nan
    claims = claims_of(params.start, delta, objective, radius, measured, run.limit, rate, long_run[-1])
    return Study(
        **vars(run),
        radius=radius,
        measured_radius=measured,
        departure=departure,
        departure_law=departure_law,
        powers=POWERS,
        radii=np.array([convergence_radius(int(each), delta) for each in POWERS]),
        decay_steps=steps,
        decay=long_run[steps],
        law_from=law_from,
        decay_law=law,
        decay_limit=algebraic_decay(power, delta, steps),
        rate=rate,
        claims=claims + warmed_up(power, params.start, delta).claims,
    )


def measured_radius(objective: EvenPower, step_size: float, guess: float) -> float:
    """The largest start from which runs do not escape, by repeated subdivision of [guess/2, 2·guess].

    No use is made of the formula beyond the initial bracket, whose ends must disagree (NaN otherwise).
    """

    def escapes(starts: Array) -> Flags:
        return np.isnan(gradient_descent(objective, starts, step_size, BISECTION_STEPS, keep_last=1).final)

    return bisected(escapes, guess / 2.0, guess * 2.0, points=BISECTION_STARTS, rounds=BISECTION_ROUNDS)


def start_step_size_raster(power: int) -> FateRaster:
    """The fate of every (start, δ): δ over the decades of Params, starts up to 1.6 thresholds at δ = 10⁻²."""
    rows, columns = RASTER_SHAPE
    deltas = np.geomspace(1e-3, 10.0, rows)
    reach = min(10.0, 1.6 * float(convergence_radius(power, 1e-2)))
    return fate_raster(EvenPower(power), np.linspace(-reach, reach, columns), deltas, n_steps=300)


def _measured_rate(inverse: Array) -> float:
    """The growth per step of |x|^{−(L−2)} over the second half of a run; NaN where rounding hides it."""
    half = len(inverse) // 2
    with np.errstate(invalid="ignore"):  # of runs that escape
        rate = float(inverse[-1] - inverse[half]) / (len(inverse) - 1 - half)
    return rate if math.isfinite(rate) and rate * half > 1e-8 * inverse[-1] else math.nan
