"""Products along a chain of layers W_1, …, W_L, each batch + (n_j, n_{j−1}); nothing is multiplied twice."""

from collections.abc import Sequence

import numpy as np

from stepsize_core.arrays import Array


def forward_products(weights: Sequence[Array]) -> list[Array]:
    """W_1, W_2W_1, …, W_L⋯W_1."""
    products = [weights[0]]
    for w in weights[1:]:
        products.append(w @ products[-1])
    return products


def backward_errors(weights: Sequence[Array], error: Array) -> list[Array]:
    """(W_L⋯W_{j+1})ᵀ error for j = 1, …, L."""
    errors = [error]
    for w in weights[:0:-1]:
        errors.append(w.mT @ errors[-1])
    return errors[::-1]


def products_after(weights: Sequence[Array]) -> list[Array]:
    """W_L⋯W_{j+1} for j = 1, …, L."""
    products = [np.eye(weights[-1].shape[-2])]
    for w in weights[:0:-1]:
        products.append(products[-1] @ w)
    return products[::-1]


def kronecker(a: Array, b: Array) -> Array:
    """The Kronecker products of matrices batch + (m, n) and batch + (p, q): batch + (mp, nq)."""
    product = np.einsum("...ac,...bd->...abcd", a, b)
    m, p, n, q = product.shape[-4:]
    return product.reshape(*product.shape[:-4], m * p, n * q)
