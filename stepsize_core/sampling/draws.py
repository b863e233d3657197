"""Batches for many paths and steps at once, drawn in blocks whose size depends on neither what is kept nor
how long."""

from collections.abc import Iterator

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.sampling.laws import batch_law, batch_mode

BLOCK_ENTRIES = 1 << 18  # numbers drawn at a time
FEW_MEANS = 16  # values of a mean that are told apart by comparing one uniform number
BLOCK_STEPS = 512  # at most, so that a short run does not draw for a long one
SMALL_SUM = 64  # samples of which batches are drawn by swaps, or of more if B or n − B is small beside n
SWAPS = 8
MASKED = 32  # batches whose keys stay in the cache


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
    if replacement == "with" or b == 1:  # draws of single samples, independent of each other
        shape = (block_steps(n_paths, b), n_paths)
        while True:
            yield rng.integers(n, size=(*shape, b))
    shape = (block_steps(n_paths, n), n_paths)
    yield from (_by_keys if has_keys(n, b, replacement) else _by_swaps)(rng, n, b, shape)


def _epochs(rng: np.random.Generator, n: int, b: int, n_paths: int) -> Iterator[Indices]:
    """Permutations of all samples, one per path and epoch, cut into batches."""
    whole, samples = n - n % b, np.broadcast_to(np.arange(n), (n_paths, n))
    while True:
        order = rng.permuted(samples, axis=1)
        yield order[:, :whole].reshape(n_paths, -1, b).transpose(1, 0, 2)
        if whole < n:
            yield order[None, :, whole:]


def _by_swaps(rng: np.random.Generator, n: int, b: int, shape: tuple[int, int]) -> Iterator[Indices]:
    """b different samples of n for every entry of `shape`, for ever: the begin of a shuffle, or all that is
    left beyond such a begin. A shuffle may begin from any order, so from that of the last one."""
    rows, swaps = shape[0] * shape[1], min(b, n - b)
    order = np.repeat(np.arange(n, dtype=np.min_scalar_type(n))[:, None], rows, axis=1)
    flat, drawn = order.ravel(), slice(b) if b == swaps else slice(swaps, n)
    left = np.arange(n, n - swaps, -1)[:, None]  # to be drawn from; so few that u·left is even to 1e−13
    while True:
        places = (rng.random((swaps, rows)) * left).astype(np.intp)
        places += n - left
        places *= rows
        places += np.arange(rows)
        for i, other in enumerate(places):
            sample = flat[other]
            flat[other] = order[i]
            order[i] = sample
        yield np.moveaxis(order[drawn].astype(np.intp).reshape(b, *shape), 0, -1)


def _by_keys(rng: np.random.Generator, n: int, b: int, shape: tuple[int, int]) -> Iterator[Indices]:
    """The same as the samples with the b smallest of n random keys, each with its sample in the lowest
    bits."""
    bits = (n - 1).bit_length()
    while True:
        keys = rng.integers(1 << (64 - bits), size=(*shape, n), dtype=np.uint64) << np.uint64(bits)
        keys |= np.arange(n, dtype=np.uint64)
        keys.partition(b - 1, axis=-1)
        yield (keys[..., :b] & np.uint64((1 << bits) - 1)).astype(np.intp)


def has_keys(n: int, b: int, replacement: str) -> bool:
    """Whether batches are drawn by keys: swaps are cheaper for few samples, and where b or n − b is small."""
    return replacement == "without" and n > SMALL_SUM and SWAPS * min(b, n - b) > n


def key_masks(rng: np.random.Generator, n: int, b: int, n_paths: int) -> Iterator[Flags]:
    """The batches of `batch_blocks` where that has keys, as who is in them: (steps, n_paths, n).

    The keys are compared without their lowest bits: one batch in 10¹³ has a sample more.
    """
    shape = block_steps(n_paths, n), n_paths
    rows = shape[0] * shape[1]
    keys, parted = np.empty((2, min(rows, MASKED), n))
    while True:
        masks = np.empty((rows, n), bool)
        for i in range(0, rows, MASKED):
            own, into = keys[: rows - i], parted[: rows - i]
            rng.random(out=own)
            into[:] = own
            into.partition(b - 1, axis=-1)
            np.less_equal(own, into[:, b - 1 : b], out=masks[i : i + MASKED])
        yield masks.reshape(*shape, n)


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
