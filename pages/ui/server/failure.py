"""What a visitor sees where a page raised: one line and a way back. The log has the traceback."""

import streamlit as st

SORRY = "This page could not be drawn. The fault is ours and has been noted; other pages are not affected."
WAY_BACK = (  # loads the address anew, so that nothing of what led here is kept
    '<p><a href="?" target="_self">Open this page with its first values</a> or '
    '<a href="./" target="_self">go to the overview</a>.</p>'
)


def say_sorry(_error: Exception) -> bool:
    """Show the line in place of Streamlit's own report, which it has logged before; True says so."""
    st.error(SORRY, icon=":material/sentiment_dissatisfied:")
    st.html(WAY_BACK)
    return True
