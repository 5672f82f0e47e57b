"""The pages of `graph.pages` over HTTP: addresses, headers, and errors as pages for browsers."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from graph.addresses.lists import Lists
from graph.addresses.parameters import OPTIONS
from graph.addresses.saved import Saved
from graph.errors import RolegraphError, SettingsError
from graph.http import media
from graph.http.kept import KeptAnswers, Made
from graph.http.pages import STATIC
from graph.http.turns import Turns
from graph.mapping.model import GraphModel
from graph.pages import takeaway
from graph.pages.page import Rendered
from graph.pages.parameters import Pairs
from graph.pages.site import Assets, Site
from graph.settings import Limits

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
_PAGE = "page"
_SECURITY = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_HEADERS = {**_SECURITY, "Cache-Control": "no-cache", "Vary": "Accept"}
_MOST_PARAMETERS = 250
_SCRIPTS = ("pages.js", "careers.js", "charts.js", "network.js")
_SOURCES = {"pages.css": "src/pages/pages.scss", **{n: f"src/pages/{n}" for n in _SCRIPTS}}
_NOT_BUILT = (
    "<!doctype html><html lang='en'><title>Rolegraph</title><p>The pages are not built yet."
    " Run <code>make web</code>, then start the service again."
)
View = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Request, Exception], Awaitable[Response]]


class PageViews:
    """The pages of one engine as routes."""

    def __init__(
        self,
        model: GraphModel,
        lists: Lists,
        turns: Turns,
        cache: KeptAnswers,
        terms: Mapping[str, str],
        root: str,
        questions: Mapping[str, Saved],
        limits: Limits,
    ) -> None:
        assets = built_assets()
        self._cache = cache
        self._site: Site | None = None
        if assets:
            items = limits.list_items
            self._site = Site(lists, model, turns.execute, assets, terms, root, questions, items)

    def routes(self) -> Sequence[BaseRoute]:
        """The addresses; those that have an ending are somebody else's."""
        if self._site is None:
            return [Route("/", _not_built)]
        return [
            *(Route(path, self._page(path)) for path in self._site.pages),
            *(Route(path, self._file(path)) for path in self._site.files),
            *(
                Route(f"{path}.{form}", self._table(path, form))
                for path in takeaway.PAGES
                for form in takeaway.FORMS
            ),
            *(Route(f"/{name}", self._list(name)) for name in self._site.lists),
            *(Route(f"/{plural}/{{slug}}", self._thing(plural)) for plural in self._site.plurals),
        ]

    def saved_or(self, otherwise: View) -> View:
        """An address of saved questions: a page for browsers, JSON for all others."""
        if self._site is None:
            return otherwise
        page = self._answered(
            lambda site, request, pairs: site.saved(request.path_params.get("name", ""), pairs)
        )

        async def answer(request: Request) -> Response:
            is_page = media.wants_html(request.headers.get("accept"))
            is_told = not request.query_params.keys().isdisjoint(OPTIONS)
            return await (otherwise if is_told or not is_page else page)(request)

        return answer

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

    def _page(self, path: str) -> View:
        return self._answered(lambda site, _request, pairs: site.page(path, pairs))

    def _file(self, path: str) -> View:
        return self._answered(lambda site, _request, pairs: site.file(path, pairs))

    def _table(self, path: str, form: str) -> View:
        return self._answered(lambda site, _request, pairs: site.table(path, form, pairs))

    def _list(self, name: str) -> View:
        return self._answered(lambda site, _request, pairs: site.list(name, pairs))

    def _thing(self, plural: str) -> View:
        return self._answered(
            lambda site, request, pairs: site.thing(plural, request.path_params["slug"], pairs)
        )

    def _answered(self, render: Callable[[Site, Request, Pairs], Awaitable[Rendered]]) -> View:
        site = self._site
        assert site

        async def view(request: Request) -> Response:
            pairs = _pairs(request)
            if pairs is None:
                return _response(await site.refuse("BAD_USER_INPUT", _UNREADABLE))

            async def make() -> Made:
                page = await render(site, request, pairs)
                return Made(_response(page), keep=page.status == 200)

            parts = (_PAGE, request.url.path, request.url.query)
            try:
                response = await self._cache.respond(request.headers, parts, make, reads=True)
            except RolegraphError as error:
                response = _response(await site.refuse(error.code, error.message))
            response.headers.update(_SECURITY)
            return response

        return view


def built_assets() -> Assets:
    """What vite built, by the names that templates use; nothing where it has not run."""
    manifest = STATIC / "manifest.json"
    if not manifest.exists():
        return {}
    built = json.loads(manifest.read_text("utf-8"))
    if missing := [source for source in _SOURCES.values() if source not in built]:
        raise SettingsError(
            f"The pages in {STATIC} were built for another version: {missing[0]} is not there.",
            "Build them again: `make web`.",
        )
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
    headers = {**_HEADERS, **page.headers}
    return Response(page.body, page.status, headers, page.media_type)


async def _not_built(_request: Request) -> Response:
    return HTMLResponse(_NOT_BUILT, 503)
