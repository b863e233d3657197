"""The table of contents: which pages there are and how they are grouped.

It stands inside this folder, and app.py serves it, because Streamlit lists a `pages` folder beside its entry
script by itself, in its own way.
"""

import streamlit as st

from pages.ui.browser.assistance import assistance
from pages.ui.layout import apply_style
from pages.ui.tour import tour

PAGES = {
    "": [("overview.py", "Overview")],
    "Scalar functions": [
        ("periodic_orbits.py", "Periodic orbits"),
        ("equilibrium_selection.py", "Equilibrium selection"),
        ("initialization_dependence.py", "Initialization dependence"),
    ],
    "Linear networks": [
        ("reachable_optima.py", "Reachable optima"),
        ("identity_initialization.py", "Identity initialization"),
    ],
    "ReLU networks": [
        ("relu_oscillation.py", "ReLU oscillation"),
    ],
    "Your own function": [
        ("your_function.py", "Your own function"),
    ],
}

st.set_page_config(page_title="Step Size Matters", page_icon="📉", layout="wide")
apply_style()
page = st.navigation(
    {
        section: [st.Page(path, title=title, default=path == "overview.py") for path, title in entries]
        for section, entries in PAGES.items()
    },
    position="top",
)
assistance()
tour(page.url_path)
page.run()
