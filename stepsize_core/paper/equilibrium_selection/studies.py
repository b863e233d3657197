"""Example 2, Figure 1: on f₂(x) = (x² + 1)(x − 1)²(x − 2)² the step size selects the equilibrium.

f₂″(1) = 4 and f₂″(2) = 10, so x = 1 is stable only for δ < 0.5 and x = 2 only for δ < 0.2. Between the two
thresholds a run that converges to an equilibrium converges to 1; others meet a period-doubling cascade
around 2, a chaotic band, or diverge.
"""

from dataclasses import dataclass

import numpy as np

from stepsize_core.diagrams import Branches, StepSizeDiagram
from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.equilibrium_selection.claims import claims_of
from stepsize_core.paper.equilibrium_selection.decay import decayed
from stepsize_core.paper.equilibrium_selection.theory import critical_points
from stepsize_core.paper.parameters import Count, Number, Preset, Try, Validated, parameter
from stepsize_core.paper.runs import run_of
from stepsize_core.paper.scalar import RUN_STEPS, ScalarStudy, Sweep, random_starts
from stepsize_core.sweeps import Basins, FateRaster

FIGURE_1_WINDOW = (0.5, 2.25)  # the range of x that Figure 1 plots
START_WINDOW = (0.0, 2.6)  # the range the random starts are drawn from
SHARE_STARTS = 500  # random starts, uniform on START_WINDOW
SWEEP = Sweep(TwoMinima(), critical_points(1.0), np.linspace(0.001, 0.65, 480))  # of the diagram
DIAGRAM_WINDOW = (0.45, 2.25)  # of x: every bounded attractor lies inside
BESIDE = 0.1  # of x = 1, at the largest step size: attracted by what is left around it
RASTER_SHAPE = (260, 320)  # step sizes × starts


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses."""

    step_size: float = parameter(0.3, Number("step size δ", 1e-3, 1.0, usual=(0.0, 0.65)))
    start: float = parameter(1.9, Number("start x[0]", -1.0, 3.0))
    n_steps: int = parameter(60, Count("steps", 2, 1000, log=True))
    seed: int = parameter(0, Count("seed of the random starts", 0, 9999))


PRESETS = {
    "chaotic_band": Preset(
        "The paper's step: a start near 2",
        "x = 2 is unstable and this run never converges: it wanders in a chaotic band around 2.",
        Params(),
        "A run can stay around a minimum that is too sharp for its step size and never settle on it.",
        Try("start at 0.6 instead", {"start": 0.6}),
        "cobweb",
    ),
    "selected": Preset(
        "The paper's step: a start that converges",
        "The run converges to x = 1, the only minimum that is stable at δ = 0.3.",
        Params(start=0.6),
        "A large step is a filter: of the minima only those that are flat enough can be converged to.",
        Try("start at 1.9, near the other minimum", {"start": 1.9}),
        "figure_1",
    ),
    "both_stable": Preset(
        "Both minima are stable",
        "Below δ = 0.2 either minimum can be reached, and the start decides: this run converges to x = 2.",
        Params(step_size=0.1),
        "A small step rules out neither minimum: where training ends is left to the start.",
        Try("start at 1.5, left of the maximum", {"start": 1.5}),
        "cobweb",
    ),
    "threshold": Preset(
        "The threshold: neither stable nor unstable",
        "The approach to 2 is algebraic: each digit takes a hundred times the steps.",
        Params(step_size=0.2, n_steps=400),
        "At the edge of stability progress can be very slow, with the iterate jumping from side to side.",
        Try("take a smaller step, δ = 0.19", {"step_size": 0.19}),
        "iterates",
    ),
    "period_2": Preset(
        "A 2-cycle is born at x = 2",
        "Just above δ = 0.2 a stable oscillation takes the place of the minimum.",
        Params(step_size=0.21),
        "Just past its critical step a minimum need not be lost with a bang: training may hover around it.",
        Try("take a smaller step, δ = 0.19", {"step_size": 0.19}),
        "cobweb",
    ),
    "period_4": Preset(
        "The cycle doubles its period",
        "Four states in turn: the 2-cycle has doubled its period, the second step of a cascade.",
        Params(step_size=0.25, n_steps=100),
        "A loss that jumps irregularly may repeat itself all the same, only not at every second step.",
        Try("double it again, δ = 0.26", {"step_size": 0.26}),
        "cobweb",
    ),
    "band_ends": Preset(
        "The chaotic band is gone",
        "Near δ = 0.34 the band touches the edge of its basin; this start now falls to x = 1.",
        Params(step_size=0.345),
        "A larger step can end at a flatter minimum: what held the run near the sharp one is lost.",
        Try("take a smaller step, δ = 0.33", {"step_size": 0.33}),
        "diagram",
    ),
    "nothing_stable": Preset(
        "No equilibrium is stable",
        "Above δ = 0.5 x = 1 is unstable too: this run oscillates around it.",
        Params(step_size=0.55, start=1.02, n_steps=100),
        "Past the largest critical step no minimum attracts: runs oscillate, wander or diverge.",
        Try("start at 1.9 instead", {"start": 1.9}),
        "cobweb",
    ),
}


Study = ScalarStudy


def study(params: Params) -> Study:
    """Run Example 2 at `params` and set it against the theory."""
    objective, points = TwoMinima(), critical_points(params.step_size)
    basins = outcome_shares(params.step_size, params.seed)
    claims = claims_of(params.step_size, objective, points, basins)
    claims += decayed(params.step_size, params.start, params.seed).claims
    run = run_of(params, objective, params.start, decided_in=RUN_STEPS)
    return Study(**vars(run), critical_points=points, basins=basins, claims=claims)


def outcome_shares(step_size: float, seed: int = 0, n_starts: int = SHARE_STARTS) -> Basins:
    """Where starts drawn uniformly from START_WINDOW end at this step size."""
    return random_starts(TwoMinima(), START_WINDOW, step_size, seed, n_starts)


def step_size_diagram(start: float) -> StepSizeDiagram:
    """The step-size diagram over (0, 0.65] from `start`."""
    return SWEEP.diagram(start, steps=(1000, 160))


def branches() -> Branches:
    """Continuation upwards from x = 2 and downwards from x ≈ 1 over (0, 0.65], 2-cycles and equilibria."""
    return SWEEP.branches(DIAGRAM_WINDOW, "f₂″", BESIDE, cycles_on=(-0.5, 3.0))


def start_step_size_raster() -> FateRaster:
    """The fate of every (start, δ) with starts in START_WINDOW and δ in (0, 0.65]."""
    return SWEEP.raster(START_WINDOW, RASTER_SHAPE)
