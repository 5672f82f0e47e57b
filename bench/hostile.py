"""Requests that would take the service from others: `python -m bench.hostile`.

Three questions, each answered by a table: which accepted request is the worst (each shape grows
until it is refused; its last accepted size is measured), what five clients that ask for the
schema in ever other words do to the others, and what 200 clients do that 40 do not.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from graphql import get_introspection_query

from bench.client import Client
from bench.real_size import service
from bench.shapes import SHAPES, Shape, shapes_of_pages
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import DatabaseError, RolegraphError
from graph.execution.engine import Engine
from graph.execution.plans import DocumentErrors
from graph.mapping.derive import build_schema
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings
from loaders.load import load, read_and_check

ROOT = Path(__file__).parents[1]
SMALL = '{ role(slug: "assistant-practitioner") { name } }'
MIDDLING = """query($t: String!) { roles(first: 90, where: {slug: {ne: $t}}) { totalCount nodes { name professions { nodes { name } }
  serviceAreas { nodes { name } } similar(first: 5) { score } } } }"""
_WARMING_S = 30
"""The service asks its saved questions when it starts; what is measured is not that."""
_SECONDS = float(os.environ.get("HOSTILE_SECONDS", "10"))


async def measure_worst(engine: Engine, database: Database) -> None:
    """The largest accepted size of each shape: service CPU, planning and running in the database."""
    print("| shape | accepted | compile ms | plan ms | run ms | bytes |\n|---|---|---|---|---|---|")
    for shape in (*SHAPES, *await shapes_of_pages(await _fullest(database))):
        accepted = 0
        for size in shape.sizes:
            try:
                engine.plans.prepare(shape.query(size), shape.variables(size), None)
            except (RolegraphError, DocumentErrors):
                break
            accepted = size
        if accepted:
            print(f"| {shape.name} | {accepted} | {await _measured(engine, database, shape, accepted)} |", flush=True)  # fmt: skip


async def _fullest(database: Database) -> dict[str, str]:
    """The thing of each type that is connected most, by the type's list."""
    found: dict[str, str] = {}
    for kind in MODEL.types:
        fullest = "RETURN n.slug ORDER BY COUNT { (n)--() } DESC LIMIT 1"
        for (slug,) in await database.rows(f"MATCH (n:{kind.name}) {fullest}"):
            found[kind.plural] = slug
    return found


async def _measured(engine: Engine, database: Database, shape: Shape, size: int) -> str:
    query, variables = shape.query(size), shape.variables(size)
    compiled: list[float] = []
    prepared = engine.plans.prepare(query, variables, None)
    for _ in range(3):
        engine.plans.kept.clear()
        before = time.process_time()
        prepared = engine.plans.prepare(query, variables, None)
        compiled.append(time.process_time() - before)
    cypher, parameters = prepared.compiled.cypher, prepared.bound.parameters
    try:
        # A comment makes it another statement for Neo4j: it is planned each time.
        plans = [
            await _timed(database.read(f"/*{time.monotonic_ns()}*/ {cypher}", parameters))
            for _ in range(3)
        ]
        runs = [await _timed(database.read(cypher, parameters)) for _ in range(4)][1:]
    except DatabaseError as error:
        return f"{statistics.median(compiled) * 1e3:.0f} | {type(error).__name__} | |"
    body = (await engine.execute(query, variables)).body
    run = statistics.median(runs)
    return f"{statistics.median(compiled) * 1e3:.0f} | {(min(plans) - run) * 1e3:.0f} | {run * 1e3:.0f} | {len(body)}"


async def _timed(work: Awaitable[object]) -> float:
    before = time.perf_counter()
    await work
    return time.perf_counter() - before


def introspections() -> Iterator[str]:
    """The usual introspection query, in other words each time."""
    usual = get_introspection_query()
    return (
        usual.replace("queryType { name kind }", f"queryType {{ a{n}: name }}") for n in count()
    )


async def measure_introspection(url: str) -> None:
    """What `/livez` and a small query take, alone and beside five that ask for the schema."""
    for clients in (0, 5):
        words = introspections()
        probes = await _beside(url, clients, lambda words=words: {"query": next(words)})
        print(f"{clients} clients of introspection: {probes}", flush=True)


async def measure_overload(url: str) -> None:
    """Middling queries, no two the same, by 40 clients and by 200."""
    numbers = count()
    for clients in (40, 200):
        seen: dict[int, list[float]] = {}
        probes = await _beside(
            url,
            clients,
            lambda: {"query": MIDDLING, "variables": {"t": f"made-up-{next(numbers)}"}},
            seen,
        )
        for status, seconds in sorted(seen.items()):
            print(f"{clients} clients: {status} {percentiles(seconds)}", flush=True)
        print(f"{clients} clients: {probes}", flush=True)


async def _beside(
    url: str,
    clients: int,
    body: Callable[[], dict[str, Any]],
    seen: dict[int, list[float]] | None = None,
) -> str:
    """What probes say that another process sends beside these clients."""
    end = time.monotonic() + _SECONDS
    probing = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.hostile",
        "probe",
        url,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )

    async def load_it() -> None:
        async with Client(url) as client:
            while time.monotonic() < end:
                before = time.perf_counter()
                status = await client.post(body())
                if seen is not None:
                    seen.setdefault(status, []).append(time.perf_counter() - before)
                if status != 200:
                    await asyncio.sleep(1)  # as it is told to

    await asyncio.gather(*(load_it() for _ in range(clients)))
    output, _ = await probing.communicate()
    return output.decode().strip()


def probe(url: str) -> None:
    """Print what `/livez` and a small query take from a process that does nothing else."""
    end = time.monotonic() + _SECONDS - 1
    livez: list[float] = []
    small: list[float] = []
    with httpx.Client(base_url=url, timeout=30) as http:
        while time.monotonic() < end:
            before = time.perf_counter()
            http.get("/livez")
            between = time.perf_counter()
            http.post("/graphql", json={"query": SMALL})
            livez.append(between - before)
            small.append(time.perf_counter() - between)
            time.sleep(0.05)
    print(f"/livez {percentiles(livez)}; a small query {percentiles(small)}")


def percentiles(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "never"
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1e3:.0f}, p95 {cuts[94] * 1e3:.0f}, p99 {cuts[98] * 1e3:.0f} ms of {len(seconds)}"


async def load_seed(address: Neo4jAddress) -> None:
    database = Database(address)
    await load(database, MODEL, read_and_check(ROOT / "seed", MODEL))
    await database.close()


async def _worst(address: Neo4jAddress) -> None:
    database = Database(address)
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    await engine.learn()
    await measure_worst(engine, database)
    await database.close()


def main(*chosen: str) -> None:
    """Measure all, or the parts named: worst, introspection, overload."""
    parts = chosen or ("worst", "introspection", "overload")
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory() as home:
        server = None if settings.neo4j else EmbeddedDatabase(Path(home), settings.cache)
        address = settings.neo4j or server.start(owned=True, ready=ready)  # type: ignore[union-attr]
        asyncio.run(load_seed(address))
        if "worst" in parts:
            asyncio.run(_worst(address))
        with service(address) as url:
            time.sleep(_WARMING_S)
            if "introspection" in parts:
                asyncio.run(measure_introspection(url))
            if "overload" in parts:
                asyncio.run(measure_overload(url))
        if server:
            server.stop()


if __name__ == "__main__":
    probe(sys.argv[2]) if sys.argv[1:2] == ["probe"] else main(*sys.argv[1:])
