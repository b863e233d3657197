"""2-cycles under momentum: those of gradient descent at the effective step, what runs beside them do, and
attractors followed from one step size to the next."""

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.diagrams import without_escaped
from stepsize_core.dynamics import Dynamics
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.frozen import Frozen
from stepsize_core.paper.momentum.theory import modulus, two_steps
from stepsize_core.sweeps import NUDGE

BESIDE = 1e-6  # of the distance between the points of a cycle: how far beside it a run begins
STEPS = 4000  # that it is followed for
BACK, GONE = 0.1, 100.0  # times that distance: it has come back, it has left
DECIDED = 2e-3  # a modulus so near 1 is not told from 1 by such a run

Window = tuple[float, float]


class Cycles(Frozen):
    """The 2-cycles of gradient descent at an effective step, and momentum on them.

    y (2, n): the points at which the gradient is taken, the lower one first; plain (n,): the multiplier that
    gradient descent has there; modulus (n,): the largest modulus of those with momentum, over two steps;
    residual (n,): how far two steps of momentum lead from the cycle, relative to its size; returns (n,) of 1,
    0, −1: a run beside it comes back, does neither, leaves.
    """

    y: Array
    plain: Array
    modulus: Array
    residual: Array
    returns: Array

    @property
    def stable(self) -> Flags:
        """Which are stable with momentum, by the multipliers."""
        return self.modulus < 1.0

    @property
    def decided(self) -> Flags:
        """Which are not too near the edge of stability for a run to tell."""
        return np.abs(self.modulus - 1.0) > DECIDED


def cycles_of(dynamics: Dynamics, step_size: float, window: Window, further: Window | None = None) -> Cycles:
    """Every 2-cycle with its lower point in one of the windows, at the step size δ of the map."""
    effective = float(dynamics.effective_step(step_size))
    x = two_cycles(dynamics.objective, effective, *window).x
    if further:
        more = two_cycles(dynamics.objective, effective, *further).x
        x = np.concatenate([x, more[(more < window[0]) | (more > window[1])]])
    other = x - effective * dynamics.objective.gradient(x)
    lower = x < other
    y = np.stack([x[lower], other[lower]])
    plain = np.prod(1.0 - effective * dynamics.objective.derivative(y, 2), axis=0)
    residual, returns = _beside(dynamics, step_size, y)
    return Cycles(y, plain, modulus(*two_steps(dynamics, y, step_size)), residual, returns)


def _beside(dynamics: Dynamics, step_size: float, y: Array) -> tuple[Array, Array]:
    """`residual` and `returns` of the cycles y (2, n)."""
    n, memory = y.shape[1], dynamics.memory
    if n == 0:
        return np.empty(0), np.empty(0)
    orbit = dynamics.cycle_through(y)
    state, size = dynamics.closed(orbit)[:memory], np.abs(y[1] - y[0])
    delta = np.full(n, step_size)
    with np.errstate(all="ignore"):
        after = dynamics.follow(state, delta, 2)[-memory:]
        residual = np.abs(after - state).max(axis=0) / size
        moved = state.copy()
        moved[-1] += BESIDE * size
        path = dynamics.follow(moved, delta, STEPS)
        apart = np.abs(path[-memory:] - state).max(axis=0) / (BESIDE * size)
        gone = np.abs(path[memory - 1 :: 2] - state[-1]).max(axis=0) / (BESIDE * size)
    returns = np.where(apart < BACK, 1, np.where((gone > GONE) | ~np.isfinite(gone), -1, 0))
    return residual, returns


def followed_from(dynamics: Dynamics, start: float, step_sizes: Array, steps: tuple[int, int]) -> Array:
    """The points at which the gradient is taken, (n_keep, m), along an attractor followed from one step size
    to the next with its momentum; NaN from where it is lost. steps: those left out, and those kept."""
    waited, n_keep = steps
    seen = np.full((n_keep, len(step_sizes)), np.nan)
    state, gradient = np.full(dynamics.memory, float(start)), dynamics.objective.gradient_at
    for column, delta in enumerate(step_sizes.tolist()):
        run = dynamics.floats(gradient, delta, *state.tolist())
        path = np.array([*state, *(x for _, x in zip(range(waited + n_keep), run))])
        if len(path) < dynamics.memory + waited + n_keep:
            break
        states = [path[i : len(path) + 1 + i - dynamics.memory] for i in range(dynamics.memory)]
        seen[:, column] = np.array(dynamics.looked_at(*states))[-n_keep:]
        state = path[-dynamics.memory :] * (1.0 + NUDGE) + NUDGE
    return without_escaped(seen, start)
