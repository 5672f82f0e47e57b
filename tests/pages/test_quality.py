"""What is missing or weak: every list of the schema, with its number, its rows and all of them."""

import html
import json
import re
from typing import Any

import pytest
from graphql import GraphQLObjectType

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from loaders.load import load
from tests.conftest import SCHEMA, Runner
from tests.oracle.made_up import made_up_records
from tests.pages.test_history import site_over
from tests.pages.test_pages import text_of

_QUALITY = SCHEMA.type_map["DataQuality"]
assert isinstance(_QUALITY, GraphQLObjectType)
NAMES = tuple(_QUALITY.fields)
_END = "{ name }"
FIELDS = {
    **dict.fromkeys((name for name in NAMES if "elationships" in name), f"from {_END} to {_END}"),
    "unmappedCodes": f"value scheme label near {_END}",
    "proposedMatches": f"entity {_END} other {_END}",
    "danglingReferences": "from to source place",
    "overruledReferences": "from to source place",
    "disagreements": f"entity {_END} values",
}
WEAK = (
    # All of it is made up.
    "MATCH (role:Role {id: 'Role:made-up-role-1'}), (other:Role {id: 'Role:made-up-role-2'})",
    "MERGE (role)-[link:LEADS_TO]->(other) SET link.sources = [], link.confidence = 'UNSURE'",
    "SET role.disputed = ['summary'],"
    ' role.disputes = [\'{"says": [["seed", "Made up"], ["esco", "Made up too"]]}\']',
    "CREATE (:Entity:Skill {id: 'Skill:made-up-alone', slug: 'made-up-alone', name: role.name,"
    " nameFolded: 'made-up alone', sources: [], altNames: [], confidence: 'UNSURE'})",
    "CREATE (:Identifier {scheme: 'made-up', schemeVersion: '1', value: 'M1', label: 'Made-up'})",
    "FOREACH (at IN [1, 2] | CREATE (:Entity:Subject {id: 'Subject:same-' + at, slug: 'same-' + at,"
    " name: 'Made-up same', nameFolded: 'made-up same', sources: ['made-up-' + at], altNames: []}))",
    "FOREACH (reason IN ['DANGLING', 'OVERRULED'] | CREATE (:DanglingReference {reason: reason,"
    " source: 'made-up', place: 'a made-up line', from: 'Role:' + reason, type: 'LEADS_TO',"
    " to: 'Role:made-up-not-there', key: ''}))",
)


def plain(database: Database, run: Runner, name: str) -> Any:
    """The first of a list and how many there are, asked of the engine."""
    engine = Engine(SCHEMA, MODEL, database, Limits())
    fields = FIELDS.get(name, "name")
    query = f"{{ dataQuality {{ {name}(first: 10) {{ totalCount nodes {{ {fields} }} }} }} }}"
    body = json.loads(run(engine.execute(query)).body)
    assert "errors" not in body, body
    return body["data"]["dataQuality"][name]


def texts(value: Any) -> list[str]:
    """All texts of an answer, in its order."""
    if isinstance(value, str):
        return [value]
    parts: Any = value.values() if hasattr(value, "values") else value or ()
    return [text for each in parts for text in texts(each)]


def page_of(site: Site, run: Runner, address: str) -> str:
    pairs = [tuple(each.split("=", 1)) for each in address.partition("?")[2].split("&") if each]
    page = run(site.page("/quality", [(name, value) for name, value in pairs]))
    assert page.status == 200, page.body
    return str(page.body)


@pytest.fixture
def weak(empty: Database, run: Runner) -> Database:
    """A made-up graph that has something of every kind that is weak."""
    run(load(empty, MODEL, made_up_records()))
    run(empty.run(" ".join((*WEAK[:2], "WITH DISTINCT role", *WEAK[2:])), {}))
    return empty


def test_every_list_of_the_schema_is_shown(weak: Database, run: Runner) -> None:
    site = site_over(weak)
    overview = page_of(site, run, "/quality")
    counts = dict(re.findall(r'href="/quality\?show=(\w+)">.*?<td[^>]*><bdi>([\d,]+)<', overview))
    sections = overview.split("<section>")[2:]
    assert len(sections) == len(NAMES) == 14
    for name in NAMES:
        answer = plain(weak, run, name)
        assert answer["totalCount"], f"the made-up graph has none of {name}"
        assert counts[name] == f"{answer['totalCount']:,}", name
        alone = page_of(site, run, f"/quality?show={name}")
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", alone)
        assert heading
        section = next(each for each in sections if f">{heading[1]} <span" in each)
        assert re.search(r'<p class="rg-hint">[^<]{40,}</p>', section), "what it means"
        for shown in (section, alone):
            for node in answer["nodes"]:
                row = next(
                    r for r in shown.split("<tr>") if all(t in text_of(r) for t in texts(node))
                )
                assert row, (name, node)
        assert ("All " in section) == (answer["totalCount"] > 10)


def test_the_overview_is_one_statement_within_the_limit(seeded: Database, run: Runner) -> None:
    site = site_over(seeded)
    page_of(site, run, "/quality")
    before = seeded.reads
    page_of(site, run, "/quality")
    assert seeded.reads == before + 1


@pytest.mark.parametrize("name", ["relationshipsOnOneSource", "unmappedCodes", "oneSource"])
def test_all_of_a_kind_are_seen_page_by_page(seeded: Database, run: Runner, name: str) -> None:
    site, address, seen = site_over(seeded), f"/quality?show={name}", 0
    total = plain(seeded, run, name)["totalCount"]
    for _page in range(total // 100 + 2):
        page = page_of(site, run, html.unescape(address))
        seen += page.partition("<tbody>")[2].count("<tr>")
        more = re.search(r'href="(/quality\?show=[^"]+)"[^>]*>The next of them', page)
        if more is None:
            break
        address = more[1].replace("%3D", "=")
    assert seen == total > 0
