"""`python -m stepsize_core`: every public name once, in its group, with a sentence."""

import stepsize_core
from stepsize_core.__main__ import GROUPS, listing
from stepsize_core.paper.catalogue import CATALOGUE


def test_every_public_name_stands_in_one_group():
    named = [name for names in GROUPS.values() for name in names]
    assert sorted(named) == sorted(stepsize_core.__all__)


def test_every_name_has_its_sentence():
    entries = {words[0]: words[1:] for words in map(str.split, listing().splitlines()) if words}
    for name in (*stepsize_core.__all__, *(phenomenon.stem for phenomenon in CATALOGUE)):
        assert len(entries[name]) >= 2, name
