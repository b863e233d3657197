"""Stationary laws against closed forms and long plain runs."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from stepsize_core.sampling.transfer import stationary_law, three_halves_image, three_halves_law
from tests.core.sampling.chance import SEEDS, assert_mean


@pytest.mark.parametrize("multiplier", [-0.9, -0.3, 0.0, 0.6])
def test_a_linear_map_has_its_gaussian_law(multiplier):
    spread = 0.1 / math.sqrt(1 - multiplier**2)
    law = stationary_law(lambda y: multiplier * y, 0.1, np.linspace(-9 * spread, 9 * spread, 1001))
    assert law.weights.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(law.density, norm.pdf(law.points, scale=spread), atol=2e-3 / spread)
    assert law.lag_one == pytest.approx(multiplier, abs=1e-9)
    assert law.ratio == pytest.approx(math.pi / 2, rel=1e-3)
    same_side = 0.5 + math.asin(multiplier) / math.pi  # of two Gaussian numbers with this correlation
    assert law.slip == pytest.approx(same_side, abs=1e-4)
    half = math.sqrt(2 * spread**2 * (1 - multiplier)) / 2
    a = np.linspace(-4 * half, 4 * half, 41)
    np.testing.assert_allclose(law.half_steps(a), norm.pdf(a, scale=half), rtol=0, atol=2e-3 / half)


@pytest.mark.parametrize(
    ("noise", "slip"),
    [(0.06, 3.7128e-5), (0.08, 0.0019852), (0.1, 0.0124150), (0.15, 0.07525), (0.25, 0.202660)],
)
def test_the_slip_rate_of_example_1_does_not_depend_on_the_grid(noise, slip):
    coarse, law = three_halves_law(noise, cells=300), three_halves_law(noise)
    assert coarse.slip == pytest.approx(law.slip, rel=3e-4)
    assert law.slip == pytest.approx(slip, rel=5e-3)
    np.testing.assert_allclose(law.weights, law.weights[::-1], atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.1, 0.25, 0.5])
def test_example_1_runs_as_its_law_says(seed, noise):
    rng, law = np.random.default_rng(seed), three_halves_law(noise)
    y = np.resize([0.25, -0.25], 3000) + 0.0
    slips, squares, sizes, a_squares = [], [], [], []
    for k in range(500):
        after = three_halves_image(y) + noise * rng.standard_normal(len(y))
        if k >= 60:
            slips.append(np.sign(after) == np.sign(y))
            squares.append(after**2)
            sizes.append(np.abs(after - y) / 2)
            a_squares.append((after - y) ** 2 / 4)
        y = after
    assert_mean(np.mean(slips, axis=0), law.slip)  # the means of independent paths
    assert_mean(np.mean(squares, axis=0), law.weights @ law.points**2)
    ratio = np.mean(a_squares) / np.mean(sizes) ** 2
    paths = np.mean(a_squares, axis=0) / np.mean(sizes, axis=0) ** 2
    assert abs(ratio - law.ratio) < 4 * paths.std() / math.sqrt(len(paths))


def test_a_small_noise_moves_the_cycle_by_its_square():
    for noise in (0.02, 0.05):
        law = three_halves_law(noise)
        assert law.weights @ np.abs(law.points) == pytest.approx(0.25 - noise**2, abs=40 * noise**4 + 2e-6)
        loss = law.weights @ (2 / 3 * np.abs(law.points) ** 1.5)
        assert loss == pytest.approx(1 / 12, abs=2e-4)
    a = np.linspace(-0.5, 0.5, 2001)
    humps = three_halves_law(0.05).half_steps(a)
    assert np.sum(humps) * (a[1] - a[0]) == pytest.approx(1.0, abs=1e-6)
    assert abs(a[np.argmax(humps)]) == pytest.approx(0.25, abs=0.01)
    assert humps[1000] < 1e-5 * humps.max()


@pytest.mark.parametrize(
    ("image", "noise", "edges", "says"),
    [
        (lambda y: y, 0.0, [0, 1, 2, 3], "noise must be positive"),
        (lambda y: y, 1.0, [0, 1, 2], "edges must ascend"),
        (lambda y: y, 1.0, [0, 1, 1, 3], "edges must ascend"),
        (lambda y: y, 1.0, np.ones((2, 4)), "edges must ascend"),
        (lambda y: y / 0.0, 1.0, [-1, 0, 1, 3], "image must be finite"),
    ],
)
def test_what_has_no_law_is_named(image, noise, edges, says):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=says):
        stationary_law(image, noise, edges)
