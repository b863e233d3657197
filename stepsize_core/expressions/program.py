"""Nodes of a graph as a list of instructions, run on whole arrays or on plain floats."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.expressions.graph import Graph
from stepsize_core.expressions.operations import OPERATIONS
from stepsize_core.pulse import pulse

Factor = TypeVar("Factor")
Listing = dict[str, list[Any]]
ROOTS = (0.5, 1.5, 2.5, 3.5, 4.5)  # powers made of a square root and products: NumPy's power is slow


class Program:
    """Instructions that compute some nodes of a graph, in registers that are used again."""

    def __init__(self, graph: Graph, outputs: list[int]) -> None:
        low, outputs = _lowered(graph, outputs)
        needed = low.needed(outputs)
        registers: dict[int, int] = {}
        free: list[int] = []
        self._start: list[float] = []
        last = {operand: node for node in needed for operand in low.operands(node)}
        last |= dict.fromkeys(outputs, len(low.nodes))
        self._instructions = []
        self._variables = []
        for node in needed:
            operation, *operands = low.nodes[node]
            if operation in ("constant", "variable"):
                registers[node] = len(self._start)
                self._start.append(operands[0] if operation == "constant" else 0.0)
                if operation == "variable":
                    self._variables.append((registers[node], operands[0]))
                continue
            inputs = [registers[operand] for operand in operands]
            done = {operand for operand in operands if last[operand] == node}
            free += [registers[operand] for operand in done if low.nodes[operand][0] != "constant"]
            if not free:
                free.append(len(self._start))
                self._start.append(0.0)
            registers[node] = free.pop()
            a, b, c = (*inputs, None, None)[:3]
            self._instructions.append((operation, registers[node], a, b, c))
        self._on_arrays = [(OPERATIONS[name].on_arrays, *rest) for name, *rest in self._instructions]
        self._on_floats = [(OPERATIONS[name].on_floats, *rest) for name, *rest in self._instructions]
        self._outputs = [registers[node] for node in outputs]

    @property
    def listing(self) -> Listing:
        """The program as plain data, for another machine to run.

        registers: their first contents; variables: (register, which variable) pairs; instructions:
        (operation, register of the result, registers of the operands, None where there are fewer than three);
        outputs: their registers.
        """
        return {
            "registers": list(self._start),
            "variables": [list(pair) for pair in self._variables],
            "instructions": [list(instruction) for instruction in self._instructions],
            "outputs": list(self._outputs),
        }

    def on_arrays(self, *variables: Array) -> list:
        """The outputs, arrays of the shape of the variables or numbers where they depend on none."""
        pulse()
        with np.errstate(all="ignore"):
            return self._run(self._on_arrays, variables)

    def on_floats(self, *variables: float) -> list[float]:
        """The outputs at plain floats."""
        return self._run(self._on_floats, variables)

    def _run(self, instructions: list[tuple], variables: tuple) -> list:
        r = self._start.copy()
        for register, index in self._variables:
            r[register] = variables[index]
        for function, out, a, b, c in instructions:
            if b is None:
                r[out] = function(r[a])
            elif c is None:
                r[out] = function(r[a], r[b])
            else:
                r[out] = function(r[a], r[b], r[c])
        return [r[register] for register in self._outputs]


def _lowered(graph: Graph, outputs: list[int]) -> tuple[Graph, list[int]]:
    """The same nodes in a graph whose whole and half powers are products and square roots."""
    low, place = Graph(), dict[int, int]()
    for node in graph.needed(outputs):
        operation, *operands = graph.nodes[node]
        parts = [place[operand] for operand in graph.operands(node)] or operands
        if operation in ("power", "abs_power", "signed_power"):
            u, p = parts[0], low.number(parts[1])
            size = _power(low, u if operation == "power" or p % 2.0 == 0.0 else low.call("abs", u), p)
            place[node] = low.multiply(size, low.call("sign", u)) if operation == "signed_power" else size
        elif (u := _of_one_minus_square(graph, node)) is not None:
            one = low.constant(1.0)
            place[node] = low.multiply(low.subtract(one, place[u]), low.add(one, place[u]))
        else:
            place[node] = low.made(operation, *parts)
    return low, [place[node] for node in outputs]


def _of_one_minus_square(graph: Graph, node: int) -> int | None:
    """u where a node is 1 − u·u, else None."""
    operation, *operands = graph.nodes[node]
    if operation != "subtract" or graph.value(operands[0]) != 1.0:
        return None
    factor, *factors = graph.nodes[operands[1]]
    return factors[0] if factor == "multiply" and factors[0] == factors[1] else None


def _power(low: Graph, u: int, p: float) -> int:
    if p < 0.0:
        return low.divide(low.constant(1.0), _power(low, u, -p))
    if p == int(p):
        return whole_power(u, int(p), low.multiply)
    if p in ROOTS:
        root = low.call("sqrt", u)
        return low.multiply(whole_power(u, int(p), low.multiply), root) if p > 1.0 else root
    return low.power(u, p)


def whole_power(u: Factor, n: int, multiply: Callable[[Factor, Factor], Factor]) -> Factor:
    """u^n, n ≥ 1, by repeated squaring."""
    result, square = None, u
    while n:
        if n & 1:
            result = square if result is None else multiply(result, square)
        n >>= 1
        if n:
            square = multiply(square, square)
    return u if result is None else result
