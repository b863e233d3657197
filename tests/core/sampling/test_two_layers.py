"""Two scalar layers in closed form, and Gaussian inputs, against the weights themselves and plain runs."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expi
from scipy.stats import gamma

from stepsize_core import DeepLinearNetwork, gradient_descent
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.gaussian import gaussian_escape_exponent, gaussian_exponent, gaussian_thresholds
from stepsize_core.sampling.two_layers import layer_paths, layer_state
from tests.core.sampling.chance import SEEDS, assert_mean, assert_share

STEEP = math.sqrt((8 + math.sqrt(60)) / 2)  # w₁ of the optimum w₁w₂ = 1 with w₁² + w₂² = 8


def test_the_closed_map_is_that_of_the_weights():
    network = DeepLinearNetwork([[1.3]], (1, 1, 1))
    weights = gradient_descent(network, network.pack([[[1.7]], [[0.4]]]), 0.2, 60).states
    paths = layer_paths(layer_state(1.7, 0.4, 1.3), 1.3, 0.2, 60, batch_size=1, seed=0, squares=[1.0])
    u, v = weights[:, 0], weights[:, 1]
    expected = layer_state(u, v, 1.3)
    order = 1.0 if np.allclose(paths.states[0, 0], expected[0]) else -1.0  # which layer is packed first
    np.testing.assert_allclose(paths.states[:, 0], expected * (1.0, 1.0, order), atol=1e-12)


@pytest.mark.parametrize("replacement", ["without", "with", "reshuffled"])
def test_batches_of_inputs_and_labels_move_the_weights_alike(replacement):
    squares = np.array([0.3, 0.8, 1.9, 0.2])
    found = layer_paths(
        layer_state(1.6, 0.7, 1.0),
        1.0,
        0.1,
        50,
        batch_size=2,
        seed=3,
        n_paths=4,
        squares=squares,
        replacement=replacement,
    )
    factors = []
    for block in mean_factors(np.random.Generator(np.random.PCG64(3)), squares, 2, replacement, 4):
        factors.extend(block)
        if len(factors) >= 50:
            break
    u, v = np.full(4, 1.6), np.full(4, 0.7)
    for q in factors[:50]:
        g = q * (u * v - 1.0)
        u, v = u - 0.1 * g * v, v - 0.1 * g * u
    np.testing.assert_allclose(found.final, layer_state(u, v, 1.0), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_label_noise_forgets_the_start_at_the_rate_of_the_law(seed):
    """D decays by 1 − 2δ²σ²/(2 − δ√(D² + 4)) a step to the flattest optimum."""
    delta, sigma, n_steps = 0.1, 0.3, 1700
    found = layer_paths(
        layer_state(2.5, 0.4, 1.0), 1.0, delta, n_steps, batch_size=1, seed=seed, n_paths=300, squares=[1.0],
        label_noise=sigma, keep_last=1,
    )  # fmt: skip
    d = 2.5**2 - 0.4**2
    for _ in range(n_steps):
        d *= 1 - 2 * delta**2 * sigma**2 / (2 - delta * math.sqrt(d * d + 4))
    assert_mean(found.final[:, 2], d, also=0.02 * d)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(1, 2.421), (2, 2.684510), (3, 2.699), (5, 2.617), (10, 2.429), (20, 2.245), (100, 2.042)],
)
def test_gaussian_inputs_have_a_longer_arc_almost_surely(size, expected):
    found = gaussian_thresholds(size)
    assert found.almost_sure == pytest.approx(expected, abs=6e-4)
    assert found.mean_square == 2 * size / (size + 2)
    assert found.full_batch == 2.0


def test_the_gaussian_exponent_in_closed_form_and_by_sampling(rng):
    for t in (0.3, 1.0, 2.0, 2.68451, 5.0):
        assert gaussian_exponent(2, t) == pytest.approx(-math.exp(-1 / t) * expi(1 / t), abs=1e-10)
    for size in (1, 5, 40):
        draws = rng.chisquare(size, 200_000) / size
        assert_mean(np.log(np.abs(1 - 2.2 * draws)), gaussian_exponent(size, 2.2))
    with pytest.raises(ValueError, match="product must be positive"):
        gaussian_exponent(2, 0.0)
    with pytest.raises(ValueError, match="batch_size must be"):
        gaussian_thresholds(0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_arc_is_kept_below_the_threshold_and_left_above_it(seed):
    start = layer_state(STEEP + 1e-3, 1 / STEEP, 1.0)
    for size, product, low, high in (
        (20, 2.1, 0.95, 1.0),
        (20, 2.5, 0.0, 0.002),
        (5, 2.3, 0.85, 0.95),
        (1, 3.2, 0, 0),
    ):
        found = layer_paths(
            start, 1.0, product / 8, 1500, batch_size=size, seed=seed, n_paths=600, keep_last=1
        )
        stayed = np.abs(found.final[:, 1] / 8 - 1) < 0.02
        assert low <= stayed.mean() <= high


def test_a_small_residual_is_not_absorbed():
    """Above the threshold a path that has come within 1e-16 of the optimum leaves it again."""
    start = [1e-17, 8.0, math.sqrt(60)]
    found = layer_paths(start, 1.0, 3.2 / 8, 3000, batch_size=1, seed=1, n_paths=500, keep_last=1)
    assert not np.any(np.abs(found.final[:, 1] / 8 - 1) < 0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_gaussian_batches_have_the_moments_of_their_law(seed):
    found = layer_paths([1e-9, 8.0, math.sqrt(60)], 1.0, 1 / 8, 1, batch_size=3, seed=seed, n_paths=20_000)
    q = 1 - found.final[:, 0] / 1e-9
    assert_mean(q, 1.0)
    assert_mean((q - 1) ** 2, 2 / 3)
    assert_share(int((q < 0.7886).sum()), 20_000, 0.5)  # the median of χ²₃/3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"state": [1.0, 2.0]}, r"state must have shape \(3,\)"),
        ({"squares": []}, "curvatures must have shape"),
        ({"squares": [0.0]}, "squares must be positive"),
        ({"squares": [1.0], "batch_size": 2}, "batch_size must be at most"),
        ({"label_noise": -1.0}, "label_noise must be at least 0"),
        ({"seed": 1.5}, "seed must be an integer"),
    ],
)
def test_bad_arguments_are_named(change, says):
    arguments = {
        "state": [0.1, 8.0, 2.0],
        "target": 1.0,
        "step_size": 0.1,
        "n_steps": 3,
        "batch_size": 1,
        "seed": 0,
    }
    with pytest.raises(ValueError, match=says):
        layer_paths(**(arguments | change))


@pytest.mark.parametrize("size", [1, 2, 5, 20])
def test_the_escape_exponent_of_gaussian_inputs(size):
    """κ = 2 at the mean-square threshold and 0 from the almost-sure one; between, by quadrature; 4 where the
    fourth moment, a polynomial in t, is 1."""
    known = gaussian_thresholds(size)
    assert gaussian_escape_exponent(size, known.mean_square) == pytest.approx(2.0, rel=1e-8)
    assert gaussian_escape_exponent(size, known.almost_sure) == 0.0
    assert 0.0 < gaussian_escape_exponent(size, 0.999 * known.almost_sure) < 0.1
    assert gaussian_escape_exponent(size, 1e-3) == math.inf
    moments = np.cumprod(1.0 + 2.0 * np.arange(4) / size)
    roots = np.roots([moments[3], -4.0 * moments[2], 6.0 * moments[1], -4.0])
    fourth = min(root.real for root in roots if abs(root.imag) < 1e-12 and root.real > 0.0)
    assert gaussian_escape_exponent(size, fourth) == pytest.approx(4.0, rel=1e-8)
    for product in (0.8 * known.mean_square, 0.5 * (known.mean_square + known.almost_sure)):
        kappa, law = gaussian_escape_exponent(size, product), gamma(size / 2.0, scale=2.0 / size)
        pole, end = product**-0.5, np.sqrt(law.isf(1e-30))

        def moment(root, kappa=kappa, product=product, law=law):
            return abs(1.0 - product * root**2) ** kappa * law.pdf(root**2) * 2.0 * root

        parts = [quad(moment, low, high, limit=300)[0] for low, high in ((1e-12, pole), (pole, end))]
        assert sum(parts) == pytest.approx(1.0, abs=1e-6)
