"""The smallest deep network: its map, its thresholds and its cycle, against runs of the network itself."""

import numpy as np
import pytest

from stepsize_core import DeepLinearNetwork, ScalarFactorization, classify_limit, gradient_descent
from stepsize_core.limits import LimitKind
from stepsize_core.paper import thesis
from stepsize_core.stability import orbit_multipliers

BESIDE = 5e-3  # of a threshold, where it is tried on both sides
STARTS = np.linspace(0.07, 1.37, 27)


@pytest.mark.parametrize("step_size", [0.4, 1.15, 1.24])
def test_the_network_with_equal_weights_is_gradient_descent_on_one_weight(step_size):
    run = thesis.study(thesis.Params(step_size=step_size)).states
    network = DeepLinearNetwork(np.array([[1.0]]), (1, 1, 1))
    start = thesis.Params().start
    both = gradient_descent(network, np.array([start, start]), step_size, len(run) - 1).states
    assert both == pytest.approx(np.stack([run, run], axis=-1), abs=1e-12)
    reduced = gradient_descent(ScalarFactorization(1.0, 2), start, step_size, len(run) - 1).states
    assert reduced == pytest.approx(run, abs=1e-12)
    u = run**2
    assert u[1:] == pytest.approx(u[:-1] * (1.0 + step_size - step_size * u[:-1]) ** 2, abs=1e-12)


def test_the_2_cycle_and_its_multiplier_have_the_closed_forms():
    for delta in (1.05, 1.15, 1.2):
        study = thesis.study(thesis.Params(step_size=delta))
        assert study.limit.period == 2
        assert study.outputs == pytest.approx(thesis.cycle_of_outputs(delta), rel=1e-9)
        multiplier = orbit_multipliers(thesis.NETWORK, study.limit.points, delta)
        assert multiplier == pytest.approx(9.0 - 2.0 * (1.0 + delta) ** 2, abs=1e-7)
    assert np.isnan(thesis.cycle_of_outputs(0.9)).all()


def test_below_the_first_threshold_every_start_learns_and_above_it_none_does():
    first = thesis.thresholds().cycle
    for delta, learns in ((first - BESIDE, True), (first + BESIDE, False)):
        limit = classify_limit(thesis.NETWORK, STARTS, delta)
        learned = (limit.kind == LimitKind.EQUILIBRIUM) & (np.abs(limit.points[0] ** 2 - 1.0) < 1e-6)
        assert learned.all() if learns else not learned.any()


def test_the_2_cycle_gives_way_to_longer_ones_at_the_second_threshold():
    second = thesis.thresholds().cascade
    below, above = (classify_limit(thesis.NETWORK, 0.4, second + s * BESIDE).period for s in (-1, 1))
    assert (below, above) == (2, 4)


def test_no_start_escapes_below_the_third_threshold_and_all_do_above_it():
    third = thesis.thresholds().escape
    for delta, escapes in ((third - BESIDE, False), (third + BESIDE, True)):
        ended = gradient_descent(thesis.NETWORK, STARTS, delta, 20_000, keep_last=1).states[-1]
        assert (~np.isfinite(ended)).all() if escapes else np.isfinite(ended).all()


def test_the_outputs_over_the_step_size_are_those_of_single_runs():
    found = thesis.outputs(0.4)
    for i in range(0, len(found.diagram.step_sizes), 90):
        delta = float(found.diagram.step_sizes[i])
        kept = found.diagram.states[:, i]
        run = gradient_descent(thesis.NETWORK, 0.4, delta, sum(thesis.STEPS)).states
        assert kept == pytest.approx(run[-thesis.STEPS[1] :] ** 2, abs=1e-6, nan_ok=True)
    above = found.diagram.step_sizes > found.thresholds.escape + 0.1
    assert np.isnan(found.diagram.states[:, above]).all()


@pytest.mark.parametrize(("step_size", "n_outputs"), [(0.8, 1), (1.15, 2), (1.7, 3), (1.9, 0), (2.2, 0)])
def test_outputs_of_w_and_minus_w_are_one(step_size, n_outputs):
    assert len(thesis.study(thesis.Params(step_size=step_size)).outputs) == n_outputs
