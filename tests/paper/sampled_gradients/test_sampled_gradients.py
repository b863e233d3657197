"""Sampled gradients: the sheet's numbers from enumeration, closed forms and plain loops of the tests' own."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import TwoMinima, Verdict
from stepsize_core.paper.sampled_gradients import (
    AFRESH,
    AT_1,
    AT_2,
    LAYERS,
    N_PATHS,
    PRESETS,
    SHARP,
    Params,
    divergence,
    ends,
    ends_by_batch,
    escapes,
    exponents,
    optima,
    phase_diagram,
    reversal,
    study,
)
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED, Minimum, SharpSample
from stepsize_core.paper.sampled_gradients.params import FACTORS
from stepsize_core.paper.sampled_gradients.paths import from_anywhere
from stepsize_core.paper.sampled_gradients.theorem_1 import drawn_optima, gaussian_inputs, hessians_at
from stepsize_core.sampling.gaussian import gaussian_escape_exponent
from stepsize_core.sampling.moments import mean_square_threshold
from stepsize_core.sweeps import wilson_interval

SEEDS = (0, 1, 2)
THREES = [1.0] * 5 + [3.0] * 5


@pytest.fixture(scope="module")
def studies():
    return {key: study(preset.params) for key, preset in PRESETS.items()}


def enumerated(curvatures, b):
    """Every batch's mean."""
    return np.array([np.mean(batch) for batch in itertools.combinations(curvatures, b)])


@pytest.mark.parametrize("b", [1, 2, 5, 10])
@pytest.mark.parametrize("curvatures", [THREES, [11.0] + [1.0] * 9, [20.0] + [0.0] * 9, [1.9, 2.1] * 5])
def test_thresholds_are_those_of_all_batches(curvatures, b):
    found, means = Minimum(curvatures).thresholds(b), enumerated(curvatures, b)
    assert np.mean((1.0 - found.mean_square * means) ** 2) == pytest.approx(1.0, abs=1e-12)
    with np.errstate(divide="ignore"):
        assert np.mean(np.log(np.abs(1.0 - found.almost_sure * means))) == pytest.approx(0.0, abs=1e-9)
    assert found.mean_square <= found.full_batch * (1.0 + 1e-15)
    assert found.mean_square <= found.almost_sure * (1.0 + 1e-12)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("stabilized", (0.8, 1.0, 4 / 3)), ("outlier", (4 / 13, 1.0, 1.7254)), ("one_sample", (0.1, 1.0, 0.1)),
     ("example_2", (0.16, 0.2, 0.8 / 3)),
     ("reversed", (0.05, 0.5, 0.05)), ("layers", (0.125, 0.25, 2.684510 / 8))],
)  # fmt: skip
def test_thresholds_of_the_presets(studies, key, expected):
    found = studies[key].thresholds
    assert (found.mean_square, found.full_batch, found.almost_sure) == pytest.approx(expected, rel=1e-4)


def test_the_reference_case_has_the_exponent_and_factor_of_the_two_curvatures(studies):
    found = studies["stabilized"]
    assert found.exponent == pytest.approx(0.5 * math.log(0.52))
    assert found.factor == pytest.approx(3.4)
    assert found.full[-1] == pytest.approx(60 * math.log10(1.4))
    assert found.nearer / N_PATHS == pytest.approx(0.97405, abs=4 * math.sqrt(0.974 * 0.026 / N_PATHS))


@pytest.mark.parametrize("key", PRESETS)
def test_no_claim_of_a_preset_or_what_is_tried_there_is_refuted(studies, key):
    for found in (studies[key], study(PRESETS[key].tried)):
        assert found.claims
        assert Verdict.DISAGREES not in {claim.verdict for claim in found.claims}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_typical_path_has_the_slope_of_the_exponent(seed):
    found = study(Params(seed=seed, n_steps=100))
    error = 1.2533 * np.std(np.log(np.abs(1.0 - 1.2 * np.array(THREES)))) * math.sqrt(100 / N_PATHS)
    slope = found.median[-1] * math.log(10.0)
    assert slope == pytest.approx(
        100 * found.exponent, abs=4 * error + 2.6
    )  # of one factor: the law is discrete


def test_reshuffled_paths_meet_after_every_epoch(studies):
    found = studies["reshuffled"]
    meets = 5 * (math.log10(0.2) + math.log10(2.6)) * np.arange(7)
    for values in (found.low, found.median, found.high):
        assert values[::10] == pytest.approx(meets, abs=1e-9)
    assert np.isnan(found.factor)
    assert found.high[5] > found.low[5] + 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plain_loop_on_example_2_loses_as_many_paths(seed):
    """One at a time, in the offset, with batches of its own."""
    rng, delta, n = np.random.default_rng(seed), 0.24, 1500
    z = np.full(n, 1e-3)
    for _ in range(600):
        x, a = 2.0 + z, np.where(rng.random(n) < 0.5, 0.5, 1.5)
        with np.errstate(over="ignore", invalid="ignore"):
            z = z - delta * a * (2 * x * (x - 1) ** 2 * z**2 + 2 * (x**2 + 1) * (x - 1) * z * (2 * x - 3))
    share = np.mean(np.abs(z) < 1e-6)
    [claim] = [
        c for c in study(Params(system=AT_2, step_size=delta, seed=seed)).claims if "beside" in c.statement
    ]
    stays, total = map(int, claim.measured.split(" of "))
    error = math.sqrt(share * (1.0 - share) * (1.0 / n + 1.0 / total))
    assert stays / total == pytest.approx(share, abs=4 * error)
    assert share == pytest.approx(0.935, abs=4 * math.sqrt(0.935 * 0.065 / n))


def elsewhere(b, n_paths):
    """How many random starts at δ = 0.3 end neither at a minimum nor far out, and how many at 2."""
    z = from_anywhere(Params(system=AT_2, step_size=0.3, batch_size=b), 800, n_paths, beside=2.0)
    at_2 = np.abs(z) < 1e-6
    return int((~(at_2 | (np.abs(z + 1.0) < 1e-6) | np.isnan(z))).sum()), int(at_2.sum())


@pytest.mark.parametrize("b", [1, 2, 5])
def test_sampling_empties_the_chaotic_band(b):
    found = ends(Params(system=AT_2, batch_size=b))
    assert found.counts.sum(axis=1).tolist() == [found.n_paths] * len(found.along)
    assert elsewhere(b, 10_000) == (0, 0)


def test_the_full_batch_keeps_the_chaotic_band():
    n = 20_000
    stay, at_2 = elsewhere(10, n)
    assert at_2 == 0
    assert stay / n == pytest.approx(0.292, abs=4 * math.sqrt(0.292 * 0.708 / n))
    found = ends(Params(system=AT_2, batch_size=10))
    [of_figure] = found.counts[np.isclose(found.along, 0.30), 2]
    low, high = wilson_interval(int(of_figure), found.n_paths, confidence=math.erf(4.0 / math.sqrt(2.0)))
    assert low < stay / n < high


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_of_the_picture_is_the_ends_of_its_batch_size(seed):
    found = ends_by_batch(seed)
    assert found.counts.sum(axis=2).tolist() == [[found.n_paths] * len(found.step_sizes)] * 10
    for b in (1, 4, 10):
        alone = ends(Params(system=AT_1, batch_size=b, seed=seed))
        assert np.array_equal(found.counts[b - 1], alone.counts)
    for b, limits in zip(found.batch_sizes, found.limits):
        for curvature, limit in zip((4.0, 10.0), limits):
            means = enumerated(curvature * np.array(FACTORS), int(b))
            assert np.mean(np.log(np.abs(1.0 - limit * means))) == pytest.approx(0.0, abs=1e-9)
        lost = found.step_sizes > 1.05 * limits[1]
        assert not found.counts[b - 1][lost, 1].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_near_starts_leave_with_the_power_of_the_escape_law(seed):
    found = escapes(Params(system=AT_2, step_size=0.24, seed=seed))
    assert np.mean([abs(1.0 - 0.24 * 10.0 * a) ** found.exponent for a in FACTORS]) == pytest.approx(1.0)
    for distance, share in ((1e-2, 0.134), (1e-3, 0.0645), (1e-4, 0.0244), (1e-5, 0.0088)):
        [measured] = found.shares[np.isclose(found.distances, distance, rtol=1e-9)]
        errors = [share * (1.0 - share) / n for n in (found.n_paths, 40_000)]
        assert measured == pytest.approx(share, abs=4 * math.sqrt(sum(errors))), distance


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("b", "product"), [(2, 2.24), (5, 2.24), (1, 1.5)])
def test_near_starts_leave_an_optimum_of_two_layers_with_the_power_of_the_escape_law(b, product, seed):
    found = escapes(Params(system=LAYERS, step_size=product / 8.0, batch_size=b, seed=seed))
    assert found.exponent == pytest.approx(gaussian_escape_exponent(b, product))
    decades = np.log10(found.distances)
    errors = np.sqrt((1.0 - found.shares) / (found.shares * found.n_paths)) / math.log(10.0)
    weights = 1.0 / errors**2
    around = decades - np.average(decades, weights=weights)
    slope = np.sum(weights * around * np.log10(found.shares)) / np.sum(weights * around**2)
    assert slope == pytest.approx(found.exponent, abs=4.0 / math.sqrt(np.sum(weights * around**2)) + 0.01)


def test_reshuffled_starts_near_enough_stay_below_the_almost_sure_bound_and_leave_above():
    """An epoch enlarges a distance at most by the product of its factors above 1 on the way, here 2.6⁵."""
    below, above = (
        escapes(Params(system=AT_2, step_size=delta, batches=RESHUFFLED)) for delta in (0.24, 0.28)
    )
    assert math.isnan(below.exponent)
    near = 2.6**5 * below.distances < 0.13
    assert np.count_nonzero(near) >= 5
    assert not below.shares[near].any()
    assert below.shares[-1] > 0.0
    assert set(above.shares) == {1.0}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("b", [1, 2, 20])
def test_no_optimum_is_stable_beyond_theorem_1_in_mean_square(seed, b):
    found = optima(b, seed)
    assert found.factor == pytest.approx(1.0 + 2.0 / b)
    assert np.all(found.exact <= found.bounds * (1.0 + 1e-9))
    assert np.all(found.exact <= 2.0 / (found.factor * np.repeat([2.0, 3.0], len(found.sums) // 2)))
    assert found.exact.max() > 0.7 * found.bounds.max()  # the bound is no idle one


def test_the_threshold_of_gaussian_inputs_is_that_of_isserlis(rng):
    """In the eigenbasis of the mean Hessian (values s): 2/λ_max((1 + p) diag s + p √s√sᵀ)."""
    inputs = gaussian_inputs()
    for depth, b in itertools.product((2, 3), (1, 3)):
        weights = drawn_optima(depth, rng)
        [end] = np.linalg.multi_dot([*weights[::-1], np.eye(2)])
        assert np.linalg.norm(end) == pytest.approx(1.0)
        hessians = hessians_at(weights, inputs)
        s = np.linalg.eigvalsh(hessians.mean(axis=0))[-2:]
        top = np.linalg.eigvalsh((1.0 + 1.0 / b) * np.diag(s) + np.sqrt(np.outer(s, s)) / b)[-1]
        assert mean_square_threshold(hessians, b, "with") == pytest.approx(2.0 / top)
        drawn = hessians_at(weights, rng.standard_normal((200_000, 2)) if depth == 2 else inputs)
        assert drawn.mean(axis=0) == pytest.approx(hessians.mean(axis=0), abs=0.05 * s[-1])


def test_hessians_are_those_of_the_cost(rng):
    weights = drawn_optima(3, rng)
    x, shapes = rng.standard_normal((1, 2)), [w.shape for w in weights]
    y = float((weights[2] @ weights[1] @ weights[0] @ x[0])[0])

    def cost(vector):
        parts = np.split(vector, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
        w = [part.reshape(shape) for part, shape in zip(parts, shapes)]
        return 0.5 * float((w[2] @ w[1] @ w[0] @ x[0])[0] - y) ** 2

    at, h = np.concatenate([w.ravel() for w in weights]), 1e-4
    [hessian] = hessians_at(weights, x)
    for i, j in ((0, 0), (3, 8), (7, 16), (15, 17), (17, 17)):
        e, f = h * np.eye(len(at))[[i, j]]
        second = (cost(at + e + f) - cost(at + e - f) - cost(at - e + f) + cost(at - e - f)) / (4 * h * h)
        assert hessian[i, j] == pytest.approx(second, abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_size_reverses_the_selection(seed):
    counts = reversal(Params(system=SHARP, step_size=0.18, seed=seed)).counts
    assert counts[:3, 0].tolist() == [0, 0, 0]
    assert counts[0, 1] >= 0.97 * counts[0].sum()  # the others are still on their way
    shares = counts[3:, 0] / counts[0].sum()
    assert shares == pytest.approx(0.625, abs=4 * math.sqrt(0.625 * 0.375 / counts[0].sum()))


def test_the_sharp_sample_is_the_mean_of_ten_costs_and_true_to_small_distances():
    problem, x = SharpSample(), np.linspace(-0.5, 2.6, 41)
    everyone = np.broadcast_to(np.arange(10), (41, 10))
    assert problem.gradient_of(x, everyone) == pytest.approx(TwoMinima().gradient(x), abs=1e-12)
    for at in (1.0, 2.0):
        beside = problem.beside(at)
        assert beside.gradient_of(x - at, everyone) == pytest.approx(TwoMinima().gradient(x), abs=1e-10)
        for i, curvature in ((0, 40.0 if at == 1.0 else None), (3, 0.0 if at == 1.0 else None)):
            slope = beside.gradient_of(np.array([1e-9]), np.array([[i]]))[0] / 1e-9
            expected = curvature if at == 1.0 else 10.0 * (1.0 + SharpSample.SHARES[i] * math.exp(-8.0))
            assert slope == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("key", PRESETS)
def test_the_regions_of_the_diagram_are_those_of_the_thresholds(key):
    diagram = phase_diagram(PRESETS[key].params)
    for row, ms, sure in zip(diagram.regions, diagram.mean_square, diagram.almost_sure):
        deltas = diagram.step_sizes
        assert np.array_equal(row == 0, deltas < ms)
        assert np.all(row[deltas < sure] <= 1)
        assert np.array_equal(row == 2, (row > 1) & (deltas < diagram.full_batch))
    curves = exponents(PRESETS[key].params)
    both = np.isfinite(curves.mean_square)
    assert np.all(curves.exponents[both] <= curves.mean_square[both] + 1e-12)  # Jensen


def test_example_3_diverges_with_a_probability_between_two_edges():
    found = divergence()
    below, above = found.reach < 2 / 3, found.reach > 2.0
    assert not found.shares[below].any()
    assert (found.shares[above] == 1.0).all()
    for u, share in ((0.67, 0.065), (0.75, 0.251), (1.0, 0.5), (1.9, 0.754), (1.99, 0.940)):
        [measured] = found.shares[found.reach == u]
        assert measured == pytest.approx(
            share, abs=4 * math.sqrt(share * (1 - share) / found.n_paths) + 0.003
        )


def test_a_quadratic_step_beside_an_equal_one_says_the_same_of_example_2():
    """Curvatures 0.5 and 1.5 times f₂″ are those of the quadratic, in other units."""
    quadratic = study(Params(curvatures=", ".join(["5"] * 5 + ["15"] * 5), step_size=0.24))
    example = study(Params(system=AT_2, step_size=0.24))
    assert quadratic.exponent == pytest.approx(example.exponent)
    assert quadratic.factor == pytest.approx(example.factor)
    assert study(Params(system=AT_1, step_size=0.6)).exponent == pytest.approx(example.exponent)


def test_only_controls_with_an_effect_apply():
    reshuffled = Params(batches=RESHUFFLED)
    assert reshuffled.batch == 1
    assert replace(reshuffled, batches=AFRESH, batch_size=20).batch == 10
    assert Params(system=LAYERS, batch_size=20).batch == 20
