"""An expression as a graph in which equal parts are one node, simplified as it is built.

A node is a number; operands have smaller numbers than what is made of them. Derivatives (see `calculus`) are
nodes of the same graph.
"""

import math
from typing import Any

from stepsize_core.expressions.operations import OPERATIONS

UNKNOWN, NON_NEGATIVE, POSITIVE = range(3)  # what is certain of a sign
SIGNS = {"exp": POSITIVE, "softplus": POSITIVE, "log_two_cosh": POSITIVE, "sigmoid": POSITIVE,
         "sech_squared": POSITIVE, "cosh": POSITIVE, "abs": NON_NEGATIVE,
         "acos": NON_NEGATIVE}  # fmt: skip
RULED = ("constant", "variable", "add", "subtract", "negate", "multiply", "divide", "select")


class Graph:
    """Nodes (operation, operands …), each once, and what is certain of their signs where they are defined."""

    def __init__(self) -> None:
        self.nodes: list[tuple] = []
        self._index: dict[tuple, int] = {}
        self.signs: list[int] = []

    def value(self, node: int) -> float | None:
        """The number that a node is; None where it depends on a variable."""
        operation, *operands = self.nodes[node]
        return operands[0] if operation == "constant" else None

    def number(self, node: int) -> float:
        """The number that a constant node is."""
        return self.nodes[node][1]

    def operands(self, node: int) -> list[int]:
        """The nodes that a node is made of."""
        operation, *operands = self.nodes[node]
        return [] if operation in ("constant", "variable") else operands

    def needed(self, outputs: list[int]) -> list[int]:
        """The nodes that the outputs are made of, operands first."""
        seen, waiting = set[int](), list(outputs)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.operands(node)
        return sorted(seen)

    def constant(self, value: float) -> int:
        value = float(value) + 0.0  # -0.0 and 0.0 are one node
        return self._node(("constant", value), (value >= 0.0) + (value > 0.0))

    def variable(self, index: int) -> int:
        return self._node(("variable", index))

    def add(self, a: int, b: int) -> int:
        va, vb = self.value(a), self.value(b)
        if va == 0.0:
            return b
        if vb == 0.0:
            return a
        if self.nodes[b][0] == "negate":
            return self.subtract(a, self.nodes[b][1])
        if self.nodes[a][0] == "negate":
            return self.subtract(b, self.nodes[a][1])
        signs = self.signs[a], self.signs[b]
        return self._folded("add", a, b, sign=max(signs) if min(signs) else UNKNOWN)

    def subtract(self, a: int, b: int) -> int:
        if self.value(b) == 0.0:
            return a
        if a == b:
            return self.constant(0.0)
        return self.negate(b) if self.value(a) == 0.0 else self._folded("subtract", a, b)

    def negate(self, a: int) -> int:
        return self.nodes[a][1] if self.nodes[a][0] == "negate" else self._folded("negate", a)

    def multiply(self, a: int, b: int) -> int:
        if self.value(b) is not None:
            a, b = b, a
        number = self.value(a)
        if number is not None:
            return self._scaled(number, b)
        if a == b and self.nodes[a][0] == "abs":
            a = b = self.nodes[a][1]
        sign = min(self.signs[a], self.signs[b])
        return self._folded("multiply", a, b, sign=max(sign, NON_NEGATIVE) if a == b else sign)

    def _scaled(self, number: float, b: int) -> int:
        """number·b; one factor where b is a multiple already."""
        if number in (0.0, 1.0):
            return b if number else self.constant(0.0)
        if number == -1.0:
            return self.negate(b)
        if self.nodes[b][0] == "multiply" and (inner := self.value(self.nodes[b][1])) is not None:
            return self._scaled(number * inner, self.nodes[b][2])
        sign = self.signs[b] if number > 0.0 else UNKNOWN
        return self._folded("multiply", self.constant(number), b, sign=sign)

    def divide(self, a: int, b: int) -> int:
        if self.value(b) == 1.0 or (self.value(a) == 0.0 and self.value(b) != 0.0):
            return a
        sign = self.signs[a] if self.signs[b] == POSITIVE else UNKNOWN
        return self._folded("divide", a, b, sign=sign)

    def power(self, u: int, p: float) -> int:
        """u^p for a number p; u^0 is 1 everywhere, 0 included."""
        if p in (0.0, 1.0):
            return u if p else self.constant(1.0)
        root_or_even = p % 2.0 == 0.0 or p != int(p)
        sign = max(self.signs[u], NON_NEGATIVE) if root_or_even else self.signs[u]
        return self._folded("power", u, self.constant(p), sign=sign)

    def made(self, operation: str, *operands: Any) -> int:
        """A node of any operation, simplified where that has a rule."""
        if operation == "power":
            return self.power(operands[0], self.number(operands[1]))
        return getattr(self, operation)(*operands) if operation in RULED else self.call(operation, *operands)

    def call(self, operation: str, *operands: int) -> int:
        """A node of any further operation."""
        return self._folded(operation, *operands, sign=SIGNS.get(operation, UNKNOWN))

    def modulus(self, u: int) -> int:
        """|u|: u itself where it is never negative, which has no kink then."""
        return u if self.signs[u] else self.call("abs", u)

    def extreme(self, operation: str, a: int, b: int) -> int:
        """max or min of two; one of them where it is the other or is known not to be below 0."""
        if a == b:
            return a
        if self.value(b) == 0.0 and self.signs[a]:
            a, b = b, a
        if self.value(a) == 0.0 and self.signs[b]:
            return b if operation == "max" else a
        known = max if operation == "max" else min
        return self._folded(operation, a, b, sign=known(self.signs[a], self.signs[b]))

    def select(self, chosen: int, a: int, b: int) -> int:
        """a where `chosen` is 1, b where it is 0."""
        number = self.value(chosen)
        if a == b or number in (0.0, 1.0):
            return b if number == 0.0 else a
        return self._folded("select", chosen, a, b, sign=min(self.signs[a], self.signs[b]))

    def _folded(self, operation: str, *operands: int, sign: int = UNKNOWN) -> int:
        """A node, or the number that it is where every operand is one."""
        numbers = [self.value(operand) for operand in operands]
        if None not in numbers:
            return self.constant(OPERATIONS[operation].on_floats(*numbers))
        return self._node((operation, *operands), sign)

    def _node(self, node: tuple, sign: int = UNKNOWN) -> int:
        if node[0] == "constant" and math.isnan(node[1]):
            node = ("constant", math.nan)  # one object: NaN equals only itself
        if node not in self._index:
            self._index[node] = len(self.nodes)
            self.nodes.append(node)
            self.signs.append(sign)
        return self._index[node]
