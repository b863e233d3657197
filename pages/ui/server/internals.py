"""What the server relies on inside Streamlit; tests/pages/server/test_internals.py says what changed."""

import base64
import hashlib
import os
import re
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import streamlit
from streamlit.runtime.state.session_state_proxy import get_session_state

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
LOADED_ON_FIRST_USE = (
    "pandas",  # with the first chart
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "streamlit.material_icon_names",
)
OPEN_FILES = Path("/dev/fd")  # on Linux and macOS: the numbers of this process's open files and sockets


def inline_scripts() -> Iterator[str]:
    """The hashes, as a security policy names them, of the scripts that Streamlit writes into its own page."""
    page = INDEX.read_text(encoding="utf-8")
    for code in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL):
        yield f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def correct_address(key: str, text: str | None) -> None:
    """Put another text, or none, into the address before the widget that is bound to it reads it.

    A widget reads what the page was opened with, which `st.query_params` does not change, and otherwise than
    the page: for an integer it takes "10.7", or raises an OverflowError at "inf".
    """
    with get_session_state().query_params() as address:
        if text is None:
            address.remove_param(key)
        else:
            address.set_corrected_value(key, text, "string_value")
        address.set_initial_query_params_from_current()


def send_at_once() -> None:
    """Turn Nagle's algorithm off on the sockets that listen, from which connections inherit it.

    `streamlit run` leaves it on: an answer may then wait 50 ms for the browser to acknowledge the last one.
    """
    for opened in open_sockets():
        with opened:
            network = opened.family in (socket.AF_INET, socket.AF_INET6)
            if network and opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def open_sockets() -> Iterator[socket.socket]:
    """A second handle on every socket of this process; nothing where the system does not list them."""
    for number in map(int, os.listdir(OPEN_FILES) if OPEN_FILES.exists() else ()):
        with suppress(OSError):  # closed since it was listed
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield socket.socket(fileno=os.dup(number))
