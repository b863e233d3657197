"""Whether a state that stands still is an equilibrium, or one whose steps drown in rounding.

On a plateau δ∇f falls below the rounding of x, or underflows to 0, far from any equilibrium.
"""

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.limits.kinks import one_sided_slopes
from stepsize_core.limits.orbits import FEW_COMPONENTS, least_solution, per_lane, size
from stepsize_core.objectives import Objective

FLAT = 1e-10  # an eigenvalue of ∇²f below this times the largest is 0, or that of a plateau
AWAY = (0.05, 0.1, 0.2, 0.4)
AROUND = (1e-6, 1e-3, 1e-2)  # of max(1, |x|): where ∇f is looked at around a point with ∇f = 0 and ∇²f = 0


def at_rest(objective: Objective, x: Array, allowed: Array) -> Flags:
    """Whether states x (lanes,) + state are equilibria: the Newton step H⁻¹∇f is at most `allowed` (lanes,).

    So is a kink of a scalar function with slope 0 on one side, whatever slope is chosen there.

    Only a scalar variable and vectors of few components are asked: the others pass.
    """
    n = int(np.prod(objective.state_shape))
    if n > FEW_COMPONENTS or objective.observable is not None:
        return np.ones(len(x), bool)
    slope, curvature = objective.gradient(x), objective.hessian(x)
    if objective.state_shape:
        left = size(least_solution(curvature, slope), objective)
        near = (left <= allowed) & np.any(curvature, axis=(-2, -1))
        if near.any():
            near[near] = ~_slopes_along_a_flat_direction(objective, x[near], curvature[near])
        still = ~np.any(slope, axis=-1) & ~near
    else:
        near = (np.abs(slope / curvature) <= allowed) | ((slope == 0.0) & (curvature != 0.0))
        below, above = one_sided_slopes(objective, x)
        near |= (below != above) & (below * above == 0.0)
        still = (slope == 0.0) & ~near
    if still.any():
        near[still] = objective.flat(x[still]) | _isolated(objective, x[still])
    return near


def _isolated(objective: Objective, x: Array) -> Flags:
    """Whether ∇f is not 0 on both sides of x, in one generic direction, at one of the distances AROUND."""
    isolated = np.zeros(len(x), bool)
    direction = 0.618 ** np.arange(x.shape[-1]) if x.ndim > 1 else 1.0
    for share in AROUND:
        apart = direction * per_lane(share * np.maximum(1.0, size(x, objective)), objective)
        sides = [size(objective.gradient(x + side * apart), objective) > 0.0 for side in (-1.0, 1.0)]
        isolated |= sides[0] & sides[1]
    return isolated


def _slopes_along_a_flat_direction(objective: Objective, x: Array, curvature: Array) -> Flags:
    """Whether f still falls in a direction in which it is all but flat at x (lanes, n): a plateau, no valley.

    Then its slope along it has one sign on both sides of x, at every distance AWAY.
    """
    values, vectors = np.linalg.eigh(curvature)
    at = np.abs(values).argmin(axis=-1)
    flat = np.abs(values).min(axis=-1) <= FLAT * np.abs(values).max(axis=-1)
    along = np.take_along_axis(vectors, at[:, None, None], axis=-1)[..., 0]
    places = [x + side * away * along for away in AWAY for side in (-1.0, 1.0)]
    signs = np.sign([np.sum(objective.gradient(place) * along, axis=-1) for place in places])
    return np.asarray(flat & (signs[0] != 0.0) & (signs == signs[0]).all(axis=0))
