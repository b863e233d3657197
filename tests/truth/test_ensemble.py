"""A small seeded part of the ensemble; `python -m tests.truth.ensemble 10000` runs the large one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import LimitKind
from tests.truth.ensemble import classified, ensemble, judge
from tests.truth.families import TEMPLATES

FAMILIES = tuple(dict.fromkeys(template.family for template in TEMPLATES))
N_STEPS = 256  # of the small part; the large one has runs of 1,000 to 10,000 steps
RUNS = 3  # of each template in the small part
MOMENTUM_RUNS = 3  # the same with momentum
DECIDED = 0.6  # least share of the runs with momentum, which are slower, that are decided
MOST_UNDECIDED = 0.05  # of the runs outside the named bands

pytestmark = pytest.mark.skipif(
    np.finfo(np.longdouble).eps == np.finfo(float).eps, reason="long double is no longer than double here"
)


@pytest.fixture(scope="module")
def cases():
    """RUNS runs of every other template."""
    chosen = [template.name for template in TEMPLATES[::2]]
    return list(ensemble(RUNS * len(chosen), seed=5, names=chosen, lengths=(N_STEPS,)))


@pytest.fixture(scope="module")
def with_momentum():
    """MOMENTUM_RUNS runs of every sixth template, of heavy ball and Nesterov's method."""
    chosen = [template.name for template in TEMPLATES[1::6]]
    return list(ensemble(MOMENTUM_RUNS * len(chosen), 7, chosen, (N_STEPS,), momentum=True))


def test_no_run_with_momentum_becomes_anything_else_than_what_is_said(with_momentum):
    assert {case.method.ahead for case in with_momentum} == {True, False}
    assert [str(case) for case in with_momentum if case.verdict.startswith("wrong")] == []
    decided = sum(case.verdict == "right" for case in with_momentum)
    assert decided >= DECIDED * len(with_momentum)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_run_becomes_anything_else_than_what_is_said(cases, family):
    own = [case for case in cases if case.template.family == family]
    assert own
    assert [str(case) for case in own if case.verdict.startswith("wrong")] == []


def test_few_runs_away_from_thresholds_are_undecided(cases):
    outside = [case for case in cases if case.verdict != "undecided" or not case.band]
    undecided = [str(case) for case in outside if case.verdict == "undecided"]
    assert len(undecided) <= MOST_UNDECIDED * len(outside), undecided


def test_the_small_part_meets_every_kind(cases):
    met = {case.kind for case in cases}
    assert met == set(LimitKind)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_gradients_written_by_hand_are_those_of_the_texts(template, rng):
    for _ in range(3):
        parameters = template.draw(rng)
        x = rng.uniform(*template.reach, 100)
        slope = template.objective(parameters).gradient(x)
        known = np.isfinite(slope)
        by_hand = template.gradient(x[known].astype(np.longdouble), *np.array(parameters, np.longdouble))
        np.testing.assert_allclose(by_hand.astype(float), slope[known], rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(template.defined(x, *parameters), known)


def planted(case):
    """Three false things to say of a run that settled, and the verdicts on them."""
    off = case.points + 1e-3 * (1 + np.abs(case.points).max())
    yield replace(case, points=off), "wrong place"
    yield replace(case, period=2 * case.period, points=np.tile(case.points, 2)), "wrong period"
    yield replace(case, kind=LimitKind.APERIODIC, period=0, points=case.points[:0]), "wrong kind"
    yield replace(case, kind=LimitKind.DIVERGENT, period=0, points=case.points[:0]), "wrong kind"


@pytest.mark.parametrize("name", ["double well", "abs and parabola", "bowl with a log"])
def test_what_is_false_is_found_out(name, rng):
    (template,) = (template for template in TEMPLATES if template.name == name)
    cases = classified(template, rng, 12, (N_STEPS,))
    judge(template, cases)
    settled = [case for case in cases if case.period and case.verdict == "right"][:2]
    assert len(settled) == 2
    false = [(said, verdict) for case in settled for said, verdict in planted(case)]
    judge(template, [said for said, _ in false])
    assert [said.verdict for said, _ in false] == [verdict for _, verdict in false]
