"""A step size that decays lets the runs around x = 2 settle there; the largest one has decided which."""

from __future__ import annotations

import numpy as np
import pytest

from stepsize_core.claims import Verdict
from stepsize_core.paper.equilibrium_selection import decayed
from stepsize_core.paper.equilibrium_selection.decay import HELD, LAST, STARTS, factors_of


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("step_size", "at_1"), [(0.21, 0.07), (0.25, 0.10), (0.3, 0.13), (0.32, 0.145), (0.345, 1.0), (0.4, 1.0)]
)
def test_the_share_at_2_after_the_decay_is_the_share_around_it_before(step_size, at_1, seed):
    found = decayed(step_size, 1.9, seed)
    assert found.after[1] == found.before[1]
    assert found.moved == 0
    assert found.after[0] / STARTS == pytest.approx(at_1, abs=0.05)
    assert found.claims[0].verdict is Verdict.AGREES


def test_the_schedule_holds_falls_and_holds():
    steps = 0.3 * factors_of(0.3)
    assert len(steps) == 3 * HELD
    assert np.ptp(steps[:HELD]) == 0.0
    assert steps[-HELD:] == pytest.approx(np.full(HELD, LAST))
    assert (np.diff(steps[HELD - 1 : 2 * HELD]) < 0.0).all()


def test_a_run_of_the_band_settles_at_2():
    assert decayed(0.3, 1.9, 0).states[-1] == pytest.approx(2.0, abs=1e-9)


@pytest.mark.parametrize("step_size", [0.1, 0.19, 0.6])
def test_nothing_is_claimed_where_both_or_neither_is_stable(step_size):
    assert decayed(step_size, 1.9, 0).claims == ()
