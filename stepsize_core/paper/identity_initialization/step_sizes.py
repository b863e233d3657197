"""The step-size axis of the identity start: guaranteed, observed, excluded; beyond it, a cascade to chaos."""

import math

import numpy as np

from stepsize_core.arrays import Array, Flags
from stepsize_core.checks import count, positive_finite
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.limits import LimitKind, classify_limit
from stepsize_core.networks.factorization import ScalarFactorization, SpectrumFactorization
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.identity_initialization.modes import AT_LIMIT, Spectrum
from stepsize_core.paper.identity_initialization.theory import guaranteed_step_size, nearest_psd
from stepsize_core.paper.reachable_optima.theory import step_size_bound_for_target
from stepsize_core.paper.scalar import Sweep
from stepsize_core.parts import Progress
from stepsize_core.sweeps import BifurcationDiagram, wilson_interval

REGION_STEPS = 1500
REGION_SIZES = 120  # step sizes of the regions
REGION_RANGE = (0.3, 1.5)  # from this part of the guaranteed step to this multiple of the excluded one
DIAGRAM_SCALED = np.linspace(0.02, 2.1, 480)  # step sizes in units of the bound (4)
TWO_LAYER_BOUNDARIES = (
    (2.0 * math.sqrt(2.0) - 2.0, "2√2−2", "the loss may rise"),
    (1.0, "1", "a 2-cycle (Corollary 1)"),
    (math.sqrt(5.0) - 1.0, "√5−1", "its period doubles"),
    (2.0, "2", "divergence"),
)  # (δr, as a formula, what begins there) at L = 2
COMPARED_SIZES = np.linspace(0.1, 1.2, 12)  # step sizes in units of the bound (4)
COMPARED_STEPS = 600  # at the bound (4); inversely more at smaller step sizes, so that δk is the same
COMPARED_WORK = 6e7  # number of weights times steps over all runs of a comparison, about two seconds
MOST_STARTS, FEWEST_STARTS = 40, 10
UNBALANCED_SPREAD = 0.7  # standard deviation of log α_j of an unbalanced start {α_jI}
SETTLED = 1e-4  # move of the estimate over the last SETTLED_STEPS steps, relative to ‖R‖
SETTLED_STEPS = 8


class Regions(Frozen):
    """Which step sizes bring every eigenvalue to the limit of Theorems 2 and 3.

    step_sizes (m,); converges (m,): observed within REGION_STEPS steps; undecided (m,): some eigenvalue still
    moves then and none has gone elsewhere; guaranteed: by the theorem; excluded: above it, bound (4) of the
    PSD projection, the limit cannot be converged to (∞ if the projection is 0); largest_observed: the largest
    step up to which every one tried converges, NaN if the first does not.
    """

    step_sizes: Array
    converges: Flags
    undecided: Flags
    guaranteed: float
    excluded: float
    largest_observed: float


def step_size_regions(spectrum: Spectrum, depth: int) -> Regions:
    """Classify the map of every eigenvalue at step sizes around the theorem's and Corollary 1's."""
    depth = count("depth", depth, at_least=2)
    guaranteed = guaranteed_step_size(spectrum.matrix, depth)
    excluded = float(step_size_bound_for_target(nearest_psd(spectrum.matrix), depth))
    top = REGION_RANGE[1] * min(excluded, 8.0 * guaranteed)
    deltas = np.geomspace(REGION_RANGE[0] * guaranteed, top, REGION_SIZES)
    converges, moving = np.ones(len(deltas), bool), np.ones(len(deltas), bool)
    for eigenvalue in spectrum.eigenvalues:
        objective = ScalarFactorization(eigenvalue, depth)
        limit = classify_limit(objective, np.ones(len(deltas)), deltas, n_steps=REGION_STEPS, max_period=16)
        arrived = limit.kind == LimitKind.EQUILIBRIUM
        if len(limit.points):
            reached = objective.estimate(limit.points[0])
            arrived &= np.abs(reached - max(eigenvalue, 0.0)) <= AT_LIMIT * max(1.0, abs(eigenvalue))
        converges &= arrived
        moving &= arrived | (limit.kind == LimitKind.UNDECIDED)
    largest = np.fmax.reduce(deltas[np.logical_and.accumulate(converges)], initial=math.nan)
    return Regions(deltas, converges, moving & ~converges, guaranteed, excluded, float(largest))


class TopDiagram(Frozen):
    """The step-size diagram of one eigenvalue of the target from w = 1.

    diagram: states w; estimates (n_keep, m): w^L; exponents (m,): Lyapunov; scale: the bound (4), where the
    2-cycle is born; boundaries: (step size, δr as a formula, what begins there) of the phases
    at depth 2, none at other depths.
    """

    eigenvalue: float
    diagram: BifurcationDiagram
    estimates: Array
    exponents: Array
    scale: float
    boundaries: tuple[tuple[float, str, str], ...]


def top_eigenvalue_diagram(eigenvalue: float, depth: int) -> TopDiagram:
    """Follow a positive eigenvalue past Corollary 1: 2-cycle, cascade, chaos, divergence.

    Raises ValueError unless eigenvalue > 0 and depth ≥ 2.
    """
    depth, eigenvalue = count("depth", depth, at_least=2), float(positive_finite("eigenvalue", eigenvalue))
    objective = ScalarFactorization(eigenvalue, depth)
    scale = float(step_size_bound_for_target(eigenvalue, depth))
    deltas = scale * DIAGRAM_SCALED
    found = Sweep(objective, (), deltas).diagram(1.0, steps=(1000, 120))
    return TopDiagram(
        eigenvalue=eigenvalue,
        diagram=found.diagram,
        estimates=objective.estimate(found.diagram.states),
        exponents=found.exponents,
        scale=scale,
        boundaries=tuple((a * scale, b, c) for a, b, c in TWO_LAYER_BOUNDARIES) if depth == 2 else (),
    )


class StartComparison(Frozen):
    """Share of runs that settle, by kind of start, against the step size (Remark 3).

    step_sizes (m,); scale: the bound (4); names (3,); shares, low, high (3, m): with
    Wilson intervals; n_starts: runs per share. The identity start is one run: its share is 0 or 1.
    """

    step_sizes: Array
    scale: float
    names: tuple[str, ...]
    shares: Array
    low: Array
    high: Array
    n_starts: int


@np.errstate(over="ignore", invalid="ignore")  # of runs that escape
def start_comparison(
    spectrum: Spectrum, depth: int, seed: int = 0, progress: Progress | None = None
) -> StartComparison:
    """The identity, {α_jI} with Πα_j = 1, and random weights as starts of full matrices, at equal step sizes.

    A run settles if its estimate moves by less than SETTLED over its last SETTLED_STEPS steps, wherever that
    is. The identity runs in the eigenbasis, where rounding cannot make it leave a saddle. progress: called
    with the share done. Raises ValueError where depth < 2.
    """
    depth, n = count("depth", depth, at_least=2), len(spectrum.eigenvalues)
    network = DeepLinearNetwork(spectrum.matrix, (n,) * (depth + 1))
    scale = (
        float(step_size_bound_for_target(spectrum.matrix, depth)) if spectrum.matrix.any() else 2.0 / depth
    )
    deltas = scale * COMPARED_SIZES
    n_steps = np.ceil(COMPARED_STEPS / np.minimum(COMPARED_SIZES, 1.0)).astype(int)
    affordable = COMPARED_WORK / (2 * n_steps.sum() * network.n_params)
    n_starts = int(np.clip(affordable, FEWEST_STARTS, MOST_STARTS))
    rng = np.random.default_rng(seed)
    log_alphas = UNBALANCED_SPREAD * rng.standard_normal((n_starts, depth))
    alphas = np.exp(log_alphas - log_alphas.mean(axis=-1, keepdims=True))
    modes = SpectrumFactorization(spectrum.eigenvalues.tolist(), depth)
    starts: dict[str, tuple[DeepLinearNetwork | SpectrumFactorization, Array]] = {
        "identity": (modes, modes.identity_start()[None]),
        "unbalanced": (network, network.rescaled(network.identity_start(), alphas)),
        "random": (network, network.random_start(1.0, seed, batch=(n_starts,))),
    }
    still, found = SETTLED * max(float(np.linalg.norm(spectrum.matrix)), 1e-300), []
    for objective, x in starts.values():
        for delta, steps in zip(deltas, n_steps):
            tail = gradient_descent(objective, x, delta, int(steps), keep_last=SETTLED_STEPS + 1).states
            estimates = objective.estimate(tail).reshape(*tail.shape[:2], -1)
            settled = np.abs(estimates - estimates[-1]).max(axis=(0, -1)) <= still  # NaN where it escapes
            found.append((settled.mean(), *wilson_interval(settled.sum(), len(settled))))
            if progress is not None:
                progress(len(found) / (len(starts) * len(deltas)))
    shares, low, high = np.reshape(found, (len(starts), len(deltas), 3)).transpose(2, 0, 1).copy()
    low[0] = high[0] = shares[0]
    return StartComparison(deltas, scale, tuple(starts), shares, low, high, n_starts)
