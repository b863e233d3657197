"""The studies of Theorem 1 and its corollaries: one optimum, the plane, and the ensembles."""

from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    LimitKind,
    UserFunction,
    Verdict,
    classify_limit,
    gradient_descent,
)
from stepsize_core.paper import reachable_optima as ro
from stepsize_core.paper.reachable_optima.ensembles import WIDTH
from stepsize_core.paper.reachable_optima.optimum import Standing, least_cost, optimum, rescaled_optimum
from stepsize_core.paper.reachable_optima.plane import (
    RASTER_PERIODS,
    RASTER_STEPS,
    hyperbola,
    plane_diagram,
    plane_network,
    plane_run,
)

LIMIT_TOLERANCE = 1e-5  # relative; a limit that was approached to the classifier's accuracy


@pytest.fixture(scope="module")
def studies():
    return {name: ro.study(preset.params) for name, preset in ro.PRESETS.items()}


def verdicts(study):
    return {claim.statement: claim.verdict for claim in study.claims}


# presets


def test_no_claim_of_any_preset_disagrees(studies):
    for name, study in studies.items():
        assert Verdict.DISAGREES not in verdicts(study).values(), name
        assert Verdict.AGREES in verdicts(study).values(), name


@pytest.fixture(scope="module")
def networks(studies):
    return {name: study for name, study in studies.items() if study.params.system == ro.NETWORK}


def test_presets_show_what_their_titles_say(studies, networks):
    standing = {name: study.standing for name, study in networks.items()}
    assert standing["theorem_1"] is Standing.EXCLUDED
    assert standing["stable"] is Standing.STABLE
    assert standing["remark_1"] is Standing.UNSTABLE
    assert standing["below_corollary_1"] is Standing.STABLE
    assert len(studies["arc"].plane.hyperbola.ends) == 4
    assert studies["arc"].plane.reached_optimum
    assert len(studies["above_corollary_1"].plane.hyperbola.ends) == 0
    assert studies["below_corollary_1"].limit.kind is LimitKind.EQUILIBRIUM
    assert studies["above_corollary_1"].limit.period == 2
    flatter = studies["theorem_1"]
    assert flatter.reached.eigenvalues[-1] < flatter.reference.eigenvalues[-1]


def test_a_study_reports_the_run_it_made(studies):
    for study in studies.values():
        p = study.params
        again = gradient_descent(study.objective, study.states[0], p.step_size, p.n_steps).states
        np.testing.assert_array_equal(study.states, again)
        last = np.linalg.eigvalsh(study.objective.hessian(study.states[-1]))[-1]
        np.testing.assert_allclose(study.sharpness[-1], last, rtol=1e-9)
        assert study.sharpness_steps[-1] == p.n_steps


def test_a_study_of_a_network_sets_its_run_against_the_reference(networks):
    for study in networks.values():
        margins = 2 / study.params.step_size - study.reference.eigenvalues
        np.testing.assert_allclose(study.margins, margins)
        estimate = study.objective.estimate(study.states[-1])
        np.testing.assert_allclose(study.top_values[-1], np.linalg.norm(estimate, 2))


def test_the_least_sharpness_of_two_layers_is_that_of_the_balanced_optimum():
    study = ro.study(ro.Params(system=ro.LAYERS, plane_target=1.7))
    balanced = study.objective.balanced_start()
    sharpest = np.linalg.eigvalsh(study.objective.hessian(balanced))[-1]
    assert study.floor == pytest.approx(sharpest, rel=1e-12)


def test_above_bound_4_corollary_1_is_judged_in_the_plane_too(studies):
    found = {claim.place: claim.verdict for claim in studies["above_corollary_1"].claims}
    assert found["Corollary 1"] is Verdict.AGREES
    assert found["Theorem 1"] is Verdict.ASSUMPTION_NOT_MET


def test_runs_that_escape_leave_gaps_and_no_false_verdict():
    study = ro.study(ro.Params(step_size=5.0, start=ro.RANDOM, scale=3.0, n_steps=50))
    assert study.limit.kind is LimitKind.DIVERGENT
    assert np.isnan(study.top_values[-1])
    assert np.isnan(study.sharpness[-1])
    assert Verdict.DISAGREES not in verdicts(study).values()


def test_deep_networks_that_escape_are_studied_without_overflow():
    study = ro.study(ro.Params(widths="2, 3, 3, 3, 3, 2", step_size=1.5, start=ro.RANDOM, scale=2.0))
    assert study.limit.kind is LimitKind.DIVERGENT


def test_random_parameters_never_contradict_the_theory():
    rng = np.random.default_rng(5)
    for seed in range(25):
        widths = ", ".join(str(n) for n in rng.integers(1, 4, rng.integers(2, 5)))
        values = ", ".join(f"{v:.3f}" for v in rng.uniform(0.1, 2.0, 2))
        params = ro.Params(
            step_size=float(rng.uniform(0.05, 0.9)),
            widths=widths,
            singular_values=values,
            alpha=float(np.exp(rng.normal(0, 0.3))),
            start=ro.RANDOM if seed % 2 else ro.NEAR,
            seed=seed,
        )
        assert Verdict.DISAGREES not in verdicts(ro.study(params)).values(), params


# one optimum


@pytest.mark.parametrize("widths", [(2, 3, 2), (3, 2, 4, 3), (3, 1, 3), (2, 3)])
def test_rescaling_and_skew_keep_the_product_and_the_least_cost(widths):
    target = np.zeros((widths[-1], widths[0]))
    np.fill_diagonal(target, (1.5, 0.7, 0.3))
    network = DeepLinearNetwork(target, widths)
    for alpha, skew in ((1.0, 1.0), (3.0, 1.0), (0.5, 4.0)):
        x = rescaled_optimum(network, alpha, skew)
        np.testing.assert_allclose(
            network.estimate(x), network.estimate(network.balanced_start()), atol=1e-12
        )
        np.testing.assert_allclose(network.value(x), least_cost(network), rtol=1e-10, atol=1e-24)
        np.testing.assert_allclose(network.gradient(x), 0.0, atol=1e-12)
        bounds = optimum(network, x)
        assert bounds.exact <= bounds.theorem_1 * (1 + 1e-9) <= bounds.corollary_1 * (1 + 2e-9)


def test_standing_follows_the_order_of_the_bounds():
    network = DeepLinearNetwork(np.diag([1.5, 0.5]), (2, 2, 2))
    reference = optimum(network, rescaled_optimum(network, 1.5, 3.0))
    ladder = [reference.exact, reference.theorem_1, reference.corollary_1]
    assert ladder[0] < ladder[1] < ladder[2]
    at = [reference.standing(delta) for delta in (0.9 * ladder[0], *(1.01 * b for b in ladder))]
    assert at == [Standing.STABLE, Standing.UNSTABLE, Standing.EXCLUDED, Standing.UNREACHABLE]


# the plane


@pytest.mark.parametrize("r", [1.3, -0.8])
def test_the_reachable_arc_ends_on_the_circle_of_sharpness_two_over_delta(r):
    curve = hyperbola(r, 0.4, 3.0)
    np.testing.assert_allclose(curve.ends[:, 0] * curve.ends[:, 1], r, rtol=1e-12)
    np.testing.assert_allclose(np.sum(curve.ends**2, axis=1), 2 / 0.4, rtol=1e-12)
    np.testing.assert_allclose(curve.points[..., 0] * curve.points[..., 1], r, rtol=1e-12)
    hessian = plane_network(r).hessian(curve.points)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian)[..., -1], curve.sharpness, rtol=1e-9)


def test_no_optimum_of_the_plane_is_reachable_above_one_over_r():
    assert hyperbola(2.0, 0.499, 4.0).reachable.any()
    above = hyperbola(2.0, 0.501, 4.0)
    assert not above.reachable.any()
    assert len(above.ends) == 0


def test_every_start_of_the_plane_that_learns_ends_on_the_reachable_arc():
    raster = ro.plane_raster(1.0, 0.4, 2.5, side=40)
    learned = np.isfinite(raster.imbalance)
    assert 0.5 < learned.mean() < 1.0
    sharpness = np.sqrt(raster.imbalance[learned] ** 2 + 4.0)  # (w₁² − w₂²)² + 4r² = (w₁² + w₂²)²
    assert sharpness.max() <= 2 / 0.4 * (1 + LIMIT_TOLERANCE)
    assert set(raster.kind[~learned & ~raster.saddle]) <= {LimitKind.DIVERGENT, LimitKind.UNDECIDED}


@pytest.mark.parametrize(("r", "delta"), [(1.0, 0.4), (-0.7, 0.9), (1.0, 1.15)])
def test_the_raster_by_symmetry_is_the_raster_run_start_by_start(r, delta):
    raster = ro.plane_raster(r, delta, 2.5, side=13)
    starts = np.stack(np.meshgrid(raster.axis, raster.axis), axis=-1)
    limit = classify_limit(plane_network(r), starts, delta, n_steps=RASTER_STEPS, max_period=RASTER_PERIODS)
    unequal = np.abs(starts[..., 0]) != np.abs(starts[..., 1])  # the others are moved off the saddle's line
    np.testing.assert_array_equal(raster.kind[unequal], limit.kind[unequal])
    np.testing.assert_array_equal(raster.period[unequal], limit.period[unequal])
    learned = np.isfinite(raster.imbalance) & unequal
    np.testing.assert_allclose(raster.optimum[learned], limit.points[0][learned], rtol=1e-12)
    np.testing.assert_allclose(raster.sharpness, np.hypot(raster.imbalance, 2 * r), rtol=LIMIT_TOLERANCE)


@pytest.mark.parametrize("delta", [0.01, 0.3, 0.99, 3.0])
def test_the_window_of_the_plane_holds_the_start_and_the_flattest_optima(delta):
    for start in ((0.1, 0.2), (-2.4, 0.3), (5.0, -5.0)):
        window = plane_run(1.0, start, delta, 2).window
        assert max(np.abs(start)) < window
        assert window > 1.0


def test_above_corollary_1_no_start_of_the_plane_learns():
    raster = ro.plane_raster(1.0, 1.1, 2.5, side=40)
    assert not np.isfinite(raster.imbalance).any()
    assert (raster.period == 2).any()


def test_starts_on_the_antidiagonal_are_held_by_the_saddle():
    run = ro.plane_run(1.0, (1.2, -1.2), 0.4, 100)
    assert run.limit.kind is LimitKind.EQUILIBRIUM
    assert run.claims[1].verdict is Verdict.ASSUMPTION_NOT_MET


@pytest.mark.parametrize("start", [(2.2, 0.3), (-1.0, 2.0), (4.0, 3.0)])
def test_the_plane_run_obeys_the_law_of_the_imbalance(start):
    run = ro.plane_run(1.0, start, 0.4, 60)
    assert run.claims[0].verdict is Verdict.AGREES


# ensembles


def test_the_ensemble_obeys_corollary_2_and_reports_progress():
    seen = []
    ensemble = ro.singular_value_ensemble(3, seed=4, size=300, progress=seen.append)
    converged = np.isfinite(ensemble.reached)
    assert 0.3 < converged.mean() < 1.0
    assert np.all(ensemble.reached[converged] <= ensemble.bound[converged] * (1 + LIMIT_TOLERANCE))
    assert ensemble.claim.verdict is Verdict.AGREES
    assert ensemble.largest_share_of_bound > 0.8  # the curve is approached, not merely respected
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_run_of_the_ensemble_is_the_run_of_its_own_target():
    """The homogeneity of the cost that the ensemble rests on, checked without it."""
    depth, rho, delta = 3, 2.7, 0.11
    unit = DeepLinearNetwork(np.diag([1.0, 0.5]), (WIDTH,) * (depth + 1))
    own = DeepLinearNetwork(rho * unit.target, unit.widths)
    start = unit.random_start(1.0, seed=2)
    there = gradient_descent(own, rho ** (1 / depth) * start, delta, 50).final
    here = gradient_descent(unit, start, delta * rho ** (2 - 2 / depth), 50).final
    np.testing.assert_allclose(there, rho ** (1 / depth) * here, rtol=1e-9)


def test_no_rescaling_is_flatter_than_the_balanced_optimum():
    network = DeepLinearNetwork(np.diag([2.0, 1.0]), (2, 2, 2, 2))
    rescalings = ro.random_rescalings(network, 0.2, 0.4, seed=1, size=500)
    assert rescalings.claim.verdict is Verdict.AGREES
    np.testing.assert_allclose(rescalings.floor, 3 * 2 ** (4 / 3))
    assert rescalings.sharpness[0] < 1.1 * rescalings.floor
    assert rescalings.sharpness[-1] > 2 * rescalings.floor
    np.testing.assert_allclose(rescalings.stable_share, np.mean(rescalings.sharpness <= 10.0))


def test_rescalings_of_a_study_are_those_of_its_network(studies):
    study = studies["theorem_1"]
    rescalings = ro.rescalings_of(study.params)
    assert rescalings.floor == pytest.approx(2 / study.reference.corollary_1)
    assert rescalings.critical == pytest.approx(2 / study.params.step_size)


@pytest.mark.parametrize("depth", [2, 4])
def test_the_steps_that_a_large_target_costs_grow_like_its_power(depth):
    costs = ro.large_targets(depth)
    large = costs.top > 5
    slope = np.polyfit(np.log(costs.top[large]), np.log(costs.steps_small[large]), 1)[0]
    assert slope == pytest.approx(2 * (depth - 1) / depth, rel=0.05)  # steps are whole numbers
    slope = np.polyfit(np.log(costs.top), np.log(costs.largest_step), 1)[0]
    assert slope == pytest.approx(-2 * (depth - 1) / depth)


# arguments


@pytest.mark.parametrize(
    ("field", "value"),
    [("widths", "2"), ("widths", "2, 0"), ("widths", "a, b"), ("singular_values", "0"), ("step_size", 0.0)],
)
def test_bad_parameters_are_named(field, value):
    with pytest.raises(ValueError, match=field):
        replace(ro.Params(), **{field: value})


def test_the_zero_target_has_no_reachable_arc():
    with pytest.raises(ValueError, match="R ≠ 0"):
        hyperbola(0.0, 0.1, 1.0)


# what holds wherever a reader goes


def of_statement(study, beginning):
    return next(claim for claim in study.claims if claim.statement.startswith(beginning))


@pytest.mark.parametrize(
    ("params", "predicted"),
    [
        # runs of a few steps, and runs that a flatter optimum close by stops before they are far away
        (dict(step_size=0.2445, n_steps=5, widths="2, 1, 1, 2, 1", singular_values="1.981", seed=1311), None),
        (dict(step_size=0.288, n_steps=2, widths="2, 2, 2", alpha=0.54, skew=6.57, seed=7159), "leaves"),
        (dict(step_size=0.3, n_steps=2, widths="1, 1, 1, 1, 1, 1", singular_values="1.5"), "leaves"),
        (dict(step_size=0.0711, widths="2, 1, 2, 2", singular_values="0.703", alpha=0.113, seed=4465), None),
        (dict(step_size=0.03, n_steps=2), "stays"),
        (dict(step_size=0.001, n_steps=2, alpha=20.0, skew=20.0), None),
    ],
)
def test_whether_a_run_stays_does_not_depend_on_the_steps_drawn(params, predicted):
    claim = of_statement(ro.study(ro.Params(**params)), "Next to the reference")
    assert claim.verdict is Verdict.AGREES
    assert predicted in (None, claim.predicted)


@pytest.mark.parametrize("share", [0.99, 1.01, 1.1, 3.0])
def test_a_run_next_to_an_optimum_is_decided_on_both_sides_of_its_threshold(share):
    exact = ro.study(ro.Params()).reference.exact
    claim = of_statement(ro.study(ro.Params(step_size=share * exact, n_steps=2)), "Next to the reference")
    assert claim.predicted == ("stays" if share < 1.0 else "leaves")
    assert claim.verdict is Verdict.AGREES


def test_an_instability_too_weak_to_show_is_undecided():
    exact = ro.study(ro.Params()).reference.exact
    study = ro.study(ro.Params(step_size=exact * (1.0 + 1e-6), n_steps=2))
    assert of_statement(study, "Next to the reference").verdict is Verdict.UNDECIDED


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("step_size", "w1", "w2"), [(6.213178, 0.651371, -3.620319), (10.0, 5.0, 5.0), (1.3, 2.2, 0.3)]
)
def test_a_run_of_the_plane_that_escapes_does_so_without_warning(step_size, w1, w2):
    run = ro.plane_run(1.539, (w1, w2), step_size, 2000)
    assert run.limit.kind is LimitKind.DIVERGENT
    assert [claim.verdict for claim in run.claims] == [Verdict.AGREES, Verdict.ASSUMPTION_NOT_MET]


def test_a_state_that_lacks_a_small_singular_value_is_no_optimum():
    network = DeepLinearNetwork(np.diag([100.0, 1e-3]), (2, 2, 2))
    assert optimum(network, network.balanced_start()).learned
    assert not optimum(network, network.pack([np.diag([10.0, 0.0])] * 2)).learned


@pytest.mark.filterwarnings("error")
def test_random_choices_of_every_field_contradict_nothing():
    rng = np.random.default_rng(17)
    for seed in range(30):
        widths = ", ".join(map(str, rng.integers(1, 4, rng.integers(2, 6))))
        values = np.exp(rng.normal(0.0, 1.0, rng.integers(1, 4))).clip(0.01, 50.0)
        params = ro.Params(
            step_size=float(np.exp(rng.uniform(np.log(1e-3), np.log(10.0)))),
            n_steps=int(rng.choice([2, 3, 20, 200])),
            plane_target=float(rng.uniform(0.1, 4.0)),
            w1=float(rng.uniform(-5.0, 5.0)),
            w2=float(rng.uniform(-5.0, 5.0)),
            widths=widths,
            singular_values=", ".join(f"{v:.4g}" for v in (values if seed % 3 else values[:1].repeat(3))),
            alpha=float(np.exp(rng.uniform(-3.0, 3.0)).clip(0.05, 20.0)),
            skew=float(np.exp(rng.uniform(-3.0, 3.0)).clip(0.05, 20.0)),
            start=ro.RANDOM if seed % 2 else ro.NEAR,
            scale=float(np.exp(rng.uniform(np.log(0.01), np.log(3.0)))),
            seed=seed,
        )
        for system in (ro.LAYERS, ro.NETWORK):
            study = ro.study(replace(params, system=system))
            assert Verdict.DISAGREES not in verdicts(study).values(), study.params


def test_the_formula_of_two_scalar_layers_is_their_cost():
    network, typed = plane_network(1.5), UserFunction("(x*y-1.5)^2/2")
    x = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_allclose(typed.gradient(x), network.gradient(x), rtol=1e-12, atol=1e-12)
    assert network.listing() == typed.listing()


def test_over_the_step_size_what_is_reached_is_stable_and_nothing_settles_above_corollary_1():
    diagram = plane_diagram(1.0, (0.8, 0.3))
    deltas, sharpness = diagram.step_sizes, np.sum(diagram.states**2, axis=-1)
    settled = np.ptp(sharpness, axis=0) < 1e-9
    assert settled.any()
    assert np.all(sharpness[-1, settled] <= 2.0 / deltas[settled] * (1.0 + LIMIT_TOLERANCE))
    assert not settled[deltas > 1.001].any()
