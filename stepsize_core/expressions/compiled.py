"""From the tree of an expression to the programs of the function and its derivatives."""

from __future__ import annotations

import math
from functools import lru_cache, reduce
from threading import Lock

from stepsize_core.expressions.calculus import abs_power, derivative, one_minus_square
from stepsize_core.expressions.grammar import parse, read
from stepsize_core.expressions.graph import NON_NEGATIVE, POSITIVE, Graph
from stepsize_core.expressions.program import Program
from stepsize_core.expressions.sides import Index, Sides
from stepsize_core.expressions.tokens import ExpressionError
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

LARGEST_EXPONENT = 100.0  # in modulus, of a power with a number as exponent
KEPT = 256  # expressions


@lru_cache(maxsize=KEPT)
def compiled(text: str) -> Compiled:
    """The function that a text stands for; raises ExpressionError where it stands for none."""
    return Compiled(text)


class Compiled:
    """A function of x, or of x and y, and its derivatives.

    tree: what was read; taken_for_x: the name that was, "" if none; variables: 1 or 2; restricted: whether
    some x lie outside its domain; sides: what it is beside its kinks.

    The domain: the argument of log is positive, of sqrt and of powers with a fraction as exponent not
    negative, no divisor is 0; every part of the expression is defined. Derivatives exist where moreover roots
    are taken of positive numbers. Outside, values and derivatives are NaN.
    """

    def __init__(self, text: str) -> None:
        self.tree, self.taken_for_x = read(text)
        self._graph = Graph()
        self._of_value: list[int] = []  # conditions under which the function is defined
        self._of_slope: list[int] = []  # and under which its derivatives are
        self._argument: int | None = None  # what x stands for inside the meaning of a function
        self._root = self._build(self.tree)
        self.variables = 2 if ("variable", 1) in self._graph.nodes else 1
        self.restricted = bool(self._of_slope)
        self.sides = Sides(self._graph, self._root)
        self._programs: dict[tuple[Index | str, ...], Program] = {}
        self._building = Lock()  # programs are made when first asked for, maybe by two threads at once

    def program(self, *orders: Index, arguments: bool = False) -> Program:
        """The program whose outputs are the derivatives by the variables of each of `orders`: () for the
        value, (0,) for ∂/∂x, (0, 1) for ∂²/∂x∂y; then, if asked for, the arguments of the kinks."""
        key: tuple[Index | str, ...] = (*orders, "arguments") if arguments else orders
        with self._building:
            if key not in self._programs:
                outputs = [self._guarded(by) for by in orders] + self.sides.arguments * arguments
                self._programs[key] = Program(self._graph, outputs)
            return self._programs[key]

    @property
    def domain(self) -> Program:
        """The program that says where the function and its gradient are defined."""
        with self._building:
            if ("domain",) not in self._programs:
                self._programs["domain",] = Program(self._graph, [self._all(self._of_slope)])
            return self._programs["domain",]

    def _guarded(self, by: Index) -> int:
        node, conditions = self._root, self._of_slope if by else self._of_value
        for variable in by:
            node = derivative(self._graph, node, variable)
        return self._graph.call("only_if", self._all(conditions), node) if conditions else node

    def _all(self, conditions: list[int]) -> int:
        return reduce(lambda a, b: self._graph.call("both", a, b), conditions)

    def _build(self, tree: Tree) -> int:
        """The node of a tree; a part that is a number must be a finite one."""
        g = self._graph
        match tree:
            case Number(value):
                node = g.constant(value)
            case Name(name):
                node = self._named(name)
            case Negation(operand):
                node = g.negate(self._build(operand))
            case Operation("^", left, right):
                node = self._power(self._build(left), self._build(right), right.position)
            case Operation("/", left, right):
                a, b = self._build(left), self._build(right)
                if g.value(b) == 0.0:
                    raise ExpressionError("this divisor is 0", right.position)
                self._demand("non_zero", b)
                node = g.divide(a, b)
            case Operation(sign, left, right):
                combine = {"+": g.add, "-": g.subtract, "*": g.multiply}[sign]
                node = combine(self._build(left), self._build(right))
            case Call(function, arguments):
                node = self._call(function, [self._build(argument) for argument in arguments], tree.position)
            case Cases():
                node = self._cases(tree)
        if (number := g.value(node)) is not None and not abs(number) < float("inf"):
            raise ExpressionError("the number that begins here is not finite", tree.position)
        return node

    def _power(self, u: int, exponent: int, position: int) -> int:
        g, p = self._graph, self._graph.value(exponent)
        if p is None:
            if (base := g.value(u)) is not None and base <= 0.0:
                raise ExpressionError(f"powers of {base:g} with this exponent are not defined", position)
            self._demand("positive", u)
            return g.call("exp", g.multiply(exponent, g.call("log", u)))
        if abs(p) > LARGEST_EXPONENT:
            raise ExpressionError(f"exponents are at most {LARGEST_EXPONENT:g}, got {p:g}", position)
        operation, *operands = g.nodes[u]
        if p != int(p) and (even := self._even_power(u)):
            inner, q = even
            return self._power(g.modulus(inner), g.constant(p * q), position)
        if operation == "abs":
            inner = operands[0]
            self._demand("non_zero", inner, value=p < 0.0, slope=p < 1.0)
            return abs_power(g, inner, p)
        if p != int(p):
            self._demand("non_negative", u)
            self._demand("positive", u, value=p < 0.0, slope=p < 1.0)
        elif p < 0.0:
            self._demand("non_zero", u)
        return g.power(u, p)

    def _even_power(self, u: int) -> tuple[int, float] | None:
        """What a node is an even power of, and which; None of any other."""
        operation, *operands = self._graph.nodes[u]
        if operation == "multiply" and operands[0] == operands[1]:
            return operands[0], 2.0
        if operation == "power" and (q := self._graph.number(operands[1])) % 2.0 == 0.0:
            return operands[0], q
        return None

    def _named(self, name: str) -> int:
        if name in CONSTANTS:
            return self._graph.constant(CONSTANTS[name])
        return self._graph.variable(VARIABLES.index(name)) if self._argument is None else self._argument

    def _call(self, function: str, u: list[int], position: int) -> int:
        g = self._graph
        if means := FUNCTIONS[function].means:
            return self._meant(means, u[0], position)
        match function:
            case "sqrt":
                return self._power(u[0], g.constant(0.5), 0)
            case "cbrt":
                root = self._power(g.modulus(u[0]), g.constant(1.0 / 3.0), 0)
                return root if g.signs[u[0]] else g.multiply(g.call("sign", u[0]), root)
            case "max" | "min":
                return reduce(lambda a, b: g.extreme(function, a, b), u)
            case "abs":
                return g.modulus(u[0])
            case "log":
                return self._logarithm(u[0])
            case "log1p":
                self._demand("positive", g.add(g.constant(1.0), u[0]))
            case "asin" | "acos":
                self._demand("non_negative", one_minus_square(g, u[0]))
                self._demand("positive", one_minus_square(g, u[0]), value=False)
        return g.call(function, *u)

    def _meant(self, means: str, argument: int, position: int) -> int:
        """A function that is made of others, at its argument."""
        before, self._argument = self._argument, argument
        try:
            return self._build(parse(means))
        except ExpressionError as refused:
            raise ExpressionError(refused.complaint, position) from None
        finally:
            self._argument = before

    def _cases(self, tree: Cases) -> int:
        """Each branch has to be defined where it is taken only."""
        g, left, right = self._graph, self._build(tree.left), self._build(tree.right)
        from_0 = tree.sign in (">=", "<")  # where left = right, left − right decides as if it were above 0
        lead = g.subtract(left, right) if from_0 else g.subtract(right, left)
        branches = [tree.then, tree.other] if tree.sign in (">=", "<=") else [tree.other, tree.then]
        elsewhere = g.call("positive", g.negate(lead)), g.call("non_negative", lead)
        nodes = [self._branch(branch, other) for branch, other in zip(branches, elsewhere)]
        return g.select(g.call("not_below_0", lead), *nodes)

    def _branch(self, tree: Tree, elsewhere: int) -> int:
        """The node of a branch, whose conditions hold where another one is taken."""
        g, outer = self._graph, (self._of_value, self._of_slope)
        inner: tuple[list[int], list[int]] = ([], [])
        self._of_value, self._of_slope = inner
        node = self._build(tree)
        self._of_value, self._of_slope = outer
        for conditions, found in zip(outer, inner):
            conditions += [g.call("either", elsewhere, condition) for condition in found]
        return node

    def _logarithm(self, u: int) -> int:
        g = self._graph
        if g.value(u) is None and (v := self._exponent(u)) is not None:
            return v
        self._demand("positive", u)
        return g.call("log", u)

    def _exponent(self, u: int) -> int | None:
        """log u where u is made of exponentials and positive numbers, without forming u, which may overflow.

        log(e^a + e^b) is a + softplus(b − a) for a number a, else (a + b)/2 + log(2 cosh((a − b)/2)),
        of whose slope nothing cancels where b = −a. None for every other u.
        """
        g, (operation, *operands) = self._graph, self._graph.nodes[u]
        if operation == "exp":
            return operands[0]
        if operation == "cosh":
            return g.subtract(g.call("log_two_cosh", operands[0]), g.constant(math.log(2.0)))
        if operation == "constant":
            return g.constant(math.log(operands[0])) if operands[0] > 0.0 else None
        if operation not in ("add", "multiply", "divide", "power"):
            return None
        a, b = self._exponent(operands[0]), self._exponent(operands[1])
        if operation == "power":
            return None if a is None else g.multiply(operands[1], a)
        if a is None or b is None:
            return None
        if operation != "add":
            return g.add(a, b) if operation == "multiply" else g.subtract(a, b)
        for number, other in ((a, b), (b, a)):
            if g.value(number) is not None:
                return g.add(number, g.call("softplus", g.subtract(other, number)))
        half = g.constant(0.5)
        middle, apart = g.multiply(half, g.add(a, b)), g.multiply(half, g.subtract(a, b))
        return g.add(middle, g.call("log_two_cosh", apart))

    def _demand(self, condition: str, u: int, *, value: bool = True, slope: bool = True) -> None:
        """The function (value), its derivatives (slope) are defined only where u fulfils the condition."""
        g = self._graph
        certain = g.signs[u] >= (NON_NEGATIVE if condition == "non_negative" else POSITIVE)
        if certain or g.value(u) is not None:  # of a number, what is not finite is refused anyway
            return
        node = g.call(condition, u)
        for wanted, conditions in ((value, self._of_value), (slope, self._of_slope)):
            if wanted and node not in conditions:
                conditions.append(node)
