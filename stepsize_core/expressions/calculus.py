"""Exact derivatives of the nodes of a graph, of any order, as nodes of the same graph.

For a multi-index α: products by Leibniz' rule, quotients by the same rule solved for the quotient, functions
of one argument by Faà di Bruno's formula: D_α g(u) is the sum over the partitions π of α of
g^(|π|)(u) Π_{β∈π} D_β u.

Where a function has a kink its derivative is that of the sub-gradient chosen: 0 for abs and relu at 0, that
of the first argument where max or min have two equal ones.
"""

import math
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, reduce

from stepsize_core.expressions.graph import Graph

Index = tuple[int, ...]  # the variables differentiated by, ascending


class Derivatives:
    """The derivatives of the nodes of one graph, each worked out once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[tuple[int, Index], int] = {}

    def of(self, node: int, by: Index) -> int:
        """The derivative of a node by the variables of `by`, a node."""
        if not by:
            return node
        if (node, by) not in self._known:
            self._known[node, by] = self._worked_out(node, by)
        return self._known[node, by]

    def _worked_out(self, node: int, by: Index) -> int:
        g, (operation, *operands) = self.graph, self.graph.nodes[node]
        match operation:
            case "constant" | "at_least" | "sign":
                return g.constant(0.0)
            case "variable":
                return g.constant(float(by == (operands[0],)))
            case "add" | "subtract" | "negate":
                return getattr(g, operation)(*(self.of(operand, by) for operand in operands))
            case "multiply":
                a, b = operands
                return self._product(a, b, by)
            case "divide":
                a, b = operands
                return self._quotient(node, a, b, by)
            case "select":
                chosen, *branches = operands
                return g.call("select", chosen, *(self.of(branch, by) for branch in branches))
            case "max" | "min":
                a, b = operands
                first = g.call("at_least", a, b) if operation == "max" else g.call("at_least", b, a)
                return g.call("select", first, self.of(a, by), self.of(b, by))
        return self._composed(node, operands[0], by)

    def _product(self, a: int, b: int, by: Index) -> int:
        g, terms = self.graph, []
        for (left, right), count in _splits(by):
            term = g.multiply(self.of(a, left), self.of(b, right))
            terms.append((term, count))
        return _sum(g, terms)

    def _quotient(self, quotient: int, a: int, b: int, by: Index) -> int:
        """From a = q·b: D q = (D a − Σ D_β q · D_γ b over the splits of α with γ not empty)/b."""
        g = self.graph
        rest = [
            (g.multiply(self.of(quotient, left), self.of(b, right)), count)
            for (left, right), count in _splits(by)
            if right
        ]
        return g.divide(g.subtract(self.of(a, by), _sum(g, rest)), b)

    def _composed(self, node: int, u: int, by: Index) -> int:
        g, terms = self.graph, []
        for blocks, count in _partitions(by):
            inner = [self.of(u, block) for block in blocks]
            if any(g.value(factor) == 0.0 for factor in inner):
                continue
            outer = _outer(g, node, len(blocks))
            terms.append((reduce(g.multiply, inner, outer), count))
        return _sum(g, terms)


def _sum(g: Graph, terms: list[tuple[int, int]]) -> int:
    """Σ count·term, equal terms taken together."""
    counts: Counter[int] = Counter()
    for term, count in terms:
        counts[term] += count
    scaled = (g.multiply(g.constant(count), term) for term, count in counts.items())
    return reduce(g.add, scaled, g.constant(0.0))


@lru_cache(maxsize=256)
def _splits(by: Index) -> tuple[tuple[tuple[Index, Index], int], ...]:
    """The ways to share the variables of `by` between two factors, with how often each occurs."""
    counts: Counter[tuple[Index, Index]] = Counter()
    for chosen in range(2 ** len(by)):
        left, right = (tuple(v for i, v in enumerate(by) if (chosen >> i) & 1 == side) for side in (1, 0))
        counts[left, right] += 1
    return tuple(counts.items())


@lru_cache(maxsize=256)
def _partitions(by: Index) -> tuple[tuple[tuple[Index, ...], int], ...]:
    """The partitions of the variables of `by` into blocks, with how often each occurs."""
    counts = Counter(tuple(sorted(blocks)) for blocks in _set_partitions(by))
    return tuple(counts.items())


def _set_partitions(by: Index) -> Iterator[list[Index]]:
    if not by:
        yield []
        return
    first, rest = by[0], by[1:]
    for blocks in _set_partitions(rest):
        yield [(first,), *blocks]
        for i, block in enumerate(blocks):
            yield [*blocks[:i], (first, *block), *blocks[i + 1 :]]


def _outer(g: Graph, node: int, order: int) -> int:
    """The derivative of the given order, 1 or more, of a function of one argument, at that argument."""
    operation, u, *parameters = g.nodes[node]
    match operation:
        case "power" | "abs_power":
            return _of_power(g, operation, u, g.number(parameters[0]), order)
        case "log":
            factor = (-1.0) ** (order - 1) * math.factorial(order - 1)
            return g.multiply(g.constant(factor), g.power(u, -float(order)))
        case "exp":
            return node
        case "sin" | "cos":
            turns = (order + (operation == "cos")) % 4  # quarter turns from sin
            value = g.call("cos" if turns % 2 else "sin", u)
            return g.negate(value) if turns >= 2 else value
        case "abs":
            return g.call("sign", u) if order == 1 else g.constant(0.0)
    return _OF_SATURATING[operation](g, node, u, order)


def _of_power(g: Graph, operation: str, u: int, p: float, order: int) -> int:
    """p(p − 1)⋯ u^(p−k); for |u|^p times sign(u)^k."""
    falling = math.prod(p - i for i in range(order))
    if operation == "power":
        return g.multiply(g.constant(falling), g.power(u, p - order))
    size = abs_power(g, u, p - order)
    signed = g.multiply(size, g.call("sign", u)) if order % 2 else size
    return g.multiply(g.constant(falling), signed)


def abs_power(g: Graph, u: int, p: float) -> int:
    """|u|^p as one function, so that its derivatives at 0 are exact: the curvature of |u|^1.5 is infinite."""
    if p == 0.0:
        return g.constant(1.0)
    return g.power(u, p) if p % 2.0 == 0.0 else g.call("abs_power", u, g.constant(p))


def _of_tangent(g: Graph, t: int, u: int, order: int) -> int:
    """With t = tan u: 1 + t², and what follows."""
    square = g.multiply(t, t)
    slope = g.add(g.constant(1.0), square)
    factor = (
        g.constant(1.0),
        g.multiply(g.constant(2.0), t),
        g.add(g.constant(2.0), g.multiply(g.constant(6.0), square)),
        g.multiply(t, g.add(g.constant(16.0), g.multiply(g.constant(24.0), square))),
    )[order - 1]
    return g.multiply(slope, factor)


def _of_hyperbolic_tangent(g: Graph, t: int, u: int, order: int) -> int:
    """With t = tanh u and s = 1 − t², which is computed without cancellation: s, −2ts, …"""
    s, square = g.call("sech_squared", u), g.multiply(t, t)
    factor = (
        g.constant(1.0),
        g.multiply(g.constant(-2.0), t),
        g.subtract(g.multiply(g.constant(6.0), square), g.constant(2.0)),
        g.multiply(t, g.subtract(g.constant(16.0), g.multiply(g.constant(24.0), square))),
    )[order - 1]
    return g.multiply(s, factor)


def _of_softplus(g: Graph, node: int, u: int, order: int) -> int:
    """σ, σσ̄, σσ̄(σ̄ − σ), σσ̄((σ̄ − σ)² − 2σσ̄) with σ = σ(u), σ̄ = σ(−u)."""
    s = g.call("sigmoid", u)
    if order == 1:
        return s
    opposite = g.call("sigmoid", g.negate(u))
    both, gap = g.multiply(s, opposite), g.subtract(opposite, s)
    factor = (
        g.constant(1.0),
        gap,
        g.subtract(g.multiply(gap, gap), g.multiply(g.constant(2.0), both)),
    )[order - 2]
    return g.multiply(both, factor)


_OF_SATURATING = {"tan": _of_tangent, "tanh": _of_hyperbolic_tangent, "softplus": _of_softplus}
