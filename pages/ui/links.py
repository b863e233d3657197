"""Links to a page with its parameters in the address."""

from collections.abc import Sequence
from dataclasses import fields

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from pages.ui.keys import field_key
from stepsize_core.paper.parameters import Control, Count, Number, integer_in, number_in
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


def value_of(text: str, control: Control):
    """The value of a field that the text of an address stands for; None where there is none."""
    return {Count: integer_in, Number: number_in}.get(type(control), str)(text)
