"""An objective of what other programs compute: a gradient, and what else there is."""

from collections.abc import Callable
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count
from stepsize_core.objectives import Objective

Given = Callable[[Any], Any]

PROBE = 0.625  # entries of the state at which shapes are looked at, unless another one is given
NEAR = float(np.cbrt(np.finfo(float).eps))  # of a central difference, relative: its error is about NEAR²
SAME = 1e-6  # error to which a batch is answered like its states one by one, absolute and relative
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)


class FromGradient(Objective):
    """The objective of a gradient computed elsewhere: by NumPy, or by a library of tensors.

    gradient      ∇f of one state, state_shape → state_shape, of a batch of them, or of both; which is found
                  out once. It may return whatever `numpy.asarray` reads, or a tensor with `detach` and `cpu`
    state_shape   () for a scalar variable, (n,) for n parameters
    value         f of one state or of a batch; without it f is the integral of the gradient along the line
                  from `at`, to rounding where f is smooth between
    hessian       ∇²f of one state or of a batch; without it central differences of the gradient, with a
                  relative error of about 10⁻¹⁰ where the gradient is exact to rounding
    at            a state at which everything is tried once, state_shape

    Each state of a batch is asked for on its own where a function takes single states.
    Raises TypeError where something is no function, ValueError where a shape or a number is wrong.
    """

    def __init__(
        self,
        gradient: Given,
        state_shape: tuple[int, ...] | int = (),
        *,
        value: Given | None = None,
        hessian: Given | None = None,
        at: ArrayLike | None = None,
    ) -> None:
        sizes = (state_shape,) if isinstance(state_shape, int) else tuple(state_shape)
        if len(sizes) > 1:
            raise ValueError(f"state_shape must be () or (n,), got {state_shape!r}")
        self.state_shape = tuple(count("state_shape", n) for n in sizes)
        self._at = np.full(self.state_shape, PROBE) if at is None else np.asarray(at, float)
        if self._at.shape != self.state_shape or not np.isfinite(self._at).all():
            raise ValueError(f"at must be finite and have shape {self.state_shape}, got {at!r}")
        self._gradient = _Taken("gradient", gradient, self._at, self.state_shape)
        self._value = _Taken("value", value, self._at, ()) if value is not None else None
        square = self.state_shape * 2
        self._hessian = _Taken("hessian", hessian, self._at, square) if hessian is not None else None

    def value(self, x: ArrayLike) -> Array:
        """f(x), shape batch; without `value` the rise from `at`."""
        states = np.asarray(x, float)
        if self._value is not None:
            return self._value(states)
        away, total = states - self._at, np.zeros(states.shape[: states.ndim - len(self.state_shape)])
        axes = tuple(range(-len(self.state_shape), 0))
        for node, weight in zip((1.0 + NODES) / 2.0, WEIGHTS / 2.0):
            total = total + weight * (self.gradient(self._at + node * away) * away).sum(axis=axes)
        return total

    def gradient(self, x: ArrayLike) -> Array:
        """∇f(x), shape batch + state_shape."""
        return self._gradient(np.asarray(x, float))

    def hessian(self, x: ArrayLike) -> Array:
        """∇²f(x), shape batch + state_shape + state_shape, symmetric."""
        states = np.asarray(x, float)
        if self._hessian is not None:
            return self._hessian(states)
        if not self.state_shape:
            return self._difference(states, np.ones(()))
        columns = np.stack([self._difference(states, e) for e in np.eye(self.state_shape[0])], axis=-1)
        return (columns + columns.mT) / 2.0

    def hessian_vector_product(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x)v, shape batch + state_shape; without `hessian` from two gradients."""
        if self._hessian is not None:
            return super().hessian_vector_product(x, v)
        return self._difference(np.asarray(x, float), np.asarray(v, float))

    def _difference(self, x: Array, v: Array) -> Array:
        """The central difference of the gradient along v."""
        axes = tuple(range(-len(self.state_shape), 0))
        length = np.sqrt((v * v).sum(axis=axes, keepdims=True))
        size = np.maximum(np.abs(x).max(axis=axes, keepdims=True, initial=0.0), 1.0)
        step = NEAR * size / np.where(length > 0.0, length, 1.0)
        low, high = x - step * v, x + step * v
        return (self.gradient(high) - self.gradient(low)) / (2.0 * step)


class _Taken:
    """A function of states as one of batches: asked once whether it takes batches itself.

    shape: of its answer at one state.
    """

    def __init__(self, name: str, function: Given, at: Array, shape: tuple[int, ...]) -> None:
        if not callable(function):
            raise TypeError(f"{name} must be a function of a state, got {function!r}")
        self._name, self._function, self._shape, self._state_ndim = name, function, shape, at.ndim
        batch = np.stack([at, at + 0.25, at - 0.125])  # three states: no n that they could be mistaken for
        if at.shape == (3,):
            batch = np.concatenate([batch, batch + 0.5])
        together = self._tried(lambda: self._answer(batch, (len(batch), *shape)))
        alone = self._tried(lambda: np.stack([self._answer(state, shape) for state in batch]))
        if isinstance(alone, Exception) and isinstance(together, Exception):
            if isinstance(alone, ValueError):
                raise alone
            raise ValueError(
                f"{name} must take states of shape {at.shape}, or batches of them; it raised {alone!r}"
            ) from alone
        self.takes_batches = not isinstance(together, Exception) and (
            isinstance(alone, Exception) or np.allclose(together, alone, rtol=SAME, atol=SAME, equal_nan=True)
        )

    def __call__(self, states: Array) -> Array:
        batch = states.shape[: states.ndim - self._state_ndim]
        lanes = states.reshape(-1, *states.shape[len(batch) :])
        if self.takes_batches:
            answers = self._answer(lanes, (len(lanes), *self._shape))
        else:
            answers = np.array([self._answer(state, self._shape) for state in lanes], float)
        return answers.reshape(batch + self._shape)

    @staticmethod
    def _tried(ask: Callable[[], Array]) -> Array | Exception:
        """The answer, or what was raised: a function of single states may raise anything of a batch."""
        try:
            return ask()
        except Exception as error:
            return error

    def _answer(self, states: Array, shape: tuple[int, ...]) -> Array:
        """What the function says of states, a new float array of the shape expected."""
        found = _array(self._function(states.copy()))
        if found.shape != shape or found.dtype.kind not in "biuf":
            kind = f"shape {found.shape}" if found.dtype.kind in "biuf" else f"type {found.dtype}"
            raise ValueError(
                f"{self._name} must return real numbers of shape {shape} for states of shape {states.shape}, "
                f"got {kind}"
            )
        return found.astype(float)


def _array(answer: Any) -> Any:
    """An answer as an array; a tensor is taken off its graph and its device."""
    for method in ("detach", "cpu"):
        answer = getattr(answer, method)() if hasattr(answer, method) else answer
    return np.asarray(answer)
