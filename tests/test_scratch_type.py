"""Adding a node type with two relationships: one declaration, one line in a list, one seed file."""

import asyncio
import json
from enum import Enum
from pathlib import Path

from graph.database.session import NOTICE_S, Database
from graph.execution.engine import Engine
from graph.mapping.declare import Entity, declared, edge, node, prop, to_many, to_one
from graph.mapping.derive import build_schema
from graph.mapping.documents import seed_schema
from graph.mapping.model import GraphModel
from graph.schema import NODE_TYPES
from graph.settings import Limits
from loaders.load import load, read_and_check
from tests.conftest import ROOT, Runner

# Made up for this test: no such equipment is claimed to exist anywhere.


class Cost(Enum):
    """How dear it is."""

    LOW = "Cheap."
    HIGH = "Dear."


@edge
class UsedBy:
    """How a role uses it."""

    hours: int | None = prop("Hours a week.")


@edge
class MadeIn:
    """How it is made there."""

    since: int | None = prop("The year that it began.")


@node(plural="gadgets")
class Gadget(Entity):
    """A made-up kind of equipment."""

    cost: Cost = prop("How dear it is.")
    weight: float | None = prop("Kilograms.")

    roles = to_many(
        "Role",
        "USED_BY",
        "is used by",
        inverse="gadgets",
        fields=UsedBy,
        description="Roles that use it.",
        inverse_description="Gadgets that it uses.",
    )
    region = to_one(
        "Region",
        "MADE_IN",
        "is made in",
        inverse="gadgets",
        fields=MadeIn,
        description="The region that it is made in.",
        inverse_description="Gadgets that are made there.",
    )
    service_areas = to_many(
        "ServiceArea",
        "FOUND_AT",
        "stands in",
        inverse="gadgets",
        description="Areas where it stands.",
        inverse_description="Gadgets that stand there.",
    )


MODEL = GraphModel(tuple(declared(kind) for kind in (*NODE_TYPES, Gadget)))
SEED = """\
readOn: 2026-11-23
gadgets:
  - slug: made-up-hoist
    name: Made-up Hoist
    cost: HIGH
    weight: 12
    sources: [seed-page]
    confidence: UNSURE
    roles:
      - {to: ap-stroke, hours: 3}
      - {to: ap-theatres, hours: 9, confidence: SINGLE}
    serviceAreas: [theatres]
    region: {to: north-west, since: 1999, confidence: SINGLE}
  - slug: made-up-lamp
    name: Made-up Lamp
    cost: LOW
    sources: [seed-page]
    confidence: UNSURE
"""


def test_declared_loaded_filtered_and_queried(empty: Database, run: Runner, tmp_path: Path) -> None:
    for file in (ROOT / "seed").glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "gadgets.yaml").write_text(SEED)
    run(load(empty, MODEL, read_and_check(tmp_path, MODEL)))
    engine = Engine(build_schema(MODEL), MODEL, empty, Limits())
    query = """{
      gadgets(where: {cost: {eq: HIGH}, roles: {some: {edge: {hours: {gt: 5}}}}}) {
        totalCount
        nodes {
          id weight
          roles(orderBy: [{edge: {hours: DESC}}]) { edges { hours confidence node { slug gadgetsCount: gadgets { totalCount } } } }
          serviceAreas { nodes { slug gadgets { nodes { name } } } }
        }
      }
      roles(where: {gadgetsCount: {gte: 1}}, orderBy: [{name: ASC}]) { nodes { slug } }
      made: gadgets(where: {regionEdge: {since: {lt: 2000}}}) { nodes { slug } }
      unmade: gadgets(where: {regionEdge: null}, orderBy: [{regionEdge: {since: ASC}}]) { nodes { slug regionEdge { since } } }
      gadget(slug: "made-up-hoist") {
        region { slug gadgets { edges { since confidence } } }
        regionEdge { since confidence evidence { source { slug } confidence } }
      }
      node(id: "Gadget:made-up-lamp") { ... on Gadget { name cost } }
    }"""
    assert json.loads(run(engine.execute(query)).body) == {
        "data": {
            "gadgets": {
                "totalCount": 1,
                "nodes": [
                    {
                        "id": "Gadget:made-up-hoist",
                        "weight": 12.0,
                        "roles": {
                            "edges": [
                                {
                                    "hours": 9,
                                    "confidence": "SINGLE",
                                    "node": {
                                        "slug": "ap-theatres",
                                        "gadgetsCount": {"totalCount": 1},
                                    },
                                },
                                {
                                    "hours": 3,
                                    "confidence": "UNSURE",
                                    "node": {
                                        "slug": "ap-stroke",
                                        "gadgetsCount": {"totalCount": 1},
                                    },
                                },
                            ]
                        },
                        "serviceAreas": {
                            "nodes": [
                                {
                                    "slug": "theatres",
                                    "gadgets": {"nodes": [{"name": "Made-up Hoist"}]},
                                }
                            ]
                        },
                    }
                ],
            },
            "roles": {"nodes": [{"slug": "ap-stroke"}, {"slug": "ap-theatres"}]},
            "made": {"nodes": [{"slug": "made-up-hoist"}]},
            "unmade": {"nodes": [{"slug": "made-up-lamp", "regionEdge": None}]},
            "gadget": {
                "region": {
                    "slug": "north-west",
                    "gadgets": {"edges": [{"since": 1999, "confidence": "SINGLE"}]},
                },
                "regionEdge": {
                    "since": 1999,
                    "confidence": "SINGLE",
                    "evidence": [{"source": {"slug": "seed-page"}, "confidence": "SINGLE"}],
                },
            },
            "node": {"name": "Made-up Lamp", "cost": "LOW"},
        }
    }
    assert "hours" in json.dumps(seed_schema(MODEL["Gadget"]))


def test_handwritten_cypher_composes(empty: Database, run: Runner) -> None:
    """A field written in Cypher is compiled into the one statement like any other."""
    from graph.mapping.declare import cypher_nodes, cypher_value

    @node(plural="widgets")
    class Widget(Entity):
        """A made-up kind of thing."""

        shout = cypher_value("Its name, louder.", "toUpper(this.name) + '!'", str)
        peers = cypher_nodes(
            "Other widgets.",
            "MATCH (node:Widget) WHERE node <> this WITH node ORDER BY node.slug",
            "Widget",
        )

    class Source(Entity):
        """Stands for the real one."""

    model = GraphModel((declared(Widget), declared(node(plural="sources")(Source))))
    for slug in "abc":
        run(
            empty.run(
                "CREATE (:Entity:Widget {id: 'Widget:' + $s, slug: $s, name: $s, sources: [], altNames: []})",
                {"s": slug},
            )
        )
    engine = Engine(build_schema(model), model, empty, Limits())
    # Until then a read need not look what is shown, and a later one would.
    run(asyncio.sleep(NOTICE_S))
    run(empty.read("RETURN 1", {}))
    before = empty.reads, empty.looks
    found = json.loads(
        run(
            engine.execute('{ w: widget(slug: "b") { shout peers { shout peers { slug } } } }')
        ).body
    )
    assert (empty.reads, empty.looks) == (before[0] + 1, before[1])
    assert found["data"]["w"] == {
        "shout": "B!",
        "peers": [
            {"shout": "A!", "peers": [{"slug": "b"}, {"slug": "c"}]},
            {"shout": "C!", "peers": [{"slug": "a"}, {"slug": "b"}]},
        ],
    }
