"""Every error that Rolegraph raises on purpose.

    RolegraphError
    |-- SettingsError               a setting has no valid value
    |-- DatabaseError
    |   |-- DatabaseUnavailable     no answer; asking again later may help
    |   |   `-- DatabaseStuck       it runs, and has to be started again
    |   |-- DatabaseBusy            it answers, but has no room now
    |   |-- DeadlineExceeded        it took longer than allowed
    |   |-- DatabaseFailed          it refused the statement: a fault of ours
    |   `-- DatabaseNotStarted      the embedded server could not be started
    |-- DeclarationError            a node type is declared wrongly
    |-- RequestError                the client's request cannot be answered
    |   |-- BadUserInput
    |   |-- QueryTooComplex
    |   |-- IntrospectionOff
    |   |-- RateLimited
    |   `-- OperationUnresolved
    `-- LoadError                   a source cannot be loaded

A message says what is wrong and where; `remedy`, where there is one, what to
do about it. `code` is the value of `extensions.code` in a GraphQL answer.
"""

from typing import ClassVar


class RolegraphError(Exception):
    """The base of all errors raised on purpose."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class SettingsError(RolegraphError):
    """A setting has no valid value."""


class DatabaseError(RolegraphError):
    """Anything that goes wrong between the service and Neo4j."""


class DatabaseUnavailable(DatabaseError):
    """Neo4j does not answer; the same request may succeed later."""

    code = "DATABASE_UNAVAILABLE"


class DatabaseStuck(DatabaseUnavailable):
    """Neo4j runs and cannot do anything until it is started again, as after a full disk."""


class DatabaseBusy(DatabaseError):
    """Neo4j answers, but has no memory or connection to spare."""

    code = "DATABASE_BUSY"


class DeadlineExceeded(DatabaseError):
    """The statement was stopped because it ran out of time."""

    code = "DEADLINE_EXCEEDED"


class DatabaseFailed(DatabaseError):
    """Neo4j refused a statement of ours; the client sees only an error id."""


class DatabaseNotStarted(DatabaseError):
    """The embedded Neo4j could not be fetched, configured or started."""


class DeclarationError(RolegraphError):
    """A node type is declared in a way that cannot be built."""


class RequestError(RolegraphError):
    """The client's request cannot be answered as it stands."""


class BadUserInput(RequestError):
    """An argument's value is of the right type but not usable."""

    code = "BAD_USER_INPUT"


class QueryTooComplex(RequestError):
    """The operation is over a limit; the message names it."""

    code = "QUERY_TOO_COMPLEX"


class IntrospectionOff(RequestError):
    """Introspection is asked of a service that does not allow it."""

    code = "INTROSPECTION_OFF"


class RateLimited(RequestError):
    """Who asks has asked for as much as it may in a while."""

    code = "RATE_LIMITED"


class OperationUnresolved(RequestError):
    """The document does not say which of its operations to run."""

    code = "OPERATION_RESOLUTION_FAILURE"


class LoadError(RolegraphError):
    """A source cannot be read or loaded; nothing was written."""
