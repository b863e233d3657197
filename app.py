"""Step Size Matters in Deep Learning, an explorer: `streamlit run app.py`, or an ASGI server on `app:app`."""

import gc
from contextlib import asynccontextmanager

import streamlit as st


@asynccontextmanager
async def lifespan(_app):
    """Load what the pages need before the first visitor, and keep it out of later garbage collections.

    Streamlit collects garbage after every run of a page; with Altair and pandas loaded that alone costs more
    than the page, unless what is alive now is frozen.
    """
    from pages.ui.warm import warm_up

    warm_up()
    gc.collect()
    gc.freeze()
    yield {}


app = st.App("pages/router.py", lifespan=lifespan)
