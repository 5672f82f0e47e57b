"""One rule for comparing texts: filters, groups, facets, `distinct` and orders alike."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.load import load
from loaders.records import NodeRecord, Place, Records
from tests.conftest import SCHEMA, Content, Runner, clear

Ask = Any
_PLACE = Place("made-up")
BANDS = ["Band 4", "band 4", "BAND 4", "Bänd 4", "Band 5", None]
NAMES = ["re\u0301pe\u0301titeur", "Répétiteur", "REPETITEUR", "Zeta", "alpha", "Älpha two"]
ALT = [["AP", "ap"], ["Ap", "Größe"], [], ["a\u0300 la"], ["ap"], ["other"]]


@pytest.fixture(scope="module")
def ask(database: Database, run: Runner, content: Content) -> Iterator[Ask]:
    """A made-up graph of six roles and four subjects; nothing in it is claimed to exist."""
    content.is_seed = False
    run(clear(database))
    nodes = [_node("Source", "made-up", {"name": "Made up", "link": "https://example.org/A"})]
    for at, (name, band, others) in enumerate(zip(NAMES, BANDS, ALT, strict=True)):
        values = {"name": name, "payBand": band, "altNames": others, "kind": "OTHER"}
        nodes.append(_node("Role", f"r{at}", {**values, "status": "CURRENT"}))
    for at, (scheme, code) in enumerate([("HECoS", "a1"), ("hecos", "A1"), ("CAH", "B2")]):
        nodes.append(_node("Subject", f"s{at}", {"name": "x", "scheme": scheme, "code": code}))
    run(load(database, MODEL, Records("seed", tuple(nodes), ())))
    engine = Engine(SCHEMA, MODEL, database, Limits())

    def asked(query: str, **variables: Any) -> Any:
        body = json.loads(run(engine.execute(query, variables)).body)
        assert "errors" not in body, body
        return body["data"]

    yield asked


def _node(type_: str, slug: str, values: dict[str, Any]) -> NodeRecord:
    shared = {"sources": ["made-up"], "confidence": "SINGLE", "readOn": "2026-11-23"}
    return NodeRecord(type_, slug, {**shared, **values}, _PLACE)


CONDITIONS: list[tuple[str, dict[str, Any], int]] = [
    # Codes and links, as other text
    ("subjects", {"scheme": {"eq": "hecos"}}, 2),
    ("subjects", {"scheme": {"eq": "HECOS"}}, 2),
    ("subjects", {"scheme": {"ne": "hEcOs"}}, 1),
    ("subjects", {"scheme": {"in": ["hecos", "cah"]}}, 3),
    ("subjects", {"scheme": {"notIn": ["HECOS"]}}, 1),
    ("subjects", {"scheme": {"contains": "ECO"}}, 2),
    ("subjects", {"scheme": {"eq": "HECoS", "caseSensitive": True}}, 1),
    ("subjects", {"code": {"eq": "á1"}}, 2),
    ("sources", {"link": {"eq": "HTTPS://EXAMPLE.ORG/a"}}, 1),
    ("sources", {"link": {"startsWith": "HTTPS"}}, 1),
    # Members of lists
    ("roles", {"altNames": {"has": "ap"}}, 3),
    ("roles", {"altNames": {"has": "GROSSE"}}, 1),
    ("roles", {"altNames": {"has": "GROẞE"}}, 1),
    ("roles", {"altNames": {"has": "grösse"}}, 1),
    ("roles", {"altNames": {"has": "Grösse"}}, 1),
    ("roles", {"altNames": {"has": "größe"}}, 1),
    ("roles", {"altNames": {"has": "à LA"}}, 1),
    ("roles", {"altNames": {"hasAny": ["AP", "OTHER"]}}, 4),
    ("roles", {"altNames": {"hasAll": ["AP", "grÖße"]}}, 1),
    ("roles", {"altNames": {"hasAll": []}}, 6),
    # What folds to nothing matches nothing; what is empty is in everything
    ("roles", {"name": {"contains": "\u0301"}}, 0),
    ("roles", {"name": {"startsWith": "\u0301"}}, 0),
    ("roles", {"name": {"eq": "\u0301"}}, 0),
    ("roles", {"name": {"ne": "\u0301"}}, 6),
    ("roles", {"name": {"in": ["\u0301", "zeta"]}}, 1),
    ("roles", {"name": {"notIn": ["\u0301", "zeta"]}}, 5),
    ("roles", {"not": {"name": {"contains": "\u0301"}}}, 6),
    ("roles", {"altNames": {"has": "\u0301"}}, 0),
    ("roles", {"altNames": {"hasAny": ["\u0301"]}}, 0),
    ("roles", {"altNames": {"hasAll": ["\u0301"]}}, 0),
    ("roles", {"name": {"contains": ""}}, 6),
    # However accents are written, in the graph and in the filter
    ("roles", {"name": {"eq": "re\u0301pe\u0301titeur", "caseSensitive": True}}, 1),
    ("roles", {"name": {"eq": "répétiteur", "caseSensitive": True}}, 1),
    ("roles", {"name": {"contains": "pe\u0301t", "caseSensitive": True}}, 2),
    ("roles", {"name": {"in": ["re\u0301pe\u0301titeur"], "caseSensitive": True}}, 1),
    ("roles", {"name": {"eq": "repetiteur"}}, 3),
    ("roles", {"payBand": {"eq": "band 4"}}, 4),
]  # fmt: skip


@pytest.mark.parametrize(("field", "where", "count"), CONDITIONS)
def test_filters(field: str, where: dict[str, Any], count: int, ask: Ask) -> None:
    type_ = {"roles": "Role", "subjects": "Subject", "sources": "Source"}[field]
    query = f"query($w: {type_}Where) {{ a: {field}(where: $w) {{ totalCount }} }}"
    assert ask(query, w=where)["a"]["totalCount"] == count


def test_groups_are_as_large_as_their_filter_finds(ask: Ask) -> None:
    by = "{ %s { groups(by: [%s], orderBy: KEY_ASC) { count keys { value } } distinct(field: %s) facets(by: [%s]) { values { value count } } } }"  # fmt: skip
    for field, key, name in (
        ("roles", "PAY_BAND", "payBand"),
        ("roles", "NAME", "name"),
        ("subjects", "SCHEME", "scheme"),
    ):
        found = ask(by % (field, key, key, key))[field]
        groups = {one["keys"][0]["value"]: one["count"] for one in found["groups"]}
        assert sum(groups.values()) == (6 if field == "roles" else 3)
        values = [value for value in groups if value is not None]
        assert found["distinct"] == values, "both in the order of lists"
        facet = {one["value"]: one["count"] for one in found["facets"][0]["values"]}
        assert facet == groups
        for value in values:
            where = f"where: {{{name}: {{eq: {json.dumps(value)}}}}}"
            assert (
                ask(f"{{ a: {field}({where}) {{ totalCount }} }}")["a"]["totalCount"]
                == (groups[value])
            )


def test_groups_by_several_texts_and_by_lists(ask: Ask) -> None:
    query = "{ roles { groups(by: [ALT_NAMES], orderBy: KEY_ASC) { count keys { value } } g: groups(by: [PAY_BAND, STATUS, NAME], orderBy: KEY_ASC) { count keys { value } } aggregate { payBand { count countDistinct } name { countDistinct } } } }"  # fmt: skip
    found = ask(query)["roles"]
    # `AP` and `ap` of one role count once.
    assert [(one["keys"][0]["value"], one["count"]) for one in found["groups"]] == [
        ("à la", 1),
        ("AP", 3),
        ("Größe", 1),
        ("other", 1),
        (None, 1),
    ]
    assert [[key["value"] for key in one["keys"]] for one in found["g"]][:2] == [
        ["BAND 4", "CURRENT", "REPETITEUR"],
        ["Bänd 4", "CURRENT", "Zeta"],
    ]
    assert found["aggregate"] == {
        "payBand": {"count": 5, "countDistinct": 2},
        "name": {"countDistinct": 4},
    }


def test_distinct_and_keys_are_in_the_order_of_lists(ask: Ask) -> None:
    query = "{ roles(orderBy: [{name: ASC}]) { nodes { name } distinct(field: NAME) groups(by: [NAME], orderBy: KEY_ASC) { keys { value } } } }"  # fmt: skip
    found = ask(query)["roles"]
    assert found["distinct"] == ["alpha", "Älpha two", "REPETITEUR", "Zeta"]
    assert found["distinct"] == [one["keys"][0]["value"] for one in found["groups"]]


def test_schemes_of_identifiers(seeded: Database, run: Runner) -> None:
    engine = Engine(SCHEMA, MODEL, seeded, Limits())
    query = '{ role(slug: "assistant-practitioner") { a: identifiers { scheme } b: identifiers(schemes: ["%s"]) { scheme } } }'  # fmt: skip
    every = json.loads(run(engine.execute(query % "x")).body)["data"]["role"]["a"]
    scheme = every[0]["scheme"]
    for asked in (scheme.lower(), scheme.upper(), scheme):
        found = json.loads(run(engine.execute(query % asked)).body)["data"]["role"]["b"]
        assert found and {one["scheme"] for one in found} == {scheme}
