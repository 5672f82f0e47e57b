"""Wrong arguments of the questions, over real HTTP: a code, the place, the remedy."""

import json
from typing import Any

import httpx
import pytest

from tests.conftest import Service
from tests.http.test_bad_input import error_of

PATH = '{ path(from: "Role:midwife", to: "Role:ap-stroke"%s) { length } }'
LISTED = "{ roles { %s } }"
QUESTIONS: dict[str, tuple[str, str, str]] = {
    "unknown id": (
        '{ path(from: "Role:nobody", to: "Role:midwife") { length } }',
        "BAD_USER_INPUT",
        "path(from:) names 'Role:nobody', which is not in the graph. Look for it with `search`.",
    ),
    "unknown id of a gap": (
        '{ g: gap(from: "Role:midwife", to: "Role:nobody") { basis } }',
        "BAD_USER_INPUT",
        "g(to:) names 'Role:nobody'",
    ),
    "unknown id of a subgraph": (
        '{ subgraph(ids: ["Role:midwife", "Role:nobody"]) { truncated } }',
        "BAD_USER_INPUT",
        "subgraph(ids:) names 'Role:nobody'",
    ),
    "unknown id to bridge": (
        '{ bridges(between: ["Profession:nursing", "Profession:x"]) { totalCount } }',
        "BAD_USER_INPUT",
        "bridges(between:) names 'Profession:x'",
    ),
    "id of the wrong type": (
        '{ gap(from: "Profession:nursing", to: "Role:midwife") { basis } }',
        "BAD_USER_INPUT",
        "gap(from:) is 'Profession:nursing', which is not the id of a Role.",
    ),
    "bridge between a role": (
        '{ bridges(between: ["Role:midwife"]) { totalCount } }',
        "BAD_USER_INPUT",
        "not the id of a Profession or ServiceArea or Skill",
    ),
    "bridge between nothing": (
        "{ bridges(between: []) { totalCount } }",
        "BAD_USER_INPUT",
        "bridges(between:) is empty. Name at least one.",
    ),
    "bridge between one thing twice": (
        '{ bridges(between: ["Profession:nursing", "Profession:nursing"]) { totalCount } }',
        "BAD_USER_INPUT",
        "names 'Profession:nursing' twice",
    ),
    "no id at all": (PATH.replace("Role:midwife", "midwife") % "", "BAD_USER_INPUT", "path(from:)"),
    "maxLength 50": (
        PATH % ", maxLength: 50",
        "QUERY_TOO_COMPLEX",
        "path(maxLength:) is 50; at most 8 are allowed.",
    ),
    "maxLength 9": (PATH % ", maxLength: 9", "QUERY_TOO_COMPLEX", "path(maxLength:) is 9"),
    "maxLength 0": (PATH % ", maxLength: 0", "BAD_USER_INPUT", "path(maxLength:) is 0."),
    "via nothing": (PATH % ", via: []", "BAD_USER_INPUT", "path(via:) is empty."),
    "via no relationship": (PATH % ", via: [LOVES]", "GRAPHQL_VALIDATION_FAILED", "LOVES"),
    "hops 9": (
        '{ subgraph(ids: ["Role:midwife"], hops: 9) { truncated } }',
        "QUERY_TOO_COMPLEX",
        "subgraph(hops:) is 9; at most 3 are allowed.",
    ),
    "k 1000": (
        '{ paths(from: "Role:midwife", to: "Role:ap-stroke", k: 1000) { length } }',
        "QUERY_TOO_COMPLEX",
        "paths(k:) is 1000; at most 10 are allowed.",
    ),
    "k 11": (
        '{ paths(from: "Role:midwife", to: "Role:ap-stroke", k: 11) { length } }',
        "QUERY_TOO_COMPLEX",
        "paths(k:) is 11",
    ),
    "groups by nothing": (
        LISTED % "groups(by: []) { count }",
        "BAD_USER_INPUT",
        "roles.groups(by:) is empty. Name a key, such as SLUG.",
    ),
    "groups by a key twice": (
        LISTED % "g: groups(by: [STATUS, KIND, STATUS]) { count }",
        "BAD_USER_INPUT",
        "roles.g(by:) names STATUS twice.",
    ),
    "facets by nothing": (
        LISTED % "facets(by: []) { field }",
        "BAD_USER_INPUT",
        "roles.facets(by:) is empty.",
    ),
    "groups by what is no key": (
        LISTED % "groups(by: [COLOUR]) { count }",
        "GRAPHQL_VALIDATION_FAILED",
        "COLOUR",
    ),
    "no group at all": (
        LISTED % "groups(by: [KIND], first: -1) { count }",
        "BAD_USER_INPUT",
        "roles.groups(first:) is -1.",
    ),
    "too many groups": (
        LISTED % "groups(by: [KIND], first: 1001) { count }",
        "QUERY_TOO_COMPLEX",
        "roles.groups(first:) is 1001; at most 1000",
    ),
    "too many values of a facet": (
        LISTED % "facets(by: [KIND], first: 1001) { field values { count } }",
        "QUERY_TOO_COMPLEX",
        "roles.facets(first:) is 1001",
    ),
    "the same order twice": (
        "{ roles(orderBy: [{professionsCount: DESC}, {professionsCount: ASC}]) { totalCount } }",
        "BAD_USER_INPUT",
        "roles.orderBy[1] orders by professionsCount again.",
    ),
    "two keys on the way": (
        "{ roles(orderBy: [{careerLevel: {level: ASC, name: ASC}}]) { totalCount } }",
        "BAD_USER_INPUT",
        "roles.orderBy[0].careerLevel has 2 keys.",
    ),
    "no key on the way": (
        "{ roles(orderBy: [{careerLevel: {}}]) { totalCount } }",
        "BAD_USER_INPUT",
        "roles.orderBy[0].careerLevel has 0 keys.",
    ),
    "null measure": (
        "{ roles(where: {boundarySpan: {total: null}}) { totalCount } }",
        "BAD_USER_INPUT",
        "boundarySpan.total is null",
    ),
    "level in no axis": (
        "{ levels(axis: HEIGHT, value: 4) { value } }",
        "GRAPHQL_VALIDATION_FAILED",
        "HEIGHT",
    ),
    "empty search": (
        '{ search(query: "") { totalCount } }',
        "BAD_USER_INPUT",
        "search(query:) has no word in it. Give letters or digits.",
    ),
    "search without words": ('{ search(query: " ?! *") { totalCount } }', "BAD_USER_INPUT", "no word"),
    "code without a value": ('{ resolve(identifier: "SOC:") { matchType } }', "BAD_USER_INPUT", "is not a code"),
    "no code": ('{ resolve(identifier: "  ") { matchType } }', "BAD_USER_INPUT", "is not a code"),
    "unknown version": (
        '{ changes(since: "yesterday") { totalCount } }',
        "BAD_USER_INPUT",
        "changes(since:) names 'yesterday', which is not in the graph. Give a `version`",
    ),
    "ancestors of too many levels": (
        '{ role(slug: "midwife") { ancestors(maxDepth: 21) { depth } } }',
        "QUERY_TOO_COMPLEX",
        "role.ancestors(maxDepth:) is 21; at most 20",
    ),
    "too many alike": (
        '{ role(slug: "midwife") { similar(first: 101) { score } } }',
        "QUERY_TOO_COMPLEX",
        "role.similar(first:) is 101; at most 100",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_question(name: str, service: Service) -> None:
    query, code, words = QUESTIONS[name]
    status, found, message = error_of(service.post(query))
    assert (found, status == 400 or code == "BAD_USER_INPUT") == (code, True), message
    assert words in message


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($m: Int) { path(from: $a, to: $b, maxLength: $m) { length } }", {"m": 50}),
        ("query($k: [RoleKey!]!) { roles { groups(by: $k) { count } } }", {"k": []}),
        ("query($k: [RoleKey!]!) { roles { groups(by: $k) { count } } }", {"k": ["KIND"] * 2}),
    ],
)
def test_what_decides_a_plan_is_checked_in_variables_too(
    query: str, variables: dict[str, Any], service: Service
) -> None:
    query = query.replace("$a", '"Role:midwife"').replace("$b", '"Role:ap-stroke"')
    _, code, _ = error_of(service.post(query, variables=variables))
    assert code in ("BAD_USER_INPUT", "QUERY_TOO_COMPLEX")


def test_a_plan_is_kept_by_the_values_that_decide_it(service: Service) -> None:
    """The second value of a variable must not be answered by the plan of the first."""
    query = "query($k: [RoleKey!]!, $n: Int) { roles { groups(by: $k) { keys { field } } } role(slug: \"ap-stroke\") { ancestors(maxDepth: $n) { depth } } }"  # fmt: skip
    for keys, fields in ((["KIND"], ["kind"]), (["STATUS", "KIND"], ["status", "kind"])) * 2:
        data = service.post(query, variables={"k": keys, "n": len(keys)}).json()["data"]
        assert [key["field"] for key in data["roles"]["groups"][0]["keys"]] == fields


def test_contradictory_filters_are_an_empty_answer(service: Service) -> None:
    query = """{ roles(where: {and: [{status: {eq: CURRENT}}, {status: {eq: RETIRED}}]}) {
      totalCount nodes { slug } aggregate { count qualificationLevel { min sum avg } }
      groups(by: [KIND]) { count } distinct(field: KIND)
      facets(by: [STATUS, KIND]) { field values { value count } } } }"""
    found = service.post(query).json()["data"]["roles"]
    assert found["totalCount"] == 0 and found["nodes"] == [] and found["groups"] == []
    assert found["aggregate"] == {
        "count": 0,
        "qualificationLevel": {"min": None, "sum": 0.0, "avg": None},
    }
    assert found["distinct"] == []
    status, kind = found["facets"]
    # Both conditions are on the status itself: its own facet ignores them.
    assert status["values"] == [{"value": "CURRENT", "count": 90}] and kind["values"] == []


# Every limit, one below and one above


def _many(count: int, one: str) -> str:
    return "{ " + " ".join(one.replace("%", str(at)) for at in range(count)) + " }"


def _deep(levels: int) -> str:
    """`levels` levels of fields, of which each pair is a list and its nodes."""
    pairs = (levels - 2) // 2
    extra = "slug" if levels % 2 else "totalCount"
    inner = f"nodes {{ {extra} }}" if levels % 2 else extra
    text = "{ roles { "
    for _ in range(pairs):
        text += "nodes { broader(first: 1) { "
    return text.replace("roles {", "roles(first: 1) {") + inner + " } }" * pairs + " } }"


LIMITS: dict[str, tuple[str, str, str]] = {
    "aliases": (_many(20, "a%: __typename"), _many(31, "a%: __typename"), "31 aliases; at most 30"),
    "root fields": (
        _many(20, "__typename"),
        _many(21, "__typename"),
        "21 root fields; at most 20",
    ),
    "directives": (
        "{ __typename " + "@include(if: true) " * 1 + "}",
        "{ " + "roles { totalCount @include(if: true) } " * 51 + "}",
        "51 directives; at most 50",
    ),
    "depth": (_deep(12), _deep(13), "13 levels of fields; at most 12"),
    "fields": (
        "{ roles { nodes { " + "slug " * 497 + "} } }",
        "{ roles { nodes { " + "slug " * 499 + "} } }",
        "501 fields with its fragments expanded; at most 500",
    ),
    "tokens": (
        "{ roles { nodes { " + "slug " * 400 + "} } }" + " " * 5_000,
        "{ " + "__typename " * 2_001 + "}",
        "2000 tokens",
    ),
    "page size": (
        "{ roles(first: 1000) { nodes { slug } } }",
        "{ roles(first: 1001) { nodes { slug } } }",
        "roles(first:) is 1001; at most 1000",
    ),
    "list size": (
        "{ roles(where: {slug: {in: " + json.dumps(["x"] * 250) + "}}) { totalCount } }",
        "{ roles(where: {slug: {in: " + json.dumps(["x"] * 251) + "}}) { totalCount } }",
        "has 251 members; at most 250",
    ),
    "estimated nodes": (
        # Once the service knows the graph, a page counts as what the graph has at most.
        "{ roles(first: 1000) { nodes { professions(first: 49) { nodes { slug } } } } }",
        "{ roles(first: 1000) { nodes { narrower(first: 50) { nodes { findings(first: 50) { nodes"
        " { roles(first: 50) { nodes { slug } } } } } } } } }",
        "at most 50000 are allowed",
    ),
    "levels of filters": (
        "{ roles(where: " + "{not: " * 23 + "{}" + "}" * 23 + ") { totalCount } }",
        "{ roles(where: " + "{not: " * 25 + "{}" + "}" * 25 + ") { totalCount } }",
        "more than 24 levels of conditions",
    ),
    "length of a path": (PATH % ", maxLength: 8", PATH % ", maxLength: 9", "at most 8"),
    "characters of a search": (
        '{ search(query: "' + "a" * 250 + '") { totalCount } }',
        '{ search(query: "' + "a" * 251 + '") { totalCount } }',
        "has 251 characters; at most 250",
    ),
    "words of a search": (
        '{ search(query: "' + "a " * 32 + '") { totalCount } }',
        '{ search(query: "' + "a " * 33 + '") { totalCount } }',
        "has 33 words; at most 32",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limit_one_below_and_one_above(name: str, service: Service) -> None:
    below, above, words = LIMITS[name]
    response = service.post(below)
    assert response.status_code == 200 and "errors" not in response.json(), response.text[:500]
    status, code, message = error_of(service.post(above))
    assert (status, code) == (400, "QUERY_TOO_COMPLEX")
    assert words in message


# Search takes whatever people type

HOSTILE = [
    *("AND", "OR NOT", "NOT", "&& ||", "~", "a~", "~1 ~2", '"', '"unclosed', "\\", "a\\", "a\\b"),
    *("(", ")", "((a)", "[a TO b]", "{a TO b}", "a:b", "name:", ":", "*", "?", "a*b?c", "^4", "a^"),
    *("+a -b", "!a", "/re.*gex/", "a/b", "<mark>", "&amp;", "' OR 1=1 --", "$q", "${x}", "{{x}}"),
    *("MATCH (n) DETACH DELETE n", "n0", "//", "/* */", "`", "``", "%", "%00", "\t\n\r", "\u00a0"),
    *(
        "😀",
        "😀 nurse",
        "👩‍⚕️",
        "نرس",
        "تمريض عربي",
        "אחות",
        "\u202enurse\u202c",
        "看護師",
        "ナース",
        "ы",
        "ßtraße",
    ),
    *("é" * 50, "e\u0301", "ﬁ", "İ", "ǅ", "½", "①", "ﷺ", "\u200b", "\ufeff", "\u2028", "\u0301"),
    *(
        "a" * 249,
        "a b " * 16,
        "- " * 40,
        "nurse" * 40,
        "1",
        "0",
        "-1",
        "1e999",
        "NaN",
        "null",
        "true",
    ),
    *("a" * 10_000, "a " * 5_000, '"' * 10_000, "😀" * 3_000, "(" * 10_000, "*" * 10_000),
]
HOSTILE += [f"{left}nurse{right}" for left in '"(+-!~^:/\\*?[{&|' for right in '")~^:/\\*?]}&|'][
    :200
]


def test_hostile_searches_are_answered_or_refused(service: Service) -> None:
    assert len(HOSTILE) >= 200
    query = "query($q: String!) { search(query: $q, first: 2) { totalCount nodes { id } facets { type count } edges { score highlights } } }"  # fmt: skip
    bad: list[tuple[str, Any]] = []
    with httpx.Client(
        timeout=20, headers={"accept": "application/graphql-response+json"}
    ) as client:
        for text in HOSTILE:
            body = {"query": query, "variables": {"q": text}}
            found = client.post(f"{service.url}/graphql", json=body).json()
            codes = [error["extensions"]["code"] for error in found.get("errors", [])]
            if codes not in ([], ["BAD_USER_INPUT"], ["QUERY_TOO_COMPLEX"]):
                bad.append((text[:60], codes))
    assert bad == []


def test_surrogates_and_nul_in_a_search(service: Service) -> None:
    for text in ("a\\ud800b", "a\\u0000b"):
        body = '{"query": "query($q: String!) { search(query: $q) { totalCount } }", "variables": {"q": "%s"}}'
        response = httpx.post(
            f"{service.url}/graphql",
            content=(body % text).encode(),
            headers={
                "content-type": "application/json",
                "accept": "application/graphql-response+json",
            },
        )
        assert error_of(response)[1] in ("BAD_USER_INPUT", "BAD_REQUEST")
