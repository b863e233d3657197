"""Many linear networks at once: Corollary 2 over step sizes and starts, rescaled optima, large targets."""

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from stepsize_core.arrays import Array, ArrayLike, Indices
from stepsize_core.checks import count, positive_finite
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.limits import LimitKind
from stepsize_core.networks.factorization import ScalarFactorization
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.reachable_optima.optimum import LIMIT_TOLERANCE
from stepsize_core.paper.reachable_optima.theory import (
    largest_hessian_eigenvalue_at_solution,
    singular_value_bound,
    smallest_sharpness,
    step_size_bound_for_target,
)
from stepsize_core.parts import Progress
from stepsize_core.sweeps import classify_rows

WIDTH = 2  # of every layer of the ensemble; by rotation invariance a diagonal target is no restriction
SECOND_VALUE = 0.5  # second singular value of the ensemble's targets, relative to the first
ENSEMBLE_SIZE = 1800  # runs times depth: deeper networks take longer each
ENSEMBLE_STEPS = 2000
ENSEMBLE_RANGE = (0.02, 2.0)  # step sizes, in units of the bound (4) of each target
ENSEMBLE_VALUES = (0.1, 10.0)  # largest singular values of the targets, log-uniform
LARGE_VALUES = np.geomspace(1.0, 30.0, 30)  # top singular values of the large targets
SMALL_VALUE = 0.5  # a singular value that is learned beside them
VALUE_LEARNED = 1e-3  # relative error at which an eigenvalue counts as learned
LEARNING_STEPS = 20_000


class SingularValueEnsemble(Frozen):
    """Corollary 2 over random targets, starts and step sizes; one entry a run.

    step_sizes (m,); targets (m,): ρ(R); reached (m,): ρ of the limit where the run converged, else NaN;
    kind (m,) of LimitKind; period (m,); bound (m,): (2/(Lδ))^{L/(2L−2)}; depth: L.
    """

    depth: int
    step_sizes: Array
    targets: Array
    reached: Array
    kind: NDArray[np.object_]
    period: Indices
    bound: Array

    @property
    def largest_share_of_bound(self) -> float:
        """The largest reached/bound of the runs that converged (Corollary 2: at most 1); NaN without any."""
        return float(np.fmax.reduce(self.reached / self.bound, initial=np.nan))

    @property
    def claim(self) -> Claim:
        """Corollary 2 over all runs that converged."""
        return Claim.bound(
            "No run converged above the curve: largest ρ reached, in units of its bound", "Corollary 2",
            1.0, self.largest_share_of_bound, relative=LIMIT_TOLERANCE,
        )  # fmt: skip


def singular_value_ensemble(
    depth: int,
    scale: float = 1.0,
    seed: int = 0,
    size: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> SingularValueEnsemble:
    """Random targets, starts and step sizes of 2 × 2 layers: the largest singular value that is reached.

    The cost is homogeneous: target c^L R', weights cW' and step δ give the run of target R', W' and step
    δc^{2L−2}. So all runs are runs of one target diag(1, ½) and are classified in one batch.
    scale: of the random starts, relative to ρ(R)^{1/L}. size: number of runs, by default fewer the deeper.
    executor, progress: see `stepsize_core.parts.worked_off`.
    Raises ValueError where depth < 2, size < 1 or scale is not positive.
    """
    depth = count("depth", depth, at_least=2)
    size = ENSEMBLE_SIZE // depth if size is None else count("size", size)
    network = DeepLinearNetwork(np.diag([1.0, SECOND_VALUE]), (WIDTH,) * (depth + 1))
    rng = np.random.default_rng(seed)
    targets = np.exp(rng.uniform(np.log(ENSEMBLE_VALUES[0]), np.log(ENSEMBLE_VALUES[1]), size))
    unit_steps = np.exp(rng.uniform(np.log(ENSEMBLE_RANGE[0]), np.log(ENSEMBLE_RANGE[1]), size)) * 2.0 / depth
    starts = network.random_start(scale, seed, batch=(size,))
    limit = classify_rows(
        network, starts, unit_steps, progress, executor, n_steps=ENSEMBLE_STEPS, max_period=16
    )
    reached, settled = np.full(size, np.nan), limit.kind == LimitKind.EQUILIBRIUM
    if settled.any():
        estimates = network.estimate(limit.points[0][settled])
        reached[settled] = np.linalg.norm(estimates, 2, axis=(-2, -1)) * targets[settled]
    step_sizes = unit_steps * targets ** (-2.0 * (depth - 1) / depth)
    bound = singular_value_bound(step_sizes, depth)
    return SingularValueEnsemble(depth, step_sizes, targets, reached, limit.kind, limit.period, bound)


class Rescalings(Frozen):
    """λ_max over random rescalings {α_jW_j} of the balanced optimum.

    sharpness (m,), ascending; floor: Lρ^{2−2/L}, the least any optimum has; critical: 2/δ; stable_share: the
    share with λ_max ≤ 2/δ, the only ones δ can reach.
    """

    sharpness: Array
    floor: float
    critical: float
    stable_share: float

    @property
    def claim(self) -> Claim:
        """No rescaling lies below the floor."""
        lowest = self.sharpness[0] * (1.0 + LIMIT_TOLERANCE)
        return Claim.fact(
            "No rescaling has λ_max below Lρ^{2−2/L}", "Corollary 1", self.floor, float(self.sharpness[0]),
            self.floor <= lowest, rule=f"measured ≥ predicted, {LIMIT_TOLERANCE:.0e} relative",
        )  # fmt: skip


def random_rescalings(
    network: DeepLinearNetwork, step_size: float, spread: float, seed: int = 0, size: int = 2000
) -> Rescalings:
    """Rescale the balanced optimum by α_j = exp(spread·z_j), z_j normal and centred so that Πα_j = 1.

    λ_max is that of the proof's map, exact where the network is wide enough for the rank of its target.
    Raises ValueError where step_size or spread is not positive or size < 1.
    """
    delta = float(positive_finite("step_size", step_size))
    spread = float(positive_finite("spread", spread))
    z = np.random.default_rng(seed).standard_normal((count("size", size), network.depth))
    alphas = np.exp(spread * (z - z.mean(axis=-1, keepdims=True)))
    states = network.rescaled(network.balanced_start(), alphas)
    sharpness = np.sort(largest_hessian_eigenvalue_at_solution(network.unpack(states)))
    floor = float(smallest_sharpness(network.target, network.depth))
    return Rescalings(sharpness, floor, 2.0 / delta, float(np.mean(sharpness <= 2.0 / delta)))


class LargeTargets(Frozen):
    """What a large top singular value costs, from the identity at half the bound (4).

    top (m,): ρ; largest_step (m,): the bound (4); steps_small, steps_top (m,): steps until the singular
    value ½, and ρ itself, is learned to VALUE_LEARNED; ∞ where it takes more than LEARNING_STEPS.
    """

    top: Array
    largest_step: Array
    steps_small: Array
    steps_top: Array


def large_targets(depth: int) -> LargeTargets:
    """Steps needed against the scale of the target: the top singular value dictates every other's step."""
    depth = count("depth", depth, at_least=2)
    bounds = step_size_bound_for_target(LARGE_VALUES[:, None, None], depth)
    delta = 0.5 * bounds
    unit = ScalarFactorization(1.0, depth)  # the top value in units of itself: w/ρ^{1/L}, step δρ^{2−2/L}
    return LargeTargets(
        LARGE_VALUES,
        bounds,
        _steps_to_learn(ScalarFactorization(SMALL_VALUE, depth), 1.0, delta),
        _steps_to_learn(unit, LARGE_VALUES ** (-1.0 / depth), delta * LARGE_VALUES ** (2.0 - 2.0 / depth)),
    )


def _steps_to_learn(objective: ScalarFactorization, starts: ArrayLike, deltas: Array) -> Array:
    """The first k from which on the estimate stays within VALUE_LEARNED of its target; ∞ if there is none."""
    run = gradient_descent(objective, starts, deltas, LEARNING_STEPS, observe=objective.estimate)
    missed = ~(np.abs(np.asarray(run.observed) / objective.eigenvalue - 1.0) <= VALUE_LEARNED)
    steps = np.where(missed.any(axis=0), len(missed) - np.argmax(missed[::-1], axis=0), 0)
    return np.where(steps > LEARNING_STEPS, np.inf, steps)
