"""Refusals on the level of HTTP, in the form of GraphQL errors, with a code each."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.responses import Response

from graph.execution.answer import entry

STATUS: Mapping[str, int] = {
    "GRAPHQL_PARSE_FAILED": 400,
    "GRAPHQL_VALIDATION_FAILED": 400,
    "OPERATION_RESOLUTION_FAILURE": 400,
    "BAD_USER_INPUT": 400,
    "QUERY_TOO_COMPLEX": 400,
    "INTROSPECTION_OFF": 403,
    "GRAPHIQL_OFF": 403,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "HOST_NOT_SERVED": 421,
    "BAD_REQUEST": 400,
    "PERSISTED_QUERY_NOT_SUPPORTED": 400,
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_TIMEOUT": 408,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RATE_LIMITED": 429,
    "HEAD_TOO_LARGE": 431,
    "DEADLINE_EXCEEDED": 504,
    "DATABASE_UNAVAILABLE": 503,
    "DATABASE_BUSY": 503,
    "IDENTITY_UNAVAILABLE": 503,
    "SERVICE_UNAVAILABLE": 503,
    "INTERNAL_SERVER_ERROR": 500,
}
RETRY_AFTER_S = "5"
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Headers of every answer that does not say them otherwise."""


class HttpRefusal(Exception):
    """A request that is refused before any GraphQL is looked at."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS[code]
        self.headers = dict(headers or {})


def refused(error: HttpRefusal, media_type: str = "application/json") -> Response:
    """The response to a refused request."""
    body = orjson.dumps({"errors": [entry(error.code, error.message)]})
    return Response(body, error.status, headers_of(error), f"{media_type}; charset=utf-8")


def headers_of(error: HttpRefusal) -> dict[str, str]:
    """The headers of a refusal, in whichever form it goes out."""
    waiting = {"Retry-After": RETRY_AFTER_S} if error.status == 503 else {}
    return {**waiting, **error.headers}


def as_bytes(response: Response) -> bytes:
    """The whole response, for a connection that ends with it."""
    lines = [f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}"]
    headers = {name.lower(): value for name, value in SECURITY.items()} | dict(response.headers)
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + bytes(response.body)
