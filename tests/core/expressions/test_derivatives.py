"""Values and derivatives of random expressions against mpmath in fifty digits, and what happens at kinks."""

import math
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stepsize_core.expressions import Compiled, ExpressionError, latex, parse
from stepsize_core.expressions.operations import OPERATIONS
from tests.core.expressions.typed import exact, expressions

DIGITS = 60
TOLERANCE = 1e-7  # of float64 against exact arithmetic, relative to the sizes met on the way
LARGEST = 1e6  # of the derivatives compared: larger ones have lost too many digits on the way
POINTS = st.sampled_from([0.37, 0.81, 1.3, 2.2])


@given(expressions(), POINTS)
@settings(max_examples=150, deadline=None)
def test_the_first_four_derivatives_are_those_of_exact_arithmetic(text, x):
    function, tree = _compiled(text), parse(text)
    assume(not function.restricted or function.domain.on_floats(x)[0])
    with mpmath.workdps(DIGITS):
        expected = _derivatives(lambda t: exact(tree, x=t), x)
    found = [function.program((0,) * order).on_floats(x)[0] for order in range(5)]
    scale = max(1.0, *map(abs, expected))
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * scale)


@given(expressions(("x", "y")), POINTS, POINTS)
@settings(max_examples=80, deadline=None)
def test_the_second_derivatives_of_two_variables_are_those_of_exact_arithmetic(text, x, y):
    function, tree = _compiled(text), parse(text)
    assume(not function.restricted or function.domain.on_floats(x, y)[0])
    orders = ((0,), (1,), (0, 0), (0, 1), (1, 1))
    with mpmath.workdps(DIGITS):
        value = exact(tree, x=mpmath.mpf(x), y=mpmath.mpf(y))
        assume(mpmath.im(value) == 0)
        expected = [
            mpmath.diff(lambda s, t: exact(tree, x=s, y=t), (x, y), (by.count(0), by.count(1)))
            for by in orders
        ]
        assume(all(mpmath.im(e) == 0 and abs(e) < LARGEST for e in expected))
        expected = [float(mpmath.re(e)) for e in expected]
    found = function.program(*orders).on_floats(x, y)
    scale = max(1.0, *map(abs, expected))
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * scale)


def _compiled(text: str) -> Compiled:
    """The function of a random text; texts with a part that is not finite are left out."""
    try:
        return Compiled(text)
    except ExpressionError:
        assume(False)


def _derivatives(function, x) -> list[float]:
    """Value and four derivatives; cases outside the domain or beyond LARGEST are left out."""
    try:
        found = [function(mpmath.mpf(x)), *(mpmath.diff(function, mpmath.mpf(x), n) for n in (1, 2, 3, 4))]
    except (ZeroDivisionError, ValueError):
        assume(False)
    assume(all(mpmath.im(value) == 0 and abs(value) < LARGEST for value in found))
    return [float(mpmath.re(value)) for value in found]


@example("sigmoid(x)", 4.7855304294921617e-14)
@given(expressions(), st.floats(-4.0, 4.0))
@settings(max_examples=150, deadline=None)
def test_floats_and_arrays_give_the_same(text, x):
    function, terms = _compiled(text), 0.0
    for order in range(3):
        program = function.program((0,) * order)
        on_float, on_array = program.on_floats(x)[0], program.on_arrays(np.full(3, x))[0]
        terms = max(terms, abs(on_float)) if math.isfinite(on_float) else terms
        rounding = max(1e-15 * terms, 1e-290)  # of terms that cancel: σ″ = σ(1 − σ)(1 − 2σ) near 0
        np.testing.assert_allclose(np.broadcast_to(on_array, 3), on_float, rtol=1e-9, atol=rounding)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-320, 800.0, -800.0, 1e308, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_the_same_on_floats_and_on_arrays(name):
    on_arrays, on_floats = OPERATIONS[name]
    ternary, binary = ("select",), (
        "add", "subtract", "multiply", "divide", "power", "max", "min", "only_if", "both",
        "either",
    )  # fmt: skip
    arity = 3 if name in ternary else (2 if name in binary else 1)
    logical, truth = ("both", "either"), [True, False]
    first = truth if name in ("only_if", *logical) else SPECIAL
    grids = np.meshgrid(first, *[truth if name in logical else SPECIAL] * (arity - 1), indexing="ij")
    columns = [grid.ravel() for grid in grids]
    with np.errstate(all="ignore"):
        expected = on_arrays(*columns)
    found = [on_floats(*(value.item() for value in row)) for row in zip(*columns)]
    if name in ("sin", "cos", "tan"):
        found = [
            value if abs(x) < 1e300 else expected[i] for i, (value, x) in enumerate(zip(found, columns[0]))
        ]
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=1e-14, atol=1e-320)


def test_the_browser_knows_every_operation():
    script = (Path(__file__).parents[3] / "pages/ui/browser/dragging.js").read_text(encoding="utf-8")
    table = script.split("const OPERATIONS = {")[1].split("\n};")[0]
    assert set(re.findall(r"(?:^|[ ,])(\w+): (?=Math|\()", table, re.MULTILINE)) == set(OPERATIONS)


KINKS = [
    ("abs(x)", 0.0, [0.0, 0.0, 0.0]),
    ("relu(x)", 0.0, [0.0, 0.0, 0.0]),
    ("max(x, 0)", 0.0, [0.0, 1.0, 0.0]),
    ("max(0, x)", 0.0, [0.0, 0.0, 0.0]),
    ("min(x^2, x)", 1.0, [1.0, 2.0, 2.0]),
    ("sign(x)*x", 0.0, [0.0, 0.0, 0.0]),
    ("x^2", 0.0, [0.0, 0.0, 2.0]),
    ("x^0", 0.0, [1.0, 0.0, 0.0]),
    ("abs(x)^1.5", 0.0, [0.0, 0.0, math.inf]),
    ("2/3*abs(x)^(3/2)", 0.0, [0.0, 0.0, math.inf]),
]


@pytest.mark.parametrize(("text", "x", "expected"), KINKS)
def test_at_a_kink_the_sub_gradient_is_the_documented_one(text, x, expected):
    function = Compiled(text)
    assert [function.program((0,) * order).on_floats(x)[0] for order in range(3)] == expected


UNDEFINED = [
    ("log(x)", [-1.0, 0.0], [1e-9, 2.0]),
    ("sqrt(x)", [-1.0, 0.0], [1e-9, 2.0]),
    ("x^1.5", [-1.0], [0.0, 2.0]),
    ("1/(x-1)", [1.0], [0.0, 2.0]),
    ("x^-2", [0.0], [-1.0, 2.0]),
    ("x^x", [-1.0, 0.0], [0.5, 2.0]),
    ("0*log(x)+x", [-1.0], [1.0]),
    ("max(log(x), 0)", [-1.0], [0.5]),
    ("sign(log(x))", [-1.0], [0.5]),
    ("log1p(x)", [-1.0, -2.0], [-0.5, 1e-9]),
    ("asin(x)", [-1.0, 1.0, 1.5], [-0.9, 0.0, 0.9]),
    ("acos(2x)", [-0.5, 0.6], [0.4]),
    ("cbrt(x)", [0.0], [-8.0, 1e-9]),
    ("log10(x)", [-1.0, 0.0], [0.1]),
    ("where(x < 0, 0, log(x - 1))", [0.0, 1.0], [-1.0, 1.5]),
    ("where(x < 0, 0, where(x > 2, 1, sqrt(x)))", [0.0], [-1.0, 1.0, 3.0]),
    ("where(log(x) > 0, 1, x)", [-1.0], [0.5, 2.0]),
]


SMALL = [  # a function close to 0, and its first derivatives there to full accuracy
    ("sinh(x)", 1e-9, [1e-9, 1.0, 1e-9]),
    ("expm1(x)", 1e-12, [1e-12 + 5e-25, 1.0 + 1e-12, 1.0 + 1e-12]),
    ("log1p(x)", 1e-12, [1e-12 - 5e-25, 1.0 - 1e-12, -1.0 + 2e-12]),
    ("atan(x)", 1e-9, [1e-9, 1.0, -2e-9]),
    ("asin(x)", 1e-9, [1e-9, 1.0, 1e-9]),
    ("acos(1-x)", 2.0**-40, [2.0**-19.5 * (1 + 2.0**-40 / 12), 2.0**19.5 * (1 + 2.0**-40 / 4), None]),
    ("asin(x)", 1 - 2.0**-44, [math.pi / 2 - 2.0**-21.5, 2.0**21.5 * (1 + 2.0**-46), None]),
    ("cbrt(x)", -1e-9, [-1e-3, 1e6 / 3.0, 2e15 / 9.0]),
    ("log(cosh(x))", 1e-9, [0.0, 1e-9, 1.0]),
    ("log(cosh(x))", 800.0, [800.0 - math.log(2.0), 1.0, 0.0]),
]


@pytest.mark.parametrize(("text", "x", "expected"), SMALL)
def test_functions_made_of_others_keep_every_digit(text, x, expected):
    function = Compiled(text)
    found = [function.program((0,) * order).on_floats(x)[0] for order in range(len(expected))]
    for value, wanted in zip(found, expected):
        assert wanted is None or value == pytest.approx(wanted, rel=4e-15, abs=1e-17)


@pytest.mark.parametrize(("text", "outside", "inside"), UNDEFINED)
def test_outside_the_domain_the_gradient_is_not_a_number_and_inside_it_is_one(text, outside, inside):
    function = Compiled(text)
    slope, defined = (lambda x: function.program((0,)).on_floats(x)[0]), function.domain
    assert function.restricted
    assert all(math.isnan(slope(x)) and not defined.on_floats(x)[0] for x in outside)
    assert all(math.isfinite(slope(x)) and defined.on_floats(x)[0] for x in inside)


@pytest.mark.parametrize(
    "text",
    ["x^2", "exp(x)/(1+exp(x))", "1/(1+x^2)", "sqrt(1+x^2)", "log(1+exp(x))", "log(2)*x", "abs(x)^1.5"],
)
def test_a_function_that_is_defined_everywhere_knows_it(text):
    assert not Compiled(text).restricted


def test_the_softplus_written_out_does_not_overflow():
    function = Compiled("log(1+exp(x)) - x/2")
    assert function.program(()).on_floats(1000.0) == [500.0]
    assert function.program((0,)).on_floats(1000.0) == [0.5]


LOG_SUMS = [  # a logarithm of exponentials, a point, and its first two derivatives there
    ("log(exp(x)+exp(-x))", 1000.0, 1000.0, 1.0, 0.0),
    ("log(exp(x)+exp(-x))", -1000.0, 1000.0, -1.0, 0.0),
    ("log(exp(x)+exp(-x))", 0.0, math.log(2.0), 0.0, 1.0),
    ("log(1+exp(-x))", -1000.0, 1000.0, -1.0, 0.0),
    ("log(exp(-x)+1)", -1000.0, 1000.0, -1.0, 0.0),
    ("log(2*exp(x)+exp(-x))", 900.0, 900.0 + math.log(2.0), 1.0, 0.0),
    ("log((exp(x)+exp(-x))/2)", 800.0, 800.0 - math.log(2.0), 1.0, 0.0),
    ("log(e^x+e^(-x))", 720.0, 720.0, 1.0, 0.0),
    ("log(exp(x)^2+3)", 500.0, 1000.0, 2.0, 0.0),
    ("log(exp(x)+exp(2x)+exp(-x))", 500.0, 1000.0, 2.0, 0.0),
    ("log(exp(x)*exp(x^2))", 100.0, 10100.0, 201.0, 2.0),
    ("log(2^x+2^(-x))", 2000.0, 2000.0 * math.log(2.0), math.log(2.0), 0.0),
]


@pytest.mark.parametrize(("text", "x", "value", "slope", "curvature"), LOG_SUMS)
def test_a_logarithm_of_exponentials_does_not_overflow_however_it_is_written(
    text, x, value, slope, curvature
):
    function = Compiled(text)
    assert not function.restricted
    found = [function.program((0,) * order).on_floats(x)[0] for order in range(3)]
    assert found == pytest.approx([value, slope, curvature], rel=1e-14, abs=1e-14)
    assert np.isfinite(function.program((0, 0)).on_arrays(np.array([-x, x]))[0]).all()


def test_the_slope_of_a_logarithm_of_a_symmetric_sum_is_exact_next_to_its_minimum():
    slope = Compiled("log(exp(x)+exp(-x))").program((0,)).on_floats
    assert [slope(x)[0] for x in (1e-20, -1e-300, 0.0)] == [1e-20, -1e-300, 0.0]


def test_threads_that_ask_at_once_for_different_derivatives_get_them():
    text, orders = "tanh(x*sin(x)*exp(-x^2))^3/(1+x^2)", [(0,) * order for order in range(5)]
    alone = [Compiled(text).program(order).on_floats(0.7) for order in orders]
    for _ in range(20):
        shared = Compiled(text)
        with ThreadPoolExecutor(len(orders)) as threads:
            together = list(threads.map(lambda order, f=shared: f.program(order).on_floats(0.7), orders))
        assert together == alone


LATEX = [
    ("x^4/4 - x^2/2", r"\frac{x^{4}}{4} - \frac{x^{2}}{2}"),
    ("2/3*abs(x)^(3/2)", r"\frac{2}{3} \cdot \left|x\right|^{\frac{3}{2}}"),
    ("(x+1)^2", r"\left(x + 1\right)^{2}"),
    ("x-(y-1)", r"x - \left(y - 1\right)"),
    ("2pi x", r"2\,\pi \cdot x"),
    ("sqrt(x)^2", r"\left(\sqrt{x}\right)^{2}"),
    ("1e-9x", r"10^{-9}"),
    ("(-x)^2", r"\left(-x\right)^{2}"),
    ("softplus(x)", r"\operatorname{softplus}\left(x\right)"),
    ("cbrt(asin(x))", r"\sqrt[3]{\arcsin\left(x\right)}"),
    ("log10(x)", r"\log_{10}\left(x\right)"),
    ("½x", r"\frac{1}{2} \cdot x"),
    ("2where(x≤0, 1, x)", r"2 \cdot \left(\begin{cases} 1 & \text{if } x \le 0 \\ x & \text{otherwise}"),
]


@pytest.mark.parametrize(("text", "expected"), LATEX)
def test_latex_says_what_was_read(text, expected):
    assert expected in latex(parse(text))
