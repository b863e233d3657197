"""What linear theory claims of a function that a reader typed, each measured on runs."""

import math
from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.paper.scalar import bisected, converged_starts, selection_claim, stability_claim
from stepsize_core.paper.your_function.params import Params
from stepsize_core.stability import StabilityLoss, flip_coefficient
from stepsize_core.sweeps import Basins

PLACE = "Section 1"
PROBE = 1e-4  # displacement from an equilibrium whose stability is measured, relative to the window's reach
MOST_STABILITY_CLAIMS = 2
BISECTION_ROUNDS = 4  # each narrows the bracket of the critical step size 40-fold
BISECTION_STEP_SIZES = 41
BISECTION_STEPS = 60  # even: the state is back on the side where it began
BRACKET = (0.6, 1.5)  # of the predicted critical step size, within which it is measured
THRESHOLD_TOLERANCE = 1e-4  # relative
CLOSER = (
    0.25  # share of the distance at which a measurement beside an equilibrium is repeated, until two agree
)
AGREED = 2e-5  # relative difference of two measured thresholds, and
AMPLITUDES_AGREED = 0.01  # of two ratios of measured to predicted amplitude, that tell where they tend to
ROUNDS = 8  # of such measurements
LINEAR = 0.1  # share of f″, of its margin and of a step across a kink that a probe is small beside
TOO_COARSE = "measured ever nearer, the values do not settle"
ONSET = 2e-3  # relative distance to the critical step size at which the 2-cycle is looked for
ONSET_TOLERANCE = 0.03  # relative, of what the ratio of the amplitudes tends to
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
    for point in [p for p in minima if 0.0 < p.curvature < math.inf][:1]:
        start = point.x + (_side_with_slope_0(point) or 1) * PROBE * params.reach
        name, critical = f"x = {point.x:.6g}", 2.0 / point.curvature
        measured = measured_critical(function, start, point.x, critical)
        claims.append(threshold_claim(name, _formula(point), critical, measured))
        if point.onset is not None:
            claims.append(_onset(function, point))
    return (*claims, _selection(params, function, points, basins))


def _side_with_slope_0(point: CriticalPoint) -> int:
    """At a kink with one slope 0 its side, −1 or 1; else 0."""
    below, above = point.slopes
    return (below != 0.0) - (above != 0.0)


def _formula(point: CriticalPoint) -> str:
    """The formula of the critical step size."""
    if not point.one_sided:
        return "2/f″"
    if side := _side_with_slope_0(point):
        return "1/f″(x−)" if side < 0 else "1/f″(x+)"
    return "1/f″(x−) + 1/f″(x+)"


def _stability(params: Params, function: UserFunction, point: CriticalPoint) -> Claim:
    """x* is stable exactly below its critical step size: a run started beside it comes back or does not."""
    name = f"x = {point.x:.6g}"
    if point.curvature == 0.0:
        return Claim.not_applicable(
            f"{name} is stable exactly for δ < 2/f″", PLACE, "neutral",
            "f″ = 0 on one side" if point.one_sided else "f″ = 0",
            "where f″ = 0 the linear theory is silent: the multiplier is 1 at every step size",
        )  # fmt: skip
    if point.curvature < 0.0:
        statement = f"{name} is no minimum: unstable for every δ"
    elif math.isinf(point.curvature):
        chosen = float(function.gradient(point.x)) + 0.0
        why = f"a kink, where f′ is taken as {chosen:g}" if point.kink else "f″ is infinite"
        statement = f"{name} ({why}) is unstable for every δ"
    else:
        what = f"is stable exactly for δ < {_formula(point)} = {point.critical:.6g}"
        if side := _side_with_slope_0(point):
            what = what.replace("is stable", f"attracts from {'below' if side < 0 else 'above'}")
        statement = f"{name} ({point.jump}) {what}" if point.one_sided else f"{name} {what}"
    only = _side_with_slope_0(point) if point.curvature > 0.0 else 0
    attracts = "attracts" if point.stability == "stable" else "does not attract"
    return stability_claim(
        function, point, params.step_size, statement, PLACE,
        displacement=_near_enough(params, function, point),
        sides=[only] if only else ([-1, 1] if point.one_sided else [1]),
        predicted=attracts if only else "",
    )  # fmt: skip


def _near_enough(params: Params, function: UserFunction, point: CriticalPoint) -> float:
    """A displacement over which f″ changes by less than a share LINEAR of the margin 2/δ − f″ and of f″.

    At a kink one that is nearer than any slope throws a run across.
    """
    away, bar = PROBE * params.reach, LINEAR * min(abs(point.margin), abs(point.curvature))
    if point.curvature == math.inf:
        thrown = [params.step_size * abs(slope) for slope in point.slopes if slope]
        return min([away, *(LINEAR * step for step in thrown)])
    for _ in range(0 if point.one_sided or math.isinf(bar) else ROUNDS):
        beside = function.hessian(point.x + np.array([-away, away]))
        if (np.abs(beside - point.curvature) <= bar).all():
            break
        away *= CLOSER
    return away


def threshold_claim(name: str, formula: str, critical: float, measured: float) -> Claim:
    """The critical step size of an equilibrium, measured on runs."""
    return Claim.equality(
        f"The critical step size of {name}, by bisection over runs: {formula}",
        PLACE, critical, measured, relative=THRESHOLD_TOLERANCE,
        note=TOO_COARSE if math.isnan(measured) else "",
    )  # fmt: skip


@lru_cache(maxsize=256)
def measured_critical(
    function: UserFunction, start: Place, centre: Place, guess: float, rounds: int = ROUNDS
) -> float:
    """The step size at which runs beside `centre` begin to move away from it, by bisection over runs.

    From `start` and from ever nearer, `rounds` times at most, until two measurements agree, or what two
    successions of three tend to. No use is made of the curvature beyond the initial bracket; NaN where its
    ends do not disagree or the measurements do not settle.
    """
    displacement = np.subtract(start, centre)

    def away(deltas: Array, apart: Array) -> Flags:
        end = gradient_descent(function, centre + apart, deltas, BISECTION_STEPS, keep_last=1).final
        distance = np.abs(end - centre).reshape(len(deltas), -1).max(axis=-1)
        return ~(distance < np.abs(apart).max())  # what is no number any more has left as well

    low, high = (share * guess for share in BRACKET)
    measured, extrapolated = [math.nan] * 2, math.nan
    for share in CLOSER ** np.arange(rounds):
        leaves = partial(away, apart=share * displacement)
        measured.append(bisected(leaves, low, high, points=BISECTION_STEP_SIZES, rounds=BISECTION_ROUNDS))
        before, extrapolated = extrapolated, _tends_to(*measured[-3:])
        for last, first in ((measured[-1], measured[-2]), (extrapolated, before)):
            if abs(last - first) <= AGREED * guess:
                return last
    return math.nan


def _tends_to(a: float, b: float, c: float) -> float:
    """What a sequence with differences in a constant ratio below 1 tends to (Aitken); NaN for any other."""
    return c + (c - b) ** 2 / ((b - a) - (c - b)) if 0.0 < (c - b) / (b - a or math.nan) < 1.0 else math.nan


def _onset(function: UserFunction, point: CriticalPoint) -> Claim:
    """Soft or hard: the 2-cycle next to the critical step size, its stability and its amplitude."""
    if point.onset is StabilityLoss.DEGENERATE:
        third = function.one_sided(point.x, 3, -1), function.one_sided(point.x, 3, 1)
        jumps = third[0] != third[1]
        return Claim.not_applicable(
            f"How x = {point.x:.6g} loses its stability: the sign of Q = 3f‴² − f″f⁗",
            "beyond the paper", "—", "no Q" if jumps else "Q = 0",
            "f‴ jumps there or is infinite, so there is no Q" if jumps else
            "Q vanishes, as for a parabola: third and fourth derivatives do not decide",
        )  # fmt: skip
    soft = point.onset is StabilityLoss.SOFT
    delta, predicted, measured, stable, tends_to = settled_onset(function, point.x, soft)
    words = ("stable" if soft else "unstable"), ("stable" if stable else "unstable")
    found, settled = not math.isnan(measured), not math.isnan(tends_to)
    agrees = stable == soft and abs(tends_to - 1.0) <= ONSET_TOLERANCE
    way = "softly: past 2/f″ a stable" if soft else "hard: below 2/f″ an unstable"
    return Claim.fact(
        f"x = {point.x:.6g} loses its stability {way} 2-cycle, here at δ = {delta:.6g}",
        "beyond the paper",
        f"{words[0]}, amplitude {predicted:.4g}",
        f"{words[1]}, amplitude {measured:.4g}" if found else "none found",
        agrees if settled else None,
        rule=f"{ONSET_TOLERANCE:g} relative, as δ nears 2/f″",
        note="" if settled or not found else TOO_COARSE,
    )


@lru_cache(maxsize=256)
def settled_onset(function: UserFunction, x: float, soft: bool) -> tuple[float, float, float, bool, float]:
    """δ, the amplitudes of `cycle_at_onset` there, its stability, and what their ratio tends to.

    At ever smaller distances to 2/f″, until two ratios agree; their difference falls with the distance, which
    gives the limit. NaN for it where they do not agree.
    """
    critical, last = 2.0 / float(function.hessian(x)), math.nan
    for share in CLOSER ** np.arange(ROUNDS):
        delta = critical * (1.0 + (ONSET if soft else -ONSET) * float(share))
        predicted, measured, stable = cycle_at_onset(function, x, delta)
        ratio = measured / predicted
        if abs(ratio - last) <= AMPLITUDES_AGREED:
            return delta, predicted, measured, stable, ratio + (ratio - last) * CLOSER / (1.0 - CLOSER)
        last = ratio
    return delta, predicted, measured, stable, math.nan


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
    ends, neutral, one_sided = [], False, False
    for count, x in converged_starts(basins):
        if abs(x - params.centre) <= FAR * params.reach:
            near = [p for p in points if abs(p.x - x) <= PROBE * params.reach]
            known = min(near, key=lambda p: abs(p.x - x)) if near else None
            there = known or critical_point(function, x, params.step_size)
            modulus = abs(there.multiplier)
            neutral |= 2.0 - STABLE_MODULUS <= modulus <= STABLE_MODULUS
            one_sided |= modulus > STABLE_MODULUS and bool(there.attracts)
            ends.append((count, modulus <= STABLE_MODULUS or bool(there.attracts)))
    expected = ends or any(p.stability != "unstable" for p in points)
    words = "stable or neutral ones" if neutral else "stable ones"
    words += ", or ones that attract their side where f″ jumps" if one_sided else ""
    return selection_claim(PLACE, ends, basins.labels.size, stable=words if expected else "")
