"""What the pictures of identity initialization share: the steps drawn, and places."""

import numpy as np
from scipy.optimize import isotonic_regression

EVEN_STEPS, SPREAD_STEPS = 220, 120  # steps shown of a long run, evenly and by equal ratios


def shown_steps(n_steps: int) -> np.ndarray:
    """Step numbers to draw: all of a short run; of a long one a dense sample that has even and odd steps."""
    if n_steps <= EVEN_STEPS + SPREAD_STEPS:
        return np.arange(n_steps + 1)
    even = np.linspace(0, n_steps - 1, EVEN_STEPS // 2)
    spread = np.geomspace(1, n_steps - 1, SPREAD_STEPS)
    first = np.concatenate([even, spread]).astype(int)
    return np.unique(np.concatenate([first, first + 1]))


def spread_apart(values: np.ndarray, gap: float) -> np.ndarray:
    """The values moved as little as keeps every two at least `gap` apart, in the same order."""
    order, steps = np.argsort(values, kind="stable"), gap * np.arange(len(values))
    places = np.empty(len(values))
    places[order] = isotonic_regression(values[order] - steps).x + steps
    return places
