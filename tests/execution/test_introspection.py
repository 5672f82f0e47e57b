"""Introspection says what graphql-core's executor says, is made once, and within limits."""

import json
import re
from typing import Any

import pytest
from graphql import (
    execute_sync,  # pyright: ignore[reportUnknownVariableType]
    get_introspection_query,
    parse,
)

from graph.execution.engine import Engine
from graph.http.problems import STATUS
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner

USUAL = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)
NESTED = "{ __schema { types { name fields { type { name fields { name args { type { name } } } } } } } }"
FIELDS = """{ there: __typename again: __schema { __typename queryType { n: name } }
  __type(name: "Role") { ...T fields(includeDeprecated: true) { name args { defaultValue } } }
  none: __type(name: "NotThere") { name } } fragment T on __Type { kind possibleTypes { name } }"""


class Nothing:
    """Stands at the database seam: introspection needs no database."""

    async def read(self, statement: str, parameters: Any) -> list[Any]:
        raise AssertionError(statement)

    async def read_measured(self, statement: str, parameters: Any, *, profiled: bool) -> Any:
        raise AssertionError(statement)


class Nobody(Nothing):
    """A graph in which nobody is found."""

    async def read(self, statement: str, parameters: Any) -> list[Any]:
        return [None]


def ask(run: Runner, engine: Engine, query: str, variables: Any = None) -> Any:
    return json.loads(run(engine.execute(query, variables)).body)


@pytest.fixture
def quiet() -> Engine:
    return Engine(SCHEMA, MODEL, Nothing(), Limits())


@pytest.mark.parametrize("query", [USUAL, NESTED, FIELDS], ids=["usual", "nested", "fields"])
def test_as_the_executor_says_it_in_the_same_order(quiet: Engine, run: Runner, query: str) -> None:
    found = ask(run, quiet, query)
    assert "errors" not in found
    assert json.dumps(found["data"]) == json.dumps(execute_sync(SCHEMA, parse(query)).data)


def test_it_is_made_once_and_kept(quiet: Engine, run: Runner) -> None:
    kept = quiet.introspection.kept
    first = run(quiet.execute(FIELDS)).body
    assert (len(kept), kept.bytes > len(first)) == (1, True)
    assert run(quiet.execute(FIELDS)).body == first
    assert quiet.introspection.count == 1
    run(quiet.execute(FIELDS + " # in other words"))
    assert quiet.introspection.count == 2


def test_beside_what_the_graph_says(run: Runner) -> None:
    engine = Engine(SCHEMA, MODEL, Nobody(), Limits())
    query = (
        '{ a: __type(name: "Date") { name } role(slug: "x") { name } z: __schema { __typename } }'
    )
    found = ask(run, engine, query)["data"]
    assert list(found.items()) == [
        ("a", {"name": "Date"}),
        ("role", None),
        ("z", {"__typename": "__Schema"}),
    ]


def test_null_through_a_variable_is_an_error_of_that_field(quiet: Engine, run: Runner) -> None:
    query = 'query ($n: String = "Role") { __type(name: $n) { name } there: __typename }'
    found = ask(run, quiet, query, {"n": None})
    assert found["data"] == {"__type": None, "there": "Query"}
    (error,) = found["errors"]
    assert (error["path"], error["extensions"]) == (["__type"], {"code": "BAD_USER_INPUT"})
    assert "null" in error["message"] or "None" in error["message"]


def many(levels: int, times: int) -> str:
    asked = "name " * times
    for _ in range(levels):
        asked = f"ofType {{ {asked} }}"
    return f"{{ __schema {{ types {{ {asked} }} }} }}"


ALIASED = " ".join(
    f"a{n}: __schema {{ types {{ fields {{ name description args {{ name description }} }} }} }}"
    for n in range(19)
)


@pytest.mark.parametrize(
    ("query", "limits", "words"),
    [
        (many(20, 1), Limits(), "23 levels of introspection; at most 20"),
        (many(1, 400), Limits(), "403 introspection fields.*at most 400"),
        ("{ ...F } fragment F on Query { __schema { ...G } } fragment G on __Schema { description }",
         Limits(introspection_fields=1), "2 introspection fields.*at most 1"),
        (USUAL, Limits(introspection_bytes=500_000), "more than 500000 bytes.*at most 500000"),
        (f"{{ {ALIASED} }}",
         Limits(), "more than 20000000 bytes"),
    ],
)  # fmt: skip
def test_its_limits(run: Runner, query: str, limits: Limits, words: str) -> None:
    (error,) = ask(run, Engine(SCHEMA, MODEL, Nothing(), limits), query)["errors"]
    assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX"}
    assert re.search(words, error["message"]), error


def test_it_can_be_switched_off(run: Runner) -> None:
    engine = Engine(SCHEMA, MODEL, Nothing(), Limits(), introspection=False)
    for query in (FIELDS, "{ ...F } fragment F on Query { __schema { __typename } }"):
        answer = run(engine.execute(query))
        assert answer.code == "INTROSPECTION_OFF" and STATUS[answer.code] == 403
    assert ask(run, engine, "{ __typename }") == {"data": {"__typename": "Query"}}


MISSPELT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("{ role(slug: 1) { nam } }", {}),
    ("{ roles(first: 1, wher: {}) { totalCount } }", {}),
    ("query($where: RoleWhere) { roles(where: $where) { totalCount } }", {"where": {"nam": 1}}),
    ("query($by: RoleFacet!) { roles { facets(by: [$by]) { count } } }", {"by": "SKILL"}),
)


@pytest.mark.parametrize(("query", "variables"), MISSPELT)
def test_where_it_is_off_errors_tell_no_names_either(
    run: Runner, query: str, variables: dict[str, Any]
) -> None:
    said: list[str] = []
    for allowed in (True, False):
        engine = Engine(SCHEMA, MODEL, Nothing(), Limits(), introspection=allowed)
        said.append(run(engine.execute(query, variables)).body.decode())
    assert "Did you mean" in said[0]
    assert "Did you mean" not in said[1] and '"errors"' in said[1]
