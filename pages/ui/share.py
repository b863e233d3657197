"""Copying the link of a page, or a citation that says which state of it was seen, in the browser alone."""

import streamlit as st

from pages.ui.browser.component import component
from pages.ui.links import address
from pages.ui.text import typeset
from stepsize_core import __version__
from stepsize_core.paper.catalogue import REFERENCE
from stepsize_core.paper.parameters import controls_of, said
from stepsize_core.paper.phenomenon import Phenomenon

SHARED = "share~offered"  # in the session: what the buttons of the page copy
LINK = "{link}"  # in a citation, where the browser puts the link


def share(title: str, phenomenon: Phenomenon | None = None, params=None) -> None:
    """Offer the link of this page, with every field of a phenomenon in it, and a citation of it."""
    query = address(phenomenon, params) if phenomenon else {}
    cited = citation(title, phenomenon.place if phenomenon else "", params)
    st.session_state[SHARED] = {"address": query, "citation": cited, "place": LINK}


def share_buttons() -> None:
    """Buttons that copy what the page offered: beside the bar where both have room, else at the foot."""
    if offered := st.session_state.pop(SHARED, None):
        with st.container(key="embedded" if st.context.is_embedded else "share"):
            component("share")(key="share~buttons", data=offered)


def citation(title: str, place: str = "", params=None) -> str:
    """Authors, title and venue of the paper; the page, the version, the parameters shown, and LINK."""
    where = f" ({place})" if place else ""
    controls = {} if params is None else controls_of(type(params))
    values = [f"{c.label} = {said(c, getattr(params, name))}" for name, c in controls.items()]
    state = f", at {typeset('; '.join(values))}" if values else ""
    explorer = f"its interactive explorer, version {__version__}"
    return f"{REFERENCE}. Page “{title}”{where} of {explorer}{state}: {LINK}"
