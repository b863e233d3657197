"""Example 2 and Figure 1: the step size selects the equilibrium."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepsize_core import LimitKind, StabilityLoss, TwoMinima, Verdict
from stepsize_core.paper.equilibrium_selection import (
    PRESETS,
    Params,
    branches,
    critical_points,
    outcome_shares,
    start_step_size_raster,
    step_size_diagram,
    study,
)
from stepsize_core.paper.scalar import RUN_STEPS, selection_claim, stability_claim

CLOSE = 1e-6


def ends(basins):
    """The equilibria that runs converged to."""
    return [float(a.points[0]) for a in basins.attractors if a.kind is LimitKind.EQUILIBRIUM]


def test_curvatures_thresholds_and_onsets_at_the_critical_points():
    one, top, two = critical_points(0.3)
    assert (one.curvature, two.curvature) == (4.0, 10.0)
    assert (one.critical, two.critical) == (0.5, 0.2)
    assert top.curvature == pytest.approx(-3.5153, abs=1e-4)
    assert (one.stability, top.stability, two.stability) == ("stable", "unstable", "unstable")
    assert one.onset is two.onset is StabilityLoss.SOFT
    assert top.critical is None


@settings(max_examples=15, deadline=None)
@given(step_size=st.floats(0.205, 0.49), seed=st.integers(0, 9999))
def test_between_the_thresholds_every_run_that_converges_reaches_one(step_size, seed):
    assert all(abs(x - 1.0) < CLOSE for x in ends(outcome_shares(step_size, seed, n_starts=60)))


def test_below_both_thresholds_both_minima_are_reached():
    np.testing.assert_allclose(sorted(ends(outcome_shares(0.1))), [1.0, 2.0], atol=CLOSE)


def test_above_both_thresholds_no_run_converges():
    assert ends(outcome_shares(0.55)) == []


def test_the_chaotic_third_is_shown_not_hidden():
    shares = {s.attractor.kind: s for s in study(Params()).basins.shares}
    assert shares[LimitKind.APERIODIC].share == pytest.approx(0.30, abs=0.06)


@pytest.mark.parametrize("name", PRESETS)
def test_no_claim_of_a_preset_disagrees(name):
    params = PRESETS[name].params
    claims = study(params).claims
    assert len(claims) == 4 + (0.2 < params.step_size < 0.5)
    assert all(c.verdict is not Verdict.DISAGREES for c in claims)


@pytest.mark.parametrize(
    ("name", "kind", "period"),
    [
        ("chaotic_band", LimitKind.APERIODIC, 0),
        ("selected", LimitKind.EQUILIBRIUM, 1),
        ("threshold", LimitKind.EQUILIBRIUM, 1),
        ("period_2", LimitKind.PERIODIC_ORBIT, 2),
        ("period_4", LimitKind.PERIODIC_ORBIT, 4),
        ("band_ends", LimitKind.EQUILIBRIUM, 1),
        ("nothing_stable", LimitKind.PERIODIC_ORBIT, 2),
    ],
)
def test_presets_show_what_their_titles_say(name, kind, period):
    limit = study(PRESETS[name].params).limit
    assert (limit.kind, limit.period) == (kind, period)


def test_the_diagram_shows_the_thresholds_the_cascade_and_the_end_of_the_band():
    diagram = step_size_diagram(1.9)
    assert diagram.thresholds == (0.5, None, 0.2)
    deltas, spread = diagram.diagram.step_sizes, np.ptp(diagram.diagram.states, axis=0)
    assert np.nanmax(spread[(deltas < 0.19) & (deltas > 0.02)]) < 1e-3
    assert np.nanmin(spread[(deltas > 0.21) & (deltas < 0.33)]) > 0.05
    assert np.all(diagram.exponents[(deltas > 0.299) & (deltas < 0.303)] > 0)


def test_the_raster_holds_every_kind_of_fate_and_its_shares_sum_to_one():
    basins = start_step_size_raster().basins
    kinds = {a.kind for a in basins.attractors}
    assert {
        LimitKind.EQUILIBRIUM,
        LimitKind.PERIODIC_ORBIT,
        LimitKind.APERIODIC,
        LimitKind.DIVERGENT,
    } <= kinds
    assert sum(s.share for s in basins.shares) == pytest.approx(1.0)


def test_the_seed_decides_the_random_starts():
    a, b = outcome_shares(0.3, seed=1), outcome_shares(0.3, seed=2)
    assert [s.count for s in a.shares] != [s.count for s in b.shares]
    assert [s.count for s in a.shares] == [s.count for s in outcome_shares(0.3, seed=1).shares]


@pytest.mark.parametrize("step_size", [0.2, 0.2001, 0.5])
def test_slow_runs_at_a_threshold_are_never_called_aperiodic(step_size):
    kinds = {a.kind for a in outcome_shares(step_size).attractors}
    assert LimitKind.APERIODIC not in kinds


def test_two_attractors_coexist_between_the_branches_followed_upwards_and_downwards():
    followed = branches()
    deltas = followed.upward.step_sizes
    coexist = (deltas > 0.01) & (deltas < 0.33)
    np.testing.assert_allclose(followed.downward.final[coexist], 1.0, atol=CLOSE)
    assert np.all(followed.upward.states[:, coexist] > 1.5)
    gone = (deltas > 0.345) & (deltas < 0.49)
    np.testing.assert_allclose(followed.upward.final[gone], 1.0, atol=CLOSE)


def test_exactly_at_the_threshold_the_equilibrium_is_neutral_and_nothing_is_decided():
    claims = study(PRESETS["threshold"].params).claims
    assert (claims[1].predicted, claims[1].verdict) == ("neutral", Verdict.UNDECIDED)


@pytest.mark.parametrize(
    ("step_size", "one", "two"),
    [
        (0.19, "stable", "stable"),
        (0.1999, "stable", "stable"),
        (0.19999, "stable", "stable"),
        (0.20001, "stable", "unstable"),
        (0.2001, "stable", "unstable"),
        (0.201, "stable", "unstable"),
        (0.4999, "stable", "unstable"),
        (0.49999, "stable", "unstable"),
        (0.5001, "unstable", "unstable"),
        (0.501, "unstable", "unstable"),
    ],
)
def test_next_to_a_threshold_stability_is_decided_and_agrees(step_size, one, two):
    claims = study(Params(step_size=step_size)).claims
    assert [claim.predicted for claim in claims[:2]] == [one, two]
    assert {claim.verdict for claim in claims} == {Verdict.AGREES}


@pytest.mark.parametrize("step_size", [0.50001, 0.50002])
def test_where_the_steps_do_not_decide_the_number_that_would_is_said(step_size):
    claim = study(Params(step_size=step_size)).claims[0]
    assert claim.verdict is Verdict.UNDECIDED
    needed = int(claim.note.split("needs ")[1].split(" steps")[0].replace(",", ""))
    assert needed == pytest.approx(np.log(2.0) / np.log(4.0 * step_size - 1.0), rel=1e-3)
    assert needed > RUN_STEPS


def test_a_wrong_prediction_of_stability_is_refuted():
    wrong = replace(critical_points(0.3)[2], multiplier=0.9)
    claim = stability_claim(TwoMinima(), wrong, 0.3, "x = 2 is stable", "Example 2", displacement=1e-3)
    assert (claim.predicted, claim.verdict) == ("stable", Verdict.DISAGREES)


@pytest.mark.parametrize("start", [1.0, 2.0])
def test_a_start_exactly_on_an_unstable_equilibrium_stays_and_that_is_said(start):
    run = study(Params(step_size=0.6, start=start))
    assert run.limit.kind is LimitKind.EQUILIBRIUM
    assert run.outcome == f"rests exactly on x = {start:g}, which is unstable: any start beside it leaves"


@pytest.mark.parametrize("critical", [0.2, 0.5])
@pytest.mark.parametrize("off", [1e-5, 1e-7, 1e-9, 1e-11, 1e-13, 1e-15])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_however_near_a_threshold_nothing_is_refuted(critical, off, side):
    claims = study(Params(step_size=critical * (1.0 + side * off))).claims
    assert {claim.verdict for claim in claims} <= {Verdict.AGREES, Verdict.UNDECIDED}
    assert all(claim.note for claim in claims if claim.verdict is Verdict.UNDECIDED)


@pytest.mark.parametrize(
    ("ends", "stable", "verdict"),
    [
        ([(3, True)], "x = 1", Verdict.AGREES),
        ([(3, True), (1, False)], "x = 1", Verdict.DISAGREES),
        ([(3, True), (1, None)], "x = 1", Verdict.UNDECIDED),
        ([(3, True), (1, None), (1, False)], "x = 1", Verdict.DISAGREES),
        ([], "x = 1", Verdict.ASSUMPTION_NOT_MET),
        ([], "", Verdict.AGREES),
        ([(2, None)], "", Verdict.UNDECIDED),
        ([(2, False)], "", Verdict.DISAGREES),
    ],
)
def test_what_is_selected_is_judged_by_those_that_converge(ends, stable, verdict):
    assert selection_claim("Example 2", ends, 10, stable=stable).verdict is verdict
