"""Sweeps of a scalar objective against the bare NumPy loop on the same array, in the same run.

Run by path: pytest tests/benchmarks
"""

import time

import numpy as np
import pytest

from stepsize_core import TwoMinima, UserFunction, bifurcation_diagram, fate_raster

REPEATS = 3
LIMIT = 3.0  # times the bare loop
TYPED_LIMIT = 4.0  # times the gradient written by hand

pytestmark = pytest.mark.benchmark


def best_time(run):
    """The shortest of a few runs: the one least disturbed by the machine."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def bare_loop(x, deltas, n_steps):
    objective = TwoMinima()
    with np.errstate(all="ignore"):
        for _ in range(n_steps):
            x = x - deltas * objective.gradient(x)
    return x


def test_a_step_size_diagram_costs_at_most_three_bare_loops():
    deltas = np.linspace(0.001, 0.65, 1000)
    bare = best_time(lambda: bare_loop(np.full(1000, 1.9), deltas, 1100))
    ours = best_time(lambda: bifurcation_diagram(TwoMinima(), 1.9, deltas, n_transient=1000, n_keep=100))
    print(f"\ndiagram, 1000 step sizes x 1100 steps: {ours / bare:.2f} x the bare loop ({bare * 1e3:.0f} ms)")
    assert ours <= LIMIT * bare


def test_a_raster_of_fates_costs_at_most_three_bare_loops():
    starts, deltas = np.linspace(0.0, 2.6, 400), np.linspace(0.001, 0.65, 300)
    grid = np.broadcast_to(starts, (300, 400)).copy()
    bare = best_time(lambda: bare_loop(grid, deltas[:, None], 500))
    ours = best_time(lambda: fate_raster(TwoMinima(), starts, deltas, n_steps=500))
    print(f"\nraster, 400 x 300 with 500 steps: {ours / bare:.2f} x the bare loop ({bare * 1e3:.0f} ms)")
    assert ours <= LIMIT * bare


def test_the_gradient_of_a_typed_function_costs_little_more_than_one_written_by_hand():
    x, typed, written = np.linspace(0.0, 2.6, 8192), UserFunction("(x^2+1)*(x-1)^2*(x-2)^2"), TwoMinima()
    ours = best_time(lambda: [typed.gradient(x) for _ in range(200)])
    bare = best_time(lambda: [written.gradient(x) for _ in range(200)])
    print(f"\ngradient of f₂ as text: {ours / bare:.2f} x that of TwoMinima ({bare / 200 * 1e6:.0f} µs)")
    assert ours <= TYPED_LIMIT * bare
