"""Reads keep their sessions: what became of one read never shows in the next."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlparse

import pytest

from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import DatabaseFailed
from graph.settings import Neo4jAddress
from tests.conftest import Runner

SLOW = "UNWIND range(1, 100000000) AS n WITH count(n) AS counted RETURN $number + counted"


def test_a_read_that_fails_or_is_left_spoils_no_other(address: Neo4jAddress, run: Runner) -> None:
    async def one(database: Database, number: int) -> None:
        if number % 3 == 0:
            with pytest.raises(DatabaseFailed):
                await database.read("RETURN $number / 0", {"number": number})
        elif number % 3 == 1:
            task = asyncio.create_task(database.read(SLOW, {"number": number}))
            await asyncio.sleep(0.02)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        assert await database.read("RETURN $number", {"number": number}) == [number]

    async def many() -> None:
        database = Database(address)
        for start in range(0, 60, 20):
            # What is cancelled has its connection then: the driver leaves one half open to Python.
            await asyncio.gather(*(database.read("RETURN 1", {}) for _ in range(20)))
            await asyncio.gather(*(one(database, number) for number in range(start, start + 20)))
        await database.close()

    run(many())


@asynccontextmanager
async def standing_before(servers: list[Neo4jAddress]) -> AsyncGenerator[Neo4jAddress]:
    """An address that passes everything on to the last of the servers."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while content := await reader.read(65_536):
                writer.write(content)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = urlparse(servers[-1].uri)
        there, back = await asyncio.open_connection(to.hostname, to.port)
        await asyncio.gather(copy(reader, back), copy(there, writer))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        yield replace(servers[-1], uri=f"bolt://127.0.0.1:{port}")


def test_a_database_that_was_replaced_is_read_at_once(
    cache: Path, tmp_path: Path, run: Runner
) -> None:
    """Reads send no bookmark: the new database would not know it, or wait for it."""
    server = EmbeddedDatabase(tmp_path / "neo4j", cache)

    async def started() -> Neo4jAddress:
        return await asyncio.to_thread(server.start, owned=True, ready=ready)

    async def replaced() -> None:
        servers = [await started()]
        async with standing_before(servers) as address:
            database = Database(address)
            for number in range(20):
                await database.run("CREATE (:MadeUp)")
                assert await database.read("MATCH (n:MadeUp) RETURN count(n)", {}) == [number + 1]
            server.stop()
            for folder in ("databases", "transactions"):
                shutil.rmtree(tmp_path / "neo4j" / "data" / folder / "neo4j")
            servers.append(await started())
            async with asyncio.timeout(10):
                assert await database.read("MATCH (n:MadeUp) RETURN count(n)", {}) == [0]
            await database.close()

    try:
        run(replaced())
    finally:
        server.stop()
