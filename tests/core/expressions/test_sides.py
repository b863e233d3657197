"""Kinks: one-sided derivatives, what both sides share, where kinks are, and stretches that are flat."""

import math

import mpmath
import numpy as np
import pytest

from stepsize_core import UserFunction

HUBER = "min(abs(x),1)*(abs(x)-min(abs(x),1)/2)"
INF = math.inf

SIDES = [  # text, point, derivatives of orders 0 to 4 from below, and from above
    ("abs(x)", 0.0, [0, -1, 0, 0, 0], [0, 1, 0, 0, 0]),
    ("relu(x)", 0.0, [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]),
    (HUBER, 1.0, [0.5, 1, 1, 0, 0], [0.5, 1, 0, 0, 0]),
    (HUBER, -1.0, [0.5, -1, 0, 0, 0], [0.5, -1, 1, 0, 0]),
    ("abs(abs(x)-1)", 0.0, [1, 1, 0, 0, 0], [1, -1, 0, 0, 0]),
    ("abs(abs(x)-1)", -1.0, [0, -1, 0, 0, 0], [0, 1, 0, 0, 0]),
    ("max(x, min(2x, x^2))", 0.0, [0, 1, 0, 0, 0], [0, 1, 0, 0, 0]),
    ("max(x, min(2x, x^2))", 1.0, [1, 1, 0, 0, 0], [1, 2, 2, 0, 0]),
    ("max(x, min(2x, x^2))", 2.0, [4, 4, 2, 0, 0], [4, 2, 0, 0, 0]),
    ("abs(x)^1.5", 0.0, [0, 0, INF, INF, INF], [0, 0, INF, -INF, INF]),
    ("x*abs(x)^1.5", 0.0, [0, 0, 0, INF, INF], [0, 0, 0, INF, -INF]),
    ("exp(abs(x)^1.5)", 0.0, [1, 0, INF, INF, INF], [1, 0, INF, -INF, INF]),
    ("log(1+abs(x))", 0.0, [0, -1, -1, -2, -6], [0, 1, -1, 2, -6]),
    ("max(x^2, 2x)", 0.0, [0, 0, 2, 0, 0], [0, 2, 0, 0, 0]),
    ("max(x, 0)^2+min(x, 0)^2/2", 0.0, [0, 0, 1, 0, 0], [0, 0, 2, 0, 0]),
    ("abs(x^3)", 0.0, [0, 0, 0, -6, 0], [0, 0, 0, 6, 0]),
    ("where(x < 1, x, 2x^2)", 1.0, [1, 1, 0, 0, 0], [2, 4, 4, 0, 0]),
    ("where(x <= 0, 1, log(x + 1) + 3)", 0.0, [1, 0, 0, 0, 0], [3, 1, -1, 2, -6]),
    ("where(x <= 0, 1, log(x + 1) + 3)", -1.0, [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]),
    ("where(x > 0, sqrt(x)*x, 0)", 0.0, [0, 0, 0, 0, 0], [0, 0, INF, -INF, INF]),
    ("cbrt(x)", 0.0, [0, INF, INF, INF, INF], [0, INF, -INF, INF, -INF]),
    ("max(x, 2x, 3x)", 0.0, [0, 1, 0, 0, 0], [0, 3, 0, 0, 0]),
    ("sinh(|x|)", 0.0, [0, -1, 0, -1, 0], [0, 1, 0, 1, 0]),
    ("sqrt(abs(x))", 0.0, [0, -INF, -INF, -INF, -INF], [0, INF, -INF, INF, -INF]),
]


@pytest.mark.parametrize(("text", "x", "below", "above"), SIDES)
def test_the_derivatives_on_either_side_of_a_kink_are_exact(text, x, below, above):
    function = UserFunction(text)
    for side, expected in ((-1, below), (1, above)):
        assert [float(function.one_sided(x, order, side)) for order in range(5)] == expected


@pytest.mark.parametrize(
    "text",
    ["abs(x^2-2)", "abs(x^2-2)*exp(x)", "max(x^2, 2)/(1+x^2)", "min(x^4, 2*x^2)*cos(x)", "tanh(abs(2-x^2))"],
)
def test_a_kink_known_to_rounding_counts_as_the_exact_one(text):
    function = UserFunction(text)
    kinks = function.kinks(-2.0, 2.0)
    kink = kinks[np.argmin(np.abs(kinks - math.sqrt(2.0)))]
    assert kink == pytest.approx(math.sqrt(2.0), rel=1e-15)
    for side in (-1, 1):
        for order in range(1, 5):
            with mpmath.workdps(40):
                beside = mpmath.sqrt(2) + side * mpmath.mpf(10) ** -12
                inside = {"sides": side}
                expected = mpmath.diff(
                    lambda t, i=inside: _exact(text, t), beside, order, h=mpmath.mpf(10) ** -15
                )
            assert float(function.one_sided(kink, order, side)) == pytest.approx(float(expected), rel=1e-7)


def _exact(text: str, x):
    """The functions above, written a second time."""
    return {
        "abs(x^2-2)": lambda: abs(x**2 - 2),
        "abs(x^2-2)*exp(x)": lambda: abs(x**2 - 2) * mpmath.exp(x),
        "max(x^2, 2)/(1+x^2)": lambda: max(x**2, mpmath.mpf(2)) / (1 + x**2),
        "min(x^4, 2*x^2)*cos(x)": lambda: min(x**4, 2 * x**2) * mpmath.cos(x),
        "tanh(abs(2-x^2))": lambda: mpmath.tanh(abs(2 - x**2)),
    }[text]()


SMOOTH = [  # a function with kinks in its formula only, and the same without
    ("abs(x)*abs(x)", "x^2"),
    ("relu(x)^2+relu(-x)^2", "x^2"),
    ("relu(x)-relu(-x)", "x"),
    ("sign(x)*abs(x)", "x"),
    ("max(x, -x)*abs(x)", "x^2"),
    ("max(x, -x)^2*cos(x)", "x^2*cos(x)"),
    ("exp(relu(x)-relu(-x))", "exp(x)"),
    ("abs(x)^3*abs(x)", "x^4"),
    ("max(x, 2x)+min(x, 2x)", "3x"),
    ("max(x-1, 0)*abs(x-1)+max(1-x, 0)*abs(1-x)", "(x-1)^2"),
    ("abs(abs(x)-1)*abs(abs(x)-1)+2*abs(x)", "1+x^2"),
    ("where(x < 0, x^2, x*x)", "x^2"),
    ("where(x < 0, -x, x)*abs(x)", "x^2"),
    ("where(x >= 0, x^3, where(x < -5, 0, x^3))", "x^3"),
]


@pytest.mark.parametrize(("text", "plain"), SMOOTH)
def test_where_both_sides_agree_every_derivative_is_the_common_one(text, plain):
    function, smooth = UserFunction(text), UserFunction(plain)
    x = np.array([[-1.0, 0.0, 1.0], [0.3, 0.0, -2.0]])
    for order in range(5):
        np.testing.assert_allclose(function.derivative(x, order), smooth.derivative(x, order), atol=1e-14)
    np.testing.assert_allclose(
        [function.gradient_at(v) for v in x.ravel().tolist()], smooth.gradient(x).ravel()
    )
    np.testing.assert_allclose(function.hessian(x), smooth.hessian(x), atol=1e-14)
    assert len(function.kinks(-3.0, 3.0)) == 0


def test_a_huber_loss_built_from_min_is_curved_at_its_minimum_and_straight_outside():
    function = UserFunction(HUBER)
    assert function.hessian(np.array([-2.0, 0.0, 0.5, 2.0])).tolist() == [0.0, 1.0, 1.0, 0.0]
    assert function.kinks(-3.0, 3.0).tolist() == [-1.0, 1.0]


def test_where_they_differ_the_slope_is_the_documented_choice_and_the_curvature_the_mean():
    assert UserFunction("abs(x)").gradient(0.0) == UserFunction("relu(x)").gradient(0.0) == 0.0
    assert UserFunction("max(x, 0)").gradient_at(0.0) == 1.0
    assert UserFunction("max(x, 0)^2+min(x, 0)^2/2").hessian(0.0) == 1.5
    assert UserFunction("abs(x)^1.5").hessian(0.0) == INF


PLANE = [
    ("abs(x)*abs(x)+y^2", "x^2+y^2"),
    ("relu(x)-relu(-x)+x*y", "x+x*y"),
    ("max(x, y)^2+min(x, y)^2", "x^2+y^2"),
    ("max(x, y)+min(x, y)", "x+y"),
    ("max(x, -x)*abs(x)*y^3", "x^2*y^3"),
]


@pytest.mark.parametrize(("text", "plain"), PLANE)
def test_the_same_holds_of_functions_of_two_variables(text, plain):
    function, smooth = UserFunction(text), UserFunction(plain)
    points = np.array([[0.0, 1.0], [0.0, 0.0], [0.7, 0.7], [0.3, -0.2]])
    np.testing.assert_allclose(function.gradient(points), smooth.gradient(points), atol=1e-11)
    np.testing.assert_allclose(function.hessian(points), smooth.hessian(points), atol=1e-11)


BOUNDARIES = [("<", 2.0), ("<=", 1.0), (">", 1.0), (">=", 2.0)]


@pytest.mark.parametrize(("sign", "slope"), BOUNDARIES)
def test_where_cases_change_the_slope_is_that_of_the_branch_taken(sign, slope):
    first, second = ("x", "2x") if sign.startswith("<") else ("2x", "x")
    function = UserFunction(f"where(x {sign} 0, {first}, {second})")
    assert function.gradient_at(0.0) == function.gradient(0.0) == slope
    assert function.gradient(np.array([-1.0, 1.0])).tolist() == [1.0, 2.0]


def test_a_kink_in_the_plane_keeps_the_documented_choice():
    assert UserFunction("abs(x)+y^2").gradient((0.0, 1.0)).tolist() == [0.0, 2.0]
    assert UserFunction("max(x, y)").gradient((1.0, 1.0)).tolist() == [1.0, 0.0]


KINKS = [
    ("abs(sin(pi x))", (-1.5, 1.5), [-1.0, 0.0, 1.0]),
    ("max(x^2, 2x)", (-4.0, 4.0), [0.0, 2.0]),
    ("abs(x^2-2x+1)", (-4.0, 4.0), []),
    ("max(x^2, 2x-1)", (-4.0, 4.0), []),
    ("max(1-(x-0.3)^2, 1)", (-4.0, 4.0), []),
    ("max((x-0.3)^3, 0)", (-1.0, 1.0), []),
    ("max((x-0.3)^3*x, x*(x-0.3))", (-1.0, 1.2), [-0.7, 0.0, 0.3]),
    ("1/abs(x)", (-1.0, 1.0), []),
    ("abs(tan(x))", (-2.0, 2.0), [0.0]),
    ("log(abs(x))", (-1.0, 1.0), []),
    ("abs(x)^2.5", (-1.0, 1.0), []),
    ("where(x < 1, x^2, 2x-1)", (-4.0, 4.0), [1.0]),
    ("where(x < 1, x^2, x^2+1)", (-4.0, 4.0), []),
    ("where(-1 < x < 1, x^2, abs(x))", (-4.0, 4.0), [-1.0, 1.0]),
    ("abs(x)^1.5", (-1.0, 1.0), [0.0]),
    ("x^2", (-1.0, 1.0), []),
    ("abs(x-1e-3)+abs(x-2e-3)", (-0.01, 0.01), [1e-3, 2e-3]),
]


@pytest.mark.parametrize(("text", "window", "expected"), KINKS)
def test_kinks_are_where_the_slope_or_the_curvature_jumps(text, window, expected):
    assert UserFunction(text).kinks(*window).tolist() == expected


FLATS = [
    ("relu(x)", [-1.0, 0.0, 1.0], [True, False, False]),
    ("max(x, 1)", [0.0, 1.0, 2.0], [True, False, False]),
    ("tanh(x)^2", [0.0, 19.0, 400.0], [False, False, False]),
    ("x^6", [0.0], [False]),
    ("abs(x^5)", [0.0], [False]),
    ("min(relu(x), relu(x-1))", [-1.0, 0.0, 0.5, 2.0], [True, True, True, False]),
    ("max(x^5, -x^5)", [0.0], [False]),
    ("sign(x)*abs(x)^6", [0.0], [False]),
    ("abs(x)-x", [3.0, -3.0], [True, False]),
    ("where(x < 1, 2, x)", [0.0, 2.0], [True, False]),
    ("where(0 < x < 1, 2, 3)", [-1.0, 0.5, 2.0], [True, True, True]),
    ("3", [0.0], [True]),
    ("3+0*log(x)", [-1.0, 1.0], [False, True]),
]


@pytest.mark.parametrize(("text", "x", "expected"), FLATS)
def test_flat_is_what_the_formula_says_and_not_what_underflows(text, x, expected):
    assert UserFunction(text).flat(np.array(x)).tolist() == expected
    assert UserFunction(text).flat(np.array([x, x])).shape == (2, len(x))


SAME = [
    ("sqrt(x^2)", "abs(x)"),
    ("sqrt(x*x)", "abs(x)"),
    ("sqrt((x-1)^2)", "abs(x-1)"),
    ("(x^2)^1.5", "abs(x)^3"),
    ("sqrt(x^4)", "x^2"),
    ("(x^4)^0.25", "abs(x)"),
    ("1/sqrt((x-1)^2)", "1/abs(x-1)"),
]


@pytest.mark.parametrize(("root", "plain"), SAME)
def test_a_root_of_an_even_power_is_a_power_of_the_modulus(root, plain):
    one, other = UserFunction(root), UserFunction(plain)
    x = np.array([-2.0, -1e-200, 0.0, 0.3, 1.0, 1.0 + 1e-9, 30.0])
    with np.errstate(all="ignore"):
        for order in range(5):
            np.testing.assert_array_equal(one.derivative(x, order), other.derivative(x, order))
            for side in (-1, 1):
                np.testing.assert_array_equal(one.one_sided(x, order, side), other.one_sided(x, order, side))
    np.testing.assert_array_equal(one.kinks(-2.0, 2.0), other.kinks(-2.0, 2.0))
