"""Loads measured: rows a second against the bare driver, memory, growth, and readers meanwhile.

Run alone: `python -m bench.loading`. The registers' files lie in `ROLEGRAPH_DATA`,
or beside the checkout.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import orjson
import psutil

from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.derive import build_schema
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings
from loaders.dataset import Dataset, open_source
from loaders.difference import compare
from loaders.held import read_held
from loaders.load import Rules, load
from loaders.precedence import DECLARED
from loaders.preparation import prepare
from loaders.problems import Tolerance
from loaders.records import NodeRecord, Place, Record, RelationshipRecord
from loaders.sources.common import Register
from loaders.sources.esco import ESCO
from loaders.stored import Shapes
from loaders.workspace import IDENTIFIED_BY, SEPARATOR, Workspace

ROOT = Path(__file__).parents[1]
_BATCH = 5_000


def data() -> Path:
    return Path(os.environ.get("ROLEGRAPH_DATA") or ROOT.parent / "shared" / "data")


async def clear(database: Database) -> None:
    for what in ("()-[n]->()", "(n)"):
        await database.run(f"MATCH {what} CALL (n) {{ DELETE n }} IN TRANSACTIONS OF 20000 ROWS")


class Stages:
    """When each stage of a load began."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}

    def stage(self, name: str, total: int | None) -> None:
        self.began[name] = time.perf_counter()

    def advance(self, count: int) -> None: ...


def esco() -> Dataset:
    return open_source(ESCO, ESCO.find([data() / "esco" / "v1.1.1"]))


async def bare_rows(database: Database) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The very rows that a load of ESCO writes, as lists for UNWIND: nodes and links by type."""
    shapes = Shapes(MODEL, DECLARED)
    nodes: dict[str, list[Any]] = defaultdict(list)
    links: dict[str, list[Any]] = defaultdict(list)
    dataset = esco()
    with Workspace(MODEL, "esco") as space:
        space.trust("register-esco")
        for record in dataset.records:
            space.add(record)
        space.finish()
        await read_held(database, space)
        compare(space)
        known = {id_ for (id_,) in space.rows("SELECT id FROM node")}
        for id_, type_, content, digest in space.rows("SELECT id, type, given, digest FROM node"):
            row = {
                **shapes.fresh(type_, "esco", content, digest),
                "id": id_,
                "slug": id_.split(":")[1],
            }
            nodes[type_].append({"id": id_, "properties": row})
        for type_, start, end, content, digest in space.rows(
            "SELECT type, start, end, given, digest FROM link"
        ):
            if start in known and (type_ == IDENTIFIED_BY or end in known):
                properties = shapes.fresh(type_, "esco", content, digest)
                links[type_].append({"start": start, "end": end, "properties": properties})
    return nodes, links


async def write_bare(
    address: Neo4jAddress, nodes: dict[str, list[Any]], links: dict[str, list[Any]]
) -> None:
    """The plain way: MERGE by key, 5,000 rows a transaction."""
    async with neo4j.AsyncGraphDatabase.driver(
        address.uri, auth=(address.username, address.password), notifications_min_severity="OFF"
    ) as driver:

        async def run(statement: str, rows: list[Any]) -> None:
            for start in range(0, len(rows), _BATCH):
                await driver.execute_query(statement, rows=rows[start : start + _BATCH])

        for type_, rows in nodes.items():
            await run(
                f"UNWIND $rows AS row MERGE (n:Entity {{id: row.id}}) SET n:{type_}, n += row.properties",
                rows,
            )
        for type_, rows in links.items():
            if type_ == IDENTIFIED_BY:
                parts = ", ".join(
                    f"{name}: split(row.end, '{SEPARATOR}')[{at}]"
                    for at, name in enumerate(("scheme", "schemeVersion", "value"))
                )
                end = f"MERGE (b:Identifier {{{parts}}})"
            else:
                end = "MATCH (b:Entity {id: row.end})"
            await run(
                f"UNWIND $rows AS row MATCH (a:Entity {{id: row.start}}) {end}"
                f" MERGE (a)-[r:{type_}]->(b) SET r += row.properties",
                rows,
            )


async def measure_rate(address: Neo4jAddress, turns: int = 3) -> None:
    """Rows a second of writing, ours and bare, in turns; then loads with nothing to do."""
    database = Database(address)
    bare: list[float] = []
    ours: list[float] = []
    whole: list[float] = []
    count = 0
    for _ in range(turns):
        await clear(database)
        await prepare(database, MODEL)
        nodes, links = await bare_rows(database)
        count = sum(map(len, nodes.values())) + sum(map(len, links.values()))
        started = time.perf_counter()
        await write_bare(address, nodes, links)
        bare.append(time.perf_counter() - started)
        del nodes, links
        await clear(database)
        stages = Stages()
        started = time.perf_counter()
        await load(database, MODEL, esco(), stages, rules=Rules(Tolerance(100)))
        whole.append(time.perf_counter() - started)
        ours.append(time.perf_counter() - stages.began["write"])
    again: list[float] = []
    full: list[float] = []
    for _ in range(3):
        for times, is_full in ((again, False), (full, True)):
            started = time.perf_counter()
            await load(database, MODEL, esco(), rules=Rules(Tolerance(100)), full=is_full)
            times.append(time.perf_counter() - started)
    middle = statistics.median
    print(
        f"ESCO, {count:,} nodes, codes and relationships: bare driver writes {count / middle(bare):,.0f}"
        f" rows/s, ours {count / middle(ours):,.0f}: ratio {middle(bare) / middle(ours):.2f};"
        f" with reading and checking {middle(whole):.1f} s, {count / middle(whole):,.0f} rows/s"
    )
    print(
        f"nothing changed: {middle(again):.2f} s, {middle(whole) / middle(again):.0f} times faster than"
        f" the first; compared in full {middle(full):.1f} s, {middle(whole) / middle(full):.1f} times"
    )
    await database.close()


async def measure_memory(address: Neo4jAddress, database_pid: int) -> None:
    """Peak memory of a loader in a process of its own, and of Neo4j after it."""
    database = Database(address)
    await clear(database)
    await database.close()
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cli",
            "load",
            "esco",
            str(data() / "esco" / "v1.1.1"),
            "--tolerate",
            "100",
        ],
        cwd=ROOT,
        env=environment(address),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.Error:
            break
        await asyncio.sleep(0.05)
    resident = psutil.Process(database_pid).memory_info().rss
    print(
        f"`rolegraph load esco`: {time.perf_counter() - started:.1f} s, loader at most {peak >> 20} MB,"
        f" Neo4j {resident >> 20} MB (heap 512 MB)"
    )


def environment(address: Neo4jAddress) -> dict[str, str]:
    return {
        **os.environ,
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
        "ROLEGRAPH_HOME": tempfile.gettempdir(),
    }


def made_up(links: int, nodes: int = 20_000) -> Iterator[Record]:
    """Made-up roles, each related to others; `links` relationships in all."""
    register = Register("made-up")
    place = Place("made-up", 1, 1)
    yield register.source("Made up", "Made up", "none", None)
    for at in range(nodes):
        yield NodeRecord(
            "Role", f"made-up-{at}", {**register.evidence, "name": f"Made-up role {at}"}, place
        )
    each = links // nodes
    for at in range(nodes):
        for step in range(1, each + 1):
            properties = {**register.evidence, "rank": step}
            end = f"Role:made-up-{(at + step * 37) % nodes}"
            yield RelationshipRecord("RELATED_TO", f"Role:made-up-{at}", end, properties, place)


async def measure_growth(address: Neo4jAddress) -> None:
    """10^5, 10^6 and 3 x 10^6 made-up relationships among 20,000 roles."""
    database = Database(address)
    for size in (20_000, 100_000, 1_000_000, 3_000_000):  # the first warms up
        await clear(database)
        memory: list[int] = []

        class Watched(Stages):
            def advance(self, count: int) -> None:
                memory.append(psutil.Process().memory_info().rss)

        before = psutil.Process().memory_info().rss
        stages = Watched()
        started = time.perf_counter()
        dataset = Dataset("made-up", made_up(size), own_source="register-made-up")
        await load(database, MODEL, dataset, stages)
        seconds = time.perf_counter() - started
        writing = time.perf_counter() - stages.began["write"]
        print(
            f"{size:>9,} relationships: {size / seconds:,.0f} rows/s in all, {size / writing:,.0f} of"
            f" writing; loader grew by {(max(memory) - before) >> 20} MB",
            flush=True,
        )
    await clear(database)
    await database.close()


async def measure_readers(address: Neo4jAddress) -> None:
    """What a reader waits, with and without a load of ESCO beside it."""
    database = Database(address)
    await clear(database)
    seed = [sys.executable, "-m", "cli", "load", "seed"]
    subprocess.run(
        seed,
        cwd=ROOT,
        env=environment(address),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    query = '{ role(slug: "assistant-practitioner") { name professions { nodes { name } } skills(first: 5) { nodes { name } } } }'

    seen: set[tuple[int, ...]] = set()
    counts = (
        "RETURN COUNT { (:Role) }, COUNT { (:Skill) }, COUNT { (:Role)-[:REQUIRES]->(:Skill) },"
        " COUNT { MATCH (n:Role) WHERE n.nameFolded >= '' }"
    )

    async def ask(until: Any) -> list[float]:
        times: list[float] = []
        while not until():
            started = time.perf_counter()
            answer = orjson.loads((await engine.execute(query)).body)
            assert answer["data"]["role"]
            times.append((time.perf_counter() - started) * 1_000)
            await asyncio.sleep(0.005)
        return times

    async def count(until: Any) -> None:
        while not until():
            seen.add(tuple(await database.read(counts, {})))
            await asyncio.sleep(0.02)

    for _ in range(300):
        await engine.execute(query)
    end = time.perf_counter() + 20
    alone, _ = await asyncio.gather(
        *(each(lambda: time.perf_counter() > end) for each in (ask, count))
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "load", "esco", str(data() / "esco" / "v1.1.1"), "--tolerate", "100"],
        cwd=ROOT, env=environment(address), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    beside, _ = await asyncio.gather(
        *(each(lambda: process.poll() is not None) for each in (ask, count))
    )

    def at(values: list[float], share: float) -> float:
        return sorted(values)[int(len(values) * share)]

    print(
        f"a reader alone p50 {at(alone, 0.5):.1f} p99 {at(alone, 0.99):.1f} ms; while ESCO loads p50"
        f" {at(beside, 0.5):.1f} p99 {at(beside, 0.99):.1f} most {max(beside):.0f} ms: p99"
        f" {at(beside, 0.99) / at(alone, 0.99):.1f} times"
    )
    print(f"what that reader counted (roles, skills, needs, roles by index): {sorted(seen)}")
    await database.close()


def main(names: list[str]) -> None:
    """All measurements, or those named: rate, memory, growth, readers."""
    with tempfile.TemporaryDirectory() as home:
        server = EmbeddedDatabase(Path(home), Settings.from_environment().cache)
        address = server.start(owned=True, ready=ready)
        running = server.status()
        assert running
        try:
            for name, measure in (
                ("rate", measure_rate(address)),
                ("memory", measure_memory(address, running.pid)),
                ("growth", measure_growth(address)),
                ("readers", measure_readers(address)),
            ):
                if not names or name in names:
                    asyncio.run(measure)
                else:
                    measure.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
