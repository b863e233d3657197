"""What a public server adds around the pages: security headers, a health answer, packets sent at once."""

from __future__ import annotations

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
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

import stepsize_core

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
OPEN_FILES = Path("/dev/fd")  # on Linux and macOS: the numbers of this process's open files and sockets


class SecurityHeaders:
    """ASGI middleware that adds the security headers to every HTTP response."""

    def __init__(self, app):
        self._app = app
        self._headers = security_headers()

    async def __call__(self, scope, receive, send):
        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def security_headers() -> dict[str, str]:
    """The headers by name.

    Scripts may be evaluated, because Vega compiles its expressions, and blobs are how components load theirs.
    Any page may embed the explorer in a frame, as course pages do: there is nothing to log in to and
    nothing to lose by a click.
    """
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "'unsafe-eval'", "blob:", *_inline_scripts()]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "*",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


def _inline_scripts() -> Iterator[str]:
    """The hashes of the scripts that Streamlit writes into its own page."""
    page = INDEX.read_text(encoding="utf-8")
    for code in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL):
        yield f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


async def health(_request) -> JSONResponse:
    """That this process answers, and which version it is."""
    return JSONResponse({"status": "ok", "version": stepsize_core.__version__})


MIDDLEWARE = [Middleware(SecurityHeaders)]
ROUTES = [Route("/healthz", health)]


def send_at_once() -> None:
    """Turn Nagle's algorithm off on the sockets that listen, from which connections inherit it.

    `streamlit run` leaves it on: an answer may then wait 50 ms for the browser to acknowledge the last one.
    """
    for opened in _open_sockets():
        with opened:
            network = opened.family in (socket.AF_INET, socket.AF_INET6)
            if network and opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _open_sockets() -> Iterator[socket.socket]:
    """A second handle on every socket of this process; nothing where the system does not list them."""
    for number in map(int, os.listdir(OPEN_FILES) if OPEN_FILES.exists() else ()):
        with suppress(OSError):  # closed since it was listed
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield socket.socket(fileno=os.dup(number))
