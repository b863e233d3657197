"""A small seeded part of the records; `python -m tests.truth.records 1000` runs the large one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from tests.truth.records import ALARMS, below_one_hump, families, judge

RECORDS, LENGTH = 24, 2000
FAMILIES = tuple(families())
WITHOUT = [family for family in FAMILIES if not family.oscillates]
WITH = [family for family in FAMILIES if family.oscillates]


def test_false_alarms_are_as_rare_as_the_tests_promise():
    """Over all families without an oscillation together, and of each test apart."""
    counts = [
        judge(family, RECORDS, np.random.default_rng([7, i]), LENGTH) for i, family in enumerate(WITHOUT)
    ]
    total = sum(count.total for count in counts)
    most = binom.isf(1e-4, total, ALARMS)
    assert total > 500
    assert sum(count.flagged for count in counts) <= most, [str(c) for c in counts if c.flagged]
    assert sum(count.locked for count in counts) <= most, [str(c) for c in counts if c.locked]


def test_the_least_favourable_law_is_at_the_nominal_rate():
    flagged = below_one_hump(WITHOUT[0], 300, np.random.default_rng(3), LENGTH)
    assert flagged <= binom.isf(1e-4, 300, ALARMS)


@pytest.mark.parametrize("family", WITH, ids=lambda family: family.name)
def test_an_oscillation_is_seen(family):
    count = judge(family, RECORDS, np.random.default_rng(11))
    assert count.denied == 0
    assert count.flagged >= 0.9 * RECORDS, str(count)


def test_both_kinds_are_met():
    assert len(WITHOUT) > 20
    assert len(WITH) == 5
