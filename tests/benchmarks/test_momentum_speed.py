"""Heavy ball against gradient descent, in the same run.

Run by path: pytest tests/benchmarks
"""

import time

import numpy as np
import pytest

from stepsize_core import (
    HeavyBall,
    ThreeHalvesPower,
    TwoMinima,
    bifurcation_diagram,
    fate_raster,
    gradient_descent,
)

REPEATS = 7
LIMIT = 1.4  # times gradient descent
STARTS = np.linspace(0.5, 0.9, 20_000)

pytestmark = pytest.mark.benchmark


def ratio(run, objective, beta=0.5):
    """How many times as long a run with momentum takes: the shortest processor times of turns taken."""
    times = {objective: [], HeavyBall(objective, beta): []}
    for _ in range(REPEATS):
        for given, taken in times.items():
            start = time.process_time()
            run(given)
            taken.append(time.process_time() - start)
    plain, heavy = (min(taken) for taken in times.values())
    return heavy / plain


@pytest.mark.parametrize("objective", [TwoMinima(), ThreeHalvesPower()], ids=repr)
@pytest.mark.parametrize(("x0", "n_steps"), [(0.9, 20_000), (STARTS, 300)], ids=["one run", "20,000 runs"])
def test_a_step_of_heavy_ball_costs_little_more(objective, x0, n_steps):
    found = ratio(lambda given: gradient_descent(given, x0, 0.05, n_steps, keep_last=1), objective)
    print(f"\nheavy ball on {objective!r}, {np.size(x0)} runs: {found:.2f} x gradient descent")
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
