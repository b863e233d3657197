"""Names in a picture stand inside it, over no other name, and over as little ink as they can."""

import numpy as np
import pytest

from pages.charts import your_function
from pages.charts.scalar.names import AWAY, GRAIN, LETTER, LINE, SQUARE, dense, placed
from pages.charts.scalar.run import SIDES
from stepsize_core.paper.your_function import PHENOMENON

FRAME = ((0.0, 2.0), (-1.0, 1.0))
LOW, SPAN = np.array([0.0, -1.0]), np.array([2.0, 2.0])
DIAGONAL = dense(*FRAME)


def boxes(table) -> list[tuple[np.ndarray, np.ndarray]]:
    """The middle and half the size of every name, in pixels from the lower left corner."""
    at = (np.column_stack([table["x"], table["y"]]) - LOW) / SPAN * SQUARE
    offsets = np.column_stack([table["dx"], -np.array(table["dy"])])
    return [
        (a + o, np.array([LETTER * len(text), LINE]) / 2) for a, o, text in zip(at, offsets, table["text"])
    ]


def test_a_name_stands_beside_its_point_and_not_on_the_line():
    table = placed([("a name", [(1.0, 0.0)])], FRAME, DIAGONAL)
    [(middle, half)] = boxes(table)
    inked = (DIAGONAL - LOW) / SPAN * SQUARE
    assert not (np.abs(inked - middle) < half - GRAIN).all(axis=1).any()
    assert (np.abs(middle - np.array(SQUARE) / 2.0) <= half + 2 * AWAY).all()


@pytest.mark.parametrize("corner", [(0.0, -1.0), (2.0, 1.0), (0.0, 1.0), (2.0, -1.0)])
def test_a_name_stays_inside_the_picture(corner):
    [(middle, half)] = boxes(placed([("a long name", [corner])], FRAME, DIAGONAL))
    assert (middle - half >= 0.0).all()
    assert (middle + half <= SQUARE).all()


def test_names_of_one_point_stand_apart_and_those_without_room_are_left_out():
    table = placed([("a long name", [(1.0, 0.0)])] * 60, FRAME, DIAGONAL)
    found = boxes(table)
    assert 4 <= len(found) < 60
    for i, (middle, half) in enumerate(found):
        for other, size in found[:i]:
            assert (np.abs(middle - other) >= half + size - 1e-9).any()


def test_a_name_rather_stands_over_faint_ink_than_over_a_line():
    x, y = np.meshgrid(np.linspace(0.0, 2.0, 400), np.linspace(-1.0, 1.0, 400))
    all_over = np.column_stack([x.ravel(), y.ravel()])
    assert placed([("name", [(1.0, 0.0)])], FRAME, all_over)["text"] == []
    assert placed([("name", [(1.0, 0.0)])], FRAME, DIAGONAL, all_over)["text"] == ["name"]


def test_a_picture_without_ink_has_room_for_a_name():
    table = placed([("name", [(1.0, 0.0)])], FRAME, np.empty((0, 2)))
    assert table["text"] == ["name"]


@pytest.mark.parametrize("nowhere", [(np.nan, 0.0), (0.0, np.nan), (np.inf, 0.0), (1.0, -np.inf), (1e300, 0)])
def test_a_name_stands_beside_the_points_that_are_in_the_picture(nowhere):
    for points in ([nowhere, (1.0, 0.0)], [(1.0, 0.0), nowhere]):
        table = placed([("", [nowhere]), ("name", [nowhere]), ("name", points)], FRAME, DIAGONAL)
        assert (table["text"], table["x"], table["y"]) == (["name"], [1.0], [0.0])


def test_where_it_costs_to_stand_aside_a_name_stands_above_or_below_its_point():
    line = dense((0.0, 2.0), (0.0, 0.0))
    assert placed([("a name", [(1.0, 0.0)])], FRAME, line)["dx"] != [0.0]
    assert placed([("a name", [(1.0, 0.0)])], FRAME, line, aside=0.02)["dx"] == [0.0]


@pytest.mark.parametrize("preset", ["double_well", "double_well_cycle", "example_2"])
def test_the_curvature_of_an_equilibrium_stands_nearest_to_it(preset):
    study = PHENOMENON.study(PHENOMENON.PRESETS[preset].params)
    tables = your_function.FUNCTION.drawn(study)[0].tables
    named, places = tables["_labels"], np.array([p.x for p in study.critical_points])
    middles = named["x"] + np.array(named["dx"]) * np.ptp(tables["function"]["x"]) / SIDES[0]
    assert len(middles) == len(places) > 1
    nearest = np.abs(np.subtract.outer(middles, places)).argmin(axis=1)
    np.testing.assert_array_equal(places[nearest], named["x"])
