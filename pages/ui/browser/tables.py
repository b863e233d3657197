"""The numbers of a picture as tables, in a dialog that the link at the end of its caption opens.

The link is text of the caption; what it opens is made when it is asked for, so a picture costs nothing more.
"""

import numpy as np
import streamlit as st

from pages.charts.files.cells import cell
from pages.charts.kit.figure import Figure
from pages.charts.kit.gallery import Shown
from pages.ui.browser.component import component
from pages.ui.text import typeset

ANCHOR = "#table-"  # before the name of a figure, in the link to its tables
FEW = 6  # rows that are shown without scrolling
TALLEST = 240  # pixels


@st.fragment
def tables_on_request(shown: Shown) -> None:
    """Open the tables of a figure of this page when its link is followed; once per page, at its end."""
    asked = component("tables")(key="tables", data={"anchor": ANCHOR}, on_figure_change=lambda: None).figure
    figure = next((figure for figure in shown if figure.name == asked), None)
    if figure is not None:
        st.dialog(figure.title, width="large")(tables)(figure, shown[figure])


def tables(figure: Figure, content) -> None:
    """What the figure says, and every table of its numbers, which has a download of its own."""
    st.caption(typeset(figure.describe(content)))
    for name, table in figure.tables(content).items():
        rows = len(next(iter(table.values())))
        st.caption(f"{name.replace('_', ' ')} (rows: {rows})")
        if rows:
            words = {
                column: [*map(cell, v)] for column, v in table.items() if np.asarray(v).dtype.kind in "OU"
            }
            st.dataframe({**table, **words}, hide_index=True, height=TALLEST if rows > FEW else "content")
