"""Batches for many paths and steps at once, drawn in blocks whose size depends on neither what is kept nor
how long."""

from collections.abc import Iterator

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.sampling.laws import batch_law, batch_mode

BLOCK_ENTRIES = 1 << 18  # numbers drawn at a time
FEW_MEANS = 16  # values of a mean that are told apart by comparing one uniform number
BLOCK_STEPS = 512  # at most, so that a short run does not draw for a long one
FLOYD = 4  # batches with B² up to so many times n are drawn sample by sample, larger ones by sorting keys


def block_steps(n_paths: int, numbers: int) -> int:
    """Steps drawn together for so many paths with so many random numbers for each."""
    return min(BLOCK_STEPS, max(1, BLOCK_ENTRIES // (n_paths * numbers)))


def batch_blocks(
    rng: np.random.Generator, n_samples: int, batch_size: int, replacement: str, n_paths: int
) -> Iterator[Indices]:
    """Batches (steps, n_paths, B) for ever, in blocks of steps; a reshuffled epoch ends with a shorter batch.

    Raises like `batch_mode`, with the first block.
    """
    n, b = batch_mode(n_samples, batch_size, replacement)
    if b == n and replacement != "with":
        while True:
            yield np.broadcast_to(np.arange(n), (block_steps(n_paths, 1), n_paths, n))
    if replacement == "reshuffled":
        yield from _epochs(rng, n, b, n_paths)
    by_keys = replacement == "without" and b * b > FLOYD * n
    shape = (block_steps(n_paths, n if by_keys else b), n_paths)
    while True:
        if by_keys:
            yield np.argpartition(rng.random((*shape, n)), b - 1, axis=-1)[..., :b]
        elif replacement == "without":
            yield _different(rng, n, b, shape)
        else:
            yield rng.integers(n, size=(*shape, b))


def _epochs(rng: np.random.Generator, n: int, b: int, n_paths: int) -> Iterator[Indices]:
    """Permutations of all samples, one per path and epoch, cut into batches."""
    whole, samples = n - n % b, np.broadcast_to(np.arange(n), (n_paths, n))
    while True:
        order = rng.permuted(samples, axis=1)
        yield order[:, :whole].reshape(n_paths, -1, b).transpose(1, 0, 2)
        if whole < n:
            yield order[None, :, whole:]


def _different(rng: np.random.Generator, n: int, b: int, shape: tuple[int, int]) -> Indices:
    """b different samples of n for every entry of `shape`, by R. Floyd's way: every set is equally likely."""
    batch = np.empty((b, *shape), np.intp)
    for i, last in enumerate(range(n - b, n)):
        drawn = rng.integers(last + 1, size=shape)
        if i:
            drawn[(batch[:i] == drawn).any(axis=0)] = last
        batch[i] = drawn
    return np.moveaxis(batch, 0, -1)


def mean_factors(
    rng: np.random.Generator, factors: Array, batch_size: int, replacement: str, n_paths: int
) -> Iterator[Array]:
    """The means of `factors` (n,) over batches, (steps, n_paths) for ever, in blocks of steps.

    Factors of one or two values need no batches: their mean is drawn from its law. Raises like `batch_mode`.
    """
    n, b = batch_mode(len(factors), batch_size, replacement)
    values, counts = np.unique(factors, return_counts=True)
    if len(values) > 2 or replacement == "reshuffled":
        for batch in batch_blocks(rng, n, b, replacement, n_paths):
            yield factors[batch].mean(axis=-1)
    shape, ones = (block_steps(n_paths, 1), n_paths), int(counts[-1])
    law = batch_law(factors, b, replacement)
    above = np.cumsum(law.probabilities)[:-1].tolist()
    while True:
        if len(law.values) <= FEW_MEANS:
            uniform, which = rng.random(shape), np.zeros(shape, np.uint8)
            for bound in above:
                which += uniform >= bound
            yield law.values.take(which)
            continue
        if replacement == "with":
            high = rng.binomial(b, ones / n, size=shape)
        else:
            high = rng.hypergeometric(ones, n - ones, b, size=shape)
        yield values[0] + (values[-1] - values[0]) / b * high
