"""Noisy labels of two scalar layers: N samples with x² = 1 and the labels r ± σ, half of them each; or fresh
samples, Gaussian x with E x² = 1 and labels rx + ε, ε Gaussian.

A batch steps by the slope g = qe − ζ. The noise ζ has the variance σ_B² = pσ², p = 1/B of fresh samples,
and q = 1, or the batch mean of x², of mean 1 and variance 2p. Once e is stationary, D = w₁² − w₂²
falls by the factor 1 − 2δ²σ_B²/(2 − δS(1 + Var q)) a step in the mean, S = √(D² + 4r²), to 0: the flattest
optimum. The denominator vanishes at the mean-square arc S = 2/(δ(1 + Var q)). The full batch has no noise.
"""

import math
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen
from stepsize_core.paper.edge_of_the_arc.layers import TARGET
from stepsize_core.sampling.draws import mean_factors
from stepsize_core.sampling.laws import noise_share

SAMPLES = 20
BATCHES = (1, 5, SAMPLES)
PATHS = 300
SIGNS, GAUSSIAN = "x² = 1", "Gaussian, fresh"
INPUTS = (SIGNS, GAUSSIAN)


class Batches(NamedTuple):
    """q and ζ of every step and path, (n_steps, n_paths) each."""

    gains: Array
    shifts: Array


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


def batches(inputs: str, sigma: float, batch: int, seed: int, n_steps: int, n_paths: int) -> Batches:
    """What the batches of every step are, with inputs of INPUTS."""
    rng, shape = np.random.Generator(np.random.PCG64(seed)), (n_steps, n_paths)
    if inputs == GAUSSIAN:
        gains = rng.standard_gamma(batch / 2.0, shape) * (2.0 / batch)
        return Batches(gains, sigma * np.sqrt(gains / batch) * rng.standard_normal(shape))
    if batch >= SAMPLES or sigma == 0.0:
        return Batches(np.ones(shape), np.zeros(shape))
    labels = sigma * np.repeat([-1.0, 1.0], SAMPLES // 2)
    drawn = chain.from_iterable(mean_factors(rng, labels, batch, "without", n_paths))
    return Batches(np.ones(shape), np.array(list(islice(drawn, n_steps))))


def variance(sigma: float, batch: int, inputs: str = SIGNS) -> float:
    """σ_B²."""
    share = 1.0 / batch if inputs == GAUSSIAN else noise_share(SAMPLES, min(batch, SAMPLES))
    return share * sigma**2


def spread(batch: int, inputs: str) -> float:
    """Var q, by which the mean-square arc is shorter: S ≤ 2/(δ(1 + Var q))."""
    return 2.0 / batch if inputs == GAUSSIAN else 0.0


def balances(
    start: float, step_size: float, sigma: float, batch: int, seed: int, n_steps: int, n_paths: int,
    inputs: str = SIGNS, error: float = 0.0,
) -> Array:  # fmt: skip
    """D of every path at every step, (n_steps + 1, n_paths), from the balance `start` and e = `error`."""
    drawn = batches(inputs, sigma, batch, seed, n_steps, n_paths)
    e, d = np.full(n_paths, float(error)), np.full(n_paths, float(start))
    s = np.full(n_paths, math.sqrt(start**2 + 4.0 * (error + TARGET) ** 2))
    found = np.empty((n_steps + 1, n_paths))
    found[0] = d
    with np.errstate(over="ignore", invalid="ignore"):
        for k, (gain, shift) in enumerate(zip(*drawn)):
            move = step_size * (gain * e - shift)
            product, square = e + TARGET, move * move
            e += square * product - move * s
            s += square * s - 4.0 * move * product
            d -= square * d
            found[k + 1] = d
    return found


def predicted_balances(
    start: float, step_size: float, noise_variance: float, n_steps: int, spread: float = 0.0
) -> Array:
    """The recursion of the mean of D, (n_steps + 1,); NaN from where S is on no mean-square arc."""
    found, d = np.full(n_steps + 1, np.nan), float(start)
    for k in range(n_steps + 1):
        found[k] = d
        room = 2.0 - step_size * math.sqrt(d * d + 4.0 * TARGET**2) * (1.0 + spread)
        if room <= 0.0:
            break
        d *= 1.0 - 2.0 * step_size**2 * noise_variance / room
    return found


def forgetting(
    start: float, step_size: float, sigma: float, seed: int, n_steps: int, inputs: str = SIGNS,
    error: float = 0.0,
) -> Forgetting:  # fmt: skip
    """Many paths of each of BATCHES, from the balance `start` and e = `error`: an optimum that is excluded is
    left by the full batch too, unless a run begins right on it."""
    means, errors, predicted = [], [], []
    for batch in BATCHES:
        n_paths = 1 if batch == SAMPLES and inputs == SIGNS else PATHS
        found = balances(start, step_size, sigma, batch, seed, n_steps, n_paths, inputs, error)
        with np.errstate(over="ignore", invalid="ignore"):  # of paths that are lost
            means.append(found.mean(axis=1))
            errors.append(found.std(axis=1) / math.sqrt(max(n_paths - 1, 1)))
        noise, beside = variance(sigma, batch, inputs), spread(batch, inputs)
        predicted.append(predicted_balances(start, step_size, noise, n_steps, beside))
    return Forgetting(BATCHES, PATHS, np.array(means), np.array(errors), np.array(predicted))
