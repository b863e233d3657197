"""Gradients that other programs compute, as objectives."""

import numpy as np
import pytest

from stepsize_core import FromGradient, TwoMinima, classify_limit, gradient_descent, hessian_eigenvalues
from tests.core.contract import check_objective

STATES = np.array([[1.2, 0.3, -0.4], [0.5, -0.4, 0.9], [1.1, 1.0, 0.2]])
MATRIX = np.array([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 3.0]])


class Tensor:
    """What libraries of tensors return: an array on a graph and on a device."""

    def __init__(self, values, steps=("detach", "cpu")):
        self.values, self.steps = values, steps

    def detach(self):
        return Tensor(self.values, self.steps[1:])

    def cpu(self):
        assert self.steps == ("cpu",)
        return self.values


def alone(x):
    """The gradient of ½xᵀMx + Σx⁴/4 at one state."""
    assert np.shape(x) == (3,)
    return MATRIX @ x + x**3


def together(x):
    return x @ MATRIX + x**3


def only_together(x):
    """The same, of batches alone."""
    return np.stack([x[:, 0], x[:, 1], x[:, 2]], axis=1) @ MATRIX + x**3


def cost(x):
    return ((x @ MATRIX) * x).sum(axis=-1) / 2 + (x**4).sum(axis=-1) / 4


def curvature(x):
    return MATRIX + 3 * np.square(x)[..., None] * np.eye(3)


GRADIENTS = [alone, together, only_together, lambda x: Tensor(together(x)), lambda x: list(alone(x))]
DIFFERENCES = 1e-9  # relative error of products with the Hessian that are differences of gradients


@pytest.mark.parametrize("gradient", GRADIENTS)
@pytest.mark.parametrize("given", [{}, {"value": cost}, {"hessian": curvature}])
def test_whatever_is_given_the_contract_holds(gradient, given):
    check_objective(FromGradient(gradient, 3, **given), STATES, 0.05, DIFFERENCES)


@pytest.mark.parametrize("gradient", [TwoMinima().gradient, lambda x: float(TwoMinima().gradient(x))])
def test_a_scalar_gradient_has_the_limits_of_the_objective_it_is_of(gradient):
    own = FromGradient(gradient, value=TwoMinima().value)
    check_objective(own, np.array([-0.5, 0.3, 1.0, 1.9]), 0.01, DIFFERENCES)
    for delta in (0.15, 0.21, 0.25):
        expected = classify_limit(TwoMinima(), 1.9, delta)
        found = classify_limit(own, 1.9, delta)
        assert found.sentence == expected.sentence


def test_values_without_a_value_are_those_of_the_integral():
    own = FromGradient(together, 3, at=np.zeros(3))
    np.testing.assert_allclose(own.value(STATES), cost(STATES), rtol=1e-13)


def test_differences_are_good_to_ten_digits_far_out_and_close_in():
    own = FromGradient(together, 3)
    for scale in (1e-3, 1.0, 1e3):
        exact = np.linalg.eigvalsh(curvature(scale * STATES))
        np.testing.assert_allclose(hessian_eigenvalues(own, scale * STATES), exact, rtol=1e-9)


def test_a_gradient_that_mistakes_a_batch_for_a_state_is_asked_state_by_state():
    own = FromGradient(lambda x: np.cumsum(x) / 4, 3)  # of a batch it returns one row of nine entries
    np.testing.assert_array_equal(own.gradient(STATES), np.cumsum(STATES, axis=1) / 4)
    scrambled = FromGradient(lambda x: x - np.mean(x), 3)  # the same shape, but a mean over the batch
    expected = STATES - STATES.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(scrambled.gradient(STATES), expected, rtol=1e-15)


def test_states_that_a_gradient_writes_into_stay():
    def careless(x):
        x *= 2.0
        return x

    run = gradient_descent(FromGradient(careless, 3), STATES, 0.25, 3)
    np.testing.assert_array_equal(run.final, STATES / 8)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: FromGradient(3.0), TypeError, "gradient must be a function"),
        (lambda: FromGradient(lambda x: x[:2], 3), ValueError, r"gradient must return .* shape \(3,\)"),
        (lambda: FromGradient(lambda x: 1j * x, 3), ValueError, "got type complex"),
        (lambda: FromGradient(alone, 3, value=lambda x: x), ValueError, r"value must return .* shape \(\)"),
        (lambda: FromGradient(alone, 3, hessian=alone), ValueError, r"hessian must return .* \(3, 3\)"),
        (lambda: FromGradient(alone, 3, at=[1.0, np.nan, 0.0]), ValueError, "at must be finite"),
        (lambda: FromGradient(alone, 3, at=[1.0]), ValueError, "at must be finite and have shape"),
        (lambda: FromGradient(alone, (3, 1)), ValueError, "state_shape must be"),
        (lambda: FromGradient(alone, 0), ValueError, "state_shape must be an integer of at least 1"),
        (lambda: FromGradient(lambda x: x["a"], 3), ValueError, r"gradient must take states of shape \(3,\)"),
        (lambda: FromGradient(lambda x: ["a"] * 3, 3), ValueError, "gradient must return real numbers"),
    ],
)
def test_what_is_wrong_is_named(make, error, words):
    with pytest.raises(error, match=words):
        make()
