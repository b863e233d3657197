"""Step-size diagrams, basins, shares and their intervals."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from stepsize_core import (
    EvenPower,
    LimitKind,
    Objective,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    basins_of_attraction,
    bifurcation_diagram,
    classify_limit,
    fate_raster,
    gradient_descent,
    wilson_interval,
)
from stepsize_core.sweeps import basins_at, classify_rows

STARTS = np.linspace(0.0, 2.6, 1001)


def test_each_column_of_a_diagram_is_the_tail_of_its_run():
    deltas = np.array([0.1, 0.25, 0.3])
    diagram = bifurcation_diagram(TwoMinima(), 1.9, deltas, n_transient=50, n_keep=20)
    for i, delta in enumerate(deltas):
        run = gradient_descent(TwoMinima(), 1.9, delta, 70).states[-20:]
        np.testing.assert_allclose(diagram.states[:, i], run, rtol=1e-9)


def test_many_starts_give_one_axis_more():
    diagram = bifurcation_diagram(TwoMinima(), [0.6, 1.9], [0.1, 0.15, 0.3], n_transient=400, n_keep=5)
    assert diagram.states.shape == (5, 3, 2)
    np.testing.assert_allclose(diagram.final[:2], [[1.0, 2.0], [1.0, 2.0]], atol=1e-6)


def test_continuation_upwards_and_downwards_differ_where_two_attractors_coexist():
    deltas = np.linspace(0.05, 0.45, 81)
    up = bifurcation_diagram(TwoMinima(), 2.0, deltas, n_transient=400, n_keep=40, continuation="up")
    down = bifurcation_diagram(TwoMinima(), 1.1, deltas, n_transient=400, n_keep=40, continuation="down")
    at = np.searchsorted(deltas, 0.15)
    assert up.final[at] == pytest.approx(2.0, abs=1e-4)
    assert down.final[at] == pytest.approx(1.0, abs=1e-4)
    assert up.final[-1] == pytest.approx(1.0, abs=1e-4)  # past the end of the band the branch falls to 1


def test_continuation_leaves_an_equilibrium_that_loses_stability():
    diagram = bifurcation_diagram(
        TwoMinima(), 2.0, np.linspace(0.1, 0.24, 29), n_transient=2000, n_keep=4, continuation="up"
    )
    assert np.ptp(diagram.states[:, 0]) < 1e-6
    assert np.ptp(diagram.states[:, -1]) > 0.05


def test_a_lost_branch_stays_lost():
    diagram = bifurcation_diagram(EvenPower(4), 1.0, [0.1, 0.6, 0.2], n_keep=3, continuation="down")
    assert np.isnan(diagram.states).all()


def test_the_shares_of_example_2_at_three_tenths():
    basins = basins_of_attraction(TwoMinima(), STARTS, 0.3)
    shares = {s.attractor.name: s for s in basins.shares}
    assert set(shares) == {"x → 1", "aperiodic", "diverged"}
    for name, expected in (("x → 1", 0.49), ("aperiodic", 0.30), ("diverged", 0.21)):
        assert shares[name].low < shares[name].share < shares[name].high
        assert shares[name].share == pytest.approx(expected, abs=0.01)
    assert sum(s.count for s in basins.shares) == len(STARTS)
    assert sum(s.share for s in basins.shares) == pytest.approx(1.0)


def test_labels_point_at_the_attractor_of_each_start():
    basins = basins_of_attraction(TwoMinima(), STARTS, 0.1)
    final = gradient_descent(TwoMinima(), STARTS, 0.1, 3000, keep_last=1).final
    for label, end in zip(basins.labels, final):
        attractor = basins.attractors[label]
        if attractor.kind is LimitKind.EQUILIBRIUM:
            assert end == pytest.approx(float(attractor.points[0]), abs=1e-6)
        else:
            assert np.isnan(end)
    assert [a.name for a in basins.attractors] == ["x → 1", "x → 2", "diverged"]


def test_two_cycles_at_different_places_are_two_attractors():
    class DoubleWell(
        Objective
    ):  # (x² − 1)²/8 with curvature 1 at both minima; δ = 2.1 makes a 2-cycle around each
        def value(self, x):
            return (x**2 - 1) ** 2 / 8

        def gradient(self, x):
            return x * (np.asarray(x) ** 2 - 1) / 2

        def hessian(self, x):
            return (3 * np.asarray(x) ** 2 - 1) / 2

    basins = basins_of_attraction(DoubleWell(), [0.9, -0.9, 1.05], 2.1)
    assert len(basins.attractors) == 2
    assert basins.labels[0] == basins.labels[2] != basins.labels[1]


def test_a_raster_is_every_start_at_every_step_size():
    raster = fate_raster(TwoMinima(), [0.6, 1.9], [0.1, 0.21, 0.9])
    assert raster.basins.labels.shape == (3, 2)
    names = np.array([a.name for a in raster.basins.attractors])[raster.basins.labels]
    assert names.tolist() == [["x → 1", "x → 2"], ["x → 1", "period 2"], ["diverged", "diverged"]]


def test_a_single_start_is_a_batch_of_one():
    basins = basins_of_attraction(ThreeHalvesPower(), 0.3, 0.5)
    assert [a.name for a in basins.attractors] == ["period 2 at -0.0625, 0.0625"]
    assert basins.labels.shape == ()


@pytest.mark.parametrize(("successes", "total"), [(0, 10), (3, 10), (10, 10), (37, 400)])
def test_the_wilson_interval_solves_its_defining_quadratic(successes, total):
    z, share = 1.959963984540054, successes / total
    for p in wilson_interval(successes, total):
        assert (share - p) ** 2 == pytest.approx(z**2 * p * (1 - p) / total, abs=1e-12)


@pytest.mark.parametrize(("successes", "total"), [(0, 10), (3, 10), (10, 10), (37, 400)])
def test_the_wilson_interval_is_that_of_scipy(successes, total):
    expected = binomtest(successes, total).proportion_ci(0.95, method="wilson")
    np.testing.assert_allclose(wilson_interval(successes, total), expected, atol=1e-12)


@pytest.mark.parametrize(("successes", "total"), [(-1, 5), (6, 5), (0, 0), (1.5, 3)])
def test_impossible_counts_are_named(successes, total):
    with pytest.raises(ValueError, match=r"(successes|total) must be"):
        wilson_interval(successes, total)


@pytest.mark.parametrize(
    ("step_sizes", "continuation", "message"),
    [
        (0.1, None, "step_sizes must have one axis"),
        ([0.1, -1.0], None, "step_sizes must be positive"),
        ([math.inf], None, "step_sizes must be positive"),
        ([0.1], "sideways", "continuation must be"),
    ],
)
def test_bad_arguments_of_a_diagram_are_named(step_sizes, continuation, message):
    with pytest.raises(ValueError, match=message):
        bifurcation_diagram(TwoMinima(), 1.0, step_sizes, continuation=continuation)


@pytest.mark.parametrize(
    ("objective", "starts", "step_sizes", "message"),
    [
        (UserFunction("x^2+y^2"), [1.0, 2.0], [0.1], r"objective must have states of shape \(\), got"),
        (TwoMinima(), [[1.0]], [0.1], r"starts must have one axis, got shape \(1, 1\)"),
        (TwoMinima(), [1.0], 0.1, r"step_sizes must have one axis, got shape \(\)"),
        (TwoMinima(), ["left"], [0.1], "starts must be a real number or an array of them"),
    ],
)
def test_bad_arguments_of_a_raster_are_named(objective, starts, step_sizes, message):
    with pytest.raises(ValueError, match=message):
        fate_raster(objective, starts, step_sizes)


def test_runs_that_end_at_named_places_are_grouped_by_them():
    function = UserFunction("(x^2-1)^2 + y^2")
    starts = np.array([[-0.9, 0.3], [1.2, -0.2], [0.8, 0.1], [0.0, 0.5], [9.0, 0.0]])
    limit = classify_limit(function, starts, 0.1)
    basins = basins_at(limit, np.array([[-1.0, 0.0], [1.0, 0.0]]), 1e-3, ["left", "right"])
    counted = {share.attractor.name: share.count for share in basins.shares}
    assert counted == {"left": 1, "right": 2, "equilibrium": 1, "diverged": 1}
    assert [basins.attractors[label].name for label in basins.labels[:3]] == ["left", "right", "right"]


def test_a_raster_classified_by_rows_is_the_raster_classified_at_once():
    starts, deltas = np.linspace(0.0, 2.6, 21), np.linspace(0.05, 0.6, 17)[:, None]
    seen = []
    by_rows = classify_rows(TwoMinima(), starts, deltas, seen.append, n_steps=300)
    at_once = classify_limit(TwoMinima(), starts, deltas, n_steps=300)
    np.testing.assert_array_equal(by_rows.kind, at_once.kind)
    np.testing.assert_array_equal(by_rows.period, at_once.period)
    np.testing.assert_array_equal(by_rows.points, at_once.points)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert len(seen) > 3


def test_limits_near_0_are_one_attractor_however_small_their_rounding():
    basins = basins_of_attraction(UserFunction("3x^2/2"), np.linspace(-2.0, 2.0, 50), 0.6)
    assert [attractor.name for attractor in basins.attractors] == ["x → 0"]


@pytest.mark.parametrize("reach", [1.0, 4.0, 100.0])
def test_cycles_side_by_side_are_a_family_without_a_place(reach):
    starts = np.linspace(-reach, reach, 400)
    shares = basins_of_attraction(UserFunction("abs(x)"), starts, 0.1).shares  # {a, a − 0.1} for every a
    merged = [s for s in shares if s.count > 1]
    assert sum(s.count for s in shares) == 400
    for share in merged:
        lowest = share.attractor.points.min()
        ends = gradient_descent(UserFunction("abs(x)"), starts, 0.1, 2001, keep_last=2).states.min(axis=0)
        assert (
            share.attractor.name == "period 2" or (np.abs(ends - lowest) <= 2e-3 * reach).sum() >= share.count
        )
