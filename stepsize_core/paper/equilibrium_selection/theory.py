"""Closed forms of Example 2: the equilibria of f₂, their curvature and the step sizes that they bear.

f₂″(1) = 4 and f₂″(2) = 10, so x = 1 is stable only for δ < 0.5 and x = 2 only for δ < 0.2.
"""

from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.objectives import TwoMinima


def critical_points(step_size: float) -> tuple[CriticalPoint, ...]:
    """The equilibria of f₂, ascending, with their stability at this step size."""
    objective = TwoMinima()
    return tuple(critical_point(objective, x, step_size) for x in objective.equilibria)
