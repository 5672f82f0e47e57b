"""More operations than allowed at once: the rest are told to come again, nothing queues up."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx

from graph.database.session import Database
from graph.errors import DatabaseFailed, DeadlineExceeded
from graph.execution.engine import Engine
from graph.http.app import build_app
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings
from tests.conftest import SCHEMA, Runner

ADDRESS = Neo4jAddress("bolt://127.0.0.1:1", "neo4j", "made-up", "neo4j")
BODY = {"query": '{ role(slug: "x") { name } }'}


class Slow:
    """Stands at the database seam, and answers when told to."""

    def __init__(self, outcome: Any = None) -> None:
        self.may_answer = asyncio.Event()
        self.asked = 0
        self._outcome = outcome

    async def read(self, statement: str, parameters: Any) -> list[Any]:
        self.asked += 1
        await self.may_answer.wait()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return [self._outcome]


@asynccontextmanager
async def client(reader: Slow, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    database = Database(ADDRESS)
    settings = replace(settings, kept_mb=0)  # else equal requests are one
    app = build_app(Engine(SCHEMA, MODEL, reader, settings.limits), database, settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://rolegraph.invalid") as found:
        yield found
    await database.close()


def test_over_the_limit(run: Runner) -> None:
    async def scene() -> tuple[list[int], httpx.Response]:
        slow = Slow()
        async with client(slow, Settings(limits=Limits(operations_in_flight=2))) as http:
            held = [asyncio.create_task(http.post("/graphql", json=BODY)) for _ in range(2)]
            while slow.asked < 2:
                await asyncio.sleep(0.01)
            refused = await http.post("/graphql", json=BODY)
            slow.may_answer.set()
            return [response.status_code for response in await asyncio.gather(*held)], refused

    answered, refused = run(scene())
    assert answered == [200, 200]
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["errors"][0]["extensions"]["code"] == "DATABASE_BUSY"


def test_over_the_limit_waits_for_a_moment(run: Runner) -> None:
    """What comes together and is answered soon is not refused, however many there are."""

    async def scene() -> list[int]:
        slow = Slow()
        async with client(slow, Settings(limits=Limits(operations_in_flight=2))) as http:
            asked = [asyncio.create_task(http.post("/graphql", json=BODY)) for _ in range(20)]
            while slow.asked < 2:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            assert slow.asked == 2
            slow.may_answer.set()
            return [response.status_code for response in await asyncio.gather(*asked)]

    assert run(scene()) == [200] * 20


def test_failures_are_coded_and_masked(run: Runner, caplog: Any) -> None:
    secret = "made-up secret of the database"

    async def ask(outcome: Exception) -> httpx.Response:
        slow = Slow(outcome)
        slow.may_answer.set()
        async with client(slow, Settings()) as http:
            return await http.post("/graphql", json=BODY)

    for outcome, status, code in (
        (DatabaseFailed(secret), 500, "INTERNAL_SERVER_ERROR"),
        (ValueError(secret), 500, "INTERNAL_SERVER_ERROR"),
        (DeadlineExceeded("It took too long."), 504, "DEADLINE_EXCEEDED"),
    ):
        response = run(ask(outcome))
        error = response.json()["errors"][0]
        assert (response.status_code, error["extensions"]["code"]) == (status, code)
        assert secret not in response.text
        if status == 500:
            assert error["extensions"]["errorId"] in caplog.text
            assert secret in caplog.text
