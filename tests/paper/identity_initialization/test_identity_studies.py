"""The studies of Theorems 2 and 3: modes, step sizes, the saddle, and other starts."""

import math
from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import DeepLinearNetwork, LimitKind, Verdict, gradient_descent
from stepsize_core.paper import identity_initialization as ii
from stepsize_core.paper.identity_initialization.modes import Approach, Spectrum, mode
from stepsize_core.paper.identity_initialization.saddle import saddle_escape

LAST_DIGITS = 1e-9  # the reduction and the full matrices before rounding separates them

LEADING_ORDER = 0.1  # relative: curvature at the 2 % error that an asymptote starts from, times about L


@pytest.fixture(scope="module")
def studies():
    return {name: ii.study(preset.params) for name, preset in ii.PRESETS.items()}


@pytest.fixture
def rng():
    return np.random.default_rng(43)


def of_place(study, place):
    return [claim.verdict for claim in study.claims if claim.place == place]


# presets


def test_no_claim_of_any_preset_disagrees(studies):
    for name, study in studies.items():
        verdicts = [claim.verdict for claim in study.claims]
        assert Verdict.DISAGREES not in verdicts, name
        assert Verdict.AGREES in verdicts, name


def test_presets_show_what_their_titles_say(studies):
    assert of_place(studies["theorem_2"], "Theorem 2")[0] is Verdict.AGREES
    assert of_place(studies["theorem_3"], "Theorem 3")[0] is Verdict.AGREES
    assert 0.0 in studies["exact_zero"].spectrum.eigenvalues
    assert studies["negative_definite"].excluded == math.inf
    assert np.all(studies["negative_definite"].projection == pytest.approx(0.0, abs=1e-12))
    between = studies["between"]
    assert between.guaranteed < between.params.step_size < between.excluded
    assert all(m.at_limit for m in between.modes)
    assert studies["period_2"].modes[-1].outcome.period == 2
    assert studies["chaos"].modes[-1].outcome.kind is LimitKind.APERIODIC


def test_the_study_is_the_run_of_full_matrices_while_these_follow_it(rng):
    for name in ("theorem_2", "theorem_3", "two_layers"):
        study = ii.study(replace(ii.PRESETS[name].params, n_steps=60))
        n, depth = study.params.size, study.params.depth
        network = DeepLinearNetwork(study.spectrum.matrix, (n,) * (depth + 1))
        states = gradient_descent(network, network.identity_start(), study.params.step_size, 60).states
        estimates = network.estimate(states)
        np.testing.assert_allclose(study.estimate, estimates[-1], atol=LAST_DIGITS)
        distances = np.linalg.norm(estimates - study.projection, axis=(-2, -1))
        np.testing.assert_allclose(study.to_psd, distances, atol=LAST_DIGITS)
        np.testing.assert_allclose(study.to_target, np.sqrt(2 * network.value(states)), atol=LAST_DIGITS)


def test_the_predicted_law_meets_the_run_where_the_approach_is_algebraic(studies):
    study = studies["exact_zero"]
    algebraic = [m.approach is Approach.ALGEBRAIC for m in study.modes]
    np.testing.assert_array_equal(np.isfinite(study.predicted[-1]), algebraic)
    zero = algebraic.index(True)
    np.testing.assert_allclose(study.estimates[-1, zero], study.predicted[-1, zero], rtol=0.01)


def test_within_the_guaranteed_step_no_random_target_contradicts_the_theorems():
    for seed in range(12):
        target = ii.TARGETS[seed % 5]
        params = ii.Params(target=target, seed=seed, depth=2 + seed % 4, size=2 + seed % 3)
        delta = ii.guaranteed_step_size(ii.spectrum_of(params).matrix, params.depth)
        for share in (0.5, 1.0):
            study = ii.study(replace(params, step_size=share * delta, n_steps=50))
            assert Verdict.DISAGREES not in [claim.verdict for claim in study.claims], study.params
            theorem = [c for c in study.claims if c.statement.startswith("The estimate converges")]
            assert [c.verdict for c in theorem] in ([Verdict.AGREES], [Verdict.UNDECIDED])


def test_the_errors_follow_their_asymptotes(studies):
    """To leading order: at the last step above rounding, for every eigenvalue of Theorem 3's preset."""
    study = studies["theorem_3"]
    for i, m in enumerate(study.modes):
        errors = np.abs(study.estimates[:, i] - m.limit)
        shown = np.flatnonzero((errors > 1e-10) & np.isfinite(study.asymptotes[:, i]))
        assert len(shown) > 50
        np.testing.assert_allclose(study.asymptotes[shown[-1], i], errors[shown[-1]], rtol=LEADING_ORDER)


def test_the_estimate_decays_by_the_power_of_k_that_its_mode_names(studies):
    for name, place in (("exact_zero", 0), ("theorem_3", 0)):
        study = studies[name]
        k, w = study.params.n_steps, study.estimates[:, place]
        slope = math.log(w[k] / w[k // 2]) / math.log(2.0)
        assert slope == pytest.approx(float(study.modes[place].decay_exponent), rel=0.03)
    assert studies["theorem_2"].modes[0].decay_exponent is None


def test_a_perturbed_start_adds_the_escape_to_the_claims(studies):
    assert studies["saddle"].escape.claim in studies["saddle"].claims
    assert studies["saddle"].escape.claim.verdict is Verdict.AGREES
    assert studies["theorem_3"].escape is None


# targets


def test_targets_have_the_signs_of_their_names():
    signs = {
        target: np.sign(ii.spectrum_of(ii.Params(target=target, size=6, seed=2)).eigenvalues)
        for target in ii.TARGETS
    }
    assert np.all(signs[ii.DEFINITE] == 1)
    assert signs[ii.SEMIDEFINITE].tolist() == [0, 1, 1, 1, 1, 1]
    assert signs[ii.INDEFINITE].tolist() == [-1, -1, -1, 1, 1, 1]
    assert np.all(signs[ii.NEGATIVE] == -1)


def test_the_readers_own_matrix_is_used_as_written():
    spectrum = ii.spectrum_of(ii.Params(target=ii.OWN, matrix="0, 1; 1, 0"))
    np.testing.assert_array_equal(spectrum.matrix, [[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_allclose(spectrum.eigenvalues, [-1.0, 1.0])
    np.testing.assert_allclose(spectrum.matrix_of(spectrum.eigenvalues), spectrum.matrix, atol=1e-15)


def test_a_rank_deficient_matrix_has_exact_zero_eigenvalues():
    spectrum = Spectrum.of(np.ones((3, 3)))
    assert np.count_nonzero(spectrum.eigenvalues == 0.0) == 2
    study = ii.study(ii.Params(target=ii.OWN, matrix="0, 0; 0, 0", n_steps=20))
    assert study.excluded == math.inf
    assert {m.approach for m in study.modes} == {Approach.ALGEBRAIC}


# modes


def test_an_odd_depth_beyond_the_guarantee_can_send_a_negative_eigenvalue_to_itself():
    """One step past 0 and w is negative, where w^3 = λ has its root: R itself, not the PSD projection."""
    outside = mode(-0.5, 0.8, 3)
    assert outside.outcome.kind is LimitKind.EQUILIBRIUM
    assert outside.at_limit is False
    np.testing.assert_allclose(float(outside.outcome.points[0]) ** 3, -0.5, rtol=1e-9)


@pytest.mark.parametrize(
    ("eigenvalue", "step_size", "depth"),
    [
        (-0.5, 0.95, 7),  # thrown below 0, where 0 repels at odd depth
        (-1.066268199465884, 0.7232226371380225, 7),  # thrown below 0, round the root and back
        (-0.2, 1e-3, 6),  # w^L has not yet fallen far below |λ|
        (0.0, 0.98, 6),  # one step lands so close to 0 that nothing moves
    ],
)
def test_an_algebraic_law_that_does_not_show_is_not_measured(eigenvalue, step_size, depth):
    assert math.isnan(mode(eigenvalue, step_size, depth).measured_law)


def test_a_mode_offers_its_map_as_a_scalar_objective():
    m = mode(0.7, 0.1, 4)
    assert m.objective.equilibria[-1] == pytest.approx(0.7**0.25)
    assert m.measured_rate == pytest.approx(m.rate, abs=1e-4)


# step sizes


def test_the_regions_are_guaranteed_within_observed_within_excluded():
    for eigenvalues in ([0.4, 1.7], [-1.0, 0.5, 2.0], [0.0, 0.3]):
        spectrum = Spectrum.with_eigenvalues(eigenvalues, np.random.default_rng(3))
        for depth in (2, 3, 5):
            regions = ii.step_size_regions(spectrum, depth)
            grid = regions.step_sizes[1] / regions.step_sizes[0]
            assert regions.guaranteed <= regions.largest_observed * grid
            assert regions.largest_observed <= regions.excluded
            assert not regions.converges[regions.step_sizes > regions.excluded * 1.001].any()


def test_the_top_eigenvalue_doubles_its_period_at_the_boundaries_of_two_layers():
    top = ii.top_eigenvalue_diagram(2.3, 2)
    scaled = top.diagram.step_sizes * 2.3

    def distinct(i):
        return len(np.unique(np.round(top.diagram.states[:, i], 6)))

    for a, expected in ((0.9, 1), (1.15, 2), (1.26, 4)):
        assert distinct(np.argmin(np.abs(scaled - a))) == expected
    np.testing.assert_allclose(
        [edge for edge, *_ in top.boundaries], np.array([2 * 2**0.5 - 2, 1, 5**0.5 - 1, 2]) / 2.3
    )
    assert np.isnan(top.estimates[-1, scaled > 2.05]).all()
    at_two = top.exponents[np.argmin(np.abs(scaled - 1.99))]
    assert at_two == pytest.approx(math.log(3), abs=0.1)


def test_no_start_settles_above_bound_4():
    spectrum = Spectrum.with_eigenvalues([0.4, 1.7], np.random.default_rng(3))
    seen = []
    comparison = ii.start_comparison(spectrum, 3, seed=1, progress=seen.append)
    assert comparison.names == ("identity", "unbalanced", "random")
    above = comparison.step_sizes > comparison.scale * 1.001
    assert not comparison.shares[:, above].any()
    identity = comparison.shares[0]
    middle = (comparison.step_sizes > 0.3 * comparison.scale) & ~above
    assert np.all(identity[middle & (comparison.step_sizes < 0.99 * comparison.scale)] == 1.0)
    assert np.all(comparison.low <= comparison.shares)
    assert np.all(comparison.shares <= comparison.high)
    assert seen[-1] == 1.0


def test_the_step_size_axis_depends_on_the_target_and_depth_alone():
    params = ii.PRESETS["saddle"].params
    key = ii.target_only(params)
    assert key == ii.target_only(replace(params, step_size=0.01, noise="0", n_steps=9))
    np.testing.assert_array_equal(ii.spectrum_of(key).matrix, ii.spectrum_of(params).matrix)
    np.testing.assert_array_equal(ii.regions_of(key).converges, ii.regions_of(params).converges)
    assert ii.top_diagram_of(key).eigenvalue == ii.spectrum_of(params).eigenvalues[-1]
    assert ii.top_diagram_of(ii.PRESETS["negative_definite"].params) is None
    assert ii.comparison_of(replace(key, size=2)).names[0] == "identity"


# the saddle


@pytest.mark.parametrize("noise", [1e-2, 1e-4, 1e-8])
def test_two_layers_leave_the_saddle_when_predicted(noise, rng):
    spectrum = Spectrum.with_eigenvalues([-1.1, 0.6, 1.4], rng)
    delta = ii.guaranteed_step_size(spectrum.matrix, 2)
    escape = saddle_escape(spectrum, 2, delta, 500, noise, seed=3)
    assert escape.claim.verdict is Verdict.AGREES
    assert escape.to_target[-1] < 1e-6
    assert escape.spread[0] < 10 * noise < escape.spread[-1]


def test_equal_layers_are_separated_by_rounding_alone(rng):
    spectrum = Spectrum.with_eigenvalues([-1.29, 0.23, 0.48, 2.11], rng)
    delta = ii.guaranteed_step_size(spectrum.matrix, 3)
    escape = saddle_escape(spectrum, 3, delta, 3000)
    assert escape.spread[0] == 0.0
    assert escape.to_psd[escape.closest] < 1e-4
    assert escape.closest < escape.escaped < 3000
    assert escape.to_target[-1] ** 2 < 0.1 * escape.to_target[escape.closest] ** 2
    assert escape.claim.verdict is Verdict.ASSUMPTION_NOT_MET


def test_a_positive_definite_target_is_not_left(rng):
    spectrum = Spectrum.with_eigenvalues([0.5, 1.2], rng)
    escape = saddle_escape(spectrum, 3, 0.1, 500, 1e-3)
    assert escape.escaped == math.inf
    assert escape.to_target[-1] < 1e-6


def test_too_few_steps_leave_the_escape_undecided(rng):
    spectrum = Spectrum.with_eigenvalues([-1.1, 0.6], rng)
    escape = saddle_escape(spectrum, 2, 0.2, 20, 1e-8)
    assert escape.claim.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("n_steps", [2, 20, 100])
def test_a_run_that_never_came_to_the_saddle_has_not_left_it(n_steps):
    params = ii.Params(target=ii.INDEFINITE, depth=2, step_size=0.001, noise="1e-6", n_steps=n_steps)
    claim = ii.study(params).escape.claim
    assert claim.verdict is Verdict.UNDECIDED
    assert claim.measured == f"not within {n_steps} steps"
    assert claim.predicted > 1000


def test_the_saddle_is_left_when_predicted_whatever_the_target():
    """Several negative modes, small ones beside positive and zero ones, at the theorem's step and below."""
    rng, decided = np.random.default_rng(8), 0
    for seed in range(60):
        values = rng.normal(0.0, 1.0, rng.integers(1, 6)) * np.exp(rng.normal(0.0, 1.0))
        values[0] = -abs(values[0]) - 0.05
        values[1:] = (values[1:], values[:1].repeat(len(values) - 1), 0.0)[seed % 3]
        spectrum = Spectrum.with_eigenvalues(values, rng)
        delta = ii.guaranteed_step_size(spectrum.matrix, 2) * rng.choice([0.3, 0.9, 1.0])
        noise = 10.0 ** rng.uniform(-12.0, -3.0)
        n_steps = int(1.5 * ii.escape_time(values.min(), delta, 0.01 * noise))
        escape = saddle_escape(spectrum, 2, delta, min(n_steps, 5000), noise, seed)
        verdict = escape.claim.verdict
        assert verdict is not Verdict.DISAGREES, (values, delta, noise)
        decided += verdict is Verdict.AGREES
    assert decided > 45


@pytest.mark.parametrize(
    ("params", "why"),
    [
        (dict(step_size=1.57, noise="1e-10"), "guaranteed"),
        (dict(step_size=0.1, noise="1e-2", target="your own", matrix="-0.02, 0; 0, 1"), "too large"),
        (dict(step_size=0.1, noise="1e-6", depth=3), "depth 2"),
        (dict(step_size=0.1, noise="1e-6", target="positive definite"), "negative eigenvalue"),
    ],
)
def test_an_escape_outside_the_law_is_not_held_against_it(params, why):
    study = ii.study(ii.Params(**{"target": ii.NEGATIVE, "depth": 2, "size": 3, "seed": 6971} | params))
    assert study.escape.claim.verdict is Verdict.ASSUMPTION_NOT_MET
    assert why in study.escape.claim.note


# what holds wherever a reader goes


def of_statement(study, beginning):
    return next(claim for claim in study.claims if claim.statement.startswith(beginning))


def test_an_eigenvalue_that_starts_at_its_limit_refutes_nothing():
    """w[0] = 1 is the optimum of λ = 1, on which no random start would land."""
    study = ii.study(ii.Params(target=ii.OWN, matrix="1, 0; 0, 1", step_size=10.0, n_steps=2))
    assert of_statement(study, "Above bound (4)").verdict is Verdict.ASSUMPTION_NOT_MET
    below = ii.study(ii.Params(target=ii.OWN, matrix="1, 0; 0, 1", step_size=0.01, n_steps=2))
    assert of_statement(below, "Positive eigenvalues").verdict is Verdict.ASSUMPTION_NOT_MET


def test_small_steps_decide_the_algebraic_law_by_a_longer_run():
    study = ii.study(ii.Params(target=ii.INDEFINITE, depth=4, step_size=0.002, n_steps=2))
    assert of_statement(study, "From L = 3 on").verdict is Verdict.AGREES


def test_a_run_that_steps_over_0_is_judged_where_it_goes():
    """At even depth −w is the same network as w, so its rate is that of w."""
    overshot = mode(0.3, 1.5, 2)
    assert overshot.at_limit
    assert overshot.measured_rate == pytest.approx(overshot.rate, abs=0.02)


@pytest.mark.filterwarnings("error")
def test_random_choices_of_every_field_contradict_nothing():
    rng = np.random.default_rng(23)
    for seed in range(60):
        n, kind = int(rng.integers(2, 6)), seed % 5
        entries = rng.normal(0.0, 1.0, (n, n))
        own = (
            (entries + entries.T) / 2.0,
            np.diag(entries[0].round(1)),
            np.full((n, n), entries[0, 0]),
            1e-7 * (entries + entries.T),
            entries[0, 0] * np.eye(n),
        )[kind]
        params = ii.Params(
            step_size=float(np.exp(rng.uniform(np.log(1e-4), np.log(10.0)))),
            depth=int(rng.choice([2, 2, 3, 4, 7, 12])),
            n_steps=int(rng.choice([2, 3, 20, 300])),
            target=ii.OWN if seed % 2 else str(rng.choice(ii.TARGETS)),
            size=n,
            matrix="; ".join(", ".join(f"{value:.6g}" for value in row) for row in own),
            noise=str(rng.choice(["0", "1e-14", "1e-8", "1e-4", "1e-2"])),
            seed=seed,
        )
        assert Verdict.DISAGREES not in [claim.verdict for claim in ii.study(params).claims], params


# arguments


@pytest.mark.parametrize(
    ("field", "value"),
    [("matrix", "1, 2; 3, 4"), ("depth", 1), ("target", "unknown"), ("noise", "0.5"), ("step_size", -1.0)],
)
def test_bad_parameters_are_named(field, value):
    with pytest.raises(ValueError, match=field):
        replace(ii.Params(), **{field: value})


def test_a_negative_top_eigenvalue_has_no_diagram():
    with pytest.raises(ValueError, match="eigenvalue must be positive"):
        ii.top_eigenvalue_diagram(-1.0, 2)
