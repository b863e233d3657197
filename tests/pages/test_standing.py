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


def test_the_table_counts_every_claim_of_every_preset(standing):
    table = next(element.proto.body for element in standing.get("html") if "counts" in element.proto.body)
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', table)
    counted = {
        title: [int(cell) if cell.isdigit() else 0 for cell in re.findall(r">(\d+|–)<", cells)]
        for title, cells in rows
    }
    for phenomenon in CATALOGUE:
        studies = [phenomenon.study(preset.params) for preset in phenomenon.PRESETS.values()]
        verdicts = Counter(claim.verdict for study in studies for claim in study.claims)
        assert counted[phenomenon.title] == [verdicts[verdict] for verdict in Verdict]
    columns = zip(*(counted[phenomenon.title] for phenomenon in CATALOGUE))
    assert counted["Total"] == [sum(column) for column in columns]


def test_every_open_claim_is_named_with_a_link_to_its_preset(standing):
    named = [text.value for text in standing.markdown if text.value.startswith(("✗", "?"))]
    claims = {
        claim.statement
        for phenomenon in CATALOGUE
        for preset in phenomenon.PRESETS.values()
        for claim in phenomenon.study(preset.params).claims
        if claim.verdict in (Verdict.DISAGREES, Verdict.UNDECIDED)
    }
    assert claims
    assert all(any(claim in text for text in named) for claim in claims)
    linked = {element.proto.page for element in standing.get("page_link") if element.proto.query_string}
    assert linked <= {phenomenon.stem for phenomenon in CATALOGUE}
    assert linked
