"""Playback of the iterates in the browser: forwards, backwards, step by step, without a call to the server.

Every figure that shows iterates filters them by a parameter of its own (layers.up_to_step, layers.at_step).
The player writes one step number into all of them.
"""

from __future__ import annotations

import streamlit as st

HTML = """
<div class="player" role="group" aria-label="Playback of the iterates">
  <button data-do="first" aria-label="to the start" title="to the start">|◀</button>
  <button data-do="back" aria-label="one step back" title="one step back">−1</button>
  <button data-do="rewind" aria-label="play backwards" title="play backwards">◀</button>
  <button data-do="play" aria-label="play forwards" title="play forwards">▶</button>
  <button data-do="on" aria-label="one step forward" title="one step forward">+1</button>
  <button data-do="last" aria-label="to the end" title="to the end">▶|</button>
  <input type="range" min="0" step="1" aria-label="steps shown">
  <output></output>
</div>
"""
CSS = """
.player { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem; font: .85rem var(--st-font);
  color: var(--st-text-color); }
button { font: inherit; min-width: 2rem; height: 1.8rem; padding: 0 .35rem; cursor: pointer; color: inherit;
  background: var(--st-secondary-background-color); border: 1px solid transparent; border-radius: .3rem; }
button:hover, button[aria-pressed=true] { border-color: var(--st-primary-color); }
button:focus-visible, input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
input { flex: 1; min-width: 3rem; accent-color: var(--st-primary-color); }
output { min-width: 5.2rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
"""
JS = """
const TICK_MS = 120, ALL = 1e9, LONGEST_PLAY = 100;
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.player');
  const range = root.querySelector('input'), output = root.querySelector('output');
  const steps = data.steps, first = data.first;
  const atEnd = root.k === undefined || root.k >= Number(range.max);
  range.min = first;
  range.max = steps;
  root.k = atEnd ? steps : Math.max(first, Math.min(root.k, steps));
  const show = () => {
    range.value = root.k;
    output.textContent = `k = ${root.k} / ${steps}`;
    const shown = root.k >= steps ? ALL : root.k;
    for (const input of document.querySelectorAll('.vega-bind input[name=step]')) {
      if (Number(input.value) === shown) continue;
      input.value = shown;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  const press = (name) => {
    for (const b of root.querySelectorAll('[data-do=play], [data-do=rewind]'))
      b.setAttribute('aria-pressed', b.dataset.do === name);
  };
  const stop = () => { clearInterval(root.timer); root.timer = undefined; press(null); };
  const go = (k) => { root.k = Math.max(first, Math.min(steps, k)); show(); };
  const run = (name, sign) => {
    const again = root.running === name && root.timer;
    stop();
    if (again) return;
    if (sign > 0 && root.k >= steps) root.k = first;
    const stride = sign * Math.max(1, Math.round((steps - first) / LONGEST_PLAY));
    root.running = name;
    press(name);
    root.timer = setInterval(() => {
      go(root.k + stride);
      if (root.k <= first || root.k >= steps) stop();
    }, TICK_MS);
  };
  const actions = {
    first: () => { stop(); go(first); }, last: () => { stop(); go(steps); },
    back: () => { stop(); go(root.k - 1); }, on: () => { stop(); go(root.k + 1); },
    rewind: () => run('rewind', -1), play: () => run('play', 1),
  };
  root.onclick = (event) => actions[event.target.dataset.do]?.();
  range.oninput = () => { stop(); go(Number(range.value)); };
  show();
  return stop;
}
"""


def playback(n_steps: int, *, prefix: str, first: int = 0) -> None:
    """A player for the figures with `steps` on this page, from the iterate `first` to the iterate n_steps."""
    _player()(key=f"{prefix}~player", data={"steps": int(n_steps), "first": int(first)})


@st.cache_resource
def _player():
    return st.components.v2.component("playback", html=HTML, css=CSS, js=JS)
