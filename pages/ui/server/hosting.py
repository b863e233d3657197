"""What a public server adds around the pages: security headers and a health answer."""

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

import stepsize_core
from pages.ui.server.internals import inline_scripts


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
        "script-src": " ".join(["'self'", "'unsafe-eval'", "blob:", *inline_scripts()]),
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


async def health(_request) -> JSONResponse:
    """That this process answers, and which version it is."""
    return JSONResponse({"status": "ok", "version": stepsize_core.__version__})


MIDDLEWARE = [Middleware(SecurityHeaders)]
ROUTES = [Route("/healthz", health)]
