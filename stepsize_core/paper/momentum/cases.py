"""The functions that momentum is shown on, with their windows: Examples 1 to 3, and one that is typed."""

from dataclasses import dataclass

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.diagrams import thresholds_of
from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.objectives import EvenPower, Objective, ThreeHalvesPower, TwoMinima
from stepsize_core.paper.momentum.cycles import Window
from stepsize_core.paper.scalar import diagram_step_sizes
from stepsize_core.paper.suited import USUAL, equilibria_of, home_of

FUNCTIONS = EXAMPLE_2, EXAMPLE_1, EXAMPLE_3, OWN = (
    "f₂, Example 2",
    "f₁, Example 1",
    "f₃, Example 3",
    "your own",
)
WHOLE, NEAR = "all step sizes", "around the 2-cycle"
COLUMNS = 320  # step sizes of the diagram
PAST_CRITICAL, LARGEST = 1.5, (1e-4, 100.0)  # how far a diagram of the reader's function goes
SAMPLED = 401  # places at which its curvature is
MOST_NAMED = 3  # of its thresholds
BESIDE = 1e-3  # of its window: where attractors are followed from
OUTSIDE, BESIDE_START = 1.0, 0.1  # windows: so far beyond, and beyond the start, a run is still followed


class Case:
    """A function, and where things happen on it.

    window: the states of its diagram; followed_from: where attractors are followed from, upwards in the step
    size and downwards; thresholds: critical effective steps with their names, without those of 2-cycles;
    symbol: of the curvature.
    """

    symbol = "f″"

    objective: Objective
    window: Window
    followed_from: tuple[float, float]
    thresholds: tuple[tuple[float, str], ...] = ()

    def points(self, step_size: float) -> tuple[CriticalPoint, ...]:
        """The equilibria, ascending, with their stability under gradient descent at this step size."""
        return tuple(critical_point(self.objective, x, step_size) for x in self.objective.equilibria)

    def starts(self, step_size: float) -> Window:
        """Where random starts are drawn from, at a step size."""
        return self.window

    def cycles(self, step_size: float) -> Window:
        """Where 2-cycles are sought at an effective step."""
        return self.starts(step_size)

    def inside(self, step_size: float, start: float) -> Window:
        """The states beyond which a run is on its way to infinity."""
        low, high = self.window
        beyond, room = OUTSIDE * (high - low), BESIDE_START * (high - low)
        return min(low - beyond, start - room), max(high + beyond, start + room)

    def diagram(self, part: str) -> tuple[Window, Window]:
        """The window of states and the ends of the effective step, of WHOLE or NEAR."""
        return self.window, (0.0, 2.0)


@dataclass(frozen=True)
class Example1(Case):
    objective, window = ThreeHalvesPower(), (-1.2, 1.2)
    followed_from = (1e-4, -1e-4)

    def starts(self, step_size: float) -> Window:
        return -4.0 * step_size**2, 4.0 * step_size**2

    def cycles(self, step_size: float) -> Window:
        return -(step_size**2), step_size**2

    def inside(self, step_size: float, start: float) -> Window:
        far = max(6.0 * step_size**2, 1.1 * abs(start), 1e-9)
        return -far, far


@dataclass(frozen=True)
class Example2(Case):
    symbol = "f₂″"
    objective, window = TwoMinima(), (0.45, 2.3)
    followed_from = (2.0, 1.1)
    thresholds = ((0.2, "2/f₂″(2) = 0.2"), (0.5, "2/f₂″(1) = 0.5"))

    def starts(self, step_size: float) -> Window:
        return 0.0, 2.6

    def cycles(self, step_size: float) -> Window:
        return -0.5, 3.0

    def inside(self, step_size: float, start: float) -> Window:
        return min(-1.2, start - 0.2), max(3.2, start + 0.2)

    def diagram(self, part: str) -> tuple[Window, Window]:
        return ((1.6, 2.2), (0.15, 0.3)) if part == NEAR else (self.window, (0.0, 0.6))


@dataclass(frozen=True)
class Example3(Case):
    """On the window that its diagram shows; power: L."""

    power: int
    window = (-2.0, 2.0)
    followed_from = (1e-3, -1e-3)  # not told from 0 in the picture: from there a run hardly moves

    @property
    def objective(self) -> Objective:  # type: ignore[override]
        return EvenPower(self.power)

    def wall(self, step_size: float) -> float:
        """The upper point of its 2-cycle, (2/(Lδₑ))^(1/(L−2))."""
        return float((2.0 / (self.power * step_size)) ** (1.0 / (self.power - 2)))

    def starts(self, step_size: float) -> Window:
        return -1.5 * self.wall(step_size), 1.5 * self.wall(step_size)

    def inside(self, step_size: float, start: float) -> Window:
        far = 1.7 * max(self.wall(step_size), abs(start))
        return -far, far

    def diagram(self, part: str) -> tuple[Window, Window]:
        return self.window, (0.0, 1.0)


@dataclass(frozen=True)
class Own(Case):
    """A function of x that the reader types."""

    text: str

    @property
    def objective(self) -> Objective:  # type: ignore[override]
        return UserFunction(self.text)

    @property
    def window(self) -> Window:  # type: ignore[override]
        home = home_of(self.text)
        middle, reach = (float(home.middle[0]), home.reach) if home else (0.0, USUAL)
        return middle - reach, middle + reach

    def points(self, step_size: float) -> tuple[CriticalPoint, ...]:
        found = equilibria_of(self.objective, *self.window)
        return tuple(
            critical_point(self.objective, x, step_size, kink=kink)
            for x, kink in zip(found.places, found.kinks)
        )

    @property
    def followed_from(self) -> tuple[float, float]:  # type: ignore[override]
        (low, high), minima = self.window, [p for p in self.points(1.0) if p.curvature > 0.0]
        if not minima:
            return (low + high) / 2.0, (low + high) / 2.0
        sharpest, flattest = (most(minima, key=lambda p: p.curvature).x for most in (max, min))
        return sharpest + BESIDE * (high - low), flattest - BESIDE * (high - low)

    @property
    def thresholds(self) -> tuple[tuple[float, str], ...]:  # type: ignore[override]
        return tuple(sorted(thresholds_of(self.points(1.0), "f″"))[:MOST_NAMED])

    def diagram(self, part: str) -> tuple[Window, Window]:
        critical = [p.critical for p in self.points(1.0) if p.critical and 0.0 < p.critical < np.inf]
        curvatures: Array = np.abs(self.objective.hessian(np.linspace(*self.window, SAMPLED)))
        steps = diagram_step_sizes(critical, curvatures, beyond=PAST_CRITICAL, ends=LARGEST, number=COLUMNS)
        return self.window, (0.0, float(steps[-1]))


def case_of(function: str, power: int = 4, text: str = "") -> Case:
    """The case of one of FUNCTIONS; power: of Example 3; text: the reader's own function."""
    fixed: dict[str, Case] = {EXAMPLE_1: Example1(), EXAMPLE_2: Example2()}
    return fixed.get(function) or (Example3(power) if function == EXAMPLE_3 else Own(text))
