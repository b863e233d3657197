"""Round numbers for sliders, evenly or by equal ratios, each with as few digits as its place needs."""

import itertools
import math
from decimal import Decimal
from functools import lru_cache


@lru_cache(maxsize=128)
def round_grid(low: float, high: float, *, log: bool, n: int = 240, integer: bool = False) -> tuple:
    """About n ascending round numbers from low to high, both included; integers if `integer`."""
    shares = ((i - 0.5) / (n - 1) for i in range(1, n))
    edges = (low * (high / low) ** share if log else low + (high - low) * share for share in shares)
    inner = (_roundest(a, b) for a, b in itertools.pairwise(edges))
    values = [low, *(v for v in inner if low < v < high), high]
    if integer:
        values = [round(v) for v in values]
    return tuple(sorted(set(values)))


def nearest(grid: tuple, value: float, *, log: bool) -> float:
    """The member of the grid nearest to value, by ratio where `log`."""
    distance = (lambda v: abs(math.log(v / value))) if log else (lambda v: abs(v - value))
    return min(grid, key=distance)


def _roundest(low: float, high: float) -> float:
    """The number of fewest decimal digits in [low, high), nearest the middle where there are several."""
    exponent = math.floor(math.log10(max(abs(low), abs(high)))) + 1
    while True:
        unit = Decimal(1).scaleb(exponent)
        candidate = round(Decimal((low + high) / 2) / unit) * unit
        if low <= candidate < high:
            return float(candidate)
        exponent -= 1
