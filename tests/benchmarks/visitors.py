"""Visitors of a running server who are no browsers: they speak Streamlit's WebSocket protocol."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 60.0  # seconds for one answer
Result = TypeVar("Result")


def ended(visits: Coroutine[Any, Any, Result]) -> Result:
    """What the visits return, in an event loop of their own: a browser of this process has one as well."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, visits).result()


class Visitor:
    """One visitor of a page; use it in `async with`, which opens the page, as a link with this query does.

    errors    exceptions shown on the page
    received  bytes of the last answer
    wire      and as a server that compresses sends them, without the few bytes around each message
    """

    def __init__(self, address: str, page: str, query: str = ""):
        self._address, self._page, self._query = address, page, query
        self._page_hash, self._widgets, self._chosen, self._known = "", {}, {}, set()
        self._deflate = zlib.compressobj(wbits=-15)
        self.errors = self.received = self.wire = 0

    async def __aenter__(self) -> Visitor:
        target = f"{self._address.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = await websockets.connect(target, subprotocols=["streamlit"], max_size=None)
        await self._run()
        return self

    async def __aexit__(self, *_) -> None:
        await self._socket.close()

    async def choose(self, key: str, value: float) -> float:
        """Set a number box, by its key, and wait for the page: seconds until it was complete."""
        self._chosen[self._widgets[key]] = value
        return await self._run()

    async def _run(self) -> float:
        start = time.perf_counter()
        await self._socket.send(self._request())
        async with asyncio.timeout(PATIENCE):
            messages = [await self._socket.recv()]
            while not self._is_last(ForwardMsg.FromString(messages[-1])):
                messages.append(await self._socket.recv())
        seconds = time.perf_counter() - start
        self._weigh(messages)
        return seconds

    def _weigh(self, messages: list[bytes]) -> None:
        """Count the bytes; what is on the page, and may be referred to, is known from now on."""
        deflate = self._deflate
        self.received = sum(map(len, messages))
        self.wire = sum(len(deflate.compress(m) + deflate.flush(zlib.Z_SYNC_FLUSH)) for m in messages)
        parsed = [ForwardMsg.FromString(message) for message in messages]
        self._known = {m.ref_hash or m.hash for m in parsed if m.ref_hash or m.metadata.cacheable}

    def _request(self) -> bytes:
        message = BackMsg()
        run = message.rerun_script
        run.page_script_hash = self._page_hash
        run.query_string = self._query
        run.cached_message_hashes.extend(self._known)
        if not self._page_hash:
            run.page_name = self._page
        for widget, value in self._chosen.items():
            state = run.widget_states.widgets.add()
            state.id, state.double_value = widget, value
        return message.SerializeToString()

    def _is_last(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self.errors += element.WhichOneof("type") == "exception"
            if element.WhichOneof("type") == "number_input":
                identifier = element.number_input.id  # ends in the key
                self._widgets[identifier.split("-", 2)[2]] = identifier
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def resident_bytes(pid: int) -> int:
    """The memory of a process that is in RAM."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
