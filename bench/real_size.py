"""Questions on a graph of real size (ESCO v1.1.1) over HTTP: median latency and db hits."""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import httpx
import orjson

from bench.esco import folder, load_esco
from bench.questions import in_turns
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.settings import Neo4jAddress

ROOT = Path(__file__).parents[1]
PHYSIO = "Role:esco-006cc1f9-2841-41c3-991a-dc3f2f3bd533"
NURSE = "Role:esco-18e14e61-495b-44cc-a7c6-df4c625934ba"
ASSISTANT = "Role:esco-d38c2107-98f2-47b7-8bb4-f69750d51082"
SOLVE = "Skill:esco-03b9b491-fc9b-4868-914a-bf7cd47b5041"
MANAGE = "Skill:esco-339ac029-066a-4985-9f9d-b3d7c8fea0bb"
SLUG = PHYSIO.partition(":")[2]
URI = "http://data.europa.eu/esco/occupation/006cc1f9-2841-41c3-991a-dc3f2f3bd533"
PAGE = "totalCount nodes { name }"
_WARM, _ROUNDS, _TIMES = 200, 5, 30

# name, at most ms, query
QUESTIONS = (
    ("look-up by slug", 2, f'{{ role(slug: "{SLUG}") {{ name summary }} }}'),
    ("resolve a code", 2, f'{{ resolve(identifier: "ESCO:{URI}") {{ matchType entity {{ id }} }} }}'),
    ("search: a word", 4, '{ search(query: "physiotherapist", first: 10) { edges { score node { id name } } } }'),
    ("search: a typo, a word begun", 4, '{ search(query: "physioterapy assis", first: 10) { edges { score node { id name } } } }'),
    ("search: total, facets, highlights", 4, '{ search(query: "nurse", first: 10) { totalCount facets { type count } edges { score highlights node { id name } } } }'),
    ("path between roles", 5, f'{{ path(from: "{PHYSIO}", to: "{NURSE}") {{ length sentence }} }}'),
    ("paths, k = 3", 5, f'{{ paths(from: "{PHYSIO}", to: "{NURSE}") {{ length sentence }} }}'),
    ("similar", 10, f'{{ role(slug: "{SLUG}") {{ similar {{ score role {{ name }} }} }} }}'),
    ("similar, with reasons", 10, f'{{ role(slug: "{SLUG}") {{ similar {{ score role {{ name }} reasons {{ sentence }} }} }} }}'),
    ("bridges between two skills", 10, f'{{ bridges(between: ["{SOLVE}", "{MANAGE}"]) {{ {PAGE} }} }}'),
    ("gap", 15, f'{{ gap(from: "{ASSISTANT}", to: "{NURSE}") {{ basis missingSkills {{ name }} sharedSkills {{ name }} programmes {{ programme {{ name }} }} }} }}'),
    ("filtered page, groups, facets", 12, f'{{ roles(where: {{name: {{contains: "nurse"}}}}) {{ {PAGE} groups(by: [SKILLS], first: 10) {{ count keys {{ entity {{ name }} }} }} facets(by: [KIND, STATUS]) {{ values {{ value count }} }} }} }}'),
    ("page by count, facets", 12, f'{{ roles(where: {{skillsCount: {{gte: 60}}}}) {{ {PAGE} facets(by: [KIND, STATUS]) {{ values {{ value count }} }} }} }}'),
    ("page of all 3,007 roles, groups, facets", 12, f'{{ roles {{ {PAGE} groups(by: [STATUS]) {{ count }} facets(by: [KIND, CONFIDENCE]) {{ values {{ value count }} }} }} }}'),
    ("page of all 13,896 skills, groups, facets", 12, f'{{ skills {{ {PAGE} groups(by: [KIND]) {{ count }} facets(by: [CONFIDENCE]) {{ values {{ value count }} }} }} }}'),
    ("page of all roles, groups by skill (123,788)", 12, f'{{ roles {{ {PAGE} groups(by: [SKILLS], first: 10) {{ count keys {{ value }} }} }} }}'),
    ("filter: name contains", 50, f'{{ roles(where: {{name: {{contains: "nurse"}}}}) {{ {PAGE} }} }}'),
    ("filter: some skill by slug", 50, f'{{ roles(where: {{skills: {{some: {{node: {{slug: {{eq: "{MANAGE.partition(":")[2]}"}}}}}}}}}}) {{ {PAGE} }} }}'),
    ("filter: either of two skills by slug", 50, f'{{ roles(where: {{skills: {{some: {{node: {{slug: {{in: ["{SOLVE.partition(":")[2]}", "{MANAGE.partition(":")[2]}"]}}}}}}}}}}) {{ {PAGE} }} }}'),
    ("filter: some skill by name", 50, f'{{ roles(where: {{skills: {{some: {{node: {{name: {{contains: "manage staff"}}}}}}}}}}) {{ {PAGE} }} }}'),
    ("filter: some skill whose name has an e", 50, f'{{ roles(where: {{skills: {{some: {{node: {{name: {{contains: "e"}}}}}}}}}}) {{ {PAGE} }} }}'),
    ("filter: all skills essential", 50, f'{{ roles(where: {{skills: {{all: {{edge: {{importance: {{eq: ESSENTIAL}}}}}}}}}}) {{ {PAGE} }} }}'),
    ("filter: name or some optional skill, and a count", 50, f'{{ roles(where: {{or: [{{name: {{startsWith: "nurse"}}}}, {{skills: {{some: {{edge: {{importance: {{eq: OPTIONAL}}}}, node: {{name: {{startsWith: "manage"}}}}}}}}}}], skillsCount: {{gte: 40}}}}) {{ {PAGE} }} }}'),
    ("order by count of skills", 50, "{ roles(orderBy: [{skillsCount: DESC}]) { nodes { name } } }"),
    ("subgraph, 1 step", 50, f'{{ subgraph(ids: ["{PHYSIO}"]) {{ nodes {{ id }} edges {{ from to }} }} }}'),
    ("data quality: on one source", 50, "{ dataQuality { oneSource { totalCount } } }"),
)  # fmt: skip


@contextmanager
def service(address: Neo4jAddress) -> Iterator[str]:
    """A real service over the database; its URL."""
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            env={
                **os.environ,
                "PORT": "0",
                "ROLEGRAPH_HOME": home,
                "NEO4J_URI": address.uri,
                "NEO4J_PASSWORD": address.password,
            },
        )
        url = Path(home, "service.url")
        while not url.exists() or not _answers(url.read_text()):
            time.sleep(0.1)
        yield url.read_text()
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez").is_success
    except httpx.HTTPError:
        return False


async def measure_real_size(engine: Engine, database: Database) -> None:
    """Load ESCO, then ask; says so where the files are missing."""
    if not folder().exists():
        print("\nESCO's files are not there: nothing measured on a graph of real size.")
        return
    counts = await load_esco(database)
    print(
        f"\nESCO v1.1.1: {counts}\n\n"
        "| question | p50 ms | in the quietest round | at most | db hits |\n|---|---|---|---|---|"
    )
    with service(database.address) as url:
        where = urlparse(url)
        assert where.hostname and where.port
        client = http.client.HTTPConnection(where.hostname, where.port)

        async def ask(body: bytes) -> bytes:
            client.request("POST", "/graphql", body, {"content-type": "application/json"})
            return client.getresponse().read()

        bodies = [orjson.dumps({"query": query}) for _, _, query in QUESTIONS]
        # Neo4j's compiler goes on for some thousand statements: all questions run, in turns, before one
        # is measured, or the first would pay for the others.
        for _ in range(_WARM):
            for body in bodies:
                assert b'"errors"' not in await ask(body), body
        # A shared machine is now and then slow for a minute: rounds tell it from what is slow here.
        times: dict[str, list[float]] = {name: [] for name, _, _ in QUESTIONS}
        floor: list[float] = []
        for _ in range(_ROUNDS):
            for (name, _, _), body in zip(QUESTIONS, bodies, strict=True):
                times[name].append(await _p50_ms(lambda body=body: ask(body)))
            floor.append(await _p50_ms(lambda: database.read("RETURN 1", {})))
        for name, most, query in QUESTIONS:
            prepared = engine.plans.prepare(query, {}, None)
            profile = await database.profile(prepared.compiled.cypher, prepared.bound.parameters)
            print(f"| {name} | {_both(times[name])} | {most} | {profile.db_hits} |")
        client.close()
    print(f"| (`RETURN 1` by the service's driver, no HTTP) | {_both(floor)} | | 0 |")


async def _p50_ms(ask: Callable[[], Awaitable[object]]) -> float:
    _, latency = await in_turns({"ask": ask}, _TIMES)
    return latency["ask"]


def _both(rounds: list[float]) -> str:
    return f"{statistics.median(rounds):.1f} | {min(rounds):.1f}"
