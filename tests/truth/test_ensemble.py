"""A small seeded part of the ensemble; `python -m tests.truth.ensemble 10000` runs the large one."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.truth.ensemble import ensemble

FAMILIES = ("smooth", "paper", "kinked", "jumping curvature", "plateaus", "poles")
MOST_UNDECIDED = 0.05  # of the runs outside the named bands


@pytest.fixture(scope="module")
def cases():
    """Two runs of each template, short ones."""
    return list(ensemble(160, seed=5, lengths=(256,)))


@pytest.mark.parametrize("family", FAMILIES)
def test_no_run_becomes_anything_else_than_what_is_said(cases, family):
    wrong = [str(case) for case in cases if case.template.family == family and "wrong" in case.verdict]
    assert wrong == []


def test_few_runs_away_from_thresholds_are_undecided(cases):
    outside = [case for case in cases if not case.band]
    undecided = [str(case) for case in outside if case.verdict == "undecided"]
    assert len(undecided) <= MOST_UNDECIDED * len(outside), undecided


def test_the_small_part_meets_every_kind(cases):
    kinds = Counter(case.kind.name for case in cases)
    assert {"EQUILIBRIUM", "PERIODIC_ORBIT", "APERIODIC", "DIVERGENT", "UNDEFINED"} <= set(kinds)
