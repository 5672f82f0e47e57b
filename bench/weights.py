"""What dear questions cost in nodes of a plain list, beside the weights that they declare.

`python -m bench.weights` asks a database of its own with the seed, or that of `NEO4J_URI`. A
weight is for a graph of real size: ten times what the seed's 90 roles say is right.
"""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.derive import build_schema
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings
from loaders.load import load, read_and_check

ROOT = Path(__file__).parents[1]
PLAIN = "{ sources(first: 140) { nodes { slug name } } }"
BETWEEN = '(from: "Role:assistant-practitioner", to: "Role:midwife")'
NAMES = [f"a made-up name {number}" for number in range(200)]
DEAR = {
    "similar": '{ role(slug: "assistant-practitioner") { similar { score } } }',
    "path": f"{{ path{BETWEEN} {{ length }} }}",
    "paths": f"{{ paths{BETWEEN} {{ length }} }}",
    "pathway": f"{{ pathway{BETWEEN} {{ ways {{ roles {{ name }} }} }} }}",
    "gap": f"{{ gap{BETWEEN} {{ missingSkills {{ name }} programmes {{ programme {{ name }} }} }} }}",
    "subgraph": '{ subgraph(ids: ["Role:assistant-practitioner"], hops: 2) { nodes { id } } }',
    "bridges": '{ bridges(between: ["Profession:nursing", "Profession:midwifery"]) { totalCount } }',
    "overlap": "{ overlap(rows: PROFESSION, columns: SERVICE_AREA) { cells { roles } } }",
    "search": '{ search(query: "nurse") { totalCount facets { type count } nodes { id } } }',
    "lookUp": f"{{ lookUp(texts: {json.dumps(NAMES)}) {{ text }} }}",
    "changes": '{ changes(since: "none", first: 1) { totalCount } }',
}
_TIMES = 40


async def measure(address: Neo4jAddress) -> None:
    """A table: the time of each question over that of a node of a plain list."""
    database = Database(address)
    await load(database, MODEL, read_and_check(ROOT / "seed", MODEL))
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    floor = await _seconds(engine, "{ roles(first: 1) { nodes { slug } } }")
    node = (await _seconds(engine, PLAIN) - floor) / 140
    print(f"A node of a plain list takes {node * 1e6:.1f} us.\n\n| question | nodes | estimated |")
    print("|---|---|---|")
    for name, query in DEAR.items():
        estimated = engine.plans.prepare(query, {}, None).bound.estimated
        print(f"| {name} | {(await _seconds(engine, query) - floor) / node:.0f} | {estimated} |")
    await database.close()


async def _seconds(engine: Engine, query: str) -> float:
    times: list[float] = []
    for _ in range(_TIMES):
        before = time.perf_counter()
        body = (await engine.execute(query)).body
        times.append(time.perf_counter() - before)
        assert b'"errors"' not in body, body
    return statistics.median(times[_TIMES // 4 :])


def main() -> None:
    """Measure the database that the settings name, or one of its own."""
    settings = Settings.from_environment()
    if settings.neo4j:
        asyncio.run(measure(settings.neo4j))
        return
    with tempfile.TemporaryDirectory() as home:
        server = EmbeddedDatabase(Path(home), settings.cache)
        try:
            asyncio.run(measure(server.start(owned=True, ready=ready)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
