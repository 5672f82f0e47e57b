"""What an operation asks for is counted after the variables, whatever way it comes in."""

from typing import Any

import pytest

from graph.compiler.compile import Compiled
from graph.errors import QueryTooComplex
from graph.execution.plans import Plans
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA

SLUGS = [f"made-up-{n}" for n in range(250)]
RELATED = [{"professions": {"some": {"node": {"slug": {"eq": slug}}}}} for slug in SLUGS]
LISTED = "query ($where: RoleWhere) { roles(where: $where) { totalCount } }"


def compiled(query: str, variables: dict[str, Any], **limits: int) -> Compiled:
    return Plans(SCHEMA, MODEL, Limits(**limits)).prepare(query, variables, None).compiled


OVER: list[tuple[Any, int]] = [
    ({"or": RELATED}, 500),
    ({"or": [{"name": {"contains": slug}} for slug in SLUGS]}, 250),
    ({"or": [{"or": [{}] * 60}] * 2}, 120),
    ({"and": [{"name": {"contains": slug}} for slug in SLUGS[:101]]}, 101),
]


@pytest.mark.parametrize(("where", "conditions"), OVER)
def test_conditions_in_variables_are_counted(where: Any, conditions: int) -> None:
    with pytest.raises(QueryTooComplex, match=f"{conditions} conditions.*at most 100"):
        compiled(LISTED, {"where": where})


def test_conditions_of_all_lists_are_added_up() -> None:
    query = """query ($where: RoleWhere) { roles { totalCount }
      a: roles(where: $where) { nodes { skills(where: {node: {name: {eq: "x"}}}) { totalCount } } }
      b: roles(where: $where) { totalCount } }"""
    where = {
        "or": [{"name": {"contains": "a", "caseSensitive": True}}, {"nextStepsCount": {"gte": 2}}]
    }
    compiled(query, {"where": where}, conditions=5)
    with pytest.raises(QueryTooComplex, match="5 conditions or more"):
        compiled(query, {"where": where}, conditions=4)


def test_values_of_one_in_are_one_condition() -> None:
    compiled(LISTED, {"where": {"slug": {"in": SLUGS}}}, conditions=1)


def test_few_related_nodes_begin_a_list_together() -> None:
    """Neo4j plans all orders of what begins: of twelve it took 5 s, beside facets longer."""
    cypher = compiled(LISTED, {"where": {"and": RELATED[:12]}}).cypher
    assert cypher.count(":Profession)<-[") == 3
    assert cypher.count("EXISTS {") == 9, "three begin, the others are looked at"


def test_a_long_statement_is_refused() -> None:
    """As soon as there are so many names in it that it must be too long, else by its length."""
    lists = " ".join(f"a{n}: professions {{ totalCount nodes {{ name }} }}" for n in range(25))
    query = f"{{ roles {{ nodes {{ {lists} }} }} }}"
    long = len(compiled(query, {}).cypher)
    with pytest.raises(QueryTooComplex, match=rf"{long} characters; at most {long - 1} are"):
        compiled(query, {}, statement_characters=long - 1)
    with pytest.raises(QueryTooComplex, match=r"more than 400 characters; at most 400 are"):
        compiled(query, {}, statement_characters=400)
