"""What a text says: a frozen tree whose nodes know their place in the text (position, from 1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

VARIABLES = ("x", "y")
CONSTANTS = {"pi": math.pi, "e": math.e}


class Function(NamedTuple):
    """A function of the language: how many arguments it takes at least, whether it takes more, its LaTeX, and
    what it means in terms of x by other functions; "" where it is an operation of its own."""

    arguments: int = 1
    or_more: bool = False
    latex: str = ""
    means: str = ""


FUNCTIONS = {
    "abs": Function(),
    "sign": Function(),
    "sqrt": Function(),
    "cbrt": Function(),
    "exp": Function(latex=r"\exp"),
    "expm1": Function(),
    "log": Function(latex=r"\log"),
    "log1p": Function(),
    "log2": Function(latex=r"\log_{2}", means="log(x)/log(2)"),
    "log10": Function(latex=r"\log_{10}", means="log(x)/log(10)"),
    "sin": Function(latex=r"\sin"),
    "cos": Function(latex=r"\cos"),
    "tan": Function(latex=r"\tan"),
    "asin": Function(latex=r"\arcsin"),
    "acos": Function(latex=r"\arccos"),
    "atan": Function(latex=r"\arctan"),
    "sinh": Function(latex=r"\sinh"),
    "cosh": Function(latex=r"\cosh"),
    "tanh": Function(latex=r"\tanh"),
    "sigmoid": Function(),
    "softplus": Function(),
    "relu": Function(means="max(0, x)"),
    "max": Function(2, or_more=True, latex=r"\max"),
    "min": Function(2, or_more=True, latex=r"\min"),
}


@dataclass(frozen=True)
class Number:
    value: float
    position: int


@dataclass(frozen=True)
class Name:
    """A variable or a constant."""

    name: str
    position: int


@dataclass(frozen=True)
class Negation:
    operand: Tree
    position: int


@dataclass(frozen=True)
class Operation:
    """left sign right; sign is one of + - * / ^."""

    sign: str
    left: Tree
    right: Tree
    position: int


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Tree, ...]
    position: int


@dataclass(frozen=True)
class Cases:
    """`then` where left sign right holds, `other` elsewhere; sign is one of < <= > >=."""

    left: Tree
    sign: str
    right: Tree
    then: Tree
    other: Tree
    position: int


Tree = Number | Name | Negation | Operation | Call | Cases
