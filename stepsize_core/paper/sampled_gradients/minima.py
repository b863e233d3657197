"""Minima that all samples share, and what a batch of them does there: laws, thresholds, ensembles."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Indices
from stepsize_core.checks import count
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.ensembles import log_growth
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.sampling.gaussian import gaussian_escape_exponent, gaussian_exponent, gaussian_thresholds
from stepsize_core.sampling.laws import batch_law
from stepsize_core.sampling.moments import mean_horizon, mean_square_factor
from stepsize_core.sampling.thresholds import (
    ZERO,
    Thresholds,
    escape_exponent,
    sampled_exponent,
    sampled_thresholds,
)

RESHUFFLED = "reshuffled"
MOST_GAUSSIAN = 20  # batch sizes of fresh inputs that are looked at
SPARE = ("mean_square", "full_batch", "almost_sure")


class Minimum:
    """n samples with the curvatures a_i at a minimum of all of them."""

    def __init__(self, curvatures: ArrayLike, replacement: str = "without") -> None:
        self.curvatures, self.replacement = np.array(curvatures, float), replacement

    @property
    def largest_batch(self) -> int:
        """The batch size from which on nothing is sampled."""
        return 1 if self.replacement == RESHUFFLED else len(self.curvatures)

    def batch(self, batch_size: int) -> int:
        """The batch size that a choice stands for: at most n."""
        return min(batch_size, self.largest_batch)

    def thresholds(self, b: int) -> Thresholds:
        """Of the step size."""
        return sampled_thresholds(self.curvatures, b, self.replacement)

    def exponent(self, b: int, step_sizes: ArrayLike) -> Array:
        """λ, the mean growth of log|x| a step."""
        return sampled_exponent(self.curvatures, b, step_sizes, self.replacement)

    def factor(self, b: int, step_sizes: ArrayLike) -> Array:
        """q, by which E x² grows a step."""
        return mean_square_factor(self.curvatures, b, step_sizes, self.replacement)

    def leaving(self, b: int, step_size: float) -> float:
        """κ: a start at distance ε leaves with a probability like ε^κ; NaN where it is not known."""
        if self.replacement == RESHUFFLED:
            return np.nan
        return escape_exponent(self.curvatures, b, step_size, self.replacement)

    def landing(self, b: int, step_size: float) -> float:
        """The probability that a step lands on the minimum."""
        law = batch_law(self.curvatures, b, self.replacement)
        return float(law.probabilities[np.abs(1.0 - step_size * law.values) <= ZERO].sum())

    def horizon(self, b: int, step_size: float, n_paths: int) -> float:
        """The steps for which the mean of x² over so many paths shows E x²."""
        return mean_horizon(self.curvatures, b, step_size, n_paths, self.replacement)

    def growth(self, b: int, step_size: float, n_steps: int, n_paths: int, seed: int) -> Array:
        """log|x[k]/x[0]| of x ← (1 − δa_B)x, (n_steps + 1, n_paths)."""
        own: dict[str, Any] = {
            "batch_size": b,
            "n_paths": n_paths,
            "seed": seed,
            "replacement": self.replacement,
        }
        return log_growth(self.curvatures, step_size, n_steps, **own).states


class GaussianMinimum(Minimum):
    """Fresh Gaussian inputs: the curvature of a sample is x²S with E x² = 1."""

    def __init__(self, sharpness: float) -> None:
        self.sharpness, self.replacement = sharpness, "with"

    @property
    def largest_batch(self) -> int:
        return MOST_GAUSSIAN

    def thresholds(self, b: int) -> Thresholds:
        of_product = gaussian_thresholds(b)
        return Thresholds(*(getattr(of_product, name) / self.sharpness for name in SPARE))

    def exponent(self, b: int, step_sizes: ArrayLike) -> Array:
        products = self.sharpness * np.asarray(step_sizes, float)
        return np.array([gaussian_exponent(b, t) for t in products.ravel()]).reshape(products.shape)[()]

    def factor(self, b: int, step_sizes: ArrayLike) -> Array:
        products = self.sharpness * np.asarray(step_sizes, float)
        return (1.0 - products) ** 2 + 2.0 / b * products**2

    def leaving(self, b: int, step_size: float) -> float:
        return gaussian_escape_exponent(b, self.sharpness * step_size)

    def landing(self, b: int, step_size: float) -> float:
        return 0.0

    def horizon(self, b: int, step_size: float, n_paths: int) -> float:
        """From the moments of q_B, E q^j = Π (1 + 2i/B), i < j."""
        t, moments = self.sharpness * step_size, np.cumprod(1.0 + 2.0 * np.arange(4) / b)
        fourth = 1.0 + np.dot([-4.0 * t, 6.0 * t**2, -4.0 * t**3, t**4], moments)
        spread = fourth / self.factor(b, step_size) ** 2
        return float(max(0, np.floor(np.log(0.01 * count("n_paths", n_paths)) / np.log(spread))))

    def growth(self, b: int, step_size: float, n_steps: int, n_paths: int, seed: int) -> Array:
        rng, total = np.random.Generator(np.random.PCG64(seed)), np.zeros((n_steps + 1, n_paths))
        means = rng.standard_gamma(b / 2.0, size=(n_steps, n_paths)) * (2.0 / b)
        with np.errstate(divide="ignore"):
            np.cumsum(np.log(np.abs(1.0 - step_size * self.sharpness * means)), axis=0, out=total[1:])
        return total


class SharpSample(FiniteSum):
    """f₂(x)(1 + ξ_i e^{−8(x−1)²}) with ξ = 9 for one of ten samples and −1 for the others; their mean is f₂.

    At x = 1 all of the curvature, 40, is in one sample; at x = 2 every sample has 10. The state is x − at, at
    one of the minima, and the factors x − 1 and x − 2 are true to it.
    """

    SHARES = (9.0, *(-1.0,) * 9)
    WIDTH = 8.0
    state_shape = ()
    equilibria = (1.0, 2.0)
    restricted = False

    def __init__(self, at: float = 0.0) -> None:
        self.at, self.equilibria = at, (1.0 - at, 2.0 - at)

    @property
    def n_samples(self) -> int:
        return len(self.SHARES)

    def drawn(
        self, rng: np.random.Generator, batch_size: int, replacement: str, n_paths: int
    ) -> Iterator[Array]:
        """The mean of ξ over batches, (steps, n_paths), in blocks of steps."""
        return mean_factors(rng, np.array(self.SHARES), batch_size, replacement, n_paths)

    def gradient_of(self, x: Array, batch: Indices) -> Array:
        """∇f_B of each path."""
        return self.sampled_gradient(x, np.array(self.SHARES)[batch].mean(axis=-1))

    def sampled_gradient(self, x: Array, drawn: Array) -> Array:
        """∇f_B for the mean of ξ over each path's batch."""
        u, v, place = x - (1.0 - self.at), x - (2.0 - self.at), x + self.at
        bowl, bump = place**2 + 1.0, np.exp(-self.WIDTH * u**2)
        slope = 2.0 * u * v * (place * u * v + bowl * (u + v))
        return slope * (1.0 + drawn * bump) - 2.0 * self.WIDTH * u * drawn * bump * bowl * u**2 * v**2

    def value(self, x: ArrayLike) -> Array:
        """f₂(at + x)."""
        u, v = np.asarray(x) - (1.0 - self.at), np.asarray(x) - (2.0 - self.at)
        return (np.add(x, self.at) ** 2 + 1.0) * u**2 * v**2

    def beside(self, at: ArrayLike) -> "SharpSample":
        return SharpSample(float(np.asarray(at)))
