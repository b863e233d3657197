"""The outcomes of many runs at once have the words that one run has."""

import numpy as np

from pages.charts.kit.style import LIGHT
from pages.charts.scalar.outcomes import OTHER_WORDS, looks_of_others, which_of_others
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
    assert list(which_of_others(np.array([LimitKind.EQUILIBRIUM]), np.array([1]))) == [-1]


def test_every_word_has_a_look_of_its_own():
    looks = looks_of_others(LIGHT)
    assert len({look.colour for look in looks}) == len({look.symbol for look in looks}) == len(OTHER_WORDS)
