"""The pages of `graph.pages` over HTTP: addresses, headers, and errors as pages for browsers."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import cast
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from graph.execution.engine import Engine
from graph.http import media
from graph.http.pages import STATIC
from graph.pages.page import Rendered
from graph.pages.parameters import Pairs
from graph.pages.site import Assets, Site
from graph.settings import Settings

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Accept",
}
_MOST_PARAMETERS = 250
_SOURCES = {"pages.css": "src/pages/pages.scss", "pages.js": "src/pages/pages.js"}
_NOT_BUILT = (
    "<!doctype html><html lang='en'><title>Rolegraph</title><p>The pages are not built yet."
    " Run <code>make web</code>, then start the service again."
)
Handler = Callable[[Request, Exception], Awaitable[Response]]


class PageViews:
    """The pages of one engine as routes."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        assets = built_assets()
        self._site = Site(engine.model, engine.execute, assets) if assets else None

    def routes(self) -> Sequence[BaseRoute]:
        """The addresses; those that have an ending are somebody else's."""
        if self._site is None:
            return [Route("/", _not_built)]
        return [
            *(Route(path, self._page(path)) for path in self._site.pages),
            *(Route(f"/{plural}/{{slug}}", self._thing(plural)) for plural in self._site.plurals),
        ]

    def or_page(self, otherwise: Handler) -> Handler:
        """Errors that no route answers: a page for browsers, JSON for all others."""
        site = self._site
        if site is None:
            return otherwise

        async def answer(request: Request, error: Exception) -> Response:
            status = cast(HTTPException, error).status_code
            if not media.wants_html(request.headers.get("accept")):
                return await otherwise(request, error)
            last = request.url.path.rpartition("/")[2]
            if status == 405:
                message = f"{request.method} is not for this address."
                return _response(await site.refuse("METHOD_NOT_ALLOWED", message))
            return _response(
                await site.refuse("NOT_FOUND", "There is no page at this address.", last)
            )

        return answer

    def _page(self, path: str) -> Callable[[Request], Awaitable[Response]]:
        site = self._site
        assert site

        async def view(request: Request) -> Response:
            given = _pairs(request)
            if given is None:
                return _response(await site.refuse("BAD_USER_INPUT", _UNREADABLE))
            return _response(await site.page(path, given))

        return view

    def _thing(self, plural: str) -> Callable[[Request], Awaitable[Response]]:
        site = self._site
        assert site

        async def view(request: Request) -> Response:
            given = _pairs(request)
            if given is None:
                return _response(await site.refuse("BAD_USER_INPUT", _UNREADABLE))
            return _response(await site.thing(plural, request.path_params["slug"], given))

        return view


def built_assets() -> Assets:
    """What vite built, by the names that templates use; nothing where it has not run."""
    manifest = STATIC / "manifest.json"
    if not manifest.exists():
        return {}
    built = json.loads(manifest.read_text("utf-8"))
    return {name: f"/static/{built[source]['file']}" for name, source in _SOURCES.items()}


_UNREADABLE = (
    f"The settings in the address cannot be read: they are not UTF-8, or over {_MOST_PARAMETERS}."
)


def _pairs(request: Request) -> Pairs | None:
    """The parameters of the address; None where they cannot be read."""
    try:
        return parse_qsl(
            request.scope["query_string"].decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except (UnicodeError, ValueError):
        return None


def _response(page: Rendered) -> Response:
    return HTMLResponse(page.body, page.status, {**_HEADERS, **page.headers})


async def _not_built(_request: Request) -> Response:
    return HTMLResponse(_NOT_BUILT, 503)
