"""What phenomena of a scalar variable share: a run, equilibria, fates of starts, the step-size diagram.

Followed attractors, the step sizes of a diagram and the claim of selection serve the plane as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array, Flags
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import Branches, StepSizeDiagram, thresholds_of, unstable_parts
from stepsize_core.equilibria.branches import GRID_POINTS, two_cycles
from stepsize_core.equilibria.line import CriticalPoint, Equilibria
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.objectives import Objective
from stepsize_core.stability import lyapunov_exponent
from stepsize_core.sweeps import (
    Basins,
    BifurcationDiagram,
    FateRaster,
    basins_of_attraction,
    bifurcation_diagram,
    fate_raster,
)

RUN_STEPS = 4000  # within which a single run is to be decided
SHARE_STEPS = 512  # within which a random start is
WIDEST = 20.0  # a diagram reaches at most so many times past the smallest critical step size
WITHOUT = 4.0  # without a critical step size: δ up to this over a typical curvature
FOLLOWED = (160, 48)  # steps before, and states kept, at each step size of an attractor that is followed
BOUNDED_STEPS = 400  # that a run must survive for an attractor to be followed from its step size

Window = tuple[float, float]
Progress = Callable[[float], None]  # called with the share done, 0 to 1


class ScalarStudy(Frozen):
    """One run of a scalar function, its equilibria, and where other starts end.

    states (n_steps + 1,): x[k]; losses: f(x[k]), NaN where f is not defined; search: what was found where,
    None where the equilibria are known in closed form; critical_points: the equilibria at this step size,
    ascending in x; limit: what the run became; basins: starts drawn uniformly from a window.
    """

    params: Any
    objective: Objective
    states: Array
    losses: Array
    search: Equilibria | None
    critical_points: tuple[CriticalPoint, ...]
    limit: Limit
    basins: Basins
    claims: tuple[Claim, ...]


def run_of(
    objective: Objective, start: float, step_size: float, n_steps: int, *, decided_in: int = 10_000
) -> tuple[Array, Array, Limit]:
    """The states x[k] of a run, (n_steps + 1,), their losses, and the limit, decided within so many steps."""
    states = gradient_descent(objective, start, step_size, n_steps).states
    with np.errstate(over="ignore", invalid="ignore"):  # the last states before an escape
        losses = objective.value(states)
    return states, losses, classify_limit(objective, start, step_size, n_steps=decided_in)


def random_starts(objective: Objective, window: Window, step_size: float, seed: int, n_starts: int) -> Basins:
    """Where starts drawn uniformly from the window end."""
    starts = np.random.default_rng(seed).uniform(*window, n_starts)
    return basins_of_attraction(objective, starts, step_size, n_steps=SHARE_STEPS)


# Over the step size


def diagram_step_sizes(
    critical: Sequence[float], curvatures: Array, *, beyond: float, ends: Window, number: int
) -> Array:
    """The step sizes of a diagram, (number,), from near 0 on: `beyond` times past the largest critical one.

    critical: those of the minima; curvatures: samples, of which the positive ones decide where there is no
    minimum; ends: between which the diagram ends.
    """
    if critical:
        largest = min(beyond * max(critical), WIDEST * min(critical))
    else:
        curvatures = curvatures[np.isfinite(curvatures) & (curvatures > 0.0)]
        largest = WITHOUT / float(np.median(curvatures)) if len(curvatures) else WITHOUT
    largest = float(f"{np.clip(largest, *ends):.2g}")
    return np.linspace(largest / number, largest, number)


def step_size_diagram(
    objective: Objective,
    points: Sequence[CriticalPoint],
    step_sizes: Array,
    start: float,
    *,
    steps: tuple[int, int],
    exponent_steps: tuple[int, int] = (1000, 1000),
) -> StepSizeDiagram:
    """The step-size diagram from `start`. steps, exponent_steps: those left out, and those looked at."""
    n_transient, n_keep = steps
    waited, n_steps = exponent_steps
    return StepSizeDiagram(
        start=start,
        diagram=bifurcation_diagram(objective, start, step_sizes, n_transient=n_transient, n_keep=n_keep),
        exponents=lyapunov_exponent(objective, start, step_sizes, n_transient=waited, n_steps=n_steps),
        thresholds=tuple(p.critical for p in points),
    )


def branches(
    objective: Objective,
    points: Sequence[CriticalPoint],
    step_sizes: Array,
    window: Window,
    symbol: str,
    *,
    beside: float,
    cycles_on: Window,
    n_grid: int = GRID_POINTS,
    progress: Progress | None = None,
) -> Branches:
    """What the diagram shows beside a start: from the sharpest minimum upwards, to the flattest downwards.

    symbol: of f″; beside: how far from the flattest minimum its attractor is looked for at the largest step
    size, relative to max(1, |x|); cycles_on: where 2-cycles are bracketed, between n_grid points.
    """
    report = progress or (lambda share: None)
    minima = sorted((p for p in points if p.curvature > 0.0), key=lambda p: p.curvature)
    report(0.0)
    sharpest = minima[-1].x if minima else None
    upward = followed(objective, sharpest, step_sizes, "up", bounded_only=False)
    report(0.4)
    flattest = minima[0].x + beside * max(1.0, abs(minima[0].x)) if minima else None
    downward = followed(objective, flattest, step_sizes, "down")
    report(0.8)
    return Branches(
        window=window,
        upward=upward,
        downward=downward,
        cycles=two_cycles(objective, step_sizes, *cycles_on, n_grid=n_grid),
        unstable=unstable_parts(points),
        thresholds=thresholds_of(points, symbol),
        names=branch_names([(p.x, f"x = {p.x:.4g}") for p in minima]),
    )


def branch_names(minima: Sequence[tuple[float, str]]) -> tuple[tuple[float, str], ...]:
    """`Branches.names` of minima (state, name), the flattest first."""
    if not minima:
        return ()
    (low, flattest), (high, sharpest) = minima[0], minima[-1]
    upwards = (high, f"upwards from {sharpest} →")
    return (upwards,) if len(minima) == 1 else (upwards, (low, f"← downwards to {flattest}"))


def followed(
    objective: Objective,
    start: ArrayLike | None,
    step_sizes: Array,
    direction: Literal["up", "down"],
    steps: tuple[int, int] = FOLLOWED,
    *,
    bounded_only: bool = True,
) -> BifurcationDiagram:
    """The attractor followed from one step size to the next, from `start`; NaN throughout where that is None.

    steps: those left out, and those kept, at each step size. bounded_only: up to the largest step size at
    which a run from `start` stays bounded.
    """
    n_transient, n_keep = steps
    states = np.full((n_keep, len(step_sizes), *objective.state_shape), np.nan)
    usable = 0 if start is None else len(step_sizes)
    if start is not None and bounded_only:
        final = gradient_descent(objective, start, step_sizes, BOUNDED_STEPS, keep_last=1).final
        bounded = np.isfinite(final).reshape(len(step_sizes), -1).all(axis=-1)
        usable = int(np.flatnonzero(bounded)[-1]) + 1 if bounded.any() else 0
    if usable:
        states[:, :usable] = bifurcation_diagram(
            objective, start, step_sizes[:usable],
            n_transient=n_transient, n_keep=n_keep, continuation=direction,
        ).states  # fmt: skip
    return BifurcationDiagram(step_sizes, states, direction)


def raster(
    objective: Objective,
    window: Window,
    step_sizes: Array,
    shape: tuple[int, int],
    progress: Progress | None = None,
) -> FateRaster:
    """The fate of every (start, δ): shape (step sizes, starts), starts in the window, δ over `step_sizes`."""
    rows, columns = shape
    deltas = np.linspace(step_sizes[0], step_sizes[-1], rows)
    return fate_raster(objective, np.linspace(*window, columns), deltas, progress=progress)


# Claims


def stability_claim(
    objective: Objective,
    point: CriticalPoint,
    step_size: float,
    *,
    statement: str,
    place: str,
    stable: bool,
    probe: float,
    back: float,
    near_critical: float,
    silent: str,
) -> Claim:
    """A run started beside an equilibrium comes back or does not, as linear theory says.

    stable: what theory says; probe: the displacement; back: the share of it within which the run must end to
    be back; near_critical: relative distance of δ to 2/f″ within which a probe decides nothing, which the
    note `silent` then says.
    """
    limit = classify_limit(objective, point.x + probe, step_size, n_steps=RUN_STEPS)
    returned = limit.kind is LimitKind.EQUILIBRIUM and abs(float(limit.points[0]) - point.x) < back * probe
    decided = not point.critical or abs(step_size / point.critical - 1.0) > near_critical
    return Claim.fact(
        statement,
        place,
        point.stability,
        f"a start {probe:.3g} away: {limit.sentence}",
        (returned == stable) if decided else None,
        rule="returns or leaves",
        note="" if decided else silent,
    )


def selection_claim(
    place: str, ends: Sequence[tuple[int, bool]], n_starts: int, *, stable: str, none: str
) -> Claim:
    """Of the runs that converge to an equilibrium, all reach one that is stable at this step size.

    ends: how many of the starts converge to the same equilibrium, and whether that is a stable one; stable:
    the stable ones in words, "" where there are none; none: what is said where no start converges.
    """
    statement = "If gradient descent converges to an equilibrium, that equilibrium is a stable one"
    total, reached = sum(count for count, _ in ends), sum(count for count, good in ends if good)
    if not stable:
        return Claim.fact(statement, place, "none converges", none, total == 0, rule="0 starts")
    if total == 0:
        return Claim.not_applicable(statement, place, stable, none, "no run converges")
    measured = f"{reached} of the {total} that converge (of {n_starts} starts)"
    return Claim.fact(statement, place, f"all reach {stable}", measured, reached == total, rule="all")


def bisected(
    changed: Callable[[Array], Flags], low: float, high: float, *, points: int, rounds: int
) -> float:
    """Where `changed`, of values (points,), turns from False to True on [low, high], by subdivision.

    Each round narrows the bracket (points − 1)-fold. NaN where its ends do not disagree.
    """
    for _ in range(rounds):
        values = np.linspace(low, high, points)
        after = changed(values)
        if after[0] or not after[-1]:
            return math.nan
        first = int(np.argmax(after))
        low, high = values[first - 1], values[first]
    return float((low + high) / 2.0)
