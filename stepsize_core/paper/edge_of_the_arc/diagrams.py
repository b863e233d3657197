"""Where runs land, over the step size or over how far beyond the edge they begin."""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen
from stepsize_core.paper.edge_of_the_arc.layers import ALIKE, landings, optimum, sharpness

OVER = np.linspace(0.5, 1.7, 97)  # q₀ = δS₀/2
STEPS = 4000
BESIDE = 1e-3
DEPTHS = (2, 3, 4)


class Lands(Frozen):
    """Where runs from beside one optimum end.

    beyond (m,): q₀; step_sizes (m,); ends (m,): S at the end, NaN where not at rest after STEPS; tops (m,):
    the largest S on the way; flattest: the least S of an optimum.
    """

    beyond: Array
    step_sizes: Array
    ends: Array
    tops: Array
    flattest: float


def lands(n_layers: int, shape: str, first: float) -> Lands:
    """Runs from beside the optimum with the first weight given, for the δ at which q₀ is each of OVER."""
    weights = optimum(n_layers, shape, first)
    deltas = 2.0 * OVER / float(sharpness(weights))
    ends, tops = landings((*weights[:-1], weights[-1] + BESIDE), deltas, STEPS)
    return Lands(OVER, deltas, ends, tops, float(n_layers))


def depths(first: float) -> tuple[Lands, ...]:
    """`lands` of two, three and four layers, the others alike."""
    return tuple(lands(n_layers, ALIKE, first) for n_layers in DEPTHS)
