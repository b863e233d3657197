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
CELLS = 500


@lru_cache(maxsize=32)
def _law(noise: float) -> StationaryLaw:
    return three_halves_law(noise)


def law_of_example_1(noise: float) -> StationaryLaw | None:
    """The stationary law of y = x/δ² at s; None where s is below LEAST_NOISE."""
    return _law(noise) if noise >= LEAST_NOISE else None


def law_of_example_2(step_size: float, noise: float) -> StationaryLaw | None:
    """The law of x near 2 under gradient noise σ_B, with what would leave BESIDE_2 held at its ends.

    None where a cell would be wider than the noise of a step.
    """
    edges = np.linspace(*BESIDE_2, CELLS + 1)
    if step_size * noise < edges[1] - edges[0]:
        return None
    objective = TwoMinima()
    return stationary_law(
        lambda x: np.clip(x - step_size * objective.gradient(x), *BESIDE_2), step_size * noise, edges
    )


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
