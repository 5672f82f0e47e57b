"""What a query costs is told to who asks; what nobody waits for is stopped in the database."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import httpx
import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.http.problems import STATUS
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Timeouts
from tests.conftest import SCHEMA, Runner, Service, reach, serving, start_service, stop_service

QUERY = "{ roles(first: 5) { totalCount nodes { slug professions(first: 3) { nodes { slug } } } } }"
ASKING = {"accept": "application/graphql-response+json", "rolegraph-cost": "true"}
SLOW = "{ roles(where: %s) { totalCount } }" % (
    "{professions: {single: {node: {roles: {single: {node: " * 4 + "{}" + "}}}}}}" * 4
)
"""Each role by each profession by each role ...: seconds of work, yet within all limits."""


def given(address: Neo4jAddress) -> dict[str, str]:
    return {
        **reach(address),
        "NEO4J_DATABASE": address.database,
    }


@pytest.fixture(scope="module")
def debugging(address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("debugging")
    service = start_service(home, {**given(address), "ROLEGRAPH_DEBUG": "1"}, "serve")
    yield service
    stop_service(service)


def ask(service: Service, query: str, headers: dict[str, str]) -> Any:
    return httpx.post(
        f"{service.url}/graphql", json={"query": query}, headers=headers, timeout=20
    ).json()


def test_cost_is_told_on_request_alone(service: Service) -> None:
    assert "extensions" not in ask(service, QUERY, {"accept": "application/json"})
    found = ask(service, QUERY, ASKING)
    nodes = found["data"]["roles"]["nodes"]
    rows = len(nodes) + sum(len(node["professions"]["nodes"]) for node in nodes)
    cost = found["extensions"]["cost"]
    # What the service knows of the graph's size may be from before the seed was loaded.
    assert cost.pop("estimatedNodes") <= 5 + 5 * 3
    assert cost == {"rows": rows, "roundTrips": 1}
    assert ask(service, "{ __typename }", ASKING)["extensions"]["cost"] == {
        "estimatedNodes": 0,
        "rows": 0,
        "roundTrips": 0,
    }


def test_debug_mode_shows_the_statement(debugging: Service, service: Service) -> None:
    cost = ask(debugging, QUERY, ASKING)["extensions"]["cost"]
    assert cost["cypher"].startswith("CALL () { RETURN COLLECT { MATCH")
    assert cost["parameters"] == ["p0", "p1"]
    assert cost["dbHits"] > 10
    assert ask(debugging, QUERY, ASKING)["data"] == ask(service, QUERY, ASKING)["data"]


@pytest.mark.parametrize(
    ("query", "estimate"),
    [
        ("{ roles { totalCount aggregate { count } } }", 1),
        ("{ roles { nodes { slug } } }", 25),
        ("{ roles(first: 10) { nodes { slug } edges { node { skills(last: 4) { nodes { slug } } } } } }", 10 + 40),
        ("{ roles(first: 10) { nodes { evidence { readOn } } } }", 10 + 10 * 10),
        ('{ nodes(ids: ["Role:midwife", "Role:x"]) { id } }', 2),
        ("{ roles { groups(by: [KIND], first: 7) { count } } }", 7),
    ],
)  # fmt: skip
def test_estimate_is_page_sizes_multiplied_and_added_up(
    engine: Engine, run: Runner, query: str, estimate: int
) -> None:
    found = json.loads(run(engine.execute(query, cost=True)).body)
    assert found["extensions"]["cost"]["estimatedNodes"] == estimate


def test_what_is_known_of_the_graph_bounds_the_estimate(engine: Engine, run: Runner) -> None:
    """The seed has 90 roles; the one across the most professions is across fewer than fifty."""
    query = "{ roles(first: 1000) { nodes { professions(first: 50) { nodes { slug } } } } }"
    refused = json.loads(run(engine.execute(query)).body)
    assert refused["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    run(engine.learn())
    found = json.loads(run(engine.execute(query, cost=True)).body)
    most = max(len(role["professions"]["nodes"]) for role in found["data"]["roles"]["nodes"])
    assert found["extensions"]["cost"]["estimatedNodes"] == 90 + 90 * most
    read = engine.plans.kept.bytes
    run(engine.learn())
    assert engine.plans.kept.bytes == read > 0, "the data is as it was: nothing is read again"


def test_service_knows_the_graph_from_its_first_answer_on(
    seeded: Database, address: Neo4jAddress, tmp_path: Path
) -> None:
    """Where its size is not known this is refused."""
    query = "{ roles(first: 1000) { nodes { professions(first: 50) { nodes { slug } } } } }"
    with serving(tmp_path, given(address)) as service:
        assert len(ask(service, query, {})["data"]["roles"]["nodes"]) == 90


def test_quantifiers_one_in_another_are_refused_where_the_graph_is_known(
    engine: Engine, run: Runner
) -> None:
    run(engine.learn())
    answer = json.loads(run(engine.execute(SLOW)).body)
    assert "may look at" in answer["errors"][0]["message"]


def running(database: Database, run: Runner) -> list[str]:
    """The statements of the slow query that the database works on now."""
    rows = run(database.rows("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery"))
    return [row[0] for row in rows if row[0] and "WORKS_ACROSS" in row[0] and "SHOW" not in row[0]]


def wait_until(is_so: Any, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def test_query_of_a_client_that_leaves_is_stopped(
    service: Service, database: Database, run: Runner
) -> None:
    url = urlparse(service.url)
    body = json.dumps({"query": SLOW}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    assert url.hostname and url.port
    with socket.create_connection((url.hostname, url.port)) as client:
        client.sendall(head.encode() + body)
        assert wait_until(lambda: running(database, run), 5), "the query never ran"
    assert wait_until(lambda: not running(database, run), 3), "it still runs, though nobody waits"
    assert service.post("{ __typename }").status_code == 200


def test_query_past_its_deadline_is_stopped(seeded: Database, run: Runner) -> None:
    """With a deadline of half a second instead of eight, so that the query is surely past it."""
    hasty = Database(seeded.address, Timeouts(transaction_s=0.5))
    answer = run(Engine(SCHEMA, MODEL, hasty, Limits()).execute(SLOW))
    assert answer.code == "DEADLINE_EXCEEDED" and STATUS[answer.code] == 504
    assert wait_until(lambda: not running(seeded, run), 2)
    run(hasty.close())
