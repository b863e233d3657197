"""The four lessons of the paper's introduction, against its closed forms."""

import numpy as np
import pytest

from stepsize_core.limits import LimitKind
from stepsize_core.paper import lessons
from stepsize_core.paper.reachable_optima import plane_raster

ROUNDING = 1e-9  # relative: the orbit of Example 1 is superstable, so nothing but rounding is left


def test_every_run_of_example_1_ends_on_both_points_of_the_predicted_oscillation():
    sizes = lessons.oscillation_sizes()
    expected = sizes.diagram.step_sizes**2 / 4.0
    assert np.sort(sizes.diagram.states, axis=0) == pytest.approx(
        np.array([-expected, expected]), rel=ROUNDING
    )
    assert sizes.predicted == pytest.approx(expected)


def test_every_optimum_reached_lies_on_the_arc_that_the_step_size_allows_and_fills_it():
    target, delta = 1.0, 0.8
    raster = plane_raster(target, delta, 2.5, 24)
    found = raster.optimum[np.isfinite(raster.imbalance)]
    assert found.prod(axis=1) == pytest.approx(np.full(len(found), target), rel=1e-4)
    sharpness = (found**2).sum(axis=1)
    assert sharpness.max() <= 2.0 / delta
    assert sharpness.max() > 0.98 * 2.0 / delta
    assert sharpness.min() < 1.001 * 2.0 * target


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
