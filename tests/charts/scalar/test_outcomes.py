"""The outcomes of many runs at once have the words that one run has."""

import numpy as np

from pages.charts.kit.style import LIGHT
from pages.charts.scalar.outcomes import (
    OTHER_WORDS,
    WORDS,
    by_outcome,
    looks_of_others,
    other_word,
    which_of_others,
)
from stepsize_core.limits import LimitKind


def test_periods_are_told_apart_and_what_converged_is_none_of_the_others():
    runs = [
        (LimitKind.PERIODIC_ORBIT, 2, "period 2"),
        (LimitKind.PERIODIC_ORBIT, 4, "period 4"),
        (LimitKind.PERIODIC_ORBIT, 3, "other periods"),
        (LimitKind.APERIODIC, 0, "aperiodic"),
        (LimitKind.DIVERGENT, 0, "diverged"),
        (LimitKind.UNDECIDED, 0, "undecided"),
    ]
    kinds, periods, words = (np.array(column, object) for column in zip(*runs))
    places = which_of_others(kinds, periods)
    assert [OTHER_WORDS[place] for place in places] == list(words)
    assert [other_word(kind, period) for kind, period, _ in runs] == list(words)
    assert list(which_of_others(np.array([LimitKind.EQUILIBRIUM]), np.array([1]))) == [-1]


def test_a_run_that_leaves_the_domain_has_the_word_of_its_kind():
    assert other_word(LimitKind.UNDEFINED, 0) == "undefined"


def test_colour_and_symbol_of_points_are_those_of_their_words():
    for channel in by_outcome(LIGHT):
        scale = channel.to_dict()["scale"]
        assert scale["domain"] == list(WORDS)
        assert len(set(scale["range"])) == len(WORDS)


def test_every_word_has_a_look_of_its_own():
    looks = looks_of_others(LIGHT)
    assert len({look.colour for look in looks}) == len({look.symbol for look in looks}) == len(OTHER_WORDS)
