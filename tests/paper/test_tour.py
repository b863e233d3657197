"""The guided tour visits every statement of the paper, in its order, at a case of its page."""

import itertools

import pytest

from stepsize_core.paper.catalogue import stops

each_stop = pytest.mark.parametrize(("phenomenon", "scene"), stops(), ids=lambda part: part.place)


@each_stop
def test_a_stop_shows_parameters_of_its_own_phenomenon(phenomenon, scene):
    assert type(phenomenon.case(scene)) is phenomenon.Params


def test_neighbouring_stops_show_different_cases():
    cases = [(phenomenon.stem, scene.preset) for phenomenon, scene in stops()]
    assert all(first != second for first, second in itertools.pairwise(cases))
