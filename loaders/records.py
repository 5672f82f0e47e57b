"""What a source says, in the model's terms; each piece knows where it was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node: its type, slug and declared properties, a null for each that is not known."""

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

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return (self.type, self.start, self.end, self.key)


@dataclass(frozen=True, slots=True)
class IdentifierRecord:
    """An outside code of an entity; `version` is empty for registers without editions."""

    owner: str
    scheme: str
    version: str
    value: str
    label: str | None
    properties: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return (self.owner, self.scheme, self.version, self.value)


@dataclass(frozen=True, slots=True)
class Records:
    """All that one source says."""

    source: str
    nodes: tuple[NodeRecord, ...] = ()
    relationships: tuple[RelationshipRecord, ...] = ()
    identifiers: tuple[IdentifierRecord, ...] = ()
