"""Pictures of Example 3: what stands beside the cobweb shows the run that there is."""

import numpy as np
import pytest

from pages.charts.initialization_dependence import (
    COBWEB,
    DECAY,
    DEPARTURE,
    FATES,
    ITERATES,
    WARM_UP,
    companion,
)
from pages.charts.initialization_dependence.algebraic_decay import FIRST
from pages.charts.kit.calls import compute
from stepsize_core import EvenPower
from stepsize_core.paper.initialization_dependence import PRESETS, Params, study
from stepsize_core.sweeps import fate_raster

BESIDE = {"inside": DECAY, "outside": DEPARTURE, "on_threshold": ITERATES, "slow": DECAY, "steep": DECAY}
BESIDE |= {"warm_up": WARM_UP}


@pytest.mark.parametrize("preset", PRESETS)
def test_beside_the_cobweb_stands_a_picture_of_what_the_run_does(preset):
    one = study(PRESETS[preset].params)
    assert companion(one) is BESIDE[preset]
    further = map(compute, companion(one).further(one))
    assert not companion(one).drawn((one, *further))[0].blank


def test_a_run_that_does_not_approach_0_has_no_empty_picture_of_its_approach():
    assert DECAY.drawn(study(PRESETS["outside"].params))[0].blank
    assert DECAY.drawn(study(PRESETS["on_threshold"].params))[0].blank
    assert DECAY.drawn(study(Params(start=0.0)))[0].blank
    assert DEPARTURE.drawn(study(PRESETS["on_threshold"].params))[0].blank


def test_the_run_that_plays_on_a_logarithmic_axis_begins_at_its_left_end():
    one = study(PRESETS["slow"].params)
    course = DECAY.data(one)["_course"]
    assert (course["k"][0], course["at"][0]) == (0, FIRST)
    np.testing.assert_array_equal(course["at"][1:], course["k"][1:])
    np.testing.assert_array_equal(course["modulus"], np.abs(one.states[course["k"]]))
    assert course["k"][-1] == one.params.n_steps
    assert np.diff(course["k"]).max() < 8  # the tail of a head, in steps


def test_the_playback_of_a_run_that_diverges_ends_where_it_leaves_the_picture():
    one = study(PRESETS["outside"].params)
    drawing, _ = COBWEB.drawn(one)
    reach = drawing.frames["x"][1]
    assert abs(one.states[drawing.last]) > reach >= np.abs(one.states[: drawing.last]).max()


@pytest.fixture(scope="module")
def raster():
    return fate_raster(EvenPower(4), np.linspace(-8.0, 8.0, 41), np.geomspace(1e-3, 10.0, 30))


def test_the_place_of_the_run_in_the_plane_is_dragged_in_both_directions(raster):
    drawing, _ = FATES.drawn((study(Params()), raster))
    sides = {side: drawing.grips[side] for side in "xy"}
    assert {side: grip["field"] for side, grip in sides.items()} == {"x": "start", "y": "step_size"}
    assert [grip["log"] for grip in sides.values()] == [False, True]
    np.testing.assert_allclose(drawing.grips["frame"], [(-8.0, 8.0), (1e-3, 10.0)])


def test_a_place_outside_the_plane_is_marked_at_its_edge_and_said_to_be_outside(raster):
    drawing, words = FATES.drawn((study(Params(start=9.5, step_size=1e-4)), raster))
    chosen = drawing.tables["_chosen"]
    assert (chosen["x"], chosen["y"]) == ([8.0], [pytest.approx(1e-3)])
    assert "outside this picture" in words


def test_the_states_in_the_plane_are_those_of_the_run(raster):
    one = study(Params())
    course = FATES.data((one, raster))["_course"]
    np.testing.assert_array_equal(course["x"], one.states[course["k"]])
    assert set(course["y"]) == {0.1}
