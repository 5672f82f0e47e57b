"""Bad input over real HTTP: each answer has a code, names the place and says what to do."""

import json
from typing import Any

import httpx
import pytest

from tests.conftest import Service

GRAPHQL = {"accept": "application/graphql-response+json"}
JSON = {"content-type": "application/json", **GRAPHQL}


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message; a request that was run has 200, and null in the field's place."""
    body = response.json()
    first = body["errors"][0]
    assert ("data" in body) == ("path" in first) == (response.status_code == 200), body
    assert not any((body.get("data") or {}).values())
    return response.status_code, first["extensions"]["code"], first["message"]


CURSOR = "query($c: String) { roles(after: $c) { nodes { slug } } }"
QUERIES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "unknown field": (
        "{ roles { nodes { nam } } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
        "Did you mean 'name'",
    ),
    "unknown argument": (
        "{ roles(firts: 1) { totalCount } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
        "firts",
    ),
    "wrong type": ('{ roles(first: "x") { totalCount } }', {}, "GRAPHQL_VALIDATION_FAILED", "Int"),
    "no document": ("", {}, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
    "not GraphQL": ("{ roles(", {}, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
    "missing variable": (
        "query($s: String!) { role(slug: $s) { name } }",
        {},
        "BAD_USER_INPUT",
        "$s",
    ),
    "variable of another type": (
        "query($s: String!) { role(slug: $s) { name } }",
        {"variables": {"s": 3}},
        "BAD_USER_INPUT",
        "$s",
    ),
    "two operations without a name": (
        "query A { __typename } query B { __typename }",
        {},
        "OPERATION_RESOLUTION_FAILURE",
        "A, B",
    ),
    "an operation that is not there": (
        "query A { __typename }",
        {"operationName": "C"},
        "OPERATION_RESOLUTION_FAILURE",
        "'C'",
    ),
    "first -1": (
        "{ roles(first: -1) { totalCount nodes { slug } } }",
        {},
        "BAD_USER_INPUT",
        "roles(first:) is -1. Give a number from 0 to 1000.",
    ),
    "first 100000": (
        "{ roles(first: 100000) { nodes { slug } } }",
        {},
        "QUERY_TOO_COMPLEX",
        "roles(first:) is 100000; at most 1000 are allowed.",
    ),
    "nested last too large": (
        '{ role(slug: "midwife") { professions(last: 1001) { nodes { slug } } } }',
        {},
        "QUERY_TOO_COMPLEX",
        "role.professions(last:) is 1001",
    ),
    "first and last": (
        "{ roles(first: 1, last: 1) { totalCount } }",
        {},
        "BAD_USER_INPUT",
        "both `first` and `last`",
    ),
    "broken cursor": (
        CURSOR,
        {"variables": {"c": "%%%"}},
        "BAD_USER_INPUT",
        "roles(after:) is not a cursor.",
    ),
    "cursor of nonsense": (
        CURSOR,
        {"variables": {"c": "W10"}},
        "BAD_USER_INPUT",
        "roles(after:) is not a cursor.",
    ),
    "id of no type": (
        '{ nodes(ids: ["Rule:x"]) { id } }',
        {},
        "BAD_USER_INPUT",
        "nodes(ids:) is 'Rule:x'",
    ),
    "NUL": (
        "query($s: String!) { role(slug: $s) { name } }",
        {"variables": {"s": "a\0b"}},
        "BAD_USER_INPUT",
        "role(slug:) holds a NUL character.",
    ),
    "NUL in a list": (
        '{ lookUp(texts: ["R0017", "a\\u0000"]) { text } }',
        {},
        "BAD_USER_INPUT",
        "lookUp(texts:) holds a NUL character.",
    ),
    "an empty text in a list": (
        '{ lookUp(texts: ["R0017", " "]) { text } }',
        {},
        "BAD_USER_INPUT",
        "lookUp(texts:)[1] is empty.",
    ),
    "NUL in a filter": (
        '{ roles(where: {name: {contains: "\\u0000"}}) { totalCount } }',
        {},
        "BAD_USER_INPUT",
        "roles(where:).name.contains holds a NUL",
    ),
    "2^63 in a literal": (
        "{ roles(first: 9223372036854775808) { totalCount } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
        "32-bit",
    ),
    "2^63 in a variable": (
        "query($n: Int) { roles(first: $n) { totalCount } }",
        {"variables": {"n": 2**63}},
        "BAD_USER_INPUT",
        "$n",
    ),
    "null operator": (
        "{ roles(where: {name: {eq: null}}) { totalCount } }",
        {},
        "BAD_USER_INPUT",
        "roles(where:).name.eq is null.",
    ),
    "null filter": (
        "query($w: TextFilter) { roles(where: {name: $w}) { totalCount } }",
        {"variables": {"w": None}},
        "BAD_USER_INPUT",
        "name is null",
    ),
    "null in a list": (
        "query($w: TextFilter) { roles(where: {name: $w}) { totalCount } }",
        {"variables": {"w": {"in": ["a", None]}}},
        "BAD_USER_INPUT",
        "$w",
    ),
    "two keys in one order": (
        "{ roles(orderBy: [{name: ASC, slug: ASC}]) { totalCount nodes { slug } } }",
        {},
        "BAD_USER_INPUT",
        "roles.orderBy[0] has 2 keys.",
    ),
    "no date": (
        '{ roles(where: {readOn: {lt: "yesterday"}}) { totalCount } }',
        {},
        "GRAPHQL_VALIDATION_FAILED",
        "2026-11-23",
    ),
    "long list": (
        "query($s: [String!]) { roles(where: {slug: {in: $s}}) { totalCount } }",
        {"variables": {"s": ["x"] * 251}},
        "QUERY_TOO_COMPLEX",
        "has 251 members; at most 250",
    ),
    "filter of many relationships": (
        "{ roles(where: "
        + "{broader: {some: {node: " * 30
        + "{}"
        + "}}}" * 30
        + ") { totalCount } }",
        {},
        "QUERY_TOO_COMPLEX",
        "more than 24 levels of conditions",
    ),
    "filter of many nots": (
        "query($w: RoleWhere) { roles(where: $w) { totalCount } }",
        {"variables": {"w": json.loads('{"not":' * 26 + "{}" + "}" * 26)}},
        "QUERY_TOO_COMPLEX",
        "more than 24 levels",
    ),
    "filter deeper than Python's stack": (
        "{ roles(where: " + "{not: " * 480 + "{}" + "}" * 480 + ") { totalCount } }",
        {},
        "QUERY_TOO_COMPLEX",
        "",
    ),
    "mutation": ("mutation { __typename }", {}, "GRAPHQL_VALIDATION_FAILED", "mutation"),
    "too deep": (
        "{ roles " + "{ nodes { broader " * 6 + "{ totalCount }" + "}}" * 6 + "}",
        {},
        "QUERY_TOO_COMPLEX",
        "14 levels of fields; at most 12",
    ),
    "too many aliases": (
        "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }",
        {},
        "QUERY_TOO_COMPLEX",
        "31 aliases; at most 30",
    ),
    "too many tokens": ("{ " + "__typename " * 2001 + "}", {}, "QUERY_TOO_COMPLEX", "2000 tokens"),
    "deeper than Python's stack": ("{ a" * 900 + "}" * 900, {}, "QUERY_TOO_COMPLEX", "levels"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_query(name: str, service: Service) -> None:
    query, more, code, words = QUERIES[name]
    response = service.post(query, **more)
    status, found, message = error_of(response)
    assert (found, status == 400 or code == "BAD_USER_INPUT") == (code, True), message
    assert words in message
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


def test_a_cursor_of_another_list_or_order(service: Service) -> None:
    cursor = service.post("{ roles(first: 1) { pageInfo { endCursor } } }").json()["data"]["roles"][
        "pageInfo"
    ]["endCursor"]
    for other in ("professions(after: $c)", "roles(after: $c, orderBy: [{name: ASC}])"):
        response = service.post(
            f"query($c: String) {{ {other} {{ nodes {{ slug }} }} }}", variables={"c": cursor}
        )
        assert error_of(response)[1:] == (
            "BAD_USER_INPUT",
            f"{other.split('(')[0]}(after:) is the cursor of another list or of another order. Use it with the field and"
            " `orderBy` that it came from, or start without it.",
        )


def test_a_slug_that_is_not_there_is_null(service: Service) -> None:
    response = service.post('{ role(slug: "no-such-role") { name } node(id: "Role:no") { id } }')
    assert (response.status_code, response.json()) == (200, {"data": {"role": None, "node": None}})


BODIES: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "not JSON": (b"{", JSON, 400, "BAD_REQUEST"),
    "invalid UTF-8": (b'{"query": "\xff"}', JSON, 400, "BAD_REQUEST"),
    "lone surrogate": (
        b'{"query": "{ role(slug: \\"\\ud800\\") { name } }"}',
        JSON,
        400,
        "BAD_REQUEST",
    ),
    "no query": (b'{"variables": {}}', JSON, 400, "BAD_REQUEST"),
    "query is a number": (b'{"query": 1}', JSON, 400, "BAD_REQUEST"),
    "variables are a list": (
        b'{"query": "{ __typename }", "variables": []}',
        JSON,
        400,
        "BAD_REQUEST",
    ),
    "a batch": (b'[{"query": "{ __typename }"}]', JSON, 400, "BAD_REQUEST"),
    "a string": (b'"{ __typename }"', JSON, 400, "BAD_REQUEST"),
    "text/plain": (
        b'{"query": "{ __typename }"}',
        {"content-type": "text/plain", **GRAPHQL},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "no content type": (b'{"query": "{ __typename }"}', GRAPHQL, 415, "UNSUPPORTED_MEDIA_TYPE"),
    "another charset": (
        b'{"query": "{ __typename }"}',
        {"content-type": "application/json; charset=utf-16", **GRAPHQL},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "1 MB": (
        json.dumps({"query": "{ __typename }", "variables": {"x": "y" * 1_000_000}}).encode(),
        JSON,
        413,
        "PAYLOAD_TOO_LARGE",
    ),
    "deep JSON": (b'{"query":' + b"[" * 40_000 + b"]" * 40_000 + b"}", JSON, 400, "BAD_REQUEST"),
}


@pytest.mark.parametrize("name", BODIES)
def test_body(name: str, service: Service) -> None:
    body, headers, status, code = BODIES[name]
    response = httpx.post(f"{service.url}/graphql", content=body, headers=headers, timeout=10)
    assert error_of(response)[:2] == (status, code)


def test_a_body_in_chunks_is_limited_too(service: Service) -> None:
    def chunks() -> Any:
        for _ in range(200):
            yield b" " * 1_000

    response = httpx.post(f"{service.url}/graphql", content=chunks(), headers=JSON, timeout=10)
    assert error_of(response)[:2] == (413, "PAYLOAD_TOO_LARGE")


def test_a_lone_surrogate_in_a_literal(service: Service) -> None:
    """GraphQL's own escapes reach further than JSON's."""
    response = service.post('{ role(slug: "\\\\uD800") { name } }'.replace("\\\\", "\\"))
    assert error_of(response)[1] in ("GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT")


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("?query={__typename}&query={__typename}", 400, "BAD_REQUEST"),
        ("?query={__typename}&variables=[", 400, "BAD_REQUEST"),
        ("?query=%FF", 400, "BAD_REQUEST"),
        ("?variables={}", 400, "BAD_REQUEST"),
    ],
)
def test_get(url: str, status: int, code: str, service: Service) -> None:
    assert error_of(httpx.get(f"{service.url}/graphql{url}", headers=GRAPHQL))[:2] == (status, code)


def test_methods_and_media_types(service: Service) -> None:
    response = httpx.delete(f"{service.url}/graphql", headers=GRAPHQL)
    assert error_of(response)[:2] == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, POST"
    response = httpx.post(
        f"{service.url}/graphql", json={"query": "{x}"}, headers={"accept": "image/png"}
    )
    assert error_of(response)[:2] == (406, "BAD_REQUEST")
    for accept, expected in (
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        (
            "application/graphql-response+json, application/json;q=0.9",
            "application/graphql-response+json",
        ),
        ("application/graphql-response+json;q=0.1, application/json", "application/json"),
    ):
        response = httpx.post(
            f"{service.url}/graphql", json={"query": "{ x }"}, headers={"accept": accept}
        )
        assert response.headers["content-type"] == f"{expected}; charset=utf-8", accept
        assert response.status_code == (200 if expected == "application/json" else 400)


def test_nothing_there(service: Service) -> None:
    assert error_of(httpx.get(f"{service.url}/nothing"))[:2] == (404, "BAD_REQUEST")
    assert error_of(httpx.get(f"{service.url}/static/../cli.py"))[0] == 404
    assert error_of(httpx.post(f"{service.url}/livez"))[:2] == (405, "METHOD_NOT_ALLOWED")


def test_a_fan_out_of_fragments_is_refused_as_it_is_read(service: Service) -> None:
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40)]
    query = (
        "{ ...F0 } " + " ".join(fragments) + " fragment F40 on Query { __typename a: __typename }"
    )
    response = service.post(query)
    assert error_of(response)[1] == "QUERY_TOO_COMPLEX"
    cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    assert error_of(service.post(cycle))[1] == "GRAPHQL_VALIDATION_FAILED"


def test_other_addresses(service: Service) -> None:
    assert httpx.get(f"{service.url}/livez").json() == {"status": "up"}
    assert httpx.get(f"{service.url}/readyz").json()["status"] == "ready"
    sdl = httpx.get(f"{service.url}/schema.graphql")
    assert "type Role implements" in sdl.text
    assert sdl.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        "{ roles(first: %s) { totalCount } }" % ("9" * 5_000),
        '{ roles(first: "%s") { totalCount } }' % ("x" * 50_000),
        "{ %s }" % ("x" * 50_000),
        "query($c: Int) { roles(first: $c) { totalCount } }",
    ],
    ids=["number", "text", "name", "variable"],
)
def test_what_is_long_is_not_echoed_whole(service: Service, query: str) -> None:
    answer = service.post(query, variables={"c": "x" * 50_000})
    assert len(answer.content) < 2_500
    assert "error" in answer.text and "integer string conversion" not in answer.text
