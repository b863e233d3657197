"""What a run became, in the cases that trip a naive classifier."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepsize_core import (
    EvenPower,
    LimitKind,
    Objective,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    classify_limit,
    classify_trajectory,
    gradient_descent,
    orbit_multipliers,
)
from stepsize_core.limits.settling import _looks

POINT = 1e-9  # relative accuracy of the points of a settled orbit
PERIODIC = 1e-8  # |Tᵖx − x| of the points reported, relative


class Quadratic(Objective):
    """λx²/2: the one system whose every limit is known in closed form."""

    def __init__(self, curvature):
        self.curvature = curvature

    def value(self, x):
        return self.curvature * np.asarray(x) ** 2 / 2

    def gradient(self, x):
        return self.curvature * np.asarray(x, float)

    def hessian(self, x):
        return np.full(np.shape(x), float(self.curvature))


class Bowl(Quadratic):
    """A quadratic in n variables with the given curvatures."""

    def __init__(self, *curvatures):
        self.curvature = np.array(curvatures, float)
        self.state_shape = (len(curvatures),)

    def value(self, x):
        return (self.curvature * x**2).sum(axis=-1) / 2

    def hessian(self, x):
        return np.broadcast_to(np.diag(self.curvature), (*x.shape, len(self.curvature)))


def the_limit(objective, start, step_size, **options):
    return classify_limit(objective, start, step_size, **options)


@pytest.mark.parametrize(
    ("start", "step_size", "x"), [(1.9, 0.1, 2.0), (1.9, 0.19, 2.0), (0.6, 0.3, 1.0), (1.2, 0.45, 1.0)]
)
def test_a_stable_minimum_is_reached(start, step_size, x):
    limit = the_limit(TwoMinima(), start, step_size)
    assert limit.kind is LimitKind.EQUILIBRIUM
    assert limit.period == 1
    assert limit.attracting
    np.testing.assert_allclose(limit.points, [x], rtol=POINT)
    np.testing.assert_allclose(limit.multipliers, [1 - step_size * TwoMinima().hessian(x)], atol=1e-9)


@pytest.mark.parametrize(
    ("step_size", "period"), [(0.21, 2), (0.24, 2), (0.25, 4), (0.255, 4), (0.26, 8), (0.2612, 8)]
)
def test_the_cascade_of_example_2_is_read_with_its_periods(step_size, period):
    limit = the_limit(TwoMinima(), 1.9, step_size)
    assert (limit.kind, limit.period) == (LimitKind.PERIODIC_ORBIT, period)
    assert limit.points.shape == (period,)
    np.testing.assert_allclose(
        limit.multipliers, orbit_multipliers(TwoMinima(), limit.points, step_size), atol=1e-6
    )
    step = limit.points - step_size * TwoMinima().gradient(limit.points)
    np.testing.assert_allclose(step, np.roll(limit.points, -1), rtol=PERIODIC)


def test_the_published_points_of_the_two_cycle_and_the_four_cycle():
    two, four = the_limit(TwoMinima(), 1.9, 0.21), the_limit(TwoMinima(), 1.9, 0.25)
    np.testing.assert_allclose(np.sort(two.points), [1.953, 2.033], atol=5e-4)
    np.testing.assert_allclose(np.sort(four.points), [1.872, 1.904, 2.047, 2.059], atol=5e-4)


def test_the_chaotic_band_is_aperiodic_with_a_positive_exponent():
    limit = the_limit(TwoMinima(), 1.9, 0.3)
    assert limit.kind is LimitKind.APERIODIC
    assert limit.exponent > 0.2
    assert (limit.period, len(limit.points)) == (0, 0)


@pytest.mark.parametrize("step_size", [0.199, 0.1999, 0.19999, 0.2])
def test_a_damped_alternation_just_below_and_at_the_threshold_is_an_equilibrium(step_size):
    limit = the_limit(TwoMinima(), 1.9, step_size)
    assert limit.kind is LimitKind.EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [2.0], rtol=POINT)


def test_the_same_at_the_other_minimum_at_exactly_one_half():
    limit = the_limit(TwoMinima(), 1.2, 0.5)
    assert limit.kind is LimitKind.EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [1.0], rtol=POINT)
    assert not limit.attracting  # neutral: the multiplier is −1


@pytest.mark.parametrize("step_size", [0.2001, 0.201])
def test_just_above_the_threshold_the_small_two_cycle_is_found(step_size):
    limit = the_limit(TwoMinima(), 1.9, step_size)
    assert (limit.kind, limit.period) == (LimitKind.PERIODIC_ORBIT, 2)
    assert 0 < np.ptp(limit.points) < 0.05


@pytest.mark.parametrize("power", [4, 6, 12, 24])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_an_algebraically_slow_approach_to_a_flat_minimum_is_an_equilibrium_at_zero(power, share):
    start = share * (2 / (power * 0.1)) ** (1 / (power - 2))
    limit = the_limit(EvenPower(power), start, 0.1)
    assert limit.kind is LimitKind.EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [0.0], atol=1e-12)


def test_steps_that_drown_in_rounding_do_not_make_an_equilibrium_of_a_slope():
    start = 0.2  # 24·0.2²³ is below the rounding of 0.2: the state stops moving, but not at a minimum
    states = gradient_descent(EvenPower(24), start, 1e-3, 300).states
    assert states[-1] == start
    assert float(the_limit(EvenPower(24), start, 1e-3).points[0]) == 0.0


@pytest.mark.parametrize("step_size", [1e-3, 0.1, 0.5, 7.0])
def test_a_superstable_cycle_has_multiplier_zero(step_size):
    limit = the_limit(ThreeHalvesPower(), 0.7 * step_size**2, step_size)
    assert (limit.kind, limit.period) == (LimitKind.PERIODIC_ORBIT, 2)
    np.testing.assert_allclose(np.abs(limit.points), step_size**2 / 4, rtol=POINT)
    assert abs(limit.multipliers[0]) < 1e-6


def test_a_start_exactly_on_the_exceptional_set_reaches_the_minimum():
    limit = the_limit(ThreeHalvesPower(), 0.25, 0.5)
    assert (limit.kind, float(limit.points[0])) == (LimitKind.EQUILIBRIUM, 0.0)
    assert not limit.attracting


@pytest.mark.parametrize(("start", "step_size"), [(2.0, 0.3), (1.0, 0.6)])
def test_a_start_exactly_on_an_unstable_equilibrium_stays_and_is_not_attracting(start, step_size):
    limit = the_limit(TwoMinima(), start, step_size)
    assert limit.kind is LimitKind.EQUILIBRIUM
    assert float(limit.points[0]) == start
    assert not limit.attracting


def test_a_start_exactly_on_an_unstable_cycle_stays():
    limit = the_limit(EvenPower(4), 1.0, 0.5)
    assert (limit.kind, limit.period) == (LimitKind.PERIODIC_ORBIT, 2)
    np.testing.assert_allclose(limit.multipliers, [25.0])


def test_a_long_march_is_undecided_not_converged():
    limit = the_limit(ThreeHalvesPower(), 1e6, 1e-2)  # 2√x/δ = 200 000 steps to go
    assert limit.kind is LimitKind.UNDECIDED


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.5, 1.9, 1.999])
def test_a_quadratic_converges_below_two_over_its_curvature(factor):
    limit = the_limit(Quadratic(3.0), 1.0, factor / 3.0)
    assert limit.kind is LimitKind.EQUILIBRIUM
    assert abs(float(limit.points[0])) < 1e-6
    np.testing.assert_allclose(limit.multipliers, [1 - factor], atol=1e-12)


@pytest.mark.parametrize("factor", [2.02, 2.5, 10.0])
def test_a_quadratic_diverges_above_it(factor):
    assert the_limit(Quadratic(3.0), 1.0, factor / 3.0).kind is LimitKind.DIVERGENT


def test_a_quadratic_at_exactly_two_over_its_curvature_jumps_for_ever():
    limit = the_limit(Quadratic(2.0), 1.0, 1.0)
    assert (limit.kind, limit.period) == (LimitKind.PERIODIC_ORBIT, 2)
    np.testing.assert_array_equal(np.sort(limit.points), [-1.0, 1.0])


def test_vector_states_are_classified_by_their_worst_direction():
    bowl = Bowl(1.0, 10.0)
    starts = np.array([[1.0, 1.0], [1.0, 0.0]])
    below = classify_limit(bowl, starts, 0.19)
    above = classify_limit(bowl, starts, 0.25)
    assert list(below.kind) == [LimitKind.EQUILIBRIUM] * 2
    assert list(above.kind) == [LimitKind.DIVERGENT, LimitKind.EQUILIBRIUM]
    assert below.points.shape == (1, 2, 2)
    np.testing.assert_allclose(below.multipliers[0], [-0.9, 0.81], atol=1e-12)


def test_a_run_into_a_saddle_is_neither_aperiodic_nor_a_stable_equilibrium():
    class Saddle(Bowl):  # (x² − y²)/2 + y⁴/4, started on the stable manifold y = 0 of its saddle
        def __init__(self):
            super().__init__(1.0, -1.0)

        def gradient(self, x):
            return np.stack([x[..., 0], x[..., 1] ** 3 - x[..., 1]], axis=-1)

        def hessian(self, x):
            second = np.stack([np.ones_like(x[..., 1]), 3 * x[..., 1] ** 2 - 1], axis=-1)
            return second[..., None] * np.eye(2)

    limit = the_limit(Saddle(), [1.0, 0.0], 0.1, n_steps=1000)
    assert limit.kind is LimitKind.UNDECIDED
    assert the_limit(Saddle(), [1.0, 1e-6], 0.1, n_steps=1000).kind is LimitKind.EQUILIBRIUM


def test_a_batch_says_the_same_as_its_members():
    starts = np.array([0.2, 0.6, 1.5, 1.9, 2.3])
    deltas = np.array([0.05, 0.21, 0.3, 0.45])[:, None]
    batch = classify_limit(TwoMinima(), starts, deltas)
    assert batch.kind.shape == (4, 5)
    for i in range(4):
        for j in range(5):
            one = classify_limit(TwoMinima(), starts[j], deltas[i, 0])
            assert (batch.kind[i, j], batch.period[i, j]) == (one.kind, one.period)
            p = one.period
            np.testing.assert_allclose(np.sort(batch.points[:p, i, j]), np.sort(one.points), rtol=1e-8)
            assert np.isnan(batch.points[p:, i, j]).all()


@settings(max_examples=60, deadline=None)
@given(start=st.floats(-0.5, 2.8), step_size=st.floats(0.005, 0.7))
def test_whatever_is_reported_is_an_orbit_of_the_map_with_these_multipliers(start, step_size):
    limit = the_limit(TwoMinima(), start, step_size, n_steps=3000)
    if limit.period:
        x = limit.points
        np.testing.assert_allclose(
            x - step_size * TwoMinima().gradient(x), np.roll(x, -1), rtol=PERIODIC, atol=PERIODIC
        )
        product = np.prod(1 - step_size * TwoMinima().hessian(x))
        np.testing.assert_allclose(limit.multipliers[0], product, rtol=1e-6, atol=1e-9)
        proper = [q for q in range(1, limit.period) if limit.period % q == 0]
        assert all(np.max(np.abs(x - np.roll(x, q))) > 1e-8 for q in proper)
    if limit.kind is LimitKind.DIVERGENT:
        assert np.isnan(gradient_descent(TwoMinima(), start, step_size, 20_000, keep_last=1).final)


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0.01, 1.99), power=st.sampled_from([4, 8, 24]), step_size=st.floats(1e-3, 3.0))
def test_example_3_is_decided_by_its_threshold(share, power, step_size):
    radius = (2 / (power * step_size)) ** (1 / (power - 2))
    expected = LimitKind.EQUILIBRIUM if share < 1 else LimitKind.DIVERGENT
    if abs(share - 1) > 1e-3:
        assert the_limit(EvenPower(power), share * radius, step_size).kind is expected


def test_every_kind_has_a_sentence_and_every_single_limit_too():
    assert all(kind.sentence for kind in LimitKind)
    assert the_limit(TwoMinima(), 1.9, 0.21).sentence == "period 2 between 1.95291 and 2.03344"
    assert the_limit(TwoMinima(), 1.9, 0.1).sentence == "equilibrium x = 2"
    with pytest.raises(ValueError, match="sentence needs a single run"):
        _ = classify_limit(TwoMinima(), [1.9], 0.1).sentence


def test_a_batch_holds_the_kinds_themselves_and_a_single_run_is_one():
    batch = classify_limit(TwoMinima(), [[1.9, 0.6], [9.0, 1.2]], 0.25)
    assert (batch.kind.dtype, batch.kind.shape) == (object, (2, 2))
    assert all(type(kind) is LimitKind for kind in batch.kind.flat)
    assert type(the_limit(TwoMinima(), 9.0, 0.25).kind) is LimitKind


def test_the_last_look_is_the_last_step():
    assert _looks(100) == [100]
    assert _looks(10_000) == [256, 1024, 4096, 10_000]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step_size": 0.0}, "step_size must be positive"),
        ({"x0": math.nan}, "x0 must be finite"),
        ({"n_steps": 7}, "n_steps must be an integer of at least 8"),
        ({"x0": np.empty(0)}, "number of runs must be an integer of at least 1"),
        ({"max_period": 0}, "max_period must be an integer of at least 1"),
    ],
)
def test_bad_arguments_are_named(options, message):
    arguments = {"x0": 1.0, "step_size": 0.1, **options}
    with pytest.raises(ValueError, match=message):
        classify_limit(TwoMinima(), **arguments)


RESTRICTED = [
    ("log(x) + x", 3.0, 6.0, LimitKind.UNDEFINED),
    ("x - log(x)", 2.0, 0.5, LimitKind.EQUILIBRIUM),
    ("x - log(x)", -1.0, 0.5, LimitKind.UNDEFINED),
    ("sqrt(x)", 4.0, 0.1, LimitKind.UNDEFINED),
    ("-1/x - x^4", 2.0, 1.0, LimitKind.DIVERGENT),
    ("exp(x) + 1/(1+x^2)", 900.0, 1.0, LimitKind.DIVERGENT),
    ("(x-y)^2 - log(x)", (1.0, 1.0), 2.0, LimitKind.UNDEFINED),
]


@pytest.mark.parametrize(("text", "start", "step_size", "kind"), RESTRICTED)
def test_stepping_out_of_the_domain_is_told_from_growing_without_bound(text, start, step_size, kind):
    assert classify_limit(UserFunction(text), start, step_size).kind is kind


def test_the_last_finite_state_of_a_run_that_left_the_domain_lies_outside_it():
    function = UserFunction("log(x) + x")
    starts, step_sizes = np.linspace(0.1, 5.0, 30), np.linspace(0.05, 4.0, 20)[:, None]
    kinds = classify_limit(function, starts, step_sizes, n_steps=600).kind
    left = kinds == LimitKind.UNDEFINED
    assert left.any()
    states = gradient_descent(function, starts, step_sizes, 600).states
    last = np.isfinite(states).sum(axis=0) - 1
    ends = np.take_along_axis(states, last[None], axis=0)[0]
    np.testing.assert_array_equal(left, ends <= 0.0)


def test_a_recorded_run_that_left_the_domain_is_known_as_such():
    function = UserFunction("log(x) + x")
    states = gradient_descent(function, 3.0, 6.0, 64).states
    assert classify_trajectory(function, states, 6.0).kind is LimitKind.UNDEFINED


def test_an_objective_without_a_domain_is_not_asked_for_it():
    class Asked(TwoMinima):
        def defined(self, x):
            raise AssertionError("asked")

    assert classify_limit(Asked(), 2.5, 0.5).kind is LimitKind.DIVERGENT
