"""Example 1: on f₁(x) = ⅔|x|^{3/2} gradient descent converges to a periodic orbit, not to the minimum."""

from stepsize_core.paper.periodic_orbits.scenes import COMPARISONS, SCENES
from stepsize_core.paper.periodic_orbits.studies import (
    PRESETS,
    AmplitudeLaw,
    Params,
    Study,
    amplitude_law,
    convergence_order,
    study,
)
from stepsize_core.paper.periodic_orbits.theory import exceptional_starts, oscillation_amplitude
from stepsize_core.paper.phenomenon import SCALAR, Lesson, Phenomenon, Statement

STATEMENTS = (
    Statement(
        "Example 1",
        r"On $f_1(x) = \frac23|x|^{3/2}$, convex with one minimum, almost every start ends in the "
        r"oscillation $\pm\delta^2/4$.",
    ),
)

LESSONS = (
    Lesson("settled_loss", "Example 1 at δ = 2 →", PRESETS["large_step"].params),
    Lesson("oscillation_size", "Example 1 with a small step →", PRESETS["small_step"].params),
)

PHENOMENON = Phenomenon(
    stem="periodic_orbits",
    key="orbit",
    title="Periodic orbits",
    place="Example 1",
    group=SCALAR,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    statements=STATEMENTS,
    scenes=SCENES,
    comparisons=COMPARISONS,
    lessons=LESSONS,
)
