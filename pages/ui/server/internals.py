"""What the server relies on inside Streamlit; tests/pages/server/test_internals.py says what changed."""

import asyncio
import base64
import hashlib
import logging
import os
import re
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path
from typing import Any

import streamlit
from streamlit import config, logger, net_util
from streamlit.runtime import Runtime, websocket_session_manager
from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check, get_script_run_ctx
from streamlit.runtime.session_manager import SessionStorage
from streamlit.runtime.state.session_state_proxy import get_session_state

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
LOADED_ON_FIRST_USE = (
    "pandas",  # with the first chart
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "streamlit.material_icon_names",
)
try:
    import resource
except ImportError:  # Windows
    resource = None
OPEN_FILES = Path("/dev/fd")  # on Linux and macOS: the numbers of this process's open files and sockets


def inline_scripts() -> Iterator[str]:
    """The hashes, as a security policy names them, of the scripts that Streamlit writes into its own page."""
    page = INDEX.read_text(encoding="utf-8")
    for code in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL):
        yield f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def ask_nobody() -> None:
    """Know no address of this server from outside: Streamlit would ask a service, at each foreign visitor."""
    net_util._external_ip = ""


def loggers() -> list[logging.Logger]:
    """Those that write what the server has to say; each has a handler of its own."""
    return list(logger._loggers.values())


def stand_beside(script: str) -> None:
    """Take relative paths and .streamlit/config.toml from the folder of a script, as `streamlit run` does."""
    if config._main_script_path is None:
        config._main_script_path = str(Path(script).resolve())


def correct_address(key: str, text: str | None) -> None:
    """Put another text, or none, into the address before the widget that is bound to it reads it.

    A widget reads what the page was opened with, which `st.query_params` does not change, and otherwise than
    the page: for an integer it takes "10.7", or raises an OverflowError at "inf".
    """
    with get_session_state().query_params() as address:
        if text is None:
            address.set_corrected_value(key, "", "string_value")  # where only the browser has one
            address.remove_param(key)
        else:
            address.set_corrected_value(key, text, "string_value")
        address.set_initial_query_params_from_current()


def reported() -> dict[str, Any]:
    """What the browser reports anew at this run of a page, by the key of the widget, or else its id."""
    context = get_script_run_ctx()
    state = context.session_state._state if context else get_session_state()._state
    keys, new = state._key_id_mapper.id_key_mapping, state._new_widget_state
    return {keys.get(name, name): new.get(name) for name in list(new) if state._widget_changed(name)}


def address_of() -> tuple[str, str]:
    """The network address of who asks for this run of a page, and the session; empty where there is none.

    It is what the server saw, or what a proxy that it trusts has told it (README.md, FORWARDED_ALLOW_IPS).
    Of an address of version 6 the first half counts, since a client may have all that begin like its own.
    """
    context = get_script_run_ctx()
    session = context.session_id if context else ""
    client = Runtime.instance().get_client(session) if Runtime.exists() else None
    address = (client.client_context.remote_ip if client else None) or ""
    return _one_client(address), session


def _one_client(address: str) -> str:
    """An address, or the network of those that one client may have."""
    if ":" not in address:
        return address
    six = IPv6Address(address)
    return str(six.ipv4_mapped or IPv6Network((int(six), 64), strict=False))


def stop_if_left() -> None:
    """End this run of a page where its visitor has left or chosen another value since."""
    check = get_run_yield_check()
    if check:
        check()


def keep_departed_in(storage: SessionStorage) -> None:
    """Keep sessions whose connection broke there: Streamlit's own storage never shuts them down."""
    Runtime.instance()._session_mgr._session_storage = storage


class _IdleLoop(asyncio.BaseEventLoop):
    """An event loop that never runs, and so needs none of the three files of one that does."""


class _Session(websocket_session_manager.AppSession):
    """A session of Streamlit's whose scripts do not use the event loop that it makes for them."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._script_event_loop.close()
        self._script_event_loop = _IdleLoop()


def no_files_for_sessions() -> None:
    """Make sessions without open files, of which a process may have about a thousand."""
    websocket_session_manager.AppSession = _Session


def allow_open_files() -> None:
    """Raise the number of files that this process may open to what the system allows."""
    if resource:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):  # macOS says "unlimited" and does not mean it
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def take_turns_often() -> None:
    """Let another thread have the interpreter after 1 ms, not 5: NumPy gives it up at every large operation.

    Each time it then waits that long for a thread that does not, a page under way for instance.
    """
    sys.setswitchinterval(1e-3)


def most_open_files() -> int:
    """How many files this process may open, sys.maxsize where it is not known."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else -1
    return most if most > 0 else sys.maxsize


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
