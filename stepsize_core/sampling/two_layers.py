"""Two scalar layers under sampled gradients, in residual and sharpness: exact, and true to a small residual.

The cost of a sample is ½(w₁w₂x − y)², y = rx + ε. With e = w₁w₂ − r, S = w₁² + w₂² and D = w₁² − w₂² a step
by the slope g of the batch, g = e for the full gradient, is closed in these three: no rounding of w₁w₂ enters
e.
"""

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite, non_negative_finite, positive_finite
from stepsize_core.sampling.draws import block_steps, mean_factors
from stepsize_core.sampling.ensembles import Ensemble, kept_of, kept_steps, path_step_sizes
from stepsize_core.sampling.laws import batch_mode, sample_curvatures


def layer_state(first: ArrayLike, second: ArrayLike, target: float) -> Array:
    """(e, S, D) of weights w₁, w₂ with w₁w₂ to become the target: batch + (3,)."""
    u, v = finite("first", first), finite("second", second)
    return np.stack([u * v - float(finite("target", target)), u * u + v * v, u * u - v * v], axis=-1)


def layer_paths(
    state: ArrayLike,
    target: float,
    step_size: ArrayLike,
    n_steps: int,
    *,
    batch_size: int,
    seed: int,
    n_paths: int = 1,
    squares: ArrayLike | None = None,
    replacement: str = "without",
    label_noise: float = 0.0,
    keep_every: int = 1,
    keep_last: int | None = None,
    progress: Callable[[float], object] | None = None,
) -> Ensemble:
    """Paths of two scalar layers: states (kept, n_paths, 3), (e, S, D) of every path.

    state: one (3,) or one for every path, from `layer_state`. squares: x_i² of the samples (n,), of which
    batches are drawn; None: fresh Gaussian inputs with E x² = 1 at every step. label_noise: the standard
    deviation of ε, Gaussian and fresh at every step: g = q_B e + label_noise·√(q_B/B)·ζ, q_B the batch mean
    of x². All else, and what is raised, as for `sgd`.
    """
    n_paths, seed = count("n_paths", n_paths), count("seed", seed, at_least=0)
    b, steps = count("batch_size", batch_size), kept_steps(n_steps, keep_every, keep_last)
    r, sigma = float(finite("target", target)), float(non_negative_finite("label_noise", label_noise))
    start, delta = finite("state", state), path_step_sizes(step_size, n_paths, 1)
    if start.shape not in ((3,), (n_paths, 3)):
        raise ValueError(f"state must have shape (3,) or {(n_paths, 3)}, got {start.shape}")
    rng = np.random.Generator(np.random.PCG64(seed))
    if squares is None:
        blocks = _gaussian_squares(rng, b, n_paths)
    else:
        values = sample_curvatures(squares)
        batch_mode(len(values), b, replacement)
        positive_finite("squares", values.mean())
        blocks = mean_factors(rng, values, b, replacement, n_paths)
    x = np.array(np.broadcast_to(start, (n_paths, 3)).T)

    def paths() -> Iterator[Array]:
        e, s, d = x
        for q in chain.from_iterable(blocks):
            step = delta * (q * e)
            if sigma:
                step += delta * sigma * np.sqrt(q / b) * rng.standard_normal(n_paths)
            product, square = e + r, step * step
            e += square * product - step * s
            s += square * s - 4.0 * step * product
            d -= square * d
            yield x.T

    return kept_of(x.T, paths(), steps, n_steps, progress)


def _gaussian_squares(rng: np.random.Generator, b: int, n_paths: int) -> Iterator[Array]:
    """Batch means of x² for standard normal x, (steps, n_paths) for ever."""
    shape = (block_steps(n_paths, 1), n_paths)
    while True:
        yield rng.standard_gamma(b / 2.0, size=shape) * (2.0 / b)
