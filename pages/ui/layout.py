"""Where things stand on a page, and how they look."""

from pathlib import Path

import streamlit as st

from pages.charts.kit.style import DARK, LIGHT, Style
from pages.ui.text import typeset

STYLE_SHEETS = [
    Path(__file__).parent / "browser" / name for name in ("streamlit.css", "style.css", "stage.css")
]
TEXT_WIDTH = 880  # pixels; longer lines are hard to read


def apply_style() -> None:
    """The style sheets; once per run, by the router."""
    for sheet in STYLE_SHEETS:
        st.html(sheet)


def current_style() -> Style:
    """The palette that matches the theme shown."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def columns(*widths: float):
    """Columns of the given relative widths; they stack on a narrow screen."""
    return st.columns(widths, gap="medium")


def caption(sentence: str) -> None:
    """A sentence in small print."""
    st.caption(typeset(sentence))
