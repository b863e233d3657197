"""One optimum of a linear network against a step size: bounds, Hessian margins, and what they allow."""

from enum import Enum

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.checks import positive_finite
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.reachable_optima.theory import step_size_bound, step_size_bound_for_target
from stepsize_core.stability import hessian_eigenvalues

DECIDED_IN = 10_000  # steps for which a run is followed, however few are drawn
LEAST_COST = 1e-9  # above the least cost, relative to ½‖R‖², up to which an equilibrium is an optimum
LIMIT_TOLERANCE = 1e-6  # relative; the accuracy of a limit that is approached slowly
VANISHED = 1e-6  # norm of a product relative to ‖R‖ up to which it is the saddle at 0, approached slowly


class Standing(Enum):
    """What theory says of a step size at an optimum; the value is the sentence shown."""

    UNREACHABLE = "excluded: above (4), no optimum of this target can be converged to"
    EXCLUDED = "excluded: above (3), this optimum cannot be converged to"
    UNSTABLE = "not excluded by (3), but unstable: above 2/λ_max"
    STABLE = "stable: at most 2/λ_max"


class Optimum(Frozen):
    """An optimum and what is known of it.

    state (n_params,); eigenvalues (n_params,): of the Hessian of the cost with its factor ½, ascending;
    exact: 2/λ_max; theorem_1: bound (3); corollary_1: bound (4), of any optimum with this product;
    singular_value: the largest of the product; learned: whether f is the least possible.
    """

    state: Array
    eigenvalues: Array
    exact: float
    theorem_1: float
    corollary_1: float
    singular_value: float
    learned: bool

    def standing(self, step_size: float) -> Standing:
        """What the three bounds say of δ, the strongest statement first."""
        delta = float(positive_finite("step_size", step_size))
        if delta > self.corollary_1:
            return Standing.UNREACHABLE
        if delta > self.theorem_1:
            return Standing.EXCLUDED
        return Standing.UNSTABLE if delta > self.exact else Standing.STABLE


def optimum(network: DeepLinearNetwork, state: Array) -> Optimum:
    """The bounds at a state that has a product other than 0."""
    product = network.estimate(state)
    eigenvalues = hessian_eigenvalues(network, state)
    sigma = np.linalg.svd(network.target, compute_uv=False)[: min(network.widths)]
    smallest = float(np.min(sigma[sigma > 0.0], initial=np.inf))  # of those to be learned
    allowed = min(LEAST_COST * 0.5 * float(np.sum(network.target**2)), 0.25 * smallest**2)
    excess = float(network.value(state)) - least_cost(network)
    return Optimum(
        state=state,
        eigenvalues=eigenvalues,
        exact=2.0 / float(eigenvalues[-1]),
        theorem_1=float(step_size_bound(network.unpack(state))),
        corollary_1=float(step_size_bound_for_target(product, network.depth)),
        singular_value=float(np.linalg.norm(product, 2)),
        learned=excess <= allowed,
    )


def least_cost(network: DeepLinearNetwork) -> float:
    """The cost of every global optimum: what the narrowest layer must leave out of R (Eckart and Young)."""
    sigma = np.linalg.svd(network.target, compute_uv=False)
    return 0.5 * float(np.sum(sigma[min(network.widths) :] ** 2)) + network.offset


def rescaled_optimum(network: DeepLinearNetwork, alpha: float, skew: float) -> Array:
    """The balanced optimum with W_1 ← DW_1, W_L ← W_LD⁻¹: the same product and cost, other curvature.

    D multiplies by alpha, and in the weakest direction that the layers carry by skew as well. At depth 1
    there is only one optimum, which is returned.
    """
    first, *middle = network.unpack(network.balanced_start())
    if not middle:
        return network.pack([first])
    weakest = min(*network.widths, np.linalg.matrix_rank(network.target)) - 1
    factors = np.full(max(network.widths), alpha)  # the diagonal of D
    factors[weakest] *= skew
    into, out_of = factors[: network.widths[1], None], factors[: network.widths[-2]]
    return network.pack([into * first, *middle[:-1], middle[-1] / out_of])


def reached_optimum(network: DeepLinearNetwork, limit: Limit) -> Optimum | None:
    """The equilibrium that a single run converged to; None without one, or where its product is 0."""
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return None
    size = np.linalg.norm(network.estimate(limit.points[0]))
    return optimum(network, limit.points[0]) if size > VANISHED * np.linalg.norm(network.target) else None


def ended(limit: Limit) -> str:
    """What a single run became, and for how long it was followed, as a claim puts it."""
    if limit.kind is LimitKind.UNDECIDED:
        return f"still moving after {DECIDED_IN:,} steps"
    if limit.kind is LimitKind.DIVERGENT:
        return limit.sentence
    return f"{limit.sentence}, followed for {DECIDED_IN:,} steps"
