"""The smallest deep network, two scalar layers with equal weights w and the target 1, over the step size.

From equal weights gradient descent on ½(w₁w₂ − 1)² keeps them equal: w[k+1] = w + δw(1 − w²), which is
gradient descent on f(w) = (w² − 1)²/4. The output u = w² follows u[k+1] = u(1 + δ − δu)². All in closed form,
beyond the paper: the target attracts while δ < 2/f″(1); then a 2-cycle does, whose outputs have the sum
1 + 1/δ and the product 1/δ², while its multiplier 9 − 2(1 + δ)² is above −1; runs escape once the highest
point of the curve, at w² = (1 + δ)/(3δ), is carried beyond the unstable 2-cycle ±√(1 + 2/δ): once
4(1 + δ)³ > 27(2 + δ).
"""

import math
from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.diagrams import without_escaped
from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.frozen import Frozen
from stepsize_core.paper.parameters import Number, Validated, parameter
from stepsize_core.paper.phenomenon import ALONE, Phenomenon
from stepsize_core.paper.runs import Run, run_of
from stepsize_core.stability import critical_step_size
from stepsize_core.sweeps import BifurcationDiagram, bifurcation_diagram

NETWORK = UserFunction("(x^2-1)^2/4")
LEARNED = 1.0  # a weight at which the output is the target
LARGEST = 2.3  # step size
STEP_SIZES = np.linspace(0.01, LARGEST, 459)
STEPS = (600, 140)  # before, and kept, at each step size of the diagram
SAME_OUTPUT = 1e-6  # outputs nearer than this, relative, are one: w and −w have the same


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses; n_steps is the number of steps drawn."""

    step_size: float = parameter(1.15, Number("step size δ", 0.01, LARGEST))
    start: float = parameter(0.4, Number("start: both weights w[0]", 0.05, 1.4))
    n_steps = 40


class Study(Run):
    """One run of the weights; equilibria: 0 and the two weights that have learned, at this step size."""

    equilibria: tuple[CriticalPoint, ...]
    claims = ()  # the paper says nothing of this network alone

    @property
    def outputs(self) -> Array:
        """The different outputs w² that the run ends in, ascending; none where it settles at none."""
        found = np.sort(self.limit.points**2)
        apart = np.diff(found, prepend=-np.inf) > SAME_OUTPUT * max(1.0, *found, 0.0)
        return found[apart]


class Thresholds(Frozen):
    """The step sizes from which the target repels, the 2-cycle repels, and runs escape."""

    cycle: float
    cascade: float
    escape: float


class Outputs(Frozen):
    """diagram: the outputs w² long after the start, NaN where the run escaped; thresholds beside them."""

    diagram: BifurcationDiagram
    thresholds: Thresholds


def study(params: Params) -> Study:
    """Train the network at `params`."""
    run = run_of(params, NETWORK, params.start)
    points = tuple(critical_point(NETWORK, x, params.step_size) for x in NETWORK.equilibria)
    return Study(**vars(run), equilibria=points)


def thresholds() -> Thresholds:
    """Where the three changes happen, by the closed forms above."""
    below = 4.0 * np.poly1d([1.0, 1.0]) ** 3 - 27.0 * np.poly1d([1.0, 2.0])
    escape = max(root.real for root in below.roots)
    return Thresholds(float(critical_step_size(NETWORK, LEARNED)), math.sqrt(5.0) - 1.0, float(escape))


def cycle_of_outputs(step_size: ArrayLike) -> Array:
    """The outputs of the 2-cycle, ascending, (2,) + the shape of step_size; NaN below its birth."""
    slowness = 1.0 / np.asarray(step_size, float)
    total, product = 1.0 + slowness, slowness**2
    with np.errstate(invalid="ignore"):
        root = np.sqrt(total**2 / 4.0 - product)
    return np.array([total / 2.0 - root, total / 2.0 + root])


def outputs(start: float) -> Outputs:
    """What the network ends in from `start`, over STEP_SIZES."""
    n_transient, n_keep = STEPS
    found = bifurcation_diagram(NETWORK, start, STEP_SIZES, n_transient=n_transient, n_keep=n_keep)
    with np.errstate(over="ignore", invalid="ignore"):
        seen = without_escaped(found.states, start) ** 2
    return Outputs(BifurcationDiagram(STEP_SIZES, seen, None), thresholds())


PHENOMENON = Phenomenon(
    stem="thesis",
    key="thesis",
    title="Overview",
    place="",
    group=ALONE,
    Params=Params,
    PRESETS={},
    study=study,
)
