"""What linear theory claims of a function of two variables that a reader typed, each measured on runs."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.equilibria.plane import PlanePoint
from stepsize_core.equilibria.plane_search import jumps
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.paper.scalar import selection_claim
from stepsize_core.paper.your_function import line_claims
from stepsize_core.paper.your_function.line_claims import threshold_claim
from stepsize_core.paper.your_function.params import Params
from stepsize_core.sweeps import Basins

PLACE = "Section 1"
MOST_STABILITY_CLAIMS = 2
PROBES = (1e-6, 1e-7)  # displacements whose runs are measured, relative to the reach of the window
ROUNDS = 3  # of measurements of a critical step size, from the first of them on ever nearer
FACTOR = 2.0  # by which a probe is to come nearer or to move away,
MOST_STEPS = 4000  # in so many steps at most,
LEAST_CHANGE = 1e-3  # relative, of its distance in that many: less may be rounding
SHARPNESS_TOLERANCE = 1e-5  # relative; the accuracy of a limit that is approached slowly
STABLE_MODULUS = 1.0 + 1e-5  # of a multiplier at the end of a run, for the same reason
FAR = 1e6  # relative to the reach: a state so far away may rest only because steps drown in rounding
NOT_JUDGED = "∇²f jumps there, or steps drown in rounding"
BESIDE = 1e-6  # relative to the reach: a start beside the one that was chosen

Point = tuple[float, float]


def plane_claims(
    params: Params,
    function: UserFunction,
    points: Sequence[PlanePoint],
    limit: Limit,
    basins: Basins,
    states: Array,
) -> tuple[Claim, ...]:
    """Stability of the minima nearest the run, the measured threshold of one, what was reached, selection."""
    last = states[np.isfinite(states).all(axis=-1)][-1]
    nearest = sorted(points, key=lambda p: math.dist(p.place, last))
    minima = [p for p in nearest if p.kind == "minimum"]
    claims = [_stability(params, function, p) for p in (minima[:MOST_STABILITY_CLAIMS] or nearest[:1])]
    claims += [_threshold(params, function, p) for p in minima[:1]]
    return (*claims, _reached(params, function, limit), _selection(params, function, basins))


def _stability(params: Params, function: UserFunction, point: PlanePoint) -> Claim:
    """A minimum is stable exactly for δ < 2/λ_max, a saddle for no δ: runs from beside come back or leave."""
    low, high = point.eigenvalues
    if silent := _silent(point):
        statement = f"{point.name} is stable exactly for δ < 2/λ_max"
        return Claim.not_applicable(statement, PLACE, "—", point.kind, silent)
    if low < 0.0:
        kind = "a degenerate point with λ_min < 0" if high == 0.0 else f"a {point.kind}"
        statement, directions = f"{point.name} is {kind}: unstable for every δ", [0]
    else:
        statement, directions = f"{point.name} is stable exactly for δ < 2/λ_max = {2.0 / high:.6g}", [0, 1]
    runs = [_probed(function, point.place, params, i) for i in directions]
    factor, n_steps = max(runs, key=lambda run: -1.0 if math.isnan(run[0]) else run[0])
    decided = not math.isnan(runs[-1][0])
    steps = "1 step" if n_steps == 1 else f"{n_steps:,} steps"
    measured = f"distance × {factor:.4g} in {steps}" if math.isfinite(factor) else "gone"
    return Claim.fact(
        statement, PLACE, point.stability, measured if decided else "—",
        ((factor < 1.0) == (point.stability == "stable")) if decided else None,
        rule=f"from {PROBES[-1] * params.reach:.2g} away",
        note="" if decided else f"the multiplier is so near ±1 that {MOST_STEPS:,} steps change too little",
    )  # fmt: skip


def _silent(point: PlanePoint) -> str:
    """Why linear theory says nothing about an equilibrium, "" where it does."""
    if point.kink:
        return "∇²f jumps there: its eigenvalues are those of one side"
    low, high = point.eigenvalues
    if low == high == 0.0:
        return "both eigenvalues are 0, and so linear theory is silent at every step size"
    return "λ_min = 0: below 2/λ_max linear theory is silent" if low == 0.0 else ""


def _probed(function: UserFunction, place: Point, params: Params, direction: int) -> tuple[float, int]:
    """The factor by which a run from beside an equilibrium, along an eigenvector, changes its distance.

    And in how many steps: what the multiplier 1 − δλ needs for FACTOR, MOST_STEPS at most. From the nearer of
    PROBES; NaN where the other does not go the same way, or it changes too little.
    """
    delta, (eigenvalues, vectors) = params.step_size, np.linalg.eigh(function.hessian(np.array(place)))
    rate = abs(math.log(max(abs(1.0 - delta * eigenvalues[direction]), 1.0 / FACTOR)))
    if rate * MOST_STEPS < LEAST_CHANGE:
        return math.nan, MOST_STEPS
    n_steps = min(math.ceil(math.log(FACTOR) / rate), MOST_STEPS)
    distances = np.array(PROBES) * params.reach
    starts = place + distances[:, None] * vectors[:, direction]
    ends = [gradient_descent(function, start, delta, n_steps, keep_last=1).final for start in starts]
    factors = np.nan_to_num(np.linalg.norm(np.subtract(ends, place), axis=-1) / distances, nan=np.inf)
    return (float(factors[-1]) if len(set(factors < 1.0)) == 1 else math.nan), n_steps


def _threshold(params: Params, function: UserFunction, point: PlanePoint) -> Claim:
    measured = measured_critical(function, point.place, params.reach)
    return threshold_claim(point.name, "2/λ_max", point.critical or math.nan, measured)


def measured_critical(function: UserFunction, place: Point, reach: float) -> float:
    """The step size at which runs from beside a minimum begin to move away along its steepest direction.

    As on the line, from ROUNDS distances; NaN where no two of them agree.
    """
    eigenvalues, vectors = np.linalg.eigh(function.hessian(np.array(place)))
    start, guess = place + PROBES[0] * reach * vectors[:, -1], 2.0 / float(eigenvalues[-1])
    return line_claims.measured_critical(function, tuple(start.tolist()), place, guess, rounds=ROUNDS)


def _reached(params: Params, function: UserFunction, limit: Limit) -> Claim:
    statement = "The equilibrium that this run reaches has λ_max ≤ 2/δ"
    edge = 2.0 / params.step_size
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return Claim.not_applicable(statement, PLACE, edge, limit.sentence, "the run did not converge")
    end = limit.points[0]
    sharpness = float(np.linalg.eigvalsh(function.hessian(end))[-1]) + 0.0
    if not _judged(params, function, end[None])[0]:
        return Claim.not_applicable(statement, PLACE, edge, sharpness, NOT_JUDGED)
    if sharpness > edge * (1.0 + SHARPNESS_TOLERANCE) and _exceptional(params, function, end):
        why = f"an exceptional start: one {BESIDE * params.reach:.2g} beside it does not end there"
        return Claim.not_applicable(statement, PLACE, edge, sharpness, why)
    return Claim.bound(statement, PLACE, edge, sharpness, relative=SHARPNESS_TOLERANCE)


def _exceptional(params: Params, function: UserFunction, end: Array) -> bool:
    """Whether a run from beside the start does not converge to where the run itself does."""
    start = np.array([params.start, params.start_y]) + BESIDE * params.reach * np.array([0.8, 0.6])
    limit = classify_limit(function, start, params.step_size)
    at_rest = limit.kind is LimitKind.EQUILIBRIUM
    return not (at_rest and np.abs(limit.points[0] - end).max() < BESIDE * params.reach)


def _selection(params: Params, function: UserFunction, basins: Basins) -> Claim:
    """Of the random starts that converge, all reach an equilibrium that is not unstable."""
    ends = settled_ends(basins.limit)
    judged = ends[_judged(params, function, ends)]
    modulus = np.abs(1.0 - params.step_size * np.linalg.eigvalsh(function.hessian(judged))).max(axis=-1)
    counted = [(1, bool(stable)) for stable in modulus <= STABLE_MODULUS]
    claim = selection_claim(PLACE, counted, basins.labels.size, stable="stable ones")
    left = len(ends) - len(judged)
    return replace(claim, note=f"{left} more come to rest, not judged: {NOT_JUDGED}") if left else claim


def _judged(params: Params, function: UserFunction, ends: Array) -> Flags:
    """At which of the places (n, 2) where runs come to rest the eigenvalues of ∇²f decide stability."""
    far = np.abs(ends - [params.centre, params.centre_y]).max(axis=-1, initial=0.0) > FAR * params.reach
    return ~far & ~jumps(function, ends, params.reach)


def settled_ends(limit: Limit) -> Array:
    """The equilibria that the runs of a batch converge to, one a run: (m, 2)."""
    settled = limit.kind == LimitKind.EQUILIBRIUM
    return limit.points[0][settled] if len(limit.points) else np.empty((0, 2))
