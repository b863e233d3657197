"""The contract that every Objective of the project must pass."""

import numpy as np

from stepsize_core import Objective, gradient_descent
from stepsize_core.steppers import PlainStepper

DIFFERENCE_STEP = 1e-6  # central differences: error about h² f‴ + eps f / h
DIFFERENCE_TOLERANCE = 1e-6  # relative to the largest entry compared, or to 1
ROUNDING = 1e-11  # the same quantity computed along two exact routes, relative


def check_objective(objective, states: np.ndarray, step_size: float, products: float = ROUNDING) -> None:
    """Every clause of the contract at a batch of states, shape (batch,) + state_shape.

    products: the relative error of products with a Hessian that are differences of gradients
    """
    assert isinstance(objective, Objective)
    check_shapes_and_dtype(objective, states)
    check_batch_agrees_with_single_states(objective, states)
    check_gradient_against_differences(objective, states)
    check_hessian_against_gradient_differences(objective, states)
    check_gradient_is_a_new_array(objective, states)
    check_products_with_the_hessian(objective, states, products)
    check_domain_and_equilibria(objective, states)
    check_fast_steps_equal_plain_steps(objective, states, step_size)
    if objective.state_shape == ():
        check_scalar_formulas(objective, states)


def check_shapes_and_dtype(objective, states):
    shape = tuple(objective.state_shape)
    for batch in (states, states[:, None], states[0]):
        lead = batch.shape[: batch.ndim - len(shape)]
        value, gradient, hessian = objective.value(batch), objective.gradient(batch), objective.hessian(batch)
        assert (np.shape(value), np.shape(gradient), np.shape(hessian)) == (
            lead,
            lead + shape,
            lead + shape * 2,
        )
        assert all(np.asarray(a).dtype == np.float64 for a in (value, gradient, hessian))


def check_batch_agrees_with_single_states(objective, states):
    for method in (objective.value, objective.gradient, objective.hessian):
        assert_close(method(states), np.stack([method(x) for x in states]), ROUNDING)


def check_gradient_against_differences(objective, states):
    for j, h in _directions(objective, states):
        slope = (objective.value(states + h) - objective.value(states - h)) / (2 * DIFFERENCE_STEP)
        assert_close(objective.gradient(states)[(..., *j)], slope, DIFFERENCE_TOLERANCE)


def check_hessian_against_gradient_differences(objective, states):
    for j, h in _directions(objective, states):
        curvature = (objective.gradient(states + h) - objective.gradient(states - h)) / (2 * DIFFERENCE_STEP)
        assert_close(objective.hessian(states)[(..., *j)], curvature, DIFFERENCE_TOLERANCE)


def check_gradient_is_a_new_array(objective, states):
    before = states.copy()
    gradient = objective.gradient(states)
    gradient *= 0.0
    np.testing.assert_array_equal(states, before)
    assert np.any(objective.gradient(states) != 0.0)


def check_products_with_the_hessian(objective, states, tolerance):
    direction = np.linspace(-1.0, 2.0, states[0].size).reshape(objective.state_shape)
    hessians = objective.hessian(states)
    n = max(1, states[0].size)
    expected = (hessians.reshape(-1, n, n) @ direction.reshape(n)).reshape(states.shape)
    assert_close(objective.hessian_vector_product(states, direction), expected, tolerance)
    operator = objective.hessian_operator(states[0])
    assert operator.shape == (n, n)
    assert_close(operator @ direction.reshape(n), expected[0].reshape(n), tolerance)


def check_domain_and_equilibria(objective, states):
    batch = states.shape[: states.ndim - len(objective.state_shape)]
    assert objective.defined(states).shape == batch
    assert objective.defined(states).all()
    for x in objective.equilibria:
        assert abs(objective.gradient_at(x)) <= DIFFERENCE_TOLERANCE
    if objective.observable is not None:
        assert objective.observable(states).shape[:-1] == batch


def check_scalar_formulas(objective, states):
    for order, method in enumerate((objective.value, objective.gradient, objective.hessian)):
        assert_close(objective.derivative(states, order), method(states), ROUNDING)
    at_floats = [objective.gradient_at(x) for x in states.tolist()]
    assert all(type(slope) is float for slope in at_floats)
    assert_close(np.array(at_floats), objective.gradient(states), ROUNDING)


def check_fast_steps_equal_plain_steps(objective, states, step_size, n_steps=25):
    batched = gradient_descent(objective, states, step_size, n_steps).states
    plain = PlainStepper(objective.gradient, states.copy(), np.full(len(states), step_size))
    expected = np.empty((n_steps, *states.shape))
    plain.record(expected)
    assert_close(batched[1:], expected, 1e-9)
    for i, x in enumerate(states):
        assert_close(gradient_descent(objective, x, step_size, n_steps).states[1:], expected[:, i], 1e-9)


def assert_close(actual, expected, tolerance):
    scale = max(1.0, float(np.max(np.abs(expected))))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def _directions(objective, states):
    """(index of the component, step in its direction) for every component of the state."""
    if tuple(objective.state_shape) == ():
        yield (), np.full_like(states, DIFFERENCE_STEP)
        return
    for j in range(objective.state_shape[0]):
        h = np.zeros(objective.state_shape)
        h[j] = DIFFERENCE_STEP
        yield (j,), h
