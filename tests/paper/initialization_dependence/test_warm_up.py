"""A warm-up is bounded by its slope; steps that follow the largest one at x halve |x|."""

from __future__ import annotations

import numpy as np
import pytest

from stepsize_core.claims import Verdict
from stepsize_core.paper.initialization_dependence import warm_up_peaks, warmed_up
from stepsize_core.paper.initialization_dependence.theory import shortest_warm_up, warm_up_peak


def plain_run(power: int, start: float, step_size: float, length: int, n_steps: int) -> list[float]:
    """x[k] of a warm-up, written out."""
    states = [start]
    for k in range(n_steps):
        x, step = states[-1], step_size * min(1.0, (k + 1) / length)
        states.append(x - step * power * x ** (power - 1) if abs(x) < 1e6 else x)
    return states


@pytest.mark.parametrize(
    ("length", "peak"), [(1, 1.0), (2, 1.7549), (5, 4.318), (10, 8.636), (50, 43.18), (1000, 863.6)]
)
def test_the_largest_peak_of_power_4_is_the_one_measured_by_bisection(length, peak):
    assert warm_up_peak(4, length) == pytest.approx(peak, rel=1e-4)


@pytest.mark.parametrize("power", [4, 6, 12, 24])
@pytest.mark.parametrize("length", [1, 2, 3, 17, 60])
@pytest.mark.parametrize("start", [2.0, -0.7])
def test_a_plain_run_diverges_just_above_the_largest_peak_and_only_there(power, length, start):
    largest = warm_up_peak(power, length) * 2.0 / (power * abs(start) ** (power - 2))
    below, above = (
        abs(plain_run(power, start, largest * by, length, length + 80)[-1]) for by in (1.0 - 1e-6, 1.0 + 1e-6)
    )
    assert below < abs(start) < 1e6 <= above


@pytest.mark.parametrize("power", [4, 8, 24])
def test_bisection_over_runs_finds_the_predicted_peaks(power):
    found = warm_up_peaks(power)
    np.testing.assert_allclose(found.measured, found.predicted, rtol=1e-6)


@pytest.mark.parametrize("ratio", [0.3, 1.0, 1.7, 8.0, 8.7, 300.0])
def test_the_shortest_warm_up_is_enough_and_one_step_less_is_not(ratio):
    length = shortest_warm_up(4, ratio)
    assert warm_up_peak(4, length) >= ratio
    assert length == 1 or warm_up_peak(4, length - 1) < ratio


@pytest.mark.parametrize(
    ("power", "start", "step_size"), [(4, 2.0, 1.0), (4, 2.0, 0.1), (12, -1.1, 0.9), (24, 1.0, 10.0)]
)
def test_the_schedules_of_a_case_are_plain_runs_and_its_claims_agree(power, start, step_size):
    found = warmed_up(power, start, step_size)
    own = np.abs(plain_run(power, start, step_size, found.n_steps, len(found.warmed) - 1))
    np.testing.assert_allclose(found.warmed, own, rtol=1e-6)
    halved = abs(start) * 0.5 ** np.arange(len(found.proportional))
    np.testing.assert_allclose(found.proportional, halved, rtol=1e-12)
    assert [claim.verdict for claim in found.claims] == [Verdict.AGREES] * 3


def test_what_cannot_be_compared_is_not_claimed():
    at_0, beyond, on_the_limit = (warmed_up(4, *case) for case in ((0.0, 1.0), (10.0, 8.0), (1.0, 0.5)))
    assert (beyond.n_steps, on_the_limit.ratio) == (0, 1.0)
    unmet = [at_0.claims[2].verdict, beyond.claims[0].verdict, on_the_limit.claims[0].verdict]
    assert unmet == [Verdict.ASSUMPTION_NOT_MET] * 3


def test_a_warm_up_of_a_wrong_length_would_be_refuted():
    found = warmed_up(4, 2.0, 1.0)
    assert np.isnan([found.shorter[-1], found.constant[-1]]).all()
    assert found.warmed[-1] < 0.05
