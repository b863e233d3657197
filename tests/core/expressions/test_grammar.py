"""What the language reads, how it reads it, and what it says where it cannot."""

import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stepsize_core import UserFunction
from stepsize_core.expressions import LONGEST, ExpressionError, parse
from stepsize_core.expressions.compiled import Compiled
from stepsize_core.expressions.grammar import DEEPEST

MOST_NODES = 4000  # parts that a text and its derivatives may have; tests/benchmarks times the largest
ALPHABET = "x xy0123456789.eE+-−*·/^²³()|,= pisqrtanhloge_[]{}'\"\\\n\x00хｘ∞ĸ"

READINGS = [
    ("2x", "2*x"),
    ("3(x+1)", "3*(x+1)"),
    ("(x-1)(x-2)", "(x-1)*(x-2)"),
    ("2x^2", "2*(x^2)"),
    ("2x²", "2*x^2"),
    ("x sin(x)", "x*sin(x)"),
    ("-x^2", "-(x^2)"),
    ("2^-x", "2^(-x)"),
    ("2^3^x", "2^(3^x)"),
    ("x − 1·x", "x-1*x"),
    ("x**3", "x^3"),
    ("x³", "x^3"),
    ("πx", "pi*x"),
    ("1 - 2 - x", "(1-2)-x"),
    ("8/2/x", "(8/2)/x"),
    ("+x", "x"),
    ("2e1x", "20*x"),
    (".5x", "0.5*x"),
    ("ln(x)", "log(x)"),
    ("x--1", "x+1"),
]

COMPLAINTS = [
    ("", "expected a number, x or (", 1),
    ("x^2 + ", "expected a number, x or (", 7),
    ("x^2+*x", "expected a number, x or (", 5),
    ("(x", "expected an operator or )", 3),
    ("x)", "closes nothing", 2),
    ("sin x", "expected ( after sin", 5),
    ("max(x)", "max takes 2 arguments, got 1", 1),
    ("sin(x, 2)", "sin takes 1 argument, got 2", 1),
    ("1,5x", "a comma separates", 2),
    ("2 3", "expected an operator", 3),
    ("1/2x", "two readings", 4),
    ("x^2y", "two readings", 4),
    ("x(x+1)", "x is no function", 2),
    ("xy", "write x*y", 1),
    ("X", "small letters", 1),
    ("foo(x)", "none of the names", 1),
    ("|x|", "write abs", 1),
    ("x=1", "without =", 2),
    ("1e999", "too large", 1),
    ("x^1e9", "exponents are at most", 3),
    ("x + 9^9^9", "exponents are at most", 8),
    ("1/0", "this divisor is 0", 3),
    ("x/0", "this divisor is 0", 3),
    ("0/0", "this divisor is 0", 3),
    ("x+x/(2-2)", "this divisor is 0", 7),
    ("1/(x-x)", "this divisor is 0", 5),
    ("x*log(0)", "not finite", 3),
    ("log(0*x)", "not finite", 1),
    ("max(x, 0^-1)", "not finite", 9),
    ("x + sqrt(1-2)", "not finite", 5),
    ("(-2)^x", "powers of -2", 6),
    ("0^x", "powers of 0", 3),
    ("exp(1000)*x", "not finite", 1),
    ("sqrt(-1)x", "not finite", 1),
    ("х+1", "cyrillic small letter ha", 1),
]


@pytest.mark.parametrize(("text", "meaning"), READINGS)
def test_short_ways_of_writing_mean_what_a_reader_expects(text, meaning):
    x = np.array([0.3, 1.0, 2.5])
    np.testing.assert_allclose(UserFunction(text).value(x), UserFunction(meaning).value(x), rtol=1e-15)


@pytest.mark.parametrize(("text", "complaint", "position"), COMPLAINTS)
def test_what_is_no_function_is_answered_with_the_place_and_what_was_expected(text, complaint, position):
    with pytest.raises(ValueError, match="at position") as caught:
        UserFunction(text)
    assert complaint in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize("not_text", [None, 3, b"x", ["x"]])
def test_what_is_no_text_is_named(not_text):
    with pytest.raises(ValueError, match="text must be a string"):
        parse(not_text)


@given(st.text(max_size=LONGEST + 5) | st.text(ALPHABET, max_size=LONGEST + 5))
@settings(max_examples=400, deadline=None)
@example("(" * 199)
@example("-" * 199)
@example("x^" * 99 + "x")
@example("sin(" * 50)
@example("9" * 200)
@example("1e" + "9" * 100)
@example("x" * 200)
@example("\ud800")
def test_any_text_is_a_function_or_a_complaint_with_a_place(text):
    refused = _complaint_about(text)
    assert refused is None or 1 <= refused.position <= min(len(text), LONGEST) + 1
    if refused is None:
        assert parts_of(text) <= MOST_NODES


@given(st.binary(max_size=LONGEST))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_a_function_or_a_complaint(content):
    refused = _complaint_about(content.decode("latin-1"))
    assert refused is None or 1 <= refused.position <= len(content) + 1


def _complaint_about(text: str) -> ExpressionError | None:
    """What the text is refused with; any other exception fails the test."""
    try:
        Compiled(text)
    except ExpressionError as refused:
        return refused
    return None


LARGE = {
    "product": "*".join(["x"] * 100),
    "quotient": "/".join(["x"] * 100),
    "powers of powers": "^".join(["x"] * DEEPEST),
    "nested calls": "sin(" * 39 + "x" + ")" * 39,
    "nested products": "tanh(x*" * 24 + "x" + ")" * 24,
    "superscripts": "x²" * 66,
    "maxima": "max(x," * 24 + "1" + ")" * 24,
    "quotients of calls": "/".join(["tan(x)"] * 28),
    "two variables": "tanh(x*y*" * 19 + "1" + ")" * 19,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
def test_the_largest_texts_and_their_derivatives_stay_small(text):
    assert len(text) <= LONGEST
    assert parts_of(text) <= MOST_NODES


def parts_of(text: str) -> int:
    """How many nodes a text and its highest derivatives have: the time to make them follows that."""
    return len(differentiated(text)._graph.nodes)


def differentiated(text: str) -> Compiled:
    """The function with all the derivatives that are ever asked for."""
    function = Compiled(text)
    if function.variables == 1:
        function.program((0, 0, 0, 0))
    else:
        function.program((0, 0), (0, 1), (1, 1))
    return function


def test_the_deepest_text_stays_far_from_pythons_own_limit():
    deep, limit = "(" * DEEPEST + "x" + ")" * DEEPEST, sys.getrecursionlimit()
    frames = len([*_frames()])
    try:
        sys.setrecursionlimit(frames + 450)
        assert UserFunction(deep).value(2.0) == 2.0
    finally:
        sys.setrecursionlimit(limit)


def _frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back


ESCAPES = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "(lambda: x)()",
    "[x for x in (1,)]",
    "exec('x')",
    "eval(x)",
    "open('f')",
    "x if x else x",
    "x; import os",
    "f'{x}'",
    "x:=1",
    "print(x)",
    "globals()",
    "x@x",
    "`x`",
    "$x$",
    "\\x41",
    "{x}",
    "True",
    "None",
    "nan",
    "inf",
    "0x10",
    "1_000",
    "1j",
    "x//2",
    "x%2",
    "x<<1",
    "x and x",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_well_known_escape_is_refused_as_text(escape):
    with pytest.raises(ExpressionError):
        Compiled(escape)


def test_nothing_typed_reaches_pythons_evaluator():
    watched, events, watching = (
        {"compile", "exec", "import", "open", "os.system", "subprocess.Popen"},
        [],
        [True],
    )

    def note(event, _arguments):
        if watching and event in watched:
            events.append(event)

    sys.addaudithook(note)  # which cannot be taken away again, only be told to stop
    for text in ("x^4/4 - x^2/2", "max(sin(x), abs(x)^1.5)", *ESCAPES):
        if _complaint_about(text) is None:
            function = Compiled(text)
            function.program((0,)).on_floats(0.5)
            function.program((0, 0)).on_arrays(np.array([0.5, 1.0]))
    watching.clear()
    assert events == []
