"""Products along a chain of layers W_1, …, W_L, each batch + (n_j, n_{j−1}); nothing is multiplied twice."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from stepsize_core.arrays import Array


def forward_products(weights: Sequence[Array]) -> list[Array]:
    """W_1, W_2W_1, …, W_L⋯W_1."""
    return list(accumulate(weights, lambda product, w: w @ product))


def backward_errors(weights: Sequence[Array], error: Array) -> list[Array]:
    """(W_L⋯W_{j+1})ᵀ error for j = 1, …, L."""
    return list(accumulate(weights[:0:-1], lambda behind, w: w.mT @ behind, initial=error))[::-1]


def products_after(weights: Sequence[Array]) -> list[Array]:
    """W_L⋯W_{j+1} for j = 1, …, L."""
    return list(accumulate(weights[:0:-1], np.matmul, initial=np.eye(weights[-1].shape[-2])))[::-1]


def kronecker(a: Array, b: Array) -> Array:
    """The Kronecker products of matrices batch + (m, n) and batch + (p, q): batch + (mp, nq)."""
    product = np.einsum("...ac,...bd->...abcd", a, b)
    m, p, n, q = product.shape[-4:]
    return product.reshape(*product.shape[:-4], m * p, n * q)
