"""Closed forms of Example 3: the threshold of the start, and the algebraic approach to 0 within it.

x[k] → 0 if |x[0]|^{L−2} < 2/(Lδ) and x[k] diverges if |x[0]|^{L−2} > 2/(Lδ). The threshold itself is an
unstable 2-cycle ±x[0] with multiplier 3 − 2L per step. The approach to 0 is algebraic, because the curvature
at 0 is 0: |x[k]|^{−(L−2)} grows by L(L−2)δ per step. A step size that rises to δ is bounded by its slope.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from stepsize_core.arrays import Array
from stepsize_core.checks import positive_finite
from stepsize_core.objectives import EvenPower

FORGOTTEN = 40  # steps of a warm-up after which it no longer changes its largest slope, by rounding


def convergence_radius(power: int, step_size: ArrayLike) -> Array:
    """(2/(Lδ))^{1/(L−2)}: starts with |x[0]| below it converge to 0, above it diverge (Example 3).

    power: L, even, larger than 2. step_size: δ > 0, scalar or array. Returns the shape of step_size,
    dimensionless. Raises ValueError for an odd or too small power or a step size not positive and finite.
    """
    power = EvenPower(power).power
    return ((2.0 / (power * positive_finite("step_size", step_size))) ** (1.0 / (power - 2)))[()]


def approach_rate(power: int, step_size: float) -> float:
    """L(L−2)δ, the growth of |x[k]|^{−(L−2)} per step."""
    return power * (power - 2) * step_size


def algebraic_decay(power: int, step_size: float, steps: ArrayLike, inverse: float = 0.0) -> Array:
    """(|x[0]|^{−(L−2)} + L(L−2)δk)^{−1/(L−2)}: |x[k]| as predicted; shape of steps, k.

    inverse: |x[0]|^{−(L−2)}; 0 gives what the law tends to.
    """
    with np.errstate(all="ignore"):
        return (inverse + approach_rate(power, step_size) * np.asarray(steps)) ** (-1.0 / (power - 2))


def _excess(q: float, power: int, after: float) -> float:
    """How much of q a constant step leaves beyond `after`."""
    return (2.0 * q - 1.0) ** (power - 2) * q - after


@lru_cache
def _warm_up_slope(power: int, n_steps: int) -> float:
    """The largest peak of a warm-up over n_steps per step of it, in limits of the constant step size."""
    q = 1.0
    for k in range(n_steps - 2, -1, -1):
        after = q * (k + 1.0) / (k + 2.0)
        q = brentq(_excess, 0.5, 1.0, args=(power, after), xtol=1e-16)
    return q


def warm_up_peak(power: int, n_steps: int) -> float:
    """The largest δ that a warm-up δ·min(1, (k + 1)/K) over K = n_steps steps allows, over that of a constant
    step size, 2/(L|x[0]|^{L−2}).

    q = δ[k]·L|x[k]|^{L−2}/2 becomes q|1 − 2q|^{L−2}·δ[k+1]/δ[k] at step k. A run diverges once q > 1, and on
    [½, 1] that map increases: the largest q[0] that ends at q = 1 with the warm-up is found backwards from
    there. The peak is K·q[0]; a later step moves q[0] by less than a (2L − 3)th of what the step before does.
    """
    return n_steps * _warm_up_slope(power, min(n_steps, FORGOTTEN))


def shortest_warm_up(power: int, ratio: float) -> int:
    """The least number of steps of a warm-up that allows `ratio` times the largest constant step size."""
    n_steps = max(1, math.ceil(ratio))
    while warm_up_peak(power, n_steps) < ratio:
        n_steps += 1
    return n_steps
