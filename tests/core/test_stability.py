"""Hessian spectra, margins, multipliers, Lyapunov exponents and the kind of loss of stability."""

import numpy as np
import pytest

from stepsize_core import (
    EvenPower,
    LimitKind,
    Objective,
    StabilityLoss,
    ThreeHalvesPower,
    TwoMinima,
    classify_limit,
    critical_step_size,
    eigenvalue_margins,
    flip_coefficient,
    gradient_descent,
    hessian_eigenvalues,
    lyapunov_exponent,
    orbit_multipliers,
    stability_loss,
)

STATISTICAL = 0.02  # a Lyapunov exponent over 20 000 chaotic steps, standard error about 0.005


class Analytic(Objective):
    """A scalar function of which only the derivatives at hand are known, as plain functions."""

    def __init__(self, *derivatives):
        self._derivatives = derivatives

    def value(self, x):
        return self.derivative(x, 0)

    def gradient(self, x):
        return self.derivative(x, 1)

    def hessian(self, x):
        return self.derivative(x, 2)

    def derivative(self, x, order):
        return self._derivatives[order](np.asarray(x, float))


HARD = Analytic(
    lambda x: x**2 / 2 + x**4 / 4,
    lambda x: x + x**3,
    lambda x: 1 + 3 * x**2,
    lambda x: 6 * x,
    lambda x: 6 + 0 * x,
)
SOFT = Analytic(lambda x: 1 - np.cos(x), np.sin, np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x))


class Rotated(Objective):
    """½ (x − c)ᵀ A (x − c) with a full matrix: eigenvalues known from the construction."""

    state_shape = (3,)

    def __init__(self, eigenvalues, seed):
        q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
        self.matrix = q @ np.diag(eigenvalues) @ q.T

    def value(self, x):
        return np.einsum("...i,ij,...j->...", x, self.matrix, x) / 2

    def gradient(self, x):
        return x @ self.matrix

    def hessian(self, x):
        return np.broadcast_to(self.matrix, (*np.shape(x)[:-1], 3, 3))


def test_the_thresholds_of_example_2():
    np.testing.assert_allclose(hessian_eigenvalues(TwoMinima(), [1.0, 2.0]), [[4.0], [10.0]])
    np.testing.assert_allclose(critical_step_size(TwoMinima(), [1.0, 2.0]), [0.5, 0.2])
    np.testing.assert_allclose(
        eigenvalue_margins(TwoMinima(), [1.0, 2.0], 0.3), [[2 / 0.3 - 4], [2 / 0.3 - 10]]
    )


def test_margins_broadcast_over_step_sizes():
    deltas = np.array([0.1, 0.3, 0.6])[:, None]
    margins = eigenvalue_margins(TwoMinima(), [1.0, 2.0], deltas)
    assert margins.shape == (3, 2, 1)
    assert list((margins[..., 0] > 0).sum(axis=1)) == [2, 1, 0]


def test_no_step_size_is_critical_without_positive_curvature_and_every_one_with_infinite_curvature():
    assert critical_step_size(TwoMinima(), 1.5561338829) == np.inf
    assert critical_step_size(ThreeHalvesPower(), 0.0) == 0.0
    assert critical_step_size(EvenPower(4), 0.0) == np.inf


def test_the_spectrum_of_a_full_quadratic_is_the_one_it_was_built_from():
    objective = Rotated([0.5, 2.0, 7.0], seed=1)
    np.testing.assert_allclose(hessian_eigenvalues(objective, np.ones(3)), [0.5, 2.0, 7.0])
    assert critical_step_size(objective, np.ones(3)) == pytest.approx(2 / 7)
    np.testing.assert_allclose(
        orbit_multipliers(objective, np.zeros((1, 3)), 0.4), [1 - 2.8, 1 - 0.2, 1 - 0.8], atol=1e-12
    )


def test_multipliers_are_the_derivative_of_the_iterated_map():
    orbit = classify_limit(TwoMinima(), 1.9, 0.25).points
    h = 1e-6
    ends = gradient_descent(TwoMinima(), orbit[0] + np.array([h, -h]), 0.25, 4).final
    assert orbit_multipliers(TwoMinima(), orbit, 0.25)[0] == pytest.approx(
        (ends[0] - ends[1]) / (2 * h), rel=1e-5
    )


def test_the_threshold_cycle_of_example_3_has_multiplier_three_minus_two_l_per_step():
    for power in (4, 8, 16):
        radius = (2 / (power * 0.1)) ** (1 / (power - 2))
        [multiplier] = orbit_multipliers(EvenPower(power), [radius, -radius], 0.1)
        assert multiplier == pytest.approx((3 - 2 * power) ** 2)


def test_the_orbit_of_example_1_is_superstable():
    amplitude = 0.7**2 / 4
    assert orbit_multipliers(ThreeHalvesPower(), [amplitude, -amplitude], 0.7)[0] == pytest.approx(
        0, abs=1e-15
    )


@pytest.mark.parametrize("step_size", [0.05, 0.21, 0.25])
def test_on_an_attracting_orbit_the_exponent_is_the_mean_log_of_its_multiplier(step_size):
    limit = classify_limit(TwoMinima(), 1.9, step_size)
    expected = np.log(abs(limit.multipliers[0])) / limit.period
    exponent = lyapunov_exponent(TwoMinima(), 1.9, step_size, n_transient=2000, n_steps=400)
    assert exponent == pytest.approx(expected, abs=1e-6)


def test_the_exponent_of_the_fully_chaotic_logistic_map_is_log_two():
    # δ∇f = x − 4x(1 − x) makes the step the logistic map at 4, whose exponent is known to be log 2
    logistic = Analytic(lambda x: x**3 * 4 / 3 - 1.5 * x**2, lambda x: 4 * x**2 - 3 * x, lambda x: 8 * x - 3)
    exponent = lyapunov_exponent(logistic, 0.1234, 1.0, n_steps=20_000)
    assert exponent == pytest.approx(np.log(2), abs=STATISTICAL)


def test_the_exponent_of_a_vector_is_that_of_its_slowest_direction():
    exponent = lyapunov_exponent(Rotated([0.5, 2.0, 7.0], seed=2), np.ones(3), 0.1, n_steps=500)
    assert exponent == pytest.approx(np.log(0.95), abs=1e-3)


def test_the_exponent_is_nan_where_the_run_escapes_and_batched_elsewhere():
    assert lyapunov_exponent(TwoMinima(), np.empty((2, 0)), 0.1).shape == (2, 0)
    exponents = lyapunov_exponent(TwoMinima(), np.array([1.9, 5.0]), np.array([[0.3], [0.05]]))
    assert exponents.shape == (2, 2)
    assert np.isnan(exponents[0, 1])
    assert exponents[0, 0] > 0 > exponents[1, 0]


def simulated_loss(objective, minimum):
    """SOFT if a small cycle is met just above 2/f″; HARD if runs from nearby escape already just below."""
    critical = float(critical_step_size(objective, minimum))
    above = classify_limit(objective, minimum + 1e-3, critical * 1.01)
    if above.kind is LimitKind.PERIODIC_ORBIT and above.period == 2 and np.ptp(above.points) < 1.0:
        return StabilityLoss.SOFT
    below = classify_limit(objective, minimum + 0.3, critical * 0.99)
    left = below.kind is LimitKind.DIVERGENT or abs(float(below.points[0]) - minimum) > 0.1
    return StabilityLoss.HARD if left else StabilityLoss.DEGENERATE


@pytest.mark.parametrize(
    ("objective", "minimum", "kind"),
    [
        (TwoMinima(), 1.0, StabilityLoss.SOFT),
        (TwoMinima(), 2.0, StabilityLoss.SOFT),
        (HARD, 0.0, StabilityLoss.HARD),
        (SOFT, 0.0, StabilityLoss.SOFT),
    ],
)
def test_the_sign_of_q_tells_how_stability_is_lost_as_simulation_shows(objective, minimum, kind):
    assert stability_loss(objective, minimum) is kind
    assert simulated_loss(objective, minimum) is kind
    assert (flip_coefficient(objective, minimum) > 0) == (kind is StabilityLoss.SOFT)


def test_a_quadratic_loses_stability_in_a_degenerate_way():
    quadratic = Analytic(
        lambda x: x**2, lambda x: 2 * x, lambda x: 2 + 0 * x, lambda x: 0 * x, lambda x: 0 * x
    )
    assert stability_loss(quadratic, 0.0) is StabilityLoss.DEGENERATE


def test_a_maximum_has_no_critical_step_size_to_lose_stability_at():
    with pytest.raises(ValueError, match="x must be a minimum"):
        stability_loss(TwoMinima(), 1.5561338829)


@pytest.mark.parametrize("orbit", [1.0, [], [[1.0, 2.0]]])
def test_an_orbit_of_the_wrong_shape_is_named(orbit):
    with pytest.raises(ValueError, match="orbit must have"):
        orbit_multipliers(TwoMinima(), orbit, 0.1)


def test_orbit_multipliers_want_one_step_size():
    with pytest.raises(ValueError, match="step_size must be a single number"):
        orbit_multipliers(TwoMinima(), [1.0], [0.1, 0.2])
