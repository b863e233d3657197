"""Deep linear networks: ½‖W_L ⋯ W_1 − R‖_F² as a function of all weights at once (paper, Section 2).

With data that satisfy (1/N) Σ x_i x_iᵀ = I this is the training cost (2); see `DeepLinearNetwork.from_data`.
All quantities are dimensionless.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.sparse.linalg import LinearOperator

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite, non_negative_finite, positive_finite
from stepsize_core.networks.chains import add_couplings, backward_errors, forward_products, jacobian
from stepsize_core.networks.linear_steps import LinearStepper
from stepsize_core.networks.whitening import white_data
from stepsize_core.objectives import Objective

LARGEST_HESSIAN = 2000  # largest number of parameters for which the Hessian is formed: 32 MB a state
PRODUCT_TOLERANCE = 1e-9  # |Π α_j − 1| of factors that leave the estimate unchanged


@dataclass(frozen=True, eq=False)
class DeepLinearNetwork(Objective):
    """The cost ½‖W_L ⋯ W_1 − R‖_F² + offset of a linear network of depth L, over its packed weights.

    target  R, (n_L, n_0), finite; kept as a read-only copy
    widths  (n_0, n_1, …, n_L): the layer W_j has shape (n_j, n_{j−1}); at least two widths (depth 1 is least
            squares)
    offset  a constant added to the cost; 0 unless the network comes from data that R does not fit exactly

    A state packs W_1, …, W_L row by row, first layer first: state_shape = (n_params,). Every method works on
    any batch of states. The factor ½ in the cost is a factor ½ in every Hessian eigenvalue.
    Raises ValueError where target is not a finite matrix or widths do not end in its shape.
    """

    target: Array
    widths: Sequence[int]
    offset: float = 0.0

    def __post_init__(self) -> None:
        target = finite("target", self.target)
        if target.ndim != 2 or target.size == 0:
            raise ValueError(f"target must be a matrix (n_L, n_0), got shape {target.shape}")
        try:
            widths = tuple(count("widths", n) for n in self.widths)
        except TypeError as error:
            raise ValueError(f"widths must be a sequence of integers, got {self.widths!r}") from error
        if len(widths) < 2 or (widths[-1], widths[0]) != target.shape:
            raise ValueError(
                f"widths must be (n_0, …, n_L) with n_0 = {target.shape[1]} and n_L = {target.shape[0]}, "
                f"the shape of target; got {widths}"
            )
        offset = float(non_negative_finite("offset", self.offset))
        target.setflags(write=False)
        for name, value in (("target", target), ("widths", widths), ("offset", offset)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "state_shape", (self.n_params,))

    @classmethod
    def from_data(
        cls, inputs: ArrayLike, outputs: ArrayLike, widths: Sequence[int], *, whiten: bool = False
    ) -> DeepLinearNetwork:
        """The network whose value is the cost (1/2N) Σ‖y_i − W_L ⋯ W_1 x_i‖² of the data (eq. (2)).

        inputs (N, n_0) must be white, (1/N) Σ x xᵀ = I up to `whitening.WHITE_TOLERANCE`; with whiten=True
        they are replaced by Cx, C = `whitening_matrix(inputs)`, first: then W_L ⋯ W_1 C is what acts on the
        inputs as given. outputs (N, n_L) need not be a linear function of the inputs: then R is the
        least-squares map (1/N) Σ y xᵀ, and the cost it leaves is the network's `offset`.
        Raises ValueError where shapes disagree, entries are not finite, inputs are not white (or, with
        whiten=True, do not span the input space).
        """
        x, y = white_data(inputs, outputs, whiten=whiten)
        target = y.T @ x / len(x)
        residual = y - x @ target.T
        return cls(target, widths, offset=0.5 * float(np.sum(residual**2)) / len(x))

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.widths) - 1

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shapes (n_j, n_{j−1}) of W_1, …, W_L."""
        return tuple(zip(self.widths[1:], self.widths[:-1]))

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Where each layer lies in a packed state."""
        ends = np.cumsum([0] + [n * m for n, m in self.shapes]).tolist()
        return tuple(slice(a, b) for a, b in pairwise(ends))

    @property
    def n_params(self) -> int:
        """The number of parameters, Σ n_j n_{j−1}."""
        return self.slices[-1].stop

    def pack(self, weights: Sequence[Array]) -> Array:
        """The state of the layers (W_1, …, W_L), each batch + (n_j, n_{j−1}); shape batch + (n_params,).

        Raises ValueError unless there are L finite layers of these shapes.
        """
        layers = [finite("weights", w) for w in weights]
        if tuple(w.shape[-2:] for w in layers) != self.shapes:
            raise ValueError(
                f"weights must end in the shapes {self.shapes}, got {tuple(w.shape for w in layers)}"
            )
        batch = np.broadcast_shapes(*(w.shape[:-2] for w in layers))
        return np.concatenate(
            [np.broadcast_to(w, batch + w.shape[-2:]).reshape(*batch, -1) for w in layers], -1
        )

    def unpack(self, x: ArrayLike) -> tuple[Array, ...]:
        """The layers (W_1, …, W_L) of a state: W_j has shape batch + (n_j, n_{j−1}); views where possible."""
        x = np.asarray(x, float)
        return tuple(
            x[..., part].reshape(x.shape[:-1] + shape) for part, shape in zip(self.slices, self.shapes)
        )

    def estimate(self, x: ArrayLike) -> Array:
        """W_L ⋯ W_1, batch + (n_L, n_0)."""
        return forward_products(self.unpack(x))[-1]

    def value(self, x: ArrayLike) -> Array:
        """½‖W_L ⋯ W_1 − R‖_F² + offset, shape batch."""
        return 0.5 * np.sum((self.estimate(x) - self.target) ** 2, axis=(-2, -1)) + self.offset

    def gradient(self, x: ArrayLike) -> Array:
        """∇f by one forward and one backward chain, 3(L − 1) matrix products (eq. (5)); shape of x."""
        weights = self.unpack(x)
        before = forward_products(weights)  # before[j] = W_j ⋯ W_1
        errors = backward_errors(weights, before[-1] - self.target)
        out = np.empty(np.shape(x))
        for part, error, product in zip(self.slices, errors, [None, *before]):
            layer = error if product is None else error @ product.mT
            out[..., part] = layer.reshape(*layer.shape[:-2], -1)
        return out

    def hessian(self, x: ArrayLike) -> Array:
        """∇²f(x), batch + (n_params, n_params): JᵀJ of the estimate, and what vanishes with the error.

        Raises ValueError with more than LARGEST_HESSIAN parameters: use `hessian_operator` there.
        """
        if self.n_params > LARGEST_HESSIAN:
            raise ValueError(
                f"hessian needs at most {LARGEST_HESSIAN} parameters, this network has {self.n_params}: "
                f"use hessian_operator or hessian_vector_product"
            )
        weights = self.unpack(x)
        slopes = jacobian(weights)
        out = np.broadcast_to(slopes.mT @ slopes, (*np.shape(x)[:-1], self.n_params, self.n_params)).copy()
        add_couplings(weights, forward_products(weights)[-1] - self.target, out)
        return out

    def hessian_vector_product(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x)v exactly, from the two chains of the gradient differentiated along v; x and v broadcast."""
        x, v = np.broadcast_arrays(np.asarray(x, float), np.asarray(v, float))
        weights, moves = self.unpack(x), self.unpack(v)
        before, moved = [np.eye(self.widths[0])], [np.zeros((self.widths[0],) * 2)]
        for w, dw in zip(weights, moves):
            moved.append(dw @ before[-1] + w @ moved[-1])
            before.append(w @ before[-1])
        error, derror = before[-1] - self.target, moved[-1]
        out = np.empty(x.shape)
        for j in reversed(range(self.depth)):
            layer = derror @ before[j].mT + error @ moved[j].mT
            out[..., self.slices[j]] = layer.reshape(*layer.shape[:-2], -1)
            derror = moves[j].mT @ error + weights[j].mT @ derror
            error = weights[j].mT @ error
        return out

    def hessian_operator(self, x: ArrayLike) -> LinearOperator:
        """∇²f at one state as a symmetric LinearOperator (n_params, n_params) of exact products."""
        x = np.array(x, float).reshape(self.n_params)

        def product(v: Array) -> Array:
            return self.hessian_vector_product(x, np.ravel(v))

        return LinearOperator((self.n_params,) * 2, matvec=product, rmatvec=product, dtype=float)

    def stepper(self, x: Array, step_size: Array) -> LinearStepper:
        """Runs of gradient descent in place, without packing; see `stepsize_core.networks.linear_steps`."""
        return LinearStepper(self.unpack, self.target, x, step_size)

    def identity_start(self, *, noise: float = 0.0, seed: int = 0) -> Array:
        """Every W_j = I + noise·N, N i.i.d. standard normal: (n_params,).

        Raises ValueError unless all widths are equal.
        """
        if len(set(self.widths)) > 1:
            raise ValueError(f"widths must all be equal for an identity start, got {self.widths}")
        layers = np.broadcast_to(np.eye(self.widths[0]), (self.depth, *self.shapes[0])).reshape(-1)
        scale = non_negative_finite("noise", noise)
        return layers + scale * np.random.default_rng(seed).standard_normal(self.n_params)

    def balanced_start(self) -> Array:
        """A balanced global optimum, W_{j+1}ᵀW_{j+1} = W_jW_jᵀ, from the SVD of R; (n_params,).

        Every layer amplifies the i-th singular direction by σ_i^{1/L}. A network narrower than the rank of R
        keeps the largest singular values, as many as its narrowest layer: a global optimum with an error.
        """
        u, sigma, vt = np.linalg.svd(self.target, full_matrices=False)
        k = min(*self.widths, len(sigma))
        bases = [vt[:k].T, *(np.eye(n, k) for n in self.widths[1:-1]), u[:, :k]]
        amplification = sigma[:k] ** (1.0 / self.depth)
        return self.pack([amplification * after @ before.T for after, before in zip(bases[1:], bases[:-1])])

    def random_start(self, scale: float = 1.0, seed: int = 0, *, batch: tuple[int, ...] = ()) -> Array:
        """Layers with i.i.d. N(0, scale²/n_{j−1}) entries: batch + (n_params,), the same for the same seed.

        At scale 1 every layer preserves the expected squared length of a vector up to n_j/n_{j−1}.
        """
        scale = float(positive_finite("scale", scale))
        deviations = np.concatenate([np.full(n * m, scale / math.sqrt(m)) for n, m in self.shapes])
        return deviations * np.random.default_rng(seed).standard_normal((*batch, self.n_params))

    def rescaled(self, x: ArrayLike, alphas: ArrayLike) -> Array:
        """The state {α_jW_j}, of the same estimate and cost (Theorem 1).

        alphas has shape (…, L) and broadcasts against the batch of x.

        Raises ValueError unless the L factors multiply to 1 within PRODUCT_TOLERANCE.
        """
        alphas = finite("alphas", alphas)
        if alphas.ndim == 0 or alphas.shape[-1] != self.depth:
            raise ValueError(f"alphas must end in {self.depth} factors, got shape {alphas.shape}")
        product = np.prod(alphas, axis=-1)
        if not np.all(np.abs(product - 1.0) <= PRODUCT_TOLERANCE):
            raise ValueError(f"alphas must multiply to 1, got a product of {np.ravel(product)[0]!r}")
        return np.asarray(x, float) * np.repeat(alphas, [n * m for n, m in self.shapes], axis=-1)
