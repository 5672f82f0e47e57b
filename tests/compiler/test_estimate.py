"""The estimate: what may come back by what is known of the graph, dear questions by their weight."""

from typing import Any

import pytest

from graph.compiler.estimate import Degree, Facts
from graph.errors import QueryTooComplex
from graph.execution.plans import Plans
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA

SMALL = Facts(
    {"Role": 90, "Profession": 30},
    {("WORKS_ACROSS", True): Degree(6, 3.0), ("WORKS_ACROSS", False): Degree(40, 20.0)},
)
CHAIN = "{professions: {single: {node: {roles: {single: {node: " * 4 + "{}" + "}}}}}}" * 4
CHANGES = " ".join(
    f'a{n}: changes(since: "none", first: 1000) {{ nodes {{ kind }} }}' for n in range(20)
)
LONG_KEYS = " ".join(f"{'a' * 300}{n}: name" for n in range(20))
NESTED = "{ roles(first: 1000) { nodes { professions(first: 50) { nodes { slug } } } } }"


def nodes(query: str, facts: Facts | None = None, variables: Any = None, **limits: int) -> int:
    plans = Plans(SCHEMA, MODEL, Limits(**limits))
    if facts:
        plans.learn(facts)
    return plans.prepare(query, variables or {}, None).bound.estimated


def refused(query: str, facts: Facts | None = None, **limits: int) -> str:
    with pytest.raises(QueryTooComplex) as error:
        nodes(query, facts, **limits)
    return str(error.value)


def test_no_page_has_more_members_than_there_are() -> None:
    assert "51000 nodes" in refused(NESTED)
    assert nodes(NESTED, SMALL) == 90 + 90 * 6
    assert nodes("query ($n: Int) { roles(first: $n) { nodes { slug } } }", SMALL, {"n": 7}) == 7


def test_new_facts_hold_for_what_was_asked_before() -> None:
    plans = Plans(SCHEMA, MODEL, Limits())
    plans.learn(SMALL)
    plans.prepare(NESTED, {}, None)
    plans.learn(Facts({"Role": 5_000}, {**SMALL.degrees, ("WORKS_ACROSS", True): Degree(60, 20.0)}))
    with pytest.raises(QueryTooComplex, match="51000 nodes"):
        plans.prepare(NESTED, {}, None)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ roles(first: 400) { nodes { similar { score } } } }", "nodes"),
        (f"{{ {CHANGES} }}", "characters"),
        (f"{{ roles(first: 1000) {{ nodes {{ evidence {{ source {{ {LONG_KEYS} }} }} }} }} }}", "bytes"),
    ],
    ids=["similar", "changes", "bytes"],
)  # fmt: skip
def test_what_is_dear_is_refused(query: str, words: str) -> None:
    said = refused(query)
    assert words in said and "at most" in said


def test_conditions_on_related_nodes_are_walks() -> None:
    query = f"{{ roles(where: {CHAIN}) {{ totalCount }} }}"
    assert "may look at" in refused(query, SMALL) and "at most 3000000" in refused(query, SMALL)
    assert nodes(query) == 0, "where nothing is known, the deadline bounds it"
    one = "{ roles(where: {professions: {some: {node: {roles: {some: {}}}}}}) { totalCount } }"
    # 90 roles, 3 professions each, and 20 roles of each of these
    nodes(one, SMALL, estimated_steps=90 * 3 + 90 * 3 * 20)
    assert f"at {90 * 3 + 90 * 3 * 20} rel" in refused(one, SMALL, estimated_steps=5_669)


def test_a_field_that_is_refused_leaves_no_walk_to_the_next() -> None:
    one = "professions: {some: {node: {roles: {some: {}}}}}"
    query = f"query ($w: RoleWhere) {{ a: roles(where: $w) {{ totalCount }} b: roles(where: {{{one}}}) {{ totalCount }} }}"
    wrong = {"w": {"professions": {"some": {"node": {"name": {"contains": None}}}}}}
    plans = Plans(SCHEMA, MODEL, Limits(estimated_steps=90 * 3 + 90 * 3 * 20))
    plans.learn(SMALL)
    plans.prepare(query, wrong, None)  # `b` alone is asked, and is in bounds


@pytest.mark.parametrize(
    "condition", ["careerLevel: {level: {eq: 4}}", "careerLevelEdge: {confidence: {eq: SEED}}"]
)
def test_conditions_on_the_one_end_of_a_relationship_are_walks(condition: str) -> None:
    facts = Facts({"Role": 90}, {("AT_CAREER_LEVEL", True): Degree(1, 1.0)})
    query = f"{{ roles(where: {{{condition}}}) {{ totalCount }} }}"
    assert "at 90 rel" in refused(query, facts, estimated_steps=89)


def test_each_member_of_a_list_has_rows_of_its_own() -> None:
    query = "query ($t: [String!]!) { lookUp(texts: $t) { entity { evidence { confidence } } } }"
    one, many = (nodes(query, variables={"t": ["a"] * size}) for size in (1, 20))
    assert many - 10_000 == 20 * (one - 10_000) == 20 * (10 + 10 * 10)
