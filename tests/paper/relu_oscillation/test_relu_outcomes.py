"""What is said of a run comes from one state, and outcomes that are easy to confuse are kept apart."""

import math
from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import LimitKind, Verdict, gradient_descent
from stepsize_core.networks.relu import gaussian_experiment
from stepsize_core.paper.relu_oscillation import HALF_SUM, PRESETS, Outcome, Params, experiment_of, study
from stepsize_core.paper.relu_oscillation.ensembles import network_diagram
from stepsize_core.paper.relu_oscillation.targets import OWN, PUBLISHED_B
from stepsize_core.paper.relu_oscillation.training import ESCAPED, all_dead, train

FAR_POINTS = {"target": OWN, "points": "1000, 1\n2000, 2", "scaling": "no"}
ASK_AGAIN = 10_000  # further steps, at least as many as were taken


def verdicts(one):
    return [claim.verdict for claim in one.claims]


def plain_run(params):
    setup = experiment_of(params)
    with np.errstate(over="ignore", invalid="ignore"):
        return setup.objective, gradient_descent(
            setup.objective, setup.start, params.step_size, params.n_steps
        ).states


@pytest.mark.parametrize(
    "params",
    [
        Params(step_size=0.01),
        Params(step_size=0.01, **FAR_POINTS),
        Params(step_size=0.0294, seed=124),
        Params(step_size=0.0524, seed=559),
        Params(step_size=10.0, n_steps=100),
    ],
)
def test_a_run_that_escapes_is_an_outcome_of_its_own_and_meets_no_assumption(params):
    one = study(params)
    _, states = plain_run(params)
    first = int(np.flatnonzero(~(np.abs(states).max(axis=1) < ESCAPED))[0])
    assert (one.outcome, one.escape) == (Outcome.ESCAPED, first)
    assert (one.limit.kind, one.limit.period) == (LimitKind.DIVERGENT, 0)
    assert one.last_steps[-1] == max(first - 1, 1)
    assert verdicts(one) == [Verdict.ASSUMPTION_NOT_MET] * 4


@pytest.mark.parametrize(
    "params",
    [
        Params(step_size=1e-12),
        Params(step_size=1e-10, n_steps=200, seed=7),
        Params(step_size=1e-12, n_steps=100, hidden_units=5, n_points=10, seed=1),
    ],
)
def test_a_run_whose_steps_are_small_because_the_step_size_is_has_not_converged(params):
    one = study(params)
    assert one.outcome in (Outcome.DRIFTING, Outcome.MOVING)
    assert one.limit.kind is LimitKind.UNDECIDED
    assert verdicts(one) == [Verdict.ASSUMPTION_NOT_MET] * 4


@pytest.mark.parametrize(("seed", "step_size"), [(850, 0.0077), (606, 0.0202), (980, 0.0294), (299, 0.0033)])
def test_a_network_whose_units_are_all_dead_has_not_converged_in_the_sense_of_theorem_4(seed, step_size):
    params = Params(seed=seed, step_size=step_size, n_steps=400)
    one = study(params)
    objective, states = plain_run(params)
    assert one.outcome is Outcome.DEAD
    assert np.all(objective.predict(states[-1], objective.inputs[1:]) == 0.0)
    assert verdicts(one) == [Verdict.ASSUMPTION_NOT_MET] * 4
    assert "dead" in one.claims[0].note


def test_a_unit_that_is_active_anywhere_but_at_0_is_not_dead():
    objective, _ = gaussian_experiment(3, hidden_units=2, n_points=10)
    w, v = np.ones((1, 2)), np.array([[-100.0], [-100.0]])
    dead = replace(objective, bias=np.array([-1.0, 1.0]))  # the first is active below 0.01, so at 0 alone
    assert all_dead(dead, dead.pack(w, v))
    awake = replace(objective, bias=np.array([-11.0, 1.0]))  # up to 0.11: at 0 and at 0.1
    assert not all_dead(awake, awake.pack(w, v))
    assert all_dead(dead, np.stack([dead.pack(w, v), dead.pack(w, -v), np.full(4, np.nan)])).tolist() == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("seed", range(24))
def test_no_draw_refutes_theorem_4_at_a_step_far_too_large(seed):
    step_size = float(10.0 ** np.random.default_rng(seed).uniform(math.log10(0.003), -1.0))
    one = study(Params(seed=1000 + seed, step_size=step_size, n_steps=1000))
    assert Verdict.DISAGREES not in verdicts(one)
    assert Verdict.UNDECIDED not in verdicts(one)
    if one.outcome in (Outcome.ESCAPED, Outcome.DEAD):
        assert Verdict.AGREES not in verdicts(one)


@pytest.mark.parametrize("name", ["theorem_4_forbids", "figure_2_right", "period_4", "period_8"])
def test_maxima_are_taken_over_the_whole_cycle(name):
    one = study(PRESETS[name].params)
    objective, states = plain_run(one.params)
    cycle = states[-one.limit.period :]
    outputs = np.abs(objective.inputs[:, 0] * objective.predict(cycle, objective.inputs)[..., 0]).max(axis=1)
    sharpness = np.linalg.eigvalsh(objective.hessian(cycle))[:, -1]
    assert one.output == pytest.approx(outputs.max())
    assert one.sharpest == pytest.approx(sharpness.max())
    assert one.final_loss == pytest.approx(objective.value(cycle).max())
    assert max(outputs.max() / outputs.min(), sharpness.max() / sharpness.min()) > 1.1  # one is not another
    assert [claim.measured for claim in one.claims[:3:2]] == [one.output, one.sharpest]


def test_the_cycle_that_theorem_4_leaves_reaches_beyond_its_bound():
    one = study(PRESETS["theorem_4_forbids"].params)
    assert one.output == pytest.approx(6.78, abs=0.01)
    assert one.output > one.bound == pytest.approx(1 / (2 * 0.085))


def test_a_damped_alternation_is_judged_at_the_function_between_odd_and_even():
    one = study(PRESETS["damped_alternation"].params)
    assert one.outcome is Outcome.ALTERNATION
    odd, even = one.last_states[-2:]
    np.testing.assert_allclose(one.limit.points[0], (odd + even) / 2)
    assert one.sharpest == pytest.approx(np.linalg.eigvalsh(one.objective.hessian(one.limit.points[0]))[-1])


@pytest.mark.parametrize(
    "params",
    [Params(step_size=1e-6), Params(seed=73, step_size=3e-4), Params(seed=73, step_size=5e-4)],
)
def test_a_network_that_still_learns_is_not_at_rest(params):
    one = study(params)
    assert one.outcome is Outcome.DRIFTING
    assert one.claims[0].verdict is Verdict.ASSUMPTION_NOT_MET
    assert one.moved > 0.01


@pytest.mark.parametrize(("seed", "step_size"), [(64, 4e-4), (64, 5e-4), (4, 5e-4), (12, 5e-4)])
def test_a_function_that_comes_back_again_and_again_does_not_drift(seed, step_size):
    """Its last two steps point the same way by chance; over the last 64 it goes to and fro."""
    one = study(Params(seed=seed, step_size=step_size, n_steps=20_001 if seed == 64 else 6001))
    objective, states = plain_run(one.params)
    outputs = objective.predict(states[-64:], objective.inputs)[..., 0]
    turns = (np.diff(np.sign(np.diff(outputs, axis=0)), axis=0) != 0).sum(axis=0)
    assert turns.max() > 6
    assert one.outcome is not Outcome.DRIFTING


SAMPLE = [  # of Figure 2's recipe and its siblings, drawn once
    *((seed, 2e-4, 20, 1000, 20_001) for seed in (12, 25, 64, 96)),
    *((seed, 3e-4, 20, 1000, 20_001) for seed in (10, 64, 71, 95)),
    (8, 8.35e-5, 20, 1000, 20_001),  # a 2-cycle that fades
    (38, 7.1e-5, 20, 1000, 20_001),
    (4555, 9.4e-4, 9, 200, 6_001),
    (9615, 2e-3, 3, 200, 6_001),
    (3581, 1.9e-4, 7, 200, 2_001),
]


@pytest.mark.parametrize(("seed", "step_size", "hidden_units", "n_points", "n_steps"), SAMPLE)
def test_what_is_called_rest_or_a_cycle_is_that_after_as_many_steps_again(
    seed, step_size, hidden_units, n_points, n_steps
):
    setup = gaussian_experiment(seed, hidden_units, n_points)
    objective, run = setup[0], train(*setup, step_size, n_steps)[0]
    period = run.limit.period
    again = max(n_steps, ASK_AGAIN)
    later = gradient_descent(objective, run.last_states[-1], step_size, again, keep_last=64)
    seen = objective.observable(later.states)
    if period == 1:
        change = np.abs(seen[-1] - objective.observable(run.limit.points[0])).max() / np.abs(seen).max()
        assert change < 0.012  # 1 % was asked for of an extrapolation
    if period > 1:
        moves = [np.abs(seen[p:] - seen[:-p]).max() for p in range(1, 33)]
        assert moves[period - 1] < 0.01 * max(moves)
        assert all(moves[p - 1] > 0.1 * max(moves) for p in range(1, period) if period % p == 0)


def test_figure_2_is_one_draw_and_refutes_no_other():
    for seed in (6, 12):
        one = study(Params(seed=seed, step_size=4e-4, n_steps=2000))
        assert one.claims[1].verdict is Verdict.ASSUMPTION_NOT_MET
    same = study(Params(step_size=6e-4, loss=HALF_SUM))  # half the loss, twice the step: Figure 2, right
    assert (same.limit.period, same.claims[1].verdict) == (2, Verdict.AGREES)
    notebook = study(replace(PRESETS["notebook_small"].params, n_steps=1000))
    assert notebook.params.target == PUBLISHED_B
    assert notebook.claims[1].verdict is Verdict.UNDECIDED


def test_the_diagram_keeps_escaped_and_dead_networks_apart_from_converged_ones():
    objective, start = gaussian_experiment(850)
    diagram = network_diagram(objective, start, [1e-4, 0.0077, 10.0], 1.0, n_steps=400)
    assert diagram.dead.tolist() == [False, True, False]
    assert diagram.kinds[2] is LimitKind.DIVERGENT
    objective, start = gaussian_experiment(23)
    escaped = network_diagram(objective, start, [0.01], 1.0, n_steps=400)  # it stands still beyond 10⁹
    assert escaped.kinds == (LimitKind.DIVERGENT,)
    assert np.isnan(escaped.outputs).all()
