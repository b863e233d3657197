"""The fast steps of ReLU networks with one-dimensional inputs against the plain gradient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepsize_core import HeavyBall, Nesterov, TwoLayerReLU, gaussian_experiment, gradient_descent
from stepsize_core.networks.relu_many_runs import ManyRunsStepper
from stepsize_core.networks.relu_one_run import MAX_PATTERNS, SingleRunStepper
from stepsize_core.steppers import MomentumStepper, PathStepper, PlainStepper

ONE_STEP = 1e-12  # a step from the same state: sums of the data in another order
TRAJECTORY = 1e-8  # 500 steps where small differences are not amplified
CHUNK = 50  # steps taken between two comparisons with the plain step


def plain_states(network, x, step_size, n_steps):
    """The states after 1, …, n_steps plain steps of runs x (lanes, n_params)."""
    out = np.empty((n_steps, *x.shape))
    with np.errstate(all="ignore"):
        PlainStepper(network.gradient, x.copy(), np.broadcast_to(step_size, len(x)).copy()).record(out)
    return out


def fast_steppers(network, x, step_size, momentum=None):
    """The runs together, and, where there is one output, the same runs one by one; from rest."""
    deltas = np.broadcast_to(step_size, len(x)).astype(float)
    ways = [(slice(None), ManyRunsStepper)]
    if network.n_outputs == 1:
        ways += [(slice(i, i + 1), SingleRunStepper) for i in range(len(x))]
    for lanes, way in ways:
        stepper = way(network._sums, x[lanes].copy(), deltas[lanes])
        if momentum is not None:
            state = np.stack([x[lanes]] * 2)
            stepper = MomentumStepper(stepper, state, momentum.beta, ahead=momentum.ahead)
        yield lanes, stepper


def assert_steps_are_plain_steps(network, x, step_size, n_steps=12):
    """Every fast step leads where the plain step from the same state leads, with momentum and without.

    With momentum 0.7 the steps are 0.3 times as long: then runs that stay finite without do so with it.
    """
    for momentum in (None, HeavyBall(network, 0.7), Nesterov(network, 0.7)):
        deltas = np.broadcast_to(step_size, len(x)) * (0.3 if momentum else 1.0)
        for lanes, stepper in fast_steppers(network, x, deltas, momentum):
            for _ in range(n_steps):
                if momentum is None:
                    plain = PlainStepper(network.gradient, stepper.x.copy(), deltas[lanes])
                else:
                    plain = PathStepper(momentum.step, network.gradient, stepper.state, deltas[lanes])
                stepper.advance(1)
                with np.errstate(all="ignore"):
                    plain.advance(1)
                assert_close(stepper.x, plain.x, ONE_STEP)


def assert_close(actual, expected, tolerance):
    """Equal relative to the largest entry of each run, and lost in the same runs."""
    lost = ~np.isfinite(expected).all(axis=-1)
    np.testing.assert_array_equal(~np.isfinite(actual).all(axis=-1), lost)
    scale = np.maximum(1.0, np.abs(expected[~lost]).max(axis=-1, initial=0.0, keepdims=True))
    np.testing.assert_allclose(actual[~lost] / scale, expected[~lost] / scale, rtol=0, atol=tolerance)


def random_runs(rng, n_outputs=1, lanes=5):
    """A network with unsorted, repeated and negative inputs, and starts for it."""
    inputs = np.round(2.0 * rng.standard_normal(40), 1)
    network = TwoLayerReLU(inputs, rng.standard_normal((40, n_outputs)), rng.standard_normal(6), 0.5)
    return network, rng.standard_normal((lanes, *network.state_shape))


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_unsorted_repeated_and_negative_inputs(rng, n_outputs):
    assert_steps_are_plain_steps(*random_runs(rng, n_outputs), 0.003, n_steps=60)


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_500_steps_of_a_run_that_settles(rng, n_outputs):
    network, x = random_runs(rng, n_outputs)
    expected = plain_states(network, x, 0.002, 500)
    for lanes, stepper in fast_steppers(network, x, 0.002):
        out = np.empty((500, *stepper.x.shape))
        stepper.record(out)
        assert_close(out, expected[:, lanes], TRAJECTORY)


@pytest.mark.parametrize("step_size", [1e-4, 2e-4])
def test_500_steps_of_the_experiment_that_settles(step_size):
    network, start = gaussian_experiment(6)
    expected = plain_states(network, start[None], step_size, 500)[:, 0]
    assert_close(gradient_descent(network, start, step_size, 500).states[1:], expected, TRAJECTORY)


@pytest.mark.parametrize("seed", [6, 9, 23])
def test_steps_of_the_oscillating_experiment_one_at_a_time(seed):
    network, start = gaussian_experiment(seed)
    for lanes, stepper in fast_steppers(network, np.stack([start, start * 0.9]), [3e-4, 2.5e-4]):
        for _ in range(10):
            stepper.advance(CHUNK)
            before = stepper.x.copy()
            stepper.advance(1)
            expected = plain_states(network, before, np.array([3e-4, 2.5e-4])[lanes], 1)[0]
            assert_close(stepper.x, expected, ONE_STEP)


def test_a_breakpoint_exactly_on_a_sample_leaves_the_sample_inactive():
    network = TwoLayerReLU([0.0, 0.5, 1.0, 2.0], [1.0, -1.0, 2.0, 0.5], [0.5, -0.5, 1.0, 0.0], 1.0)
    starts = network.pack(
        [[[1.0, -1.0, 0.5, 2.0]], [[1.0, 1.0, 1.0, 1.0]]],
        [[[1.0], [-1.0], [1.0], [1.0]], [[0.5], [-0.5], [0.25], [-1.0]]],
    )
    assert_steps_are_plain_steps(network, starts, 0.01)


def test_zero_hidden_weights_switch_a_unit_on_or_off_as_a_whole():
    network = TwoLayerReLU([-1.0, 0.0, 2.0], [1.0, 2.0, 3.0], [-1.0, 1.0, 0.0, -2.0], 0.5)
    start = network.pack([1.0, 1.0, 1.0, -0.5], [0.0, 0.0, 0.0, -0.0])
    assert_steps_are_plain_steps(network, start[None], 0.01)


def test_a_hidden_weight_that_changes_sign():
    network = TwoLayerReLU([-1.0, -0.5, 0.5, 1.0], [-3.0, -1.0, 1.0, 3.0], [-0.6, -0.1, 0.2], 0.5)
    start = network.pack([-1.0, 1.0, -0.4], [0.8, -0.5, 0.7])
    states = gradient_descent(network, start, 0.05, 60).states
    assert np.any(np.sign(states[:, 3:]) != np.sign(states[0, 3:]))
    assert_steps_are_plain_steps(network, start[None], 0.05, n_steps=60)


def test_a_single_sample_and_a_single_distinct_input():
    for inputs in ([0.7], [0.7, 0.7, 0.7]):
        network = TwoLayerReLU(inputs, np.arange(1.0, 1.0 + len(inputs)), [-0.1, 0.2], 0.5)
        assert_steps_are_plain_steps(network, network.pack([1.0, -1.0], [0.5, 0.4])[None], 0.1)


def test_a_unit_that_no_sample_activates_never_moves(rng):
    network, x = random_runs(rng)
    hidden = np.array([1e-3, *network.unpack(x)[1][0, 1:, 0]])
    dead = TwoLayerReLU(network.inputs, network.targets, np.array([5.0, *network.bias[1:]]), 0.5)
    start = dead.pack(network.unpack(x)[0][0], hidden[:, None])[None]
    for _, stepper in fast_steppers(dead, start, 0.003):
        stepper.advance(200)
        np.testing.assert_array_equal(stepper.x[0, [0, 6]], start[0, [0, 6]])


@pytest.mark.parametrize("step_size", [1.0, 1e3, 1e150])
def test_an_escape_is_nan_in_the_same_runs_and_never_an_error(rng, step_size):
    network, x = random_runs(rng)
    deltas = np.array([step_size, 1e-3, step_size, 1e-3, 1e-3])
    together = gradient_descent(network, x, deltas, 200).states
    assert np.isnan(together[-1, [0, 2]]).all()
    assert np.isfinite(together[:, [1, 3, 4]]).all()
    alone = gradient_descent(network, x[0], step_size, 200).states
    assert np.isnan(alone[-1]).all()
    assert np.isfinite(alone[0]).all()


def test_memory_of_one_run_is_bounded_where_patterns_do_not_recur(rng):
    network = TwoLayerReLU(np.linspace(0, 1, 5000), np.sin(np.linspace(0, 9, 5000)), rng.normal(size=12), 1.0)
    stepper = SingleRunStepper(network._sums, rng.normal(size=(1, 24)), np.array([2e-5]))
    stepper.advance(4 * MAX_PATTERNS)
    assert len(stepper.blocks[0].patterns.kept) <= MAX_PATTERNS


numbers = st.floats(-3.0, 3.0) | st.sampled_from([0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1e-300, 5e-324])


@given(
    data=st.data(), n_points=st.integers(1, 6), hidden_units=st.integers(1, 4), n_outputs=st.integers(1, 2)
)
@settings(max_examples=150, deadline=None)
def test_every_step_equals_the_plain_step(data, n_points, hidden_units, n_outputs):
    def draw(size):
        return np.array(data.draw(st.lists(numbers, min_size=size, max_size=size)))

    targets = draw(n_points * n_outputs).reshape(n_points, n_outputs)
    network = TwoLayerReLU(draw(n_points), targets, draw(hidden_units), 0.5)
    starts = draw(2 * network.state_shape[0]).reshape(2, -1)
    assert_steps_are_plain_steps(network, starts, np.array([0.01, 0.2]), n_steps=4)
