"""The verdicts on sampled gradients: exponent, mean square, and what paths did.

A measurement with an error is compared within ERRORS of them, and refuted only by a second ensemble of other
batches and CONFIRMING times the paths.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED, Minimum
from stepsize_core.paper.sampled_gradients.params import AT_1, AT_2, FACTORS, LAYERS, QUADRATIC, SHARP, Params
from stepsize_core.paper.sampled_gradients.paths import distances_of, from_anywhere, layers
from stepsize_core.paper.sampled_gradients.theorem_1 import DEPTHS, optima
from stepsize_core.sampling.thresholds import Thresholds

PLACE = "beyond the paper"
PATHS, LONG_PATHS, NEAR_PATHS, ANYWHERE_PATHS = 4000, 300, 400, 400
ERRORS, CONFIRMING, CONFIRMING_SEED = 3.0, 4, 10_007
NEAR_ALMOST_SURE, NEAR_MEAN_SQUARE = 0.05, 0.01  # relative: so close to a threshold nothing is decided
FOLLOWED, MOST_FOLLOWED, DESCENDED = 1000, 4000, 4000  # steps
SURE = 8.0  # standard deviations between the mean of log|x| and its start, when all paths are judged
THERE = 1e-6  # a distance from the minimum
SAME_SHARPNESS, STAYED = 0.02, 0.005  # relative; of the full batch, which can come to rest just below
ROUNDING = 1e-9


def claims_of(params: Params) -> tuple[Claim, ...]:
    """What theory says of the chosen minimum and batches, against ensembles of its own."""
    thresholds = params.minimum.thresholds(params.batch)
    rows = [_full_batch(params, thresholds.full_batch)]
    if params.minimum.replacement == RESHUFFLED:
        rows.append(_epochs(params))
    else:
        rows += [*_exponent_and_mean_square(params, thresholds), _almost_surely(params, thresholds)]
    if params.system != QUADRATIC:
        rows.append(_stays(params, thresholds))
    if params.system in (AT_1, AT_2, SHARP):
        rows.append(_ends(params))
    if params.system == LAYERS:
        rows += _theorem_1(params)
    return tuple(rows)


def near(delta: float, threshold: float, within: float) -> bool:
    """Whether a step size is too close to a threshold for a run to decide."""
    return abs(delta / threshold - 1.0) < within


def _full_batch(params: Params, threshold: float) -> Claim:
    """Gradient descent, from beside the minimum."""
    delta, below = params.step_size, params.step_size < threshold
    if params.system == LAYERS:
        [[residual, sharpness, _]] = layers(
            params, DESCENDED, full=True, seed=0, n_paths=1, keep_last=1
        ).final
        comes = bool(abs(residual) < THERE and abs(sharpness / params.sharpness - 1.0) < STAYED)
        leaves = not comes
    elif params.system == QUADRATIC:
        growth = math.log(max(abs(1.0 - delta * float(params.minimum.curvatures.mean())), 1e-300))
        comes, leaves = growth * DESCENDED < math.log(THERE), growth > 0.0
    else:
        [[end]] = distances_of(params, DESCENDED, 1, params.seed, full=True, last=True)
        comes, leaves = bool(abs(end) < THERE), not abs(end) < THERE
    decided = not near(delta, threshold, NEAR_MEAN_SQUARE) and comes != leaves
    return Claim.fact(
        f"The full batch converges to this minimum exactly if δ < 2/ā = {threshold:.4g}",
        PLACE,
        "converges" if below else "leaves",
        "converges" if comes else "leaves" if leaves else f"neither in {DESCENDED:,} steps",
        comes == below if decided else None,
        rule=f"followed for {DESCENDED:,} steps; undecided within 1 % of the threshold",
    )


def _exponent_and_mean_square(params: Params, thresholds: Thresholds) -> Iterator[Claim]:
    """λ and q of the linear model, from steps of its paths."""
    minimum, b, delta = params.minimum, params.batch, params.step_size
    exponent, factor = float(minimum.exponent(b, delta)), float(minimum.factor(b, delta))

    def grown(seed: int, n_paths: int) -> Array:
        return minimum.growth(b, delta, params.n_steps, n_paths, seed)

    first = grown(params.seed, PATHS)
    told = f"{PATHS:,} paths of {params.n_steps} steps, seed {params.seed}"
    if exponent > -math.inf:
        mean, error, holds = _agreed(params.seed, exponent, first, grown, _log_growth)
        yield Claim.fact(
            "log|x[k]| grows by λ = E log|1 − δa_B| a step",
            PLACE, exponent, mean, holds, rule=f"3 standard errors of {error:.2g}",
            note=f"Measured on {told}.",
        )  # fmt: skip
    else:
        share = 1.0 - (1.0 - minimum.landing(b, delta)) ** params.n_steps
        mean, error, holds = _agreed(params.seed, share, first, grown, _landed)
        yield Claim.fact(
            f"A batch lands on the minimum: λ = −∞; share of paths there after {params.n_steps} steps",
            PLACE, share, mean, holds, rule=f"3 standard errors of {error:.2g}", note=f"Measured on {told}.",
        )  # fmt: skip
    mean, error, holds = _agreed(params.seed, factor, first, grown, _squared_factors)
    yield Claim.fact(
        "E x² grows by the factor q = (1 − δā)² + δ²ps² a step",
        PLACE, factor, mean, holds, rule=f"3 standard errors of {error:.2g}",
        note=f"The mean of (x[k+1]/x[k])² over the steps of {told}. The mean of x² itself shows q for the "
        "first few steps only: later so few paths carry it that so many do not contain them.",
    )  # fmt: skip
    grows, threshold = mean - 1.0, thresholds.mean_square
    decided = not near(delta, threshold, NEAR_MEAN_SQUARE) and abs(grows) > ERRORS * error
    yield Claim.fact(
        f"The mean square is stable exactly if δ < 2ā/(ā² + ps²) = {threshold:.4g}",
        PLACE,
        "falls" if delta < threshold else "grows",
        "falls" if grows < 0.0 else "grows",
        (grows < 0.0) == (delta < threshold) if decided and holds else None,
        rule="undecided within 1 % of the threshold",
    )


def _agreed(
    seed: int, predicted: float, first: Array, grown: Callable[[int, int], Array],
    measure: Callable[[Array], tuple[float, float]],
) -> tuple[float, float, bool]:  # fmt: skip
    """The measured value, its standard error, and whether it is within ERRORS in one of two ensembles."""
    mean, error = measure(first)
    if not _close(mean, predicted, error):
        mean, error = measure(grown(seed + CONFIRMING_SEED, CONFIRMING * first.shape[1]))
    return mean, error, _close(mean, predicted, error)


def _close(mean: float, predicted: float, error: float) -> bool:
    return abs(mean - predicted) <= ERRORS * error + ROUNDING * max(1.0, abs(predicted))


def _log_growth(logs: Array) -> tuple[float, float]:
    """Mean growth of log|x| a step over all steps, and its standard error."""
    return _mean(logs[-1] / (len(logs) - 1))


def _squared_factors(logs: Array) -> tuple[float, float]:
    """The mean of (x[k+1]/x[k])² over all steps of paths that are not at the minimum yet."""
    with np.errstate(invalid="ignore"):
        steps = np.diff(logs, axis=0)
        return _mean(np.exp(2.0 * steps[~np.isnan(steps)]))


def _landed(logs: Array) -> tuple[float, float]:
    """The share of paths that are at the minimum, and its standard error."""
    return _mean((logs[-1] == -np.inf).astype(float))


def _mean(values: Array) -> tuple[float, float]:
    return float(values.mean()), float(values.std() / math.sqrt(values.size))


def _almost_surely(params: Params, thresholds: Thresholds) -> Claim:
    """Where all paths of the linear model are after as many steps as λ needs."""
    minimum, b, delta = params.minimum, params.batch, params.step_size
    exponent = float(minimum.exponent(b, delta))
    steps = _telling_steps(minimum, b, delta, params.seed)
    decided = steps <= MOST_FOLLOWED and not near(delta, thresholds.almost_sure, NEAR_ALMOST_SURE)
    steps = min(steps, MOST_FOLLOWED)
    ended = minimum.growth(b, delta, steps, LONG_PATHS, params.seed + 1)[-1]
    nearer = int((ended < 0.0).sum())
    return Claim.fact(
        "Almost every path of x ← (1 − δa_B)x falls to the minimum if λ < 0, and leaves if λ > 0",
        PLACE,
        f"{LONG_PATHS if exponent < 0.0 else 0} of {LONG_PATHS} nearer",
        f"{nearer} of {LONG_PATHS} nearer",
        (nearer == (LONG_PATHS if exponent < 0.0 else 0)) if decided else None,
        rule="all paths; undecided within 5 % of the threshold",
        note=f"The first step size at which λ becomes positive is {thresholds.almost_sure:.4g}. "
        f"{LONG_PATHS} paths, {steps:,} steps, seed {params.seed + 1}.",
    )


def _telling_steps(minimum: Minimum, b: int, delta: float, seed: int) -> int:
    """The steps after which λ tells all paths of the linear model from their start."""
    exponent = float(minimum.exponent(b, delta))
    if exponent == -math.inf:
        return math.ceil(25.0 / minimum.landing(b, delta))
    ended = minimum.growth(b, delta, 50, LONG_PATHS, seed)[-1]
    spread = float(ended.std()) / math.sqrt(50.0)
    return max(50, math.ceil(min((SURE * spread / (exponent or 1e-9)) ** 2, 1e9)))


def _epochs(params: Params) -> Claim:
    """Reshuffled single samples: the factor of an epoch is that of every order."""
    minimum, delta = params.minimum, params.step_size
    n = len(minimum.curvatures)
    epochs = max(1, params.n_steps // n)
    predicted = float(epochs * n * minimum.exponent(1, delta))
    ended = minimum.growth(1, delta, epochs * n, PATHS, params.seed)[-1]
    least, most = float(ended.min()), float(ended.max())
    farthest = least if abs(least - predicted) > abs(most - predicted) else most
    return Claim.equality(
        f"After {epochs} {'epochs' if epochs > 1 else 'epoch'} log|x| has grown by n log-factors each, "
        "whatever the order",
        PLACE,
        predicted,
        farthest,
        relative=1e-9,
        absolute=1e-9,
        note=f"The path farthest from it, of {PATHS:,}, seed {params.seed}.",
    )


def _stays(params: Params, thresholds: Thresholds) -> Claim:
    """Whether paths of the function itself, from beside the minimum, converge to it."""
    delta, limit = params.step_size, thresholds.almost_sure
    below, steps = delta < limit, FOLLOWED
    if not below:
        steps = max(FOLLOWED, _telling_steps(params.minimum, params.batch, delta, params.seed))
    decided = steps <= MOST_FOLLOWED and not near(delta, limit, NEAR_ALMOST_SURE)
    steps = min(steps, MOST_FOLLOWED)

    def staying(seed: int, n_paths: int) -> int:
        if params.system == LAYERS:
            ended = layers(params, steps, seed=seed, n_paths=n_paths, keep_last=1).final
            close = np.abs(ended[:, 0]) < THERE
            return int((close & (np.abs(ended[:, 1] / params.sharpness - 1.0) < SAME_SHARPNESS)).sum())
        return int((np.abs(distances_of(params, steps, n_paths, seed, last=True)) < THERE).sum())

    total = NEAR_PATHS
    stay = staying(params.seed, total)
    if decided and not below and stay:
        total = CONFIRMING * NEAR_PATHS
        stay = staying(params.seed + CONFIRMING_SEED, total)
    holds = stay > 0 or None if below else stay == 0
    return Claim.fact(
        f"Paths from beside the minimum converge to it with a probability above 0 if δ < {limit:.4g}, and "
        "never above that",
        PLACE,
        "some" if below else f"0 of {total}",
        f"{stay} of {total}",
        holds if decided else None,
        rule="undecided within 5 % of the threshold",
        note=f"{total} paths of the function itself, {steps:,} steps, seed "
        f"{params.seed if total == NEAR_PATHS else params.seed + CONFIRMING_SEED}.",
    )


def _theorem_1(params: Params) -> Iterator[Claim]:
    """Theorem 1 and Corollary 1 in mean square, at random optima of deeper networks."""
    found = optima(params.batch, params.seed)
    share = float((found.exact / found.bounds).max())
    note = (
        f"The largest share of its bound among {len(found.exact)} random optima of two and three layers, "
        f"seed {params.seed}; thresholds from the second moments. It excludes stability in mean square only: "
        "almost every path may still converge."
    )
    yield Claim.fact(
        "Theorem 1 in mean square, Gaussian inputs, one output: δ ≤ 2/((1 + 2p)T)",
        PLACE, "at most 1", share, share <= 1.0 + ROUNDING, rule="every optimum", note=note,
    )  # fmt: skip
    corollary = 2.0 / (found.factor * found.least)
    share = float((found.exact / corollary[np.searchsorted(DEPTHS, found.depths)]).max())
    yield Claim.fact(
        "Corollary 1 in mean square: δ ≤ 2/((1 + 2p)Lρ^(2−2/L))",
        PLACE, "at most 1", share, share <= 1.0 + ROUNDING, rule="every optimum", note=note,
    )  # fmt: skip


def minima_of(params: Params) -> dict[float, Minimum]:
    """The minima of the function by their places."""
    if params.system == SHARP:
        curvatures = [params.minimum.curvatures, np.full(10, float(TwoMinima().derivative(2.0, 2)))]
    else:
        curvatures = [float(TwoMinima().derivative(x, 2)) * np.array(FACTORS) for x in (1.0, 2.0)]
    return {x: Minimum(a, params.minimum.replacement) for x, a in zip((1.0, 2.0), curvatures)}


def _ends(params: Params) -> Claim:
    """The paper's sentence on Example 2, for sampled gradients."""
    minima, b, delta = minima_of(params), params.batch, params.step_size
    limits = {x: minimum.thresholds(b).almost_sure for x, minimum in minima.items()}
    allowed = [x for x, limit in limits.items() if delta < limit]
    forbidden = [x for x in limits if x not in allowed]
    telling = [_telling_steps(minima[x], b, delta, params.seed) for x in forbidden]
    steps = min(max([FOLLOWED, *telling]), MOST_FOLLOWED)
    counts: dict[float, int] = {}
    for place in forbidden or [1.0]:  # where rounding must not hold a path
        ended = from_anywhere(params, steps, ANYWHERE_PATHS, beside=place)
        found = {x: int((np.abs(ended - (x - place)) < THERE).sum()) for x in limits}
        counts |= {x: n for x, n in found.items() if x == place or x not in counts}
    close = max([0, *telling]) > MOST_FOLLOWED or any(
        near(delta, limit, NEAR_ALMOST_SURE) for limit in limits.values()
    )
    return Claim.fact(
        "If a path converges to an equilibrium, then to one with λ ≤ 0",
        "Example 2, sampled",
        " or ".join(f"x = {x:g}" for x in allowed) or "none",
        ", ".join(f"{n} at x = {x:g}" for x, n in sorted(counts.items())),
        None if close else not any(counts[x] for x in forbidden),
        rule="no path elsewhere; undecided within 5 % of a threshold",
        note=f"{ANYWHERE_PATHS} random starts, {steps:,} steps, seed {params.seed}. The paper's sentence "
        "for the full batch has δ ≤ 2/f₂″ in its place.",
    )
