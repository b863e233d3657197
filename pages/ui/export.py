"""Taking the page home: pictures for print, numbers, and the short script that recomputes them."""

from collections import Counter
from functools import partial

import streamlit as st

from pages.charts.files.export import DEFAULT_WIDTH, FORMATS, WIDTHS, render
from pages.charts.files.script import script
from pages.charts.kit.gallery import Shown
from pages.ui.browser.tables import tables, tables_on_request


def export(shown: Shown, name: str) -> None:
    """The figures as files and their numbers, folded away; nothing is made before it is asked for.

    `shown` holds each figure of the page with what it shows; `name` begins the names of files. It also serves
    the links that open the tables of one figure.
    """
    tables_on_request(shown)
    drawer = st.expander("Take it home: pictures, data, code", on_change="rerun", key=f"{name}~export")
    if drawer.open:
        with drawer:
            _export(shown, name)


@st.fragment
def _export(shown: Shown, page: str) -> None:
    """What the drawer holds; a change of figure runs this part of the page only."""
    names = {figure.name: figure for figure in shown}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Figure", list(names), format_func=_labels(shown).get, key=f"{page}~figure", width=320
        )
        width = st.selectbox(
            "Width in print", list(WIDTHS), list(WIDTHS).index(DEFAULT_WIDTH), key=f"{page}~width", width=220,
            format_func=lambda width: f"{width} column, {WIDTHS[width]:g} cm",
        )  # fmt: skip
        chosen = names[name]
        content, calls = shown[chosen], shown.calls(chosen)
        for kind, media_type in FORMATS.items():
            st.download_button(
                kind.upper(), partial(render, chosen, content, calls, kind, width), f"{page}-{name}.{kind}",
                media_type, key=f"{page}~{kind}", on_click="ignore",
            )  # fmt: skip
    st.caption("Recompute it in Python, with stepsize_core alone:")
    st.code(script(calls, chosen.title, chosen), language="python")
    tables(chosen, content)


def _labels(shown: Shown) -> dict[str, str]:
    """The title of every figure by its name, which is added where two figures share a title."""
    counts = Counter(figure.title for figure in shown)
    return {f.name: f.title if counts[f.title] == 1 else f"{f.title} ({f.name})" for f in shown}
