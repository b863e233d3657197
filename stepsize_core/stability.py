"""Linear stability: Hessian spectra against 2/δ, multipliers of equilibria and of periodic orbits.

The Jacobian of the map at x is I − δ∇²f(x). An equilibrium is Lyapunov stable only if every Hessian
eigenvalue λ satisfies 0 ≤ λ ≤ 2/δ (paper, Section 1). All quantities are dimensionless; eigenvalues are
those of the loss as it is trained, so a factor ½ in the loss is a factor ½ in λ.
"""

import math
from collections.abc import Iterator
from enum import Enum
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse.linalg import eigsh

from stepsize_core.arrays import Array, ArrayLike, NDArray
from stepsize_core.checks import count, positive_finite
from stepsize_core.descent import CHUNK_STEPS
from stepsize_core.dynamics import AnyMap, Dynamics, Map, as_dynamics, parted, stepper_of
from stepsize_core.objectives import Objective, require_objective, start_lanes, start_states
from stepsize_core.pulse import pulse
from stepsize_core.steppers import Stepper

DENSE_PARAMETERS = 600  # up to this many parameters the Hessian is formed; beyond, products with it are used
ALIGNMENT = 5  # a tangent vector first turns to its direction for 1/ALIGNMENT of the steps counted
ESCAPED = 1e6
SAME_STEP_SIZE = np.ones(1)  # a schedule that is none
SPECTRA = 16  # eigenvalue problems solved at a time
BATCHES = 16  # of consecutive steps, whose spread says how well the mean of an exponent is known
FLAT_CURVATURE = 1e-12  # |Q| below this times its two terms counts as a degenerate loss of stability


def hessian_eigenvalues(objective: Objective, x: ArrayLike) -> Array:
    """Every eigenvalue of ∇²f(x), ascending: shape batch + (n,), n = 1 for a scalar variable.

    Raises ValueError where x is not a finite state of the objective.
    """
    matrices = hessian_matrices(objective, start_states(objective, x, name="x"))
    return _spectra(matrices) if objective.state_shape else matrices[..., 0]


def _spectra(matrices: Array) -> Array:
    """Eigenvalues of symmetric matrices batch + (n, n), so many at a time: batch + (n,)."""
    flat = matrices.reshape(-1, *matrices.shape[-2:])
    spectra = np.empty(flat.shape[:-1])
    for first in range(0, len(flat), SPECTRA):
        pulse()
        spectra[first : first + SPECTRA] = np.linalg.eigvalsh(flat[first : first + SPECTRA])
    return spectra.reshape(matrices.shape[:-1])


def largest_hessian_eigenvalue(objective: Objective, x: ArrayLike) -> Array:
    """λ_max of ∇²f(x), the sharpness; shape batch.

    With more than DENSE_PARAMETERS parameters by Lanczos iteration (scipy.sparse.linalg.eigsh) on the
    objective's `hessian_operator`, one state at a time.
    """
    x = start_states(objective, x, name="x")
    n = int(np.prod(objective.state_shape))
    if n <= DENSE_PARAMETERS:
        return hessian_eigenvalues(objective, x)[..., -1]
    flat = x.reshape(-1, n)
    v0 = np.ones(n)  # a fixed start vector: the same state gives the same digits
    largest = [eigsh(objective.hessian_operator(p), k=1, which="LA", v0=v0)[0][0] for p in flat]
    return np.array(largest).reshape(x.shape[:-1])[()]


def eigenvalue_margins(objective: Map, x: ArrayLike, step_size: ArrayLike) -> Array:
    """2/δ − λ for every Hessian eigenvalue λ, in the order of `hessian_eigenvalues`: batch + (n,).

    Of a map with momentum δ is the effective step. A negative margin makes an equilibrium unstable at this
    step size. step_size broadcasts against batch.
    """
    dynamics = as_dynamics(objective)
    steps = np.asarray(dynamics.effective_step(positive_finite("step_size", step_size)))
    return 2.0 / steps[..., None] - hessian_eigenvalues(dynamics.objective, x)


def critical_step_size(objective: Map, x: ArrayLike) -> Array:
    """The step size above which an equilibrium at x is unstable: 2/λ_max, shape batch; of a map with momentum
    that whose effective step is 2/λ_max.

    ∞ where no eigenvalue is positive. Negative curvature makes an equilibrium unstable at every step size:
    the margins do not show that, the multipliers do.
    """
    dynamics = as_dynamics(objective)
    sharpness = np.asarray(largest_hessian_eigenvalue(dynamics.objective, x), float)
    critical = 2.0 / np.where(sharpness > 0, sharpness, 1.0) / dynamics.effective_step(1.0)
    return np.where(sharpness > 0, critical, np.inf)[()]


def orbit_multipliers(objective: Map, orbit: ArrayLike, step_size: ArrayLike) -> NDArray[Any]:
    """The eigenvalues of the p steps along a periodic orbit, largest modulus first: (n,), of
    (I − δH(x_p)) ⋯ (I − δH(x_1)); with momentum (2n,), of the map of two positions.

    orbit: the positions in the order visited, (p,) + state_shape; p = 1 gives an equilibrium's 1 − δλ.
    The orbit is stable only if no modulus exceeds 1, superstable if all are 0.
    Raises ValueError where orbit is not (p,) + state_shape, p ≥ 1, or step_size not one positive number.
    """
    dynamics = as_dynamics(objective)
    points = start_states(dynamics.objective, orbit, name="orbit")
    if points.ndim != 1 + len(dynamics.state_shape) or len(points) == 0:
        raise ValueError(f"orbit must have shape (p,) + {dynamics.state_shape}, got {points.shape}")
    delta = positive_finite("step_size", step_size)
    if delta.ndim:
        raise ValueError(f"step_size must be a single number, got shape {delta.shape}")
    found = dynamics.padded(multipliers_along(dynamics, dynamics.closed(points), delta))
    return found if found.imag.any() else found.real


def path_jacobian(dynamics: Dynamics, path: Array, step_size: ArrayLike) -> Array:
    """The Jacobian of the steps from every state of a path (memory − 1 + p,) + batch + state_shape:
    batch + (d, d)."""
    matrices = hessian_matrices(dynamics.objective, dynamics.seen(path))
    product, *later = dynamics.jacobian(matrices, step_size)
    for step in later:
        product = step * product if dynamics.dimension == 1 else step @ product
    return product


def multipliers_along(dynamics: Dynamics, path: Array, step_size: ArrayLike) -> NDArray[Any]:
    """The multipliers of the steps from every state of a path: batch + (d,)."""
    return multipliers_of(dynamics, path_jacobian(dynamics, path, step_size))


def multipliers_of(dynamics: Dynamics, jacobian: Array) -> NDArray[Any]:
    """The eigenvalues of Jacobians of a map, batch + (d, d), largest modulus first; NaN where these are not
    finite. Of a scalar variable with momentum, complex, in closed form."""
    if dynamics.state_shape or dynamics.memory == 1:
        return jacobian_eigenvalues(jacobian)
    half = (jacobian[..., 0, 0] + jacobian[..., 1, 1]) / 2.0
    determinant = jacobian[..., 0, 0] * jacobian[..., 1, 1] - jacobian[..., 0, 1] * jacobian[..., 1, 0]
    apart = (jacobian[..., 0, 0] - jacobian[..., 1, 1]) / 2.0
    root = np.sqrt(apart**2 + jacobian[..., 0, 1] * jacobian[..., 1, 0] + 0j)
    large = half + np.where(half < 0.0, -root, root)
    small = np.where(root.imag != 0.0, large.conj(), determinant / np.where(large == 0.0, 1.0, large))
    return np.stack([large, small], axis=-1)


def jacobian_eigenvalues(jacobian: Array) -> NDArray[Any]:
    """Eigenvalues of Jacobians batch + (n, n), largest modulus first; NaN where an entry is not finite."""
    if jacobian.shape[-1] == 1:
        return jacobian[..., 0]
    finite = np.all(np.isfinite(jacobian), axis=(-2, -1))
    eigenvalues: NDArray[Any] = np.linalg.eigvals(np.where(finite[..., None, None], jacobian, 0.0))
    eigenvalues = np.where(finite[..., None], eigenvalues, np.nan)
    order = np.argsort(-np.abs(eigenvalues), axis=-1, kind="stable")
    return np.take_along_axis(eigenvalues, order, axis=-1)


def lyapunov_exponent(
    objective: AnyMap, x0: ArrayLike, step_size: ArrayLike, *, n_transient: int = 1000, n_steps: int = 1000
) -> Array:
    """The largest Lyapunov exponent per step: the mean of log‖Jv‖ along the run, J = I − δH(x[k]) of gradient
    descent; shape batch.

    Positive on a chaotic orbit, (1/p) log|multiplier| on an attracting cycle, −∞ on a superstable one; NaN
    where the run leaves the finite numbers or grows ESCAPED-fold: what diverges is not chaotic. The first
    n_transient steps are not counted.
    Raises ValueError like `gradient_descent`; n_transient may be 0.
    """
    n_transient = count("n_transient", n_transient, at_least=0)
    n_steps = count("n_steps", n_steps)
    dynamics, factors = parted(objective)
    x, delta, batch = start_lanes(dynamics.objective, x0, step_size)
    run, total = stepper_of(dynamics, factors, dynamics.start(x), delta), np.zeros(len(x))
    with np.errstate(all="ignore"):
        run.advance(n_transient)
        for growth in _stretching(
            dynamics, run, delta, n_steps, factors=factors[min(n_transient, len(factors) - 1) :]
        ):
            total += growth
    n = math.prod(dynamics.state_shape)
    with np.errstate(invalid="ignore"):
        far, began = (np.abs(at).reshape(len(x), n).max(axis=1) for at in (run.x, x))
        total[~(far <= ESCAPED * np.maximum(1.0, began))] = np.nan
    return (total / n_steps).reshape(batch)[()]


def exponent_halves(dynamics: Dynamics, state: Array, delta: Array, half: int) -> tuple[Array, Array, Array]:
    """The largest Lyapunov exponent over each of the next two `half` steps, its standard error, and the end.

    state (memory, lanes) + state_shape, delta (lanes,) → two arrays (2, lanes), and the last positions. The
    error is that of the mean over BATCHES batches of consecutive steps; half is a multiple of BATCHES.
    """
    length, run = half // BATCHES, dynamics.stepper(state, delta)
    with np.errstate(all="ignore"):
        batches = np.stack(list(_stretching(dynamics, run, delta, 2 * BATCHES * length, length))) / length
    batches[:, ~np.isfinite(run.x).reshape(len(delta), -1).all(axis=1)] = np.nan
    batches = batches.reshape(2, BATCHES, -1)
    mean = _summed(batches, 1) / BATCHES
    spread = np.sqrt(_summed((batches - mean[:, None]) ** 2, 1) / (BATCHES - 1))
    return mean, spread / np.sqrt(BATCHES), run.x


def _summed(terms: Array, axis: int) -> Array:
    """The sum along an axis, term after term: to the last bit the same however many runs stand beside."""
    return np.asarray(np.cumsum(terms, axis=axis).take(-1, axis=axis))


def _stretching(
    dynamics: Dynamics,
    run: Stepper,
    delta: Array,
    n_steps: int,
    chunk: int = CHUNK_STEPS,
    factors: Array = SAME_STEP_SIZE,
) -> Iterator[Array]:
    """Yield Σ log‖Jv‖, (lanes,), for consecutive chunks of the next n_steps steps.

    factors: what δ is multiplied by in them, the last one for ever.
    """
    if dynamics.of_the_line:
        for path, deltas in _chunks(dynamics, run, delta, n_steps, chunk, factors):
            curvature = hessian_matrices(dynamics.objective, path)[..., 0, 0]
            yield _summed(np.log(np.abs(1.0 - deltas * curvature)), 0)
        return
    numbers = np.arange(1, dynamics.dimension + 1)
    direction = 1.0 + np.modf(numbers * 0.6180339887498949)[0]  # a part along every axis, and no symmetry
    direction = (direction / np.linalg.norm(direction)).reshape(dynamics.memory, 1, *dynamics.state_shape)
    tangents = list(np.broadcast_to(direction, (dynamics.memory, len(delta), *dynamics.state_shape)))
    aligning = n_steps // ALIGNMENT
    for path, deltas in _chunks(dynamics, run, delta, aligning, chunk, factors):
        tangents, _ = _stretched(dynamics, path, tangents, deltas)
    for path, deltas in _chunks(
        dynamics, run, delta, n_steps, chunk, factors[min(aligning, len(factors) - 1) :]
    ):
        tangents, growth = _stretched(dynamics, path, tangents, deltas)
        yield growth


def _chunks(
    dynamics: Dynamics, run: Stepper, delta: Array, n_steps: int, chunk: int, factors: Array
) -> Iterator[tuple[Array, Array]]:
    """Yield the path of the next n_steps steps, each state before its step, a chunk at a time, and δ at each
    of its steps, (steps, lanes)."""
    for first in range(0, n_steps, chunk):
        length = min(chunk, n_steps - first)
        path = np.empty((dynamics.memory - 1 + length, *run.x.shape))
        path[: dynamics.memory] = dynamics.reached(run)
        run.record(path[dynamics.memory :])
        run.advance(1)
        yield path, factors.take(range(first, first + length), mode="clip")[:, None] * delta


def _stretched(
    dynamics: Dynamics, path: Array, tangents: list[Array], deltas: Array
) -> tuple[list[Array], Array]:
    """The tangents, one a position of a state, carried along a path, unit length again, and the Σ log of how
    they grew: (lanes,)."""
    objective, vector = dynamics.objective, bool(dynamics.state_shape)
    growth, seen = np.zeros(deltas.shape[1:]), dynamics.seen(path)
    products = (
        [partial(objective.hessian_vector_product, x) for x in seen]
        if vector
        else [partial(np.multiply, h) for h in hessian_matrices(objective, seen)[..., 0, 0]]
    )
    for product, delta in zip(products, deltas):
        moved = dynamics.next(product, delta[:, None] if vector else delta, *tangents)
        tangents = [*tangents[1:], moved]
        norm = np.linalg.norm(np.concatenate(tangents, axis=-1), axis=-1) if vector else np.hypot(*tangents)
        unit = np.where(norm > 0, norm, 1.0)
        tangents = [tangent / (unit[:, None] if vector else unit) for tangent in tangents]
        growth += np.log(norm)
    return tangents, growth


class StabilityLoss(Enum):
    """What happens to a scalar minimum as δ grows through 2/f″; the value is the sentence shown."""

    SOFT = "soft: a stable 2-cycle is born above the critical step size"
    HARD = "hard: an unstable 2-cycle closes in on the minimum from below the critical step size"
    DEGENERATE = "degenerate: the third and fourth derivatives do not decide"


def flip_coefficient(objective: Objective, x: ArrayLike) -> Array:
    """Q = 3f‴² − f″f⁗ at a minimum: its sign decides how stability is lost at δ = 2/f″; shape batch."""
    x = start_states(objective, x, name="x")
    f2, f3, f4 = (np.asarray(objective.derivative(x, order)) for order in (2, 3, 4))
    return (3.0 * f3**2 - f2 * f4)[()]


def stability_loss(objective: Objective, x: ArrayLike) -> StabilityLoss:
    """The kind of loss of stability at the minimum x (one state), from the sign of `flip_coefficient`.

    Raises ValueError unless f″(x) > 0: elsewhere there is no critical step size.
    """
    require_objective(objective, ())
    f2, f3, f4 = (float(objective.derivative(x, order)) for order in (2, 3, 4))
    if not (np.isfinite(f2) and f2 > 0):
        raise ValueError(f"x must be a minimum with finite f″ > 0, got x = {x!r} with f″ = {f2!r}")
    q = float(flip_coefficient(objective, x))
    if abs(q) <= FLAT_CURVATURE * (3.0 * f3**2 + abs(f2 * f4)):
        return StabilityLoss.DEGENERATE
    return StabilityLoss.SOFT if q > 0 else StabilityLoss.HARD


def hessian_matrices(objective: Objective, x: Array) -> Array:
    """∇²f at states x as matrices: batch + (n, n), n = 1 for a scalar variable.

    Raises ValueError where the objective answers in another shape.
    """
    hessian, state_shape = np.asarray(objective.hessian(x)), tuple(objective.state_shape)
    if hessian.shape != x.shape + state_shape:
        raise ValueError(
            f"{type(objective).__name__}.hessian must return shape batch + {state_shape * 2}; "
            f"given states {x.shape} it returned {hessian.shape}"
        )
    return hessian if state_shape else hessian[..., None, None]
