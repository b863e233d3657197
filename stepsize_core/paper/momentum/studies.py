"""Momentum on Examples 1 and 2: at the effective step δₑ its 2-cycles are those of gradient descent.

δₑ is what is chosen; δ follows from it and from β. A run of Nesterov's method is shown by the points at which
it takes the gradient, as a run of heavy ball is: there the 2-cycles of all methods are the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import without_escaped
from stepsize_core.dynamics import Dynamics, HeavyBall, as_dynamics
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.equilibria.line import CriticalPoint
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.objectives import Objective
from stepsize_core.paper.momentum.cases import (
    COLUMNS,
    EXAMPLE_1,
    EXAMPLE_2,
    EXAMPLE_3,
    FUNCTIONS,
    OWN,
    WHOLE,
    Case,
    Example3,
    Own,
    case_of,
)
from stepsize_core.paper.momentum.claims import (
    of_minima,
    of_oscillation,
    on_cycles,
    on_end_of_cycle,
    on_layers,
    on_own_cycle,
    on_samples,
    on_wall,
)
from stepsize_core.paper.momentum.cycles import Cycles, Window, cycles_of, followed_from
from stepsize_core.paper.momentum.theory import (
    HEAVY_BALL,
    METHODS,
    end_of_cycle,
    map_of,
    mean_square_threshold,
    modulus,
    two_steps,
)
from stepsize_core.paper.parameters import (
    Choice,
    Count,
    Expression,
    Number,
    Preset,
    Suited,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.runs import LAST_STATES, Run, run_of
from stepsize_core.paper.scalar import random_starts
from stepsize_core.parts import Progress
from stepsize_core.sweeps import Attractor, Basins, basins_of, bifurcation_diagram

RUN_STEPS = 4000  # within which a run is to be decided
SHARE_STARTS = 300  # random starts
FOLLOWED, OWN_STATES = (160, 48), (800, 96)  # steps left out of the diagram, and kept
MOMENTA = np.round(np.linspace(0.0, 0.95, 20), 4)  # β at which shares are counted
SHARES_EACH = 200  # starts at each
NOISES = (0.0, 0.25, 0.5, 1.0)  # of which the thresholds over β are drawn
PAST, BELOW = 1.05, 0.9  # times the critical step of a function that is typed
STARTS_BESIDE = (0.05, -0.05, 0.1, -0.1, 0.02, -0.02, 0.0)  # its minimum, of the window
FIRST_BETA = 0.5  # the momentum that a page opens with
TRIED = 400  # steps after which a start that suits has not been left, with this momentum and without
ALONG = np.linspace(0.0, 0.99, 199)  # β, for curves


def _suited(values: Mapping[str, Any]) -> dict[str, Suited]:
    function = values["function"]
    if function == OWN:
        return _suited_to_own(values["own"])
    step, steps, start, starts = {
        EXAMPLE_1: (0.5, (0.0, 2.0), 0.3, (-2.0, 2.0)),
        EXAMPLE_2: (0.21, (0.0, 0.6), 1.82, (0.0, 2.6)),
        EXAMPLE_3: (0.1, (0.0, 1.0), 1.2, (-4.0, 4.0)),
    }[function]
    return {"step_size": Suited(step, steps), "start": Suited(start, starts)}


@lru_cache(maxsize=256)
def _suited_to_own(text: str) -> dict[str, Suited]:
    """A step just past the smallest critical one, and a start beside the minimum, of a function of x.

    A start which neither gradient descent nor heavy ball leaves by more than the window; where they do from
    each of those tried, a step below the critical one.
    """
    case = Own(text)
    window, ends = case.diagram(WHOLE)
    critical = case.thresholds
    steps = [times * critical[0][0] for times in (PAST, BELOW)] if critical else [ends[1] / 2.0]
    starts = [_rounded(case.followed_from[0] + apart * (window[1] - window[0])) for apart in STARTS_BESIDE]
    for step in map(_rounded, steps):
        reached = [
            gradient_descent(dynamics, starts, step / dynamics.effective_step(1.0), TRIED, keep_last=1).final
            for dynamics in (as_dynamics(case.objective), HeavyBall(case.objective, FIRST_BETA))
        ]
        stay = (np.abs(np.array(reached) - starts) <= window[1] - window[0]).all(axis=0)
        if stay.any():
            break
    return {"step_size": Suited(step, ends), "start": Suited(starts[int(stay.argmax())], window)}


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _is(function: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: values["function"] == function


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses; `step_size` is the effective step δₑ."""

    function: str = parameter(
        EXAMPLE_2,
        Choice("function", FUNCTIONS),
        suits=_suited,
        meant_by={EXAMPLE_3: ("power",), OWN: ("own",)},
    )
    power: int = parameter(4, Count("power L", 4, 24, step=2), applies=_is(EXAMPLE_3))
    own: str = parameter(
        "x^4/4 - x^2/2",
        Expression("function f of x", variables=1),
        applies=_is(OWN),
        suits=_suited,
    )
    step_size: float = parameter(0.21, Number("effective step δₑ", 1e-5, 100.0, usual=(0.0, 0.6)))
    beta: float = parameter(FIRST_BETA, Number("momentum β", 0.0, 0.95))
    method: str = parameter(HEAVY_BALL, Choice("method", METHODS))
    start: float = parameter(1.82, Number("start x[0], at rest", -1e4, 1e4, usual=(0.0, 2.6)))
    n_steps: int = parameter(80, Count("steps", 2, 1000, log=True))
    seed: int = parameter(0, Count("seed of the random starts", 0, 9999))
    noise: float = parameter(
        0.5,
        Number(
            "spread of the samples, √p·s/ā", 0.0, 2.0,
            help="with sampled gradients: p noise share of the batches, s spread of the curvatures of the "
            "samples at a common minimum, ā their mean; 0 is the full batch",
        ),
    )  # fmt: skip

    @property
    def case(self) -> Case:
        """The function and its windows."""
        return case_of(self.function, self.power, self.own)

    @property
    def objective(self) -> Objective:
        """The function."""
        return self.case.objective

    @property
    def map(self) -> Dynamics:
        """The method on the function."""
        return map_of(self.objective, self.method, self.beta)

    @property
    def delta(self) -> float:
        """δ, of which `step_size` is the effective step."""
        return self.step_size / float(self.map.effective_step(1.0))


PRESETS = {
    "same_cycle": Preset(
        "Gradient descent’s 2-cycle, with momentum",
        "The run closes on the 2-cycle that gradient descent has at the same effective step.",
        Params(),
        "Momentum does not cure an oscillation: with a step 1 + β times as large it is the same one.",
        Try("take the momentum away, β = 0", {"beta": 0.0}),
        "delay",
    ),
    "cascade": Preset(
        "Momentum begins the cascade earlier",
        "At this δₑ gradient descent rests on a 2-cycle; heavy ball has left it and never repeats itself.",
        Params(step_size=0.24, beta=0.3, n_steps=160),
        "A loss that repeats every second step without momentum may turn irregular with it.",
        Try("take the momentum away, β = 0", {"beta": 0.0}),
        "stability",
    ),
    "both_stable": Preset(
        "A step too large for x = 2, made small enough",
        "δ = 0.27 is above 0.2, the limit of x = 2; with β = 0.5 it counts as 0.18: the run settles there.",
        Params(step_size=0.18, beta=0.5, start=1.86),
        "Momentum lets a minimum bear a step 1 + β times as large: sharper minima come within reach.",
        Try("start farther away, at 2.4", {"start": 2.4}),
        "shares",
    ),
    "overshoot": Preset(
        "Stable, and yet most starts overshoot",
        "With β = 0.9 both minima are stable, but most starts are carried past them and diverge.",
        Params(step_size=0.15, beta=0.9, start=1.8),
        "A stable optimum is of no use to a start that momentum carries out of its basin.",
        Try("less momentum, β = 0.3", {"beta": 0.3}),
        "shares",
    ),
    "nesterov": Preset(
        "Nesterov’s method oscillates there too",
        "The points at which it takes the gradient close on the 2-cycle of gradient descent.",
        Params(method="Nesterov", n_steps=120),
        "Looking ahead does not remove the oscillation: it changes the step at which it begins.",
        Try("heavy ball instead", {"method": "heavy ball"}),
        "delay",
    ),
    "smaller_swing": Preset(
        "Example 1: the swing is δₑ²/4",
        "The amplitude is δₑ²/4: at the same δ momentum makes it smaller, δ²/(4(1 + β)²).",
        Params(function=EXAMPLE_1, step_size=0.5, beta=0.5, start=0.3, n_steps=40),
        "With momentum the same step leaves a smaller swing around the optimum, though never none.",
        Try("take the momentum away, β = 0", {"beta": 0.0}),
        "iterates",
    ),
    "lost_starts": Preset(
        "Example 1: no longer almost every start",
        "With β = 0.8 this start is caught by a 4-cycle, although the 2-cycle is stable.",
        Params(function=EXAMPLE_1, step_size=1.0, beta=0.8, start=2.5, n_steps=120),
        "With strong momentum where training ends can depend on the start even on a convex function.",
        Try("Nesterov’s method instead", {"method": "Nesterov"}),
        "shares",
    ),
    "wall": Preset(
        "Example 3: the wall stays, the basin goes",
        "The 2-cycle ±(2/(Lδₑ))^(1/(L−2)) is the same, but with momentum it no longer parts the starts.",
        Params(function=EXAMPLE_3, step_size=0.1, beta=0.5, start=2.0, n_steps=60),
        "Momentum can throw out a start from which plain gradient descent, at the effective step, converges.",
        Try("take the momentum away, β = 0", {"beta": 0.0}),
        "delay",
    ),
    "own": Preset(
        "A function of your own: a double well",
        "Just past δₑ = 1 heavy ball goes to the 2-cycle that gradient descent has around the minimum.",
        Params(function=OWN, step_size=1.05, beta=0.5, start=1.1, n_steps=120),
        "That momentum keeps the oscillations of gradient descent is no matter of the example: try your own.",
        Try("take the momentum away, β = 0", {"beta": 0.0}),
        "delay",
    ),
    "sampling": Preset(
        "Too much momentum for noisy gradients",
        "With this spread of the samples β = 1/3 bears the largest step; β = 0.9 bears far less.",
        Params(step_size=0.15, beta=0.9, noise=0.5, start=2.0001, n_steps=160),
        "Momentum helps against curvature and hurts against sampling: small batches want less of it.",
        Try("nearly the best momentum, β = 0.3333", {"beta": 0.3333}),
        "samples",
    ),
}


class Study(Run):
    """One run with momentum, by the points at which the gradient is taken.

    delta: δ; plain: gradient descent at δₑ from the same start; critical_points: at δₑ; cycles: 2-cycles at
    δₑ; basins: where random starts end with momentum.
    """

    delta: float
    plain: Run
    critical_points: tuple[CriticalPoint, ...]
    cycles: Cycles
    basins: Basins
    claims: tuple[Claim, ...]

    @property
    def start_window(self) -> tuple[float, float]:
        """Where the random starts are drawn from."""
        return self.params.case.starts(self.params.step_size)

    @cached_property
    def last_states(self) -> Array:
        if self.shown:
            return self.states[-LAST_STATES:]
        dynamics, start = self.params.map, self.params.start
        path = gradient_descent(dynamics, start, self.delta, self.followed, keep_last=LAST_STATES + 1).states
        return seen(dynamics, path)[-LAST_STATES:]


class Diagram(Frozen):
    """What runs visit in the end over the effective step.

    ends: of δₑ; step_sizes (m,): δₑ; own: from this start; followed, plain: attractors followed upwards and
    downwards, with momentum and without; states (n, m), NaN where a run is lost; cycles: points (δₑ, y) of
    2-cycles that are unstable with momentum; thresholds: (δₑ, name).
    """

    start: float
    ends: tuple[float, float]
    step_sizes: Array
    window: tuple[float, float]
    own: Array
    followed: tuple[Array, Array]
    plain: tuple[Array, Array]
    cycles: tuple[Array, Array]
    thresholds: tuple[tuple[float, str], ...]


class CycleStability(Frozen):
    """Multipliers of the 2-cycle: effective steps (m,), the modulus over two steps without momentum and with
    it, and where each passes 1, NaN where never."""

    step_sizes: Array
    plain: Array
    modulus: Array
    ends: tuple[float, float]


class Shares(Frozen):
    """Where random starts end over β at one δ: momenta (m,), counts (m, 7) by OUTCOMES, of `total` each."""

    momenta: Array
    counts: Array
    total: int


OUTCOMES = (
    "x = 1", "x = 2", "2-cycle", "other bounded motion", "diverged", "an equilibrium", "undecided",
)  # fmt: skip


def seen(dynamics: Dynamics, path: Array) -> Array:
    """Of positions along the first axis, from rest, the points at which the gradient is taken."""
    if dynamics.memory == 1:
        return path
    return np.asarray(dynamics.looked_at(np.concatenate([path[:1], path[:-1]]), path))


def study(params: Params) -> Study:
    """Run a method at `params` and set it against gradient descent at the effective step."""
    objective, dynamics, delta, effective = params.objective, params.map, params.delta, params.step_size
    states = seen(dynamics, gradient_descent(dynamics, params.start, delta, params.n_steps).states)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = objective.value(states)
    followed_for = max(RUN_STEPS, params.n_steps)
    limit = _of_gradients(dynamics, classify_limit(dynamics, params.start, delta, n_steps=followed_for))
    plain = run_of(params, objective, params.start, decided_in=followed_for)
    case = params.case
    points = case.points(effective)
    cycles = cycles_of(dynamics, delta, case.cycles(effective), _around_two(limit))
    window = case.starts(effective)
    ends = random_starts(dynamics, window, delta, params.seed, SHARE_STARTS).limit
    basins = basins_of(dynamics, _of_gradients(dynamics, ends), window, one_step_size=True)
    return Study(
        params, objective, states, losses, limit, followed_for, delta, plain, points, cycles, basins,
        _claims(params, limit, points, cycles, basins),
    )  # fmt: skip


def _around_two(limit: Limit) -> Window | None:
    """Where the 2-cycle lies that a run has ended in; None for another end."""
    if limit.kind is not LimitKind.PERIODIC_ORBIT or limit.period != 2:
        return None
    low, high = float(np.min(limit.points)), float(np.max(limit.points))
    return low - (high - low) / 2.0, high + (high - low) / 2.0


def _of_gradients(dynamics: Dynamics, limit: Limit) -> Limit:
    """The limits of runs by the points at which the gradient is taken."""
    if dynamics.memory == 1 or not len(limit.points):
        return limit
    k = np.arange(len(limit.points)).reshape(-1, *[1] * np.ndim(limit.period))
    before = np.take_along_axis(limit.points, (k - 1) % np.maximum(limit.period, 1), axis=0)
    return replace(limit, points=np.asarray(dynamics.looked_at(before, limit.points)))


def _claims(
    params: Params, limit: Limit, points: Sequence[CriticalPoint], cycles: Cycles, basins: Basins
) -> tuple[Claim, ...]:
    dynamics, delta, case = params.map, params.delta, params.case
    found = on_cycles(cycles, dynamics)
    if params.function == EXAMPLE_1:
        found += of_oscillation(dynamics, delta, limit, basins, params.step_size)
    else:
        found += on_own_cycle(limit, cycles, dynamics)
        if isinstance(case, Example3):
            found += (on_wall(cycles, case.wall(params.step_size)),)
        if params.function == EXAMPLE_2:
            found += (on_end_of_cycle(params.method, params.beta),)
        found += of_minima(dynamics, delta, points, basins, case)
    found += (on_layers(params.method, params.beta),)
    return found + on_samples(params.beta, params.noise)


def step_size_diagram(case: Case, method: str, beta: float, start: float, part: str) -> Diagram:
    """What a start, and attractors that are followed, visit in the end over the effective step.

    part: WHOLE, or NEAR where the 2-cycle is born and doubles its period.
    """
    dynamics = map_of(case.objective, method, beta)
    window, (first, last) = case.diagram(part)
    effective = np.linspace(first, last, COLUMNS + 1)[1:]
    deltas = effective / float(dynamics.effective_step(1.0))
    waited, kept = OWN_STATES
    own = bifurcation_diagram(dynamics, start, deltas, n_transient=waited, n_keep=kept + 1).states
    own = without_escaped(seen(dynamics, own)[1:], start)
    plain = map_of(case.objective, HEAVY_BALL, 0.0)
    up, down = case.followed_from
    followed, alone = (
        (_branch(m, up, d, 1), _branch(m, down, d, -1)) for m, d in ((dynamics, deltas), (plain, effective))
    )
    end = end_of_cycle(method, beta) if case == case_of(EXAMPLE_2) else np.nan
    known = sorted([*case.thresholds, (end, f"2-cycle until {end:.4g}")])
    thresholds = tuple(each for each in known if first <= each[0] <= last)
    cycles = _unstable_cycles(
        dynamics, case.cycles(1.0) if case == case_of(EXAMPLE_2) else window, effective[::2]
    )
    return Diagram(start, (first, last), effective, window, own, followed, alone, cycles, thresholds)


def _branch(dynamics: Dynamics, start: float, deltas: Array, direction: int) -> Array:
    """An attractor followed upwards (1) or downwards (−1), from the largest step that keeps it."""
    if direction > 0:
        return followed_from(dynamics, start, deltas, FOLLOWED)
    bounded = np.isfinite(gradient_descent(dynamics, start, deltas, 400, keep_last=1).final)
    usable = int(np.flatnonzero(bounded)[-1]) + 1 if bounded.any() else 0
    states = np.full((FOLLOWED[1], len(deltas)), np.nan)
    if usable:
        states[:, :usable] = followed_from(dynamics, start, deltas[:usable][::-1], FOLLOWED)[:, ::-1]
    return states


def _unstable_cycles(dynamics: Dynamics, window: Window, effective: Array) -> tuple[Array, Array]:
    """Effective steps and points of the 2-cycles that are unstable with momentum."""
    at, y = _cycle_points(dynamics.objective, effective, window)
    delta = at / float(dynamics.effective_step(1.0))
    unstable = modulus(*two_steps(dynamics, y, delta)) >= 1.0
    return np.tile(at[unstable], 2), y[:, unstable].ravel()


def _cycle_points(objective: Objective, effective: Array, window: Window) -> tuple[Array, Array]:
    """Every 2-cycle of gradient descent: its effective step (n,) and both its points (2, n)."""
    found = two_cycles(objective, effective, *window)
    other = found.x - found.step_sizes * objective.gradient(found.x)
    lower = found.x < other
    return found.step_sizes[lower], np.stack([found.x[lower], other[lower]])


def cycle_stability(function: str, method: str, beta: float) -> CycleStability:
    """The multipliers of the 2-cycle over the effective step, from its birth on."""
    given = Params(function=function, method=method, beta=beta)
    if function == EXAMPLE_1:
        at = np.linspace(0.02, 2.0, 100)
        y = np.stack([-(at**2) / 4.0, at**2 / 4.0])
        ends = (np.nan, np.nan)
    else:
        at, y = _cycle_points(given.objective, np.linspace(0.2005, 0.26, 120), (1.5, 2.3))
        kept = np.abs(y.mean(axis=0) - 2.0) < 0.3
        at, y = at[kept], y[:, kept]
        ends = (end_of_cycle(HEAVY_BALL, 0.0), end_of_cycle(method, beta))
    plain = map_of(given.objective, HEAVY_BALL, 0.0)
    dynamics = given.map
    return CycleStability(
        at, modulus(*two_steps(plain, y, at)),
        modulus(*two_steps(dynamics, y, at / float(dynamics.effective_step(1.0)))), ends,
    )  # fmt: skip


def shares_over_momentum(
    case: Case, method: str, delta: float, seed: int, *, progress: Progress | None = None
) -> Shares:
    """Where random starts end at the step size δ, for every β of MOMENTA."""
    report = progress or (lambda share: None)
    window, two_minima = case.starts(delta), case == case_of(EXAMPLE_2)
    counts = np.zeros((len(MOMENTA), len(OUTCOMES)), int)
    for row, beta in enumerate(MOMENTA.tolist()):
        report(row / len(MOMENTA))
        for share in random_starts(
            map_of(case.objective, method, beta), window, delta, seed, SHARES_EACH
        ).shares:
            counts[row, _outcome(share.attractor, two_minima)] += share.count
    return Shares(MOMENTA, counts, SHARES_EACH)


def _outcome(attractor: Attractor, two_minima: bool) -> int:
    """Which of OUTCOMES an attractor is; two_minima: whether it is one of Example 2."""
    match attractor.kind:
        case LimitKind.EQUILIBRIUM if not two_minima:
            return 5
        case LimitKind.EQUILIBRIUM if abs(float(attractor.points[0]) - 1.0) < 0.1:
            return 0
        case LimitKind.EQUILIBRIUM if abs(float(attractor.points[0]) - 2.0) < 0.1:
            return 1
        case LimitKind.PERIODIC_ORBIT if attractor.period == 2:
            return 2
        case LimitKind.DIVERGENT | LimitKind.UNDEFINED:
            return 4
        case LimitKind.UNDECIDED:
            return 6
    return 3


def thresholds_over_momentum(noise: float) -> tuple[Array, Array]:
    """The mean-square thresholds δā over β, (m,), of NOISES and of `noise` last: (n, m)."""
    rows = [mean_square_threshold(ALONG, n) for n in (*NOISES, noise)]
    return ALONG, np.array(rows)
