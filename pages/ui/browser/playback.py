"""Pictures that move in the browser, without the server: playback of the iterates, and δ while it is dragged.

Every figure that shows iterates filters them by a parameter of its own (layers.up_to_step, layers.at_step).
The player writes one step number into all of them. While a reader drags δ the run and its pictures are
computed in the browser (dragging.js) by the formulas of the core; the server answers on release.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.charts.kit.dragged import Dragged
from pages.ui.controls import slider_of
from pages.ui.keys import memory_key
from stepsize_core.paper.phenomenon import Phenomenon

HERE = Path(__file__).parent
HTML = """
<div class="player" role="group" aria-label="Playback of the iterates">
  <button data-do="first" aria-label="to the start" title="to the start">|◀</button>
  <button data-do="back" aria-label="one step back" title="one step back">−1</button>
  <button data-do="rewind" data-sign="◀" data-says="play backwards">◀</button>
  <button data-do="play" data-sign="▶" data-says="play forwards">▶</button>
  <button data-do="on" aria-label="one step forward" title="one step forward">+1</button>
  <button data-do="last" aria-label="to the end" title="to the end">▶|</button>
  <input type="range" min="0" step="1" aria-label="steps shown">
  <select aria-label="speed of the playback" title="speed of the playback">
    <option value="0.25">¼×</option><option value="1" selected>1×</option><option value="4">4×</option>
  </select>
  <output></output>
</div>
"""
CSS = """
.player { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem; font: .85rem var(--st-font);
  color: var(--st-text-color); }
button, select { font: inherit; height: 1.8rem; padding: 0 .3rem; cursor: pointer; color: inherit;
  background: var(--st-secondary-background-color); border: 1px solid transparent; border-radius: .3rem; }
button { min-width: 2rem; }
:is(button, select):hover, button[aria-pressed=true] { border-color: var(--st-primary-color); }
:is(button, select, input):focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
input { flex: 1; min-width: 2rem; accent-color: var(--st-primary-color); }
output { min-width: 5.2rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (max-width: 640px) { .player { flex-wrap: wrap; } }
"""


def playback(phenomenon: Phenomenon, n_steps: int, *, first: int = 0, dragged: Dragged | None = None) -> None:
    """A player for the figures with `steps` on this page, from the iterate `first` to the iterate n_steps.

    dragged: the study shown, where its pictures can follow the slider of δ.
    """
    drag = None
    if dragged:
        drag = slider_of(phenomenon, dragged.params, "step_size")
        drag |= {"pictures": dragged.pictures, "facts": dict(dragged.facts)}
    data = {"steps": int(n_steps), "first": int(first), "drag": drag}
    _player()(key=memory_key(phenomenon, "player"), data=data)


@st.cache_resource
def _player():
    code = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("dragging.js", "playback.js"))
    return st.components.v2.component("playback", html=HTML, css=CSS, js=code)
