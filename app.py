"""Step Size Matters in Deep Learning, an explorer: `streamlit run app.py`, or an ASGI server on `app:app`."""

import gc
from contextlib import asynccontextmanager

import streamlit as st

from pages.ui.failure import say_sorry
from pages.ui.hosting import MIDDLEWARE, ROUTES, send_at_once
from pages.ui.warm import warm_up


@asynccontextmanager
async def lifespan(_app):
    """Load what the pages need before the first visitor, and keep it out of later garbage collections.

    Streamlit collects garbage after every run of a page; with Altair and pandas loaded that alone costs more
    than the page, unless what is alive now is frozen.
    """
    warm_up()
    gc.collect()
    gc.freeze()
    send_at_once()
    yield {}


app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    on_script_error=say_sorry,
)
