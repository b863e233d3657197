"""Figure 2 of the paper with momentum: its oscillation is one of heavy ball too, up to some β."""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.descent import gradient_descent
from stepsize_core.dynamics import HeavyBall
from stepsize_core.frozen import Frozen
from stepsize_core.networks.relu import gaussian_experiment
from stepsize_core.parts import Progress
from stepsize_core.stability import orbit_multipliers

SEED, STEP_SIZE = 23, 3e-4  # of the published figure
STEPS, PARTS = 60_000, 12  # after which gradient descent is on its cycle; so often it reports
MOMENTA = np.round(np.linspace(0.0, 0.9, 19), 4)


class CycleOfFigure2(Frozen):
    """The 2-cycle of Figure 2 under heavy ball at δ = (1 + β)·STEP_SIZE.

    momenta, radii (m,): the largest modulus of the multipliers over two steps; residual: how far one step of
    gradient descent from one point misses the other, relative to their distance; plain: the radius at β = 0.
    """

    momenta: Array
    radii: Array
    residual: float


def figure_2_with_momentum(*, progress: Progress | None = None) -> CycleOfFigure2:
    """Follow gradient descent to the cycle of Figure 2, then its multipliers for every β."""
    report = progress or (lambda share: None)
    network, state = gaussian_experiment(SEED)
    for part in range(PARTS):
        report(0.7 * part / PARTS)
        state = gradient_descent(network, state, STEP_SIZE, STEPS // PARTS, keep_last=1).final
    cycle = np.stack([state, gradient_descent(network, state, STEP_SIZE, 1).final])
    again = gradient_descent(network, cycle[1], STEP_SIZE, 1).final
    residual = float(np.abs(again - cycle[0]).max() / np.abs(cycle[1] - cycle[0]).max())
    radii = []
    for i, beta in enumerate(MOMENTA.tolist()):
        report(0.7 + 0.3 * i / len(MOMENTA))
        multipliers = orbit_multipliers(HeavyBall(network, beta), cycle, STEP_SIZE * (1.0 + beta))
        radii.append(float(np.abs(multipliers).max()))
    return CycleOfFigure2(MOMENTA, np.array(radii), residual)
