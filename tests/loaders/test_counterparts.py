"""Counterparts, what is curated, and what search makes of both. All of it is made up."""

from itertools import permutations
from typing import Any

import pytest
from ruamel.yaml import YAML

from graph.database.session import Database
from graph.schema import MODEL
from loaders.digest import graph_digest
from loaders.matches import proposals
from loaders.verify import verify
from tests.conftest import Runner, clear
from tests.loaders.test_identity import Said, answer


def seed() -> Said:
    return (
        Said("seed")
        .node("Role:helper", "S1", name="Made-up Helper", kind="OTHER", status="CURRENT")
        .node("Role:helper-two", "F1", match="CLOSE", name="Second Helper")
        .node("Role:leader", "F2", match="BROAD", name="Made-up Leader")
        .node("Skill:lifting", "F1", match="CLOSE", name="Lifting")
    )


def first() -> Said:
    return (
        Said("first")
        .node("Role:first-f1", "F1", name="Porterish Assistant", altNames=["PAX"])
        .node("Role:first-f2", "F2", name="Head of Porters")
        .node("Role:first-f3", "F3", name="Made-up helper")
    )


def second() -> Said:
    return Said("second").node("Role:second-1", "F1", match="CLOSE", name="Porter (second)")


SOURCES = {"seed": seed, "first": first, "second": second}


@pytest.fixture(params=list(permutations(SOURCES)), ids="-".join)
def loaded(request: pytest.FixtureRequest, empty: Database, run: Runner) -> Database:
    """The three sources, in each order."""
    for name in request.param:
        SOURCES[name]().load(empty, run)
    return empty


def ids(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["entity"]["id"], one["matchType"]) for one in found]


FIELDS = "matchType entity { id } via { scheme schemeVersion value }"
QUESTIONS = (
    f"""{{
  two: role(slug: "helper-two") {{ counterparts {{ {FIELDS} }} }}
  one: role(slug: "first-f1") {{ counterparts {{ {FIELDS} }} }}
  far: role(slug: "second-1") {{ counterparts {{ {FIELDS} }} }} }}""",
    f"""{{
  leader: role(slug: "leader") {{ counterparts {{ {FIELDS} }}
    wider: counterparts(matchTypes: [BROAD, NARROW]) {{ {FIELDS} }} }}
  below: role(slug: "first-f2") {{ counterparts(matchTypes: [BROAD, NARROW]) {{ {FIELDS} }} }} }}""",
    f"""{{
  skill: skill(slug: "lifting") {{ counterparts {{ {FIELDS} }}
    roles: counterparts(types: [ROLE]) {{ {FIELDS} }} }} }}""",
    """{
  curated: roles(scope: CURATED) { nodes { slug } }
  registers: roles(scope: REGISTERS) { nodes { slug } }
  every: roles(scope: ALL) { totalCount }
  unsaid: roles(scope: null) { totalCount }
  dataQuality { proposedMatches { nodes { entity { id } other { id } } } } }""",
)


def test_counterparts_are_seen_from_both_ends_through_one_code(
    loaded: Database, run: Runner
) -> None:
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        found |= run(answer(loaded, question))
    assert ids(found["two"]["counterparts"]) == [("Role:first-f1", "CLOSE")]
    assert found["two"]["counterparts"][0]["via"] == [
        {"scheme": "MADE-UP", "schemeVersion": None, "value": "F1"}
    ]
    # The curated one first; `second-1` and `helper-two` meet in a code that means neither exactly.
    assert ids(found["one"]["counterparts"]) == [
        ("Role:helper-two", "CLOSE"),
        ("Role:second-1", "CLOSE"),
    ]
    assert ids(found["far"]["counterparts"]) == [("Role:first-f1", "CLOSE")]
    assert found["leader"]["counterparts"] == []
    assert ids(found["leader"]["wider"]) == [("Role:first-f2", "BROAD")]
    assert ids(found["below"]["counterparts"]) == [("Role:leader", "NARROW")]
    assert found["skill"]["counterparts"] == []
    assert ids(found["skill"]["roles"]) == [("Role:first-f1", "CLOSE")]
    assert {node["slug"] for node in found["curated"]["nodes"]} == {
        "helper",
        "helper-two",
        "leader",
    }
    assert {node["slug"] for node in found["registers"]["nodes"]} == {
        "first-f1",
        "first-f2",
        "first-f3",
        "second-1",
    }
    assert found["every"] == found["unsaid"] == {"totalCount": 7}
    assert found["dataQuality"]["proposedMatches"]["nodes"] == [
        {"entity": {"id": "Role:helper"}, "other": {"id": "Role:first-f3"}}
    ]


def test_search_shows_one_result_found_by_either_name(loaded: Database, run: Runner) -> None:
    run(loaded.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
    query = '{ search(query: "porterish", folded: %s) { nodes { id ... on Role { counterparts { entity { name } } } } } }'  # fmt: skip
    plain = run(answer(loaded, query % "false"))["search"]["nodes"]
    assert {node["id"] for node in plain} == {"Role:first-f1", "Role:helper-two"}
    folded = run(answer(loaded, query % "true"))["search"]["nodes"]
    assert [node["id"] for node in folded] == ["Role:helper-two"]
    names = [one["entity"]["name"] for one in folded[0]["counterparts"]]
    assert names == ["Porterish Assistant"]


def test_any_order_of_loads_gives_one_graph(empty: Database, run: Runner) -> None:
    digests: set[str] = set()
    for order in permutations(SOURCES):
        run(clear(empty))
        for name in order:
            SOURCES[name]().load(empty, run)
        digests.add(run(graph_digest(empty)))
    assert len(digests) == 1


async def deviations(database: Database) -> list[str]:
    return [str(found) async for found in verify(database, MODEL)]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("MATCH (n:Role {slug: 'helper'}) REMOVE n:Curated", "Curated"),
        ("MATCH (n:Role {slug: 'first-f2'}) SET n:Curated", "Curated"),
        ("MATCH (n:Folded) REMOVE n:Folded", "Folded"),
        ("MATCH (n:Role {slug: 'first-f3'}) SET n:Folded", "Folded"),
        ("MATCH (n:Role {slug: 'helper-two'}) SET n.words = 'second helper'", "counterparts"),
        ("MATCH (n:Role {slug: 'helper'}) SET n.words = 'other'", "words"),
        ("MATCH (n:Role {slug: 'first-f1'}) SET n.shortNames = []", "shortNames"),
    ],
)
def test_verify_tells_what_was_changed(
    empty: Database, run: Runner, statement: str, told: str
) -> None:
    for source in SOURCES.values():
        source().load(empty, run)
    assert run(deviations(empty)) == []
    run(empty.run(statement))
    found = run(deviations(empty))
    assert len(found) == 1 and told in found[0], found


def test_what_leaves_takes_its_marks_with_it(empty: Database, run: Runner) -> None:
    for source in SOURCES.values():
        source().load(empty, run)
    left = seed()
    left.nodes = [node for node in left.nodes if node.slug != "helper-two"]
    left.codes = [code for code in left.codes if code.owner != "Role:helper-two"]
    left.load(empty, run)
    assert run(empty.rows("MATCH (n:Folded) RETURN n.id")) == []
    assert run(empty.rows("MATCH (n:Retired:Curated) RETURN n.id")) == []
    assert run(deviations(empty)) == []
    seed().load(empty, run)
    assert run(empty.rows("MATCH (n:Folded) RETURN n.id")) == [["Role:first-f1"]]
    assert run(deviations(empty)) == []


def test_proposals_are_yaml_of_the_seed(empty: Database, run: Runner) -> None:
    for source in SOURCES.values():
        source().load(empty, run)
    text, count = run(proposals(empty, MODEL))
    assert count == 1
    code = {"scheme": "MADE-UP", "value": "F3", "label": "Made-up helper", "matchType": "CLOSE"}
    assert YAML(typ="safe").load(text) == {
        "roles": [{"slug": "helper", "name": "Made-up Helper", "identifiers": [code]}]
    }
