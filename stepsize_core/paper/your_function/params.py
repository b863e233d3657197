"""What can be chosen of a function that a reader types, and cases worth a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepsize_core.expressions import compiled
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.paper.parameters import Choice, Count, Expression, Number, Preset, Validated, parameter


def _of_two_variables(values: Mapping[str, Any]) -> bool:
    return compiled(values["function"]).variables == 2


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses. Fields that end in y belong to functions of two variables."""

    function: str = parameter(
        "x^4/4 - x^2/2",
        Expression(
            "function f",
            help="x, y, numbers, + − * / ^, pi, e, abs, sign, sqrt, exp, log, sin, cos, tan, tanh, softplus, "
            "relu, max, min. 2x and 3(x+1) are products.",
        ),
    )
    step_size: float = parameter(0.8, Number("step size δ", 1e-4, 100.0, log=True, usual=(0.05, 10.0)))
    start: float = parameter(0.3, Number("start x[0]", -20.0, 20.0, usual=(-4.0, 4.0)))
    start_y: float = parameter(
        0.0, Number("start y[0]", -20.0, 20.0, usual=(-4.0, 4.0)), applies=_of_two_variables
    )
    centre: float = parameter(0.0, Number("middle of the window, x", -20.0, 20.0, usual=(-4.0, 4.0)))
    centre_y: float = parameter(
        0.0, Number("middle of the window, y", -20.0, 20.0, usual=(-4.0, 4.0)), applies=_of_two_variables
    )
    reach: float = parameter(
        2.0, Number("half width of the window", 0.01, 20.0, log=True, help="how far it goes to either side")
    )
    n_steps: int = parameter(60, Count("steps", 2, 1000, log=True))
    seed: int = parameter(0, Count("seed of the random starts", 0, 9999))
    coordinate: str = parameter(
        "x", Choice("coordinate in the step-size diagram", ("x", "y")), applies=_of_two_variables
    )

    @property
    def objective(self) -> UserFunction:
        """The function."""
        return UserFunction(self.function)

    @property
    def window(self) -> tuple[float, float]:
        """The range of x that is looked at."""
        return self.centre - self.reach, self.centre + self.reach

    @property
    def window_y(self) -> tuple[float, float]:
        """The range of y that is looked at, of the same length."""
        return self.centre_y - self.reach, self.centre_y + self.reach


PRESETS = {
    "double_well": Preset(
        "A double well",
        "Two minima with f″ = 2: both lose their stability at δ = 1. Below it a run alternates on its way.",
        Params(),
    ),
    "double_well_cycle": Preset(
        "A double well, just past its critical step",
        "The loss is soft: at δ = 1.05 a small stable 2-cycle stands where the minimum was.",
        Params(step_size=1.05),
    ),
    "quadratic": Preset(
        "A parabola: the classical 2/λ",
        "The one function where 2/λ is the whole story: below it every start converges, above it none does.",
        Params(function="3x^2/2", step_size=0.6, start=1.5),
    ),
    "pendulum": Preset(
        "1 − cos x: lost softly",
        "f⁗ is negative at the minimum: just past δ = 2 the run oscillates around it with a small amplitude.",
        Params(function="1 - cos(x)", step_size=2.1, start=0.5, reach=10.0),
    ),
    "hard": Preset(
        "x²/2 + x⁴/4: lost hard",
        "Below δ = 2 the minimum is stable, but its basin, bounded by an unstable 2-cycle, shrinks to 0.",
        Params(function="x^2/2 + x^4/4", step_size=1.9, start=0.2, reach=1.0),
    ),
    "softplus": Preset(
        "A softplus: flat, so large steps are stable",
        "Curvature 1/4 at the minimum, so δ may go up to 8: logistic regression with one coin in each hand.",
        Params(function="log(1+exp(x)) - x/2", step_size=9.0, start=2.0, reach=8.0),
    ),
    "logistic": Preset(
        "A cubic: the logistic map in disguise",
        "x − δ(x² − x) is the logistic map with r = 1 + δ: its cascade and its chaos, by step size.",
        Params(function="x^3/3 - x^2/2", step_size=2.7, start=0.6, centre=0.5, reach=1.0, n_steps=100),
    ),
    "example_1": Preset(
        "Example 1 as text",
        "The infinite curvature of |x|^(3/2) at 0 is kept: no δ is stable, and the run ends on ±δ²/4.",
        Params(function="2/3*abs(x)^(3/2)", step_size=0.5, start=0.3, reach=0.5, n_steps=40),
    ),
    "example_2": Preset(
        "Example 2 as text",
        "The same thresholds, 0.5 and 0.2, the same chaotic band as on its own page.",
        Params(function="(x^2+1)*(x-1)^2*(x-2)^2", step_size=0.3, start=1.9, centre=1.3, reach=1.3),
    ),
    "example_3": Preset(
        "Example 3 as text",
        "Curvature 0 at the minimum: linear theory is silent, and the start decides between 0 and infinity.",
        Params(function="x^4", step_size=0.1, start=2.2, reach=3.0),
    ),
    "kink": Preset(
        "A kink: |x|",
        "At a kink the curvature counts as infinite: every step size leaves an oscillation of its own size.",
        Params(function="abs(x)", step_size=0.3, start=1.0),
    ),
    "domain": Preset(
        "A domain with an edge",
        "Starts left of 0.382 step past 0, where the root is not defined: an outcome of its own.",
        Params(function="(x-2)^2 + 4*sqrt(x)", step_size=0.5, start=0.3, centre=1.2, reach=1.2),
    ),
    "two_layers": Preset(
        "Two scalar layers",
        "Every point of xy = 1 is a minimum with λ_max = x² + y²: only λ_max ≤ 2/δ can be reached.",
        Params(function="(x*y-1)^2/2", step_size=0.5, start=1.9, start_y=0.9, reach=2.5, n_steps=100),
    ),
    "rosenbrock": Preset(
        "Rosenbrock's valley",
        "One minimum with eigenvalues 1001.6 and 0.4: the steep one bounds δ, the flat one sets the pace.",
        Params(
            function="(1-x)^2 + 100*(y-x^2)^2", step_size=1.5e-3, start=-1.2, start_y=1.0, centre_y=1.0,
            n_steps=1000, coordinate="y",
        ),
    ),
    "himmelblau": Preset(
        "Himmelblau's four minima",
        "Four minima of different sharpness: as δ grows they lose their stability one after the other.",
        Params(function="(x^2+y-11)^2 + (x+y^2-7)^2", step_size=0.02, start=0.5, start_y=-1.0, reach=6.0),
    ),
}  # fmt: skip
