"""Search: what comes first, what is found at all, pages, highlights; and codes."""

import json
import re
from typing import Any

import pytest

from graph.execution.engine import Engine
from graph.schema.search import highlights, lucene_query, parse_identifier
from tests.conftest import Runner


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
    assert found(engine, run, text, [first.partition(":")[0]])[0] == first


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
    roles = ask(engine, run, query, t=["Role"])["search"]
    assert every["facets"] == roles["facets"]
    assert sum(facet["count"] for facet in every["facets"]) == every["totalCount"]
    assert {"type": "Role", "count": roles["totalCount"]} in roles["facets"]
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
    # A text is cut between words: "nurs" of "nurserya" would be taken for a typo.
    [cut] = highlights(["denurse " * 30 + "nurse" + " nurserya" * 30], ["nurse", "x"])
    assert set(re.findall(r"\w+", cut)) == {"denurse", "mark", "nurse", "nurserya"}
    assert cut.count("<mark>") == 1


def test_a_query_holds_no_syntax_of_the_user() -> None:
    text = lucene_query(["andy", "or2"], ["summary"])
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
