"""Closed forms of Example 1: the amplitude of the oscillation, how it is approached, the exceptional starts.

In y = √|x|/δ the map of |x| is y ← √|y² − y|. Its fixed point y = ½, |x| = δ²/4, has derivative 0: the
2-cycle ±δ²/4 is superstable and is approached quadratically. Only the countable set S of preimages of 0
reaches the minimum.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.checks import count, positive_finite


def oscillation_amplitude(step_size: ArrayLike) -> Array:
    """δ²/4, the amplitude of the oscillation that almost every start converges to (Example 1).

    step_size: δ > 0, scalar or array, dimensionless. Returns the same shape.
    Raises ValueError where step_size is not positive and finite.
    """
    return (positive_finite("step_size", step_size) ** 2 / 4.0)[()]


def exceptional_starts(step_size: float, n: int) -> Array:
    """The first n non-negative members of S, ascending: 0, δ², ((3+√5)/2)δ², … (Example 1).

    From the start s_{j+1} the next iterate is s_j, so x[k] reaches 0 exactly after j steps; −s_j as well.
    Each member solves s_{j+1} − δ√s_{j+1} = s_j: the square of (δ + √(δ² + 4s_j))/2.
    Shape (n,). Raises ValueError where step_size is not one positive finite number or n < 1.
    """
    delta = positive_finite("step_size", step_size)
    if delta.ndim:
        raise ValueError(f"step_size must be a single number, got shape {delta.shape}")
    starts = np.zeros(count("n", n))
    for j in range(1, len(starts)):
        root = (delta + math.sqrt(delta * delta + 4.0 * starts[j - 1])) / 2.0
        starts[j] = root * root
    return starts


def quadratic_approach(distances: Array, step_size: float) -> Array:
    """d[k+1] = d[k]²/δ² from the first distance below a fifth of the amplitude; NaN before it; same shape.

    To second order about the fixed point y = ½ of y ← √|y² − y|, y = √|x|/δ: ε ← ε², and d = δ²ε.
    """
    law = np.full(len(distances), math.nan)
    inside = np.flatnonzero(distances < 0.2 * oscillation_amplitude(step_size))
    if len(inside):
        law[inside[0]] = distances[inside[0]]
        for k in range(inside[0] + 1, len(law)):
            law[k] = law[k - 1] ** 2 / step_size**2
    return law
