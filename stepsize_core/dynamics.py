"""The maps of this project: gradient descent, heavy ball and Nesterov's method, and schedules of step sizes.

A map is one formula, `Dynamics.next`, from which its steps, its Jacobian and its tangents come. A state is
the path of the last `memory` positions, oldest first, (memory,) + batch + state_shape: the last rows of a
path of positions are the state that it has reached. At rest all positions are one.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, NDArray
from stepsize_core.checks import positive_finite
from stepsize_core.objectives import Objective
from stepsize_core.steppers import (
    BlockStepper,
    FloatPathStepper,
    FloatStepper,
    MomentumStepper,
    PathStepper,
    Stepper,
)

Slope = Callable[[Any], Any]


class Dynamics:
    """A map over an objective.

    objective   what it descends
    beta        the momentum β, 0 of gradient descent
    memory      the number of positions in a state: 1 of gradient descent, 2 with momentum
    ahead       whether a step moves on by β(x[k] − x[k−1]) before it takes the gradient, or after it
    """

    objective: Objective
    beta: float = 0.0
    memory: int = 1
    ahead: ClassVar[bool] = False

    def next(self, slope: Slope, delta: Any, *state: Any) -> Any:
        """The position that follows those of a state. slope: ∇f; or ∇²f·v, then the same for tangents.

        Of floats and of arrays, with a δ that broadcasts.
        """
        raise NotImplementedError

    def floats(self, slope: Slope, delta: float, /, *state: Any) -> Iterator[Any]:
        """The positions that follow, one by one, as long as they are finite: `next` free of overhead.

        Of plain numbers, which are complex where they stand for two variables.
        """
        raise NotImplementedError

    def looked_at(self, *state: Any) -> Any:
        """Where the next step takes the gradient."""
        return state[-1]

    def effective_step(self, step_size: ArrayLike) -> NDArray[Any] | float:
        """The step size of gradient descent with the same thresholds and 2-cycles; the shape of step_size."""
        raise NotImplementedError

    @property
    def state_shape(self) -> tuple[int, ...]:
        """That of a position, as of the objective."""
        return tuple(self.objective.state_shape)

    @property
    def of_the_line(self) -> bool:
        """Whether this is a map of the real line into itself: without momentum, of a scalar variable."""
        return self.memory == 1 and not self.state_shape

    @property
    def dimension(self) -> int:
        """How many numbers make a state, and multipliers an orbit."""
        return self.memory * math.prod(self.state_shape)

    def start(self, x0: Array) -> Array:
        """The state at rest at x0: x[−1] = x[0]."""
        return np.repeat(x0[None], self.memory, axis=0)

    def cycle_through(self, seen: Array) -> Array:
        """The positions of a 2-cycle that takes its gradients at two points, (2,) + batch + state_shape."""
        return seen

    def closed(self, orbit: Array) -> Array:
        """A periodic orbit (p,) + batch + state_shape as a path: before it the positions that lead to it."""
        return orbit.take(range(1 - self.memory, len(orbit)), axis=0, mode="wrap")

    def follow(self, state: Array, delta: Array, n: int) -> Array:
        """The path of n steps from a state, with that in front: (memory + n, lanes) + state_shape."""
        path, delta = list(state), delta.reshape(delta.shape + (1,) * len(self.state_shape))
        for _ in range(n):
            path.append(self.next(self.objective.gradient, delta, *path[-self.memory :]))
        return np.stack(path)

    def jacobian(self, hessian: Array, delta: ArrayLike) -> Array:
        """The derivative of a step, batch + (d, d), from ∇²f where the gradient is taken, batch + (n, n)."""
        n = hessian.shape[-1]
        delta = np.asarray(delta)[..., None, None]
        if self.memory == 1:  # without a product of matrices
            return self.next(lambda _: hessian, delta, np.eye(n))
        batch = np.broadcast_shapes(hessian.shape[:-2], delta.shape[:-2])
        axes = [np.broadcast_to(rows, (*batch, *rows.shape)) for rows in np.split(np.eye(2 * n), 2)]
        return np.concatenate([axes[1], self.next(lambda v: hessian @ v, delta, *axes)], axis=-2)

    def stepper(self, state: Array, delta: Array) -> Stepper:
        """Runs from a state (memory, lanes) + state_shape with step sizes (lanes,)."""
        raise NotImplementedError

    def seen(self, path: Array) -> Array:
        """Where the step from every state of a path takes the gradient: (states,) + batch + state_shape."""
        return self.looked_at(*(path[i : len(path) + 1 + i - self.memory] for i in range(self.memory)))

    def padded(self, multipliers: NDArray[Any]) -> NDArray[Any]:
        """Multipliers, batch + (d,), of as many as the map was given with."""
        return multipliers

    def listing(self) -> dict[str, Any] | None:
        """The map as plain data, for another machine to run; None where ∇f has no formula.

        gradient: the program of ∇f; ahead, carried: with y = x[k] + ahead·(x[k] − x[k−1]) a step leads to
        y − δ∇f(y) + carried·(x[k] − x[k−1]); effective: the effective step of δ = 1.
        """
        if not (gradient := self.objective.listing()):
            return None
        ahead, carried = (self.beta, 0.0) if self.ahead else (0.0, self.beta)
        effective = float(self.effective_step(1.0))
        return {"gradient": gradient, "ahead": ahead, "carried": carried, "effective": effective}

    def reached(self, run: Any) -> Array:
        """The state of runs under way, by a stepper of this map."""
        return np.asarray(run.state)


@dataclass(frozen=True)
class GradientDescent(Dynamics):
    """x[k+1] = x[k] − δ∇f(x[k]) (paper, eq. (1)), by the objective's own steppers.

    forgotten: how many positions more a state has of which nothing depends, as momentum with β = 0 has: so
    many times n multipliers are 0.
    """

    objective: Objective
    forgotten: int = 0

    def next(self, slope: Slope, delta: Any, *state: Any) -> Any:
        (x,) = state
        return x - delta * slope(x)

    def effective_step(self, step_size: ArrayLike) -> NDArray[Any] | float:
        return positive_finite("step_size", step_size)[()]

    def padded(self, multipliers: NDArray[Any]) -> NDArray[Any]:
        zeros = np.where(np.isnan(multipliers), np.nan, 0.0)
        return np.concatenate([multipliers, *[zeros] * self.forgotten], axis=-1)

    def stepper(self, state: Array, delta: Array) -> Stepper:
        return self.objective.stepper(state[-1].copy(), delta)

    def reached(self, run: Any) -> Array:
        return np.asarray(run.x)[None]


@dataclass(frozen=True)
class _Momentum(Dynamics):
    """What the two methods with momentum β, 0 ≤ β < 1, share; x[−1] = x[0]."""

    objective: Objective
    beta: float
    memory = 2

    def __post_init__(self) -> None:
        name = type(self).__name__
        if not isinstance(self.objective, Objective):
            raise TypeError(
                f"{name} needs an objective, a subclass of stepsize_core.Objective, got {self.objective!r}"
            )
        if isinstance(self.beta, bool) or not isinstance(self.beta, numbers.Real):
            raise TypeError(f"beta must be a real number, 0 ≤ beta < 1, got {self.beta!r}")
        if not 0.0 <= self.beta < 1.0:
            raise ValueError(f"beta must be at least 0 and below 1, got {self.beta!r}")
        object.__setattr__(self, "beta", float(self.beta))

    @cached_property
    def _factor(self) -> Array:
        """β as an array, which NumPy reads faster than a float."""
        return np.array(self.beta)

    def next(self, slope: Slope, delta: Any, *state: Any) -> Any:
        before, x = state
        return self.step(lambda y: delta * slope(y), np.array(before), x)

    def step(self, falls: Slope, before: Array, x: Array) -> Array:
        """`next` of arrays, written over the position before. falls: δ∇f, a new array."""
        raise NotImplementedError

    def stepper(self, state: Array, delta: Array) -> Stepper:
        """By the steps of gradient descent that the objective takes."""
        run = self.objective.stepper(state[-1].copy(), delta)
        if isinstance(run, BlockStepper):
            return MomentumStepper(run, state, self.beta, ahead=self.ahead)
        if isinstance(run, FloatStepper):
            return FloatPathStepper(self.floats, run.slope, float(delta[0]), state)
        return PathStepper(self.step, self.objective.gradient, state, delta)


class HeavyBall(_Momentum):
    """x[k+1] = x[k] − δ∇f(x[k]) + β(x[k] − x[k−1]): Polyak's heavy ball.

    Its 2-cycles are exactly those of gradient descent at δ/(1 + β).
    """

    def step(self, falls: Slope, before: Array, x: Array) -> Array:
        fallen = falls(x)
        fallen -= x  # the next position is −(δ∇f − x) + β(x − before)
        np.subtract(x, before, before)
        before *= self._factor
        before -= fallen
        return before

    def floats(self, slope: Slope, delta: float, /, *state: Any) -> Iterator[Any]:
        (before, x), beta = state, self.beta
        while x - x == 0.0:  # finite
            before, x = x, x - delta * slope(x) + beta * (x - before)
            yield x

    def effective_step(self, step_size: ArrayLike) -> NDArray[Any] | float:
        return (positive_finite("step_size", step_size) / (1.0 + self.beta))[()]

    @property
    def stable_cycles(self) -> tuple[float, float]:
        """−((1 − β)/(1 + β))² and 1: between them lies the multiplier that a 2-cycle of a scalar variable has
        under gradient descent at the effective step, exactly where it is stable with momentum too."""
        return -(((1.0 - self.beta) / (1.0 + self.beta)) ** 2), 1.0


class Nesterov(_Momentum):
    """y[k] = x[k] + β(x[k] − x[k−1]), x[k+1] = y[k] − δ∇f(y[k]): Nesterov's method with a fixed β.

    The y of its 2-cycles are those of gradient descent at δ(1 + 2β)/(1 + β).
    """

    ahead = True

    def step(self, falls: Slope, before: Array, x: Array) -> Array:
        np.subtract(x, before, before)
        before *= self._factor
        before += x  # y, and then the next position
        before -= falls(before)
        return before

    def floats(self, slope: Slope, delta: float, /, *state: Any) -> Iterator[Any]:
        (before, x), beta = state, self.beta
        while x - x == 0.0:  # finite
            y = x + beta * (x - before)
            before, x = x, y - delta * slope(y)
            yield x

    def looked_at(self, *state: Any) -> Any:
        before, x = state
        y = x - before
        y *= self.beta
        y += x
        return y

    def cycle_through(self, seen: Array) -> Array:
        return ((1.0 + self.beta) * seen + self.beta * seen[::-1]) / (1.0 + 2.0 * self.beta)

    def effective_step(self, step_size: ArrayLike) -> NDArray[Any] | float:
        return (positive_finite("step_size", step_size) * ((1.0 + 2.0 * self.beta) / (1.0 + self.beta)))[()]


@dataclass(frozen=True)
class Scheduled:
    """A map whose step size changes: δ·factors[k] at step k, and δ·factors[K − 1] from step K on.

    objective: an objective, or a map with momentum over one; a schedule goes around momentum, not inside it.
    factors: (K,), positive and finite; kept as a tuple.
    """

    objective: Objective | Dynamics
    factors: tuple[float, ...]

    def __post_init__(self) -> None:
        as_dynamics(self.objective)
        factors = positive_finite("factors", self.factors)
        if factors.ndim != 1:
            raise ValueError(f"factors must have one axis, got shape {factors.shape}")
        object.__setattr__(self, "factors", tuple(factors.tolist()))

    def effective_step(self, step_size: ArrayLike) -> NDArray[Any] | float:
        """That of the map with the last factor; the shape of step_size."""
        return as_dynamics(self.objective).effective_step(
            positive_finite("step_size", step_size) * self.factors[-1]
        )


Map = Objective | Dynamics
AnyMap = Objective | Dynamics | Scheduled


def as_dynamics(objective: AnyMap) -> Dynamics:
    """The map meant: an objective means gradient descent, and so does momentum with β = 0.

    Raises TypeError for a schedule, where one step size for ever is asked for, and for what is no map.
    """
    if isinstance(objective, _Momentum) and objective.beta == 0.0:
        return GradientDescent(objective.objective, forgotten=1)
    if isinstance(objective, Dynamics):
        return objective
    if isinstance(objective, Objective):
        return GradientDescent(objective)
    if isinstance(objective, Scheduled):
        raise TypeError("a schedule of step sizes cannot stand here: give the map that it is around")
    raise TypeError(
        "objective must be a subclass of stepsize_core.Objective, or HeavyBall, Nesterov or Scheduled over "
        f"one, got {objective!r}"
    )


def parted(objective: AnyMap) -> tuple[Dynamics, Array]:
    """The map, and what its step sizes are multiplied by, (K,), the last one for ever: once 1 as a rule."""
    if isinstance(objective, Scheduled):
        return as_dynamics(objective.objective), np.array(objective.factors)
    return as_dynamics(objective), np.ones(1)


def descended(objective: AnyMap) -> Objective:
    """The objective of a map."""
    return parted(objective)[0].objective


def stepper_of(dynamics: Dynamics, factors: Array, state: Array, delta: Array) -> Stepper:
    """Runs from a state with δ·factors[k] at step k, and the last one from step K on."""
    if len(factors) == 1:
        return dynamics.stepper(state, delta * factors)
    return ScheduledStepper(dynamics, factors, state, delta)


class ScheduledStepper:
    """Runs with step sizes δ·factors[k], the last one for ever: a stepper of the map for each stretch of
    equal ones."""

    def __init__(self, dynamics: Dynamics, factors: Array, state: Array, delta: Array) -> None:
        self._dynamics, self._delta, self._left = dynamics, delta, 0
        starts = np.concatenate([[0], 1 + np.flatnonzero(np.diff(factors))])
        self._stretches = list(zip(factors[starts].tolist(), np.diff(starts, append=-1).tolist()))[::-1]
        self._begin(state)

    def _begin(self, state: Array) -> None:
        factor, self._left = self._stretches.pop()
        self._run = self._dynamics.stepper(state, self._delta * factor)

    @property
    def x(self) -> Array:
        """The present positions, (lanes,) + state_shape."""
        return self._run.x

    @property
    def state(self) -> Array:
        """The present state, (memory, lanes) + state_shape."""
        return self._dynamics.reached(self._run)

    def advance(self, n_steps: int) -> None:
        """Take n_steps steps."""
        for _, n in self._parts(n_steps):
            self._run.advance(n)

    def record(self, out: Array) -> None:
        """Take len(out) steps and write the positions after each into out."""
        for done, n in self._parts(len(out)):
            self._run.record(out[done : done + n])

    def _parts(self, n_steps: int) -> Iterator[tuple[int, int]]:
        """Of the next steps those with one factor at a time: how many are done before, how many they are."""
        done = 0
        while done < n_steps:
            if self._left == 0:
                self._begin(self.state)
            n = n_steps - done if not self._stretches else min(self._left, n_steps - done)
            yield done, n
            done, self._left = done + n, self._left - n
