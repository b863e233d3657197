"""Many paths of x[k+1] = x[k] − δ∇f_B(x[k]), every one with batches of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import chain, islice

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags, Indices
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import start_states
from stepsize_core.parts import Progress, worked_off
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.sampling.laws import batch_mode, sample_curvatures
from stepsize_core.sweeps import wilson_interval

CONVERGED = 1e-6  # distance from a place within which a path has converged to it
REPORTS = 50  # of progress in a run, at most
PART = 256  # paths that go to one worker


class Outcome(Frozen):
    """How many paths ended in a certain way, with a Wilson interval for the probability."""

    name: str
    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.total


class Fates(Frozen):
    """What became of every path: labels (n_paths,), indices into `outcomes`, whose counts sum to n_paths."""

    labels: Indices
    outcomes: tuple[Outcome, ...]


class Ensemble(Frozen):
    """What was kept of many paths.

    steps        (kept,) the step number k of each kept row
    states       (kept, n_paths) + state_shape: x[k]; NaN from the step at which a path left the finite
                 numbers
    final        (n_paths,) + state_shape, after the last step
    """

    steps: Indices
    states: Array
    final: Array

    def fates(self, places: Sequence[float] | ArrayLike, *, radius: float = CONVERGED) -> Fates:
        """The last states told apart: within `radius` of one of the places (m,) + state, elsewhere, diverged.

        The nearest place counts. The outcomes are those of the places in their order ("converged to 1"), then
        "elsewhere" and "diverged".
        """
        points = finite("places", places).reshape(-1, *self.final.shape[1:])
        lanes, targets = self.final.reshape(len(self.final), -1), points.reshape(len(points), -1)
        apart = np.abs(lanes[:, None] - targets).max(axis=-1)
        lost = np.asarray(np.isnan(lanes).any(axis=-1))
        near = np.where(lost[:, None], np.inf, apart)
        labels = np.where(near.min(axis=1) <= radius, near.argmin(axis=1), len(points) + lost)
        names = [f"converged to {_told(point)}" for point in points] + ["elsewhere", "diverged"]
        counts = np.bincount(labels, minlength=len(names)).tolist()
        total = len(labels)
        return Fates(
            labels, tuple(Outcome(s, n, total, *wilson_interval(n, total)) for s, n in zip(names, counts))
        )


def sgd(
    problem: FiniteSum,
    x0: ArrayLike,
    step_size: ArrayLike,
    n_steps: int,
    *,
    batch_size: int,
    seed: int,
    n_paths: int = 1,
    replacement: str = "without",
    keep_every: int = 1,
    keep_last: int | None = None,
    offset: ArrayLike | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Run n_paths paths of x[k+1] = x[k] − δ∇f_B(x[k]), B a batch of the samples of `problem`.

    Parameters
    ----------
    problem : the finite sum.
    x0 : one start, state_shape, or one for every path, (n_paths,) + state_shape; finite.
    step_size : δ > 0, one for all or (n_paths,).
    n_steps : number of steps, at least 1.
    batch_size : B; at most n unless replacement is "with".
    seed : of the one generator of the ensemble, PCG64(seed), an integer of at least 0; starts that are random
        themselves need another seed. What is drawn depends on neither
        what is kept nor how many steps are taken.
    replacement : "without" and "with" draw afresh at every step, "reshuffled" goes through a permutation of
        the samples of its own per path and epoch, with a short last batch where B does not divide n.
    keep_every, keep_last : as in `gradient_descent`; memory does not grow with n_steps where keep_last is
        given.
    offset : a point of a scalar variable; x0 and all states are then distances from it, which rounding does
        not absorb however small they become.
    executor : see `stepsize_core.parts.worked_off`; the paths are shared out among its workers, all of which
        make all the draws. So it pays where a step costs more than what is drawn for it, as of networks.
    progress : called with the share done, 0 to 1.

    Returns
    -------
    Ensemble. A state that overflows, and every later one of that path, is NaN: no error is raised.

    Raises
    ------
    TypeError where problem is no FiniteSum, ValueError naming the argument for all else.
    """
    if not isinstance(problem, FiniteSum):
        raise TypeError(f"problem must be a stepsize_core.FiniteSum, got {problem!r}")
    n_paths, seed = count("n_paths", n_paths), count("seed", seed, at_least=0)
    batch_mode(problem.n_samples, batch_size, replacement)
    steps = kept_steps(n_steps, keep_every, keep_last)
    if offset is not None:
        problem = problem.beside(offset)
    x = path_states(problem, x0, n_paths)
    delta = path_step_sizes(step_size, n_paths, x.ndim)
    draws = (seed, batch_size, replacement, n_paths)
    run = partial(_run, problem, x, delta, draws, steps, n_steps)
    if executor is None:
        return run(slice(None), progress)
    found = worked_off(run, [slice(i, i + PART) for i in range(0, n_paths, PART)], executor, progress)
    states = np.concatenate([ensemble.states for ensemble in found], axis=1)
    return Ensemble(steps, states, np.concatenate([ensemble.final for ensemble in found]))


def log_growth(
    curvatures: ArrayLike,
    step_size: float,
    n_steps: int,
    *,
    batch_size: int,
    seed: int,
    n_paths: int = 1,
    replacement: str = "without",
    keep_every: int = 1,
    keep_last: int | None = None,
) -> Ensemble:
    """log|x[k]/x[0]| of n_paths paths of x ← (1 − δa_B)x: states (kept, n_paths), −∞ once x is 0.

    The linear model at a common minimum with curvatures (n,), in which no path is lost to rounding or
    overflow. Raises ValueError like `sgd`.
    """
    n_paths, seed = count("n_paths", n_paths), count("seed", seed, at_least=0)
    delta = float(positive_finite("step_size", step_size))
    values = sample_curvatures(curvatures)
    batch_mode(len(values), batch_size, replacement)
    steps, total = kept_steps(n_steps, keep_every, keep_last), np.zeros(n_paths)
    rng = np.random.Generator(np.random.PCG64(seed))
    blocks = mean_factors(rng, values, batch_size, replacement, n_paths)

    def paths() -> Iterator[Array]:
        for block in blocks:
            for growth in np.log(np.abs(1.0 - delta * block)):
                np.add(total, growth, out=total)
                yield total

    return kept_of(total, paths(), steps, n_steps, None, lost=np.isnan)


def _run(
    problem: FiniteSum,
    x: Array,
    delta: Array,
    draws: tuple[int, int, str, int],
    steps: Indices,
    n_steps: int,
    paths: slice,
    progress: Progress | None = None,
) -> Ensemble:
    """What is kept of some of the paths; draws: seed, batch size, replacement and number of all paths."""
    seed, batch_size, replacement, n_paths = draws
    blocks = problem.drawn(np.random.Generator(np.random.PCG64(seed)), batch_size, replacement, n_paths)
    x, delta = x[paths], delta[paths] if delta.ndim else delta

    def states() -> Iterator[Array]:
        for drawn in chain.from_iterable(blocks):
            gradient = problem.sampled_gradient(x, drawn[paths])
            if np.shape(gradient) != x.shape:
                raise ValueError(
                    f"{type(problem).__name__}.gradient_of must return the shape of x, {x.shape}, "
                    f"got {np.shape(gradient)}"
                )
            np.subtract(x, delta * gradient, out=x)
            yield x

    return kept_of(x, states(), steps, n_steps, progress)


def kept_steps(n_steps: int, keep_every: int, keep_last: int | None) -> Indices:
    """The step numbers that are kept, as in `gradient_descent`; ValueError like it."""
    n_steps, keep_every = count("n_steps", n_steps), count("keep_every", keep_every)
    first = 0 if keep_last is None else max(0, n_steps + 1 - count("keep_last", keep_last))
    if keep_last is not None and keep_every != 1:
        raise ValueError(f"keep_every must be 1 when keep_last is given, got {keep_every!r}")
    return np.arange(first, n_steps + 1, keep_every)


def path_states(problem: FiniteSum, x0: ArrayLike, n_paths: int) -> Array:
    """The starts (n_paths,) + state_shape, a new array; ValueError unless x0 is one state or one for every
    path."""
    states, shape = start_states(problem, x0, name="x0"), tuple(problem.state_shape)
    if states.shape not in (shape, (n_paths, *shape)):
        raise ValueError(f"x0 must have shape {shape} or {(n_paths, *shape)}, got {states.shape}")
    return np.broadcast_to(states, (n_paths, *shape)).copy()


def path_step_sizes(step_size: ArrayLike, n_paths: int, ndim: int) -> Array:
    """δ for every path, broadcasting against states of so many axes; ValueError unless () or (n_paths,)."""
    deltas = positive_finite("step_size", step_size)
    if deltas.shape not in ((), (n_paths,)):
        raise ValueError(f"step_size must have shape () or {(n_paths,)}, got {deltas.shape}")
    return deltas.reshape(deltas.shape + (1,) * (ndim - 1)) if deltas.ndim else deltas


def kept_of(
    x: Array,
    paths: Iterator[Array],
    steps: Indices,
    n_steps: int,
    progress: Callable[[float], object] | None,
    lost: Callable[[Array], Flags] = lambda x: ~np.isfinite(x),
) -> Ensemble:
    """The states of `paths`, which begin at x and give the state after every step, at the steps kept.

    lost: says of entries of a state whether they make all of it, and what comes after, NaN.
    """
    kept, every = np.empty((len(steps), *x.shape)), max(1, n_steps // REPORTS)
    row = 0
    if steps[0] == 0:
        kept[0], row = x, 1
    upcoming = iter([*steps[row:].tolist(), 0])
    wanted = next(upcoming)
    with np.errstate(all="ignore"):
        for k, state in enumerate(islice(paths, n_steps), 1):
            if k == wanted:
                kept[row] = state
                row, wanted = row + 1, next(upcoming)
            if progress is not None and k % every == 0:
                progress(k / n_steps)
    final = x.copy()
    for states in (kept, final[None]):
        gone = lost(states).any(axis=tuple(range(2, states.ndim)))
        states[gone] = np.nan
    return Ensemble(steps, kept, final)


def _told(point: Array) -> str:
    """A place in words."""
    numbers = ", ".join(f"{entry:.4g}" for entry in np.atleast_1d(point).ravel()[:4].tolist())
    return numbers if np.ndim(point) == 0 else f"({numbers}{'…' if np.size(point) > 4 else ''})"
