"""The verdicts on momentum: thresholds and 2-cycles at the effective step, and sampled gradients."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.dynamics import Dynamics, HeavyBall, as_dynamics
from stepsize_core.equilibria.line import CriticalPoint
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.momentum.cases import Case
from stepsize_core.paper.momentum.cycles import Cycles, cycles_of
from stepsize_core.paper.momentum.theory import (
    AROUND,
    best_momentum,
    end_of_cycle,
    map_of,
    mean_square_threshold,
    measured_threshold,
    modulus_on_oscillation,
    oscillation_amplitude,
)
from stepsize_core.paper.scalar import converged_starts, selection_claim, stability_claim
from stepsize_core.stability import orbit_multipliers
from stepsize_core.sweeps import Basins

PLACE = "beyond the paper"
MOST_MINIMA = 4  # of which it is claimed that they are stable or not
NEAR = 1e-3  # of the window: starts beside a minimum, where that is nearer than THERE
THERE = 1e-3  # a run that ends so close to an equilibrium ends there
ALIKE = 1e-6  # relative: the points of two cycles
RETURN = 1e-9  # of the size of a cycle: two steps lead back to it
AMPLIFIED = 1e5  # a multiplier by which two steps lead rounding as far as RETURN
AT_END = 0.01  # relative: so far below and above its end the 2-cycle is tried
TRIED = np.linspace(0.0, 0.95, 39)  # β among which none bears a larger step than the best
RHO, BESIDE_BOUND, LAYER_STEPS = 2.0, 0.02, 1000  # two layers: their product, how far beside the bound, steps
BACK = 0.1  # of the first error: the run comes back
EIGHT_DIGITS = 1e-8


def on_cycles(cycles: Cycles, dynamics: Dynamics) -> tuple[Claim, ...]:
    """That gradient descent's 2-cycles at δₑ are those of momentum, and which of them are stable."""
    n, name = cycles.y.shape[1], _name(dynamics)
    same = f"The 2-cycles of gradient descent at δₑ are 2-cycles of {name}: two steps miss them by"
    which = "Which of them are stable follows from the curvatures on them" + (
        ": −((1 − β)/(1 + β))² < m < 1, m gradient descent's multiplier" if name == "heavy ball" else ""
    )
    if n == 0:
        none = "gradient descent has no 2-cycle at this effective step"
        return tuple(Claim.not_applicable(words, PLACE, "—", "—", none) for words in (same, which))
    stable, returned = cycles.stable, cycles.returns
    told = cycles.decided & (returned != 0)
    wrong = told & (stable != (returned > 0))
    holds = False if wrong.any() else True if told.all() else None
    clear = cycles.residual[cycles.modulus < AMPLIFIED]
    note = f"without {n - len(clear)} on which two steps carry rounding too far" if len(clear) < n else ""
    missed = float(clear.max()) if len(clear) else math.nan
    return (
        Claim.equality(same, PLACE, 0.0, missed, absolute=RETURN, note=note),
        Claim.fact(
            which, PLACE, f"{int(stable.sum())} of {n} stable",
            f"runs beside them: {int((returned > 0).sum())} of {n} come back"
            + (f", {int((returned == 0).sum())} do not tell" if (returned == 0).any() else ""),
            holds, rule="comes back or leaves",
        ),
    )  # fmt: skip


def on_own_cycle(limit: Limit, cycles: Cycles, dynamics: Dynamics) -> tuple[Claim, ...]:
    """That a run that ends in a 2-cycle ends in one of gradient descent at δₑ."""
    if limit.kind is not LimitKind.PERIODIC_ORBIT or limit.period != 2 or cycles.y.shape[1] == 0:
        return ()
    found = np.sort(limit.points)
    nearest = cycles.y[:, np.argmin(np.abs(cycles.y - found[:, None]).max(axis=0))]
    words = "The 2-cycle that this run ends in is one of gradient descent at δₑ: its upper point"
    neutral = bool(np.any(np.abs(np.abs(limit.multipliers) - 1.0) < 1e-3))
    note = "so near the birth of the cycle the run has not closed on it" if neutral else ""
    tolerance = {"absolute": ALIKE * max(1.0, float(np.ptp(nearest)))}
    measured = math.nan if neutral else float(found[1])
    return (Claim.equality(words, PLACE, float(nearest[1]), measured, note=note, **tolerance),)


def on_wall(cycles: Cycles, wall: float) -> Claim:
    """Example 3: the 2-cycle of gradient descent at δₑ by its closed form."""
    measured = float(cycles.y[1].max(initial=-math.inf)) if cycles.y.shape[1] else math.nan
    statement = "The 2-cycle is ±(2/(Lδₑ))^(1/(L−2)), whatever β: its upper point"
    return Claim.equality(statement, PLACE, wall, measured, relative=EIGHT_DIGITS)


def of_minima(
    dynamics: Dynamics,
    step_size: float,
    points: Sequence[CriticalPoint],
    basins: Basins,
    case: Case,
) -> tuple[Claim, ...]:
    """Each minimum is stable exactly below its threshold in δₑ, and runs select stable ones.

    Of many minima those nearest the middle of its window are tried.
    """
    middle, near = sum(case.window) / 2.0, min(THERE, NEAR * float(np.ptp(case.window)))
    smooth = [p for p in points if 0.0 < p.curvature < math.inf and not p.one_sided]
    minima = sorted(sorted(smooth, key=lambda p: abs(p.x - middle))[:MOST_MINIMA], key=lambda p: p.x)
    stability = []
    for p in minima:
        multipliers = orbit_multipliers(dynamics, [p.x], step_size)
        slowest = float(np.abs(multipliers).max())
        paced = replace(
            p, multiplier=math.copysign(slowest, p.multiplier) if p.stability != "neutral" else -1.0
        )
        statement = f"{p.name} is stable only for δₑ < 2/{case.symbol} = {2.0 / p.curvature:g}"
        stability.append(stability_claim(dynamics, paced, step_size, statement, PLACE, displacement=near))
    ended, n_starts = converged_starts(basins), basins.labels.size
    allowed = [p.x for p in points if p.stability != "unstable"]
    selection = selection_claim(
        PLACE,
        [(n, _stable_at(end, points)) for n, end in ended],
        n_starts,
        stable=" or ".join(f"x = {x:.4g}" for x in allowed)
        if len(allowed) <= MOST_MINIMA
        else "a stable one",
    )
    statement = "If a run converges to an equilibrium, that equilibrium is stable at δₑ"
    return (*stability, replace(selection, statement=statement))


def _stable_at(end: float, points: Sequence[CriticalPoint]) -> bool | None:
    """Whether a run has ended at an equilibrium that is not unstable; None where f′ or f″ jumps there."""
    reached = [p for p in points if abs(p.x - end) < THERE * max(1.0, abs(end))]
    if reached and reached[0].one_sided:
        return None
    return not reached or reached[0].stability != "unstable"


@lru_cache(maxsize=64)
def on_end_of_cycle(method: str, beta: float) -> Claim:
    """Example 2: the effective step up to which the 2-cycle born at x = 2 is stable."""
    end, dynamics = end_of_cycle(method, beta), map_of(TwoMinima(), method, beta)
    found = []
    for share in (1.0 - AT_END, 1.0 + AT_END):
        delta = share * end / float(dynamics.effective_step(1.0))
        cycles = cycles_of(dynamics, delta, AROUND)
        found.append(int(cycles.returns[np.argmin(np.abs(cycles.y.mean(axis=0) - 2.0))]))
    word = {1: "comes back", 0: "does not tell", -1: "leaves"}
    holds = None if 0 in found else found == [1, -1]
    return Claim.fact(
        f"The 2-cycle born at x = 2 is stable up to δₑ = {end:.5g}", PLACE, "comes back below, leaves above",
        f"1 % below a run beside it {word[found[0]]}, 1 % above it {word[found[1]]}", holds,
        rule="at 0.99 and 1.01 times",
    )  # fmt: skip


def of_oscillation(
    dynamics: Dynamics, step_size: float, limit: Limit, basins: Basins, effective: float
) -> tuple[Claim, ...]:
    """Example 1: the amplitude δₑ²/4, the multipliers on it, and how many starts still reach it."""
    amplitude = float(oscillation_amplitude(effective))
    oscillates = limit.kind is LimitKind.PERIODIC_ORBIT and limit.period == 2
    measured = float(np.mean(np.abs(limit.points))) if oscillates else math.nan
    statement = "The 2-cycle has the amplitude δₑ²/4"
    size = (
        Claim.equality(statement, PLACE, amplitude, measured, relative=1e-9)
        if oscillates
        else Claim.not_applicable(statement, PLACE, amplitude, limit.sentence, "this run is not on a 2-cycle")
    )
    orbit = dynamics.cycle_through(np.array([-amplitude, amplitude]))
    largest = float(np.abs(orbit_multipliers(dynamics, orbit, step_size)).max())
    held = sum(s.count for s in basins.shares if s.attractor.period == 2)
    every, found = "Almost every start ends in the 2-cycle", f"{held} of {basins.labels.size} starts"
    share = (
        Claim.fact(every, "Example 1", "all", found, held == basins.labels.size, rule="all")
        if as_dynamics(dynamics).memory == 1
        else Claim.not_applicable(
            every, "Example 1", "all", found, "Example 1 speaks of gradient descent, without momentum"
        )
    )
    value = "β" if isinstance(dynamics, HeavyBall) else "β²/(1 + 2β)"
    closes = Claim.equality(
        f"The multipliers of two steps on it have the modulus {value}", PLACE,
        modulus_on_oscillation(dynamics), largest, absolute=1e-6,
    )  # fmt: skip
    return size, closes, share


@lru_cache(maxsize=64)
def on_layers(method: str, beta: float) -> Claim:
    """Theorem 1 at δₑ, on two layers of one weight each: beside their flattest optimum runs come back below
    the bound and leave above it."""
    dynamics, optimum = map_of(UserFunction(f"(x*y - {RHO:g})^2/2"), method, beta), np.full(2, RHO**0.5)
    bound = 2.0 / (2.0 * RHO)
    deltas = np.array([1.0 - BESIDE_BOUND, 1.0 + BESIDE_BOUND]) * bound / float(dynamics.effective_step(1.0))
    states = gradient_descent(dynamics, optimum + THERE, deltas, LAYER_STEPS).states
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(states.prod(axis=-1) - RHO)
    returns = bool(errors[-1, 0] < BACK * errors[0, 0])
    stays = bool(errors[-2:, 1].max() < BACK * errors[0, 1])
    words = {True: "the error shrinks", False: "it does not"}
    return Claim.fact(
        f"Theorem 1 at δₑ: two layers with product {RHO:g} bear at most 2/(Lρ^(2−2/L)) = {bound:g}", PLACE,
        "settles below, not above",
        f"2 % below {words[returns]}, 2 % above {words[stays]}",
        returns and not stays, rule="beside the flattest optimum",
    )  # fmt: skip


@lru_cache(maxsize=64)
def on_samples(beta: float, noise: float) -> tuple[Claim, ...]:
    """Heavy ball with sampled gradients: the largest step of mean-square stability, and the best β."""
    best = min(best_momentum(noise), float(TRIED[-1]))
    tried = [measured_threshold(beta, noise) for beta in TRIED.tolist()]
    return (
        Claim.equality(
            f"Heavy ball on samples with √p·s/ā = {noise:g} is mean-square stable up to δā =", PLACE,
            float(mean_square_threshold(beta, noise)), measured_threshold(beta, noise), relative=EIGHT_DIGITS,
        ),
        Claim.bound(
            f"No β up to {TRIED[-1]:g} bears a larger step there than β = {best:.3g}: δā =", PLACE,
            float(mean_square_threshold(best, noise)), float(np.max(tried)), relative=EIGHT_DIGITS,
        ),
    )  # fmt: skip


def _name(dynamics: Dynamics) -> str:
    return "heavy ball" if isinstance(dynamics, HeavyBall) else "Nesterov’s method"
