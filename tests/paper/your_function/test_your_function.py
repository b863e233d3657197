"""A typed function: the same results as the built-in pages, thresholds and onsets measured, odd functions."""

import math
from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import LimitKind, UserFunction, Verdict, gradient_descent
from stepsize_core.paper import equilibrium_selection, initialization_dependence, periodic_orbits
from stepsize_core.paper.reachable_optima import Params as NetworkParams
from stepsize_core.paper.reachable_optima.plane import plane_run
from stepsize_core.paper.scalar import random_starts
from stepsize_core.paper.your_function import PRESETS, LineStudy, Params, PlaneStudy, study
from stepsize_core.paper.your_function.line import (
    branches,
    critical_points,
    start_step_size_raster,
    step_size_diagram,
    sweep_of,
)
from stepsize_core.paper.your_function.line_claims import (
    cycle_at_onset,
    line_claims,
    measured_critical,
    settled_onset,
)
from stepsize_core.paper.your_function.plane import plane_branches, plane_diagram, plane_raster
from tests.core.expressions.odd import ODD

ROUNDING = 1e-9  # relative, of orbits that rounding does not tear apart
WHERE = {"window": (-6.0, 6.0), "window_y": (-6.0, 6.0)}
HIMMELBLAU = PRESETS["himmelblau"].params


def claim(result, part: str):
    """The only claim whose statement contains `part`."""
    [found] = [c for c in result.claims if part in c.statement]
    return found


@pytest.fixture(scope="module")
def studies():
    """The study of every preset."""
    return {name: study(preset.params) for name, preset in PRESETS.items()}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_the_study_of_its_number_of_variables_and_no_claim_disagrees(studies, name):
    result = studies[name]
    assert type(result) is (PlaneStudy if "y" in result.params.function else LineStudy)
    assert Verdict.DISAGREES not in {c.verdict for c in result.claims}
    assert Verdict.AGREES in {c.verdict for c in result.claims}


# The paper's three functions as text


def test_example_1_as_text_gives_the_run_and_the_limit_of_its_own_page(studies):
    typed, built_in = studies["example_1"], periodic_orbits.study(periodic_orbits.Params())
    np.testing.assert_allclose(typed.states, built_in.states, rtol=ROUNDING)
    np.testing.assert_allclose(typed.losses, built_in.losses, rtol=ROUNDING)
    assert (typed.limit.kind, typed.limit.period) == (built_in.limit.kind, built_in.limit.period)
    np.testing.assert_allclose(np.sort(typed.limit.points), np.sort(built_in.limit.points), rtol=ROUNDING)
    [point] = typed.critical_points
    assert (point.x, point.curvature, point.critical, point.stability) == (0.0, math.inf, 0.0, "unstable")


@pytest.mark.parametrize("preset", ["selected", "both_stable", "period_2", "period_4"])
def test_example_2_as_text_gives_the_results_of_its_own_page(preset):
    own = equilibrium_selection.PRESETS[preset].params
    typed = study(replace(PRESETS["example_2"].params, **{
        name: getattr(own, name) for name in ("step_size", "start", "n_steps")
    }))  # fmt: skip
    built_in = equilibrium_selection.study(own)
    np.testing.assert_allclose(typed.states, built_in.states, rtol=1e-6)
    assert typed.limit.sentence == built_in.limit.sentence
    for mine, theirs in zip(typed.critical_points, built_in.critical_points):
        for name in ("x", "value", "curvature", "margin", "multiplier"):
            assert getattr(mine, name) == pytest.approx(getattr(theirs, name), rel=ROUNDING, abs=1e-12)
        assert mine.onset == theirs.onset
        assert mine.critical == (theirs.critical and pytest.approx(theirs.critical, rel=ROUNDING))


def test_example_3_as_text_gives_the_results_of_its_own_page(studies):
    typed, built_in = (
        studies["example_3"],
        initialization_dependence.study(initialization_dependence.Params()),
    )
    np.testing.assert_allclose(typed.states, built_in.states, rtol=ROUNDING)
    assert typed.limit.sentence == built_in.limit.sentence
    assert claim(typed, "stable exactly").verdict is Verdict.ASSUMPTION_NOT_MET


def test_two_scalar_layers_as_text_give_the_run_of_their_own_page(studies):
    p = studies["two_layers"].params
    built_in = plane_run(NetworkParams().plane_target, (p.start, p.start_y), p.step_size, p.n_steps)
    assert built_in.target == 1.0
    np.testing.assert_allclose(studies["two_layers"].states, built_in.states, rtol=1e-7)
    np.testing.assert_allclose(studies["two_layers"].limit.points, built_in.limit.points, rtol=1e-6)


# Thresholds and onsets


@pytest.mark.parametrize(("text", "x", "critical"), [
    ("3x^2/2", 0.0, 2 / 3), ("1-cos(x)", 2 * math.pi, 2.0), ("x^2/2+x^4/4", 0.0, 2.0),
    ("log(1+exp(x)) - x/2", 0.0, 8.0), ("x^3/3-x^2/2", 1.0, 2.0),
])  # fmt: skip
def test_runs_stop_coming_back_at_two_over_the_curvature(text, x, critical):
    assert measured_critical(UserFunction(text), x + 1e-4, x, 1.07 * critical) == pytest.approx(
        critical, rel=1e-4
    )


@pytest.mark.parametrize(("text", "x", "above"), [
    ("1-cos(x)", 0.0, True), ("x^4/4-x^2/2", 1.0, True), ("x^2/2+x^4/4", 0.0, False),
])  # fmt: skip
def test_the_cycle_at_the_onset_has_the_amplitude_and_the_stability_that_the_normal_form_gives(
    text, x, above
):
    function = UserFunction(text)
    critical = 2.0 / float(function.hessian(x))
    predicted, measured, stable = cycle_at_onset(function, x, critical * (1.001 if above else 0.999))
    assert measured == pytest.approx(predicted, rel=0.01)
    assert stable is above


def test_below_a_hard_loss_the_basin_is_bounded_by_the_unstable_cycle():
    function, delta = UserFunction("x^2/2 + x^4/4"), 1.9
    edge = math.sqrt(2 / delta - 1)  # 2 = δ(1 + x²) on the 2-cycle ±x
    ends = gradient_descent(function, edge * np.array([0.99, 1.01]), delta, 2000, keep_last=1).final
    assert abs(ends[0]) < 1e-6
    assert not abs(ends[1]) <= edge


def test_so_near_the_threshold_nothing_is_decided():
    result = study(Params(step_size=1.00005))
    assert {c.verdict for c in result.claims if "exactly" in c.statement} == {Verdict.UNDECIDED}


def test_a_false_curvature_would_be_seen():
    """The threshold is measured on runs: a prediction that is off by a thousandth disagrees."""
    measured = measured_critical(UserFunction("x^2"), 1e-4, 0.0, 1.0)
    assert abs(measured / 1.001 - 1.0) > 1e-4


# Kinks, jumps of the curvature, and probes that are too coarse


JUMPS = [  # function, step size, what a statement begins with, and what it predicts: all of them agree
    (
        "max(x^2, 2x)",
        0.05,
        "x = 0 (f′ jumps from 0 to 2) attracts from below exactly for δ < 1/f″",
        "attracts",
    ),
    ("max(x^2, 2x)", 0.6, "x = 0 (f′ jumps from 0 to 2) attracts from below", "does not attract"),
    ("max(x, 0)^2+min(x, 0)^2/2", 1.2, "x = 0 (f″ jumps from 1 to 2) is stable exactly for δ", "stable"),
    ("max(x, 0)^2+min(x, 0)^2/2", 1.6, "x = 0 (f″ jumps from 1 to 2) is stable exactly", "unstable"),
    ("max(abs(x)^1.5, x^2)+relu(-x)", 0.05, "x = 0 (a kink, where f′ is taken as 0)", "does not attract"),
    ("abs(x)+x^2/2", 0.01, "x = 0 (a kink, where f′ is taken as 0) is unstable for every δ", "unstable"),
    ("log(1+abs(x))", 0.3, "x = 0 (a kink, where f′ is taken as 0) is unstable for every δ", "unstable"),
    ("-abs(x)", 0.3, "x = 0 is no minimum: unstable for every δ", "unstable"),
    ("min(x^2, 2x)", 0.3, "x = 0 is no minimum: unstable for every δ", "unstable"),
    ("abs(x)*abs(x)", 0.9, "x = 0 is stable exactly for δ < 2/f″ = 1", "stable"),
    ("abs(x)^1.5", 0.3, "x = 0 (f″ is infinite) is unstable for every δ", "unstable"),
    ("x^2/2-abs(x)^2.5/5", 1.99, "x = 0 is stable exactly for δ < 2/f″ = 2", "stable"),
]


@pytest.mark.parametrize(("text", "step_size", "statement", "predicted"), JUMPS)
def test_stability_at_a_kink_is_claimed_as_runs_from_both_sides_show_it(
    text, step_size, statement, predicted
):
    params = Params(function=text, step_size=step_size)
    function, points = params.objective, critical_points(params.objective, params.window, step_size)
    basins = random_starts(function, params.window, step_size, 0, 20)
    claims = line_claims(params, function, points, basins, np.array([0.3]))
    [found] = [c for c in claims if c.statement.startswith(statement)]
    assert (found.predicted, found.verdict) == (predicted, Verdict.AGREES)


@pytest.mark.parametrize(("text", "critical"), [
    ("1-cos(60x)", 2 / 3600), ("1-cos(1e4*x)", 2e-8), ("1e-3*(1-cos(x))", 2e3), ("x^2/2+abs(x)^3", 2.0),
    ("abs(x)^2.5+x^2/2", 2.0), ("max(x,0)^2+min(x,0)^2/2", 1.5), ("max(x,0)^2*3+min(x,0)^2/5", 1/6 + 5/2),
])  # fmt: skip
def test_a_threshold_is_measured_ever_nearer_until_it_settles(text, critical):
    assert measured_critical(UserFunction(text), 2e-4, 0.0, critical) == pytest.approx(critical, rel=2e-5)


@pytest.mark.parametrize(("text", "soft"), [
    ("1-cos(30x)", True), ("1e3*(1-cos(x/5))", True), ("x^2/2+40*x^4", False),
    ("x^2/2+0.2*sin(x)^4+x^6", False),
])  # fmt: skip
def test_what_the_ratio_of_the_amplitudes_tends_to_is_1(text, soft):
    *_, stable, ratio = settled_onset(UserFunction(text), 0.0, soft)
    assert (stable, ratio) == (soft, pytest.approx(1.0, abs=2e-3))


# Odd functions


@pytest.mark.parametrize("text", ODD)
def test_an_odd_function_has_a_study_without_a_claim_that_disagrees(text):
    result = study(Params(function=text))
    assert Verdict.DISAGREES not in {c.verdict for c in result.claims}
    assert result.search.what_may_be_missed.endswith(".")


@pytest.mark.parametrize(("text", "kind"), [
    ("log(x)", LimitKind.UNDEFINED), ("sqrt(-1-x^2)", LimitKind.UNDEFINED), ("-x^4", LimitKind.DIVERGENT),
    ("x", LimitKind.UNDECIDED), ("exp(x)", LimitKind.UNDECIDED), ("3", LimitKind.EQUILIBRIUM),
])  # fmt: skip
def test_functions_without_a_minimum_are_answered(text, kind):
    assert study(Params(function=text)).limit.kind is kind


def test_a_constant_is_flat_throughout_and_relu_on_one_side():
    assert study(Params(function="3")).search.flats == ((-2.0, 2.0),)
    [(low, high)] = study(Params(function="relu(x)")).search.flats
    assert (low, high) == (-2.0, 0.0)


def test_a_kink_counts_as_infinite_curvature(studies):
    [point] = studies["kink"].critical_points
    assert (point.kink, point.curvature, point.stability) == (True, math.inf, "unstable")
    assert studies["kink"].limit.period == 2
    assert "f′ is taken as 0" in claim(studies["kink"], "kink").statement


def test_starts_on_the_wrong_side_of_the_maximum_leave_the_domain(studies):
    shares = {s.attractor.kind: s.count for s in studies["domain"].basins.shares}
    starts = np.random.default_rng(0).uniform(*studies["domain"].params.window, 400)
    edge = (3 - math.sqrt(5)) / 2  # where 2(x − 2) + 2/√x = 0, a maximum
    assert shares[LimitKind.UNDEFINED] == np.count_nonzero(starts < edge)


# Pictures over the step size and over the plane


def test_the_diagram_reaches_past_the_critical_step_sizes_of_the_window():
    assert sweep_of("x^4/4-x^2/2", -2.0, 2.0).step_sizes[-1] == pytest.approx(1.5)
    assert sweep_of("x", -2.0, 2.0).step_sizes[-1] > 0.0


def test_the_diagram_of_the_logistic_map_doubles_its_period_where_it_is_known_to():
    diagram = step_size_diagram("x^3/3-x^2/2", -0.5, 1.5, 0.6).diagram
    spread = np.ptp(diagram.states, axis=0)
    assert spread[(diagram.step_sizes > 0.1) & (diagram.step_sizes < 1.9)].max() < 1e-6
    assert spread[(diagram.step_sizes > 2.1) & (diagram.step_sizes < 2.4)].min() > 0.2
    four = diagram.states[:, np.argmin(np.abs(diagram.step_sizes - 2.5))]  # r = 3.5
    assert len(np.unique(four.round(6))) == 4


def test_the_unstable_branches_are_bracketed_and_progress_is_reported():
    seen = []
    found = branches("x^2/2 + x^4/4", -1.0, 1.0, progress=seen.append)
    cycles = found.cycles
    assert not cycles.stable.any()
    np.testing.assert_allclose(cycles.x**2, 2 / cycles.step_sizes - 1, rtol=1e-6)
    assert seen == sorted(seen)
    assert found.thresholds == ((2.0, "2/f″(0) = 2"),)


def test_the_raster_in_bands_is_the_raster_at_once():
    seen = []
    banded = start_step_size_raster("x^4/4-x^2/2", -2.0, 2.0, progress=seen.append)
    at_once = start_step_size_raster("x^4/4-x^2/2", -2.0, 2.0)
    np.testing.assert_array_equal(banded.basins.labels, at_once.basins.labels)
    assert [a.name for a in banded.basins.attractors] == [a.name for a in at_once.basins.attractors]
    assert len(seen) > 5


def test_himmelblaus_equilibria_are_those_of_the_literature(studies):
    points = studies["himmelblau"].critical_points
    minima = sorted(p.place for p in points if p.kind == "minimum")
    known = [(-3.779310, -3.283186), (-2.805118, 3.131313), (3.0, 2.0), (3.584428, -1.848127)]
    np.testing.assert_allclose(minima, known, atol=1e-5)
    assert sorted(p.kind for p in points) == ["maximum"] + ["minimum"] * 4 + ["saddle"] * 4


def test_the_raster_of_basins_says_where_plain_runs_end():
    raster = plane_raster(HIMMELBLAU.function, **WHERE, step_size=0.01)
    starts = np.stack(np.meshgrid(raster.x, raster.y), axis=-1)
    ends = gradient_descent(UserFunction(HIMMELBLAU.function), starts, 0.01, 3000, keep_last=1).final
    settled = raster.place >= 0
    assert settled.mean() > 0.8
    places = study(HIMMELBLAU).search.places
    np.testing.assert_allclose(ends[settled], places[raster.place[settled]], atol=1e-4)


def test_a_valley_of_minima_is_a_family_with_the_sharpness_of_the_hyperbola(studies):
    search = studies["two_layers"].search
    np.testing.assert_allclose(search.places, [[0.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(search.family.prod(axis=1), 1.0, rtol=1e-9)
    np.testing.assert_allclose(search.sharpness, (search.family**2).sum(axis=1), rtol=1e-6)
    reached = studies["two_layers"].limit.points[0]
    assert (reached**2).sum() <= 2 / studies["two_layers"].params.step_size


def test_the_diagram_of_a_coordinate_begins_at_its_minimum_and_has_the_thresholds():
    found = plane_branches(HIMMELBLAU.function, **WHERE, coordinate="y")
    assert [round(delta, 6) for delta, _ in found.thresholds] == [0.014949, 0.018972, 0.024306, 0.024829]
    diagram = plane_diagram(HIMMELBLAU.function, **WHERE, start=(3.0, 1.5), coordinate="y").diagram
    stable = (diagram.step_sizes > 0.002) & (diagram.step_sizes < 0.024)
    np.testing.assert_allclose(diagram.states[-1, stable], 2.0, atol=1e-3)


def test_bad_text_is_refused_with_the_place_of_the_fault():
    with pytest.raises(
        ValueError, match=r"function must be a function of x.*got 'x\^': expected .* at position 3"
    ):
        Params(function="x^")


def test_fields_of_the_second_coordinate_are_of_no_consequence_for_a_function_of_x():
    a, b = study(Params()), study(Params(start_y=3.0, centre_y=-4.0))
    np.testing.assert_array_equal(a.states, b.states)
    assert a.limit.sentence == b.limit.sentence
