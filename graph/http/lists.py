"""Lists by address as files: /roles.csv, .xlsx, .ndjson, .rows.json, and .json by pages."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from graph.addresses import forms
from graph.addresses.forms import MEDIA, About
from graph.addresses.lists import Lists
from graph.addresses.parameters import OPTIONS, BadParameter, Pairs, Parameters, read_pairs, shown
from graph.addresses.tables import AnswerRefused, Table, list_table
from graph.errors import RolegraphError
from graph.execution.answer import Answer, of_exception
from graph.http.kept import KeptAnswers, Made
from graph.http.problems import RETRY_AFTER_S, STATUS
from graph.http.turns import Turns
from graph.settings import Limits

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Options:
    """What an address says of the form besides the question."""

    all: bool
    bom: bool
    about: bool


def list_routes(engine: Turns, lists: Lists, limits: Limits, cache: KeptAnswers) -> list[Route]:
    """The routes of all lists as files."""
    return [
        Route(f"/{name}.{{form}}", guarded(_list(engine, lists, name, limits), cache))
        for name in lists.by_name
    ]


def guarded(endpoint: Endpoint, cache: KeptAnswers) -> Endpoint:
    """An endpoint whose answers are kept, and whose refusals have a status of their own."""

    async def answered(request: Request) -> Response:
        async def make() -> Made:
            answer = await endpoint(request)
            return Made(answer, keep=answer.status_code == 200 and not isinstance(answer, Streamed))

        try:
            if _asks_all(request.url.query):  # written as it comes, to one client
                return (await make()).response
            parts = (request.url.path, request.url.query)
            return await cache.respond(request.headers, parts, make, reads=True)
        except AnswerRefused as error:
            return failed(error.answer)
        except RolegraphError as error:
            return failed(of_exception(error))

    return answered


def _asks_all(query: str) -> bool:
    """Whether a query has `all=1`, however it is encoded."""
    return ("all=" in query or "%" in query) and ("all", "1") in parse_qsl(query)


def failed(answer: Answer) -> Response:
    """An answer without data; never 200."""
    status = STATUS[answer.code or "INTERNAL_SERVER_ERROR"]
    headers = {"Retry-After": RETRY_AFTER_S} if status == 503 else None
    return Response(answer.body, status, headers, "application/json; charset=utf-8")


def _list(engine: Turns, lists: Lists, name: str, limits: Limits) -> Endpoint:
    async def answer(request: Request) -> Response:
        form = request.path_params["form"]
        if form not in MEDIA:
            return unknown_form(form)
        pairs = read_pairs(request.url.query, limits.list_items)
        options = read_options(pairs)
        table = await list_table(
            engine,
            lists,
            name,
            pairs,
            all_=options.all,
            tells_next=form == "json" or options.about,
        )
        return await response(request, table, form, pairs, options)

    return answer


def unknown_form(form: str, known: Mapping[str, str] = MEDIA) -> Response:
    """404 for an ending that means nothing."""
    message = f"There is no form {shown(form)} of it. Use one of:"
    error = {"message": f"{message} {', '.join(f'.{each}' for each in known)}."}
    content = {"errors": [{**error, "extensions": {"code": "BAD_REQUEST"}}]}
    return Response(orjson.dumps(content), 404, media_type="application/json; charset=utf-8")


def read_options(pairs: Pairs) -> Options:
    """The parameters that say how a table is written."""
    parameters = Parameters([pair for pair in pairs if pair[0] in OPTIONS])
    return Options(*(parameters.flag(name) for name in OPTIONS))


async def response(
    request: Request, table: Table, form: str, pairs: Pairs, options: Options
) -> Response:
    """A table in one of its forms."""
    headers = {"Link": _links(request, table, pairs), "X-Total-Count": str(table.total)}
    if options.about:
        content = (await _about(request, table, pairs)).content()
        return Response(orjson.dumps(content), 200, headers, MEDIA["json"])
    if form in ("csv", "xlsx", "ndjson"):
        name = f"{table.name}-{_day(table)}-{table.version}.{form}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if form == "csv":
        return await _written(_csv(table, bom=options.bom), options, headers, form)
    if options.bom:
        raise BadParameter("bom", f"`bom` is for CSV, not for {form}.", "Leave it out.")
    if form == "ndjson":
        return await _written(_ndjson(table), options, headers, form)
    if form == "rows.json":
        return await _written(_json_rows(table), options, headers, form)
    if form == "xlsx":
        sheet = forms.Sheet(table.headings, table.paths)
        async for rows in table.pages():
            sheet.add(rows)
        body = sheet.finish(await _about(request, table, pairs))
        return Response(body, 200, headers, MEDIA[form])
    if options.all:
        raise BadParameter("all", "`all` is not for JSON by pages.", "Ask for .rows.json.")
    return Response(orjson.dumps(_page(request, table, pairs)), 200, headers, MEDIA[form])


async def _written(
    pieces: AsyncGenerator[bytes], options: Options, headers: Mapping[str, str], form: str
) -> Response:
    """All rows as they come, or the one page as a whole."""
    if options.all:
        return Streamed(pieces, headers, MEDIA[form])
    body = b"".join([piece async for piece in pieces])
    return Response(body, 200, headers, MEDIA[form])


class Streamed(Response):
    """A body that comes in pieces; where one fails, the client sees that the end is missing.

    The first piece is made before anything is sent, so that its failure has a status. Later the
    answer is not completed: the server closes the connection without the last chunk.
    """

    def __init__(
        self, pieces: AsyncGenerator[bytes], headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(None, 200, headers, media_type)
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces."""
        try:
            piece = await anext(self._pieces, b"")
        except AnswerRefused as error:
            await failed(error.answer)(scope, receive, send)
            return
        except RolegraphError as error:
            await failed(of_exception(error))(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        leaving = asyncio.create_task(_left(receive))
        try:
            while piece and not leaving.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await anext(self._pieces, b"")
        except RolegraphError as error:
            last_words = _last_words(error).encode()
            await send({"type": "http.response.body", "body": last_words, "more_body": True})
            return
        finally:
            leaving.cancel()
            await self._pieces.aclose()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    """Wait until the client has left: nothing more is read for it then."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _last_words(error: RolegraphError) -> str:
    return f"\r\nNOT COMPLETE: {error}\r\n"


async def _csv(table: Table, *, bom: bool) -> AsyncGenerator[bytes]:
    head = (forms.BOM if bom else b"") + forms.csv_header(table.paths)
    async for rows in table.pages():
        yield head + forms.csv_rows(rows)
        head = b""


async def _ndjson(table: Table) -> AsyncGenerator[bytes]:
    async for rows in table.pages():
        if rows:
            yield forms.ndjson_rows(table.paths, rows)


async def _json_rows(table: Table) -> AsyncGenerator[bytes]:
    opening = b"["
    async for rows in table.pages():
        objects = forms.flat_objects(table.paths, rows)
        if objects:
            yield opening + orjson.dumps(objects)[1:-1]
            opening = b","
    yield b"]" if opening == b"," else b"[]"


def _page(request: Request, table: Table, pairs: Pairs) -> dict[str, Any]:
    return {
        "total": table.total,
        "next": _next_address(request, table, pairs),
        "dataVersion": table.version,
        "loadedAt": table.loaded_at,
        "rows": [dict(zip(table.paths, row, strict=True)) for row in table.first],
    }


async def _about(request: Request, table: Table, pairs: Pairs) -> About:
    return About(
        table.title,
        _address(request, pairs),
        table.version,
        table.loaded_at,
        dict(zip(table.paths, table.headings, strict=True)),
        await table.credits(),
    )


def _links(request: Request, table: Table, pairs: Pairs) -> str:
    """What belongs to an answer: what it rests on, and the page that follows."""
    rest = [pair for pair in pairs if pair[0] not in ("bom", "about")]
    about = _address(request, [*rest, ("about", "1")])
    links = [f'<{about}>; rel="describedby"; type="application/json"']
    after = _next_address(request, table, pairs)
    return ", ".join([*links, *([f'<{after}>; rel="next"'] if after else [])])


def _next_address(request: Request, table: Table, pairs: Pairs) -> str | None:
    if table.next is None:
        return None
    rest = [pair for pair in pairs if pair[0] not in ("after", *OPTIONS)]
    return _address(request, [*rest, ("after", table.next)])


def _address(request: Request, pairs: Pairs) -> str:
    return f"{request.scope.get('root', '')}{request.url.path}?{urlencode(list(pairs))}"


def _day(table: Table) -> str:
    """The day of the load, for the name of a file."""
    return (table.loaded_at or date.min.isoformat())[:10]
