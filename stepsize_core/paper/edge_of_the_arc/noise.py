"""Noisy labels of two scalar layers: N samples with x² = 1 and the labels r ± σ, half of them each.

The batch noise has the variance σ_B² = pσ². Once e is stationary, D = w₁² − w₂² falls by the factor
1 − 2δ²σ_B²/(2 − δ√(D² + 4r²)) a step in the mean, to 0: the flattest optimum. The full batch has no noise.
"""

import math
from itertools import chain, islice

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen
from stepsize_core.paper.edge_of_the_arc.layers import TARGET
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.laws import noise_share

SAMPLES = 20
BATCHES = (1, 5, SAMPLES)
PATHS = 300


class Forgetting(Frozen):
    """The mean balance of many paths of each batch size.

    batches (b,); steps (n + 1,); means, errors, predicted (b, n + 1): mean of D over n_paths, its standard
    error, and the recursion.
    """

    batches: tuple[int, ...]
    n_paths: int
    means: Array
    errors: Array
    predicted: Array


def batch_noise(sigma: float, batch: int, seed: int, n_steps: int, n_paths: int) -> Array:
    """What the labels of each step's batch lie above r, (n_steps, n_paths)."""
    labels = sigma * np.repeat([-1.0, 1.0], SAMPLES // 2)
    if batch >= SAMPLES or sigma == 0.0:
        return np.zeros((n_steps, n_paths))
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = chain.from_iterable(mean_factors(rng, labels, batch, "without", n_paths))
    return np.array(list(islice(drawn, n_steps)))


def variance(sigma: float, batch: int) -> float:
    """σ_B²."""
    return noise_share(SAMPLES, min(batch, SAMPLES)) * sigma**2


def balances(
    start: float, step_size: float, sigma: float, batch: int, seed: int, n_steps: int, n_paths: int
) -> Array:
    """D of every path at every step, (n_steps + 1, n_paths), from the optimum with the balance `start`."""
    shifts = batch_noise(sigma, batch, seed, n_steps, n_paths)
    e, d = np.zeros(n_paths), np.full(n_paths, float(start))
    s = np.full(n_paths, math.sqrt(start**2 + 4.0 * TARGET**2))
    found = np.empty((n_steps + 1, n_paths))
    found[0] = d
    with np.errstate(over="ignore", invalid="ignore"):
        for k, shift in enumerate(shifts):
            move = step_size * (e - shift)
            product, square = e + TARGET, move * move
            e += square * product - move * s
            s += square * s - 4.0 * move * product
            d -= square * d
            found[k + 1] = d
    return found


def predicted_balances(start: float, step_size: float, noise_variance: float, n_steps: int) -> Array:
    """The recursion of the mean of D, (n_steps + 1,); NaN from where δS ≥ 2."""
    found, d = np.full(n_steps + 1, np.nan), float(start)
    for k in range(n_steps + 1):
        found[k] = d
        room = 2.0 - step_size * math.sqrt(d * d + 4.0 * TARGET**2)
        if room <= 0.0:
            break
        d *= 1.0 - 2.0 * step_size**2 * noise_variance / room
    return found


def forgetting(start: float, step_size: float, sigma: float, seed: int, n_steps: int) -> Forgetting:
    """Many paths of each of BATCHES, from the optimum with the balance `start`."""
    means, errors, predicted = [], [], []
    for batch in BATCHES:
        n_paths = 1 if batch == SAMPLES else PATHS
        found = balances(start, step_size, sigma, batch, seed, n_steps, n_paths)
        with np.errstate(over="ignore", invalid="ignore"):  # of paths that are lost
            means.append(found.mean(axis=1))
            errors.append(found.std(axis=1) / math.sqrt(max(n_paths - 1, 1)))
        predicted.append(predicted_balances(start, step_size, variance(sigma, batch), n_steps))
    return Forgetting(BATCHES, PATHS, np.array(means), np.array(errors), np.array(predicted))
