"""Rows that hold what the schema does not allow: graphql-core's executor says so, with its paths."""

import json
from typing import Any

import pytest

from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner

QUERY = (
    '{ roles(first: 2) { nodes { name qualificationLevel kind } } finding(slug: "x") { value } }'
)


class Canned:
    """Stands at the database seam."""

    def __init__(self, *columns: Any) -> None:
        self._columns = list(columns)

    async def read(self, statement: str, parameters: Any) -> list[Any]:
        return self._columns


def answer(run: Runner, *columns: Any) -> tuple[Any, list[list[Any]]]:
    engine = Engine(SCHEMA, MODEL, Canned(*columns), Limits())
    body = json.loads(run(engine.execute(QUERY)).body)
    for error in body.get("errors", []):
        assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert len(error["extensions"]["errorId"]) == 32
        assert error["message"].startswith("Something went wrong on our side.")
    return body.get("data"), [error["path"] for error in body.get("errors", [])]


def test_rows_as_declared(run: Runner) -> None:
    data, errors = answer(run, [["A", 5, "GENERIC"]], [1.5])
    assert (data["roles"]["nodes"], data["finding"], errors) == (
        [{"name": "A", "qualificationLevel": 5, "kind": "GENERIC"}],
        {"value": 1.5},
        [],
    )


@pytest.mark.parametrize(
    ("row", "value", "path"),
    [
        ([None, 5, "GENERIC"], 1.0, ["roles", "nodes", 0, "name"]),
        (["A", 2**31, "GENERIC"], 1.0, ["roles", "nodes", 0, "qualificationLevel"]),
        (["A", 5, "NO_SUCH_KIND"], 1.0, ["roles", "nodes", 0, "kind"]),
        (["A", 5, "GENERIC"], float("nan"), ["finding", "value"]),
        (["A", 5, "GENERIC"], float("inf"), ["finding", "value"]),
    ],
)
def test_rows_that_are_not(run: Runner, row: list[Any], value: float, path: list[Any]) -> None:
    data, errors = answer(run, [row], [value])
    assert errors == [path]
    if path[-1] in ("value", "qualificationLevel"):
        assert data["roles"]["nodes"][0]["name"] == "A"


def test_introspection_beside_data(engine: Engine, run: Runner) -> None:
    body = json.loads(
        run(
            engine.execute(
                '{ __type(name: "RoleKind") { kind name } role(slug: "midwife") { name } }'
            )
        ).body
    )
    assert body == {
        "data": {"__type": {"kind": "ENUM", "name": "RoleKind"}, "role": {"name": "Midwife"}}
    }


def test_full_introspection(engine: Engine, run: Runner) -> None:
    from graphql import get_introspection_query

    answer_ = run(engine.execute(get_introspection_query(), {}, "IntrospectionQuery"))
    assert answer_.code is None
    assert len(json.loads(answer_.body)["data"]["__schema"]["types"]) > 400
