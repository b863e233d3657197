"""The limit of Theorem 3 is a saddle of the full problem: full matrices beside the exact reduction.

With equal layers every negative mode decays to 0. A difference between the layers grows there, so a start
W_i = I + ε·noise leaves the nearest PSD matrix for a lower cost. From depth 3 on rounding is noise enough; at
depth 2 equal layers stay equal bit for bit only if each step rounds them alike. Beyond the paper.
"""

import math

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.checks import count, non_negative_finite
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.identity_initialization.modes import Spectrum
from stepsize_core.paper.identity_initialization.theory import (
    escape_time,
    guaranteed_step_size,
    nearest_psd,
)

ESCAPE_TOLERANCE = (
    0.15  # relative, on the predicted number of steps: a logarithm of a ratio of order 1 is left out
)
ESCAPE_SLACK = 5.0  # steps
SMALL_DIFFERENCE = 0.01  # of √(2|λ|): with a larger one the layers part before they come to the saddle
COMING = 12.0  # e-foldings of w, 1/(δ|λ|) steps each, until the saddle is reached


class Escape(Frozen):
    """Full-matrix descent from W_i = I + ε·noise.

    to_target, to_psd (n_steps + 1,): Frobenius distances of the estimate to R and to its PSD projection;
    spread (n_steps + 1,): largest distance of a layer from the mean layer; escaped: the first step at which
    the estimate is halfway from 0 to a negative eigenvalue λ of R, vᵀR̂v ≤ λ/2, ∞ if it never is or the run
    diverges; closest: the step of the closest approach to the PSD projection before; predicted: of the
    escape, at depth 2 and ε > 0, else NaN; assumption: what keeps the prediction from this run, "" where
    nothing does.
    """

    noise: float
    depth: int
    to_target: Array
    to_psd: Array
    spread: Array
    closest: int
    escaped: float
    predicted: float
    assumption: str

    @property
    def claim(self) -> Claim:
        """The escape time at depth 2; other cases only say what was seen."""
        statement, place = (
            "The saddle is left after about ln(√(2|λ|)/ε)/ln(1 + δ|λ|) steps",
            "beyond the paper",
        )
        n_steps = len(self.to_psd) - 1
        seen: float | str = self.escaped
        if math.isinf(self.escaped):
            seen = f"not within {n_steps:,} steps" if np.isfinite(self.to_psd[-1]) else "the run diverges"
        if self.assumption:
            predicted = "—" if math.isnan(self.predicted) else self.predicted
            return Claim.not_applicable(statement, place, predicted, seen, self.assumption)
        allowed = self.predicted * (1.0 + ESCAPE_TOLERANCE) + ESCAPE_SLACK
        if math.isinf(self.escaped) and allowed >= n_steps:
            return Claim.fact(statement, place, self.predicted, seen, None, note="the run is too short")
        note = "ε: the layers’ difference along the mode when the saddle is reached"
        return Claim.equality(
            statement, place, self.predicted, self.escaped,
            relative=ESCAPE_TOLERANCE, absolute=ESCAPE_SLACK, note=note,
        )  # fmt: skip


def saddle_escape(
    spectrum: Spectrum, depth: int, step_size: float, n_steps: int, noise: float = 0.0, seed: int = 0
) -> Escape:
    """Run the full matrices for n_steps steps and measure whether they stay with the reduction.

    Raises ValueError naming the argument: depth or n_steps below 1, noise negative, step_size not positive.
    """
    n, depth = len(spectrum.eigenvalues), count("depth", depth)
    noise = float(non_negative_finite("noise", noise))
    network = DeepLinearNetwork(spectrum.matrix, (n,) * (depth + 1))
    projection = nearest_psd(spectrum.matrix)
    start = network.identity_start(noise=noise, seed=seed)
    negative = spectrum.eigenvalues < 0
    axes, sizes = spectrum.axes[:, negative], -spectrum.eigenvalues[negative]

    def distances(states: Array) -> Array:
        estimates = network.estimate(states)
        layers = states.reshape(*states.shape[:-1], depth, n * n)
        spread = np.linalg.norm(layers - layers.mean(axis=-2, keepdims=True), axis=-1).max(axis=-1)
        errors = [np.linalg.norm(estimates - m, axis=(-2, -1)) for m in (spectrum.matrix, projection)]
        towards = (
            np.sum(axes * (estimates @ axes), axis=-2) / -sizes
        )  # of each negative eigenvalue, its share
        return np.stack([*errors, spread, towards.max(axis=-1, initial=-np.inf)], axis=-1)

    with np.errstate(over="ignore", invalid="ignore"):
        run = gradient_descent(network, start, step_size, n_steps, observe=distances)
    to_target, to_psd, spread, share = np.asarray(run.observed).T
    left = np.flatnonzero((share >= 0.5) & np.isfinite(to_psd[-1]))
    escaped = float(left[0]) if len(left) else math.inf
    closest = int(np.nanargmin(to_psd[: left[0] + 1 if len(left) else None]))
    predicted, assumption = math.nan, "the law is for depth 2, a negative eigenvalue and ε > 0"
    if depth == 2 and noise and negative.any():
        predicted, assumption = _prediction(network, start, spectrum, step_size, n_steps)
        if step_size > guaranteed_step_size(spectrum.matrix, depth):
            assumption = "δ is above the guaranteed step: the run need not come to the saddle"
    return Escape(noise, depth, to_target, to_psd, spread, closest, escaped, predicted, assumption)


def _prediction(
    network: DeepLinearNetwork, start: Array, spectrum: Spectrum, step_size: float, n_steps: int
) -> tuple[float, str]:
    """The escape time of the negative mode that leaves first, of two layers, and what keeps it from holding.

    At the saddle a step multiplies the difference (W_1 − W_2ᵀ)v by 1 + δ|λ|. On the way to it, followed here
    to first order, it grows by more: w of the reduction is not yet 0.
    """
    first, second = network.unpack(start)
    difference = spectrum.axes.T @ (first - second.T) @ spectrum.axes
    negative, w = spectrum.eigenvalues < 0, np.ones_like(spectrum.eigenvalues)
    sizes, at_saddle = -spectrum.eigenvalues[negative], 1.0 + step_size * np.abs(spectrum.eigenvalues)
    with np.errstate(over="ignore", invalid="ignore"):  # of steps so large that a mode escapes
        for _ in range(min(n_steps, math.ceil(COMING / (step_size * sizes.min())))):
            slope = w**2 - spectrum.eigenvalues
            turned = w[:, None] * (difference.T * w - difference * w[:, None])
            difference = (difference * (1.0 + step_size * slope) + step_size * turned) / at_saddle
            w = w * (1.0 - step_size * slope)
        differences = np.nan_to_num(np.linalg.norm(difference[:, negative], axis=0), nan=np.inf)
    times = escape_time(-sizes, step_size, np.minimum(differences, np.sqrt(2.0 * sizes)))
    soonest = int(np.argmin(times))
    if math.isinf(times[soonest]):
        return math.nan, "ε is too small for the layers to differ in a last digit"
    large = differences[soonest] > SMALL_DIFFERENCE * math.sqrt(2.0 * sizes[soonest])
    return float(
        times[soonest]
    ), "ε is too large for the layers to come to the saddle together" if large else ""
