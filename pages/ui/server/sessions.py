"""What visitors leave behind: their sessions, open files and uploads, all of it bounded."""

import asyncio
import time
from collections import OrderedDict
from contextlib import asynccontextmanager
from itertools import chain

import streamlit as st
from starlette.concurrency import run_in_threadpool
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionInfo, SessionStorage

from pages.ui.server.internals import keep_departed_in, no_files_for_sessions
from pages.ui.server.memory import give_memory_back

MOST_DEPARTED = 128  # sessions kept for visitors who may come back
SWEEP_SECONDS = 10.0
UPLOADS_EACH, UPLOADS_ALL = 2, 32  # files, of at most server.maxUploadSize


class Departed(SessionStorage):
    """Sessions whose connection broke, kept for a while and then shut down, which frees what they hold."""

    def __init__(self, *, most: int, seconds: float):
        self._most, self._seconds = most, seconds
        self._left: OrderedDict[str, tuple[SessionInfo, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def get(self, session_id: str) -> SessionInfo | None:
        """The session, if it left not too long ago."""
        info, left = self._left.get(session_id, (None, 0.0))
        return info if time.monotonic() - left < self._seconds else None

    def save(self, session_info: SessionInfo) -> None:
        """Keep a session, at the cost of the one that left first."""
        self._left[session_info.session.id] = session_info, time.monotonic()
        self.sweep()

    def delete(self, session_id: str) -> None:
        """Forget a session, which goes on elsewhere."""
        del self._left[session_id]

    def list(self) -> list[SessionInfo]:
        """All that are kept."""
        return [info for info, _ in self._left.values()]

    def sweep(self) -> None:
        """Shut down those whose time is over, and those too many."""
        while self._left:
            identifier, (info, left) = next(iter(self._left.items()))
            if len(self._left) <= self._most and time.monotonic() - left < self._seconds:
                return
            del self._left[identifier]
            info.session.shutdown()


@asynccontextmanager
async def tidied():
    """While it lasts, what visitors leave behind is tidied up. In the event loop of a server."""
    departed = Departed(most=MOST_DEPARTED, seconds=st.get_option("server.disconnectedSessionTTL"))
    keep_departed_in(departed)
    no_files_for_sessions()
    sweeping = asyncio.create_task(_sweep_regularly(departed))
    yield
    sweeping.cancel()


async def _sweep_regularly(departed: Departed) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        departed.sweep()
        await run_in_threadpool(give_memory_back)


def bound_uploads() -> None:
    """Drop the oldest files beyond UPLOADS_EACH of a session and UPLOADS_ALL of the server."""
    manager = Runtime.instance().uploaded_file_mgr
    held = [[(session, file) for file in files] for session, files in list(manager.file_storage.items())]
    recent = [file for files in held for file in files[-UPLOADS_EACH:]][-UPLOADS_ALL:]
    for session, file in chain.from_iterable(held):
        if (session, file) not in recent:
            manager.remove_file(session, file)


def counts() -> dict[str, int]:
    """How many sessions are connected and kept, and how many files they have uploaded, of how many bytes."""
    runtime = Runtime.instance()
    connected, known = runtime._session_mgr.num_active_sessions(), runtime._session_mgr.num_sessions()
    held = [files.values() for files in list(runtime.uploaded_file_mgr.file_storage.values())]
    sizes = [len(file.data) for files in held for file in files]
    return {
        "connected": connected,
        "departed": known - connected,
        "uploads": len(sizes),
        "upload_bytes": sum(sizes),
    }
