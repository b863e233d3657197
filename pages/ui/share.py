"""Copying the link of a page, or a citation that says which state of it was seen, in the browser alone."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.links import address
from pages.ui.text import typeset
from stepsize_core import __version__
from stepsize_core.paper.catalogue import REFERENCE
from stepsize_core.paper.parameters import controls_of
from stepsize_core.paper.phenomenon import Phenomenon

LINK = "{link}"  # in a citation, where the browser puts the link
HTML = """
<div class="share" role="group" aria-label="Share this page">
  <button data-copies="link" title="Copy a link that restores all you see">Copy link</button>
  <button data-copies="citation" title="Copy a citation that names the parameters">Copy citation</button>
  <span role="status"></span>
</div>
"""
CSS = """
.share { display: flex; flex-direction: row; align-items: center; gap: .35rem; font: .8rem var(--st-font);
  color: var(--st-text-color); }
button { font: inherit; color: inherit; cursor: pointer; padding: .2rem .55rem; white-space: nowrap;
  background: var(--st-secondary-background-color); border: 1px solid transparent; border-radius: .3rem; }
button:hover { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
[role=status] { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
JS = """
const CONFIRMED_MS = 1600;
const copy = async (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    try { return await navigator.clipboard.writeText(text); } catch { /* not allowed in a frame */ }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('the browser does not let this page copy');
};
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.share'), status = root.querySelector('[role=status]');
  const link = () => {
    const here = new URL(window.location.href);
    for (const [name, value] of Object.entries(data.address)) here.searchParams.set(name, value);
    return here.href;
  };
  const texts = { link, citation: () => data.citation.replace(data.place, link) };
  const say = (button, words) => {
    button.plain ??= button.textContent;
    button.textContent = words;
    status.textContent = words;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => { button.textContent = button.plain; }, CONFIRMED_MS);
  };
  root.onclick = async (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    try { await copy(texts[button.dataset.copies]()); say(button, '✓ copied'); }
    catch { say(button, 'not copied'); }
  };
}
"""


def share_phenomenon(phenomenon: Phenomenon, params) -> None:
    """Buttons that copy the link of a page, with every field in it, and a citation of what it shows."""
    _share(address(phenomenon, params), citation(phenomenon.title, phenomenon.place, params))


def share(title: str) -> None:
    """The same for a page without parameters."""
    _share({}, citation(title))


def _share(query: Mapping[str, str], cited: str) -> None:
    with st.container(key="share"):
        _buttons()(key="share~buttons", data={"address": query, "citation": cited, "place": LINK})


def citation(title: str, place: str = "", params=None) -> str:
    """Authors, title and venue of the paper; the page, the version, the parameters shown, and LINK."""
    where = f" ({place})" if place else ""
    state = "" if params is None else f", at {_parameters(params)}"
    explorer = f"its interactive explorer, version {__version__}"
    return f"{REFERENCE}. Page “{title}”{where} of {explorer}{state}: {LINK}"


def _parameters(params) -> str:
    """“step size δ = 0.5; start x[0] = 0.3; …”"""
    shown = {control.label: getattr(params, name) for name, control in controls_of(type(params)).items()}
    return typeset("; ".join(f"{label} = {value}" for label, value in shown.items()))


@st.cache_resource
def _buttons():
    return st.components.v2.component("share", html=HTML, css=CSS, js=JS)
