"""Checks of arguments: a ValueError that names the argument, the value and the rule."""

import operator
from typing import SupportsIndex

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags


def positive_finite(name: str, value: ArrayLike) -> Array:
    """`value` as a float array, not empty, every entry positive and finite."""
    array = real_array(name, value)
    if array.size == 0:
        raise ValueError(f"{name} must be positive and finite, got no number")
    return _only(name, array, array > 0, "positive and finite")


def non_negative_finite(name: str, value: ArrayLike) -> Array:
    """`value` as a float array, every entry finite and at least 0."""
    array = finite(name, value)
    return _only(name, array, array >= 0, "at least 0 and finite")


def finite(name: str, value: ArrayLike) -> Array:
    """`value` as a float array, every entry finite."""
    array = real_array(name, value)
    return _only(name, array, np.isfinite(array), "finite")


def _only(name: str, array: Array, good: Flags, rule: str) -> Array:
    """The array; ValueError with its first entry that is not finite, else the first that is not good."""
    for allowed in (np.isfinite(array), good):
        if not allowed.all():
            raise ValueError(f"{name} must be {rule}, got {float(array[~allowed][0])!r}")
    return array


def real_array(name: str, value: ArrayLike) -> Array:
    """`value` as a float64 array."""
    try:
        array = np.asarray(value)
        if np.iscomplexobj(array) or (array.dtype == object and None in array):
            raise TypeError
        return array.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
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
