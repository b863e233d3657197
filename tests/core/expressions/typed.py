"""Random expressions for tests, and their values by mpmath, which shares no code with the project."""

from __future__ import annotations

import mpmath
from hypothesis import strategies as st

from stepsize_core.expressions.tree import Call, Name, Negation, Number, Operation, Tree

SMOOTH = {
    **{name: getattr(mpmath, name) for name in (
        "exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "asin", "acos", "atan", "sinh", "cosh", "expm1",
        "log1p", "log10",
    )},
    "softplus": lambda u: mpmath.log(1 + mpmath.exp(u)),
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "log2": lambda u: mpmath.log(u) / mpmath.log(2),
    "cbrt": lambda u: mpmath.sign(u) * mpmath.cbrt(abs(u)) if mpmath.im(u) == 0 else mpmath.cbrt(u),
}  # fmt: skip
CONSTANTS = {"pi": mpmath.mpf(3.141592653589793), "e": mpmath.mpf(2.718281828459045)}  # as rounded there
NUMBERS = st.sampled_from(["0.3", "1", "2", "3.5", "pi"])


def expressions(variables: tuple[str, ...] = ("x",)) -> st.SearchStrategy[str]:
    """Texts of smooth functions of moderate size."""
    leaves = NUMBERS | st.sampled_from(variables)

    def larger(parts):
        pairs = st.tuples(parts, st.sampled_from("+-*/"), parts).map(lambda p: f"({p[0]}{p[1]}{p[2]})")
        powers = st.tuples(parts, st.sampled_from(["2", "3", "5", "-1", "1.5", "0.7"])).map("^".join)
        calls = st.tuples(st.sampled_from(list(SMOOTH)), parts).map(lambda p: f"{p[0]}({p[1]})")
        return pairs | powers.map(lambda p: f"({p})") | calls | parts.map(lambda p: f"(-{p})")

    return st.recursive(leaves, larger, max_leaves=7)


def exact(tree: Tree, **variables):
    """The value of a smooth tree in mpmath's arithmetic; complex outside the domain."""
    match tree:
        case Number(value):
            return mpmath.mpf(value)
        case Name(name):
            return variables[name] if name in variables else CONSTANTS[name]
        case Negation(operand):
            return -exact(operand, **variables)
        case Operation(sign, left, right):
            a, b = exact(left, **variables), exact(right, **variables)
            return {
                "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
                "^": lambda: a**b,
            }[sign]()  # fmt: skip
        case Call(function, arguments):
            return SMOOTH[function](exact(arguments[0], **variables))
    raise TypeError(tree)
