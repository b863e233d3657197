"""The stationary law of a map under noise, y ← m(y) + sζ with ζ standard normal, from its transfer operator.

Gradient noise makes such a map of every scalar function: m(y) = y − δf′(y), s = δσ_B. For Example 1 in the
variable y = x/δ² it is m(y) = y − sign(y)√|y| with s = σ_B/δ, whatever the step size.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from stepsize_core.arrays import Array, ArrayLike
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.frozen import Frozen

CELLS = 800  # an even number, so that 0 is an edge


class StationaryLaw(Frozen):
    """Where y is after a long time, on a grid.

    edges    (cells + 1,) of the cells, ascending
    weights  (cells,) the probability of each cell
    images   (cells,) m at the midpoints
    noise    s
    """

    edges: Array
    weights: Array
    images: Array
    noise: float

    @property
    def points(self) -> Array:
        """The midpoints of the cells, (cells,)."""
        return (self.edges[1:] + self.edges[:-1]) / 2.0

    @property
    def density(self) -> Array:
        """The density at the midpoints, (cells,)."""
        return self.weights / np.diff(self.edges)

    @property
    def slip(self) -> float:
        """The probability that two consecutive states lie on the same side of 0."""
        return float(self.weights @ ndtr(np.sign(self.points) * self.images / self.noise))

    @property
    def lag_one(self) -> float:
        """The autocorrelation at lag 1."""
        mean = self.weights @ self.points
        around = self.points - mean
        return float(self.weights @ (around * (self.images - mean)) / (self.weights @ around**2))

    @property
    def ratio(self) -> float:
        """R = E a²/(E|a|)² of the half steps a = (y′ − y)/2, see `records.alternation`."""
        shift, spread = (self.images - self.points) / 2.0, self.noise / 2.0
        z = shift / spread
        size = spread * np.sqrt(2.0 / np.pi) * np.exp(-z * z / 2.0) + shift * (2.0 * ndtr(z) - 1.0)
        return float(self.weights @ (shift**2 + spread**2) / (self.weights @ size) ** 2)

    def half_steps(self, a: ArrayLike) -> Array:
        """The density of the half steps a = (y′ − y)/2, the shape of a."""
        at, spread = np.asarray(a, float), self.noise / 2.0
        z = (at[..., None] - (self.images - self.points) / 2.0) / spread
        return np.exp(-z * z / 2.0) @ self.weights / (spread * np.sqrt(2.0 * np.pi))


def stationary_law(image: Callable[[Array], Array], noise: float, edges: ArrayLike) -> StationaryLaw:
    """The stationary law of y ← image(y) + noise·ζ on cells with these edges; what leaves stays at the end.

    Cells wider than the noise give a rough picture only; the ends should be beyond reach.
    Raises ValueError where noise is not positive, edges do not ascend, or image is not finite there.
    """
    spread, edges = float(positive_finite("noise", noise)), finite("edges", edges)
    if edges.ndim != 1 or len(edges) < 4 or np.any(np.diff(edges) <= 0.0):
        raise ValueError("edges must ascend, at least 4 of them")
    images = finite("image", image((edges[1:] + edges[:-1]) / 2.0))
    reached = ndtr((edges[:, None] - images) / spread)  # (cells + 1, cells): from a column to below a row
    reached[0], reached[-1] = 0.0, 1.0
    system = np.diff(reached, axis=0)
    system[np.diag_indices(len(images))] -= 1.0
    system[-1] = 1.0  # the probabilities sum to 1, in place of one balance that follows from the others
    weights = np.linalg.solve(system, np.eye(len(images))[-1])
    return StationaryLaw(edges, np.maximum(weights, 0.0), images, spread)


def three_halves_image(y: ArrayLike) -> Array:
    """m(y) = y − sign(y)√|y|: Example 1 in y = x/δ², the shape of y."""
    y = np.asarray(y, float)
    return y - np.copysign(np.sqrt(np.abs(y)), y)


def three_halves_law(noise: float, *, cells: int = CELLS) -> StationaryLaw:
    """The stationary law of Example 1 under noise s = σ_B/δ, in y = x/δ², on cells of one width in √|y|.

    Raises ValueError where noise is not positive or cells are fewer than 3.
    """
    s, cells = float(positive_finite("noise", noise)), count("cells", cells, at_least=3)
    reach = 0.25 + 8.0 * s + (24.0 * s * s) ** (2.0 / 3.0)  # the density falls as exp(−(4/3)|y|^{3/2}/s²)
    roots = np.linspace(-np.sqrt(reach), np.sqrt(reach), cells + 1)
    return stationary_law(three_halves_image, s, roots * np.abs(roots))
