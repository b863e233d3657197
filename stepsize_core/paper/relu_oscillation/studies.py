"""Theorem 4 and Figure 2: a two-layer ReLU network that converges, cycles between functions, or does neither.

The trained loss is c Σ|f̂(x_i) − f(x_i)|²: c = ½ in Theorem 4, c = 1 in the experiment of Figure 2. Where
gradient descent has converged, max_i ‖x_i‖‖f̂(x_i)‖ ≤ 1/(2cδ). At larger steps the estimate keeps switching
between two functions ("odd" and "even"), between more, or never repeats: the period is measured.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from stepsize_core.arrays import Array, Indices
from stepsize_core.claims import Claim
from stepsize_core.frozen import Frozen, Recomputable
from stepsize_core.networks.relu import TwoLayerReLU, gaussian_experiment
from stepsize_core.paper.parameters import (
    Choice,
    Column,
    Count,
    Number,
    Points,
    Preset,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.relu_oscillation.claims import claims_of
from stepsize_core.paper.relu_oscillation.targets import (
    DRAWN,
    OWN,
    PUBLISHED,
    PUBLISHED_A,
    PUBLISHED_B,
    SINE,
    STEPS,
    TARGETS,
    Experiment,
    Units,
    published,
)
from stepsize_core.paper.relu_oscillation.theory import output_bound
from stepsize_core.paper.relu_oscillation.training import Training, train
from stepsize_core.paper.tables import read_points
from stepsize_core.stability import eigenvalue_margins, hessian_eigenvalues

USUAL = (4e-5, 0.12)  # step sizes on the slider
WHERE_NEEDED, SCALED, AS_GIVEN = "where needed", "yes", "no"
SUM, HALF_SUM = "Σ (Figure 2)", "½Σ (Theorem 4)"
CURVE_BINS = 200  # bins of a thinned curve; the smallest and the largest value of each bin are kept
SHARPNESS_PLACES, IN_A_ROW = 40, 8  # where the sharpness is followed, and for how many steps each time
FLAT = 0.01  # losses that differ by less than this share are alike
GAP_STEPS = 240  # steps at which gaps between iterates are measured
GRID_POINTS = 201  # inputs at which functions are drawn
STAIRS = np.array([0.0, 1.0, -0.5, 0.5])  # of the target STEPS, on the quarters of [0, 1)


def _own(values: Mapping[str, Any]) -> bool:
    """Whether the reader's own points are learned."""
    return values["target"] == OWN


def _drawn(values: Mapping[str, Any]) -> bool:
    """Whether anything of the network is drawn: all but the published weights."""
    return values["target"] not in PUBLISHED


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses; `points` is a table as text, see `read_points`, of the target "own points".

    `watched` (where the step-size diagram looks, 0 the smallest and 1 the largest input) and `draws` (of the
    reader's own ensemble) do not change the run.
    """

    step_size: float = parameter(3e-4, Number("step size δ", 1e-12, 10.0, log=True, usual=USUAL))
    target: str = parameter(DRAWN, Choice("what the network learns", TARGETS))
    seed: int = parameter(23, Count("seed of the draw", 0, 99_999), applies=_drawn)
    hidden_units: int = parameter(20, Count("hidden units r", 1, 60), applies=_drawn)
    n_points: int = parameter(
        1000,
        Count("training points N", 2, 100_000, log=True),
        applies=lambda values: _drawn(values) and values["target"] != OWN,
    )
    loss: str = parameter(SUM, Choice("sum of squares in the loss", (SUM, HALF_SUM)))
    n_steps: int = parameter(20_001, Count("steps", 100, 40_001, log=True))
    watched: float = parameter(1.0, Number("input watched in the diagram (0 left, 1 right)", 0.0, 1.0))
    draws: int = parameter(5, Count("draws in your ensemble", 5, 40, step=5))
    points: str = parameter(
        "",
        Points(
            "own points: one “x, y” a line, or a table",
            4000,
            read=read_points,
            used_by=("target", OWN),
            columns=("x_column", "y_column"),
        ),
        applies=_own,
    )
    x_column: int = parameter(0, Column("x is"), applies=_own)
    y_column: int = parameter(0, Column("y is"), applies=_own)
    scaling: str = parameter(
        WHERE_NEEDED,
        Choice(
            "scale x and y to [0, 1]",
            (WHERE_NEEDED, SCALED, AS_GIVEN),
            help="needed where 2/λ_max at the start is below every step on the slider",
        ),
        applies=_own,
    )

    @property
    def loss_scale(self) -> float:
        """c, the factor in front of the sum."""
        return 1.0 if self.loss == SUM else 0.5


TWO_POINTS: dict[str, Any] = {"target": OWN, "points": "0, 0\n2, 3", "seed": 1, "n_steps": 4001}

PRESETS = {
    "figure_2_right": Preset(
        "Figure 2, right: two functions in turn",
        "The estimate switches between f̂ odd and f̂ even at every step, to the end.",
        Params(),
        "What a network computes can depend on whether training stops at an odd or at an even step.",
        Try("lower δ to 2·10⁻⁴", {"step_size": 2e-4}),
        "overlay",
    ),
    "figure_2_left": Preset(
        "Figure 2, left: one function, close to f",
        "The same draw with a step one third smaller reaches a fixed function close to f.",
        Params(step_size=2e-4),
        "The step size alone can decide between learning a function and never settling on one.",
        Try("raise δ to 3·10⁻⁴", {"step_size": 3e-4}),
        "overlay",
    ),
    "notebook_large": Preset(
        "The authors' larger step: not a 2-cycle",
        "After 20,001 steps the iterates two apart still differ: odd and even are only the last two.",
        Params(step_size=3e-4, target=PUBLISHED_A),
        "The last two steps of a run do not tell a 2-cycle from a run that never repeats.",
        Try("lower δ to 10⁻⁴", {"step_size": 1e-4}),
        "gaps",
    ),
    "notebook_small": Preset(
        "The authors' smaller step: at rest",
        "At the smaller of the notebook's two steps the function comes to rest within 40,001 steps.",
        Params(step_size=1e-4, target=PUBLISHED_B, n_steps=40_001),
        "A loss that hardly falls is no sign of rest: a run may need many more steps to come to it.",
        Try("stop after 20,001 steps", {"n_steps": 20_001}),
        "gaps",
    ),
    "period_4": Preset(
        "Four functions in turn",
        "On this draw δ = 4·10⁻⁴ visits four functions: odd and even are two each.",
        Params(step_size=4e-4, seed=80),
        "Networks drawn alike can train unlike: one ends in a 2-cycle, another runs through four functions.",
        Try("lower δ to 3·10⁻⁴", {"step_size": 3e-4}),
        "overlay",
    ),
    "period_8": Preset(
        "Eight functions in turn",
        "Another draw, a larger step: Figure 2's picture would show two of eight functions.",
        Params(step_size=5e-4, seed=78),
        "Averaging or comparing the last two steps can miss most of what a run still does.",
        Try("lower δ to 4·10⁻⁴", {"step_size": 4e-4}),
        "overlay",
    ),
    "damped_alternation": Preset(
        "A damped alternation that looks like a cycle",
        "Odd and even differ for thousands of steps, but their gap keeps falling: the run converges.",
        Params(seed=18, n_steps=16_001),
        "An oscillation that dies out and one that lasts look alike for long: follow the gap.",
        Try("lower δ to 2·10⁻⁴", {"step_size": 2e-4}),
        "gaps",
    ),
    "aperiodic": Preset(
        "Never the same function again",
        "Another draw at δ = 4·10⁻⁴: bounded, with a positive Lyapunov exponent.",
        Params(step_size=4e-4, seed=12),
        "Training on all the data, without any noise, can still be unpredictable.",
        Try("lower δ to 2·10⁻⁴", {"step_size": 2e-4}),
        "overlay",
    ),
    "poor_fit": Preset(
        "Converged is not learned",
        "The run comes to rest, with a loss far above the level that counts as learned.",
        Params(step_size=2e-4, seed=6),
        "That training has settled says nothing about how good the fit is.",
        Try("halve the step, δ = 10⁻⁴", {"step_size": 1e-4}),
        "loss",
    ),
    "theorem_4_bites": Preset(
        "Two points, just inside Theorem 4",
        "Two points, one far from the origin: the bound 6.25 is 4% above what the network must reach.",
        Params(**TWO_POINTS, step_size=0.08),
        "A step size limits what a converged network can compute at inputs far from 0.",
        Try("raise δ to 0.085, past 1/12", {"step_size": 0.085}),
        "outputs",
    ),
    "theorem_4_forbids": Preset(
        "The same two points, past Theorem 4",
        "Past δ = 1/12 the bound is below ‖x‖‖f(x)‖ = 6: no run can rest at the fit, and this one cycles.",
        Params(**TWO_POINTS, step_size=0.085),
        "A large step can put a fit out of reach, however long training lasts.",
        Try("lower δ to 0.08, below 1/12", {"step_size": 0.08}),
        "overlay",
    ),
}


class Curve(Frozen):
    """A quantity along training: steps, and values of the same shape."""

    steps: Indices
    values: Array


class Study(Recomputable, Training):
    """One training run and what the theory says of it.

    grid (g,): inputs; last_functions (q, g): what `last_states` compute there; losses: thinned, with parity =
    steps % 2; flat_from: the step from which each loss differs by less than FLAT from the last one of its
    parity; gaps_1, gaps_2: max over the inputs of |f̂[k+1] − f̂[k]| and |f̂[k+2] − f̂[k]|; sharpness: λ_max
    along training, (m, IN_A_ROW), steps in a row at m places, NaN from the next place on; margins (2, n):
    2/δ − λ at the last two iterates; moved: how far f̂ moved over the last half of the run, relative to its
    size; bound: Theorem 4's; start_limit: 2/λ_max at the start. All of it in `units`, those trained.
    own_points: text in the place of `params.points`, if any; given: whether this is `as_given`.
    """

    follows_from: ClassVar = ("params", "own_points", "given")
    params: Params
    units: Units
    start_limit: float
    grid: Array
    last_functions: Array
    losses: Curve
    flat_from: int
    gaps_1: Curve
    gaps_2: Curve
    sharpness: Curve
    margins: Array
    moved: float
    bound: float
    own_points: str = ""
    given: bool = False

    @property
    def last_steps(self) -> Indices:
        """The step numbers of `last_states`; a run that escapes ends before its last step."""
        return self.n_steps + np.arange(1 - len(self.last_states), 1)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What the paper says of the run, set against it."""
        return claims_of(self, self.margins, self.params.target, self.units.words)

    @cached_property
    def as_given(self) -> "Study":
        """The same run with `grid`, `last_functions` and gaps in the units of the data."""
        if not self.units.words:
            return self
        span, two = self.units.y_span, (self.gaps_1, self.gaps_2)
        one, other = (replace(gaps, values=span * gaps.values) for gaps in two)
        functions = self.units.y(self.last_functions)
        grid = self.units.x(self.grid)
        return replace(self, grid=grid, last_functions=functions, gaps_1=one, gaps_2=other, given=True)

    @property
    def usable(self) -> bool:
        """Whether any step size on the slider is below 2/λ_max at the start."""
        return self.start_limit > USUAL[0]


def experiment_of(params: Params, own_points: str = "") -> Experiment:
    """The loss and the start that `params` stand for; own_points and errors as for `study`.

    DRAWN follows the recipe of Figure 2 for `seed`: b, the target's W and V and the start's W and V are
    standard normal, x_i = i/n_points. STEPS and SINE keep that b and start and replace the target. OWN takes
    the points from text, see `read_points`, scaled to [0, 1] where `params.scaling` says so: WHERE_NEEDED is
    where 2/λ_max at the start is below all step sizes on the slider, and larger once they are scaled. The
    published weights fix everything but the loss scale.
    """
    if params.target in PUBLISHED:
        return published(params.target, params.loss_scale)
    drawn, start = gaussian_experiment(params.seed, params.hidden_units, params.n_points, params.loss_scale)
    inputs, outputs = drawn.inputs[:, 0], drawn.targets
    if params.target == OWN:
        inputs, outputs = read_points(own_points or params.points, params.x_column, params.y_column)
        given = Experiment(TwoLayerReLU(inputs, outputs, drawn.bias, params.loss_scale), start)
        return _scaled(given, params.scaling)
    if params.target == STEPS:
        outputs = STAIRS[np.minimum((4.0 * inputs).astype(int), 3)]
    elif params.target == SINE:
        outputs = np.sin(2.0 * math.pi * inputs)
    return Experiment(TwoLayerReLU(inputs, outputs, drawn.bias, params.loss_scale), start)


def _scaled(given: Experiment, scaling: str) -> Experiment:
    """The experiment with x and y scaled to [0, 1], or as it is given."""
    if scaling == AS_GIVEN or (scaling == WHERE_NEEDED and given.start_limit > USUAL[0]):
        return given
    scaled = given.scaled()
    return scaled if scaling == SCALED or scaled.start_limit > given.start_limit else given


def study(params: Params, own_points: str = "") -> Study:
    """Train at `params` and set the run against Theorem 4 and the linear theory.

    own_points: text that takes the place of `params.points`, for more points than a field of `Params` holds.
    Raises ValueError where the points are used and cannot be read, see `read_points`.
    """
    setup = experiment_of(params, own_points)
    objective, delta = setup.objective, params.step_size
    run, states, losses = train(objective, setup.start, delta, params.n_steps)
    grid = np.linspace(objective.inputs.min(), objective.inputs.max(), GRID_POINTS)
    gaps_1, gaps_2 = _gaps(objective, states)
    in_a_row = np.arange(min(IN_A_ROW, run.n_steps))
    places = np.unique(np.geomspace(1, run.n_steps - in_a_row[-1], SHARPNESS_PLACES).astype(int))
    followed = places[:, None] + in_a_row
    sharpness = hessian_eigenvalues(objective, states[followed])[..., -1]
    sharpness[followed >= np.append(places[1:], len(states))[:, None]] = np.nan
    middle, end = objective.observable(states[[run.n_steps // 2, run.n_steps]])
    return Study(
        **vars(run),
        params=params,
        units=setup.units,
        start_limit=setup.start_limit,
        grid=grid,
        last_functions=objective.predict(run.last_states, grid)[..., 0],
        losses=thinned(losses),
        flat_from=_flat_from(losses),
        gaps_1=gaps_1,
        gaps_2=gaps_2,
        sharpness=Curve(followed, sharpness),
        margins=eigenvalue_margins(objective, run.last_states[-2:], delta),
        moved=float(np.abs(end - middle).max() / (np.abs(end).max() or 1.0)),
        bound=float(output_bound(delta, objective.loss_scale)),
        own_points=own_points,
    )


def thinned(values: Array, bins: int = CURVE_BINS) -> Curve:
    """The smallest and the largest value of each parity in each of `bins` stretches: no extreme is lost.

    The stretches are spread evenly in log k. Values that are not finite are left out. Steps ascend.
    """
    steps = np.flatnonzero(np.isfinite(values))
    share = np.log1p(steps) / math.log1p(len(values))
    stretch = 2 * (share * bins).astype(int) + steps % 2
    keep = [steps[np.isin(steps, (0, len(values) - 1))]]
    for sizes in (values[steps], -values[steps]):
        ascending = np.lexsort((sizes, stretch))
        smallest = ascending[np.unique(stretch[ascending], return_index=True)[1]]
        keep.append(steps[smallest])
    chosen = np.unique(np.concatenate(keep))
    return Curve(chosen, values[chosen])


def _flat_from(losses: Array) -> int:
    """The step behind the last one at which a loss differs from the last one of its parity."""
    steps = np.arange(len(losses))
    last = np.where(steps % 2 == steps[-1] % 2, losses[-1], losses[-2])
    return int(steps[np.abs(losses - last) > FLAT * last][-1:].sum()) + 1


def _gaps(objective: TwoLayerReLU, states: Array) -> tuple[Curve, Curve]:
    """How far the function moves in one step and in two, at steps spread evenly in log k and near the end."""
    last = len(states) - 3
    if last < 1:
        nothing = Curve(np.empty(0, int), np.empty(0))
        return nothing, nothing
    spread = np.geomspace(1, last, GAP_STEPS // 2)
    steps = np.unique(np.concatenate([spread, np.linspace(1, last, GAP_STEPS // 2)]).astype(int))
    now, one, two = (objective.observable(states[steps + lag]) for lag in (0, 1, 2))
    gap_1, gap_2 = (np.abs(later - now).max(axis=1) for later in (one, two))
    return Curve(steps, gap_1), Curve(steps, gap_2)
