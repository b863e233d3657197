"""What can be chosen of a function that a reader types, and cases worth a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepsize_core.expressions import compiled
from stepsize_core.expressions.tokens import KEYWORDS
from stepsize_core.expressions.tree import FUNCTIONS
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.paper.parameters import (
    Choice,
    Count,
    Expression,
    Number,
    Preset,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.suited import suited

FARTHEST = 1e6  # of a window from 0, and of its reach


def _of_two_variables(values: Mapping[str, Any]) -> bool:
    return compiled(values["function"]).variables == 2


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses. Fields that end in y belong to functions of two variables."""

    function: str = parameter(
        "x^4/4 - x^2/2",
        Expression(
            "function f",
            help=f"x, y, numbers, + − * / ^, pi, e, |x|, {', '.join((*FUNCTIONS, *KEYWORDS))}. Cases: "
            "where(x < 0, a, b). 2x and x(x+1) are products; LaTeX and np. are read too.",
        ),
        suits=suited,
    )
    step_size: float = parameter(0.8, Number("step size δ", 1e-12, 1e6, log=True, usual=(1e-3, 10.0)))
    start: float = parameter(0.3, Number("start x[0]", -FARTHEST, FARTHEST, usual=(-4.0, 4.0)))
    start_y: float = parameter(
        0.0, Number("start y[0]", -FARTHEST, FARTHEST, usual=(-4.0, 4.0)), applies=_of_two_variables
    )
    centre: float = parameter(0.0, Number("middle of the window, x", -FARTHEST, FARTHEST, usual=(-4.0, 4.0)))
    centre_y: float = parameter(
        0.0,
        Number("middle of the window, y", -FARTHEST, FARTHEST, usual=(-4.0, 4.0)),
        applies=_of_two_variables,
    )
    reach: float = parameter(
        2.0,
        Number(
            "half width of the window",
            1e-6,
            FARTHEST,
            log=True,
            usual=(0.01, 20.0),
            help="how far it goes to either side",
        ),
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
        "To overshoot at every step does no harm as long as each overshoot is smaller than the last.",
        Try("raise δ to 1.05, past the threshold", {"step_size": 1.05}),
        "cobweb",
    ),
    "double_well_cycle": Preset(
        "A double well, just past its critical step",
        "Stability is lost softly: at δ = 1.05 a small stable 2-cycle stands where the minimum was.",
        Params(step_size=1.05),
        "Where stability is lost softly, a step slightly too large leaves training near the minimum.",
        Try("raise δ to 1.3: a longer period", {"step_size": 1.3}),
        "cobweb",
    ),
    "quadratic": Preset(
        "A parabola: the classical 2/λ",
        "Here 2/λ = 2/3 is the whole story: below it every start converges, above it none but 0 does.",
        Params(function="3x^2/2", step_size=0.6, start=1.5),
        "The textbook rule δ < 2/λ is the whole truth for a parabola; elsewhere it holds near a minimum.",
        Try("raise δ to 0.7, past 2/3", {"step_size": 0.7}),
        "cobweb",
    ),
    "pendulum": Preset(
        "1 − cos x: lost softly",
        "f⁗ is negative at the minimum: just past δ = 2 the run oscillates around it with a small amplitude.",
        Params(function="1 - cos(x)", step_size=2.1, start=0.5, reach=10.0),
        "Where a loss grows flatter away from its minimum, too large a step need not diverge.",
        Try("raise δ to 4: it never repeats", {"step_size": 4.0}),
        "cobweb",
    ),
    "hard": Preset(
        "x²/2 + x⁴/4: lost hard",
        "The minimum is stable, but most starts in the window diverge: an unstable 2-cycle bounds its basin.",
        Params(function="x^2/2 + x^4/4", step_size=1.9, start=0.2, reach=1.0),
        "A step below 2/λ is safe near the minimum only: farther out the same step can diverge.",
        Try("start at 0.3, outside the 2-cycle", {"start": 0.3}),
        "shares",
    ),
    "softplus": Preset(
        "A flat minimum bears large steps",
        "Curvature 1/4 at the minimum, so δ may go up to 8; at δ = 9 the run oscillates around it.",
        Params(function="log(1+exp(x)) - x/2", step_size=9.0, start=2.0, reach=8.0),
        "This is logistic regression on two examples: how large a step may be depends on the curvature.",
        Try("lower δ to 7.5, below 8", {"step_size": 7.5}),
        "cobweb",
    ),
    "logistic": Preset(
        "A cubic: the logistic map in disguise",
        "x − δ(x² − x) is the logistic map with r = 1 + δ: its cascade and its chaos, by step size.",
        Params(function="x^3/3 - x^2/2", step_size=2.7, start=0.6, centre=0.5, reach=1.0, n_steps=100),
        "Even a polynomial of one weight, trained without noise, can behave chaotically.",
        Try("raise δ to 2.83: a cycle of period 3", {"step_size": 2.83}),
        "diagram",
    ),
    "example_1": Preset(
        "Example 1 as text",
        "The infinite curvature of |x|^(3/2) at 0 is kept: no δ is stable, and the run ends on ±δ²/4.",
        Params(function="2/3*abs(x)^(3/2)", step_size=0.5, start=0.3, reach=0.5, n_steps=40),
        "A minimum can be so sharp that no step size is small enough to settle on it.",
        Try("halve the step, δ = 0.25", {"step_size": 0.25}),
        "cobweb",
    ),
    "example_2": Preset(
        "Example 2 as text",
        "The same thresholds, 0.5 and 0.2, the same chaotic band as on its own page.",
        Params(function="(x^2+1)*(x-1)^2*(x-2)^2", step_size=0.3, start=1.9, centre=1.3, reach=1.3),
        "Of two minima of equal height the step size can rule out the sharper one.",
        Try("lower δ to 0.1: both are stable", {"step_size": 0.1}),
        "diagram",
    ),
    "example_3": Preset(
        "Example 3 as text",
        "Curvature 0 at the minimum: linear theory is silent, and the start decides between 0 and infinity.",
        Params(function="x^4", step_size=0.1, start=2.2, reach=3.0),
        "That a minimum is flat does not make a step size safe: it depends on the start.",
        Try("start at 2.3, past the threshold", {"start": 2.3}),
        "cobweb",
    ),
    "kink": Preset(
        "A kink: |x|",
        "At a kink the curvature counts as infinite: every step size leaves an oscillation of its own size.",
        Params(function="abs(x)", step_size=0.3, start=1.0),
        "With the absolute error as loss a constant step hardly ever settles; one that shrinks can.",
        Try("halve the step, δ = 0.15", {"step_size": 0.15}),
        "cobweb",
    ),
    "domain": Preset(
        "A domain with an edge",
        "Starts left of 0.382 step past 0, where the root is not defined: an outcome of its own.",
        Params(function="(x-2)^2 + 4*sqrt(x)", step_size=0.5, start=0.3, centre=1.2, reach=1.2),
        "This is how NaN comes into a run: a step leads to where a root or a logarithm is not defined.",
        Try("start at 0.4, right of 0.382", {"start": 0.4}),
        "cobweb",
    ),
    "two_layers": Preset(
        "Two scalar layers",
        "Every point of xy = 1 is a minimum with λ_max = x² + y²: only λ_max ≤ 2/δ can be reached.",
        Params(function="(x*y-1)^2/2", step_size=0.5, start=1.9, start_y=0.9, reach=2.5, n_steps=100),
        "Of many weights that fit equally well the step size lets training reach only the flatter ones.",
        Try("raise δ to 0.8: a flatter minimum", {"step_size": 0.8}),
        "plane",
    ),
    "rosenbrock": Preset(
        "Rosenbrock's valley",
        "One minimum with eigenvalues 1001.6 and 0.4: the steep one bounds δ, the flat one sets the pace.",
        Params(
            function="(1-x)^2 + 100*(y-x^2)^2", step_size=1.5e-3, start=-1.2, start_y=1.0, centre_y=1.0,
            n_steps=1000, coordinate="y",
        ),
        "The steepest direction limits the step, and the flattest one then takes the most steps.",
        Try("raise δ to 0.0021, past 2/1001.6", {"step_size": 2.1e-3}),
        "plane",
    ),
    "himmelblau": Preset(
        "Himmelblau's four minima",
        "Of four minima two are flat enough to be stable at δ = 0.02; other runs end on cycles or diverge.",
        Params(function="(x^2+y-11)^2 + (x+y^2-7)^2", step_size=0.02, start=0.5, start_y=-1.0, reach=6.0),
        "Of several minima that fit equally well, sharp ones drop out first as the step grows.",
        Try("lower δ to 0.01: all four are stable", {"step_size": 0.01}),
        "plane",
    ),
}  # fmt: skip
