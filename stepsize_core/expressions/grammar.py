r"""The grammar of the expression language, by recursive descent.

    sum      = product { ("+" | "-") product }
    product  = factor { ("*" | "/" | nothing) factor }
    factor   = ("-" | "+") factor | power
    power    = primary [ superscript ] [ "^" factor ]         from the right: 2^3^2 is 2^9
    primary  = number | x | y | pi | e | call | "(" sum ")" | "|" sum "|" | root
    call     = function [ "^" number ] ( "(" sum { "," sum } ")" | number | x | y | pi | e )
             | function "|" sum "|"
             | "where" "(" sum { ("<" | "<=" | ">" | ">=") sum } "," sum "," sum ")"
    root     = ("√" | "∛") primary | \frac and \sqrt of LaTeX

Brackets may be square too, and curly where LaTeX has them. Multiplication may go without a sign where there
is one way to read it: 2x, x(x+1), (x-1)^2(x-2), 2x², x sin(x). 1/2x, x^2y and sin 2x are refused, with what
what to write instead. A head, f(x) =, y =, x ->, lambda x: or @(x), is passed over.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from stepsize_core.expressions.tokens import (
    ALIASES,
    KEYWORDS,
    NORM,
    ExpressionError,
    Token,
    taken_for_x,
    tokenize,
)
from stepsize_core.expressions.tree import (
    CONSTANTS,
    FUNCTIONS,
    VARIABLES,
    Call,
    Cases,
    Name,
    Negation,
    Number,
    Operation,
    Tree,
)

DEEPEST = 40  # parentheses, signs and powers inside each other
START = "expected a number, x or ("
AN_INDEX = re.compile(r"[(\[]{1,2}\d+[)\]]")
OPENING = {"(": ")", "[": "]", "{": "}"}
COMPARISONS = ("<", "<=", ">", ">=")
FORM_OF_CASES = "where(x < 0, a, b)"
NORMS = ("norm", "vert", "lvert", "rvert")
CASES_ELSEWHERE = ("if", "else", "piecewise", "cases", "heaviside", "step")


class Reading(NamedTuple):
    """What a text was read as, and the name in it that was taken for x ("" if none was)."""

    tree: Tree
    taken_for_x: str


def read(text: str) -> Reading:
    """What an expression says.

    Raises ExpressionError, which says what was expected and at which character, for everything else; its
    limits (LONGEST, DEEPEST) keep any text from taking long or from being too deep for Python.
    """
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, got {text!r}")
    tokens, taken = taken_for_x(tokenize(text))
    return Reading(_Parser(tokens).parse(), taken)


def parse(text: str) -> Tree:
    """The tree of an expression; raises as `read` does."""
    return read(text).tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._in_bars = False
        self._opened_at: dict[int, int] = {}  # after a closing bracket -> where its opening one stands
        self._after_exponent = -1  # after the last exponent without brackets of its own

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def parse(self) -> Tree:
        tree = self._sum()
        if self._next.kind != "end":
            raise ExpressionError(_unexpected(self._next), self._next.position)
        return tree

    def _take(self, *signs: str) -> Token | None:
        """The next token if it is one of these signs, consumed; else None."""
        token = self._next
        if token.kind == "sign" and token.text in signs:
            self._at += 1
            return token
        return None

    def _deeper(self, rule: Callable[[], Tree], *, bars: bool | None = None) -> Tree:
        """The rule one level further inside; bars: whether a | closes there."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"at most {DEEPEST} levels stand inside each other", self._next.position)
        before, self._in_bars = self._in_bars, self._in_bars if bars is None else bars
        tree = rule()
        self._depth, self._in_bars = self._depth - 1, before
        return tree

    def _sum(self) -> Tree:
        tree = self._product()
        while sign := self._take("+", "-"):
            tree = Operation(sign.text, tree, self._product(), sign.position)
        return tree

    def _product(self) -> Tree:
        first = self._at
        tree, divided = self._factor(), False
        while True:
            if sign := self._take("*", "/"):
                tree, divided = Operation(sign.text, tree, self._factor(), sign.position), sign.text == "/"
            elif self._begins_a_factor():
                position = self._next.position
                self._refuse_two_readings(divided, self._tokens[first : self._at])
                tree = Operation("*", tree, self._factor(), position)
            else:
                return tree

    def _begins_a_factor(self) -> bool:
        """Whether what stands next can only be multiplied: inside bars a | closes."""
        if self._next.kind == "sign":
            return self._next.text in ("(", "[", "√", "∛") or (self._next.text == "|" and not self._in_bars)
        return self._next.kind in ("name", "command")

    def _refuse_two_readings(self, divided: bool, before: list[Token]) -> None:
        """Multiplication without a sign is taken only where it can be read in one way."""
        position, word = self._next.position, self._next.kind in ("name", "command")
        if divided:
            raise ExpressionError("two readings: write 1/2*x or 1/(2*x), with a sign", position)
        if word and self._after_exponent == self._at:
            raise ExpressionError("two readings: write x^2*y or x^(2*y), with a sign", position)
        ahead = "".join(token.text for token in self._tokens[self._at : self._at + 4])
        if before[-1].text in VARIABLES and AN_INDEX.match(ahead):
            raise ExpressionError("two readings: write x and y for x[0] and x[1], or x*1", position)
        if self._next.text == "|" and before[-1].text != "|" and any(t.text == "|" for t in before):
            raise ExpressionError("two readings: write abs(…) for the modulus", position)

    def _factor(self) -> Tree:
        if sign := self._take("-", "+"):
            operand = self._deeper(self._factor)
            return Negation(operand, sign.position) if sign.text == "-" else operand
        return self._power()

    def _power(self) -> Tree:
        tree = self._primary()
        if self._next.kind == "superscript":
            tree = Operation("^", tree, _number(self._next), self._next.position)
            self._at += 1
        if sign := self._take("^"):
            start = self._at
            tree = Operation("^", tree, self._group("{") or self._deeper(self._factor), sign.position)
            if self._opened_at.get(self._at) != start:
                self._after_exponent = self._at
        return tree

    def _primary(self) -> Tree:
        token = self._next
        if (inside := self._group("(", "[")) is not None:
            return inside
        self._at += 1
        if token.kind in ("number", "fraction"):
            return _number(token)
        if token.kind == "name":
            return self._named(token)
        if token.kind == "command":
            return self._command(token)
        if token.kind == "sign" and token.text == "|":
            tree = self._deeper(self._sum, bars=True)
            self._close(token, "|")
            return Call("abs", (tree,), token.position)
        if token.kind == "sign" and token.text in "√∛":
            name = "sqrt" if token.text == "√" else "cbrt"
            return Call(name, (self._group("(", "[", "{") or self._plain(name, "^"),), token.position)
        raise ExpressionError("write ( for {" if token.text == "{" else START, token.position)

    def _group(self, *opening: str) -> Tree | None:
        """What stands in brackets, if one of these opens next."""
        start, token = self._at, self._take(*opening)
        if token is None:
            return None
        tree = self._deeper(self._sum, bars=False)
        self._close(token, OPENING[token.text])
        self._opened_at[self._at] = start
        return tree

    def _command(self, token: Token) -> Tree:
        r"""A fraction or a root of LaTeX: \frac{a}{b}, \sqrt{a}, \sqrt[3]{a}."""
        if token.text != r"\sqrt":
            above, below = self._group("{"), self._group("{")
            if above is None or below is None:
                raise ExpressionError(rf"write {token.text}{{a}}{{b}}, with braces", token.position)
            return Operation("/", above, below, token.position)
        degree = self._group("[")
        if (inside := self._group("{")) is None:
            raise ExpressionError(r"write \sqrt{x}, with braces", token.position)
        if degree is None or (isinstance(degree, Number) and degree.value in (2.0, 3.0)):
            cubic = isinstance(degree, Number) and degree.value == 3.0
            return Call("cbrt" if cubic else "sqrt", (inside,), token.position)
        exponent = Operation("/", Number(1.0, token.position), degree, token.position)
        return Operation("^", inside, exponent, token.position)

    def _named(self, token: Token) -> Tree:
        """A variable, a constant, or a call of a function."""
        name = token.text
        if name in VARIABLES or name in CONSTANTS:
            return Name(name, token.position)
        if name not in FUNCTIONS and name not in KEYWORDS:
            raise ExpressionError(_unknown(name, self._next.text), token.position)
        if name == "where":
            return self._cases(token)
        one = name in FUNCTIONS and FUNCTIONS[name].arguments == 1
        exponent = self._exponent_of_call(name) if one else None
        arguments = self._arguments(name) or [self._plain(name, "^", "/")]
        if name == "pow":
            _check_number(name, 2, len(arguments), token.position)
            return Operation("^", arguments[0], arguments[1], token.position)
        least, or_more = FUNCTIONS[name].arguments, FUNCTIONS[name].or_more
        if not or_more or len(arguments) < least:
            _check_number(name, least, len(arguments), token.position, or_more=or_more)
        call = Call(name, tuple(arguments), token.position)
        return call if exponent is None else Operation("^", call, exponent, exponent.position)

    def _exponent_of_call(self, name: str) -> Tree | None:
        """The 2 of sin^2(x) or sin²(x), if there is one."""
        token, braced = self._next, False
        if token.kind != "superscript":
            if self._take("^") is None:
                return None
            braced = self._take("{") is not None
            token = self._next
        self._at += 1
        if (braced and self._take("}") is None) or not token.text.isdigit():
            meant = f", or a{name}(x) for the inverse" if f"a{name}" in FUNCTIONS else ""
            raise ExpressionError(f"write {name}(x)^… for a power of {name}(x){meant}", token.position)
        return _number(token)

    def _arguments(self, name: str) -> list[Tree]:
        """What stands in the brackets of a call, nothing where none opens."""
        opening = self._take("(", "[", "{")
        if opening is None:
            if name in FUNCTIONS and FUNCTIONS[name].arguments == 1:
                return []
            raise ExpressionError(f"expected ( after {name}", self._next.position)
        found = [self._deeper(self._sum, bars=False)]
        while self._take(","):
            found.append(self._deeper(self._sum, bars=False))
        self._close(opening, OPENING[opening.text])
        return found

    def _plain(self, name: str, *unclear: str) -> Tree:
        """The argument of a call without brackets: one number, variable, constant or modulus to which clearly
        nothing more belongs."""
        token = self._next
        modulus = token.text == "|" and not self._in_bars
        if token.kind != "number" and not modulus and token.text not in (*VARIABLES, *CONSTANTS):
            raise ExpressionError(f"expected ( after {name}", token.position)
        tree = self._primary()
        after = self._next
        more = self._begins_a_factor() and after.text not in (*FUNCTIONS, *KEYWORDS)
        if more or after.kind in ("superscript", "number", "fraction") or after.text in unclear:
            raise ExpressionError(f"two readings: write {name}(…), with brackets", token.position)
        return tree

    def _cases(self, token: Token) -> Tree:
        """where(a < b, then, other); where(a < b < c, then, other) asks both."""
        opening = self._take("(", "[")
        if opening is None:
            raise ExpressionError(f"expected ( after where: write {FORM_OF_CASES}", self._next.position)
        sides, signs = [self._deeper(self._sum, bars=False)], []
        while sign := self._take(*COMPARISONS):
            signs.append(sign.text)
            sides.append(self._deeper(self._sum, bars=False))
        values = []
        while self._take(","):
            values.append(self._deeper(self._sum, bars=False))
        if not signs or len(values) != 2:
            raise ExpressionError(f"cases are written {FORM_OF_CASES}", token.position)
        self._close(opening, OPENING[opening.text])
        then, other = values
        tree = then
        for left, comparison, right in reversed(list(zip(sides, signs, sides[1:]))):
            tree = Cases(left, comparison, right, tree, other, token.position)
        return tree

    def _close(self, opening: Token, closing: str) -> None:
        if self._take(closing) is None:
            if self._next.text in COMPARISONS:
                raise ExpressionError(_unexpected(self._next), self._next.position)
            raise ExpressionError(
                f"expected an operator or {closing} to close {opening.text}", self._next.position
            )


def _check_number(name: str, wanted: int, got: int, position: int, *, or_more: bool = False) -> None:
    if got != wanted:
        takes = f"{wanted} argument" + "s" * (wanted > 1) + " or more" * or_more
        raise ExpressionError(f"{name} takes {takes}, got {got}", position)


def _number(token: Token) -> Tree:
    """A number, a fraction such as ½, or a superscript with its sign."""
    if token.kind == "fraction":
        parts = unicodedata.normalize("NFKC", token.text).split("⁄")
        above, below = (Number(float(part), token.position) for part in parts)
        return Operation("/", above, below, token.position)
    value = float(token.text.lstrip("+-"))
    if not math.isfinite(value):
        raise ExpressionError("this number is too large", token.position)
    number = Number(value, token.position)
    return Negation(number, token.position) if token.text.startswith("-") else number


def _unexpected(token: Token) -> str:
    """What is wrong with a token after a complete expression."""
    if token.text in OPENING.values():
        return f"this {token.text} closes nothing"
    if token.text == ",":
        return "a comma separates arguments, as in max(x, 1): numbers have a point, as in 1.5"
    if token.text in COMPARISONS:
        return f"comparisons stand in {FORM_OF_CASES} only"
    if token.text == "|":
        return "this | closes nothing"
    return "expected an operator, such as + or *"


def _unknown(name: str, after: str) -> str:
    """What to write instead of a name that is none of the language."""
    if set(name) <= set(VARIABLES):
        return f"expected a sign between variables: write {'*'.join(name)}"
    if name.lower() in CASES_ELSEWHERE:
        return f"cases are written {FORM_OF_CASES}"
    if name.lower() in NORMS:
        return NORM
    known = sorted((*FUNCTIONS, *ALIASES, *CONSTANTS, *VARIABLES), key=len, reverse=True)
    for first in known:
        rest = name.removeprefix(first)
        if rest != name and (rest in known or (rest.isdigit() and after != "(")):
            called = first in FUNCTIONS or first in ALIASES
            return f"{name} is no name: write " + (f"{first}({rest})" if called else f"{first}*{rest}")
    if after not in OPENING:
        return f"{name[:20]} is no name of a variable or a function: write x and y"
    names = ", ".join((*FUNCTIONS, *KEYWORDS))
    return f"{name[:20]} is none of the names {names},"
