"""The plane of a two-layer scalar network, cost ½(w₁w₂ − r)²: which optima a step size can reach.

The optima are the hyperbola w₁w₂ = r. The largest Hessian eigenvalue there is w₁² + w₂², so only its arc
w₁² + w₂² ≤ 2/δ can be reached; it is empty once δ > 1/|r| (Theorem 1 and Corollary 1 at L = 2).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.expressions import compiled
from stepsize_core.expressions.program import Listing
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.reachable_optima.optimum import DECIDED_IN, LIMIT_TOLERANCE, ended
from stepsize_core.sweeps import BifurcationDiagram, bifurcation_diagram

CURVE_POINTS = 400  # points of each branch of the hyperbola
RASTER_SIDE = 64  # starts along each axis of the raster
WINDOWS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.25)  # few, so that a small change keeps the picture's frame
BESIDE = 1.1  # a window reaches so far beyond what it has to show
NUDGE = 0.05
RASTER_STEPS = 1000
DIAGRAM_SCALED = np.linspace(0.02, 1.4, 346)  # step sizes in units of 1/|r|
DIAGRAM_STEPS = 2000, 60  # that are forgotten, and kept
RASTER_PERIODS = 16  # the longest period told apart from aperiodic motion
IMBALANCE_ROUNDING = 1e-9  # relative to w₁² + w₂²: squares of large states cancel
ON_HYPERBOLA = 1e-9  # cost up to this times r² is an optimum, not the saddle at 0


class Hyperbola(Frozen):
    """The optima w₁w₂ = r within a window.

    points (2, m, 2): two branches; sharpness (2, m): w₁² + w₂²; reachable (2, m): sharpness ≤ 2/δ; radius:
    √(2/δ), of the circle that bounds the arc; ends (n, 2): where arc and circle meet (none if δ > 1/|r|).
    """

    points: Array
    sharpness: Array
    reachable: Flags
    radius: float
    ends: Array


class PlaneRun(Frozen):
    """One run in the plane.

    states (n + 1, 2); costs (n + 1,); imbalance: w₁² − w₂²; predicted_imbalance: its
    first value times Π(1 − δ²e²), exact; window: of the picture, |w₁|, |w₂| ≤ window; limit: what the run
    became.
    """

    target: float
    step_size: float
    window: float
    states: Array
    costs: Array
    imbalance: Array
    predicted_imbalance: Array
    hyperbola: Hyperbola
    limit: Limit

    @property
    def reached_optimum(self) -> bool:
        """Whether the run converged to an optimum, not to the saddle at 0."""
        return self.limit.kind is LimitKind.EQUILIBRIUM and bool(_learned(self.target, self.limit.points[0]))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The law of the imbalance, and Theorem 1 at the optimum reached."""
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that escapes
            scale = np.maximum(1.0, np.sum(self.states**2, axis=-1))
            gap = np.abs(self.imbalance - self.predicted_imbalance) / scale
        law = Claim.equality(
            "w₁² − w₂² shrinks by the factor 1 − δ²e² in each step", "beyond the paper",
            0.0, gap[np.isfinite(gap)].max(), absolute=IMBALANCE_ROUNDING,
        )  # fmt: skip
        statement = "The optimum reached has w₁² + w₂² ≤ 2/δ"
        edge = 2.0 / self.step_size
        if self.reached_optimum:
            sharpness = float(np.sum(self.limit.points[0] ** 2))
            return law, Claim.bound(statement, "Theorem 1", edge, sharpness, relative=LIMIT_TOLERANCE)
        why = "the run did not converge to an optimum"
        return law, Claim.not_applicable(statement, "Theorem 1", edge, ended(self.limit), why)


class PlaneRaster(Frozen):
    """Where each start of a square of the plane ends.

    axis (m,): w₁ along columns, w₂ along rows; kind (m, m) of LimitKind; period (m, m); optimum (m, m, 2):
    the optimum reached, NaN elsewhere; saddle (m, m): ended on the saddle 0.
    """

    axis: Array
    kind: NDArray[np.object_]
    period: Indices
    optimum: Array
    saddle: Flags

    @property
    def imbalance(self) -> Array:
        """w₁² − w₂² of the optimum reached, which with the sign of w₁ names it; (m, m)."""
        return self.optimum[..., 0] ** 2 - self.optimum[..., 1] ** 2

    @property
    def sharpness(self) -> Array:
        """w₁² + w₂² of the optimum reached, its largest Hessian eigenvalue; (m, m)."""
        return np.sum(self.optimum**2, axis=-1)


class ScalarLayers(DeepLinearNetwork):
    """Two scalar layers, whose gradient has a short formula."""

    def listing(self) -> Listing:
        """The program of ∇½(w₁w₂ − r)² as plain data."""
        return compiled(f"(x*y - ({float(self.target[0, 0])!r}))^2/2").program((0,), (1,)).listing


def plane_network(target: float) -> ScalarLayers:
    """The network of two scalar layers with the target r; a state is (w₁, w₂)."""
    return ScalarLayers(np.array([[float(finite("target", target))]]), (1, 1, 1))


def plane_diagram(target: float, start: tuple[float, float]) -> BifurcationDiagram:
    """Where the run from start goes at step sizes up to a little beyond 1/|r|, above which it reaches no
    optimum.

    Raises ValueError naming the argument, like `hyperbola`.
    """
    deltas = DIAGRAM_SCALED / abs(float(finite("target", target)))
    transient, kept = DIAGRAM_STEPS
    return bifurcation_diagram(plane_network(target), start, deltas, n_transient=transient, n_keep=kept)


def hyperbola(target: float, step_size: float, window: float) -> Hyperbola:
    """The optima of r with |w₁|, |w₂| ≤ window, and the part of them that δ can reach.

    Raises ValueError where target is 0 or not finite, step_size or window not positive and finite.
    """
    delta, window = float(positive_finite("step_size", step_size)), float(positive_finite("window", window))
    r = float(finite("target", target))
    if r == 0:
        raise ValueError("target must not be 0: Theorem 1 assumes R ≠ 0, got 0.0")
    lowest = min(abs(r) / window, math.sqrt(abs(r)))
    w1 = np.geomspace(lowest, abs(r) / lowest, CURVE_POINTS)
    branch = np.stack([w1, r / w1], axis=-1)
    points = np.stack([branch, -branch])
    sharpness = np.sum(points**2, axis=-1)
    gap = 1.0 / delta**2 - r**2
    large = math.sqrt(1.0 / delta + math.sqrt(max(gap, 0.0)))
    small = abs(r) / large  # without cancellation
    met = np.array([large, small, -large, -small] if gap >= 0 else [])
    ends = np.stack([met, r / met], axis=-1)
    return Hyperbola(points, sharpness, sharpness <= 2.0 / delta, math.sqrt(2.0 / delta), ends)


def plane_run(target: float, start: ArrayLike, step_size: float, n_steps: int) -> PlaneRun:
    """Gradient descent on ½(w₁w₂ − r)² from start (w₁, w₂).

    Raises ValueError naming the argument, like `hyperbola` and `gradient_descent`.
    """
    network = plane_network(target)
    start = finite("start", start)
    states = gradient_descent(network, start, step_size, n_steps).states
    limit = classify_limit(network, start, step_size, n_steps=max(DECIDED_IN, n_steps))
    with np.errstate(over="ignore", invalid="ignore"):
        costs = network.value(states)
        errors = states[:, 0] * states[:, 1] - target
        imbalance = states[:, 0] ** 2 - states[:, 1] ** 2
        factors = 1.0 - (step_size * errors[:-1]) ** 2
        predicted = imbalance[0] * np.concatenate([[1.0], np.cumprod(factors)])
    window = plane_window(target, step_size, start)
    curve = hyperbola(target, step_size, window)
    return PlaneRun(
        float(target), float(step_size), window, states, costs, imbalance, predicted, curve, limit
    )


def plane_window(target: float, step_size: float, start: ArrayLike) -> float:
    """A window that shows the start, the flattest optima and, unless it is very long, the reachable arc."""
    radius = math.sqrt(2.0 / step_size) if step_size * abs(target) <= 1.0 else 0.0
    needed = BESIDE * max(*np.abs(start), radius, 1.5 * math.sqrt(abs(target)))
    return next((window for window in WINDOWS if window >= needed), WINDOWS[-1])


def plane_raster(target: float, step_size: float, window: float, side: int = RASTER_SIDE) -> PlaneRaster:
    """Classify the cell centres of a side × side grid over |w₁|, |w₂| ≤ window.

    The map commutes with (w₁, w₂) → (w₂, w₁) and → (−w₂, −w₁), so only the starts with w₁ ≥ |w₂| are run.
    Those with w₁ = |w₂| are moved by NUDGE of a cell: no random start lies on the line that leads to the
    saddle.
    """
    network, half = plane_network(target), count("side", side) - 1
    axis = float(positive_finite("window", window)) * (2.0 * np.arange(side) - half) / side
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    swapped = column < row
    row, column = np.minimum(row, column), np.maximum(row, column)
    mirrored = row + column < half
    row, column = np.where(mirrored, (half - column, half - row), (row, column))
    chosen, run = np.unique(row * side + column, return_inverse=True)
    starts = np.stack([axis[chosen % side], axis[chosen // side]], axis=-1)
    starts[starts[:, 0] == np.abs(starts[:, 1]), 0] += NUDGE * 2.0 * window / side
    limit = classify_limit(network, starts, step_size, n_steps=RASTER_STEPS, max_period=RASTER_PERIODS)
    settled = limit.kind == LimitKind.EQUILIBRIUM
    points = limit.points[0] if len(limit.points) else np.full(starts.shape, np.nan)
    learned = settled & _learned(target, points)
    optimum = np.where(learned[:, None], points, np.nan)[run].reshape(side, side, 2)
    optimum = np.where(mirrored[..., None], -optimum[..., ::-1], optimum)
    optimum = np.where(swapped[..., None], optimum[..., ::-1], optimum)
    kind, period, saddle = (
        values[run].reshape(side, side) for values in (limit.kind, limit.period, settled & ~learned)
    )
    return PlaneRaster(axis, kind, period, optimum, saddle)


def _learned(target: float, points: Array) -> Flags:
    """Whether points batch + (2,) are optima; False where NaN."""
    return plane_network(target).value(points) <= ON_HYPERBOLA * target**2
