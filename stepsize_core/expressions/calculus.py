"""Exact derivatives of the nodes of a graph, as nodes of it that can be differentiated again.

Where a function has a kink its derivative is that of the sub-gradient chosen: 0 for abs and relu at 0, that
of the first argument where max or min have two equal ones.
"""

from stepsize_core.expressions.graph import Graph

SLOPES = {"abs": "sign", "sin": "cos", "tanh": "sech_squared", "log_two_cosh": "tanh", "softplus": "sigmoid"}


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
            return g.call("select", chosen, *(by[branch] for branch in branches))
        case "max" | "min":
            a, b = operands
            return g.call("select", g.call("not_below_0", lead(g, node)), by[a], by[b])
    return g.multiply(_slope(g, node), by[operands[0]])


def _slope(g: Graph, node: int) -> int:
    """The derivative of a function of one argument, at that argument."""
    operation, u, *parameters = g.nodes[node]
    if operation in SLOPES:
        return g.call(SLOPES[operation], u)
    match operation:
        case "power" | "abs_power" | "signed_power":
            p = g.number(parameters[0])
            lower = {"power": Graph.power, "abs_power": signed_power, "signed_power": abs_power}[operation]
            return g.multiply(g.constant(p), lower(g, u, p - 1.0))
        case "log":
            return g.power(u, -1.0)
        case "exp":
            return node
        case "cos":
            return g.negate(g.call("sin", u))
        case "tan":
            return g.add(g.constant(1.0), g.multiply(node, node))
        case "sech_squared":
            return g.multiply(g.constant(-2.0), g.multiply(g.call("tanh", u), node))
        case "sigmoid":
            return g.multiply(node, g.call("sigmoid", g.negate(u)))
    raise TypeError(f"no derivative is known of {operation!r}")


def lead(g: Graph, node: int) -> int:
    """What is at least 0 where a maximum or a minimum is its first argument."""
    operation, a, b = g.nodes[node]
    return g.subtract(a, b) if operation == "max" else g.subtract(b, a)


def abs_power(g: Graph, u: int, p: float) -> int:
    """|u|^p as one function, so that its derivatives at 0 are exact: the curvature of |u|^1.5 is infinite."""
    if p == 0.0:
        return g.constant(1.0)
    return g.power(u, p) if p % 2.0 == 0.0 else g.call("abs_power", u, g.constant(p))


def signed_power(g: Graph, u: int, p: float) -> int:
    """sign(u)|u|^p, the derivative of |u|^(p + 1)/(p + 1)."""
    return g.call("signed_power", u, g.constant(p)) if p else g.call("sign", u)
