"""Example 2, Figure 1: on f₂(x) = (x² + 1)(x − 1)²(x − 2)² the step size selects the equilibrium.

f₂″(1) = 4 and f₂″(2) = 10, so x = 1 is stable only for δ < 0.5 and x = 2 only for δ < 0.2. Between the two
thresholds a run that converges to an equilibrium converges to 1; others meet a period-doubling cascade
around 2, a chaotic band, or diverge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stepsize_core.claims import Claim, read_only
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import Branches, StepSizeDiagram, thresholds_of, unstable_parts
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.parameters import Count, Number, Preset, Validated, parameter
from stepsize_core.stability import lyapunov_exponent
from stepsize_core.sweeps import Basins, FateRaster, basins_of_attraction, bifurcation_diagram, fate_raster

FIGURE_1_WINDOW = (0.5, 2.25)  # the range of x that Figure 1 plots
START_WINDOW = (0.0, 2.6)  # the range the random starts are drawn from
SHARE_STARTS = 500  # random starts, uniform on START_WINDOW
SHARE_STEPS = 512
DIAGRAM_STEP_SIZES = np.linspace(0.001, 0.65, 480)
DIAGRAM_WINDOW = (0.45, 2.25)  # of x: every bounded attractor lies inside
DOWNWARD_START = 1.1  # at the largest step size: attracted by what is left around x = 1
RASTER_SHAPE = (260, 320)  # step sizes × starts
PROBE = 1e-3  # displacement from an equilibrium whose stability is measured
RUN_STEPS = 4000  # within which a single run is to be decided
NEAR_CRITICAL = 1e-3  # relative distance of δ to 2/f″ within which a probe cannot decide in finite time


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses."""

    step_size: float = parameter(0.3, Number("step size δ", 1e-3, 1.0, log=True))
    start: float = parameter(1.9, Number("start x[0]", -1.0, 3.0))
    n_steps: int = parameter(60, Count("steps", 2, 1000, log=True))
    seed: int = parameter(0, Count("seed of the random starts", 0, 9999))


PRESETS = {
    "chaotic_band": Preset(
        "δ = 0.3: the paper's step, a start near 2",
        "x = 2 is unstable and this run never converges: it wanders in a chaotic band around 2.",
        Params(),
    ),
    "selected": Preset(
        "δ = 0.3: a start that converges reaches 1",
        "The paper's sentence: if gradient descent converges to an equilibrium at δ = 0.3, it is x = 1.",
        Params(start=0.6),
    ),
    "both_stable": Preset(
        "δ = 0.1: both minima are stable",
        "Below 0.2 either minimum can be reached; the start decides.",
        Params(step_size=0.1),
    ),
    "threshold": Preset(
        "δ = 0.2 exactly: neither stable nor unstable",
        "At the threshold the approach to 2 is algebraic: thousands of steps for each digit.",
        Params(step_size=0.2, n_steps=400),
    ),
    "period_2": Preset(
        "δ = 0.21: a 2-cycle is born at 2",
        "Just above 0.2 the minimum is replaced by a stable oscillation around it.",
        Params(step_size=0.21),
    ),
    "period_4": Preset(
        "δ = 0.25: period 4",
        "The 2-cycle has doubled its period: the second step of a cascade.",
        Params(step_size=0.25, n_steps=100),
    ),
    "band_ends": Preset(
        "δ = 0.345: the band is gone",
        "Near 0.34 the chaotic band touches the edge of its basin; its starts now fall to x = 1.",
        Params(step_size=0.345),
    ),
    "nothing_stable": Preset(
        "δ = 0.55: no equilibrium is stable",
        "Above 0.5 x = 1 is unstable too: a run near it oscillates.",
        Params(step_size=0.55, start=1.02, n_steps=100),
    ),
}


@dataclass(frozen=True)
class Study:
    """One run of Example 2, the equilibria at its step size, and where other starts end.

    states (n_steps + 1,): x[k]; losses: f₂(x[k]); critical_points: ascending in x; limit: what the run
    became; basins: SHARE_STARTS starts drawn uniformly from START_WINDOW.
    """

    params: Params
    objective: TwoMinima
    states: np.ndarray
    losses: np.ndarray
    critical_points: tuple[CriticalPoint, ...]
    limit: Limit
    basins: Basins
    claims: tuple[Claim, ...]


def study(params: Params) -> Study:
    """Run Example 2 at `params` and set it against the theory."""
    objective = TwoMinima()
    states = gradient_descent(objective, params.start, params.step_size, params.n_steps).states
    points = critical_points(params.step_size)
    limit = classify_limit(objective, params.start, params.step_size, n_steps=RUN_STEPS)
    basins = outcome_shares(params.step_size, params.seed)
    with np.errstate(over="ignore", invalid="ignore"):  # the last state before an escape may overflow here
        losses = objective.value(states)
    read_only(states, losses)
    claims = _claims(params, objective, points, basins)
    return Study(params, objective, states, losses, points, limit, basins, claims)


def critical_points(step_size: float) -> tuple[CriticalPoint, ...]:
    """The equilibria of f₂, ascending, with their stability at this step size."""
    objective = TwoMinima()
    return tuple(critical_point(objective, x, step_size) for x in objective.equilibria)


def outcome_shares(step_size: float, seed: int = 0, n_starts: int = SHARE_STARTS) -> Basins:
    """Where starts drawn uniformly from START_WINDOW end at this step size."""
    starts = np.random.default_rng(seed).uniform(*START_WINDOW, n_starts)
    return basins_of_attraction(TwoMinima(), starts, step_size, n_steps=SHARE_STEPS)


def step_size_diagram(start: float) -> StepSizeDiagram:
    """The step-size diagram over (0, 0.65] from `start`."""
    objective, deltas = TwoMinima(), DIAGRAM_STEP_SIZES
    return StepSizeDiagram(
        start=start,
        diagram=bifurcation_diagram(objective, start, deltas, n_transient=1000, n_keep=160),
        exponents=lyapunov_exponent(objective, start, deltas),
        thresholds=tuple(p.critical for p in critical_points(1.0)),
    )


def branches() -> Branches:
    """Continuation upwards from x = 2 and downwards from x ≈ 1 over (0, 0.65], 2-cycles and equilibria."""
    objective, deltas, kept = TwoMinima(), DIAGRAM_STEP_SIZES, {"n_transient": 160, "n_keep": 48}
    points = critical_points(1.0)
    return Branches(
        window=DIAGRAM_WINDOW,
        upward=bifurcation_diagram(objective, 2.0, deltas, continuation="up", **kept),
        downward=bifurcation_diagram(objective, DOWNWARD_START, deltas, continuation="down", **kept),
        cycles=two_cycles(objective, deltas, -0.5, 3.0),
        unstable=unstable_parts(points),
        thresholds=thresholds_of(points, "f₂″"),
        names=((2.0, "upwards from x = 2 →"), (1.0, "← downwards to x = 1")),
    )


def start_step_size_raster() -> FateRaster:
    """The fate of every (start, δ) with starts in START_WINDOW and δ in (0, 0.65]."""
    rows, columns = RASTER_SHAPE
    deltas = np.linspace(DIAGRAM_STEP_SIZES[0], DIAGRAM_STEP_SIZES[-1], rows)
    return fate_raster(TwoMinima(), np.linspace(*START_WINDOW, columns), deltas)


def _claims(params, objective, points, basins) -> tuple[Claim, ...]:
    minima = [p for p in points if p.curvature > 0]
    maximum = next(p for p in points if p.curvature < 0)
    return (
        *(_stability_claim(params, objective, p) for p in minima),
        _selection_claim(params, minima, basins),
        _maximum_claim(maximum, basins),
    )


def _stability_claim(params, objective, point: CriticalPoint) -> Claim:
    """x* is stable exactly for δ < 2/f″: a run started PROBE away comes back or does not."""
    statement = f"x = {point.x:g} is stable only for δ < 2/f₂″ = {point.critical:g}"
    stable = params.step_size < point.critical
    limit = classify_limit(objective, point.x + PROBE, params.step_size, n_steps=RUN_STEPS)
    back = limit.kind is LimitKind.EQUILIBRIUM and abs(float(limit.points[0]) - point.x) < PROBE
    measured = f"a start {PROBE:g} away: {limit.sentence}"
    decided = abs(params.step_size / point.critical - 1.0) > NEAR_CRITICAL
    return Claim.fact(
        statement,
        "Example 2",
        point.stability,
        measured,
        (back == stable) if decided else None,
        rule="returns or leaves",
        note="" if decided else "at the threshold the linear theory is silent",
    )


def _selection_claim(params, minima, basins: Basins) -> Claim:
    """Of the runs that converge to an equilibrium, all reach a stable one."""
    allowed = [p for p in minima if params.step_size <= p.critical]
    names = " or ".join(f"x = {p.x:g}" for p in allowed)
    converged = [s for s in basins.shares if s.attractor.kind is LimitKind.EQUILIBRIUM]
    total = sum(s.count for s in converged)
    statement = "If gradient descent converges to an equilibrium, that equilibrium is a stable one"
    if not allowed:
        measured = f"{total} of {basins.labels.size} starts converge"
        return Claim.fact(statement, "Example 2", "none converges", measured, total == 0, rule="0 starts")
    if total == 0:
        return Claim.not_applicable(statement, "Example 2", names, "no start converges", "no run converges")
    ends = np.array([float(s.attractor.points[0]) for s in converged])
    near = np.array([np.min(np.abs(e - np.array([p.x for p in allowed]))) < PROBE for e in ends])
    reached = sum(s.count for s, ok in zip(converged, near) if ok)
    measured = f"{reached} of the {total} that converge (of {basins.labels.size} starts)"
    return Claim.fact(statement, "Example 2", f"all reach {names}", measured, reached == total, rule="all")


def _maximum_claim(maximum: CriticalPoint, basins: Basins) -> Claim:
    """The local maximum between the minima attracts nothing."""
    there = sum(
        s.count
        for s in basins.shares
        if s.attractor.kind is LimitKind.EQUILIBRIUM and abs(float(s.attractor.points[0]) - maximum.x) < PROBE
    )
    return Claim.equality(
        f"The maximum x ≈ {maximum.x:.4f} is unstable for every δ: starts that end there",
        "beyond the paper",
        0,
        there,
    )
