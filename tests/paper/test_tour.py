"""The guided tour visits every statement of the paper, in its order, at a case of its page."""

import itertools

import pytest

from stepsize_core.paper.catalogue import STATEMENTS
from stepsize_core.paper.tour import TOUR

LONGEST_LOOK = 110  # characters: what fits one line of a bar beside its links


def test_one_stop_per_statement_in_the_order_of_the_paper():
    assert [(stop.place, stop.stem) for stop in TOUR] == [(s.place, s.stem) for s in STATEMENTS]


@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.place)
def test_a_stop_shows_parameters_of_its_own_phenomenon(stop):
    assert type(stop.params).__module__ == f"stepsize_core.paper.{stop.stem}"


def test_neighbouring_stops_show_different_cases():
    cases = [(stop.stem, stop.preset) for stop in TOUR]
    assert all(first != second for first, second in itertools.pairwise(cases))


@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.place)
def test_what_to_look_at_is_said_in_one_line(stop):
    assert stop.look.endswith(".")
    assert len(stop.look) <= LONGEST_LOOK
