"""/livez: the process is up. /readyz: the database answers and holds data."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graph.database.session import Database
from graph.errors import DatabaseError
from graph.http.problems import RETRY_AFTER_S


async def live(_request: Request) -> Response:
    """Say that the process answers; asks nothing of the database."""
    return JSONResponse({"status": "up"})


def readiness(database: Database) -> Callable[[Request], Awaitable[Response]]:
    """The view that says whether the service can answer questions."""

    async def ready(_request: Request) -> Response:
        try:
            version = (await database.read(_VERSION, {}))[0]
        except DatabaseError as error:
            return _not_ready(str(error))
        if version is None:
            return _not_ready("No data is loaded. Run `rolegraph load seed`.")
        return JSONResponse({"status": "ready", "dataVersion": version})

    return ready


def _not_ready(reason: str) -> Response:
    content = {"status": "not ready", "reason": reason}
    return JSONResponse(content, 503, {"Retry-After": RETRY_AFTER_S})


_VERSION = "RETURN head(COLLECT { MATCH (v:DataVersion {name: 'current'}) RETURN v.version })"
