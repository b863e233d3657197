"""Oscillation or noise: what a record of numbers, one per step, says by itself."""

import numpy as np
from scipy.stats import t as student

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite
from stepsize_core.frozen import Frozen

ONE_HUMP = 4.0 / 3.0  # the least ratio of any symmetric law with one hump; a uniform one has it
CONFIDENCE = 0.99
MEMORIES = 10.0  # correlation times that a block must hold for the phase test
ONE_SIZE = 1.0001  # of R: half steps of one size but for 1 %, however slowly that changes


class Alternation(Frozen):
    """Whether the half steps a_k = (y_k − y_{k−1})/2 of a record lie on two sides, as on an odd and an even
    branch.

    ratio       R = mean(a²)/(mean|a|)²: 1 on a 2-cycle, π/2 for Gaussian noise of any correlation, at least
                4/3 for every symmetric law with one hump
    error       its standard error by leaving out one block at a time; ∞ where all the changes lie in one
                block
    lag_one     the autocorrelation of the record at lag 1
    oscillates  True: two branches; False: none visible above the noise, which may hide a small one; None:
                undecided
    """

    ratio: float
    error: float
    lag_one: float
    oscillates: bool | None


class Phase(Frozen):
    """Whether a record keeps its phase, even steps on one side and odd ones on the other, from begin to end.

    statistic  T, the mean of the block means of (−1)^k y_k over its standard error; ±∞ where they are all
               equal
    critical   |T| above which the phase is locked, at 1 % of false alarms
    means      (n_blocks,) the block means: a slip changes their sign
    locked     None where a block is too short for the record's memory, ℓ(1 − |ρ₁|) < 10, and no 2-cycle shows
    """

    statistic: float
    critical: float
    means: Array
    locked: bool | None


def alternation(record: ArrayLike, *, n_blocks: int = 10) -> Alternation:
    """R of a record (K,), with its standard error and what follows.

    "Oscillates" is said where ρ₁ < 0 and R + t·error < 4/3, "not" where R − t·error > 4/3, with Student's t
    of n_blocks − 1 degrees at 99 %: 2.821 for ten blocks. Noise just below a threshold alternates too, with a
    size that wanders slowly: in a record so short that a block does not hold the memory of the sizes |a_k|,
    ℓ(1 − r) < 1 + r with their autocorrelation r, it is undecided. Remove transients first, and choose what
    varies most. Raises ValueError where the record is constant, not finite or shorter than 4·n_blocks, or
    n_blocks below 2.
    """
    y, blocks = _varying(record, n_blocks)
    steps = np.abs(np.diff(y / np.abs(y).max()))  # no statistic depends on the scale
    size = steps / steps.max()
    sums = np.array([(len(part), part.sum(), (part * part).sum()) for part in np.array_split(size, blocks)])
    number, first, second = sums.sum(axis=0)
    ratio = float(number * second / first**2)
    others = (number - sums[:, 0]) * (second - sums[:, 2])
    rest = first - sums[:, 1]
    if np.any(rest <= 0.0):
        error = np.inf
    else:
        left_out = others / rest**2
        error = float(np.sqrt((blocks - 1) / blocks * np.sum((left_out - left_out.mean()) ** 2)))
    lag_one, margin = _autocorrelation(y, 1), float(student.ppf(CONFIDENCE, blocks - 1)) * error
    oscillates = None
    if lag_one < 0.0 and ratio + margin < ONE_HUMP:
        oscillates = True if ratio < ONE_SIZE or _holds_memory(size, blocks) else None
    elif ratio - margin > ONE_HUMP:
        oscillates = False
    return Alternation(ratio, error, lag_one, oscillates)


def _holds_memory(size: Array, blocks: int) -> bool:
    """Whether a block is longer than the sizes of the half steps, which vary, remember each other."""
    alike = max(0.0, _autocorrelation(size, 1))
    return len(size) / blocks * (1.0 - alike) >= 1.0 + alike


def phase(record: ArrayLike, *, n_blocks: int = 10) -> Phase:
    """Whether the record (K,) is phase-locked over its whole length: blocks of one even length, the rest left
    out.

    Raises ValueError like `alternation`.
    """
    y, blocks = _varying(record, n_blocks)
    length = len(y) // blocks // 2 * 2
    scale = float(np.abs(y).max())
    signed = (y / scale)[: blocks * length].reshape(blocks, length) * np.resize([1.0, -1.0], length)
    means = signed.mean(axis=1)
    spread = float(means.std(ddof=1)) / np.sqrt(blocks)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(
            np.nan_to_num(np.divide(means.mean(), spread), nan=0.0, posinf=np.inf, neginf=-np.inf)
        )
    critical = float(student.ppf((1.0 + CONFIDENCE) / 2.0, blocks - 1))
    found = alternation(y, n_blocks=blocks)
    decided = length * (1.0 - abs(found.lag_one)) >= MEMORIES or found.oscillates is True
    return Phase(statistic, critical, scale * means, abs(statistic) > critical if decided else None)


def autocorrelation(record: ArrayLike, lag: int) -> float:
    """The sample autocorrelation of a record (K,) at a lag of 0 to K − 1; ValueError where it is constant."""
    y, lag = _varying(record, 2)[0], count("lag", lag, at_least=0)
    if lag >= len(y):
        raise ValueError(f"lag must be below the record's length {len(y)}, got {lag}")
    return _autocorrelation(y, lag)


def _autocorrelation(y: Array, lag: int) -> float:
    """The sample autocorrelation at a lag: sums of products over the whole sum of squares."""
    z = y / np.abs(y).max()
    z = z - z.mean()
    z /= np.abs(z).max()
    return float(z[lag:] @ z[: len(z) - lag] / (z @ z))


def _varying(record: ArrayLike, n_blocks: int) -> tuple[Array, int]:
    """A record as an array (K,) and the number of blocks, checked as `alternation` says."""
    y, blocks = finite("record", record), count("n_blocks", n_blocks, at_least=2)
    if y.ndim != 1:
        raise ValueError(f"record must have shape (K,), got {y.shape}")
    if len(y) < 4 * blocks:
        raise ValueError(f"record must have at least 4·n_blocks = {4 * blocks} entries, got {len(y)}")
    if np.all(y == y[0]):
        raise ValueError("record must not be constant")
    return y, blocks
