"""Samples that are multiples of one objective."""

from collections.abc import Iterator

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Indices
from stepsize_core.checks import finite
from stepsize_core.objectives import Objective
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.sampling.views import Beside, Scaled


class Multiples(FiniteSum):
    """f_i = a_i f for factors a_i (n,): the same minima for every sample, a step size δa_B that is drawn.

    The mean of a batch's factors is drawn at once where it takes few values.
    """

    def __init__(self, objective: Objective, factors: ArrayLike) -> None:
        array = finite("factors", factors)
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"factors must have shape (n,) with n of at least 1, got shape {array.shape}")
        self.objective, self.factors = objective, array
        super().__init__([Scaled(objective, a) for a in array.tolist()])

    def gradient_of(self, x: Array, batch: Indices) -> Array:
        """The gradient of f times the mean factor of each path's batch."""
        return self.sampled_gradient(x, self.factors[batch].mean(axis=-1))

    def drawn(
        self, rng: np.random.Generator, batch_size: int, replacement: str, n_paths: int
    ) -> Iterator[Array]:
        """Mean factors (steps, n_paths) of batches, in blocks of steps."""
        return mean_factors(rng, self.factors, batch_size, replacement, n_paths)

    def sampled_gradient(self, x: Array, drawn: Array) -> Array:
        """∇f times the drawn factors."""
        return drawn.reshape(-1, *(1,) * len(self.state_shape)) * self.objective.gradient(x)

    def beside(self, at: ArrayLike) -> "Multiples":
        """The same in z = x − at, true to z however small it is."""
        return Multiples(Beside(self.objective, at), self.factors)
