"""Stages that can be tried alone."""

import time
from typing import Any

import pytest
from graphql import parse

from graph.compiler.document import read_document
from graph.compiler.order import cursor_reader, encode_cursor, fingerprint
from graph.compiler.rowtypes import cursor_type
from graph.compiler.source import SortKey
from graph.compiler.values import shape
from graph.cypher import ast, escape
from graph.cypher.env import Environment
from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping.fold import fold
from graph.mapping.model import Kind
from graph.settings import Limits
from tests.conftest import SCHEMA


def test_names_are_given_at_render_time_and_in_order() -> None:
    node_, binding = ast.Variable(), object()
    tree = ast.Return([(ast.Operation(ast.Get(node_, "name"), "=", ast.Parameter(binding)), "r0")])
    texts = set()
    for _ in range(2):
        environment = Environment()
        texts.add(tree.render(environment))
        assert environment.parameters == [binding]
    assert texts == {"RETURN n0.name = $p0 AS r0"}


@pytest.mark.parametrize(
    ("name", "quoted"),
    [("Role", "Role"), ("a b", "`a b`"), ("a`b", "`a``b`"), ("", "``"), ("é", "`é`")],
)
def test_quoting_of_names(name: str, quoted: str) -> None:
    assert escape.name(name) == quoted


def test_quoting_of_constants() -> None:
    assert [escape.constant(value) for value in (None, True, 3, "a'b\\")] == [
        "null",
        "true",
        "3",
        "'a\\'b\\\\'",
    ]


def test_user_values_are_only_ever_parameters() -> None:
    from graph.execution.plans import Plans
    from graph.schema import MODEL

    hostile = "x'}) DETACH DELETE n //`\"\\"
    plans = Plans(SCHEMA, MODEL, Limits())
    query = "query($s: String!, $w: RoleWhere) { role(slug: $s) { name } roles(where: $w) { nodes { name } } }"
    given = {
        "s": hostile,
        "w": {
            "name": {"contains": hostile},
            "altNames": {"hasAny": [hostile]},
            "sources": {"has": hostile},
        },
    }
    prepared = plans.prepare(query, given, None)
    assert "DELETE" not in prepared.compiled.cypher
    assert sum("DELETE" in str(value).upper() for value in prepared.bound.parameters.values()) == 4


_KINDS = (Kind.TEXT, Kind.INT, Kind.INT, Kind.BOOLEAN, Kind.FLOAT, Kind.DATE)
_KEYS = [
    SortKey(ast.Variable(), False, False, cursor_type(kind, at == 2, enum=None))
    for at, kind in enumerate(_KINDS)
]


def test_cursor_survives_a_round_trip() -> None:
    values: list[Any] = ["é", 3, None, True, 1.5, "2026-11-23"]
    mark = fingerprint("Role", "name0")
    read = cursor_reader(mark, _KEYS, "x")
    assert read(encode_cursor(mark, values)) == values
    for broken in ("", "!", "e30", encode_cursor(mark, values)[:-3]):
        with pytest.raises(BadUserInput, match="x is not a cursor"):
            read(broken)
    for other in (encode_cursor("other", values), encode_cursor(mark, values[1:])):
        with pytest.raises(BadUserInput, match="x is the cursor of another list"):
            read(other)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *((0, 3), (0, None), (0, ["a"]), (0, True)),
        *((1, "3"), (1, 2**31), (1, 2**63), (1, True), (1, 3.5), (1, None), (2, "x")),
        *((3, 1), (3, "true"), (4, "1.5"), (4, True), (4, None)),
        *((5, "2026-W48-1"), (5, "zzz"), (5, 20261123)),
    ],
)
def test_each_key_of_a_cursor_has_its_type_and_range(at: int, value: Any) -> None:
    values: list[Any] = ["é", 3, None, True, 1.5, "2026-11-23"]
    mark = fingerprint("Role", "name0")
    values[at] = value
    with pytest.raises(BadUserInput, match="x is not a cursor"):
        cursor_reader(mark, _KEYS, "x")(encode_cursor(mark, values))


def test_shape_is_what_decides_a_plan() -> None:
    where = SCHEMA.type_map["RoleWhere"]
    order: Any = SCHEMA.type_map["RoleOrder"]

    def of(value: Any, type_: Any = where) -> Any:
        return shape(value, type_)

    assert of({"name": {"eq": "a"}}) == of({"name": {"eq": "b"}})
    assert of({"slug": {"in": ["a"]}}) == of({"slug": {"in": ["a", "b"]}})
    assert of({"name": {"eq": "a"}}) != of({"name": {"ne": "a"}})
    assert of({"name": {"isNull": True}}) != of({"name": {"isNull": False}})
    assert of({"and": [{}]}) != of({"and": [{}, {}]})
    assert of(None) != of({})
    assert of({"name": "ASC"}, order) != of({"name": "DESC"}, order)


def test_a_fan_out_of_forty_levels_is_refused_without_expanding_it() -> None:
    """2^40 fields: were it expanded, this test would never end."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40)]
    text = "{ ...F0 } " + " ".join(fragments) + " fragment F40 on Query { roles { totalCount } }"
    started = time.process_time()
    with pytest.raises(QueryTooComplex, match=rf"{2**41} fields"):
        read_document(text, SCHEMA, Limits())
    assert time.process_time() - started < 60


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("depth", '{ role(slug: "x") { broader { nodes { name } } } }'),
        (
            "expanded_fields",
            '{ a: role(slug: "x") { ...F } b: role(slug: "x") { ...F } } fragment F on Role { name slug }',
        ),
        ("aliases", "{ a: __typename b: __typename }"),
        ("root_fields", "{ roles { totalCount } skills { totalCount } }"),
        ("directives", "{ a: __typename @skip(if: true) b: __typename @include(if: true) }"),
        ("tokens", "{ roles { totalCount } skills { totalCount } }"),
    ],
)
def test_limits_at_the_edge(limit: str, text: str, over: bool) -> None:
    asked = {"depth": 4, "expanded_fields": 6, "aliases": 2, "root_fields": 2, "directives": 2}
    tokens = sum(1 for _ in _tokens(text))
    allowed = {**asked, "tokens": tokens}[limit] - over
    limits = Limits(**{limit: allowed})
    if over:
        with pytest.raises(QueryTooComplex, match=str(allowed)):
            read_document(text, SCHEMA, limits)
    else:
        read_document(text, SCHEMA, limits)


def _tokens(text: str) -> Any:
    token = parse(text).loc.start_token.next  # type: ignore[union-attr]
    while token and token.kind.value != "<EOF>":
        yield token
        token = token.next


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Café", "cafe"), ("STRASSE", "strasse"), ("straße", "strasse"), ("ﬁ", "fi")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == folded
