"""What gradient noise makes of an oscillation and of a stable minimum: closed forms, transfer operator.

Example 1 under noise of standard deviation σ_B has one parameter, s = σ_B/δ: with y = x/δ² a step is
y ← y − sign(y)√|y| − sζ. For small s, because the 2-cycle has the multiplier 0, a state is ±δ²/4 and the last
noise: |x| spreads by δσ_B, its mean is δ²(¼ − s²), and the mean loss stays δ³/12 to second order.
"""

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from stepsize_core.arrays import Array
from stepsize_core.objectives import TwoMinima
from stepsize_core.sampling.transfer import StationaryLaw, stationary_law, three_halves_law

GAUSSIAN = np.pi / 2.0  # R of any stationary Gaussian record
LEAST_NOISE = 0.02  # s below which a grid of the transfer operator is too wide
FIRST_ORDER = 0.1  # s up to which the expansions for small noise are set against a record
BESIDE_2 = (1.5564, 2.35)  # around the minimum x = 2 of Example 2: above the maximum, below the far wall
CURVATURE = 10.0  # f₂″(2)
CELLS, NARROWED = 300, 4
SELDOM = 1e-13  # probability of a cell that may be left out


@lru_cache(maxsize=64)
def _law(noise: float) -> StationaryLaw:
    return three_halves_law(noise)


def law_of_example_1(noise: float) -> StationaryLaw | None:
    """The stationary law of y = x/δ² at s; None where s is below LEAST_NOISE."""
    return _law(noise) if noise >= LEAST_NOISE else None


def law_of_example_2(step_size: float, noise: float) -> StationaryLaw | None:
    """The law of x near 2 under gradient noise σ_B, with what would leave BESIDE_2 held at its ends.

    The grid is narrowed to where x is, until its cells are small beside the noise of a step.
    None where they stay wider than half of that.
    """
    objective, spread, ends = TwoMinima(), step_size * noise, BESIDE_2

    def image(x: Array) -> Array:
        return np.clip(x - step_size * objective.gradient(x), *BESIDE_2)

    for _ in range(NARROWED):
        edges = np.linspace(*ends, CELLS + 1)
        width = edges[1] - edges[0]
        law = stationary_law(image, max(spread, 0.5 * width), edges)
        if width <= spread / 4.0:
            return law
        seen = np.flatnonzero(law.weights > SELDOM)
        ends = edges[max(seen[0] - 1, 0)], edges[min(seen[-1] + 2, CELLS)]
    return law if width <= spread / 2.0 else None


def spread_of_law(law: StationaryLaw, *, of_size: bool = False) -> float:
    """The standard deviation of y, or of |y|."""
    y = np.abs(law.points) if of_size else law.points
    return float(np.sqrt(law.weights @ (y - law.weights @ y) ** 2))


def leading_slip_rate(noise: Array) -> Array:
    """2Φ(−1/(4s)): the probability per step that Example 1 stays on its side, to leading order in s."""
    return 2.0 * ndtr(-0.25 / np.asarray(noise, float))


def slip_rates(noise: Array) -> Array:
    """The same from the transfer operator, the shape of noise (m,)."""
    return np.array([_law(float(s)).slip for s in noise])


def slip_curve() -> tuple[Array, Array]:
    """Slip rates of Example 1 over s by the transfer operator: s (m,), rates (m,)."""
    noise = np.geomspace(0.04, 1.0, 22)
    return noise, slip_rates(noise)
