"""A function of x that a reader typed: equilibria, one run, its step-size diagram, the fates of starts."""

import numpy as np

from stepsize_core.diagrams import Branches, StepSizeDiagram
from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.paper.runs import run_of
from stepsize_core.paper.scalar import (
    RUN_STEPS,
    ScalarStudy,
    Sweep,
    Window,
    diagram_step_sizes,
    random_starts,
)
from stepsize_core.paper.suited import equilibria_of
from stepsize_core.paper.your_function.line_claims import line_claims
from stepsize_core.paper.your_function.params import Params
from stepsize_core.parts import Progress
from stepsize_core.sweeps import FateRaster

SHARE_STARTS = 400  # random starts, uniform on the window
STEP_SIZES = 320  # of the diagram
PAST_CRITICAL = (
    1.5  # the diagram reaches so many times past the largest critical step size, as the logistic map
)
LARGEST = (1e-12, 1e6)  # between which the diagram ends
RASTER_SHAPE = (160, 240)  # step sizes × starts
CYCLE_GRID = 800  # points of the window at which 2-cycles are bracketed
BESIDE = 1e-3  # of the flattest minimum, where its attractor is looked for

LineStudy = ScalarStudy


def study_on_line(params: Params) -> LineStudy:
    """Run a function of x at `params` and set it against linear theory."""
    function, window = params.objective, params.window
    run = run_of(params, function, params.start, decided_in=RUN_STEPS)
    points = critical_points(function, window, params.step_size)
    basins = random_starts(function, window, params.step_size, params.seed, SHARE_STARTS)
    claims = line_claims(params, function, points, basins, run.states)
    search = equilibria_of(function, *window)
    return LineStudy(**vars(run), critical_points=points, basins=basins, claims=claims, search=search)


def critical_points(function: UserFunction, window: Window, step_size: float) -> tuple[CriticalPoint, ...]:
    """The equilibria in the window, ascending, with their stability at this step size."""
    found = equilibria_of(function, *window)
    return tuple(
        critical_point(function, x, step_size, kink=kink) for x, kink in zip(found.places, found.kinks)
    )


def sweep_of(text: str, low: float, high: float) -> Sweep:
    """The step sizes of the diagram, STEP_SIZES up to past the critical ones of the minima in the window."""
    function = UserFunction(text)
    points = critical_points(function, (low, high), 1.0)
    deltas = diagram_step_sizes(
        [p.critical for p in points if p.critical is not None and 0.0 < p.critical < np.inf],
        np.abs(function.hessian(np.linspace(low, high, 401))),
        beyond=PAST_CRITICAL, ends=LARGEST, number=STEP_SIZES,
    )  # fmt: skip
    return Sweep(function, points, deltas)


def step_size_diagram(text: str, low: float, high: float, start: float) -> StepSizeDiagram:
    """The step-size diagram of a function of x from `start`."""
    return sweep_of(text, low, high).diagram(start, steps=(600, 120), exponent_steps=(400, 400))


def branches(text: str, low: float, high: float, progress: Progress | None = None) -> Branches:
    """What the diagram shows beside a start: from the sharpest minimum upwards, to the flattest downwards.

    progress: called with the share done, 0 to 1.
    """
    return sweep_of(text, low, high).branches((low, high), "f″", BESIDE, (low, high), CYCLE_GRID, progress)


def start_step_size_raster(
    text: str, low: float, high: float, progress: Progress | None = None
) -> FateRaster:
    """The fate of every (start, δ), with starts in the window and the step sizes of the diagram.

    progress: called with the share done, 0 to 1.
    """
    return sweep_of(text, low, high).raster((low, high), RASTER_SHAPE, progress)
