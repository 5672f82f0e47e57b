"""Records against what the graph holds from the same source: what a load has to do.

Every node, relationship and identifier that a source asserts carries the
property `digest_<source>`: a hash of what the source says of it. Equal hashes
mean that nothing is to be written.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.cypher import escape
from graph.database.session import Database
from graph.mapping.fold import fold
from graph.mapping.model import GraphModel, Property
from loaders.records import IdentifierRecord, NodeRecord, Records, RelationshipRecord

Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """A thing to write: its identity, its properties as stored, its hash."""

    identity: Identity
    properties: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of thing: what to add, change and retire, and how many stay as they are."""

    added: tuple[Written, ...]
    changed: tuple[Written, ...]
    retired: tuple[Identity, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.retired)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a load has to do."""

    source: str
    nodes: Change
    relationships: Change
    identifiers: Change

    @property
    def is_empty(self) -> bool:
        return self.nodes.is_empty and self.relationships.is_empty and self.identifiers.is_empty


@dataclass(frozen=True, slots=True)
class Held:
    """What the graph holds: identities and hashes from one source, ids from all."""

    nodes: Mapping[Identity, str]
    relationships: Mapping[Identity, str]
    identifiers: Mapping[Identity, str]
    ids: frozenset[str]


def digest_property(source: str) -> str:
    """The property that marks what a source asserts."""
    return f"digest_{source}"


async def read_held(database: Database, model: GraphModel, source: str) -> Held:
    """Read hashes back, each kind as one list: a record a row would be ten times slower."""
    digest = escape.name(digest_property(source))
    ids, nodes, identifiers = (
        await database.rows(
            "RETURN COLLECT { MATCH (n:Entity) RETURN n.id },"
            f" COLLECT {{ MATCH (n:Entity) WHERE n.{digest} IS NOT NULL"
            f" RETURN [n.id, n.{digest}] }},"
            f" COLLECT {{ MATCH (n:Entity)-[r:IDENTIFIED_BY]->(i) WHERE r.{digest} IS NOT NULL"
            f" RETURN [n.id, i.scheme, i.schemeVersion, i.value, r.{digest}] }}"
        )
    )[0]
    keyed = [found for found in model.relationships if found.key]
    cases = "".join(
        f" WHEN {escape.constant(found.type)} THEN r.{escape.name(found.key)}" for found in keyed
    )
    key = f"CASE type(r){cases} ELSE '' END" if keyed else "''"
    rows = await database.rows(
        f"MATCH (a:Entity)-[r]->(b:Entity) WHERE r.{digest} IS NOT NULL"
        f" RETURN collect([type(r), a.id, b.id, {key}, r.{digest}])"
    )
    relationships: dict[Identity, str] = {
        (type_, start, end, key_value): hash_ for type_, start, end, key_value, hash_ in rows[0][0]
    }
    return Held(
        {(*_split(id_), ""): hash_ for id_, hash_ in nodes},
        relationships,
        {
            (owner, scheme, version, value): hash_
            for owner, scheme, version, value, hash_ in identifiers
        },
        frozenset(ids),
    )


def difference(records: Records, held: Held, model: GraphModel) -> Difference:
    """What has to be written so that the graph says what the records say."""
    return Difference(
        records.source,
        _change((_node(found, model) for found in records.nodes), held.nodes),
        _change(
            (_relationship(found, model) for found in records.relationships), held.relationships
        ),
        _change((_identifier(found) for found in records.identifiers), held.identifiers),
    )


def _change(wanted: Iterable[Written], held: Mapping[Identity, str]) -> Change:
    added: list[Written] = []
    changed: list[Written] = []
    seen: set[Identity] = set()
    unchanged = 0
    for found in wanted:
        seen.add(found.identity)
        if found.identity not in held:
            added.append(found)
        elif held[found.identity] != found.digest:
            changed.append(found)
        else:
            unchanged += 1
    retired = tuple(sorted(identity for identity in held if identity not in seen))
    return Change(tuple(added), tuple(changed), retired, unchanged)


def _node(found: NodeRecord, model: GraphModel) -> Written:
    properties = stored(found.properties, model[found.type].properties)
    subsets = [
        part.label
        for part in model[found.type].subsets
        if found.properties.get(part.property) == part.value
    ]
    hashed = {**properties, "subsets": subsets, "replacedBy": found.replaced_by}
    return Written(
        (found.type, found.id, "", ""),
        {**properties, "id": found.id, "subsets": subsets, "replacedBy": found.replaced_by},
        _hash(hashed),
    )


def _relationship(found: RelationshipRecord, model: GraphModel) -> Written:
    declared = next(kind for kind in model.relationships if kind.type == found.type)
    properties = stored(found.properties, declared.edge.properties)
    return Written(found.identity, properties, _hash(properties))


def _identifier(found: IdentifierRecord) -> Written:
    properties = dict(found.properties)
    return Written(
        found.identity,
        {**properties, "label": found.label},
        _hash({**properties, "label": found.label}),
    )


def stored(values: Mapping[str, Any], declared: tuple[Property, ...]) -> dict[str, Any]:
    """Declared values as they are stored, with the folded copies of text."""
    found = dict(values)
    for kind in declared:
        value = values.get(kind.name)
        if kind.is_folded:
            found[kind.folded] = None if value is None else fold(value)
        elif isinstance(value, int) and kind.kind.value == "float":
            found[kind.name] = float(value)
    return found


def _split(id_: str) -> tuple[str, str, str]:
    return id_.partition(":")[0], id_, ""


def _hash(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
