"""Round numbers for sliders, evenly or by equal ratios, each with as few digits as its place needs.

The value chosen stands among them exactly, so that a slider and the box beside it say the same number.
"""

import itertools
import math
from decimal import Decimal
from functools import lru_cache

from stepsize_core.paper.parameters import Count, Number

LEAST_IN_DIGITS = 1e-6  # numbers below are written with an exponent


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


def offered(control: Number | Count, value: float) -> tuple:
    """The values that a slider offers; `value`, as it is, has the place of the nearest of them."""
    low, high, log = control.sliding
    grid = round_grid(low, high, log=log, integer=isinstance(control, Count))
    distance = (lambda v: abs(math.log(v / value))) if log else (lambda v: abs(v - value))
    place = min(range(len(grid)), key=lambda i: distance(grid[i]))
    return *grid[:place], value, *grid[place + 1 :]


def written(value: float) -> str:
    """A number as the box of a number writes it, whose format is %.6g of the browser; an integer in full."""
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.6g}"
    return text.replace("e-0", "e-") if abs(value) < LEAST_IN_DIGITS else f"{Decimal(text):f}"


def round_step(value: float, sliding: tuple[float, float, bool]) -> float:
    """By how much a box goes up and down: a tenth of the decade of its value, at 0 of its range."""
    return 10.0 ** (math.floor(math.log10(abs(value) or (sliding[1] - sliding[0]) / 10.0)) - 1)


def _roundest(low: float, high: float) -> float:
    """The number of fewest decimal digits in [low, high), nearest the middle where there are several."""
    exponent = math.floor(math.log10(max(abs(low), abs(high)))) + 1
    while True:
        unit = Decimal(1).scaleb(exponent)
        candidate = round(Decimal((low + high) / 2) / unit) * unit
        if low <= candidate < high:
            return float(candidate)
        exponent -= 1
