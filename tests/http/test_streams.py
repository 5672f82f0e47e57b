"""Answers of several pages that fail, or that nobody waits for any more, after they have begun."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest

from graph.addresses.lists import Lists
from graph.addresses.tables import ReleaseChanged, list_table
from graph.errors import DatabaseUnavailable
from graph.execution.answer import Answer
from graph.http.lists import Streamed
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner


class Pages:
    """Answers three pages of one row, of the releases it is told."""

    def __init__(self, *releases: str) -> None:
        self._releases = releases
        self.asked: list[str | None] = []

    async def execute(self, text: str, variables: Mapping[str, Any] | None = None) -> Answer:
        self.asked.append((variables or {}).get("after"))
        at = len(self.asked)
        page = {
            "totalCount": 3,
            "pageInfo": {"hasNextPage": at < 3, "endCursor": f"cursor {at}"},
            "nodes": [{"name": f"made-up {at}"}],
            "distinct": [],
        }
        version = {"version": self._releases[at - 1], "loadedAt": None}
        return Answer(json.dumps({"data": {"roles": page, "dataVersion": version}}).encode())


async def rows(pages: Pages) -> list[Any]:
    lists = Lists(SCHEMA, MODEL, Limits())
    table = await list_table(pages, lists, "roles", [("columns", "name")], all_=True)
    return [row async for page in table.pages() for row in page]


def test_all_pages_are_of_one_release(run: Runner) -> None:
    pages = Pages("a", "a", "a")
    assert run(rows(pages)) == [["made-up 1"], ["made-up 2"], ["made-up 3"]]
    assert pages.asked == [None, "cursor 1", "cursor 2"]
    with pytest.raises(ReleaseChanged, match="Ask again from the start"):
        run(rows(Pages("a", "a", "b")))


def send_all(run: Runner, pieces: AsyncGenerator[bytes], leaves: bool) -> list[Any]:
    """What the application sends to a client, which leaves at once or stays."""

    async def scene() -> list[Any]:
        messages: list[Any] = []

        async def receive() -> Any:
            if not leaves:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)

        await Streamed(pieces, {}, "text/csv")({"type": "http"}, receive, send)
        return messages

    return run(scene())


def test_a_stream_that_fails_shows_that_its_end_is_missing(run: Runner) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield b"name\r\n"
        raise DatabaseUnavailable("The database does not answer.", "Ask again later.")

    start, first, last = send_all(run, pieces(), leaves=False)
    assert (start["status"], first["body"]) == (200, b"name\r\n")
    assert b"NOT COMPLETE: The database does not answer." in last["body"]
    assert last["more_body"], "the server closes the connection without the last chunk"


def test_a_stream_that_fails_before_it_begins_has_a_status(run: Runner) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        raise DatabaseUnavailable("The database does not answer.", "Ask again later.")
        yield b""

    start, body = send_all(run, pieces(), leaves=False)
    assert start["status"] == 503
    assert json.loads(body["body"])["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"


def test_nothing_more_is_read_for_a_client_that_has_left(run: Runner) -> None:
    made: list[int] = []

    async def pieces() -> AsyncGenerator[bytes]:
        for at in range(1_000):
            made.append(at)
            await asyncio.sleep(0)
            yield b"x"

    send_all(run, pieces(), leaves=True)
    assert len(made) < 10
