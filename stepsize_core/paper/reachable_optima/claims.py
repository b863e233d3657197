"""The verdicts on Theorem 1 and Corollaries 1 and 2: at a reference optimum, and at the one a run reached."""

from itertools import pairwise

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.paper.reachable_optima.optimum import LIMIT_TOLERANCE, Optimum
from stepsize_core.paper.reachable_optima.theory import singular_value_bound, step_size_bound_for_target

CHAIN_TOLERANCE = 1e-9  # relative; the bounds come from different decompositions
LEFT = 20.0  # a run this many displacements away has left the reference


def claims_of(
    step_size: float,
    network: DeepLinearNetwork,
    reference: Optimum,
    limit: Limit,
    reached: Optimum | None,
    displacements: Array | None,
) -> tuple[Claim, ...]:
    """The chain, the theorem and its corollaries at what was reached, and the fate of the reference optimum.

    displacements (n_steps + 1,): distances from the reference along the run in units of the first; None where
    the run did not start near the reference.
    """
    chain = [reference.exact, reference.theorem_1, reference.corollary_1]
    holds = all(a <= b * (1.0 + CHAIN_TOLERANCE) for a, b in pairwise(chain))
    claims = [
        Claim.fact(
            "2/λ_max ≤ bound (3) ≤ bound (4) at the reference optimum", "Theorem 1", "ascending",
            " ≤ ".join(f"{value:.4g}" for value in chain), holds, rule=f"{CHAIN_TOLERANCE:.0e} relative",
        ),
        *_reached_claims(step_size, network, limit, reached),
    ]  # fmt: skip
    if displacements is not None:
        claims.append(_reference_claim(step_size, reference, displacements))
    return tuple(claims)


def _reached_claims(
    step_size: float, network: DeepLinearNetwork, limit: Limit, reached: Optimum | None
) -> list[Claim]:
    """Theorem 1 at the optimum reached, and Corollaries 1 and 2."""
    one = "The step size is at most bound (3) at the optimum reached"
    two = "No singular value reached is above (2/(Lδ))^(L/(2L−2))"
    three = "Above bound (4) no run converges to a global optimum"
    ceiling = float(singular_value_bound(step_size, network.depth))
    ended, learned = limit.sentence, reached is not None and reached.learned
    unlearned = f"the run did not converge to an optimum: {ended}"
    claims = [Claim.not_applicable(one, "Theorem 1", "δ ≤ (3)", ended, unlearned)]
    if reached is None:
        why = f"the run did not converge to a product other than 0: {ended}"
        claims.append(Claim.not_applicable(two, "Corollary 2", ceiling, ended, why))
    else:
        if learned:
            claims = [Claim.bound(one, "Theorem 1", reached.theorem_1, step_size, relative=LIMIT_TOLERANCE)]
        size = reached.singular_value
        claims.append(Claim.bound(two, "Corollary 2", ceiling, size, relative=LIMIT_TOLERANCE))
    if step_size <= float(step_size_bound_for_target(network.target, network.depth)):
        why = "δ is at most bound (4): not excluded"
        return [*claims, Claim.not_applicable(three, "Corollary 1", "not excluded", ended, why)]
    holds = None if limit.kind is LimitKind.UNDECIDED else not learned
    return [*claims, Claim.fact(three, "Corollary 1", "no optimum reached", ended, holds)]


def _reference_claim(step_size: float, reference: Optimum, displacements: Array) -> Claim:
    """Whether a run started near the reference stays, as the sign of its smallest margin says."""
    statement = "Next to the reference, a run stays if δ < 2/λ_max and leaves otherwise"
    place = "proof of Theorem 1"
    stays = step_size < reference.exact
    far = float(np.nanmax(displacements)) if np.isfinite(displacements[-1]) else np.inf
    measured = "left" if far > LEFT else "stayed"
    distance = f"{far:.3g} times as far" if np.isfinite(far) else "the run diverged"
    predicted = "stays" if stays else "leaves"
    factor = step_size * 2.0 / reference.exact - 1.0  # |1 − δλ_max|
    holds: bool | None = stays == (far <= LEFT)
    if not (stays or holds) and factor ** len(displacements) < LEFT:
        holds = None  # the instability had no time to show
    rule = f"left: {LEFT:g} times as far"
    return Claim.fact(statement, place, predicted, f"{measured}: {distance}", holds, rule=rule)
