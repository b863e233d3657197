"""The guided tour visits every statement of the paper, in its order, at a case of its page."""

import itertools

import pytest

from stepsize_core.paper.catalogue import stops

LONGEST_LOOK = 110  # characters: what fits one line of a bar beside its links

each_stop = pytest.mark.parametrize(("phenomenon", "statement"), stops(), ids=lambda part: part.place)


@each_stop
def test_a_stop_shows_parameters_of_its_own_phenomenon(phenomenon, statement):
    assert type(phenomenon.case(statement)) is phenomenon.Params


def test_neighbouring_stops_show_different_cases():
    cases = [(phenomenon.stem, statement.preset) for phenomenon, statement in stops()]
    assert all(first != second for first, second in itertools.pairwise(cases))


@each_stop
def test_what_to_look_at_is_said_in_one_line(phenomenon, statement):
    assert statement.look.endswith(".")
    assert len(statement.look) <= LONGEST_LOOK
