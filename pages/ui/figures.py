"""Figures on a page: the specification is sent once, then only the data; a click sets parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from pages.charts.kit.drawing import Table
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import PICK
from pages.charts.kit.pinned import beside
from pages.ui.compare import compare, pinned_studies
from pages.ui.layout import TEXT_WIDTH
from pages.ui.links import STEMS
from pages.ui.predict import predict
from pages.ui.tables import table_link
from pages.ui.text import typeset
from pages.ui.theme import current_style
from stepsize_core.paper.prompts import PROMPTS

STATEMENT_TAB = "The paper's statement"
PREDICT_TAB = "Predict"
COMPARE_TAB = "Compare"


def figure(fig: Figure, study, *, prefix: str = "", caption: bool = True) -> None:
    """Draw a figure of a study with its caption.

    `prefix` is the page's prefix of control keys; with it a click on a figure with `picks` sets the fields.
    """
    spec, tables = dict(fig.spec(current_style(), study)), fig.data(study)
    if fig.compare and prefix and (runs := pinned_studies(prefix, study)):
        spec, course = beside(fig, runs, current_style())
        spec, tables = dict(spec), tables | course
    description = typeset(fig.describe(study))
    select = {}
    if fig.picks and prefix:
        token = repr([st.session_state.get(f"{prefix}.{field}") for field in fig.picks])
        tables = {name: _with_token(table, fig.picks, token) for name, table in tables.items()}
        key = f"{prefix}.{fig.name}"
        select = {"on_select": lambda: _take_pick(key, prefix, fig.picks), "selection_mode": PICK}
    spec["datasets"] = {name: arrow_bytes(table) for name, table in tables.items()}
    st.vega_lite_chart(spec=spec, key=f"{prefix}.{fig.name}", theme=None, alt=fig.title, **select)
    # The browser makes the caption the description of the chart (assistance.py). Inside the chart it would be
    # part of the drawing, which would be drawn anew each time.
    if caption:
        st.caption(f"{description} {table_link(fig)}")


def further_figures(
    groups: Mapping[str, Sequence[Figure | tuple[Figure, ...]]],
    shown: Mapping[Figure, Any],
    *,
    prefix: str,
    statement: str | None = None,
    statement_tab: str = STATEMENT_TAB,
) -> None:
    """The paper's statement and more pictures in tabs; only the open tab is drawn, and the link names it.

    `statement` (Markdown with LaTeX) fills a first tab, called `statement_tab`; `groups` maps each further
    tab's title to its figures, which stand side by side, those of a tuple among them in one column; `shown`
    maps each figure to what it shows, and is asked only for those of the open tab. A phenomenon of the paper
    has its questions and the comparison of pinned runs in tabs too.
    """
    stem = STEMS.get(prefix)
    teaching = ({PREDICT_TAB: predict} if stem in PROMPTS else {}) | ({COMPARE_TAB: compare} if stem else {})
    titles = [*([statement_tab] if statement else []), *groups, *teaching]
    for title, tab in zip(
        titles, st.tabs(titles, key=f"{prefix}.view", on_change="rerun", bind="query-params")
    ):
        if not tab.open:
            continue
        with tab:
            if title == statement_tab:
                st.markdown(statement, width=TEXT_WIDTH)
            elif title in teaching:
                teaching[title](stem, prefix=prefix)
            else:
                _side_by_side(groups[title], shown, prefix)


def _side_by_side(
    entries: Sequence[Figure | tuple[Figure, ...]], shown: Mapping[Figure, Any], prefix: str
) -> None:
    for place, entry in zip(st.columns(len(entries), gap="medium"), entries):
        with place:
            for fig in entry if isinstance(entry, tuple) else (entry,):
                figure(fig, shown[fig], prefix=prefix)


def arrow_bytes(table: Table) -> bytes:
    """A table as an Arrow IPC stream, the form in which data travel to the browser."""
    arrow = pa.table({name: pa.array(values) for name, values in table.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, arrow.schema) as writer:
        writer.write_table(arrow)
    return sink.getvalue().to_pybytes()


def _with_token(table: Table, picks: tuple[str, ...], token: str) -> Table:
    """Click targets carry what is chosen now, so that a second click on the same place counts as new."""
    if not set(picks) <= set(table):
        return table
    rows = len(next(iter(table.values())))
    return {**table, "_chosen": [token] * rows}


def _take_pick(key: str, prefix: str, picks: tuple[str, ...]) -> None:
    """Write the clicked values into the controls."""
    selected = st.session_state[key].selection.get(PICK, [])
    if selected:
        for field in picks:
            st.session_state[f"{prefix}.{field}"] = selected[0][field]
