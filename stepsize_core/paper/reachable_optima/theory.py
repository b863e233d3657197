"""Closed forms of Theorem 1 and Corollaries 1 and 2: which optima a step size can reach.

Near an optimum of ½‖W_L ⋯ W_1 − R‖_F² the error obeys E ← E − δ Σ_i A_i E B_i with A_i = P_iP_iᵀ,
P_i = W_L⋯W_{i+1}, and B_i = Q_iᵀQ_i, Q_i = W_{i−1}⋯W_1. Convergence needs the largest eigenvalue of
E ↦ Σ A_i E B_i, which is the largest Hessian eigenvalue there, to be at most 2/δ. The top singular pair of
the estimate bounds that eigenvalue from below, so 2/λ_max ≤ (3) ≤ (4). All quantities are dimensionless.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator, eigsh

from stepsize_core.arrays import Array
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.networks.chains import forward_products, kronecker, products_after

DENSE_OUTPUTS = 600  # n_L·n_0 up to which the map E ↦ Σ A_i E B_i is formed as a matrix
REPEATED = 1e-6  # relative: a singular value as close to the largest as a slow limit is accurate repeats it
DIRECTIONS, CLIMBS = 256, 6  # tried in the top subspace, and followed to a maximum


def step_size_bound(weights: Sequence[ArrayLike]) -> Array:
    """2 / Σ_j p_{j−1}² q_{j+1}²: no larger step size can converge to these weights (Theorem 1, eq. (3)).

    weights: (W_1, …, W_L), W_j batch + (n_j, n_{j−1}). p_j = ‖W_j⋯W_1v‖, q_j = ‖uᵀW_L⋯W_j‖ and
    p_0 = q_{L+1} = 1, with u, v the singular vectors of R̂ = W_L⋯W_1 for its largest singular value σ. Where
    that is repeated, each pair (R̂v/σ, v) bounds the step size and the least of their bounds is returned.
    Necessary, not sufficient (Remark 1). Returns a float, or an array of shape batch.
    Raises ValueError where shapes do not chain, an entry is not finite, or the product is 0: then u and v
    do not exist.
    """
    layers = _chain(weights)
    before, after = forward_products(layers), products_after(layers)
    u, sigma, vt = np.linalg.svd(before[-1], full_matrices=False)
    if np.any(sigma[..., 0] == 0):
        raise ValueError("weights must have a product W_L⋯W_1 other than 0, got 0 (Theorem 1 assumes R ≠ 0)")
    into, out_of = [product @ vt.mT for product in before[:-1]], [product.mT @ u for product in after[:-1]]
    p = [1.0, *(np.sum(m[..., 0] ** 2, axis=-1) for m in into)]
    q = [*(np.sum(m[..., 0] ** 2, axis=-1) for m in out_of), 1.0]
    terms = np.array(np.broadcast_to(sum(a * b for a, b in zip(p, q)), sigma.shape[:-1]))
    top = np.sum(sigma >= sigma[..., :1] * (1.0 - REPEATED), axis=-1)
    for i in np.ndindex(top.shape) if len(layers) > 1 else ():
        if top[i] > 1:
            at_p, at_q = ([m[i][:, : top[i]] for m in ms] for ms in (into, out_of))
            unit = np.eye(top[i])
            b, a = [unit, *(m.T @ m for m in at_p)], [*(m.T @ m for m in at_q), unit]
            terms[i] = _largest_on_sphere(np.array(b), np.array(a))
    return (2.0 / terms)[()]


def _largest_on_sphere(b: Array, a: Array) -> float:
    """The largest Σ_j (cᵀB_jc)(cᵀA_jc) over unit vectors c; a, b (L, m, m), symmetric."""
    c = np.random.default_rng(0).standard_normal((DIRECTIONS, len(b[0])))
    c = np.concatenate([np.eye(len(b[0])), c / np.linalg.norm(c, axis=-1, keepdims=True)])

    def value(c: Array) -> Array:
        return np.sum(
            np.einsum("...i,jik,...k->...j", c, b, c) * np.einsum("...i,jik,...k->...j", c, a, c), -1
        )

    def climb(c: Array) -> tuple[float, Array]:
        """−Σ/|c|⁴, the same along every ray, and its gradient."""
        bc, ac, size = b @ c, a @ c, float(c @ c)
        height = float((ac @ c) @ (bc @ c)) / size**2
        slope = 2.0 * ((ac @ c) @ bc + (bc @ c) @ ac) / size**2
        return -height, np.asarray(4.0 * height / size * c - slope)

    heights = value(c)
    highest, best = float(heights.max()), c[np.argsort(heights)[-CLIMBS:]]
    a = a / highest
    return highest * max(-float(minimize(climb, start, jac=True, tol=1e-12).fun) for start in best)


def largest_hessian_eigenvalue_at_solution(weights: Sequence[ArrayLike]) -> Array:
    """λ_max of E ↦ Σ A_i E B_i at weights with W_L⋯W_1 = R (proof of Theorem 1).

    It is the largest Hessian eigenvalue there, so 2/λ_max is the exact bound that (3) approximates.

    weights: (W_1, …, W_L), W_j batch + (n_j, n_{j−1}). Returns a float, or an array of shape batch. Beyond
    DENSE_OUTPUTS entries of the estimate by Lanczos iteration, one set of weights at a time.
    Raises ValueError where shapes do not chain or an entry is not finite.
    """
    layers = _chain(weights)
    n_out, n_in = layers[-1].shape[-2], layers[0].shape[-1]
    after, before = products_after(layers), [np.eye(n_in), *forward_products(layers)[:-1]]
    pairs = [(p @ p.mT, q.mT @ q) for p, q in zip(after, before)]
    batch = np.broadcast_shapes(*(w.shape[:-2] for w in layers))
    if n_out * n_in <= DENSE_OUTPUTS:
        largest = np.linalg.eigvalsh(sum(kronecker(a, b) for a, b in pairs))[..., -1]
        return np.broadcast_to(largest, batch)[()]  # with a single layer it is the same for all weights
    full = [[np.broadcast_to(m, batch + m.shape[-2:]) for m in pair] for pair in pairs]
    each = [_lanczos([(a[i], b[i]) for a, b in full], n_out, n_in) for i in np.ndindex(batch)]
    return np.reshape(each, batch)[()]


def step_size_bound_for_target(target: ArrayLike, depth: int) -> Array:
    """2/(Lρ^{2(L−1)/L}), ρ the largest singular value of the target: Corollary 1, eq. (4).

    No larger step size converges to any global optimum of depth L; tight at the balanced ones.
    target: R, batch + (n_L, n_0), or a single number. ∞ for R = 0 from depth 2 on; 2 at depth 1 whatever R.
    Raises ValueError where target is not finite or depth is not an integer of at least 1.
    """
    depth = count("depth", depth)
    rho = largest_singular_value(target)
    with np.errstate(divide="ignore"):
        return (2.0 / (depth * rho ** (2.0 * (depth - 1) / depth)))[()]


def smallest_sharpness(target: ArrayLike, depth: int) -> Array:
    """Lρ^{2−2/L}: the smallest largest Hessian eigenvalue of any global optimum of depth L (Corollary 1).

    Same arguments and errors as `step_size_bound_for_target`, of which it is 2 over the result.
    """
    depth = count("depth", depth)
    return (depth * largest_singular_value(target) ** (2.0 - 2.0 / depth))[()]


def singular_value_bound(step_size: ArrayLike, depth: int) -> Array:
    """(2/(Lδ))^{L/(2L−2)}: the largest singular value that gradient descent can converge to (Corollary 2).

    step_size: δ > 0, scalar or array; same shape returned. At depth 1 the Hessian is the identity and the
    largest singular value plays no part: ∞ up to δ = 2, and 0 beyond, where nothing is converged to.
    Raises ValueError where step_size is not positive and finite or depth is not an integer of at least 1.
    """
    depth = count("depth", depth)
    delta = positive_finite("step_size", step_size)
    if depth == 1:
        return np.where(delta <= 2.0, np.inf, 0.0)[()]
    return ((2.0 / (depth * delta)) ** (depth / (2.0 * depth - 2.0)))[()]


def largest_singular_value(target: ArrayLike) -> Array:
    """ρ(R) of a matrix or batch of them, |R| of a number; ValueError where target is empty or not finite."""
    target = finite("target", target)
    if target.ndim == 0:
        return np.abs(target)
    if target.ndim < 2 or target.size == 0:
        raise ValueError(f"target must be a matrix (n_L, n_0) or a number, got shape {target.shape}")
    return np.asarray(np.linalg.svd(target, compute_uv=False)[..., 0], float)


def _chain(weights: Sequence[ArrayLike]) -> list[Array]:
    """The layers as float arrays whose shapes chain."""
    layers = [finite("weights", w) for w in weights]
    if not layers or any(w.ndim < 2 or w.size == 0 for w in layers):
        raise ValueError(f"weights must be matrices (W_1, …, W_L), got shapes {[w.shape for w in layers]}")
    if any(following.shape[-1] != w.shape[-2] for w, following in pairwise(layers)):
        raise ValueError(
            f"weights must chain, W_j (n_j, n_(j-1)), first layer first, got {[w.shape for w in layers]}"
        )
    return layers


def _lanczos(pairs: Sequence[tuple[Array, Array]], n_out: int, n_in: int) -> float:
    """The largest eigenvalue of E ↦ Σ A_i E B_i, with pairs (A_i, B_i), from products with it."""

    def product(e: Array) -> Array:
        e = e.reshape(n_out, n_in)
        return np.sum([a @ e @ b for a, b in pairs], axis=0).ravel()

    operator = LinearOperator((n_out * n_in,) * 2, matvec=product, dtype=float)
    return float(eigsh(operator, k=1, which="LA", v0=np.ones(n_out * n_in), return_eigenvectors=False)[0])
