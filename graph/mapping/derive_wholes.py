"""What a connection says of all that it matches: aggregate, groups, facets, distinct."""

from collections.abc import Iterator

from strawberry.types.field import StrawberryField

from graph.mapping import meaning as means
from graph.mapping.blocks import Blocks
from graph.mapping.keys import group_targets, value_targets
from graph.mapping.model import EdgeType, End, GraphModel, Kind, NodeType, Property

_AGGREGATES = {Kind.INT: "IntAggregate", Kind.FLOAT: "FloatAggregate", Kind.DATE: "DateAggregate"}
_COUNTS = (
    ("count", "Int!", "How many have a value."),
    ("countDistinct", "Int!", "How many different values there are."),
)


class Wholes:
    """Makes these types for each kind of list."""

    def __init__(self, blocks: Blocks, model: GraphModel) -> None:
        self._blocks = blocks
        self._model = model

    def shared(self) -> None:
        """The types that all lists use."""
        for kind, scalar in ((Kind.INT, "Int"), (Kind.FLOAT, "Float")):
            self._object(
                _AGGREGATES[kind],
                "What the known values of a number come to; null stands for none.",
                *_COUNTS,
                ("min", scalar, "The least."),
                ("max", scalar, "The greatest."),
                ("avg", "Float", "The mean."),
                ("sum", "Float!", "The sum; 0 of none."),
            )
        self._object(
            _AGGREGATES[Kind.DATE],
            "What the known dates come to; null stands for none.",
            *_COUNTS,
            ("min", "Date", "The earliest."),
            ("max", "Date", "The latest."),
        )
        self._object("ValueAggregate", "How many values are known.", *_COUNTS)
        self._object(
            "GroupKey",
            "One key of a group.",
            ("field", "String!", "What is grouped by, such as `status` or `edge.confidence`."),
            (
                "value",
                "String",
                "Its value as text, or the slug of the entity; null: there is none.",
            ),
            ("entity", "Entity", "The entity, where a relationship is grouped by."),
        )
        self._object(
            "FacetValue",
            "One value and how many have it.",
            (
                "value",
                "String",
                "The value as text, or the slug of the entity; null: there is none.",
            ),
            ("entity", "Entity", "The entity, where the facet is a relationship."),
            ("count", "Int!", "How many have it."),
        )
        self._object(
            "Facet",
            "The values of one field or relationship, the most frequent first.",
            ("field", "String!", "What it is of, such as `status` or `edge.confidence`."),
            ("values", "[FacetValue!]!", "Its values."),
        )

    def node_aggregate(self, kind: NodeType) -> None:
        """The types for lists of a node type."""
        counts = [
            Property(f"{end.name}Count", f"How many there are: {end.description}", Kind.INT,
                     nullable=False, many=False)
            for end in self._model.ends(kind.name)
            if not end.one
        ]  # fmt: skip
        measured: list[StrawberryField] = []
        for found in kind.measures:
            self._blocks.object_type(
                f"{found.type_name}Aggregate",
                f"What the measures come to: {found.description}",
                [self._part(part.name, "IntAggregate!", part.description) for part in found.parts],
            )
            measured.append(
                self._part(found.name, f"{found.type_name}Aggregate!", found.description)
            )
        fields = [*self._properties((*kind.properties, *counts)), *measured]
        self._types(kind.name, kind.name, None, fields)

    def relationship_aggregate(self, end: End) -> None:
        """The types for lists along a relationship."""
        edge = end.relationship.edge
        self._blocks.object_type(
            f"{end.type_name}EdgeAggregate",
            f"What the fields of the relationships {end.relationship.type} come to.",
            list(self._properties(edge.properties)),
        )
        fields = [
            self._part("node", f"{end.other}Aggregate!", "What the nodes come to."),
            self._part("edge", f"{end.type_name}EdgeAggregate!", "What the relationships come to."),
        ]
        self._types(end.type_name, end.other, edge, fields)

    def members(self, stem: str) -> list[StrawberryField]:
        """The members of a connection."""
        blocks = self._blocks
        by = blocks.argument("by", f"[{stem}GroupKey!]!", "What to group by, each key once.")
        part = means.ConnectionPart
        return [
            blocks.field(
                "aggregate",
                f"{stem}Aggregate!",
                "Numbers over all that match, whatever the page.",
                part("aggregate"),
            ),
            blocks.field(
                "groups",
                f"[{stem}Group!]!",
                "All that match, grouped: who has several values is in several groups.",
                part("groups"),
                [
                    by,
                    blocks.argument("orderBy", "GroupOrder", "COUNT_DESC unless said."),
                    blocks.argument("first", "Int", "At most so many groups, 1000 unless said."),
                ],
            ),
            blocks.field(
                "facets",
                "[Facet!]!",
                "The values of each key; the conditions of `where` on the key itself do not count.",
                part("facets"),
                [
                    by,
                    blocks.argument(
                        "first", "Int", "At most so many values of each, 25 unless said."
                    ),
                ],
            ),
            blocks.field(
                "distinct",
                "[String!]!",
                "The different values of a field as text, in order.",
                part("distinct"),
                [
                    blocks.argument("field", f"{stem}Field!", "Which field."),
                    blocks.argument("first", "Int", "At most so many, 1000 unless said."),
                ],
            ),
        ]

    def _types(
        self, stem: str, kind: str, edge: EdgeType | None, fields: list[StrawberryField]
    ) -> None:
        blocks, model = self._blocks, self._model
        count = self._part("count", "Int!", "How many there are.")
        blocks.object_type(f"{stem}Aggregate", "Numbers over all that match.", [count, *fields])
        targets = group_targets(model, kind, edge)
        descriptions = {name: found.description for name, found in targets.items()}
        blocks.choice(f"{stem}GroupKey", "What lists are grouped by.", descriptions)
        values = value_targets(model, kind, edge)
        descriptions = {name: found.description for name, found in values.items()}
        blocks.choice(f"{stem}Field", "Fields with values of their own.", descriptions)
        self._object(
            f"{stem}Group",
            "Those that match and have the same keys.",
            ("keys", "[GroupKey!]!", "The keys, in the order asked for."),
            ("count", "Int!", "How many there are."),
            ("aggregate", f"{stem}Aggregate!", "Numbers over the group."),
        )

    def _properties(self, properties: tuple[Property, ...]) -> Iterator[StrawberryField]:
        for found in properties:
            if not found.many:
                name = _AGGREGATES.get(found.kind, "ValueAggregate")
                yield self._part(found.name, f"{name}!", found.description)

    def _object(self, name: str, description: str, *fields: tuple[str, str, str]) -> None:
        self._blocks.object_type(name, description, [self._part(*found) for found in fields])

    def _part(self, name: str, type_: str, description: str) -> StrawberryField:
        return self._blocks.field(name, type_, description)
