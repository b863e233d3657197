"""The draws and points on which a ReLU network does something else than Figure 2."""

from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import LimitKind, TwoLayerReLU, Verdict
from stepsize_core.paper.relu_oscillation import PRESETS, TWO_POINTS, Params, experiment_of, study
from stepsize_core.paper.relu_oscillation.diagram import (
    LADDER,
    WINDOW,
    ensemble_from,
    step_size_diagram,
    step_size_window,
    without_step_size,
)
from stepsize_core.paper.relu_oscillation.ensembles import DIAGRAM_STEP_SIZES
from stepsize_core.paper.relu_oscillation.functions import bound_chain, polygons
from stepsize_core.paper.relu_oscillation.targets import OWN
from stepsize_core.paper.tables import LARGEST, read_points

ROUNDING = 1e-9  # relative, of a polygon against the sum over its units
SMALL = Params(hidden_units=6, n_points=30, n_steps=400, step_size=1e-3)


@pytest.fixture(scope="module")
def studies():
    """The study of every preset."""
    return {name: study(preset.params) for name, preset in PRESETS.items()}


def sharpness(one) -> float:
    """λ_max at the last iterate."""
    return float(2.0 / one.params.step_size - one.margins[-1].min())


@pytest.mark.parametrize(("name", "period"), [("period_4", 4), ("period_8", 8), ("figure_2_right", 2)])
def test_a_cycle_repeats_its_function_after_its_period_and_not_before(studies, name, period):
    one = studies[name]
    assert (one.limit.kind, one.limit.period) == (LimitKind.PERIODIC_ORBIT, period)
    last = one.last_functions
    moves = [np.abs(last[-1] - last[-1 - p]).max() for p in range(1, period + 1)]
    assert moves[-1] < 0.05 * min(moves[:-1])


def test_a_damped_alternation_converges_although_odd_and_even_differ_for_thousands_of_steps(studies):
    one = studies["damped_alternation"]
    assert one.limit.kind is LimitKind.EQUILIBRIUM
    assert one.learned
    assert -1.0 < one.limit.multipliers.real.min() < -0.99
    halfway = np.searchsorted(one.gaps_1.steps, 8000)
    assert one.gaps_1.values[halfway] > 100 * one.gaps_2.values[halfway]
    assert one.gaps_1.values[-1] < 0.01 * one.gaps_1.values[halfway]


@pytest.mark.parametrize("name", ["aperiodic", "notebook_large"])
def test_an_aperiodic_run_returns_after_no_number_of_steps_and_separates_its_neighbours(studies, name):
    one = studies[name]
    assert one.limit.kind is LimitKind.APERIODIC
    assert one.limit.exponent > 0
    moves = [np.abs(one.last_functions[p:] - one.last_functions[:-p]).max() for p in range(1, 33)]
    assert min(moves) > 0.1 * max(moves)


def test_a_run_can_converge_to_a_poor_fit_between_two_step_sizes_at_which_it_cycles(studies):
    one = studies["poor_fit"]
    assert one.limit.kind is LimitKind.EQUILIBRIUM
    assert not one.learned
    for step_size in (1.5e-4, 3e-4):
        assert study(replace(one.params, step_size=step_size)).limit.period == 2


def test_with_two_points_theorem_4_is_within_five_percent_of_what_the_network_reaches(studies):
    one = studies["theorem_4_bites"]
    assert one.learned
    assert 1.0 <= one.bound / one.output <= 1.05


def test_past_the_step_size_at_which_the_bound_meets_the_data_no_run_rests_at_the_fit(studies):
    inputs, targets = read_points(TWO_POINTS["points"])
    largest = np.max(np.abs(inputs) * np.abs(targets))
    one = studies["theorem_4_forbids"]
    assert one.bound < largest
    assert one.limit.kind is LimitKind.PERIODIC_ORBIT
    assert study(replace(one.params, step_size=0.999 / (2.0 * largest))).learned


def test_no_converged_preset_violates_the_theorem_or_its_chain(studies):
    for one in studies.values():
        if one.limit.kind is not LimitKind.EQUILIBRIUM:
            continue
        chain = bound_chain(one.output, sharpness(one), one.bound, one.objective.loss_scale)
        assert chain.output <= chain.curvature <= chain.bound * 1.001
        theorem = next(claim for claim in one.claims if claim.place == "Theorem 4")
        assert theorem.verdict is Verdict.AGREES


def test_one_fitted_point_has_at_least_the_curvature_of_the_chain(rng):
    for _ in range(20):
        x, scale = rng.normal(), rng.uniform(0.3, 2.0)
        network = TwoLayerReLU(np.array([x]), np.array([0.0]), rng.normal(size=4), scale)
        state = rng.normal(size=8)
        output = float(network.predict(state, np.array([x]))[0, 0])
        fitted = TwoLayerReLU(np.array([x]), np.array([output]), network.bias, scale)
        curvature = np.linalg.eigvalsh(fitted.hessian(state))[-1]
        chain = bound_chain(abs(x * output), curvature, 1.0, scale)
        assert chain.curvature >= chain.output * (1 - ROUNDING)


def test_a_polygon_is_the_function_everywhere(rng):
    objective = TwoLayerReLU(rng.uniform(-2, 3, 40), rng.normal(size=40), rng.normal(size=7))
    states = rng.normal(size=(9, 14))
    states[0, 9] = 0.0  # a unit without a breakpoint
    shape = polygons(objective, states)
    inputs = np.linspace(objective.inputs.min(), objective.inputs.max(), 500)
    for state, x, y in zip(states, shape.x, shape.y):
        exact = objective.predict(state, inputs)[:, 0]
        np.testing.assert_allclose(np.interp(inputs, x, y), exact, atol=ROUNDING * np.abs(exact).max())


def test_breakpoints_are_where_a_unit_switches(rng):
    objective = TwoLayerReLU(np.array([-1.0, 1.0]), np.zeros(2), np.array([0.5, 3.0]))
    shape = polygons(objective, np.array([[1.0, 1.0, 2.0, 0.1]]))
    np.testing.assert_allclose(shape.x[shape.breakpoint], [0.25])  # 3/0.1 lies outside


def test_polygons_refuse_a_network_with_two_inputs():
    objective = TwoLayerReLU(np.ones((3, 2)), np.ones((3, 1)), np.zeros(2))
    with pytest.raises(ValueError, match="one input and one output, got 2 and 1"):
        polygons(objective, np.zeros((1, 6)))


def test_points_too_long_for_params_give_the_study_of_the_same_points():
    text = "0, 1\n1, 2\n2, 0"
    typed = study(replace(SMALL, target=OWN, points=text))
    given = study(replace(SMALL, target=OWN), text)
    np.testing.assert_array_equal(typed.last_states, given.last_states)


def test_points_that_would_leave_the_numbers_are_refused():
    with pytest.raises(ValueError, match="line 2"):
        read_points(f"0, 1\n1, {2 * LARGEST}")


def test_the_last_steps_end_where_the_run_ends_or_escapes(studies):
    whole = studies["figure_2_right"]
    assert whole.last_steps[-1] == whole.params.n_steps
    escaped = study(Params(step_size=10.0, n_steps=100))
    assert len(escaped.last_steps) == len(escaped.last_states)
    assert escaped.last_steps[0] >= 0
    assert escaped.last_steps[-1] < 100


def test_the_window_of_the_diagram_holds_both_step_sizes_of_figure_2():
    setup = experiment_of(Params())
    low, high = step_size_window(setup.objective, setup.start)
    assert low <= 2e-4 < 3e-4 <= high
    assert high == pytest.approx(WINDOW * low)


def test_the_window_ends_between_the_steps_that_train_and_those_that_do_not():
    setup = experiment_of(Params(**TWO_POINTS))
    low, high = step_size_window(setup.objective, setup.start)
    assert low < 1.0 / 12.0 < high < LADDER[-1]


def test_the_diagram_is_that_of_single_runs_and_ignores_the_chosen_step_size():
    params = replace(SMALL, n_steps=200)
    seen = []
    diagram = step_size_diagram(params, progress=seen.append)
    assert without_step_size(replace(params, step_size=0.5)) == without_step_size(params)
    assert len(diagram.step_sizes) == DIAGRAM_STEP_SIZES
    assert seen[-1] == pytest.approx(1.0)
    assert diagram.probe == experiment_of(params).objective.inputs.max()
    i = 5
    alone = study(replace(params, step_size=float(diagram.step_sizes[i])))
    at_probe = alone.objective.predict(alone.last_states[-1], np.array([diagram.probe]))[0, 0]
    assert diagram.outputs[-1, i] == pytest.approx(at_probe, rel=1e-6)


def test_an_own_ensemble_counts_every_run_once_and_reports_its_progress():
    seen = []
    found = ensemble_from(7, 2, 100, progress=seen.append)
    assert np.sum(found.counts, axis=0).tolist() == [2] * len(found.step_sizes)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
