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


def jacobian(weights: Sequence[Array]) -> Array:
    """The derivative of W_L⋯W_1, row by row, by the layers packed row by row: batch + (n_L n_0, n_params)."""
    before = [np.eye(weights[0].shape[-1]), *forward_products(weights[:-1])]
    pairs = zip(products_after(weights), before)
    return np.concatenate([kronecker(after, product.mT) for after, product in pairs], axis=-1)


def add_couplings(weights: Sequence[Array], error: Array, out: Array) -> None:
    """Add to a Hessian, batch + (n_params, n_params), what two layers have in common in ⟨error, W_L⋯W_1⟩."""
    ends = np.cumsum([0] + [w.shape[-2] * w.shape[-1] for w in weights]).tolist()
    after, before = products_after(weights), [np.eye(weights[0].shape[-1]), *forward_products(weights)]
    for j in range(len(weights)):
        between, rows = np.eye(weights[j].shape[-1]), slice(ends[j], ends[j + 1])  # W_{j−1} ⋯ W_{i+1}
        for i in reversed(range(j)):
            coupling = after[j].mT @ error @ before[i].mT  # (n_j, n_{i−1}), counted from 1
            block = np.einsum("...ad,...bc->...abcd", coupling, between)
            columns = slice(ends[i], ends[i + 1])
            block = block.reshape(*out.shape[:-2], rows.stop - rows.start, -1)
            out[..., rows, columns] += block
            out[..., columns, rows] += block.mT
            between = between @ weights[i]


def kronecker(a: Array, b: Array) -> Array:
    """The Kronecker products of matrices batch + (m, n) and batch + (p, q): batch + (mp, nq)."""
    product = np.einsum("...ac,...bd->...abcd", a, b)
    m, p, n, q = product.shape[-4:]
    return product.reshape(*product.shape[:-4], m * p, n * q)
