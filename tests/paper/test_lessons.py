"""The four lessons of the paper's introduction, against its closed forms."""

import numpy as np
import pytest

from stepsize_core.limits import LimitKind
from stepsize_core.paper import lessons

ROUNDING = 1e-9  # relative: the orbit of Example 1 is superstable, so nothing but rounding is left
ARRIVED = 1e-3  # a state this near to a minimum for all the steps kept has converged to it
NEAR_THRESHOLD = 0.03  # relative distance of δ to 2/f″ within which the approach is too slow for 2000 steps


def test_every_run_of_example_1_ends_on_both_points_of_the_predicted_oscillation():
    sizes = lessons.oscillation_sizes()
    expected = sizes.diagram.step_sizes**2 / 4.0
    assert np.sort(sizes.diagram.states, axis=0) == pytest.approx(
        np.array([-expected, expected]), rel=ROUNDING
    )
    assert sizes.predicted == pytest.approx(expected)


@pytest.mark.parametrize(("x", "critical"), [(1.0, 0.5), (2.0, 0.2)])
def test_a_minimum_of_example_2_is_reached_below_its_threshold_and_never_above_it(x, critical):
    diagram = lessons.reached_states().diagram
    converged = (np.abs(diagram.states - x) < ARRIVED).all(axis=0).any(axis=1)
    deltas = diagram.step_sizes
    assert converged[deltas < critical * (1.0 - NEAR_THRESHOLD)].all()
    assert not converged[deltas > critical * (1.0 + NEAR_THRESHOLD)].any()


def test_the_minima_of_example_2_carry_the_thresholds_of_the_paper():
    assert [(m.x, m.critical) for m in lessons.reached_states().minima] == [
        (1.0, pytest.approx(0.5)),
        (2.0, pytest.approx(0.2)),
    ]


def test_the_fate_of_every_start_of_example_3_is_the_one_the_paper_says():
    raster = lessons.fates_of_starts().raster
    kinds = raster.basins.limit.kind
    for row, delta in enumerate(raster.step_sizes):
        for column, start in enumerate(raster.starts):
            inside = start**2 < 2.0 / (4.0 * delta)
            expected = LimitKind.EQUILIBRIUM if inside else LimitKind.DIVERGENT
            assert kinds[row, column] is expected, (start, delta)


def test_the_threshold_curve_is_made_of_two_cycles_and_spans_the_starts():
    fates = lessons.fates_of_starts()
    image = fates.radius - fates.along * 4.0 * fates.radius**3
    assert image == pytest.approx(-fates.radius)
    assert fates.radius.max() == pytest.approx(fates.raster.starts[-1], rel=0.02)
