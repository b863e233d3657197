"""A deep linear network on points of the line, with the exact gradient and Hessian of its loss.

f(x) = a W_{L−1}⋯W_2 (w x + b) + c with the loss (1/2N) Σ_i (f(x_i) − y_i)², L ≥ 2 layers and m units in
each hidden one; parameters in the order a, w, b, W_2, …, W_{L−1} row by row, c. With L = 2 it is the linear
network of `two_layers`. Every f is a line, so that the data enter the Hessian through few moments.
"""

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.networks.chains import add_couplings, backward_errors, forward_products, jacobian

MOST_PARAMETERS = 200


def parameters(depth: int, width: int) -> int:
    """The number of parameters."""
    return 3 * width + 1 + (depth - 2) * width**2


def widest(depth: int) -> int:
    """The most hidden units with which there are at most MOST_PARAMETERS parameters."""
    return max(m for m in range(1, MOST_PARAMETERS) if parameters(depth, m) <= MOST_PARAMETERS)


def initial(depth: int, width: int, seed: int) -> Array:
    """Random parameters: a and the entries between of variance 1/m, w of variance 1, b = c = 0."""
    rng = np.random.default_rng(seed)
    a = rng.standard_normal(width) / np.sqrt(width)
    w = rng.standard_normal(width)
    between = rng.standard_normal((depth - 2) * width**2) / np.sqrt(width)
    return np.concatenate([a, w, np.zeros(width), between, [0.0]])


class DeepLine:
    """The loss on the points x, y, (N,) each, of networks with `depth` layers of `width` hidden units."""

    def __init__(self, depth: int, width: int, x: Array, y: Array) -> None:
        self._n, self._width, self._x, self._y = parameters(depth, width), width, x, y
        inputs = np.stack([x, np.ones_like(x)])
        self._moments = inputs @ inputs.T / len(x)
        self._order = self._of_layers()

    def outputs(self, state: Array) -> Array:
        """f at the points, (N,)."""
        slope, offset = forward_products(self._weights(state))[-1][0]
        return slope * self._x + (offset + state[-1])

    def gradient(self, state: Array) -> tuple[Array, float]:
        """The gradient of the loss, and the loss."""
        weights = self._weights(state)
        products = forward_products(weights)
        slope, offset = products[-1][0]
        errors = slope * self._x + (offset + state[-1]) - self._y
        back = errors / len(errors)
        error = np.array([[back @ self._x, back.sum()]])
        behind = backward_errors(weights, error)
        layers = [behind[0], *(e @ p.T for e, p in zip(behind[1:], products))]
        return self._packed(layers, error[0, 1]), float(errors @ back) / 2.0

    def hessian(self, state: Array) -> Array:
        """The Hessian of the loss, (n, n), in closed form."""
        weights = self._weights(state)
        slopes = np.zeros((2, len(state)))  # of the line: its slope and its offset
        slopes[:, :-1], slopes[1, -1] = jacobian(weights), 1.0
        found = slopes.T @ (self._moments @ slopes)
        back = (self.outputs(state) - self._y) / len(self._x)
        add_couplings(weights, np.array([[back @ self._x, back.sum()]]), found[:-1, :-1])
        return found[np.ix_(self._order, self._order)]

    def _weights(self, state: Array) -> list[Array]:
        """W_1 = (w, b), (m, 2), the layers between, (m, m) each, and W_L = a, (1, m)."""
        m = self._width
        a, w, b = state[: 3 * m].reshape(3, m)
        return [np.stack([w, b], axis=1), *state[3 * m : -1].reshape(-1, m, m), a[None]]

    def _packed(self, layers: list[Array], c: float) -> Array:
        """The state of the layers W_1, …, W_L and c."""
        first, *between, last = layers
        return np.concatenate([last[0], *first.T, *(w.ravel() for w in between), [c]])

    def _of_layers(self) -> Indices:
        """Where each entry of a state lies among the layers packed row by row, the first one first, and c."""
        m, at = self._width, np.arange(self._n, dtype=float)
        between = at[2 * m : -m - 1].reshape(-1, m, m)
        places = self._packed([at[: 2 * m].reshape(m, 2), *between, at[-m - 1 : -1][None]], at[-1])
        return places.astype(int)
