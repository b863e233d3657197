"""Pictures of Example 1: the swing is seen, odd and even steps are two lines, and nothing is drawn empty."""

import numpy as np
import pytest

from pages.charts.periodic_orbits import APPROACH, COBWEB, ITERATES, LANDSCAPE, LOSS
from stepsize_core.paper.periodic_orbits import PRESETS, Params, study

SEEN = 1.0 / 30.0  # of the height of a picture: a swing that can be seen


def drawn(figure, params):
    return figure.drawn(study(params))[0]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("figure", [COBWEB, ITERATES, LANDSCAPE], ids=lambda figure: figure.name)
def test_the_swing_is_seen_at_every_preset(figure, preset):
    one = study(PRESETS[preset].params)
    low, high = figure.drawn(one)[0].frames["x"]
    assert 2.0 * one.amplitude >= SEEN * (high - low)


def test_a_run_that_does_not_come_near_its_orbit_is_shown_whole():
    far = Params(step_size=0.001, start=10.0)
    low, high = drawn(COBWEB, far).frames["x"]
    assert low < -10.0
    assert high > 10.0
    assert drawn(COBWEB, far).first == 0


def test_the_playback_begins_where_the_run_enters_the_picture():
    one = study(PRESETS["small_step"].params)
    drawing, words = COBWEB.drawn(one)
    reach = drawing.frames["x"][1]
    assert drawing.first > 0
    assert np.abs(one.states[: drawing.first]).min() > reach >= np.abs(one.states[drawing.first :]).max()
    assert f"Before step {drawing.first} it is beyond this picture." in words
    assert ITERATES.data(one)["iterates"]["k"][0] == drawing.first
    assert drawing.tables["_start"]["text"] == ["x[0] = 0.3 →"]


def test_the_names_of_the_two_lines_stand_on_their_own_sides():
    one = study(Params())
    names = {side: ITERATES.data(one)[f"_{side}_name"]["x"][0] for side in ("odd", "even")}
    last = {"even": one.states[-1], "odd": one.states[-2]}
    assert names["odd"] * last["odd"] > 0.0 > names["odd"] * names["even"]
    assert all(abs(names[side]) > abs(last[side]) for side in names)


def test_lines_that_coincide_share_a_name():
    tables = ITERATES.data(study(PRESETS["on_exceptional_set"].params))
    assert tables["_odd_name"]["text"] == ["odd and even steps"]
    assert tables["_even_name"]["text"] == [""]


@pytest.mark.parametrize("start", [{"exceptional": 0}, {"exceptional": 1}, {"start": 0.0}])
def test_on_the_exceptional_set_words_stand_in_place_of_empty_pictures(start):
    assert drawn(LOSS, Params(**start)).blank
    assert drawn(APPROACH, Params(**start)).blank
    assert not drawn(LOSS, Params()).blank
    assert not drawn(APPROACH, Params()).blank


def test_a_start_on_the_exceptional_set_is_not_dragged():
    assert drawn(COBWEB, Params(exceptional=1)).grips == {}
    assert drawn(COBWEB, Params()).grips["x"]["field"] == "start"
