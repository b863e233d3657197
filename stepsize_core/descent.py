"""Trajectories of a map over an objective: of gradient descent unless another is given (paper, eq. (1))."""

from collections.abc import Callable, Iterator

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Indices
from stepsize_core.checks import count
from stepsize_core.dynamics import AnyMap, parted, stepper_of
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import start_lanes
from stepsize_core.pulse import pulse
from stepsize_core.steppers import Stepper

CHUNK_STEPS = 64  # states handed to `observe` at a time
ONE_BY_ONE, LAST = 40, 4  # steps at the begin and at the end of a run that a sample has all of
PAIRS = 40  # of an even step and the odd one after it, by equal ratios: of the steps between


def sampled_steps(n_steps: int) -> Indices:
    """Step numbers by which a run is told: all of a short one; of a long one all at its begin, then an even
    step and the odd one after it again and again, so that a cycle is seen as one, and the last few."""
    if n_steps <= ONE_BY_ONE:
        return np.arange(n_steps + 1)
    even = 2 * (np.geomspace(ONE_BY_ONE, n_steps, PAIRS) / 2.0).astype(int)
    end = n_steps - LAST - n_steps % 2
    late = np.concatenate([even, even + 1])
    return np.unique(np.concatenate([np.arange(ONE_BY_ONE), late[late < end], np.arange(end, n_steps + 1)]))


class Trajectory(Frozen):
    """What was kept of a batch of runs.

    steps        (n_kept,) the step number k of each kept row
    states       (n_kept,) + batch + state_shape: the positions x[k]; NaN from the step at which a run left
                 the finite numbers. No rows if a functional was observed instead.
    observed     (n_kept,) + whatever `observe` returned per state, or None
    final        batch + state_shape: the state after the last step
    state_shape  that of the objective
    """

    steps: Indices
    states: Array
    observed: Array | None
    final: Array
    state_shape: tuple[int, ...] = ()

    @property
    def escape_step(self) -> Array:
        """The first kept step at which a run is no longer finite, ∞ where there is none; shape batch.

        Raises ValueError where a functional was observed instead of the states.
        """
        if self.observed is not None:
            raise ValueError("escape_step needs states; this trajectory kept an observed functional instead")
        first = self.states.ndim - len(self.state_shape)
        lost = np.isnan(self.states).any(axis=tuple(range(first, self.states.ndim)))
        return np.where(lost.any(axis=0), self.steps[np.argmax(lost, axis=0)], np.inf)


def gradient_descent(
    objective: AnyMap,
    x0: ArrayLike,
    step_size: ArrayLike,
    n_steps: int,
    *,
    keep_every: int = 1,
    keep_last: int | None = None,
    observe: Callable[[Array], Array] | None = None,
) -> Trajectory:
    """Run x[k+1] = x[k] − δ∇f(x[k]) from x0 for n_steps steps (paper, eq. (1)).

    Parameters
    ----------
    objective : the function descended; HeavyBall, Nesterov or Scheduled over it for another map.
    x0 : starts, shape batch + state_shape; finite.
    step_size : δ > 0, a float or an array that broadcasts against batch; dimensionless.
    n_steps : number of steps, at least 1.
    keep_every : keep the states 0, keep_every, 2·keep_every, … (default: all of them).
    keep_last : keep only the last keep_last states, so that memory does not grow with n_steps.
    observe : a functional of the state, applied to arrays (rows,) + batch + state_shape; its values are
        kept in place of the states.

    Returns
    -------
    Trajectory. A state that overflows, and every later one of that run, is NaN: no error is raised.

    Raises
    ------
    ValueError naming the argument: x0 not finite or of the wrong shape, step_size not positive and finite
    or not broadcastable, counts below 1, keep_every together with keep_last.
    """
    n_steps = count("n_steps", n_steps)
    keep_every = count("keep_every", keep_every)
    first = 0 if keep_last is None else max(0, n_steps + 1 - count("keep_last", keep_last))
    if keep_last is not None and keep_every != 1:
        raise ValueError(f"keep_every must be 1 when keep_last is given, got {keep_every!r}")
    dynamics, factors = parted(objective)
    x, delta, batch = start_lanes(dynamics.objective, x0, step_size)
    stepper, state_shape = stepper_of(dynamics, factors, dynamics.start(x), delta), dynamics.state_shape
    steps = np.arange(first, n_steps + 1, keep_every)
    kept = np.empty((len(steps) if observe is None else 0, *batch, *state_shape))
    observed, filled = list[Array](), 0
    with np.errstate(all="ignore"):
        for chunk in _kept(stepper, steps, n_steps):
            pulse()
            states = _nan_after_escape(chunk.reshape(len(chunk), *batch, *state_shape), len(state_shape))
            if observe is not None:
                observed.append(np.asarray(observe(states)).copy())
                continue
            kept[filled : filled + len(states)] = states
            filled += len(states)
    final = _nan_after_escape(stepper.x.reshape(batch + state_shape), len(state_shape))
    return Trajectory(steps, kept, np.concatenate(observed) if observe else None, final, state_shape)


def _kept(stepper: Stepper, steps: Indices, n_steps: int) -> Iterator[Array]:
    """Yield the states at `steps`, (rows,) + (lanes,) + state_shape, in chunks; then advance to n_steps."""
    k = 0
    if steps[0] == 0:
        yield stepper.x[None]
    pending = steps[steps > 0]
    stride = int(pending[1] - pending[0]) if len(pending) > 1 else 1
    while len(pending):
        chunk, pending = pending[:CHUNK_STEPS], pending[CHUNK_STEPS:]
        out = np.empty((len(chunk), *stepper.x.shape))
        if stride == 1:
            stepper.advance(int(chunk[0]) - k - 1)
            stepper.record(out)
        else:
            for row, n in zip(out, np.diff(chunk, prepend=k).tolist()):
                stepper.advance(n)
                row[...] = stepper.x
        k = int(chunk[-1])
        yield out
    stepper.advance(n_steps - k)


def _nan_after_escape(states: Array, state_ndim: int) -> Array:
    """NaN in every component of a state of which any component is not finite.

    Exact without a look at earlier steps: no map is finite again once x is not.
    """
    finite = np.isfinite(states)
    if finite.all():
        return states
    whole = finite.all(axis=tuple(range(states.ndim - state_ndim, states.ndim)), keepdims=True)
    return np.where(whole, states, np.nan)
