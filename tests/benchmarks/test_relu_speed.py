"""Speed of ReLU networks with one-dimensional inputs against the plain step, as ratios within one run.

By path: pytest -s tests/benchmarks/test_relu_speed.py. Times are CPU seconds of this thread, in turns, so
that other work on the machine counts on neither side. The prefix sums, made once per data set, do not count.
"""

import time
import tracemalloc
from statistics import median

import numpy as np
import pytest

from stepsize_core import gaussian_experiment

pytestmark = pytest.mark.benchmark

STEPS = 20_001  # steps of the published experiment
TURNS = 9  # stretches of fast steps, each followed by a stretch of plain ones
MEDIAN_RATIO, SMALLEST_RATIO = 15.0, 8.0  # plain step over fast step in the setting of Figure 2
LARGE_DATA_RATIO = 500.0  # the same with N = 100,000
FLATNESS = 1.5  # time per step at N = 1,000,000 over N = 1,000
SWEEP_RATIO = 60.0  # 120 plain runs over one sweep
SWEEP_MEMORY = 2e6  # bytes that a sweep under way needs at its peak; measured near 0.3e6


def seconds(run):
    start = time.thread_time()
    run()
    return time.thread_time() - start


def plain_steps(network, start, step_size, n_steps):
    """W g(Vx − b) forward and backward by matrix products: what one writes without thinking of speed."""
    w, v = (weights.copy() for weights in network.unpack(start))
    x, y, factor = network.inputs, network.targets, 2.0 * network.loss_scale * step_size
    for _ in range(n_steps):
        drive = x @ v.T - network.bias
        hidden = np.maximum(drive, 0.0)
        error = hidden @ w.T - y
        dw = error.T @ hidden
        dv = ((error @ w) * (drive > 0)).T @ x
        w -= factor * dw
        v -= factor * dv


def single_run(seed, step_size, n_points=1000):
    """The experiment, and its run under way; the step size is that of 1000 points."""
    network, start = gaussian_experiment(seed, n_points=n_points)
    delta = step_size * 1000 / n_points
    return network, start, delta, network.stepper(start[None].copy(), np.array([delta]))


def ratio_to_plain(network, start, delta, stepper, n_steps, plain_n_steps):
    """Plain over fast time per step, over the whole run of the fast stepper."""
    fast = plain = 0.0
    for _ in range(TURNS):
        fast += seconds(lambda: stepper.advance(n_steps // TURNS)) / (n_steps // TURNS)
        plain += seconds(lambda: plain_steps(network, start, delta, plain_n_steps)) / plain_n_steps
    return plain / fast, fast / TURNS


def test_a_run_of_figure_2_is_15_times_faster_than_plain_steps():
    ratios = []
    for seed in (6, 9, 23):
        for step_size in (2e-4, 3e-4):
            ratio, step = ratio_to_plain(*single_run(seed, step_size), STEPS, 60)
            print(
                f"\nseed {seed}, step size {step_size}: {ratio:.1f} x plain, {step * 1e6:.1f} µs a step",
                end="",
            )
            ratios.append(ratio)
    print(f"\nmedian {median(ratios):.1f}, smallest {min(ratios):.1f}")
    assert median(ratios) >= MEDIAN_RATIO
    assert min(ratios) >= SMALLEST_RATIO


def test_with_100_000_data_a_run_is_500_times_faster_than_plain_steps():
    ratios = [ratio_to_plain(*single_run(23, d, 100_000), 4500, 2)[0] for d in (2e-4, 3e-4)]
    print(f"\nN = 100,000: {ratios[0]:.0f} x and {ratios[1]:.0f} x plain")
    assert min(ratios) >= LARGE_DATA_RATIO


@pytest.mark.parametrize(
    ("regime", "step_size", "first"),
    [("every breakpoint rests", 1e-12, 0), ("a chaotic transient, most patterns new", 3e-4, 2000)],
)
def test_a_step_costs_the_same_for_a_thousand_and_for_a_million_data(regime, step_size, first):
    """Like for like: with more data a step is not dearer, but more of the steps cross a sample."""
    steppers = [single_run(6, step_size, n)[-1] for n in (1_000, 1_000_000)]
    times = [[], []]
    for stepper in steppers:
        stepper.advance(first)
    for _ in range(TURNS):
        for stepper, turns in zip(steppers, times):
            turns.append(seconds(lambda stepper=stepper: stepper.advance(300)))
    few, many = (median(turns) / 300 for turns in times)
    print(f"\n{regime}: {few * 1e6:.1f} µs at N = 1,000, {many * 1e6:.1f} µs at N = 1,000,000")
    assert many <= FLATNESS * few


def test_a_sweep_of_120_step_sizes_is_60_times_faster_than_120_plain_runs():
    network, start = gaussian_experiment(23)
    deltas = np.linspace(1e-5, 4e-4, 120)
    stepper = network.stepper(np.repeat(start[None], 120, axis=0), deltas)
    ratio, step = ratio_to_plain(network, start, 3e-4, stepper, STEPS, 60)
    print(f"\nsweep: {120 * ratio:.0f} x plain, {step / 120 * 1e6:.2f} µs a run and step")
    assert 120 * ratio >= SWEEP_RATIO


def test_the_memory_of_a_sweep_does_not_grow_with_its_steps():
    network, start = gaussian_experiment(23)
    stepper = network.stepper(np.repeat(start[None], 120, axis=0), np.linspace(1e-5, 4e-4, 120))
    tracemalloc.start()
    stepper.advance(500)
    tracemalloc.reset_peak()
    stepper.advance(2000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"\nsweep: {peak / 1e6:.1f} MB at the peak")
    assert peak < SWEEP_MEMORY
