"""The verdicts on Theorems 2 and 3, from the modes of the exact reduction."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stepsize_core.claims import Claim
from stepsize_core.paper.identity_initialization.modes import Approach, Mode

RATE_TOLERANCE = 0.02  # absolute, on the factor per step; read off where the error is small but not rounding
LAW_TOLERANCE = 0.02  # relative, on the growth of w^{−p} per step; the law is of leading order


def claims_of(
    step_size: float, guaranteed: float, excluded: float, modes: Sequence[Mode]
) -> tuple[Claim, ...]:
    """The limit, the rates, the algebraic laws, and Corollary 1 at the limit.

    guaranteed: the step size of the theorems; excluded: bound (4) of the PSD projection; modes: ascending.
    """
    return (
        _limit_claim(step_size, guaranteed, modes),
        *_rate_claims(modes),
        *_law_claims(modes),
        _excluded_claim(step_size, excluded, modes),
    )


def _limit_claim(delta, guaranteed, modes) -> Claim:
    """Theorem 2 or 3: every eigenvalue of the estimate converges to λ, or to 0 where λ is negative."""
    negative = any(m.eigenvalue < 0 for m in modes)
    place = "Theorem 3" if negative else "Theorem 2"
    statement = "The estimate converges to " + (
        "the closest positive semidefinite matrix" if negative else "R"
    )
    arrived = [m.at_limit for m in modes]
    measured = f"{sum(a is True for a in arrived)} of {len(modes)} eigenvalues"
    if delta > guaranteed:
        why = f"δ is above the guaranteed step {guaranteed:.4g}: the theorem says nothing here"
        return Claim.not_applicable(statement, place, "all eigenvalues", measured, why)
    holds = False if False in arrived else (None if None in arrived else True)
    note = "taken from the exact reduction; full matrices can leave this limit, a saddle" if negative else ""
    return Claim.fact(
        statement, place, "all eigenvalues", measured, holds, rule="limit within 1e-6", note=note
    )


def _rate_claims(modes) -> list[Claim]:
    """The worst agreement of a linear rate, over positive eigenvalues and over negative ones at depth 2."""
    groups = (
        (
            "Positive eigenvalues converge by 1 − δLλ^(2(L−1)/L) a step",
            "Theorem 2",
            lambda m: m.eigenvalue > 0,
        ),
        (
            "At L = 2 negative eigenvalues decay by 1 − δ|λ| a step",
            "beyond the paper",
            lambda m: m.eigenvalue < 0,
        ),
    )
    claims = []
    for statement, place, member in groups:
        linear = [m for m in modes if m.approach is Approach.LINEAR and member(m) and abs(m.rate) < 1.0]
        if linear:
            known = [m for m in linear if math.isfinite(m.measured_rate)] or linear
            worst = max(known, key=lambda m: abs(m.measured_rate - m.rate))
            claims.append(
                Claim.equality(statement, place, worst.rate, worst.measured_rate, absolute=RATE_TOLERANCE)
            )
    return claims


def _law_claims(modes) -> list[Claim]:
    """The algebraic laws at λ = 0, where Theorem 2 says linear, and at λ < 0 from depth 3 on."""
    groups = (
        (
            "λ = 0 decays algebraically: w^(−(2L−2)) grows by (2L−2)δ a step",
            "Theorem 2 says “linear rate”: that holds on the positive eigenvalues only",
            lambda m: m.eigenvalue == 0,
        ),
        (
            "From L = 3 on λ < 0 decays algebraically: w^(−(L−2)) grows by (L−2)δ|λ| a step",
            "",
            lambda m: m.eigenvalue < 0,
        ),
    )
    claims = []
    for statement, note, member in groups:
        slow = [m for m in modes if m.approach is Approach.ALGEBRAIC and member(m)]
        if slow:
            known = [m for m in slow if math.isfinite(m.measured_law)] or slow
            worst = max(known, key=lambda m: abs(m.measured_law / m.law - 1.0))
            claims.append(
                Claim.equality(
                    statement, "beyond the paper", worst.law, worst.measured_law,
                    relative=LAW_TOLERANCE, note=note,
                )
            )  # fmt: skip
    return claims


def _excluded_claim(delta, excluded, modes) -> Claim:
    """Corollary 1 at the limit of the theorems."""
    statement = "Above bound (4) the top eigenvalue does not converge"
    top = modes[-1]
    if delta <= excluded:
        why = "δ is at most bound (4): not excluded"
        return Claim.not_applicable(statement, "Corollary 1", "not excluded", top.outcome.sentence, why)
    holds = None if top.at_limit is None else not top.at_limit
    return Claim.fact(statement, "Corollary 1", "does not converge", top.outcome.sentence, holds)
