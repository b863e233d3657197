"""Second moments of sampled gradients at a minimum: where they stay bounded, and what a sample shows of
them."""

import math

import numpy as np

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite, non_negative_finite, positive_finite
from stepsize_core.sampling.laws import batch_law, noise_share, sample_curvatures

RANK = 1e-10  # eigenvalues of the mean Hessian below this times the largest are 0
MOST_PARAMETERS = 40  # of a range on which the operator of the second moments is formed


def mean_square_threshold(hessians: ArrayLike, batch_size: int, replacement: str = "without") -> float:
    """The step size below which E‖x − x*‖² → 0 at a minimum that all samples share, in d dimensions.

    With H the mean of the Hessians H_i (n, d, d), C = ½(H⊗I + I⊗H) and D = (1 − p)H⊗H + p·mean(H_i⊗H_i) the
    second moments evolve by I − 2δC + δ²D, stable exactly if δ < 2/λ_max(C^{−½}DC^{−½}). Where H is singular,
    on its range: along a manifold of minima nothing moves.
    Raises ValueError where the Hessians are not symmetric and finite, H is not positive semidefinite or is 0,
    a Hessian does not vanish where H does, the range has more than MOST_PARAMETERS dimensions, and like
    `noise_share`; batches are drawn afresh, so that "reshuffled" is refused.
    """
    array = finite("hessians", hessians)
    if array.ndim != 3 or array.size == 0 or array.shape[1] != array.shape[2]:
        raise ValueError(f"hessians must have shape (n, d, d), got {array.shape}")
    if replacement == "reshuffled":
        raise ValueError("replacement must be 'without' or 'with': reshuffled batches depend on each other")
    share = noise_share(len(array), batch_size, replacement)
    curvatures, parts = _on_the_range(array)
    r = len(curvatures)
    rows, columns = np.triu_indices(r)
    weight = np.where(rows == columns, 1.0, math.sqrt(2.0))  # symmetric matrices in orthonormal coordinates
    products = (parts.reshape(len(parts), -1).T @ parts.reshape(len(parts), -1)) / len(parts)
    products = products.reshape(r, r, r, r).transpose(0, 2, 1, 3)  # [i, k, j, l] = mean H_ij H_kl
    sampled = (products + products.transpose(1, 0, 2, 3))[rows, columns][:, rows, columns] / 2.0
    second = share * sampled * weight[:, None] * weight
    second[np.diag_indices(len(rows))] += (1.0 - share) * curvatures[rows] * curvatures[columns]
    scale = np.sqrt((curvatures[rows] + curvatures[columns]) / 2.0)
    return 2.0 / float(np.linalg.eigvalsh(second / scale[:, None] / scale)[-1])


def _on_the_range(hessians: Array) -> tuple[Array, Array]:
    """The positive eigenvalues (r,) of the mean Hessian, and all Hessians in those directions, (n, r, r)."""
    size = float(np.abs(hessians).max())
    if np.abs(hessians - hessians.mT).max() > RANK * size:
        raise ValueError("hessians must be symmetric")
    eigenvalues, vectors = np.linalg.eigh(hessians.mean(axis=0))
    zero = RANK * max(float(eigenvalues[-1]), 0.0)
    if eigenvalues[-1] <= 0.0 or eigenvalues[0] < -zero:
        raise ValueError("hessians must have a mean that is positive semidefinite and not 0: no minimum else")
    kept = eigenvalues > zero
    if np.abs(hessians @ vectors[:, ~kept]).max(initial=0.0) > math.sqrt(RANK) * size:
        raise ValueError("hessians must vanish in every direction in which their mean does")
    if kept.sum() > MOST_PARAMETERS:
        raise ValueError(
            f"hessians must have a mean of rank at most {MOST_PARAMETERS}, got {int(kept.sum())}"
        )
    basis = vectors[:, kept]
    return eigenvalues[kept], basis.T @ hessians @ basis


def mean_square_factor(
    curvatures: ArrayLike, batch_size: int, step_size: ArrayLike, replacement: str = "without"
) -> Array:
    """q = (1 − δā)² + δ²ps², by which E x² grows a step at a common minimum; the shape of step_size.

    Raises ValueError as `noise_share`, and where step_size is not positive and finite.
    """
    values, delta = sample_curvatures(curvatures), positive_finite("step_size", step_size)
    share = noise_share(len(values), batch_size, replacement)
    return ((1.0 - delta * values.mean()) ** 2 + delta**2 * (share * values.var()))[()]


def mean_horizon(
    curvatures: ArrayLike, batch_size: int, step_size: float, n_paths: int, replacement: str = "without"
) -> float:
    """The steps for which the mean of x² over so many paths still shows E x²; ∞ where x² does not vary.

    The relative variance of that mean is about r^k/n_paths with r = E m⁴/(E m²)², m = 1 − δa_B: up to 1 % of
    it. Raises ValueError as `batch_law`.
    """
    law = batch_law(curvatures, batch_size, replacement)
    square = (1.0 - float(positive_finite("step_size", step_size)) * law.values) ** 2
    mean = float(law.probabilities @ square)
    spread = float(law.probabilities @ square**2) / (mean * mean) if mean else 1.0
    paths = count("n_paths", n_paths)
    if spread <= 1.0 + 1e-12:
        return math.inf
    return float(max(0, math.floor(math.log(0.01 * paths) / math.log(spread))))


def stationary_variance(
    curvatures: ArrayLike,
    batch_size: int,
    step_size: ArrayLike,
    noise_variance: float,
    replacement: str = "without",
) -> Array:
    """E x² of x ← x − δ(a_B x + ζ) with E ζ = 0, Var ζ = noise_variance of the batch; the shape of step_size.

    δσ²/(2ā − δ(ā² + ps²)), and ∞ from the mean-square threshold on. The autocorrelation at lag 1 is 1 − δā.
    Raises ValueError as `mean_square_factor`, and where the variance is negative.
    """
    gap = 1.0 - np.asarray(mean_square_factor(curvatures, batch_size, step_size, replacement))
    variance = float(non_negative_finite("noise_variance", noise_variance))
    with np.errstate(divide="ignore"):
        settled = np.square(step_size) * variance / np.where(gap > 0.0, gap, 1.0)
    return np.where(gap > 0.0, settled, np.inf)[()]
