"""The step-size diagram of the network on screen, over which step sizes and watched where; own ensembles."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from stepsize_core.descent import gradient_descent
from stepsize_core.networks.relu import TwoLayerReLU
from stepsize_core.paper.relu_oscillation.ensembles import (
    DIAGRAM_STEP_SIZES,
    NetworkDiagram,
    Typicality,
    network_diagram,
    typicality,
)
from stepsize_core.paper.relu_oscillation.studies import Params, experiment_of
from stepsize_core.parts import Progress

LADDER = np.geomspace(1e-6, 10.0, 71)  # step sizes tried for the window, ten a decade
LADDER_STEPS = 1000
LOOKED_AT = 32  # last losses of each of them
WINDOW = 10.0  # the diagram spans this ratio of step sizes
TRAINED = 0.5  # a step size trains if it brings the loss to this fraction of that of the function 0
HEADROOM = 1.5  # beyond the largest step size that trains
FALLBACK = 1e-3  # upper end where no step size of the ladder trains
ENSEMBLE_STEP_SIZES = (1e-4, 2e-4, 3e-4, 4e-4)


def without_step_size(params: Params) -> Params:
    """`params` as far as the diagram depends on them: it is the same for every chosen step size."""
    return replace(params, step_size=Params.step_size, draws=Params.draws)


def step_size_diagram(
    params: Params, own_points: str = "", *, progress: Progress | None = None
) -> NetworkDiagram:
    """Train the network of `params` at DIAGRAM_STEP_SIZES step sizes at once, over its `step_size_window`.

    f̂ is watched at the input `params.watched`; `params.step_size` plays no part. own_points and errors as for
    `relu_oscillation.study`; progress as for `network_diagram`.
    """
    setup = experiment_of(params, own_points)
    low, high = setup.objective.inputs.min(), setup.objective.inputs.max()
    probe = float(low + params.watched * (high - low))
    step_sizes = np.geomspace(*step_size_window(setup.objective, setup.start), DIAGRAM_STEP_SIZES)
    return network_diagram(
        setup.objective, setup.start, step_sizes, probe, n_steps=params.n_steps, progress=progress
    )


def step_size_window(objective: TwoLayerReLU, start: ArrayLike) -> tuple[float, float]:
    """From where to where a diagram over the step size is worth drawing, a ratio of WINDOW.

    It ends above the largest step size of LADDER that trains within LADDER_STEPS steps: whose loss comes well
    below that of the function 0, which dead units compute.
    """
    starts = np.tile(start, (len(LADDER), 1))
    with np.errstate(over="ignore", invalid="ignore"):  # of step sizes that escape
        run = gradient_descent(objective, starts, LADDER, LADDER_STEPS, keep_last=LOOKED_AT)
        losses = objective.losses(run.states.reshape(-1, run.states.shape[-1]))
    dead = objective.loss_scale * float((objective.targets**2).sum())
    trains = np.nan_to_num(losses, nan=np.inf).reshape(LOOKED_AT, -1).min(axis=0) < TRAINED * dead
    high = HEADROOM * float(LADDER[trains][-1] if trains.any() else FALLBACK)
    return high / WINDOW, high


def ensemble_from(seed: int, draws: int, n_steps: int, *, progress: Progress | None = None) -> Typicality:
    """`draws` draws of Figure 2's recipe, seeds seed, seed + 1, …, trained at ENSEMBLE_STEP_SIZES.

    progress is called with the share done. Raises ValueError where a count is below 1.
    """
    return typicality(draws, ENSEMBLE_STEP_SIZES, first_seed=seed, n_steps=n_steps, progress=progress)
