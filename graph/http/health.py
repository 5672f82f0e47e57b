"""/livez: the process is up. /readyz: the database answers and holds data."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graph.database.embedded import NEEDED_BYTES, embedded
from graph.database.session import Database
from graph.errors import DatabaseError, DatabaseFailed
from graph.http.outermost import Ending
from graph.http.problems import RETRY_AFTER_S
from graph.settings import Settings


async def live(_request: Request) -> Response:
    """Say that the process answers; asks nothing of the database."""
    return JSONResponse({"status": "up"})


def readiness(
    database: Database, settings: Settings, ending: Ending
) -> Callable[[Request], Awaitable[Response]]:
    """The view that says whether the service can answer questions."""

    async def ready(_request: Request) -> Response:
        if ending.begun:
            return _not_ready("The service is about to end.")
        disk = "" if settings.neo4j else _disk(embedded(settings).free_bytes())
        try:
            version = (await database.read(_VERSION, {}))[0]
        except DatabaseFailed:
            return _not_ready(f"The database refuses to answer; its log says why. {disk}")
        except DatabaseError as error:
            return _not_ready(f"{error} {disk}")
        if version is None:
            return _not_ready("No data is loaded. Run `rolegraph load seed`.")
        content: dict[str, Any] = {"status": "ready", "dataVersion": version}
        return JSONResponse(content | {"warning": disk} if disk else content)

    return ready


def _disk(free: int) -> str:
    """A sentence where the database has too little room to write."""
    if free >= NEEDED_BYTES:
        return ""
    return f"The disk of the database has {free // 1_000_000} MB left; it needs 200. Make room."


def _not_ready(reason: str) -> Response:
    content = {"status": "not ready", "reason": reason.strip()}
    return JSONResponse(content, 503, {"Retry-After": RETRY_AFTER_S})


_VERSION = "RETURN head(COLLECT { MATCH (v:DataVersion {name: 'current'}) RETURN v.version })"
