"""Momentum: 2-cycles and thresholds of heavy ball and Nesterov's method are those of an effective step."""

from stepsize_core.paper.momentum.cases import (
    EXAMPLE_1,
    EXAMPLE_2,
    NEAR,
    OWN,
    WHOLE,
    Example1,
    Example2,
    Example3,
    Own,
    case_of,
)
from stepsize_core.paper.momentum.cycles import Cycles, cycles_of
from stepsize_core.paper.momentum.figure_2 import CycleOfFigure2, figure_2_with_momentum
from stepsize_core.paper.momentum.scenes import COMPARISONS, SCENES
from stepsize_core.paper.momentum.studies import (
    NOISES,
    OUTCOMES,
    PRESETS,
    CycleStability,
    Diagram,
    Params,
    Shares,
    Study,
    cycle_stability,
    shares_over_momentum,
    step_size_diagram,
    study,
    thresholds_over_momentum,
)
from stepsize_core.paper.momentum.theory import (
    best_momentum,
    end_of_cycle,
    mean_square_threshold,
    oscillation_amplitude,
)
from stepsize_core.paper.phenomenon import BEYOND, Phenomenon

PHENOMENON = Phenomenon(
    stem="momentum",
    key="momentum",
    title="Momentum",
    place="beyond the paper",
    group=BEYOND,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    scenes=SCENES,
    comparisons=COMPARISONS,
    symbol="δₑ",
    moves=("step_size", "start", "n_steps", "beta"),
)
