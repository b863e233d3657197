"""Runs of x ← x − δ∇f(x) under way: the plain map on arrays, and a single run in plain floats."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

import numpy as np

from stepsize_core.arrays import Array

STEPPED_LANES = 8192  # lanes advanced together: a block and its temporaries stay in the L2 cache
CACHE_LINE = 8  # numbers in a line of the cache
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
    """Runs advanced together in a layout of their own.

    positions: where the runs are, in that layout; may be written into between two steps.
    """

    positions: Array

    def step(self) -> None:
        """One step of every run."""

    def read(self, held: Array, out: Array) -> None:
        """Write what is held in the layout of the positions into out, (lanes, n_params)."""

    def carry(self, states: Array) -> Array:
        """States (lanes, n_params) in the layout of the positions, which they follow where it changes."""

    def escaped(self) -> bool:
        """Whether no run is finite any more."""


class BlockStepper:
    """Runs x (lanes, n_params) in blocks, made by block(x, step_size), of so many parameters together."""

    def __init__(
        self, block: Callable[[Array, Array], Block], x: Array, step_size: Array, together: int
    ) -> None:
        self._x, size = x, max(1, together // x.shape[1])
        self.parts = [slice(i, i + size) for i in range(0, len(x), size)]
        self.blocks = [block(x[part], step_size[part]) for part in self.parts]
        self._steps = [block.step for block in self.blocks]

    @property
    def x(self) -> Array:
        """The present states, (lanes, n_params)."""
        for part, block in zip(self.parts, self.blocks):
            block.read(block.positions, self._x[part])
        return self._x

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        with np.errstate(all="ignore"):
            for block, step in zip(self.blocks, self._steps):
                for k in range(n_steps):
                    if k % CHECK_EVERY == CHECK_EVERY - 1 and block.escaped():
                        break
                    step()

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the state after each into out, (n, lanes, n_params)."""
        with np.errstate(all="ignore"):
            for part, block, step in zip(self.parts, self.blocks, self._steps):
                read, positions = block.read, block.positions
                for row in out[:, part]:
                    step()
                    read(positions, row)


class MomentumStepper(BlockStepper):
    """Runs with momentum β by the steps of gradient descent that another stepper's blocks take.

    run: at the last positions of state, (2, lanes, n_params); from here on its blocks belong to this one.
    ahead: whether a step moves on by β(x[k] − x[k−1]) before it takes the gradient, or after it. Either way
    the numbers are those of the formula, bit for bit, with the gradient step of the blocks.
    """

    def __init__(self, run: BlockStepper, state: Array, beta: float, *, ahead: bool) -> None:
        self._x, self.parts, self.blocks = run.x, run.parts, run.blocks
        pairs = zip(self.parts, self.blocks)
        self._held = [[block.carry(state[0, part]) for _ in range(2)] for part, block in pairs]
        self._steps = [
            _moving_on(block, held, beta, ahead).__next__ for block, held in zip(self.blocks, self._held)
        ]

    @property
    def state(self) -> Array:
        """The present state, (2, lanes, n_params)."""
        before = np.empty_like(self._x)
        for part, block, (last, _) in zip(self.parts, self.blocks, self._held):
            block.read(last, before[part])
        return np.stack([before, self.x])


def _moving_on(block: Block, held: list[Array], beta: float, ahead: bool) -> Iterator[None]:
    """Take a step each time; held: the last positions and a buffer, carried by the block, which change
    places."""
    x, step, subtract, multiply, add = block.positions, block.step, np.subtract, np.multiply, np.add
    (before, free), factor = held, np.array(beta)  # an array is read faster than a number
    while True:
        subtract(x, before, before)
        multiply(before, factor, before)
        free[...] = x
        if ahead:
            add(x, before, x)
            step()
        else:
            step()
            add(x, before, x)
        before, free = free, before
        held.reverse()
        yield


class FloatStepper:
    """One run of a scalar objective in plain Python floats: no array overhead per step.

    slope: f′ of a float.
    """

    def __init__(self, slope: Callable[..., Any], x: Array, step_size: Array) -> None:
        self._slope = slope
        self._state: Any = x[0].tolist()
        self._delta = float(step_size[0])

    @property
    def slope(self) -> Callable[..., Any]:
        """∇f of a plain number, which is complex where it stands for two variables."""
        return self._slope

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
    """A map of two positions, in blocks of lanes that fit the cache.

    over: (x -> δ∇f, before, x) -> the next position, written over the one before; state: (2, lanes) +
    state_shape, oldest first.
    """

    def __init__(
        self, over: Callable[..., Any], slope: Callable[..., Any], state: Array, step_size: Array
    ) -> None:
        self._over, self._slope, self.state = over, slope, np.array(state)
        self._fresh = _is_fresh(slope, self.state[1])
        self._delta = step_size.reshape(step_size.shape + (1,) * (state.ndim - 2))
        size = max(1, STEPPED_LANES // math.prod(state.shape[2:]))
        self._blocks = [slice(i, i + size) for i in range(0, state.shape[1], size)]

    @property
    def x(self) -> Array:
        """The present positions, (lanes,) + state_shape."""
        return self.state[1]

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        over = self._over
        for block in self._blocks:
            (before, x), falls = map(_aligned, self.state[:, block]), self._falls(self._delta[block])
            for k in range(n_steps):
                if k % CHECK_EVERY == CHECK_EVERY - 1 and not np.isfinite(x).any():
                    break
                before, x = x, over(falls, before, x)
            self.state[:, block] = before, x

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the positions after each into out."""
        over = self._over
        for block in self._blocks:
            (before, x), falls = map(_aligned, self.state[:, block]), self._falls(self._delta[block])
            for row in out[:, block]:
                before, x = x, over(falls, before, x)
                row[...] = x
            self.state[:, block] = before, x

    def _falls(self, delta: Array) -> Callable[[Array], Array]:
        """δ∇f as a new array."""
        slope = self._slope
        if (delta == delta.flat[0]).all():
            delta = np.array(delta.flat[0])  # an array of one number is read faster than a float
        if not self._fresh:
            return lambda x: delta * slope(x)

        def falls(x: Array) -> Array:
            found = slope(x)
            if found is x or found.base is not None:  # a view, of x or of what may not be written into
                return delta * found
            found *= delta
            return found

        return falls


def _is_fresh(slope: Callable[..., Any], x: Array) -> bool:
    """Whether a gradient's answers are new arrays of floats, into which may be written."""
    with np.errstate(all="ignore"):
        found, again = slope(x[:1]), slope(x[:1])
    shared = np.may_share_memory(found, again) or np.may_share_memory(found, x)
    return isinstance(found, np.ndarray) and found.dtype == float and not shared


def _aligned(values: Array) -> Array:
    """A copy that begins with a line of the cache: NumPy writes into others up to 1.4 times as slowly."""
    room = np.empty(values.size + CACHE_LINE)
    start = -room.ctypes.data // room.itemsize % CACHE_LINE
    copy = room[start : start + values.size].reshape(values.shape)
    copy[...] = values
    return copy


class FloatPathStepper:
    """The same of one run in plain Python numbers: floats, and complex ones for states of two variables.

    run: (slope, δ, before, x) -> yields the positions that follow, as long as they are finite; slope: ∇f of
    such a number; state: (2, 1) + state_shape.
    """

    def __init__(
        self, run: Callable[..., Iterator[Any]], slope: Callable[..., Any], delta: float, state: Array
    ) -> None:
        self._shape, self._kind = state.shape[2:], complex if state.ndim > 2 else float
        self._path = deque(np.ascontiguousarray(state).view(self._kind).ravel().tolist(), maxlen=2)
        self._run = run(slope, delta, *self._path)

    @property
    def state(self) -> Array:
        """The present state, (2, 1) + state_shape."""
        return self._read(self._path)[:, None]

    @property
    def x(self) -> Array:
        """The present position, (1,) + state_shape."""
        return self.state[1]

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        self._path.extend(islice(self._run, n_steps))

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the position after each into out."""
        found = list(islice(self._run, len(out)))
        self._path.extend(found)
        if found:
            out[: len(found), 0] = self._read(found)
        out[len(found) :] = math.nan

    def _read(self, numbers: Iterable[Any]) -> Array:
        return np.array([*numbers], self._kind).view(float).reshape(-1, *self._shape)
