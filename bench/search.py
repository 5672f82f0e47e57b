"""Search with all registers: median latency, beside a bare full-text query of the same run.

Run alone: `python -m bench.search`. The queries are those of `tests/queries.yaml`.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import neo4j
import orjson
from ruamel.yaml import YAML

from bench.registers import ROOT, write_registers
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.derive import build_schema
from graph.mapping.fold import words
from graph.mapping.storage import SEARCH_INDEX, WORDS
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings

_ROUNDS, _WARM = 8, 20
_SEARCH = "query($q: String!) { search(query: $q, first: 10) { edges { score node { id name } } } }"
_BARE = (
    f"CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', $terms, {{limit: 10}})"
    " YIELD node, score RETURN collect([score, node.id, node.name])"
)


def _queries() -> list[str]:
    cases: list[dict[str, Any]] = YAML(typ="safe").load(ROOT / "tests" / "queries.yaml")
    return [case["query"] for case in cases]


async def measure(address: Neo4jAddress) -> None:
    """A line with both medians and the ratio."""
    database = Database(address)
    print(f"{await write_registers(database):,} entities of the seed and of all registers")
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    driver = neo4j.AsyncGraphDatabase.driver(
        address.uri, auth=(address.username, address.password), notifications_min_severity="OFF"
    )

    async def ours(query: str) -> None:
        answer = await engine.execute(_SEARCH, {"q": query})
        assert "errors" not in orjson.loads(answer.body), answer.body

    async def bare(query: str) -> None:
        terms = " ".join(f"+{WORDS}:{word}" for word in words(query))
        async with driver.session(database="neo4j", default_access_mode="READ") as session:
            await (await session.run(_BARE, {"terms": terms})).single(strict=True)

    async with driver:
        taken: dict[str, list[float]] = {"ours": [], "bare": []}
        for at in range(_WARM + _ROUNDS):
            for query in _queries():
                for name, ask in (("ours", ours), ("bare", bare)):
                    seconds = await _timed(ask, query)
                    if at >= _WARM:
                        taken[name].append(seconds)
    p50 = {name: statistics.median(values) * 1e3 for name, values in taken.items()}
    print(
        f"search: p50 {p50['ours']:.1f} ms, a bare full-text query {p50['bare']:.1f} ms:"
        f" ratio {p50['ours'] / p50['bare']:.1f}"
    )
    await database.close()


async def _timed(ask: Callable[[str], Awaitable[None]], query: str) -> float:
    started = time.perf_counter()
    await ask(query)
    return time.perf_counter() - started


def main() -> None:
    """Measure on a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        server = EmbeddedDatabase(Path(home), Settings.from_environment().cache)
        try:
            asyncio.run(measure(server.start(owned=True, ready=ready)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
