"""Scalar layers with the cost ½(w₁⋯w_L − 1)²: optima, gradient descent, and the closed map of two layers.

The sharpness of an optimum is S = Σ_i (w₁⋯w_L/w_i)², its largest Hessian eigenvalue. For two layers
e = w₁w₂ − r and D = w₁² − w₂² determine S = √(D² + 4(e + r)²), and a step by the slope g
multiplies D by exactly 1 − δ²g².
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen

TARGET = 1.0
ALIKE, SPREAD = "all alike", "spread out"
SHAPES = (ALIKE, SPREAD)
FAR = 1e6  # a weight beyond it has escaped
SETTLED, SETTLED_FOR, LONGEST = 1e-10, 100, 40_000  # of |e|; steps in a row; steps
FLOOR = 1e-14  # of e, by rounding
BEGINS, DIES = 1e-3, 1e-6  # |e| of a limit run as a share of the predicted peak, at its start and its end
LIMIT_STEPS = 200_000


class Landing(NamedTuple):
    """What became of a run: whether it converged, or escaped, the sharpness where it ended, and its steps."""

    converged: bool
    escaped: bool
    sharpness: float
    steps: int


class Mirror(Frozen):
    """The law of two layers beside an optimum just above the edge: see `mirror`.

    lands, peak: predicted sharpness at the end and largest |e|; measured_lands, measured_peak: of the closed
    map, NaN where it did not come to rest.
    """

    lands: float
    peak: float
    measured_lands: float
    measured_peak: float


def optimum(n_layers: int, shape: str, first: float) -> tuple[float, ...]:
    """Weights with the product 1, the first of them given.

    ALIKE: all others are equal; SPREAD: their logarithms fall evenly, down to the inverse of the first.
    """
    if shape == SPREAD:
        return tuple(float(first**power) for power in np.linspace(1.0, -1.0, n_layers))
    return (float(first), *(float(first ** (-1.0 / (n_layers - 1))),) * (n_layers - 1))


def others(weights: Sequence[Any]) -> list[Any]:
    """For each layer the product of all others; numbers or arrays."""
    left, right, found = [1.0], 1.0, [0.0] * len(weights)
    for weight in weights[:-1]:
        left.append(left[-1] * weight)
    for i in reversed(range(len(weights))):
        found[i] = left[i] * right
        right = right * weights[i]
    return found


def sharpness(weights: Sequence[Any]) -> Any:
    """S of weights, one entry a layer; numbers or arrays."""
    return sum(product * product for product in others(weights))


def step(weights: list[Any], step_size: Any, noise: Any = 0.0, gain: Any = 1.0) -> list[Any]:
    """One step of gradient descent; gain, noise: of a batch, whose residual is gain·e − noise."""
    products = others(weights)
    move = step_size * (gain * (products[0] * weights[0] - TARGET) - noise)
    return [weight - move * product for weight, product in zip(weights, products)]


def run(
    weights: Sequence[float], step_size: float, n_steps: int, noise: Array | None = None,
    gains: Array | None = None,
) -> Array:  # fmt: skip
    """States (n_steps + 1, L); NaN once a weight is beyond FAR. noise, gains: of each step, (n_steps,)."""
    states = np.full((n_steps + 1, len(weights)), np.nan)
    w = [float(x) for x in weights]
    shifts = np.zeros(n_steps) if noise is None else noise
    factors = np.ones(n_steps) if gains is None else gains
    for k in range(n_steps + 1):
        if not max(map(abs, w)) < FAR:
            break
        states[k] = w
        if k < n_steps:
            w = step(w, step_size, float(shifts[k]), float(factors[k]))
    return states


def landing(weights: Sequence[float], step_size: float) -> Landing:
    """Where gradient descent comes to rest within LONGEST steps: |e| small for a while, and not growing."""
    w, first, calm = [float(x) for x in weights], math.inf, 0
    for k in range(1, LONGEST + 1):
        w = step(w, step_size)
        if not max(map(abs, w)) < FAR:
            return Landing(False, True, math.nan, k)
        error = abs(math.prod(w) - TARGET)
        if error >= SETTLED:
            calm = 0
            continue
        first = error if calm == 0 else first
        calm += 1
        if calm == SETTLED_FOR:
            if error <= max(first, FLOOR):
                return Landing(True, False, float(sharpness(w)), k)
            calm = 0
    return Landing(False, False, float(sharpness(w)), LONGEST)


def landings(
    weights: Sequence[float],
    step_sizes: Array,
    n_steps: int,
    progress: Callable[[float], object] | None = None,
) -> tuple[Array, Array]:
    """Sharpness at the end (m,), NaN where a run has not come to rest, and the largest on the way."""
    deltas = np.asarray(step_sizes, float)
    w = [np.full(len(deltas), float(x)) for x in weights]
    top = np.zeros(len(deltas))
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(n_steps):
            w = step(w, deltas)
            if k % 4 == 0:
                top = np.fmax(top, sharpness(w))
            if progress and k % 500 == 0:
                progress(k / n_steps)
        ended = np.asarray(sharpness(w))
        errors = np.abs(math.prod(w) - TARGET)
    return np.where(errors < 1e-7, ended, np.nan), top


def mirror(first_sharpness: float, step_size: float) -> Mirror:
    """E1 beside the optimum of two layers with S₀ > 2/δ, δ < 1: with u = δS − 2 and A = e², u² + κA stands.

    S_end → 4/δ − S₀ and the peak of |e| → u₀/√κ, κ = 2δ²(1 − δ²r²), as u₀ → 0. The run is that of the
    closed map in (e, D), from |e| = BEGINS times the peak.
    """
    delta, r = step_size, TARGET
    u = delta * first_sharpness - 2.0
    peak = u / math.sqrt(2.0 * delta**2 * (1.0 - (delta * r) ** 2))
    d = math.sqrt(first_sharpness**2 - 4.0 * r * r)
    e, largest = BEGINS * peak, 0.0
    s = math.sqrt(d * d + 4.0 * (e + r) ** 2)
    ended = math.nan
    for _ in range(LIMIT_STEPS):
        move = delta * e
        product, square = e + r, move * move
        e, s = e + square * product - move * s, s + square * s - 4.0 * move * product
        d -= square * d
        if not abs(e) < FAR:
            break
        largest = max(largest, abs(e))
        if abs(e) < DIES * peak:
            ended = math.sqrt(d * d + 4.0 * r * r)
            break
    return Mirror(4.0 / delta - first_sharpness, peak, ended, largest if math.isfinite(ended) else math.nan)
