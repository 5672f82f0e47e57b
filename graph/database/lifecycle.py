"""Which database to use: the one that is given, or the embedded one, started where needed."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager

from graph.database.artifacts import Progress
from graph.database.embedded import EmbeddedDatabase, embedded
from graph.database.session import Database
from graph.errors import DatabaseNotStarted, RolegraphError
from graph.settings import Neo4jAddress, Settings

_WATCH_S = 0.5


def ready(address: Neo4jAddress) -> bool:
    """Whether a server runs a statement now."""

    async def ask() -> bool:
        database = Database(address)
        try:
            return await database.answers()
        finally:
            await database.close()

    return asyncio.run(ask())


@contextmanager
def address_of(settings: Settings, progress: Progress | None = None) -> Generator[Neo4jAddress]:
    """An address that answers; an embedded server that had to be started ends with the block."""
    if settings.neo4j:
        yield settings.neo4j
        return
    server = embedded(settings)
    ours = server.status() is None
    address = server.start(owned=ours, ready=ready, progress=progress)
    try:
        yield address
    finally:
        if ours:
            server.stop()


class Watch:
    """Starts the embedded server again, on the same port, when it has ended by itself."""

    def __init__(self, server: EmbeddedDatabase) -> None:
        self._server = server
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._stopping.wait(_WATCH_S):
            if self._server.status() is None:
                try:
                    self._server.start(owned=True, ready=ready)
                except RolegraphError as error:
                    print(f"The database ended and could not be started again: {error}", flush=True)
                    if isinstance(error, DatabaseNotStarted):
                        self._stopping.wait(5)
