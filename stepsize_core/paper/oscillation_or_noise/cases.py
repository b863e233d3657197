"""Records of runs under batches, one number per step, and the full gradient that they go on with."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from stepsize_core.arrays import Array, ArrayLike, Indices
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.networks.relu import TwoLayerReLU, gaussian_experiment
from stepsize_core.objectives import Objective, ThreeHalvesPower, TwoMinima
from stepsize_core.paper.tables import read_record
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.ensembles import sgd
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.sampling.laws import noise_share
from stepsize_core.sampling.relu import SampledNetwork

EXAMPLE_1, EXAMPLE_2, FIGURE_2, OWN = (
    "Example 1", "Example 2 near x = 2", "the network of Figure 2", "your own record",
)  # fmt: skip
SOURCES = (EXAMPLE_1, EXAMPLE_2, FIGURE_2, OWN)
SAMPLES = {EXAMPLE_1: 100, EXAMPLE_2: 100, FIGURE_2: 1000}
NETWORKS = ("23", "9", "2", "1")  # seeds of the draw
NETWORK_STEP, TRAINED = 3e-4, 20_000  # step size of Figure 2; full steps before the batches are drawn
WATCHED = 0.5  # the input at which the network's output is watched
DISCARDED, RECORDED = 500, 4000  # steps
SHORTEST = 40  # values of a record, ten blocks of four


class Tilted(FiniteSum):
    """f_i = f + b_i x with Σb_i = 0 (scalar variable): a batch's gradient noise is its mean b_i."""

    def __init__(self, objective: Objective, slopes: Array) -> None:
        self.objective, self.slopes, self.state_shape = objective, slopes, ()

    @property
    def n_samples(self) -> int:
        """n, the number of slopes."""
        return len(self.slopes)

    def gradient_of(self, x: Array, batch: Indices) -> Array:
        """f′ plus the mean slope of each path's batch."""
        return self.sampled_gradient(x, self.slopes[batch].mean(axis=-1))

    def drawn(
        self, rng: np.random.Generator, batch_size: int, replacement: str, n_paths: int
    ) -> Iterator[Array]:
        """Mean slopes (steps, n_paths) of batches, in blocks of steps."""
        return mean_factors(rng, self.slopes, batch_size, replacement, n_paths)

    def sampled_gradient(self, x: Array, drawn: Array) -> Array:
        """f′ plus the drawn slopes."""
        return self.objective.gradient(x) + drawn


class Sampled(Frozen):
    """Records (K, n_paths) of paths under batches, with what they can be set against.

    state: the last state of the first path; objective: the mean of the samples; step_size; observe: states to
    what is watched, None for the state itself.
    """

    records: Array
    state: Array
    objective: Objective
    step_size: float
    observe: Callable[[Array], Array] | None


def size_of(source: str, batch: int) -> int:
    """The samples in a batch of so many per cent."""
    return batch * SAMPLES[source] // 100


def noise_of(source: str, batch: int, noise: float) -> float:
    """σ_B of Examples 1 and 2 for a batch of so many per cent, with σ₁ = noise."""
    return float(noise * np.sqrt(noise_share(SAMPLES[source], size_of(source, batch))))


def tilted(source: str, noise: float) -> Tilted:
    """Examples 1 and 2 with n = 100 tilted samples, normal quantiles of standard deviation `noise`."""
    n = SAMPLES[source]
    slopes = ndtri((np.arange(n) + 0.5) / n)
    slopes *= noise / slopes.std()
    return Tilted(ThreeHalvesPower() if source == EXAMPLE_1 else TwoMinima(), slopes - slopes.mean())


def start_of(source: str, step_size: ArrayLike) -> ArrayLike:
    """Where runs start: on the 2-cycle of Example 1, and 0.01 beside x = 2 of Example 2."""
    return np.square(step_size) / 4.0 if source == EXAMPLE_1 else 2.01


def scalar_paths(
    source: str, step_size: float, batch: int, noise: float, seed: int, paths: int = 1
) -> Sampled:
    """Records of Examples 1 and 2, see `tilted` and `start_of`."""
    sum_ = tilted(source, noise)
    kept = sgd(
        sum_, start_of(source, step_size), step_size, DISCARDED + RECORDED,
        batch_size=size_of(source, batch), seed=seed, n_paths=paths, keep_last=RECORDED,
    )  # fmt: skip
    return Sampled(kept.states, kept.final[0], sum_.objective, step_size, None)


def network_paths(seed_of_draw: int, batch: int, seed: int) -> Sampled:
    """Figure 2 under batches from the state after TRAINED full steps: f̂(0.5) at every step."""
    network, start = _trained(seed_of_draw)
    sum_ = SampledNetwork(network)
    kept = sgd(
        sum_, start, NETWORK_STEP, DISCARDED + RECORDED, batch_size=size_of(FIGURE_2, batch),
        seed=seed, keep_last=RECORDED,
    )  # fmt: skip

    def output(states: Array) -> Array:
        return network.predict(states, np.array([WATCHED]))[..., 0, 0]

    return Sampled(output(kept.states[:, 0])[:, None], kept.final[0], network, NETWORK_STEP, output)


def read_own(data: str | bytes, column: int = 0) -> Array:
    """A record (K,) of at least SHORTEST numbers that are not all the same; ValueError like `read_record`."""
    values = read_record(data, column) if data.strip() else np.empty(0)
    if len(values) < SHORTEST:
        raise ValueError(f"number of values must be an integer of at least {SHORTEST}, got {len(values)}")
    if np.all(values == values[0]):
        raise ValueError(f"values must differ, got {len(values)} times {values[0]:g}")
    return values


@lru_cache(maxsize=len(NETWORKS))
def _trained(seed_of_draw: int) -> tuple[TwoLayerReLU, Array]:
    network, start = gaussian_experiment(seed_of_draw)
    return network, gradient_descent(network, start, NETWORK_STEP, TRAINED, keep_last=1).states[0]
