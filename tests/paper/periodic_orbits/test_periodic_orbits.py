"""Example 1: convergence to a periodic orbit."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stepsize_core import LimitKind, ThreeHalvesPower, Verdict, classify_limit, gradient_descent
from stepsize_core.paper.periodic_orbits import (
    PRESETS,
    Params,
    amplitude_law,
    convergence_order,
    exceptional_starts,
    oscillation_amplitude,
    study,
)
from stepsize_core.paper.periodic_orbits.claims import exceptional_claim

ONE_AND_MORE = np.array([1.0, 1.0 + 1e-12])


@settings(max_examples=50, deadline=None)
@given(ratio=st.floats(-50.0, 50.0), step_size=st.floats(1e-3, 50.0))
def test_almost_every_start_oscillates_with_amplitude_delta_squared_over_four(ratio, step_size):
    start = ratio * step_size**2
    final = gradient_descent(ThreeHalvesPower(), start, step_size, 300, keep_last=2).states
    assume(not np.any(final == 0.0))  # the exceptional set, which rounding can hit
    np.testing.assert_allclose(np.abs(final), step_size**2 / 4, rtol=1e-9)
    assert final[0] * final[1] < 0


def test_the_first_exceptional_starts_are_the_ones_printed_in_the_paper():
    for delta in (0.1, 0.5, 3.0):
        expected = np.array([0.0, 1.0, (3 + math.sqrt(5)) / 2]) * delta**2
        np.testing.assert_allclose(exceptional_starts(delta, 3), expected, rtol=1e-15)


def test_each_exceptional_start_steps_onto_the_one_before():
    starts = exceptional_starts(0.7, 12)
    stepped = starts - 0.7 * np.sqrt(starts)
    np.testing.assert_allclose(stepped[1:], starts[:-1], rtol=1e-12, atol=1e-15)
    assert np.all(np.diff(starts) > 0)


def test_exceptional_starts_found_by_brute_force_are_in_the_set_and_no_others():
    # a sign change of x[k] over a fine grid of starts brackets a preimage of 0
    delta = 0.5
    grid = np.linspace(1e-3, 1.3, 20_001)
    states = gradient_descent(ThreeHalvesPower(), grid, delta, 3).states
    crossings = []
    for row in states[1:]:
        jump = np.flatnonzero((row[:-1] < 0) != (row[1:] < 0))
        crossings += grid[jump].tolist()
    members = exceptional_starts(delta, 5)[1:4]
    assert np.all(np.min(np.abs(np.array(crossings)[:, None] - members), axis=1) < 2e-4)
    assert all(np.min(np.abs(np.array(crossings) - m)) < 2e-4 for m in members)


def test_the_amplitude_law_holds_over_five_decades():
    law = amplitude_law()
    assert law.step_sizes[-1] / law.step_sizes[0] == pytest.approx(1e5)
    np.testing.assert_allclose(law.measured, law.predicted, rtol=1e-9)


def test_the_loss_settles_at_delta_cubed_over_twelve():
    run = study(Params(step_size=0.8, start=1.3, n_steps=60))
    np.testing.assert_allclose(run.losses[-10:], 0.8**3 / 12, rtol=1e-9)


def test_convergence_is_quadratic_as_a_superstable_orbit_demands():
    assert study(Params(step_size=0.8, start=1.3)).order == pytest.approx(2.0, abs=0.05)


def test_the_order_of_a_linear_sequence_is_one():
    assert convergence_order(0.1 * 0.5 ** np.arange(20.0), 1.0) == pytest.approx(1.0)


def test_too_few_distances_leave_the_order_open():
    assert math.isnan(convergence_order(np.array([1.0, 0.1, 0.0]), 1.0))


@pytest.mark.parametrize("name", PRESETS)
def test_no_claim_of_a_preset_disagrees(name):
    claims = study(PRESETS[name].params).claims
    assert claims
    assert all(c.verdict in (Verdict.AGREES, Verdict.ASSUMPTION_NOT_MET) for c in claims)


def test_the_presets_of_the_exceptional_set_differ_only_by_rounding():
    exact, rounded = (study(PRESETS[name].params) for name in ("on_exceptional_set", "rounding"))
    assert exact.limit.kind is LimitKind.EQUILIBRIUM
    assert rounded.limit.kind is LimitKind.PERIODIC_ORBIT
    assert classify_limit(ThreeHalvesPower(), rounded.start, 0.5).period == 2


def test_a_study_cannot_be_changed_by_its_reader():
    run = study(Params())
    with pytest.raises(ValueError, match="read-only"):
        run.states[0] = 1.0


def test_amplitude_and_starts_reject_bad_step_sizes():
    for bad in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="step_size must be positive"):
            oscillation_amplitude(bad)
        with pytest.raises(ValueError, match="step_size must be positive"):
            exceptional_starts(bad, 3)
    with pytest.raises(ValueError, match="n must be an integer of at least 1"):
        exceptional_starts(0.5, 0)


@pytest.mark.parametrize(
    "params",
    [
        Params(step_size=0.001, start=10.0),
        Params(step_size=0.001, start=-10.0, n_steps=2),
        Params(step_size=0.5, n_steps=2, exceptional=6),
        Params(step_size=100.0, start=0.007, n_steps=2),
        Params(step_size=0.02, start=2.4, n_steps=2),
    ],
)
def test_claims_are_decided_on_the_longer_run_however_few_steps_are_drawn(params):
    claims = study(params).claims
    assert len(claims) >= 5
    assert {claim.verdict for claim in claims} <= {Verdict.AGREES, Verdict.ASSUMPTION_NOT_MET}
    assert claims[4].measured == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("n_steps", [2, 40])
@pytest.mark.parametrize("member", range(6))
def test_a_run_that_lands_on_0_does_so_at_the_step_of_its_member(member, n_steps):
    run = study(Params(step_size=0.5, exceptional=member, n_steps=n_steps))
    states = gradient_descent(ThreeHalvesPower(), run.start, 0.5, 100).states
    if run.landing is None:
        assert np.all(states != 0.0)
        assert run.miss == np.abs(gradient_descent(ThreeHalvesPower(), run.start, 0.5, 10_000).states).min()
    else:
        assert run.landing == member == np.argmax(states == 0.0)


def test_a_start_off_the_set_that_lands_on_0_would_be_seen():
    orbit = classify_limit(ThreeHalvesPower(), 0.0, 0.5)
    claims = [
        exceptional_claim(start, 0.5, orbit, 2) for start in exceptional_starts(0.5, 3)[2] * ONE_AND_MORE
    ]
    assert [claim.verdict for claim in claims] == [Verdict.AGREES, Verdict.DISAGREES]
