"""Deep linear networks: the cost (2), its data, its starts, and its descent."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse.linalg import eigsh

from stepsize_core import (
    DeepLinearNetwork,
    ScalarFactorization,
    SpectrumFactorization,
    classify_limit,
    gradient_descent,
    hessian_eigenvalues,
    largest_hessian_eigenvalue,
)
from stepsize_core.networks.whitening import whitening_matrix

ROUNDING = 1e-12  # the same quantity along two exact routes, relative to numbers of order 1
SEPARATION = 1e-9  # equal layers stay equal to rounding, which the saddle amplifies during a short run


@pytest.fixture
def rng():
    return np.random.default_rng(20180512)


def white_inputs(rng, n_samples, n):
    """(n_samples, n) with (1/N) Σ x xᵀ = I: orthonormal columns times √N."""
    return np.linalg.qr(rng.standard_normal((n_samples, n)))[0] * np.sqrt(n_samples)


def symmetric(rng, eigenvalues):
    """A symmetric matrix with the given eigenvalues and random eigenvectors, and those."""
    basis = np.linalg.qr(rng.standard_normal((len(eigenvalues),) * 2))[0]
    return (basis * eigenvalues) @ basis.T, basis


# the cost


def test_value_is_half_the_squared_frobenius_distance_of_the_product(rng):
    network = DeepLinearNetwork(rng.standard_normal((2, 3)), (3, 4, 5, 2))
    w1, w2, w3 = weights = (
        rng.standard_normal((4, 3)),
        rng.standard_normal((5, 4)),
        rng.standard_normal((2, 5)),
    )
    x = network.pack(weights)
    np.testing.assert_allclose(network.estimate(x), w3 @ w2 @ w1, rtol=ROUNDING)
    np.testing.assert_allclose(
        network.value(x), 0.5 * np.sum((w3 @ w2 @ w1 - network.target) ** 2), rtol=ROUNDING
    )


def test_pack_and_unpack_are_inverse_for_batches(rng):
    network = DeepLinearNetwork(np.ones((2, 3)), (3, 4, 2))
    x = rng.standard_normal((5, 7, network.n_params))
    layers = network.unpack(x)
    assert [w.shape for w in layers] == [(5, 7, 4, 3), (5, 7, 2, 4)]
    np.testing.assert_array_equal(network.pack(layers), x)


def test_the_gradient_step_is_equation_5(rng):
    network = DeepLinearNetwork(rng.standard_normal((3, 2)), (2, 4, 3, 3))
    x, delta = network.random_start(1.0, seed=3), 0.01
    w1, w2, w3 = network.unpack(x)
    error = w3 @ w2 @ w1 - network.target
    expected = (
        w1 - delta * w2.T @ w3.T @ error,
        w2 - delta * w3.T @ error @ w1.T,
        w3 - delta * error @ w1.T @ w2.T,
    )
    after = gradient_descent(network, x, delta, 1).final
    np.testing.assert_allclose(after, network.pack(expected), rtol=0, atol=ROUNDING)


def test_depth_one_is_least_squares_with_identity_hessian(rng):
    network = DeepLinearNetwork(rng.standard_normal((2, 3)), (3, 2))
    x = network.random_start(1.0, seed=0)
    np.testing.assert_array_equal(network.hessian(x), np.eye(6))
    np.testing.assert_allclose(network.unpack(network.balanced_start())[0], network.target, atol=ROUNDING)
    reached = gradient_descent(network, x, 1.0, 1).final
    np.testing.assert_allclose(network.estimate(reached), network.target, atol=ROUNDING)


# large Hessians


def test_hessian_operator_and_products_equal_the_dense_hessian(rng):
    network = DeepLinearNetwork(rng.standard_normal((2, 4)), (4, 3, 3, 2))
    x, v = rng.standard_normal((2, 6, network.n_params))
    dense = network.hessian(x)
    np.testing.assert_allclose(
        network.hessian_vector_product(x, v), np.einsum("bij,bj->bi", dense, v), atol=1e-10
    )
    np.testing.assert_allclose(
        network.hessian_operator(x[0]) @ np.eye(network.n_params), dense[0], atol=1e-10
    )


def test_five_layers_of_forty_by_forty_have_the_top_eigenvalue_of_the_balanced_optimum(rng):
    network = DeepLinearNetwork(rng.standard_normal((40, 40)) / 4, (40,) * 6)
    x = network.balanced_start()
    rho = np.linalg.norm(network.target, 2)
    expected = 5 * rho ** (8 / 5)
    np.testing.assert_allclose(largest_hessian_eigenvalue(network, x), expected, rtol=1e-9)
    top = eigsh(network.hessian_operator(x), k=1, which="LA")[0][0]
    np.testing.assert_allclose(top, expected, rtol=1e-9)
    with pytest.raises(ValueError, match="hessian_operator"):
        network.hessian(x)


# data


def test_the_value_is_the_training_cost_of_white_data(rng):
    x = white_inputs(rng, 50, 3)
    y = rng.standard_normal((50, 2))  # no linear function of x
    network = DeepLinearNetwork.from_data(x, y, (3, 4, 2))
    state = network.random_start(1.0, seed=5)
    residual = y - x @ network.estimate(state).T
    np.testing.assert_allclose(network.value(state), np.sum(residual**2) / (2 * 50), rtol=1e-10)


def test_data_from_a_linear_map_recover_it_without_offset(rng):
    target, x = rng.standard_normal((2, 3)), white_inputs(rng, 30, 3)
    network = DeepLinearNetwork.from_data(x, x @ target.T, (3, 2, 2))
    np.testing.assert_allclose(network.target, target, atol=1e-12)
    assert network.offset < 1e-24


def test_inputs_that_are_not_white_are_refused_with_an_offer_to_whiten(rng):
    x, y = rng.standard_normal((30, 3)), rng.standard_normal((30, 2))
    with pytest.raises(ValueError, match="whiten=True"):
        DeepLinearNetwork.from_data(x, y, (3, 2))


def test_whitened_data_train_the_cost_of_the_original_ones(rng):
    x = rng.standard_normal((40, 3)) @ np.diag([1.0, 20.0, 0.1]) + 1.0
    y = rng.standard_normal((40, 2))
    network = DeepLinearNetwork.from_data(x, y, (3, 3, 2), whiten=True)
    state = network.random_start(1.0, seed=2)
    residual = y - x @ (network.estimate(state) @ whitening_matrix(x)).T
    np.testing.assert_allclose(network.value(state), np.sum(residual**2) / (2 * 40), rtol=1e-9)


def test_inputs_that_do_not_span_cannot_be_whitened(rng):
    x = rng.standard_normal((40, 2)) @ np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    with pytest.raises(ValueError, match="span"):
        DeepLinearNetwork.from_data(x, np.ones((40, 1)), (3, 1), whiten=True)
    with pytest.raises(ValueError, match="span"):
        whitening_matrix(np.ones((2, 3)))


# starts


@pytest.mark.parametrize("widths", [(3, 5, 4, 3), (4, 3, 4, 2), (1, 1, 1), (2, 3)])
def test_the_balanced_start_is_a_balanced_solution(rng, widths):
    network = DeepLinearNetwork(rng.standard_normal((widths[-1], widths[0])), widths)
    x = network.balanced_start()
    assert network.value(x) < 1e-26
    layers = network.unpack(x)
    for w, following in pairwise(layers):
        np.testing.assert_allclose(following.T @ following, w @ w.T, atol=ROUNDING)


def test_a_network_narrower_than_the_target_rank_starts_at_the_best_low_rank_estimate(rng):
    target = rng.standard_normal((4, 3))
    network = DeepLinearNetwork(target, (3, 1, 5, 4))
    x = network.balanced_start()
    sigma = np.linalg.svd(target, compute_uv=False)
    np.testing.assert_allclose(network.value(x), 0.5 * np.sum(sigma[1:] ** 2), rtol=ROUNDING)
    np.testing.assert_allclose(network.gradient(x), 0.0, atol=ROUNDING)
    assert hessian_eigenvalues(network, x)[0] > -ROUNDING


def test_identity_start_with_noise_differs_from_the_identity_by_the_noise():
    network = DeepLinearNetwork(np.eye(3), (3, 3, 3))
    np.testing.assert_array_equal(network.unpack(network.identity_start())[1], np.eye(3))
    noise = network.identity_start(noise=1e-3, seed=4) - network.identity_start()
    np.testing.assert_allclose(noise / 1e-3, np.random.default_rng(4).standard_normal(18), atol=1e-12)


def test_rescaling_changes_the_curvature_but_not_the_estimate(rng):
    network = DeepLinearNetwork(rng.standard_normal((2, 2)), (2, 3, 2))
    x = network.balanced_start()
    alphas = np.array([[4.0, 0.25], [1.0, 1.0]])
    rescaled = network.rescaled(x, alphas)
    np.testing.assert_allclose(network.estimate(rescaled), np.stack([network.estimate(x)] * 2), atol=ROUNDING)
    sharpness = largest_hessian_eigenvalue(network, rescaled)
    assert sharpness[0] > 2 * sharpness[1]


def test_random_starts_preserve_squared_length_on_average_and_repeat_with_the_seed():
    network = DeepLinearNetwork(np.ones((8, 2)), (2, 8))
    starts = network.random_start(1.0, seed=7, batch=(4000,))
    (layer,) = network.unpack(starts)
    gain = np.sum((layer @ np.array([0.6, 0.8])) ** 2, axis=-1).mean()
    np.testing.assert_allclose(gain, 8 / 2, rtol=0.05)  # the mean of 4000 has a standard error of 0.8 %
    np.testing.assert_array_equal(starts, network.random_start(1.0, seed=7, batch=(4000,)))


# descent and the reduction


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_the_full_matrices_follow_the_reduction_until_rounding_separates_them(rng, depth):
    eigenvalues = np.array([-0.8, 0.0, 0.4, 1.7])
    target, basis = symmetric(rng, eigenvalues)
    network = DeepLinearNetwork(target, (4,) * (depth + 1))
    spectrum = SpectrumFactorization(eigenvalues, depth)
    delta, n_steps = 0.05, 60
    layers = gradient_descent(network, network.identity_start(), delta, n_steps).states
    reduced = gradient_descent(spectrum, spectrum.identity_start(), delta, n_steps).states
    expected = (basis * reduced[:, None, :]) @ basis.T
    for layer in network.unpack(layers):
        np.testing.assert_allclose(layer, expected, rtol=0, atol=SEPARATION)


def test_the_cost_of_the_spectrum_is_the_cost_of_the_network_over_its_depth(rng):
    eigenvalues = np.array([-0.8, 0.4, 1.7])
    target, basis = symmetric(rng, eigenvalues)
    network, spectrum = DeepLinearNetwork(target, (3,) * 5), SpectrumFactorization(eigenvalues, 4)
    w = np.array([0.3, 0.9, 1.2])
    x = network.pack([(basis * w) @ basis.T] * 4)
    np.testing.assert_allclose(spectrum.value(w), network.value(x) / 4, rtol=1e-12)


@pytest.mark.parametrize(
    ("eigenvalue", "depth"), [(2.0, 2), (-2.0, 3), (-2.0, 4), (0.0, 3), (-3.0, 1), (8.0, 3)]
)
def test_equilibria_of_a_factorization_are_the_real_zeros_of_its_slope(eigenvalue, depth):
    objective = ScalarFactorization(eigenvalue, depth)
    coefficients = np.zeros(2 * depth)
    coefficients[0] = 1.0
    coefficients[depth] -= eigenvalue
    roots = np.roots(coefficients)
    real = np.unique(np.round(roots[np.abs(roots.imag) < 1e-9].real, 6) + 0.0)
    np.testing.assert_allclose(objective.equilibria, real, atol=1e-6)
    np.testing.assert_allclose(objective.gradient(np.array(objective.equilibria)), 0.0, atol=1e-12)


@pytest.mark.parametrize(("eigenvalue", "depth"), [(1.5, 1), (-0.7, 2), (2.0, 3), (0.0, 5)])
def test_derivatives_of_a_factorization_are_those_of_its_polynomial(eigenvalue, depth):
    objective = ScalarFactorization(eigenvalue, depth)
    power = np.polynomial.Polynomial([0.0] * depth + [1.0])
    polynomial = (power - eigenvalue) ** 2 / (2 * depth)
    w = np.array([-1.2, -0.3, 0.0, 0.8, 1.5])
    for order in range(5):
        expected = polynomial.deriv(order)(w) if order else polynomial(w)
        np.testing.assert_allclose(objective.derivative(w, order), expected, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(
        [objective.gradient_at(float(v)) for v in w], objective.gradient(w), atol=1e-14
    )


def test_two_scalar_layers_lose_balancedness_by_one_minus_delta_squared_error_squared(rng):
    network = DeepLinearNetwork(np.array([[1.5]]), (1, 1, 1))
    delta = 0.3
    states = gradient_descent(network, np.array([1.9, 0.2]), delta, 20).states
    w1, w2 = states.T
    error = w1 * w2 - 1.5
    gap = w1**2 - w2**2
    np.testing.assert_allclose(gap[1:], gap[:-1] * (1 - delta**2 * error[:-1] ** 2), rtol=1e-9)


def test_runs_that_escape_are_nan_in_every_weight():
    network = DeepLinearNetwork(np.eye(2), (2, 2, 2))
    states = gradient_descent(network, network.random_start(3.0, seed=1, batch=(3,)), 5.0, 60).states
    assert np.isnan(states[-1]).all()


# arguments


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DeepLinearNetwork(np.ones(3), (3, 1)), "target must be a matrix"),
        (lambda: DeepLinearNetwork(np.full((2, 2), np.nan), (2, 2)), "target must be finite"),
        (lambda: DeepLinearNetwork(np.ones((2, 3)), (2, 4, 3)), "widths must be"),
        (lambda: DeepLinearNetwork(np.ones((2, 3)), (3,)), "widths must be"),
        (lambda: DeepLinearNetwork(np.ones((2, 3)), (3, 0, 2)), "widths must be an integer"),
        (lambda: DeepLinearNetwork(np.ones((2, 2)), 2), "widths must be a sequence"),
        (lambda: DeepLinearNetwork(np.ones((2, 2)), (2, 3, 2)).identity_start(), "widths must all be equal"),
        (lambda: DeepLinearNetwork(np.ones((2, 2)), (2, 2)).pack([np.ones((2, 3))]), "weights must end"),
        (lambda: DeepLinearNetwork(np.ones((2, 2)), (2, 2)).random_start(0.0), "scale must be positive"),
        (
            lambda: DeepLinearNetwork(np.ones((1, 1)), (1, 1, 1)).rescaled([1.0, 1.0], [2.0, 2.0]),
            "alphas must multiply to 1",
        ),
        (lambda: DeepLinearNetwork(np.ones((1, 1)), (1, 1)).rescaled([1.0], [1.0, 1.0]), "alphas must end"),
        (lambda: DeepLinearNetwork.from_data(np.ones((3, 2)), np.ones((4, 2)), (2, 2)), "equally many rows"),
        (lambda: ScalarFactorization(np.nan, 2), "eigenvalue must be finite"),
        (lambda: ScalarFactorization([1.0, 2.0], 2), "eigenvalue must be a single number"),
        (lambda: ScalarFactorization(1.0, 0), "depth must be an integer"),
        (lambda: SpectrumFactorization((), 2), "eigenvalues must be a list"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "widths", [(1, 1, 1), (2, 2, 2, 2), (2, 3, 2), (3, 1, 3), (1, 3, 3, 1, 1), (5, 4, 5), (25, 25, 25)]
)
def test_a_run_is_the_same_bit_for_bit_whatever_runs_beside_it(widths):
    rng = np.random.default_rng(7)
    network = DeepLinearNetwork(rng.standard_normal((widths[-1], widths[0])), widths)
    starts, deltas = network.random_start(1.0, seed=3, batch=(260,)), rng.uniform(0.001, 0.05, 260)
    together = gradient_descent(network, starts, deltas, 40, keep_last=1).final
    for lanes in (slice(0, 1), slice(5, 12), slice(100, 250)):
        alone = gradient_descent(network, starts[lanes], deltas[lanes], 40, keep_last=1).final
        np.testing.assert_array_equal(alone, together[lanes])


def test_what_runs_become_does_not_depend_on_how_they_are_grouped():
    """Runs close to chaos tell of every rounding: at this seed some changed kind with their neighbours."""
    network = DeepLinearNetwork(np.diag([1.0, 0.5]), (2, 2, 2, 2))
    starts = network.random_start(1.0, seed=1, batch=(300,))
    deltas = np.random.default_rng(2).uniform(0.7, 0.76, 300)
    whole = classify_limit(network, starts, deltas, n_steps=1000, max_period=16)
    assert len(set(whole.kind)) > 2
    for size in (1, 40, 140):
        parts = [
            classify_limit(network, starts[i : i + size], deltas[i : i + size], n_steps=1000, max_period=16)
            for i in range(0, 300 if size > 1 else 12, size)
        ]
        kinds = np.concatenate([part.kind for part in parts])
        np.testing.assert_array_equal(kinds, whole.kind[: len(kinds)])
