"""The verdicts on Example 2: which equilibria are stable, and which of them runs select."""

from collections.abc import Sequence

from stepsize_core.claims import Claim
from stepsize_core.equilibria.line import CriticalPoint
from stepsize_core.objectives import Objective
from stepsize_core.paper.scalar import converged_starts, selection_claim, stability_claim
from stepsize_core.sweeps import Basins

PLACE = "Example 2"
THERE = 1e-3  # a run that ends so close to an equilibrium ends there
TELLABLE = 1e-8  # a multiplier above 1 by less than this is not told from 1 by a run


def claims_of(
    step_size: float, objective: Objective, points: Sequence[CriticalPoint], basins: Basins
) -> tuple[Claim, ...]:
    """Stability of the minima, the selection, and the maximum between them."""
    minima = [p for p in points if p.curvature > 0]
    maximum = next(p for p in points if p.curvature < 0)
    allowed = [p.x for p in minima if step_size <= 2.0 / p.curvature]
    ended, n_starts = converged_starts(basins), basins.labels.size
    total = sum(n for n, _ in ended)
    stability = (
        stability_claim(
            objective, p, step_size, f"x = {p.x:g} is stable only for δ < 2/f₂″ = {2.0 / p.curvature:g}",
            PLACE, displacement=THERE,
        )
        for p in minima
    )  # fmt: skip
    selection = selection_claim(
        PLACE,
        [(n, _stable_at(end, points)) for n, end in ended],
        n_starts,
        stable=" or ".join(f"x = {x:g}" for x in allowed),
        none="no start converges" if allowed else f"{total} of {n_starts} starts converge",
    )
    nothing = Claim.equality(
        f"The maximum x ≈ {maximum.x:.4f} is unstable for every δ: starts that end there",
        "beyond the paper",
        0,
        sum(n for n, end in ended if abs(end - maximum.x) < THERE),
    )
    return (*stability, selection, nothing)


def _stable_at(end: float, points: Sequence[CriticalPoint]) -> bool | None:
    """Whether a run has ended at an equilibrium that is not unstable; None where that is within tolerance."""
    reached = [p for p in points if abs(p.x - end) < THERE]
    if not reached or reached[0].stability != "unstable":
        return bool(reached)
    return None if abs(reached[0].multiplier) <= 1.0 + TELLABLE else False
