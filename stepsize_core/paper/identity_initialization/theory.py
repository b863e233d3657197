"""Closed forms of Theorems 2 and 3: identity initialization with a symmetric target.

In the eigenbasis of R every eigenvalue λ has its own map w ← w − δ w^{L−1}(w^L − λ), w[0] = 1, where w is the
eigenvalue of each layer and w^L that of the estimate. All quantities are dimensionless.
"""

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.checks import count, finite, non_negative_finite, positive_finite

SYMMETRIC = 1e-10  # |R − Rᵀ| of a symmetric matrix, relative to its largest entry


def guaranteed_step_size(target: ArrayLike, depth: int) -> float:
    """The step size up to which convergence is guaranteed from W_i[0] = I (Theorems 2 and 3).

    min{1/L, 1/(Lρ^{2(L−1)/L})}, and at most 1/(1 − λ_min) if R has a negative eigenvalue; ρ is the largest
    singular value of R. target: R, symmetric (n, n).
    Raises ValueError where target is not a finite symmetric matrix or depth not an integer of at least 1.
    """
    depth = count("depth", depth)
    eigenvalues = np.linalg.eigvalsh(symmetric_matrix("target", target))
    rho = max(1.0, np.abs(eigenvalues).max())
    of_the_largest = 1.0 / (depth * rho ** (2.0 * (depth - 1) / depth))
    return float(min(of_the_largest, 1.0 / (1.0 - min(eigenvalues[0], 0.0))))


def nearest_psd(target: ArrayLike) -> Array:
    """The positive semidefinite matrix closest to a symmetric one in Frobenius norm.

    Its negative eigenvalues become 0. Theorem 3 says that the estimate converges to it.
    Shape of target, (n, n).
    Raises ValueError where target is not a finite symmetric matrix.
    """
    eigenvalues, axes = np.linalg.eigh(symmetric_matrix("target", target))
    root = axes * np.sqrt(np.maximum(eigenvalues, 0.0))
    return root @ root.T


def layer_limit(eigenvalue: ArrayLike, depth: int) -> Array:
    """The limit of w for an eigenvalue λ: λ^{1/L} for λ > 0, else 0; shape of eigenvalue.

    Depth 1 is least squares and converges to λ whatever its sign: Theorem 3 needs L ≥ 2.
    """
    depth, eigenvalue = count("depth", depth), finite("eigenvalue", eigenvalue)
    return (eigenvalue if depth == 1 else np.maximum(eigenvalue, 0.0) ** (1.0 / depth))[()]


def linear_rate(eigenvalue: ArrayLike, step_size: ArrayLike, depth: int) -> Array:
    """The factor per step of w − w* near the limit of Theorem 2 or 3; 1 where the approach is algebraic.

    λ > 0: 1 − δLλ^{2(L−1)/L} (negative: the approach alternates; below −1 it is repelled). λ < 0: 1 − δ|λ| at
    depth 2, else 1. λ = 0: 1. Depth 1: 1 − δ for every λ. The eigenvalue w^L of the estimate shrinks by the
    same factor towards λ > 0, by its L-th power towards 0. Arguments broadcast.
    Raises ValueError where step_size is not positive and finite or eigenvalue not finite.
    """
    depth, delta = count("depth", depth), positive_finite("step_size", step_size)
    eigenvalue = finite("eigenvalue", eigenvalue)
    curvature = depth * np.maximum(eigenvalue, 0.0) ** (2.0 * (depth - 1) / depth)
    if depth == 2:
        curvature = np.where(eigenvalue < 0, -eigenvalue, curvature)
    return (1.0 - delta * curvature)[()]


def algebraic_decay(eigenvalue: ArrayLike, step_size: ArrayLike, depth: int, steps: ArrayLike) -> Array:
    """The predicted w[k] where it falls to 0 like a power of k; NaN where the approach is linear (or k = 0).

    λ = 0: ((2L−2)δk)^{−1/(2L−2)}. λ < 0 and L ≥ 3: ((L−2)δ|λ|k)^{−1/(L−2)}. Leading order: the relative
    error falls with k. The eigenvalue of the estimate is the L-th power. Arguments broadcast.
    Raises ValueError where step_size is not positive and finite, eigenvalue not finite, or steps negative.
    """
    depth, delta = count("depth", depth), positive_finite("step_size", step_size)
    eigenvalue, k = finite("eigenvalue", eigenvalue), non_negative_finite("steps", steps)
    power = np.maximum(np.where(eigenvalue == 0, 2 * depth - 2, depth - 2), 0)
    size = np.where(eigenvalue == 0, 1.0, np.where(eigenvalue < 0, -eigenvalue, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        decay = (power * delta * size * k) ** (-1.0 / power)
    return np.where(np.isfinite(decay), decay, np.nan)[()]


def escape_time(eigenvalue: ArrayLike, step_size: ArrayLike, noise: ArrayLike) -> Array:
    """ln(√(2|λ|)/ε)/ln(1 + δ|λ|): steps until two layers started at 1 ± O(ε) leave the saddle 0 of λ < 0.

    At depth 2 the difference of the layers grows by 1 + δ|λ| a step, from ε to √(2|λ|), its size at the
    optimum w_1 = −w_2. Beyond the paper. ∞ for ε = 0, 0 where ε is not below √(2|λ|). Arguments broadcast.
    Raises ValueError unless eigenvalue < 0, step_size > 0 and noise ≥ 0, all finite.
    """
    size = -finite("eigenvalue", eigenvalue)
    if not np.all(size > 0):
        raise ValueError(f"eigenvalue must be negative for 0 to be a saddle, got {eigenvalue!r}")
    delta, noise = positive_finite("step_size", step_size), non_negative_finite("noise", noise)
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(np.sqrt(2.0 * size) / noise) / np.log1p(delta * size), 0.0)[()]


def symmetric_matrix(name: str, value: ArrayLike) -> Array:
    """`value` as a symmetric float matrix; ValueError where it is not finite, square and symmetric."""
    matrix = finite(name, value)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ValueError(f"{name} must be a square matrix, got shape {matrix.shape}")
    gap = np.abs(matrix - matrix.T)
    if gap.max() > SYMMETRIC * np.abs(matrix).max():
        i, j = (int(k) for k in np.unravel_index(np.argmax(gap), gap.shape))
        raise ValueError(
            f"{name} must be symmetric, got {float(matrix[i, j])!r} at ({i}, {j}) and "
            f"{float(matrix[j, i])!r} at ({j}, {i}); (R + Rᵀ)/2 is the closest symmetric matrix"
        )
    return (matrix + matrix.T) / 2.0
