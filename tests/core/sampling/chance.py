"""What is random is run with three seeds and judged at four standard errors."""

import math

import numpy as np

SEEDS = (1, 2, 3)
ERRORS = 4.0


def assert_share(count: int, total: int, expected: float) -> None:
    """A count out of independent trials of this probability, 0 and 1 exactly."""
    allowed = ERRORS * math.sqrt(expected * (1.0 - expected) / total)
    assert abs(count / total - expected) <= allowed, f"{count}/{total}, expected {expected} ± {allowed}"


def assert_mean(values, expected: float, also: float = 0.0) -> None:
    """The mean of independent values; also: what else may be off."""
    values = np.asarray(values, float)
    error = values.std(ddof=1) / math.sqrt(values.size)
    assert abs(values.mean() - expected) <= ERRORS * error + also, (values.mean(), expected, error)
