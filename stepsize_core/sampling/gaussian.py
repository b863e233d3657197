"""Thresholds for fresh Gaussian inputs: the curvature of a batch is q_B times its mean, B·q_B of law χ²_B.

So at an optimum of two scalar layers with costs ½x²(w₁w₂ − r)², E x² = 1, across the hyperbola of optima.
"""

import math
from functools import lru_cache
from itertools import pairwise

from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import beta, gamma, gammaln, hyp1f1, hyperu

from stepsize_core.checks import count, positive_finite
from stepsize_core.sampling.thresholds import Thresholds, root_below

TAIL = 40.0  # standard deviations of √(B q_B), about 1/√2, beyond which its law is 0
LEAST_EXPONENT, MOST_EXPONENT = 1e-9, 64.0  # of κ


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


def gaussian_escape_exponent(batch_size: int, product: float) -> float:
    """κ > 0 with E|1 − t q_B|^κ = 1 at t = δS, see `thresholds.escape_exponent`.

    2 at t = 2B/(B + 2) and 0 from t_B on. q_B is unbounded, so that some batch enlarges every distance; κ
    beyond MOST_EXPONENT, with which nothing is seen to leave, is given as ∞.
    Raises ValueError as `gaussian_exponent`.
    """
    b, t = count("batch_size", batch_size), float(positive_finite("product", product))
    if t >= gaussian_thresholds(b).almost_sure:
        return 0.0
    if _log_moment(b, t, MOST_EXPONENT) <= 0.0:
        return math.inf
    return root_below(lambda kappa: _log_moment(b, t, kappa), MOST_EXPONENT, LEAST_EXPONENT)


def _log_moment(b: int, t: float, power: float) -> float:
    """log E|1 − t q_B|^power, q_B of a Gamma law with shape and rate B/2: by Kummer's functions, with the
    parts below and above 1/t."""
    a, c = b / 2.0, 1.0 / t
    z, scale = a * c, a * math.log(a * c) - float(gammaln(a))
    below = beta(a, power + 1.0) * hyp1f1(a, a + power + 1.0, -z)
    above = gamma(power + 1.0) * hyperu(power + 1.0, a + power + 1.0, z) * math.exp(-z)
    return scale + math.log(below + above)


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
