"""How a refusal goes out that comes before any address: as JSON, or as a page to a browser."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from graph.http import media
from graph.http.problems import HttpRefusal, headers_of, refused
from graph.pages import barred as pages

_NO_PAGES = frozenset(("metrics", "static"))


def barred(scope: Scope, error: HttpRefusal) -> Response:
    """The response to a request that is refused, whichever its address."""
    return as_page(scope, error) or refused(error)


def as_page(scope: Scope, error: HttpRefusal) -> Response | None:
    """The page of a refusal; None where it is no browser that opens a page."""
    accept = Headers(scope=scope).get("accept")
    if not (_is_page(scope) and media.wants_html(accept)):
        return None
    headers = headers_of(error)
    wait_s = int(headers.get("Retry-After", 0))
    page = pages.barred(error.code, error.message, error.status, wait_s)
    return Response(page.body, page.status, {**headers, **page.headers}, page.media_type)


def _is_page(scope: Scope) -> bool:
    """Whether a person may have opened it: what has an ending is a file."""
    first, last = scope["path"].split("/")[1:2], scope["path"].rpartition("/")[2]
    is_read = scope["method"] in ("GET", "HEAD")
    return is_read and "." not in last and not _NO_PAGES.intersection(first)
