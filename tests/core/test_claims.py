"""Verdicts say what the numbers say, and no more."""

import math

import pytest

from stepsize_core import Claim, Verdict


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (2.0, Verdict.AGREES),
        (2.019, Verdict.AGREES),
        (2.021, Verdict.DISAGREES),
        (math.inf, Verdict.DISAGREES),
        (math.nan, Verdict.UNDECIDED),
    ],
)
def test_an_equality_is_judged_at_its_tolerance(measured, verdict):
    claim = Claim.equality("s", "p", 2.0, measured, relative=0.01)
    assert claim.verdict is verdict
    assert claim.tolerance == "0.01 relative"


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [(1.0, Verdict.AGREES), (1.5, Verdict.DISAGREES), (math.nan, Verdict.UNDECIDED)],
)
def test_a_bound_is_judged_one_sidedly(measured, verdict):
    assert Claim.bound("s", "p", 1.0, measured).verdict is verdict


def test_equal_infinities_agree():
    assert Claim.equality("s", "p", math.inf, math.inf).verdict is Verdict.AGREES


@pytest.mark.parametrize(
    ("holds", "verdict"), [(True, Verdict.AGREES), (False, Verdict.DISAGREES), (None, Verdict.UNDECIDED)]
)
def test_a_fact_may_be_left_undecided(holds, verdict):
    assert Claim.fact("s", "p", "a", "b", holds).verdict is verdict


def test_an_assumption_that_is_not_met_is_not_a_disagreement():
    claim = Claim.not_applicable("s", "p", "a", "b", "R is zero")
    assert (claim.verdict, claim.note) == (Verdict.ASSUMPTION_NOT_MET, "R is zero")
