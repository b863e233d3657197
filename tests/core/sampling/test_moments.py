"""Second moments in several dimensions against the enumeration of all batches."""

from itertools import combinations, product

import numpy as np
import pytest

from stepsize_core import mean_square_threshold
from stepsize_core.sampling.moments import stationary_variance
from tests.core.sampling.chance import SEEDS, assert_mean


def least_squares(n=12, d=3, seed=3, scales=(1.0, 0.6, 0.3)):
    """x_i x_iᵀ of n samples."""
    x = np.random.default_rng(seed).standard_normal((n, d)) * scales
    return x[:, :, None] * x[:, None, :]


def radius(hessians, size, delta, replacement="without"):
    """Spectral radius of the second moments' operator, from every batch."""
    n, d = hessians.shape[:2]
    every = combinations(range(n), size) if replacement == "without" else product(range(n), repeat=size)
    steps = [np.eye(d) - delta * hessians[list(batch)].mean(axis=0) for batch in every]
    return np.abs(np.linalg.eigvals(np.mean([np.kron(a, a) for a in steps], axis=0))).max()


@pytest.mark.parametrize(
    ("size", "expected"), [(1, 0.28537), (2, 0.46950), (3, 0.59587), (6, 0.80938), (12, 0.97919)]
)
def test_the_reference_problem(size, expected):
    assert mean_square_threshold(least_squares(), size) == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize("replacement", ["without", "with"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_spectral_radius_over_all_batches_is_one(size, replacement):
    hessians = least_squares(7, 3, seed=size)
    delta = mean_square_threshold(hessians, size, replacement)
    assert radius(hessians, size, delta, replacement) == pytest.approx(1.0, abs=1e-12)
    assert radius(hessians, size, 1.01 * delta, replacement) > 1.0
    assert radius(hessians, size, 0.99 * delta, replacement) < 1.0


def test_the_full_batch_has_gradient_descent_s_threshold():
    hessians = least_squares()
    full = 2 / np.linalg.eigvalsh(hessians.mean(axis=0))[-1]
    assert mean_square_threshold(hessians, 12) == pytest.approx(full, rel=1e-12)
    bounds = [mean_square_threshold(hessians, b) for b in range(1, 13)]
    assert np.all(np.diff(bounds) > 0)


def test_along_a_manifold_of_minima_nothing_moves():
    hessians = least_squares()
    turned, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((6, 6)))
    embedded = np.zeros((12, 6, 6))
    embedded[:, :3, :3] = hessians
    for size in (1, 4, 12):
        found = mean_square_threshold(turned @ embedded @ turned.T, size)
        assert found == pytest.approx(mean_square_threshold(hessians, size), rel=1e-10)


@pytest.mark.parametrize(
    ("hessians", "arguments", "says"),
    [
        (np.ones((3, 2)), (1,), r"shape \(n, d, d\)"),
        (np.zeros((3, 2, 2)), (1,), "positive semidefinite and not 0"),
        (-np.ones((3, 1, 1)), (1,), "positive semidefinite"),
        (np.array([[[1.0, 0.5], [0.0, 1.0]]]), (1,), "symmetric"),
        (np.array([[[1.0, 0], [0, 1.0]], [[1.0, 0], [0, -1.0]]]), (1,), "must vanish in every direction"),
        (np.tile(np.eye(41), (2, 1, 1)), (1,), "rank at most 40"),
        (np.ones((3, 1, 1)), (4,), "batch_size must be at most"),
        (np.ones((3, 1, 1)), (1, "reshuffled"), "reshuffled"),
        (np.full((3, 1, 1), np.inf), (1,), "hessians must be finite"),
    ],
)
def test_what_is_no_minimum_is_named(hessians, arguments, says):
    with pytest.raises(ValueError, match=says):
        mean_square_threshold(hessians, *arguments)


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_that_does_not_vanish_has_the_amplitude_of_the_law(seed):
    rng, delta = np.random.default_rng(seed), np.array([0.2, 0.4, 0.6])
    x = np.zeros((20_000, 3))
    for _ in range(60):
        a = rng.choice([1.0, 3.0], size=(len(x), 1))
        x = x - delta * (a * x + rng.standard_normal((len(x), 1)))
    expected = stationary_variance([1.0, 3.0], 1, delta, 1.0)
    np.testing.assert_allclose(expected, [1 / 15, 0.2, 0.6])
    for values, variance in zip((x**2).T, expected):
        assert_mean(values, variance)


def test_no_amplitude_is_left_from_the_mean_square_threshold_on():
    assert stationary_variance([1.0, 3.0], 1, [0.799, 0.8000001, 1.0], 1.0)[1:].tolist() == [np.inf, np.inf]
    assert stationary_variance([1.0, 3.0], 1, 0.2, 0.0) == 0.0
