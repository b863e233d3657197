"""Linear stability: Hessian spectra against 2/δ, multipliers of equilibria and of periodic orbits.

The Jacobian of the map at x is I − δ∇²f(x). An equilibrium is Lyapunov stable only if every Hessian
eigenvalue λ satisfies 0 ≤ λ ≤ 2/δ (paper, Section 1). All quantities are dimensionless; eigenvalues are
those of the loss as it is trained, so a factor ½ in the loss is a factor ½ in λ.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import numpy as np
from scipy.sparse.linalg import eigsh

from stepsize_core.arrays import Array, ArrayLike, NDArray
from stepsize_core.checks import count, positive_finite
from stepsize_core.descent import CHUNK_STEPS
from stepsize_core.objectives import Objective, start_lanes, start_states
from stepsize_core.pulse import pulse
from stepsize_core.steppers import Stepper

DENSE_PARAMETERS = 600  # up to this many parameters the Hessian is formed; beyond, products with it are used
ALIGNMENT = 5  # a tangent vector first turns to its direction for 1/ALIGNMENT of the steps counted
ESCAPED = 1e6
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


def eigenvalue_margins(objective: Objective, x: ArrayLike, step_size: ArrayLike) -> Array:
    """2/δ − λ for every Hessian eigenvalue λ, in the order of `hessian_eigenvalues`: batch + (n,).

    A negative margin makes an equilibrium unstable at this step size. step_size broadcasts against batch.
    """
    deltas = positive_finite("step_size", step_size)
    return 2.0 / deltas[..., None] - hessian_eigenvalues(objective, x)


def critical_step_size(objective: Objective, x: ArrayLike) -> Array:
    """2/λ_max: the step size above which an equilibrium at x is unstable; shape batch.

    ∞ where no eigenvalue is positive. Negative curvature makes an equilibrium unstable at every step size:
    the margins do not show that, the multipliers do.
    """
    sharpness = np.asarray(largest_hessian_eigenvalue(objective, x), float)
    return np.where(sharpness > 0, 2.0 / np.where(sharpness > 0, sharpness, 1.0), np.inf)[()]


def orbit_multipliers(objective: Objective, orbit: ArrayLike, step_size: ArrayLike) -> NDArray[Any]:
    """The eigenvalues of (I − δH(x_p)) ⋯ (I − δH(x_1)) along a periodic orbit, largest modulus first: (n,).

    orbit: the points in the order visited, (p,) + state_shape; p = 1 gives an equilibrium's 1 − δλ.
    The orbit is stable only if no modulus exceeds 1, superstable if all are 0.
    Raises ValueError where orbit is not (p,) + state_shape, p ≥ 1, or step_size not one positive number.
    """
    points = start_states(objective, orbit, name="orbit")
    if points.ndim != 1 + len(objective.state_shape) or len(points) == 0:
        raise ValueError(f"orbit must have shape (p,) + {tuple(objective.state_shape)}, got {points.shape}")
    delta = positive_finite("step_size", step_size)
    if delta.ndim:
        raise ValueError(f"step_size must be a single number, got shape {delta.shape}")
    return jacobian_eigenvalues(orbit_jacobian(objective, points, delta))


def orbit_jacobian(objective: Objective, points: Array, step_size: Array) -> Array:
    """The Jacobian of p steps along points (p,) + batch + state_shape: batch + (n, n)."""
    matrices = hessian_matrices(objective, points)
    n = matrices.shape[-1]
    product, *later = np.eye(n) - np.asarray(step_size)[..., None, None] * matrices
    for step in later:
        product = step * product if n == 1 else step @ product
    return product


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
    objective: Objective, x0: ArrayLike, step_size: ArrayLike, *, n_transient: int = 1000, n_steps: int = 1000
) -> Array:
    """The largest Lyapunov exponent per step: the mean of log‖(I − δH(x[k]))v‖ along the run; shape batch.

    Positive on a chaotic orbit, (1/p) log|multiplier| on an attracting cycle, −∞ on a superstable one; NaN
    where the run leaves the finite numbers or grows ESCAPED-fold: what diverges is not chaotic. The first
    n_transient steps are not counted.
    Raises ValueError like `gradient_descent`; n_transient may be 0.
    """
    n_transient = count("n_transient", n_transient, at_least=0)
    n_steps = count("n_steps", n_steps)
    x, delta, batch = start_lanes(objective, x0, step_size)
    run, total = objective.stepper(x.copy(), delta), np.zeros(len(x))
    with np.errstate(all="ignore"):
        run.advance(n_transient)
        for growth in _stretching(objective, run, delta, n_steps):
            total += growth
    with np.errstate(invalid="ignore"):
        far = np.abs(run.x).reshape(len(delta), -1).max(axis=1)
        began = np.abs(x).reshape(len(delta), -1).max(axis=1)
        total[~(far <= ESCAPED * np.maximum(1.0, began))] = np.nan
    return (total / n_steps).reshape(batch)[()]


def exponent_halves(objective: Objective, x: Array, delta: Array, half: int) -> tuple[Array, Array, Array]:
    """The largest Lyapunov exponent over each of the next two `half` steps, its standard error, and the end.

    x (lanes,) + state, delta (lanes,) → two arrays (2, lanes), and the last states. The error is that of the
    mean over BATCHES batches of consecutive steps; half is a multiple of BATCHES.
    """
    length, run = half // BATCHES, objective.stepper(x.copy(), delta)
    with np.errstate(all="ignore"):
        batches = np.stack(list(_stretching(objective, run, delta, 2 * BATCHES * length, length))) / length
    batches[:, ~np.isfinite(run.x).reshape(len(delta), -1).all(axis=1)] = np.nan
    batches = batches.reshape(2, BATCHES, -1)
    return batches.mean(axis=1), batches.std(axis=1, ddof=1) / np.sqrt(BATCHES), run.x


def _stretching(
    objective: Objective, run: Stepper, delta: Array, n_steps: int, chunk: int = CHUNK_STEPS
) -> Iterator[Array]:
    """Yield Σ log‖(I − δH)v‖, (lanes,), for consecutive chunks of the next n_steps steps."""
    if not objective.state_shape:
        for points in _chunks(run, n_steps, chunk):
            yield np.log(np.abs(1.0 - delta * hessian_matrices(objective, points)[..., 0, 0])).sum(axis=0)
        return
    numbers = np.arange(1, int(np.prod(objective.state_shape)) + 1)
    direction = 1.0 + np.modf(numbers * 0.6180339887498949)[0]  # a part along every axis, and no symmetry
    tangents = np.tile(direction / np.linalg.norm(direction), (len(delta), 1))
    for points in _chunks(run, n_steps // ALIGNMENT, chunk):
        tangents, _ = _stretched(objective, points, tangents, delta)
    for points in _chunks(run, n_steps, chunk):
        tangents, growth = _stretched(objective, points, tangents, delta)
        yield growth


def _chunks(run: Stepper, n_steps: int, chunk: int) -> Iterator[Array]:
    """Yield the states of the next n_steps steps, each before its step, a chunk at a time."""
    for first in range(0, n_steps, chunk):
        points = np.empty((min(chunk, n_steps - first), *run.x.shape))
        points[0] = run.x
        run.record(points[1:])
        run.advance(1)
        yield points


def _stretched(objective: Objective, points: Array, tangents: Array, delta: Array) -> tuple[Array, Array]:
    """The tangents carried along the points, unit length again, and the Σ log of how they grew: (lanes,)."""
    growth = np.zeros(len(delta))
    for x in points:
        tangents = tangents - delta[:, None] * objective.hessian_vector_product(x, tangents)
        norm = np.linalg.norm(tangents, axis=-1)
        tangents = tangents / np.where(norm > 0, norm, 1.0)[:, None]
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
