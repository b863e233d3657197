"""What phenomena of a scalar variable share: equilibria, fates of starts, the step-size diagram.

Followed attractors, the step sizes of a diagram and the claim of selection serve the plane as well.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array, Flags
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import (
    Branches,
    StepSizeDiagram,
    thresholds_of,
    unstable_parts,
    without_escaped,
)
from stepsize_core.dynamics import Map
from stepsize_core.equilibria.branches import GRID_POINTS, two_cycles
from stepsize_core.equilibria.line import CriticalPoint, Equilibria
from stepsize_core.frozen import Frozen
from stepsize_core.limits import LimitKind, classify_limit
from stepsize_core.objectives import Objective
from stepsize_core.paper.runs import Run
from stepsize_core.parts import Progress
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
BACK = 0.5  # a start is back where its run ends closer than this share of its distance
MANY = 1e6  # steps that are written out
NEARER = 0.125  # share of the last distance at which a start is tried again,
TRIES = 2  # so often in all
WIDEST = 20.0  # a diagram reaches at most so many times past the smallest critical step size
WITHOUT = 4.0  # without a critical step size: δ up to this over a typical curvature
FOLLOWED = (160, 48)  # steps before, and states kept, at each step size of an attractor that is followed
BOUNDED_STEPS = 400  # that a run must survive for an attractor to be followed from its step size

Window = tuple[float, float]


class ScalarStudy(Run):
    """One run of a scalar function, its equilibria, and where other starts end.

    critical_points: the equilibria at this step size, ascending in x; basins: starts drawn uniformly from a
    window; search: what was found where, None where the equilibria are known in closed form.
    """

    critical_points: tuple[CriticalPoint, ...]
    basins: Basins
    claims: tuple[Claim, ...]
    search: Equilibria | None = None


def random_starts(objective: Map, window: Window, step_size: float, seed: int, n_starts: int) -> Basins:
    """Where starts drawn uniformly from the window end."""
    starts = np.random.default_rng(seed).uniform(*window, n_starts)
    return basins_of_attraction(objective, starts, step_size, n_steps=SHARE_STEPS)


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


class Sweep(Frozen):
    """A function over a range of step sizes (m,); the equilibria of a scalar one as they are at δ = 1."""

    objective: Objective
    points: tuple[CriticalPoint, ...]
    step_sizes: Array

    def diagram(
        self,
        start: float | tuple[float, ...],
        steps: tuple[int, int],
        exponent_steps: tuple[int, int] = (1000, 1000),
    ) -> StepSizeDiagram:
        """The step-size diagram from `start`. Of both counts of steps the first are left out."""
        (waited, n_keep), (waited_too, n_steps) = steps, exponent_steps
        function, deltas, thresholds = self.objective, self.step_sizes, tuple(p.critical for p in self.points)
        found = bifurcation_diagram(function, start, deltas, n_transient=waited, n_keep=n_keep)
        found = replace(found, states=without_escaped(found.states, start))
        exponents = lyapunov_exponent(function, start, deltas, n_transient=waited_too, n_steps=n_steps)
        kept = np.isfinite(found.final).reshape(len(deltas), -1).all(axis=-1)
        exponents = np.where(kept, exponents, np.nan)
        return StepSizeDiagram(start, found, exponents, thresholds, exponent_steps)

    def branches(
        self,
        window: Window,
        symbol: str,
        beside: float,
        cycles_on: Window,
        n_grid: int = GRID_POINTS,
        progress: Progress | None = None,
    ) -> Branches:
        """What the diagram shows beside a start: the sharpest minimum upwards, to the flattest downwards.

        symbol: of f″; beside: how far from the flattest minimum its attractor is looked for at the largest
        step size, relative to max(1, |x|); cycles_on: where 2-cycles are bracketed, between n_grid points.
        """
        report, function, deltas = progress or (lambda share: None), self.objective, self.step_sizes
        minima = sorted((p for p in self.points if p.curvature > 0.0), key=lambda p: p.curvature)
        report(0.0)
        sharpest = minima[-1].x if minima else None
        upward = followed(function, sharpest, deltas, "up", bounded_only=False)
        report(0.4)
        flattest = minima[0].x + beside * max(1.0, abs(minima[0].x)) if minima else None
        downward = followed(function, flattest, deltas, "down")
        report(0.8)
        return Branches(
            window=window,
            upward=upward,
            downward=downward,
            cycles=two_cycles(function, deltas, *cycles_on, n_grid=n_grid),
            unstable=unstable_parts(self.points),
            thresholds=thresholds_of(self.points, symbol),
            names=branch_names([(p.x, p.name) for p in minima]),
        )

    def raster(self, window: Window, shape: tuple[int, int], progress: Progress | None = None) -> FateRaster:
        """The fate of every (start, δ): shape (step sizes, starts), starts in the window."""
        rows, columns = shape
        deltas = np.linspace(self.step_sizes[0], self.step_sizes[-1], rows)
        return fate_raster(self.objective, np.linspace(*window, columns), deltas, progress=progress)


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
    usable = len(step_sizes)
    if start is None:
        return BifurcationDiagram(step_sizes, states, direction)
    if bounded_only:
        final = gradient_descent(objective, start, step_sizes, BOUNDED_STEPS, keep_last=1).final
        bounded = np.isfinite(final).reshape(len(step_sizes), -1).all(axis=-1)
        usable = int(np.flatnonzero(bounded)[-1]) + 1 if bounded.any() else 0
    if usable:
        states[:, :usable] = bifurcation_diagram(
            objective, start, step_sizes[:usable],
            n_transient=n_transient, n_keep=n_keep, continuation=direction,
        ).states  # fmt: skip
    return BifurcationDiagram(step_sizes, without_escaped(states, start), direction)


def stability_claim(
    objective: Map,
    point: CriticalPoint,
    step_size: float,
    statement: str,
    place: str,
    *,
    displacement: float,
    sides: Sequence[int] = (1,),
    predicted: str = "",
) -> Claim:
    """That runs beside an equilibrium come back to it exactly below its critical step size.

    They start at `displacement`, above and below as `sides` says, and stay only if all do; where they do not
    do what theory says, nearer, since theory speaks of starts near enough. Nothing is refuted so near the
    threshold that RUN_STEPS steps do not move a start by BACK. predicted: in words, if not the stability.
    """
    stable, pace = point.stability == "stable", abs(_log(abs(point.multiplier)))
    for away in (displacement * NEARER**k for k in range(TRIES)):
        runs = [_beside(objective, point.x, side * away, step_size) for side in sides]
        returned, found = min(runs, key=lambda run: {False: 0, None: 1, True: 2}[run[0]])
        if returned is stable:
            break
    note, holds = "", None if returned is None else returned is stable
    if point.stability == "neutral":
        note, holds = "at the threshold the linear theory is silent", None
    elif not holds and pace * RUN_STEPS < -math.log(BACK):
        steps = -math.log(BACK) / pace
        written = f"{steps:,.0f}" if steps < MANY else f"{steps:.1e}"
        note, holds = f"so near the threshold a distance needs {written} steps to halve or double", None
    starts = {1: "a start", 2: "starts on both sides,"}[len(sides)]
    return Claim.fact(
        statement, place, predicted or point.stability, f"{starts} {away:.3g} away: {found}", holds,
        rule="returns or leaves", note=note,
    )  # fmt: skip


def _beside(objective: Map, x: float, away: float, step_size: float) -> tuple[bool | None, str]:
    """Whether a run from x + away comes back to x, None where RUN_STEPS do not show it; and what it does.

    It is back where it ends closer than BACK·|away|, and has left where it ends elsewhere, or is farther than
    |away|/BACK when the steps run out.
    """
    limit = classify_limit(objective, x + away, step_size, n_steps=RUN_STEPS)
    if limit.kind is not LimitKind.UNDECIDED:
        at_rest = limit.kind is LimitKind.EQUILIBRIUM
        return at_rest and abs(float(limit.points[0]) - x) < BACK * abs(away), limit.sentence
    apart = np.abs(gradient_descent(objective, x + away, step_size, RUN_STEPS).states - x)
    doubled = bool(apart[-1] > abs(away) / BACK)
    return (False, "its distance more than doubles") if doubled else (None, limit.sentence)


def _log(modulus: float) -> float:
    """log of a modulus that may be 0."""
    return math.log(modulus) if modulus > 0.0 else -math.inf


def converged_starts(basins: Basins) -> list[tuple[int, float]]:
    """How many of the starts converge, and to which equilibrium."""
    return [
        (share.count, float(share.attractor.points[0]))
        for share in basins.shares
        if share.attractor.kind is LimitKind.EQUILIBRIUM
    ]


def selection_claim(
    place: str, ends: Sequence[tuple[int, bool | None]], n_starts: int, *, stable: str, none: str = ""
) -> Claim:
    """Of the runs that converge to an equilibrium, all reach one that is stable at this step size.

    ends: how many of the starts converge to the same equilibrium, and whether that is a stable one, None
    where it is too near its threshold for a run to tell; stable: the stable ones in words, "" where there are
    none; none: what is said where no start converges, by default just that.
    """
    statement = "If gradient descent converges to an equilibrium, that equilibrium is a stable one"
    total, reached = sum(count for count, _ in ends), sum(count for count, good in ends if good)
    unclear, note = sum(count for count, good in ends if good is None), ""
    none = none or f"none of {n_starts} starts is seen to converge"
    holds = None if unclear and reached + unclear == total else reached == total
    if holds is None:
        note = f"{unclear} end at an equilibrium that is unstable by less than a run can tell"
    if not stable:
        return Claim.fact(statement, place, "none converges", none, holds, rule="0 starts", note=note)
    if total == 0:
        return Claim.not_applicable(statement, place, stable, none, "no run is seen to converge")
    measured = f"{reached} of the {total} that converge (of {n_starts} starts)"
    return Claim.fact(statement, place, f"all reach {stable}", measured, holds, rule="all", note=note)


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
