"""Momentum against gradient descent, in the same run.

Run by path: pytest tests/benchmarks
"""

import statistics
import time

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    EvenPower,
    HeavyBall,
    Nesterov,
    ScalarFactorization,
    SpectrumFactorization,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    bifurcation_diagram,
    fate_raster,
    gaussian_experiment,
    gradient_descent,
)

TURNS = 41
LIMIT = 1.4  # times gradient descent
STARTS = np.linspace(0.5, 0.9, 20_000)

pytestmark = pytest.mark.benchmark


def ratio(run, objective, method=HeavyBall, beta=0.5):
    """How many times as long a run with momentum takes: the median over turns of processor times."""
    found = []
    for _ in range(TURNS):
        plain, heavy = (processor_time(run, given) for given in (objective, method(objective, beta)))
        found.append(heavy / plain)
    return statistics.median(found)


def processor_time(run, given):
    start = time.process_time()
    run(given)
    return time.process_time() - start


FIGURE_2, AT_FIGURE_2 = gaussian_experiment(6)
CYCLE = gradient_descent(FIGURE_2, AT_FIGURE_2, 3e-4, 60_000, keep_last=1).final  # at rest, or on a cycle


def linear(*widths):
    """A deep linear network, and a start near the identity."""
    network = DeepLinearNetwork(np.diag(np.linspace(1.0, 2.0, widths[0])), widths)
    return network, network.identity_start(noise=0.1)


SCALARS = (TwoMinima(), ThreeHalvesPower(), EvenPower(4), EvenPower(6), ScalarFactorization(2.0, 3))
PLANE = UserFunction("x^2 + x*y + y^4")
CASES = {
    **{f"{f!r}, one run": (f, 0.9, 0.05, 20_000) for f in SCALARS},
    **{f"{f!r}, 20,000 runs": (f, STARTS, 0.05, 300) for f in SCALARS},
    "typed, of two variables, one run": (PLANE, np.array([0.7, 0.2]), 0.05, 10_000),
    "a spectrum, 1,000 runs": (
        SpectrumFactorization(np.linspace(0.5, 2, 20), 2),
        np.ones((1000, 20)),
        0.05,
        200,
    ),
    "Figure 2, one run": (FIGURE_2, CYCLE, 1e-5, 4000),
    "Figure 2, 120 runs": (FIGURE_2, np.tile(AT_FIGURE_2, (120, 1)), np.linspace(1e-5, 3e-4, 120), 200),
    **{
        f"linear {widths}, one run": (*linear(*widths), 0.02, 3000)
        for widths in ((2, 2, 2), (8, 8, 8), (20, 20, 20, 20), (4, 4, 4, 4, 4, 4))
    },
    **{
        f"linear {widths}, many runs": (network, np.tile(start, (400, 1)), 0.02, 60)
        for widths in ((2, 2, 2, 2), (20, 20, 20, 20), (4, 4, 4, 4, 4, 4))
        for network, start in [linear(*widths)]
    },
}


@pytest.mark.parametrize("method", [HeavyBall, Nesterov])
@pytest.mark.parametrize("name", CASES)
def test_a_step_with_momentum_costs_little_more(name, method):
    objective, x0, delta, n_steps = CASES[name]
    found = ratio(lambda given: gradient_descent(given, x0, delta, n_steps, keep_last=1), objective, method)
    print(f"\n{method.__name__}, {name}: {found:.2f} x gradient descent")
    assert found <= LIMIT


def test_a_step_size_diagram_costs_little_more():
    deltas = np.linspace(0.001, 0.3, 1000)
    found = ratio(lambda given: bifurcation_diagram(given, 1.9, deltas, n_transient=1000), TwoMinima())
    print(f"\ndiagram of heavy ball: {found:.2f} x gradient descent")
    assert found <= LIMIT


def test_a_raster_of_fates_costs_little_more():
    starts, deltas = np.linspace(0.0, 2.6, 200), np.linspace(0.001, 0.65, 150)
    found = ratio(lambda given: fate_raster(given, starts, deltas, n_steps=500), TwoMinima())
    print(f"\nraster of heavy ball: {found:.2f} x gradient descent")
    assert found <= LIMIT
