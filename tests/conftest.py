"""Fixtures for every test: a seeded generator, the app in a server of its own, a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "tests" / "benchmarks"
SERVER_PATIENCE = 300.0  # seconds until a server must answer; a loaded machine imports slowly
PAGE_PATIENCE = 120_000  # milliseconds until something must have appeared on a page
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_ignore_collect(collection_path, config):
    """Speed ratios are run by path only: they need a quiet machine and their own time."""
    if collection_path != BENCHMARKS and BENCHMARKS not in collection_path.parents:
        return None
    named = (Path(argument.partition("::")[0]).resolve() for argument in config.args)
    return None if any(path == BENCHMARKS or BENCHMARKS in path.parents for path in named) else True


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers, the same in every run."""
    return np.random.default_rng(20181203)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Address(str):
    """The address of a running server; pid: its process."""

    pid: int


@contextmanager
def running_app(
    *command: str,
    port: int | None = None,
    log=subprocess.DEVNULL,
    folder: Path = ROOT,
    base: str = "",
    **environment: str,
):
    """The address of a freshly started server: `streamlit run app.py`, or the module's arguments given.

    port: where it listens, a free one by default; log: an open file for what it prints; folder: where it is
    started; base: its base path, with a slash before it; environment: further variables of its environment.
    """
    command = command or ("streamlit", "run", "app.py", "--server.address", "127.0.0.1", "--server.port")
    port = port or free_port()
    address = Address(f"http://127.0.0.1:{port}{base}")
    server = subprocess.Popen(
        [sys.executable, "-m", *command, str(port)],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=log,
        stderr=log,
    )
    address.pid = server.pid
    try:
        _wait_until_healthy(server, address)
        yield address
    finally:
        server.terminate()
        server.wait(SERVER_PATIENCE)


def _wait_until_healthy(server: subprocess.Popen, address: str) -> None:
    deadline = time.monotonic() + SERVER_PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended with code {server.returncode}"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {SERVER_PATIENCE} s")


@pytest.fixture(scope="session")
def app():
    """The address of the app on a server that the session's tests share."""
    with running_app() as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium; without one the test is skipped, in CI it fails."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = "no Chromium found; install one or set CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """open_page(address, width=…, height=…, scheme=…, further options of a browser's context) gives a page.

    Runs play only with reduced_motion="no-preference". A console error or a request to another host fails the
    test.
    """
    with pages_of(chromium) as open_at:
        yield open_at


@contextmanager
def pages_of(chromium):
    """What `open_page` gives, for fixtures whose pages serve several tests."""
    contexts, errors, foreign = [], [], []

    def open_at(address: str, *, width: int = 1440, height: int = 900, scheme: str = "light", **options):
        options = {"reduced_motion": "reduce", "color_scheme": scheme, **options}
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PAGE_PATIENCE)
        page.on("console", lambda message: _note_error(errors, message))
        page.on("pageerror", lambda error: errors.append(str(error)))
        for kind in ("request", "websocket"):
            page.on(kind, lambda asked: None if _is_ours(asked.url) else foreign.append(asked.url))
        page.goto(address)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert errors == []
    assert foreign == []


def _is_ours(url: str) -> bool:
    """Whether an address is one of the tests' servers, or no address of a server."""
    parts = urlsplit(url)
    return parts.hostname in ("127.0.0.1", "localhost") or parts.scheme in ("data", "blob", "about")


def _note_error(errors: list[str], message) -> None:
    """Keep console errors, save that Streamlit first looks for its own endpoints beside a page's address."""
    if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
        errors.append(f"{message.text} at {message.location.get('url')}")
