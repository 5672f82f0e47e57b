"""A graph that was loaded under one model, and then under another: changed in each way there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import pytest

from graph.database.session import Database
from graph.errors import LoadError
from graph.mapping.declare import Confidence, prop
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel, NodeType, Property, Relationship
from graph.schema import MODEL
from loaders.digest import graph_digest
from loaders.load import load
from loaders.records import Records
from loaders.report import Report
from loaders.verify import verify
from tests.conftest import Runner
from tests.loaders.test_identity import Said


def with_type(name: str, change: Callable[[NodeType], NodeType]) -> GraphModel:
    types = (change(kind) if kind.name == name else kind for kind in MODEL.types)
    return GraphModel(tuple(types), MODEL.questions)


def with_property(
    owner: str, name: str, change: Callable[[Property], Property | None]
) -> GraphModel:
    def changed(kind: NodeType) -> NodeType:
        parts = (change(one) if one.name == name else one for one in kind.properties)
        return replace(kind, properties=tuple(one for one in parts if one))

    return with_type(owner, changed)


def with_link(type_: str, change: Callable[[Relationship], Relationship | None]) -> GraphModel:
    types = tuple(
        replace(
            kind,
            relationships=tuple(
                changed
                for one in kind.relationships
                if (changed := change(one) if one.type == type_ else one)
            ),
        )
        for kind in MODEL.types
    )
    return GraphModel(types, MODEL.questions)


def with_types(rename: dict[str, str | None]) -> GraphModel:
    """Node types under another name, or taken out with all that leads to them."""

    def end(name: str) -> str | None:
        return rename.get(name, name)

    types = tuple(
        replace(
            kind,
            name=end(kind.name),
            formerly=(kind.name,) if kind.name in rename else (),
            relationships=tuple(
                replace(one, source=end(one.source), target=end(one.target))
                for one in kind.relationships
                if end(one.target)
            ),
        )
        for kind in MODEL.types
        if end(kind.name)
    )
    return GraphModel(types, MODEL.questions)


@dataclass(frozen=True)
class Case:
    """A changed model: what a load says of it, and what is in the graph then."""

    model: GraphModel
    said: tuple[str, ...]
    query: str
    wanted: Sequence[Sequence[Any]]


def _kind_without_site(one: Property) -> Property:
    assert one.enum
    members = {name: member.value for name, member in one.enum.__members__.items()}
    del members["SITE"]
    return replace(one, enum=Enum("OrganisationKind", members))


def _gone(_: object) -> None:
    return None


CASES = {
    "a property renamed": Case(
        with_property("Provider", "town", lambda one: replace(one, name="place", formerly=("town",))),
        ("Provider.town is Provider.place now",),
        "MATCH (n:Provider) RETURN n.place, n.placeFolded, n.town, n.townFolded ORDER BY n.slug",
        [["Here", "here", None, None], ["12", "12", None, None]],
    ),
    "a property removed": Case(
        with_property("Provider", "town", _gone),
        ("Provider.town is no longer declared: it is taken off",),
        "MATCH (n:Provider) UNWIND keys(n) AS k WITH k WHERE k STARTS WITH 'town' RETURN k",
        [],
    ),
    "a property of another type": Case(
        with_property("Provider", "town", lambda one: replace(one, kind=Kind.INT)),
        ("Provider.town: 2 values are not a whole number ('Here')",),
        "MATCH (n:Provider) RETURN n.town, n.townFolded ORDER BY n.slug",
        [[None, None], [12, None]],
    ),
    "a property that is a list now": Case(
        with_property("Provider", "town", lambda one: replace(one, many=True, nullable=False)),
        (),
        "MATCH (n:Provider) RETURN n.town, n.townFolded ORDER BY n.slug",
        [[["Here"], ["here"]], [["12"], ["12"]]],
    ),
    "a property that has to be said now": Case(
        with_property("Provider", "country", lambda one: replace(one, nullable=False)),
        ("Provider: 1 entities lack what has to be said now and are taken out",),
        "MATCH (n:Provider) RETURN n.slug, n.country",
        [["made-up-university", "XX"]],
    ),
    "a relationship renamed": Case(
        with_link("IN_REGION", lambda one: replace(one, type="LIES_IN", formerly=("IN_REGION",))),
        ("IN_REGION is LIES_IN now",),
        "MATCH (a)-[r:LIES_IN|IN_REGION]->(b) RETURN type(r), a.slug, b.slug",
        [["LIES_IN", "made-up-trust", "north"]],
    ),
    "a relationship removed": Case(
        with_link("IN_REGION", _gone),
        (
            "IN_REGION is no longer declared: 1 relationships are taken out",
            "1 references that wait are taken out",
        ),
        "MATCH (a)-[r:IN_REGION]->(b) RETURN a.slug",
        [],
    ),
    "a to-many that is a to-one now": Case(
        with_link("OFFERS", lambda one: replace(one, one=True)),
        (
            "OFFERS has one end now: 1 others are taken out",
            "OFFERS has one end now: 1 others wait, as overruled",
        ),
        "MATCH (a)-[:OFFERS]->(b) RETURN a.slug, b.slug",
        [["made-up-university", "made-up-p"]],
    ),
    "a relationship with other ends": Case(
        with_link("OFFERS", lambda one: replace(one, target="Region", inverse="offersHere")),
        ("OFFERS no longer joins Provider to Programme: 3 relationships are taken out",),
        "MATCH (a)-[r:OFFERS]->(b) RETURN a.slug",
        [],
    ),
    "a node type removed": Case(
        with_types({"Organisation": None}),
        ("Organisation is no longer declared: 2 entities are taken out",),
        "MATCH (n) WHERE n.id STARTS WITH 'Organisation:' OR n:Identifier AND n.value = 'T9' RETURN n",
        [],
    ),
    "a node type renamed": Case(
        with_types({"Organisation": "Body"}),
        ("Organisation is Body now",),
        "MATCH (n:Body) OPTIONAL MATCH (n)-[:IDENTIFIED_BY]->(i) RETURN n.id, i.value ORDER BY n.id",
        [["Body:first-site", None], ["Body:made-up-trust", "T9"]],
    ),
    "a value of an enum removed": Case(
        with_property("Organisation", "kind", _kind_without_site),
        ("Organisation.kind: 1 values are not one of its values ('SITE')",),
        "MATCH (n:Organisation) RETURN n.slug, n.kind ORDER BY n.slug",
        [["first-site", "OTHER"], ["made-up-trust", "TRUST"]],
    ),
}  # fmt: skip


def loaded(database: Database, run: Runner) -> None:
    """Two sources that share entities, with codes, what is overruled, what waits, what is retired."""
    seed = (
        Said("seed")
        .node("Region:north", name="Made-up north", kind="REGION")
        .node("Provider:made-up-university", "99", name="Made-up University", town="Here",
              country="XX")
        .node("Organisation:made-up-trust", "T9", name="Made-up Trust", kind="TRUST")
        .node("Programme:made-up-p", name="Made-up programme")
        .link("IN_REGION", "Organisation:made-up-trust", "Region:north")
        .link("OFFERS", "Provider:made-up-university", "Programme:made-up-p", period="2024")
    )  # fmt: skip
    first = (
        Said("first")
        .node("Region:south", name="Made-up south", kind="REGION")
        .node("Provider:first-99", "99", name="MADE-UP UNIVERSITY", town="Here")
        .node("Organisation:first-t9", "T9", name="Made-up Trust (old name)", kind="TRUST")
        .node("Organisation:first-site", name="Made-up site", kind="SITE")
        .node("Programme:first-p", name="Made-up programme, first")
        .node("Programme:first-q", name="Made-up programme, second")
        .link("IN_REGION", "Organisation:first-t9", "Region:south")
        .link("OFFERS", "Provider:first-99", "Programme:first-p", period="2025")
        .link("OFFERS", "Provider:first-99", "Programme:first-q", period="2025")
        .link("TAUGHT", "Provider:first-99", "Programme:first-p", "2024", year="2024", starts=1,
              enrolments=1, achievements=1)
    )  # fmt: skip
    seed.load(database, run)
    first.load(database, run)
    more = Said("first")
    more.nodes, more.links, more.codes = first.nodes[:], first.links[:], first.codes[:]
    more.node("Provider:second-98", name="Made-up College", town="12")
    more.node("Provider:second-97", name="Made-up School", town="There", country="XX")
    more.load(database, run)
    more.nodes.pop()
    more.load(database, run)


def load_under(database: Database, run: Runner, model: GraphModel, **more: Any) -> Report:
    """Load a source that speaks of nothing that has changed."""
    found = Said("third")
    return run(load(database, model, Records(found.source, tuple(found.nodes)), **more))


@pytest.mark.parametrize("name", CASES)
def test_a_graph_outlives_its_model(name: str, empty: Database, run: Runner) -> None:
    case = CASES[name]
    loaded(empty, run)
    before = run(graph_digest(empty))

    planned = load_under(empty, run, case.model, dry=True)
    assert run(graph_digest(empty)) == before
    report = load_under(empty, run, case.model)
    assert planned.remodelled == report.remodelled
    text = "\n".join(report.lines())
    for sentence in case.said:
        assert sentence in text, text
    assert run(empty.rows(case.query)) == case.wanted

    async def deviations() -> list[str]:
        return [str(found) async for found in verify(empty, case.model)]

    assert run(deviations()) == []
    again = load_under(empty, run, case.model)
    assert (again.remodelled, again.version) == ((), None)


def test_a_source_loaded_again_under_a_renamed_property_changes_nothing(
    empty: Database, run: Runner
) -> None:
    """What was carried over has the hashes that the new name gives."""
    old = Said("first").node("Provider:first-1", "1", name="Made-up", town="Here")
    old.load(empty, run)
    model = CASES["a property renamed"].model
    new = Said("first").node("Provider:first-1", "1", name="Made-up", place="Here")
    records = Records(new.source, tuple(new.nodes), (), tuple(new.codes))
    report = run(load(empty, model, records))
    assert report.remodelled
    assert report.difference.is_empty, report.lines()


def test_a_new_hierarchy_with_a_cycle_is_refused_with_a_remedy(
    empty: Database, run: Runner
) -> None:
    found = Said("first")
    for number in "123":
        found.node(f"Role:first-{number}", name=f"Made-up role {number}")
    found.link("RELATED_TO", "Role:first-1", "Role:first-2")
    found.link("RELATED_TO", "Role:first-2", "Role:first-3")
    found.link("RELATED_TO", "Role:first-3", "Role:first-2")
    found.load(empty, run)
    before = run(graph_digest(empty))
    model = with_link("RELATED_TO", lambda one: replace(one, hierarchy=True))
    with pytest.raises(LoadError) as error:
        load_under(empty, run, model)
    assert (
        "RELATED_TO is a hierarchy now, and the graph has a cycle: Role:first-2 -> Role:fi"
        in str(error.value)
    )
    assert "Take one of its steps out of its source" in str(error.value)
    assert run(graph_digest(empty)) == before


def test_a_declaration_says_what_a_thing_was_called_before() -> None:
    from graph.mapping.declare import Entity, Evidence, declared, node, to_many, to_one

    assert Confidence and Evidence

    @node(plural="things", formerly=("Item", "Object"))
    class Thing(Entity):
        """A made-up thing."""

        new_name: str | None = prop("Made up.", formerly="old_name")
        parts = to_many(
            "Thing", "HAS", "has", inverse="whole", description="Made up.",
            inverse_description="Made up.", formerly="OWNS",
        )  # fmt: skip
        place = to_one(
            "Thing", "AT", "at", inverse="here", description="Made up.",
            inverse_description="Made up.", formerly=("IN", "ON"),
        )  # fmt: skip

    found = declared(Thing)
    assert found.formerly == ("Item", "Object")
    assert found.property("newName").formerly == ("oldName",)
    assert [one.formerly for one in found.relationships] == [("OWNS",), ("IN", "ON")]
