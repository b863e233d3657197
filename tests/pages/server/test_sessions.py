"""What visitors leave behind is bounded: sessions, open files, uploads, lines in the log."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import AsyncExitStack
from types import SimpleNamespace

import pytest
import websockets
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.ui.server import sessions, sparing
from pages.ui.server.sessions import UPLOADS_ALL, UPLOADS_EACH, Departed
from tests.benchmarks.visitors import Visitor, ended
from tests.conftest import ROOT, running_app

VISITORS = 12
PATIENCE = 60.0  # seconds


class Session:
    """A session that says when it was shut down."""

    def __init__(self, name: str):
        self.id, self.ended = name, False

    def shutdown(self) -> None:
        self.ended = True


def left(*names: str) -> list:
    return [SimpleNamespace(session=Session(name)) for name in names]


def test_departed_sessions_are_shut_down_when_there_are_too_many():
    departed, all_left = Departed(most=2, seconds=60), left("a", "b", "c")
    for info in all_left:
        departed.save(info)
    assert [info.session.ended for info in all_left] == [True, False, False]
    assert departed.get("a") is None
    assert departed.get("b") is all_left[1]
    assert departed.list() == all_left[1:]


def test_a_departed_session_is_shut_down_after_its_time_unless_it_came_back(monkeypatch):
    now = time.monotonic()
    departed, (early, back, late) = Departed(most=9, seconds=60), left("early", "back", "late")
    departed.save(early)
    departed.save(back)
    departed.delete("back")
    monkeypatch.setattr(time, "monotonic", lambda: now + 59)
    departed.save(late)
    assert departed.get("early") is early
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert departed.get("early") is None
    departed.sweep()
    assert [info.session.ended for info in (early, back, late)] == [True, False, False]


def test_of_the_uploads_of_a_session_the_last_are_kept_and_of_all_not_too_many(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(Runtime, "instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    for session in range(UPLOADS_ALL):
        for file in range(3 * UPLOADS_EACH):
            manager.add_file(f"s{session}", UploadedFileRec(f"f{file}", "name", "text/csv", b"1, 2"))
            sessions.bound_uploads()
    kept = {session: list(files) for session, files in manager.file_storage.items() if files}
    last = [f"f{file}" for file in range(2 * UPLOADS_EACH, 3 * UPLOADS_EACH)]
    assert list(kept.values()) == [last] * (UPLOADS_ALL // UPLOADS_EACH)
    assert list(kept)[-1] == f"s{UPLOADS_ALL - 1}"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The explorer below a base path, started from another folder, where nobody comes back; its log."""
    folder = tmp_path_factory.mktemp("elsewhere")
    command = ("streamlit", "run", str(ROOT / "app.py"), "--server.address", "127.0.0.1")
    settings = ("--server.baseUrlPath", "demo", "--server.disconnectedSessionTTL", "1", "--server.port")
    with (
        (folder / "log").open("w") as log,
        running_app(*command, *settings, folder=folder, base="/demo", log=log) as address,
    ):
        yield address, folder / "log"


def test_another_servers_import_finds_pages_and_settings_from_any_folder(tmp_path):
    code = (
        "import streamlit, app;"
        "print(app.app._resolve_script_path(), streamlit.get_option('server.maxUploadSize'))"
    )
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=there, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [str(ROOT / "pages" / "router.py"), "1"]


def health(address) -> dict:
    with urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(1)


def test_below_a_base_path_and_from_another_folder_it_is_the_same_explorer(elsewhere):
    address, log = elsewhere
    found = health(address)
    assert found["page"]["runs"], log.read_text()
    for name, words in (("robots.txt", b"Disallow: /*?"), ("favicon.ico", b"<svg")):
        with urllib.request.urlopen(f"{address}/{name}", timeout=PATIENCE) as answer:
            assert words in answer.read()
            assert "max-age" in answer.headers["Cache-Control"]

    async def errors() -> int:
        async with Visitor(address, "periodic_orbits") as visitor:
            await visitor.choose("orbit.step_size", 2.0)
            return visitor.errors

    assert ended(errors()) == 0


def test_open_files_and_sessions_are_as_before_when_visitors_have_left(elsewhere):
    address, _ = elsewhere
    until(lambda: health(address)["sessions"]["departed"] == 0)
    idle = health(address)["files"]["open"]

    async def come_and_go() -> dict:
        async with AsyncExitStack() as stack:
            for _ in range(VISITORS):
                await stack.enter_async_context(Visitor(address, "standing"))
            return await asyncio.to_thread(health, address)

    busy = ended(come_and_go())
    assert busy["sessions"]["connected"] == VISITORS
    assert busy["files"]["open"] <= idle + VISITORS + 2  # one each; the health question is one, for a while
    until(lambda: health(address)["files"]["open"] <= idle + 1)
    until(lambda: health(address)["sessions"]["departed"] == 0)


def test_many_bad_requests_are_a_few_lines_of_the_log(elsewhere):
    address, log = elsewhere
    before = len(log.read_text().splitlines())

    async def visits() -> None:
        target = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        for _ in range(50):
            with pytest.raises(websockets.WebSocketException):
                await websockets.connect(target, origin="https://foreign.example")
        async with Visitor(address, "periodic_orbits", query="&".join(["orbit.pins=no~run"] * 1000)):
            pass

    ended(visits())
    written = log.read_text().splitlines()[before:]
    assert 1 <= len(written) <= sparing.KEPT + 1, written


def test_what_is_not_written_is_counted(monkeypatch):
    heard, logger, now = [], logging.getLogger("tests.sparing"), time.monotonic()
    logger.propagate = False
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "filters", [sparing.Sparing()])

    def say(n, seconds):
        monkeypatch.setattr(time, "monotonic", lambda: now + seconds)
        for i in range(n):
            logger.warning("number %d", i)

    say(100, 0)
    logger.warning("another place")
    say(2, sparing.SECONDS)
    assert heard[: sparing.KEPT] == [f"number {i}" for i in range(sparing.KEPT)]
    assert heard[sparing.KEPT :] == [
        "another place",
        "number 0 (95 more like this were not written)",
        "number 1",
    ]


def test_messages_travel_compressed(app):
    async def offered() -> str:
        target = app.replace("http", "ws", 1) + "/_stcore/stream"
        async with websockets.connect(target, subprotocols=["streamlit"]) as socket:
            return socket.response.headers.get("Sec-WebSocket-Extensions", "")

    assert "permessage-deflate" in ended(offered())
