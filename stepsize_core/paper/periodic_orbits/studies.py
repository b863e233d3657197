"""Example 1: on f₁(x) = ⅔|x|^{3/2} gradient descent converges to a periodic orbit, not to the minimum."""

import math
from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import ThreeHalvesPower
from stepsize_core.paper.parameters import Count, Number, Preset, Try, Validated, parameter
from stepsize_core.paper.periodic_orbits.claims import claims_of, exceptional_claim
from stepsize_core.paper.periodic_orbits.theory import (
    exceptional_starts,
    oscillation_amplitude,
    quadratic_approach,
)
from stepsize_core.paper.runs import Run, run_of

LAW_STEP_SIZES = np.geomspace(1e-3, 1e2, 51)  # where the amplitude law is measured
MEMBERS = 13  # of S that are shown, and can be started on


def _where(exceptional: int) -> str:
    """What a value of `exceptional` is called."""
    near = {-1: "at the x[0] chosen", 0: "on S, at 0", 1: "on S, 1 step from 0"}
    return near.get(exceptional, f"on S, {exceptional} steps from 0")


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses. `exceptional` ≥ 0 starts exactly on that member of S instead of at `start`."""

    step_size: float = parameter(0.5, Number("step size δ", 1e-3, 1e2, log=True, usual=(1e-2, 10.0)))
    exceptional: int = parameter(
        -1,
        Count(
            "where the run starts", -1, 12, words=_where,
            help="S: the starts from which the run reaches 0; the j-th of them gets there in j steps",
        ),
        kw_only=True,
    )  # fmt: skip
    start: float = parameter(
        0.3,
        Number("start x[0]", -10.0, 10.0, usual=(-2.0, 2.0)),
        applies=lambda values: values["exceptional"] < 0,
    )
    n_steps: int = parameter(40, Count("steps", 2, 1000, log=True))


PRESETS = {
    "oscillation": Preset(
        "Almost every start oscillates",
        "The state settles on ±δ²/4 although f₁ is convex and has one minimum.",
        Params(),
        "A loss that has stopped falling does not show that the weights have stopped moving.",
        Try("start far away, at 5", {"start": 5.0}),
        "cobweb",
    ),
    "large_step": Preset(
        "A larger step, a larger oscillation",
        "The amplitude grows with δ²: four times the step, sixteen times the oscillation.",
        Params(step_size=2.0, start=0.3),
        "How far the weights still swing can be set by the step size: a smaller step shrinks the swing.",
        Try("halve the step, δ = 1", {"step_size": 1.0}),
        "amplitude",
    ),
    "small_step": Preset(
        "A small step only looks converged",
        "The loss flattens at δ³/12, small but not 0: a constant loss is not an optimum.",
        Params(step_size=0.05, start=0.3, n_steps=80),
        "A flat loss curve shows that the loss has settled, not that an optimum has been reached.",
        Try("halve the step, δ = 0.025", {"step_size": 0.025}),
        "loss",
    ),
    "on_exceptional_set": Preset(
        "A start that lands on the minimum",
        "x[0] = δ² steps exactly onto the minimum and stays: one of countably many starts that do.",
        Params(step_size=0.5, exceptional=1),
        "One run can end where almost no other would: repeat it from other starts before trusting it.",
        Try("start beside it, at 0.26", {"exceptional": -1, "start": 0.26}),
        "cobweb",
    ),
    "rounding": Preset(
        "Rounding leaves the exceptional set",
        "A later member of S cannot be written exactly in floating point: the run misses 0 and oscillates.",
        Params(step_size=0.5, exceptional=6, n_steps=40),
        "Rounding acts as a small disturbance: it is enough to lose an unstable equilibrium.",
        Try("start on member 2, which lands on 0", {"exceptional": 2}),
        "exceptional_set",
    ),
}


class AmplitudeLaw(Frozen):
    """Measured amplitude of the attracting orbit against step size.

    step_sizes (m,), measured (m,): |x| after the transient; predicted (m,): δ²/4.
    """

    step_sizes: Array
    measured: Array
    predicted: Array


class Study(Run):
    """One run of Example 1 and what the theory says of it.

    start: x[0] as used; distances (n_steps + 1,): ||x[k]| − δ²/4|; amplitude: δ²/4; loss_level: δ³/12, the
    loss on the orbit; quadratic_law (n_steps + 1,): the distances that quadratic convergence predicts, NaN
    before it sets in; exceptional_starts: the first members of S; order: order of convergence measured on the
    longer run (2 is quadratic; NaN if fewer than three distances lie above rounding); landing: the step at
    which that is exactly 0, None where it never is; miss: the least |x[k]| of it.
    """

    start: float
    distances: Array
    amplitude: float
    loss_level: float
    quadratic_law: Array
    exceptional_starts: Array
    order: float
    landing: int | None
    miss: float
    claims: tuple[Claim, ...]


def study(params: Params) -> Study:
    """Run Example 1 at `params` and set it against the theory."""
    objective, delta = ThreeHalvesPower(), params.step_size
    members = exceptional_starts(delta, MEMBERS)
    start = float(members[params.exceptional]) if params.exceptional >= 0 else float(params.start)
    run = run_of(params, objective, start)
    amplitude = float(oscillation_amplitude(delta))
    distances = np.abs(np.abs(run.states) - amplitude)
    moduli = np.abs(gradient_descent(objective, start, delta, run.followed).states)
    order = convergence_order(np.abs(moduli - amplitude), amplitude)
    landing = int(np.argmin(moduli)) if moduli.min() == 0.0 else None
    claims = claims_of(delta, objective, order, run.limit)
    if params.exceptional >= 1 or landing is not None:
        claims += (exceptional_claim(start, delta, run.limit, landing),)
    return Study(
        **vars(run),
        start=start,
        distances=distances,
        amplitude=amplitude,
        loss_level=delta**3 / 12.0,
        quadratic_law=quadratic_approach(distances, delta),
        exceptional_starts=members,
        order=order,
        landing=landing,
        miss=float(moduli.min()),
        claims=claims,
    )


def amplitude_law(start: float = 0.3) -> AmplitudeLaw:
    """The amplitude reached from `start` (in units of δ²) at step sizes over five decades."""
    starts = start * LAW_STEP_SIZES**2
    final = gradient_descent(ThreeHalvesPower(), starts, LAW_STEP_SIZES, 200, keep_last=1).final
    return AmplitudeLaw(LAW_STEP_SIZES, np.abs(final), oscillation_amplitude(LAW_STEP_SIZES))


def convergence_order(distances: Array, scale: float) -> float:
    """The order q in d[k+1] ~ C d[k]^q from the last three distances above rounding; NaN if there are fewer.

    `scale` sets what rounding is (1e-14·scale) and from where the asymptotic regime is read (0.2·scale).
    """
    inside = np.flatnonzero((distances < 0.2 * scale) & (distances > 1e-14 * scale))
    if len(inside) < 3 or inside[-1] - inside[-3] != 2:
        return math.nan
    a, b, c = np.log(distances[inside[-3:]])
    return float((c - b) / (b - a))
