"""Exact derivatives of the nodes of a graph, as nodes of it that can be differentiated again.

Where a function has a kink its derivative is that of the sub-gradient chosen: 0 for abs and relu at 0, that
of the first argument where max or min have two equal ones, that of the branch taken where cases change.
"""

from collections.abc import Callable

from stepsize_core.expressions.graph import Graph


def derivative(graph: Graph, node: int, variable: int) -> int:
    """The derivative of a node by a variable, a node."""
    by: dict[int, int] = {}
    for part in graph.needed([node]):
        by[part] = _derivative(graph, part, by, variable)
    return by[node]


def _derivative(g: Graph, node: int, by: dict[int, int], variable: int) -> int:
    """The derivative of a node from those of its operands."""
    operation, *operands = g.nodes[node]
    match operation:
        case "constant" | "not_below_0" | "sign":
            return g.constant(0.0)
        case "variable":
            return g.constant(float(operands[0] == variable))
        case "add" | "subtract" | "negate":
            return getattr(g, operation)(*(by[operand] for operand in operands))
        case "multiply":
            a, b = operands
            return g.add(g.multiply(a, by[b]), g.multiply(by[a], b))
        case "divide":
            a, b = operands
            return g.divide(g.subtract(by[a], g.multiply(node, by[b])), b)
        case "select":
            chosen, *branches = operands
            return g.select(chosen, *(by[branch] for branch in branches))
        case "max" | "min":
            a, b = operands
            return g.select(g.call("not_below_0", lead(g, node)), by[a], by[b])
    return g.multiply(_slope(g, node), by[operands[0]])


def _slope(g: Graph, node: int) -> int:
    """The derivative of a function of one argument, at that argument."""
    operation, u, *parameters = g.nodes[node]
    if parameters:
        p = g.number(parameters[0])
        lower = {"power": Graph.power, "abs_power": signed_power, "signed_power": abs_power}[operation]
        return g.multiply(g.constant(p), lower(g, u, p - 1.0))
    slope = SLOPES[operation]
    return g.call(slope, u) if isinstance(slope, str) else slope(g, u, node)


def lead(g: Graph, node: int) -> int:
    """What is at least 0 where a maximum or a minimum is its first argument."""
    operation, a, b = g.nodes[node]
    return g.subtract(a, b) if operation == "max" else g.subtract(b, a)


def one_minus_square(g: Graph, u: int) -> int:
    """1 − u², which programs compute without cancellation where u is close to ±1."""
    return g.subtract(g.constant(1.0), g.multiply(u, u))


def abs_power(g: Graph, u: int, p: float) -> int:
    """|u|^p as one function, so that its derivatives at 0 are exact: the curvature of |u|^1.5 is infinite."""
    if p == 0.0:
        return g.constant(1.0)
    return g.power(u, p) if p % 2.0 == 0.0 else g.call("abs_power", u, g.constant(p))


def signed_power(g: Graph, u: int, p: float) -> int:
    """sign(u)|u|^p, the derivative of |u|^(p + 1)/(p + 1)."""
    return g.call("signed_power", u, g.constant(p)) if p else g.call("sign", u)


def _over(g: Graph, divisor: int) -> int:
    return g.power(divisor, -1.0)


SLOPES: dict[str, str | Callable[[Graph, int, int], int]] = {  # another function, or from u and the node f(u)
    "abs": "sign",
    "exp": lambda g, u, node: node,
    "expm1": "exp",
    "log": lambda g, u, node: _over(g, u),
    "log1p": lambda g, u, node: _over(g, g.add(g.constant(1.0), u)),
    "sin": "cos",
    "cos": lambda g, u, node: g.negate(g.call("sin", u)),
    "tan": lambda g, u, node: g.add(g.constant(1.0), g.multiply(node, node)),
    "asin": lambda g, u, node: g.power(one_minus_square(g, u), -0.5),
    "acos": lambda g, u, node: g.negate(g.power(one_minus_square(g, u), -0.5)),
    "atan": lambda g, u, node: _over(g, g.add(g.constant(1.0), g.multiply(u, u))),
    "sinh": "cosh",
    "cosh": "sinh",
    "tanh": "sech_squared",
    "sech_squared": lambda g, u, node: g.multiply(g.constant(-2.0), g.multiply(g.call("tanh", u), node)),
    "log_two_cosh": "tanh",
    "softplus": "sigmoid",
    "sigmoid": lambda g, u, node: g.multiply(node, g.call("sigmoid", g.negate(u))),
}
