"""What the pictures of Theorem 1 and its corollaries say, beyond what every figure is tested for."""

from dataclasses import replace

import numpy as np
import pytest

from pages.charts import reachable_optima as charts
from pages.charts.reachable_optima import plane as optima_plane
from pages.charts.scalar.cobweb import until_edge
from stepsize_core.paper import reachable_optima as phenomenon
from stepsize_core.paper.reachable_optima import Standing

NAMES = dict(zip(Standing, reversed(charts.REGIONS)))  # both run from the strongest statement to the weakest
ROUNDING = 1e-12  # absolute; coordinates of order 1


@pytest.fixture(scope="module")
def studies():
    return {name: phenomenon.study(preset.params) for name, preset in phenomenon.PRESETS.items()}


@pytest.fixture(scope="module")
def networks(studies):
    return {name: s for name, s in studies.items() if isinstance(s, phenomenon.NetworkStudy)}


@pytest.fixture(scope="module")
def planes(studies):
    return {name: s for name, s in studies.items() if isinstance(s, phenomenon.PlaneStudy)}


def raster_of(study):
    p = study.params
    return phenomenon.plane_raster(p.plane_target, p.step_size, study.plane.window)


def test_the_chosen_step_size_lies_in_the_region_that_its_standing_names(networks):
    for study in networks.values():
        regions, delta = charts.CHAIN.data(study)["regions"], study.params.step_size
        of_reference = regions["y"] == 0.0
        inside = of_reference & (regions["x"] < delta) & (delta <= regions["x2"])
        assert list(regions["region"][inside]) == [NAMES[study.standing]]


def test_a_region_between_bounds_that_coincide_is_not_drawn(studies):
    balanced = charts.CHAIN.data(studies["below_corollary_1"])["regions"]
    assert list(balanced["region"][balanced["y"] == 0.0]) == ["stable", "excluded (4)"]


def test_a_run_that_leaves_the_window_is_drawn_to_its_edge():
    run = phenomenon.plane_run(1.0, (2.2, 0.3), 1.3, 200)
    ends = until_edge(run.states, -run.window, run.window)
    assert len(ends) < len(run.states)
    np.testing.assert_allclose(np.abs(ends[-1]).max(), run.window, rtol=ROUNDING)
    step, drawn_step = run.states[len(ends) - 1] - ends[-2], ends[-1] - ends[-2]
    area = step[0] * drawn_step[1] - step[1] * drawn_step[0]
    np.testing.assert_allclose(area, 0.0, atol=1e-9 * np.abs(step).max())  # along the step itself


def test_the_reachable_arc_is_drawn_where_the_sharpness_allows_it_and_hidden_where_it_is_empty(planes):
    some = charts.PLANE.data((planes["arc"], raster_of(planes["arc"])))["_reachable"]
    assert np.all(some["w1"] ** 2 + some["w2"] ** 2 <= 2.0 / planes["arc"].params.step_size + ROUNDING)
    above = planes["above_corollary_1"]
    assert charts.PLANE.data((above, raster_of(above)))["_reachable"]["shown"] == [0.0]


def test_sharper_optima_have_deeper_tints(planes):
    study = planes["arc"]
    raster = raster_of(study)
    indices = optima_plane._indices(raster, study.params.plane_target, study.params.step_size)
    learned = np.isfinite(raster.imbalance)
    tint, branch = indices[learned] % optima_plane.TINTS, indices[learned] // optima_plane.TINTS
    np.testing.assert_array_equal(branch, np.where(raster.optimum[learned, 0] > 0, 0, 1))
    order = np.argsort(raster.sharpness[learned])
    assert np.all(np.diff(tint[order]) >= 0)
    assert set(tint) == set(range(optima_plane.TINTS))


def test_runs_of_the_ensemble_that_converged_are_drawn_at_what_they_reached(studies):
    ensemble = phenomenon.singular_value_ensemble(2, seed=1, size=200)
    runs = charts.CEILING.data((studies["stable"], ensemble))["runs"]
    converged = runs["outcome"] == "converged"
    bound = phenomenon.singular_value_bound(runs["x"][converged], 2)
    assert converged.any()
    assert np.all(runs["y"][converged] <= bound * (1 + 1e-6))  # the tolerance of the limits themselves
    assert not converged.all()


def test_the_histogram_holds_every_rescaling(studies):
    study = studies["stable"]
    rescalings = phenomenon.rescalings_of(study.params)
    table = charts.RESCALINGS.data((study, rescalings))["histogram"]
    assert table["y"].sum() == len(rescalings.sharpness)


# sentences


def test_the_headline_of_a_network_says_where_the_drawn_run_ends_and_what_a_longer_one_decides(studies):
    two_steps = phenomenon.study(replace(studies["theorem_1"].params, n_steps=2))
    says = charts.headline(two_steps)
    assert f"is at cost {two_steps.costs[-1]:.3g} after 2 steps" in says
    assert "followed for 10,000 steps, it converges to an optimum" in says
    gone = phenomenon.study(phenomenon.Params(step_size=10.0))
    assert "escapes within 200 steps" in charts.headline(gone)


def test_the_headline_and_the_pictures_are_those_of_the_system_chosen(networks, planes):
    for study in planes.values():
        says, some = charts.headline(study), len(study.plane.hyperbola.ends) > 0
        assert ("no optimum can be reached" in says) != some
        assert "reference" not in says
        assert charts.PLANE in charts.figures(study)
        assert charts.CHAIN not in charts.figures(study)
    for study in networks.values():
        assert "w₁" not in charts.headline(study)
        assert charts.CHAIN in charts.figures(study)
        assert charts.PLANE not in charts.figures(study)


def test_what_one_layer_can_reach_is_said_without_an_infinity():
    study = phenomenon.study(phenomenon.Params(widths="2, 3", n_steps=2))
    assert study.ceiling == np.inf
    texts = [charts.TOP_VALUE.describe(study), *charts.TOP_VALUE.data(study)["_labels"]["text"]]
    assert not any("inf" in text for text in texts)


def test_an_ensemble_of_which_nothing_converged_has_no_largest_value(studies):
    ensemble = phenomenon.singular_value_ensemble(5, 0.01, seed=1, size=6)
    assert not np.isfinite(ensemble.reached).any()
    says = charts.CEILING.describe((studies["stable"], ensemble))
    assert "none converged. " in says


def test_what_lies_beyond_an_axis_is_said_to():
    study = phenomenon.study(phenomenon.Params(singular_values="100", step_size=0.001, n_steps=2))
    table = charts.LARGEST_STEP.data((study, phenomenon.large_targets(2)))
    assert table["_target"]["text"] == ["ρ(R) = 100 (beyond)"]
    assert table["_chosen"]["text"] == ["δ = 0.001 (beyond)"]


def test_the_shares_of_the_plane_add_up(planes):
    for study in planes.values():
        says = charts.PLANE.describe((study, raster_of(study)))
        shares = [float(word[:-1]) for word in says.replace("%", "% ").split() if word.endswith("%")]
        assert sum(shares) == pytest.approx(100.0, abs=0.2)
