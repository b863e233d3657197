"""The table of contents: which pages there are and how they are grouped.

It stands inside this folder, and app.py serves it, because Streamlit lists a `pages` folder beside its entry
script by itself, in its own way.
"""

import streamlit as st

from pages.ui.browser.assistance import assistance
from pages.ui.layout import apply_style
from pages.ui.tour import tour
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.phenomenon import ALONE

sections = {ALONE: [st.Page("overview.py", title="Overview", default=True)]}
for phenomenon in CATALOGUE:
    sections.setdefault(phenomenon.group, []).append(st.Page(f"{phenomenon.stem}.py", title=phenomenon.title))

sections[ALONE].append(st.Page("scenes.py", title="Present"))

st.set_page_config(page_title="Step Size Matters", page_icon="📉", layout="wide")
apply_style()
page = st.navigation(sections, position="top")
assistance()
tour(page.url_path)
page.run()
