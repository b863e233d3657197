"""What is said of a run: what its drawn steps show, and of a longer run only with its length."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from stepsize_core import (
    EvenPower,
    Limit,
    LimitKind,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    gradient_descent,
)
from stepsize_core.paper.runs import Run, fate_of, run_of

PARABOLA = UserFunction("x^2/2")
VALLEY = UserFunction("(x*y-1)^2/2")
LONGER = "followed for 10,000 steps"
LEAVES = "which is unstable: any start beside it leaves"

CASES = {
    "shown": (PARABOLA, 1.0, 0.5, 40, "converges to x = 0"),
    "at rest": (PARABOLA, 0.0, 0.5, 2, "converges to x = 0"),
    "short": (PARABOLA, 1.0, 0.5, 2, "is at x = 0.25 after 2 steps; LONGER it converges to x = 0"),
    "slow": (
        EvenPower(12), 0.9, 0.05, 1000,
        "is at x = 0.4187 after 1,000 steps; LONGER it is at x = 0.332774, on its way to x = 0",
    ),
    "does not move": (
        EvenPower(24), 1e-5, 0.1, 60,
        "is at x = 1e-05 after 60 steps; LONGER it is at x = 1e-05, on its way to x = 0",
    ),
    "cycle": (ThreeHalvesPower(), 0.3, 0.5, 40, "ends in period 2 between -0.0625 and 0.0625"),
    "far from the cycle": (
        ThreeHalvesPower(), 10.0, 0.001, 40,
        "is at x = 9.874 after 40 steps; LONGER it ends in period 2 between -2.5e-07 and 2.5e-07",
    ),
    "one step": (
        ThreeHalvesPower(), 0.3, 0.5, 1,
        "is at x = 0.02614 after 1 step; LONGER it ends in period 2 between -0.0625 and 0.0625",
    ),
    "unstable cycle": (
        EvenPower(4), 1.0, 0.5, 2,
        "ends in period 2 between -1 and 1, an unstable cycle that it meets exactly",
    ),
    "on the maximum": (TwoMinima(), 2.0, 0.3, 60, f"rests exactly on x = 2, {LEAVES}"),
    "landed": (ThreeHalvesPower(), 0.25, 0.5, 2, f"rests exactly on x = 0, {LEAVES}"),
    "escapes": (PARABOLA, 1.0, 400.0, 1000, "diverges"),
    "has not escaped yet": (
        PARABOLA, 1.0, 3.0, 3, "is at x = -8 after 3 steps; LONGER it diverges"
    ),
    "far out": (PARABOLA, 1.0, 3.0, 30, "diverges"),
    "aperiodic": (
        TwoMinima(), 1.9, 0.3, 60,
        "is at x = 1.92 after 60 steps; LONGER it never settles: it is aperiodic",
    ),
    "out of the domain": (
        UserFunction("log(x)"), 0.5, 1.0, 2, "steps to a point where the function is not defined"
    ),
    "plane": (VALLEY, (0.5, 1.5), 0.2, 100, "converges to (0.6443, 1.552)"),
    "beside an axis": (UserFunction("x^2*y"), (0.5, 0.7), 0.1, 300, "converges to (0, 0.598)"),
    "short in the plane": (
        VALLEY, (0.5, 1.5), 0.2, 2,
        "is at (0.6126, 1.539) after 2 steps; LONGER it converges to (0.6443, 1.552)",
    ),
}  # fmt: skip


def run_at(objective, start, step_size, n_steps, **options) -> Run:
    return run_of(SimpleNamespace(step_size=step_size, n_steps=n_steps), objective, start, **options)


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_a_run(name):
    objective, start, step_size, n_steps, expected = CASES[name]
    assert run_at(objective, start, step_size, n_steps).outcome == expected.replace("LONGER", LONGER)


@pytest.mark.parametrize("name", CASES)
def test_the_longer_run_is_the_same_run(name):
    objective, start, step_size, n_steps, _ = CASES[name]
    run = run_at(objective, start, step_size, n_steps)
    whole = gradient_descent(objective, start, step_size, run.followed).states
    np.testing.assert_array_equal(run.states, whole[: n_steps + 1])
    shown = run.states if run.shown else whole
    np.testing.assert_array_equal(run.last_states, shown[-len(run.last_states) :])


@pytest.mark.parametrize("n_steps", [2, 5, 17, 60, 1000])
@pytest.mark.parametrize("step_size", [0.05, 0.1999, 0.21, 0.25, 0.345, 0.55])
def test_a_limit_is_named_alone_only_where_the_drawn_steps_end_at_it(step_size, n_steps):
    run = run_at(TwoMinima(), 1.9, step_size, n_steps)
    states, limit, said = run.states, run.limit, run.outcome
    if "followed" in said:
        assert f"x = {states[-1]:.4g} after {n_steps:,} steps; {LONGER}" in said
    elif limit.kind is LimitKind.DIVERGENT:
        assert not abs(states[-1]) <= 1e6
    else:
        reached = np.abs(states[-1] - limit.points).min()
        assert reached <= 1e-3 * np.abs(states - limit.points[0]).max()


def test_what_is_undecided_is_still_moving():
    states = np.array([1.0, 0.5, 0.6])
    limit = Limit(LimitKind.UNDECIDED, 0, np.empty(0), np.array([np.nan]), np.nan)
    run = Run(None, PARABOLA, states, states, limit, 500)
    assert fate_of(limit) == "is still moving"
    assert not run.shown
    assert run.outcome == "is at x = 0.6 after 2 steps; followed for 500 steps it is still moving"


def test_a_longer_run_is_never_shorter_than_the_drawn_one():
    assert run_at(PARABOLA, 1.0, 0.5, 300, decided_in=100).followed == 300


def test_a_run_speaks_for_itself():
    assert run_at(PARABOLA, 1.0, 0.5, 40).outcome == "converges to x = 0"
