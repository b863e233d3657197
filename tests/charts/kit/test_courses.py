"""Quantities along a run: what stands for a long one, and a cycle that is seen as one."""

import altair as alt
import numpy as np
import pytest

from pages.charts.kit.courses import draw_courses, shown_until, spread_apart, stacked
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.style import LIGHT
from stepsize_core.descent import ONE_BY_ONE, sampled_steps

STEPS = 400


def drawn(*curves: np.ndarray) -> dict:
    """The tables of curves drawn on an axis from 0 to 4."""
    draw = Drawing()
    draw.axes("step k", "value", frame={"k": [0, STEPS], "y": [0.0, 4.0]}, whole=True)
    texts, kinds = [f"curve {i}" for i in range(len(curves))], ["measured"] * len(curves)
    draw_courses(
        draw, "values", np.stack(curves), texts, kinds, lambda s: {"measured": s.measured}, (0.0, 4.0)
    )
    assert isinstance(draw.chart(LIGHT), alt.LayerChart)
    return draw.tables


@pytest.mark.parametrize("n_steps", [2, 39, 40, 41, 45, 46, 47, 400, 9999, 10_000])
def test_at_every_step_one_row_is_shown_that_is_even_or_odd_like_it(n_steps):
    k = sampled_steps(n_steps)
    until = shown_until(k)
    step = np.arange(n_steps + 1)[:, None]
    shown = (k <= step) & (step < until) & ((k - step) % 2 == 0)
    np.testing.assert_array_equal(shown.sum(axis=1), 1)


def test_a_2_cycle_is_drawn_as_two_lines_and_what_settles_as_one():
    k = np.arange(STEPS + 1)
    tables = drawn(np.where(k % 2, 1.0, 3.0), 2.0 + 0.5**k)
    values, series = tables["values"], tables["values"]["series"]
    assert sorted(set(series)) == [0, 1, 2]
    for line in (0, 1):
        assert len(set(values["y"][series == line])) == 1
        assert set(values["k"][series == line] % 2) == {line}
    names = dict(zip(tables["_values_names"]["text"], tables["_values_names"]["look"]))
    assert names == {"curve 0, even steps": "even", "odd steps": "odd", "curve 1": "measured"}


def test_what_moves_without_a_rhythm_is_a_band_that_holds_all_its_values():
    values = 4.0 * np.random.default_rng(0).random(STEPS + 1)
    tables = drawn(values)
    band, sampled = tables["values_between"], tables["values"]
    for begin, low, end, high in zip(*(band[name] for name in ("k", "y", "k_end", "y_end"))):
        part = values[int(begin) : int(end) + 1]
        assert (low, high) == (part.min(), part.max())
    assert (band["k"].min(), band["k_end"].max()) == (ONE_BY_ONE, STEPS)
    late = np.asarray(sampled["k"]) > ONE_BY_ONE
    assert set(np.asarray(sampled["series"])[late]) == {-1}


def test_a_curve_that_ends_has_its_name_where_it_ends_and_one_of_nothing_has_none():
    escaping = np.where(np.arange(STEPS + 1) < 7, 1.0, np.nan)
    names = drawn(escaping, np.full(STEPS + 1, np.nan))["_values_names"]
    assert (list(names["k"]), list(names["text"])) == ([6], ["curve 0"])


def test_names_are_moved_apart_in_order_and_stay_where_there_is_room():
    values = np.array([0.0, 5.0, 0.02, -0.01, 9.0])
    places = spread_apart(values, 1.0)
    order = np.argsort(values)
    assert np.all(np.diff(places[order]) >= 1.0 - 1e-12)
    np.testing.assert_allclose(places[[1, 4]], values[[1, 4]])
    np.testing.assert_allclose(places[[0, 2, 3]].mean(), values[[0, 2, 3]].mean())


def test_names_are_moved_inside_the_ends_and_the_others_stay():
    places = spread_apart(np.array([-2.0, 5.0, -1.9, 11.0]), 1.0, (0.0, 10.0))
    np.testing.assert_allclose(places, [0.0, 5.0, 1.0, 10.0])


def test_names_are_stacked_above_their_ends_and_over_a_neighbour_they_would_stand_on():
    places = stacked(np.array([0.3, 0.0, 5.0, 0.0, 2.0]), 1.0)
    np.testing.assert_allclose(places, [2.3, 0.3, 5.0, 1.3, 3.3])
