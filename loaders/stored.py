"""Records as they are stored: properties of nodes and of relationships."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from graph.cypher import escape
from graph.mapping.model import GraphModel, Property
from graph.mapping.storage import key_of
from loaders import provenance
from loaders.held import digest_property
from loaders.provenance import Statement
from loaders.workspace import IDENTIFIED_BY, IDENTIFIER, SEPARATOR, Ends, marked

Claims = Mapping[str, tuple[Statement, int]]
"""What each source says of a thing, and the hash that marks it."""


class Shapes:
    """How the types of a model are stored, for one order of sources."""

    def __init__(self, model: GraphModel, order: Mapping[str, int]) -> None:
        self.model = model
        self._order = order
        self._key = key_of(model.relationships, "r")
        self._declared: dict[str, Sequence[Property]] = {
            **{kind.name: kind.properties for kind in model.types},
            **{
                relationship.type: relationship.edge.properties
                for relationship in model.relationships
            },
            IDENTIFIED_BY: IDENTIFIER,
        }

    def statement(self, type_: str, content: bytes) -> Statement:
        """What a record says, from its JSON."""
        return provenance.statement(orjson.loads(content), self._declared[type_])

    def of(
        self, type_: str, stored: Mapping[str, Any], link: Ends | None = None, *, but: str = ""
    ) -> Claims:
        """What the sources say of a stored node or relationship, all but one."""
        statements = provenance.statements(stored, self._declared[type_], but=but)
        return {
            source: (statement, marked(stored[digest_property(source)], type_, link))
            for source, statement in statements.items()
        }

    def properties(self, type_: str, claims: Claims, link: Ends | None = None) -> dict[str, Any]:
        """The properties to store for what sources say; null for what has to go."""
        statements = {source: statement for source, (statement, _) in claims.items()}
        return {
            **provenance.shown(statements, self._declared[type_], self._order),
            **{
                digest_property(source): marked(digest, type_, link)
                for source, (_, digest) in claims.items()
            },
        }

    def fresh(
        self, type_: str, source: str, content: bytes, digest: int, link: Ends | None = None
    ) -> dict[str, Any]:
        """The properties of a thing that one source says and that is not there yet."""
        properties = self.properties(
            type_, {source: (self.statement(type_, content), digest)}, link
        )
        return {key: value for key, value in properties.items() if value is not None}

    def distinct(
        self, source: str, batch: Sequence[tuple[Any, ...]]
    ) -> tuple[list[dict[str, Any]], list[int]]:
        """Properties of relationships (type, start, end, given, ...): equal ones are sent once.

        Without what marks each: its digest.
        """
        at: dict[tuple[str, bytes], int] = {}
        properties: list[dict[str, Any]] = []
        places: list[int] = []
        for type_, _, _, content, *_ in batch:
            place = at.get((type_, content))
            if place is None:
                place = at[type_, content] = len(properties)
                fresh = self.fresh(type_, source, content, 0)
                del fresh[digest_property(source)]
                properties.append(fresh)
            places.append(place)
        return properties, places

    def match(self, type_: str) -> str:
        """MATCH a relationship `r` by `row`: [start, end, key]."""
        if type_ == IDENTIFIED_BY:
            return f"MATCH (a:Entity {{id: row[0]}})-[r:{type_}]->(b:{_CODE})"
        return (
            f"MATCH (a:Entity {{id: row[0]}})-[r:{escape.name(type_)}]->"
            f"(b:Entity {{id: row[1]}}) WHERE {self._key} = row[2]"
        )

    def create(self, type_: str) -> str:
        """CREATE it with the properties in `row[3]`."""
        if type_ == IDENTIFIED_BY:
            return (
                f"MATCH (a:Entity {{id: row[0]}}) MERGE (b:{_CODE})"
                f" CREATE (a)-[r:{type_}]->(b) SET r = row[3]"
            )
        return (
            "MATCH (a:Entity {id: row[0]}) MATCH (b:Entity {id: row[1]})"
            f" CREATE (a)-[r:{escape.name(type_)}]->(b) SET r = row[3]"
        )


_CODE = (
    f"Identifier {{scheme: split(row[1], '{SEPARATOR}')[0],"
    f" schemeVersion: split(row[1], '{SEPARATOR}')[1], value: split(row[1], '{SEPARATOR}')[2]}}"
)
