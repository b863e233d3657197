"""Runs judged on what they compute, and recorded runs."""

import numpy as np
import pytest

from stepsize_core import (
    EvenPower,
    LimitKind,
    Objective,
    ThreeHalvesPower,
    TwoMinima,
    classify_limit,
    gradient_descent,
)
from stepsize_core.limits import classify_trajectory


class Product(Objective):
    """½(w₁w₂ − 1)², observed through its product: a hyperbola of minima with the same function."""

    state_shape = (2,)

    def value(self, x):
        return (x[..., 0] * x[..., 1] - 1) ** 2 / 2

    def gradient(self, x):
        return (x[..., 0] * x[..., 1] - 1)[..., None] * x[..., ::-1]

    def hessian(self, x):
        swapped = x[..., ::-1]
        error = (x[..., 0] * x[..., 1] - 1)[..., None, None]
        return swapped[..., :, None] * swapped[..., None, :] + error * (1 - np.eye(2))

    def observable(self, x):
        return x[..., :1] * x[..., 1:]


class Drifting(Objective):
    """x²/2 − 10⁻³·y, observed through 1 + x: y moves for ever and nothing that is computed changes."""

    state_shape = (2,)

    def value(self, x):
        return x[..., 0] ** 2 / 2 - 1e-3 * x[..., 1]

    def gradient(self, x):
        return np.stack([x[..., 0], np.full(x.shape[:-1], -1e-3)], axis=-1)

    def hessian(self, x):
        return np.broadcast_to(np.diag([1.0, 0.0]), (*x.shape[:-1], 2, 2))

    def observable(self, x):
        return 1.0 + x[..., :1]


class UnobservedDrifting(Drifting):
    observable = None


def test_a_function_that_stands_still_has_converged_while_its_parameters_drift():
    limit = classify_limit(Drifting(), [1.0, 0.0], 0.5, n_steps=2000)
    assert limit.kind is LimitKind.EQUILIBRIUM
    np.testing.assert_allclose(np.sort(limit.multipliers), [0.5, 1.0])


def test_without_an_observable_the_same_drift_is_not_called_converged():
    assert classify_limit(UnobservedDrifting(), [1.0, 0.0], 0.5, n_steps=2000).kind is LimitKind.UNDECIDED


@pytest.mark.parametrize(
    ("step_size", "kind", "period"),
    [
        (0.5, LimitKind.EQUILIBRIUM, 1),
        (1.1, LimitKind.PERIODIC_ORBIT, 2),
        (1.25, LimitKind.PERIODIC_ORBIT, 4),
    ],
)
def test_the_function_of_two_scalar_layers_converges_cycles_and_doubles_its_period(step_size, kind, period):
    limit = classify_limit(Product(), [1.02, 0.97], step_size, n_steps=4000)
    assert (limit.kind, limit.period) == (kind, period)
    assert np.abs(limit.multipliers).max() < 1.0 + 1e-3


@pytest.mark.parametrize("n_steps", [150, 400])
def test_a_damped_alternation_is_an_equilibrium_not_yet_reached_and_no_cycle(n_steps):
    states = gradient_descent(Product(), [1.03, 0.99], 0.995, n_steps).states
    swing = np.abs(np.diff(Product().observable(states)[-20:, 0]))
    assert swing.min() > 1e-6  # still alternating
    limit = classify_trajectory(Product(), states, 0.995)
    assert (limit.kind, limit.period) == (LimitKind.EQUILIBRIUM, 1)
    assert -1.0 < limit.multipliers.real.min() < -0.9


@pytest.mark.parametrize(
    ("objective", "start", "step_size"),
    [
        (TwoMinima(), 1.9, 0.1),
        (TwoMinima(), 1.9, 0.2),
        (TwoMinima(), 1.9, 0.21),
        (TwoMinima(), 1.9, 0.25),
        (TwoMinima(), 1.9, 0.3),
        (TwoMinima(), 5.0, 0.1),
        (ThreeHalvesPower(), 0.3, 0.5),
        (EvenPower(6), 0.8, 0.1),
    ],
)
def test_a_recorded_run_is_classified_as_when_it_is_run_again(objective, start, step_size):
    states = gradient_descent(objective, start, step_size, 10_000).states
    recorded, again = (
        classify_trajectory(objective, states, step_size),
        classify_limit(objective, start, step_size),
    )
    assert (recorded.kind, recorded.period) == (again.kind, again.period)
    np.testing.assert_allclose(np.sort(recorded.points), np.sort(again.points), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("states", [np.zeros(32), np.zeros((40, 1)), 1.0])
def test_what_is_not_a_recorded_run_is_named(states):
    with pytest.raises(ValueError, match="states must be"):
        classify_trajectory(TwoMinima(), states, 0.1)
