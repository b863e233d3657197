"""What linear theory claims of a function of two variables that a reader typed, each measured on runs."""

import math
from collections.abc import Sequence

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.equilibria.plane import PlanePoint
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.paper.scalar import selection_claim
from stepsize_core.paper.your_function.line_claims import (
    MOST_STABILITY_CLAIMS,
    NEAR_CRITICAL,
    PLACE,
    PROBE,
    STABLE_MODULUS,
    UNDECIDED,
    threshold_claim,
)
from stepsize_core.paper.your_function.params import Params
from stepsize_core.sweeps import Basins

PROBE_STEPS = 2000  # after which a probe is looked at: NEAR_CRITICAL away from 2/λ_max it has moved by far
SHARPNESS_TOLERANCE = 1e-5  # relative; the accuracy of a limit that is approached slowly


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
    for point in minima[:1]:
        steepest = np.linalg.eigh(function.hessian(np.array(point.place)))[1][:, -1]
        start = tuple((point.place + PROBE * params.reach * steepest).tolist())
        critical = 2.0 / point.eigenvalues[1]
        claims.append(threshold_claim(function, point.name, "2/λ_max", start, point.place, critical))
    return (*claims, _reached(params, function, limit), _selection(params, function, basins))


def _stability(params: Params, function: UserFunction, point: PlanePoint) -> Claim:
    """An equilibrium is stable exactly for δ < 2/λ_max: a run started beside it comes nearer or does not."""
    delta, probe = params.step_size, PROBE * params.reach
    place = np.array(point.place)
    eigenvalues, vectors = np.linalg.eigh(function.hessian(place))
    direction = vectors[:, np.argmax(np.abs(1.0 - delta * eigenvalues))]
    run = gradient_descent(function, place + probe * direction, delta, PROBE_STEPS, keep_last=1)
    factor = math.dist(run.final, place) / probe
    if point.critical is None:
        statement, decided = f"{point.name} is a {point.kind}: unstable for every δ", True
    else:
        statement = f"{point.name} is stable exactly for δ < 2/λ_max = {point.critical:.6g}"
        decided = abs(delta / point.critical - 1.0) > NEAR_CRITICAL
    stable = point.critical is not None and delta < point.critical
    nearer = factor < 1.0  # False for a run that has escaped
    return Claim.fact(
        statement,
        PLACE,
        point.stability,
        f"distance × {factor:.3g}" if math.isfinite(factor) else "gone",
        (nearer == stable) if decided else None,
        rule=f"from {probe:.2g}, {PROBE_STEPS} steps",
        note="" if decided else UNDECIDED,
    )


def _reached(params: Params, function: UserFunction, limit: Limit) -> Claim:
    statement = "The equilibrium that this run reaches has λ_max ≤ 2/δ"
    edge = 2.0 / params.step_size
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return Claim.not_applicable(statement, PLACE, edge, limit.sentence, "the run did not converge")
    sharpness = float(np.linalg.eigvalsh(function.hessian(limit.points[0]))[-1])
    return Claim.bound(statement, PLACE, edge, sharpness, relative=SHARPNESS_TOLERANCE)


def _selection(params: Params, function: UserFunction, basins: Basins) -> Claim:
    settled = basins.limit.kind == LimitKind.EQUILIBRIUM
    modulus = np.empty(0)
    if settled.any():
        hessian = function.hessian(basins.limit.points[0][settled])
        modulus = np.abs(1.0 - params.step_size * np.linalg.eigvalsh(hessian)).max(axis=-1)
    ends = [(1, bool(stable)) for stable in modulus <= STABLE_MODULUS + SHARPNESS_TOLERANCE]
    return selection_claim(PLACE, ends, basins.labels.size, stable="stable ones")
