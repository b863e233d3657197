"""Theorems 2 and 3: identity initialization with symmetric targets."""

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    LimitKind,
    ScalarFactorization,
    SpectrumFactorization,
    classify_limit,
    gradient_descent,
)
from stepsize_core.paper import identity_initialization as ii

LEADING_ORDER = 0.02  # relative error of an asymptotic law after the steps taken here


@pytest.fixture
def rng():
    return np.random.default_rng(20181203)


def symmetric(rng, eigenvalues):
    basis = np.linalg.qr(rng.standard_normal((len(eigenvalues),) * 2))[0]
    return (basis * np.asarray(eigenvalues)) @ basis.T


def descend(eigenvalues, depth, delta, n_steps):
    """Eigenvalues of the layers after n_steps from the identity."""
    spectrum = SpectrumFactorization(eigenvalues, depth)
    return gradient_descent(spectrum, spectrum.identity_start(), delta, n_steps, keep_last=1).final


# closed forms against independent computation


def test_nearest_psd_is_closer_than_every_psd_matrix_tried(rng):
    for _ in range(5):
        target = symmetric(rng, rng.standard_normal(4))
        nearest = ii.nearest_psd(target)
        distance = np.linalg.norm(target - nearest)
        assert np.linalg.eigvalsh(nearest)[0] > -1e-12
        roots = rng.standard_normal((2000, 4, 4)) * rng.uniform(0.0, 1.5, (2000, 1, 1))
        around = np.linalg.cholesky(nearest + 1e-9 * np.eye(4)) + 0.1 * rng.standard_normal((2000, 4, 4))
        for factors in (roots, around):
            tried = np.linalg.norm(target - factors @ factors.mT, axis=(-2, -1))
            assert np.all(tried >= distance * (1 - 1e-9))


def test_nearest_psd_satisfies_the_optimality_conditions_of_the_projection_on_a_cone(rng):
    target = symmetric(rng, [-2.0, -0.3, 0.0, 0.7, 1.9])
    nearest = ii.nearest_psd(target)
    residual = target - nearest
    assert abs(np.sum(residual * nearest)) < 1e-12  # orthogonal to the projection
    assert np.linalg.eigvalsh(residual)[-1] < 1e-12  # in the polar cone
    np.testing.assert_allclose(ii.nearest_psd(nearest), nearest, atol=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_the_guaranteed_step_is_the_minimum_that_the_theorems_name(rng, depth):
    power = 2 * (depth - 1) / depth
    for eigenvalues in ([0.2, 0.5], [0.0, 3.0], [-1.5, 0.4, 2.0], [-4.0, -0.1]):
        rho = max(abs(value) for value in eigenvalues)
        terms = [1 / depth, 1 / (depth * rho**power)]
        if min(eigenvalues) < 0:
            terms.append(1 / (1 - min(eigenvalues)))
        assert ii.guaranteed_step_size(symmetric(rng, eigenvalues), depth) == pytest.approx(min(terms))


def test_the_zero_target_is_guaranteed_up_to_one_over_the_depth():
    assert ii.guaranteed_step_size(np.zeros((3, 3)), 4) == 0.25


def test_linear_rate_is_the_multiplier_of_the_reduced_map(rng):
    for depth in (1, 2, 3, 7):
        for eigenvalue in (0.3, 2.5, -0.8, 0.0):
            limit = ii.layer_limit(eigenvalue, depth)
            curvature = float(ScalarFactorization(eigenvalue, depth).hessian(limit))
            assert ii.linear_rate(eigenvalue, 0.1, depth) == pytest.approx(1 - 0.1 * curvature, abs=1e-12)


# what gradient descent does


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_theorem_2_every_layer_converges_to_the_root_of_a_positive_definite_target(rng, depth):
    target = symmetric(rng, [0.3, 0.9, 2.2])
    network = DeepLinearNetwork(target, (3,) * (depth + 1))
    delta = ii.guaranteed_step_size(target, depth)
    final = gradient_descent(network, network.identity_start(), delta, 3000, keep_last=1).final
    values, axes = np.linalg.eigh(target)
    root = (axes * values ** (1 / depth)) @ axes.T
    for layer in network.unpack(final):
        np.testing.assert_allclose(layer, root, atol=1e-10)


@pytest.mark.parametrize(("eigenvalue", "depth"), [(0.4, 3), (2.0, 2), (-1.1, 2), (0.4, 5)])
def test_the_approach_shrinks_by_the_linear_rate(eigenvalue, depth):
    delta = 0.5 * ii.guaranteed_step_size(np.array([[eigenvalue]]), depth)
    states = gradient_descent(ScalarFactorization(eigenvalue, depth), 1.0, delta, 400).states
    distance = np.abs(states - ii.layer_limit(eigenvalue, depth))
    clear = np.flatnonzero(distance > 1e-9)[-1]  # the last step at which rounding does not matter
    assert distance[clear] / distance[clear - 1] == pytest.approx(
        ii.linear_rate(eigenvalue, delta, depth), rel=1e-3
    )


@pytest.mark.parametrize(
    ("eigenvalue", "depth"), [(0.0, 2), (0.0, 3), (0.0, 5), (-0.7, 3), (-0.7, 4), (-1.5, 6)]
)
def test_zero_and_negative_eigenvalues_decay_algebraically(eigenvalue, depth):
    delta, steps = 0.1, np.array([20_000, 40_000])
    objective = ScalarFactorization(eigenvalue, depth)
    w = gradient_descent(objective, 1.0, delta, 40_000, keep_every=20_000).states[1:]
    np.testing.assert_allclose(w, ii.algebraic_decay(eigenvalue, delta, depth, steps), rtol=LEADING_ORDER)
    assert ii.linear_rate(eigenvalue, delta, depth) == 1.0


def test_theorem_3_holds_in_the_eigenbasis_at_the_guaranteed_step(rng):
    eigenvalues = (-1.29, 0.23, 0.48, 2.11)
    for depth in (2, 3):
        delta = ii.guaranteed_step_size(np.diag(eigenvalues), depth)
        estimate = descend(eigenvalues, depth, delta, 20_000) ** depth
        np.testing.assert_allclose(estimate[1:], eigenvalues[1:], rtol=1e-9)
        assert 0 <= estimate[0] < 1e-9


@pytest.mark.parametrize("noise", [0.0, 1e-2])
def test_full_matrices_leave_the_psd_projection_for_a_lower_cost(rng, noise):
    """Rounding alone is enough from depth 3 on; a visible perturbation carries the run to R itself."""
    target = symmetric(rng, [-1.29, 0.23, 0.48, 2.11])
    network = DeepLinearNetwork(target, (4,) * 4)
    delta = ii.guaranteed_step_size(target, 3)
    start = network.identity_start(noise=noise, seed=1)
    states = gradient_descent(network, start, delta, 20_000, keep_every=20).states
    to_psd = np.linalg.norm(network.estimate(states) - ii.nearest_psd(target), axis=(-2, -1))
    assert to_psd.min() < (0.1 if noise else 1e-4)
    assert to_psd[-1] > 1.0
    assert network.value(states[-1]) < 0.1 * (0.5 * 1.29**2)
    if noise:
        assert np.linalg.norm(network.estimate(states[-1]) - target) < 1e-6


@pytest.mark.parametrize("noise", [1e-3, 1e-6, 1e-9])
def test_the_saddle_is_left_after_the_predicted_number_of_steps(noise):
    eigenvalue, delta = -1.29, 0.3
    network = DeepLinearNetwork(np.array([[eigenvalue]]), (1, 1, 1))
    start = np.array([1.0 + noise / np.sqrt(2), 1.0 - noise / np.sqrt(2)])
    values = network.value(gradient_descent(network, start, delta, 400).states)
    plateau = 0.5 * eigenvalue**2
    left = int(np.flatnonzero(values < plateau / 2)[0])
    assert left == pytest.approx(ii.escape_time(eigenvalue, delta, noise), abs=4)


@pytest.mark.parametrize(
    ("a", "kind", "period"),
    [
        (0.9, LimitKind.EQUILIBRIUM, 1),
        (1.1, LimitKind.PERIODIC_ORBIT, 2),
        (1.26, LimitKind.PERIODIC_ORBIT, 4),
    ],
)
def test_past_corollary_1_the_top_eigenvalue_doubles_its_period(a, kind, period):
    r = 2.3
    limit = classify_limit(ScalarFactorization(r, 2), 1.0, a / r)
    assert (limit.kind, limit.period) == (kind, period)


# arguments


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ii.guaranteed_step_size(np.array([[0.0, 1.0], [2.0, 0.0]]), 2), "target must be symmetric"),
        (lambda: ii.nearest_psd(np.ones((2, 3))), "target must be a square matrix"),
        (lambda: ii.nearest_psd(np.array([[np.nan]])), "target must be finite"),
        (lambda: ii.guaranteed_step_size(np.eye(2), 0), "depth must be an integer"),
        (lambda: ii.linear_rate(1.0, 0.0, 2), "step_size must be positive"),
        (lambda: ii.algebraic_decay(0.0, 0.1, 3, -1), "steps must be at least 0"),
        (lambda: ii.escape_time(1.0, 0.1, 1e-3), "eigenvalue must be negative"),
        (lambda: ii.escape_time(-1.0, 0.1, -1e-3), "noise must be at least 0"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_limits_of_the_escape_time():
    assert ii.escape_time(-1.0, 0.1, 0.0) == np.inf
    assert ii.escape_time(-1.0, 0.1, 5.0) == 0.0
