"""The verdicts: the mirror law, Theorem 1, the edge of many layers, the law of balance, label noise."""

import math

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.networks.two_layers import Training
from stepsize_core.paper.edge_of_the_arc.layers import ALIKE, LONGEST, Landing, mirror
from stepsize_core.paper.edge_of_the_arc.noise import (
    PATHS,
    SAMPLES,
    Batches,
    balances,
    predicted_balances,
)
from stepsize_core.paper.edge_of_the_arc.params import Params

PLACE = "beyond the paper"
NEAREST, CLOSE, UNEQUAL = 1e-3, 0.05, 1.5  # of q₀ − 1 and of w₁, where the mirror law is claimed
PER_DISTANCE = 4.0  # relative error allowed, in units of q₀ − 1
HOVERS, HOVER_WITHIN = (1.02, 1.4), 0.03  # of q₀; relative
ROUNDING, AT_REST = 1e-9, 1e-6
ERRORS, CONFIRMING, CONFIRMING_SEED, RELATIVE = 3.0, 4, 10_007, 0.02
LARGEST_SPREAD = 0.4  # of e, up to which its law is that of a linear step
STILL = 1e-9  # of the largest entry of a gradient at rest
NEAR_EDGE, NEAR_ARC = 1.6, 1.0  # of δS₀; of δS₀(1 + 2/B), since e then has rare large values


def claims_of(params: Params, states: Array, drawn: Batches, ended: Landing) -> tuple[Claim, ...]:
    """What is claimed of these parameters; ended: of gradient descent from the start."""
    rows = [_theorem_1(params, ended), _balance(params, states, drawn)]
    if params.layers > 2:
        return (_hovers(params, ended), *rows)
    rows = [*_mirrored(params), *rows]
    return (_forgets(params), *rows) if params.noise > 0.0 else tuple(rows)


def _mirrored(params: Params) -> tuple[Claim, ...]:
    delta, s, q = params.step_size, params.sharpness, params.beyond
    lands = "Beside an excluded optimum the run lands at 4/δ − S₀"
    peaks = "On the way |e| = |w₁w₂ − r| peaks at (δS₀ − 2)/(δ√(2(1 − δ²r²)))"
    if not 1.0 < q <= 1.0 + CLOSE or params.w1 < UNEQUAL:
        why = "δS₀ is not above 2: the optimum is not excluded" if q <= 1.0 else (
            f"the law is claimed for w₁ ≥ {UNEQUAL:g} and δS₀/2 ≤ {1.0 + CLOSE:g}, here {q:.4g}"
        )  # fmt: skip
        return tuple(Claim.not_applicable(said, PLACE, "—", "—", why) for said in (lands, peaks))
    law = mirror(s, delta)
    if q < 1.0 + NEAREST:
        note = "too near the edge to decide by a run"
        return tuple(
            Claim.fact(said, PLACE, foreseen, "—", None, note=note)
            for said, foreseen in ((lands, law.lands), (peaks, law.peak))
        )
    note = "In the limit S₀ → 2/δ; a run of gradient descent from |e| of a thousandth of the peak."
    allowed = PER_DISTANCE * (q - 1.0)
    return (
        Claim.equality(
            lands, PLACE, law.lands, law.measured_lands, absolute=allowed * (s - 2.0 / delta), note=note
        ),
        Claim.equality(peaks, PLACE, law.peak, law.measured_peak, relative=allowed, note=note),
    )


def _theorem_1(params: Params, ended: Landing) -> Claim:
    statement, edge = "The optimum where gradient descent comes to rest has S ≤ 2/δ", 2.0 / params.step_size
    if not ended.converged:
        return Claim.not_applicable(statement, "Theorem 1", edge, fate(ended), f"the run {fate(ended)}")
    return Claim.bound(statement, "Theorem 1", edge, ended.sharpness, relative=AT_REST, note=_followed(ended))


def network_claims(params: Params, seen: Training) -> tuple[Claim, ...]:
    """What is claimed of a network: where it has come to rest, its sharpness is at most 2/δ."""
    statement, edge = "Where the network has come to rest, λ_max ≤ 2/δ", 2.0 / params.step_size
    last = float(seen.sharpness[-1])
    if not math.isfinite(last):
        return (Claim.not_applicable(statement, PLACE, edge, "lost", "the run diverges"),)
    if seen.slope > STILL:
        why = f"not at rest: the gradient still has an entry of {seen.slope:.2g}"
        return (Claim.not_applicable(statement, PLACE, edge, last, why),)
    return (Claim.bound(statement, PLACE, edge, last, relative=AT_REST),)


def fate(ended: Landing) -> str:
    """What became of gradient descent, as the end of a sentence."""
    if ended.converged:
        return f"comes to rest at S = {ended.sharpness:.4g}"
    return "diverges" if ended.escaped else f"is not at rest after {LONGEST:,} steps"


def _followed(ended: Landing) -> str:
    return f"Gradient descent from the start, at rest after {ended.steps:,} steps."


def _hovers(params: Params, ended: Landing) -> Claim:
    statement, edge = "Three and more layers end at the edge: S within 3 % of 2/δ", 2.0 / params.step_size
    low, high = HOVERS
    why = ""
    if params.shape != ALIKE or params.w1 < UNEQUAL:
        why = f"seen where the other layers are alike and w₁ ≥ {UNEQUAL:g}"
    elif not low <= params.beyond <= high:
        why = f"seen for {low:g} ≤ δS₀/2 ≤ {high:g}, here {params.beyond:.4g}"
    elif not ended.converged:
        why = f"the run {fate(ended)}"
    if why:
        measured = ended.sharpness if ended.converged else fate(ended)
        return Claim.not_applicable(statement, PLACE, edge, measured, why)
    return Claim.equality(
        statement, PLACE, edge, ended.sharpness, relative=HOVER_WITHIN,
        note=f"Seen in runs; not derived. {_followed(ended)}",
    )  # fmt: skip


def balance_law(params: Params, states: Array, drawn: Batches) -> Array:
    """w₁² − w_L² by its law: its first value times Π(1 − δ²g²P²), P the product of the layers between."""
    with np.errstate(over="ignore", invalid="ignore"):
        residuals = drawn.gains * (np.prod(states[:-1], axis=1) - 1.0) - drawn.shifts
        slopes = residuals * np.prod(states[:-1, 1:-1], axis=1)
        factors = np.cumprod(1.0 - (params.step_size * slopes) ** 2)
    return (states[0, 0] ** 2 - states[0, -1] ** 2) * np.array([1.0, *factors])


def _balance(params: Params, states: Array, drawn: Batches) -> Claim:
    last = "₂₃₄"[params.layers - 2]
    with np.errstate(over="ignore", invalid="ignore"):
        scale = np.maximum.accumulate(np.maximum(1.0, np.sum(states**2, axis=1)))
        gap = np.abs(states[:, 0] ** 2 - states[:, -1] ** 2 - balance_law(params, states, drawn)) / scale
    between = "" if params.layers == 2 else ", P of the layers between"
    factor = "1 − δ²g²" if params.layers == 2 else "1 − δ²g²P²"
    return Claim.equality(
        f"Each step multiplies w₁² − w{last}² by {factor}", PLACE, 0.0, float(gap[np.isfinite(gap)].max()),
        absolute=ROUNDING, note=f"The largest relative difference; g: the step's residual{between}.",
    )  # fmt: skip


def _forgets(params: Params) -> Claim:
    b, sigma, delta, k = min(params.batch, SAMPLES), params.noise, params.step_size, params.n_steps
    statement = f"Label noise: after {k:,} steps the mean of D = w₁² − w₂² is that of its recursion"
    start = params.optimum[0] ** 2 - params.optimum[1] ** 2
    noise, shorter = params.noise_variance, 1.0 + params.spread
    edge = delta * params.sharpness * shorter
    foreseen = float(predicted_balances(start, delta, noise, k, params.spread)[-1])
    if edge > (most := NEAR_EDGE if shorter == 1.0 else NEAR_ARC):
        of = "δS₀" if shorter == 1.0 else "δS₀(1 + 2/B)"
        why = f"claimed for {of} ≤ {most:g}, here {edge:.4g}"
        return Claim.not_applicable(statement, PLACE, "—", "—", why)
    if (spread := math.sqrt(delta * params.sharpness * noise / (2.0 - edge))) > LARGEST_SPREAD:
        why = f"claimed where e spreads by at most {LARGEST_SPREAD:g}, here {spread:.2g}"
        return Claim.not_applicable(statement, PLACE, foreseen, "—", why)

    def found(seed: int, n_paths: int) -> tuple[float, float, float, bool]:
        last = balances(start, delta, sigma, b, seed, k, n_paths, params.inputs)[-1]
        error = float(last.std()) / math.sqrt(n_paths)
        allowed = ERRORS * error + RELATIVE * start
        return float(last.mean()), error, allowed, abs(float(last.mean()) - foreseen) <= allowed

    n_paths = PATHS
    mean, error, allowed, holds = found(params.seed, n_paths)
    if not holds:
        n_paths *= CONFIRMING
        mean, error, allowed, holds = found(params.seed + CONFIRMING_SEED, n_paths)
    return Claim.fact(
        statement, PLACE, foreseen, mean, holds, rule=f"within 3 standard errors + 2 % of D₀: {allowed:.2g}",
        note=f"{n_paths} paths with batches of {b}, seed {params.seed}, standard error {error:.2g}.",
    )  # fmt: skip
