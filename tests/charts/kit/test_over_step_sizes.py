"""Pictures over the step size: what is chosen, named and clicked stands where it belongs."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.over_step_sizes import (
    LAST_NAME,
    LETTER,
    LOWEST_EXPONENT,
    OUT_OF_SIGHT,
    WIDTH,
    attractor_picture,
    draw_chosen,
    draw_chosen_below,
    draw_exponents,
    draw_thresholds,
    threshold_names,
)
from pages.charts.kit.raster import density_image
from pages.charts.kit.style import LIGHT

DELTAS = np.geomspace(1e-3, 1.0, 40)


def tables(make, *arguments, **options) -> dict:
    """The tables of what a function draws on axes of its own."""
    draw = Drawing()
    draw.axes("step size δ", "x")
    make(draw, *arguments, **options)
    return draw.tables


@pytest.mark.parametrize(("delta", "place", "text"), [
    (0.3, 0.3, "δ = 0.3"), (2.0, 1.0, "δ = 2 →"), (0.01, 0.1, "δ = 0.01 ←"),
])  # fmt: skip
@pytest.mark.parametrize("log", [False, True])
def test_a_step_size_beyond_the_axis_is_marked_at_its_end_with_an_arrow(delta, place, text, log):
    drawn = tables(draw_chosen, delta, (0.1, 1.0), 5.0, log=log)
    assert drawn["_chosen"]["step_size"] == [place]
    assert drawn["_chosen_name"]["text"] == [text]
    named = drawn["_chosen_name"]["step_size"][0]
    assert (1.0 + np.log10(named) if log else (named - 0.1) / 0.9) <= LAST_NAME + 1e-12


def test_without_a_height_the_chosen_step_size_has_no_name():
    assert tables(draw_chosen, 0.3, (0.0, 1.0)).keys() == {"_chosen"}


def test_names_of_thresholds_stand_at_the_top_edge_inside_the_picture_and_over_no_other():
    known = [(0.02, "the first"), (0.3, "a name"), (0.31, "another"), (0.6, "c"), (0.99, "-the last")]
    names, top = threshold_names([*known, (3.0, "beyond")], 1.0, (0.0, 10.0))
    assert names["text"] == ["the first", "a name", "another", "c", "−the last"]
    heights = dict(zip(names["text"], names["x"]))
    assert heights["another"] < heights["a name"] == heights["c"]
    assert 10.0 < min(names["x"]) <= max(names["x"]) < top
    half = np.array([len(text) for text in names["text"]]) * LETTER / 2.0
    middle = np.clip(np.array(names["step_size"]) * WIDTH, half, WIDTH - half)  # as the browser draws them
    for height in set(names["x"]):
        row = np.flatnonzero(np.array(names["x"]) == height)
        assert (middle[row][:-1] + half[row][:-1] < middle[row][1:] - half[row][1:]).all()
    assert tables(draw_thresholds, known, 0.5)["thresholds"]["step_size"] == [0.02, 0.3, 0.31]


def test_without_thresholds_the_picture_ends_at_the_window():
    assert threshold_names([(3.0, "beyond")], 1.0, (0.0, 10.0))[1] == 10.0


def test_the_chosen_step_size_is_named_below_the_axis_with_an_arrow_beyond_its_end():
    drawn = tables(draw_chosen_below, 2.9, (0.0, 2.6))["_chosen_name"]
    assert (drawn["step_size"], drawn["text"]) == ([2.6], ["δ = 2.9 →"])


def test_step_sizes_at_which_a_run_is_lost_are_hatched_and_its_states_cover_that():
    deltas, own = np.linspace(0.1, 1.0, 10), np.full((3, 10), 0.5)
    lost = deltas > 0.7
    pictures = [
        attractor_picture(deltas, (0.0, 1.0), own, escaped=flags)["url_light"][0]
        for flags in (None, lost, ~lost)
    ]
    assert len(set(pictures)) == 3
    assert attractor_picture(deltas, (0.0, 1.0), own, escaped=lost & ~lost)["url_light"][0] == pictures[0]


def test_exponents_leave_the_strip_below_and_leave_out_runs_that_escaped():
    exponents = np.array([-np.inf, -9.0, 0.5, np.nan])
    drawn = tables(draw_exponents, np.arange(4.0), exponents, 3.0, 1.0, "exponent")["exponents"]
    np.testing.assert_array_equal(drawn["step_size"], [0.0, 1.0, 2.0])
    np.testing.assert_array_equal(drawn["exponent"], [OUT_OF_SIGHT, OUT_OF_SIGHT, 0.5])
    assert OUT_OF_SIGHT < LOWEST_EXPONENT


def test_states_of_the_run_cover_those_of_the_branches():
    deltas, own = np.linspace(0.1, 1.0, 10), np.full((3, 10), 0.5)
    alone = attractor_picture(deltas, (0.0, 1.0), own)
    hidden = attractor_picture(deltas, (0.0, 1.0), own, own)
    beside = attractor_picture(deltas, (0.0, 1.0), own, np.full((3, 10, 2), 0.2))
    assert alone["url_light"] == hidden["url_light"] != beside["url_light"]
    assert (alone["x"][0], alone["x2"][0]) == pytest.approx((0.05, 1.05))


@pytest.mark.parametrize("count", [1, 9, 13, 300])
def test_the_fullest_cell_of_a_column_has_the_last_shade(count):
    x, y = np.zeros(count), np.full(count, 0.5)
    assert density_image(x, y, np.array([-1.0, 1.0]), np.array([0.0, 1.0]), 16) == [[15]]


@pytest.mark.parametrize("make", [draw_chosen, draw_chosen_below])
def test_a_step_size_held_beyond_the_axis_stands_at_its_end(make):
    """A mark out there would press the picture together, which then stays so."""
    draw = Drawing()
    draw.axes("step size δ", "x", frame={"step_size": [0.1, 1.0], "x": [0.0, 1.0]})
    make(draw, 0.3, (0.1, 1.0))
    moves = re.findall(r"held \? [^\"]*: datum.was.step_size", json.dumps(draw.chart(LIGHT).to_dict()))
    assert moves
    assert all("extent(pluck(data('_frame'), 'step_size'))[1])" in move for move in moves)
