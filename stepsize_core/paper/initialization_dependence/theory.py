"""Closed forms of Example 3: the threshold of the start, and the algebraic approach to 0 within it.

x[k] → 0 if |x[0]|^{L−2} < 2/(Lδ) and x[k] diverges if |x[0]|^{L−2} > 2/(Lδ). The threshold itself is an
unstable 2-cycle ±x[0] with multiplier 3 − 2L per step. The approach to 0 is algebraic, because the curvature
at 0 is 0: |x[k]|^{−(L−2)} grows by L(L−2)δ per step.
"""

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.checks import positive_finite
from stepsize_core.objectives import EvenPower


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
