"""Equilibria where f′ or f″ jumps (scalar variable): what linear theory says from one side is not the whole.

Let a = 1 − δf″(x*−) and b = 1 − δf″(x*+) be the one-sided multipliers. A run overshoots to the other side
where its own is negative, so what two steps do decides: where both are negative the sides alternate and two
steps multiply by ab; else the run ends on a side whose multiplier is not negative and shrinks by that.
Where f′ jumps across 0 no run converges: each step near x* is at least δ times a one-sided slope long.
"""

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags
from stepsize_core.objectives import Objective

BESIDE = 1e-9  # relative: a run that approaches a kink may not have seen it
FAR = 100.0  # times nearer to 0, kinks are sought again in a wide range
NO_SLOPE = 1e-9  # a one-sided slope below this times the jump of f′ is 0


def kinks_on(objective: Objective, low: float, high: float) -> Array:
    """The kinks of the objective on [low, high] and a little beyond; none where that is not finite."""
    beyond = BESIDE * (high - low + max(abs(low), abs(high), 1.0))
    low, high = float(low - beyond), float(high + beyond)
    if not np.isfinite([low, high, high - low]).all():
        return np.empty(0)
    places, reach = [objective.kinks(low, high)], max(-low, high) / FAR
    while reach > 1.0 and low < reach and -reach < high:  # one run far out hides nothing from the others
        places.append(objective.kinks(max(low, -reach), min(high, reach)))
        reach /= FAR
    return np.unique(np.concatenate(places))


def both_sides(objective: Objective, x: ArrayLike, order: int) -> tuple[Array, Array]:
    """`objective.one_sided` from below and from above, asked once for equal x: two arrays, shape of x."""
    places, where = np.unique(x, return_inverse=True)
    below, above = (np.asarray(objective.one_sided(places, order, side), float) for side in (-1, 1))
    return below[where].reshape(np.shape(x)), above[where].reshape(np.shape(x))


def one_sided_slopes(objective: Objective, x: ArrayLike) -> tuple[Array, Array]:
    """f′(x−) and f′(x+), equal where f′ does not jump: two arrays, shape of x.

    What is 0 up to rounding beside the jump is 0.
    """
    below, above = both_sides(objective, x, 1)
    jump = np.abs(above - below)
    above = np.where(jump <= NO_SLOPE * (np.abs(above) + np.abs(below)), below, above)
    below, above = (np.where(np.abs(slope) <= NO_SLOPE * jump, 0.0, slope) for slope in (below, above))
    return below, above


def is_kink(objective: Objective, x: Array) -> Flags:
    """Whether f′ jumps at x, shape of x."""
    below, above = one_sided_slopes(objective, x)
    return (below < above) | (above < below)


def equilibrium_multipliers(objective: Objective, x: Array, delta: Array, side: Array) -> Array:
    """The multiplier of one step at equilibria x (lanes,) for runs beside them: (lanes,), signed.

    side (lanes,): the sign of the run's distance from x. ±∞ where no run from that side converges, because
    f′ jumps across 0 or pushes away; −√(ab) where the sides alternate at the multipliers a and b.
    """
    a, b = (1.0 - delta * curvature for curvature in both_sides(objective, x, 2))
    smooth = joint_multiplier(a, b, side)
    below, above = one_sided_slopes(objective, x)
    across = np.where(above > below, -np.inf, np.inf)
    from_below = np.where((a >= 0.0) & (side <= 0), a, across)
    from_above = np.where((b >= 0.0) & (side >= 0), b, across)
    one_side = np.where(below == 0.0, from_below, np.where(above == 0.0, from_above, across))
    return np.where((below < above) | (above < below), one_side, smooth)


def joint_multiplier(a: Array, b: Array, side: ArrayLike) -> Array:
    """The multiplier of one step where f′(x*±) = 0, from the one-sided multipliers a and b."""
    own = np.where(np.less(side, 0), a, np.where(np.greater(side, 0), b, np.maximum(a, b)))
    with np.errstate(invalid="ignore"):
        alternating = np.where(a == b, a, -np.sqrt(a * b))
    return np.where(
        (a < 0.0) & (b < 0.0), alternating, np.where(np.minimum(a, b) >= 0.0, own, np.maximum(a, b))
    )
