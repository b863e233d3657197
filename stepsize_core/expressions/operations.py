"""What a program can do to numbers: each operation on arrays and, the same, on plain floats.

Neither warns or raises: what is not a number is NaN, what is too large is infinite.
"""

import math
import operator
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit

from stepsize_core.arrays import Array


class Implementation(NamedTuple):
    """An operation on arrays (to be called where NumPy's warnings are off) and on floats."""

    on_arrays: Callable
    on_floats: Callable


def _of_both(on_arrays: Callable, on_floats: Callable) -> Implementation:
    """A function of NumPy and the one of `math`, which answers as NumPy does where Python would raise."""

    def quiet(*operands: float) -> float:
        try:
            return on_floats(*operands)
        except (ValueError, OverflowError):
            with np.errstate(all="ignore"):
                return float(on_arrays(*operands))

    return Implementation(on_arrays, quiet)


def _divide(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    return math.nan if a == 0.0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


def _softplus(u: float) -> float:
    return max(u, 0.0) + math.log1p(math.exp(-abs(u))) if u == u else u


def _sigmoid(u: float) -> float:
    small = math.exp(-abs(u))
    return (1.0 if u >= 0.0 else small) / (1.0 + small)


def _log_two_cosh(exp: Callable, log1p: Callable, u: Any) -> Any:
    return abs(u) + log1p(exp(-2.0 * abs(u)))


def _sech_squared(exp: Callable, u: Any) -> Any:
    small = exp(-2.0 * abs(u))
    return 4.0 * small / (1.0 + small) ** 2


def _sign(u: float) -> float:
    return float((u > 0.0) - (u < 0.0)) if u == u else u


def _maximum(a: float, b: float) -> float:
    return a + b if a != a or b != b else (a if a >= b else b)


def _minimum(a: float, b: float) -> float:
    return a + b if a != a or b != b else (a if a <= b else b)


def _select(chosen: Array, a: Array, b: Array) -> Array:
    return np.where(chosen == 1.0, a, np.where(chosen == 0.0, b, np.nan))


OPERATIONS = {
    "add": Implementation(np.add, operator.add),
    "subtract": Implementation(np.subtract, operator.sub),
    "multiply": Implementation(np.multiply, operator.mul),
    "divide": Implementation(np.divide, _divide),
    "negate": Implementation(np.negative, operator.neg),
    "power": _of_both(np.power, math.pow),
    "sqrt": _of_both(np.sqrt, math.sqrt),
    "exp": _of_both(np.exp, math.exp),
    "expm1": _of_both(np.expm1, math.expm1),
    "log": _of_both(np.log, math.log),
    "log1p": _of_both(np.log1p, math.log1p),
    "sin": _of_both(np.sin, math.sin),
    "cos": _of_both(np.cos, math.cos),
    "tan": _of_both(np.tan, math.tan),
    "asin": _of_both(np.arcsin, math.asin),
    "acos": _of_both(np.arccos, math.acos),
    "atan": _of_both(np.arctan, math.atan),
    "sinh": _of_both(np.sinh, math.sinh),
    "cosh": _of_both(np.cosh, math.cosh),
    "tanh": _of_both(np.tanh, math.tanh),
    "softplus": Implementation(partial(np.logaddexp, 0.0), _softplus),
    "sigmoid": Implementation(expit, _sigmoid),
    "log_two_cosh": Implementation(
        partial(_log_two_cosh, np.exp, np.log1p), partial(_log_two_cosh, math.exp, math.log1p)
    ),
    "sech_squared": Implementation(partial(_sech_squared, np.exp), partial(_sech_squared, math.exp)),
    "abs": Implementation(np.abs, abs),
    "sign": Implementation(np.sign, _sign),
    "max": Implementation(np.maximum, _maximum),
    "min": Implementation(np.minimum, _minimum),
    "not_below_0": Implementation(
        lambda u: np.heaviside(u, 1.0), lambda u: 1.0 if u >= 0.0 else (0.0 if u < 0.0 else math.nan)
    ),
    "select": Implementation(_select, lambda c, a, b: a if c == 1.0 else (b if c == 0.0 else math.nan)),
    "positive": Implementation(lambda u: u > 0.0, lambda u: u > 0.0),
    "non_negative": Implementation(lambda u: u >= 0.0, lambda u: u >= 0.0),
    "non_zero": Implementation(lambda u: (u != 0.0) & (u == u), lambda u: u != 0.0 and u == u),
    "both": Implementation(np.logical_and, lambda a, b: a and b),
    "either": Implementation(np.logical_or, lambda a, b: a or b),
    "only_if": Implementation(lambda c, u: np.where(c, u, np.nan), lambda c, u: u if c else math.nan),
}
