"""Where the claims stand: the counts are those of the claims, and what does not agree is named and linked."""

import re
from collections import Counter

import pytest

from stepsize_core.claims import Verdict
from stepsize_core.paper.catalogue import CATALOGUE
from tests.pages.visit import visit


@pytest.fixture(scope="module")
def standing():
    return visit("standing")


@pytest.fixture(scope="module")
def claims():
    """Of every phenomenon all claims of all its presets."""
    return {
        phenomenon: [
            claim
            for preset in phenomenon.PRESETS.values()
            for claim in phenomenon.study(preset.params).claims
        ]
        for phenomenon in CATALOGUE
    }


def test_the_table_counts_every_claim_of_every_preset(standing, claims):
    table = next(element.proto.body for element in standing.get("html") if "counts" in element.proto.body)
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', table)
    counted = {
        title: [int(cell) if cell.isdigit() else 0 for cell in re.findall(r">(\d+|–)<", cells)]
        for title, cells in rows
    }
    for phenomenon in CATALOGUE:
        verdicts = Counter(claim.verdict for claim in claims[phenomenon])
        assert counted[phenomenon.title] == [verdicts[verdict] for verdict in Verdict]
    columns = zip(*(counted[phenomenon.title] for phenomenon in CATALOGUE))
    assert counted["Total"] == [sum(column) for column in columns]


def test_every_open_claim_is_named_with_a_link_to_its_preset(standing, claims):
    named = [text.value for text in standing.markdown if text.value.startswith(("✗", "?"))]
    unsettled = Verdict.DISAGREES, Verdict.UNDECIDED
    still_open = {claim.statement for made in claims.values() for claim in made if claim.verdict in unsettled}
    assert still_open
    assert all(any(claim in text for text in named) for claim in still_open)
    linked = {element.proto.page for element in standing.get("page_link") if element.proto.query_string}
    assert linked <= {phenomenon.stem for phenomenon in CATALOGUE}
    assert linked
