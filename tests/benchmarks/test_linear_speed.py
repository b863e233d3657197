"""Speed of linear networks, as ratios within one run. By path: pytest tests/benchmarks"""

import time

import numpy as np
import pytest

from stepsize_core import DeepLinearNetwork, SpectrumFactorization, gradient_descent

pytestmark = pytest.mark.benchmark

MATRIX_STEP_RATIO = 2.0  # a step of descent over the 3(L − 1) matrix products that it needs
REDUCTION_SECONDS = 1.0  # 10,000 steps of 200 eigenvalues; measured near 0.2 s
LINEAR_COST_RATIO = 2.0  # cost per eigenvalue at 16 times as many eigenvalues, over that before


def fastest(run, repeats: int = 7) -> float:
    """Seconds of the fastest of several runs: the one least disturbed."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def test_a_step_of_four_layers_of_64_costs_less_than_twice_its_matrix_products():
    n, depth, n_steps = 64, 4, 400
    rng = np.random.default_rng(0)
    network = DeepLinearNetwork(np.eye(n), (n,) * (depth + 1))
    start = network.random_start(0.5, seed=0)
    a, b, out = rng.standard_normal((n, n)), rng.standard_normal((n, n)), np.empty((n, n))

    def products():
        for _ in range(n_steps * 3 * (depth - 1)):
            np.matmul(a, b, out=out)

    def descent():
        gradient_descent(network, start, 1e-3, n_steps, keep_last=1)

    ratios = [fastest(descent, 3) / fastest(products, 3) for _ in range(3)]
    assert min(ratios) < MATRIX_STEP_RATIO


def test_ten_thousand_steps_of_200_eigenvalues_take_well_under_a_second():
    spectrum = SpectrumFactorization(np.linspace(-1.0, 2.0, 200), 5)
    seconds = fastest(
        lambda: gradient_descent(spectrum, spectrum.identity_start(), 0.02, 10_000, keep_last=1), 3
    )
    assert seconds < REDUCTION_SECONDS


def test_the_reduction_costs_at_most_in_proportion_to_the_number_of_eigenvalues():
    def seconds(n):
        spectrum = SpectrumFactorization(np.linspace(-1.0, 2.0, n), 5)
        return fastest(lambda: gradient_descent(spectrum, spectrum.identity_start(), 0.02, 300, keep_last=1))

    assert seconds(8_000) / 8_000 < LINEAR_COST_RATIO * seconds(500) / 500


def test_many_small_networks_cost_less_together_than_one_by_one():
    network = DeepLinearNetwork(np.eye(2), (2, 2, 2, 2))
    starts = network.random_start(0.5, seed=0, batch=(256,))
    together = fastest(lambda: gradient_descent(network, starts, 0.01, 50, keep_last=1), 3)
    one = fastest(lambda: gradient_descent(network, starts[0], 0.01, 50, keep_last=1), 3)
    assert together < 256 * one / 10
