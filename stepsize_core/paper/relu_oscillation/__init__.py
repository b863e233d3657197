"""Theorem 4 and Figure 2: a ReLU network that converges, cycles between functions, or does neither."""

from stepsize_core.paper.phenomenon import NETWORKS, Phenomenon, Statement
from stepsize_core.paper.relu_oscillation.diagram import ensemble_from, step_size_diagram, without_step_size
from stepsize_core.paper.relu_oscillation.ensembles import stored_typicality
from stepsize_core.paper.relu_oscillation.scenes import COMPARISONS, SCENES
from stepsize_core.paper.relu_oscillation.studies import (
    HALF_SUM,
    PRESETS,
    SUM,
    TWO_POINTS,
    Curve,
    Params,
    Study,
    experiment_of,
    study,
    thinned,
)
from stepsize_core.paper.relu_oscillation.theory import loss_name, output_bound
from stepsize_core.paper.relu_oscillation.training import AT_REST, Outcome
from stepsize_core.paper.tables import read_points

STATEMENTS = (
    Statement(
        "Theorem 4",
        r"If a two-layer ReLU network converges, then $\max_i \|x_i\|\,\|\hat f(x_i)\| \le 1/\delta$.",
    ),
    Statement(
        "Figure 2",
        r"A ReLU network settles at $\delta = 2\cdot10^{-4}$ and keeps switching between two functions at "
        r"$3\cdot10^{-4}$.",
    ),
)

PHENOMENON = Phenomenon(
    stem="relu_oscillation",
    key="relu",
    title="ReLU oscillation",
    place="Theorem 4, Figure 2",
    group=NETWORKS,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    statements=STATEMENTS,
    scenes=SCENES,
    comparisons=COMPARISONS,
    slow=True,
)
