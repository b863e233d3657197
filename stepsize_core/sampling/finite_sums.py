"""Means of many objectives, of which a batch is a part: what sampled gradients descend."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags, Indices
from stepsize_core.objectives import Objective
from stepsize_core.sampling.draws import batch_blocks
from stepsize_core.sampling.views import Beside


class FiniteSum(Objective):
    """The mean of n objectives of one state_shape, itself an objective.

    A subclass may give `gradient_of` alone, with n_samples and state_shape: then `gradient` is that of the
    batch of all samples, and value and hessian are its own to give.
    Raises TypeError where something is no objective, ValueError where there is none or their states differ.
    """

    objectives: tuple[Objective, ...] = ()

    def __init__(self, objectives: Sequence[Objective]) -> None:
        if not isinstance(objectives, Iterable):
            raise TypeError(f"objectives must be a sequence of stepsize_core.Objective, got {objectives!r}")
        self.objectives = tuple(objectives)
        if not self.objectives:
            raise ValueError("objectives must hold at least one objective")
        for objective in self.objectives:
            if not isinstance(objective, Objective):
                raise TypeError(
                    f"objectives must be subclasses of stepsize_core.Objective, got {objective!r}"
                )
        shapes = {tuple(objective.state_shape) for objective in self.objectives}
        if len(shapes) > 1:
            raise ValueError(f"objectives must have one state_shape, got {sorted(shapes)}")
        self.state_shape = shapes.pop()
        self.restricted = any(objective.restricted for objective in self.objectives)
        known = [set(objective.equilibria) for objective in self.objectives]
        self.equilibria = tuple(sorted(set.intersection(*known)))

    @cached_property
    def n_samples(self) -> int:
        """n, the number of objectives."""
        return len(self.objectives)

    @cached_property
    def _different(self) -> tuple[list[Objective], Indices]:
        """The objectives, equal ones once, and for every sample which of them is its own."""
        found: dict[Any, int] = {}
        kinds = [found.setdefault(_key(objective), len(found)) for objective in self.objectives]
        first = [kinds.index(kind) for kind in range(len(found))]
        return [self.objectives[i] for i in first], np.array(kinds)

    def _mean(self, of: Callable[[Objective], Any]) -> Any:
        """The mean of a quantity over the samples; equal objectives are asked once."""
        different, kinds = self._different
        weights = np.bincount(kinds) / len(kinds)
        return reduce(operator.add, (w * of(f) for f, w in zip(different, weights.tolist())))

    def value(self, x: ArrayLike) -> Array:
        """f(x), shape batch."""
        return self._mean(lambda f: f.value(x)) if self.objectives else super().value(x)

    def gradient(self, x: ArrayLike) -> Array:
        """∇f(x), shape batch + state_shape."""
        if self.objectives:
            return self._mean(lambda f: f.gradient(x))
        states = np.asarray(x, float)
        lanes = states.reshape(-1, *self.state_shape)
        everything = np.broadcast_to(np.arange(self.n_samples), (len(lanes), self.n_samples))
        return np.asarray(self.gradient_of(lanes, everything)).reshape(states.shape)[()]

    def hessian(self, x: ArrayLike) -> Array:
        """∇²f(x), shape batch + state_shape + state_shape."""
        return self._mean(lambda f: f.hessian(x)) if self.objectives else super().hessian(x)

    def derivative(self, x: ArrayLike, order: int) -> Array:
        """The derivative of the given order, shape batch, where every sample has it."""
        if not self.objectives or self.state_shape:
            return super().derivative(x, order)
        return self._mean(lambda f: f.derivative(x, order))

    def one_sided(self, x: ArrayLike, order: int, side: int) -> Array:
        """The derivative of the given order from below (side −1) or above (side 1)."""
        if not self.objectives or self.state_shape:
            return super().one_sided(x, order, side)
        return self._mean(lambda f: f.one_sided(x, order, side))

    def kinks(self, low: float, high: float) -> Array:
        """The kinks of all samples in [low, high]."""
        if not self.objectives:
            return super().kinks(low, high)
        return np.unique(np.concatenate([f.kinks(low, high) for f in self._different[0]]))

    def flat(self, x: ArrayLike) -> Flags:
        """Where every sample is known to be constant."""
        if not self.objectives:
            return super().flat(x)
        return np.logical_and.reduce([f.flat(x) for f in self._different[0]])

    def defined(self, x: ArrayLike) -> Flags:
        """Where every sample is defined."""
        if not self.objectives:
            return super().defined(x)
        return np.logical_and.reduce([f.defined(x) for f in self._different[0]])

    def gradient_at(self, x: float) -> float:
        """f′ of a float (scalar variable)."""
        if not self.objectives:
            return super().gradient_at(x)
        return float(self._mean(lambda f: f.gradient_at(x)))

    def gradient_of(self, x: Array, batch: Indices) -> Array:
        """The mean gradient of each path's own batch.

        x (n_paths,) + state_shape, batch (n_paths, B) of sample numbers, repeated ones counted again; the
        shape of x. Every objective is asked for the paths whose batch holds it.
        """
        if not self.objectives:
            raise self._missing("gradient_of(x, batch)", "the mean gradient of each batch", "that of x")
        different, kinds = self._different
        of_batch, total = kinds[batch], np.zeros(np.shape(x))
        for kind in np.unique(of_batch).tolist():
            times = np.count_nonzero(of_batch == kind, axis=1)
            rows = np.flatnonzero(times)
            weights = times[rows].reshape(-1, *(1,) * len(self.state_shape))
            total[rows] += weights * different[kind].gradient(x[rows])
        return total / batch.shape[1]

    def drawn(
        self, rng: np.random.Generator, batch_size: int, replacement: str, n_paths: int
    ) -> Iterator[Any]:
        """What `sampled_gradient` needs of the batches, in blocks of steps: the batches themselves here."""
        return batch_blocks(rng, self.n_samples, batch_size, replacement, n_paths)

    def sampled_gradient(self, x: Array, drawn: Any) -> Array:
        """The gradients at x (n_paths,) + state_shape of what was drawn for one step."""
        return self.gradient_of(x, drawn)

    def beside(self, at: ArrayLike) -> "FiniteSum":
        """The same sum as a function of z = x − at (scalar variable), true to z however small it is.

        Raises ValueError where the variable is no scalar, or a subclass gives its gradients alone.
        """
        if not self.objectives:
            raise ValueError(f"{type(self).__name__} gives no objectives: offsets need their derivatives")
        return FiniteSum([Beside(objective, at) for objective in self.objectives])


def _key(objective: Objective) -> Any:
    """What equal objectives share; the objective's identity where it cannot be compared."""
    try:
        hash(objective)
    except TypeError:
        return id(objective)
    return objective
