"""The tab Compare: what to compare, the figure of all runs, and their table."""

from functools import partial
from typing import Any

import streamlit as st

from pages.charts.kit.figure import Figure
from pages.charts.kit.gallery import Shown
from pages.ui.comparing.pictures import chosen_figure, compare_in, pictures
from pages.ui.comparing.pins import MOST, keep_pins, pinned
from pages.ui.comparing.ranges import range_of_runs
from pages.ui.comparing.runs import pin_buttons, table_of_runs
from pages.ui.keys import memory_key, set_params
from stepsize_core.paper.phenomenon import Comparison, Phenomenon

HOW = (
    f"Pin up to {MOST} runs: they stay in the link and stand beside the present run in any figure, on common "
    "axes. The player moves all of them."
)


def compare(phenomenon: Phenomenon, params: Any, study: Any, figures: Shown, moving: Figure) -> None:
    """The pinned runs beside the present one, and what can be done with them.

    params   what was chosen, which differs from what the study is of where own points could not be read
    figures  of the page, with what each shows
    moving   the figure that the page opens with
    """
    st.caption(HOW)
    with st.container(horizontal=True):
        for comparison in phenomenon.comparisons:
            st.button(
                comparison.title, key=memory_key(phenomenon, "compare", comparison.title),
                icon=":material/view_column_2:", on_click=partial(_set_up, phenomenon, comparison),
            )  # fmt: skip
    pin_buttons(phenomenon, params)
    range_of_runs(phenomenon, params)
    if not pinned(phenomenon):
        return
    fig, over = chosen_figure(phenomenon, figures, moving)
    pictures(phenomenon, study, figures, fig, over)
    table_of_runs(phenomenon, study)


def _set_up(phenomenon: Phenomenon, comparison: Comparison) -> None:
    """Pin the cases of a comparison, show the last of them, and its figure side by side."""
    cases = phenomenon.compared(comparison)
    keep_pins(phenomenon, cases)
    set_params(phenomenon, cases[-1])
    compare_in(phenomenon, comparison.figure)
