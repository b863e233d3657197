"""Odd and even steps, which every picture of the page tells apart, and the step where the playback stands."""

from collections.abc import Iterable
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit.drawing import HEAD, Drawing
from stepsize_core.paper.relu_oscillation import Study

COLOURS = {"even": lambda style: style.even, "odd": lambda style: style.odd}
PARITIES = tuple(COLOURS)  # by step % 2
CLOSER = 0.01  # of the gap between odd and even: a smaller change is none
PLAYED = 24  # steps that the playback shows, the last ones


def by_parity(study: Study, values: Iterable) -> dict[str, Any]:
    """Values at the last two iterates by whether these are odd or even."""
    return {PARITIES[k % 2]: value for k, value in zip(study.last_steps[-2:], values)}


def last_change(study: Study) -> np.ndarray:
    """How far apart the last odd and the last even function are, on the study's grid."""
    return np.abs(study.last_functions[-1] - study.last_functions[-2])


def closing_in(study: Study) -> tuple[int, float]:
    """A step after nine tenths of the run, and by which share the functions of odd and even steps have come
    closer since; 0 where that is less than CLOSER."""
    steps, gaps = study.gaps_1.steps, study.gaps_1.values
    i = int(np.searchsorted(steps, 0.9 * steps[-1]))
    less = 1.0 - float(gaps[-1] / gaps[i])
    return int(steps[i]), less if less > CLOSER else 0.0


def played_steps(study: Study) -> np.ndarray:
    """The steps that the playback shows."""
    return study.last_steps[1:][-PLAYED:]


def played_losses(study: Study) -> np.ndarray:
    """The losses at these steps."""
    return study.objective.losses(study.last_states[-len(played_steps(study)) :])


def draw_now(draw: Drawing, name: str, xy: tuple[str, str]) -> None:
    """A head on the row of a table, with a column k, at which the playback stands; it leaps, as runs do."""

    def look(style):
        return [alt.FillValue(style.head), alt.StrokeValue(style.ink)]

    own = {"size": HEAD, "filled": True, "strokeWidth": 2, "opacity": 1, "tooltip": None}
    draw.mark("point", name, xy=xy, channels=look, play="now", **own)
