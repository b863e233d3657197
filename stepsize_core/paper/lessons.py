"""The four lessons that the paper draws from its examples (end of Section 1), each as a small measurement."""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import EvenPower, ThreeHalvesPower
from stepsize_core.paper.initialization_dependence import convergence_radius
from stepsize_core.paper.periodic_orbits import oscillation_amplitude
from stepsize_core.sweeps import BifurcationDiagram, FateRaster, bifurcation_diagram, fate_raster

OSCILLATION_STEP_SIZES = np.linspace(0.05, 2.0, 40)
FATE_POWER = 4
FATE_STEP_SIZES = np.geomspace(0.02, 2.0, 13)
FATE_STARTS = np.linspace(-4.0, 4.0, 25)
THRESHOLD_POINTS = 241


class OscillationSizes(Frozen):
    """Lesson 2. diagram: the last two states of Example 1 at each step size; predicted (m,): δ²/4."""

    diagram: BifurcationDiagram
    predicted: Array


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


def fates_of_starts() -> FatesOfStarts:
    """The step size acts differently on each start: Example 3 over FATE_STARTS × FATE_STEP_SIZES."""
    raster = fate_raster(EvenPower(FATE_POWER), FATE_STARTS, FATE_STEP_SIZES)
    along = np.geomspace(FATE_STEP_SIZES[0], FATE_STEP_SIZES[-1], THRESHOLD_POINTS)
    radius = convergence_radius(FATE_POWER, along)
    inside = radius <= FATE_STARTS[-1]
    return FatesOfStarts(raster, along[inside], radius[inside])
