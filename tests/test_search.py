"""Search: what comes first, what is found at all, pages, highlights; and codes."""

import json
import re
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.fold import words
from graph.schema import MODEL
from graph.schema.search import MOST_KEPT, parse_identifier
from graph.schema.wording import highlights, texts, typos
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
    query = """query($q: String!) { search(query: $q, first: 1000) {
      edges { score missingWords node { id } } } }"""
    codes = "COLLECT { MATCH (n)-[:IDENTIFIED_BY]->(i) RETURN i.value }"
    rows = run(
        database.rows(
            f"MATCH (n:Entity) WITH n, {codes} AS codes"
            " UNWIND [n.name] + n.altNames + codes AS text RETURN n.id, text, codes"
        )
    )
    assert len(rows) > 500
    for id_, text, codes in rows:
        if len(words(text)) > 32:
            continue
        edges = ask(engine, run, query, q=text)["search"]["edges"]
        at = next((at for at, edge in enumerate(edges) if edge["node"]["id"] == id_), None)
        assert at is not None, f"{id_} is not found by {text!r}"
        assert edges[at]["missingWords"] == 0, (id_, text)
        if words(text) in map(words, codes):
            # Whatever comes before it has the same code.
            assert all(edge["score"] >= 10_000 for edge in edges[: at + 1]), (id_, text)


def test_words_are_cut_alike_in_what_is_stored_and_what_is_asked(
    engine: Engine, run: Runner, database: Database, content: Content
) -> None:
    content.is_seed = False
    stored = stored_values(
        {"name": "Made-up nurse's ward", "altNames": ["12.3-4", "Sørland"]},
        [found for found in MODEL["ServiceArea"].properties if found.name in ("name", "altNames")],
    )
    node = {"id": "ServiceArea:made-up", "slug": "made-up", **stored}
    run(database.run("MERGE (n:Entity {id: $n.id}) SET n:ServiceArea, n += $n", {"n": node}))
    run(database.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
    finds = {
        "Made-up nurse's ward": True,
        "made-up nurse\u2019s": True,  # another apostrophe
        "made-up nurse ward": True,  # the word alone
        "nurses ward": True,  # a letter more
        "12.3-4": True,
        "4 12 3": True,
        "sørla": True,
        "13": False,
    }
    assert {text: node["id"] in found(engine, run, text) for text in finds} == finds


def edges(engine: Engine, run: Runner, text: str, **more: Any) -> list[dict[str, Any]]:
    query = """query($q: String!, $s: Scope, $f: Boolean) {
      search(query: $q, scope: $s, folded: $f, first: 1000) {
        edges { score missingWords highlights node { id } } } }"""
    return ask(engine, run, query, q=text, s=more.get("scope"), f=more.get("folded"))["search"][
        "edges"
    ]


@pytest.mark.parametrize(
    ("text", "first", "missing"),
    [
        ("radiotherapy zzzzzz", "Role:ap-radiotherapy", 1),
        ("zzzzzz assistant practitioner falls", "Role:ap-falls", 1),
        ("AP falls", "Role:ap-falls", 0),  # an abbreviation that is another name of a curated role
        ("falls AP", "Role:ap-falls", 0),
    ],
)
def test_most_words_come_first(
    engine: Engine, run: Runner, text: str, first: str, missing: int
) -> None:
    found = edges(engine, run, text)
    assert (found[0]["node"]["id"], found[0]["missingWords"]) == (first, missing)
    counts = [edge["missingWords"] for edge in found]
    assert counts == sorted(counts)


def test_few_words_are_not_enough_where_many_have_all(engine: Engine, run: Runner) -> None:
    assert {edge["missingWords"] for edge in edges(engine, run, "assistant practitioner")} == {0}
    found = edges(engine, run, "assistant practitioner zzzzzz")
    assert {edge["missingWords"] for edge in found} == {1}


@pytest.mark.parametrize("text", ["assistant", "nursing", "university", "practitioner zzzzzz"])
def test_equals_are_in_the_order_of_their_ids(engine: Engine, run: Runner, text: str) -> None:
    found = edges(engine, run, text)
    keys = [(edge["missingWords"], -edge["score"], edge["node"]["id"]) for edge in found]
    assert len(keys) > 10
    assert keys == sorted(keys)


def test_what_an_abbreviation_stands_for_is_marked(engine: Engine, run: Runner) -> None:
    found = edges(engine, run, "AP falls")[0]["highlights"]
    assert "<mark>Assistant</mark> <mark>Practitioner</mark> (<mark>falls</mark>)" in found


@pytest.mark.parametrize(
    "text", ["practitioner", "assistant practitioner", "AP", "AP falls", "care worker of health"]
)
@pytest.mark.parametrize("types", [None, ["REGION"], ["PROVIDER", "SOURCE"]])
def test_little_is_kept_and_nothing_lost(
    engine: Engine, database: Database, run: Runner, text: str, types: list[str] | None
) -> None:
    """Hits that are no longer kept are asked for again: the same page, however few are kept."""
    query = """query($q: String!, $t: [EntityType!]) { search(query: $q, types: $t, first: 50) {
      totalCount facets { type count } edges { score missingWords node { id } } } }"""
    asked = engine.plans.prepare(query, {"q": text, "t": types}, None)
    statement = asked.compiled.cypher
    assert str(MOST_KEPT) in statement

    def answer(kept: int) -> Any:
        cypher = re.sub(rf"\b{MOST_KEPT}\b", str(kept), statement)
        return run(database.read(cypher, asked.bound.parameters))

    assert answer(10) == answer(12) == answer(100_000)


@pytest.mark.parametrize(
    ("asked", "word", "is_meant"),
    [
        ("nurse", "nurses", True),
        ("nurse", "nursing", True),  # another ending
        ("therapist", "therapy", True),
        ("physio", "physiotherapist", True),  # begun
        ("physioterapist", "physiotherapist", True),  # a letter missing
        ("physioxtherapist", "physiotherapist", True),  # one more
        ("phisiotherapist", "physiotherapist", True),  # another
        ("pyhsiotherapist", "physiotherapist", True),  # two in each other's place
        ("hpysiotherapist", "physiotherapist", True),
        ("fisiotherapist", "physiotherapist", False),  # two letters wrong
        ("care", "car", True),
        ("cat", "car", False),  # a short word has no typos
        ("6131", "6132", False),  # nor has a number
        ("6131", "613199", True),
        ("ap", "app", True),  # the last may be begun however short
        ("ap x", "app", False),
    ],
)
def test_what_counts_as_a_word(asked: str, word: str, is_meant: bool) -> None:
    assert highlights([word], asked.split()) == ([f"<mark>{word}</mark>"] if is_meant else [])


def test_typos_are_marked_where_the_word_itself_is_not() -> None:
    assert highlights(["ward", "wart"], ["ward"]) == ["<mark>ward</mark>"]
    assert highlights(["wart"], ["ward"]) == ["<mark>wart</mark>"]


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
    # A text is cut between words: "radio" of "aradio" would be taken for the word.
    [cut] = highlights(["aradio " * 30 + "radio" + " trradioy" * 30], ["radio", "x"])
    assert set(re.findall(r"\w+", cut)) == {"aradio", "mark", "radio", "trradioy"}
    assert cut.count("<mark>radio</mark>") == 1


@pytest.mark.parametrize(
    "text",
    [
        'nurse") OR id:* (',
        "nurse* OR nameWords:[a TO z]",
        "nurse~2 +midwife^9 -paramedic",
        "/.*/ && nurse || {x}",
        "nurse AND NOT OR TO",
    ],
)
def test_a_query_holds_no_syntax_of_the_user(engine: Engine, run: Runner, text: str) -> None:
    assert found(engine, run, text) == found(engine, run, " ".join(words(text)))
    asked = [*texts(words(text)), *(part for typo in typos(words(text)) for part in typo)]
    # Its own words, ours (fields, TO) and signs that we put there.
    own = {"words", "nameWords", "altNamesWords", "codes", "TO"} | set(words(text))
    for query in asked:
        plain = re.sub(r"~1|\^\d+|@\d[ts]", " ", query)
        assert all(any(word.startswith(one) for word in own) for one in re.findall(r"\w+", plain))


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
