"""As a subgraph of a federated graph: what a router asks, answered over the seed."""

import json
from typing import Any

import pytest
from graphql import parse, print_schema

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.federation import federated
from graph.schema import MODEL
from graph.settings import Limits, Settings
from server import schema_of
from tests.conftest import SCHEMA, Runner

SUBGRAPH = federated(SCHEMA)
ENTITIES = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Role { name } ... on Entity { slug } } }"


@pytest.fixture
def engine(seeded: Database) -> Engine:
    return Engine(SUBGRAPH, MODEL, seeded, Limits())


def ask(engine: Engine, run: Runner, query: str, **variables: Any) -> Any:
    return json.loads(run(engine.execute(query, variables)).body)


def test_it_is_behind_a_setting() -> None:
    given = {"ROLEGRAPH_FEDERATION": "1"}
    assert "_service" in print_schema(schema_of(Settings.from_environment(given)))
    assert "_service" not in print_schema(schema_of(Settings.from_environment({})))


def test_a_router_learns_the_schema(engine: Engine, run: Runner) -> None:
    sdl = ask(engine, run, "{ _service { sdl } }")["data"]["_service"]["sdl"]
    document = parse(sdl)
    assert 'type Role implements Node & Entity @key(fields: "id") {' in sdl
    assert "type PageInfo @shareable {" in sdl
    assert sdl.count("@key(") == len(MODEL.types)
    assert "_service" not in sdl and document.definitions


def test_a_router_gets_entities(engine: Engine, run: Runner) -> None:
    asked = [
        {"__typename": "Role", "id": "Role:midwife"},
        {"__typename": "Role", "id": "Role:nobody"},
        {"__typename": "Region", "id": "Region:north-west"},
    ]
    assert ask(engine, run, ENTITIES, r=asked)["data"]["_entities"] == [
        {"__typename": "Role", "name": "Midwife", "slug": "midwife"},
        None,
        {"__typename": "Region", "slug": "north-west"},
    ]
    inline = 'query { _entities(representations: [{__typename: "Role", id: "Role:midwife"}]) { ... on Node { id } } }'
    assert ask(engine, run, inline)["data"] == {"_entities": [{"id": "Role:midwife"}]}


@pytest.mark.parametrize(
    "wrong", ["Role:midwife", {"id": "Role:midwife"}, {"__typename": "Role", "id": 1}]
)
def test_what_is_no_representation_is_refused(engine: Engine, run: Runner, wrong: Any) -> None:
    [error] = ask(engine, run, ENTITIES, r=[wrong])["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "_entities(representations:) has a member that is not an entity." in error["message"]
