"""Runs judged on what they compute, and recorded runs."""

import numpy as np
import pytest

from stepsize_core import (
    EvenPower,
    LimitKind,
    Objective,
    ThreeHalvesPower,
    TwoMinima,
    classify_limit,
    gradient_descent,
)
from stepsize_core.limits import classify_trajectory


class Product(Objective):
    """½(w₁w₂ − 1)², observed through its product: a hyperbola of minima with the same function."""

    state_shape = (2,)

    def value(self, x):
        return (x[..., 0] * x[..., 1] - 1) ** 2 / 2

    def gradient(self, x):
        return (x[..., 0] * x[..., 1] - 1)[..., None] * x[..., ::-1]

    def hessian(self, x):
        swapped = x[..., ::-1]
        error = (x[..., 0] * x[..., 1] - 1)[..., None, None]
        return swapped[..., :, None] * swapped[..., None, :] + error * (1 - np.eye(2))

    def observable(self, x):
        return x[..., :1] * x[..., 1:]


class Drifting(Objective):
    """x²/2 − 10⁻³·y, observed through 1 + x: y moves for ever and nothing that is computed changes."""

    state_shape = (2,)

    def value(self, x):
        return x[..., 0] ** 2 / 2 - 1e-3 * x[..., 1]

    def gradient(self, x):
        return np.stack([x[..., 0], np.full(x.shape[:-1], -1e-3)], axis=-1)

    def hessian(self, x):
        return np.broadcast_to(np.diag([1.0, 0.0]), (*x.shape[:-1], 2, 2))

    def observable(self, x):
        return 1.0 + x[..., :1]


class UnobservedDrifting(Drifting):
    observable = None


def test_a_function_that_stands_still_has_converged_while_its_parameters_drift():
    limit = classify_limit(Drifting(), [1.0, 0.0], 0.5, n_steps=2000)
    assert limit.kind is LimitKind.EQUILIBRIUM
    np.testing.assert_allclose(np.sort(limit.multipliers), [0.5, 1.0])


def test_without_an_observable_the_same_drift_is_not_called_converged():
    assert classify_limit(UnobservedDrifting(), [1.0, 0.0], 0.5, n_steps=2000).kind is LimitKind.UNDECIDED


@pytest.mark.parametrize(
    ("step_size", "kind", "period"),
    [
        (0.5, LimitKind.EQUILIBRIUM, 1),
        (1.1, LimitKind.PERIODIC_ORBIT, 2),
        (1.25, LimitKind.PERIODIC_ORBIT, 4),
    ],
)
def test_the_function_of_two_scalar_layers_converges_cycles_and_doubles_its_period(step_size, kind, period):
    limit = classify_limit(Product(), [1.02, 0.97], step_size, n_steps=4000)
    assert (limit.kind, limit.period) == (kind, period)
    assert np.abs(limit.multipliers).max() < 1.0 + 1e-3


class Observed(Objective):
    """A scalar function given by f′ and f″, observed through level + x."""

    def __init__(self, slope, curvature, level):
        self.gradient, self.hessian, self.level = slope, curvature, level

    def observable(self, x):
        return self.level + np.asarray(x)[..., None]


def sliding(speed, level):
    return Observed(lambda x: np.full_like(x, -speed), np.zeros_like, level)


def parabola(curvature, level=1.0):
    return Observed(lambda x: curvature * x, lambda x: np.full_like(x, curvature), level)


def quartic(level):
    return Observed(lambda x: x**3, lambda x: 3.0 * x**2, level)


@pytest.mark.parametrize(
    ("objective", "start", "n_steps", "rests"),
    [
        (sliding(1e-5, 1.0), 0.0, 4000, False),  # 0.10 of 1.04 in the next 10,000 steps
        (sliding(1e-5, 20.0), 0.0, 4000, True),  # 0.10 of 20
        (sliding(1e-9, 1.0), 0.0, 400, True),
        (parabola(1e-4), 1.0, 10_000, False),  # 1 + 0.37, and 0.23 less after as many steps again
        (parabola(1e-4), 0.01, 10_000, True),  # 0.0023 less
        (parabola(1e-6), 1.0, 1000, True),  # 2 − 0.001, and 0.01 less in the next 10,000: 0.5 %
        (parabola(1e-5), 1.0, 1000, False),  # 0.09 of 1.99: 5 %
        (quartic(0.1), 0.5, 20_000, False),  # x ≈ (2k)^−½ = 0.005 falls by 0.0015 of 0.105
        (quartic(1.0), 0.5, 20_000, True),  # 0.0015 of 1
        (parabola(-1e-4), 1e-2, 10_000, False),  # 0.027 leaves a maximum: 0.047 of 1.03
        (parabola(-1e-4, 1e3), 1e-3, 10_000, True),
    ],
)
@pytest.mark.parametrize("recorded", [False, True])
def test_rest_is_a_rate_and_no_small_step(objective, start, n_steps, rests, recorded):
    run = gradient_descent(objective, start, 1.0, n_steps).states
    later = gradient_descent(objective, run[-1], 1.0, max(n_steps, 10_000)).final
    assert (abs(later - run[-1]) <= 0.01 * abs(objective.level + run[-1])) == rests
    if recorded:
        limit = classify_trajectory(objective, run, 1.0)
    else:
        limit = classify_limit(objective, start, 1.0, n_steps=n_steps)
    assert limit.kind is (LimitKind.EQUILIBRIUM if rests else LimitKind.UNDECIDED)


@pytest.mark.parametrize(
    ("curvature", "start"), [(2.0004, 1e-2), (2.0008, 1e-4), (1.9999, 0.1)], ids=["grows", "small", "falls"]
)
def test_an_alternation_that_grows_or_goes_on_too_long_is_neither_a_cycle_nor_at_rest(curvature, start):
    run = gradient_descent(parabola(curvature), start, 1.0, 2000).states
    assert classify_trajectory(parabola(curvature), run, 1.0).kind is LimitKind.UNDECIDED


def test_an_alternation_that_dies_within_the_horizon_rests_at_its_midpoint():
    run = gradient_descent(parabola(1.999), 0.5, 1.0, 1000).states
    assert abs(run[-1]) > 0.1
    limit = classify_trajectory(parabola(1.999), run, 1.0)
    assert (limit.kind, limit.period) == (LimitKind.EQUILIBRIUM, 1)
    assert abs(limit.points[0]) < 1e-3
    assert limit.multipliers[0] == pytest.approx(-0.999)


@pytest.mark.parametrize("step_size", [1.23615, 1.2364])
@pytest.mark.parametrize("n_steps", [4000, 20_000])
def test_a_subharmonic_of_one_or_two_per_cent_makes_a_period_of_4(step_size, n_steps):
    run = gradient_descent(Product(), [1.02, 0.97], step_size, n_steps).states
    product = Product().observable(run)[:, 0]
    swing, subharmonic = abs(product[-1] - product[-2]), abs(product[-1] - product[-3])
    assert 0.005 < subharmonic / swing < 0.03
    assert classify_trajectory(Product(), run, step_size).period == 4
    assert classify_limit(Product(), [1.02, 0.97], step_size, n_steps=n_steps).period == 4


class Unmoved(Objective):
    """10⁻⁵·x²/2 of (x, y), observed through x: y, however large, never moves."""

    state_shape = (2,)

    def gradient(self, x):
        return np.stack([1e-5 * x[..., 0], np.zeros(x.shape[:-1])], axis=-1)

    def hessian(self, x):
        return np.broadcast_to(np.diag([1e-5, 0.0]), (*x.shape[:-1], 2, 2))

    def observable(self, x):
        return x[..., :1]


def test_steps_that_are_small_beside_a_huge_parameter_are_no_rest():
    limit = classify_limit(Unmoved(), [1.0, 1e9], 1.0, n_steps=4000)
    assert limit.kind is LimitKind.UNDECIDED


@pytest.mark.parametrize("n_steps", [150, 400])
def test_a_damped_alternation_is_an_equilibrium_not_yet_reached_and_no_cycle(n_steps):
    states = gradient_descent(Product(), [1.03, 0.99], 0.995, n_steps).states
    swing = np.abs(np.diff(Product().observable(states)[-20:, 0]))
    assert swing.min() > 1e-6  # still alternating
    limit = classify_trajectory(Product(), states, 0.995)
    assert (limit.kind, limit.period) == (LimitKind.EQUILIBRIUM, 1)
    assert -1.0 < limit.multipliers.real.min() < -0.9


@pytest.mark.parametrize(
    ("objective", "start", "step_size"),
    [
        (TwoMinima(), 1.9, 0.1),
        (TwoMinima(), 1.9, 0.2),
        (TwoMinima(), 1.9, 0.21),
        (TwoMinima(), 1.9, 0.25),
        (TwoMinima(), 1.9, 0.3),
        (TwoMinima(), 5.0, 0.1),
        (ThreeHalvesPower(), 0.3, 0.5),
        (EvenPower(6), 0.8, 0.1),
    ],
)
def test_a_recorded_run_is_classified_as_when_it_is_run_again(objective, start, step_size):
    states = gradient_descent(objective, start, step_size, 10_000).states
    recorded, again = (
        classify_trajectory(objective, states, step_size),
        classify_limit(objective, start, step_size),
    )
    assert (recorded.kind, recorded.period) == (again.kind, again.period)
    np.testing.assert_allclose(np.sort(recorded.points), np.sort(again.points), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("states", [np.zeros(32), np.zeros((40, 1)), 1.0])
def test_what_is_not_a_recorded_run_is_named(states):
    with pytest.raises(ValueError, match="states must be"):
        classify_trajectory(TwoMinima(), states, 0.1)
