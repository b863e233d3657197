"""Odd and even steps, which every picture of the page tells apart."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from stepsize_core.paper.relu_oscillation import Study

COLOURS = {"even": lambda style: style.even, "odd": lambda style: style.odd}
PARITIES = tuple(COLOURS)  # by step % 2


def by_parity(study: Study, values: Iterable) -> dict[str, Any]:
    """Values at the last two iterates by whether these are odd or even."""
    return {PARITIES[k % 2]: value for k, value in zip(study.last_steps[-2:], values)}


def last_change(study: Study) -> np.ndarray:
    """How far apart the last odd and the last even function are, on the study's grid."""
    return np.abs(study.last_functions[-1] - study.last_functions[-2])
