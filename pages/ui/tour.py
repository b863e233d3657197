"""The guided tour: a bar above the title, shown while the address says ?tour=…"""

import streamlit as st

from pages.ui.keys import count, open_on
from pages.ui.links import ARROW, address, page_link
from pages.ui.text import quoted, typeset
from stepsize_core.paper.catalogue import stops
from stepsize_core.paper.phenomenon import Scene

TOURING = "tour"  # in the address: the number of the stop, from 1
ARRIVED = "tour~arrived"  # in the session: the stop whose preset has been set


def tour(page: str) -> None:
    """The bar of the stop that the address names, drawn before any page; nothing where it names none.

    page: the url_path of the page about to run. A visitor who arrives at a stop sees the picture of its scene
    play, and by its number alone is taken to its page and preset.
    """
    raw = st.query_params.get(TOURING)
    if raw is None:
        st.session_state.pop(ARRIVED, None)
        return
    if raw not in map(str, range(1, len(stops()) + 1)):
        st.warning(
            f"{TOURING} = {quoted(raw)} in the link is not an integer from 1 to {len(stops())}.",
            icon=":material/link_off:",
        )
        return
    number = int(raw)
    phenomenon, scene = stops()[number - 1]
    if st.session_state.get(ARRIVED) != number:
        st.session_state[ARRIVED] = number
        open_on(phenomenon, scene.figure)
        count(phenomenon, "scene")
        query = address(phenomenon, phenomenon.case(scene))
        if page != phenomenon.stem or not query.keys() & set(st.query_params):
            st.switch_page(f"{phenomenon.stem}.py", query_params=query | {TOURING: str(number)})
    if page == phenomenon.stem:
        _bar(number, scene)


def tour_link(label: str) -> None:
    """A link to the first stop."""
    _link(1, label + ARROW)


def _bar(number: int, scene: Scene) -> None:
    """Where the visitor is, what to look at, and the ways on, back and out."""
    with st.container(key="tour", horizontal=True, vertical_alignment="center", gap="small"):
        place = f"**Tour {number} of {len(stops())}** · {scene.place}"
        st.markdown(f"{place} · {typeset(scene.look)}", width="stretch")
        if number > 1:
            _link(number - 1, "← back")
        if number < len(stops()):
            _link(number + 1, "next" + ARROW)
        st.page_link("scenes.py", label="present this", query_params={"set": "paper", "scene": str(number)})
        st.button("close", key="tour~close", type="tertiary", icon=":material/close:",
                  on_click=st.query_params.pop, args=(TOURING, None))  # fmt: skip


def _link(number: int, label: str) -> None:
    phenomenon, scene = stops()[number - 1]
    page_link(phenomenon, label, phenomenon.case(scene), **{TOURING: str(number)})
