"""What the driver raises, as errors of ours: what may pass, what lacks room or time, our faults."""

import asyncio
from typing import Any, Never

from neo4j.exceptions import (
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import (
    DatabaseBusy,
    DatabaseFailed,
    DatabaseStuck,
    DatabaseUnavailable,
    DeadlineExceeded,
)

_NEVER_RETRIED = (
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.TransactionMemoryLimit",
    "Neo.TransientError.General.OutOfMemoryError",
    "Neo.TransientError.General.StackOverFlowError",
)
_STUCK = (
    "Neo.DatabaseError.Transaction.TransactionLogError",
    "Neo.DatabaseError.Transaction.TransactionStartFailed",
    "Neo.DatabaseError.Transaction.TransactionCommitFailed",
)
_TIMED_OUT = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "Neo.TransientError.Transaction.TransactionTimedOut",
)
FAILURES = (Neo4jError, DriverError, OSError, RuntimeError)
"""What the driver raises; RuntimeError is uvloop's, for a connection that was closed."""


def may_pass(error: Exception) -> bool:
    """Whether the same may succeed if it is tried again."""
    if isinstance(error, Neo4jError):
        return error.is_retryable() and error.code not in _NEVER_RETRIED
    return isinstance(error, ServiceUnavailable | SessionExpired | OSError) or _is_cut(error)


def _is_cut(error: Exception) -> bool:
    """Whether uvloop says that a connection was closed while something was sent on it."""
    return isinstance(error, RuntimeError) and "closed" in str(error)


def quieten_abandoned(loop: asyncio.AbstractEventLoop) -> None:
    """Say nothing of a connection that is refused in the moment in which its question is given up.

    Before Python 3.12 the driver then leaves the error to nobody, and the loop would print it with
    a traceback; whoever asks next is told that the database is gone.
    """
    loop.set_exception_handler(_unless_abandoned)


def _unless_abandoned(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if not (isinstance(error, OSError) and "never retrieved" in context["message"]):
        loop.default_exception_handler(context)


def raise_ours(error: Exception) -> Never:
    """Raise ours for the driver's; never the driver's words, they may quote a statement."""
    code = error.code or "" if isinstance(error, Neo4jError) else ""
    if isinstance(error, RuntimeError) and not _is_cut(error):
        raise error
    if code in _TIMED_OUT:
        raise DeadlineExceeded("The database stopped the query: it took too long.") from error
    if code.startswith(_STUCK):
        raise DatabaseStuck(
            "The database cannot go on, as after a full disk, until it is started again.",
            "Ask again later.",
        ) from error
    if code in _NEVER_RETRIED:
        raise DatabaseBusy(
            "The database has no room for this query now.", "Ask again later."
        ) from error
    if code == "Neo.ClientError.Security.AuthenticationRateLimit":
        raise DatabaseUnavailable(
            "Neo4j lets our user in again in some seconds: somebody gave wrong passwords.",
            "Ask again later.",
        ) from error
    if code == "Neo.ClientError.Security.Forbidden":
        raise DatabaseUnavailable(
            "Neo4j does not let our user do this.", "docs/operate.md says which rights it needs."
        ) from error
    if isinstance(error, Neo4jError) and code.startswith("Neo.ClientError.Security"):
        raise DatabaseUnavailable(
            "Neo4j refuses our user name or password.", "See NEO4J_USERNAME and NEO4J_PASSWORD."
        ) from error
    if isinstance(error, DriverError | OSError) or may_pass(error):
        raise DatabaseUnavailable("The database does not answer.", "Ask again later.") from error
    raise DatabaseFailed(f"Neo4j refused a statement: {code} {error}") from error
