"""The service against the oracle: random operations have equal answers, lists are walked whole.

Each run draws with a fixed seed and with a fresh one, which it prints; give a
seed again with `TESTS_SEED=...`. A difference that is found becomes a golden case.
"""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings

from bench.registers import files_of
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.dataset import open_source
from loaders.load import Rules, load, read_and_check
from loaders.problems import Tolerance
from loaders.sources import REGISTERS
from tests.conftest import DRAWN, FRESH, ROOT, SCHEMA, SEEDS, Content, Runner, clear
from tests.oracle.answers import Oracle
from tests.oracle.graph import Graph, read_graph
from tests.oracle.made_up import made_up_loads
from tests.oracle.operations import Operation, operations, walks

GRAPHS = (os.environ.get("ORACLE_GRAPHS") or "seed made-up").split()
"""Of which graphs is asked; `registers`, the seed and all registers, takes long."""
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES") or 250)
AGAIN = EXAMPLES * 2 // 5
"""Operations of the draw that is the same in each run: they share the time with those that are new."""
ANY = Rules(Tolerance(percent=100), Tolerance(percent=100))
NEAR = 6
"""Operations that are drawn from one beginning."""
WALKS = 30
SEARCH = """query($query: String!, $types: [EntityType!], $scope: Scope, $folded: Boolean, $after: String) {
  search(query: $query, types: $types, scope: $scope, folded: $folded, first: 1000, after: $after) {
    totalCount
    edges { score missingWords highlights node { id } }
    facets { type count }
    pageInfo { hasNextPage endCursor }
  }
}"""
SETTINGS: Any = {**DRAWN, "phases": (Phase.generate, Phase.shrink)}


@dataclass
class Both:
    """The service and the oracle over the same graph."""

    engine: Engine
    oracle: Oracle
    graph: Graph
    run: Runner

    def ask(self, operation: Operation) -> Any:
        variables = json.loads(json.dumps(operation.variables))  # as they come over HTTP
        return json.loads(self.run(self.engine.execute(operation.text, variables)).body)


@pytest.fixture(params=GRAPHS, scope="module")
def both(
    request: pytest.FixtureRequest, database: Database, run: Runner, content: Content
) -> Iterator[Both]:
    content.is_seed = False
    run(clear(database))
    if request.param == "made-up":
        for records in made_up_loads():
            run(load(database, MODEL, records, rules=Rules(Tolerance(100), Tolerance(100))))
    else:
        run(load(database, MODEL, read_and_check(ROOT / "seed", MODEL)))
    for source in REGISTERS if request.param == "registers" else ():
        register = open_source(source, source.find(files_of(source)))
        run(load(database, MODEL, register, rules=ANY))
    graph = run(read_graph(database, MODEL))
    engine = Engine(SCHEMA, MODEL, database, Limits())

    def search(arguments: dict[str, Any]) -> dict[str, Any]:
        """All results: those of the registers are more than a page holds."""
        answer = run(engine.execute(SEARCH, arguments))
        page = json.loads(answer.body)["data"]["search"]
        if page["pageInfo"]["hasNextPage"]:
            more = search({**arguments, "after": page["pageInfo"]["endCursor"]})
            page["edges"] += more["edges"]
        return page

    yield Both(engine, Oracle(SCHEMA, graph, search), graph, run)
    content.is_seed = request.param == "seed"


def same(one: Any, other: Any) -> bool:
    """Equal, but for the last digits of numbers that were added up in another order."""
    if isinstance(one, float) or isinstance(other, float):
        return (
            isinstance(one, int | float)
            and isinstance(other, int | float)
            and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        )
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@pytest.mark.parametrize("number", SEEDS)
def test_random_operations_have_equal_answers(both: Both, number: int) -> None:
    most = EXAMPLES if number == FRESH else AGAIN
    asked = refused = 0
    seen: set[str] = set()

    def check(operation: Operation) -> None:
        nonlocal asked, refused
        text = f"{operation.text}\n{json.dumps(operation.variables)}"
        if asked == most or text in seen:
            return
        found = both.ask(operation)
        if "errors" in found and found["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX":
            seen.add(text)
            refused += 1
            return
        expected, failed = both.oracle.answer(operation.text, operation.variables)
        if both.oracle.is_open:
            seen.add(text)
            return
        shown = f"{text}\n{found}\n{expected}"
        assert sorted(map(str, _paths(found))) == sorted(map(str, failed)), f"{shown}\n{failed}"
        assert same(found.get("data"), json.loads(json.dumps(expected))), shown
        seen.add(text)
        asked += 1
        if asked % 100 == 0:
            print(f"seed {number}: {asked} operations compared, {refused} refused as too complex")

    # Hypothesis goes on with what is near to what it had: begun anew, from another number, it
    # has some that are far from all before, and some near these.
    for at in range(most):
        drawn = given(operations(SCHEMA, both.graph))(check)
        seed(number + (at << 32))(settings(max_examples=NEAR, **SETTINGS)(drawn))()
        if asked == most:
            break
    assert asked == most


@pytest.mark.parametrize("both", ["made-up"], indirect=True)
def test_what_a_thing_has_replaced_ranks_its_ways_too(both: Both) -> None:
    text = """{ paths(from: "CaseStudy:made-up-casestudy-4", to: "Role:made-up-role-34", k: 2) {
      length nodes { id } } }"""
    expected, failed = both.oracle.answer(text, {})
    assert not failed and [each["length"] for each in expected["paths"]] == [1, 3]
    assert both.ask(Operation(text, {})) == {"data": expected}


def _paths(found: Any) -> list[Any]:
    """Where fields ended in an error that is the client's."""
    errors = found.get("errors", [])
    assert all(error["extensions"]["code"] == "BAD_USER_INPUT" for error in errors), found
    return [error.get("path") for error in errors]


@pytest.mark.parametrize("number", SEEDS)
def test_lists_walked_by_pages_are_whole_and_in_order(both: Both, number: int) -> None:
    @seed(number)
    @settings(max_examples=WALKS, **SETTINGS)
    @given(walks(SCHEMA, both.graph))
    def check(walk: tuple[str, dict[str, Any], int, bool]) -> None:
        field, arguments, size, backward = walk
        stem = next(kind.name for kind in MODEL.types if kind.plural == field)
        page, cursor = ("last", "before") if backward else ("first", "after")
        head = f"query($w: {stem}Where, $o: [{stem}Order!], $n: Int, $c: String)"
        given = f"where: $w, orderBy: $o, {page}: $n"
        variables = {"w": arguments.get("where"), "o": arguments["orderBy"], "n": size}
        whole, _ = both.oracle.answer(
            f"{head} {{ {field}({given}) {{ nodes {{ slug }} }} }}", {**variables, "n": 1000}
        )
        expected = [node["slug"] for node in whole[field]["nodes"]]
        text = (
            f"{head} {{ {field}({given}, {cursor}: $c) {{ nodes {{ slug }} totalCount"
            " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
        )
        slugs: list[str] = []
        at, more = None, True
        while more:
            found = both.ask(Operation(text, {**variables, "c": at}))
            assert "errors" not in found, (text, variables, found)
            part = found["data"][field]
            nodes = [node["slug"] for node in part["nodes"]]
            slugs = nodes + slugs if backward else slugs + nodes
            info = part["pageInfo"]
            more = info["hasPreviousPage"] if backward else info["hasNextPage"]
            at = info["startCursor"] if backward else info["endCursor"]
            assert part["totalCount"] == len(expected)
        assert slugs == expected, (field, arguments, size, backward)

    check()
