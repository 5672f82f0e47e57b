"""What is deprecated says so wherever a client or an editor meets it; the model is made up."""

import json

from graphql import print_schema

from graph.mapping.checks import checked
from graph.mapping.declare import Entity, declared, node, prop, to_many, to_one
from graph.mapping.derive import build_schema
from graph.mapping.documents import seed_schema, table
from graph.mapping.model import GraphModel

_ENDS = {"description": "x", "inverse_description": "x"}


@node(plural="tools")
class Tool(Entity):
    """Made up."""

    weight: int | None = prop("How heavy.", deprecated="Use `mass`.")
    mass: int | None = prop("How heavy.")
    parts = to_many("Tool", "HAS", "has", inverse="wholes", deprecated="Use `pieces`.", **_ENDS)
    owner = to_one("Source", "OF", "is of", inverse="tools", deprecated="Nobody.", **_ENDS)


@node(plural="sources")
class Source(Entity):
    """Made up."""


MODEL = checked(GraphModel((declared(Tool), declared(Source))))


def test_every_way_to_it_is_deprecated() -> None:
    lines = [line.strip() for line in print_schema(build_schema(MODEL)).splitlines()]
    marked = [line.partition("@deprecated")[0].strip() for line in lines if "@deprecated" in line]
    assert [line for line in marked if "eight" in line or "EIGHT" in line] == [
        "weight: Int",
        "weight: IntAggregate!",
        "WEIGHT",
        "weight: IntFilter",
        "weight: OrderDirection",
    ]
    assert {"PARTS", "WHOLES", "OWNER", "owner: Source", "ownerEdge: Link"} <= {*marked}
    assert {"partsCount: IntFilter", "parts: ToolLinkQuantifier", "ownerEdge: LinkWhere"} <= {
        *marked
    }
    assert 'weight: Int @deprecated(reason: "Use `mass`.")' in lines
    assert not [line for line in marked if "mass" in line]


def test_documents_say_so() -> None:
    assert "How heavy. Deprecated: Use `mass`." in table(MODEL)
    assert '"deprecated": true' in json.dumps(seed_schema(MODEL["Tool"]))
