"""Example 1: on f₁(x) = ⅔|x|^{3/2} gradient descent converges to a periodic orbit, not to the minimum."""

from stepsize_core.paper.periodic_orbits.studies import (
    PRESETS,
    AmplitudeLaw,
    Params,
    Study,
    amplitude_law,
    convergence_order,
    exceptional_starts,
    oscillation_amplitude,
    study,
)
