"""GraphQL over HTTP: one endpoint, POST and GET, answered by exact media type."""

import asyncio
import gzip
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph.errors import RolegraphError
from graph.execution.answer import Answer, of_exception
from graph.http import media
from graph.http.documents import Documents
from graph.http.kept import KeptAnswers, Made
from graph.http.problems import RETRY_AFTER_S, STATUS, HttpRefusal, refused
from graph.http.turns import Turns
from graph.settings import Limits

_LONG_BODY = 200_000
"""Bytes that take some milliseconds to compress."""
T = TypeVar("T")
Page = Callable[[], Response]
_PATIENCE_S = 0.1
"""Most answers are there by then; only later is it watched whether the client leaves."""
_QUESTION = frozenset(("query", "extensions", "operationName", "variables"))
"""Parameters of a question. A browser that comes with others, as from a mail, gets the page."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The parameters of a GraphQL request."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


class GraphQLEndpoint:
    """The ASGI application at /graphql."""

    def __init__(
        self,
        turns: Turns,
        limits: Limits,
        cache: KeptAnswers,
        documents: Documents,
        page: Page | None,
    ) -> None:
        self._page = page
        self._documents = documents
        self._turns = turns
        self._limits = limits
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        headers = request.headers
        asks = not _QUESTION.isdisjoint(request.query_params)
        if request.method == "GET" and media.wants_html(headers.get("accept")) and not asks:
            await self._shown()(scope, receive, send)
            return
        type_ = media.response_type(headers.get("accept"))
        try:
            if type_ is None:
                message = f"The client takes neither {media.GRAPHQL_RESPONSE} nor {media.JSON}."
                raise HttpRefusal("BAD_REQUEST", message, status=406)
            operation = await self._operation(request, headers)
            cost = headers.get("rolegraph-cost", "").lower() == "true"
            work = self._response(operation, type_, cost, request)
            response = await _unless_left(work, receive)
        except RolegraphError as error:
            response = _written(of_exception(error), type_ or media.JSON)
        except HttpRefusal as error:
            response = refused(error, type_ or media.JSON)
        except ClientDisconnect:
            return
        await _compressed(response, headers)
        await response(scope, receive, send)

    def _shown(self) -> Response:
        """The page for a browser."""
        if self._page is None:
            return refused(HttpRefusal("GRAPHIQL_OFF", "GraphiQL is switched off."))
        return self._page()

    async def _response(
        self, operation: Operation, type_: str, cost: bool, request: Request
    ) -> Response:
        async def make() -> Made:
            answer = await self._turns.execute(
                operation.query, operation.variables, operation.operation_name, cost=cost
            )
            return Made(_written(answer, type_), keep=answer.code is None and answer.is_whole)

        try:
            variables = orjson.dumps(operation.variables, option=orjson.OPT_SORT_KEYS)
            parts = ("graphql", type_, operation.query, operation.operation_name or "", variables)
        except TypeError:  # a number too long, half of a surrogate pair: refused with its place
            return (await make()).response
        if cost:
            return (await make()).response
        reads = request.method == "GET"
        return await self._cache.respond(request.headers, parts, make, reads=reads)

    async def _operation(self, request: Request, headers: Headers) -> Operation:
        if request.method == "GET":
            operation = _from_url(request.scope["query_string"], self._documents)
        elif request.method == "POST":
            operation = _from_body(await self._body(request, headers), self._documents)
        else:
            raise HttpRefusal(
                "METHOD_NOT_ALLOWED",
                f"{request.method} is not for this address. Use POST or GET.",
                headers={"Allow": "GET, POST"},
            )
        return operation

    async def _body(self, request: Request, headers: Headers) -> bytes:
        if not media.is_json_request(headers.get("content-type")):
            content_type = headers.get("content-type")
            raise HttpRefusal(
                "UNSUPPORTED_MEDIA_TYPE",
                f"The body is {content_type!r}. Send application/json in UTF-8."
                if content_type
                else "The body has no Content-Type. Send application/json.",
            )
        if int(headers.get("content-length") or 0) > self._limits.body_bytes:
            raise self._too_large()
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._limits.body_bytes:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> HttpRefusal:
        most = self._limits.body_bytes
        return HttpRefusal(
            "PAYLOAD_TOO_LARGE",
            f"The body is over {most} bytes, the most allowed. Ask in several requests.",
            headers={"Connection": "close"},
        )


async def _compressed(response: Response, headers: Headers) -> None:
    """Compress a long answer beside the event loop; short ones are left to the middleware."""
    if "content-encoding" in response.headers:
        return
    if len(response.body) > _LONG_BODY and "gzip" in headers.get("accept-encoding", ""):
        response.body = await asyncio.to_thread(gzip.compress, bytes(response.body), 4, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
        response.headers.add_vary_header("Accept-Encoding")


def _written(answer: Answer, type_: str) -> Response:
    status = _status(answer, type_)
    headers = {"Retry-After": RETRY_AFTER_S} if status == 503 else None
    return Response(answer.body, status, headers, f"{type_}; charset=utf-8")


async def _unless_left(work: Coroutine[Any, Any, T], receive: Receive) -> T:
    """What work gives; raise ClientDisconnect where the client leaves first, and stop the work."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait((task,), timeout=_PATIENCE_S)
        if not done:
            leaving = asyncio.create_task(_left(receive))
            try:
                await asyncio.wait((task, leaving), return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
        if not task.done():
            raise ClientDisconnect
        if task.cancelled():  # by the driver, which lost its connection
            raise HttpRefusal("DATABASE_UNAVAILABLE", "The database does not answer. Ask again.")
        return task.result()
    finally:
        task.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _from_body(body: bytes, documents: Documents) -> Operation:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise HttpRefusal("BAD_REQUEST", f"The body is not JSON: {error}.") from error
    if isinstance(content, list):
        raise HttpRefusal("BAD_REQUEST", "The body is a list. Send one operation a request.")
    if not isinstance(content, dict):
        raise HttpRefusal("BAD_REQUEST", 'The body is not a JSON object. Send {"query": "..."}.')
    return _checked(cast(dict[str, Any], content), documents)


def _from_url(query_string: bytes, documents: Documents) -> Operation:
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50
        )
    except (UnicodeError, ValueError) as error:
        raise HttpRefusal(
            "BAD_REQUEST", f"The URL's parameters cannot be read: {error}."
        ) from error
    parameters: dict[str, Any] = {}
    for name, value in pairs:
        if name in parameters:
            raise HttpRefusal("BAD_REQUEST", f"The URL gives {name!r} twice. Give it once.")
        parameters[name] = value
    for name in ("variables", "extensions"):
        if parameters.get(name):
            try:
                parameters[name] = orjson.loads(parameters[name])
            except orjson.JSONDecodeError as error:
                raise HttpRefusal(
                    "BAD_REQUEST", f"{name} in the URL is not JSON: {error}."
                ) from error
        else:
            parameters.pop(name, None)
    if not parameters.get("operationName"):
        parameters.pop("operationName", None)
    return _checked(parameters, documents)


def _checked(parameters: dict[str, Any], documents: Documents) -> Operation:
    query = documents.text(parameters)
    name = parameters.get("operationName")
    if name is not None and not isinstance(name, str):
        raise HttpRefusal(
            "BAD_REQUEST", "`operationName` is not a text. Send a name, or leave it out."
        )
    for key in ("variables", "extensions"):
        if parameters.get(key) is not None and not isinstance(parameters[key], dict):
            raise HttpRefusal("BAD_REQUEST", f"`{key}` is not a JSON object. Send a JSON object.")
    return Operation(query, cast(dict[str, Any], parameters.get("variables") or {}), name)


def _status(answer: Answer, type_: str) -> int:
    """By the media type: `application/json` says 200 for a request that GraphQL refuses."""
    if answer.code is None or answer.executed:
        return 200  # also where null has come up to `data`: the request itself was good
    status = STATUS[answer.code]
    return 200 if status == 400 and type_ == media.JSON else status
