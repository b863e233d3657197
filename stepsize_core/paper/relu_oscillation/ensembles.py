"""Many ReLU runs: the step-size diagram of one draw, and how typical Figure 2 is over draws."""

import json
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.checks import count, positive_finite
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Frozen
from stepsize_core.limits import LimitKind, classify_limit
from stepsize_core.networks.relu import TwoLayerReLU, gaussian_experiment
from stepsize_core.paper.relu_oscillation.targets import TRAINING_STEPS
from stepsize_core.paper.relu_oscillation.training import AT_REST, ESCAPED, KEPT, Outcome, all_dead, train
from stepsize_core.parts import Progress, worked_off
from stepsize_core.stability import lyapunov_exponent
from stepsize_core.sweeps import wilson_interval

DECIDING_STEPS = 2_000  # further steps over which a trained network's limit is decided
MAX_PERIOD = 16
CHUNK_STEPS = 200  # steps between two reports of progress
DIAGRAM_STEP_SIZES = 60
STORED_DRAWS = 100
STORED_STEP_SIZES = (5e-5, 1e-4, 1.5e-4, 2e-4, 2.5e-4, 3e-4, 4e-4, 5e-4)
STORED = "data/typicality.json"

OUTCOMES = ("converged", "2-cycle", "higher period", "aperiodic", "escaped or dead", "still moving")
ROWS = {Outcome.APERIODIC: 3, Outcome.ESCAPED: 4, Outcome.DEAD: 4, Outcome.DRIFTING: 5, Outcome.MOVING: 5}


class NetworkDiagram(Frozen):
    """The attractor of one draw against the step size.

    step_sizes (m,); probe: the input watched; outputs (KEPT, m): f̂ there on the attractor, NaN where the run
    escaped; losses (KEPT, m); kinds (m,) and periods (m,): of the limit, decided over DECIDING_STEPS further
    steps; dead (m,): whether no unit is active any more; exponents (m,): Lyapunov exponents.
    """

    step_sizes: Array
    probe: float
    outputs: Array
    losses: Array
    kinds: tuple[LimitKind, ...]
    periods: Indices
    dead: Flags
    exponents: Array


def network_diagram(
    objective: TwoLayerReLU,
    start: ArrayLike,
    step_sizes: ArrayLike,
    probe: float,
    *,
    n_steps: int = TRAINING_STEPS,
    progress: Progress | None = None,
) -> NetworkDiagram:
    """Train from `start` at every step size, all of them together, and look at what is left.

    step_sizes (m,), positive. progress is called with the fraction done; what it raises ends the work. Memory
    does not grow with n_steps.
    Raises ValueError like `gradient_descent`.
    """
    deltas = positive_finite("step_sizes", step_sizes)
    states = _trained(objective, start, deltas, n_steps, progress or (lambda share: None))
    outputs = objective.predict(states, np.array([probe]))[..., 0, 0]
    losses = objective.losses(states.reshape(-1, states.shape[-1])).reshape(states.shape[:-1])
    kinds, periods = np.full(len(deltas), LimitKind.DIVERGENT, object), np.zeros(len(deltas), int)
    exponents = np.full(len(deltas), np.nan)
    dead, finite = all_dead(objective, states[-1]), np.isfinite(states[-1]).all(axis=-1)
    if finite.any():
        final, remaining = states[-1, finite], deltas[finite]
        limit = classify_limit(objective, final, remaining, n_steps=DECIDING_STEPS, max_period=MAX_PERIOD)
        kinds[finite], periods[finite] = limit.kind, limit.period
        exponents[finite] = lyapunov_exponent(objective, final, remaining, n_transient=0, n_steps=200)
    return NetworkDiagram(deltas, probe, outputs, losses, tuple(kinds), periods, dead, exponents)


def _trained(
    objective: TwoLayerReLU, start: ArrayLike, deltas: Array, n_steps: int, progress: Progress
) -> Array:
    """The last KEPT states of every run, (KEPT, m) + state; NaN where a run escaped."""
    states, finite = np.tile(start, (len(deltas), 1)), np.ones(len(deltas), bool)
    last = np.full((KEPT, *states.shape), np.nan)
    for done in range(0, n_steps, CHUNK_STEPS):
        take = min(CHUNK_STEPS, n_steps - done)
        rows = min(KEPT, take)
        run = gradient_descent(objective, states[finite], deltas[finite], take, keep_last=rows)
        last[:-rows] = last[rows:]
        states[finite], last[-rows:, finite] = run.final, run.states
        finite &= (np.abs(states) < ESCAPED).all(axis=-1)
        progress((done + take) / n_steps)
        if not finite.any():
            break
    last[:, ~finite] = np.nan
    return last


@dataclass(frozen=True)
class Typicality:
    """How often each outcome occurs over draws, by step size.

    counts (outcomes, m): rows in the order of OUTCOMES; learned (m,): how many of the converged also learned;
    recipe: what was drawn and trained, in words.
    """

    step_sizes: tuple[float, ...]
    draws: int
    counts: tuple[tuple[int, ...], ...]
    learned: tuple[int, ...]
    recipe: str

    def interval(self, outcome: str, i: int) -> tuple[float, float]:
        """The Wilson interval of an outcome's share at the i-th step size."""
        return wilson_interval(self.counts[OUTCOMES.index(outcome)][i], self.draws)


def typicality(
    draws: int,
    step_sizes: ArrayLike = STORED_STEP_SIZES,
    *,
    first_seed: int = 0,
    n_steps: int = TRAINING_STEPS,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Typicality:
    """Train `draws` draws of Figure 2's recipe, seeds first_seed, first_seed + 1, …, at every step size.

    executor, progress: see `stepsize_core.parts.worked_off`.
    Raises ValueError where draws is below 1 or a step size is not positive.
    """
    draws, deltas = count("draws", draws), positive_finite("step_sizes", step_sizes)
    runs = [(first_seed + i, delta) for i in range(draws) for delta in deltas.tolist()]
    found = np.array(worked_off(partial(_outcome, n_steps), runs, executor, progress))
    rows, learned = found.reshape(draws, len(deltas), 2).transpose(2, 0, 1)
    counts = (rows == np.arange(len(OUTCOMES))[:, None, None]).sum(axis=1)
    learned = learned.sum(axis=0)
    recipe = (
        f"numpy default_rng(seed), seeds {first_seed} to {first_seed + draws - 1}: b, target W and V, "
        f"start W and V standard normal, 20 hidden units, x_i = i/1000, loss Σ|f̂ − f|², {n_steps:,} steps"
    )
    return Typicality(
        tuple(deltas.tolist()), draws, tuple(map(tuple, counts.tolist())), tuple(learned.tolist()), recipe
    )


def _outcome(n_steps: int, run: tuple[int, float]) -> tuple[int, bool]:
    """Of one draw (its seed) at one step size: the row of OUTCOMES, and whether it converged and learned.

    One by one, since a single run is the fastest way for a single draw.
    """
    objective, start = gaussian_experiment(run[0])
    trained, *_ = train(objective, start, run[1], n_steps)
    row = outcome_row(trained.outcome, trained.limit.period)
    return row, row == 0 and trained.learned


def outcome_row(outcome: Outcome, period: int) -> int:
    """The row of OUTCOMES that a run counts in."""
    return 0 if outcome in AT_REST else ROWS.get(outcome, 1 if period == 2 else 2)


@lru_cache(maxsize=1)
def stored_typicality() -> Typicality:
    """The stored ensemble of STORED_DRAWS draws; the command of this package recomputes it."""
    stored = json.loads(resources.files("stepsize_core.paper").joinpath(STORED).read_text("utf8"))
    counts = tuple(map(tuple, stored["counts"]))
    return Typicality(
        tuple(stored["step_sizes"]), stored["draws"], counts, tuple(stored["learned"]), stored["recipe"]
    )
