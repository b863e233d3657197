"""Theorem 1, Corollaries 1 and 2."""

from itertools import pairwise

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    LimitKind,
    ScalarFactorization,
    classify_limit,
    gradient_descent,
    hessian_eigenvalues,
)
from stepsize_core.paper import reachable_optima as ro

CHAIN_ROUNDING = 1e-9  # relative: the members of the chain come from different decompositions
NETWORKS = [(3, 4, 2), (2, 2, 2), (4, 5, 3, 4), (1, 1, 1), (2, 6, 6, 5, 3), (5, 2, 5), (3, 2)]


@pytest.fixture
def rng():
    return np.random.default_rng(180508890)


def solution(rng, widths):
    """A random network at zero loss: its target is its own product."""
    weights = tuple(rng.standard_normal((n, m)) for m, n in pairwise(widths))
    product = weights[0]
    for w in weights[1:]:
        product = w @ product
    network = DeepLinearNetwork(product, widths)
    return network, weights, network.pack(weights)


@pytest.mark.parametrize("widths", NETWORKS)
def test_the_exact_bound_theorem_1_and_corollary_1_form_a_chain(rng, widths):
    for _ in range(20):
        network, weights, x = solution(rng, widths)
        exact = 2.0 / hessian_eigenvalues(network, x)[-1]
        three = ro.step_size_bound(weights)
        four = ro.step_size_bound_for_target(network.target, network.depth)
        assert exact <= three * (1 + CHAIN_ROUNDING)
        assert three <= four * (1 + CHAIN_ROUNDING)


@pytest.mark.parametrize("widths", NETWORKS)
def test_the_map_of_the_proof_has_the_largest_hessian_eigenvalue(rng, widths):
    network, weights, x = solution(rng, widths)
    np.testing.assert_allclose(
        ro.largest_hessian_eigenvalue_at_solution(weights), hessian_eigenvalues(network, x)[-1], rtol=1e-10
    )


def test_bound_3_follows_its_definition_layer_by_layer(rng):
    w1, w2, w3 = (rng.standard_normal(shape) for shape in [(4, 3), (2, 4), (5, 2)])
    u, _, vt = np.linalg.svd(w3 @ w2 @ w1)
    u, v = u[:, 0], vt[0]
    norm = np.linalg.norm
    terms = [
        norm(u @ w3 @ w2) ** 2,  # j = 1: p_0² q_2²
        norm(w1 @ v) ** 2 * norm(u @ w3) ** 2,
        norm(w2 @ w1 @ v) ** 2,
    ]
    np.testing.assert_allclose(ro.step_size_bound((w1, w2, w3)), 2 / sum(terms), rtol=1e-12)


@pytest.mark.parametrize("diagonal", [(1.0, 3.0), (3.0, 1.0)])
def test_bound_3_at_a_repeated_singular_value_is_the_least_of_any_pair(diagonal):
    layers = np.diag(diagonal), np.diag(1.0 / np.array(diagonal))
    assert ro.step_size_bound(layers) == pytest.approx(2.0 / (9.0 + 1.0 / 9.0), rel=1e-12)


def layers_with_product(rng, product, depth):
    """Random square layers W_1, …, W_L with this product."""
    layers = [rng.standard_normal(product.shape) for _ in range(depth - 1)]
    before = np.eye(len(product))
    for w in layers:
        before = w @ before
    return [*layers, product @ np.linalg.inv(before)]


@pytest.mark.parametrize(("depth", "n", "repeated"), [(2, 3, 2), (3, 2, 2), (3, 4, 3), (4, 3, 3), (5, 4, 2)])
def test_bound_3_at_a_repeated_singular_value_is_what_sampling_its_pairs_finds(rng, depth, n, repeated):
    u, vt = (np.linalg.qr(rng.standard_normal((n, n)))[0] for _ in range(2))
    product = (u * np.where(np.arange(n) < repeated, 1.7, 0.4)) @ vt
    layers = layers_with_product(rng, product, depth)
    c = rng.standard_normal((100_000, repeated))
    right = vt[:repeated].T @ (c / np.linalg.norm(c, axis=1, keepdims=True)).T
    left = product @ right / 1.7
    p, q = [np.ones(len(c))], [np.ones(len(c))]
    for w, behind in zip(layers[:-1], reversed(layers[1:])):
        right, left = w @ right, behind.T @ left
        p.append(np.sum(right**2, axis=0))
        q.append(np.sum(left**2, axis=0))
    sampled = 2.0 / np.max(sum(a * b for a, b in zip(p, reversed(q))))
    bound = ro.step_size_bound(layers)
    assert 0.99 * sampled < bound <= sampled * (1 + CHAIN_ROUNDING)
    assert 2.0 / ro.largest_hessian_eigenvalue_at_solution(layers) <= bound * (1 + CHAIN_ROUNDING)
    first, *between, last = layers
    turn, other = (np.linalg.qr(rng.standard_normal((n, n)))[0] for _ in range(2))
    turned = [first @ turn, *between, other @ last]  # other axes of the same network
    np.testing.assert_allclose(ro.step_size_bound(turned), bound, rtol=1e-8)
    batch = [np.stack([w, w]) for w in layers]
    np.testing.assert_allclose(ro.step_size_bound(batch), bound, rtol=1e-8)


@pytest.mark.parametrize("widths", [(3, 4), (3, 4, 2)])
def test_bounds_of_a_batch_are_the_bounds_of_its_members(rng, widths):
    weights = [rng.standard_normal((7, n_out, n_in)) for n_in, n_out in pairwise(widths)]
    for bound in (ro.step_size_bound, ro.largest_hessian_eigenvalue_at_solution):
        one_by_one = [bound(layers) for layers in zip(*weights)]
        np.testing.assert_allclose(bound(weights), one_by_one, rtol=1e-12)
        assert np.shape(bound(weights)) == (7,)


def test_the_balanced_optimum_makes_the_whole_chain_an_equality(rng):
    network = DeepLinearNetwork(rng.standard_normal((3, 4)), (4, 5, 3, 3))
    weights = network.unpack(network.balanced_start())
    four = ro.step_size_bound_for_target(network.target, 3)
    np.testing.assert_allclose(ro.step_size_bound(weights), four, rtol=1e-10)
    np.testing.assert_allclose(2 / ro.largest_hessian_eigenvalue_at_solution(weights), four, rtol=1e-10)
    np.testing.assert_allclose(ro.smallest_sharpness(network.target, 3), 2 / four, rtol=1e-12)


def test_rescaling_makes_bound_3_arbitrarily_small(rng):
    network, _, x = solution(rng, (3, 3, 3, 3))
    alphas = np.array([[a, 1.0 / a, 1.0] for a in (1.0, 10.0, 100.0)])
    bounds = ro.step_size_bound(network.unpack(network.rescaled(x, alphas)))
    assert bounds[1] < bounds[0] / 10
    assert bounds[2] < bounds[1] / 50


def test_large_estimates_use_lanczos_and_agree_with_the_dense_map(rng):
    w = tuple(rng.standard_normal((25, 25)) / 5 for _ in range(2))
    large = ro.largest_hessian_eigenvalue_at_solution(w)
    a, b = w[1] @ w[1].T, w[0].T @ w[0]  # depth 2: E ↦ A E + E B, whose eigenvalues are the sums
    np.testing.assert_allclose(large, np.linalg.eigvalsh(a)[-1] + np.linalg.eigvalsh(b)[-1], rtol=1e-10)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_corollary_2_inverts_corollary_1(depth):
    deltas = np.geomspace(1e-3, 10.0, 9)
    rho = ro.singular_value_bound(deltas, depth)
    back = [ro.step_size_bound_for_target(np.diag([r, r / 2]), depth) for r in rho]
    np.testing.assert_allclose(back, deltas, rtol=1e-12)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_step_just_below_corollary_1_converges_and_just_above_it_oscillates(depth):
    objective = ScalarFactorization(1.7, depth)
    bound = ro.step_size_bound_for_target(np.array([[1.7]]), depth)
    start = 1.7 ** (1 / depth) * 1.001
    limit = classify_limit(objective, start, np.array([0.98, 1.02]) * bound)
    assert limit.kind.tolist() == [LimitKind.EQUILIBRIUM, LimitKind.PERIODIC_ORBIT]
    assert limit.period.tolist() == [1, 2]


def test_runs_that_converge_obey_theorem_1_and_corollary_2(rng):
    network = DeepLinearNetwork(np.diag([1.2, 0.5]), (2, 3, 2))
    starts = network.random_start(1.0, seed=8, batch=(300,))
    deltas = np.random.default_rng(9).uniform(0.1, 1.2, 300)
    final = gradient_descent(network, starts, deltas, 4000, keep_last=1).final
    converged = np.linalg.norm(network.gradient(np.nan_to_num(final, nan=1e3)), axis=-1) < 1e-10
    assert 30 < converged.sum() < 300  # the run shows both outcomes
    reached, used = final[converged], deltas[converged]
    assert np.all(used <= ro.step_size_bound(network.unpack(reached)) * (1 + CHAIN_ROUNDING))
    rho = np.linalg.norm(network.estimate(reached), 2, axis=(-2, -1))
    assert np.all(rho <= ro.singular_value_bound(used, 2) * (1 + CHAIN_ROUNDING))


def test_a_step_size_within_bound_3_can_still_fail_as_remark_1_says(rng):
    """Non-normal layers: the top singular pair is not where the curvature is largest."""
    weights = (np.diag([1.0, 3.0]), np.diag([1.0, 0.1]))
    three, exact = ro.step_size_bound(weights), 2.0 / ro.largest_hessian_eigenvalue_at_solution(weights)
    assert three == pytest.approx(1.0)
    assert exact < 0.25
    network = DeepLinearNetwork(weights[1] @ weights[0], (2, 2, 2))
    x = network.pack(weights)
    near = x + 1e-6 * rng.standard_normal(x.shape)
    final = gradient_descent(network, near, (exact + three) / 2, 500).final
    assert not np.linalg.norm(final - x) < 0.1


@pytest.mark.parametrize("shape", [(2, 3), (1, 1)])
def test_a_zero_target_bounds_nothing_from_depth_two_on(shape):
    assert ro.step_size_bound_for_target(np.zeros(shape), 2) == np.inf
    assert ro.step_size_bound_for_target(np.zeros(shape), 1) == 2.0
    assert ro.smallest_sharpness(np.zeros(shape), 3) == 0.0
    with pytest.raises(ValueError, match="R ≠ 0"):
        ro.step_size_bound((np.zeros(shape), np.ones((2, shape[0]))))


def test_depth_one_is_bounded_by_two_whatever_the_target(rng):
    target = rng.standard_normal((3, 2))
    assert ro.step_size_bound((target,)) == 2.0
    assert ro.step_size_bound((target * np.ones((4, 1, 1)),)).tolist() == [2.0] * 4
    assert ro.step_size_bound_for_target(target, 1) == 2.0
    assert ro.largest_hessian_eigenvalue_at_solution((target,)) == pytest.approx(1.0)
    assert ro.singular_value_bound(np.array([0.5, 2.0, 2.1]), 1).tolist() == [np.inf, np.inf, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ro.step_size_bound(()), "weights must be matrices"),
        (lambda: ro.step_size_bound((np.ones(3),)), "weights must be matrices"),
        (lambda: ro.step_size_bound((np.ones((2, 3)), np.ones((2, 3)))), "weights must chain"),
        (lambda: ro.step_size_bound((np.full((2, 2), np.inf),)), "weights must be finite"),
        (lambda: ro.step_size_bound_for_target(np.ones((2, 2)), 0), "depth must be an integer"),
        (lambda: ro.step_size_bound_for_target(np.ones(3), 2), "target must be a matrix"),
        (lambda: ro.singular_value_bound(-1.0, 2), "step_size must be positive"),
        (lambda: ro.singular_value_bound(1.0, 1.5), "depth must be an integer"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
