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
from stepsize_core.paper.identity_initialization.theory import escape_time, nearest_psd

ESCAPE_TOLERANCE = 0.15  # relative, on the predicted number of steps; the start adds a few steps
ESCAPE_SLACK = 5.0  # steps


class Escape(Frozen):
    """Full-matrix descent from W_i = I + ε·noise.

    to_target, to_psd (n_steps + 1,): Frobenius distances of the estimate to R and to its PSD projection;
    spread (n_steps + 1,): largest distance of a layer from the mean layer; closest: the step of the closest
    approach to the PSD projection; escaped: the first later step at which it is as far as half of the
    negative eigenvalue that leaves, ∞ if it stays; predicted: of that step, at depth 2 and ε > 0, else NaN.
    """

    noise: float
    depth: int
    to_target: Array
    to_psd: Array
    spread: Array
    closest: int
    escaped: float
    predicted: float

    @property
    def claim(self) -> Claim:
        """The escape time at depth 2; other cases only say what was seen."""
        statement = "The saddle is left after ln(√(2|λ|)/ε)/ln(1 + δ|λ|) steps"
        if math.isnan(self.predicted):
            seen = "stayed" if math.isinf(self.escaped) else f"left after {self.escaped:g} steps"
            why = "predicted for depth 2, a negative eigenvalue and ε > 0"
            return Claim.not_applicable(statement, "beyond the paper", "—", seen, why)
        if math.isinf(self.escaped) and self.predicted > 0.8 * (len(self.to_psd) - 1):
            return Claim.fact(
                statement, "beyond the paper", self.predicted, "not yet", None, note="too few steps"
            )
        return Claim.equality(
            statement, "beyond the paper", self.predicted, self.escaped,
            relative=ESCAPE_TOLERANCE, absolute=ESCAPE_SLACK,
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

    def distances(states: Array) -> Array:
        estimates = network.estimate(states)
        layers = states.reshape(*states.shape[:-1], depth, n * n)
        spread = np.linalg.norm(layers - layers.mean(axis=-2, keepdims=True), axis=-1).max(axis=-1)
        errors = [np.linalg.norm(estimates - m, axis=(-2, -1)) for m in (spectrum.matrix, projection)]
        return np.stack([*errors, spread], axis=-1)

    with np.errstate(over="ignore", invalid="ignore"):
        run = gradient_descent(network, start, step_size, n_steps, observe=distances)
    to_target, to_psd, spread = np.asarray(run.observed).T
    leaving, predicted = _prediction(spectrum, network, start, step_size, noise)
    closest = int(np.nanargmin(to_psd))
    late = np.flatnonzero(to_psd[closest:] > 0.5 * leaving)
    escaped = float(closest + late[0]) if leaving and len(late) else math.inf
    return Escape(noise, depth, to_target, to_psd, spread, closest, escaped, predicted)


def _prediction(
    spectrum: Spectrum, network: DeepLinearNetwork, start: Array, step_size: float, noise: float
) -> tuple[float, float]:
    """|λ| of the mode that leaves first and its predicted escape time; 0 and NaN without a negative mode.

    At depth 2 the difference vᵀ(W_1 − W_2)v of the start is what grows in the mode v.
    """
    negative = spectrum.eigenvalues < 0
    size = np.abs(spectrum.eigenvalues[negative])
    if network.depth != 2 or noise == 0 or not negative.any():
        return float(size.max(initial=0.0)), math.nan
    first, second = network.unpack(start)
    axes = spectrum.axes[:, negative]
    difference = np.abs(np.einsum("ij,ik,kj->j", axes, first - second, axes))
    times = escape_time(-size, step_size, difference)
    soonest = int(np.argmin(times))
    return float(size[soonest]), float(times[soonest])
