"""Serve a built site on this machine: static files, compressed, with the headers a web server should give them."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maalestok.errors import MaalestokError
from maalestok.publish.documents.page import style_source
from maalestok.publish.site.build import MARKER
from maalestok.publish.site.render import CSP

POLICY = CSP.replace("style-src 'self'", f"style-src 'self' '{style_source()}'")
"""As pages give it themselves, and the style sheet inside documents."""
HEADERS = (
    (b"content-security-policy", f"{POLICY}; frame-ancestors 'none'".encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Guarded:
    """Adds the headers that a page can't give itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def application(folder: Path) -> Starlette:
    """The site in a folder as a web application.

    Raises:
        MaalestokError: the folder holds no site of ours.
    """
    if not (folder / MARKER).is_file():
        raise MaalestokError(f"{folder} er ikke en hjemmeside fra Målestok.", remedy="Byg den med: maalestok site.")
    middleware = [Middleware(Guarded), Middleware(GZipMiddleware, minimum_size=500, compresslevel=9)]
    files = StaticFiles(directory=folder, html=True)
    return Starlette(routes=[Mount("/", files)], middleware=middleware)
