"""Cobwebs inside a window."""

import numpy as np
import pytest

from pages.charts.scalar.cobweb import cobweb_tables, until_edge, window
from stepsize_core import EvenPower, TwoMinima, UserFunction, gradient_descent


def test_the_staircase_meets_the_identity_at_every_state_and_the_map_between_two():
    objective, states = TwoMinima(), gradient_descent(TwoMinima(), 1.9, 0.3, 40).states
    stairs = cobweb_tables(objective, 0.3, states, 1.0, 2.5)["staircase"]
    x, y = stairs["x"], stairs["y"]
    np.testing.assert_array_equal(stairs["k"], np.arange(41))
    np.testing.assert_array_equal(x, states)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_allclose(y[1:], x[:-1] - 0.3 * objective.gradient(x[:-1]))


def test_the_staircase_of_an_escaping_run_ends_at_the_edge_of_the_window():
    states = gradient_descent(EvenPower(4), 2.26, 0.1, 20).states
    stairs = cobweb_tables(EvenPower(4), 0.1, states, -3.0, 3.0)["staircase"]
    assert np.abs(np.concatenate([stairs["x"], stairs["y"]])).max() == 3.0
    assert abs(stairs["y"][-1]) == 3.0
    assert len(stairs["x"]) < np.isfinite(states).sum()
    assert stairs["x"][-1] == stairs["x"][-2]  # straight up or down to the edge


def test_the_map_is_drawn_inside_the_window_only():
    table = cobweb_tables(EvenPower(4), 0.1, np.array([0.5, 0.4]), -3.0, 3.0)["map"]
    assert np.nanmax(np.abs(table["y"])) <= 3.0
    assert np.isnan(table["y"][[0, -1]]).all()


def test_the_window_holds_the_run_and_the_nearest_equilibrium():
    low, high = window(np.array([1.7, 1.8, np.nan]), -1.0, 3.0, landmarks=[1.0, 1.556, 2.0])
    assert low < 1.556 < 1.8 < high < 2.0
    low, high = window(np.array([2.0, 2.0]), -1.0, 3.0, landmarks=[1.0, 2.0])
    assert low < 2.0 < high


def test_a_run_that_leaves_at_once_is_shown_in_the_whole_window():
    assert window(np.array([0.3, 9.2]), -2.0, 2.0, landmarks=[]) == pytest.approx((-2.32, 2.32))


def test_a_map_that_is_nowhere_inside_the_window_still_has_a_height_for_the_axes():
    tables = cobweb_tables(UserFunction("1000x"), 1.0, np.array([0.0, -1000.0]), -1.0, 1.0)
    assert np.isfinite(tables["map"]["y"]).sum() == 1


def test_a_step_out_of_the_domain_is_not_drawn_as_a_step_to_the_edge():
    states = np.array([0.5, 0.1, np.nan])
    tables = cobweb_tables(UserFunction("log(x)"), 1.0, states, -1.0, 1.0)
    np.testing.assert_array_equal(tables["staircase"]["y"], [0.5, 0.1])


def test_a_path_in_the_plane_ends_where_its_step_meets_the_edge():
    low, high = np.array([-1.0, -1.0]), np.array([1.0, 2.0])
    inside = np.array([[0.0, 0.0], [0.5, 1.0]])
    np.testing.assert_array_equal(until_edge(inside, low, high), inside)
    leaves = np.vstack([inside, [[1.5, 2.0], [9.0, 9.0]]])
    np.testing.assert_allclose(until_edge(leaves, low, high)[-1], [1.0, 1.5])
    assert len(until_edge(leaves, low, high)) == 3
    np.testing.assert_array_equal(until_edge(np.vstack([inside, [[np.nan, 0.0]]]), low, high), inside)
    assert until_edge(leaves + 5.0, low, high).shape == (0, 2)
