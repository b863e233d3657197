"""A two-layer network on points of the line, and the exact sharpness of its loss along training.

f(x) = Σ_j a_j φ(w_j x + b_j) + c with the loss (1/2N) Σ_i (f(x_i) − y_i)²; parameters in the
order a, w, b, c. A linear network may have more layers: see `deep_line`.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.blas import dgemm

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen
from stepsize_core.networks import deep_line
from stepsize_core.networks.deep_line import DeepLine

TANH, RELU, LINEAR = "tanh", "ReLU", "linear"
UNITS = (TANH, RELU, LINEAR)
MOST_SEEN = 300  # steps at which the sharpness is computed
REPORT_EVERY = 20


class Training(Frozen):
    """A run of gradient descent.

    losses (n_steps + 1,), NaN once lost; seen (m,): the steps with a sharpness; sharpness (m,): λ_max there;
    first, last (N,): f at the points, before and after; slope: the largest entry of the last gradient.
    """

    losses: Array
    seen: Array
    sharpness: Array
    first: Array
    last: Array
    slope: float


def unit(kind: str, z: Array) -> tuple[Array, Array, Array]:
    """φ, φ′ and φ″; of ReLU beside its kink."""
    if kind == TANH:
        t = np.tanh(z)
        slope = 1.0 - t * t
        return t, slope, -2.0 * t * slope
    if kind == RELU:
        on = (z > 0.0).astype(float)
        return z * on, on, np.zeros_like(z)
    return z, np.ones_like(z), np.zeros_like(z)


def initial(kind: str, width: int, seed: int) -> Array:
    """Random parameters (3 width + 1,): a of variance 1/width, w of variance 1, b small, c = 0."""
    rng = np.random.default_rng(seed)
    a = rng.standard_normal(width) / np.sqrt(width)
    w, b = rng.standard_normal(width), 0.5 * rng.standard_normal(width)
    return np.concatenate([a, w, 0.0 * b if kind == LINEAR else b, [0.0]])


def outputs(kind: str, state: Array, x: Array) -> Array:
    """f at the points, (N,)."""
    a, w, b = state[:-1].reshape(3, -1)
    return unit(kind, np.multiply.outer(x, w) + b)[0] @ a + state[-1]


def gradient(kind: str, state: Array, x: Array, y: Array) -> tuple[Array, float]:
    """The gradient of the loss, and the loss."""
    a, w, b = state[:-1].reshape(3, -1)
    value, slope, _ = unit(kind, np.multiply.outer(x, w) + b)
    errors = value @ a + state[-1] - y
    back = errors / len(x)
    push = slope * a
    parts = [back @ value, (back * x) @ push, back @ push, [back.sum()]]
    return np.concatenate(parts), float(errors @ back) / 2.0


def hessian(kind: str, state: Array, x: Array, y: Array) -> Array:
    """The Hessian of the loss, (n, n), in closed form."""
    a, w, b = state[:-1].reshape(3, -1)
    m, n = len(a), len(x)
    value, slope, bend = unit(kind, np.multiply.outer(x, w) + b)
    push = slope * a
    jacobian = np.hstack([value, push * x[:, None], push, np.ones((n, 1))])
    found = dgemm(1.0 / n, jacobian, jacobian, trans_a=True)  # NumPy's threads would be in the way of `eigh`
    back = (value @ a + state[-1] - y) / n
    curved, at = bend * a, np.arange(m)
    for row, column, entries in (
        (0, 1, (back * x) @ slope),
        (0, 2, back @ slope),
        (1, 1, (back * x * x) @ curved),
        (1, 2, (back * x) @ curved),
        (2, 2, back @ curved),
    ):
        found[row * m + at, column * m + at] += entries
        if row != column:
            found[column * m + at, row * m + at] += entries
    return found


def sharpness(matrix: Array) -> float:
    """The largest eigenvalue of a Hessian; NaN where it is not finite."""
    if not np.isfinite(matrix).all():
        return np.nan
    last = len(matrix) - 1
    return float(eigh(matrix, eigvals_only=True, subset_by_index=(last, last), check_finite=False)[0])


def train(
    kind: str,
    width: int,
    x: Array,
    y: Array,
    step_size: float,
    n_steps: int,
    seed: int,
    n_seen: int = MOST_SEEN,
    progress: Callable[[float], object] | None = None,
    depth: int = 2,
) -> Training:
    """Gradient descent from random parameters, with the exact sharpness at up to n_seen steps.

    depth: the number of layers, more than two of a LINEAR network only; `width` hidden units in each.
    """
    if depth > 2:
        line, state = DeepLine(depth, width, x, y), deep_line.initial(depth, width, seed)
        at_points, slopes, curvature = line.outputs, line.gradient, line.hessian
    else:
        state = initial(kind, width, seed)
        at_points = partial(outputs, kind, x=x)
        slopes, curvature = partial(gradient, kind, x=x, y=y), partial(hessian, kind, x=x, y=y)
    seen = np.unique(np.linspace(0, n_steps, n_seen).astype(int))
    losses, found = np.full(n_steps + 1, np.nan), np.full(len(seen), np.nan)
    first, at = at_points(state), 0
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(n_steps + 1):
            slope, losses[k] = slopes(state)
            if not np.isfinite(losses[k]):
                losses[k] = np.nan
                break
            if k == seen[at]:
                found[at] = sharpness(curvature(state))
                if progress and at % REPORT_EVERY == 0:
                    progress(k / n_steps)
                at += 1
            if k < n_steps:
                state = state - step_size * slope
        last = at_points(state)
    return Training(losses, seen, found, first, last, float(np.abs(slope).max()))
