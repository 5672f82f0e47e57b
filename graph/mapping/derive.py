"""Model -> GraphQL schema: Strawberry types, connections, edges, `where` and `orderBy` inputs.

Types are written here in GraphQL's own notation (`[Role!]!`). No field has a
resolver: what it stands for is its meaning, kept in the field's metadata, and the
executor reads rows by response key.
"""

from collections.abc import Sequence
from typing import cast

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.mapping import fragment
from graph.mapping import meaning as means
from graph.mapping.blocks import Blocks, Date, enums_of, members_of, output_type
from graph.mapping.declare import Confidence
from graph.mapping.derive_fragments import Fragments
from graph.mapping.derive_summaries import Summaries
from graph.mapping.enums import GroupOrder, MatchType, OrderDirection
from graph.mapping.hierarchy import hierarchy_fields
from graph.mapping.model import EdgeType, End, GraphModel, Kind, Measures, NodeType, Property
from graph.mapping.scalars import parse_date

_FILTERS = {
    Kind.TEXT: "TextFilter",
    Kind.INT: "IntFilter",
    Kind.FLOAT: "FloatFilter",
    Kind.BOOLEAN: "BooleanFilter",
    Kind.DATE: "DateFilter",
}


def build_schema(model: GraphModel) -> GraphQLSchema:
    """The GraphQL schema of a model."""
    return _Builder(model).schema()


def meaning_of(field: GraphQLField) -> means.Meaning:
    """What a field of a built schema stands for."""
    definition = cast(StrawberryField, field.extensions["strawberry-definition"])
    return cast(means.Meaning, definition.metadata["meaning"])


class _Builder(Blocks):
    def __init__(self, model: GraphModel) -> None:
        super().__init__()
        self._model = model
        self._summaries = Summaries(self, model)
        self._fragments = Fragments(self, model, self._page_arguments)

    def schema(self) -> GraphQLSchema:
        """Build every type, then the schema, then take Strawberry's resolvers off it."""
        for enum in (Confidence, MatchType, OrderDirection):
            self.enum(enum)
        self.choice(GroupOrder.__name__, GroupOrder.__doc__ or "", members_of(GroupOrder))
        self._shared_types()
        self._filters()
        self._summaries.shared()
        self._fragments.enums()
        self._lists(self._model.entity, ())
        for kind in self._model.types:
            self._node_type(kind)
        query = self._query()
        built = strawberry.Schema(
            query,
            types=[self.names[kind.name] for kind in self._model.types],
            config=StrawberryConfig(
                scalar_map={
                    Date: strawberry.scalar(
                        name="Date",
                        description="A calendar date as ISO 8601 text, such as `2026-11-23`.",
                        serialize=str,
                        parse_value=parse_date,
                    )
                }
            ),
        )
        return _without_resolvers(built._schema)  # pyright: ignore[reportPrivateUsage]

    # Types that every graph has

    def _shared_types(self) -> None:
        field = self.field
        self.object_type(
            "Node",
            "Anything with a global id.",
            [field("id", "ID!", "The global id, `<Type>:<slug>`.", _ID)],
            is_interface=True,
        )
        self.object_type(
            "Entity",
            "A thing in the graph.",
            self._entity_fields(),
            ("Node",),
            is_interface=True,
        )
        self.object_type(
            "Evidence",
            "One source that a statement rests on.",
            [
                field("source", "Source!", "The source.", means.EvidenceSource()),
                field(
                    "confidence", "Confidence!", "How well the statement is supported.", _CONFIDENCE
                ),
                field("readOn", "Date!", "The day the source was read for it.", _READ_ON),
            ],
        )
        self.object_type(
            "MappedIdentifier",
            "An outside code of an entity, and how well it matches.",
            [
                field(name, type_, text, means.IdentifierPart(name, not type_.endswith("!")))
                for name, type_, text in (
                    ("scheme", "String!", "The register or classification, such as `SOC`."),
                    (
                        "schemeVersion",
                        "String",
                        "Its edition; null for registers that never reassign a code.",
                    ),
                    ("value", "String!", "The code."),
                    ("label", "String", "What the scheme calls the code."),
                    ("matchType", "MatchType!", "How well the code matches the entity."),
                )
            ],
        )
        self.object_type(
            "PageInfo",
            "Where a page lies among all that match.",
            [
                field(name, type_, text, means.PagePart(name))
                for name, type_, text in (
                    ("hasNextPage", "Boolean!", "Whether more follow after this page."),
                    ("hasPreviousPage", "Boolean!", "Whether more come before this page."),
                    (
                        "startCursor",
                        "String",
                        "The cursor of the first edge; null on an empty page.",
                    ),
                    ("endCursor", "String", "The cursor of the last edge; null on an empty page."),
                )
            ],
        )

    def _entity_fields(self) -> list[StrawberryField]:
        field = self.field
        return [
            field("id", "ID!", "The global id, `<Type>:<slug>`.", _ID),
            *(self._stored(found) for found in self._model.entity.properties[:4]),
            field(
                "identifiers",
                "[MappedIdentifier!]!",
                "Codes that others use for it, ordered by scheme, version and value.",
                means.IdentifiersOf(),
                [self.argument("schemes", "[String!]", "Only codes of these schemes.")],
            ),
            *self._evidence_fields(),
            field("retired", "Boolean!", "Whether no source asserts it any more.", _RETIRED),
            field("replacedBy", "Entity", "What takes its place, where known.", means.ReplacedBy()),
        ]

    def _evidence_fields(self) -> list[StrawberryField]:
        return [
            self.field(
                "evidence", "[Evidence!]!", "What the statement rests on.", means.EvidenceOf()
            ),
            self.field(
                "confidence", "Confidence!", "How well the statement is supported.", _CONFIDENCE
            ),
            self.field("readOn", "Date!", "The day the sources were read for it.", _READ_ON),
        ]

    # Filters

    def _filters(self) -> None:
        for name, scalar in (
            ("IntFilter", "Int"),
            ("FloatFilter", "Float"),
            ("DateFilter", "Date"),
        ):
            self.comparison_filter(name, scalar, ordered=True)
        self.input_type(
            "BooleanFilter",
            "Conditions on a yes or no; all that are given must hold.",
            [
                self.input_field("eq", "Boolean", "Is this."),
                self.input_field("ne", "Boolean", "Is not this; null counts as not."),
                self.input_field("isNull", "Boolean", "Is unknown (true) or known (false)."),
            ],
        )
        text = [
            ("eq", "String", "Is this."),
            ("ne", "String", "Is not this; null counts as not."),
            ("in", "[String!]", "Is one of these."),
            ("notIn", "[String!]", "Is none of these; null counts as none."),
            ("contains", "String", "Has this somewhere in it."),
            ("startsWith", "String", "Begins with this."),
            ("endsWith", "String", "Ends with this."),
            ("isNull", "Boolean", "Is unknown (true) or known (false)."),
            (
                "caseSensitive",
                "Boolean",
                "Compare case and accents too; by default neither counts.",
            ),
        ]
        self.input_type(
            "TextFilter",
            "Conditions on text; all that are given must hold.",
            [self.input_field(*entry) for entry in text],
        )
        self.input_type(
            "TextListFilter",
            "Conditions on a list of texts, compared exactly; all that are given must hold.",
            [
                self.input_field("has", "String", "Holds this."),
                self.input_field("hasAny", "[String!]", "Holds at least one of these."),
                self.input_field("hasAll", "[String!]", "Holds all of these."),
                self.input_field("size", "IntFilter", "Has so many members."),
            ],
        )

    # One node type

    def _node_type(self, kind: NodeType) -> None:
        for enum in enums_of(kind):
            self.enum(enum)
        ends = self._model.ends(kind.name)
        entity = {field.python_name for field in self._entity_fields()}
        own = [
            *(self._stored(found) for found in kind.properties if found.name not in entity),
            *(self._measured(found) for found in kind.measures),
            *(self._fragments.field(name, found) for name, found in self._computed(kind).items()),
            *(self._end(end) for end in ends),
        ]
        self.object_type(
            kind.name,
            kind.description,
            [field for field in own if field.python_name != "sources"],
            ("Node", "Entity"),
        )
        self._lists(kind, ends)
        for end in ends:
            self._related_lists(end)

    def _lists(self, kind: NodeType, ends: tuple[End, ...]) -> None:
        """What lists of a type need: filter, order, connection."""
        self._where(kind, ends)
        self._order(f"{kind.name}Order", kind.properties, kind.measures, ends)
        self._summaries.node_types(kind)
        self._connection(kind.name, kind.name, None)

    def _stored(self, found: Property) -> StrawberryField:
        return self.field(found.name, output_type(found), found.description, means.Stored(found))

    def _computed(self, kind: NodeType) -> dict[str, fragment.Field]:
        """The hand-written fields of a type, and those that follow from its hierarchy."""
        up = self._model.hierarchy(kind.name)
        return {**kind.computed, **(hierarchy_fields(kind, up) if up else {})}

    def _measured(self, found: Measures) -> StrawberryField:
        if found.type_name not in self.names:
            self.object_type(
                found.type_name,
                found.description,
                [
                    self.field(part.name, "Int!", part.description, means.MeasurePart(part))
                    for part in found.parts
                ],
            )
            self.input_type(
                f"{found.type_name}Where",
                f"Conditions on {found.type_name}; all that are given must hold.",
                [
                    self.input_field(part.name, "IntFilter", part.description)
                    for part in found.parts
                ],
            )
            self._order(
                f"{found.type_name}Order",
                [
                    Property(part.name, part.description, Kind.INT, nullable=False, many=False)
                    for part in found.parts
                ],
            )
        return self.field(
            found.name, f"{found.type_name}!", found.description, means.Measured(found)
        )

    def _end(self, end: End) -> StrawberryField:
        if end.one:
            return self.field(end.name, end.other, end.description, means.RelatedOne(end))
        return self.field(
            end.name,
            f"{end.stem}Connection!",
            end.description,
            means.RelatedMany(end),
            self._page_arguments(end.stem),
        )

    def _page_arguments(self, stem: str) -> list[StrawberryArgument]:
        return [
            self.argument("where", f"{stem}Where", "Conditions to meet."),
            self.argument("orderBy", f"[{stem}Order!]", "Sort keys, the first decides first."),
            self.argument("first", "Int", "Page size, from the start."),
            self.argument("after", "String", "Start after this cursor."),
            self.argument("last", "Int", "Page size, from the end."),
            self.argument("before", "String", "End before this cursor."),
        ]

    def _edge_types(self, edge: EdgeType) -> None:
        """What all lists along relationships with the same fields share."""
        where = f"{edge.name}Where"
        if where in self.names:
            return
        for enum in enums_of(edge):
            self.enum(enum)
        self._summaries.edge_types(edge)
        self.input_type(
            where,
            "Conditions on a relationship; all that are given must hold.",
            [*self._combinators(where), *map(self._filter, edge.properties)],
        )
        self._order(f"{edge.name}Order", edge.properties)

    def _related_lists(self, end: End) -> None:
        """What lists of one type need along relationships with the same fields."""
        stem, edge = end.stem, end.relationship.edge
        if end.one or f"{stem}Where" in self.names:
            return
        self._edge_types(edge)
        self._summaries.list_types(end)
        self._connection(stem, end.other, edge)
        self.input_type(
            f"{stem}Where",
            "Conditions on a related node and on the relationship to it; both must hold.",
            [
                *self._combinators(f"{stem}Where"),
                self.input_field("node", f"{end.other}Where", "On the related node."),
                self.input_field("edge", f"{edge.name}Where", "On the relationship."),
            ],
        )
        self.input_type(
            f"{stem}Quantifier",
            "Conditions on how many related nodes match; all that are given must hold.",
            [
                self.input_field("some", f"{stem}Where", "At least one matches."),
                self.input_field("all", f"{stem}Where", "All match; true where there are none."),
                self.input_field("none", f"{stem}Where", "None matches."),
                self.input_field("single", f"{stem}Where", "Exactly one matches."),
            ],
        )
        self.input_type(
            f"{stem}Order",
            "One sort key, of the related node or of the relationship.",
            [
                self.input_field("node", f"{end.other}Order", "By the related node."),
                self.input_field("edge", f"{edge.name}Order", "By the relationship."),
            ],
        )

    def _connection(self, stem: str, kind: str, edge: EdgeType | None) -> None:
        part = means.ConnectionPart
        own = edge.properties if edge else ()
        self.object_type(
            f"{stem}Edge",
            "A node in a list, its place there, and the relationship to it."
            if edge
            else "A node in a list and its place there.",
            [
                self.field("node", f"{kind}!", "The node.", means.EdgePart("node")),
                self.field("cursor", "String!", "Its place in the list.", means.EdgePart("cursor")),
                *(self._stored(found) for found in own if found.name not in _EVIDENCE),
                *(self._evidence_fields() if edge else ()),
            ],
        )
        self.object_type(
            f"{stem}Connection",
            "One page of a list, and summaries of all matches.",
            [
                self.field("totalCount", "Int!", "How many match in all.", part("totalCount")),
                self.field("pageInfo", "PageInfo!", "Where the page lies.", part("pageInfo")),
                self.field("nodes", f"[{kind}!]!", "The nodes of the page.", part("nodes")),
                self.field("edges", f"[{stem}Edge!]!", "The edges of the page.", part("edges")),
                *self._summaries.members(stem, kind, edge),
            ],
        )

    def _where(self, kind: NodeType, ends: tuple[End, ...]) -> None:
        name = f"{kind.name}Where"
        fields = [*self._combinators(name), *map(self._filter, kind.properties)]
        fields += [
            self.input_field(group.name, f"{group.type_name}Where", f"On `{group.name}`.")
            for group in kind.measures
        ]
        for end in ends:
            text = f"On `{end.name}`."
            if end.one:
                text = f"On `{end.name}`; null matches nodes without one."
                fields.append(self.input_field(end.name, f"{end.other}Where", text))
            else:
                fields.append(self.input_field(end.name, f"{end.stem}Quantifier", text))
                text = f"On the number of `{end.name}`."
                fields.append(self.input_field(f"{end.name}Count", "IntFilter", text))
        text = f"Conditions on a {kind.name}; all that are given must hold."
        self.input_type(name, text, fields)

    def _combinators(self, name: str) -> list[StrawberryField]:
        return [
            self.input_field("and", f"[{name}!]", "All of these hold."),
            self.input_field("or", f"[{name}!]", "At least one of these holds."),
            self.input_field("not", name, "This does not hold."),
        ]

    def _filter(self, found: Property) -> StrawberryField:
        if found.many:
            name = "TextListFilter"
        else:
            name = f"{found.enum.__name__}Filter" if found.enum else _FILTERS[found.kind]
        return self.input_field(found.name, name, f"On `{found.name}`.")

    def _order(
        self,
        name: str,
        properties: Sequence[Property],
        measures: Sequence[Measures] = (),
        ends: Sequence[End] = (),
    ) -> None:
        keys = [
            *((own.name, "OrderDirection") for own in properties if not own.many),
            *((group.name, f"{group.type_name}Order") for group in measures),
            *((end.name, f"{end.other}Order") for end in ends if end.one),
        ]
        fields = [self.input_field(key, type_, f"By `{key}`.") for key, type_ in keys]
        fields += [
            self.input_field(
                f"{end.name}Count", "OrderDirection", f"By the number of `{end.name}`."
            )
            for end in ends
            if not end.one
        ]
        self.input_type(name, "One sort key; give exactly one.", fields)

    # Query

    def _query(self) -> type:
        fields: list[StrawberryField] = []
        for kind in self._model.types:
            lists = [(kind.name, kind.singular, kind.plural, kind.description)]
            lists += [
                (part.label, part.singular, part.plural, part.description) for part in kind.subsets
            ]
            for label, one, many, description in lists:
                first_line = description.split("\n")[0]
                slug = self.argument("slug", "String!", "Its slug.")
                fields.append(
                    self.field(
                        one, kind.name, f"By slug: {first_line}", means.BySlug(kind, label), [slug]
                    )
                )
                fields.append(
                    self.field(
                        many,
                        f"{kind.name}Connection!",
                        f"A list: {first_line}",
                        means.ListOf(kind, label),
                        self._page_arguments(kind.name),
                    )
                )
        one_id = self.argument("id", "ID!", "A global id, `<Type>:<slug>`.")
        ids = self.argument("ids", "[ID!]!", "Global ids, 250 at most.")
        fields.append(self.field("node", "Node", "By global id.", means.ById(), [one_id]))
        fields.append(
            self.field(
                "nodes",
                "[Node]!",
                "By global ids, in their order; null where there is none.",
                means.ByIds(),
                [ids],
            )
        )
        fields += [
            self._fragments.field(name, found) for name, found in self._model.questions.items()
        ]
        return self.object_type("Query", "What can be asked.", fields)


_ID = means.Fixed("id", Kind.TEXT)
_RETIRED = means.Fixed("retired", Kind.BOOLEAN)
_EVIDENCE = {"confidence", "readOn", "sources"}
_CONFIDENCE = means.Stored(
    Property("confidence", "", Kind.ENUM, nullable=False, many=False, enum=Confidence)
)
_READ_ON = means.Stored(Property("readOn", "", Kind.DATE, nullable=False, many=False))


def _without_resolvers(schema: GraphQLSchema) -> GraphQLSchema:
    """Let the executor read plain rows: by response key, and types by `__typename`."""
    for found in schema.type_map.values():
        if found.name.startswith("__"):
            continue
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
            for field in found.fields.values():
                field.resolve = None
                for argument in field.args.values():
                    if argument.default_value is None:
                        argument.default_value = Undefined
        if isinstance(found, GraphQLObjectType):
            found.is_type_of = None
        if isinstance(found, GraphQLInterfaceType):
            found.resolve_type = None
    return schema
