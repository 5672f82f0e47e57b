"""Keyset pages, walked in both directions, give every row once and in order."""

import json
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from tests.conftest import Content, Runner

ORDERS = [
    "[]",
    "[{name: ASC}]",
    "[{name: DESC}]",
    "[{qualificationLevel: ASC}, {payBand: DESC}]",
    "[{qualificationLevel: DESC}, {slug: DESC}]",
    "[{registered: DESC}]",
    "[{payBand: ASC}, {kind: DESC}]",
]


def ask(engine: Engine, run: Runner, query: str, **variables: Any) -> Any:
    answer = json.loads(run(engine.execute(query, variables)).body)
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_forward_and_back_are_the_whole_list(engine: Engine, run: Runner, order: str) -> None:
    page = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { slug }"
    whole = ask(engine, run, f"{{ roles(first: 1000, orderBy: {order}) {{ nodes {{ slug }} }} }}")
    expected = [node["slug"] for node in whole["roles"]["nodes"]]
    assert len(expected) == 90

    forward: list[str] = []
    cursor, more = None, True
    query = f"query($c: String) {{ roles(first: 13, after: $c, orderBy: {order}) {{ {page} }} }}"
    while more:
        found = ask(engine, run, query, c=cursor)["roles"]
        assert found["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += [node["slug"] for node in found["nodes"]]
        cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert forward == expected

    backward: list[str] = []
    cursor, more = None, True
    query = f"query($c: String) {{ roles(last: 13, before: $c, orderBy: {order}) {{ {page} }} }}"
    while more:
        found = ask(engine, run, query, c=cursor)["roles"]
        assert found["pageInfo"]["hasNextPage"] is bool(backward)
        backward = [node["slug"] for node in found["nodes"]] + backward
        cursor, more = found["pageInfo"]["startCursor"], found["pageInfo"]["hasPreviousPage"]
    assert backward == expected


def test_pages_of_relationships_tell_years_between_the_same_two_apart(
    engine: Engine, run: Runner, database: Database, content: Content
) -> None:
    content.is_seed = False
    run(
        database.run(
            "MATCH (a:Provider) WITH a ORDER BY a.slug LIMIT 1 MATCH (b:Programme) WITH a, b"
            " ORDER BY b.slug LIMIT 1 UNWIND range(1, 5) AS n CREATE (a)-[:TAUGHT"
            " {year: 'made up ' + n, sources: ['made-up'], confidence: 'UNSURE'}]->(b)"
        )
    )
    query = """query($c: String) { dataQuality { relationshipsUnsure(first: 1, after: $c) {
      totalCount pageInfo { hasNextPage endCursor } nodes { type } } } }"""
    kinds: list[str] = []
    cursor, more, total = None, True, 0
    while more:
        found = ask(engine, run, query, c=cursor)["dataQuality"]["relationshipsUnsure"]
        kinds += [node["type"] for node in found["nodes"]]
        cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
        total = found["totalCount"]
    assert kinds.count("TAUGHT") == 5
    assert len(kinds) == total


def test_a_page_of_relationships_is_found_where_it_begins(
    engine: Engine, run: Runner, database: Database
) -> None:
    """The index gives its order: those before and behind it are not looked at."""
    query = """query($c: String) { dataQuality { relationshipsOnOneSource(first: 20, after: $c) {
      nodes { type } pageInfo { hasNextPage endCursor } } } }"""
    cursor, more, hits = None, True, list[int]()
    while more:
        asked = engine.plans.prepare(query, {"c": cursor}, None)
        hits.append(run(database.profile(asked.compiled.cypher, asked.bound.parameters)).db_hits)
        found = ask(engine, run, query, c=cursor)["dataQuality"]["relationshipsOnOneSource"]
        cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert len(hits) == 28
    assert max(hits) < 3_000, hits


def test_null_comes_last_in_either_direction(engine: Engine, run: Runner) -> None:
    for direction in ("ASC", "DESC"):
        query = f"{{ roles(first: 90, orderBy: [{{qualificationLevel: {direction}}}]) {{ nodes {{ qualificationLevel }} }} }}"
        levels = [node["qualificationLevel"] for node in ask(engine, run, query)["roles"]["nodes"]]
        known = [level for level in levels if level is not None]
        assert levels == known + [None] * (90 - len(known))
        assert known == sorted(known, reverse=direction == "DESC")


def test_nested_pages_with_parallel_relationships(engine: Engine, run: Runner) -> None:
    """Three ways lead from assistant practitioner to nurse: a page of one must not skip two."""
    query = """query($c: String) { role(slug: "assistant-practitioner") { nextSteps(first: 1, after: $c) {
      totalCount pageInfo { hasNextPage endCursor } edges { step node { slug } } } } }"""
    steps: list[str] = []
    cursor, more = None, True
    while more:
        found = ask(engine, run, query, c=cursor)["role"]["nextSteps"]
        steps += [edge["step"] for edge in found["edges"]]
        cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert found["totalCount"] == len(steps) == len(set(steps)) == 3


def test_the_deepest_filter_allowed_is_answered(engine: Engine, run: Runner) -> None:
    hops = 8
    where = "{broader: {some: {node: " * hops + "{}" + "}}}" * hops
    assert ask(engine, run, f"{{ roles(where: {where}) {{ totalCount }} }}") == {
        "roles": {"totalCount": 0}
    }


def test_between_two_cursors(engine: Engine, run: Runner) -> None:
    whole = ask(engine, run, "{ roles(first: 10) { edges { cursor node { slug } } } }")["roles"][
        "edges"
    ]
    query = """query($a: String, $b: String) { roles(after: $a, before: $b) {
      pageInfo { hasNextPage hasPreviousPage } nodes { slug } } }"""
    found = ask(engine, run, query, a=whole[2]["cursor"], b=whole[6]["cursor"])["roles"]
    assert [node["slug"] for node in found["nodes"]] == [
        edge["node"]["slug"] for edge in whole[3:6]
    ]
    assert found["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}


@pytest.mark.parametrize(
    "order",
    [
        "[{edge: {confidence: DESC}}, {node: {name: DESC}}]",
        "[{edge: {readOn: ASC}}, {node: {professionsCount: DESC}}]",
        "[{node: {careerLevel: {level: DESC}}}, {edge: {confidence: ASC}}]",
        "[{node: {boundarySpan: {total: DESC}}}]",
    ],
)
@pytest.mark.parametrize("backward", [False, True])
def test_nested_pages_by_edge_fields_counts_and_paths(
    engine: Engine, run: Runner, order: str, backward: bool
) -> None:
    page, cursor, more = (
        ("last: 5, before", "startCursor", "hasPreviousPage")
        if backward
        else ("first: 5, after", "endCursor", "hasNextPage")
    )
    query = f"""query($c: String) {{ profession(slug: "nursing") {{ roles(orderBy: {order}, {page}: $c) {{
      totalCount nodes {{ slug }} pageInfo {{ {more} {cursor} }} }} }} }}"""
    whole = f'{{ profession(slug: "nursing") {{ roles(first: 1000, orderBy: {order}) {{ nodes {{ slug }} }} }} }}'
    expected = [n["slug"] for n in ask(engine, run, whole)["profession"]["roles"]["nodes"]]
    slugs: list[str] = []
    at, has_more = None, True
    while has_more:
        found = ask(engine, run, query, c=at)["profession"]["roles"]
        nodes = [node["slug"] for node in found["nodes"]]
        slugs = nodes + slugs if backward else slugs + nodes
        at, has_more = found["pageInfo"][cursor], found["pageInfo"][more]
        assert len(slugs) <= len(expected), "a page that repeats would go on for ever"
    assert slugs == expected and len(slugs) == found["totalCount"] == 34
