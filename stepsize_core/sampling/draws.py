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
MASKED = 64  # batches whose keys stay in the cache
SHORT_KEYS = 1 << 12  # samples that keys of 16 bits tell apart: then every sixteenth batch is drawn again


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
    first = rows * np.arange(swaps)[:, None] + np.arange(rows)
    left = np.arange(n, n - swaps, -1.0)[:, None]  # to be drawn from; so few that u·left is even to 1e−13
    uniform, places = np.empty((swaps, rows)), np.empty((swaps, rows), np.intp)
    while True:
        rng.random(out=uniform)
        uniform *= left
        places[:] = uniform  # rounded down
        places *= rows
        places += first
        for i, other in enumerate(places):
            sample = flat[other]
            flat[other] = order[i]
            order[i] = sample
        yield np.moveaxis(order[drawn].astype(np.intp).reshape(b, *shape), 0, -1)


def _by_keys(rng: np.random.Generator, n: int, b: int, shape: tuple[int, int]) -> Iterator[Indices]:
    """The same in ascending order, by the masks of `key_masks`."""
    for masks in key_masks(rng, n, b, shape[1]):
        yield np.nonzero(masks)[-1].reshape(*masks.shape[:-1], b)


def has_keys(n: int, b: int, replacement: str) -> bool:
    """Whether batches are drawn by keys: swaps are cheaper for few samples, and where b or n − b is small."""
    return replacement == "without" and n > SMALL_SUM and SWAPS * min(b, n - b) > n


def key_masks(rng: np.random.Generator, n: int, b: int, n_paths: int) -> Iterator[Flags]:
    """The batches of `batch_blocks` where that has keys, as who is in them: (steps, n_paths, n)."""
    shape = block_steps(n_paths, n), n_paths
    while True:
        masks = np.empty((shape[0] * n_paths, n), bool)
        for i in range(0, len(masks), MASKED):
            _with_smallest_keys(rng, b, masks[i : i + MASKED])
        yield masks.reshape(*shape, n)


def _with_smallest_keys(rng: np.random.Generator, b: int, masks: Flags) -> None:
    """Write into masks (rows, n) where the b smallest of n random keys are, drawn again where the next one is
    as small: so every b of n are as likely."""
    rows, n = masks.shape
    kind = np.dtype(np.uint16 if n <= SHORT_KEYS else np.uint32)
    raw = rng.bit_generator.random_raw(-(-rows * n * kind.itemsize // 8))
    keys = raw.view(kind)[: rows * n].reshape(rows, n)
    parted = np.partition(keys, b - 1, axis=1)
    last = parted[:, b - 1 : b]
    np.less_equal(keys, last, out=masks)
    tied = parted[:, b:].min(axis=1) == last[:, 0]
    if tied.any():
        again = np.empty((np.count_nonzero(tied), n), bool)
        _with_smallest_keys(rng, b, again)
        masks[tied] = again


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
