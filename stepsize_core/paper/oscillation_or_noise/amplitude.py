"""How widely a run under batches is spread, over the step size: measured and predicted.

Watched is |x| of Example 1, about its amplitude δ²/4, and x of Example 2 near x = 2. There the linear model
x ← x − δ(ax + ζ) has E x² = δσ_B²/(2a − δa²), which no longer exists from δ = 2/a on; Example 2 itself is
spread as the transfer operator has it, beyond δ = 2/a by its 2-cycle too.
"""

from itertools import chain, islice

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.oscillation_or_noise.cases import (
    EXAMPLE_1,
    EXAMPLE_2,
    noise_of,
    size_of,
    start_of,
    tilted,
)
from stepsize_core.paper.oscillation_or_noise.theory import (
    BESIDE_2,
    CURVATURE,
    law_of_example_1,
    law_of_example_2,
    spread_of_law,
)
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.ensembles import sgd
from stepsize_core.sampling.moments import stationary_variance

RANGES = {EXAMPLE_1: (0.02, 4.0), EXAMPLE_2: (0.1, 0.25)}  # of δ
MEASURED, PATHS, UNSEEN, SEEN = 16, 8, 300, 1000  # step sizes; paths of each; steps left out, and kept
NOISES = np.geomspace(0.02, 4.0, 28)  # s at which the law of Example 1 is asked for
FINE = 46  # step sizes at which that of Example 2 is,
NEAR = np.array([1e-5, 1e-4, 5e-4, 1.5e-3])  # and these below 2/a, where the linear model's grows fast
LINEAR_STEPS, LINEAR_PATHS = 400, 100  # steps of each path that count
NOT_SETTLED, MOST_LEFT_OUT = 1e-4, 600  # share of E x²; steps


class Spreads(Frozen):
    """Standard deviations over the step size; NaN where paths leave, or nothing is predicted.

    step_sizes, measured, errors  (m,) of PATHS paths each, with the standard error
    fine        (k,) step sizes of the curves
    predicted   (k,) by the transfer operator
    law         (k,) in closed form: δσ_B, or √(δσ_B²/(2a − δa²)) of the linear model
    silent      (k,) without noise: the amplitude δ²/4, or the standard deviation of x near 2
    """

    step_sizes: Array
    measured: Array
    errors: Array
    fine: Array
    predicted: Array
    law: Array
    silent: Array


def spreads(source: str, batch: int = 50, noise: float = 0.8, seed: int = 0) -> Spreads | None:
    """The spreads of Example 1 or 2 at this batch size (%) and noise σ₁, over the step sizes of RANGES; None
    of other records."""
    if source not in RANGES:
        return None
    low, high = RANGES[source]
    sigma = noise_of(source, batch, noise)
    example_1 = source == EXAMPLE_1
    deltas = (np.geomspace if example_1 else np.linspace)(low, high, MEASURED)
    measured, errors = _measured(source, deltas, batch, noise, seed)
    if example_1:
        fine = np.unique(np.clip([low, *sigma / NOISES, high], low, high))
        law, silent = fine * sigma, fine**2 / 4.0
    else:
        fine = np.unique([*np.linspace(low, high, FINE), *(2.0 / CURVATURE - NEAR)])
        law, silent = linear_spread(fine, sigma), _silent(fine)
    predicted = np.array([predicted_spread(source, float(delta), sigma) for delta in fine])
    return Spreads(deltas, measured, errors, fine, predicted, law, silent)


def predicted_spread(source: str, step_size: float, sigma: float) -> float:
    """What the transfer operator says; NaN where it has no law."""
    if source == EXAMPLE_1:
        law, unit = law_of_example_1(sigma / step_size), step_size**2
    else:
        law, unit = law_of_example_2(step_size, sigma), 1.0
    return np.nan if law is None else unit * spread_of_law(law, of_size=source == EXAMPLE_1)


def linear_spread(step_sizes: Array, sigma: float) -> Array:
    """√E x² of the linear model at x = 2; NaN where there is none."""
    variance = np.asarray(stationary_variance([CURVATURE], 1, step_sizes, sigma**2))
    return np.sqrt(np.where(np.isfinite(variance), variance, np.nan))


def linear_measurement(
    step_size: float, batch: int, noise: float, seed: int, paths: int = LINEAR_PATHS
) -> Array:
    """E x² of the linear model at x = 2 under the same batches: measured, predicted, standard error.

    Paths start at 0; left out are the steps in which E x² comes within NOT_SETTLED of its last value. All NaN
    where it has none, or these are more than MOST_LEFT_OUT.
    """
    sigma, factor = noise_of(EXAMPLE_2, batch, noise), 1.0 - step_size * CURVATURE
    left_out = np.log(NOT_SETTLED) / (2.0 * np.log(abs(factor))) if 0.0 < abs(factor) < 1.0 else 1.0
    if sigma == 0.0 or abs(factor) >= 1.0 or left_out > MOST_LEFT_OUT:
        return np.full(3, np.nan)
    first, last = int(left_out) + 1, int(left_out) + 1 + LINEAR_STEPS
    rng, slopes = np.random.Generator(np.random.PCG64(seed)), tilted(EXAMPLE_2, noise).slopes
    x, square = np.zeros(paths), np.zeros(paths)
    drawn = chain.from_iterable(mean_factors(rng, slopes, size_of(EXAMPLE_2, batch), "without", paths))
    for k, slope in enumerate(islice(drawn, last)):
        x = factor * x - step_size * slope
        if k >= first:
            square += x * x
    square /= LINEAR_STEPS
    predicted = float(stationary_variance([CURVATURE], 1, step_size, sigma**2))
    return np.array([square.mean(), predicted, square.std(ddof=1) / np.sqrt(paths)])


def spread_of(paths: Array) -> tuple[Array, Array]:
    """Standard deviations about the mean, of paths (K, …, n_paths) together, with standard errors, (…)."""
    squares = ((paths - paths.mean(axis=(0, -1), keepdims=True)) ** 2).mean(axis=0)
    spread = np.sqrt(squares.mean(axis=-1))
    error = squares.std(axis=-1, ddof=1) / np.sqrt(paths.shape[-1])
    return spread, error / (2.0 * np.where(spread > 0.0, spread, 1.0))


def _measured(source: str, deltas: Array, batch: int, noise: float, seed: int) -> tuple[Array, Array]:
    every = np.repeat(deltas, PATHS)
    states = sgd(
        tilted(source, noise), start_of(source, every), every, UNSEEN + SEEN,
        batch_size=size_of(source, batch), seed=seed, n_paths=len(every), keep_last=SEEN,
    ).states  # fmt: skip
    watched = np.abs(states) if source == EXAMPLE_1 else states
    watched = watched.reshape(SEEN, len(deltas), PATHS)
    held = np.isfinite(watched).all(axis=(0, 2))
    if source == EXAMPLE_2:
        held &= (watched.min(axis=(0, 2)) > BESIDE_2[0]) & (watched.max(axis=(0, 2)) < BESIDE_2[1])
    spread, error = spread_of(watched)
    return np.where(held, spread, np.nan), np.where(held, error, np.nan)


def _silent(deltas: Array) -> Array:
    """The standard deviation of x about 2 without noise: 0 below δ = 0.2, then half the distance of the two
    branches, until they divide."""
    ends = gradient_descent(TwoMinima(), np.full(len(deltas), 2.01), deltas, 4000, keep_last=64).states
    return ends.std(axis=0)
