"""Pinned runs and the present one in one figure: side by side on common axes, or laid over each other."""

from typing import Any

import pyarrow as pa
import streamlit as st

from pages.charts import of
from pages.charts.kit.figure import Figure
from pages.charts.kit.gallery import Shown
from pages.charts.kit.pinned import OVER, SIDE_BY_SIDE, Picture, laid_over, side_by_side
from pages.ui.comparing.pins import pinned, titles_of
from pages.ui.comparing.runs import studied
from pages.ui.keys import field_key, memory_key
from pages.ui.layout import current_style
from pages.ui.server.cache import shown
from pages.ui.server.internals import correct_address
from pages.ui.text import escaped, typeset
from stepsize_core.paper.phenomenon import Phenomenon

IN_A_ROW = 3


def choices(figures: Shown) -> dict[str, Figure]:
    """The figures by their titles; a title that stands twice is numbered."""
    named: dict[str, Figure] = {}
    for fig in figures:
        same = sum(other.title == fig.title for other in named.values())
        named[f"{fig.title} ({same + 1})" if same else fig.title] = fig
    return named


def chosen_figure(phenomenon: Phenomenon, figures: Shown, moving: Figure) -> tuple[Figure, bool]:
    """The figure to compare in, and whether the runs lie over each other; both are kept in the address.

    moving: the figure that the page opens with, to begin with
    """
    named = choices(figures)
    titles = list(named)
    at = next((i for i, fig in enumerate(named.values()) if fig is moving), 0)
    key = field_key(phenomenon, "compare")
    wanted = st.session_state.pop(memory_key(phenomenon, "compare"), None)
    if title := next((title for title, fig in named.items() if fig.name == wanted), None):
        st.session_state[key] = title
        # a box that was not drawn before takes what the page was opened with, and writes nothing there
        correct_address(key, None if title == titles[at] else title)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        fig = named[st.selectbox("Figure", titles, at, key=key, bind="query-params", width=420)]
        if fig.compare:
            layout = st.segmented_control(
                "Layout", (SIDE_BY_SIDE, OVER), default=SIDE_BY_SIDE, required=True, bind="query-params",
                key=field_key(phenomenon, "layout"), label_visibility="collapsed",
            )  # fmt: skip
            return fig, layout == OVER
    if over := [title for title, other in named.items() if other.compare]:
        st.caption(typeset(f"Only runs against their steps can be laid over each other: {', '.join(over)}."))
    return fig, False


def compare_in(phenomenon: Phenomenon, figure: str) -> None:
    """Have the runs compared side by side in the figure of this name, from the next run of the page on."""
    st.session_state[memory_key(phenomenon, "compare")] = figure
    st.session_state[field_key(phenomenon, "layout")] = SIDE_BY_SIDE
    correct_address(field_key(phenomenon, "layout"), None)


def pictures(phenomenon: Phenomenon, study: Any, figures: Shown, fig: Figure, over: bool) -> None:
    """The figure with the pinned runs and the present one; those that have no such figure are named.

    figures: of the page, with what each shows
    """
    runs = pinned(phenomenon)
    galleries = [shown(of(phenomenon), studied(phenomenon, run)) for run in runs]
    titles = titles_of(runs, study.params)
    if other := [str(number) for number, gallery in enumerate(galleries, 1) if fig not in gallery]:
        are = "is" if len(other) == 1 else "are"
        st.caption(f"Not drawn: {' and '.join(other)} {are} of another kind, which has no such figure.")
    contents = {title: gallery[fig] for title, gallery in zip(titles, galleries) if fig in gallery}
    if over and contents:
        picture = laid_over(fig, figures[fig], contents, current_style())
        _picture(phenomenon, fig, picture._replace(words=f"This run: {picture.words}"), "over")
        return
    if len(titles) > len(runs):
        contents[titles[-1]] = figures[fig]
    drawn = side_by_side(fig, contents, current_style())
    rows = -(-len(drawn) // IN_A_ROW)
    length = -(-len(drawn) // rows)
    for first in range(0, len(drawn), length):
        places = st.columns(length, gap="small")
        for place, picture in zip(places, drawn[first : first + length]):
            with place:
                _picture(phenomenon, fig, picture, picture.title.partition(":")[0])


def _picture(phenomenon: Phenomenon, fig: Figure, picture: Picture, name: str) -> None:
    """One picture below its title, with its sentence, which stands alone where there is nothing to draw."""
    key = memory_key(phenomenon, "compared", fig.name, name, "square" if fig.square else "picture")
    with st.container(gap=None):
        if picture.title != OVER:
            st.html(f'<h3 class="run">{escaped(picture.title)}</h3>')
        if picture.spec is not None:
            datasets = {table: pa.table(columns) for table, columns in picture.tables.items()}
            with st.container(key=key, gap=None):
                st.vega_lite_chart(
                    spec={**picture.spec, "datasets": datasets}, key=f"{key}~chart", theme=None,
                    alt=f"{fig.title}, {picture.title}", **({"height": "stretch"} if fig.square else {}),
                )  # fmt: skip
    st.caption(typeset(picture.words))
