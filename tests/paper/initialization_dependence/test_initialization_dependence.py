"""Example 3: convergence depends on the initialization."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepsize_core import EvenPower, LimitKind, Verdict, gradient_descent
from stepsize_core.paper.initialization_dependence import (
    PRESETS,
    Params,
    convergence_radius,
    measured_radius,
    start_step_size_raster,
    study,
)

POWERS = st.sampled_from(range(4, 26, 2))


@settings(max_examples=40, deadline=None)
@given(power=POWERS, step_size=st.floats(1e-4, 10.0))
def test_the_radius_is_where_runs_begin_to_diverge(power, step_size):
    radius = convergence_radius(power, step_size)
    assert measured_radius(EvenPower(power), step_size, radius) == pytest.approx(radius, rel=1e-6)


def test_a_wrong_guess_of_the_radius_is_not_confirmed():
    assert math.isnan(measured_radius(EvenPower(4), 0.1, 10.0))


def test_the_radius_solves_the_equation_of_the_paper():
    for power in (4, 10, 24):
        radius = convergence_radius(power, np.array([0.01, 0.3]))
        np.testing.assert_allclose(radius ** (power - 2), 2 / (power * np.array([0.01, 0.3])))


def test_the_threshold_is_a_two_cycle():
    radius = convergence_radius(8, 0.2)
    states = gradient_descent(EvenPower(8), radius, 0.2, 2).states
    np.testing.assert_allclose(states, radius * np.array([1, -1, 1]), rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(power=POWERS, share=st.floats(0.3, 0.95))
def test_the_approach_follows_its_power_law(power, share):
    start = share * convergence_radius(power, 0.1)
    run = study(Params(step_size=0.1, power=power, start=float(start)))
    growth = power * (power - 2) * 0.1
    assert run.limit.kind is LimitKind.EQUILIBRIUM
    if 1e4 * growth < 1e-8 * run.decay[-1] ** (2 - power):  # a jump to near 0: motion below rounding
        assert math.isnan(run.rate)
    else:
        assert run.rate == pytest.approx(growth, rel=0.05)


def test_the_decay_approaches_the_asymptotic_power_of_k():
    run = study(Params(power=4, start=1.0))
    asymptote = (4 * 2 * 0.1 * run.decay_steps) ** -0.5
    assert run.decay[-1] == pytest.approx(asymptote[-1], rel=0.02)


@pytest.mark.parametrize("name", PRESETS)
def test_no_claim_of_a_preset_disagrees(name):
    claims = study(PRESETS[name].params).claims
    assert all(c.verdict in (Verdict.AGREES, Verdict.ASSUMPTION_NOT_MET) for c in claims)


def test_the_raster_is_divided_by_the_threshold():
    raster = start_step_size_raster(4)
    kinds = np.array([a.kind for a in raster.basins.attractors], object)[raster.basins.labels]
    radius = convergence_radius(4, raster.step_sizes)[:, None]
    ratio = np.abs(raster.starts) / radius
    assert np.all(kinds[ratio < 0.999] == LimitKind.EQUILIBRIUM)
    assert np.all(kinds[ratio > 1.001] == LimitKind.DIVERGENT)


@pytest.mark.parametrize("power", [3, 2, 5, -4])
def test_odd_and_too_small_powers_are_named(power):
    with pytest.raises(ValueError, match="power must be an"):
        convergence_radius(power, 0.1)
    with pytest.raises(ValueError, match="power must be"):
        Params(power=power)


@settings(max_examples=30, deadline=None)
@given(power=POWERS, step_size=st.floats(0.01, 5.0), off=st.sampled_from([-1e-6, 1e-6]))
def test_close_to_the_threshold_the_departure_follows_its_multiplier(power, step_size, off):
    start = float(convergence_radius(power, step_size)) * (1.0 + off)
    run = study(Params(step_size=step_size, power=power, start=start, n_steps=2))
    np.testing.assert_allclose(
        run.departure[1:], run.departure_law[1:], rtol=5e-3
    )  # second order: ≈ L²·off·45


def test_the_law_of_decay_tends_to_its_limit():
    run = study(Params(power=6, start=1.0))
    ratio = run.decay_law / run.decay_limit
    assert np.all(np.diff(ratio) > 0)
    assert ratio[-1] == pytest.approx(1.0, abs=1e-3)


def test_the_threshold_of_every_power_nears_one_from_either_side():
    for step_size in (1e-3, 10.0):
        gap = np.abs(study(Params(step_size=step_size)).radii - 1.0)
        assert gap[-1] < 0.35 * gap[0]


@pytest.mark.parametrize("start", [0.0, 1e-5])
def test_so_near_zero_that_nothing_moves_no_rate_is_claimed(start):
    approach = study(Params(start=start, power=24)).claims[3]
    assert approach.verdict is Verdict.ASSUMPTION_NOT_MET


@settings(max_examples=40, deadline=None)
@given(power=POWERS, step_size=st.floats(1e-4, 10.0), share=st.floats(0.05, 0.9999))
def test_from_where_it_creeps_the_run_follows_the_law(power, step_size, share):
    start = share * float(convergence_radius(power, step_size))
    run = study(Params(step_size=step_size, power=power, start=min(start, 10.0)))
    known = np.isfinite(run.decay_law) & (run.decay > 0.0)
    assert np.all(run.decay_steps[known] >= run.law_from)
    np.testing.assert_allclose(run.decay_law[known], run.decay[known], rtol=0.03)


@pytest.mark.parametrize(
    ("power", "step_size", "start"), [(4, 0.25, 1.0), (6, 1.0 / 6.0, 1.0), (4, 1.0, 0.5)]
)
def test_a_start_that_steps_exactly_onto_0_claims_no_rate(power, step_size, start):
    run = study(Params(step_size=step_size, power=power, start=start))
    assert run.states[1] == 0.0
    approach = run.claims[3]
    assert (approach.verdict, approach.note) == (Verdict.ASSUMPTION_NOT_MET, "this run is exactly at 0")


@pytest.mark.parametrize("off", [-9e-4, -1e-9, -1e-13, -2e-15, 2e-15, 1e-13, 1e-9, 9e-4])
@pytest.mark.parametrize(("power", "step_size"), [(4, 0.5), (4, 0.1), (12, 0.05), (24, 3.0)])
def test_next_to_the_threshold_the_fate_is_decided_and_its_distance_is_said(power, step_size, off):
    start = float(convergence_radius(power, step_size)) * (1.0 + off)
    fate = study(Params(step_size=step_size, power=power, start=start)).claims[0]
    assert fate.verdict is Verdict.AGREES
    assert fate.predicted == ("converges to 0" if off < 0.0 else "diverges")
    assert fate.statement.startswith(f"|x[0]| lies {'inside' if off < 0.0 else 'beyond'} the threshold by ")


def test_on_the_threshold_within_rounding_nothing_is_refuted():
    radius = float(convergence_radius(4, 0.1))
    fates = [study(Params(start=x)).claims[0] for x in radius * (1.0 + np.arange(-2, 3) * 2.0**-52)]
    assert {fate.predicted for fate in fates} == {"2-cycle ±x[0]"}
    assert {fate.verdict for fate in fates} <= {Verdict.AGREES, Verdict.UNDECIDED}


def test_a_start_on_the_threshold_never_departs_however_long_it_runs():
    run = study(Params(step_size=0.5, start=1.0, n_steps=1000))
    assert np.all(run.departure == 0.0)
    assert np.all(run.departure_law == 0.0)
