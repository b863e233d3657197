"""The four lessons that the paper draws from its examples (end of Section 1), each as a small measurement."""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.equilibria.line import CriticalPoint
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import EvenPower, ThreeHalvesPower, TwoMinima
from stepsize_core.paper.equilibrium_selection import critical_points
from stepsize_core.paper.initialization_dependence import convergence_radius
from stepsize_core.paper.periodic_orbits import oscillation_amplitude
from stepsize_core.sweeps import BifurcationDiagram, FateRaster, bifurcation_diagram, fate_raster

OSCILLATION_STEP_SIZES = np.linspace(0.05, 2.0, 40)
REACHED_STEP_SIZES = np.linspace(0.01, 0.6, 119)
REACHED_STARTS = np.linspace(0.55, 2.15, 9)
FATE_POWER = 4
FATE_STEP_SIZES = np.geomspace(0.02, 2.0, 13)
FATE_STARTS = np.linspace(-4.0, 4.0, 25)
THRESHOLD_POINTS = 241


class OscillationSizes(Frozen):
    """Lesson 2. diagram: the last two states of Example 1 at each step size; predicted (m,): δ²/4."""

    diagram: BifurcationDiagram
    predicted: Array


class ReachedStates(Frozen):
    """Lesson 3. diagram: the states of Example 2 visited from REACHED_STARTS after a transient; minima: the
    local minima of f₂, each with the critical step size above which it is unstable."""

    diagram: BifurcationDiagram
    minima: tuple[CriticalPoint, ...]


class FatesOfStarts(Frozen):
    """Lesson 4. raster: what each (start, δ) of Example 3 became; radius (n,): the predicted threshold
    (2/(Lδ))^{1/(L−2)} at the step sizes `along` (n,), where it lies within the starts of the raster."""

    raster: FateRaster
    along: Array
    radius: Array


def oscillation_sizes() -> OscillationSizes:
    """The step size determines the magnitude of the oscillation: Example 1 over OSCILLATION_STEP_SIZES."""
    diagram = bifurcation_diagram(ThreeHalvesPower(), 0.3, OSCILLATION_STEP_SIZES, n_transient=200, n_keep=2)
    predicted = oscillation_amplitude(OSCILLATION_STEP_SIZES)
    return OscillationSizes(diagram, predicted)


def reached_states() -> ReachedStates:
    """The step size restricts the optima that can be reached: Example 2 over REACHED_STEP_SIZES."""
    diagram = bifurcation_diagram(
        TwoMinima(), REACHED_STARTS, REACHED_STEP_SIZES, n_transient=2000, n_keep=16
    )
    return ReachedStates(diagram, tuple(p for p in critical_points(1.0) if p.critical is not None))


def fates_of_starts() -> FatesOfStarts:
    """The step size acts differently on each start: Example 3 over FATE_STARTS × FATE_STEP_SIZES."""
    raster = fate_raster(EvenPower(FATE_POWER), FATE_STARTS, FATE_STEP_SIZES)
    along = np.geomspace(FATE_STEP_SIZES[0], FATE_STEP_SIZES[-1], THRESHOLD_POINTS)
    radius = convergence_radius(FATE_POWER, along)
    inside = radius <= FATE_STARTS[-1]
    return FatesOfStarts(raster, along[inside], radius[inside])
