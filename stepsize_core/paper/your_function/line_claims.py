"""What linear theory claims of a function that a reader typed, each measured on runs."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.equilibria.line import CriticalPoint
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.paper.scalar import bisected, converged_starts, selection_claim, stability_claim
from stepsize_core.paper.your_function.params import Params
from stepsize_core.stability import StabilityLoss, flip_coefficient
from stepsize_core.sweeps import Basins

PLACE = "Section 1"
PROBE = 1e-4  # displacement from an equilibrium whose stability is measured, relative to the window's reach
NEAR_CRITICAL = 2e-3  # relative distance of δ to 2/λ_max within which a probe cannot decide in finite time
UNDECIDED = "so near the threshold no run decides in finite time"
MOST_STABILITY_CLAIMS = 2
BISECTION_ROUNDS = 3  # each narrows the bracket of the critical step size 40-fold
BISECTION_STEP_SIZES = 41
BISECTION_STEPS = 60  # even: the state is back on the side where it began
BRACKET = (0.6, 1.5)  # of the predicted critical step size, within which it is measured
THRESHOLD_TOLERANCE = 1e-4  # relative: the probe is not infinitely small
ONSET = 2e-3  # relative distance to the critical step size at which the 2-cycle is looked for
ONSET_TOLERANCE = 0.03  # relative: the amplitude's law is the first term of a series
FAR = 1e6  # times the reach: a state so far away may rest only because steps drown in rounding
STABLE_MODULUS = 1.0 + 1e-6  # of a multiplier at the end of a run

Place = float | tuple[float, ...]


def line_claims(
    params: Params, function: UserFunction, points: Sequence[CriticalPoint], basins: Basins, states: Array
) -> tuple[Claim, ...]:
    """Stability of the equilibria nearest the run, the measured threshold and onset of one, the selection."""
    last = float(states[np.isfinite(states)][-1])
    minima = sorted((p for p in points if p.curvature >= 0.0), key=lambda p: abs(p.x - last))
    chosen = minima[:MOST_STABILITY_CLAIMS] or sorted(points, key=lambda p: abs(p.x - last))[:1]
    claims = [_stability(params, function, point) for point in chosen]
    for point in [p for p in minima if p.critical is not None and 0.0 < p.critical < math.inf][:1]:
        start, critical = point.x + PROBE * params.reach, 2.0 / point.curvature
        claims.append(threshold_claim(function, f"x = {point.x:.6g}", "2/f″", start, point.x, critical))
        claims.append(_onset(function, point))
    return (*claims, _selection(params, function, points, basins))


def _stability(params: Params, function: UserFunction, point: CriticalPoint) -> Claim:
    """x* is stable exactly for δ < 2/f″: a run started beside it comes back or does not."""
    if point.curvature == 0.0:
        return Claim.not_applicable(
            f"x = {point.x:.6g} is stable exactly for δ < 2/f″", PLACE, "neutral", "f″ = 0",
            "where f″ = 0 the linear theory is silent: the multiplier is 1 at every step size",
        )  # fmt: skip
    statement = f"x = {point.x:.6g} is stable exactly for δ < 2/f″ = {2.0 / point.curvature:.6g}"
    if point.curvature < 0.0:
        statement = f"x = {point.x:.6g} is no minimum: unstable for every δ"
    elif math.isinf(point.curvature):
        chosen = float(function.gradient(point.x)) + 0.0
        why = f"a kink, where f′ is taken as {chosen:g}" if point.kink else "f″ is infinite"
        statement = f"x = {point.x:.6g} ({why}) is unstable for every δ"
    displacement = PROBE * params.reach
    return stability_claim(function, point, params.step_size, statement, PLACE, displacement=displacement)


def threshold_claim(
    function: UserFunction, name: str, formula: str, start: Place, centre: Place, critical: float
) -> Claim:
    """The critical step size of the equilibrium `centre`, measured on runs from `start` beside it."""
    return Claim.equality(
        f"The critical step size of {name}, by bisection over runs: {formula}",
        PLACE, critical, measured_critical(function, start, centre, critical), relative=THRESHOLD_TOLERANCE,
    )  # fmt: skip


@lru_cache(maxsize=256)
def measured_critical(function: UserFunction, start: Place, centre: Place, guess: float) -> float:
    """The step size at which runs from `start` begin to move away from `centre`, by bisection over runs.

    No use is made of the curvature beyond the initial bracket; NaN where its ends do not disagree.
    """

    displacement = np.abs(np.subtract(start, centre)).max()

    def away(deltas: Array) -> Flags:
        end = gradient_descent(function, start, deltas, BISECTION_STEPS, keep_last=1).final
        distance = np.abs(end - centre).reshape(len(deltas), -1).max(axis=-1)
        return ~(distance < displacement)  # what is no number any more has left as well

    low, high = (share * guess for share in BRACKET)
    return bisected(away, low, high, points=BISECTION_STEP_SIZES, rounds=BISECTION_ROUNDS)


def _onset(function: UserFunction, point: CriticalPoint) -> Claim:
    """Soft or hard: the 2-cycle next to the critical step size, its stability and its amplitude."""
    if point.onset is StabilityLoss.DEGENERATE:
        return Claim.not_applicable(
            f"How x = {point.x:.6g} loses its stability: the sign of Q = 3f‴² − f″f⁗",
            "beyond the paper", "—", "Q = 0",
            "Q vanishes, as for a parabola: third and fourth derivatives do not decide",
        )  # fmt: skip
    soft = point.onset is StabilityLoss.SOFT
    delta = 2.0 / point.curvature * (1.0 + ONSET if soft else 1.0 - ONSET)
    predicted, measured, stable = cycle_at_onset(function, point.x, delta)
    words = ("stable" if soft else "unstable"), ("stable" if stable else "unstable")
    found = not math.isnan(measured)
    agrees = stable == soft and abs(measured / predicted - 1.0) <= ONSET_TOLERANCE
    way = "softly: past 2/f″ a stable" if soft else "hard: below 2/f″ an unstable"
    return Claim.fact(
        f"x = {point.x:.6g} loses its stability {way} 2-cycle, here at δ = {delta:.6g}",
        "beyond the paper",
        f"{words[0]}, amplitude {predicted:.4g}",
        f"{words[1]}, amplitude {measured:.4g}" if found else "none found",
        agrees if found else None,
        rule=f"{ONSET_TOLERANCE:g} relative",
    )


@lru_cache(maxsize=256)
def cycle_at_onset(function: UserFunction, x: float, step_size: float) -> tuple[float, float, bool]:
    """(predicted amplitude, half the distance between the points of the 2-cycle around x, its stability).

    Predicted by the first term of the normal form of the flip, √(6f″|f″ − 2/δ|/|Q|) with Q ≠ 0 as in
    `flip_coefficient`; measured by `two_cycles`, NaN where there is none.
    """
    curvature = float(function.hessian(x))
    excess = 6.0 * curvature * abs(curvature - 2.0 / step_size)
    amplitude = math.sqrt(excess / abs(float(flip_coefficient(function, x))))
    cycles = two_cycles(function, step_size, x - 3.0 * amplitude, x + 3.0 * amplitude)
    above = np.flatnonzero(cycles.x > x)
    if len(above) == 0:
        return amplitude, math.nan, False
    nearest = above[np.argmin(np.abs(cycles.x[above] - x - amplitude))]
    point = float(cycles.x[nearest])
    partner = point - step_size * float(function.gradient(point))
    return amplitude, abs(point - partner) / 2.0, bool(cycles.stable[nearest])


def _selection(
    params: Params, function: UserFunction, points: Sequence[CriticalPoint], basins: Basins
) -> Claim:
    ends = []
    for count, x in converged_starts(basins):
        if abs(x - params.centre) <= FAR * params.reach:
            on_kink = any(p.kink and abs(p.x - x) <= PROBE * params.reach for p in points)
            modulus = abs(1.0 - params.step_size * float(function.hessian(x)))
            ends.append((count, modulus <= STABLE_MODULUS and not on_kink))
    expected = ends or any(p.stability != "unstable" for p in points)
    return selection_claim(PLACE, ends, basins.labels.size, stable="stable ones" if expected else "")
