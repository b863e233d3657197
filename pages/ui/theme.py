"""Which palette the reader's browser asks for."""

from __future__ import annotations

import streamlit as st

from pages.charts.kit.style import DARK, LIGHT, Style


def current_style() -> Style:
    """The palette that matches the theme shown."""
    return DARK if st.context.theme.type == "dark" else LIGHT
