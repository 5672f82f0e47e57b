"""What each GraphQL field stands for in the graph: the vocabulary between schema and compiler.

A field of a derived type carries one of these in its metadata; the compiler has
one case for each. `owner` is the node or relationship that the field is read from.
"""

from dataclasses import dataclass

from graph.mapping import fragment
from graph.mapping.kinds import Kind
from graph.mapping.model import End, Measure, Measures, NodeType, Property


@dataclass(frozen=True, slots=True)
class Stored:
    """A property of the owner, returned as it is."""

    property: Property


@dataclass(frozen=True, slots=True)
class Fixed:
    """A property that every entity has besides the declared ones (`id`, `retired`)."""

    expression: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class HandWritten:
    """A hand-written field."""

    field: fragment.Field


@dataclass(frozen=True, slots=True)
class Measured:
    """Measures of the owner, as one object."""

    measures: Measures


@dataclass(frozen=True, slots=True)
class MeasurePart:
    """One measure of the owner."""

    measure: Measure


@dataclass(frozen=True, slots=True)
class RelatedOne:
    """The one node at the other end, or null."""

    end: End


@dataclass(frozen=True, slots=True)
class EdgeToOne:
    """The relationship to the one node at the other end, or null."""

    end: End


@dataclass(frozen=True, slots=True)
class RelatedMany:
    """A connection over a relationship."""

    end: End


@dataclass(frozen=True, slots=True)
class ReplacedBy:
    """The entity that takes the place of a retired one."""


@dataclass(frozen=True, slots=True)
class EvidenceOf:
    """One row a source that the owner rests on."""


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """The source of one row of evidence."""


@dataclass(frozen=True, slots=True)
class IdentifiersOf:
    """The outside codes of the owner."""


@dataclass(frozen=True, slots=True)
class IdentifierPart:
    """One column of an outside code: `scheme`, `schemeVersion`, `value`, `label`, `matchType`."""

    name: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class BySlug:
    """A root field: one node of a type, by its slug."""

    type: NodeType
    label: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A root field: a connection over all nodes with a label."""

    type: NodeType
    label: str


@dataclass(frozen=True, slots=True)
class ById:
    """A root field: one entity by its global id."""


@dataclass(frozen=True, slots=True)
class ByIds:
    """A root field: entities by their global ids, in the order asked, null where there is none.

    The argument has the ids, or is `representations`: objects that have them, of federation.
    """

    argument: str = "ids"


@dataclass(frozen=True, slots=True)
class Known:
    """A text that is known without the database; None for an object made of such."""

    text: str | None


@dataclass(frozen=True, slots=True)
class ConnectionPart:
    """A member of a connection: `totalCount`, `nodes`, `groups` and so on."""

    name: str


@dataclass(frozen=True, slots=True)
class PagePart:
    """A member of `PageInfo`."""

    name: str


@dataclass(frozen=True, slots=True)
class EdgePart:
    """A member of a Relay edge that is no property: `node` or `cursor`."""

    name: str


Meaning = (
    Stored
    | Fixed
    | HandWritten
    | Measured
    | MeasurePart
    | RelatedOne
    | EdgeToOne
    | RelatedMany
    | ReplacedBy
    | EvidenceOf
    | EvidenceSource
    | IdentifiersOf
    | IdentifierPart
    | BySlug
    | ListOf
    | ById
    | ByIds
    | Known
    | ConnectionPart
    | PagePart
    | EdgePart
)
