"""The driver: connections to one database, and statements run on them as they are.

Every driver error leaves here as one of ours.
"""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, LiteralString, cast

import neo4j
from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase, Query
from neo4j.exceptions import ConfigurationError

from graph.database.faults import FAILURES, raise_ours
from graph.database.profile import Profile, walk_profile
from graph.errors import DatabaseError, DatabaseFailed, SettingsError
from graph.settings import Neo4jAddress, Timeouts

Parameters = Mapping[str, Any]
Row = list[Any]

# Its errors leave here as ours: told in its own words besides, a cut connection would look like a
# fault. Without a handler Python would print them all the same.
logging.getLogger("neo4j").propagate = False
logging.getLogger("neo4j").addHandler(logging.NullHandler())

_READING = ("access", "execute", "match", "read", "show", "traverse")
"""How the names of privileges begin that let nobody write."""


class Connections:
    """A pool of connections to one Neo4j database."""

    def __init__(self, address: Neo4jAddress, timeouts: Timeouts) -> None:
        self.address = address
        self._timeouts = timeouts
        try:
            self._driver: AsyncDriver = AsyncGraphDatabase.driver(
                address.uri,
                auth=(address.username, address.password),
                connection_timeout=self._timeouts.connect_s,
                connection_acquisition_timeout=self._timeouts.acquire_s,
                liveness_check_timeout=30.0,
                max_connection_lifetime=3_000.0,
                max_connection_pool_size=50,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                user_agent="rolegraph",
            )
        except (ConfigurationError, ValueError) as error:
            raise SettingsError(
                f"NEO4J_URI is {address.uri!r}: {error}",
                "Use bolt://HOST:7687, or neo4j://HOST:7687 for a cluster.",
            ) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._driver.close()

    async def profile(self, statement: str, parameters: Parameters) -> Profile:
        """Run a read statement under PROFILE."""
        async with self._session(READ_ACCESS) as session:
            result = await session.run(
                Query(cast(LiteralString, f"PROFILE {statement}")), cast(dict[str, Any], parameters)
            )
            summary = await result.consume()
        plan = cast(dict[str, Any], summary.profile or {})
        lines: list[str] = []
        hits = walk_profile(plan, 0, lines)
        memory = int(plan.get("args", {}).get("GlobalMemory", 0))
        return Profile(hits, memory, int(plan.get("rows", 0)), "\n".join(lines))

    async def rows(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        """All records of a read statement that returns few; for loaders and checks."""
        async with self._session(READ_ACCESS) as session:
            result = await session.run(
                Query(cast(LiteralString, statement)), dict(parameters or {})
            )
            return [record.values() async for record in result]

    async def stream(
        self, statement: str, parameters: Parameters | None = None
    ) -> AsyncGenerator[Row]:
        """The records of a read statement one by one: memory stays flat however many they are."""
        async with self._session(READ_ACCESS, fetch_size=5_000) as session:
            result = await session.run(
                Query(cast(LiteralString, statement)), dict(parameters or {})
            )
            async for record in result:
                yield record.values()

    async def run(self, statement: str, parameters: Parameters | None = None) -> None:
        """Run one statement that writes or changes the schema, in a transaction of its own."""
        async with self._session(WRITE_ACCESS) as session:
            result = await session.run(
                Query(cast(LiteralString, statement)), dict(parameters or {})
            )
            await result.consume()

    async def may_write(self) -> bool:
        """Whether our user may do more than read; in Neo4j's Community edition each may."""
        try:
            rows = await self.rows(
                "SHOW USER PRIVILEGES YIELD access, action RETURN access, action"
            )
        except DatabaseFailed:  # the statement is not for that edition
            return True
        granted = [str(action) for access, action in rows if access == "GRANTED"]
        return not all(action.startswith(_READING) for action in granted)

    async def answers(self) -> bool:
        """Whether the database runs a statement now."""
        try:
            return await self.rows("RETURN 1") == [[1]]
        except DatabaseError:
            return False

    @asynccontextmanager
    async def _session(
        self, mode: str, fetch_size: int = 1_000
    ) -> AsyncGenerator[neo4j.AsyncSession]:
        try:
            async with self._driver.session(
                database=self.address.database, default_access_mode=mode, fetch_size=fetch_size
            ) as session:
                yield session
        except FAILURES as error:
            raise_ours(error)
