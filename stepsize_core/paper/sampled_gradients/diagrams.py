"""What batches do over a whole range of step sizes: phases, exponents, and where paths end."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import EvenPower
from stepsize_core.paper.sampled_gradients.claims import SAME_SHARPNESS, THERE, minima_of
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED, GaussianMinimum, Minimum, SharpSample
from stepsize_core.paper.sampled_gradients.params import AT_2, FACTORS, LAYERS, Params
from stepsize_core.paper.sampled_gradients.paths import PLACES, from_anywhere, layers, problem_of
from stepsize_core.sampling.ensembles import sgd
from stepsize_core.sampling.multiples import Multiples
from stepsize_core.sweeps import wilson_interval

REGIONS = ("mean square and almost surely", "almost surely only", "full batch only", "neither")
CELLS = 160
ROOM, MOST = 1.15, 3.0  # the range: so far beyond the largest threshold, one of at most so many times 2/ā
ENDS = ("at x = 1", "at x = 2", "stays elsewhere", "diverges")
END_PATHS, END_STEPS, END_CELLS = 150, 800, 27
END_RANGE = 0.02, 0.54  # of step sizes; below 1/1.5 no rounding holds a path at x = 1
ESCAPE_STARTS, ESCAPE_PATHS, ESCAPE_STEPS = np.geomspace(1e-5, 1e-2, 7), 4000, 600
REVERSAL_PATHS, REVERSAL_STEPS = 200, 1000
POWER, POWER_FACTORS, POWER_PATHS, POWER_STEPS = 4, (0.5, 1.5), 4000, 300


class PhaseDiagram(Frozen):
    """step_sizes (m,): in the middle of cells; largest: where these end; batch_sizes (n,); regions (n, m):
    what is stable there, indices into REGIONS; mean_square, almost_sure (n,) and full_batch: thresholds."""

    step_sizes: Array
    largest: float
    batch_sizes: Indices
    regions: Indices
    mean_square: Array
    almost_sure: Array
    full_batch: float


class Exponents(Frozen):
    """step_sizes (m,); exponents (m,): λ; mean_square (m,): ½ log q, NaN where batches are reshuffled."""

    step_sizes: Array
    exponents: Array
    mean_square: Array


class Ends(Frozen):
    """Where paths from random starts end: counts (m, 4), by ENDS, of n_paths each, at `along` (m,)."""

    along: Array
    counts: Indices
    n_paths: int


class EndsByBatch(Frozen):
    """The same for every batch size: step_sizes (m,), batch_sizes (n,), counts (n, m, 4), and limits (n, 2):
    the almost-sure thresholds of x = 1 and x = 2."""

    step_sizes: Array
    batch_sizes: Indices
    counts: Indices
    n_paths: int
    limits: Array


class Escapes(Frozen):
    """How many paths do not stay at their minimum: distances (m,) at the start; shares (m,) of n_paths with
    their intervals; exponent: κ."""

    distances: Array
    shares: Array
    low: Array
    high: Array
    n_paths: int
    exponent: float


class Divergence(Frozen):
    """Example 3 with sampled factors: reach (m,): u = |x₀|^(L−2)Lδ/2; shares of paths that diverge with their
    intervals (m,)."""

    reach: Array
    shares: Array
    low: Array
    high: Array
    n_paths: int


def _range(minimum: Minimum) -> tuple[float, Indices]:
    """The largest step size of a diagram, and the batch sizes of its rows."""
    batches = np.arange(1, minimum.largest_batch + 1)
    thresholds = [minimum.thresholds(int(b)) for b in batches]
    full = thresholds[0].full_batch
    return ROOM * max(full, min(max(t.almost_sure for t in thresholds), MOST * full)), batches


@lru_cache(maxsize=64)
def _diagram(params: Params) -> PhaseDiagram:
    minimum = params.minimum
    largest, batches = _range(minimum)
    deltas = (np.arange(CELLS) + 0.5) / CELLS * largest
    thresholds = [minimum.thresholds(int(b)) for b in batches]
    mean_square, almost_sure = (
        np.array([getattr(t, name) for t in thresholds]) for name in ("mean_square", "almost_sure")
    )
    if isinstance(minimum, GaussianMinimum):
        falls = deltas < almost_sure[:, None]
    else:
        falls = np.array([minimum.exponent(int(b), deltas) < 0.0 for b in batches])
    lost = np.where(deltas < thresholds[0].full_batch, 2, 3)
    regions = np.where(deltas < mean_square[:, None], 0, np.where(falls, 1, lost))
    return PhaseDiagram(deltas, largest, batches, regions, mean_square, almost_sure, thresholds[0].full_batch)


def _at_usual(params: Params, **kept: Any) -> Params:
    """The parameters with defaults for what a diagram does not depend on."""
    usual = Params()
    own = {name: getattr(usual, name) for name in ("step_size", "n_steps", "batch_size", "seed")}
    return replace(params, **own | kept)


def phase_diagram(params: Params) -> PhaseDiagram:
    """What is stable over step sizes and batch sizes, at the minimum of the chosen system."""
    return _diagram(_at_usual(params))


def exponents(params: Params) -> Exponents:
    """λ and ½ log q over the step size at the chosen batch size."""
    return _exponents(_at_usual(params, batch_size=params.batch_size))


@lru_cache(maxsize=64)
def _exponents(params: Params) -> Exponents:
    minimum, b = params.minimum, params.batch
    largest, _ = _range(minimum)
    deltas = np.linspace(0.0, largest, (CELLS if params.system != LAYERS else CELLS // 2) + 1)[1:]
    fresh = minimum.replacement != RESHUFFLED
    half = np.full(len(deltas), np.nan)
    if fresh:
        with np.errstate(divide="ignore"):
            half = np.log(minimum.factor(b, deltas)) / 2.0
    return Exponents(deltas, np.asarray(minimum.exponent(b, deltas)), half)


def ends(params: Params) -> Ends:
    """Where random starts of Example 2 end over the step size, at the chosen batches."""
    return _ends_of(_at_usual(params, system=AT_2, batch_size=params.batch_size, seed=params.seed))


def ends_by_batch(seed: int) -> EndsByBatch:
    """Where random starts of Example 2 end over step sizes and batch sizes, batches drawn afresh."""
    batches = np.arange(1, len(FACTORS) + 1)
    each = [Params(system=AT_2, batch_size=int(b), seed=seed) for b in batches]
    counts = np.array([ends(params).counts for params in each])
    limits = [[minimum.thresholds(p.batch).almost_sure for minimum in minima_of(p).values()] for p in each]
    return EndsByBatch(ends(each[0]).along, batches, counts, END_PATHS, np.array(limits))


def escapes(params: Params) -> Escapes:
    """How many paths leave the minimum of Example 2, or the optimum of two layers, that they start beside, by
    the distance at the start: of the layers the residual."""
    return _escapes(replace(params, n_steps=Params().n_steps))


@lru_cache(maxsize=16)
def _escapes(params: Params) -> Escapes:
    starts = np.repeat(ESCAPE_STARTS, ESCAPE_PATHS)
    own: dict[str, Any] = {"seed": params.seed, "n_paths": len(starts), "keep_last": 1}
    if params.system == LAYERS:
        ended = layers(params, ESCAPE_STEPS, residual=starts, **own).final
        apart = np.abs(ended[:, 1] - params.sharpness)
        stayed = (np.abs(ended[:, 0]) < THERE) & (apart < SAME_SHARPNESS * params.sharpness)
    else:
        own |= {"batch_size": params.batch, "replacement": params.minimum.replacement}
        own["offset"] = PLACES[params.system]
        stayed = np.abs(sgd(problem_of(params), starts, params.step_size, ESCAPE_STEPS, **own).final) < THERE
    left = (~stayed).reshape(-1, ESCAPE_PATHS).sum(axis=1)
    low, high = np.array([wilson_interval(int(n), ESCAPE_PATHS) for n in left]).T
    exponent = params.minimum.leaving(params.batch, params.step_size)
    return Escapes(ESCAPE_STARTS, left / ESCAPE_PATHS, low, high, ESCAPE_PATHS, exponent)


@lru_cache(maxsize=16)
def _ends_of(params: Params) -> Ends:
    deltas = np.linspace(*END_RANGE, END_CELLS)
    n_paths = END_CELLS * END_PATHS
    ended = from_anywhere(params, END_STEPS, n_paths, np.repeat(deltas, END_PATHS), beside=2.0)
    return Ends(deltas, _counted(ended.reshape(END_CELLS, END_PATHS) + 2.0), END_PATHS)


def _counted(ended: Array) -> Indices:
    """How many last x (m, n) are at 1, at 2, elsewhere, and lost, (m, 4)."""
    at = [np.abs(ended - x) < THERE for x in (1.0, 2.0)]
    lost = np.isnan(ended)
    return np.stack([*at, ~(at[0] | at[1] | lost), lost], axis=-1).sum(axis=1)


def reversal(params: Params) -> Ends:
    """Where random starts end for every batch size, where one sample holds the curvature at x = 1."""
    return _reversal(_at_usual(params, step_size=params.step_size, seed=params.seed))


@lru_cache(maxsize=16)
def _reversal(params: Params) -> Ends:
    batches = np.arange(1, len(SharpSample.SHARES) + 1)
    ended = [
        from_anywhere(replace(params, batch_size=int(b)), REVERSAL_STEPS, REVERSAL_PATHS, beside=1.0) + 1.0
        for b in batches
    ]
    return Ends(batches.astype(float), _counted(np.array(ended)), REVERSAL_PATHS)


def epochs(params: Params, replacement: str) -> Array:
    """Decades of paths over whole epochs of single samples, quantiles 5, 50 and 95 %, (steps + 1, 3)."""
    curvatures = params.minimum.curvatures
    n_steps = len(curvatures) * max(1, min(200 // len(curvatures), 6))
    with np.errstate(divide="ignore"):
        growth = Minimum(curvatures, replacement).growth(1, params.step_size, n_steps, 1000, params.seed)
    return np.quantile(growth / np.log(10.0), (0.05, 0.5, 0.95), axis=1, method="nearest").T.copy()


@lru_cache(maxsize=4)
def divergence() -> Divergence:
    """The probability that x ← x − δa_B·(x⁴)′, a of ½ or 3/2, diverges, by u; seed 0."""
    reach = np.array([0.5, 0.6, 0.66, 0.67, 0.75, 0.85, 1.0, 1.15, 1.3, 1.5, 1.7, 1.9, 1.99, 2.01, 2.1, 2.2])
    deltas = np.repeat(2.0 * reach / POWER, POWER_PATHS)
    problem = Multiples(EvenPower(POWER), POWER_FACTORS)
    own: dict[str, Any] = {"batch_size": 1, "seed": 0, "n_paths": len(deltas), "keep_last": 1}
    lost = np.isnan(sgd(problem, 1.0, deltas, POWER_STEPS, **own).final).reshape(len(reach), -1).sum(axis=1)
    low, high = np.array([wilson_interval(int(n), POWER_PATHS) for n in lost]).T
    return Divergence(reach, lost / POWER_PATHS, low, high, POWER_PATHS)
