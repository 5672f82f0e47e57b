"""What a source says, in the model's terms; each piece knows where it was said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line, column and record count from 1.

    In a table the record counts the header too, as spreadsheets do, and
    `field` names the column; the line differs where cells hold line breaks.
    """

    file: str
    line: int = 0
    column: int = 0
    record: int = 0
    field: str = ""

    def __str__(self) -> str:
        if not self.record:
            return f"{self.file}:{self.line}:{self.column}"
        return f"{self.file}:{self.line}: record {self.record}" + (
            f", {self.field}" if self.field else ""
        )


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node: its type, slug and what is known of its declared properties."""

    type: str
    slug: str
    properties: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])
    replaced_by: str | None = None

    @property
    def id(self) -> str:
        return f"{self.type}:{self.slug}"


@dataclass(frozen=True, slots=True)
class RelationshipRecord:
    """A relationship from one entity to another; `key` tells parallel ones apart."""

    type: str
    start: str
    end: str
    properties: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])
    key: str = ""


@dataclass(frozen=True, slots=True)
class IdentifierRecord:
    """An outside code of an entity; `version` is empty for registers without editions.

    An EXACT one is the entity's own: other sources that say it mean this entity.
    """

    owner: str
    scheme: str
    version: str
    value: str
    label: str | None
    properties: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])


Record = NodeRecord | RelationshipRecord | IdentifierRecord


@dataclass(frozen=True, slots=True)
class Records:
    """All that one source says, in memory: for sources that are small."""

    source: str
    nodes: tuple[NodeRecord, ...] = ()
    relationships: tuple[RelationshipRecord, ...] = ()
    identifiers: tuple[IdentifierRecord, ...] = ()
    left_out: frozenset[str] = frozenset()
    """The ids of entities that it says, but with a problem."""

    def __iter__(self) -> Iterator[Record]:
        yield from self.nodes
        yield from self.relationships
        yield from self.identifiers
