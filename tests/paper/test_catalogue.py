"""The catalogue lists the whole paper, once, and only phenomena that can be studied."""

from itertools import groupby

import pytest

from stepsize_core.paper.catalogue import PHENOMENA, STATEMENTS

NUMBERED = {"Example": 3, "Theorem": 4, "Corollary": 2, "Remark": 4, "Figure": 2}


def test_every_numbered_statement_of_the_paper_is_listed_once():
    expected = {f"{kind} {i + 1}" for kind, n in NUMBERED.items() for i in range(n)}
    places = [statement.place for statement in STATEMENTS]
    assert len(places) == len(expected)
    assert set(places) == expected


def test_statements_of_one_phenomenon_stand_together_and_in_the_order_of_the_phenomena():
    stems = [stem for stem, _ in groupby(STATEMENTS, key=lambda statement: statement.stem)]
    assert len(stems) == len(set(stems))
    listed = [phenomenon.stem for phenomenon in PHENOMENA]
    assert stems == [stem for stem in listed if stem in stems]
    assert [stem for stem in listed if stem not in stems] == ["your_function"]


@pytest.mark.parametrize("phenomenon", PHENOMENA, ids=lambda phenomenon: phenomenon.stem)
def test_a_phenomenon_has_presets_of_its_own_parameters(phenomenon):
    module = phenomenon.module
    assert module.PRESETS
    assert all(type(preset.params) is module.Params for preset in module.PRESETS.values())
