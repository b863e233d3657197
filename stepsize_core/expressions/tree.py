"""What a text says: a frozen tree whose nodes know their place in the text (position, from 1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

VARIABLES = ("x", "y")
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS = {
    "abs": 1, "sign": 1, "sqrt": 1, "exp": 1, "log": 1, "sin": 1, "cos": 1, "tan": 1, "tanh": 1,
    "softplus": 1, "relu": 1, "max": 2, "min": 2,
}  # fmt: skip  # name -> number of arguments


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


Tree = Number | Name | Negation | Operation | Call
