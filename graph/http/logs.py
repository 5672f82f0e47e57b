"""What is logged: one line an event, for people or as JSON, with the request that it belongs to.

Requests have a level of their own, REQUEST, under INFO: ROLEGRAPH_LOG_LEVEL=request shows them. A
line says what was asked by which name, never with which values, and whose token it was, never the
token.
"""

import json
import logging
import re
import sys
import traceback
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graph.settings import Settings

REQUEST = 15
LOG = logging.getLogger("rolegraph.request")
_LEVELS = {"request": REQUEST, "info": logging.INFO, "warning": logging.WARNING}
_TRACE = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_LONGEST = 100
logging.addLevelName(REQUEST, "REQUEST")


@dataclass(slots=True)
class Seen:
    """What is known of a request that is being answered; who answers it adds to it."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    operation: str | None = None
    cost: float = 0
    who: str = ""


_SEEN: ContextVar[Seen] = ContextVar("seen")


def begin(traceparent: str | None) -> Seen:
    """From here on this context is about one request; its id is that of its trace, if any."""
    match = _TRACE.fullmatch(traceparent or "")
    request = Seen(match[1]) if match else Seen()
    _SEEN.set(request)
    return request


def seen() -> Seen:
    """The request that is being answered; an empty one outside of any."""
    return _SEEN.get(None) or Seen("")


def request_line(request: Seen, fields: dict[str, Any]) -> None:
    """Log one request that has ended."""
    if LOG.isEnabledFor(REQUEST):
        more = {"operation": request.operation, "cost": round(request.cost), "who": request.who}
        LOG.log(REQUEST, "request", extra={"said": fields | more})


def configure(settings: Settings) -> None:
    """Let all of this process be logged in one form, to where messages go."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_AsJson() if settings.log == "json" else _ForPeople())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("rolegraph").setLevel(_LEVELS[settings.log_level])


class _AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "requestId": seen().id or None,
            **_fields(record),
        }
        if record.exc_info and record.exc_info[1]:
            entry["trace"] = "".join(traceback.format_exception(record.exc_info[1]))
        filled = {key: value for key, value in entry.items() if value not in (None, "")}
        return json.dumps(filled, default=str)


class _ForPeople(logging.Formatter):
    """One line to read, with the trace of an error under it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        parts = [f"{key}={_word(value)}" for key, value in _fields(record).items() if value]
        head, *trace = super().format(record).split("\n", 1)
        of = f" requestId={seen().id}" if seen().id else ""
        return "\n".join([" ".join([head + of, *parts]), *trace])


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "said", {})


def _word(value: Any) -> str:
    """A value that stays one word on one line, whatever a client has sent."""
    text = str(value)[:_LONGEST]
    return text if re.fullmatch(r"[\w.,:/@*-]+", text, re.ASCII) else json.dumps(text)
