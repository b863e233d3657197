"""The exponent and the thresholds against enumeration, closed forms and the behaviour about them."""

import math
from itertools import combinations

import numpy as np
import pytest

from stepsize_core import mean_square_threshold, noise_share, sampled_exponent, sampled_thresholds
from stepsize_core.sampling.laws import batch_law
from stepsize_core.sampling.moments import mean_horizon, mean_square_factor
from stepsize_core.sampling.thresholds import escape_exponent
from tests.core.sampling.test_laws import SETS, batches

ONE_AND_THREE = [1.0] * 5 + [3.0] * 5


@pytest.mark.parametrize("values", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize("replacement", ["without", "with", "reshuffled"])
def test_the_exponent_is_the_mean_over_all_batches(values, replacement):
    deltas = np.array([[0.013, 0.31], [0.77, 2.1]])
    for size in (1, 2, 3):
        means = [np.mean([values[i] for i in batch]) for batch in batches(len(values), size, replacement)]
        expected = np.log(np.abs(1 - deltas[..., None] * means)).mean(axis=-1)
        found = sampled_exponent(values, size, deltas, replacement)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)
        assert sampled_exponent(values, size, 0.31, replacement) == pytest.approx(expected[0, 1], rel=1e-11)


def test_the_exponent_falls_to_minus_infinity_where_a_sample_jumps_to_the_minimum():
    for a in (1.0, 3.0, 7.0, 49.0, 0.3, 1.1):
        assert sampled_exponent([a, a, 2.0 * a], 1, 1.0 / a) == -math.inf
    assert sampled_exponent(ONE_AND_THREE, 10, 0.5) == -math.inf
    assert np.isfinite(sampled_exponent(ONE_AND_THREE, 1, [1 / 3 + 1e-9, 1 / 3 - 1e-9])).all()


@pytest.mark.parametrize(
    ("values", "size", "expected"),
    [
        (ONE_AND_THREE, 1, (0.8, 1.0, 4 / 3)),
        (ONE_AND_THREE, 2, (0.9, 1.0, 1.1813)),
        (ONE_AND_THREE, 5, (0.97297, 1.0, 1.0346)),
        (ONE_AND_THREE, 10, (1.0, 1.0, 1.0)),
        ([11.0] + [1.0] * 9, 1, (0.3077, 1.0, 1.7254)),
        ([11.0] + [1.0] * 9, 5, (0.8, 1.0, 1.3333)),
        ([20.0] + [0.0] * 9, 1, (0.1, 1.0, 0.1)),
        ([20.0] + [0.0] * 9, 7, (0.7, 1.0, 0.7)),
        ([0.2] * 5 + [3.8] * 5, 1, (0.5525, 1.0, 0.5595)),
        ([5.0] * 5 + [15.0] * 5, 2, (0.18, 0.2, 0.2363)),
        ([2.0] * 5 + [6.0] * 5, 5, (2 * 0.97297 / 4, 0.5, 0.5173)),
        ([7.0], 1, (2 / 7, 2 / 7, 2 / 7)),
    ],
)
def test_the_reference_sets(values, size, expected):
    found = sampled_thresholds(values, size)
    assert (found.mean_square, found.full_batch, found.almost_sure) == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize("spread", [0.1, 0.3, 0.5, 0.69])
def test_two_curvatures_have_a_closed_form(spread):
    found = sampled_thresholds([1 - spread, 1 + spread], 1)
    assert found.almost_sure == pytest.approx(2 / (1 - spread**2), rel=1e-13)
    assert found.mean_square == pytest.approx(2 / (1 + spread**2), rel=1e-13)


def changes_on_a_grid(values, size, replacement, high):
    """The first change from − to + on a fine grid that leaves out the spikes' surroundings."""
    deltas = np.linspace(1e-4, high, 40_001)
    growth = sampled_exponent(values, size, deltas, replacement)
    change = np.flatnonzero((growth[:-1] < 0) & (growth[1:] >= 0))
    return deltas[change[0]], deltas[1] - deltas[0]


@pytest.mark.parametrize("seed", range(12))
def test_the_first_change_of_the_exponent_is_found_among_its_spikes(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    values = rng.choice([rng.exponential(size=n), rng.uniform(0.5, 1.5, n), 10.0 ** rng.uniform(-2, 1, n)])
    values = values - (0.3 * values.mean() if seed % 4 == 0 else 0.0)
    size, replacement = int(rng.integers(1, n + 1)), ("without", "with")[seed % 2]
    found = sampled_thresholds(values, size, replacement)
    near = found.almost_sure * np.array([1 - 1e-9, 1 + 1e-9])
    below, above = sampled_exponent(values, size, near, replacement)
    assert below < 0 < above
    grid, cell = changes_on_a_grid(values, size, replacement, 1.2 * found.almost_sure)
    assert grid == pytest.approx(found.almost_sure, abs=1.01 * cell)
    law = batch_law(values, size, replacement)
    until = np.linspace(0.01, 1.0, 300) * found.almost_sure * (1 - 1e-9)
    assert np.all(sampled_exponent(values, size, until, replacement) < 0)
    q = ((1 - found.mean_square * law.values) ** 2) @ law.probabilities
    assert q == pytest.approx(1.0, rel=1e-12)
    assert found.mean_square <= min(found.full_batch, found.almost_sure * (1 + 1e-12))


def test_a_threshold_close_beside_a_spike():
    """λ of (1, 1 + ε, …): the exponent is positive in one gap, negative in the next one."""
    found = sampled_thresholds([0.2] * 5 + [3.8] * 5, 1).almost_sure
    exponent = sampled_exponent([0.2] * 5 + [3.8] * 5, 1, [found - 1e-6, found + 1e-6, 1.5, 5.0, 5.4])
    assert np.sign(exponent).tolist() == [-1, 1, 1, -1, 1]


def test_reshuffled_samples_in_one_variable():
    found = sampled_thresholds(ONE_AND_THREE, 1, "reshuffled")
    assert found.mean_square == found.almost_sure == sampled_thresholds(ONE_AND_THREE, 1).almost_sure
    assert found.full_batch == 1.0
    with pytest.raises(ValueError, match="batch_size must be 1 where replacement is 'reshuffled'"):
        sampled_thresholds(ONE_AND_THREE, 2, "reshuffled")


@pytest.mark.parametrize("values", [[-1.0, 0.5], [0.0, 0.0], [-1.0]])
def test_without_a_minimum_of_the_mean_no_step_size_is_stable(values):
    with pytest.raises(ValueError, match="curvatures must have a positive mean"):
        sampled_thresholds(values, 1)


def test_many_different_batch_means(rng):
    values = rng.exponential(size=18)
    found = sampled_thresholds(values, 9)
    assert found.mean_square < found.full_batch
    deltas = found.almost_sure * np.array([1 - 1e-7, 1 + 1e-7])
    below, above = sampled_exponent(values, 9, deltas)
    assert below < 0 < above


@pytest.mark.parametrize("delta", [0.0, -1.0, np.inf, np.nan, "a"])
def test_step_sizes_are_positive(delta):
    with pytest.raises(ValueError, match="step_size must be"):
        sampled_exponent([1.0, 3.0], 1, delta)


@pytest.mark.parametrize("values", SETS.values(), ids=SETS.keys())
def test_the_mean_square_factor_is_the_mean_over_all_batches(values):
    for size in (1, 2, 3):
        means = np.array(
            [np.mean([values[i] for i in batch]) for batch in combinations(range(len(values)), size)]
        )
        expected = np.mean((1 - 0.4 * means) ** 2)
        assert mean_square_factor(values, size, 0.4) == pytest.approx(expected, rel=1e-12)
        hessians = np.reshape(values, (-1, 1, 1))
        if np.mean(values) > 0:
            assert mean_square_threshold(hessians, size) == pytest.approx(
                sampled_thresholds(values, size).mean_square, rel=1e-12
            )


def test_the_horizon_of_the_sample_mean():
    assert mean_horizon(ONE_AND_THREE, 1, 1.2, 4000) == 5
    assert mean_horizon(ONE_AND_THREE, 10, 1.2, 4000) == math.inf
    assert mean_horizon(ONE_AND_THREE, 1, 1.2, 50) == 0


def test_the_escape_exponent_at_its_ends_and_between():
    thresholds = sampled_thresholds(ONE_AND_THREE, 1)
    assert escape_exponent(ONE_AND_THREE, 1, thresholds.mean_square) == pytest.approx(2.0, rel=1e-12)
    assert escape_exponent(ONE_AND_THREE, 1, thresholds.almost_sure * 1.0001) == 0.0
    assert escape_exponent(ONE_AND_THREE, 1, 0.5) == math.inf  # 1 − δa is between −½ and ½
    assert escape_exponent([5.0] * 5 + [15.0] * 5, 1, 0.24) == pytest.approx(0.416, abs=5e-4)
    law, share = batch_law(ONE_AND_THREE, 2), noise_share(10, 2)
    assert share > 0
    for delta in (0.7, 0.95, 1.1):
        kappa = escape_exponent(ONE_AND_THREE, 2, delta)
        assert law.probabilities @ np.abs(1 - delta * law.values) ** kappa == pytest.approx(1.0, rel=1e-12)
    with pytest.raises(ValueError, match="drawn afresh"):
        escape_exponent(ONE_AND_THREE, 1, 0.9, "reshuffled")
