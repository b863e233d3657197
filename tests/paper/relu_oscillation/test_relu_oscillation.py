"""Theorem 4 and Figure 2: what is trained, what it becomes, and what the theory may say of it."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from stepsize_core import LimitKind, Verdict, gradient_descent
from stepsize_core.networks.relu import gaussian_experiment
from stepsize_core.paper.relu_oscillation import (
    HALF_SUM,
    PRESETS,
    SUM,
    Outcome,
    Params,
    experiment_of,
    output_bound,
    study,
    thinned,
)
from stepsize_core.paper.relu_oscillation.ensembles import (
    KEPT,
    OUTCOMES,
    network_diagram,
    outcome_row,
    stored_typicality,
    typicality,
)
from stepsize_core.paper.relu_oscillation.studies import USUAL, WHERE_NEEDED
from stepsize_core.paper.relu_oscillation.targets import (
    OWN,
    PUBLISHED_A,
    SINE,
    STEPS,
    learned_level,
)
from stepsize_core.paper.tables import LARGEST, MAX_ROWS, read_points

README = Path(__file__).parents[3] / "README.md"
FAST = {"hidden_units": 6, "n_points": 40, "n_steps": 800}


@pytest.fixture(scope="module")
def figure_2():
    """The studies of Figure 2: left (δ = 2·10⁻⁴) and right (δ = 3·10⁻⁴)."""
    return study(PRESETS["figure_2_left"].params), study(PRESETS["figure_2_right"].params)


def test_the_smaller_step_converges_to_a_function_close_to_the_target(figure_2):
    left, _ = figure_2
    assert left.limit.kind is LimitKind.EQUILIBRIUM
    assert left.learned
    assert left.final_loss == pytest.approx(0.022, abs=0.001)


def test_the_larger_step_switches_between_two_functions(figure_2):
    _, right = figure_2
    assert (right.limit.kind, right.limit.period) == (LimitKind.PERIODIC_ORBIT, 2)
    losses = right.objective.value(right.last_states[-2:])
    np.testing.assert_allclose(np.sort(losses), [131, 140], atol=1)
    odd, even = right.objective.predict(right.last_states[-2:], right.objective.inputs)[..., 0]
    assert np.max(np.abs(odd - even)) == pytest.approx(1.02, abs=0.01)


def test_the_verdict_on_a_cycle_is_that_of_its_multipliers_not_of_one_iterate(figure_2):
    _, right = figure_2
    sharpness = 1.0 - right.margins.min(axis=1) * 3e-4 / 2.0
    np.testing.assert_allclose(np.sort(sharpness), [0.96, 1.12], atol=0.01)
    assert np.abs(right.limit.multipliers).max() == pytest.approx(1.0, abs=1e-4)
    stable = next(c for c in right.claims if "multipliers" in c.statement)
    assert stable.verdict is Verdict.AGREES


def test_theorem_4_holds_where_it_applies_and_is_not_claimed_elsewhere(figure_2):
    left, right = figure_2
    assert left.claims[0].verdict is Verdict.AGREES
    assert left.output < left.bound == pytest.approx(1 / (2 * 2e-4))
    assert right.claims[0].verdict is Verdict.ASSUMPTION_NOT_MET


def test_the_published_weights_at_three_ten_thousandths_are_not_a_two_cycle():
    run = study(PRESETS["notebook_large"].params)
    assert run.limit.kind is LimitKind.APERIODIC
    assert run.limit.exponent > 0
    assert run.gaps_2.values[-1] > 0.1
    assert run.claims[1].verdict is Verdict.DISAGREES


def test_the_published_weights_converge_at_the_notebook_s_smaller_step():
    assert study(PRESETS["notebook_small"].params).limit.kind is LimitKind.EQUILIBRIUM


def test_halving_the_loss_is_doubling_the_step():
    summed = study(Params(step_size=1e-3, loss=SUM, **FAST))
    halved = study(Params(step_size=2e-3, loss=HALF_SUM, **FAST))
    np.testing.assert_allclose(halved.last_states, summed.last_states, rtol=1e-9, atol=1e-12)
    assert halved.final_loss == pytest.approx(summed.final_loss / 2)
    assert halved.bound == pytest.approx(summed.bound)


@pytest.mark.parametrize(("scale", "bound"), [(0.5, 1 / 0.01), (1.0, 1 / 0.02), (2.0, 1 / 0.04)])
def test_the_bound_is_in_the_units_of_the_loss_that_was_trained(scale, bound):
    assert output_bound(0.01, scale) == pytest.approx(bound)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_the_bound_needs_positive_numbers(bad):
    with pytest.raises(ValueError, match="step_size must be positive"):
        output_bound(bad, 0.5)
    with pytest.raises(ValueError, match="loss_scale must be positive"):
        output_bound(0.1, bad)


def test_thinning_keeps_the_first_the_last_and_every_extreme():
    values = np.random.default_rng(3).normal(size=20_001)
    values[7777] = 50.0
    curve = thinned(values)
    assert len(curve.steps) <= 4 * 320 + 2
    assert (curve.steps[0], curve.steps[-1]) == (0, 20_000)
    assert np.all(np.diff(curve.steps) > 0)
    np.testing.assert_array_equal(curve.values, values[curve.steps])
    assert (curve.values.max(), curve.values.min()) == (values.max(), values.min())
    for parity in (0, 1):
        own = curve.values[curve.steps % 2 == parity]
        assert (own.max(), own.min()) == (values[parity::2].max(), values[parity::2].min())


def test_thinning_leaves_out_what_is_not_finite():
    curve = thinned(np.array([1.0, 2.0, np.nan, np.nan]))
    np.testing.assert_array_equal(curve.steps, [0, 1])


def test_a_run_that_escapes_is_shown_up_to_its_escape():
    run = study(Params(step_size=5.0, **FAST))
    assert run.limit.kind is LimitKind.DIVERGENT
    assert np.isfinite(run.last_states).all()
    assert np.isfinite(run.losses.values).all()


@pytest.mark.parametrize("target", [STEPS, SINE])
def test_shapes_keep_the_bias_and_the_start_of_the_draw(target):
    shaped = experiment_of(Params(target=target, seed=5, hidden_units=4, n_points=30))
    drawn = experiment_of(Params(seed=5, hidden_units=4, n_points=30))
    np.testing.assert_array_equal(shaped.start, drawn.start)
    np.testing.assert_array_equal(shaped.objective.bias, drawn.objective.bias)
    assert not np.array_equal(shaped.objective.targets, drawn.objective.targets)


def test_the_published_target_is_representable():
    setup = experiment_of(Params(target=PUBLISHED_A, seed=0, hidden_units=3, n_points=5))
    assert setup.objective.hidden_units == 20
    assert setup.objective.inputs.shape == (1000, 1)
    assert np.isfinite(gradient_descent(setup.objective, setup.start, 1e-4, 50).states).all()


def test_the_learned_level_is_a_hundredth_of_the_loss_of_the_mean():
    params = Params(target=SINE, seed=0, hidden_units=3, n_points=50, loss=HALF_SUM)
    objective = experiment_of(params).objective
    spread = objective.targets - objective.targets.mean()
    assert learned_level(objective) == pytest.approx(0.005 * np.sum(spread**2))


def test_points_are_read_with_or_without_names_and_sorted():
    for text in ("x,y\n2, 3\n1 4\n", "2 3; 1 4", "2,3\r\n\r\n1,4"):
        inputs, outputs = read_points(text)
        np.testing.assert_array_equal(inputs, [1, 2])
        np.testing.assert_array_equal(outputs, [4, 3])


def test_repeated_inputs_stay_separate_points():
    inputs, _ = read_points("1 2; 1 3; 1 2")
    assert len(inputs) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "number of points must be an integer of at least 2"),
        ("1, 2", "number of points must be an integer of at least 2"),
        ("1, 2\n3, nan", "line 2: '3, nan'"),
        ("1, 2\n3", "line 2: '3'"),
        ("1, 2\n3, 4, 5", "line 2"),
        ("1, 2\n3, four", "line 2: '3, four'"),
        ("1, 2\n3, inf", "line 2"),
        ("1 2\n" * (MAX_ROWS + 1), "at most 100,000 lines"),
    ],
)
def test_points_that_cannot_be_read_are_named(text, message):
    with pytest.raises(ValueError, match=message):
        read_points(text)


def test_many_bad_lines_are_counted_not_listed():
    with pytest.raises(ValueError, match=r"line 1: '1 b c'.* and 97 more"):
        read_points("1 b c\n" * 100 + "1 2; 3 4")


def test_own_points_reach_the_objective():
    run = study(Params(target=OWN, points="0 0; 0.5 1; 1 0", step_size=0.01, hidden_units=8, n_steps=400))
    np.testing.assert_array_equal(run.objective.targets[:, 0], [0, 1, 0])


FAR = "\n".join(f"{x}, {100 * x + 3000 * math.sin(x / 9)}" for x in range(0, 101, 4))


def test_points_are_scaled_where_no_step_on_the_slider_is_usable_and_drawn_as_they_are():
    near = study(Params(target=OWN, points="0, 0\n0.5, 1\n1, 0", step_size=0.01, n_steps=200))
    assert near.units.words == ""
    assert near.as_given is near
    one = study(Params(target=OWN, points=FAR, step_size=0.002, n_steps=400))
    raw = study(Params(target=OWN, points=FAR, step_size=0.002, n_steps=400, scaling="no"))
    assert raw.start_limit < USUAL[0] < one.start_limit
    assert not raw.usable
    assert one.usable
    x, y = read_points(FAR)
    np.testing.assert_allclose(one.units.x(one.objective.inputs[:, 0]), x, atol=1e-9 * np.ptp(x))
    np.testing.assert_allclose(one.units.y(one.objective.targets[:, 0]), y, atol=1e-9 * np.ptp(y))
    assert one.as_given.grid[[0, -1]].tolist() == [0.0, 100.0]
    assert "scaled to [0, 1]" in one.claims[0].statement
    assert "scaled" not in raw.claims[0].statement


def test_scaled_points_give_the_run_of_points_that_were_scaled_by_hand():
    x, y = read_points(FAR)
    by_hand = "\n".join(
        f"{a!r}, {b!r}" for a, b in zip((x / 100.0).tolist(), ((y - y.min()) / np.ptp(y)).tolist())
    )
    common = {"target": OWN, "step_size": 0.002, "n_steps": 400}
    one, hand = study(Params(points=FAR, **common)), study(Params(points=by_hand, **common))
    assert hand.units.words == ""
    np.testing.assert_array_equal(one.last_states, hand.last_states)
    assert one.bound == hand.bound


@pytest.mark.parametrize("scaling", ["no", "yes", WHERE_NEEDED])
def test_points_that_are_all_alike_or_far_off_still_give_a_study(scaling):
    for points in ("1, 2\n1, 2", f"0, 0\n{LARGEST}, {-LARGEST}", "0, 5\n1, 5"):
        one = study(Params(target=OWN, points=points, scaling=scaling, n_steps=100))
        assert one.start_limit > 0.0


def test_the_stored_ensemble_is_what_its_recipe_gives():
    stored = stored_typicality()
    assert all(sum(column) == stored.draws for column in zip(*stored.counts))
    deltas = (stored.step_sizes[1], stored.step_sizes[5])
    recomputed = typicality(3, deltas)
    assert np.all(np.array(recomputed.counts).sum(axis=0) == 3)
    assert "seeds 0 to 2" in recomputed.recipe
    assert f"seeds 0 to {stored.draws - 1}" in stored.recipe
    converged = OUTCOMES.index("converged")
    assert stored.counts[converged][0] > stored.counts[converged][-1]  # larger steps converge less often


def test_the_readme_quotes_the_stored_ensemble():
    stored = stored_typicality()
    counts = dict(zip(OUTCOMES, (row[stored.step_sizes.index(3e-4)] for row in stored.counts)))
    quoted = re.search(
        r"hundred draws at δ = 3·10⁻⁴ (\d+) come to rest within 20,001 steps, (\d+) end in a 2-cycle,\s+"
        r"(\d+) never repeat and (\d+) still drift",
        README.read_text("utf8"),
    )
    assert quoted
    assert [int(number) for number in quoted.groups()] == [
        counts[outcome] for outcome in ("converged", "2-cycle", "aperiodic", "still moving")
    ]


def test_seed_23_counts_as_converged_and_as_a_two_cycle_at_the_steps_of_figure_2():
    counts = np.array(typicality(1, (2e-4, 3e-4), first_seed=23).counts)
    assert counts[:, 0].argmax() == OUTCOMES.index("converged")
    assert counts[:, 1].argmax() == OUTCOMES.index("2-cycle")


def test_the_diagram_of_a_network_is_the_tail_of_its_runs():
    objective, start = gaussian_experiment(3, hidden_units=5, n_points=60)
    deltas = np.array([1e-4, 1e-3, 50.0])
    fractions = []
    diagram = network_diagram(objective, start, deltas, 0.5, n_steps=2500, progress=fractions.append)
    run = gradient_descent(objective, start, 1e-3, 2500, keep_last=KEPT).states
    np.testing.assert_allclose(diagram.outputs[:, 1], objective.predict(run, [0.5])[:, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(diagram.losses[:, 1], objective.value(run), rtol=1e-6)
    assert diagram.kinds[2] is LimitKind.DIVERGENT
    assert np.isnan(diagram.outputs[:, 2]).all()
    assert fractions[-1] == 1.0
    assert fractions == sorted(fractions)


def test_work_ends_where_progress_raises():
    class LeftError(Exception):
        pass

    def leave(_fraction):
        raise LeftError

    objective, start = gaussian_experiment(3, hidden_units=5, n_points=60)
    with pytest.raises(LeftError):
        network_diagram(objective, start, [1e-4], 0.5, progress=leave)


@pytest.mark.parametrize(
    ("outcome", "period", "row"),
    [
        (Outcome.LEARNED, 1, "converged"),
        (Outcome.POOR_FIT, 1, "converged"),
        (Outcome.ALTERNATION, 1, "converged"),
        (Outcome.CYCLE, 2, "2-cycle"),
        (Outcome.CYCLE, 8, "higher period"),
        (Outcome.APERIODIC, 0, "aperiodic"),
        (Outcome.ESCAPED, 0, "escaped or dead"),
        (Outcome.DEAD, 1, "escaped or dead"),
        (Outcome.DRIFTING, 0, "still moving"),
        (Outcome.MOVING, 0, "still moving"),
    ],
)
def test_every_outcome_counts_in_one_row(outcome, period, row):
    assert OUTCOMES[outcome_row(outcome, period)] == row
