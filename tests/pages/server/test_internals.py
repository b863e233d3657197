"""What the server relies on inside Streamlit is there; a test that fails after an upgrade names the place."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import urllib.request

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from pages.ui.server import internals
from tests.conftest import ROOT, running_app

# A server that starts as the explorer does and says of each of its TCP sockets whether it sends at once.
WATCHED = """
import socket

import streamlit as st
from starlette.responses import JSONResponse
from starlette.routing import Route

from app import lifespan
from pages.ui.server import internals


async def sockets(_request):
    found = []
    for opened in internals.open_sockets():
        with opened:
            if opened.family is socket.AF_INET and opened.type is socket.SOCK_STREAM:
                found.append(opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    return JSONResponse(found)


app = st.App("watched.py", lifespan=lifespan, routes=[Route("/sockets", sockets)])
"""


def test_the_scripts_in_streamlits_own_page_are_known():
    scripts = re.findall(r"<script(?![^>]*\ssrc=)", internals.INDEX.read_text(encoding="utf-8"))
    hashes = list(internals.inline_scripts())
    assert len(hashes) == len(scripts), f"Streamlit writes scripts otherwise into {internals.INDEX}"


@pytest.mark.parametrize(
    "name", ["remove_param", "set_corrected_value", "set_initial_query_params_from_current"]
)
def test_the_address_can_be_corrected_before_a_widget_reads_it(name):
    assert callable(getattr(QueryParams, name, None)), f"{name} is gone: see correct_address in internals.py"


def test_what_a_browser_reports_anew_is_known_by_key_and_only_that():
    app = AppTest.from_function(widgets_that_tell).run()
    app.slider("depth").set_value(7).run()
    assert app.text[0].value == "{'depth': 7}"
    app.slider("depth").set_value(8)
    app.text_input("words").set_value("x").run()
    assert app.text[0].value == "{'depth': 8, 'words': 'x'}"


def widgets_that_tell():
    import streamlit as st

    from pages.ui.server.internals import reported

    def tell():
        st.session_state["told"] = dict(sorted(reported().items()))

    st.slider("depth", 0, 9, key="depth", on_change=tell)
    st.text_input("words", key="words", on_change=tell)
    st.checkbox("still", key="still")
    st.text(st.session_state.get("told"))


@pytest.mark.parametrize("module", internals.LOADED_ON_FIRST_USE)
def test_what_is_loaded_ahead_exists(module):
    assert importlib.util.find_spec(module), f"{module} is gone: name in internals.py what took its place"


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not list open sockets")
def test_streamlit_run_sends_at_once(tmp_path):
    script = tmp_path / "watched.py"
    script.write_text(WATCHED, encoding="utf-8")
    command = ("streamlit", "run", str(script), "--server.address", "127.0.0.1", "--server.port")
    with (
        running_app(*command, PYTHONPATH=str(ROOT)) as address,
        urllib.request.urlopen(f"{address}/sockets", timeout=10) as answer,
    ):
        at_once = json.loads(answer.read())
    assert at_once, "no socket was found: see send_at_once in internals.py"
    assert all(at_once), (
        "Streamlit opens its socket after the server's start: see send_at_once in internals.py"
    )
