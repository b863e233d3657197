"""Theorem 1 in mean square: deep linear networks with one output and Gaussian inputs of identity covariance.

With T = Σ_j p_{j−1}²q_{j+1}² of Theorem 1 an optimum is stable in mean square only if δ ≤ 2/((1 + 2p)T),
hence only if δ ≤ 2/((1 + 2p)Lρ^{2−2/L}): in the direction d of the proof a sample's curvature is (z·x)²
with |z|² ≥ T, and E(z·x)⁴ = 3|z|⁴. It excludes stability in mean square, not that almost every path
converges.
"""

from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.frozen import Frozen
from stepsize_core.networks.chains import forward_products, kronecker, products_after
from stepsize_core.paper.reachable_optima.theory import smallest_sharpness, step_size_bound
from stepsize_core.paper.sampled_gradients.params import TARGET
from stepsize_core.sampling.moments import mean_square_threshold

DEPTHS, WIDTH, INPUTS, OF_EACH = (2, 3), 3, 2, 40
SPREAD = 0.5  # standard deviation of the logarithm of a layer's scale
CORNERS = 6  # of a hexagon: its moments up to the fifth are those of a circle


class Optima(Frozen):
    """Random optima with ρ = TARGET: depths L (m,); sums (m,): T; exact (m,): the mean-square thresholds;
    factor: 1 + 2p; least (2,): Lρ^{2−2/L} of DEPTHS."""

    depths: Indices
    sums: Array
    exact: Array
    factor: float
    least: Array

    @property
    def bounds(self) -> Array:
        """2/((1 + 2p)T), (m,)."""
        return 2.0 / (self.factor * self.sums)


def gaussian_inputs() -> Array:
    """Inputs (2·CORNERS, 2) with the mean, the covariance and the fourth moments of normal ones in the plane:
    |x|² is 4 with probability ½ and else 0, so that E|x|² = 2 and E|x|⁴ = 8."""
    angle = 2.0 * np.pi * np.arange(CORNERS) / CORNERS
    corners = 2.0 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return np.concatenate([corners, np.zeros_like(corners)])


def hessians_at(weights: list[Array], inputs: Array) -> Array:
    """The Hessians of ½(W_L⋯W_1x − y)² where it is 0, one for each of the inputs (n, n_0): (n, d, d)."""
    before = [np.eye(inputs.shape[1]), *forward_products(weights)[:-1]]
    layers = [kronecker(after.mT, b) for after, b in zip(products_after(weights), before)]
    slopes = inputs @ np.concatenate(layers).T
    return slopes[:, :, None] * slopes[:, None, :]


def drawn_optima(depth: int, rng: np.random.Generator) -> list[Array]:
    """Weights with one output and |W_L⋯W_1| = TARGET, the scales of the layers unequal."""
    sizes = [INPUTS, *(WIDTH,) * (depth - 1), 1]
    scales = np.exp(SPREAD * rng.standard_normal(depth))
    weights = [s * rng.standard_normal((n, m)) for s, m, n in zip(scales, sizes, sizes[1:])]
    share = (TARGET / np.linalg.norm(forward_products(weights)[-1])) ** (1.0 / depth)
    return [share * w for w in weights]


@lru_cache(maxsize=32)
def optima(batch_size: int, seed: int) -> Optima:
    """OF_EACH random optima of each of DEPTHS, with batches of fresh inputs."""
    rng, inputs = np.random.default_rng(seed), gaussian_inputs()
    depths = np.repeat(DEPTHS, OF_EACH)
    found = [drawn_optima(int(depth), rng) for depth in depths]
    exact = [mean_square_threshold(hessians_at(w, inputs), batch_size, "with") for w in found]
    sums = [2.0 / float(step_size_bound(w)) for w in found]
    least = [float(smallest_sharpness(TARGET, depth)) for depth in DEPTHS]
    return Optima(depths, np.array(sums), np.array(exact), 1.0 + 2.0 / batch_size, np.array(least))
