"""A function of x and y that a reader typed: equilibria, one run, its diagram, basins over the plane."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stepsize_core.arrays import Array, Indices
from stepsize_core.claims import Claim
from stepsize_core.diagrams import NO_CYCLES, Branches, StepSizeDiagram
from stepsize_core.equilibria.plane import (
    AT_POINT,
    PlaneEquilibria,
    PlanePoint,
    named,
    plane_points,
)
from stepsize_core.equilibria.plane_search import not_isolated
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.frozen import Frozen
from stepsize_core.limits import LimitKind, classify_limit
from stepsize_core.paper import scalar
from stepsize_core.paper.runs import Run, run_of
from stepsize_core.paper.scalar import Sweep, Window, followed
from stepsize_core.paper.suited import plane_equilibria_of as equilibria_of
from stepsize_core.paper.your_function.params import Params
from stepsize_core.paper.your_function.plane_claims import plane_claims, settled_ends
from stepsize_core.parts import Progress
from stepsize_core.sweeps import Basins, basins_at, classify_rows

SHARE_STARTS = 300  # random starts, uniform on the window
SHARE_STEPS = 1000
STEP_SIZES = 240  # of the diagram
PAST_CRITICAL = 1.25  # the diagram reaches so many times past the largest critical step size
LARGEST = (1e-12, 1e6)  # between which the diagram ends
FOLLOWED = (120, 32)  # steps before, and states kept, at each step size of an attractor that is followed
BESIDE = 1e-3  # of a minimum, where its attractor is looked for
NOT_ISOLATED = -3  # the place of a point of a family
RASTER_SIDE = 72
RASTER_STEPS = 600
RASTER_PERIODS = 16


class PlaneStudy(Run):
    """One run of a function of x and y, its equilibria in the window, and where other starts end.

    search: what was found, with those listed that runs reach and those nearest the middle; critical_points:
    what is listed, at this step size; basins: SHARE_STARTS starts drawn uniformly from the window, all
    equilibria that were found told apart by place.
    """

    critical_points: tuple[PlanePoint, ...]
    basins: Basins
    search: PlaneEquilibria
    claims: tuple[Claim, ...]


class PlaneRaster(Frozen):
    """Where each start of the window ends: x (m,) along columns, y (m,) along rows.

    kind (m, m) of LimitKind; period (m, m); place (m, m): index of the equilibrium reached among the isolated
    ones of `plane_equilibria`, −1 for another one, NOT_ISOLATED for a point of a family, −2 for none.
    """

    x: Array
    y: Array
    kind: NDArray[np.object_]
    period: Indices
    place: Indices


def study_on_plane(params: Params) -> PlaneStudy:
    """Run a function of x and y at `params` and set it against linear theory."""
    function, start = params.objective, np.array([params.start, params.start_y])
    run = run_of(params, function, start)
    low, high = zip(params.window, params.window_y)
    starts = np.random.default_rng(params.seed).uniform(low, high, (SHARE_STARTS, 2))
    runs = classify_limit(function, starts, params.step_size, n_steps=SHARE_STEPS)
    own = run.limit.points[:1] if run.limit.kind is LimitKind.EQUILIBRIUM else starts[:0]
    search = equilibria_of(function, low, high).keeping(function, np.concatenate([own, settled_ends(runs)]))
    points, found = plane_points(function, search, params.step_size), search.isolated.places
    basins = basins_at(runs, found, AT_POINT * params.reach, [named(place) for place in found])
    claims = plane_claims(params, function, points, run.limit, basins, run.states)
    return PlaneStudy(**vars(run), critical_points=points, basins=basins, search=search, claims=claims)


def diagram_step_sizes(text: str, window: Window, window_y: Window) -> Array:
    """The step sizes of the diagram, (STEP_SIZES,): past the critical ones of the minima found."""
    function = UserFunction(text)
    search = equilibria_of(function, *zip(window, window_y))
    points = plane_points(function, search, 1.0)
    critical = [p.critical for p in points if p.critical is not None]
    critical += (2.0 / search.sharpness[search.sharpness > 0.0]).tolist()
    grid = np.stack(np.meshgrid(np.linspace(*window, 21), np.linspace(*window_y, 21)), axis=-1)
    hessian = function.hessian(grid).reshape(-1, 2, 2)
    hessian = hessian[np.isfinite(hessian).all(axis=(-2, -1))]
    sharpness = np.abs(np.linalg.eigvalsh(hessian)).max(axis=-1)
    return scalar.diagram_step_sizes(
        critical, sharpness, beyond=PAST_CRITICAL, ends=LARGEST, number=STEP_SIZES
    )


def plane_diagram(
    text: str, window: Window, window_y: Window, start: tuple[float, float], coordinate: str
) -> StepSizeDiagram:
    """The step-size diagram of one coordinate, "x" or "y", from the start (x, y)."""
    sweep = Sweep(UserFunction(text), (), diagram_step_sizes(text, window, window_y))
    found = sweep.diagram(tuple(start), steps=(2500, 100), exponent_steps=(1000, 400))
    states = found.diagram.states[..., "xy".index(coordinate)]
    return replace(found, diagram=replace(found.diagram, states=states))


def plane_branches(
    text: str, window: Window, window_y: Window, coordinate: str, progress: Progress | None = None
) -> Branches:
    """What the diagram shows beside a start: the minima, followed from the sharpest and to the flattest.

    progress: called with the share done, 0 to 1.
    """
    report = progress or (lambda share: None)
    function, deltas = UserFunction(text), diagram_step_sizes(text, window, window_y)
    search = equilibria_of(function, *zip(window, window_y))
    points = plane_points(function, search, 1.0)
    minima = sorted((p for p in points if p.kind == "minimum"), key=lambda p: -p.eigenvalues[1])[::-1]
    index = "xy".index(coordinate)
    places = [np.array(p.place) + BESIDE for p in minima]
    report(0.0)
    upward = followed(function, places[-1] if places else None, deltas, "up", FOLLOWED)
    report(0.5)
    downward = followed(function, places[0] if places else None, deltas, "down", FOLLOWED)
    flattest = float(search.sharpness[search.sharpness > 0.0].min(initial=np.inf))
    critical = [(p, 2.0 / p.eigenvalues[1]) for p in reversed(minima)]
    thresholds = tuple((delta, f"{p.name}: {delta:.4g}") for p, delta in critical)
    if search.valley:
        thresholds += ((2.0 / flattest, f"flattest of the valley: {2.0 / flattest:.4g}"),)
    return Branches(
        window=window_y if index else window,
        upward=replace(upward, states=upward.states[..., index]),
        downward=replace(downward, states=downward.states[..., index]),
        cycles=NO_CYCLES,
        unstable=tuple((p.place[index], delta) for p, delta in critical),
        thresholds=thresholds,
        names=scalar.branch_names([(p.place[index], p.name) for p in minima]),
    )


def plane_raster(
    text: str, window: Window, window_y: Window, step_size: float, progress: Progress | None = None
) -> PlaneRaster:
    """Where each start of a RASTER_SIDE × RASTER_SIDE grid of cell centres ends.

    progress: called with the share done, 0 to 1.
    """
    function = UserFunction(text)
    search = equilibria_of(function, *zip(window, window_y))
    shares = (np.arange(RASTER_SIDE) + 0.5) / RASTER_SIDE
    x, y = (low + (high - low) * shares for low, high in (window, window_y))
    starts = np.stack(np.meshgrid(x, y), axis=-1)
    step_sizes = np.full(starts.shape[:2], step_size)
    limit = classify_rows(
        function, starts, step_sizes, progress, n_steps=RASTER_STEPS, max_period=RASTER_PERIODS
    )
    place, settled = np.full(limit.kind.shape, -2), limit.kind == LimitKind.EQUILIBRIUM
    ends = settled_ends(limit)
    known = search.index_of(ends)
    place[settled] = np.where((known < 0) & not_isolated(function, ends), NOT_ISOLATED, known)
    return PlaneRaster(x, y, limit.kind, limit.period, place)
