"""Sampled gradients at a minimum of all samples: many paths beside the one run of gradient descent."""

from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.claims import Claim
from stepsize_core.frozen import Recomputable
from stepsize_core.paper.sampled_gradients.claims import claims_of
from stepsize_core.paper.sampled_gradients.diagrams import Exponents, PhaseDiagram, exponents, phase_diagram
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED
from stepsize_core.paper.sampled_gradients.params import LAYERS, QUADRATIC, Params
from stepsize_core.paper.sampled_gradients.paths import distances_of
from stepsize_core.sampling.thresholds import Thresholds

N_PATHS = 4000
SHOWN_PATHS = 16
BINS = 40
BAND = 0.1, 0.9  # quantiles of the paths
FARTHEST = 12.0  # times the median distance from the median: how far the counts reach
FAR = 300.0  # decades: distances beyond are cut off
LOG_10 = float(np.log(10.0))


class Study(Recomputable):
    """Paths and a run of gradient descent, as decades of the distance from the minimum at the start.

    shown (n_steps + 1, SHOWN_PATHS): single paths, −FAR at the minimum, NaN once lost; low, median, high,
    root_mean_square (n_steps + 1,): of n_paths paths, lost ones beyond all others; full (n_steps + 1,): of
    gradient descent; batch_size: B, at most n; exponent, factor: λ and q (NaN where batches are reshuffled);
    leaving: κ, NaN where it is not known; horizon: the steps for which n_paths paths show a mean square;
    nearer: how many of them end nearer than they start; counts (m,), edges (m + 1,): how many of them end at
    which decade; beyond: how many of those end beyond the edges, and are counted with the outermost;
    farthest: the share of the sum of squares that a hundredth of them, the farthest, make up;
    diagram, curves: at other step sizes.
    """

    params: Params
    batch_size: int
    n_paths: int
    thresholds: Thresholds
    exponent: float
    factor: float
    leaving: float
    horizon: float
    shown: Array
    low: Array
    median: Array
    high: Array
    root_mean_square: Array
    full: Array
    nearer: int
    counts: Indices
    edges: Array
    beyond: int
    farthest: float
    diagram: PhaseDiagram
    curves: Exponents
    claims: tuple[Claim, ...]

    @property
    def sampled(self) -> bool:
        """Whether a batch is less than all samples."""
        return self.params.system == LAYERS or self.batch_size < len(self.params.minimum.curvatures)


def study(params: Params) -> Study:
    """Run the paths of `params` and set them against the theory."""
    minimum, b, delta = params.minimum, params.batch, params.step_size
    logs, full = _paths(params)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        ordered = np.where(np.isnan(logs), np.inf, logs)
        low, median, high = np.quantile(ordered, (BAND[0], 0.5, BAND[1]), axis=1, method="nearest")
        top = ordered.max(axis=1, keepdims=True)
        squares = np.log10(np.mean(10.0 ** (2.0 * np.maximum(ordered - top, -FAR / 2.0)), axis=1)) / 2.0
        mean = np.where(np.isfinite(top[:, 0]), squares + top[:, 0], top[:, 0])
    fresh = minimum.replacement != RESHUFFLED
    return Study(
        params=params,
        batch_size=b,
        n_paths=N_PATHS,
        thresholds=minimum.thresholds(b),
        exponent=float(minimum.exponent(b, delta)),
        factor=float(minimum.factor(b, delta)) if fresh else np.nan,
        leaving=minimum.leaving(b, delta),
        horizon=minimum.horizon(b, delta, N_PATHS) if fresh else np.inf,
        shown=_cut(logs[:, :SHOWN_PATHS].copy()),
        low=_cut(low),
        median=_cut(median),
        high=_cut(high),
        root_mean_square=_cut(mean),
        full=_cut(full),
        nearer=int((logs[-1] < 0.0).sum()),
        **_ended(logs[-1]),
        diagram=phase_diagram(params),
        curves=exponents(params),
        claims=claims_of(params),
    )


def _ended(last: Array) -> dict[str, Any]:
    """`counts`, `edges`, `beyond` and `farthest`, of paths that are neither lost nor at the minimum."""
    seen = last[np.abs(last) < FAR]  # NaN is not
    middle = float(np.median(seen)) if len(seen) else 0.0
    away = np.abs(seen - middle)
    most = FARTHEST * float(np.median(away)) if len(seen) else 0.0
    reach = max(1.0, min(float(away.max(initial=0.0)), most))
    ends = middle - reach, middle + reach
    counts, edges = np.histogram(np.clip(seen, *ends), BINS, ends)
    squares = 10.0 ** (2.0 * np.sort(np.maximum(seen - seen.max(initial=-FAR), -FAR / 2.0)))
    share = float(squares[-max(1, len(seen) // 100) :].sum() / squares.sum()) if len(seen) else 0.0
    return {"counts": counts, "edges": edges, "beyond": int((away > reach).sum()), "farthest": share}


def _cut(decades: Array) -> Array:
    """Decades within ±FAR; NaN stays."""
    return np.clip(decades, -FAR, FAR)


def _paths(params: Params) -> tuple[Array, Array]:
    """Decades of the paths (n_steps + 1, N_PATHS) and of gradient descent (n_steps + 1,)."""
    n_steps, delta, seed = params.n_steps, params.step_size, params.seed
    if params.system == QUADRATIC:
        growth = params.minimum.growth(params.batch, delta, n_steps, N_PATHS, seed) / LOG_10
        with np.errstate(divide="ignore"):
            factor = np.log10(np.abs(1.0 - delta * params.minimum.curvatures.mean()))
        return growth, np.array([0.0, *factor * np.arange(1, n_steps + 1)])
    found = distances_of(params, n_steps, N_PATHS, seed), distances_of(params, n_steps, 1, seed, full=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        decades = [np.log10(np.abs(distances)) for distances in found]
    paths, full = (found - found[0] for found in decades)
    return paths, np.where(np.isnan(full[:, 0]), FAR, full[:, 0])
