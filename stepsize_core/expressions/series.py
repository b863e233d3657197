"""Power series of an expression on one side of a point, in the distance t > 0: exact where it has kinks.

A series is {exponent: (coefficient, size)}, exponents ≤ HIGHEST and not always whole (|x|^1.5 is t^1.5); size
is what the coefficient would be without any cancellation, so that one of which nothing but rounding is left
counts as 0.
"""

import math
from functools import lru_cache

import numpy as np
from scipy.special import factorial

from stepsize_core.expressions.calculus import derivative
from stepsize_core.expressions.graph import Graph
from stepsize_core.expressions.operations import OPERATIONS
from stepsize_core.expressions.program import Program, whole_power

HIGHEST = 4  # exponent that is kept, and order of a derivative
ROUNDING = 16.0 * 2.0**-52  # a coefficient below this times its size is 0
TERMS = 9  # of a Taylor series: up to t^HIGHEST of a series in √t, the first of one in smaller powers

Series = dict[float, tuple[float, float]]


class UndefinedError(ArithmeticError):
    """There is no such series: the function is not defined beside the point, or grows without bound in it."""


def of_graph(graph: Graph, nodes: list[int], point: tuple, direction: tuple) -> Series:
    """The series of the last of these nodes (operands first) along point + t·direction.

    Raises UndefinedError. What is undefined in a branch that is not taken does no harm.
    """
    found: dict[int, Series | None] = {}
    for node in nodes:
        operation, *operands = graph.nodes[node]
        if operation == "constant":
            found[node] = constant(operands[0])
        elif operation == "variable":
            x, d = point[operands[0]], direction[operands[0]]
            found[node] = {0.0: (x, abs(x)), 1.0: (d, abs(d))}
        else:
            parts = [found[operand] for operand in graph.operands(node)]
            try:
                found[node] = _taken(parts) if operation == "select" else _combined(operation, parts)
            except (UndefinedError, OverflowError, ZeroDivisionError):
                found[node] = None
    return _known(found[nodes[-1]])


def _taken(parts: list[Series | None]) -> Series:
    """The branch that is taken of cases."""
    chosen, then, other = parts
    return _known(then if _known(chosen)[0.0][0] == 1.0 else other)


def _known(series: Series | None) -> Series:
    if series is None:
        raise UndefinedError
    return series


def _combined(operation: str, given: list[Series | None]) -> Series:
    parts = [_known(part) for part in given]
    u = parts[0]
    match operation:
        case "power":
            return power(u, parts[1][0.0][0])
        case "abs_power":
            return power(scaled(u, side_of(u)), parts[1][0.0][0])
        case "not_below_0":
            return constant(float(side_of(u) >= 0.0))
        case "add":
            return added(*parts)
        case "subtract":
            return added(u, scaled(parts[1], -1.0))
        case "negate":
            return scaled(u, -1.0)
        case "multiply":
            return product(*parts)
        case "divide":
            return product(u, power(parts[1], -1.0))
        case "abs":
            return scaled(u, side_of(u))
        case "sign":
            return constant(side_of(u))
        case "max" | "min":
            above = side_of(added(u, scaled(parts[1], -1.0))) >= 0.0
            return parts[above == (operation == "min")]
    return composed(operation, u)


def limits(series: Series) -> list[tuple[float, float]]:
    """The limits of the derivatives by t of orders 0 to HIGHEST as t → 0, each with its size."""
    found = []
    for order in range(HIGHEST + 1):
        steps = {e: c * math.prod(e - k for k in range(order)) for e, (c, _) in series.items() if e < order}
        lead = min((e for e, slope in steps.items() if slope), default=None)
        if lead is not None:
            found.append((math.copysign(math.inf, steps[lead]), math.inf))
        else:
            c, size = series.get(float(order), (0.0, 0.0))
            factor = float(math.factorial(order))
            found.append((c * factor, size * factor))
    return found


def constant(value: float) -> Series:
    return {0.0: (float(value), abs(value))}


def scaled(u: Series, number: float) -> Series:
    return {e: (number * c, abs(number) * size) for e, (c, size) in u.items()}


def added(a: Series, b: Series) -> Series:
    nothing = (0.0, 0.0)
    parts = ((e, a.get(e, nothing), b.get(e, nothing)) for e in {*a, *b})
    return _kept({e: (c + d, size + other) for e, (c, size), (d, other) in parts})


def product(a: Series, b: Series) -> Series:
    terms: Series = {}
    for e, (c, size) in a.items():
        for f, (d, other) in b.items():
            exponent = round(e + f, 9)
            if exponent <= HIGHEST:
                c_sum, size_sum = terms.get(exponent, (0.0, 0.0))
                terms[exponent] = (c_sum + c * d, size_sum + size * other)
    return _kept(terms)


def _kept(terms: Series) -> Series:
    """The terms, with 0 for those of which cancellation has left nothing but rounding."""
    return {e: (0.0 if abs(c) <= ROUNDING * size < math.inf else c, size) for e, (c, size) in terms.items()}


def lead_of(u: Series) -> float | None:
    """The smallest exponent of a term that is not 0; None where all are."""
    return min((e for e, (c, _) in u.items() if c), default=None)


def side_of(u: Series) -> float:
    """The sign of a series as t → 0."""
    lead = lead_of(u)
    return 0.0 if lead is None else math.copysign(1.0, u[lead][0])


def power(u: Series, p: float) -> Series:
    """u^p; raises UndefinedError for a root of a negative series or a negative power of 0."""
    if p == int(p) and p > 0.0:
        return whole_power(u, int(p), product)
    lead = lead_of(u)
    if lead is None and p > 0.0:
        return {}
    if lead is None or (u[lead][0] < 0.0 and p != int(p)):
        raise UndefinedError
    c, size = u[lead]
    rest = {round(e - lead, 9): (d / c, other / abs(c)) for e, (d, other) in u.items() if e > lead}
    value = OPERATIONS["power"].on_floats(c, p)
    head: Series = {round(lead * p, 9): (value, abs(value))}
    binomial = np.cumprod([1.0, *((p - k) / (k + 1) for k in range(TERMS))]).tolist()
    return product(head, _expanded(binomial, rest, size / abs(c)))


def composed(operation: str, u: Series) -> Series:
    """A function of a series; raises UndefinedError outside its domain."""
    rest = {e: term for e, term in u.items() if e > 0.0}
    u0, size = u.get(0.0, (0.0, 0.0))
    taylor = (np.array(_derivatives(operation).on_floats(u0)) / factorial(np.arange(TERMS + 1))).tolist()
    if any(e < 0.0 and c for e, (c, _) in u.items()) or not np.isfinite([u0, taylor[0]]).all():
        raise UndefinedError
    return _expanded(taylor, rest, size)


@lru_cache(maxsize=64)
def _derivatives(operation: str) -> Program:
    """A function of one number and its derivatives, TERMS of them."""
    graph = Graph()
    nodes = [graph.call(operation, graph.variable(0))]
    for _ in range(TERMS):
        nodes.append(derivative(graph, nodes[-1], 0))
    return Program(graph, nodes)


def _expanded(taylor: list[float], rest: Series, size: float) -> Series:
    """Σ a_k rest^k without the last a_k, which only tells how far an error in the constant term goes."""
    total: Series = {}
    for k in reversed(range(TERMS)):
        error = abs(taylor[k]) + (k + 1) * abs(taylor[k + 1]) * size
        total = added(product(total, rest), {0.0: (taylor[k], error)})
    return total
