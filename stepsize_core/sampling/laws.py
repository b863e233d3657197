"""The law of a batch: how much noise it has, and every value of its mean with its probability."""

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite
from stepsize_core.frozen import Frozen

REPLACEMENTS = ("without", "with", "reshuffled")
MOST_VALUES = 1 << 18  # different batch means that a law may have
SAME_SUM = 1e-13  # relative: sums so close are one, their difference is rounding


def batch_mode(n_samples: int, batch_size: int, replacement: str) -> tuple[int, int]:
    """n and B, checked against the way in which batches are drawn.

    Raises ValueError where a count is no integer of at least 1, the way has another name, or B exceeds n
    without being drawn "with" replacement.
    """
    n_samples, batch_size = count("n_samples", n_samples), count("batch_size", batch_size)
    if replacement not in REPLACEMENTS:
        raise ValueError(f"replacement must be one of {', '.join(REPLACEMENTS)}, got {replacement!r}")
    if batch_size > n_samples and replacement != "with":
        raise ValueError(
            f"batch_size must be at most n_samples = {n_samples} where replacement is {replacement!r}, "
            f"got {batch_size}"
        )
    return n_samples, batch_size


def noise_share(n_samples: int, batch_size: int, replacement: str = "without") -> float:
    """p, the variance of a batch's mean over that of a single sample: 1 at B = 1, and 0 where n = 1.

    (n − B)/(B(n − 1)) without replacement and reshuffled, 1/B with replacement. Raises like `batch_mode`.
    """
    n, b = batch_mode(n_samples, batch_size, replacement)
    if n == 1:
        return 0.0
    return 1.0 / b if replacement == "with" else (n - b) / (b * (n - 1))


def sample_curvatures(curvatures: ArrayLike) -> Array:
    """The curvatures of the samples as a finite array (n,), n ≥ 1, else ValueError."""
    array = finite("curvatures", curvatures)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"curvatures must have shape (n,) with n of at least 1, got shape {array.shape}")
    return array


class BatchLaw(Frozen):
    """The law of a batch's mean: its values (m,), ascending, and their probabilities (m,)."""

    values: Array
    probabilities: Array


def batch_law(values: ArrayLike, batch_size: int, replacement: str = "without") -> BatchLaw:
    """The exact law of the mean of a batch of `values` (n,), equal values merged.

    "reshuffled" means a batch of an epoch picked at random, the short last one included.
    Raises like `batch_mode`, and ValueError where the batch has more than MOST_VALUES different means.
    """
    array = sample_curvatures(values)
    _, b = batch_mode(len(array), batch_size, replacement)
    return _law(array.tobytes(), b, replacement)


@lru_cache(maxsize=64)
def _law(data: bytes, batch_size: int, replacement: str) -> BatchLaw:
    """`batch_law` of checked arguments, remembered."""
    values, counts = np.unique(np.frombuffer(data), return_counts=True)
    if replacement != "reshuffled":
        return _enumerated(values, counts.tolist(), batch_size, again=replacement == "with")
    whole, rest = divmod(int(counts.sum()), batch_size)
    sizes = [(batch_size, whole), (rest, 1)] if rest else [(batch_size, whole)]
    laws = [(_law(data, size, "without"), times / (whole + bool(rest))) for size, times in sizes]
    parts = [(law.values, share * law.probabilities) for law, share in laws]
    return BatchLaw(*_merged(parts, float(np.abs(values).max())))


def _enumerated(values: Array, counts: list[int], batch_size: int, *, again: bool) -> BatchLaw:
    """The law by one different value after the other: how often it is drawn, given the draws left for it.

    again: whether a sample can be drawn more than once (multinomial) or not (multivariate hypergeometric).
    """
    scale, n_left = float(np.abs(values).max()), sum(counts)
    parts = {batch_size: (np.zeros(1), np.ones(1))}  # draws left: means so far, probabilities
    for value, n_value in zip(values.tolist(), counts):
        grown: dict[int, list[tuple[Array, Array]]] = {}
        others = n_left - n_value
        counted = {left: _counts(n_value, others, left, again) for left in parts}
        if sum(len(counted[left]) * len(means) for left, (means, _) in parts.items()) > 2 * MOST_VALUES:
            raise _too_many(batch_size, len(values))
        for left, (means, chances) in parts.items():
            for k, chance in zip(counted[left], _chances(n_value, others, left, again)):
                grown.setdefault(left - k, []).append((means + value * (k / batch_size), chances * chance))
        n_left = others
        parts = {left: _merged(group, scale) for left, group in grown.items()}
    if len(parts[0][0]) > MOST_VALUES:
        raise _too_many(batch_size, len(values))
    return BatchLaw(*parts[0])


def _counts(n_value: int, others: int, draws: int, again: bool) -> range:
    """How many of so many draws may be among n_value samples rather than the others."""
    if not others:
        return range(draws, draws + 1)
    return range(draws + 1) if again else range(max(0, draws - others), min(n_value, draws) + 1)


def _chances(n_value: int, others: int, draws: int, again: bool) -> Iterator[float]:
    """The probability of each of these counts, from exact integers."""
    counts, n_left = _counts(n_value, others, draws, again), n_value + others
    if not others:
        yield 1.0
    elif again:
        ways, every = others**draws, n_left**draws
        for k in counts:
            yield ways / every
            ways = ways * (draws - k) * n_value // ((k + 1) * others)
    else:
        every = math.comb(n_left, draws)
        yield from (math.comb(n_value, k) * math.comb(others, draws - k) / every for k in counts)


def _merged(parts: list[tuple[Array, Array]], scale: float) -> tuple[Array, Array]:
    """Means ascending with their probabilities, those that differ by rounding alone as one."""
    means, chances = np.concatenate([m for m, _ in parts]), np.concatenate([c for _, c in parts])
    order = np.argsort(means)
    means, chances = means[order], chances[order]
    first = np.concatenate([[True], np.diff(means) > SAME_SUM * scale])
    return means[first], np.add.reduceat(chances, np.flatnonzero(first))


def _too_many(batch_size: int, different: int) -> ValueError:
    return ValueError(
        f"curvatures must leave a batch at most {MOST_VALUES:,} different means; batches of {batch_size} "
        f"from {different} different values have more: merge values, or take a batch_size near 1 or near n"
    )
