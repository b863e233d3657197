"""Where the claims stand: the verdicts of every preset of every page, on one page."""

import streamlit as st

from pages import ui
from pages.ui.standing import TITLE
from stepsize_core.paper.catalogue import CATALOGUE

WIDTH = 1080  # pixels; wider rows are hard to follow

st.title(TITLE, anchor=False)
st.markdown("Every preset of every page, run by this server: prediction against measurement.")
ui.share(TITLE)
with st.container(width=WIDTH):
    findings = ui.claims_of_all_presets(CATALOGUE)
st.caption(
    "Each claim is judged at the tolerance stated on its page. Assumption not met: the preset is outside "
    "what the statement assumes. Undecided: theory is silent at this very value, or the steps ran out."
)
ui.open_claims(findings)
