"""Checks of arguments: a ValueError that names the argument, the value and the rule."""

import operator
from typing import SupportsIndex

import numpy as np

from stepsize_core.arrays import Array, ArrayLike


def positive_finite(name: str, value: ArrayLike) -> Array:
    """`value` as a float array, every entry positive and finite."""
    array = real_array(name, value)
    if array.size == 0 or not np.all(np.isfinite(array) & (array > 0)):
        raise ValueError(f"{name} must be positive and finite, got {_first_bad(array)!r}")
    return array


def non_negative_finite(name: str, value: ArrayLike) -> Array:
    """`value` as a float array, every entry finite and at least 0."""
    array = finite(name, value)
    if not np.all(array >= 0):
        raise ValueError(f"{name} must be at least 0 and finite, got {float(array[array < 0][0])!r}")
    return array


def finite(name: str, value: ArrayLike) -> Array:
    """`value` as a float array, every entry finite."""
    array = real_array(name, value)
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite, got {_first_bad(array)!r}")
    return array


def real_array(name: str, value: ArrayLike) -> Array:
    """`value` as a float64 array."""
    try:
        array = np.asarray(value)
        if np.iscomplexobj(array):
            raise TypeError
        return array.astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a real number or an array of them, got {value!r}") from error


def count(name: str, value: SupportsIndex, *, at_least: int = 1) -> int:
    """`value` as an int that is at least `at_least`."""
    try:
        number = operator.index(value)
    except TypeError as error:
        raise ValueError(f"{name} must be an integer, got {value!r}") from error
    if isinstance(value, bool | np.bool_) or number < at_least:
        raise ValueError(f"{name} must be an integer of at least {at_least}, got {value!r}")
    return number


def _first_bad(array: Array) -> float:
    """The first entry that is not positive and finite, else the first not finite."""
    flat = array.ravel()
    bad = flat[~np.isfinite(flat)]
    if bad.size == 0:
        bad = flat[flat <= 0]
    return float(bad[0]) if bad.size else float("nan")
