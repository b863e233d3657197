"""Ensembles of paths: what is drawn, what is kept, and what becomes of the paths."""

import tracemalloc
from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.special import ndtri

from stepsize_core import (
    Ensemble,
    EvenPower,
    FiniteSum,
    TwoMinima,
    UserFunction,
    gradient_descent,
    noise_share,
    sgd,
)
from stepsize_core.sampling.draws import batch_blocks, key_masks, mean_factors
from stepsize_core.sampling.ensembles import log_growth
from stepsize_core.sampling.laws import batch_law
from stepsize_core.sampling.multiples import Multiples
from tests.core.sampling.chance import ERRORS, SEEDS, assert_mean, assert_share

HALVES = [0.5] * 5 + [1.5] * 5
EXAMPLE = Multiples(TwoMinima(), HALVES)
PARABOLAS = FiniteSum([UserFunction(f"{a}*(x-1)^2/2") for a in (0.5, 1.0, 2.0, 4.0, 8.0)])


def generator(seed):
    return np.random.Generator(np.random.PCG64(seed))


def first_batches(seed, n, size, replacement, n_paths, n_steps):
    """The batches of so many steps, one array (n_paths, B) a step."""
    found = []
    for block in batch_blocks(generator(seed), n, size, replacement, n_paths):
        found.extend(block)
        if len(found) >= n_steps:
            return found[:n_steps]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("n", "size"), [(5, 1), (5, 2), (5, 4), (6, 3), (100, 3), (100, 60)])
def test_every_batch_without_replacement_is_equally_likely(seed, n, size):
    block = np.concatenate(first_batches(seed, n, size, "without", 2000, 15))
    assert block.shape == (30_000, size)
    assert np.all(np.diff(np.sort(block, axis=1), axis=1) > 0)  # no sample twice
    for sample in range(min(n, 6)):
        assert_share(int((block == sample).sum()), len(block), size / n)
    if n <= 6:
        rows = [tuple(row) for row in np.sort(block, axis=1).tolist()]
        for batch in combinations(range(n), size):
            assert_share(rows.count(batch), len(rows), 1 / comb(n, size))


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_keys_favour_no_sample(seed):
    class Coarse:
        """Random numbers of two bits in every 16, so that most batches meet equal keys."""

        def __init__(self):
            self.bit_generator, self.raw = self, np.random.PCG64(seed).random_raw

        def random_raw(self, size):
            return self.raw(size) & np.uint64(0x0003_0003_0003_0003)

    masks = next(key_masks(Coarse(), 6, 3, 10_000)).reshape(-1, 6)
    rows = [tuple(np.flatnonzero(row).tolist()) for row in masks]
    for batch in combinations(range(6), 3):
        assert_share(rows.count(batch), len(rows), 1 / comb(6, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_batches_with_replacement_are_independent_draws(seed):
    block = np.concatenate(first_batches(seed, 3, 2, "with", 2000, 15))
    for i in range(3):
        for j in range(3):
            assert_share(int(((block[:, 0] == i) & (block[:, 1] == j)).sum()), len(block), 1 / 9)
    assert first_batches(seed, 3, 7, "with", 4, 2)[0].shape == (4, 7)


@pytest.mark.parametrize(("n", "size"), [(7, 3), (6, 3), (5, 5), (4, 1)])
def test_an_epoch_is_a_permutation_of_its_own_for_every_path(n, size):
    per_epoch = -(-n // size)
    batches = first_batches(1, n, size, "reshuffled", 500, 2 * per_epoch)
    for epoch in (batches[:per_epoch], batches[per_epoch:]):
        assert [batch.shape[1] for batch in epoch] == [size] * (n // size) + [n % size] * bool(n % size)
        order = np.concatenate(epoch, axis=1)
        assert np.all(np.sort(order, axis=1) == np.arange(n))
    if size < n:
        first = np.concatenate(batches[:per_epoch], axis=1)
        assert len(np.unique(first, axis=0)) > 20
        again = np.concatenate(batches[per_epoch:], axis=1)
        assert np.any(first != again)
        for sample in range(n):
            assert_share(int((first[:, 0] == sample).sum()), 500, 1 / n)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("factors", "size", "replacement"),
    [
        (HALVES, 1, "without"),
        (HALVES, 4, "without"),
        (HALVES, 4, "with"),
        ([1.0] * 60 + [3.0] * 40, 40, "without"),
        ([1.0] * 60 + [3.0] * 40, 40, "with"),
        ([1.0, 2.0, 3.0, 5.0], 2, "without"),
        (HALVES, 4, "reshuffled"),
    ],
)
def test_mean_factors_follow_their_law(seed, factors, size, replacement):
    law, found = batch_law(factors, size, replacement), []
    for block in mean_factors(generator(seed), np.array(factors), size, replacement, 1000):
        found.append(block)
        if sum(map(len, found)) >= 30:
            break
    sample = np.concatenate(found)[:30].ravel()
    which = np.abs(sample[:, None] - law.values).argmin(axis=1)
    assert np.abs(sample - law.values[which]).max() < 1e-12
    for value, probability in enumerate(law.probabilities):
        assert_share(int((which == value).sum()), len(sample), probability)


@pytest.mark.parametrize("replacement", ["without", "with", "reshuffled"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_path_is_the_plain_loop_over_its_batches(replacement, size):
    found = sgd(PARABOLAS, 3.0, 0.1, 40, batch_size=size, seed=4, n_paths=3, replacement=replacement)
    batches = first_batches(4, 5, size, replacement, 3, 40)
    factors = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
    x = np.full(3, 3.0)
    for k, batch in enumerate(batches, 1):
        x = x - 0.1 * factors[batch].mean(axis=1) * (x - 1.0)
        np.testing.assert_allclose(found.states[k], x, rtol=1e-13)
    assert found.steps.tolist() == list(range(41))
    assert found.states.shape == (41, 3)
    assert isinstance(found, Ensemble)


def test_nothing_depends_on_what_is_kept_or_on_how_long_the_run_is():
    for problem, options in (
        (EXAMPLE, {"batch_size": 3, "seed": 9, "n_paths": 7}),
        (PARABOLAS, {"batch_size": 2, "seed": 9, "n_paths": 7, "replacement": "reshuffled"}),
        (PARABOLAS, {"batch_size": 3, "seed": 9, "n_paths": 7}),
    ):
        whole = sgd(problem, 1.2, 0.05, 1300, **options)
        every = sgd(problem, 1.2, 0.05, 1300, keep_every=7, **options)
        last = sgd(problem, 1.2, 0.05, 1300, keep_last=4, **options)
        short = sgd(problem, 1.2, 0.05, 40, **options)
        np.testing.assert_array_equal(every.steps, np.arange(0, 1301, 7))
        np.testing.assert_array_equal(every.states, whole.states[::7])
        np.testing.assert_array_equal(last.states, whole.states[-4:])
        np.testing.assert_array_equal(short.states, whole.states[:41])
        assert last.steps.tolist() == [1297, 1298, 1299, 1300]
        assert sgd(problem, 1.2, 0.05, 40, keep_last=99, **options).states.shape == (41, 7)
        np.testing.assert_array_equal(last.final, whole.states[-1])
        again = sgd(problem, 1.2, 0.05, 40, **(options | {"seed": 10}))
        assert np.any(again.final != short.final)


def test_the_full_batch_is_gradient_descent():
    descent = gradient_descent(PARABOLAS, 3.0, 0.1, 30).states
    for replacement in ("without", "reshuffled"):
        found = sgd(PARABOLAS, 3.0, 0.1, 30, batch_size=5, seed=0, n_paths=2, replacement=replacement)
        np.testing.assert_allclose(found.states, np.stack([descent, descent], axis=1), rtol=1e-12)


def test_starts_and_step_sizes_of_their_own():
    starts, deltas = np.array([0.5, 1.5, 2.5]), np.array([0.01, 0.05, 0.1])
    together = sgd(PARABOLAS, starts, deltas, 20, batch_size=5, seed=1, n_paths=3)
    for path in range(3):
        alone = sgd(PARABOLAS, starts[path], deltas[path], 20, batch_size=5, seed=1)
        np.testing.assert_allclose(together.states[:, path], alone.states[:, 0], rtol=1e-13)
    plane = FiniteSum([UserFunction("x^2 + 3*y^2"), UserFunction("x^2 + x*y + y^2")])
    found = sgd(plane, np.ones((3, 2)), deltas, 20, batch_size=1, seed=1, n_paths=3, keep_every=10)
    assert found.states.shape == (3, 3, 2)


@pytest.mark.filterwarnings("error")
def test_a_path_that_overflows_is_not_a_number_from_there_on():
    starts = np.array([1.1, 40.0, -1e200])
    found = sgd(EXAMPLE, starts, 0.1, 60, batch_size=1, seed=2, n_paths=3)
    lost = np.isnan(found.states)
    assert lost.any(axis=0).tolist() == [False, True, True]
    assert np.all(lost[1:] >= lost[:-1])
    assert np.isfinite(found.states[~lost]).all()
    assert [o.count for o in found.fates([1.0, 2.0]).outcomes] == [1, 0, 0, 2]
    plane = FiniteSum([UserFunction("x^4 + y^2")])
    both = sgd(plane, [50.0, 1.0], 0.5, 9, batch_size=1, seed=0)
    assert np.isnan(both.final).all()


def test_fates_tell_the_places_apart_with_their_intervals():
    ends = np.array([1.0, 1.0 + 5e-7, 2.0, 1.5, np.nan, 2.0 - 9e-7])
    fates = Ensemble(np.array([0]), ends[None], ends).fates([1.0, 2.0])
    assert fates.labels.tolist() == [0, 0, 1, 2, 3, 1]
    assert [(o.name, o.count, o.total) for o in fates.outcomes] == [
        ("converged to 1", 2, 6),
        ("converged to 2", 2, 6),
        ("elsewhere", 1, 6),
        ("diverged", 1, 6),
    ]
    assert fates.outcomes[0].low < fates.outcomes[0].share == 1 / 3 < fates.outcomes[0].high
    wide = Ensemble(np.array([0]), ends[None], ends).fates([1.0, 2.0], radius=1.0)
    assert wide.labels.tolist() == [0, 0, 1, 0, 3, 1]


def test_progress_is_told_and_may_end_the_work():
    told = []
    sgd(EXAMPLE, 1.1, 0.1, 1000, batch_size=1, seed=0, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert 10 < len(told) <= 51

    def stop(share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sgd(EXAMPLE, 1.1, 0.1, 1000, batch_size=1, seed=0, progress=stop)


def test_memory_does_not_grow_with_the_number_of_steps():
    def peak(n_steps):
        tracemalloc.start()
        sgd(EXAMPLE, 1.1, 0.1, n_steps, batch_size=3, seed=0, n_paths=300, keep_last=1)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(600)
    assert peak(6000) < 1.05 * peak(600)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"batch_size": 11}, "batch_size must be at most n_samples = 10"),
        ({"batch_size": 11, "replacement": "reshuffled"}, "batch_size must be at most"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1"),
        ({"batch_size": 1.5}, "batch_size must be an integer"),
        ({"replacement": "some"}, "replacement must be one of"),
        ({"seed": -1}, "seed must be an integer of at least 0"),
        ({"seed": None}, "seed must be an integer"),
        ({"n_paths": 0}, "n_paths must be an integer of at least 1"),
        ({"x0": [1.0, 2.0]}, r"x0 must have shape \(\) or \(3,\), got \(2,\)"),
        ({"x0": np.nan}, "x0 must be finite"),
        ({"step_size": 0.0}, "step_size must be positive"),
        ({"step_size": [0.1, 0.2]}, r"step_size must have shape \(\) or \(3,\)"),
        ({"n_steps": 0}, "n_steps must be an integer of at least 1"),
        ({"keep_every": 0}, "keep_every must be"),
        ({"keep_last": 0}, "keep_last must be"),
        ({"keep_every": 2, "keep_last": 5}, "keep_every must be 1 when keep_last is given"),
    ],
)
def test_bad_arguments_are_named(change, says):
    arguments = {"x0": 1.0, "step_size": 0.1, "n_steps": 5, "batch_size": 2, "seed": 0, "n_paths": 3} | change
    with pytest.raises(ValueError, match=says):
        sgd(EXAMPLE, **arguments)


def test_what_is_no_finite_sum_is_refused():
    with pytest.raises(TypeError, match=r"problem must be a stepsize_core.FiniteSum"):
        sgd(TwoMinima(), 1.0, 0.1, 5, batch_size=1, seed=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_logarithmic_growth_follows_the_exponent(seed):
    found = log_growth([1.0] * 5 + [3.0] * 5, 1.2, 60, batch_size=1, seed=seed, n_paths=4000)
    assert_mean(found.final / 60, np.log(0.52) / 2)
    assert found.states.shape == (61, 4000)
    nearer = (k for k in range(61) if k * np.log(2.6) + (60 - k) * np.log(0.2) < 0)  # factors −2.6 and −0.2
    exact = sum(comb(60, k) for k in nearer) / 2**60
    assert_share(int((found.final < 0).sum()), 4000, exact)


def test_logarithmic_growth_goes_beyond_every_float():
    found = log_growth([1.0, 3.0], 0.5, 5000, batch_size=2, seed=0, keep_last=1)
    assert found.final == -np.inf
    slow = log_growth([1.0, 3.0], 0.9, 20_000, batch_size=1, seed=0, keep_last=1).final
    assert slow < -10_000
    mixed = log_growth([1.0, 3.0], 0.9, 50, batch_size=1, seed=0, replacement="reshuffled").states
    np.testing.assert_allclose(mixed[::2, 0], np.arange(26) * np.log(0.1 * 1.7))


@pytest.mark.parametrize("seed", SEEDS)
def test_moments_grow_by_q_as_long_as_the_sample_can_show_it(seed):
    found = log_growth([1.0] * 5 + [3.0] * 5, 1.2, 5, batch_size=1, seed=seed, n_paths=40_000)
    for k in (1, 2, 3):
        assert_mean(np.exp(2 * found.states[k]), 3.4**k)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("at", "delta", "size", "share"),
    [
        (2.0, 0.21, 1, 1.0),
        (2.0, 0.21, 2, 1.0),
        (2.0, 0.21, 10, 0.0),
        (2.0, 0.24, 5, 0.0),
        (2.0, 0.30, 1, 0.0),
        (2.0, 0.30, 10, 0.0),
        (1.0, 0.55, 5, 0.0),
        (1.0, 0.55, 10, 0.0),
    ],
)
def test_example_2_keeps_and_loses_its_minima_where_the_exponent_says(seed, at, delta, size, share):
    found = sgd(EXAMPLE, 1e-3, delta, 1500, batch_size=size, seed=seed, n_paths=1000, keep_last=1, offset=at)
    assert found.fates([0.0]).outcomes[0].share == share


@pytest.mark.parametrize("seed", SEEDS)
def test_reshuffled_single_samples_are_decided_by_the_product(seed):
    options = {"batch_size": 1, "seed": seed, "n_paths": 1000, "keep_last": 1, "replacement": "reshuffled"}
    for delta, share in ((0.24, 1.0), (0.26, 1.0), (0.28, 0.0)):
        found = sgd(EXAMPLE, 1e-3, delta, 2000, offset=2.0, **options)
        assert found.fates([0.0]).outcomes[0].share == share
    factors = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
    linear = FiniteSum([UserFunction(f"{a}*x^2/2") for a in factors])
    found = sgd(linear, 3.0, 0.1, 50, **options)  # the epoch's factor is the same in every order
    np.testing.assert_allclose(found.final, 3.0 * np.prod(1 - 0.1 * factors) ** 10, rtol=1e-12)


def test_an_offset_is_not_absorbed_by_rounding():
    options = {"batch_size": 1, "seed": 1, "n_paths": 4000, "keep_last": 1}
    beside = sgd(EXAMPLE, 1e-3, 0.28, 4000, offset=2.0, **options)
    absorbed = sgd(EXAMPLE, 2.0 + 1e-3, 0.28, 4000, **options)
    assert np.sum(beside.final == 0.0) == 0
    assert beside.fates([0.0]).outcomes[0].count == 0
    assert absorbed.fates([2.0]).outcomes[0].count > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_threshold_becomes_a_probability_where_powers_are_sampled(seed):
    """Example 3: sure below u = 2/3 and beyond u = 2, a matter of the first draw between 0.85 and 1.5."""
    problem = Multiples(EvenPower(4), [0.5, 1.5])
    u = np.repeat([0.66, 1.0, 1.4, 2.01], 2000)
    found = sgd(problem, 1.0, u / 2.0, 400, batch_size=1, seed=seed, n_paths=8000, keep_last=1)
    lost = np.isnan(found.final).reshape(4, 2000).sum(axis=1).tolist()
    assert (lost[0], lost[3]) == (0, 2000)
    for count in lost[1:3]:
        assert_share(count, 2000, 0.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_escape_law(seed):
    """Shares that leave fall like ε^κ, κ = 0.416 at δ = 0.24 beside x = 2."""
    shares = []
    for start in (1e-4, 1e-6):
        found = sgd(
            EXAMPLE, start, 0.24, 700, batch_size=1, seed=seed, n_paths=15_000, keep_last=1, offset=2.0
        )
        shares.append(1 - found.fates([0.0], radius=start).outcomes[0].share)
    slope = np.log(shares[0] / shares[1]) / np.log(100)
    error = np.sqrt(sum((1 - p) / (p * 15_000) for p in shares)) / np.log(100)
    assert abs(slope - 0.416) <= ERRORS * error


class SharpInOneSample(FiniteSum):
    """f₂(x)(1 + ξᵢe^{−8(x−1)²}), ξ = 9 for one sample of ten and −1 for the others: at 1 it has all the
    curvature."""

    n_samples = 10

    def __init__(self):
        pass

    def gradient_of(self, x, batch):
        f, bump = TwoMinima(), np.exp(-8 * (x - 1) ** 2)
        share = np.where(batch == 0, 9.0, -1.0).mean(axis=1) * bump
        return f.gradient(x) * (1 + share) - 16 * (x - 1) * share * f.value(x)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("delta", "size", "flat_one_left"), [(0.18, 1, False), (0.18, 4, True), (0.06, 1, False)]
)
def test_the_batch_size_reverses_the_selection(seed, delta, size, flat_one_left):
    """At 1 both thresholds are 0.05·B, at 2 they are 0.2 for every B: the sharper minimum can be the only
    one."""
    starts = np.random.default_rng(100 + seed).uniform(0.6, 2.2, 150)
    options = {"batch_size": size, "seed": seed, "n_paths": 150, "keep_last": 1}
    fates = sgd(SharpInOneSample(), starts, delta, 3000, **options).fates([1.0, 2.0])
    at_one, at_two = (outcome.count for outcome in fates.outcomes[:2])
    assert (at_one > 0) == flat_one_left
    assert at_two > 0
    if (delta, size) == (0.18, 1):
        assert at_two == 150


class TiltedPower(FiniteSum):
    """f₁ + bᵢx for normal quantiles bᵢ of mean square 1: gradient noise σ_B² = p."""

    n_samples = 100
    slopes = ndtri((np.arange(100) + 0.5) / 100)
    slopes = slopes / slopes.std()

    def __init__(self):
        pass

    def gradient_of(self, x, batch):
        return np.copysign(np.sqrt(np.abs(x)), x) + self.slopes[batch].mean(axis=1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [90, 75])
def test_noise_widens_the_cycle_of_example_1_by_its_last_batch(seed, size):
    """|x| = δ²/4 with a standard deviation of δσ_B, which the mean loss does not feel, and no slip of the
    phase."""
    found = sgd(TiltedPower(), 1.0, 2.0, 150, batch_size=size, seed=seed, n_paths=400, keep_last=100).states
    sigma = np.sqrt(noise_share(100, size))
    assert np.all(found[1:] * found[:-1] < 0)
    spread = np.abs(found).std(axis=0)
    assert_mean(spread, 2 * sigma, also=0.01 * 2 * sigma)
    assert_mean((2 / 3 * np.abs(found) ** 1.5).mean(axis=0), 2 / 3, also=2e-3)
