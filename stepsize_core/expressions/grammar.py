"""The grammar of the expression language, by recursive descent.

    sum      = product { ("+" | "-") product }
    product  = factor { ("*" | "/" | nothing) factor }
    factor   = ("-" | "+") factor | power
    power    = primary [ superscript ] [ "^" factor ]         from the right: 2^3^2 is 2^9
    primary  = number | x | y | pi | e | function "(" sum { "," sum } ")" | "(" sum ")"

Multiplication may go without a sign where there is one way to read it: 2x, 3(x+1), (x-1)(x-2), 2x², x sin(x).
1/2x, x^2y and x(x+1) are refused, with what to write instead.
"""

import math
from collections.abc import Callable

from stepsize_core.expressions.tokens import ExpressionError, Token, tokenize
from stepsize_core.expressions.tree import (
    CONSTANTS,
    FUNCTIONS,
    VARIABLES,
    Call,
    Name,
    Negation,
    Number,
    Operation,
    Tree,
)

DEEPEST = 40  # parentheses, signs and powers inside each other
START = "expected a number, x or ("
ALIASES = {"ln": "log", "sgn": "sign"}


def parse(text: str) -> Tree:
    """The tree of an expression.

    Raises ExpressionError, which says what was expected and at which character, for everything else; its
    limits (LONGEST, DEEPEST) keep any text from taking long or from being too deep for Python.
    """
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, got {text!r}")
    return _Parser(tokenize(text)).parse()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

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

    def _deeper(self, rule: Callable[[], Tree]) -> Tree:
        """The rule one level further inside."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"at most {DEEPEST} levels stand inside each other", self._next.position)
        tree = rule()
        self._depth -= 1
        return tree

    def _sum(self) -> Tree:
        tree = self._product()
        while sign := self._take("+", "-"):
            tree = Operation(sign.text, tree, self._product(), sign.position)
        return tree

    def _product(self) -> Tree:
        tree, divided = self._factor(), False
        while True:
            if sign := self._take("*", "/"):
                tree, divided = Operation(sign.text, tree, self._factor(), sign.position), sign.text == "/"
            elif self._begins_a_factor():
                position = self._next.position
                self._refuse_two_readings(tree, divided)
                tree = Operation("*", tree, self._factor(), position)
            else:
                return tree

    def _begins_a_factor(self) -> bool:
        return self._next.kind == "name" or (self._next.kind == "sign" and self._next.text == "(")

    def _refuse_two_readings(self, tree: Tree, divided: bool) -> None:
        """Multiplication without a sign is taken only where it can be read in one way."""
        position, before = self._next.position, self._tokens[self._at - 1]
        if divided:
            raise ExpressionError("two readings: write 1/2*x or 1/(2*x), with a sign", position)
        last = tree.right if isinstance(tree, Operation) and tree.sign == "*" else tree
        if isinstance(last, Operation) and last.sign == "^" and before.kind != "superscript":
            raise ExpressionError("two readings: write x^2*y or x^(2*y), with a sign", position)
        if before.kind == "name" and self._next.kind == "sign":
            raise ExpressionError(f"{before.text} is no function: write {before.text}*(", position)

    def _factor(self) -> Tree:
        if sign := self._take("-", "+"):
            operand = self._deeper(self._factor)
            return Negation(operand, sign.position) if sign.text == "-" else operand
        return self._power()

    def _power(self) -> Tree:
        tree = self._primary()
        if self._next.kind == "superscript":
            token = self._next
            self._at += 1
            tree = Operation("^", tree, _number(token), token.position)
        if sign := self._take("^"):
            tree = Operation("^", tree, self._deeper(self._factor), sign.position)
        return tree

    def _primary(self) -> Tree:
        token = self._next
        if token.kind in ("number", "name"):
            self._at += 1
            return _number(token) if token.kind == "number" else self._named(token)
        if self._take("("):
            tree = self._deeper(self._sum)
            self._close(token)
            return tree
        raise ExpressionError(START, token.position)

    def _named(self, token: Token) -> Tree:
        """A variable, a constant, or a call of a function."""
        name = ALIASES.get(token.text, token.text)
        if name in VARIABLES or name in CONSTANTS:
            return Name(name, token.position)
        if name not in FUNCTIONS:
            raise ExpressionError(_unknown(token.text), token.position)
        opening = self._take("(")
        if opening is None:
            raise ExpressionError(f"expected ( after {name}", self._next.position)
        arguments = [self._deeper(self._sum)]
        while self._take(","):
            arguments.append(self._deeper(self._sum))
        self._close(opening)
        if len(arguments) != FUNCTIONS[name]:
            takes = f"{FUNCTIONS[name]} argument" + "s" * (FUNCTIONS[name] > 1)
            raise ExpressionError(f"{name} takes {takes}, got {len(arguments)}", token.position)
        return Call(name, tuple(arguments), token.position)

    def _close(self, opening: Token) -> None:
        if self._take(")") is None:
            raise ExpressionError(
                f"expected an operator or ) for the ( at position {opening.position}", self._next.position
            )


def _number(token: Token) -> Number:
    value = float(token.text)
    if not math.isfinite(value):
        raise ExpressionError("this number is too large", token.position)
    return Number(value, token.position)


def _unexpected(token: Token) -> str:
    """What is wrong with a token after a complete expression."""
    if token.text == ")":
        return "this ) closes nothing"
    if token.text == ",":
        return "a comma separates the arguments of max and min only"
    return "expected an operator, such as + or *"


def _unknown(name: str) -> str:
    if set(name) <= set("xy"):
        return f"expected a sign between variables: write {'*'.join(name)}"
    if name.lower() in FUNCTIONS or name.lower() in VARIABLES:
        return f"names are written in small letters: {name.lower()}"
    return f"{name[:20]} is none of the names {', '.join((*VARIABLES, *CONSTANTS, *FUNCTIONS))},"
