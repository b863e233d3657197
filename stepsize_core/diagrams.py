"""What a step-size diagram shows: the attractor of a start, and the branches that no single run shows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.equilibria.branches import TwoCycles
from stepsize_core.equilibria.line import CriticalPoint
from stepsize_core.frozen import Frozen
from stepsize_core.sweeps import BifurcationDiagram

FAR = 1e6  # times the start: a state so far out that grows is on its way to infinity
NO_CYCLES = TwoCycles(np.empty(0), np.empty(0), np.empty(0), np.empty(0, int))


class StepSizeDiagram(Frozen):
    """The step-size diagram from one start: attractor, Lyapunov exponents (m,) of its runs, thresholds.

    exponents: NaN where the run escaped; exponent_steps: those left out first, and those measured.
    """

    start: float | tuple[float, ...]
    diagram: BifurcationDiagram
    exponents: Array
    thresholds: tuple[float | None, ...]
    exponent_steps: tuple[int, int]


def without_escaped(states: Array, start: ArrayLike) -> Array:
    """The last states (n_keep, m) + state_shape of runs, NaN for those on their way to infinity.

    Finite numbers reach far: with a multiplier of 1.1 a run grows for 7,000 steps, its neighbours along with
    it, and is no more chaotic than it is at rest.
    """
    with np.errstate(invalid="ignore"):
        sizes = np.abs(states).reshape(*states.shape[:2], -1).max(axis=-1)
        far = sizes[-1] > FAR * max(1.0, float(np.max(np.abs(start))))
        lost = ~np.isfinite(sizes[-1]) | (far & (sizes[-1] >= sizes[0]))
    return np.where(lost.reshape(-1, *(1,) * (states.ndim - 2)), np.nan, states)


class Branches(Frozen):
    """What does not depend on the start: attractors followed from one step size to the next, and orbits
    found by bracketing, the unstable ones too.

    window: the range of states shown; upward, downward: attractors followed as δ grows and as it falls; where
    they differ, two coexist; names: (state, text) of where these began; thresholds: (δ, text) of the critical
    step sizes; unstable: (state, δ) of equilibria and the step size from which each is unstable.
    """

    window: tuple[float, float]
    upward: BifurcationDiagram
    downward: BifurcationDiagram
    cycles: TwoCycles
    unstable: tuple[tuple[float, float], ...]
    thresholds: tuple[tuple[float, str], ...]
    names: tuple[tuple[float, str], ...]


def unstable_parts(points: Sequence[CriticalPoint]) -> tuple[tuple[float, float], ...]:
    """`Branches.unstable` of scalar equilibria: one that is no minimum is unstable at every step size.

    One with f″ = 0 is left out, since its multiplier, 1, decides nothing.
    """
    return tuple((point.x, point.critical or 0.0) for point in points if point.curvature != 0.0)


def thresholds_of(points: Sequence[CriticalPoint], symbol: str) -> tuple[tuple[float, str], ...]:
    """`Branches.thresholds` of scalar minima, named "2/f″(x) = …"; minima that share one share a name.

    Where f′ or f″ jumps there is no one f″, and the name is "critical δ(x) = …".
    """
    places: dict[float, list[CriticalPoint]] = {}
    for point in points:
        if point.critical is not None and 0.0 < point.critical < np.inf:
            places.setdefault(float(f"{point.critical:.9g}"), []).append(point)
    return tuple(
        (delta, f"{_threshold_name(minima, symbol)} = {delta:.4g}") for delta, minima in places.items()
    )


def _threshold_name(minima: Sequence[CriticalPoint], symbol: str) -> str:
    place = f"({minima[0].x:.4g})" if len(minima) == 1 else ""
    return f"critical δ{place}" if any(p.one_sided for p in minima) else f"2/{symbol}{place}"
