"""The verdicts on Theorems 2 and 3, from the modes of the exact reduction."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from stepsize_core.claims import Claim
from stepsize_core.paper.identity_initialization.modes import (
    AT_LIMIT,
    LONGEST_RUN,
    MODE_STEPS,
    Approach,
    Mode,
)

RATE_TOLERANCE = 0.02  # absolute, on the factor per step; read off where the error is small but not rounding
LAW_TOLERANCE = 0.02  # relative, on the growth of w^{−p} per step; the law is of leading order
LINEAR, ALGEBRAIC = Approach
APPROACHES = {
    (LINEAR, 1): "Positive eigenvalues converge by 1 − δLλ^(2(L−1)/L) a step",
    (LINEAR, -1): "At L = 2 negative eigenvalues decay by 1 − δ|λ| a step",
    (ALGEBRAIC, 0): "λ = 0 decays algebraically: w^(−(2L−2)) grows by (2L−2)δ a step",
    (ALGEBRAIC, -1): "From L = 3 on λ < 0 decays algebraically: w^(−(L−2)) grows by (L−2)δ|λ| a step",
}  # by approach and sign of λ


def claims_of(
    step_size: float, guaranteed: float, excluded: float, modes: Sequence[Mode]
) -> tuple[Claim, ...]:
    """The limit, the rates, the algebraic laws, and Corollary 1 at the limit.

    guaranteed: the step size of the theorems; excluded: bound (4) of the PSD projection; modes: ascending.
    """
    return (
        _limit_claim(step_size, guaranteed, modes),
        *_approach_claims(modes),
        _excluded_claim(step_size, excluded, modes),
    )


def _limit_claim(delta: float, guaranteed: float, modes: Sequence[Mode]) -> Claim:
    """Theorem 2 or 3: every eigenvalue of the estimate converges to λ, or to 0 where λ is negative."""
    negative = any(m.eigenvalue < 0 for m in modes)
    place = "Theorem 3" if negative else "Theorem 2"
    statement = "The estimate converges to " + (
        "the closest positive semidefinite matrix" if negative else "R"
    )
    arrived = [m.at_limit for m in modes]
    measured = (
        f"{sum(a is True for a in arrived)} of {len(modes)} eigenvalues, followed for {MODE_STEPS:,} steps"
    )
    if delta > guaranteed:
        why = f"δ is above the guaranteed step {guaranteed:.4g}: the theorem says nothing here"
        return Claim.not_applicable(statement, place, "all eigenvalues", measured, why)
    holds = False if False in arrived else (None if None in arrived else True)
    note = "taken from the exact reduction; full matrices can leave this limit, a saddle" if negative else ""
    return Claim.fact(
        statement, place, "all eigenvalues", measured, holds, rule="limit within 1e-6", note=note
    )


def _approach_claims(modes: Sequence[Mode]) -> Iterator[Claim]:
    """The rates and the laws of the approach, each where it is furthest from what was measured.

    Theorem 2 says that λ = 0 is approached linearly too; negative eigenvalues are, at depth 2.
    """
    for (approach, sign), statement in APPROACHES.items():
        place = "Theorem 2" if sign > 0 else "beyond the paper"
        alike = [m for m in modes if m.approach is approach and np.sign(m.eigenvalue) == sign]
        approaching = [m for m in alike if m.eigenvalue != 1.0 and m.at_limit is not False]
        if alike and not approaching:
            started = all(m.eigenvalue == 1.0 for m in alike)
            why = "w[0] = 1 is the limit itself" if started else "none of them comes to its limit"
            yield Claim.not_applicable(statement, place, "—", alike[-1].sentence, why)
        if approach is LINEAR:
            relative, absolute = 0.0, RATE_TOLERANCE
            pairs = [(m.rate, m.measured_rate) for m in approaching if abs(m.rate) < 1.0]
        else:
            relative, absolute = LAW_TOLERANCE, 0.0
            pairs = [(m.law, m.measured_law) for m in approaching]
        if pairs:
            known = [pair for pair in pairs if math.isfinite(pair[1])] or pairs
            predicted, measured = max(known, key=lambda p: abs(p[1] - p[0]) / (relative * p[0] + absolute))
            note = "" if sign else "Theorem 2 says “linear rate”: that holds on the positive eigenvalues only"
            if math.isnan(measured):
                note = f"does not show within {LONGEST_RUN:,} steps"
            yield Claim.equality(
                statement, place, predicted, measured, relative=relative, absolute=absolute, note=note
            )


def _excluded_claim(delta: float, excluded: float, modes: Sequence[Mode]) -> Claim:
    """Corollary 1 at the limit of the theorems."""
    statement, top = "Above bound (4) the top eigenvalue does not converge to λ", modes[-1]
    why = ""
    if delta <= excluded:
        why = "δ is at most bound (4): not excluded"
    elif top.at_limit and top.landed:
        why = "w comes to λ exactly, in a finite number of steps; from a random start it would not"
    if why:
        predicted = "not excluded" if delta <= excluded else "does not converge"
        return Claim.not_applicable(statement, "Corollary 1", predicted, top.sentence, why)
    at_threshold = delta <= excluded * (1.0 + AT_LIMIT)
    holds = None if top.at_limit is None or (top.at_limit and at_threshold) else not top.at_limit
    return Claim.fact(statement, "Corollary 1", "does not converge", top.sentence, holds)
