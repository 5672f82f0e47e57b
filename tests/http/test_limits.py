"""Each limit by other ways: behind a fragment's spread, an inline fragment, and nests of both."""

from collections.abc import Callable

import pytest

from tests.conftest import Service
from tests.http.test_bad_input import error_of

Wrap = Callable[[str, str], str]
"""Puts fields of a type behind something: (fields, type) -> a document."""


def _spread(fields: str, type_: str) -> str:
    return f"...A }} fragment A on {type_} {{ {fields}"


def _inline(fields: str, type_: str) -> str:
    return f"... on {type_} {{ {fields} }}"


WAYS: dict[str, Wrap] = {
    "plain": lambda fields, _: fields,
    "spread": _spread,
    "inline fragment": _inline,
    "inline fragment of no type": lambda fields, _: f"... {{ {fields} }}",
    "inline in inline": lambda fields, type_: _inline(_inline(fields, type_), type_),
    "spread in spread": lambda fields, type_: (
        f"...A }} fragment A on {type_} {{ ...B }} fragment B on {type_} {{ {fields}"
    ),
    "spread in inline": lambda fields, type_: (
        f"... on {type_} {{ ...A }} }} fragment A on {type_} {{ {fields}"
    ),
    "inline in spread": lambda fields, type_: _spread(_inline(fields, type_), type_),
}


def _many(count: int, one: str) -> str:
    return " ".join(one.replace("%", str(at)) + ";" for at in range(count))


def _deep(levels: int) -> str:
    inner = "roles(first: 1) { " + "nodes { broader(first: 1) { " * ((levels - 2) // 2)
    last = "nodes { slug }" if levels % 2 else "totalCount"
    return inner + last + " } }" * ((levels - 2) // 2) + " }"


LIMITS: dict[str, tuple[Callable[[int], str], int, str]] = {
    "root fields": (lambda count: _many(count, "limits { depth }"), 20, "root fields"),
    "root fields that are one": (lambda count: _many(count, "__typename"), 20, "root fields"),
    "aliases": (lambda count: _nested(_many(count, "a%: slug")), 30, "aliases"),
    "directives": (
        lambda count: _nested(_many(count, "slug @include(if: true)")),
        50,
        "directives",
    ),
    "depth": (_deep, 12, "levels of fields"),
    "fields": (
        lambda count: _nested(_many(count - 2, "slug")),
        500,
        "fields with its fragments expanded",
    ),
}


def _nested(fields: str) -> str:
    return f"roles {{ nodes {{ {fields} }} }}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", LIMITS)
def test_limit_by_another_way(limit: str, way: str, service: Service) -> None:
    make, most, words = LIMITS[limit]
    below, above = (
        f"{{ {WAYS[way](make(count), 'Query')} }}".replace(";", "") for count in (most, most + 1)
    )
    assert "errors" not in service.post(below).json(), below
    status, code, message = error_of(service.post(above))
    assert (status, code) == (400, "QUERY_TOO_COMPLEX"), message
    assert f"{most + 1} {words}; at most {most} are allowed" in message


@pytest.mark.parametrize("way", WAYS)
def test_tokens_by_another_way(way: str, service: Service) -> None:
    document = f"{{ {WAYS[way](_many(2_001, '__typename'), 'Query')} }}".replace(";", "")
    assert "2000 tokens" in error_of(service.post(document))[2]


def test_a_fragment_counts_as_often_as_it_is_spread(service: Service) -> None:
    fragment = "fragment F on Query { limits { depth } }"
    query = f"{{ {'...F ' * 21} }} {fragment}"
    assert "21 root fields" in error_of(service.post(query))[2]


def test_root_fields_half_behind_a_spread(service: Service) -> None:
    half = " ".join(["limits { depth }"] * 10)
    query = f"{{ {half} ...F }} fragment F on Query {{ {half} %s }}"
    assert "errors" not in service.post(query % "").json()
    assert "21 root fields" in error_of(service.post(query % "__typename"))[2]
