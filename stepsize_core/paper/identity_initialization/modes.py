"""Symmetric targets and the modes of the identity start: each eigenvalue, its limit and its approach."""

from __future__ import annotations

import math
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.networks.factorization import ScalarFactorization
from stepsize_core.paper.identity_initialization.theory import layer_limit, linear_rate, symmetric_matrix

NEGLIGIBLE = 1e-100  # of an entry: powers of a smaller one, as in bounds, leave the range of float64
ZERO_EIGENVALUE = 1e-13  # relative to the largest: a computed eigenvalue this small is an exact 0
AT_LIMIT = 1e-6  # distance of a limit from the predicted one, relative to max(1, |λ|)
ABOVE_ROUNDING = 1e-11  # errors below this, relative to the limit, show rounding and not a rate
ASYMPTOTIC = 0.02  # errors above this, relative to the limit, are not yet in the linear regime
RATE_STEPS = 100  # of a run that measures a rate, before the steps that the rate itself asks for
FASTEST_RATE = 1e-3  # the error is below rounding in a few steps from here on
MODE_STEPS = 4000  # within which it is to be decided what becomes of an eigenvalue
LAW_STEPS = 10_000  # steps after which an algebraic law is measured, where it has begun to hold by then
LONGEST_RUN = 50_000  # steps of a run that measures a rate or a law
LAW_REACHED = 5e-3  # w^L/|λ| above which the law, of leading order in it, does not hold yet
RESOLVED = 1e-10  # growth of w^{−power} per step, relative to it, below which rounding hides the growth


class Spectrum(Frozen):
    """A symmetric target with its eigenvalues, ascending, and its axes in columns; exact zeros are exact."""

    matrix: Array
    eigenvalues: Array
    axes: Array

    @classmethod
    def of(cls, matrix: ArrayLike) -> Spectrum:
        """The spectrum of a symmetric matrix. ValueError where it is not finite, square and symmetric."""
        matrix = symmetric_matrix("target", matrix)
        matrix = np.where(np.abs(matrix) < NEGLIGIBLE, 0.0, matrix)
        eigenvalues, axes = np.linalg.eigh(matrix)
        eigenvalues[np.abs(eigenvalues) <= ZERO_EIGENVALUE * np.abs(eigenvalues).max()] = 0.0
        return cls(matrix, eigenvalues, axes)

    @classmethod
    def with_eigenvalues(cls, eigenvalues: ArrayLike, rng: np.random.Generator) -> Spectrum:
        """A target with these eigenvalues and random axes."""
        eigenvalues = np.sort(np.asarray(eigenvalues, float))
        axes = np.linalg.qr(rng.standard_normal((len(eigenvalues),) * 2))[0]
        matrix = (axes * eigenvalues) @ axes.T
        return cls((matrix + matrix.T) / 2.0, eigenvalues, axes)

    def matrix_of(self, eigenvalues: Array) -> Array:
        """The matrix with the same axes and other eigenvalues, batch + (n,): batch + (n, n)."""
        return (self.axes * np.asarray(eigenvalues)[..., None, :]) @ self.axes.T


class Approach(Enum):
    """How an eigenvalue approaches its limit."""

    LINEAR = "linear"
    ALGEBRAIC = "algebraic"


class Mode(Frozen):
    """One eigenvalue λ of the target under its own map from w = 1.

    limit: of the estimate's eigenvalue w^L by Theorems 2 and 3, λ or 0; approach: linear or algebraic; rate
    and measured_rate: factor per step of w − w* (NaN where algebraic or not measurable); law and
    measured_law: the growth of w^{−power} per step (NaN where linear or not yet reached); outcome: what the
    map did.
    """

    eigenvalue: float
    depth: int
    limit: float
    approach: Approach
    rate: float
    measured_rate: float
    power: int
    law: float
    measured_law: float
    outcome: Limit

    @property
    def objective(self) -> ScalarFactorization:
        """The scalar objective whose descent is this mode: for cobwebs, diagrams and multipliers."""
        return ScalarFactorization(self.eigenvalue, self.depth)

    @property
    def estimate_rate(self) -> float:
        """The factor per step of w^L − limit: `rate` near λ > 0, its L-th power near 0."""
        return self.rate if self.limit > 0 else self.rate**self.depth

    @property
    def decay_exponent(self) -> Fraction | None:
        """The power of k by which w^L decays, −L/(2L−2) or −L/(L−2); None where the approach is linear."""
        return Fraction(-self.depth, self.power) if self.power else None

    @property
    def sentence(self) -> str:
        """What the layers' eigenvalue w became, in words."""
        if self.outcome.kind is LimitKind.UNDECIDED:
            return f"still moving after {MODE_STEPS:,} steps"
        return self.outcome.sentence.replace("x =", "w =")

    @property
    def landed(self) -> bool:
        """Whether the map came to an equilibrium that repels: it stepped on it exactly."""
        settled = self.outcome.kind is LimitKind.EQUILIBRIUM
        return settled and abs(float(self.outcome.multipliers[0])) > 1.0 + AT_LIMIT

    @property
    def at_limit(self) -> bool | None:
        """Whether the map settled on the predicted limit; None while it is still moving."""
        if self.outcome.kind is LimitKind.UNDECIDED:
            return None
        if self.outcome.kind is not LimitKind.EQUILIBRIUM:
            return False
        reached = float(self.outcome.points[0]) ** self.depth
        return abs(reached - self.limit) <= AT_LIMIT * max(1.0, abs(self.eigenvalue))


def mode(eigenvalue: float, step_size: float, depth: int) -> Mode:
    """Run the map of one eigenvalue from w = 1 and measure what the theory predicts of it; depth ≥ 2."""
    objective = ScalarFactorization(eigenvalue, depth)
    algebraic = eigenvalue == 0 or (eigenvalue < 0 and depth >= 3)
    rate = math.nan if algebraic else float(linear_rate(eigenvalue, step_size, depth))
    power = (2 * depth - 2 if eigenvalue == 0 else depth - 2) if algebraic else 0
    return Mode(
        eigenvalue=float(eigenvalue),
        depth=depth,
        limit=max(float(eigenvalue), 0.0),
        approach=Approach.ALGEBRAIC if algebraic else Approach.LINEAR,
        rate=rate,
        measured_rate=_measured_rate(objective, step_size, rate),
        power=power,
        law=power * step_size * (abs(eigenvalue) or 1.0) if algebraic else math.nan,
        measured_law=_measured_law(objective, step_size, power) if algebraic else math.nan,
        outcome=classify_limit(objective, 1.0, step_size, n_steps=MODE_STEPS, max_period=16),
    )


def _measured_rate(objective: ScalarFactorization, step_size: float, rate: float) -> float:
    """The last ratio of consecutive errors w − w* between the linear regime and rounding; NaN without one.

    The run is twice as long as an error takes to fall to rounding at the predicted rate. At even depth −w is
    the same network as w.
    """
    if not abs(rate) < 1.0:
        return math.nan
    n_steps = RATE_STEPS + 2.0 * math.log(ABOVE_ROUNDING) / math.log(max(abs(rate), FASTEST_RATE))
    states = gradient_descent(objective, 1.0, step_size, int(min(n_steps, LONGEST_RUN))).states
    if objective.depth % 2 == 0 and objective.eigenvalue > 0 and states[-1] < 0:
        states = -states
    limit = layer_limit(objective.eigenvalue, objective.depth)
    scale = limit or abs(objective.eigenvalue) ** (1.0 / objective.depth)
    errors = (states - limit) / scale
    clear = (np.abs(errors) > ABOVE_ROUNDING) & (np.abs(errors) < ASYMPTOTIC)
    pairs = np.flatnonzero(clear[1:] & clear[:-1])
    if len(pairs) == 0:
        return math.nan
    above = pairs[np.abs(errors[pairs + 1]) > 1e3 * ABOVE_ROUNDING]  # keep digits for the ratio
    last = above[-1] if len(above) else pairs[0]
    return float(errors[last + 1] / errors[last])


def _measured_law(objective: ScalarFactorization, step_size: float, power: int) -> float:
    """The growth of w^{−power} per step over the second half of a long run; NaN where the law does not show.

    The run is twice as long as the law takes to make w small enough for itself, within LONGEST_RUN. It does
    not show before it holds, nor where an overshoot has put w so close to 0 that nothing moves, nor for
    λ < 0 below 0 at odd depth, the side on which 0 repels.
    """
    size = abs(objective.eigenvalue)
    small = LAW_REACHED * (size or 1.0)  # of w^L; at λ = 0 the law holds from the start
    needed = small ** (-power / objective.depth) / (power * step_size * (size or 1.0))
    half = int(np.clip(needed, LAW_STEPS / 2, LONGEST_RUN / 2))
    states = gradient_descent(objective, 1.0, step_size, 2 * half, keep_every=half).states
    last = float(states[-1])
    repelled = size > 0 and states[1:].min() < 0 and objective.depth % 2
    if repelled or not abs(last) ** objective.depth < LAW_REACHED * (size or math.inf):
        return math.nan
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        grown = np.abs(states) ** -float(power)
        growth = float(grown[2] - grown[1]) / half
    return growth if power * step_size * (size or 1.0) > RESOLVED * grown[2] else math.nan
