"""Equilibria and 2-cycles by bracketing, against closed forms."""

import numpy as np
import pytest

from stepsize_core import EvenPower, ThreeHalvesPower, TwoMinima, classify_limit, find_equilibria, two_cycles


def test_the_equilibria_of_example_2_are_found_and_are_the_ones_it_declares():
    found = find_equilibria(TwoMinima(), -0.5, 3.0)
    np.testing.assert_allclose(found, TwoMinima().equilibria, rtol=1e-9)
    assert found[1] == pytest.approx(1.556133882907, abs=1e-12)


def test_an_equilibrium_that_is_a_grid_point_is_found_once():
    np.testing.assert_allclose(find_equilibria(TwoMinima(), 0.0, 3.0, n_grid=301), TwoMinima().equilibria)


@pytest.mark.parametrize("step_size", [0.01, 0.5, 3.0])
def test_the_threshold_of_example_3_is_an_unstable_two_cycle(step_size):
    cycles = two_cycles(EvenPower(6), step_size, -5.0, 5.0)
    radius = (2 / (6 * step_size)) ** 0.25
    np.testing.assert_allclose(np.sort(cycles.x), [-radius, radius], rtol=1e-9)
    np.testing.assert_allclose(cycles.multipliers, 81.0)
    assert not cycles.stable.any()


def test_the_oscillation_of_example_1_is_a_stable_two_cycle():
    cycles = two_cycles(ThreeHalvesPower(), [0.5, 1.0], -1.0, 1.0)
    np.testing.assert_allclose(np.abs(cycles.x), cycles.step_sizes**2 / 4, rtol=1e-9)
    assert cycles.stable.all()


def test_stable_cycles_are_those_that_descent_finds():
    cycles = two_cycles(TwoMinima(), 0.21, -0.5, 3.0)
    stable = np.sort(cycles.x[cycles.stable])
    np.testing.assert_allclose(stable, np.sort(classify_limit(TwoMinima(), 1.9, 0.21).points), rtol=1e-9)


def test_every_cycle_found_returns_after_two_steps_and_not_after_one():
    cycles = two_cycles(TwoMinima(), np.linspace(0.05, 0.6, 23), -0.5, 3.0)
    assert len(cycles.x) > 40
    gradient, delta = TwoMinima().gradient, cycles.step_sizes
    once = cycles.x - delta * gradient(cycles.x)
    twice = once - delta * gradient(once)
    np.testing.assert_allclose(twice, cycles.x, atol=1e-7)
    assert np.all(np.abs(once - cycles.x) > 1e-6)


def test_no_cycle_is_born_before_the_threshold():
    around_two = two_cycles(TwoMinima(), [0.19, 0.1999], 1.8, 2.2)
    assert len(around_two.x) == 0


def test_an_empty_window_is_named():
    with pytest.raises(ValueError, match="low must be below high"):
        find_equilibria(TwoMinima(), 1.0, 1.0)


def test_points_of_a_branch_continue_each_other():
    deltas = np.linspace(0.001, 0.65, 300)
    cycles = two_cycles(TwoMinima(), deltas, -0.5, 3.0)
    for number in np.unique(cycles.branch):
        on = cycles.branch == number
        assert np.all(np.diff(cycles.step_sizes[on]) == pytest.approx(deltas[1] - deltas[0]))
        assert np.all(np.abs(np.diff(cycles.x[on])) < 0.05)


def test_the_two_cycles_born_at_the_thresholds_begin_there():
    cycles = two_cycles(TwoMinima(), np.linspace(0.001, 0.65, 300), -0.5, 3.0)
    begins = [(cycles.step_sizes[cycles.branch == b][0], cycles.x[cycles.branch == b][0]) for b in range(6)]
    near = sorted(round(delta, 1) for delta, x in begins if 0.9 < x < 2.1)
    assert near == [0.2, 0.2, 0.5, 0.5]
