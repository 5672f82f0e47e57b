"""What goes wrong in one field: its error has a path, and the others are answered.

The right answers are graphql-core's: it executes the same operation with plain resolvers.
"""

import json
from typing import Any

import pytest
from graphql import execute_sync, parse

from tests.conftest import SCHEMA, Service

BESIDE = "b: limits { depth }"
ROLE = '{ role(slug: "midwife") '
NULL: dict[str, str] = {
    "a slug": 'query($v: String = "midwife") { a: role(slug: $v) { slug } %s }',
    "an id": 'query($v: ID = "Role:midwife") { a: node(id: $v) { id } %s }',
    "a member of ids": 'query($v: ID = "Role:midwife") { a: nodes(ids: [$v]) { id } %s }',
    "ids": 'query($v: [ID!] = ["Role:midwife"]) { a: nodes(ids: $v) { id } %s }',
    "words": 'query($v: String = "nurse") { a: search(query: $v) { totalCount } %s }',
    "a member of types": 'query($v: EntityType = ROLE) { a: search(query: "nurse", types: [$v]) { totalCount } %s }',
    "an axis of a matrix": "query($v: OverlapAxis = SKILL) { a: overlap(rows: $v, columns: SKILL) { truncated } %s }",
    "the start of a path": 'query($v: ID = "Role:midwife") { a: path(from: $v, to: "Role:ap-stroke") { length } %s }',
    "a relationship of a path": 'query($v: RelationshipType = REQUIRES) { a: path(from: "Role:midwife", to: "Role:ap-stroke", via: [$v]) { length } %s }',
    "an axis": "query($v: LevelAxis = PAY_BAND) { a: levels(axis: $v, value: 4) { value } %s }",
    "a level": "query($v: Int = 4) { a: levels(axis: PAY_BAND, value: $v) { value } %s }",
    "a code": 'query($v: String = "SOC:6131") { a: resolve(identifier: $v) { matchType } %s }',
    "a version": 'query($v: String = "none") { a: changes(since: $v) { totalCount } %s }',
    "an end of a gap": 'query($v: ID = "Role:midwife") { a: gap(from: $v, to: "Role:midwife") { basis } %s }',
    "what is bridged": 'query($v: ID = "Profession:nursing") { a: bridges(between: [$v]) { totalCount } %s }',
    "a centre": 'query($v: ID = "Role:midwife") { a: subgraph(ids: [$v]) { truncated } %s }',
    "a key of facets": "query($v: RoleKey = KIND) { a: roles { facets(by: [$v]) { field } } %s }",
    "a member of a filter's list": 'query($v: String = "x") { a: roles(where: {slug: {in: [$v]}}) { totalCount } %s }',
    "a member of and": "query($v: RoleWhere = {}) { a: roles(where: {and: [$v]}) { totalCount } %s }",
    "a member of an order": "query($v: RoleOrder = {name: ASC}) { a: roles(orderBy: [$v]) { totalCount } %s }",
    "a scheme": 'query($v: String = "SOC") { a: role(slug: "midwife") { identifiers(schemes: [$v]) { value } } %s }',
    "include": 'query($v: Boolean = true) { a: role(slug: "midwife") { slug name @include(if: $v) } %s }',
    "skip": 'query($v: Boolean = true) { a: role(slug: "midwife") { slug ... @skip(if: $v) { name } } %s }',
    "include of a root field": 'query($v: Boolean = true) { a: role(slug: "midwife") @include(if: $v) { slug } %s }',
    "include below nothing": 'query($v: Boolean = true) { a: role(slug: "nobody") { slug @include(if: $v) } %s }',
    "include in a list": 'query($v: Boolean = true) { a: roles(first: 2) { nodes { slug @include(if: $v) } } %s }',
    "the name of a type": 'query($v: String = "Role") { a: __type(name: $v) { name } %s }',
}  # fmt: skip
_ROLES = {"nodes": [{"slug": "x"}, {"slug": "y"}], "totalCount": 2}
_PLAIN: dict[str, Any] = {"limits": {"depth": 12}, "roles": _ROLES, "role": {"slug": "midwife"}}


def by_the_executor(query: str, variables: dict[str, Any]) -> tuple[Any, list[tuple[Any, str]]]:
    """Data, and the path and message of each error; a role that is named `nobody` is not there."""

    def resolve(source: Any, info: Any, **given: Any) -> Any:
        if given.get("slug") == "nobody":
            return None
        return (source or _PLAIN).get(info.field_name)

    found = execute_sync(SCHEMA, parse(query), variable_values=variables, field_resolver=resolve)
    return found.data, [(error.path, error.message) for error in found.errors or ()]


@pytest.mark.parametrize("name", NULL)
def test_null_by_a_variable_where_there_must_be_a_value(name: str, service: Service) -> None:
    query = NULL[name] % BESIDE
    response = service.post(query, variables={"v": None})
    body = response.json()
    data, errors = by_the_executor(query, {"v": None})
    assert response.status_code == 200
    assert (body["data"] is None) == (data is None)
    if data is not None:
        assert body["data"] == data
    told = [(error.get("path"), error["message"]) for error in body.get("errors", [])]
    assert told == errors
    assert all(e["extensions"]["code"] == "BAD_USER_INPUT" for e in body.get("errors", []))
    # The same variables left out: the default stands, and the plan of null must not.
    assert "errors" not in service.post(query).json()


IDS: dict[str, tuple[str, Any, list[Any]]] = {
    "may be null": (
        '{ a: path(from: "Role:nobody", to: "Role:midwife") { length } b: roles { totalCount } }',
        {"a": None, "b": {"totalCount": 90}},
        [["a"]],
    ),
    "two that may be null": (
        '{ a: path(from: "Role:nobody", to: "Role:no") { length } b: pathway(from: "Role:no", to: "Role:midwife") { ways { length } } role(slug: "midwife") { slug } }',
        {"a": None, "b": None, "role": {"slug": "midwife"}},
        [["a"], ["b"]],
    ),
    "where the record has rows for it": (
        '{ b: roles { totalCount } a: gap(from: "Role:nobody", to: "Role:midwife") { basis } c: subgraph(ids: ["Role:midwife", "Role:no"]) { truncated } d: changes(since: "yesterday") { totalCount } }',
        {"b": {"totalCount": 90}, "a": None, "c": None, "d": None},
        [["a"], ["c"], ["d"]],
    ),
    "of a field that must not be null": (
        '{ a: path(from: "Role:no", to: "Role:midwife") { length } b: search(query: "") { totalCount } c: path(from: "Role:no", to: "Role:midwife") { length } }',
        None,
        [["a"], ["b"]],
    ),
    "beside introspection": (
        '{ a: path(from: "Role:no", to: "Role:midwife") { length } __type(name: "RoleKind") { name } }',
        {"a": None, "__type": {"name": "RoleKind"}},
        [["a"]],
    ),
    "beside another field's wrong argument": (
        '{ a: path(from: "Role:no", to: "Role:midwife") { length } role(slug: "midwife") { skills(first: -1) { totalCount } } }',
        {"a": None, "role": None},
        [["a"], ["role", "skills"]],
    ),
    "of the wrong form": (
        '{ a: node(id: "nonsense") { id } b: role(slug: "midwife") { slug } }',
        {"a": None, "b": {"slug": "midwife"}},
        [["a"]],
    ),
    "of the wrong form, in a variable": (
        'query($n: ID!) { a: node(id: $n) { id } b: role(slug: "midwife") { slug } }',
        {"a": None, "b": {"slug": "midwife"}},
        [["a"]],
    ),
    "not found": ('{ node(id: "Role:no") { id } nodes(ids: ["Role:no"]) { id } role(slug: "no") { slug } }', {"node": None, "nodes": [None], "role": None}, []),
    "of a field that is not run": (
        '{ role(slug: "nobody") { skills(first: -1) { totalCount } professions(after: "x") { totalCount } similar(first: -1) { score } } }',
        {"role": None},
        [],
    ),
    "of a field that is skipped": (
        '{ role(slug: "midwife") { slug skills(first: -1) @skip(if: true) { totalCount } } }',
        {"role": {"slug": "midwife"}},
        [],
    ),
    "of a field that is run for each": (
        '{ a: node(id: "Role:midwife") { ... on Role { skills { nodes { slug roles(first: -1) { totalCount } } } } } b: nodes(ids: ["Role:midwife", "Profession:nursing", "Role:no"]) { id ... on Role { skills(first: -1) { totalCount } } } }',
        {"a": {"skills": {"nodes": []}}, "b": [None, {"id": "Profession:nursing"}, None]},
        [["b", 0, "skills"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IDS)
def test_an_argument_that_cannot_be_used_fails_its_field(name: str, service: Service) -> None:
    query, data, paths = IDS[name]
    response = service.post(query, variables={"n": "nonsense"} if "$n" in query else None)
    body = response.json()
    assert (response.status_code, body["data"]) == (200, data), body
    errors = body.get("errors", [])
    assert [error["path"] for error in errors] == paths
    for error in errors:
        assert error["extensions"]["code"] == "BAD_USER_INPUT" and error["locations"]


def test_what_an_argument_fails_with_names_it(service: Service) -> None:
    [error] = service.post(IDS["may be null"][0]).json()["errors"]
    assert error == {
        "message": "a(from:) names 'Role:nobody', which is not in the graph. Look for it with `search`.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["a"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }


def test_a_limit_refuses_the_whole_request(service: Service) -> None:
    """What the document asks for is known before anything is run."""
    query = '{ role(slug: "nobody") { skills(first: 1001) { totalCount } } }'
    response = service.post(query)
    assert response.status_code == 400 and "data" not in response.json()


def test_a_field_that_failed_does_not_stay_in_the_plan(service: Service) -> None:
    query = "query($n: Int) { role(slug: \"ap-stroke\") { professions(first: $n) { totalCount nodes { slug } } } }"  # fmt: skip
    for size, fails in ((1, False), (-1, True), (2, False), (-1, True), (0, False)):
        body = service.post(query, variables={"n": size}).json()
        assert ("errors" in body) == fails
        if not fails:
            assert len(body["data"]["role"]["professions"]["nodes"]) <= size


EMPTY = {
    "first": "{ roles(first: 0) { totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
    "last": "{ roles(last: 0) { totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_a_page_of_none_has_totals(name: str, service: Service) -> None:
    found = service.post(EMPTY[name]).json()["data"]["roles"]
    more = {"hasNextPage": name == "first", "hasPreviousPage": name == "last"}
    assert found == {
        "totalCount": 90,
        "nodes": [],
        "pageInfo": {**more, "startCursor": None, "endCursor": None},
    }


def test_none_of_every_other_list(service: Service) -> None:
    query = """{ roles { groups(by: [KIND], first: 0) { count } distinct(field: KIND, first: 0)
      facets(by: [KIND], first: 0) { values { count } } }
      role(slug: "ap-stroke") { similar(first: 0) { score } }
      search(query: "nurse", first: 0) { totalCount nodes { id } }
      subgraph(ids: ["Role:midwife"], first: 0) { truncated nodes { id } edges { from } } }"""
    found = service.post(query).json()["data"]
    assert found["roles"] == {"groups": [], "distinct": [], "facets": [{"values": []}]}
    assert found["role"] == {"similar": []}
    assert found["search"]["totalCount"] > 0 and found["search"]["nodes"] == []
    assert found["subgraph"] == {"truncated": True, "nodes": [], "edges": []}


@pytest.mark.parametrize("cursor", ["", None])
@pytest.mark.parametrize("bound", ["after", "before"])
def test_an_empty_cursor_is_none(bound: str, cursor: str | None, service: Service) -> None:
    plain = service.post("{ roles(first: 2) { nodes { slug } } }").json()
    literal = "null" if cursor is None else json.dumps(cursor)
    inline = service.post(f"{{ roles(first: 2, {bound}: {literal}) {{ nodes {{ slug }} }} }}")
    query = f"query($c: String) {{ roles(first: 2, {bound}: $c) {{ nodes {{ slug }} }} }}"
    # A cursor that is one comes first: its plan is not the plan of none.
    page = "{ roles(first: 1) { pageInfo { endCursor } } }"
    real = service.post(page).json()["data"]["roles"]["pageInfo"]["endCursor"]
    assert service.post(query, variables={"c": real}).json() != plain
    by_variable = service.post(query, variables={"c": cursor})
    assert inline.json() == by_variable.json() == plain


def test_a_persisted_querys_hash_alone(service: Service) -> None:
    import httpx

    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    posted = httpx.post(f"{service.url}/graphql", json={"extensions": extensions})
    got = httpx.get(f"{service.url}/graphql", params={"extensions": json.dumps(extensions)})
    for response in (posted, got):
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"
        assert error["message"] == "PersistedQueryNotSupported"  # what clients look for
    query = {"query": "{ __typename }", "extensions": extensions}
    assert httpx.post(f"{service.url}/graphql", json=query).json() == {
        "data": {"__typename": "Query"}
    }
