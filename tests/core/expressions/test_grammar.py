"""What the language reads, how it reads it, and what it says where it cannot."""

import re
import sys

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stepsize_core import UserFunction
from stepsize_core.expressions import LONGEST, ExpressionError, latex, parse
from stepsize_core.expressions.compiled import Compiled
from stepsize_core.expressions.grammar import DEEPEST
from tests.core.expressions.typed import expressions

MOST_NODES = 4000  # parts that a text and its derivatives may have; tests/benchmarks times the largest
ALPHABET = "x xy0123456789.eE+-−*·/^²³⁻()|,= pisqrtanhloge_[]{}<≤½√;'\"\\\n\x00хｘ∞ĸθ"
WORDS = st.sampled_from(
    ["where(", "sin ", "sin^2", "asin(", "log10", "np.", "\\frac{", "\\sqrt[", "}{", "x", "|", "<"]
)

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
    ("(x^2+1)(x-1)^2(x-2)^2", "(x^2+1)*(x-1)^2*(x-2)^2"),
    ("x(x+1)", "x*(x+1)"),
    ("x^2(x+1)", "(x^2)*(x+1)"),
    ("e^-x(x+1)", "exp(-x)*(x+1)"),
    ("|x-1|", "abs(x-1)"),
    ("2||x|-1||x-1|", "2*abs(abs(x)-1)*abs(x-1)"),
    ("√x + √(x+1) + ∛x", "sqrt(x)+sqrt(x+1)+cbrt(x)"),
    ("½x² + ⅔x", "x^2/2 + (2/3)*x"),
    ("x⁻¹ + x⁺²", "1/x + x^2"),
    ("X^2", "x^2"),
    ("x\u00a0–\u20091\u2009‐\u200b2\ufeff", "x-1-2"),
    ("x\n+ 1", "x+1"),
    ("x^2;", "x^2"),
    ("f(x) = x^2", "x^2"),
    ("f(x, y) := x*y", "x*y"),
    ("y = x^2", "x^2"),
    ("L = x^2", "x^2"),
    ("E(x) = x^2", "x^2"),
    ("x^2. ", "x^2"),
    ("sin^2(x) + cos²x", "sin(x)^2 + cos(x)^2"),
    ("2 sin x cos x", "2*sin(x)*cos(x)"),
    ("sigmoid(x)", "1/(1+exp(-x))"),
    ("sinh x + cosh x", "exp(x)"),
    ("arcsin(x/3) - asin(x/3) + arccos(x/3) + asin(x/3)", "pi/2"),
    ("arctan(tan(x/2))", "x/2"),
    ("log2(x) + log10(x)", "log(x)/log(2) + log(x)/log(10)"),
    ("log_2(x) + \\log_{10}(x)", "log(x)/log(2) + log(x)/log(10)"),
    ("log1p(x) + expm1(x)", "log(1+x) + exp(x) - 1"),
    ("pow(x, 3)", "x^3"),
    ("maximum(x, 1, 2) + minimum(x, 1, 2)", "max(x, max(1, 2)) + min(x, min(1, 2))"),
    ("where(x < 1, x^2, 3x)", "max(0, sign(1-x))*x^2 + (1-max(0, sign(1-x)))*3*x"),
    ("where(0.5 < x ≤ 2, 1, 0)", "max(0, sign(x-0.5))*max(0, sign(2-x))"),
    ("np.exp(x)*math.cos(x) + torch.nn.functional.relu(x)", "exp(x)*cos(x)+relu(x)"),
    ("x.^2.*x./2", "x^3/2"),
    (r"\frac{x^4}{4} - \dfrac{1}{2}x^{2}", "x^4/4 - x^2/2"),
    (r"\sqrt{x+1} + \sqrt[3]{x} + \sqrt[4]{x}", "(x+1)^0.5 + x^(1/3) + x^0.25"),
    (r"2\cdot x\,\times 3", "6*x"),
    (r"e^{-2x}x", "exp(-2*x)*x"),
    (r"\left|x-1\right|\left(x+1\right)^{2}", "abs(x-1)*(x+1)^2"),
    (r"\sin^{2}x + \operatorname{relu}(x) + \cos\pi", "sin(x)^2 + relu(x) - 1"),
    ("Cos[x] + Exp[-x] + Pi E", "cos(x)+exp(-x)+pi*e"),
    ("[(x+1)^2 - 1]*2", "((x+1)^2-1)*2"),
    ("𝑥² − ２ｘ", "x^2 - 2*x"),
    ("xˆ2 ✕ 3", "3*x^2"),
    ("2 ln|x-3| + sin |x| cos x", "2*log(abs(x-3)) + sin(abs(x))*cos(x)"),
    ("f[x_] := Sin[x]^2", "sin(x)^2"),
    ("lambda x, y: x*y", "x*y"),
    ("f = @(x) x.^2 - 1;", "x^2 - 1"),
    ("f <- function(x) x^2", "x^2"),
    ("x -> x^2", "x^2"),
    ("f: x ↦ x²", "x^2"),
    (r"x \mapsto x^{2}", "x^2"),
]

TAKEN_FOR_X = [
    ("w^5", "x^5", "w"),
    ("θ^2 - cos(θ)", "x^2-cos(x)", "θ"),
    (r"\theta^{2}", "x^2", "theta"),
    ("t(t-1)", "x*(x-1)", "t"),
    ("w_1^2 + 2w_1", "x^2+2*x", "w_1"),
    ("w1^2", "x^2", "w1"),
    ("X^2", "x^2", ""),
    ("X^2 + Y", "x^2 + y", ""),
    ("y^2", "y^2", ""),
    ("f = lambda w: w**2", "x^2", "w"),
]

COMPLAINTS = [
    ("", "expected a number, x or (", 1),
    ("x^2 + ", "expected a number, x or (", 7),
    ("x^2+*x", "expected a number, x or (", 5),
    ("(x", "expected an operator or )", 3),
    ("x)", "closes nothing", 2),
    ("sin 2x", "two readings: write sin(…)", 5),
    ("sin x^2", "two readings: write sin(…)", 5),
    ("sin x/2", "two readings: write sin(…)", 5),
    ("sin -x", "expected ( after sin", 5),
    ("√2x", "two readings: write sqrt(…)", 2),
    ("sin^-1(x)", "asin(x) for the inverse", 5),
    ("cosh⁻¹(x)", "write cosh(x)^…", 5),
    ("max(x)", "max takes 2 arguments or more, got 1", 1),
    ("max x", "expected ( after max", 5),
    ("pow(x)", "pow takes 2 arguments, got 1", 1),
    ("where(x, 1, 2)", "where(x < 0, a, b)", 1),
    ("x if x < 0 else 1", "where(x < 0, a, b)", 3),
    ("x < 1", "where(x < 0, a, b) only", 3),
    ("x & 1", "one where(…) inside the other", 3),
    ("sin(x, 2)", "sin takes 1 argument, got 2", 1),
    ("1,5x", "a comma separates", 2),
    ("2 3", "expected an operator", 3),
    ("1/2x", "two readings", 4),
    ("x^2y", "two readings", 4),
    ("x^2 y", "two readings", 5),
    ("x^-2y", "two readings", 5),
    ("x^2 1", "expected an operator", 5),
    ("x[0]**2 + x[1]**2", "two readings: write x and y for x[0] and x[1]", 2),
    ("w(1)^2 + w(2)^2", "two readings: write x and y for x[0] and x[1]", 2),
    ("x[[1]]^2", "two readings: write x and y for x[0] and x[1]", 2),
    ("3ˣ", "write ^(…) for what is raised", 2),
    ("e⁻ˣ", "write ^(…) for what is raised", 2),
    ("x\u00ad(x+1)", "soft hyphen", 2),
    ("0·5x", "two readings: write a decimal point or *", 2),
    ("ln|x|^2", "two readings: write log(…)", 3),
    ("x*(x>0)", "where(x < 0, a, b) only", 5),
    ("where(x==0, 1, x)", "cases compare with <", 8),
    ("max(x; 0)", "commas separate arguments", 6),
    ("‖x‖²", "there are no norms: write abs(x)", 1),
    (r"\lVert x\rVert", "there are no norms: write abs(x)", 1),
    ("$x^2$", "leave out the dollar signs", 1),
    ("“x^2”", "leave out the quotation marks", 1),
    ("x <- 2", "where(x < 0, a, b) only", 3),
    ("xy", "write x*y", 1),
    ("xsin(x)", "write x*sin", 1),
    ("sinx", "write sin(x)", 1),
    ("foo(x)", "none of the names", 1),
    ("weight^2", "write x and y", 1),
    ("u*v", "u is no name of a variable: write x and y", 1),
    ("w1*w2", "w1 is no name of a variable: write x and y", 1),
    ("x*X", "X is no name of a variable", 3),
    ("a x^2", "a is no name of a variable", 1),
    ("x2", "write x^2 or 2*x", 1),
    ("j^2", "no complex numbers", 1),
    ("|x", "to close |", 3),
    ("|x|x|x|", "two readings: write abs(…)", 5),
    ("(x]", "to close (", 3),
    ("((x", "to close (", 4),
    ("{x}^2", "write ( for {", 1),
    (r"\frac12", r"write \frac{a}{b}", 1),
    ("\\", "begins no name", 1),
    ("x\\\\2", "begins no name", 2),
    ("x=1", "without =", 2),
    ("f(2) = x", "without =", 6),
    ("sin(x) = 3", "without =", 8),
    ("ln(x) = x", "without =", 7),
    ("e = x", "without =", 3),
    ("y = x*y", "without =", 3),
    ("x^2 = 0", "without =", 5),
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
    ("log10(0)", "not finite", 1),
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
    assert str(caught.value).count(" at position ") == 1
    assert "solidus" not in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize(("text", "meaning", "name"), TAKEN_FOR_X)
def test_the_only_variable_is_x_whatever_its_name_and_that_is_said(text, meaning, name):
    function = UserFunction(text)
    x = np.ones((3, *function.state_shape)) * np.array([0.3, 1.0, 2.5]).reshape(
        3, *[1] * len(function.state_shape)
    )
    assert function.taken_for_x == name
    np.testing.assert_array_equal(function.value(x), UserFunction(meaning).value(x))


def _for_python(text: str) -> str:
    return re.sub(r"([a-z]\w+)\(", r"np.\1(", text).replace("^", "**")


def _for_mathematica(text: str) -> str:
    """Square brackets for calls, capital names."""
    letters, square = list(re.sub(r"[a-z]\w+\(", lambda call: call[0].capitalize(), text)), []
    for i, letter in enumerate(letters):
        if letter == "(":
            square.append(letters[i - 1].isalnum())
            letters[i] = "[" if square[-1] else "("
        elif letter == ")":
            letters[i] = "]" if square.pop() else ")"
    return "".join(letters).replace("pi", "Pi")


SPELLINGS = {
    "LaTeX": lambda text: latex(parse(text)),
    "Python": _for_python,
    "Mathematica": _for_mathematica,
    "MATLAB": lambda text: text.replace("^", ".^").replace("*", ".*").replace("/", "./") + ";",
    "print": lambda text: (
        text.replace("-", " – ").replace("*", "·").replace("pi", "π").replace("/", "\u2009÷ ")
    ),
    "another name": lambda text: re.sub(r"\bx\b", "w", text),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
@given(text=expressions())
@settings(max_examples=40, deadline=None)
def test_every_spelling_is_read_alike(spelling, text):
    written = spelling(text)
    assume(len(written) <= LONGEST and _complaint_about(text) is None)
    x = np.array([-0.8, 0.37, 2.2])
    np.testing.assert_array_equal(UserFunction(written).gradient(x), UserFunction(text).gradient(x))


@pytest.mark.parametrize("not_text", [None, 3, b"x", ["x"]])
def test_what_is_no_text_is_named(not_text):
    with pytest.raises(ValueError, match="text must be a string"):
        parse(not_text)


@given(
    st.text(max_size=LONGEST + 5)
    | st.text(ALPHABET, max_size=LONGEST + 5)
    | st.lists(WORDS | st.sampled_from(ALPHABET), max_size=30).map("".join)
)
@settings(max_examples=400, deadline=None)
@example("(" * 199)
@example("-" * 199)
@example("x^" * 99 + "x")
@example("sin(" * 50)
@example("9" * 200)
@example("1e" + "9" * 100)
@example("x" * 200)
@example("\ud800")
@example("|" * 199)
@example("√" * 199)
@example("where(x<" * 25)
@example("\\frac{x}{" * 18 + "x" + "}" * 18)
@example("sin^2" * 40)
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
    "nested inverses": "acos(2x/" * 22 + "x" + ")" * 22,
    "nested cases": "where(x<0,x*" * 13 + "1" + ",x)" * 13,
    "bars": "|x|" * 66,
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
