"""What is said of records: the statistic R, its error and its words, and the phase."""

import math

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import binom
from scipy.stats import t as student

from stepsize_core import TwoMinima, alternation
from stepsize_core.sampling.records import autocorrelation, phase
from stepsize_core.sampling.transfer import three_halves_image, three_halves_law
from tests.core.sampling.chance import SEEDS, assert_mean

LENGTH = 4000


def noisy(image, noise, start, rng, length=LENGTH):
    """y ← image(y) + noise·ζ after 200 steps."""
    y, record = start, []
    for shock in (noise * rng.standard_normal(length + 200)).tolist():
        y = image(y) + shock
        record.append(y)
    return np.array(record[200:])


def example_one(noise, rng, length=LENGTH):
    return noisy(lambda y: y - math.copysign(math.sqrt(abs(y)), y), noise, 0.25, rng, length)


def quadratic(multiplier, noise, rng, length=LENGTH):
    return noisy(lambda y: multiplier * y, noise, 0.0, rng, length)


def test_the_statistic_by_its_definition(rng):
    y, blocks = rng.standard_normal(47), 7
    a = np.diff(y) / 2
    parts = np.array_split(a, blocks)
    left_out = [np.concatenate(parts[:i] + parts[i + 1 :]) for i in range(blocks)]
    ratios = np.array([np.mean(b**2) / np.mean(np.abs(b)) ** 2 for b in left_out])
    found = alternation(y, n_blocks=blocks)
    assert found.ratio == pytest.approx(np.mean(a**2) / np.mean(np.abs(a)) ** 2, rel=1e-13)
    assert found.error == pytest.approx(np.sqrt(6 / 7 * np.sum((ratios - ratios.mean()) ** 2)), rel=1e-12)
    z = y - y.mean()
    assert found.lag_one == pytest.approx(np.sum(z[1:] * z[:-1]) / np.sum(z * z), rel=1e-12)
    assert autocorrelation(y, 0) == pytest.approx(1.0)
    assert autocorrelation(y, 5) == pytest.approx(np.sum(z[5:] * z[:-5]) / np.sum(z * z), rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200, 1e307, -3.0])
def test_an_exact_two_cycle_has_the_ratio_one(scale):
    found = alternation(scale * (0.7 + np.resize([1.0, -1.0], 80)))
    assert found.ratio == pytest.approx(1.0, rel=1e-12)
    assert found.error < 1e-12
    assert found.lag_one == pytest.approx(-1.0, abs=0.02)
    assert found.oscillates is True
    locked = phase(scale * (0.7 + np.resize([1.0, -1.0], 400)))
    assert locked.locked is True
    assert abs(locked.statistic) > 1e6
    np.testing.assert_allclose(locked.means, scale, rtol=1e-9)


def test_what_is_said_turns_where_student_says(rng):
    """The three answers of records whose ratio lies at different distances from 4/3."""
    said = set()
    for noise in np.linspace(0.12, 0.6, 25):
        found = alternation(example_one(noise, rng, 600))
        margin = student.ppf(0.99, 9) * found.error
        assert margin / found.error == pytest.approx(2.821, abs=5e-4)
        expected = None
        if found.ratio + margin < 4 / 3 and found.lag_one < 0:
            expected = True
        elif found.ratio - margin > 4 / 3:
            expected = False
        assert found.oscillates is expected
        said.add(expected)
    assert said == {True, False, None}


@pytest.mark.parametrize("seed", SEEDS)
def test_gaussian_records_have_the_ratio_of_their_law_whatever_their_memory(seed):
    rng = np.random.default_rng(seed)
    for multiplier in (-0.9, 0.0, 0.7):
        records = [quadratic(multiplier, 0.1, rng, 1000) for _ in range(12)]
        assert_mean([alternation(y).ratio for y in records], math.pi / 2, also=0.003)
        assert [y for y in records if alternation(y).oscillates is True] == []


def test_a_matched_pair_looks_alike_and_is_told_apart():
    rng = np.random.default_rng(0)
    noise, cycle = quadratic(-0.9, 0.1, rng), example_one(0.1, rng)
    gaps = [np.abs(y[2:] - y[:-2]).mean() / np.abs(np.diff(y)).mean() for y in (noise, cycle)]
    assert gaps == pytest.approx([0.31, 0.24], abs=0.015)
    lags = [alternation(y).lag_one for y in (noise, cycle)]
    assert lags == pytest.approx([-0.9, -0.86], abs=0.015)
    assert [alternation(y).oscillates for y in (noise, cycle)] == [False, True]
    assert [alternation(y).ratio for y in (noise, cycle)] == pytest.approx([1.58, 1.10], abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("noise", "said"), [(0.05, True), (0.15, True), (0.5, False), (2.0, False)])
def test_example_1_shows_its_cycle_up_to_a_quarter(seed, noise, said):
    found = alternation(example_one(noise, np.random.default_rng(seed)))
    assert found.oscillates is said
    assert abs(found.ratio - three_halves_law(noise).ratio) <= 4 * found.error


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("delta", "noise", "said"), [(0.19, 0.02, False), (0.21, 0.02, True), (0.21, 0.1, {False, None})]
)
def test_example_2_about_its_threshold(seed, delta, noise, said):
    """A small cycle can be drowned by the noise: then nothing is visible, which is not called stable."""
    rng, objective = np.random.default_rng(seed), TwoMinima()
    record = noisy(lambda x: x - delta * objective.gradient_at(x), delta * noise, 2.0, rng)
    assert alternation(record).oscillates in (said if isinstance(said, set) else {said})


def test_a_record_that_is_two_humped_but_does_not_turn_back_is_not_flagged(rng):
    """Coin tosses with a long memory: R is 1.005, and ρ₁ > 0 says that nothing alternates."""
    y = np.zeros(LENGTH)
    for k in range(1, LENGTH):
        y[k] = 0.99 * y[k - 1] + rng.choice([-1.0, 1.0])
    found = alternation(y)
    assert found.ratio + 3 * found.error < 4 / 3
    assert found.lag_one > 0
    assert found.oscillates is None


@pytest.mark.parametrize("length", [40, 100, 400])
@pytest.mark.parametrize("multiplier", [-0.9, -0.97, -0.99])
def test_short_records_of_noise_that_wanders_slowly_are_not_flagged(length, multiplier, rng):
    """Over a record shorter than its memory such noise keeps its size, as a 2-cycle does."""
    shocks = rng.standard_normal((200, length + 1000))
    records = lfilter([1.0], [1.0, -multiplier], shocks)[:, -length:]
    flagged = sum(alternation(y).oscillates is True for y in records)
    assert flagged <= binom.isf(1e-4, len(records), 0.01)


def test_short_records_of_an_oscillation_are_flagged(rng):
    records = [example_one(0.05, rng, 100) for _ in range(20)]
    assert [alternation(y).oscillates for y in records] == [True] * 20
    settling = np.resize([1.0, -1.0], 100) * (1.0 + 0.01 * 0.95 ** np.arange(100))
    assert alternation(settling).oscillates is True  # of one size, however slowly that changes


def test_a_single_jump_is_undecided():
    found = alternation(np.repeat([0.0, 1.0], 50))
    assert found.error == math.inf
    assert found.oscillates is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_phase_is_locked_until_it_slips(seed):
    rng = np.random.default_rng(seed)
    locked, slipping, noise = example_one(0.05, rng), example_one(0.12, rng), quadratic(-0.9, 0.1, rng)
    assert phase(locked).locked is True
    assert phase(slipping).locked is False
    assert alternation(slipping).oscillates is True
    found = phase(noise)
    assert found.locked == (abs(found.statistic) > student.ppf(0.995, 9))
    assert found.critical == pytest.approx(3.25, abs=1e-3)


def test_the_phase_by_its_definition(rng):
    y = rng.standard_normal(97) + 5.0
    found = phase(y, n_blocks=4)
    signed = (y * (-1.0) ** np.arange(97))[:96].reshape(4, 24).mean(axis=1)
    np.testing.assert_allclose(found.means, signed, rtol=1e-12)
    assert found.statistic == pytest.approx(signed.mean() / (signed.std(ddof=1) / 2), rel=1e-10)


def test_the_phase_is_refused_where_blocks_are_short_beside_the_memory(rng):
    slow = quadratic(-0.99, 0.1, rng, 1000)
    assert alternation(slow).oscillates is not True
    assert phase(slow).locked is None
    assert phase(quadratic(-0.3, 0.1, rng, 1000)).locked is not None


@pytest.mark.parametrize("test", [alternation, phase])
@pytest.mark.parametrize(
    ("record", "blocks", "says"),
    [
        (np.ones(100), 10, "record must not be constant"),
        (np.r_[np.arange(99.0), np.nan], 10, "record must be finite"),
        (np.r_[np.arange(99.0), np.inf], 10, "record must be finite"),
        (np.arange(39.0), 10, "at least 4·n_blocks = 40 entries, got 39"),
        (np.arange(40.0).reshape(2, 20), 10, r"record must have shape \(K,\)"),
        (np.arange(40.0), 1, "n_blocks must be an integer of at least 2"),
        (np.arange(40.0), 2.5, "n_blocks must be an integer"),
        (["a"] * 50, 10, "record must be a real number"),
    ],
)
def test_what_is_no_record_is_named(test, record, blocks, says):
    with pytest.raises(ValueError, match=says):
        test(record, n_blocks=blocks)


def test_a_lag_is_shorter_than_the_record():
    with pytest.raises(ValueError, match="lag must be below the record's length 40"):
        autocorrelation(np.arange(40.0), 40)


def test_the_image_of_example_1():
    np.testing.assert_allclose(three_halves_image([0.25, -0.25, 0.0, 4.0]), [-0.25, 0.25, 0.0, 2.0])
