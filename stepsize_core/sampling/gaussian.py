"""Thresholds for fresh Gaussian inputs: the curvature of a batch is q_B times its mean, B·q_B of law χ²_B.

So at an optimum of two scalar layers with costs ½x²(w₁w₂ − r)², E x² = 1, across the hyperbola of optima.
"""

import math
from functools import lru_cache
from itertools import pairwise

from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import gammaln

from stepsize_core.checks import count, positive_finite
from stepsize_core.sampling.thresholds import Thresholds

TAIL = 40.0  # standard deviations of √(B q_B), about 1/√2, beyond which its law is 0


def gaussian_exponent(batch_size: int, product: float) -> float:
    """E log|1 − t q_B| at t = δS, S the mean curvature. Raises ValueError where B is no count or t not
    positive."""
    b, t = count("batch_size", batch_size), float(positive_finite("product", product))
    scale = math.log(2.0) * (1.0 - b / 2.0) - float(gammaln(b / 2.0))

    def integrand(root: float) -> float:  # of √(B q_B), the chi law with B degrees
        factor = abs(1.0 - t * root * root / b)
        if factor == 0.0 or (root == 0.0 and b > 1):
            return 0.0
        log_density = scale + (b - 1) * math.log(root or 1.0) - root * root / 2.0
        return math.exp(log_density) * math.log(factor)

    middle, pole = math.sqrt(b), math.sqrt(b / t)
    # full_output: no warning of a logarithm at the pole where the density has all but vanished
    ends = [max(0.0, middle - TAIL), middle + TAIL]
    cuts = [ends[0], *sorted({x for x in (pole, middle) if ends[0] < x < ends[1]}), ends[1]]
    return math.fsum(
        quad(integrand, a, c, epsabs=1e-12, limit=400, full_output=1)[0] for a, c in pairwise(cuts)
    )


@lru_cache(maxsize=256)
def gaussian_thresholds(batch_size: int) -> Thresholds:
    """The thresholds of δS, S the mean curvature, for fresh Gaussian inputs.

    2B/(B + 2) in mean square, 2 for the full gradient and the zero t_B of `gaussian_exponent` almost surely:
    at step size δ the optima with S up to these over δ. Raises ValueError where batch_size is no count.
    """
    b = count("batch_size", batch_size)
    mean_square = 2.0 * b / (b + 2.0)
    almost_sure = brentq(lambda t: gaussian_exponent(b, t), mean_square, 4.0, xtol=1e-12)
    return Thresholds(mean_square, 2.0, float(almost_sure))
