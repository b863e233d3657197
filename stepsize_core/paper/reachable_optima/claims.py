"""The verdicts on Theorem 1 and Corollaries 1 and 2: at a reference optimum, and at the one a run reached."""

from itertools import pairwise

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.reachable_optima.optimum import LIMIT_TOLERANCE, Optimum, ended
from stepsize_core.paper.reachable_optima.theory import singular_value_bound, step_size_bound_for_target

CHAIN_TOLERANCE = 1e-9  # relative; the bounds come from different decompositions
CLOSE = 1e-7  # relative distance from the reference, so small that the optimum alone decides
SMALLEST_PART = 1e-8  # of a random direction along the one that grows fastest
FOLLOWED = (200, 10_000)  # steps of such a run, at least and at most
LEFT = 20.0  # a run so many times as far from the reference as it began has left it


def claims_of(
    step_size: float,
    network: DeepLinearNetwork,
    reference: Optimum,
    limit: Limit,
    reached: Optimum | None,
    away: Array | None,
) -> tuple[Claim, ...]:
    """The chain, the theorem and its corollaries at what was reached, and the fate of the reference optimum.

    away: what `distances_from` found of a start close to the reference; None where the run starts elsewhere.
    """
    chain = [reference.exact, reference.theorem_1, reference.corollary_1]
    holds = all(a <= b * (1.0 + CHAIN_TOLERANCE) for a, b in pairwise(chain))
    claims = [
        Claim.fact(
            "2/λ_max ≤ bound (3) ≤ bound (4) at the reference optimum", "Theorem 1", "ascending",
            " ≤ ".join(f"{value:.4g}" for value in chain), holds, rule=f"{CHAIN_TOLERANCE:.0e} relative",
        ),
        _theorem_claim(step_size, limit, reached),
        *corollary_claims(step_size, network, limit, reached),
    ]  # fmt: skip
    if away is not None:
        claims.append(_reference_claim(step_size, reference, away))
    return tuple(claims)


def _theorem_claim(step_size: float, limit: Limit, reached: Optimum | None) -> Claim:
    """Theorem 1 at the optimum reached."""
    says = "The step size is at most bound (3) at the optimum reached"
    if reached is not None and reached.learned:
        return Claim.bound(says, "Theorem 1", reached.theorem_1, step_size, relative=LIMIT_TOLERANCE)
    why = "the run did not converge to an optimum"
    return Claim.not_applicable(says, "Theorem 1", "δ ≤ (3)", ended(limit), why)


def corollary_claims(
    step_size: float, network: DeepLinearNetwork, limit: Limit, reached: Optimum | None
) -> tuple[Claim, Claim]:
    """Corollaries 2 and 1 at what a run reached, where it converged to a product other than 0."""
    two = "No singular value reached is above (2/(Lδ))^(L/(2L−2))"
    one = "Above bound (4) no run converges to a global optimum"
    ceiling = float(singular_value_bound(step_size, network.depth))
    became = ended(limit)
    if reached is None:
        why = "the run did not converge to a product other than 0"
        size = Claim.not_applicable(two, "Corollary 2", ceiling, became, why)
    else:
        size = Claim.bound(two, "Corollary 2", ceiling, reached.singular_value, relative=LIMIT_TOLERANCE)
    bound = float(step_size_bound_for_target(network.target, network.depth))
    if step_size <= bound:
        why = "δ is at most bound (4): not excluded"
        return size, Claim.not_applicable(one, "Corollary 1", "not excluded", became, why)
    learned = reached is not None and reached.learned
    at_threshold = learned and step_size <= bound * (1.0 + LIMIT_TOLERANCE)
    holds = None if limit.kind is LimitKind.UNDECIDED or at_threshold else not learned
    return size, Claim.fact(one, "Corollary 1", "no optimum reached", became, holds)


def _reference_claim(step_size: float, reference: Optimum, away: Array) -> Claim:
    """Whether a start close to the reference stays, as the sign of its smallest margin says."""
    statement = "Next to the reference, a run stays if δ < 2/λ_max and leaves otherwise"
    stays = step_size < reference.exact
    left = np.flatnonzero(~(away <= LEFT * away[0]))  # an overflow too
    measured = f"stayed: {away[-1] / away[0]:.3g} times as far after {len(away) - 1} steps"
    if len(left):
        measured = f"left after {left[0]} step{'s' if left[0] > 1 else ''}"
    short = not (stays or len(left)) and len(away) - 1 < _steps_to_leave(step_size, reference)
    return Claim.fact(
        statement, "proof of Theorem 1", "stays" if stays else "leaves", measured,
        None if short else stays != bool(len(left)),
        rule=f"left: {LEFT:g} times as far as at the start, {CLOSE:g} of its norm away",
        note="so close to 2/λ_max that leaving takes longer" if short else "",
    )  # fmt: skip


def distances_from(
    network: DeepLinearNetwork, reference: Optimum, direction: Array, step_size: float
) -> Array:
    """How far from the reference a run is that starts CLOSE to it in a direction (n_params,): (steps + 1,).

    The run is as long as an instability needs to show, within FOLLOWED steps.
    """
    start = reference.state + CLOSE * np.linalg.norm(reference.state) * direction / np.linalg.norm(direction)
    n_steps = int(np.clip(_steps_to_leave(step_size, reference), *FOLLOWED))
    run = gradient_descent(
        network, start, step_size, n_steps,
        observe=lambda states: np.linalg.norm(states - reference.state, axis=-1),
    )  # fmt: skip
    return np.asarray(run.observed)


def _steps_to_leave(step_size: float, reference: Optimum) -> float:
    """After how many steps even SMALLEST_PART of a start, growing by δλ_max − 1 a step, has left; 0 where
    nothing grows."""
    growth = 2.0 * step_size / reference.exact - 1.0
    return float(np.log(LEFT / SMALLEST_PART) / np.log(growth)) if growth > 1.0 else 0.0
