"""Ensembles of sampled gradients against the plain loop over the same draws, in the same run.

Run by path: pytest tests/benchmarks
"""

import time
from itertools import chain, islice

import numpy as np
import pytest

from stepsize_core import (
    FiniteSum,
    TwoLayerReLU,
    TwoMinima,
    gaussian_experiment,
    gradient_descent,
    sampled_exponent,
    sampled_thresholds,
    sgd,
)
from stepsize_core.sampling.draws import batch_blocks, mean_factors
from stepsize_core.sampling.laws import _law
from stepsize_core.sampling.multiples import Multiples
from stepsize_core.sampling.relu import SampledNetwork

PATHS, STEPS = 4000, 2000
FACTORS = np.array([0.5] * 5 + [1.5] * 5)
LIMIT = 1.5  # times the bare loop
FASTER = 10.0  # times the plain step with `choice`
DIAGRAM = 0.050  # seconds

pytestmark = pytest.mark.benchmark


class Own(FiniteSum):
    """Example 2 sampled, as a reader would write it."""

    n_samples = 10

    def __init__(self):
        pass

    def gradient_of(self, x, batch):
        return FACTORS[batch].mean(axis=1) * TwoMinima().gradient(x)


def best_time(run, repeats=5):
    """The shortest of a few runs, in seconds of the processor: runs of different length are compared."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def bare_loop(draw):
    """The map on arrays and nothing else, over the same factors, drawn in the same blocks."""
    rng, objective = np.random.Generator(np.random.PCG64(0)), TwoMinima()
    x = np.full(PATHS, 2.001)
    with np.errstate(all="ignore"):
        for factors in islice(chain.from_iterable(draw(rng)), STEPS):
            x = x - 0.24 * (factors * objective.gradient(x))
    return x


@pytest.mark.parametrize("size", [1, 5])
def test_an_ensemble_of_example_2_costs_at_most_one_and_a_half_bare_loops(size):
    def drawn(rng):
        return mean_factors(rng, FACTORS, size, "without", PATHS)

    options = {"batch_size": size, "seed": 0, "n_paths": PATHS, "keep_last": 1}
    bare = best_time(lambda: bare_loop(drawn))
    ours = best_time(lambda: sgd(Multiples(TwoMinima(), FACTORS), 2.001, 0.24, STEPS, **options))
    print(f"\nExample 2, batches of {size}: {ours / bare:.2f} x the bare loop ({bare * 1e3:.0f} ms)")
    assert ours <= LIMIT * bare


def test_an_own_gradient_costs_at_most_one_and_a_half_bare_loops():
    def gathered(rng):
        for block in batch_blocks(rng, 10, 1, "without", PATHS):
            yield [FACTORS[own].mean(axis=1) for own in block]

    options = {"batch_size": 1, "seed": 0, "n_paths": PATHS, "keep_last": 1}
    bare = best_time(lambda: bare_loop(gathered))
    ours = best_time(lambda: sgd(Own(), 2.001, 0.24, STEPS, **options))
    print(f"\nExample 2, own gradient_of: {ours / bare:.2f} x the bare loop ({bare * 1e3:.0f} ms)")
    assert ours <= LIMIT * bare


@pytest.mark.parametrize("size", [500, 200, 100, 50])
def test_figure_2_under_batches_is_many_times_as_fast_as_one_path_after_the_other(size):
    net, start = gaussian_experiment(23)
    start = gradient_descent(net, start, 3e-4, 2000, keep_last=1).final
    n_paths, n_steps = 256, 20

    def plain():
        rng, x = np.random.Generator(np.random.PCG64(7)), start
        for _ in range(10 * n_steps):
            own = rng.choice(1000, size, replace=False)
            batch = TwoLayerReLU(net.inputs[own], net.targets[own], net.bias, 1000 / size)
            x = x - 3e-4 * batch.gradient(x)

    options = {"batch_size": size, "seed": 7, "n_paths": n_paths, "keep_last": 1}
    problem = SampledNetwork(net)
    one = best_time(plain) / 10
    ours = best_time(lambda: sgd(problem, start, 3e-4, n_steps, **options)) / n_paths
    print(
        f"\nFigure 2, batches of {size}: {one / ours:.1f} times as fast ({one / n_steps * 1e6:.0f} µs a step)"
    )
    assert one >= FASTER * ours


def test_the_diagram_over_step_and_batch_sizes_is_made_at_once():
    curvatures, deltas = [1.0] * 5 + [3.0] * 5, np.linspace(0.01, 1.6, 120)

    def diagram():
        _law.cache_clear()
        for size in range(1, 11):
            sampled_thresholds(curvatures, size)
            sampled_exponent(curvatures, size, deltas)

    seconds = best_time(diagram)
    print(f"\n120 step sizes x 10 batch sizes: {seconds * 1e3:.1f} ms")
    assert seconds <= DIAGRAM
