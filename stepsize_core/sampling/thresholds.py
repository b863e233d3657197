"""Largest step sizes at a common minimum of all samples, in one variable: x ← (1 − δa_B)x.

a_B is the mean of a batch of the curvatures a_i = f_i″. E x² grows by q = (1 − δā)² + δ²ps² a step, and
log|x| by λ = E log|1 − δa_B|: almost every path approaches the minimum exactly if λ < 0, however E x² grows.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import positive_finite
from stepsize_core.frozen import Frozen
from stepsize_core.sampling.laws import BatchLaw, batch_law, batch_mode, noise_share, sample_curvatures

ZERO = 4 * np.finfo(float).eps  # |1 − δa| up to this is 0: δ is 1/a but for rounding
TABLE = 1 << 20  # entries of a table of batch means by step sizes worked off at once
MANY = 1024  # batch means from which on the gaps between singularities are not searched one by one
CELLS = 96  # step sizes of the search there
PRECISION = {"xtol": 1e-300, "rtol": 4 * np.finfo(float).eps}


class Thresholds(Frozen):
    """The largest step sizes at a minimum that all samples share.

    mean_square   E x² → 0 exactly below: 2ā/(ā² + ps²)
    full_batch    gradient descent's own: 2/ā
    almost_sure   where the exponent first changes from − to +
    """

    mean_square: float
    full_batch: float
    almost_sure: float


def sampled_exponent(
    curvatures: ArrayLike, batch_size: int, step_size: ArrayLike, replacement: str = "without"
) -> Array:
    """λ = E log|1 − δa_B|, the shape of step_size; −∞ where a batch jumps to the minimum (δ = 1/a_B).

    curvatures (n,) of the samples, of any sign. "reshuffled": the growth of an epoch over its steps.
    Raises ValueError as `batch_law`, and where step_size is not positive and finite.
    """
    law = batch_law(curvatures, batch_size, replacement)
    return _exponent(law, positive_finite("step_size", step_size))


def sampled_thresholds(curvatures: ArrayLike, batch_size: int, replacement: str = "without") -> Thresholds:
    """The three thresholds for curvatures (n,) of the samples, their mean positive; single ones may be 0 or
    less.

    "reshuffled" is decided for batch_size 1 alone: the factor of an epoch is the same in every order, so that
    mean_square = almost_sure. Raises ValueError where the mean is not positive (no step size is stable on
    average), for other reshuffled batches, and as `batch_law`.
    """
    values = sample_curvatures(curvatures)
    n, b = batch_mode(len(values), batch_size, replacement)
    if replacement == "reshuffled" and b > 1:
        raise ValueError(
            f"batch_size must be 1 where replacement is 'reshuffled', got {b}: else the order decides"
        )
    mean = float(values.mean())
    if mean <= 0.0:
        raise ValueError(f"curvatures must have a positive mean, got {mean!r}: no step size is stable")
    full, spread = 2.0 / mean, noise_share(n, b, replacement) * float(values.var())
    mean_square = 2.0 * mean / (mean * mean + spread) if spread else full
    almost_sure = first_loss(batch_law(values, b, replacement), mean_square)
    return Thresholds(almost_sure if replacement == "reshuffled" else mean_square, full, almost_sure)


def escape_exponent(
    curvatures: ArrayLike, batch_size: int, step_size: float, replacement: str = "without"
) -> float:
    """κ > 0 with E|1 − δa_B|^κ = 1: a start at distance ε leaves the minimum with a probability like ε^κ.

    κ = 2 at the mean-square threshold and 0 from the almost-sure one on; ∞ where no batch enlarges a
    distance. Stationary noise beside the minimum has tails of this power. Raises ValueError as
    `sampled_exponent`; for batches drawn afresh, so that "reshuffled" is refused.
    """
    if replacement == "reshuffled":
        raise ValueError("replacement must be 'without' or 'with': κ is of batches drawn afresh")
    law = batch_law(curvatures, batch_size, replacement)
    growth = _log_factors(law.values, float(positive_finite("step_size", step_size)))
    if not np.any(growth > 0.0):
        return math.inf
    if law.probabilities @ growth >= 0.0:
        return 0.0

    def excess(kappa: float) -> float:
        return float(logsumexp(kappa * growth, b=law.probabilities))

    high = 1.0
    while excess(high) <= 0.0:
        high *= 2.0
    return root_below(excess, high, 1e-12)


def root_below(log_moment: Callable[[float], float], high: float, least: float) -> float:
    """κ > 0 with log E|…|^κ = 0, convex in κ, 0 at 0 and positive at `high`; 0 where κ is below `least`."""
    low = high
    while log_moment(low) >= 0.0:
        low /= 2.0
        if low < least:
            return 0.0
    return float(brentq(log_moment, low, 2.0 * low, xtol=1e-14))


def first_loss(law: BatchLaw, stable_below: float) -> float:
    """The first step size at which λ changes from − to +; λ is known to be at most 0 up to `stable_below`.

    Between two of its singularities 1/a_B each log|1 − δa_B| is concave, hence λ too: it rises from −∞ and
    falls to −∞ again, so that it changes from − to + in such a gap exactly if its greatest value there is
    positive. In the last gap it grows beyond all bounds. The spikes of a law of more than MANY means are
    passed over: they are far narrower than rounding, save where λ is nearly 0.
    """
    if _exponent(law, np.array(stable_below)) >= 0.0:
        return stable_below
    poles = 1.0 / law.values[law.values > 0.0]
    edges = np.concatenate([[stable_below], np.unique(poles[poles > stable_below])])
    if len(law.values) > MANY:
        return _smooth_crossing(law, stable_below)
    for low, high in _promising(law, edges):
        top = _peak(law, low, high)
        if top is not None and _exponent(law, np.array(top)) > 0.0:
            return _crossing(law, low, top)
    top = 2.0 * edges[-1]
    while _exponent(law, np.array(top)) <= 0.0:
        top *= 2.0
    return _crossing(law, edges[-1], top)


def _promising(law: BatchLaw, edges: Array) -> Iterator[tuple[float, float]]:
    """The gaps between edges, ascending, in which λ may be positive: it lies below its tangent in the
    middle."""
    low, high = edges[:-1], edges[1:]
    together = max(1, TABLE // len(law.values))
    for first in range(0, len(low), together):
        left, right = low[first : first + together], high[first : first + together]
        middle = (left + right) / 2.0
        with np.errstate(invalid="ignore"):
            bound = _exponent(law, middle) + np.abs(_slope(law, middle)) * (right - left) / 2.0
        kept = ~(bound <= 0.0)  # NaN where a gap has no float inside
        yield from zip(left[kept].tolist(), right[kept].tolist())


def _peak(law: BatchLaw, low: float, high: float) -> float | None:
    """Where λ is greatest inside a gap; None where it falls from the gap's begin on, or no float is
    inside."""
    low, high = math.nextafter(low, high), math.nextafter(high, low)
    if not low < high or _slope(law, np.array(low)) <= 0.0:
        return None
    if _slope(law, np.array(high)) >= 0.0:
        return high
    return float(brentq(lambda delta: float(_slope(law, np.array(delta))), low, high, **PRECISION))


def _crossing(law: BatchLaw, low: float, top: float) -> float:
    """The zero of λ between low, where λ is negative or −∞, and top, where it is positive."""
    low = math.nextafter(low, top)
    if _exponent(law, np.array(low)) >= 0.0:
        return low
    return float(brentq(lambda delta: float(_exponent(law, np.array(delta))), low, top, **PRECISION))


def _smooth_crossing(law: BatchLaw, low: float) -> float:
    """The first change of λ from − to + on CELLS step sizes up to one at which it is positive, then in its
    cell."""
    high = 2.0 * low
    while _exponent(law, np.array(high)) <= 0.0:
        high *= 2.0
    deltas = np.linspace(low, high, CELLS)
    first = int(np.argmax(_exponent(law, deltas) > 0.0))
    return _crossing(law, float(deltas[first - 1]), float(deltas[first]))


def _exponent(law: BatchLaw, deltas: Array) -> Array:
    """λ at every step size, the shape of deltas."""
    flat, together = deltas.reshape(-1, 1), max(1, TABLE // len(law.values))
    parts = [
        _log_factors(law.values, flat[i : i + together]) @ law.probabilities
        for i in range(0, max(len(flat), 1), together)
    ]
    return np.concatenate(parts).reshape(deltas.shape)[()]


def _slope(law: BatchLaw, deltas: Array) -> Array:
    """dλ/dδ, the shape of deltas."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (law.values / (deltas[..., None] * law.values - 1.0)) @ law.probabilities


def _log_factors(values: Array, delta: ArrayLike) -> Array:
    """log|1 − δa|, −∞ where δ is 1/a."""
    factors = np.abs(1.0 - np.multiply(delta, values))
    with np.errstate(divide="ignore"):
        return np.log(np.where(factors <= ZERO, 0.0, factors))
