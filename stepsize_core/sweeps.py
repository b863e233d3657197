"""Many runs at once: the step-size diagram, basins of attraction, and shares of outcomes."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Literal

import numpy as np
from scipy.special import ndtri

from stepsize_core.arrays import Array, ArrayLike, Flags, Indices
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.descent import Trajectory, gradient_descent
from stepsize_core.dynamics import AnyMap, descended
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit, joined, not_rounding
from stepsize_core.objectives import require_objective, start_states
from stepsize_core.parts import Progress, rows_in_parts, worked_off

NUDGE = 1e-8  # relative displacement between step sizes of a continuation: a state that sits exactly on
# an equilibrium would otherwise never leave it when it loses stability
SAME_PLACE = 1e-3  # limit points closer than this times the window of the starts are one attractor,
SAME_DIGITS = 1e-5  # and so are those that agree to so many digits
CONFIDENCE = 0.95


class BifurcationDiagram(Frozen):
    """The states visited after a transient, against the step size.

    step_sizes (m,); states (n_keep, m) + starts + state_shape, NaN where the run escaped; final: the last of
    them. `continuation` says how the runs were started.
    """

    step_sizes: Array
    states: Array
    continuation: str | None

    @property
    def final(self) -> Array:
        return self.states[-1]


def bifurcation_diagram(
    objective: AnyMap,
    x0: ArrayLike,
    step_sizes: ArrayLike,
    *,
    n_transient: int = 1000,
    n_keep: int = 100,
    continuation: Literal["up", "down"] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> BifurcationDiagram:
    """Run at every step size, forget n_transient steps and keep the next n_keep states.

    x0: one start, state_shape, or many, starts + state_shape; each runs at every step size. step_sizes:
    (m,), positive and finite. continuation: None starts every run at x0; "up" ("down") starts at x0 at the
    smallest (largest) step size and from there on where the previous step size ended, displaced by NUDGE.
    Up and down differ where two attractors coexist (hysteresis); a branch that escapes stays lost.
    executor, progress: see `worked_off`; a continuation is one run after the other and takes neither.
    Raises ValueError naming the argument, like `gradient_descent`.
    """
    deltas = positive_finite("step_sizes", step_sizes)
    if deltas.ndim != 1:
        raise ValueError(f"step_sizes must have one axis, got shape {deltas.shape}")
    n_transient, n_keep = count("n_transient", n_transient, at_least=0), count("n_keep", n_keep)
    state_shape = descended(objective).state_shape
    states = start_states(descended(objective), x0)
    run = partial(gradient_descent, objective, n_steps=n_transient + n_keep, keep_last=n_keep)
    if continuation is None:
        starts = states.shape[: states.ndim - len(state_shape)]
        along = deltas.reshape(-1, *(1,) * len(starts))
        if progress is None and executor is None:
            return BifurcationDiagram(deltas, _kept(run, states, along), None)
        parts = rows_in_parts(len(deltas), len(deltas) * math.prod(starts))
        found = worked_off(partial(_kept, run, states), [along[rows] for rows in parts], executor, progress)
        return BifurcationDiagram(deltas, np.concatenate(found, axis=1), None)
    if executor is not None or progress is not None:
        raise ValueError("executor and progress must be None where continuation is given")
    if continuation not in ("up", "down"):
        raise ValueError(f'continuation must be "up", "down" or None, got {continuation!r}')
    order = np.argsort(deltas)[:: 1 if continuation == "up" else -1]
    kept = np.full((n_keep, len(deltas), *states.shape), np.nan)
    for i in order:
        kept[:, i] = run(states, deltas[i]).states
        if not np.isfinite(kept[-1, i]).all():
            break
        states = kept[-1, i] * (1.0 + NUDGE) + NUDGE
    return BifurcationDiagram(deltas, kept, continuation)


def _kept(run: Callable[..., Trajectory], states: Array, step_sizes: Array) -> Array:
    """The states that runs at some of the step sizes keep."""
    return run(states, step_sizes).states


class Attractor(Frozen):
    """Where runs end: the kind, its period (0 without), a representative orbit (p,) + state, and a name."""

    kind: LimitKind
    period: int
    points: Array
    name: str


class Share(Frozen):
    """How many of the starts end at an attractor, with a Wilson interval for the probability."""

    attractor: Attractor
    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.total


class Basins(Frozen):
    """Which start ends where.

    labels: int array, shape batch, an index into `attractors`; shares: one per attractor, their counts sum
    to the number of runs; limit: what `classify_limit` said of every run.
    """

    labels: Indices
    attractors: tuple[Attractor, ...]
    shares: tuple[Share, ...]
    limit: Limit


def basins_of_attraction(
    objective: AnyMap,
    x0: ArrayLike,
    step_size: ArrayLike,
    *,
    n_steps: int = 2000,
    max_period: int = 64,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Basins:
    """Classify every start and group the outcomes into attractors.

    x0: starts, batch + state_shape. step_size: one δ for basins in the usual sense, or an array broadcasting
    against batch, as for the (start, step size) plane. Equilibria of a scalar variable are told apart by
    place; cycles by period and, at a single step size, by place, unless they lie side by side as a family;
    equilibria of a vector are one attractor (networks have whole families of them).
    executor, progress: see `worked_off`.
    Raises ValueError like `classify_limit`.
    """
    limit = classify_rows(
        objective, x0, step_size, progress, executor, n_steps=n_steps, max_period=max_period
    )
    return basins_of(objective, limit, x0, one_step_size=np.ndim(step_size) == 0)


def basins_of(objective: AnyMap, limit: Limit, x0: ArrayLike, *, one_step_size: bool) -> Basins:
    """The outcomes of classified runs from x0 grouped into attractors, as in `basins_of_attraction`."""
    if descended(objective).state_shape:
        return _grouped(limit, np.full(np.shape(limit.kind), -1))
    placed = (limit.period > 0) if one_step_size else (limit.kind == LimitKind.EQUILIBRIUM)
    window = float(np.ptp(x0)) or float(np.max(np.abs(x0)))
    place = _places(limit.points, SAME_PLACE * window)
    placed &= ~((limit.kind == LimitKind.PERIODIC_ORBIT) & _spread(limit.points, place, SAME_PLACE * window))
    return _grouped(limit, np.where(placed, place, -1))


def _grouped(limit: Limit, place: Indices, known: Sequence[Attractor] = ()) -> Basins:
    """Runs of the same kind, period and place as one attractor, known[place] where there is one.

    place: shape batch, −1 where attractors are not told apart by it.
    """
    kinds, period, place = np.atleast_1d(limit.kind, limit.period, place)
    points = limit.points if np.ndim(limit.kind) else limit.points[:, None]
    labels, attractors = np.zeros(period.shape, int), list[Attractor]()
    for kind in LimitKind:
        of_kind = kinds == kind
        for p in np.unique(period[of_kind]).tolist():
            group = of_kind & (period == p)
            for where in np.unique(place[group]).tolist():
                members = group & (place == where)
                labels[members] = len(attractors)
                found = _attractor_of(kind, p, points[:p][:, members][:, 0], where >= 0)
                attractors.append(known[where] if 0 <= where < len(known) else found)
    counts, total = np.bincount(labels.ravel()).tolist(), labels.size
    shares = tuple(Share(a, n, total, *wilson_interval(n, total)) for a, n in zip(attractors, counts))
    return Basins(labels.reshape(np.shape(limit.kind)), tuple(attractors), shares, limit)


class FateRaster(Frozen):
    """Outcomes over the (start, step size) plane: basins.labels has shape (step sizes, starts)."""

    starts: Array
    step_sizes: Array
    basins: Basins


def fate_raster(
    objective: AnyMap,
    starts: ArrayLike,
    step_sizes: ArrayLike,
    *,
    n_steps: int = 500,
    max_period: int = 16,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> FateRaster:
    """Classify every pair of a start (scalar variable, one axis) and a step size (one axis).

    executor, progress: see `worked_off`.
    Raises ValueError like `basins_of_attraction`.
    """
    require_objective(descended(objective), ())
    starts, step_sizes = finite("starts", starts), positive_finite("step_sizes", step_sizes)
    for name, axis in (("starts", starts), ("step_sizes", step_sizes)):
        if axis.ndim != 1:
            raise ValueError(f"{name} must have one axis, got shape {axis.shape}")
    deltas = step_sizes[:, None]
    limit = classify_rows(
        objective, starts, deltas, progress, executor, n_steps=n_steps, max_period=max_period
    )
    return FateRaster(starts, step_sizes, basins_of(objective, limit, starts, one_step_size=False))


def classify_rows(
    objective: AnyMap,
    x0: ArrayLike,
    step_size: ArrayLike,
    progress: Progress | None = None,
    executor: Executor | None = None,
    **options: int,
) -> Limit:
    """`classify_limit` over a batch, a few rows of it at a time where `progress` or `executor` ask for it.

    The runs are the same in any case. Raises ValueError like `classify_limit`.
    """
    classify: Callable[..., Limit] = partial(classify_limit, objective, **options)
    state_shape = tuple(descended(objective).state_shape)
    starts = np.shape(x0)[: np.ndim(x0) - len(state_shape)]
    try:
        batch = np.broadcast_shapes(starts, np.shape(step_size))
    except ValueError:
        batch = ()  # which `classify_limit` refuses
    if not batch or (progress is None and executor is None):
        return classify(x0, step_size)
    states, deltas = np.broadcast_to(x0, batch + state_shape), np.broadcast_to(step_size, batch)
    parts = [(states[rows], deltas[rows]) for rows in rows_in_parts(batch[0], math.prod(batch))]
    return joined(worked_off(partial(_classified, classify), parts, executor, progress))


def _classified(classify: Callable[..., Limit], part: tuple[Array, Array]) -> Limit:
    """The limits of the runs of a part: starts and step sizes."""
    return classify(*part)


def basins_at(limit: Limit, places: Array, radius: float, names: Sequence[str]) -> Basins:
    """The outcomes of classified runs of a vector, equilibria told apart by known places (n, m), named.

    radius: a run that ends so close to a place ends there; runs (one axis) at other equilibria are one group.
    """
    apart = np.abs(limit.points[:1, :, None] - places).max(axis=-1)
    distance = np.insert(np.fmin.reduce(apart, axis=0, initial=np.inf), len(places), radius, axis=-1)
    place = np.where(limit.kind == LimitKind.EQUILIBRIUM, distance.argmin(axis=-1), -1)
    known = [Attractor(LimitKind.EQUILIBRIUM, 1, at[None], name) for at, name in zip(places, names)]
    return _grouped(limit, place, known)


def _places(points: Array, resolution: float) -> Indices:
    """An integer per run of a scalar variable, equal for runs whose orbits have the same smallest point.

    Points closer than the resolution, or that agree to SAME_DIGITS, are the same.
    """
    lowest = np.fmin.reduce(points, axis=0, initial=np.nan)
    values = np.sort(lowest[np.isfinite(lowest)])
    if len(values) == 0:
        return np.zeros(lowest.shape, int)
    edges = values[1:][np.diff(values) > np.maximum(resolution, SAME_DIGITS * np.abs(values[1:]))]
    return np.asarray(np.searchsorted(edges, lowest, side="right"))


def _spread(points: Array, place: Indices, resolution: float) -> Flags:
    """Which runs share their place with others farther than that off: a family, side by side without gaps."""
    lowest = np.fmin.reduce(points, axis=0, initial=np.nan)
    low, high = np.full(place.max(initial=0) + 1, np.inf), np.full(place.max(initial=0) + 1, -np.inf)
    known = np.isfinite(lowest)
    np.minimum.at(low, place[known], lowest[known])
    np.maximum.at(high, place[known], lowest[known])
    return (high - low > np.maximum(resolution, SAME_DIGITS * np.abs(high)))[place]


def _attractor_of(kind: LimitKind, period: int, points: Array, placed: bool) -> Attractor:
    """The attractor of a group of runs, represented by the points of the first of them."""
    if kind is LimitKind.PERIODIC_ORBIT:
        name = f"period {period}"
        if placed:
            name += f" at {', '.join(f'{x:.4g}' for x in np.sort(points)[:4])}"
            name += "…" if period > 4 else ""
    elif kind is LimitKind.EQUILIBRIUM and placed and points.ndim == 1:
        name = f"x → {not_rounding(points[0]):.4g}"
    else:
        name = kind.value
    return Attractor(kind, period, points, name)


def wilson_interval(successes: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The Wilson score interval for a probability, from `successes` out of `total` trials.

    In closed form: scipy.stats.binomtest gives the same, but computes a p-value too, at 0.5 ms a call.
    Raises ValueError unless 0 ≤ successes ≤ total and total ≥ 1.
    """
    total = count("total", total)
    successes = count("successes", successes, at_least=0)
    if successes > total:
        raise ValueError(f"successes must be at most total = {total}, got {successes}")
    share, z = successes / total, float(ndtri(0.5 + confidence / 2.0))
    spread = z * np.sqrt(share * (1.0 - share) / total + (z / (2.0 * total)) ** 2)
    centre, scale = share + z**2 / (2.0 * total), 1.0 + z**2 / total
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return max(0.0, float(low)), min(1.0, float(high))
