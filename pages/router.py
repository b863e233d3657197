"""The table of contents: which pages there are and how they are grouped.

It stands inside this folder, and app.py serves it, because Streamlit lists a `pages` folder beside its entry
script by itself, in its own way.
"""

import streamlit as st

from pages.ui.browser.assistance import assistance
from pages.ui.browser.navigation import navigation
from pages.ui.layout import apply_style
from pages.ui.links import choice_of_page, foot
from pages.ui.server.jobs import turn_of_page
from pages.ui.share import share_buttons
from pages.ui.standing import TITLE
from pages.ui.tour import tour
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.phenomenon import ALONE

listed = [(ALONE, st.Page("overview.py", title="Overview", default=True))]
listed += [
    (phenomenon.group, st.Page(f"{phenomenon.stem}.py", title=phenomenon.title)) for phenomenon in CATALOGUE
]
listed += [(ALONE, st.Page("standing.py", title=TITLE))]
read_in_order = [page for _, page in listed]
listed += [(ALONE, st.Page("scenes.py", title="Present"))]
groups = [group for group, _ in listed]
sections = {ALONE: []}
for group, page in listed:  # a group of one page needs no menu
    sections.setdefault(group if groups.count(group) > 1 else ALONE, []).append(page)

st.set_page_config(page_icon="📉", layout="wide")
apply_style()
page = st.navigation(sections, position="top")
navigation(next(group for group, other in listed if other.title == page.title))
assistance()
choice_of_page(listed, page)
tour(page.url_path)
with turn_of_page():
    page.run()
foot(read_in_order, page)
share_buttons()
