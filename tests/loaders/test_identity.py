"""Several sources on one entity: who it is, whose word is shown, and what stays when one leaves.

All of it is made up.
"""

from itertools import permutations
from typing import Any

import orjson
import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.digest import graph_digest
from loaders.load import Progress, Rules, load
from loaders.problems import SourceRejected, Tolerance
from loaders.records import IdentifierRecord, NodeRecord, Place, Records, RelationshipRecord
from loaders.report import Report
from loaders.verify import verify
from tests.conftest import SCHEMA, Runner, clear
from tests.loaders.samples import CutOff

PLACE = Place("made-up", 1, 1, 1)


def said(source: str) -> dict[str, Any]:
    return {"sources": [f"made-up-{source}"], "confidence": "SINGLE", "readOn": "2026-11-25"}


class Said:
    """What one made-up source says."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes = [
            NodeRecord(
                "Source", f"made-up-{source}", {**said(source), "name": f"Made up {source}"}, PLACE
            )
        ]
        self.links: list[RelationshipRecord] = []
        self.codes: list[IdentifierRecord] = []

    def node(
        self,
        id_: str,
        *codes: str,
        match: str = "EXACT",
        replaced_by: str | None = None,
        **properties: Any,
    ) -> "Said":
        type_, _, slug = id_.partition(":")
        values = {**said(self.source), **properties}
        self.nodes.append(NodeRecord(type_, slug, values, PLACE, replaced_by=replaced_by))
        for code in codes:
            values = {**said(self.source), "matchType": match}
            self.codes.append(IdentifierRecord(id_, "MADE-UP", "", code, None, values, PLACE))
        return self

    def link(self, type_: str, start: str, end: str, key: str = "", **properties: Any) -> "Said":
        values = {**said(self.source), **properties}
        self.links.append(RelationshipRecord(type_, start, end, values, PLACE, key=key))
        return self

    def load(
        self,
        database: Database,
        run: Runner,
        tolerate: int = 0,
        progress: Progress | None = None,
    ) -> Report:
        records = Records(self.source, tuple(self.nodes), tuple(self.links), tuple(self.codes))
        return run(load(database, MODEL, records, progress, rules=Rules(Tolerance(tolerate))))


def seed() -> Said:
    return (
        Said("seed")
        .node("Region:north", name="Made-up north", kind="REGION")
        .node("Provider:made-up-university", "99", name="Made-up University", town="Here")
        .node("Organisation:made-up-trust", "T9", name="Made-up Trust", kind="TRUST")
        .link("IN_REGION", "Organisation:made-up-trust", "Region:north")
    )


def first() -> Said:
    return (
        Said("first")
        .node("Region:south", name="Made-up south", kind="REGION")
        .node("Provider:first-99", "99", name="MADE-UP UNIVERSITY", country="XX", ukprn="99900001")
        .node("Provider:first-98", "98", name="Made-up College", town="There")
        .node("Organisation:first-t9", "T9", name="Made-up Trust (old name)")
        .link("IN_REGION", "Organisation:first-t9", "Region:south")
        .node("Programme:first-p", name="Made-up programme")
        .link("OFFERS", "Provider:first-99", "Programme:first-p", period="2025")
    )


def second() -> Said:
    return (
        Said("second")
        .node("Provider:second-99", "99", name="The Made-up University", town="Elsewhere")
        .node("Provider:second-98", "98", name="Made-up College Ltd", town="There")
        .node("Provider:second-97", "97", match="CLOSE", name="Made-up School")
        .link("OFFERS", "Provider:second-98", "Programme:first-p")
    )


async def answer(database: Database, query: str) -> Any:
    found = await Engine(SCHEMA, MODEL, database, Limits()).execute(query)
    document = orjson.loads(found.body)
    assert "errors" not in document, document
    return document["data"]


QUESTION = """{
  providers(orderBy: [{name: ASC}]) { nodes { slug name altNames town country evidence { source { slug } } } }
  provider(slug: "first-99") { retired replacedBy { id } }
  organisations { nodes { slug name altNames region { slug } } }
  dataQuality {
    disagreements { nodes { entity { id } property values } }
    overruledReferences { nodes { source from to relationship } }
    danglingReferences { totalCount }
  }
}"""


def test_the_order_of_sources_makes_no_difference(empty: Database, run: Runner) -> None:
    digests: set[str] = set()
    answers: list[Any] = []
    for order in permutations((seed, first, second)):
        run(clear(empty))
        for source in order:
            # What `second` says of a programme waits where `first` has not been loaded.
            source().load(empty, run, tolerate=1)
        digests.add(run(graph_digest(empty)))
        answers.append(run(answer(empty, QUESTION)))
        assert run(deviations(empty)) == []
    assert len(digests) == 1, answers
    assert all(found == answers[0] for found in answers)
    found = answers[0]
    assert [node["slug"] for node in found["providers"]["nodes"]] == [
        "first-98",
        "second-97",
        "made-up-university",
    ]
    university = found["providers"]["nodes"][2]
    assert university == {
        "slug": "made-up-university",
        "name": "Made-up University",
        "altNames": ["The Made-up University"],
        "town": "Here",
        "country": "XX",
        "evidence": [
            {"source": {"slug": f"made-up-{source}"}} for source in ("seed", "first", "second")
        ],
    }
    assert found["provider"] == {
        "retired": True,
        "replacedBy": {"id": "Provider:made-up-university"},
    }
    (trust,) = found["organisations"]["nodes"]
    assert trust["region"] == {"slug": "north"}
    assert trust["altNames"] == ["Made-up Trust (old name)"]
    quality = found["dataQuality"]
    assert [(d["entity"]["id"], d["property"], d["values"]) for d in quality["disagreements"]["nodes"]] == [
        ("Organisation:made-up-trust", "name", ["seed: Made-up Trust", "first: Made-up Trust (old name)"]),
        ("Provider:first-98", "name", ["first: Made-up College", "second: Made-up College Ltd"]),
        ("Provider:made-up-university", "name",
         ["seed: Made-up University", "first: MADE-UP UNIVERSITY", "second: The Made-up University"]),
        ("Provider:made-up-university", "town", ["seed: Here", "second: Elsewhere"]),
    ]  # fmt: skip
    assert quality["overruledReferences"]["nodes"] == [
        {
            "source": "first",
            "from": "Organisation:made-up-trust",
            "to": "Region:south",
            "relationship": "IN_REGION",
        }
    ]
    assert quality["danglingReferences"]["totalCount"] == 0


async def deviations(database: Database) -> list[str]:
    return [str(found) async for found in verify(database, MODEL)]


def test_what_another_source_says_stays(empty: Database, run: Runner) -> None:
    for source in (first, second):
        source().load(empty, run, tolerate=1)
    alone = run(graph_digest(empty))
    seed().load(empty, run)
    # The seed drops all it said of the university and of the trust.
    nothing = Said("seed").node("Region:north", name="Made-up north", kind="REGION")
    report = nothing.load(empty, run)
    assert report.difference.nodes.retired == 2
    found = run(answer(empty, QUESTION))
    assert [node["name"] for node in found["providers"]["nodes"]] == [
        "Made-up College", "Made-up School", "MADE-UP UNIVERSITY",
    ]  # fmt: skip
    assert found["organisations"]["nodes"][0]["region"] == {"slug": "south"}
    assert found["dataQuality"]["overruledReferences"]["nodes"] == []
    # Once the others are loaded again, all is as if the seed had never spoken of them.
    for source in (first, second):
        source().load(empty, run, tolerate=1)
    Said("seed").load(empty, run)
    run(empty.run("MATCH (n:Source {slug: 'made-up-seed'}) DETACH DELETE n"))
    assert run(graph_digest(empty)) == alone


def test_a_source_that_takes_an_end_away_leaves_the_reference_waiting(
    empty: Database, run: Runner
) -> None:
    first().load(empty, run)
    second().load(empty, run)
    less = first()
    less.nodes = [node for node in less.nodes if node.id != "Programme:first-p"]
    less.links = [link for link in less.links if link.type != "OFFERS"]
    less.load(empty, run)
    quality = "{ dataQuality { danglingReferences { nodes { source from to } } } }"
    (waiting,) = run(answer(empty, quality))["dataQuality"]["danglingReferences"]["nodes"]
    assert waiting == {"source": "second", "from": "Provider:first-98", "to": "Programme:first-p"}
    first().load(empty, run)
    assert run(answer(empty, quality))["dataQuality"]["danglingReferences"]["nodes"] == []
    programme = '{ programme(slug: "first-p") { providers { nodes { slug } } } }'
    nodes = run(answer(empty, programme))["programme"]["providers"]["nodes"]
    assert {node["slug"] for node in nodes} == {"first-99", "first-98"}


def test_a_code_that_cannot_decide_is_a_problem(empty: Database, run: Runner) -> None:
    first().load(empty, run)
    wrong = Said("second").node("Provider:second-9", "99", "98", name="Made-up both")
    with pytest.raises(SourceRejected, match="1 problem") as found:
        wrong.load(empty, run)
    assert "An exact identifier says that" in str(found.value.problems[0])


def test_what_another_source_has_staged_is_neither_shown_nor_in_the_way(
    empty: Database, run: Runner
) -> None:
    """A load that was killed leaves what it staged, and the next one may be another."""

    def shared(source: str, trust: str, code: str) -> Said:
        said_of = Said(source).node("Region:north", name="Made-up north", kind="REGION")
        said_of.node(trust, "SHARED", code, name="Made-up Trust", kind="TRUST")
        return said_of.link("IN_REGION", trust, "Region:north")

    def killed() -> Said:
        return shared("first", "Organisation:made-up-one", "ONE")

    def other() -> Said:
        return shared("second", "Organisation:made-up-two", "TWO")

    for source in (other(), killed()):
        source.load(empty, run)
    digest = run(graph_digest(empty))
    run(clear(empty))
    with pytest.raises(RuntimeError):
        killed().load(empty, run, progress=CutOff())
    other().load(empty, run)
    assert run(empty.rows("MATCH (i:Identifier) WITH i ORDER BY i.value RETURN i.value")) == [
        ["SHARED"],
        ["TWO"],
    ]
    assert run(empty.rows("MATCH (n:Staged) RETURN count(n)")) == [[0]]
    killed().load(empty, run)
    assert run(graph_digest(empty)) == digest


def test_a_reference_that_waits_gives_way_to_a_source_before_its_own(
    empty: Database, run: Runner
) -> None:
    """The load that brings the ends says another one itself."""
    trust = Said("seed").node("Organisation:made-up-trust", name="Made-up Trust")
    trust.link("IN_REGION", "Organisation:made-up-trust", "Region:made-up-south")
    regions = Said("second").link("IN_REGION", "Organisation:made-up-trust", "Region:made-up-north")
    for name in ("north", "south"):
        regions.node(f"Region:made-up-{name}", name=f"Made-up {name}", kind="REGION")
    trust.load(empty, run, tolerate=1)
    regions.load(empty, run)
    query = """{ organisation(slug: "made-up-trust") { region { slug } }
                 dataQuality { overruledReferences { nodes { source to } }
                               danglingReferences { totalCount } } }"""
    found = run(answer(empty, query))
    assert found["organisation"]["region"] == {"slug": "made-up-south"}
    assert found["dataQuality"] == {
        "overruledReferences": {"nodes": [{"source": "second", "to": "Region:made-up-north"}]},
        "danglingReferences": {"totalCount": 0},
    }


def test_ids_lead_on_where_what_they_mean_becomes_one_with_another(
    empty: Database, run: Runner
) -> None:
    """`second` names the provider as `first` does, and offers a programme that nobody knows."""
    one = Said("first").node("Provider:first-99", "99", name="Made-up University")
    two = Said("second").node("Provider:second-99", "99", name="Made-up Uni")
    two.link("OFFERS", "Provider:first-99", "Programme:made-up-p")
    curated = Said("seed").node("Provider:made-up-university", "99", name="Made-up University")
    one.load(empty, run)
    two.load(empty, run, tolerate=1)
    curated.load(empty, run)
    query = """{ first: provider(slug: "first-99") { replacedBy { id } }
                 second: provider(slug: "second-99") { replacedBy { id } }
                 dataQuality { danglingReferences { nodes { from to } } } }"""
    university = "Provider:made-up-university"
    assert run(answer(empty, query)) == {
        "first": {"replacedBy": {"id": university}},
        "second": {"replacedBy": {"id": university}},
        "dataQuality": {
            "danglingReferences": {"nodes": [{"from": university, "to": "Programme:made-up-p"}]}
        },
    }
    programme = Said("seed").node("Programme:made-up-p", name="Made-up programme")
    programme.nodes += curated.nodes
    programme.codes += curated.codes
    programme.nodes.pop(0)  # the source stands there twice
    programme.load(empty, run)
    query = '{ programme(slug: "made-up-p") { providers { nodes { id } } } }'
    assert run(answer(empty, query))["programme"]["providers"]["nodes"] == [{"id": university}]


def test_what_replaces_an_entity_is_its_own_sources_word(empty: Database, run: Runner) -> None:
    def curated(*, with_new: bool) -> Said:
        found = Said("seed").node(
            "Provider:made-up-old", "1", name="Old", replaced_by="Provider:made-up-new"
        )
        return found.node("Provider:made-up-new", "2", name="New") if with_new else found

    query = '{ provider(slug: "made-up-old") { name replacedBy { id } } }'
    curated(with_new=False).load(empty, run, tolerate=1)
    assert run(answer(empty, query))["provider"]["replacedBy"] is None
    assert run(deviations(empty)) == []
    curated(with_new=True).load(empty, run)
    wanted = {"name": "Old", "replacedBy": {"id": "Provider:made-up-new"}}
    assert run(answer(empty, query))["provider"] == wanted
    for town in ("Here", "There"):
        Said("first").node("Provider:first-1", "1", name="Old", town=town).load(empty, run)
        assert run(answer(empty, query))["provider"] == wanted
    Said("seed").node("Provider:made-up-new", "2", name="New").load(empty, run)
    assert run(answer(empty, query))["provider"]["replacedBy"] is None


def test_a_reference_that_waits_closes_no_cycle(empty: Database, run: Runner) -> None:
    upper, lower = "Organisation:made-up-upper", "Organisation:made-up-lower"
    wrong = Said("second").node(upper, name="Made up").link("PART_OF", upper, lower)
    wrong.load(empty, run, tolerate=1)
    right = Said("first").node(lower, name="Made up").node(upper, name="Made up")
    right.link("PART_OF", lower, upper).load(empty, run)
    query = """{ organisations { nodes { slug broader { nodes { slug } } } }
                 dataQuality { overruledReferences { nodes { source from to } } } }"""
    found = run(answer(empty, query))
    assert [node["broader"]["nodes"] for node in found["organisations"]["nodes"]] == [
        [{"slug": "made-up-upper"}],
        [],
    ]
    (kept,) = found["dataQuality"]["overruledReferences"]["nodes"]
    assert kept == {"source": "second", "from": upper, "to": lower}


def test_a_relationship_between_what_is_one_is_a_problem(empty: Database, run: Runner) -> None:
    Said("first").node("Organisation:first-1", "1", name="Made up").load(empty, run)
    itself = Said("second").node("Organisation:second-1", "1", name="Made up")
    itself.link("PART_OF", "Organisation:second-1", "Organisation:first-1")
    with pytest.raises(SourceRejected) as found:
        itself.load(empty, run)
    assert "related to itself by PART_OF" in str(found.value.problems[0])


def test_an_entity_that_comes_back_has_only_the_codes_that_are_said(
    empty: Database, run: Runner
) -> None:
    """A code that it had once would make it one with another."""
    Said("second").node("Provider:second-1", "1", "2", name="Made up").load(empty, run)
    Said("second").load(empty, run)
    Said("second").node("Provider:second-1", "1", name="Made up").load(empty, run)
    Said("first").node("Provider:first-2", "2", name="Made up too").load(empty, run)
    found = run(answer(empty, "{ providers { nodes { slug identifiers { value } } } }"))
    assert found["providers"]["nodes"] == [
        {"slug": "first-2", "identifiers": [{"value": "2"}]},
        {"slug": "second-1", "identifiers": [{"value": "1"}]},
    ]
