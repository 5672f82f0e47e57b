"""The model that a graph was written with: what the graph remembers of it, and what has changed.

Only what decides how things are stored is kept: node types with their properties and named
parts, relationship types with their ends and properties. Descriptions are not.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.database.session import Database
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel, Property, Relationship
from graph.mapping.storage import schema_names


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship type as it is stored."""

    source: str
    target: str
    key: str
    one: bool
    hierarchy: bool
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A model as a graph remembers it."""

    nodes: Mapping[str, tuple[Property, ...]]
    links: Mapping[str, Link]
    subsets: Mapping[str, Sequence[Sequence[str]]]
    """The label, property and value of each named part, by node type."""
    members: Mapping[str, Sequence[str]]
    """The values of each enum property, by `owner.property`."""
    indexes: Sequence[str]

    def declared(self, owner: str) -> tuple[Property, ...]:
        """The properties of a node type or of a relationship type; none where it is unknown."""
        if owner in self.nodes:
            return self.nodes[owner]
        return self.links[owner].properties if owner in self.links else ()


def described(model: GraphModel) -> str:
    """A model as text: equal for models that store alike."""
    return json.dumps(
        {
            "nodes": {kind.name: _properties(kind.properties) for kind in model.types},
            "subsets": {
                kind.name: [[part.label, part.property, part.value] for part in kind.subsets]
                for kind in model.types
                if kind.subsets
            },
            "links": {
                relationship.type: _link(relationship) for relationship in model.relationships
            },
            "indexes": sorted(schema_names(model)),
        },
        sort_keys=True,
    )


def _properties(declared: Iterable[Property]) -> list[dict[str, Any]]:
    return [
        {
            "name": prop.name,
            "kind": prop.kind.name,
            "nullable": prop.nullable,
            "many": prop.many,
            "exact": prop.exact,
            "searched": prop.searched,
            "default": prop.default,
            "members": sorted(prop.enum.__members__) if prop.enum else [],
        }
        for prop in declared
    ]


def _link(relationship: Relationship) -> dict[str, Any]:
    return {
        "source": relationship.source,
        "target": relationship.target,
        "key": relationship.key,
        "one": relationship.one,
        "hierarchy": relationship.hierarchy,
        "properties": _properties(relationship.edge.properties),
    }


def restored(text: str) -> Written:
    """The model that a text describes."""
    model = json.loads(text)
    members = {
        f"{owner}.{one['name']}": one["members"]
        for owner, declared in (
            *model["nodes"].items(),
            *((type_, link["properties"]) for type_, link in model["links"].items()),
        )
        for one in declared
    }
    return Written(
        {name: _restored(declared) for name, declared in model["nodes"].items()},
        {
            type_: Link(
                link["source"],
                link["target"],
                link["key"],
                link["one"],
                link["hierarchy"],
                _restored(link["properties"]),
            )
            for type_, link in model["links"].items()
        },
        model["subsets"],
        members,
        model["indexes"],
    )


def _restored(declared: Iterable[Mapping[str, Any]]) -> tuple[Property, ...]:
    return tuple(
        Property(
            name=one["name"],
            description="",
            kind=Kind[one["kind"]],
            nullable=one["nullable"],
            many=one["many"],
            exact=one["exact"],
            searched=one["searched"],
            default=one["default"],
        )
        for one in declared
    )


async def read_written(database: Database) -> str | None:
    """The model that the graph remembers; None where it has been told none."""
    rows = await database.rows("MATCH (m:StoredModel) RETURN m.model")
    return rows[0][0] if rows else None


REMEMBER = "MERGE (m:StoredModel {name: 'current'}) SET m = {name: 'current', model: $model}"
"""Puts down the model `$model`; it has to be sealed then."""
