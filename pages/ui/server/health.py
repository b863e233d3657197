"""Whether this server does what it is for: a page is run and a study made, as for a visitor."""

import asyncio
import os
import time

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from streamlit.runtime import Runtime

import stepsize_core
from pages.ui.server import jobs, sessions, store
from pages.ui.server.internals import OPEN_FILES, most_open_files
from pages.ui.server.turns import Busy, Visitor
from stepsize_core.paper.catalogue import CATALOGUE

SLOW, PATIENCE = 1.0, 20.0  # seconds: a page takes longer where a server is busy, and must not take so long
FULL = 0.9  # of the line or of the open files: who comes next may be sent away
FRESH = 2.0  # seconds that an answer stands, so that asking is cheap
PROBE = Visitor("healthz")
OK, BUSY, FAILING = "ok", "busy", "failing"


class Health:
    """The answer to /healthz, found anew at most every FRESH seconds."""

    def __init__(self):
        self._lock, self._found, self._answer = asyncio.Lock(), -FRESH, {}

    async def answer(self, _request) -> JSONResponse:
        """What was found lately; with status 503 where this server fails."""
        async with self._lock:
            if time.monotonic() - self._found >= FRESH:
                self._answer = await _found()
                self._found = time.monotonic()
        failing = self._answer["status"] == FAILING
        headers = {"Cache-Control": "no-store"}
        return JSONResponse(self._answer, status_code=503 if failing else 200, headers=headers)


async def _found() -> dict:
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            (runs, why), _ = await asyncio.gather(
                Runtime.instance().does_script_run_without_error(), run_in_threadpool(_study)
            )
    except (TimeoutError, Busy):
        runs, why = False, "no turn in time"
    seconds = time.monotonic() - began
    turns, files = jobs.TURNS.numbers(), _open_files()
    full = max(turns["waiting"] / turns["line"], files["open"] / files["most"])
    return {
        "status": FAILING if not runs or full > FULL else BUSY if seconds > SLOW or turns["waiting"] else OK,
        "version": stepsize_core.__version__,
        "page": {"runs": runs, "said": why, "seconds": round(seconds, 3)},
        "turns": turns,
        "store": store.KEPT.numbers(),
        "sessions": sessions.counts(),
        "files": files,
    }


def _study() -> None:
    """A small study, in a turn."""
    with jobs.TURNS.turn("", lambda before: None, PROBE):
        phenomenon = CATALOGUE[0]
        phenomenon.study(phenomenon.Params())


def _open_files() -> dict[str, int]:
    """How many files and sockets are open, and how many may be; not known everywhere."""
    return {"open": len(os.listdir(OPEN_FILES)) if OPEN_FILES.exists() else 0, "most": most_open_files()}
