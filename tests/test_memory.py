"""What Neo4j counts as memory of one transaction stays far from its limit, however long lists are.

It counts what a row has in scope for each row of a page that it sorts, so that a list beside
another can pass for a thousand times its size (`graph/compiler/emit.py`).
"""

import json
from collections import Counter, defaultdict

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.preparation import prepare
from tests.conftest import SCHEMA, Content, Runner

MADE_UP = 3_000
MOST_BYTES = 8_000_000
SOME = "where: {status: {eq: CURRENT}}"
OPERATIONS = {
    "a page beside a total and aggregates": f"""{{ roles(first: 1000, orderBy: [{{kind: ASC}}], {SOME}) {{
      totalCount aggregate {{ count }} facets(by: [KIND, NAME]) {{ values {{ count }} }} nodes {{ name }} }} }}""",
    "a page by a condition on related": """{ roles(first: 1000, where: {professions: {none: {}}}) {
      totalCount aggregate { count } nodes { name } } }""",
    "many groups": f"{{ roles({SOME}) {{ totalCount groups(by: [NAME]) {{ count }} aggregate {{ count }} }} }}",
    "many values": f"{{ roles({SOME}) {{ totalCount distinct(field: NAME) aggregate {{ count }} nodes {{ id }} }} }}",
    "two lists": """{ a: roles(first: 1000, orderBy: [{kind: ASC}]) { nodes { id name summary } }
      b: roles(first: 1000, orderBy: [{kind: DESC}]) { nodes { id name summary } } }""",
    "values beside a list": """{ roles(first: 1000) { nodes { id name summary } }
      values: roles(first: 0) { distinct(field: RELATED) } }""",
    "things by their ids beside a list": """{ roles(first: 1000) { nodes { id name summary } }
      nodes(ids: ["Profession:made-up"]) { ... on Profession {
        roles(first: 1000, orderBy: [{node: {kind: ASC}}]) { nodes { id } } } } }""",
    "two lists of one object": """{ dataQuality {
      oneSource(first: 1000) { totalCount nodes { id } }
      unmappedCodes(first: 1000) { totalCount nodes { value near { id } } }
      relationshipsOnOneSource(first: 1000) { totalCount nodes { type } } } }""",
    "two lists of one node": """{ profession(slug: "made-up") { slug
      roles(first: 1000) { nodes { id name summary evidence { confidence } } } name
      other: roles(first: 1000, orderBy: [{node: {name: DESC}}]) { totalCount nodes { id name summary } } } }""",
    "two lists of each node": """{ professions(first: 5) { nodes {
      roles(first: 1000) { nodes { id name summary } }
      other: roles(first: 1000) { nodes { id name professions { aggregate { count } } } } } } }""",
    "cells of a matrix that is long both ways": """{ overlap(rows: SKILL, columns: SKILL) {
      truncated rows { roles } cells { row { id } column { id } roles } } }""",
    "a search": """{ search(query: "made", first: 1000) {
      totalCount facets { type count } nodes { id } } }""",
}


@pytest.fixture
def engine(database: Database, run: Runner, content: Content) -> Engine:
    """Over a graph of many made-up roles."""
    if run(database.rows("MATCH (n:Role) RETURN count(n)")) != [[MADE_UP]]:
        content.is_seed = False
        run(database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"))
        run(prepare(database, MODEL))
        run(database.run(WRITE))
        run(database.run(CROSSED))
        run(database.run(NEEDS))
        run(database.run("CALL db.awaitIndexes(60)"))
    return Engine(SCHEMA, MODEL, database, Limits())


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_passes_for_much_more_than_it_needs(
    engine: Engine, database: Database, run: Runner, name: str
) -> None:
    asked = engine.plans.prepare(OPERATIONS[name], {}, None)
    profile = run(database.profile(asked.compiled.cypher, asked.bound.parameters))
    assert profile.memory < MOST_BYTES, asked.compiled.cypher


def test_overlap_tells_that_rows_are_cut_where_no_cell_is(engine: Engine, run: Runner) -> None:
    question = "{ overlap(rows: ROLE, columns: SERVICE_AREA) { truncated rows { roles } cells { roles } } }"
    found = json.loads(run(engine.execute(question)).body)["data"]["overlap"]
    assert (found["truncated"], len(found["rows"]), found["cells"]) == (True, 1_000, [])


@pytest.mark.parametrize("columns", ["SKILL", "ROLE"])
@pytest.mark.parametrize("part", ["made", "made up 7"])
def test_cells_of_a_matrix_that_is_long_both_ways_are_the_fullest(
    engine: Engine, database: Database, run: Runner, columns: str, part: str
) -> None:
    question = f"""{{ overlap(rows: SKILL, columns: {columns}, where: {{name: {{contains: "{part}"}}}}) {{
      truncated cells {{ row {{ id }} column {{ id }} roles }} }} }}"""
    found = json.loads(run(engine.execute(question)).body)["data"]["overlap"]

    needed: dict[str, list[str]] = defaultdict(list)
    asked = "MATCH (r:Role)-[:REQUIRES]->(s) WHERE r.nameFolded CONTAINS $part RETURN r.id, s.id"
    for role, skill in run(database.rows(asked, {"part": part})):
        needed[role].append(skill)
    cells = Counter(
        (skill, other)
        for role, skills in needed.items()
        for skill in skills
        for other in (skills if columns == "SKILL" else [role])
    )
    expected = sorted(((-count, *ids) for ids, count in cells.items()))
    assert [(-c["roles"], c["row"]["id"], c["column"]["id"]) for c in found["cells"]] == expected[
        :1_000
    ]
    assert found["truncated"] == (len(cells) > 1_000)


WRITE = f"""
UNWIND range(1, {MADE_UP}) AS i
CREATE (n:Entity:Role {{id: 'Role:made-up-' + i, slug: 'made-up-' + i, name: 'Made up ' + i,
  nameFolded: 'made up ' + i, nameWords: 'made up ' + i, summary: 'A role that is made up.',
  kind: 'OTHER', status: 'CURRENT', altNames: [], trainingRoutes: [], inherited: [],
  sources: ['made-up'], confidence: 'SINGLE', readOn: '2026-11-27'}})
CREATE (n)-[:IDENTIFIED_BY {{matchType: 'CLOSE'}}]->
  (:Identifier {{scheme: 'MADE-UP', schemeVersion: '', value: toString(i)}})
WITH n, i MATCH (other:Role {{slug: 'made-up-' + (i - 1)}})
CREATE (n)-[:RELATED_TO {{sources: ['made-up'], confidence: 'SINGLE', readOn: '2026-11-27'}}]->(other)
"""
CROSSED = """
CREATE (p:Entity:Profession {id: 'Profession:made-up', slug: 'made-up', name: 'Made up',
  nameFolded: 'made up', nameWords: 'made up', altNames: [], sources: ['made-up'],
  confidence: 'SINGLE', readOn: '2026-11-27'})
WITH p MATCH (n:Role) WITH p, n ORDER BY n.slug LIMIT 1200
CREATE (n)-[:WORKS_ACROSS {sources: ['made-up'], confidence: 'SINGLE', readOn: '2026-11-27'}]->(p)
"""
NEEDS = """
UNWIND range(1, 1300) AS i
CREATE (s:Entity:Skill {id: 'Skill:made-up-' + i, slug: 'made-up-' + i, name: 'Made up ' + i,
  nameFolded: 'made up ' + i, nameWords: 'made up ' + i, altNames: [], sources: ['made-up'],
  confidence: 'SINGLE', readOn: '2026-11-27'})
WITH s, i UNWIND range(1, 1100) AS j WITH s, j WHERE (i * j) % 97 < 2
MATCH (n:Role {slug: 'made-up-' + j})
CREATE (n)-[:REQUIRES {importance: 'ESSENTIAL', sources: ['made-up'], confidence: 'SINGLE',
  readOn: '2026-11-27'}]->(s)
"""
