"""What is derived here of momentum: 2-cycles and thresholds at the effective step, and sampled gradients.

Heavy ball x[k+1] = x[k] − δf′(x[k]) + β(x[k] − x[k−1]), Nesterov y[k] = x[k] + β(x[k] − x[k−1]),
x[k+1] = y[k] − δf′(y[k]), both from rest. A 2-cycle p, q of heavy ball meets q = p − δf′(p) + β(p − q), which
is q = p − (δ/(1 + β))f′(p): a 2-cycle of gradient descent at the effective step δₑ = δ/(1 + β). With
Nesterov's method the points y are one at δₑ = δ(1 + 2β)/(1 + β).
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from stepsize_core.arrays import Array
from stepsize_core.dynamics import Dynamics, HeavyBall, Nesterov
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.objectives import Objective, TwoMinima

METHODS = HEAVY_BALL, NESTEROV = "heavy ball", "Nesterov"
BORN, LAST = 0.2, 0.26  # Example 2: δₑ at which the 2-cycle at x = 2 is born, and beyond its end
ABOVE, AROUND = (2.0, 2.3), (1.6, 2.3)  # where its upper point lies, and both


def map_of(objective: Objective, method: str, beta: float) -> Dynamics:
    """The map of a method, one of METHODS."""
    return HeavyBall(objective, beta) if method == HEAVY_BALL else Nesterov(objective, beta)


def two_steps(dynamics: Dynamics, y: ArrayLike, step_size: ArrayLike) -> tuple[Array, Array]:
    """Trace and determinant of the derivative of two steps along 2-cycles of a scalar variable.

    y (2, …): the points at which the gradient is taken; step_size: δ, not δₑ. Heavy ball: (1 + β)²m − 2β and
    β², where m is the multiplier that gradient descent has there at δₑ.
    """
    beta, (p, q) = dynamics.beta, dynamics.objective.derivative(np.asarray(y, float), 2)
    delta = np.asarray(step_size, float)
    if isinstance(dynamics, HeavyBall):
        effective = delta / (1.0 + beta)
        multiplier = (1.0 - effective * p) * (1.0 - effective * q)
        return (1.0 + beta) ** 2 * multiplier - 2.0 * beta, np.full_like(multiplier, beta**2)
    p, q = 1.0 - delta * p, 1.0 - delta * q
    return (1.0 + beta) ** 2 * p * q - beta * (p + q), beta**2 * p * q


def modulus(trace: Array, determinant: Array) -> Array:
    """The larger modulus of the two eigenvalues of a matrix."""
    root = np.sqrt(np.asarray(trace, complex) ** 2 / 4.0 - determinant)
    return np.maximum(np.abs(trace / 2.0 + root), np.abs(trace / 2.0 - root))


def end_of_cycle(method: str, beta: float) -> float:
    """The effective step up to which the 2-cycle born at x = 2 of Example 2 is stable: a multiplier is −1."""
    dynamics = map_of(TwoMinima(), method, beta)

    def margin(effective: float) -> float:
        delta = effective / float(dynamics.effective_step(1.0))
        y = two_cycles(dynamics.objective, effective, *ABOVE).x
        pair = np.array([y[0], y[0] - effective * dynamics.objective.gradient(y[0])])
        trace, determinant = two_steps(dynamics, pair, delta)
        return float(1.0 + determinant + trace)

    return float(brentq(margin, BORN + 1e-4, LAST, xtol=1e-12))


def oscillation_amplitude(effective: ArrayLike) -> Array:
    """Example 1: the 2-cycle ±δₑ²/4, for heavy ball ±δ²/(4(1 + β)²)."""
    return np.asarray(effective, float) ** 2 / 4.0


def modulus_on_oscillation(dynamics: Dynamics) -> float:
    """Example 1: the modulus of both multipliers of two steps on the 2-cycle, β and β²/(1 + 2β).

    There δₑf″ = 1, so that heavy ball has m = 0 and Nesterov's method 1 − δf″ = β/(1 + 2β).
    """
    beta = dynamics.beta
    return beta if isinstance(dynamics, HeavyBall) else beta**2 / (1.0 + 2.0 * beta)


def mean_square_threshold(beta: ArrayLike, noise: float) -> Array:
    """The largest δā at which heavy ball with sampled gradients is mean-square stable at a common minimum.

    noise: √p·s/ā, from the noise share p and the spread s of the samples' curvatures around their mean ā.
    δā = 2/(1/(1 + β) + noise²/(1 − β)).
    """
    beta = np.asarray(beta, float)
    return 2.0 / (1.0 / (1.0 + beta) + noise**2 / (1.0 - beta))


def best_momentum(noise: float) -> float:
    """The β with the largest such threshold: (1 − noise)/(1 + noise), 0 from noise = 1 on."""
    return max(0.0, (1.0 - noise) / (1.0 + noise))


def second_moment_radius(beta: float, noise: float, scaled_step: float) -> float:
    """What the second moments of (x[k], x[k−1]) grow by per step: the spectral radius of E[A⊗A].

    scaled_step: δā. A is the random matrix of a step, with a curvature of mean 1 and variance noise².
    """
    mean = np.array([[1.0 + beta - scaled_step, -beta], [1.0, 0.0]])
    spread = np.array([[scaled_step * noise, 0.0], [0.0, 0.0]])
    return float(np.abs(np.linalg.eigvals(np.kron(mean, mean) + np.kron(spread, spread))).max())


def measured_threshold(beta: float, noise: float) -> float:
    """Where that radius passes 1, by bisection; NaN where it does not below 4(1 + β)."""
    low, high = 1e-9, 4.0 * (1.0 + beta)

    def excess(step: float) -> float:
        return second_moment_radius(beta, noise, step) - 1.0

    if not excess(low) < 0.0 < excess(high):
        return math.nan
    return float(brentq(excess, low, high, xtol=1e-14))
