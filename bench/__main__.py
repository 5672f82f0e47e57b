"""All measurements of one run, as ratios, with the machine named: `make bench`.

Service CPU is this process's own (user + system) while the event loop runs one
request after another; the database is the embedded Neo4j with the seed. Every
ratio compares two things measured alternately in the same run.
"""

import asyncio
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import neo4j
import orjson
import psutil

from bench.dataloader import strawberry_peer
from bench.questions import measure_hits, measure_questions
from bench.real_size import measure_real_size
from graph.compiler.document import read_document
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import QueryTooComplex
from graph.execution.engine import Engine
from graph.mapping.derive import build_schema
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings
from loaders.load import load, read_and_check
from loaders.preparation import prepare
from server import quieten_garbage_collector

ROOT = Path(__file__).parents[1]
TINY = '{ role(slug: "assistant-practitioner") { id name status qualificationLevel payBand } }'
DASH = """{ roles(first: 90) { nodes { slug name status qualificationLevel
  professions { nodes { slug name } } serviceAreas { nodes { slug name } } } } }"""
Ask = Callable[[], Awaitable[Any]]


def machine() -> str:
    """What this was measured on."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return f"{os.cpu_count()} x {model}, {psutil.virtual_memory().total >> 30} GiB, Python {platform.python_version()}"


async def compare(asks: dict[str, Ask], times: dict[str, int]) -> dict[str, float]:
    """CPU of this process a call, in microseconds: medians, with all taking turns call by call.

    Turns make both sides see the same moods of a shared machine; medians leave
    out the calls that it disturbed.
    """
    for name, ask in asks.items():
        for _ in range(max(3, times[name] // 4)):
            await ask()
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for turn in range(max(times.values())):
        for name, ask in asks.items():
            if turn < times[name]:
                before = time.process_time()
                await ask()
                taken[name].append(time.process_time() - before)
    return {name: statistics.median(values) * 1e6 for name, values in taken.items()}


async def measure_service(address: Neo4jAddress) -> None:
    """Service CPU against the bare driver with one record of lists, and against DataLoaders."""
    database = Database(address)
    await load(database, MODEL, read_and_check(ROOT / "seed", MODEL))
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    driver = neo4j.AsyncGraphDatabase.driver(
        address.uri, auth=(address.username, address.password), notifications_min_severity="OFF"
    )
    peer = strawberry_peer(driver)
    quieten_garbage_collector()  # as the service does; it holds for all that is compared
    async with driver:
        for name, query, times in (("tiny", TINY, 2_000), ("dash", DASH, 600)):
            prepared = engine.plans.prepare(query, {}, None)
            parameters = prepared.bound.parameters

            async def bare() -> bytes:
                async with driver.session(database="neo4j", default_access_mode="READ") as session:
                    result = await session.run(prepared.compiled.cypher, parameters)
                    record = await result.single(strict=True)
                    return orjson.dumps(record.values())

            async def ours() -> bytes:
                return (await engine.execute(query)).body

            async def loaders() -> Any:
                return await peer(query)

            assert orjson.loads(await ours())["data"] == await loaders(), "equal answers"
            medians = await compare(
                {"bare": bare, "ours": ours, "loaders": loaders},
                {"bare": times, "ours": times, "loaders": max(5, times // 40)},
            )
            print(
                f"{name}: service {medians['ours']:.0f} us, bare driver + orjson {medians['bare']:.0f} us:"
                f" ratio {medians['ours'] / medians['bare']:.2f}; Strawberry + DataLoader"
                f" {medians['loaders']:.0f} us: {medians['loaders'] / medians['ours']:.1f} times ours"
            )
    await database.close()


async def measure_growth(address: Neo4jAddress) -> None:
    """The same page over 10^3, 10^4 and 10^5 made-up nodes: time per row."""
    database = Database(address)
    await prepare(database, MODEL)
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    query = "query($c: String) { skills(first: 100, after: $c, orderBy: [{name: ASC}]) { pageInfo { endCursor hasNextPage } nodes { id name } } }"
    first = None
    for size in (1_000, 10_000, 100_000):
        await database.run(
            "MATCH (n:Skill) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
        )
        for start in range(0, size, 5_000):
            await database.run(
                "UNWIND range($start, $end) AS i CREATE (:Entity:Skill {id: 'Skill:made-up-' + i,"
                " slug: 'made-up-' + i, name: 'Made up ' + i, nameFolded: 'made up ' + i, kind: 'OTHER',"
                " altNames: [], sources: [], confidence: 'UNSURE', readOn: '2026-11-23'})",
                {"start": start, "end": min(start + 5_000, size) - 1},
            )
        cursor = None
        for _ in range(size // 200):
            page = orjson.loads((await engine.execute(query, {"c": cursor})).body)["data"]["skills"]
            cursor = page["pageInfo"]["endCursor"]
        seconds: list[float] = []
        for _ in range(200):
            started = time.perf_counter()
            await engine.execute(query, {"c": cursor})
            seconds.append(time.perf_counter() - started)
        row = statistics.median(seconds) / 100 * 1e6
        first = first or row
        print(
            f"growth: {size} nodes, a page of 100 in the middle: {row:.1f} us a row, {row / first:.2f} of the smallest"
        )
    await database.close()


async def measure_beside_handwritten(address: Neo4jAddress) -> None:
    """Worked questions and golden cases beside the same by hand; then a graph of real size."""
    database = Database(address)
    engine = Engine(build_schema(MODEL), MODEL, database, Limits())
    driver = neo4j.AsyncGraphDatabase.driver(
        address.uri, auth=(address.username, address.password), notifications_min_severity="OFF"
    )
    async with driver:
        await measure_questions(engine, driver)
    await measure_hits(engine, database)
    await measure_real_size(engine, database)
    await database.close()


def measure_refusal() -> None:
    """How long a document of 2^40 fields takes to refuse."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40)]
    text = "{ ...F0 } " + " ".join(fragments) + " fragment F40 on Query { limits { tokens } }"
    schema, seconds = build_schema(MODEL), []
    for _ in range(50):
        started = time.perf_counter()
        with contextlib.suppress(QueryTooComplex):
            read_document(text, schema, Limits())
        seconds.append(time.perf_counter() - started)
    print(f"a fan-out of 40 levels is refused in {statistics.median(seconds) * 1e3:.1f} ms")


def measure_up(settings: Settings) -> None:
    """`rolegraph up` cold (no data folder) and warm, until /readyz says so; memory of both."""
    import urllib.request

    with tempfile.TemporaryDirectory() as home:
        for what in ("cold (jars there, no data)", "warm"):
            url = Path(home, "service.url")
            url.unlink(missing_ok=True)
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up"],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "ROLEGRAPH_HOME": home, "PORT": "0"},
            )
            while not url.exists():
                time.sleep(0.05)
            while True:
                try:
                    urllib.request.urlopen(f"{url.read_text()}/readyz", timeout=10).read()
                    break
                except OSError:
                    time.sleep(0.05)
            seconds = time.perf_counter() - started
            body = orjson.dumps({"query": DASH})
            for _ in range(300):
                request = urllib.request.Request(
                    f"{url.read_text()}/graphql", body, {"content-type": "application/json"}
                )
                urllib.request.urlopen(request, timeout=10).read()
            service = psutil.Process(process.pid).memory_info().rss / 1e6
            running = EmbeddedDatabase(Path(home, "neo4j"), settings.cache).status()
            assert running
            neo = psutil.Process(running.pid).memory_info().rss / 1e6
            process.terminate()
            process.wait()
            print(
                f"up, {what}: {seconds:.1f} s; service {service:.0f} MB, database {neo:.0f} MB resident"
            )


def main() -> None:
    """Measure everything."""
    print(f"Machine: {machine()}")
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory() as home:
        server = EmbeddedDatabase(Path(home), settings.cache)
        address = server.start(owned=True, ready=ready)
        try:
            asyncio.run(measure_service(address))
            asyncio.run(measure_beside_handwritten(address))
            asyncio.run(measure_growth(address))
        finally:
            server.stop()
    measure_refusal()
    measure_up(settings)


if __name__ == "__main__":
    main()
