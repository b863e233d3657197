"""Pictures that move in the browser, without the server: playback of the iterates, and δ while it is dragged.

Every figure that shows iterates filters them by a parameter of its own (layers.up_to_step, layers.at_step).
The player writes one step number into all of them. While a reader drags δ the run and its pictures are
computed in the browser (dragging.js) by the formulas of the core; the server answers on release.
"""

from dataclasses import asdict, dataclass
from typing import Any

from pages.ui.browser.component import component
from pages.ui.controls import slider_of
from pages.ui.keys import memory_key
from stepsize_core.expressions.program import Listing
from stepsize_core.paper.phenomenon import Phenomenon


@dataclass(frozen=True)
class Dragged:
    """A run on a scalar function that can be computed from plain data: the program of f′, x[0], the steps."""

    gradient: Listing
    start: float
    n_steps: int


def playback(
    phenomenon: Phenomenon, params: Any, first: int = 0, last: int | None = None, run: Dragged | None = None
) -> None:
    """A player for the figures of this page that play, from the iterate `first` to `last`, by default all.

    run: what the browser computes at other step sizes while δ is dragged, if it can.
    """
    drag = slider_of(phenomenon, params, "step_size") | asdict(run) if run else None
    data = {"steps": int(params.n_steps if last is None else last), "first": int(first), "drag": drag}
    component("playback")(key=memory_key(phenomenon, "player"), data=data)
