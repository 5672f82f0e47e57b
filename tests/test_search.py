"""Search: what comes first, what is found at all, pages, highlights; and codes."""

import json
import re
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.fold import words
from graph.schema import MODEL
from graph.schema.search import highlights, lucene_query, parse_identifier
from loaders.provenance import stored_values
from tests.conftest import Content, Runner


def ask(engine: Engine, run: Runner, query: str, **variables: Any) -> Any:
    answer = json.loads(run(engine.execute(query, variables)).body)
    assert "errors" not in answer, answer
    return answer["data"]


def found(engine: Engine, run: Runner, text: str, types: list[str] | None = None) -> list[str]:
    query = (
        "query($q: String!, $t: [EntityType!]) { search(query: $q, types: $t) { nodes { id } } }"
    )
    return [node["id"] for node in ask(engine, run, query, q=text, t=types)["search"]["nodes"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("R0017", "Role:assistant-practitioner"),
        ("r0017", "Role:assistant-practitioner"),
        ("Assistant Practitioner", "Role:assistant-practitioner"),
        ("assistant practitioner in radiotherapy", "Role:ap-radiotherapy"),
        ("10007842", "Provider:university-of-cumbria"),
    ],
)
def test_exact_code_or_name_comes_first(engine: Engine, run: Runner, text: str, first: str) -> None:
    assert found(engine, run, text, [first.partition(":")[0].upper()])[0] == first


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("physiotherpist", "Role:physiotherapist"),  # a letter is missing
        ("PHYSIO", "Role:physiotherapist"),  # as it is typed
        ("Associate Practitioner (in some places)", "Role:assistant-practitioner"),  # another name
        ("shefield", "Provider:sheffield-hallam-university"),
        ("cumbria university of", "Provider:university-of-cumbria"),  # in any order
    ],
)
def test_what_is_found(engine: Engine, run: Runner, text: str, id_: str) -> None:
    assert id_ in found(engine, run, text)


def test_every_name_and_code_is_found_by_itself(
    engine: Engine, run: Runner, database: Database
) -> None:
    query = """query($q: String!) { search(query: $q, first: 1000) { edges {
      score node { id name altNames identifiers { value } } } } }"""
    rows = run(
        database.rows(
            "MATCH (n:Entity) UNWIND [n.name] + n.altNames + COLLECT {"
            " MATCH (n)-[:IDENTIFIED_BY]->(i) RETURN i.value } AS text RETURN n.id, text"
        )
    )
    assert len(rows) > 500
    for id_, text in rows:
        if len(words(text)) > 32:
            continue
        edges = ask(engine, run, query, q=text)["search"]["edges"]
        # Whatever comes before it is called the same or has the same code.
        for edge in edges:
            node = edge["node"]
            called = [node["name"], *node["altNames"], *(c["value"] for c in node["identifiers"])]
            assert words(text) in map(words, called), (id_, text, node)
            assert edge["score"] >= 1_000
            if node["id"] == id_:
                break
        else:
            raise AssertionError(f"{id_} is not found by {text!r}")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Made-up nurse's ward", True),
        ("made-up nurse\u2019s", True),  # another apostrophe
        ("made-up nurse ward", True),  # the word alone
        ("nurses ward", True),  # a letter more
        ("12.3-4", True),
        ("4 12 3", True),
        ("sørla", True),
        ("13.4", False),
    ],
)
def test_words_are_cut_alike_in_what_is_stored_and_what_is_asked(
    engine: Engine, run: Runner, database: Database, content: Content, text: str, is_found: bool
) -> None:
    content.is_seed = False
    stored = stored_values(
        {"name": "Made-up nurse's ward", "altNames": ["12.3-4", "Sørland"]},
        [found for found in MODEL["ServiceArea"].properties if found.name in ("name", "altNames")],
    )
    node = {"id": "ServiceArea:made-up", "slug": "made-up", **stored}
    run(database.run("MERGE (n:Entity {id: $n.id}) SET n:ServiceArea, n += $n", {"n": node}))
    run(database.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
    assert (node["id"] in found(engine, run, text)) is is_found


def test_all_words_must_be_found(engine: Engine, run: Runner) -> None:
    assert found(engine, run, "radiotherapy zzzzzz") == []


def test_pages_are_the_whole_list_and_cursors_belong_to_one_search(
    engine: Engine, run: Runner
) -> None:
    query = """query($q: String!, $c: String) { search(query: $q, first: 7, after: $c) {
      totalCount pageInfo { hasNextPage endCursor } edges { score node { id } } } }"""
    ids: list[str] = []
    scores: list[float] = []
    cursor, more = None, True
    while more:
        page = ask(engine, run, query, q="practitioner", c=cursor)["search"]
        ids += [edge["node"]["id"] for edge in page["edges"]]
        scores += [edge["score"] for edge in page["edges"]]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(ids) == len(set(ids)) == page["totalCount"] > 40
    assert scores == sorted(scores, reverse=True)
    refused = json.loads(run(engine.execute(query, {"q": "nurse", "c": cursor})).body)["errors"][0]
    assert refused["extensions"]["code"] == "BAD_USER_INPUT"
    assert "search(after:) is the cursor of another question." in refused["message"]


def test_facets_count_all_types_whatever_is_asked_for(engine: Engine, run: Runner) -> None:
    query = "query($t: [EntityType!]) { search(query: \"radio\", types: $t) { totalCount facets { type count } } }"  # fmt: skip
    every = ask(engine, run, query, t=None)["search"]
    roles = ask(engine, run, query, t=["ROLE"])["search"]
    assert every["facets"] == roles["facets"]
    assert sum(facet["count"] for facet in every["facets"]) == every["totalCount"]
    assert {"type": "ROLE", "count": roles["totalCount"]} in roles["facets"]
    assert ask(engine, run, query, t=[])["search"]["totalCount"] == 0


def test_highlights_are_safe_html() -> None:
    assert highlights(["<b>Radio & therapy</b>", None, "nothing"], ["radio"]) == [
        "&lt;b&gt;<mark>Radio</mark> &amp; therapy&lt;/b&gt;"
    ]
    [long] = highlights(["x " * 200 + "nurse" + " y" * 200], ["nurse"])
    assert long.startswith("...") and long.endswith("...") and "<mark>nurse</mark>" in long
    assert highlights(["Ärztin"], ["arztin"]) == ["<mark>Ärztin</mark>"]
    assert highlights(["nurse, nurses", "none", "staff nurse"], ["nurse"]) == [
        "<mark>nurse</mark>, <mark>nurses</mark>",
        "staff <mark>nurse</mark>",
    ]
    # What everybody writes is not marked, nor what begins with the `s` of a genitive.
    assert highlights(["the nurse's side of it"], ["the", "nurse", "s"]) == [
        "the <mark>nurse</mark>&#x27;s side of it"
    ]
    # A text is cut between words: "nurs" of "nurserya" would be taken for a typo.
    [cut] = highlights(["denurse " * 30 + "nurse" + " nurserya" * 30], ["nurse", "x"])
    assert set(re.findall(r"\w+", cut)) == {"denurse", "mark", "nurse", "nurserya"}
    assert cut.count("<mark>") == 1


def test_a_query_holds_no_syntax_of_the_user() -> None:
    text = lucene_query(["andy", "or2"])
    assert text.count("+(") == 2 and "or2~" not in text and "or2*" in text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("R0017", ("", "", "R0017")),
        ("UKPRN:10007842", ("UKPRN", "", "10007842")),
        ("SOC@2020:6131", ("SOC", "2020", "6131")),
        ("http://x/y", ("", "", "http://x/y")),
        ("ESCO:http://x/y", ("ESCO", "", "http://x/y")),
    ],
)
def test_identifiers(text: str, parts: tuple[str, str, str]) -> None:
    assert parse_identifier(text, "x") == parts


def test_a_code_of_two_editions_is_told_apart(engine: Engine, run: Runner) -> None:
    query = "query($i: String!) { resolve(identifier: $i) { matchType identifier { scheme schemeVersion } entity { id } } }"  # fmt: skip
    every = ask(engine, run, query, i="R0017")["resolve"]
    assert every == ask(engine, run, query, i="nhs-sds-jobrole@2026-04:r0017")["resolve"]
    assert ask(engine, run, query, i="NHS-SDS-JobRole@1999-01:R0017")["resolve"] == []
    assert ask(engine, run, query, i="nothing")["resolve"] == []
