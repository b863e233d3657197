"""A function of x that a reader typed: equilibria, one run, its step-size diagram, the fates of starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stepsize_core.claims import Claim, read_only
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import Branches, StepSizeDiagram, thresholds_of, unstable_parts
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.equilibria.line import CriticalPoint, Equilibria, critical_point, equilibria_on
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.limits import Limit, classify_limit
from stepsize_core.paper.your_function.line_claims import RUN_STEPS, line_claims
from stepsize_core.stability import lyapunov_exponent
from stepsize_core.sweeps import (
    Basins,
    BifurcationDiagram,
    FateRaster,
    basins_of_attraction,
    bifurcation_diagram,
    fate_raster,
)

if TYPE_CHECKING:
    from stepsize_core.paper.your_function.studies import Params

SHARE_STARTS = 400  # random starts, uniform on the window
SHARE_STEPS = 512
STEP_SIZES = 320  # of the diagram
BEYOND = 1.3  # the diagram reaches so many times past the largest critical step size
WIDEST = 20.0  # but not so many times past the smallest
WITHOUT = 4.0  # without a critical step size: δ up to this over a typical |f″|
LARGEST = (1e-3, 1e3)  # between which the diagram ends
RASTER_SHAPE = (160, 240)  # step sizes × starts
CYCLE_GRID = 800  # points of the window at which 2-cycles are bracketed


@dataclass(frozen=True)
class LineStudy:
    """One run of a function of x, its equilibria in the window, and where other starts end.

    states (n_steps + 1,): x[k]; losses: f(x[k]), NaN where f is not defined; search: what was found where;
    critical_points: the equilibria at this step size, ascending in x; limit: what the run became; basins:
    SHARE_STARTS starts drawn uniformly from the window.
    """

    params: Params
    objective: UserFunction
    states: np.ndarray
    losses: np.ndarray
    search: Equilibria
    critical_points: tuple[CriticalPoint, ...]
    limit: Limit
    basins: Basins
    claims: tuple[Claim, ...]


def study_on_line(params: Params) -> LineStudy:
    """Run a function of x at `params` and set it against linear theory."""
    function, window = params.objective, params.window
    states = gradient_descent(function, params.start, params.step_size, params.n_steps).states
    losses = function.value(states)
    limit = classify_limit(function, params.start, params.step_size, n_steps=RUN_STEPS)
    points = critical_points(function, window, params.step_size)
    starts = np.random.default_rng(params.seed).uniform(*window, SHARE_STARTS)
    basins = basins_of_attraction(function, starts, params.step_size, n_steps=SHARE_STEPS)
    read_only(states, losses)
    claims = line_claims(params, function, points, basins, states)
    return LineStudy(
        params, function, states, losses, equilibria_of(function, *window), points, limit, basins, claims
    )


@lru_cache(maxsize=256)
def equilibria_of(function: UserFunction, low: float, high: float) -> Equilibria:
    """`equilibria_on`, worked out once for a function and a window."""
    return equilibria_on(function, low, high)


def critical_points(function: UserFunction, window, step_size: float) -> tuple[CriticalPoint, ...]:
    """The equilibria in the window, ascending, with their stability at this step size."""
    found = equilibria_of(function, *window)
    return tuple(
        critical_point(function, x, step_size, kink=kink) for x, kink in zip(found.places, found.kinks)
    )


def diagram_step_sizes(text: str, low: float, high: float) -> np.ndarray:
    """The step sizes of the diagram, (STEP_SIZES,): past the critical ones of the minima in the window."""
    function = UserFunction(text)
    points = critical_points(function, (low, high), 1.0)
    critical = [p.critical for p in points if p.critical is not None and 0.0 < p.critical < np.inf]
    if critical:
        largest = min(BEYOND * max(critical), WIDEST * min(critical))
    else:
        curvature = np.abs(function.hessian(np.linspace(low, high, 401)))
        curvature = curvature[np.isfinite(curvature) & (curvature > 0.0)]
        largest = WITHOUT / float(np.median(curvature)) if len(curvature) else WITHOUT
    largest = float(f"{np.clip(largest, *LARGEST):.2g}")
    return np.linspace(largest / STEP_SIZES, largest, STEP_SIZES)


def step_size_diagram(text: str, low: float, high: float, start: float) -> StepSizeDiagram:
    """The step-size diagram of a function of x from `start`."""
    function, deltas = UserFunction(text), diagram_step_sizes(text, low, high)
    return StepSizeDiagram(
        start=start,
        diagram=bifurcation_diagram(function, start, deltas, n_transient=600, n_keep=120),
        exponents=lyapunov_exponent(function, start, deltas, n_transient=400, n_steps=400),
        thresholds=tuple(p.critical for p in critical_points(function, (low, high), 1.0)),
    )


def branches(text: str, low: float, high: float, progress=None) -> Branches:
    """What the diagram shows beside a start: from the sharpest minimum upwards, to the flattest downwards.

    progress: called with the share done, 0 to 1.
    """
    report = progress or (lambda share: None)
    function, deltas = UserFunction(text), diagram_step_sizes(text, low, high)
    points = critical_points(function, (low, high), 1.0)
    minima = sorted((p for p in points if p.curvature > 0.0), key=lambda p: p.curvature)
    report(0.0)
    upward = _followed(function, minima[-1].x if minima else None, deltas, "up")
    report(0.4)
    downward = _followed(function, minima[0].x if minima else None, deltas, "down")
    report(0.8)
    names = ()
    if minima:
        names = ((minima[-1].x, f"upwards from x = {minima[-1].x:.4g} →"),)
    if len(minima) > 1:
        names += ((minima[0].x, f"← downwards to x = {minima[0].x:.4g}"),)
    return Branches(
        window=(low, high),
        upward=upward,
        downward=downward,
        cycles=two_cycles(function, deltas, low, high, n_grid=CYCLE_GRID),
        unstable=unstable_parts(points),
        thresholds=thresholds_of(points, "f″"),
        names=names,
    )


def _followed(function, minimum: float | None, deltas: np.ndarray, direction: str) -> BifurcationDiagram:
    """The attractor followed from one step size to the next; downwards from the largest step size at which
    there is still a bounded one near the minimum."""
    kept = {"n_transient": 160, "n_keep": 48}
    if minimum is None:
        return BifurcationDiagram(deltas, np.full((kept["n_keep"], len(deltas)), np.nan), direction)
    beside = minimum + 1e-3 * max(1.0, abs(minimum))
    if direction == "up":
        return bifurcation_diagram(function, minimum, deltas, continuation="up", **kept)
    bounded = np.isfinite(gradient_descent(function, beside, deltas, 400, keep_last=1).final)
    states = np.full((kept["n_keep"], len(deltas)), np.nan)
    if bounded.any():
        usable = deltas[: int(np.flatnonzero(bounded)[-1]) + 1]
        states[:, : len(usable)] = bifurcation_diagram(
            function, beside, usable, continuation="down", **kept
        ).states
    return BifurcationDiagram(deltas, states, direction)


def start_step_size_raster(text: str, low: float, high: float, progress=None) -> FateRaster:
    """The fate of every (start, δ), with starts in the window and the step sizes of the diagram.

    progress: called with the share done, 0 to 1.
    """
    rows, columns = RASTER_SHAPE
    deltas = diagram_step_sizes(text, low, high)
    deltas = np.linspace(deltas[0], deltas[-1], rows)
    return fate_raster(UserFunction(text), np.linspace(low, high, columns), deltas, progress=progress)
