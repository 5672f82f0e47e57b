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
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from graphql import get_introspection_query

from bench.client import Client
from bench.real_size import service
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
SIZES = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, 75, 100, 150, 250, 400, 1_000)
SMALL = '{ role(slug: "assistant-practitioner") { name } }'
MIDDLING = """query($t: String!) { roles(first: 90, where: {slug: {ne: $t}}) { totalCount nodes { name professions { nodes { name } }
  serviceAreas { nodes { name } } similar(first: 5) { score } } } }"""
ENDS = ("professions", "serviceAreas", "skills", "broader", "narrower", "nextSteps", "feederRoles",
        "programmes", "caseStudies", "related", "occupationGroups", "findings")  # fmt: skip
_WARMING_S = 30
"""The service asks its saved questions when it starts; what is measured is not that."""
_SECONDS = float(os.environ.get("HOSTILE_SECONDS", "10"))


@dataclass(frozen=True)
class Shape:
    """A request that grows with a number."""

    name: str
    query: Callable[[int], str]
    variables: Callable[[int], dict[str, Any]] = lambda _: {}


def _related(slug: object) -> str:
    return f'{{professions: {{some: {{node: {{slug: {{eq: "{slug}"}}}}}}}}}}'


def _chain(quantifier: str, levels: int) -> str:
    where = "{}"
    for level in range(levels):
        end = "roles" if level % 2 else "professions"
        where = f"{{{end}: {{{quantifier}: {{node: {where}}}}}}}"
    return where if levels % 2 else f"{{professions: {{{quantifier}: {{node: {where}}}}}}}"


def _listed(field: str) -> Callable[[int], str]:
    """Root fields with a page each, as large as its number."""
    return lambda n: "{ %s }" % " ".join(f"a{at}: {field}" for at in range(n))  # noqa: UP031


_WHERE = "query ($where: RoleWhere) { roles(where: $where) { totalCount nodes { slug } } }"
SHAPES = (
    Shape("replacedBy, by type", lambda n: '{ role(slug: "x") { %s id %s } }' % ("replacedBy { slug ... on Role { kind } " * n, "}" * n)),  # noqa: UP031
    Shape("replacedBy, more for each type", lambda n: '{ node(id: "Role:x") { ... on Entity { replacedBy { id } } %s } }' % " ".join(f"... on {kind.name} {{ replacedBy {{ name replacedBy {{ slug }} }} }}" for kind in list(MODEL.types)[:n])),  # noqa: UP031
    Shape("and of some", lambda n: "{ roles(where: {and: [%s]}) { totalCount nodes { slug } } }" % " ".join(map(_related, range(n)))),  # noqa: UP031
    Shape("and of some, facets", lambda n: "{ roles(where: {and: [%s]}) { totalCount facets(by: [SKILLS, SERVICE_AREAS, PROFESSIONS]) { values { count } } } }" % " ".join(map(_related, range(n)))),  # noqa: UP031
    Shape("or of some, by variables", lambda _: _WHERE, lambda n: {"where": {"or": [{"professions": {"some": {"node": {"slug": {"eq": str(at)}}}}} for at in range(n)]}}),
    Shape("or of texts, by variables", lambda _: _WHERE, lambda n: {"where": {"or": [{"name": {"contains": str(at)}} for at in range(n)]}}),
    *(Shape(f"{kind}, deep", lambda n, kind=kind: f"{{ roles(where: {_chain(kind, n)}) {{ totalCount }} }}") for kind in ("some", "all", "none", "single")),
    Shape("lists of a role", lambda n: '{ role(slug: "assistant-practitioner") { %s } }' % " ".join(f"a{at}: {ENDS[at % len(ENDS)]} {{ totalCount nodes {{ name }} }}" for at in range(n))),  # noqa: UP031
    Shape("lists of lists", lambda n: "{ roles(first: 90) { nodes { %s } } }" % " ".join(f"{end} {{ nodes {{ name evidence {{ confidence }} }} }}" for end in ENDS[:n])),  # noqa: UP031
    Shape("facets by all keys", lambda n: "{ %s }" % " ".join(f"a{at}: roles {{ facets(by: [SKILLS, SERVICE_AREAS, PROFESSIONS, KIND]) {{ values {{ count }} }} }}" for at in range(n))),  # noqa: UP031
    Shape("changes", _listed('changes(since: "none", first: 1000) { nodes { kind entity { id name } } }')),
    Shape("search", _listed('search(query: "a", first: 100) { totalCount facets { type count } nodes { id } }')),
    Shape("paths", _listed('paths(from: "Role:assistant-practitioner", to: "Role:midwife") { length }')),
    Shape("similar, by page", lambda n: f"{{ roles(first: {n}) {{ nodes {{ similar {{ score role {{ name }} reasons {{ sentence }} }} }} }} }}"),
    Shape("all of a page", lambda n: f"{{ roles(first: {n}) {{ nodes {{ slug name summary notes altNames evidence {{ source {{ name }} }} skills(first: 100) {{ edges {{ confidence node {{ name notes }} }} }} }} }} }}"),
    Shape("groups by two", _listed("roles { groups(by: [SKILLS, PROFESSIONS], first: 1000) { count keys { value } } }")),
)  # fmt: skip


async def measure_worst(engine: Engine, database: Database) -> None:
    """The largest accepted size of each shape: service CPU, planning and running in the database."""
    print("| shape | accepted | compile ms | plan ms | run ms | bytes |\n|---|---|---|---|---|---|")
    for shape in SHAPES:
        accepted = 0
        for size in SIZES:
            try:
                engine.plans.prepare(shape.query(size), shape.variables(size), None)
            except (RolegraphError, DocumentErrors):
                break
            accepted = size
        if accepted:
            print(f"| {shape.name} | {accepted} | {await _measured(engine, database, shape, accepted)} |", flush=True)  # fmt: skip


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
