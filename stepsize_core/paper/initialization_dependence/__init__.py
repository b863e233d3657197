"""Example 3: on f₃(x) = x^L (L even, L > 2) convergence depends on the start."""

from stepsize_core.paper.initialization_dependence.claims import beside_threshold
from stepsize_core.paper.initialization_dependence.scenes import COMPARISONS, SCENES
from stepsize_core.paper.initialization_dependence.studies import (
    PRESETS,
    Params,
    Study,
    measured_radius,
    start_step_size_raster,
    study,
)
from stepsize_core.paper.initialization_dependence.theory import convergence_radius
from stepsize_core.paper.initialization_dependence.warm_up import Peaks, WarmUp, warm_up_peaks, warmed_up
from stepsize_core.paper.phenomenon import SCALAR, Lesson, Phenomenon, Statement

STATEMENTS = (
    Statement(
        "Example 3",
        r"On $f_3(x) = x^L$ gradient descent converges to $0$ if $|x[0]|^{L-2} < 2/(L\delta)$ and "
        r"diverges if it is larger.",
    ),
)

LESSONS = (Lesson("fate_of_starts", "Example 3 just inside →", PRESETS["inside"].params),)

PHENOMENON = Phenomenon(
    stem="initialization_dependence",
    key="init",
    title="Initialization dependence",
    place="Example 3",
    group=SCALAR,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    statements=STATEMENTS,
    scenes=SCENES,
    comparisons=COMPARISONS,
    lessons=LESSONS,
)
