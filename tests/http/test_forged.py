"""Numbers that no number holds, dates in other forms, cursors made by hand."""

import base64
import json
from typing import Any

import pytest

from tests.conftest import Service
from tests.http.test_bad_input import error_of

LARGE = {
    "lt": "{ findings(where: {value: {lt: 1e400}}) { totalCount } }",
    "a whole number": "{ findings(where: {value: {lt: %s}}) { totalCount } }" % ("9" * 400),
    "negative": "{ findings(where: {value: {gte: -1e400}}) { totalCount } }",
    "a member of a list": "{ findings(where: {value: {in: [1, 1e400]}}) { totalCount } }",
    "notIn": "{ findings(where: {value: {notIn: [1e400]}}) { totalCount } }",
    "a default": "query($f: Float = 1e400) { findings(where: {value: {ne: $f}}) { totalCount } }",
    "a default list": "query($f: [Float!] = [1e400]) { findings(where: {value: {in: $f}}) { totalCount } }",
    "a default filter": "query($f: FloatFilter = {eq: 1e400}) { findings(where: {value: $f}) { totalCount } }",
    "in a list of conditions": "{ findings(where: {or: [{value: {eq: 1e999}}]}) { totalCount } }",
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_numbers_beyond_a_double(name: str, service: Service) -> None:
    _, code, message = error_of(service.post(LARGE[name]))
    assert code == "BAD_USER_INPUT"
    assert message.startswith("findings(where:).") and "is too large a number" in message


def test_the_largest_numbers_are_numbers(service: Service) -> None:
    query = "{ findings(where: {value: {lt: 1.7e308, gt: -1.7e308}}) { totalCount } }"
    assert "errors" not in service.post(query).json()


@pytest.mark.parametrize(
    "text",
    [
        "2026-W48-1",
        "2026-330",
        "20261123",
        "2026-11-23T00",
        "\uff12\uff10\uff12\uff16-11-23",
        "2026-02-30",
    ],
)
def test_dates_in_other_forms(text: str, service: Service) -> None:
    query = '{ roles(where: {readOn: {eq: "%s"}}) { totalCount } }'
    assert error_of(service.post(query % text))[1] == "GRAPHQL_VALIDATION_FAILED"
    query = "query($d: Date) { roles(where: {readOn: {eq: $d}}) { totalCount } }"
    assert error_of(service.post(query, variables={"d": text}))[1] == "BAD_USER_INPUT"


LISTS = {
    "number": "roles(orderBy: [{qualificationLevel: ASC}], first: 2%s) { nodes { slug } pageInfo { endCursor } }",
    "count": "roles(orderBy: [{professionsCount: ASC}], first: 2%s) { nodes { slug } pageInfo { endCursor } }",
    "to-one": "roles(orderBy: [{careerLevel: {level: ASC}}], first: 2%s) { nodes { slug } pageInfo { endCursor } }",
    "text": "roles(orderBy: [{name: ASC}], first: 2%s) { nodes { slug } pageInfo { endCursor } }",
    "date": "roles(orderBy: [{readOn: ASC}], first: 2%s) { nodes { slug } pageInfo { endCursor } }",
    "enum": "roles(orderBy: [{kind: ASC}], first: 2%s) { nodes { slug } pageInfo { endCursor } }",
    "search": 'search(query: "nurse", first: 2%s) { nodes { id } pageInfo { endCursor } }',
    "changes": 'changes(since: "none", first: 2%s) { nodes { kind } pageInfo { endCursor } }',
}  # fmt: skip
AT = {"search": 2, "changes": 1}
"""Where the first key stands that is not the question's own."""
FORGED: list[tuple[str, Any]] = [
    *[(name, True) for name in LISTS],
    *[(name, ["x"]) for name in LISTS],
    *[(name, "5") for name in ("number", "count", "to-one", "search", "changes", "date", "enum")],
    *[(name, 5) for name in ("text", "date", "enum")],
    *[(name, 2**63) for name in ("number", "count", "to-one", "changes")],
    *[(name, None) for name in ("count", "text", "search", "changes")],
    *[(name, 1.5) for name in ("number", "count", "changes")],
    *[(name, "a\0b") for name in ("text", "enum")],
]


def _cursor(values: list[Any], text: str = "") -> str:
    return base64.urlsafe_b64encode((text or json.dumps(values)).encode()).decode().rstrip("=")


def _values(service: Service, name: str) -> list[Any]:
    page = service.post(f"{{ a: {LISTS[name] % ''} }}").json()["data"]["a"]
    cursor = page["pageInfo"]["endCursor"]
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


@pytest.mark.parametrize(("name", "value"), FORGED)
@pytest.mark.parametrize("bound", ["after", "before"])
def test_a_key_of_a_cursor_is_checked(name: str, value: Any, bound: str, service: Service) -> None:
    values = _values(service, name)
    query = f"query($c: String) {{ a: {LISTS[name] % f', {bound}: $c'} }}"
    page = service.post(query, variables={"c": _cursor(values)}).json()
    assert "errors" not in page, "the real one is taken"
    values[AT.get(name, 1)] = value
    _, code, message = error_of(service.post(query, variables={"c": _cursor(values)}))
    assert code == "BAD_USER_INPUT" and message.startswith(f"a({bound}:)")


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_with_keys_more_or_less(name: str, service: Service) -> None:
    values = _values(service, name)
    query = f"query($c: String) {{ a: {LISTS[name] % ', after: $c'} }}"
    shown = json.dumps(values)
    damaged = [
        *(_cursor(values[:-1]), _cursor([*values, "x"]), _cursor(values[:1]), _cursor([])),
        *(_cursor(values)[:-2], _cursor(values)[2:], "%", "é", "a" * 5_000, "WyJh" * 2_000),
        *(_cursor([], shown[:-1] + ", NaN]"), _cursor([], shown.replace(", ", ", 1e400, ", 1))),
        *(_cursor([], "[" * 2_000), _cursor([], '{"a": 1}'), _cursor([], "null")),
    ]
    for cursor in damaged:
        _, code, message = error_of(service.post(query, variables={"c": cursor}))
        assert code == "BAD_USER_INPUT" and message.startswith("a(after:)"), cursor[:80]
