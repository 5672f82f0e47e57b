"""Which database to use: the one that is given, or the embedded one, started where needed."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from graph.database.artifacts import Progress
from graph.database.embedded import EmbeddedDatabase, embedded
from graph.database.session import Database
from graph.errors import DatabaseError, DatabaseNotStarted, DatabaseStuck, RolegraphError
from graph.settings import Neo4jAddress, Settings

_WATCH_S = 0.5
_ROUNDS_TO_ASK = 10
_DEATHS = 3
_DEATHS_S = 300.0
_BACK_OFF_S = 2.0
_LEAVING_S = 1.0
"""For the watch to see that it is over; if it is just starting the database, that ends with us."""


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
    """Starts the embedded server again, on the same port, when it has ended or is past help.

    Past help is a server that runs and wants to be started again, as after a full disk: it is
    ended, since it does nothing but fill its logs. One that ends too often is given up, and with it
    this process, by SIGTERM; `check` says why.
    """

    def __init__(self, server: EmbeddedDatabase) -> None:
        self._server = server
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._given_up: DatabaseNotStarted | None = None
        self._deaths: list[float] = []

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(_LEAVING_S)

    def check(self) -> None:
        """Raise DatabaseNotStarted where the database was given up."""
        if self._given_up:
            raise self._given_up

    def _run(self) -> None:
        rounds = 0
        while not self._stopping.wait(_WATCH_S):
            rounds += 1
            running = self._server.status()
            if running and rounds % _ROUNDS_TO_ASK == 0:
                address = self._server.address(running)
                if past_help(address):
                    _say("The database cannot go on and is ended, to be started again.")
                    self._server.kill()
                    running = None
            if running is None and not self._start_again():
                return

    def _start_again(self) -> bool:
        """Whether it could be, or the service is about to end anyhow."""
        _say("The database has ended; it is started again.")
        while not self._stopping.is_set():
            now = time.monotonic()
            self._deaths = [each for each in self._deaths if now - each < _DEATHS_S] + [now]
            if len(self._deaths) >= _DEATHS:
                self._give_up()
                return False
            self._stopping.wait(_BACK_OFF_S * (len(self._deaths) - 1))
            self._wait_for_room()
            try:
                self._server.start(owned=True, ready=ready)
            except RolegraphError as error:
                _say(f"The database could not be started again: {error}")
            else:
                _say("The database answers again.")
                return True
        return True

    def _wait_for_room(self) -> None:
        """A full disk is no fault of the database: however long it takes, it is waited for."""
        missing = self._server.missing_room()
        if missing:
            _say(f"{missing} The database is started once there is room.")
        while self._server.missing_room() and not self._stopping.wait(_WATCH_S):
            pass

    def _give_up(self) -> None:
        self._given_up = DatabaseNotStarted(
            f"The database ended {_DEATHS} times within {_DEATHS_S / 60:.0f} minutes.",
            f"Look at {self._server.home / 'logs'}. To begin anew, move {self._server.home} away,"
            " start again and load again.",
        )
        os.kill(os.getpid(), signal.SIGTERM)


def past_help(address: Neo4jAddress) -> bool:
    """Whether a server runs but says that it has to be started again."""

    async def ask() -> bool:
        database = Database(address)
        try:
            await database.rows("RETURN 1")
        except DatabaseStuck:
            return True
        except DatabaseError:
            return False
        finally:
            await database.close()
        return False

    return asyncio.run(ask())


def _say(text: str) -> None:
    print(text, flush=True)
