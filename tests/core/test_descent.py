"""The gradient-descent map and what is kept of a run."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepsize_core import EvenPower, ThreeHalvesPower, TwoMinima, gradient_descent
from stepsize_core.objectives import Objective

ROUNDING = 1e-12  # relative: the same few operations in another order


def brute_force(objective, x, step_size, n_steps):
    """The map, written as plainly as possible, one run in Python floats."""
    states = [float(x)]
    for _ in range(n_steps):
        states.append(states[-1] - step_size * float(objective.gradient(np.float64(states[-1]))))
    return np.array(states)


@pytest.mark.parametrize("objective", [ThreeHalvesPower(), TwoMinima(), EvenPower(6)], ids=repr)
@settings(deadline=None)  # a busy machine takes its time
@given(start=st.floats(-1.2, 2.2), step_size=st.floats(1e-3, 0.19))
def test_states_follow_the_map(objective, start, step_size):
    states = gradient_descent(objective, start, step_size, 30).states
    with np.errstate(all="ignore"):
        expected = brute_force(objective, start, step_size, 30)
    lost = ~np.isfinite(expected)
    assert np.array_equal(np.isnan(states), lost)
    np.testing.assert_allclose(states[~lost], expected[~lost], rtol=1e-9, atol=1e-12)


def test_a_batch_is_every_start_with_every_step_size():
    starts, deltas = np.array([0.4, 1.2, 1.7]), np.array([0.05, 0.1, 0.15, 0.19])
    batch = gradient_descent(TwoMinima(), starts, deltas[:, None], 50).states
    assert batch.shape == (51, 4, 3)
    for i, delta in enumerate(deltas):
        for j, start in enumerate(starts):
            single = gradient_descent(TwoMinima(), start, delta, 50).states
            np.testing.assert_allclose(batch[:, i, j], single, rtol=ROUNDING)


def test_one_start_against_an_array_of_step_sizes():
    states = gradient_descent(ThreeHalvesPower(), 0.3, np.array([0.1, 0.2]), 5).states
    assert states.shape == (6, 2)
    np.testing.assert_array_equal(states[0], [0.3, 0.3])


def test_a_run_is_nan_from_the_step_at_which_it_escapes():
    run = gradient_descent(TwoMinima(), np.array([5.0, 0.6]), 0.3, 20)
    finite = np.isfinite(run.states)
    assert finite[:, 1].all()
    assert run.escape_step[1] == np.inf
    first = int(run.escape_step[0])
    assert finite[:first, 0].all()
    assert np.isnan(run.states[first:, 0]).all()
    assert not np.isinf(run.states).any()


def test_an_escaped_vector_state_is_nan_in_every_component():
    class Saddle(Objective):
        state_shape = (2,)

        def value(self, x):
            return x[..., 0] ** 4 - 0 * x[..., 1]

        def gradient(self, x):
            return np.stack([4 * x[..., 0] ** 3, 0 * x[..., 1]], axis=-1)

        def hessian(self, x):
            return np.zeros((*x.shape, 2))

    assert isinstance(Saddle(), Objective)
    states = gradient_descent(Saddle(), [10.0, 1.0], 1.0, 12).states
    assert np.isnan(states[-1]).all()
    assert np.all(np.isnan(states).any(axis=1) == np.isnan(states).all(axis=1))


def test_every_kth_and_last_states_are_rows_of_the_whole_run():
    whole = gradient_descent(TwoMinima(), 1.9, 0.25, 1000)
    every = gradient_descent(TwoMinima(), 1.9, 0.25, 1000, keep_every=7)
    last = gradient_descent(TwoMinima(), 1.9, 0.25, 1000, keep_last=130)
    np.testing.assert_array_equal(every.steps, np.arange(0, 1001, 7))
    np.testing.assert_allclose(every.states, whole.states[::7], rtol=ROUNDING)
    np.testing.assert_array_equal(last.steps, np.arange(871, 1001))
    np.testing.assert_allclose(last.states, whole.states[-130:], rtol=ROUNDING)
    np.testing.assert_allclose(every.final, whole.states[-1], rtol=ROUNDING)


def test_keep_last_may_reach_back_to_the_start():
    run = gradient_descent(TwoMinima(), 1.9, 0.1, 5, keep_last=50)
    np.testing.assert_array_equal(run.steps, np.arange(6))
    assert run.states[0] == 1.9


def test_a_functional_is_observed_in_place_of_the_states():
    objective = TwoMinima()
    starts = np.array([0.7, 1.8])
    run = gradient_descent(objective, starts, 0.1, 200, keep_every=10, observe=objective.value)
    whole = gradient_descent(objective, starts, 0.1, 200)
    np.testing.assert_allclose(run.observed, objective.value(whole.states[::10]), rtol=ROUNDING)
    assert len(run.states) == 0
    with pytest.raises(ValueError, match="kept an observed functional"):
        _ = run.escape_step


def test_memory_stays_flat_in_a_run_of_a_million_steps():
    def peak(n_steps):
        tracemalloc.start()
        gradient_descent(TwoMinima(), 1.9, 0.3, n_steps, keep_last=100)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(1_000)
    assert peak(1_000_000) <= peak(10_000) + 50_000  # bytes; all states would be eight million


@pytest.mark.parametrize("bad", [0.0, -0.1, np.nan, np.inf, [0.1, 0.0], "fast", 1j, None])
def test_a_bad_step_size_is_named(bad):
    with pytest.raises(ValueError, match="step_size must be"):
        gradient_descent(TwoMinima(), 1.0, bad, 5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, [0.1, -np.inf], "left", 10**400])
def test_a_bad_start_is_named(bad):
    with pytest.raises(ValueError, match="x0 must be"):
        gradient_descent(TwoMinima(), bad, 0.1, 5)


@pytest.mark.parametrize(("bad", "said"), [(None, "None"), ([], "no number")])
def test_what_is_no_number_is_not_called_nan(bad, said):
    with pytest.raises(ValueError, match=f"step_size must be .* got {said}"):
        gradient_descent(TwoMinima(), 1.0, bad, 5)


@pytest.mark.parametrize("bad", [0, -3, 2.5, True, "many"])
def test_a_bad_number_of_steps_is_named(bad):
    with pytest.raises(ValueError, match="n_steps must be an integer"):
        gradient_descent(TwoMinima(), 1.0, 0.1, bad)


def test_shapes_that_do_not_broadcast_are_named():
    with pytest.raises(ValueError, match=r"step_size of shape \(3,\) must broadcast against the batch"):
        gradient_descent(TwoMinima(), [0.1, 0.2], [0.1, 0.2, 0.3], 5)


def test_keep_every_and_keep_last_exclude_each_other():
    with pytest.raises(ValueError, match="keep_every must be 1 when keep_last is given"):
        gradient_descent(TwoMinima(), 1.0, 0.1, 5, keep_every=2, keep_last=2)


@pytest.mark.parametrize("bad", [3, 2, 0, -4, 4.0, "4", True])
def test_the_power_must_be_even_and_larger_than_two(bad):
    with pytest.raises(ValueError, match="power must be an"):
        EvenPower(bad)
