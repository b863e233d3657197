"""Taking the page home: pictures for print, numbers, and the short script that recomputes them."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.charts.files.export import DEFAULT_WIDTH, FORMATS, SLIDE, WIDTHS, Dress, render
from pages.charts.files.script import script
from pages.charts.files.states import file_name, named, studied
from pages.charts.kit.calls import Call
from pages.charts.kit.gallery import Shown
from pages.ui.browser.tables import tables, tables_on_request

KINDS = {
    "svg": "SVG, a drawing",
    "pdf": "PDF, a drawing",
    "png": "PNG, 300 dots per inch",
    "gif": "GIF, an animation",
    "html": "HTML, a page of its own",
    "csv": "CSV, numbers",
    "json": "JSON, numbers",
    "vl.json": "Vega-Lite, a specification",
    "py": "Python, recomputes it",
}


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
        chosen = names[name]
        content, calls = shown[chosen], shown.calls(chosen)
        first, last = chosen.drawn(content)[0].steps()
        kinds = [kind for kind in FORMATS if kind != "gif" or last > first]
        kind = st.selectbox("Kind of file", kinds, key=f"{page}~kind", width=220, format_func=KINDS.get)
        width = st.selectbox(
            "Size", list(WIDTHS), list(WIDTHS).index(DEFAULT_WIDTH), key=f"{page}~width", width=220,
            format_func=_size,
        )  # fmt: skip
        transparent = st.checkbox("transparent", key=f"{page}~transparent")
        grey = st.checkbox("in greys", key=f"{page}~grey")
        dress = Dress(transparent=transparent, grey=grey)
        st.download_button(
            "Download", partial(render, chosen, content, calls, kind, width, dress),
            _file(page, calls, name, kind), FORMATS[kind], key=f"{page}~download", on_click="ignore",
        )  # fmt: skip
    st.caption("Recompute it in Python:")
    st.code(script(calls, chosen.title, chosen), language="python")
    tables(chosen, content)


def _size(width: str) -> str:
    return "slide, 16:9" if width == SLIDE else f"{width} column, {WIDTHS[width]:g} cm"


def _file(page: str, calls: Sequence[Call], figure: str, kind: str) -> str:
    """What a file is called: after the phenomenon, the preset and the figure."""
    found = studied(calls)
    return file_name(found[0].stem if found else page, found and named(*found), figure, kind)


def _labels(shown: Shown) -> dict[str, str]:
    """The title of every figure by its name, which is added where two figures share a title."""
    counts = Counter(figure.title for figure in shown)
    return {f.name: f.title if counts[f.title] == 1 else f"{f.title} ({f.name})" for f in shown}
