"""What is asked of objects of several types is planned once, however deep it is nested."""

from typing import Any

import orjson
import pytest

from graph.compiler.compile import Compiled
from graph.errors import QueryTooComplex
from graph.execution.engine import Engine
from graph.execution.plans import Plans
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner

TYPES = [kind.name for kind in SCHEMA.get_possible_types(SCHEMA.type_map["Entity"])]  # type: ignore[arg-type]
LEVEL = "replacedBy { slug __typename ... on Role { kind } "
PLACES = {
    "replacedBy": '{ role(slug: "x") { %s } }',
    "node": '{ node(id: "Role:x") { id ... on Entity { %s } } }',
    "nodes": '{ nodes(ids: ["Role:x"]) { ... on Entity { %s } } }',
    "search": '{ search(query: "x") { nodes { %s } } }',
    "resolve": '{ resolve(identifier: "ESCO:x") { entity { %s } } }',
    "subgraph": '{ subgraph(ids: ["Role:x"]) { nodes { %s } } }',
    "changes": '{ changes(since: "x") { nodes { entity { %s } } } }',
    "groups": "{ roles { groups(by: [SKILLS]) { keys { entity { %s } } } } }",
    "facets": "{ roles { facets(by: [SKILLS]) { values { entity { %s } } } } }",
}


def compiled(query: str, limits: Limits | None = None) -> Compiled:
    return Plans(SCHEMA, MODEL, limits or Limits()).prepare(query, {}, None).compiled


def nested(levels: int) -> str:
    return LEVEL * levels + "}" * levels


@pytest.mark.parametrize("place", PLACES)
def test_each_level_is_planned_once(place: str) -> None:
    for levels in (1, 5):
        cypher = compiled(PLACES[place] % nested(levels)).cypher
        assert cypher.count("REPLACED_BY") == levels
        assert cypher.count(".kind") == levels


def test_what_differs_by_type_is_planned_for_these_types_alone() -> None:
    fragments = "... on Role { broader { totalCount } replacedBy { id } } ... on Skill { kind }"
    asked = f"id ... on Entity {{ replacedBy {{ slug }} {fragments} }}"
    cypher = compiled(f'{{ node(id: "Role:x") {{ {asked} }} }}').cypher
    # Role asks for more of the one that replaces it; Skill for a field of its own; the fifteen others are one.
    assert cypher.count("REPLACED_BY") == 3
    assert cypher.count("SPECIALISES") == 1


def test_more_fields_than_allowed_are_refused_as_they_are_counted() -> None:
    """Each type merges more into `replacedBy`, five levels deep: 7^5 objects if it were planned."""
    level = "id"
    for _ in range(5):
        own = " ".join(f"... on {name} {{ replacedBy {{ slug }} }}" for name in TYPES[:6])
        level = f"replacedBy {{ {level} {own} }}"
    query = f'{{ role(slug: "x") {{ {level} }} }}'
    with pytest.raises(QueryTooComplex, match=r"more than 1000 fields.*at most 1000"):
        compiled(query)


def test_planned_fields_at_the_edge() -> None:
    query = "{ roles { facets(by: [KIND, STATUS]) { field values { value } } } }"
    # facets, then field, values and value for each of two keys
    compiled(query, Limits(planned_fields=8))
    with pytest.raises(QueryTooComplex, match="at most 6"):
        compiled(query, Limits(planned_fields=6))


def ask(engine: Engine, run: Runner, query: str) -> Any:
    found = orjson.loads(run(engine.execute(query)).body)
    assert "errors" not in found, found
    return found["data"]


def test_answers_have_each_types_keys_in_the_order_asked(engine: Engine, run: Runner) -> None:
    fragments = (
        "... on Role { kind } ... on Entity { slug } ... on Profession { name } again: __typename"
    )
    ids = '["Role:midwife", "Profession:midwifery", "Role:not-there"]'
    role, profession, absent = ask(
        engine, run, f"{{ nodes(ids: {ids}) {{ __typename {fragments} }} }}"
    )["nodes"]
    assert list(role) == ["__typename", "kind", "slug", "again"]
    assert list(profession) == ["__typename", "slug", "name", "again"]
    assert (role["__typename"], profession["again"], absent) == ("Role", "Profession", None)
