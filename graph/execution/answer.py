"""What an operation gives, and errors as the client sees them: always a code, never an internal."""

import logging
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import GraphQLError

from graph.errors import BadUserInput, DatabaseFailed, RequestError, RolegraphError

_LOG = logging.getLogger("rolegraph")
_ENCODER = msgspec.json.Encoder()
_SHOWN = 1_000
"""How many characters of a message the client is shown."""
_SUGGESTION = " Did you mean "
_PYTHON_ON_LONG_NUMBERS = re.compile(
    r"(, but encountered error 'Exceeds the limit[^']*'; found: )|(; Exceeds the limit.*)"
)
INTERNAL = "INTERNAL_SERVER_ERROR"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response body; `code` is the first error's where there is no data at all.

    `executed` where the operation itself was run: errors are those of its fields then.
    """

    body: bytes
    code: str | None = None
    executed: bool = True
    is_whole: bool = True
    """Whether there are no errors beside the data."""


def data(
    result: dict[str, Any] | None,
    errors: Sequence[dict[str, Any]] = (),
    extensions: Mapping[str, Any] | None = None,
) -> Answer:
    """An answer with data, and with errors where parts of it, or all, are missing."""
    response: dict[str, Any] = (
        {"errors": list(errors), "data": result} if errors else {"data": result}
    )
    if extensions:
        response["extensions"] = extensions
    code = errors[0]["extensions"]["code"] if result is None else None
    return Answer(_ENCODER.encode(response), code, is_whole=not errors)


def refusal(errors: Sequence[dict[str, Any]]) -> Answer:
    """An answer to a request that is refused as a whole."""
    code = errors[0]["extensions"]["code"]
    return Answer(_ENCODER.encode({"errors": list(errors)}), code, executed=False)


def of_exception(error: Exception) -> Answer:
    """An answer for whatever went wrong; what is not ours to tell is logged under an id."""
    if (
        isinstance(error, RolegraphError)
        and not isinstance(error, DatabaseFailed)
        and error.code != INTERNAL
    ):
        return refusal([entry(error.code, str(error))])
    return refusal([masked(error)])


def masked(error: Exception, **more: Any) -> dict[str, Any]:
    """An error of our own as the client sees it: an id that is found in the log."""
    error_id = uuid.uuid4().hex
    _LOG.error("error %s", error_id, exc_info=error, extra={"said": {"errorId": error_id}})
    member = entry(
        INTERNAL, "Something went wrong on our side. Tell the operator the errorId.", **more
    )
    member["extensions"]["errorId"] = error_id
    return member


def entry(code: str, message: str, **more: Any) -> dict[str, Any]:
    """One member of `errors`."""
    return {"message": _shortened(message), **more, "extensions": {"code": code}}


def of_field(error: GraphQLError) -> dict[str, Any]:
    """An error that a field of an operation ended in: told where it is the client's."""
    cause = error.original_error
    locations = [{"line": at.line, "column": at.column} for at in error.locations or ()]
    if isinstance(cause, RequestError):
        return entry(cause.code, str(cause), locations=locations, path=error.path)
    # Of a value in the document graphql-core says which; of one in the answer it does not.
    if cause is None or (isinstance(cause, GraphQLError) and cause.nodes):
        return of_graphql(BadUserInput.code, error)
    return masked(error, locations=locations, path=error.path)


def of_graphql(code: str, error: GraphQLError, *, suggests: bool = True) -> dict[str, Any]:
    """One of graphql-core's errors, with a code; without the names it suggests, where told so."""
    formatted = dict(error.formatted)
    message = _PYTHON_ON_LONG_NUMBERS.sub(lambda at: ", found " if at[1] else "", error.message)
    if not suggests:
        message = message.partition(_SUGGESTION)[0]
    return {**formatted, "message": _shortened(message), "extensions": {"code": code}}


def _shortened(message: str) -> str:
    """A message that quotes what the client sent, without the middle of what is very long."""
    left_out = len(message) - _SHOWN
    if left_out <= 0:
        return message
    half = _SHOWN // 2
    return f"{message[:half]} ... ({left_out} characters left out) ... {message[-half:]}"
