"""Paths of functions that are no quadratics, beside a minimum or from anywhere, and of two scalar layers."""

from typing import Any

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.objectives import TwoMinima
from stepsize_core.paper.sampled_gradients.minima import SharpSample
from stepsize_core.paper.sampled_gradients.params import AT_1, AT_2, FACTORS, LAYERS, SHARP, TARGET, Params
from stepsize_core.sampling.ensembles import Ensemble, sgd
from stepsize_core.sampling.multiples import Multiples
from stepsize_core.sampling.two_layers import layer_paths, layer_state

BESIDE = 1e-3  # of the minimum: where paths start; of the optimum of two layers, in w₂
PLACES = {AT_2: 2.0, AT_1: 1.0, SHARP: 1.0}
ANYWHERE = {AT_2: (0.0, 2.6), AT_1: (0.0, 2.6), SHARP: (0.6, 2.2)}  # random starts are uniform there
OTHER_SEED = 20_011  # random starts take another seed than the batches


def problem_of(params: Params) -> Multiples | SharpSample:
    """The samples of Example 2, or those of which one is sharp."""
    return SharpSample() if params.system == SHARP else Multiples(TwoMinima(), FACTORS)


def distances_of(
    params: Params, n_steps: int, n_paths: int, seed: int, *, full: bool = False, last: bool = False
) -> Array:
    """Signed distances from the minimum, of the layers the residual w₁w₂ − r: (n_steps + 1, n_paths), (1,
    n_paths) where only the last are asked for.

    full: of gradient descent, whatever the batch.
    """
    own: dict[str, Any] = {"seed": seed, "n_paths": n_paths, "keep_last": 1 if last else None}
    if params.system == LAYERS:
        return layers(params, n_steps, full=full, **own).states[..., 0]
    problem, place = problem_of(params), PLACES[params.system]
    own["replacement"] = "without" if full else params.minimum.replacement
    own["batch_size"] = problem.n_samples if full else params.batch
    return sgd(problem, BESIDE, params.step_size, n_steps, offset=place, **own).states


def layers(
    params: Params, n_steps: int, *, full: bool = False, residual: Array | None = None, **own: Any
) -> Ensemble:
    """Paths of two scalar layers in (e, S, D), from beside the optimum; own: as for `layer_paths`.

    residual: e of every path at the start, where w₂ is not to be off by BESIDE.
    """
    u = np.sqrt((params.sharpness + np.sqrt(params.sharpness**2 - 4.0 * TARGET**2)) / 2.0)
    start = layer_state(u, TARGET / u + (BESIDE if residual is None else residual / u), TARGET)
    b, squares = (1, [1.0]) if full else (params.batch, None)
    return layer_paths(start, TARGET, params.step_size, n_steps, batch_size=b, squares=squares, **own)


def from_anywhere(
    params: Params, n_steps: int, n_paths: int, step_size: Array | None = None, *, beside: float
) -> Array:
    """The last x of paths from random starts, NaN where lost; true to the distance from `beside`.

    step_size: one for every path instead of that of params.
    """
    starts = np.random.default_rng(params.seed + OTHER_SEED).uniform(*ANYWHERE[params.system], n_paths)
    delta = params.step_size if step_size is None else step_size
    own: dict[str, Any] = {
        "batch_size": params.batch,
        "seed": params.seed,
        "replacement": params.minimum.replacement,
    }
    ended = sgd(
        problem_of(params),
        starts - beside,
        delta,
        n_steps,
        n_paths=n_paths,
        offset=beside,
        keep_last=1,
        **own,
    )
    return ended.final
