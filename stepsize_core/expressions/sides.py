"""What an expression is on either side of a kink: one-sided derivatives, and the values that both share."""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.expressions import series
from stepsize_core.expressions.calculus import derivative, lead
from stepsize_core.expressions.graph import POSITIVE, Graph

CHOICES = ("max", "min")
KINKED = ("abs", "sign", *CHOICES, "abs_power", "not_below_0")
KEPT = 4096  # points whose sides are remembered, per function
BESIDE = 1e-7  # relative to max(1, |x|): how far from a tie a cheap look at its sides is taken
ALIKE = 1e-3  # relative difference of derivatives that far apart which may be one
ACROSS = (1.0, 0.618)  # direction of that look
RAYS = np.pi * np.add.outer([0.0, 1.0], [0.0813, 0.2871, 0.5617, 0.8139]).ravel()  # angles, generic
FIT = 1e-10  # relative: how well one gradient and one Hessian explain the derivatives along the rays
DIGITS = 12  # to which the fitted numbers are rounded

Index = tuple[int, ...]
Numbers = tuple[float, ...]


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
        if operation in CHOICES:
            return lead(g, node)
        root = operation == "power" and g.number(operands[1]) % 1.0 and g.signs[operands[0]] < POSITIVE
        return operands[0] if operation in KINKED or root else None

    def _along(self, point: Numbers, direction: Numbers) -> Array:
        """The limits at the point of the derivatives along a direction, each with its size as in `series`.

        (5, 2), orders 0 to 4; NaN where the function has no series there, as outside its domain.
        """
        try:
            return np.array(series.limits(series.of_graph(self._graph, self._nodes, point, direction)))
        except series.UndefinedError:
            return np.full((series.HIGHEST + 1, 2), np.nan)

    def one_sided(self, x: float, order: int, side: int) -> float:
        """The limit of a derivative of a function of x towards x from below (side −1) or above (1)."""
        return float(side) ** order * float(self.along((x,), (float(side),))[order, 0]) + 0.0

    def kinked_at(self, x: float) -> bool:
        """Whether f′ or f″ of a function of x jumps at x or is infinite there."""
        below, above, same = self._both(x, [1, 2])
        return not np.isnan([below, above]).any() and not (same & np.isfinite(above)).all()

    def _both(self, x: float, orders: list[int]) -> tuple[Array, Array, Flags]:
        """The derivatives of these orders from below and from above, and whether they agree."""
        (below, size), (above, other) = (self.along((x,), (side,))[orders].T for side in (-1.0, 1.0))
        below = below * (-1.0) ** np.array(orders)
        with np.errstate(invalid="ignore"):
            same = np.abs(above - below) / np.maximum(size, other) <= series.ROUNDING
        return below, above + 0.0, same | (above == below)

    def _common(self, point: Numbers, orders: tuple[Index, ...]) -> Array:
        """The derivatives of these orders (k,) at a kink where its sides agree on them.

        Else NaN, or the mean of both sides for a second or higher derivative of a function of x. Of two
        variables: all of one order, as one gradient or one Hessian explains them along all rays.
        """
        if len(point) == 1:
            below, above, same = self._both(*point, [len(by) for by in orders])
            with np.errstate(invalid="ignore"):
                mean = [(a + b) / 2.0 if len(by) > 1 else np.nan for a, b, by in zip(below, above, orders)]
            return np.where(same, above, mean)
        cos, sin = np.cos(RAYS), np.sin(RAYS)
        along, size = np.array([self.along(point, ray)[len(orders[0])] for ray in zip(cos, sin)]).T
        if not np.isfinite(along).all():
            return np.full(len(orders), np.nan)
        matrix = np.stack(
            [math.comb(len(by), sum(by)) * cos ** by.count(0) * sin ** by.count(1) for by in orders], axis=-1
        )
        found, allowed = np.linalg.lstsq(matrix, along)[0], FIT * size.max()
        if np.abs(matrix @ found - along).max() > allowed:
            return np.full(len(orders), np.nan)
        return np.array([float(f"{v:.{DIGITS}g}") if abs(v) > allowed else 0.0 for v in found.tolist()])

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
            shared = self.common(point, orders)
            here[:, i] = np.where(np.isnan(shared), here[:, i], shared)
        return here

    def flat(self, arguments: list[Array], shape: tuple[int, ...]) -> Flags:
        """Where f is constant around points of this shape at which the arguments have these values."""
        signs = np.sign(np.reshape(arguments, (len(arguments), math.prod(shape))))
        rows, place = np.unique(signs.T, axis=0, return_inverse=True)
        known = np.array([self._constant_with(tuple(row)) for row in rows.tolist()], bool)
        return known[place.reshape(shape)]

    def _resolved_is_constant(self, sides: Numbers) -> bool:
        """Whether every derivative is the constant 0 once every kink is on the given side (0: on both, as
        where its argument is the constant 0)."""
        g, new, place = self._graph, Graph(), dict[int, int]()
        side_of = dict(zip(self.arguments, sides))
        for node in self._nodes:
            operation, *operands = g.nodes[node]
            parts = [place[operand] for operand in g.operands(node)] or operands
            side = side_of.get(self._argument_of.get(node, -1), 1.0)
            tie = new.subtract(*parts) if operation in CHOICES else parts[0]
            if math.isnan(side) or (side == 0.0 and new.value(tie) is None):
                return False
            if operation in CHOICES:
                place[node] = parts[side < 0.0]
            elif operation == "sign":
                place[node] = new.constant(side)
            elif operation == "not_below_0":
                place[node] = new.constant(float(side >= 0.0))
            elif operation == "abs":
                place[node] = new.multiply(new.constant(side), parts[0])
            elif operation == "abs_power":
                place[node] = new.power(new.multiply(new.constant(side), parts[0]), new.number(parts[1]))
            else:
                place[node] = new.made(operation, *parts)
        return all(new.value(derivative(new, place[self._nodes[-1]], along)) == 0.0 for along in (0, 1))
