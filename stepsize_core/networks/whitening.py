"""Inputs with (1/N) Σ x xᵀ = I, the assumption under which eq. (2) of the paper is ½‖W_L ⋯ W_1 − R‖_F²."""

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import finite

WHITE_TOLERANCE = 1e-8  # largest entry of (1/N) Σ x xᵀ − I of inputs that count as white


def white_data(inputs: ArrayLike, outputs: ArrayLike, *, whiten: bool) -> tuple[Array, Array]:
    """White inputs (N, n_0), as given or whitened, and outputs (N, n_L).

    Raises ValueError where shapes disagree, entries are not finite, or inputs given as white are not.
    """
    x, y = finite("inputs", inputs), finite("outputs", outputs)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or x.size == 0 or y.size == 0:
        raise ValueError(
            f"inputs (N, n_0) and outputs (N, n_L) must be matrices with equally many rows, "
            f"got shapes {x.shape} and {y.shape}"
        )
    if whiten:
        x = x @ whitening_matrix(x)
    error = float(np.max(np.abs(x.T @ x / len(x) - np.eye(x.shape[1]))))
    if not error <= WHITE_TOLERANCE:
        raise ValueError(
            f"inputs must satisfy (1/N) Σ x xᵀ = I to {WHITE_TOLERANCE:g}, got an entry off by {error:.3g}; "
            f"whiten=True whitens them"
        )
    return x, y


def whitening_matrix(inputs: ArrayLike) -> Array:
    """C = M^{−1/2} with M = (1/N) Σ x xᵀ, symmetric (n_0, n_0): the vectors Cx of inputs (N, n_0) are white.

    Raises ValueError where the inputs do not span the input space.
    """
    x = finite("inputs", inputs)
    if x.ndim != 2 or x.size == 0:
        raise ValueError(f"inputs must be a matrix (N, n_0), got shape {x.shape}")
    _, sizes, axes = np.linalg.svd(x, full_matrices=False)  # of x, not of M: half the digits would be lost
    if len(x) < x.shape[1] or not sizes[-1] > sizes[0] * max(x.shape) * np.finfo(float).eps:
        raise ValueError(f"inputs must span all {x.shape[1]} input dimensions to be whitened; they do not")
    return np.sqrt(len(x)) * (axes.T / sizes) @ axes
