"""Periodic orbits near the tail of a run: the exact orbit, and whether the run approaches it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Flags, NDArray
from stepsize_core.dynamics import Dynamics, GradientDescent
from stepsize_core.frozen import Frozen
from stepsize_core.limits.kinks import both_sides, equilibrium_multipliers, is_kink, kinks_on
from stepsize_core.objectives import Objective
from stepsize_core.stability import (
    DENSE_PARAMETERS,
    hessian_matrices,
    multipliers_along,
    multipliers_of,
    path_jacobian,
)

FEW_COMPONENTS = 4
POLISH_ITERATIONS = 60  # Newton steps; a root of multiplicity three, at a flip, needs about fifty
NEWTON_PATIENCE = 3  # iterations; at a multiple root, as at a threshold, they take 0.7 of the residual off
MULTIPLE = (0.4, 0.99)  # ratios of consecutive Newton steps that a multiple root explains
POLISH_RESIDUAL = 1e-12  # |Tᵖx − x| of a polished orbit, relative to the tail
NEWTON_LEFT = 1e-5  # the Newton step left there: where the map is almost the identity, a residual says little
SAME_POINT = 1e-7  # points of an orbit closer than this times its size are one point: the period is shorter
RATE_AGREEMENT = 0.2  # relative: observed rate of approach against log|multiplier|
JUMP_DISTANCES = (1e-4, 1e-6)  # relative to max(1, |x|): where the two sides of an equilibrium are looked at
JUMP = 1e-3  # a difference of ∇²f above this share of it, at both distances, is a jump
UNSTABLE = (1e-12, 1e-9)  # a modulus so far above 1 is unstable, of an equilibrium and of a cycle
NEUTRAL = 1e-6  # the same for a vector, whose flat directions have modulus 1 up to the error of the orbit
NEUTRAL_DECAY = 3.0  # |log ρ|·k below this: the rate is invisible in k steps, the approach is algebraic
ALGEBRAIC_EXPONENT = 0.02  # least exponent a in distance ~ k^(−a) that counts as an approach
ALGEBRAIC_STEADY = 0.75  # the exponent may not fall below this fraction of its earlier value
INERTIA = 0.1  # the share of a move that may be carried on from the one before
BEYOND_LINEAR = 0.5  # of what a period contracts by: the most that it may miss what its derivative says
DOUBLINGS = 48  # of the number of periods over which the derivative is summed
SAME_KINK = 1e-15  # relative: a kink is known to rounding
BEYOND = 2.0  # times the distance of a run, on both sides of its limit, no jump of f′ may lie
CERTIFICATE_SAMPLES = 64  # even points from which `draws_in` looks where steps lead
CERTIFICATE_HALVINGS = 8  # and halvings of the distance


def size(states: Array, objective: Objective | Dynamics) -> Array:
    """The largest modulus of a component of each state: shape batch."""
    magnitude = np.abs(states)
    if not objective.state_shape:
        return magnitude
    if magnitude.shape[-1] <= FEW_COMPONENTS:  # a maximum along so short an axis is slow
        return reduce(np.maximum, np.moveaxis(magnitude, -1, 0))
    return magnitude.max(axis=-1)


def per_lane(values: NDArray[Any], objective: Objective | Dynamics) -> NDArray[Any]:
    """Per-lane numbers, shaped to broadcast against states."""
    return values[..., None] if objective.state_shape else values


class Orbits(Frozen):
    """One candidate orbit per lane.

    points (p, lanes) + state_shape; multipliers (lanes, d); radius (lanes,): the largest modulus; contraction
    (lanes,): the largest modulus that is not neutral. Networks have families of orbits, so a vector has
    multipliers of modulus 1 within NEUTRAL, along the family; a scalar variable has none that is let pass.
    """

    points: Array
    multipliers: Array
    radius: Array
    contraction: Array
    neutral: Flags
    vector: bool

    @classmethod
    def through(cls, dynamics: Dynamics, points: Array, delta: Array, last: Array | None = None) -> Orbits:
        """The orbits with the given points; multipliers are NaN where the Hessian is too large to form.

        last (lanes,) + state_shape: where runs are; of equilibria of a scalar variable the multipliers are
        those of the run's side.
        """
        lanes, scalar = points.shape[1], not dynamics.state_shape
        if dynamics.dimension > DENSE_PARAMETERS:
            multipliers: NDArray[Any] = np.full((lanes, dynamics.dimension), np.nan)
        elif last is not None and len(points) == 1 and scalar:
            multipliers = _beside_equilibria(dynamics, points[0], delta, np.sign(last - points[0]))
        else:
            multipliers = multipliers_along(dynamics, dynamics.closed(points), delta)
        n = math.prod(dynamics.state_shape)
        if 1 < n <= FEW_COMPONENTS and len(points) == 1:  # where ∇²f jumps, one matrix says nothing
            jumps = _curvature_jumps(dynamics.objective, points[0])
            multipliers = np.where(jumps[:, None], np.nan, multipliers)
        modulus = np.abs(multipliers)
        neutral = (np.abs(modulus - 1.0) <= NEUTRAL) & (n > 1)
        contraction = np.where(neutral, 0.0, modulus).max(axis=-1)
        return cls(points, multipliers, modulus.max(axis=-1), contraction, neutral.any(axis=-1), n > 1)

    @property
    def not_unstable(self) -> Flags:
        """No modulus above 1, within UNSTABLE for a scalar variable and NEUTRAL for a vector; (lanes,)."""
        return self.radius <= 1.0 + (NEUTRAL if self.vector else UNSTABLE[len(self.points) > 1])


def _beside_equilibria(dynamics: Dynamics, x: Array, delta: Array, side: Array) -> NDArray[Any]:
    """The multipliers at equilibria x (lanes,) of a scalar variable for runs on a side of them: (lanes, d).

    With momentum NaN where f″ jumps, as a run that spirals in meets both sides again and again.
    """
    one = equilibrium_multipliers(dynamics.objective, x, delta, side)
    if dynamics.memory == 1:
        return one[:, None]
    below, above = both_sides(dynamics.objective, x, 2)
    both = multipliers_of(dynamics, dynamics.jacobian(below[:, None, None], delta))
    both = np.where((below == above)[:, None], both, np.nan)
    return np.where(np.isinf(one)[:, None], np.stack([one, np.zeros_like(one)], axis=-1), both)


def _curvature_jumps(objective: Objective, x: Array) -> Flags:
    """Whether ∇²f differs on two sides of x (lanes, n) by what does not fade with the distance: (lanes,)."""
    if math.prod(objective.state_shape) == 1:
        return np.zeros(len(x), bool)
    direction = 0.618 ** np.arange(x.shape[-1])
    jumps = []
    for share in JUMP_DISTANCES:
        apart = direction * share * per_lane(np.maximum(1.0, size(x, objective)), objective)
        below, above = objective.hessian(x - apart), objective.hessian(x + apart)
        jumps.append(np.abs(above - below).max(axis=(-2, -1)))
    whole = np.abs(above).max(axis=(-2, -1)) + np.abs(below).max(axis=(-2, -1))
    return np.asarray((jumps[1] > JUMP * whole) & (jumps[1] > jumps[0] / 2.0))


def polish(
    dynamics: Dynamics,
    state: Array,
    delta: Array,
    period: int,
    scale: Array,
    iterations: int = POLISH_ITERATIONS,
) -> Array:
    """The p-periodic orbit near a state by Newton's method on Tᵖz = z: (p, lanes) + state, NaN without one.

    A lane whose residual has not been halved within NEWTON_PATIENCE iterations is left where it is. To a
    multiple equilibrium of a scalar variable steps are lengthened as soon as the residual says no more.
    """
    if period == 1:  # every map rests where gradient descent does
        dynamics, state = GradientDescent(dynamics.objective), state[-1:]
    z, moving, multiple = state.copy(), np.arange(len(delta)), np.zeros(len(delta), bool)
    best, bar, before = (np.full(shape, np.inf) for shape in (len(delta), len(delta), z.shape))
    for i in range(iterations):
        _, error, step = _newton_step(dynamics, z[:, moving], delta[moving], period)
        best[moving] = np.fmin(best[moving], error)
        far = error > 0.01 * POLISH_RESIDUAL * scale[moving]
        if period == 1 and not dynamics.state_shape:
            ratio, before[:, moving] = (step / before[:, moving])[0], step  # 1 − 1/m of multiplicity m
            slow = ~far & (ratio > MULTIPLE[0]) & (ratio < MULTIPLE[1])
            multiple[moving] |= slow
            far |= multiple[moving] & (error > 0.0)
            if i % NEWTON_PATIENCE == NEWTON_PATIENCE - 1:
                step = np.where(slow, step / (1.0 - ratio), step)
        if i % NEWTON_PATIENCE == 0:
            far &= best[moving] < bar[moving]
            bar[moving] = best[moving] / 2.0
        moving = moving[far]
        if len(moving) == 0:
            break
        z[:, moving] = z[:, moving] - step[:, far]
    orbit, error, step = _newton_step(dynamics, z, delta, period)
    found = error <= POLISH_RESIDUAL * scale
    found &= (error == 0.0) | (size(step, dynamics).max(axis=0) <= NEWTON_LEFT * scale)
    return np.where(per_lane(found, dynamics), orbit, np.nan)


def _newton_step(dynamics: Dynamics, state: Array, delta: Array, period: int) -> tuple[Array, Array, Array]:
    """The p positions from a state on, the size of Tᵖz − z, and the step of Newton's method, to subtract.

    The least change of z where (Tᵖ)′ − 1 is singular, as along a family of orbits.
    """
    if period == 1 and not dynamics.state_shape:  # as exact as f′ and f″ are, however far from 0
        slope = dynamics.objective.gradient(state)
        curvature = hessian_matrices(dynamics.objective, state)[..., 0, 0]
        return state, np.abs(delta * slope[0]), slope / curvature
    path, memory = dynamics.follow(state, delta, period), dynamics.memory
    residual = path[-memory:] - state
    jacobian = path_jacobian(dynamics, path[:-1], delta)
    shifted = jacobian - np.eye(jacobian.shape[-1])
    if dynamics.of_the_line:
        step = residual / np.where(shifted[..., 0, 0] == 0.0, np.nan, shifted[..., 0, 0])
    else:
        solve = least_solution if dynamics.state_shape else _only_solution
        flat = solve(shifted, np.moveaxis(residual, 0, 1).reshape(len(delta), -1))
        step = np.moveaxis(flat.reshape(len(delta), memory, *dynamics.state_shape), 1, 0)
    return path[memory - 1 : -1], size(residual, dynamics).max(axis=0), step


def _only_solution(matrices: Array, vectors: Array) -> Array:
    """The x with Mx = v, lane by lane, of two equations; NaN where M is singular."""
    (a, b), (c, d) = matrices.T.swapaxes(0, 1)
    u, v = vectors.T
    determinant = a * d - b * c
    return (
        np.stack([d * u - b * v, a * v - c * u], axis=-1)
        / np.where(determinant == 0.0, np.nan, determinant)[:, None]
    )


def least_solution(matrices: Array, vectors: Array) -> Array:
    """The least x with Mx = v, or with the least |Mx − v|, lane by lane; NaN where M or v is not finite."""
    usable = np.all(np.isfinite(matrices), axis=(-2, -1)) & np.all(np.isfinite(vectors), axis=-1)
    inverse = np.linalg.pinv(np.where(usable[:, None, None], matrices, 0.0), rcond=1e-10)
    return np.where(usable[:, None], np.einsum("...ij,...j->...i", inverse, vectors), np.nan)


def minimal(points: Array, dynamics: Dynamics) -> Flags:
    """False where an orbit of p points visits a point twice, so that its period is a proper divisor of p."""
    p = len(points)
    extent = size(points, dynamics).max(axis=0)
    apart = np.ones(points.shape[1], bool)
    for q in (q for q in range(1, p) if p % q == 0):
        apart &= size(points - np.roll(points, q, axis=0), dynamics).max(axis=0) > SAME_POINT * extent
    return apart


def distance(states: Array, points: Array, dynamics: Dynamics) -> Array:
    """The largest distance of the states (w, lanes) + state to the nearest point of the orbit: (lanes,)."""
    nearest = np.full(states.shape[:2], np.inf)
    for point in points:
        nearest = np.fmin(nearest, size(states - point, dynamics))
    return nearest.max(axis=0)


def approaches(
    dynamics: Dynamics, orbits: Orbits, delta: Array, patches: Array, step_numbers: Sequence[int], period: int
) -> Flags:
    """Whether patches of the run, each (w, lanes) + state, close in on the orbits as linear theory says.

    step_numbers: where each patch ends. A patch is long enough to hold both sides of an alternation.

    Every distance must be below the one before, and either the last rate per step agrees with
    log ρ / p within RATE_AGREEMENT, or log ρ is too small to show in so many steps (NEUTRAL_DECAY) and the
    distance falls like a power of k that does not die out. An unstable orbit is never approached; and with
    momentum not by a power of k where inertia carries the run: it may roll over. There all complex
    multipliers have one modulus, on whatever orbit, and a rate tells no orbit from another: the run must be
    so near that its derivative carries it.
    """
    d = np.stack([distance(states, orbits.points, dynamics) for states in patches])
    closing = np.all(d[1:] < d[:-1], axis=0)
    k = np.asarray(step_numbers, float)
    fall = np.log(d[2:] / d[1:-1])  # over consecutive intervals, last ones matter
    observed = fall[-1] / (k[-1] - k[-2])
    predicted = np.log(orbits.contraction) / period
    linear = np.isfinite(predicted) & (np.abs(observed - predicted) <= RATE_AGREEMENT * np.abs(predicted))
    exponent = -fall / np.log(k[2:] / k[1:-1])[:, None]
    steady = (exponent[-1] >= ALGEBRAIC_EXPONENT) & (exponent[-1] >= ALGEBRAIC_STEADY * exponent[-2])
    algebraic = (np.abs(predicted) * k[-1] <= NEUTRAL_DECAY) & steady
    if dynamics.memory > 1:
        fades = -math.log(dynamics.beta) * k[-1] > 2.0 * NEUTRAL_DECAY  # so does a pair of modulus √β
        algebraic &= fades & _free_of_inertia(dynamics, patches[-1], period)
        linear &= closing & orbits.not_unstable
        if linear.any():
            linear[linear] = _carried_by_the_derivative(dynamics, orbits, delta, patches[-1], linear, period)
    return closing & orbits.not_unstable & (linear | algebraic)


def _free_of_inertia(dynamics: Dynamics, window: Array, period: int) -> Flags:
    """Whether the last moves over a period, d and before it d′, follow the slope alone: (lanes,).

    As d = βd′ − δ∇f, they creep if d − d′ is small against (1 − β)d; or they alternate.
    """
    if len(window) < 2 * period + 1:
        return np.zeros(window.shape[1], bool)
    move, before = (window[end] - window[end - period] for end in (-1, -1 - period))
    largest = INERTIA * size(move, dynamics)
    creeps = size(move - before, dynamics) <= (1.0 - dynamics.beta**period) * largest
    return creeps | (size(move + before, dynamics) <= largest)


def _carried_by_the_derivative(
    dynamics: Dynamics, orbits: Orbits, delta: Array, window: Array, asked: Flags, period: int
) -> Flags:
    """Whether runs are so near stable orbits that these surely draw them in: of the lanes asked for.

    With J the derivative of a period and P = Σ (Jᵀ)ᵏJᵏ a deviation v from the orbit has
    |Jv|_P² = |v|_P² − |v|². All through the window a period carries v to Jv but for BEYOND_LINEAR of that
    fall of its length; as what it misses fades faster than v, it does so for ever. Directions along a family
    of orbits, of modulus 1, are left out.
    """
    lanes, path = int(asked.sum()), dynamics.closed(orbits.points[:, asked])
    jacobian = path_jacobian(dynamics, path, delta[asked])
    across: Array = np.broadcast_to(np.eye(jacobian.shape[-1]), jacobian.shape)
    neutral = orbits.neutral[asked]
    if neutral.any():
        values, vectors = np.linalg.eig(jacobian[neutral])
        kept = np.abs(np.abs(values) - 1.0) > NEUTRAL
        across = across.copy()
        across[neutral] = ((vectors * kept[:, None]) @ np.linalg.inv(vectors)).real
    step = jacobian @ across
    summed, power = np.broadcast_to(np.eye(step.shape[-1]), step.shape), step
    for _ in range(DOUBLINGS):
        summed, power = summed + np.swapaxes(power, -2, -1) @ summed @ power, power @ power
        if not power.any():
            break

    def length(v: Array) -> Array:
        return np.sqrt(np.einsum("kli,lij,klj->kl", v, summed, v))

    ends = np.arange(len(window), dynamics.memory - 1, -period)
    states = np.stack([window[end - dynamics.memory : end][:, asked] for end in ends])
    apart = states - path[: dynamics.memory]
    apart = np.einsum("lij,klj->kli", across, np.moveaxis(apart, 2, 1).reshape(len(ends), lanes, -1))
    before, after = apart[1:], apart[:-1]
    missed = after - np.einsum("lij,klj->kli", step, before)
    whole, square = length(before), np.sum(before**2, axis=-1)
    falls = square / (whole + np.sqrt(np.maximum(whole**2 - square, 0.0)))
    return np.asarray(np.all(length(missed) <= BEYOND_LINEAR * falls, axis=0) & (len(ends) > 1))


def draws_in(dynamics: Dynamics, found: Orbits, last: Array, delta: Array) -> Flags:
    """Whether orbits certainly draw runs in that are at `last` beside their first points x*: (lanes,).

    Scalar variable. Let q be p steps, or 2p where the multiplier is negative and the sides alternate. Where
    no multiplier is above 1 and 0 < (T^q)′ < 1 between x* and the run, the distance falls for ever and x* is
    the limit, however slow. Looked at in CERTIFICATE_SAMPLES even points and some geometric ones towards x*.
    """
    point, p = found.points[0], len(found.points)
    radius = last - point
    even = np.arange(1, CERTIFICATE_SAMPLES + 1) / CERTIFICATE_SAMPLES
    fractions = np.concatenate([even, even[0] * 0.5 ** np.arange(1, CERTIFICATE_HALVINGS)])[:, None]
    inside = found.not_unstable & np.isfinite(radius) & (radius != 0.0)
    for q, asked in ((p, found.multipliers[:, 0] >= 0.0), (2 * p, found.multipliers[:, 0] < 0.0)):
        lanes = np.flatnonzero(inside & asked)
        slope = _contraction(dynamics, point[lanes] + fractions * radius[lanes], delta[lanes], q)
        inside[lanes] = np.all((slope < 0.0) & (slope > -1.0), axis=0)
    return inside


def _contraction(dynamics: Dynamics, y: Array, delta: Array, q: int) -> Array:
    """(T^q)′(y) − 1 as a sum free of rounding, the shape of y."""
    slope = np.zeros_like(y)
    for _ in range(q):
        slope -= delta * dynamics.objective.hessian(y) * (1.0 + slope)
        y = y - delta * dynamics.objective.gradient(y)
    return slope


def kink_between(dynamics: Dynamics, point: Array, last: Array, asked: Flags) -> Flags:
    """Whether f′ jumps within BEYOND times the distance of `last` from other points, where asked: (lanes,).

    Then neither curvatures nor rates say where a run leads (scalar variable).
    """
    between, radius = np.zeros(len(point), bool), BEYOND * np.abs(last - point)
    if asked.any():
        far = radius[asked].max()
        kinks = kinks_on(dynamics.objective, point[asked].min() - far, point[asked].max() + far)
        for kink in kinks[is_kink(dynamics.objective, kinks)]:
            apart = np.abs(kink - point)
            between |= (apart <= radius) & (apart > SAME_KINK * abs(kink))
    return between
