"""Step Size Matters in Deep Learning, an explorer: `streamlit run app.py`, or an ASGI server on `app:app`."""

import os
from contextlib import asynccontextmanager

import streamlit as st

# before NumPy is loaded: on a busy machine its threads wait for each other, one alone is ten times as fast
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pages.ui.server.failure import say_sorry
from pages.ui.server.hosting import MIDDLEWARE, ROUTES
from pages.ui.server.internals import (
    allow_open_files,
    ask_nobody,
    send_at_once,
    stand_beside,
    take_turns_often,
)
from pages.ui.server.memory import bound_memory
from pages.ui.server.sessions import tidied
from pages.ui.server.sparing import write_sparingly
from pages.ui.server.warm import set_aside, warm_up


@asynccontextmanager
async def lifespan(_app):
    """Load what the pages need before the first visitor, and tidy up after the last."""
    bound_memory()
    allow_open_files()
    ask_nobody()
    take_turns_often()
    warm_up()
    set_aside()
    send_at_once()
    write_sparingly()
    async with tidied():
        yield {}


stand_beside(__file__)
app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    on_script_error=say_sorry,
)
