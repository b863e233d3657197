"""Pictures that move in the browser, without the server: playback of the iterates, and δ while it is dragged.

Every figure that shows iterates filters them by a parameter of its own (layers.up_to_step, layers.at_step).
The player writes one step number into all of them. While a reader drags δ the run and its pictures are
computed in the browser (dragging.js) by the formulas of the core; the server answers on release.
"""

from __future__ import annotations

from pages.charts.kit.dragged import Dragged
from pages.ui.browser.component import component
from pages.ui.controls import slider_of
from pages.ui.keys import memory_key
from stepsize_core.paper.phenomenon import Phenomenon


def playback(phenomenon: Phenomenon, n_steps: int, *, first: int = 0, dragged: Dragged | None = None) -> None:
    """A player for the figures with `steps` on this page, from the iterate `first` to the iterate n_steps.

    dragged: the study shown, where its pictures can follow the slider of δ.
    """
    drag = None
    if dragged:
        drag = slider_of(phenomenon, dragged.params, "step_size")
        drag |= {"pictures": dragged.pictures, "facts": dict(dragged.facts)}
    data = {"steps": int(n_steps), "first": int(first), "drag": drag}
    component("playback")(key=memory_key(phenomenon, "player"), data=data)
