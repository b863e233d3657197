"""Limits off the beaten path: kinks, curvature that jumps, plateaus, poles, overflow, transients."""

import math

import numpy as np
import pytest

from stepsize_core import (
    LimitKind,
    Objective,
    UserFunction,
    basins_of_attraction,
    classify_limit,
    gradient_descent,
    lyapunov_exponent,
)
from stepsize_core.limits.settling import _looks

EQUILIBRIUM, ORBIT, UNDECIDED = LimitKind.EQUILIBRIUM, LimitKind.PERIODIC_ORBIT, LimitKind.UNDECIDED


def limit_of(text, start, step_size, **options):
    return classify_limit(UserFunction(text), start, step_size, **options)


@pytest.mark.parametrize("step_size", [0.003, 0.01, 0.2, 0.7])
@pytest.mark.parametrize(("bend", "start"), [(1.0, 0.3), (1.0, -1.7), (0.5, 0.9)])
def test_where_the_slope_jumps_across_0_the_run_alternates_for_ever(bend, start, step_size):
    limit = limit_of(f"abs(x)+{bend}*x^2/2", start, step_size)
    assert (limit.kind, limit.period) == (ORBIT, 2)
    np.testing.assert_allclose(np.sort(limit.points), np.array([-1, 1]) * step_size / (2 - bend * step_size))


def test_a_run_that_slides_between_the_sides_of_a_kink_does_not_converge_to_it():
    assert limit_of("abs(x)+x^3", 0.2, 0.3).kind is UNDECIDED


def test_a_kink_that_is_landed_on_exactly_is_said_to_be():
    limit = limit_of("abs(x)", 0.5, 0.25)
    assert (limit.kind, float(limit.points[0])) == (EQUILIBRIUM, 0.0)
    assert not limit.attracting
    assert limit.sentence == "equilibrium x = 0, landed on exactly"


@pytest.mark.parametrize("text", ["max(x^2,2*x)", "max(2*x,x^2)", "relu(x)*2+min(x,0)^2"])
@pytest.mark.parametrize("start", [0.3, -0.4])
def test_a_kink_with_a_slope_on_one_side_only_is_reached_from_the_other(text, start):
    limit = limit_of(text, start, 0.05)
    assert limit.kind is EQUILIBRIUM
    assert abs(float(limit.points[0])) < 1e-12
    np.testing.assert_allclose(limit.multipliers, [1 - 0.05 * 2])


@pytest.mark.parametrize(("right", "left", "step_size"), [(1.0, 0.5, 1.2), (0.5, 1.0, 1.2), (2.0, 0.3, 0.9)])
def test_where_the_curvature_jumps_two_steps_decide(right, left, step_size):
    limit = limit_of(f"{right}*max(x,0)^2+{left}*min(x,0)^2", 0.7, step_size)
    a, b = 1 - 2 * step_size * left, 1 - 2 * step_size * right
    alternates = a < 0 and b < 0
    modulus = math.sqrt(a * b) if alternates else max(a, b)
    assert modulus < 1
    assert (limit.kind, float(limit.points[0])) == (EQUILIBRIUM, 0.0)
    np.testing.assert_allclose(np.abs(limit.multipliers), [modulus])


def test_a_run_that_two_steps_blow_up_diverges_where_one_side_alone_would_converge():
    assert limit_of("max(x,0)^2+min(x,0)^2/2", 0.7, 1.9).kind is LimitKind.DIVERGENT  # 2.8 · 0.9 > 1


@pytest.mark.parametrize(("text", "start"), [
    ("tanh(x)^2", 19.0), ("tanh(x)^2", 400.0), ("exp(-x)", 40.0), ("(1/x^2-1)^2", 1e9), ("-1/(1+x^2)", 1e6),
    ("-cos(x)*cos(y)*exp(-((x-pi)^2+(y-pi)^2))", (-9.0, 8.0)),
    ("-cos(x)*cos(y)*exp(-((x-pi)^2+(y-pi)^2))", (-19.0, -18.0)),
])  # fmt: skip
def test_on_a_plateau_where_steps_drown_in_rounding_nothing_is_decided(text, start):
    function = UserFunction(text)
    states = gradient_descent(function, start, 0.5, 10)
    np.testing.assert_allclose(states.final, start)
    assert classify_limit(function, start, 0.5).kind is UNDECIDED


@pytest.mark.parametrize(("text", "start"), [
    ("relu(x)^2", -1.0), ("max(x,1)", -3.0), ("3", 0.3), ("(x-20)^4", 20.0),
    ("relu(x)^2+relu(y)^2", (-1.0, -1.0)),
])  # fmt: skip
def test_where_the_function_is_flat_or_the_start_is_an_equilibrium_the_run_rests(text, start):
    limit = limit_of(text, start, 0.5)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_array_equal(limit.points[0], start)


def test_an_evaluation_that_overflows_is_no_divergence():
    assert limit_of("log(exp(x)+exp(-x))", 715.0, 0.5).kind is EQUILIBRIUM
    assert limit_of("(exp(x)-exp(-x))/(exp(x)+exp(-x))", 715.0, 0.5).kind is not LimitKind.DIVERGENT


def test_an_inflection_is_reached_from_one_side_and_left_on_the_other():
    limit = limit_of("x^3/3", 1.0, 0.5)
    assert (limit.kind, float(limit.points[0])) == (EQUILIBRIUM, 0.0)
    assert limit_of("x^3/3", -1.0, 0.5).kind is LimitKind.DIVERGENT


def test_a_degenerate_saddle_that_a_run_leaves_algebraically_is_no_limit():
    assert limit_of("x^3/3-x*y^2-x^2/2+y^2", (0.0722, -0.5602), 0.579).kind is not EQUILIBRIUM


@pytest.mark.parametrize(("text", "start", "step_size"), [
    ("1.14*x*abs(x)", -2.4, 0.0055),  # grows by 1.2 % a step
    ("-0.2*x+sin(x)", 0.25, 38.75),  # wanders off
    ("1.12*tan(x)", -0.8, 0.293),  # is kicked by poles
])  # fmt: skip
def test_what_has_no_bound_is_not_aperiodic(text, start, step_size):
    assert limit_of(text, start, step_size, n_steps=1000).kind is not LimitKind.APERIODIC


class Logistic(Objective):
    """x ← rx(1 − x) at δ = 1."""

    def __init__(self, r):
        self.r = r

    def value(self, x):
        return x * x / 2 - self.r * (x * x / 2 - x**3 / 3)

    def gradient(self, x):
        return x - self.r * np.asarray(x, float) * (1 - np.asarray(x))

    def hessian(self, x):
        return 1 - self.r * (1 - 2 * np.asarray(x, float))


def superstable(period, most=3):
    """Parameters r at which ½ has this period under the logistic map, beyond the first cascade."""

    def back(r):
        x = np.full_like(r, 0.5)
        for _ in range(period):
            x = r * x * (1 - x)
        return x - 0.5

    r = np.linspace(3.57, 4.0, 20_001)
    at = np.flatnonzero(back(r[:-1]) * back(r[1:]) < 0)[:most]
    low, high = r[at], r[at + 1]
    for _ in range(60):
        middle = (low + high) / 2
        same = back(middle) * back(low) > 0
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return low[np.abs(back(low)) < 1e-6]


@pytest.mark.parametrize("period", [7, 11, 17, 19, 21])
def test_a_long_transient_beside_a_stable_cycle_is_not_called_aperiodic(period):
    for r in superstable(period):
        limit = classify_limit(Logistic(r), 0.3, 1.0)
        assert limit.kind in (ORBIT, UNDECIDED)
        assert period % max(limit.period, 1) == 0


def test_a_run_without_a_period_that_is_not_surely_chaotic_says_so():
    limit = classify_limit(Logistic(superstable(19)[0]), 0.3, 1.0)
    assert (limit.kind, limit.sentence) == (UNDECIDED, "undecided: no period found")
    assert math.isfinite(limit.exponent)


@pytest.mark.parametrize("r", [3.7, 3.9, 4.0])
def test_chaos_is_still_called_aperiodic(r):
    limit = classify_limit(Logistic(r), 0.3, 1.0)
    assert limit.kind is LimitKind.APERIODIC
    assert limit.exponent > 0.3


@pytest.mark.parametrize("step_size", [2.02, 2.5, 4.0])
def test_a_run_that_diverges_has_no_exponent(step_size):
    assert math.isnan(float(lyapunov_exponent(UserFunction("x^2/2"), 1.0, step_size)))


def test_ends_are_told_apart_beside_a_pole():
    starts = np.random.default_rng(0).uniform(-3.0, 3.0, 400)
    basins = basins_of_attraction(UserFunction("(1/x^2-1)^2"), starts, 0.05, n_steps=512)
    counts = {share.attractor.name: share.count for share in basins.shares}
    assert (counts["x → -1"], counts["x → 1"]) == (147, 180)


@pytest.mark.parametrize("start", [0.3, 2e-4, 1e-6])
@pytest.mark.parametrize(("text", "x"), [("log(1+exp(x))-x/2", 0.0), ("log(1+exp(x-0.37))-x/2", 0.37)])
def test_a_flicker_of_rounding_about_a_stable_equilibrium_is_no_cycle(text, x, start):
    limit = limit_of(text, x + start, 7.0)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [x], atol=1e-12)
    np.testing.assert_allclose(limit.multipliers, [1 - 7 / 4])


@pytest.mark.parametrize("step_size", [1e-3, 1e-2])
def test_a_tiny_cycle_is_still_a_cycle(step_size):
    limit = limit_of("2/3*abs(x)^1.5", 3 * step_size**2, step_size)
    assert (limit.kind, limit.period) == (ORBIT, 2)
    np.testing.assert_allclose(np.abs(limit.points), step_size**2 / 4)


def test_a_run_does_not_converge_to_a_plateau_far_away():
    limit = limit_of("tanh(x)^2+y^2", (-0.8174, 0.3781), 1e-4)
    assert limit.kind is UNDECIDED or abs(float(limit.points[0, 0])) < 1e-3


def test_the_last_look_sees_a_third_of_the_run():
    for n_steps in (257, 300, 1030, 1500, 4100, 7000, 20_000):
        looks = [0, *_looks(n_steps)]
        assert looks[-1] - looks[-2] >= n_steps / 3


@pytest.mark.parametrize(("text", "start", "x"), [
    ("abs(x-1)+x^2/2", 0.3, 1.0), ("abs(x+1)+x^2/2", -0.3, -1.0), ("abs(x-2)+x^2/4", 0.5, 2.0),
])  # fmt: skip
@pytest.mark.parametrize("step_size", [0.1, 0.5, 0.7, 0.8011539269714107])
def test_a_run_that_rounding_carries_onto_a_kink_was_converging_to_it(text, start, x, step_size):
    limit = limit_of(text, start, step_size)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [x], rtol=1e-12)


def test_a_cycle_that_is_approached_algebraically_has_all_its_digits():
    limit = limit_of("log(1+x^2)", 0.3, 2.0, n_steps=4000)
    assert (limit.kind, limit.period) == (ORBIT, 2)
    np.testing.assert_array_equal(np.sort(limit.points), [-1.0, 1.0])


def test_an_overflow_in_the_branch_not_taken_does_not_hide_a_divergence():
    assert limit_of("min(x^2,x^4)+x^2/4", 2.4376872103424465, 1.9549008582253766).kind is LimitKind.DIVERGENT


@pytest.mark.parametrize(("text", "start", "step_size"), [
    ("2.87*relu(abs(x)-0.281)^2", -2.2075, 0.35), ("relu(0.535*x^2-1.97)", 2.1, 1.86899),
])  # fmt: skip
def test_a_run_that_stands_on_a_flat_stands_where_it_stands(text, start, step_size):
    function = UserFunction(text)
    limit = classify_limit(function, start, step_size, n_steps=2000)
    end = gradient_descent(function, start, step_size, 2000, keep_last=1).final
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [end], rtol=1e-12)


@pytest.mark.parametrize(("text", "start", "step_size"), [
    ("x^3/3-2*x", 1.4142135623730951, 0.8289984055648222), ("1.72*tan(x)^2", 0.3, 1.041),
])  # fmt: skip
def test_no_chaos_is_claimed_where_floating_point_resolves_nothing(text, start, step_size):
    assert limit_of(text, start, step_size).kind not in (LimitKind.APERIODIC, ORBIT)


def test_a_run_that_overflows_between_two_looks_has_diverged():
    limit = limit_of("0.879*x^2/2+1.81*cos(1.71*x)", -2.0, 3.4063983278677368, n_steps=2000)
    assert limit.kind is LimitKind.DIVERGENT


@pytest.mark.parametrize(("text", "start"), [
    ("tanh(x)^2+tanh(y)^2", (19.0, 1.0)), ("-exp(-x^2)+y^2", (7.0, 1.0)), ("y^2+tanh(x-y)^2", (19.0, 0.5)),
])  # fmt: skip
def test_a_plateau_along_one_direction_of_the_plane_is_no_equilibrium(text, start):
    assert limit_of(text, start, 0.3).kind is UNDECIDED


@pytest.mark.parametrize("text", ["(x-y)^2", "(x^2+y^2-1)^2", "(x*y-1)^2", "x^2*y^2/2", "(x-2*y+1)^2"])
def test_a_valley_is_still_reached(text):
    assert limit_of(text, (0.9, 0.7), 0.1).kind is EQUILIBRIUM


def test_where_the_curvature_of_the_plane_jumps_multipliers_are_not_claimed():
    limit = limit_of("max(x,0)^2+min(x,0)^2/2+y^2/2", (0.3, 1.0), 1.2)
    assert limit.kind in (EQUILIBRIUM, UNDECIDED)
    assert np.isnan(limit.multipliers).all()


def test_a_cycle_through_0_is_written_with_0():
    assert limit_of("max(x,-x)", 0.3, 0.1).sentence in (
        "period 2 between 0 and 0.1",
        "period 2 between -0.1 and 0",
    )


def test_a_march_towards_a_flat_ends_within_it_and_not_at_its_edge():
    function, start, step_size = (
        UserFunction("2.29*relu(x-(-0.544))"),
        2.5107894434262787,
        0.00439191725247843,
    )
    end = gradient_descent(function, start, step_size, 4000, keep_last=1).final
    limit = classify_limit(function, start, step_size, n_steps=4000)
    assert limit.kind is UNDECIDED or abs(float(limit.points[0]) - end) < 1e-12


def test_a_run_that_stays_on_one_side_does_not_approach_what_throws_it_across():
    limit = limit_of("(-1.48)*x^2/(x^2-1)", -0.1281248134205476, 0.6756563127670675, n_steps=1000)
    assert limit.kind is not EQUILIBRIUM
