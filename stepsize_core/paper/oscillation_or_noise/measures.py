"""What is drawn beside a record: its twin made of noise, and the slips of Example 1 under normal noise."""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.paper.oscillation_or_noise.cases import RECORDED
from stepsize_core.paper.oscillation_or_noise.theory import slip_rates

SLIP_PATHS, SLIP_STEPS = 200, 1000
MOST_CORRELATED = 0.98  # |ρ₁| of the twin, so that a record of it holds many memories


def twin_of(record: Array, lag_one: float, seed: int, number: int = 0) -> Array:
    """Noise at a stable minimum (4000,) with the mean and spread of a record, and its ρ₁ within ±0.98.

    x ← (1 − δa)x + noise with 1 − δa = ρ₁, from its stationary law; number: of further ones with this seed.
    """
    rho = float(np.clip(lag_one, -MOST_CORRELATED, MOST_CORRELATED))
    z = np.random.default_rng([seed, 1, number]).standard_normal(RECORDED)
    z[1:] *= np.sqrt(1.0 - rho * rho)
    for k in range(1, RECORDED):
        z[k] += rho * z[k - 1]
    return float(record.mean()) + float(record.std()) * z


def slip_measurement(noise: float, seed: int, paths: int = SLIP_PATHS, steps: int = SLIP_STEPS) -> Array:
    """Slips of Example 1 per step under normal noise s: rate, transfer operator's rate, standard error."""
    rng = np.random.default_rng([seed, 3])
    y, slipped = 0.25 * (1.0 - 2.0 * rng.integers(2, size=paths)), np.zeros(paths)
    for k in range(steps + 100):
        new = y - np.copysign(np.sqrt(np.abs(y)), y) - noise * rng.standard_normal(paths)
        if k >= 100:
            slipped += (new > 0.0) == (y > 0.0)
        y = new
    rates = slipped / steps
    predicted = float(f"{slip_rates(np.array([noise]))[0]:.8g}")  # a linear solve is exact to no more
    spread = float(rates.std(ddof=1) / np.sqrt(paths))
    return np.array([rates.mean(), predicted, max(spread, np.sqrt(predicted / (paths * steps)))])


def strips_of(record: Array, twin: Array, n_steps: int) -> Array:
    """The first n_steps + 1 values of both about their means, on one scale within ±1: (2, at most that)."""
    if not len(record):
        return np.zeros((2, 1))
    n = min(n_steps + 1, len(record))
    parts = np.array([record[:n] - record.mean(), twin[:n] - twin.mean()])
    largest = float(np.abs(parts).max())
    return parts / largest if largest > 0.0 else parts
