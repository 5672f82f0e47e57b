"""The summaries of every connection: aggregate, groups, facets and distinct values."""

from collections.abc import Iterable, Iterator, Mapping

from graph.mapping import meaning as means
from graph.mapping.blocks import Argument, Blocks, Field
from graph.mapping.keys import GroupTarget, edge_keys, node_keys
from graph.mapping.kinds import Kind
from graph.mapping.model import EdgeType, End, GraphModel, NodeType, Property

_COUNTS = (
    ("count", "Int!", "How many have a value."),
    ("countDistinct", "Int!", "How many different values there are."),
)


class Summaries:
    """Builds these types: some for all lists, some for each node type and each kind of edge."""

    def __init__(self, blocks: Blocks, model: GraphModel) -> None:
        self._blocks = blocks
        self._model = model

    def shared(self) -> None:
        """The types that all lists use."""
        for kind in (Kind.INT, Kind.FLOAT):
            scalar = kind.value.scalar
            self._object(
                kind.value.aggregate,
                "The known values of a number; null where there are none.",
                *_COUNTS,
                ("min", scalar, "The smallest value."),
                ("max", scalar, "The largest value."),
                ("avg", "Float", "The mean."),
                ("sum", "Float!", "The sum; 0 where there are none."),
            )
        self._object(
            Kind.DATE.value.aggregate,
            "The known values of a date; null where there are none.",
            *_COUNTS,
            ("min", "Date", "The earliest."),
            ("max", "Date", "The latest."),
        )
        self._object("ValueAggregate", "How many values are known.", *_COUNTS)
        self._object(
            "GroupKey",
            "One key of a group. A match with several values is in each of their groups.",
            ("field", "String!", "What is grouped by, such as `status` or `edge.confidence`."),
            (
                "value",
                "String",
                "The value as text, or the slug of the entity; null where unknown.",
            ),
            ("entity", "Entity", "The entity, where the key is a relationship."),
        )
        self._object(
            "FacetValue",
            "One value and how many matches have it.",
            (
                "value",
                "String",
                "The value as text, or the slug of the entity; null where unknown.",
            ),
            ("entity", "Entity", "The entity, where the facet is a relationship."),
            ("count", "Int!", "How many matches have it."),
        )
        self._object(
            "Facet",
            "The values of one key, the most frequent first; conditions on that key are ignored.",
            ("field", "String!", "The key, such as `status` or `edge.confidence`."),
            ("values", "[FacetValue!]!", "Its values."),
        )

    def node_types(self, kind: NodeType) -> None:
        """The aggregate, the keys and the groups of a node type."""
        for group in kind.measures:
            self._blocks.object_type(
                f"{group.type_name}Aggregate",
                f"Aggregates of {group.type_name}.",
                [self._part(part.name, "IntAggregate!", _of(part.name)) for part in group.parts],
            )
        self._blocks.object_type(
            f"{kind.name}Aggregate",
            "Aggregates over all matches, regardless of paging.",
            [
                self._part("count", "Int!", "How many match."),
                *self._aggregates(kind.properties),
                *(
                    self._part(
                        f"{end.name}Count", "IntAggregate!", f"Of the number of `{end.name}`."
                    )
                    for end in self._model.ends(kind.name)
                    if not end.one
                ),
                *(
                    self._part(group.name, f"{group.type_name}Aggregate!", _of(group.name))
                    for group in kind.measures
                ),
            ],
        )
        self._keys(kind.name, node_keys(self._model, kind.name))
        self._group_type(kind.name, kind.name, None)

    def edge_types(self, edge: EdgeType) -> None:
        """The aggregate and the keys of relationships with the same fields."""
        self._blocks.object_type(
            f"{edge.name}Aggregate",
            "Aggregates over the relationships to all matches.",
            list(self._aggregates(edge.properties)),
        )
        self._keys(edge.name, edge_keys(edge))

    def list_types(self, end: End) -> None:
        """The groups of a list along a relationship."""
        self._group_type(end.stem, end.other, end.relationship.edge)

    def members(self, stem: str, kind: str, edge: EdgeType | None) -> list[Field]:
        """The members of a connection; with `edge`, of one along a relationship."""
        blocks, part = self._blocks, means.ConnectionPart
        required = "" if edge else "!"
        by = [blocks.argument("by", f"[{kind}Key!]{required}", "Keys, each at most once.")]
        one = [blocks.argument("field", f"{kind}Key{required}", "The key.")]
        if edge:
            by.append(blocks.argument("byEdge", f"[{edge.name}Key!]", "Keys of the edge."))
            text = "Instead of `field`."
            one.append(blocks.argument("edgeField", f"{edge.name}Key", text))
        order = blocks.argument("orderBy", "GroupOrder", "COUNT_DESC by default.")

        def first(default: int) -> Argument:
            text = f"{default:,} by default."
            return blocks.argument("first", "Int", text)

        return [
            *self._aggregate_members(kind, edge),
            blocks.field(
                "groups",
                f"[{stem}Group!]!",
                "Matches grouped by keys.",
                part("groups"),
                [*by, order, first(1000)],
            ),
            blocks.field(
                "facets",
                "[Facet!]!",
                "The values of each key.",
                part("facets"),
                [*by, first(25)],
            ),
            blocks.field(
                "distinct",
                "[String!]!",
                "The different values of a key.",
                part("distinct"),
                [*one, first(1000)],
            ),
        ]

    def _aggregate_members(self, kind: str, edge: EdgeType | None) -> Iterator[Field]:
        blocks, part = self._blocks, means.ConnectionPart
        text = "Aggregates over the nodes."
        yield blocks.field("aggregate", f"{kind}Aggregate!", text, part("aggregate"))
        if edge:
            name, text = "edgeAggregate", "Aggregates over the relationships."
            yield blocks.field(name, f"{edge.name}Aggregate!", text, part(name))

    def _group_type(self, stem: str, kind: str, edge: EdgeType | None) -> None:
        self._blocks.object_type(
            f"{stem}Group",
            "Matches with the same keys.",
            [
                self._part("keys", "[GroupKey!]!", "The keys, in the order asked."),
                self._part("count", "Int!", "How many match."),
                *self._aggregate_members(kind, edge),
            ],
        )

    def _keys(self, stem: str, targets: Mapping[str, GroupTarget]) -> None:
        members = {name: f"By `{target.name}`." for name, target in targets.items()}
        reasons = {name: _reason(target) for name, target in targets.items()}
        text = "A key to group by."
        self._blocks.choice(f"{stem}Key", text, members, reasons)

    def _aggregates(self, properties: Iterable[Property]) -> Iterator[Field]:
        for prop in properties:
            if not prop.many:
                type_, text = f"{prop.kind.value.aggregate}!", _of(prop.name)
                yield self._blocks.field(prop.name, type_, text, deprecated=prop.deprecated)

    def _object(self, name: str, description: str, *fields: tuple[str, str, str]) -> None:
        self._blocks.object_type(name, description, [self._part(*field) for field in fields])

    def _part(self, name: str, type_: str, description: str) -> Field:
        return self._blocks.field(name, type_, description)


def _reason(target: GroupTarget) -> str:
    """Why a key should not be used any more, if so."""
    declared = target.property or target.end
    return declared.deprecated if declared else ""


def _of(name: str) -> str:
    return f"Of `{name}`."
