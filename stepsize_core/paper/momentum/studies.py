"""Momentum on Examples 1 and 2: at the effective step δₑ its 2-cycles are those of gradient descent.

δₑ is what is chosen; δ follows from it and from β. A run of Nesterov's method is shown by the points at which
it takes the gradient, as a run of heavy ball is: there the 2-cycles of all methods are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.diagrams import without_escaped
from stepsize_core.dynamics import Dynamics
from stepsize_core.equilibria.branches import two_cycles
from stepsize_core.equilibria.line import CriticalPoint, critical_point
from stepsize_core.frozen import Frozen
from stepsize_core.limits import Limit, LimitKind, classify_limit
from stepsize_core.objectives import Objective, ThreeHalvesPower, TwoMinima
from stepsize_core.paper.momentum.claims import (
    of_minima,
    of_oscillation,
    on_cycles,
    on_end_of_cycle,
    on_layers,
    on_own_cycle,
    on_samples,
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
    Number,
    Preset,
    Suited,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.runs import LAST_STATES, Run
from stepsize_core.paper.scalar import random_starts
from stepsize_core.parts import Progress
from stepsize_core.sweeps import Attractor, Basins, bifurcation_diagram

FUNCTIONS = EXAMPLE_2, EXAMPLE_1 = "f₂, Example 2", "f₁, Example 1"
RUN_STEPS = 4000  # within which a run is to be decided
SHARE_STARTS = 300  # random starts
CYCLE_WINDOWS = {EXAMPLE_2: (-0.5, 3.0), EXAMPLE_1: (-1.5, 1.5)}  # where 2-cycles are sought
START_WINDOWS = {EXAMPLE_2: (0.0, 2.6), EXAMPLE_1: (-4.0, 4.0)}  # of the random starts; Example 1: at δₑ = 1
WHOLE, NEAR = "all step sizes", "around the 2-cycle"
DIAGRAMS = {  # window of x, and from where to where δₑ goes
    (EXAMPLE_2, WHOLE): ((0.45, 2.3), (0.0, 0.6)),
    (EXAMPLE_2, NEAR): ((1.6, 2.2), (0.15, 0.3)),
    (EXAMPLE_1, WHOLE): ((-1.2, 1.2), (0.0, 2.0)),
    (EXAMPLE_1, NEAR): ((-1.2, 1.2), (0.0, 2.0)),
}
ON_BRANCHES = {EXAMPLE_2: (2.0, 1.1), EXAMPLE_1: (1e-4, -1e-4)}  # where it is followed from, up and down
COLUMNS, FOLLOWED, OWN = 320, (160, 48), (800, 96)  # step sizes of the diagram; steps left out, and kept
MOMENTA = np.round(np.linspace(0.0, 0.95, 20), 4)  # β at which shares are counted
SHARES_EACH = 200  # starts at each
NOISES = (0.0, 0.25, 0.5, 1.0)  # of which the thresholds over β are drawn
ALONG = np.linspace(0.0, 0.99, 199)  # β, for curves


def _suited(values: Mapping[str, Any]) -> dict[str, Suited]:
    if values["function"] == EXAMPLE_1:
        return {"step_size": Suited(0.5, (0.0, 2.0)), "start": Suited(0.3, (-2.0, 2.0))}
    return {"step_size": Suited(0.21, (0.0, 0.6)), "start": Suited(1.82, (0.0, 2.6))}


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses; `step_size` is the effective step δₑ."""

    function: str = parameter(EXAMPLE_2, Choice("function", FUNCTIONS), suits=_suited)
    step_size: float = parameter(0.21, Number("effective step δₑ", 1e-3, 2.0, usual=(0.0, 0.6)))
    beta: float = parameter(0.5, Number("momentum β", 0.0, 0.95))
    method: str = parameter(HEAVY_BALL, Choice("method", METHODS))
    start: float = parameter(1.82, Number("start x[0], at rest", -4.0, 4.0, usual=(0.0, 2.6)))
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
    def objective(self) -> Objective:
        """The function."""
        return ThreeHalvesPower() if self.function == EXAMPLE_1 else TwoMinima()

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
        Params(step_size=0.15, beta=0.9, start=2.4),
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

    delta: δ; plain: gradient descent at δₑ from the same start, (n_steps + 1,); plain_limit: what becomes of
    that; critical_points: at δₑ; cycles: 2-cycles at δₑ; basins: where random starts end with momentum.
    """

    delta: float
    plain: Array
    plain_limit: Limit
    critical_points: tuple[CriticalPoint, ...]
    cycles: Cycles
    basins: Basins
    claims: tuple[Claim, ...]

    @property
    def start_window(self) -> tuple[float, float]:
        """Where the random starts are drawn from."""
        low, high = START_WINDOWS[self.params.function]
        scale = self.params.step_size**2 if self.params.function == EXAMPLE_1 else 1.0
        return low * scale, high * scale

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
    """Where random starts end over β at one δ: momenta (m,), counts (m, 5) by OUTCOMES, of `total` each."""

    momenta: Array
    counts: Array
    total: int


OUTCOMES = ("x = 1", "x = 2", "2-cycle", "other bounded motion", "diverged")


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
    plain = gradient_descent(objective, params.start, effective, params.n_steps).states
    plain_limit = classify_limit(objective, params.start, effective, n_steps=followed_for)
    points = tuple(critical_point(objective, x, effective) for x in objective.equilibria)
    window, starts = CYCLE_WINDOWS[params.function], START_WINDOWS[params.function]
    if params.function == EXAMPLE_1:
        starts = (starts[0] * effective**2, starts[1] * effective**2)
        window = (-(effective**2), effective**2)
    cycles = cycles_of(dynamics, delta, window)
    basins = random_starts(dynamics, starts, delta, params.seed, SHARE_STARTS)
    return Study(
        params, objective, states, losses, limit, followed_for, delta, plain, plain_limit, points, cycles,
        basins, _claims(params, limit, points, cycles, basins),
    )  # fmt: skip


def _of_gradients(dynamics: Dynamics, limit: Limit) -> Limit:
    """The limit of a run by the points at which the gradient is taken."""
    if dynamics.memory == 1 or not len(limit.points):
        return limit
    return replace(
        limit, points=np.asarray(dynamics.looked_at(np.roll(limit.points, 1, axis=0), limit.points))
    )


def _claims(
    params: Params, limit: Limit, points: Sequence[CriticalPoint], cycles: Cycles, basins: Basins
) -> tuple[Claim, ...]:
    dynamics, delta = params.map, params.delta
    found = on_cycles(cycles, dynamics)
    if params.function == EXAMPLE_1:
        found += of_oscillation(dynamics, delta, limit, basins, params.step_size)
    else:
        found += on_own_cycle(limit, cycles, dynamics)
        found += (on_end_of_cycle(params.method, params.beta),)
        found += of_minima(dynamics, delta, points, basins)
    found += (on_layers(params.method, params.beta),)
    return found + on_samples(params.beta, params.noise)


def step_size_diagram(function: str, method: str, beta: float, start: float, part: str) -> Diagram:
    """What a start, and attractors that are followed, visit in the end over the effective step.

    part: WHOLE, or NEAR where the 2-cycle is born and doubles its period.
    """
    given = Params(function=function, method=method, beta=beta)
    objective, dynamics = given.objective, given.map
    window, (first, last) = DIAGRAMS[function, part]
    effective = np.linspace(first, last, COLUMNS + 1)[1:]
    deltas = effective / float(dynamics.effective_step(1.0))
    waited, kept = OWN
    own = bifurcation_diagram(dynamics, start, deltas, n_transient=waited, n_keep=kept + 1).states
    own = without_escaped(seen(dynamics, own)[1:], start)
    plain = map_of(objective, HEAVY_BALL, 0.0)
    up, down = ON_BRANCHES[function]
    followed, alone = (
        (_branch(m, up, d, 1), _branch(m, down, d, -1)) for m, d in ((dynamics, deltas), (plain, effective))
    )
    thresholds = tuple(known for known in _thresholds(given) if first <= known[0] <= last)
    cycles = _unstable_cycles(given, effective[::2])
    return Diagram(start, (first, last), effective, window, own, followed, alone, cycles, thresholds)


def _branch(dynamics: Dynamics, start: float, deltas: Array, direction: int) -> Array:
    """An attractor followed upwards (1) or downwards (−1), from the largest step that keeps it."""
    if direction > 0:
        return followed_from(dynamics, start, deltas, FOLLOWED)
    bounded = np.isfinite(gradient_descent(dynamics, start, deltas, 400, keep_last=1).final)
    usable = int(np.flatnonzero(bounded)[-1]) + 1 if bounded.any() else 0
    states = np.full((FOLLOWED[1], len(deltas)), np.nan)
    states[:, :usable] = followed_from(dynamics, start, deltas[:usable][::-1], FOLLOWED)[:, ::-1]
    return states


def _unstable_cycles(given: Params, effective: Array) -> tuple[Array, Array]:
    """Effective steps and points of the 2-cycles that are unstable with momentum."""
    dynamics, window = given.map, CYCLE_WINDOWS[given.function]
    at, y = _cycle_points(given.objective, effective, window)
    delta = at / float(dynamics.effective_step(1.0))
    unstable = modulus(*two_steps(dynamics, y, delta)) >= 1.0
    return np.tile(at[unstable], 2), y[:, unstable].ravel()


def _cycle_points(objective: Objective, effective: Array, window: Window) -> tuple[Array, Array]:
    """Every 2-cycle of gradient descent: its effective step (n,) and both its points (2, n)."""
    found = two_cycles(objective, effective, *window)
    other = found.x - found.step_sizes * objective.gradient(found.x)
    lower = found.x < other
    return found.step_sizes[lower], np.stack([found.x[lower], other[lower]])


def _thresholds(given: Params) -> tuple[tuple[float, str], ...]:
    if given.function == EXAMPLE_1:
        return ()
    end = end_of_cycle(given.method, given.beta)
    return ((0.2, "2/f₂″(2) = 0.2"), (end, f"2-cycle until {end:.4g}"), (0.5, "2/f₂″(1) = 0.5"))


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
    function: str, method: str, delta: float, seed: int, *, progress: Progress | None = None
) -> Shares:
    """Where random starts end at the step size δ, for every β of MOMENTA."""
    report = progress or (lambda share: None)
    given, low_high = Params(function=function), START_WINDOWS[function]
    counts = np.zeros((len(MOMENTA), len(OUTCOMES)), int)
    for row, beta in enumerate(MOMENTA.tolist()):
        dynamics = map_of(given.objective, method, beta)
        scale = delta**2 if function == EXAMPLE_1 else 1.0
        window = (low_high[0] * scale, low_high[1] * scale)
        report(row / len(MOMENTA))
        for share in random_starts(dynamics, window, delta, seed, SHARES_EACH).shares:
            counts[row, _outcome(share.attractor)] += share.count
    return Shares(MOMENTA, counts, SHARES_EACH)


def _outcome(attractor: Attractor) -> int:
    """Which of OUTCOMES an attractor is."""
    match attractor.kind:
        case LimitKind.EQUILIBRIUM if abs(float(attractor.points[0]) - 1.0) < 0.1:
            return 0
        case LimitKind.EQUILIBRIUM if abs(float(attractor.points[0]) - 2.0) < 0.1:
            return 1
        case LimitKind.PERIODIC_ORBIT if attractor.period == 2:
            return 2
        case LimitKind.DIVERGENT | LimitKind.UNDEFINED:
            return 4
    return 3


def thresholds_over_momentum(noise: float) -> tuple[Array, Array]:
    """The mean-square thresholds δā over β, (m,), of NOISES and of `noise` last: (n, m)."""
    rows = [mean_square_threshold(ALONG, n) for n in (*NOISES, noise)]
    return ALONG, np.array(rows)
