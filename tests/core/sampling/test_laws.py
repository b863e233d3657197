"""The law of a batch against the enumeration of all batches."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
from scipy.stats import binom

from stepsize_core import noise_share
from stepsize_core.sampling.laws import MOST_VALUES, batch_law

SETS = {
    "two values": [1.0, 1.0, 1.0, 3.0, 3.0],
    "one apart": [11.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    "all different": [0.1, 0.7, 1.3, 2.0, 2.9, 5.0],
    "with 0 and below": [-1.0, 0.0, 0.0, 4.0, 2.5],
    "all the same": [0.1, 0.1, 0.1],
    "sums that coincide": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
}


def batches(n, size, replacement):
    if replacement == "with":
        return list(product(range(n), repeat=size))
    if replacement == "without":
        return list(combinations(range(n), size))
    return [order[i : i + size] for order in permutations(range(n)) for i in range(0, n, size)]


@pytest.mark.parametrize("values", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize("replacement", ["without", "with", "reshuffled"])
def test_every_batch_is_in_the_law(values, replacement):
    for size in range(1, min(len(values), 4) + 1):
        law = batch_law(values, size, replacement)
        means = np.array(
            [np.mean([values[i] for i in batch]) for batch in batches(len(values), size, replacement)]
        )
        assert np.all(np.diff(law.values) > 0)
        assert len(law.values) == len(np.unique(means.round(9)))
        for function in (np.ones_like, np.square, np.abs, lambda a: a**3, lambda a: np.cos(3 * a)):
            assert law.probabilities @ function(law.values) == pytest.approx(
                function(means).mean(), rel=1e-13
            )


@pytest.mark.parametrize("values", SETS.values(), ids=SETS.keys())
@pytest.mark.parametrize("replacement", ["without", "with"])
def test_the_noise_share_is_the_variance_of_a_batch_mean(values, replacement):
    for size in range(1, len(values) + 1):
        law = batch_law(values, size, replacement)
        mean = law.probabilities @ law.values
        variance = law.probabilities @ (law.values - mean) ** 2
        expected = noise_share(len(values), size, replacement) * np.var(values)
        assert mean == pytest.approx(np.mean(values), rel=1e-13)
        assert variance == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_the_noise_share_at_its_ends():
    assert noise_share(10, 1) == noise_share(10, 1, "with") == noise_share(10, 1, "reshuffled") == 1.0
    assert noise_share(10, 10) == 0.0
    assert noise_share(10, 4, "reshuffled") == noise_share(10, 4) == pytest.approx(6 / 36)
    assert noise_share(10, 40, "with") == 0.025
    assert {noise_share(1, 1, way) for way in ("without", "with", "reshuffled")} == {0.0}
    assert noise_share(1, 7, "with") == 0.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((10, 11), "batch_size must be at most n_samples = 10"),
        ((10, 11, "reshuffled"), "batch_size must be at most n_samples = 10"),
        ((10, 2.0), "batch_size must be an integer"),
        ((10, 0), "batch_size must be an integer of at least 1"),
        ((0, 1), "n_samples must be an integer of at least 1"),
        ((10, True), "batch_size must be an integer"),
        ((10, 2, "twice"), "replacement must be one of without, with, reshuffled, got 'twice'"),
    ],
)
def test_what_is_no_batch_is_named(arguments, says):
    with pytest.raises(ValueError, match=says):
        noise_share(*arguments)


def test_a_batch_of_equal_values_has_that_value_exactly():
    assert batch_law([0.1] * 7, 3).values.tolist() == [0.1]
    assert batch_law([0.1] * 3 + [0.7] * 4, 3).values[[0, -1]].tolist() == [0.1, 0.7]


def test_large_batches_of_few_values_keep_their_digits():
    law = batch_law([1.0] * 600 + [3.0] * 400, 300)
    assert law.probabilities.sum() == pytest.approx(1.0, rel=1e-13)
    assert law.probabilities @ law.values == pytest.approx(1.8, rel=1e-13)


def test_a_law_of_too_many_means_is_refused_in_words(rng):
    values = rng.exponential(size=40)
    assert len(batch_law(values[:20], 10).values) == 184_756
    with pytest.raises(ValueError, match=f"at most {MOST_VALUES:,} different means; batches of 20 from 40"):
        batch_law(values, 20)
    assert len(batch_law(values, 39).values) == 40


def test_very_large_batches_with_replacement_are_found_or_refused_at_once():
    law = batch_law(np.repeat([1.0, 3.0], [2000, 1000]), 2500, "with")
    np.testing.assert_allclose(law.values, 1.0 + 2.0 * np.arange(2501) / 2500, rtol=1e-14)
    np.testing.assert_allclose(law.probabilities, binom.pmf(np.arange(2501), 2500, 1 / 3), rtol=1e-9)
    with pytest.raises(ValueError, match="different means"):
        batch_law(np.arange(3000.0), 2500, "with")


@pytest.mark.parametrize("values", [[], [[1.0, 2.0]], [1.0, np.nan], 3.0])
def test_curvatures_are_a_list_of_numbers(values):
    with pytest.raises(ValueError, match="curvatures must"):
        batch_law(values, 1)
