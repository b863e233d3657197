"""Links to a page with its parameters in the address."""

from collections.abc import Sequence
from dataclasses import fields

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError
from streamlit.navigation.page import StreamlitPage

from pages.ui.keys import field_key
from stepsize_core.paper.phenomenon import Phenomenon

ARROW = " →"  # at the end of a label that leads somewhere


def page_link(phenomenon: Phenomenon, label: str, params=None, **further: str) -> None:
    """A link to the page of a phenomenon, at `params` where given; plain text where there is no such page.

    `further` entries join the address beside `params`.
    """
    query = {**address(phenomenon, params), **further} if params is not None else None
    try:
        st.page_link(f"{phenomenon.stem}.py", label=label, query_params=query)
    except StreamlitPageNotFoundError:
        st.markdown(label.removesuffix(ARROW))


def choice_of_page(listed: Sequence[tuple[str, StreamlitPage]], current: StreamlitPage) -> None:
    """A box with every page and its group; style.css shows it where the bar has no room for pages."""
    names = {page.title + (f" · {group}" if group else ""): page for group, page in listed}
    at = [page.title for page in names.values()].index(current.title)
    with st.container(key="pages"):
        key = f"pages~{current.title}"  # one for each page, so that it always begins with its own
        chosen = st.selectbox("Page", list(names), at, key=key, label_visibility="collapsed")
    if names[chosen].title != current.title:
        st.switch_page(names[chosen])


def foot(pages: Sequence[StreamlitPage], current: StreamlitPage) -> None:
    """The pages before and after this one, below it; nothing where it is none of them."""
    titles = [page.title for page in pages]
    if current.title not in titles:
        return
    at = titles.index(current.title)
    with st.container(key="foot", horizontal=True, horizontal_alignment="distribute"):
        if at > 0:
            st.page_link(pages[at - 1], label=f"← {pages[at - 1].title}")
        if at + 1 < len(pages):
            st.page_link(pages[at + 1], label=pages[at + 1].title + ARROW)


def statement_table(phenomena: Sequence[Phenomenon]) -> None:
    """What the paper says, in its order, beside a link to the page that studies it."""
    for phenomenon in phenomena:
        if not phenomenon.statements:
            continue
        page, says = st.columns([1, 5], gap="medium")
        says.markdown("  \n".join(f"**{said.place}.** {said.says}" for said in phenomenon.statements))
        with page:
            page_link(phenomenon, phenomenon.title + ARROW)


def address(phenomenon: Phenomenon, params) -> dict[str, str]:
    """What the address holds for these parameters: every field, since a page remembers what the visitor had
    chosen there and keeps it where the address is silent."""
    return {field_key(phenomenon, f.name): str(getattr(params, f.name)) for f in fields(params)}
