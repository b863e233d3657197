"""Example 2, Figure 1: on f₂(x) = (x² + 1)(x − 1)²(x − 2)² the step size selects the equilibrium."""

from stepsize_core.paper.equilibrium_selection.decay import Decay, decayed
from stepsize_core.paper.equilibrium_selection.scenes import COMPARISONS, SCENES
from stepsize_core.paper.equilibrium_selection.studies import (
    FIGURE_1_WINDOW,
    PRESETS,
    START_WINDOW,
    Params,
    Study,
    branches,
    outcome_shares,
    start_step_size_raster,
    step_size_diagram,
    study,
)
from stepsize_core.paper.equilibrium_selection.theory import CriticalPoint, critical_points
from stepsize_core.paper.phenomenon import SCALAR, Phenomenon, Statement

STATEMENTS = (
    Statement(
        "Example 2",
        r"Of the two minima of $f_2(x) = (x^2+1)(x-1)^2(x-2)^2$, $x = 1$ is stable for $\delta < 0.5$ and "
        r"$x = 2$ for $\delta < 0.2$.",
    ),
    Statement(
        "Figure 1",
        r"$f_2$ and its minima: with $\delta = 0.3$, a run that reaches an equilibrium reaches $x = 1$.",
    ),
)

PHENOMENON = Phenomenon(
    stem="equilibrium_selection",
    key="select",
    title="Equilibrium selection",
    place="Example 2, Figure 1",
    group=SCALAR,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    statements=STATEMENTS,
    scenes=SCENES,
    comparisons=COMPARISONS,
)
