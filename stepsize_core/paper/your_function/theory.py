"""What linear theory and the normal form of a flip say of a minimum of any scalar function."""

import math

from stepsize_core.objectives import Objective
from stepsize_core.stability import flip_coefficient


def onset_amplitude(objective: Objective, x: float, step_size: float) -> float:
    """√(6f″|f″ − 2/δ|/|Q|), the amplitude of the 2-cycle around a minimum x at δ near 2/f″.

    The first term of a series; Q = 3f‴² − f″f⁗ (see `flip_coefficient`), which must not be 0.
    """
    curvature = float(objective.hessian(x))
    excess = abs(curvature - 2.0 / step_size)
    return math.sqrt(6.0 * curvature * excess / abs(float(flip_coefficient(objective, x))))
