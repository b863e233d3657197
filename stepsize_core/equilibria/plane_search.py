"""Where the gradient of a function of two variables vanishes, isolated or along a family of points."""

import math
from collections.abc import Callable

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.equilibria.branches import least
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import Objective

ITERATIONS = 150  # of Newton's method; at a point of multiplicity m they take 1/m of the distance off
LONGEST_STEP = 0.25  # of one iteration, relative to the reach
LAST_STEP = 1e-9  # relative to the reach: the last step of a search that has found something
ARRIVED = 1e-10  # relative to the reach: after such a step there is no need of another
FAR = 4.0  # relative to the reach: points so far from the middle of the starts are given up
SAME = 1e-5  # relative to the reach: points so close together are one
SINGULAR = 1e-12  # |λ| below this times the largest is 0
STEEP = 0.1  # |λ| above this times the largest: directions in which points are moved onto a valley
NEAR = (1e-7, 1e-9)  # relative to the reach: distances at which continuity is looked at
JUMP_KEPT = 0.5  # a change that keeps so much of itself from the first distance to the second is a jump,
JUMP = 1e-6  # unless it is so small, relative to the values beside it: then it is rounding
DROWNED = 1e-12  # |λ| below this times the largest of all that is found: steps there drown in rounding,
FAINTEST = 1e-22  # or below this: not even δ = 10⁶ moves a state by more than its rounding
AS_FLAT = 1e-5  # the same where a run has ended
BESIDE = 1e-3  # relative to the reach: where the next members of a family are looked for
WALK = 20  # points to either side at which a flat direction is followed, as far as the reach
TAIL = 1e-9  # relative: where it begins to slope so little, it was flat by rounding only
ROUNDING = 4.0 * float(np.finfo(float).eps)
ROUND = (6, 8, 10, 12)  # digits, relative to the reach, of the round numbers that are tried
ROUND_IN = ([True, True], [True, False], [False, True], [False, False])  # coordinates that are rounded
RING = np.stack([np.cos(np.arange(8) * np.pi / 4.0), np.sin(np.arange(8) * np.pi / 4.0)], axis=-1)


class Found(Frozen):
    """Points at which ∇f vanishes.

    places (n, 2); eigenvalues (n, 2): of ∇²f, ascending, 0 where they do not stand out of what rounding and
    the accuracy of the place make of them; family (n,): whether there are others beside it, as along a
    valley; kinks (n,): whether ∇²f jumps there.
    """

    places: Array
    eigenvalues: Array
    family: Flags
    kinks: Flags

    def of(self, keep: Indices) -> "Found":
        """Those with these indices."""
        return Found(self.places[keep], self.eigenvalues[keep], self.family[keep], self.kinks[keep])

    def with_those(self, other: "Found") -> "Found":
        """These, and the others behind them."""
        return Found(*(np.concatenate(pair) for pair in zip(vars(self).values(), vars(other).values())))


def zeros_of_gradient(objective: Objective, starts: Array, reach: float, sharpest: float = 0.0) -> Found:
    """What Newton's method finds from starts (n, 2) in a window that reaches so far to either side.

    sharpest: the largest |λ| that is known already.
    """
    with np.errstate(all="ignore"):
        ends = np.concatenate([_arrived(objective, starts, reach, cut) for cut in (SINGULAR, STEEP)])
        places = _distinct(_rounded(objective, ends, reach), SAME * reach)
        eigenvalues, vectors, kinks = _spectrum(objective, places, reach)
        vanishes = _vanishes(objective, places, eigenvalues, vectors, reach)
        flat = vanishes & (eigenvalues == 0.0).any(axis=-1)
        vanishes[flat] &= ~_by_rounding(objective, places[flat], eigenvalues[flat], vectors[flat], reach)
        family = vanishes & flat
        family[family] = _has_neighbours(objective, places[family], reach)
    largest = np.abs(eigenvalues).max(axis=-1)
    scale = largest[vanishes].max(initial=sharpest)
    visible = (largest == 0.0) | (largest > max(DROWNED * scale, FAINTEST))
    return Found(places, eigenvalues, family, kinks).of(np.flatnonzero(vanishes & visible))


def _arrived(objective: Objective, starts: Array, reach: float, cut: float) -> Array:
    """Where Newton's method arrives that moves along directions with |λ| > cut·max|λ| only.

    Where it leaves one out for good, and that is not a matter of steepness, it is moved along that one too.
    """
    ends = _newton(objective, starts, reach, cut)
    if cut == SINGULAR:
        size = np.abs(_eigen(objective.hessian(ends))[0])
        flat = size.min(axis=-1) <= cut * size.max(axis=-1)
        ends = np.concatenate([ends[~flat], _newton(objective, ends[flat], reach, 0.0), ends[flat]])
    return ends


def _newton(objective: Objective, starts: Array, reach: float, cut: float) -> Array:
    """Where Newton's method with short steps arrives, in directions with |λ| > cut·max|λ|.

    What has not arrived, or meets a derivative that is not finite, is left out.
    """
    x, moving = starts.copy(), np.arange(len(starts))
    middle = (starts.max(axis=0, initial=-np.inf) + starts.min(axis=0, initial=np.inf)) / 2.0
    for _ in range(ITERATIONS):
        step = _newton_step(objective, x[moving], cut)
        length = np.linalg.norm(step, axis=-1)
        x[moving] -= (
            step * np.minimum(1.0, LONGEST_STEP * reach / np.where(length > 0.0, length, 1.0))[:, None]
        )
        near = np.abs(x[moving] - middle).max(axis=-1) <= FAR * reach
        moving = moving[near & (length > ARRIVED * reach)]
        if len(moving) == 0:
            break
    last = np.linalg.norm(_newton_step(objective, x, cut), axis=-1)
    return x[np.isfinite(x).all(axis=-1) & (last <= LAST_STEP * reach)]


def _newton_step(objective: Objective, x: Array, cut: float) -> Array:
    """H⁻¹∇f without the directions with |λ| ≤ cut·max|λ|; NaN where it is not known."""
    gradient, (eigenvalues, vectors) = objective.gradient(x), _eigen(objective.hessian(x))
    along = np.einsum("nji,nj->ni", vectors, gradient)
    size = np.abs(eigenvalues)
    used = (size > cut * size.max(axis=-1, initial=0.0, keepdims=True)) & (size > 0.0)
    along = np.where(used, along / np.where(used, eigenvalues, 1.0), 0.0)
    known = np.isfinite(gradient).all(axis=-1) & np.isfinite(eigenvalues).all(axis=-1)
    known &= used.any(axis=-1) | ~gradient.any(axis=-1)
    return np.where(known[:, None], np.einsum("nij,nj->ni", vectors, along), np.nan)


def _eigen(hessian: Array) -> tuple[Array, Array]:
    """Eigenvalues of 2 × 2 matrices, ascending, NaN where an entry is not finite; eigenvectors in columns."""
    known = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
    eigenvalues, vectors = np.linalg.eigh(np.where(known, hessian, 0.0))
    return np.where(known.all(axis=-1), eigenvalues, np.nan), vectors


def jumps(objective: Objective, x: Array, reach: float) -> Flags:
    """Where ∇²f, or ∇f, jumps at points x (n, 2), or is not finite beside them: bool, (n,)."""
    with np.errstate(all="ignore"):
        return _jumps(objective.hessian, x, reach) | _jumps(objective.gradient, x, reach)


def not_isolated(objective: Objective, x: Array) -> Flags:
    """Which equilibria (n, 2), known to the accuracy of a run, have an eigenvalue 0, as in a valley: (n,)."""
    size = np.abs(_eigen(objective.hessian(x))[0])
    return size.min(axis=-1, initial=np.inf) <= AS_FLAT * size.max(axis=-1, initial=0.0)


def _jumps(function: Callable[[Array], Array], x: Array, reach: float) -> Flags:
    """Where a function of states jumps: its change from x to a ring around it does not shrink with that."""
    far, near = (_change(function, x, radius * reach) for radius in NEAR)
    beside = np.abs(function(x[:, None] + NEAR[0] * reach * RING))
    rounding = JUMP * beside.max(axis=tuple(range(1, beside.ndim)), initial=0.0)
    return ~(near <= np.maximum(JUMP_KEPT * far, rounding))


def _change(function: Callable[[Array], Array], x: Array, radius: float) -> Array:
    """The largest change of a component of a function of states from x (n, 2) to a ring around it: (n,)."""
    change = np.abs(function(x[:, None] + radius * RING) - function(x)[:, None])
    return change.max(axis=tuple(range(1, change.ndim)), initial=0.0)


def _spectrum(objective: Objective, x: Array, reach: float) -> tuple[Array, Array, Flags]:
    """Eigenvalues as in `Found`, eigenvectors in columns, and whether the Hessian jumps."""
    eigenvalues, vectors = _eigen(objective.hessian(x))
    floor = np.maximum(
        4.0 * _change(objective.hessian, x, NEAR[1] * reach),
        SINGULAR * np.abs(eigenvalues).max(axis=-1, initial=0.0),
    )
    kinks = _jumps(objective.hessian, x, reach)
    silent = (np.abs(eigenvalues) <= floor[:, None]) & ~kinks[:, None]
    return np.where(silent, 0.0, eigenvalues), vectors, kinks


def _vanishes(objective: Objective, x: Array, eigenvalues: Array, vectors: Array, reach: float) -> Flags:
    """Where ∇f is continuous and 0 for all that can be told, (n,).

    Along an eigenvector with λ ≠ 0 where Newton's step is short; with λ = 0 where ∇f is no larger than its
    change over a distance that rounding may make.
    """
    along = np.einsum("nji,nj->ni", vectors, objective.gradient(x))
    ring = np.einsum("nji,nkj->nki", vectors, objective.gradient(x[:, None] + NEAR[1] * reach * RING))
    spread = np.abs(ring - along[:, None]).max(axis=1)
    flat = eigenvalues == 0.0
    short = np.abs(along) <= LAST_STEP * reach * np.abs(eigenvalues)
    zero = np.where(flat, np.abs(along) <= spread, short).all(axis=-1)
    return zero & np.isfinite(eigenvalues).all(axis=-1) & ~_jumps(objective.gradient, x, reach)


def _by_rounding(objective: Objective, x: Array, eigenvalues: Array, vectors: Array, reach: float) -> Flags:
    """Where ∇f is 0 only because it has become too small to be told from 0, as far out on a plateau: (n,).

    A flat direction is followed to where f slopes: there its slope is the smallest that can be seen.
    """
    flat, tail = np.zeros((2, len(x)), bool)
    distances = np.arange(1, WALK + 1) * reach / WALK
    for i, side in ((i, side) for i in (0, 1) for side in (-1.0, 1.0)):
        walk = x[:, None] + side * distances[:, None] * vectors[:, None, :, i]
        slopes = objective.gradient(walk[:, :, None] + ROUNDING * reach * RING)
        size, noise = np.abs(slopes).max(axis=(-2, -1)), np.ptp(slopes, axis=-2).max(axis=-1)
        seen = np.isfinite(size) & (size > 8.0 * noise)
        first = size[np.arange(len(x)), seen.argmax(axis=1)]
        scale = np.maximum(np.abs(eigenvalues).max(axis=-1) * reach, np.where(seen, size, 0.0).max(axis=1))
        along = eigenvalues[:, i] == 0.0
        flat |= along & ~seen[:, 0]
        tail |= along & seen.any(axis=1) & (first <= TAIL * scale)
    return flat & tail


def _has_neighbours(objective: Objective, x: Array, reach: float) -> Flags:
    """Whether ∇f vanishes at some point about BESIDE away from each of x (n, 2), on which it vanishes."""
    result = np.zeros(len(x), bool)
    for direction in (*RING[::2], *RING[1::2]):  # mostly the first find one
        lone = np.flatnonzero(~result)
        beside = x[lone] + BESIDE * reach * direction
        for _ in range(8):
            step = _newton_step(objective, beside, STEEP)
            length = np.linalg.norm(step, axis=-1, keepdims=True)
            beside = beside - step * np.minimum(1.0, BESIDE * reach / np.where(length > 0.0, length, 1.0))
        apart = np.linalg.norm(beside - x[lone], axis=-1) / (BESIDE * reach)
        eigenvalues, vectors, _ = _spectrum(objective, beside, reach)
        zero = _vanishes(objective, beside, eigenvalues, vectors, reach)
        result[lone] = (apart > 0.5) & (apart < 2.0) & zero
    return result


def _rounded(objective: Objective, found: Array, reach: float) -> Array:
    """Each point, or a round one beside it, in one coordinate or both, where the gradient is no larger."""
    for digits in ROUND:
        rounded = np.round(found, max(0, digits - math.ceil(math.log10(reach)))) + 0.0
        candidates = [np.where(which, rounded, found) for which in ROUND_IN]
        found = least(lambda x: np.linalg.norm(objective.gradient(x), axis=-1), np.stack(candidates))
    return found


def _distinct(points: Array, radius: float) -> Array:
    """The points without those that repeat an earlier one: two so close share a cell of some grid."""
    for corner in ((0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (0.5, 0.5)):
        cells = np.floor(points / (2.0 * radius) + corner)
        points = points[np.sort(np.unique(cells, axis=0, return_index=True)[1])]
    return points


def newton_lengths(objective: Objective, x: Array) -> Array:
    """How far Newton's method would move each of x (n, 2), ∞ where that is not known: (n,)."""
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.linalg.norm(_newton_step(objective, x, SINGULAR), axis=-1), nan=np.inf)
