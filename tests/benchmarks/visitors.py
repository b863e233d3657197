"""Visitors of a running server who are no browsers: they speak Streamlit's WebSocket protocol."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 60.0  # seconds for one answer


class Visitor:
    """One visitor of a page; use it in `async with`, which opens the page."""

    def __init__(self, address: str, page: str, query: str = ""):
        self._address, self._page, self._query = address, page, query
        self._page_hash, self._widgets, self._chosen = "", {}, {}
        self.errors = 0  # exceptions shown on the page

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
            while not self._is_last(ForwardMsg.FromString(await self._socket.recv())):
                pass
        return time.perf_counter() - start

    def _request(self) -> bytes:
        message = BackMsg()
        run = message.rerun_script
        run.page_script_hash, run.query_string = self._page_hash, self._query
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
