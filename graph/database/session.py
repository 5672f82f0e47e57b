"""The database as the service and loaders have it: what is read is of one release, whole.

Reads are auto-commit runs (one round trip) that return one record; since the
driver does not retry those, a bounded retry of our own does. A read that met a
release of data while Neo4j was applying it is read again, so that no answer
mixes two releases (docs/decisions/0014-one-release-an-answer.md). Every driver
error leaves here as one of ours.
"""

import asyncio
import contextlib
import math
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar, cast

import neo4j
from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncTransaction, Query
from neo4j.api import AsyncBookmarkManager
from neo4j.exceptions import Neo4jError

from graph.database.connections import Connections, Parameters, Row
from graph.database.deadline import Deadline, Silence
from graph.database.faults import FAILURES, may_pass, raise_ours
from graph.database.profile import Measures, walk_profile
from graph.database.pulse import SUSPICION_S, Pulse
from graph.errors import DatabaseUnavailable, DeadlineExceeded
from graph.settings import Neo4jAddress, Timeouts

_Bookmark = tuple[str, ...]
T = TypeVar("T")

_ANNOUNCE = "MERGE (r:Release {name: 'announced'}) SET r.token = $token"
_ANNOUNCED = "OPTIONAL MATCH (r:Release {name: 'announced'}) RETURN r.token"
_COMMITTING = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.release = $token RETURN count(*) > 0"
_COMMITTING_POLL_S = 0.02
NOTICE_S = 0.2
"""How long before its commit a release is announced, in seconds."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The release that is shown for as long as the database answers with this bookmark.

    And for `NOTICE_S` from `at`, whatever else is written: none is shown with less notice.
    """

    bookmark: _Bookmark
    token: str | None
    at: float


class _Reader(AsyncBookmarkManager):
    """A session that is kept for one read after another, with the bookmark of the last.

    Making one for each read takes a tenth of a small answer's CPU (docs/performance.md). No
    bookmark is sent: on one server a read has nothing to wait for, and in a database that was
    replaced it would wait for one of the old in vain.
    """

    def __init__(self, driver: AsyncDriver, database: str) -> None:
        self.bookmark: _Bookmark = ()
        self.session = driver.session(
            database=database, default_access_mode=READ_ACCESS, bookmark_manager=self
        )

    async def run(self, query: Query, parameters: Parameters) -> neo4j.AsyncResult:
        """Run a statement; its bookmark is there once its result has been read."""
        self.bookmark = ()
        return await self.session.run(query, cast(dict[str, Any], parameters))

    async def update_bookmarks(
        self, previous_bookmarks: Collection[str], new_bookmarks: Collection[str]
    ) -> None:
        """The driver tells the bookmark of a result that has been read."""
        self.bookmark = tuple(new_bookmarks)

    async def get_bookmarks(self) -> Collection[str]:
        """The driver asks what to wait for."""
        return ()


class Database(Connections):
    """One Neo4j database; what `read` gives is of one release of the data."""

    def __init__(self, address: Neo4jAddress, timeouts: Timeouts | None = None) -> None:
        super().__init__(address, timeouts or Timeouts())
        self._believed_down_until = 0.0
        self.reads = 0
        """Statements sent by `read` since the start, retries included."""
        self.looks = 0
        """How often `read` asked besides which release is shown: not while nothing is written."""
        self._shown = _Shown((), "none known", -math.inf)
        self._looking = asyncio.Lock()
        self._idle: list[_Reader] = []
        silence = self._timeouts.unavailable_s - SUSPICION_S
        self._pulse = Pulse(self._speaks, silence, self._is_silent)
        self._deadline = Deadline(self._timeouts.operation_s, SUSPICION_S, self._pulse.suspect)

    async def close(self) -> None:
        """Close all connections."""
        await self._pulse.close()
        while self._idle:
            with contextlib.suppress(*FAILURES):
                await self._idle.pop().session.close()
        await super().close()

    async def read(self, statement: str, parameters: Parameters) -> Row:
        """Run a statement that returns exactly one record; give its values, of one release.

        A transient failure is tried again until `unavailable_s` has passed. Where
        the caller is cancelled, the statement is stopped in the database too.
        Raises DatabaseUnavailable, DatabaseBusy, DeadlineExceeded or DatabaseFailed.
        """
        return await self._read(statement, parameters, Measures())

    async def read_measured(
        self, statement: str, parameters: Parameters, *, profiled: bool
    ) -> tuple[Row, Measures]:
        """The same, with what it took; `profiled` runs it under PROFILE to know its db hits."""
        measures = Measures(profiled)
        row = await self._read(f"{'PROFILE ' * profiled}{statement}", parameters, measures)
        return row, measures

    async def _read(self, statement: str, parameters: Parameters, measures: Measures) -> Row:
        query = Query(cast(LiteralString, statement), timeout=self._timeouts.transaction_s)
        if self._pulse.silent:
            raise DatabaseUnavailable("The database does not answer.", "Ask again later.")
        try:
            return await self._deadline.wait(self._until_read(query, parameters, measures))
        except Silence as error:
            raise DatabaseUnavailable(
                "The database does not answer.", "Ask again later."
            ) from error
        except TimeoutError as error:
            raise DeadlineExceeded("The database took too long.", "Ask for less.") from error

    async def _until_read(self, query: Query, parameters: Parameters, measures: Measures) -> Row:
        now = time.monotonic()
        patience = 0.0 if now < self._believed_down_until else self._timeouts.unavailable_s
        deadline = now + patience
        pause = 0.05
        while True:
            try:
                return await self._read_one_release(query, parameters, measures)
            except FAILURES as error:
                if not may_pass(error):
                    raise_ours(error)
                if time.monotonic() + pause > deadline:
                    # Until it answers again, others are told at once instead of waiting as long.
                    self._believed_down_until = time.monotonic() + self._timeouts.unavailable_s
                    raise_ours(error)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311  jitter
            pause *= 2

    async def _read_one_release(
        self, query: Query, parameters: Parameters, measures: Measures
    ) -> Row:
        """Read once, and again where a release was being shown meanwhile."""
        before = self._shown
        while True:
            row, bookmark = await self._read_once(query, parameters, measures)
            self._pulse.heard = ended = time.monotonic()
            if (bookmark and bookmark == before.bookmark) or ended < before.at + NOTICE_S:
                return row
            after = await self._look(bookmark, ended, measures)
            if after.token == before.token:
                return row
            before = after

    async def _look(self, bookmark: _Bookmark, ended: float, measures: Measures) -> _Shown:
        """Which release is shown, once none is being applied.

        `bookmark` came with an answer that has `ended`; looks that follow it serve it too.
        """
        async with self._looking:
            before = self._shown
            if before.at > ended or (bookmark and before.bookmark == bookmark):
                return before
            self.looks += 1
            at = time.monotonic()
            token = await self._value(_ANNOUNCED, {}, measures)
            if token and token != before.token:
                while await self._value(_COMMITTING, {"token": token}, measures):
                    await asyncio.sleep(_COMMITTING_POLL_S)
            if not bookmark and token == before.token:
                bookmark = before.bookmark
            self._shown = _Shown(bookmark, token, at)
            return self._shown

    async def _value(
        self, statement: LiteralString, parameters: Parameters, measures: Measures
    ) -> Any:
        measures.round_trips += 1
        async with self._driver.session(
            database=self.address.database, default_access_mode=READ_ACCESS
        ) as session:
            query = Query(statement, timeout=self._timeouts.transaction_s)
            result = await session.run(query, dict(parameters))
            return (await result.single(strict=True)).value()

    async def _read_once(
        self, query: Query, parameters: Parameters, measures: Measures
    ) -> tuple[Row, _Bookmark]:
        self.reads += 1
        measures.round_trips += 1
        reader = self._idle.pop() if self._idle else _Reader(self._driver, self.address.database)
        try:
            result = await reader.run(query, parameters)
            record = await result.single(strict=True)
            self._believed_down_until = 0.0
            if measures.profiled:
                summary = await result.consume()
                measures.db_hits = walk_profile(cast(dict[str, Any], summary.profile or {}), 0, [])
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError):
                reader.session.cancel()
            with contextlib.suppress(*FAILURES):  # of a connection that is gone already
                await reader.session.close()
            raise
        self._idle.append(reader)
        return record.values(), reader.bookmark

    async def release(self) -> str | None:
        """A name for the release that is shown, once none is being applied; None: no data."""
        try:
            return (await self._look((), math.inf, Measures())).token
        except FAILURES as error:
            raise_ours(error)

    @property
    def known(self) -> str | None:
        """A name for the release that the last answer was of; asks nothing."""
        return self._shown.token

    async def shown(self, within_s: float) -> str | None:
        """A name for the release that is shown, known from at most so long ago; None: no data.

        Raises DatabaseUnavailable, DatabaseBusy, DeadlineExceeded or DatabaseFailed.
        """
        known = self._shown
        if known.at > time.monotonic() - within_s:
            return known.token
        try:
            look = self._look((), time.monotonic() - within_s, Measures())
            return (await self._deadline.wait(look)).token
        except Silence as error:
            raise DatabaseUnavailable(
                "The database does not answer.", "Ask again later."
            ) from error
        except TimeoutError as error:
            raise DeadlineExceeded("The database took too long.", "Ask again later.") from error
        except FAILURES as error:
            raise_ours(error)

    async def write(self, steps: Callable[["Transaction"], Any], *, release: bool = False) -> None:
        """Run all of `steps` in one transaction: everything is written, or nothing.

        `release`: it shows another release of the data. It is announced `NOTICE_S` before its
        commit, so that reads which meet it wait until it is applied.
        A failure that may pass is tried again for `write_s`; the driver's own retry
        would take a lack of memory for one too.
        """

        async def attempt() -> None:
            token = secrets.token_hex(8)
            async with (
                self._driver.session(
                    database=self.address.database, default_access_mode=WRITE_ACCESS
                ) as session,
                await session.begin_transaction(
                    metadata={"release": token} if release else None
                ) as transaction,
            ):
                await steps(Transaction(transaction))
                if release:
                    await self._announce(token)
                    await asyncio.sleep(NOTICE_S)
                await transaction.commit()

        await self._until_written(attempt)

    async def write_one(self, statement: str, parameters: Parameters) -> Any:
        """Run one statement that writes, in one round trip; give the one value that it returns.

        Tried again as `write` does, so it may have been done when it is: the
        statement itself has to tell.
        """

        async def attempt() -> Any:
            async with self._driver.session(
                database=self.address.database, default_access_mode=WRITE_ACCESS
            ) as session:
                result = await session.run(
                    Query(cast(LiteralString, statement)), cast(dict[str, Any], parameters)
                )
                return (await result.single(strict=True)).value()

        return await self._until_written(attempt)

    async def _until_written(self, attempt: Callable[[], Awaitable[T]]) -> T:
        deadline = time.monotonic() + self._timeouts.write_s
        pause = 0.2
        while True:
            try:
                return await attempt()
            except FAILURES as error:
                if not may_pass(error) or time.monotonic() + pause > deadline:
                    raise_ours(error)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311  jitter
            pause = min(2 * pause, 5.0)

    async def _announce(self, token: str) -> None:
        """Say in a transaction of its own that the one with this token is about to be committed."""
        async with self._driver.session(
            database=self.address.database, default_access_mode=WRITE_ACCESS
        ) as session:
            await (await session.run(_ANNOUNCE, {"token": token})).consume()

    def _is_silent(self) -> None:
        self._deadline.end_all()

    async def _speaks(self) -> bool:
        """Whether it says anything, be it that it cannot."""
        try:
            await self._value("RETURN 1", {}, Measures())
        except Neo4jError:
            return True
        except FAILURES:
            return False
        return True


class Transaction:
    """What a writer may do inside one transaction."""

    def __init__(self, transaction: AsyncTransaction) -> None:
        self._transaction = transaction

    async def run(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement and give its records."""
        result = await self._transaction.run(cast(LiteralString, statement), dict(parameters or {}))
        return [record.values() async for record in result]
