"""Theorem 1, Corollaries 1 and 2: a step size reaches only a subset of the optima of a linear network.

A reference optimum, balanced and then rescaled, is set against δ: 2/λ_max ≤ bound (3) ≤ bound (4). A run from
a chosen start shows what gradient descent does. The other system, two scalar layers, is in `plane`, ensembles
are in `ensembles`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent, sampled_steps
from stepsize_core.frozen import Recomputable
from stepsize_core.limits import Limit, classify_limit
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.parameters import Choice, Count, Number, Numbers, Preset, Try, Validated, parameter
from stepsize_core.paper.reachable_optima.claims import claims_of, corollary_claims, distances_from
from stepsize_core.paper.reachable_optima.ensembles import Rescalings, random_rescalings
from stepsize_core.paper.reachable_optima.optimum import (
    DECIDED_IN,
    Optimum,
    Standing,
    optimum,
    reached_optimum,
    rescaled_optimum,
)
from stepsize_core.paper.reachable_optima.plane import PlaneRun, plane_network, plane_run
from stepsize_core.paper.reachable_optima.theory import singular_value_bound
from stepsize_core.stability import largest_hessian_eigenvalue

DISPLACEMENT = 1e-3  # size of a start "near the reference", relative to the optimum
HUGE = 1e30  # numbers from here on overflow when squared a few times: the run has escaped
WIDTHS = Numbers(
    "units in each layer n₀, …, n_L", 1, 5, 2, 6, integer=True,
    help="inputs, hidden layers, outputs; depth is one less",
)  # fmt: skip
SINGULAR_VALUES = Numbers(
    "singular values to learn, of R", 1e-3, 100.0, 1, 5, help="as many as fit are used; those missing are 0"
)
NEAR, RANDOM = "near the reference optimum", "random weights"
LAYERS, NETWORK = SYSTEMS = "two scalar layers", "a network"
OF_LAYERS = ("plane_target", "w1", "w2")
OF_NETWORK = ("widths", "singular_values", "alpha", "skew", "start", "scale", "seed")


def _layers(values: Mapping[str, Any]) -> bool:
    return values["system"] == LAYERS


def _network(values: Mapping[str, Any]) -> bool:
    return values["system"] == NETWORK


def _deep(values: Mapping[str, Any]) -> bool:
    """Whether there is more than one layer, so that one can be scaled against another."""
    return _network(values) and len(WIDTHS.parse(values["widths"]) or ()) > 2


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses. LAYERS reads the fields OF_LAYERS, NETWORK those OF_NETWORK, both the others.

    An address that names a field of one system, and no system, means that one.
    """

    system: str = parameter(
        NETWORK, Choice("system", SYSTEMS), meant_by={NETWORK: OF_NETWORK, LAYERS: OF_LAYERS}, kw_only=True
    )
    step_size: float = parameter(0.3, Number("step size δ", 1e-3, 10.0, log=True, usual=(0.0, 1.2)))
    n_steps: int = parameter(200, Count("steps", 2, 2000, log=True))
    plane_target: float = parameter(
        1.0, Number("number to learn r", 0.1, 4.0, help="the cost is ½(w₁w₂ − r)²"), applies=_layers
    )
    w1: float = parameter(2.2, Number("start of the first layer w₁", -5.0, 5.0), applies=_layers)
    w2: float = parameter(0.3, Number("start of the second layer w₂", -5.0, 5.0), applies=_layers)
    widths: str = parameter("2, 3, 2", WIDTHS, applies=_network)
    singular_values: str = parameter("1.5, 0.5", SINGULAR_VALUES, applies=_network)
    alpha: float = parameter(
        1.5,
        Number("first layer times, last divided by α", 0.05, 20.0, log=True,
               help="of the reference optimum, W₁ ← αW₁, W_L ← W_L/α: same cost"),
        applies=_deep,
    )  # fmt: skip
    skew: float = parameter(
        2.0,
        Number("the weakest direction alone by β", 0.05, 20.0, log=True, help="the same, beside α"),
        applies=_deep,
    )
    start: str = parameter(NEAR, Choice("where the run starts", (NEAR, RANDOM)), applies=_network)
    scale: float = parameter(
        1.0,
        Number("size of the random weights", 0.01, 3.0, log=True),
        applies=lambda values: _network(values) and values["start"] == RANDOM,
    )
    seed: int = parameter(0, Count("seed of what is random", 0, 9999), applies=_network)


PRESETS = {
    "theorem_1": Preset(
        "A rescaled optimum is out of reach",
        "α = 2.5 leaves the cost at 0 and makes the optimum too sharp: the run leaves it for a flatter one.",
        Params(alpha=2.5, skew=1.0, step_size=0.34, n_steps=400),
        "The same map can be written in weights that are too sharp for the step: training leaves them.",
        Try("undo the rescaling, α = 1", {"alpha": 1.0}),
        "sharpness",
    ),
    "stable": Preset(
        "A reachable optimum",
        "δ lies below 2/λ_max, and so below (3) and (4): a run that starts near this optimum stays.",
        Params(),
        "An optimum can keep a run only where its curvature is at most 2/δ.",
        Try("raise δ to 0.4, past 2/λ_max", {"step_size": 0.4}),
        "chain",
    ),
    "remark_1": Preset(
        "Allowed by the theorem, yet unstable",
        "The curvature is largest where (3) does not look: the run leaves for a flatter optimum.",
        Params(alpha=1.0, skew=3.0, step_size=0.55),
        "A step size that a necessary condition allows can still be too large.",
        Try("lower δ to 0.3, below 2/λ_max", {"step_size": 0.3}),
        "sharpness",
    ),
    "below_corollary_1": Preset(
        "Just below the bound of Corollary 1",
        "δ = 0.66 < 1/ρ = 0.667: the flattest optimum is still stable.",
        Params(alpha=1.0, skew=1.0, step_size=0.66, n_steps=1000),
        "The largest singular value of what is to be learned limits the step size, however training starts.",
        Try("raise δ to 0.68, past the bound", {"step_size": 0.68}),
        "chain",
    ),
    "above_corollary_1": Preset(
        "Just above the bound of Corollary 1",
        "δ = 0.68 > 1/ρ: no optimum of this target can be converged to, and the run ends on a 2-cycle.",
        Params(system=LAYERS, step_size=0.68, n_steps=1000, plane_target=1.5, w1=1.3, w2=1.2),
        "Past this step size no weights that fit the target are stable, and more steps do not help.",
        Try("lower δ to 0.66, below the bound", {"step_size": 0.66}),
        "plane",
    ),
    "corollary_2": Preset(
        "Depth lowers the ceiling",
        "Four layers: where this run converges, no singular value lies above (2/(Lδ))^(L/(2L−2)).",
        Params(
            widths="3, 3, 3, 3, 3",
            singular_values="1.2, 0.8, 0.4",
            alpha=1.0,
            skew=1.0,
            step_size=0.2,
            start=RANDOM,
            n_steps=600,
        ),
        "Convergence with a large step shows that the network computes a map with small singular values.",
        Try("take two layers instead of four", {"widths": "3, 3, 3"}),
        "top_value",
    ),
    "arc": Preset(
        "Two layers: an arc of the optima",
        "The optima are a hyperbola; only its arc inside w₁² + w₂² ≤ 2/δ is flat enough for δ = 0.3.",
        Params(system=LAYERS, n_steps=60, w1=2.4, w2=0.0),
        "Which of many equally good solutions is found depends on the step size, not on the loss alone.",
        Try("raise δ to 0.8: a shorter arc", {"step_size": 0.8}),
        "plane",
    ),
    "narrow": Preset(
        "A bottleneck narrower than the rank of R",
        "One hidden unit learns the largest singular value alone: the cost stays at ½·0.5² = 0.125.",
        Params(widths="3, 1, 3", singular_values="1.5, 0.5", alpha=1.0, skew=1.0, start=RANDOM, seed=3),
        "The step size must suit the largest singular value that is learned, not those that are left out.",
        Try("take two hidden units", {"widths": "3, 2, 3"}),
        "cost",
    ),
}


class PlaneStudy(Recomputable):
    """One run of two scalar layers.

    sharpness_steps, sharpness (m,): λ_max along the run; floor: 2|r|, the smallest λ_max of any optimum.
    """

    params: Params
    objective: DeepLinearNetwork
    plane: PlaneRun
    sharpness_steps: Indices
    sharpness: Array
    floor: float
    claims: tuple[Claim, ...]

    @property
    def states(self) -> Array:
        """The run (n_steps + 1, 2)."""
        return self.plane.states

    @property
    def limit(self) -> Limit:
        """What the run became."""
        return self.plane.limit


class NetworkStudy(Recomputable):
    """One run of a linear network beside the bounds at the reference optimum.

    states (n_steps + 1, n_params); costs and top_values (n_steps + 1,): ½‖W_L⋯W_1 − R‖² and ρ(W_L⋯W_1);
    distances (n_steps + 1,): to the reference, relative to its norm; sharpness_steps, sharpness (m,): λ_max
    along the run; limit: what the run became; reached: None unless it converged; floor: Lρ^{2−2/L}, the
    smallest λ_max of any optimum.
    """

    params: Params
    objective: DeepLinearNetwork
    reference: Optimum
    standing: Standing
    margins: Array
    states: Array
    costs: Array
    top_values: Array
    distances: Array
    sharpness_steps: Indices
    sharpness: Array
    limit: Limit
    reached: Optimum | None
    floor: float
    claims: tuple[Claim, ...]

    @property
    def ceiling(self) -> float:
        """(2/(Lδ))^{L/(2L−2)}: no run converges to a larger singular value (Corollary 2)."""
        return float(singular_value_bound(self.params.step_size, self.objective.depth))

    @property
    def ensemble_depth(self) -> int:
        """The depth of the ensembles beside this run: that of its network, but at least 2."""
        return max(self.objective.depth, 2)


Study = PlaneStudy | NetworkStudy


def study(params: Params) -> Study:
    """Run the chosen system at `params` and set it against Theorem 1 and its corollaries."""
    return _plane_study(params) if params.system == LAYERS else _network_study(params)


def _plane_study(params: Params) -> PlaneStudy:
    r, delta = params.plane_target, params.step_size
    network = plane_network(r)
    plane = plane_run(r, (params.w1, params.w2), delta, params.n_steps)
    reached = reached_optimum(network, plane.limit)
    return PlaneStudy(
        params=params,
        objective=network,
        plane=plane,
        **_sharpness(network, plane.states),
        floor=2.0 * abs(r),
        claims=(*plane.claims, *corollary_claims(delta, network, plane.limit, reached)),
    )


def _network_study(params: Params) -> NetworkStudy:
    network, delta = network_of(params), params.step_size
    reference = optimum(network, rescaled_optimum(network, params.alpha, params.skew))
    start = _start(network, reference.state, params)
    states = gradient_descent(network, start, delta, params.n_steps).states
    with np.errstate(over="ignore", invalid="ignore"):
        costs, estimates = network.value(states), network.estimate(states)
        distances = np.linalg.norm(states - reference.state, axis=-1) / np.linalg.norm(reference.state)
    limit = classify_limit(network, start, delta, n_steps=DECIDED_IN, max_period=16)
    reached = reached_optimum(network, limit)
    near = params.start == NEAR
    away = distances_from(network, reference, start - reference.state, delta) if near else None
    return NetworkStudy(
        params=params,
        objective=network,
        reference=reference,
        standing=reference.standing(delta),
        margins=2.0 / delta - reference.eigenvalues,
        states=states,
        costs=costs,
        top_values=_where_finite(lambda e: np.linalg.norm(e, 2, axis=(-2, -1)), estimates),
        distances=distances,
        **_sharpness(network, states),
        limit=limit,
        reached=reached,
        floor=2.0 / reference.corollary_1,
        claims=claims_of(delta, network, reference, limit, reached, away),
    )


def _sharpness(network: DeepLinearNetwork, states: Array) -> dict[str, Any]:
    """`sharpness_steps` and `sharpness` of a run."""
    steps = sampled_steps(len(states) - 1)
    measured = _where_finite(lambda x: largest_hessian_eigenvalue(network, x), states[steps])
    return {"sharpness_steps": steps, "sharpness": measured}


def network_of(params: Params) -> DeepLinearNetwork:
    """The network of the chosen widths; R is diagonal with the chosen singular values, largest first."""
    widths = [int(width) for width in WIDTHS.parse(params.widths) or ()]
    target = np.zeros((widths[-1], widths[0]))
    values = sorted(SINGULAR_VALUES.parse(params.singular_values) or (), reverse=True)[: min(target.shape)]
    target[range(len(values)), range(len(values))] = values
    return DeepLinearNetwork(target, widths)


def rescalings_of(params: Params, spread: float = 0.5) -> Rescalings:
    """Random rescalings of the balanced optimum of the chosen network, against the chosen step size."""
    return random_rescalings(network_of(params), params.step_size, spread, params.seed)


def _start(network: DeepLinearNetwork, reference: Array, params: Params) -> Array:
    if params.start == RANDOM:
        return network.random_start(params.scale, params.seed)
    noise = np.random.default_rng(params.seed).standard_normal(network.n_params)
    return reference + DISPLACEMENT * np.linalg.norm(reference) * noise / np.linalg.norm(noise)


def _where_finite(function: Callable[[Array], Array], arrays: Array) -> Array:
    """function(arrays) over the first axis, NaN where an array is not finite and of moderate size."""
    usable = (np.abs(arrays) < HUGE).all(axis=tuple(range(1, arrays.ndim)))
    out = np.full(len(arrays), np.nan)
    out[usable] = function(arrays[usable])
    return out
