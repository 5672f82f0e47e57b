"""One answer, one release: Neo4j applies a commit piece by piece, and no reader sees a part."""

import asyncio

import pytest

from graph.database import session
from graph.database.session import Database, Transaction
from graph.errors import LoadError
from graph.settings import Neo4jAddress
from loaders.history import one_release
from tests.conftest import Runner

NODES = 30_000
COUNTS = (
    "RETURN COUNT { MATCH (:MadeUp) }, COUNT { MATCH (n:MadeUp) WHERE n.number >= 0 },"
    " COUNT { MATCH (:MadeUp)-[:NEXT_TO]->() }"
)


async def show(transaction: Transaction) -> None:
    await transaction.run(
        "UNWIND range(1, $nodes) AS number CREATE (n:MadeUp {number: number})"
        " WITH collect(n) AS chain UNWIND range(0, size(chain) - 2) AS at"
        " WITH chain[at] AS a, chain[at + 1] AS b CREATE (a)-[:NEXT_TO]->(b)",
        {"nodes": NODES},
    )


@pytest.mark.parametrize("staging", [False, True])
def test_no_answer_mixes_two_releases(
    empty: Database,
    address: Neo4jAddress,
    run: Runner,
    staging: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if staging:
        # Longer than it takes to apply it: were it not announced so long before, all would mix.
        monkeypatch.setattr(session, "NOTICE_S", 3.0)

    async def stage(ended: asyncio.Event) -> set[tuple[int, ...]]:
        """Write what no reader sees, so that readers go by the notice and not by the bookmark."""
        while staging and not ended.is_set():
            await empty.run("CREATE (:MadeUpStaged)")
        return set()

    async def poll(
        reader: Database, answered: asyncio.Event, ended: asyncio.Event
    ) -> set[tuple[int, ...]]:
        seen: set[tuple[int, ...]] = set()
        while not ended.is_set():
            seen.add(tuple(await reader.read(COUNTS, {})))
            answered.set()
        return seen

    async def beside() -> tuple[int, ...]:
        reader = Database(address)
        ended = asyncio.Event()
        answered = [asyncio.Event() for _ in range(4)]
        polls = [asyncio.create_task(poll(reader, each, ended)) for each in answered]
        polls.append(asyncio.create_task(stage(ended)))
        try:
            # On a busy machine the first answer of each can take longer than the write.
            await asyncio.gather(*[each.wait() for each in answered])
            await empty.write(show, release=True)
            return tuple(await reader.read(COUNTS, {}))
        finally:
            ended.set()
            seen.update(*await asyncio.gather(*polls))
            await reader.close()

    seen: set[tuple[int, ...]] = set()
    run(empty.run("CREATE INDEX made_up IF NOT EXISTS FOR (n:MadeUp) ON (n.number)"))
    run(empty.run("CALL db.awaitIndexes(60)"))
    try:
        after = run(beside())
    finally:
        run(empty.run("DROP INDEX made_up"))
    assert after == (NODES, NODES, NODES - 1)
    assert seen == {(0, 0, 0), after}


def test_nothing_is_asked_besides_while_nothing_is_written(empty: Database, run: Runner) -> None:
    run(empty.read("RETURN 1", {}))
    looks = empty.looks
    for _ in range(3):
        run(empty.read("RETURN 1", {}))
    assert empty.looks == looks
    run(asyncio.sleep(session.NOTICE_S))
    run(empty.run("CREATE (:MadeUp)"))
    run(empty.read("RETURN 1", {}))
    run(empty.read("RETURN 1", {}))
    assert empty.looks == looks + 1


@pytest.mark.parametrize(("notice_s", "looks"), [(60.0, 1), (0.0, 5)])
def test_one_look_is_enough_for_as_long_as_a_release_is_announced_before(
    empty: Database,
    address: Neo4jAddress,
    run: Runner,
    monkeypatch: pytest.MonkeyPatch,
    notice_s: float,
    looks: int,
) -> None:
    monkeypatch.setattr(session, "NOTICE_S", notice_s)

    async def looks_between_writes() -> int:
        reader = Database(address)
        for _ in range(5):
            await empty.run("CREATE (:MadeUp)")
            await reader.read("RETURN 1", {})
        await reader.close()
        return reader.looks

    assert run(looks_between_writes()) == looks


def test_what_takes_many_statements_says_that_a_load_came_between(
    empty: Database, run: Runner
) -> None:
    async def interrupted() -> None:
        async with one_release(empty):
            await empty.write(show, release=True)

    with pytest.raises(LoadError, match="while it was read"):
        run(interrupted())
