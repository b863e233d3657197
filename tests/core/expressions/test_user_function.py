"""A function from its text, used like any other objective."""

import pickle

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    EvenPower,
    LimitKind,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    classify_limit,
    gradient_descent,
)
from stepsize_core.steppers import PlainStepper

TYPED = {
    "2/3*abs(x)^(3/2)": ThreeHalvesPower(),
    "(x^2+1)(x-1)^2*(x-2)^2": TwoMinima(),
    "x^4": EvenPower(4),
    "x^24": EvenPower(24),
}
ROUNDING = 1e-12  # relative to the sizes of what is added up


@pytest.mark.parametrize(("text", "built_in"), TYPED.items())
def test_a_typed_function_of_the_paper_is_the_built_in_one(text, built_in):
    x, typed = np.linspace(-1.3, 2.7, 41), UserFunction(text)
    for order in range(5):
        with np.errstate(invalid="ignore"):
            expected = built_in.derivative(x, order)
        scale = np.abs(expected[np.isfinite(expected)]).max()
        np.testing.assert_allclose(typed.derivative(x, order), expected, rtol=ROUNDING, atol=ROUNDING * scale)
    np.testing.assert_allclose(typed.equilibria, built_in.equilibria, rtol=1e-12)


def test_two_scalar_layers_typed_are_the_linear_network():
    x = np.random.default_rng(3).normal(size=(7, 2))
    typed, network = UserFunction("(x*y-1)^2/2"), DeepLinearNetwork(np.array([[1.0]]), (1, 1, 1))
    for method in ("value", "gradient", "hessian"):
        np.testing.assert_allclose(
            getattr(typed, method)(x), getattr(network, method)(x), rtol=1e-12, atol=1e-13
        )


def test_it_is_equal_by_text_hashable_and_can_be_pickled():
    typed = UserFunction("x^2 - cos(x)")
    copy = pickle.loads(pickle.dumps(typed))
    assert copy == typed
    assert hash(copy) == hash(typed)
    assert copy.value(0.5) == typed.value(0.5)
    assert repr(typed) == "UserFunction(text='x^2 - cos(x)')"


@pytest.mark.parametrize(("text", "shape"), [("x", ()), ("3", ()), ("y", (2,)), ("x*y", (2,))])
def test_naming_y_makes_a_function_of_two_variables(text, shape):
    typed, batch = UserFunction(text), np.ones((4, 3, *shape))
    assert typed.state_shape == shape
    assert typed.value(batch).shape == (4, 3)
    assert typed.gradient(batch).shape == (4, 3, *shape)
    assert typed.hessian(batch).shape == (4, 3, *shape, *shape)


def test_a_gradient_that_does_not_depend_on_the_state_is_still_an_array_of_its_own():
    x = np.zeros(3)
    gradient = UserFunction("x^2/2").gradient(x)
    gradient += 1.0
    assert not x.any()


@pytest.mark.parametrize("order", [5, -1, 1.5, True])
def test_an_order_that_is_not_offered_is_named(order):
    with pytest.raises(ValueError, match="order must be"):
        UserFunction("x^2").derivative(1.0, order)


def test_derivatives_of_one_order_are_those_of_a_function_of_x_alone():
    with pytest.raises(ValueError, match="function of x alone"):
        UserFunction("x*y").derivative(np.ones(2), 1)


@pytest.mark.parametrize(("text", "start"), [("x^4/4-x^2/2", 0.3), ("(1-x)^2+100*(y-x^2)^2", (-1.2, 1.0))])
def test_a_single_run_in_floats_takes_the_steps_of_the_plain_map(text, start):
    typed, start = UserFunction(text), np.asarray(start, float)
    run = gradient_descent(typed, start, 1e-3, 300).states
    plain = PlainStepper(typed.gradient, start[None].copy(), np.array([1e-3]))
    expected = np.empty((300, 1, *start.shape))
    plain.record(expected)
    np.testing.assert_allclose(run[1:], expected[:, 0], rtol=1e-10)


def test_a_run_of_two_variables_that_escapes_is_not_a_number_from_then_on():
    run = gradient_descent(UserFunction("-x^4-y^2"), (2.0, 1.0), 1.0, 40).states
    assert np.isfinite(run[:3]).all()
    assert np.isnan(run[-1]).all()


@pytest.mark.parametrize(
    ("text", "start", "step_size", "kind"),
    [
        ("x^2", 1.0, 0.9, LimitKind.EQUILIBRIUM),
        ("x^2", 1.0, 1.1, LimitKind.DIVERGENT),
        ("x^4/4-x^2/2", 0.4, 1.05, LimitKind.PERIODIC_ORBIT),
        ("-2*(x^2/2-x^3/3)*0+x^3/3-x^2/2", 0.6, 2.9, LimitKind.APERIODIC),
        ("(x*y-1)^2/2", (1.2, 0.5), 0.3, LimitKind.EQUILIBRIUM),
    ],
)
def test_runs_of_typed_functions_are_classified_like_all_others(text, start, step_size, kind):
    assert classify_limit(UserFunction(text), start, step_size).kind is kind
