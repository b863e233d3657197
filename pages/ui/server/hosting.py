"""What a public server adds around the pages: security headers, and answers beside them."""

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pages.ui.server.health import Health
from pages.ui.server.internals import inline_scripts
from pages.ui.server.sessions import bound_uploads


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


class BoundUploads:
    """ASGI middleware that bounds what is kept of uploaded files, after every one."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        await self._app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "PUT":
            bound_uploads()


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


async def robots(_request) -> PlainTextResponse:
    """The pages may be listed, not each of their states."""
    return PlainTextResponse("User-agent: *\nDisallow: /*?\nDisallow: /_stcore/\n", headers=FOR_A_DAY)


async def icon(_request) -> Response:
    """Steps down a slope, as the pages have them."""
    return Response(ICON, media_type="image/svg+xml", headers=FOR_A_DAY)


FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#0b5fa5">'
    '<path d="M1 2v5h5v4h4v2.5h5" stroke-width="1.6" stroke-linejoin="round"/></svg>'
)
MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(BoundUploads)]
ANSWERS = {"healthz": Health().answer, "robots.txt": robots, "favicon.ico": icon}
BASES = ("", "/{base:path}")  # the root, and any base path, which a proxy may keep or drop
ROUTES = [Route(f"{base}/{name}", answer) for base in BASES for name, answer in ANSWERS.items()]
