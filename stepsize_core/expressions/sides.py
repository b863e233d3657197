"""What an expression is on either side of a kink: one-sided derivatives, and the values that both share."""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.expressions import series
from stepsize_core.expressions.calculus import derivative, lead
from stepsize_core.expressions.graph import POSITIVE, Graph

KINKED = ("abs", "sign", "max", "min", "abs_power")
KEPT = 4096  # points whose sides are remembered, per function
BESIDE = 1e-7  # relative to max(1, |x|): how far from a tie a cheap look at its sides is taken
ALIKE = 1e-3  # relative difference of derivatives that far apart which may be one
ACROSS = (1.0, 0.618)  # direction of that look
RAYS = np.pi * np.array([0.0813, 0.2871, 0.5617, 0.8139])  # angles of generic directions in the plane
FIT = 1e-10  # relative: how well one gradient and one Hessian explain the derivatives along the rays
DIGITS = 12  # to which the fitted numbers are rounded

Index = tuple[int, ...]
Numbers = tuple[float, ...]
Limits = list[tuple[float, float]]  # derivatives of orders 0 to 4, each with its size as in `series`


class Sides:
    """The kinks of an expression: nodes whose derivatives may jump where an argument is 0."""

    def __init__(self, graph: Graph, root: int) -> None:
        self._graph, self._nodes = graph, graph.needed([root])
        found = {node: self._argument(node) for node in self._nodes}
        self._argument_of = {node: argument for node, argument in found.items() if argument is not None}
        self.arguments = list(dict.fromkeys(self._argument_of.values()))
        self.along = lru_cache(maxsize=KEPT)(self._along)
        self.common = lru_cache(maxsize=KEPT)(self._common)
        self._constant_with = lru_cache(maxsize=KEPT)(self._resolved_is_constant)

    def _argument(self, node: int) -> int | None:
        """The node that is 0 where this one has a kink, or a root with infinite derivatives."""
        g, (operation, *operands) = self._graph, self._graph.nodes[node]
        if operation in ("max", "min"):
            return lead(g, node)
        root = operation == "power" and g.number(operands[1]) % 1.0 and g.signs[operands[0]] < POSITIVE
        return operands[0] if operation in KINKED or root else None

    def _along(self, point: Numbers, direction: Numbers) -> tuple[Limits, dict[int, int]] | None:
        """The derivatives along a direction as limits at the point, and the sides of the kinks there.

        None where the function has no series there, as outside its domain.
        """
        try:
            found, sides = series.of_graph(self._graph, self._nodes, point, direction)
            return series.limits(found), sides
        except (series.UndefinedError, OverflowError, ZeroDivisionError):
            return None

    def one_sided(self, x: float, order: int, side: int) -> float:
        """The limit of a derivative of a function of x towards x from below (side −1) or above (1)."""
        found = self.along((x,), (float(side),))
        return math.nan if found is None else float(side) ** order * found[0][order][0] + 0.0

    def kinked_at(self, x: float) -> bool:
        """Whether f′ or f″ of a function of x jumps at x or is infinite there."""
        both = [(self.one_sided(x, order, -1), self.one_sided(x, order, 1)) for order in (1, 2)]
        shared = self.common((x,), ((0,), (0, 0)))
        return not np.isnan(both).any() and (bool(np.isinf(both).any()) or any(v is None for v in shared))

    def _common(self, point: Numbers, orders: tuple[Index, ...]) -> tuple[float | None, ...]:
        """The derivatives of these orders at a kink where all sides agree on them, else None each."""
        if len(point) == 2:
            return self._common_of_rays(point, orders)
        below, above = self.along(point, (-1.0,)), self.along(point, (1.0,))
        if below is None or above is None:
            return (None,) * len(orders)
        values: list[float | None] = []
        for order in map(len, orders):
            (a, size), (b, other) = below[0][order], above[0][order]
            a *= (-1.0) ** order
            agree = a == b or abs(a - b) <= series.ROUNDING * max(size, other) < math.inf
            values.append(b + 0.0 if agree else None)
        return tuple(values)

    def _common_of_rays(self, point: Numbers, orders: tuple[Index, ...]) -> tuple[float | None, ...]:
        """Those of a function of two variables: one gradient and one Hessian for rays in all directions."""
        angles = np.concatenate([RAYS, RAYS + np.pi])
        cos, sin = np.cos(angles), np.sin(angles)
        found = [self.along(point, ray) for ray in zip(cos.tolist(), sin.tolist())]
        if any(ray is None for ray in found):
            return (None,) * len(orders)
        limits = np.array([ray[0] for ray in found if ray is not None])
        shared: dict[Index, float] = {}
        for order, names, columns in (
            (1, ((0,), (1,)), [cos, sin]),
            (2, ((0, 0), (0, 1), (1, 1)), [cos * cos, 2.0 * cos * sin, sin * sin]),
        ):
            along, size = limits[:, order].T
            if not np.isfinite(along).all():
                break
            matrix = np.stack(columns, axis=-1)
            solution = np.linalg.lstsq(matrix, along)[0]
            if np.abs(matrix @ solution - along).max() > FIT * size.max():
                break
            solution[np.abs(solution) <= FIT * size.max()] = 0.0
            shared |= {name: float(f"{value:.{DIGITS}g}") for name, value in zip(names, solution)}
        return tuple(shared.get(order) for order in orders)

    def mend(self, found: Callable[..., list[Array]], points: Array, orders: tuple[Index, ...]) -> Array:
        """The derivatives of these orders (len(orders), n) at points (n, variables) where an argument is 0.

        found: the program that takes every kink's own choice. That stands where the sides differ, but for the
        second and higher derivatives of a function of x, which are then the mean of both sides.
        """
        size = np.maximum(1.0, np.abs(points).max(axis=-1, keepdims=True))
        aside = BESIDE * size * ACROSS[: points.shape[1]]
        with np.errstate(all="ignore"):
            here, below, above = (
                np.array([np.broadcast_to(part, len(points)) for part in found(*place.T)])
                for place in (points, points - aside, points + aside)
            )
            scale = ALIKE * np.maximum(np.abs(here), np.maximum(np.abs(below), np.abs(above)))
            alike = np.abs(above - below) <= scale
            right = alike & (np.abs(here - below) <= scale)
        mean = np.array([points.shape[1] == 1 and len(order) > 1 for order in orders])
        for i in np.flatnonzero((~right & (alike | mean[:, None])).any(axis=0)):
            point = tuple(points[i].tolist())
            for j, value in enumerate(self.common(point, orders)):
                if value is None and mean[j]:
                    value = sum(self.one_sided(point[0], len(orders[j]), side) for side in (-1, 1)) / 2.0
                if value is not None and not math.isnan(value):
                    here[j, i] = value
        return here

    def flat(self, points: Array, arguments: list) -> Flags:
        """Where f is constant around points (n, variables) at which the arguments have these values.

        Of two variables nowhere on a kink.
        """
        values = dict(zip(self.arguments, np.broadcast_arrays(points[:, 0], *arguments)[1:]))
        signs = np.sign([values[argument] for argument in self._argument_of.values()]).reshape(
            -1, len(points)
        )
        rows, place = np.unique(signs.T, axis=0, return_inverse=True)
        known = [self._constant_with(tuple(row)) if all(row) else False for row in rows.tolist()]
        flat = np.array(known, bool)[place.reshape(-1)]
        for i in np.flatnonzero((signs == 0.0).any(axis=0) & (points.shape[1] == 1)):
            both = [self.along((float(points[i, 0]),), (side,)) for side in (-1.0, 1.0)]
            flat[i] = all(b is not None and self._constant_with(self._sides_in(b[1])) for b in both)
        return flat

    def _sides_in(self, sides: dict[int, int]) -> Numbers:
        return tuple(float(sides.get(node, 1)) for node in self._argument_of)

    def _resolved_is_constant(self, sides: Numbers) -> bool:
        """Whether every derivative is the constant 0 once every kink is on the given side (0: on both)."""
        g, new, place = self._graph, Graph(), dict[int, int]()
        side_of = dict(zip(self._argument_of, sides))
        for node in self._nodes:
            operation, *operands = g.nodes[node]
            if operation in ("constant", "variable"):
                place[node] = getattr(new, operation)(operands[0])
                continue
            side = side_of.get(node, 1.0)
            if math.isnan(side):
                return False
            parts = [place[operand] for operand in operands]
            if operation in ("max", "min"):
                place[node] = parts[side < 0.0] if side else new.add(*parts)
            elif operation == "sign":
                place[node] = new.constant(side)
            elif operation == "abs":
                place[node] = new.multiply(new.constant(side or 1.0), parts[0])
            elif operation in ("power", "abs_power"):
                base = (
                    new.multiply(new.constant(side or 1.0), parts[0])
                    if operation == "abs_power"
                    else parts[0]
                )
                place[node] = new.power(base, g.number(operands[1]))
            elif operation in ("add", "subtract", "negate", "multiply", "divide"):
                place[node] = getattr(new, operation)(*parts)
            else:
                place[node] = new.call(operation, *parts)
        return all(new.value(derivative(new, place[self._nodes[-1]], along)) == 0.0 for along in (0, 1))
