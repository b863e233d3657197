"""Runs of x ← x − δ∇f(x) under way: the plain map on arrays, and a single run in plain floats."""

import math
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Protocol

import numpy as np

from stepsize_core.arrays import Array

STEPPED_LANES = 8192  # lanes advanced together: a block and its temporaries stay in the L2 cache
CHECK_EVERY = 64  # steps between two looks whether any lane is still finite


class Stepper(Protocol):
    """A batch of runs under way. `lanes` is the flattened batch."""

    @property
    def x(self) -> Array:
        """The present states, (lanes,) + state_shape; not finite after an escape."""

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the state after each into out, (n,) + (lanes,) + state_shape."""


class PlainStepper:
    """The map itself, in blocks of lanes that fit the cache; works for every gradient."""

    def __init__(self, gradient: Callable[[Array], Array], x: Array, step_size: Array) -> None:
        self._gradient = gradient
        self.x = x
        self._delta = step_size.reshape(step_size.shape + (1,) * (x.ndim - 1))
        size = max(1, STEPPED_LANES // math.prod(x.shape[1:]))
        self._blocks = [slice(i, i + size) for i in range(0, len(x), size)]

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        for block in self._blocks:
            x, delta = self.x[block], self._delta[block]
            for k in range(n_steps):
                if k % CHECK_EVERY == CHECK_EVERY - 1 and not np.isfinite(x).any():
                    break
                x -= delta * self._gradient(x)

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the state after each into out."""
        for block in self._blocks:
            x, delta = self.x[block], self._delta[block]
            for row in out[:, block]:
                x -= delta * self._gradient(x)
                row[...] = x


class Block(Protocol):
    """Runs advanced together in a layout of their own."""

    def step(self) -> None:
        """One step of every run."""

    def read(self, out: Array) -> None:
        """Write the present states into out, (lanes, n_params)."""

    def escaped(self) -> bool:
        """Whether no run is finite any more."""


class BlockStepper:
    """Runs x (lanes, n_params) in blocks, made by block(x, step_size), of so many parameters together."""

    def __init__(
        self, block: Callable[[Array, Array], Block], x: Array, step_size: Array, together: int
    ) -> None:
        self._x, size = x, max(1, together // x.shape[1])
        self._parts = [slice(i, i + size) for i in range(0, len(x), size)]
        self._blocks = [block(x[part], step_size[part]) for part in self._parts]

    @property
    def x(self) -> Array:
        """The present states, (lanes, n_params)."""
        for part, block in zip(self._parts, self._blocks):
            block.read(self._x[part])
        return self._x

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        with np.errstate(all="ignore"):
            for block in self._blocks:
                for k in range(n_steps):
                    if k % CHECK_EVERY == CHECK_EVERY - 1 and block.escaped():
                        break
                    block.step()

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the state after each into out, (n, lanes, n_params)."""
        with np.errstate(all="ignore"):
            for part, block in zip(self._parts, self._blocks):
                for row in out[:, part]:
                    block.step()
                    block.read(row)


class FloatStepper:
    """One run of a scalar objective in plain Python floats: no array overhead per step.

    slope: f′ of a float.
    """

    def __init__(self, slope: Callable[..., Any], x: Array, step_size: Array) -> None:
        self._slope = slope
        self._state: Any = x[0].tolist()
        self._delta = float(step_size[0])

    @property
    def x(self) -> Array:
        """The present state, (1,) + state_shape."""
        return np.array([self._state])

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        for _ in self._steps(n_steps):
            pass

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the state after each into out."""
        states = list(self._steps(len(out)))
        if states:
            out[: len(states), 0] = states
        out[len(states) :] = math.nan

    def _steps(self, n_steps: int) -> Iterator[Any]:
        """Yield the next n_steps states, fewer if the run leaves the finite numbers."""
        x, delta, slope = self._state, self._delta, self._slope
        for _ in range(n_steps):
            if not math.isfinite(x):
                break
            x -= delta * slope(x)
            self._state = x
            yield x


class PathStepper:
    """A map of more than one position, in blocks of lanes that fit the cache.

    after: (slope, δ, *state) -> the next position; state: (memory, lanes) + state_shape, oldest first.
    """

    def __init__(
        self, after: Callable[..., Any], slope: Callable[..., Any], state: Array, step_size: Array
    ) -> None:
        self._after, self._slope, self.state = after, slope, np.array(state)
        self._delta = step_size.reshape(step_size.shape + (1,) * (state.ndim - 2))
        size = max(1, STEPPED_LANES // math.prod(state.shape[2:]))
        self._blocks = [slice(i, i + size) for i in range(0, state.shape[1], size)]

    @property
    def x(self) -> Array:
        """The present positions, (lanes,) + state_shape."""
        return self.state[-1]

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        for block in self._blocks:
            path, delta = list(self.state[:, block]), self._delta[block]
            for k in range(n_steps):
                if k % CHECK_EVERY == CHECK_EVERY - 1 and not np.isfinite(path[-1]).any():
                    break
                path = [*path[1:], self._after(self._slope, delta, *path)]
            self.state[:, block] = path

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the positions after each into out."""
        for block in self._blocks:
            path, delta = list(self.state[:, block]), self._delta[block]
            for row in out[:, block]:
                path = [*path[1:], self._after(self._slope, delta, *path)]
                row[...] = path[-1]
            self.state[:, block] = path


class FloatPathStepper:
    """The same of one run of a scalar objective in plain Python floats.

    run: yields the positions, as long as they are finite; state: (memory, 1).
    """

    def __init__(self, run: Iterator[float], state: Array) -> None:
        self._run, self._path = run, deque(state[:, 0].tolist(), maxlen=len(state))

    @property
    def state(self) -> Array:
        """The present state, (memory, 1)."""
        return np.array(self._path)[:, None]

    @property
    def x(self) -> Array:
        """The present position, (1,)."""
        return np.array([self._path[-1]])

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        self._path.extend(islice(self._run, n_steps))

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the position after each into out."""
        found = list(islice(self._run, len(out)))
        self._path.extend(found)
        out[: len(found), 0] = found
        out[len(found) :] = math.nan
