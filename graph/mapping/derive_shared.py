"""The types that every graph has: entities, evidence, codes, pages."""

from collections.abc import Callable, Sequence

from graph.mapping import meaning as means
from graph.mapping.blocks import Blocks, Field, output_type
from graph.mapping.declare import Confidence
from graph.mapping.kinds import Kind
from graph.mapping.model import EdgeType, GraphModel, Property
from graph.mapping.storage import SOURCE

Texts = Sequence[tuple[str, str, str]]
"""Name, type and description of fields."""
_ID = means.Fixed("id", Kind.TEXT)
_RETIRED = means.Fixed("retired", Kind.BOOLEAN)
_EVIDENCE = {"confidence", "readOn", "sources"}
_CONFIDENCE = means.Stored(
    Property("confidence", "", Kind.ENUM, nullable=False, many=False, enum=Confidence)
)
_READ_ON = means.Stored(Property("readOn", "", Kind.DATE, nullable=False, many=False))
_IDENTIFIER: Texts = (
    ("scheme", "String!", "The register or classification, such as `SOC`."),
    ("schemeVersion", "String", "Its edition; null for registers that never reassign a code."),
    ("value", "String!", "The code."),
    ("label", "String", "What the scheme calls the code."),
    ("matchType", "MatchType!", "How well the code matches the entity."),
)
_PAGE: Texts = (
    ("hasNextPage", "Boolean!", "Whether more follow after this page."),
    ("hasPreviousPage", "Boolean!", "Whether more come before this page."),
    ("startCursor", "String", "The cursor of the first edge; null on an empty page."),
    ("endCursor", "String", "The cursor of the last edge; null on an empty page."),
)


class Shared:
    """Builds these types, and the fields that entities and relationships have in common."""

    def __init__(
        self, blocks: Blocks, model: GraphModel, of_all: Callable[[], list[Field]]
    ) -> None:
        self._blocks = blocks
        self._model = model
        self._of_all = of_all

    def types(self) -> None:
        """The types."""
        blocks, field = self._blocks, self._blocks.field
        node = [field("id", "ID!", "The global id, `<Type>:<slug>`.", _ID)]
        blocks.object_type("Node", "Anything with a global id.", node, is_interface=True)
        entity = self.entity_fields()
        text = "A thing in the graph."
        blocks.object_type("Entity", text, entity, ("Node",), is_interface=True)
        evidence = [
            field("source", f"{SOURCE}!", "The source.", means.EvidenceSource()),
            field("confidence", "Confidence!", "How well it supports the statement.", _CONFIDENCE),
            field("readOn", "Date!", "The day the source was read for it.", _READ_ON),
        ]
        blocks.object_type("Evidence", "One source that a statement rests on.", evidence)
        blocks.object_type(
            "MappedIdentifier",
            "An outside code of an entity, and how well it matches.",
            [
                field(name, type_, text, means.IdentifierPart(name, not type_.endswith("!")))
                for name, type_, text in _IDENTIFIER
            ],
        )
        blocks.object_type(
            "PageInfo",
            "Where a page lies among all matches: 25 of them by default, 1,000 at most,"
            " in the order of the sort keys, then by slug.",
            [field(name, type_, text, means.PagePart(name)) for name, type_, text in _PAGE],
        )

    def entity_fields(self) -> list[Field]:
        """What every entity has."""
        field = self._blocks.field
        return [
            field("id", "ID!", "The global id, `<Type>:<slug>`.", _ID),
            *(self.stored(prop) for prop in self._model.entity.properties[:4]),
            field(
                "identifiers",
                "[MappedIdentifier!]!",
                "Codes that others use for it, by scheme, version, value.",
                means.IdentifiersOf(),
                [self._blocks.argument("schemes", "[String!]", "Only codes of these schemes.")],
            ),
            *self._of_all(),
            *self._evidence_fields(),
            field("retired", "Boolean!", "Whether no source asserts it any more.", _RETIRED),
            field("replacedBy", "Entity", "What takes its place, where known.", means.ReplacedBy()),
        ]

    def edge_fields(self, edge: EdgeType) -> list[Field]:
        """What a relationship has: its own fields and its evidence."""
        own = [prop for prop in edge.properties if prop.name not in _EVIDENCE]
        return [*map(self.stored, own), *self._evidence_fields()]

    def stored(self, prop: Property) -> Field:
        """A property."""
        return self._blocks.field(
            prop.name,
            output_type(prop),
            prop.description,
            means.Stored(prop),
            deprecated=prop.deprecated,
        )

    def _evidence_fields(self) -> list[Field]:
        field = self._blocks.field
        return [
            field("evidence", "[Evidence!]!", "What the statement rests on.", means.EvidenceOf()),
            field("confidence", "Confidence!", "How well it is supported.", _CONFIDENCE),
            field("readOn", "Date!", "The day its sources were read.", _READ_ON),
        ]
