"""Model -> GraphQL schema: Strawberry types, connections, edges, `where` and `orderBy` inputs.

Types are written here in GraphQL's own notation (`[Role!]!`). No field has a
resolver: what it stands for is its meaning, kept in the field's metadata, and the
executor reads rows by response key.
"""

from collections.abc import Iterator, Sequence
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

from graph.mapping import fragment
from graph.mapping import meaning as means
from graph.mapping.blocks import Argument, Blocks, Date, Field, enums_of, members_of
from graph.mapping.declare import Confidence
from graph.mapping.derive_fragments import Fragments
from graph.mapping.derive_shared import Shared
from graph.mapping.derive_summaries import Summaries
from graph.mapping.enums import GroupOrder, MatchType, OrderDirection, Scope
from graph.mapping.hierarchy import hierarchy_fields
from graph.mapping.kinds import Kind
from graph.mapping.model import EdgeType, End, GraphModel, Measures, NodeType, Property
from graph.mapping.operators import FILTERS, TEXT_LIST
from graph.mapping.scalars import parse_date


def build_schema(model: GraphModel) -> GraphQLSchema:
    """The GraphQL schema of a model."""
    return _Builder(model).schema()


def meaning_of(field: GraphQLField) -> means.Meaning:
    """What a field of a built schema stands for."""
    definition = cast(Field, field.extensions["strawberry-definition"])
    return cast(means.Meaning, definition.metadata["meaning"])


class _Builder(Blocks):
    def __init__(self, model: GraphModel) -> None:
        super().__init__()
        self._model = model
        self._shared = Shared(self, model, self._of_all)
        self._summaries = Summaries(self, model)
        self._fragments = Fragments(self, model, self._page_arguments)

    def schema(self) -> GraphQLSchema:
        """Build every type, then the schema, then take Strawberry's resolvers off it."""
        for enum in (Confidence, MatchType, OrderDirection):
            self.enum(enum)
        for choice in (GroupOrder, Scope):
            self.choice(choice.__name__, choice.__doc__ or "", members_of(choice))
        self._shared.types()
        for filter_ in FILTERS:
            self.filter(filter_)
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
                        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
                        serialize=str,
                        parse_value=parse_date,
                    )
                }
            ),
        )
        return _without_resolvers(built._schema)  # pyright: ignore[reportPrivateUsage]

    def _of_all(self) -> list[Field]:
        return [self._fragments.field(name, field) for name, field in self._model.of_all.items()]

    # One node type

    def _node_type(self, kind: NodeType) -> None:
        for enum in enums_of(kind):
            self.enum(enum)
        ends = self._model.ends(kind.name)
        entity = {field.python_name for field in self._shared.entity_fields()}
        own = [
            *(self._shared.stored(prop) for prop in kind.properties if prop.name not in entity),
            *(self._measured(measures) for measures in kind.measures),
            *(self._fragments.field(name, field) for name, field in self._computed(kind).items()),
            *(field for end in ends for field in self._end(end)),
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

    def _computed(self, kind: NodeType) -> dict[str, fragment.Field]:
        """The hand-written fields of a type, and those that follow from its hierarchy."""
        up = self._model.hierarchy(kind.name)
        return {**kind.computed, **(hierarchy_fields(kind, up) if up else {})}

    def _measured(self, measures: Measures) -> Field:
        if measures.type_name not in self.names:
            self.object_type(
                measures.type_name,
                measures.description,
                [
                    self.field(part.name, "Int!", part.description, means.MeasurePart(part))
                    for part in measures.parts
                ],
            )
            self.input_type(
                f"{measures.type_name}Where",
                f"Conditions on {measures.type_name}; all that are given must hold.",
                [
                    self.input_field(part.name, "IntFilter", part.description)
                    for part in measures.parts
                ],
            )
            self._order(
                f"{measures.type_name}Order",
                [
                    Property(part.name, part.description, Kind.INT, nullable=False, many=False)
                    for part in measures.parts
                ],
            )
        return self.field(
            measures.name, f"{measures.type_name}!", measures.description, means.Measured(measures)
        )

    def _end(self, end: End) -> Iterator[Field]:
        text, why = end.description, end.deprecated
        if not end.one:
            meaning, arguments = means.RelatedMany(end), self._page_arguments(end.stem)
            type_ = f"{end.stem}Connection!"
            yield self.field(end.name, type_, text, meaning, arguments, deprecated=why)
            return
        yield self.field(end.name, end.other, text, means.RelatedOne(end), deprecated=why)
        type_, text = end.relationship.edge.name, f"The relationship to `{end.name}`, or null."
        yield self.field(end.edge_name, type_, text, means.EdgeToOne(end), deprecated=why)

    def _page_arguments(self, stem: str) -> list[Argument]:
        return [
            self.argument("where", f"{stem}Where", "Conditions."),
            self.argument("orderBy", f"[{stem}Order!]", "Sort keys."),
            self.argument("first", "Int", "How many from the start."),
            self.argument("after", "String", "After this cursor."),
            self.argument("last", "Int", "How many from the end."),
            self.argument("before", "String", "Before this cursor."),
        ]

    def _edge_types(self, edge: EdgeType) -> None:
        """What all lists along relationships with the same fields share."""
        where = f"{edge.name}Where"
        if where in self.names:
            return
        for enum in enums_of(edge):
            self.enum(enum)
        self._summaries.edge_types(edge)
        self.object_type(edge.name, edge.description, self._shared.edge_fields(edge))
        self.input_type(
            where,
            "Conditions on a relationship; all that are given must hold.",
            [*self._combinators(where), *map(self._filter, edge.properties)],
        )
        self._order(f"{edge.name}Order", edge.properties)

    def _related_lists(self, end: End) -> None:
        """What lists of one type need along relationships with the same fields."""
        stem, edge = end.stem, end.relationship.edge
        self._edge_types(edge)
        if end.one or f"{stem}Where" in self.names:
            return
        self._summaries.list_types(end)
        self._connection(stem, end.other, edge)
        self.input_type(
            f"{stem}Where",
            "On a related node and the relationship to it.",
            [
                *self._combinators(f"{stem}Where"),
                self.input_field("node", f"{end.other}Where", "On the related node."),
                self.input_field("edge", f"{edge.name}Where", "On the relationship."),
            ],
        )
        self.input_type(
            f"{stem}Quantifier",
            "How many related nodes match.",
            [
                self.input_field("some", f"{stem}Where", "At least one matches."),
                self.input_field("all", f"{stem}Where", "All match; true where there are none."),
                self.input_field("none", f"{stem}Where", "None matches."),
                self.input_field("single", f"{stem}Where", "Exactly one matches."),
            ],
        )
        self.input_type(
            f"{stem}Order",
            "One sort key.",
            [
                self.input_field("node", f"{end.other}Order", "By the related node."),
                self.input_field("edge", f"{edge.name}Order", "By the relationship."),
            ],
        )

    def _connection(self, stem: str, kind: str, edge: EdgeType | None) -> None:
        part = means.ConnectionPart
        self.object_type(
            f"{stem}Edge",
            "A node, its place in the list, the relationship."
            if edge
            else "A node in a list and its place there.",
            [
                self.field("node", f"{kind}!", "The node.", means.EdgePart("node")),
                self.field("cursor", "String!", "Its place in the list.", means.EdgePart("cursor")),
                *(self._shared.edge_fields(edge) if edge else ()),
            ],
        )
        self.object_type(
            f"{stem}Connection",
            "A page of a list.",
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
                fields.append(self._input_of(end, f"{end.other}Where", text))
                text = f"On the relationship to `{end.name}`; null matches nodes without one."
                where = f"{end.relationship.edge.name}Where"
                fields.append(self.input_field(end.edge_name, where, text, end.deprecated))
            else:
                fields.append(self._input_of(end, f"{end.stem}Quantifier", text))
                text = f"On the number of `{end.name}`."
                fields.append(self._input_of(end, "IntFilter", text, "Count"))
        text = f"Conditions on `{kind.name}`; all that are given must hold."
        self.input_type(name, text, fields)

    def _input_of(self, end: End, type_: str, text: str, suffix: str = "") -> Field:
        return self.input_field(f"{end.name}{suffix}", type_, text, end.deprecated)

    def _combinators(self, name: str) -> list[Field]:
        return [
            self.input_field("and", f"[{name}!]", "All hold."),
            self.input_field("or", f"[{name}!]", "At least one holds."),
            self.input_field("not", name, "This does not hold."),
        ]

    def _filter(self, prop: Property) -> Field:
        if prop.many:
            name = TEXT_LIST.name
        else:
            name = f"{prop.enum.__name__}Filter" if prop.enum else prop.kind.value.filter
        return self.input_field(prop.name, name, f"On `{prop.name}`.", prop.deprecated)

    def _order(
        self,
        name: str,
        properties: Sequence[Property],
        measures: Sequence[Measures] = (),
        ends: Sequence[End] = (),
    ) -> None:
        keys = [
            *(
                (prop.name, "OrderDirection", prop.deprecated)
                for prop in properties
                if not prop.many
            ),
            *((group.name, f"{group.type_name}Order", "") for group in measures),
            *((end.name, f"{end.other}Order", end.deprecated) for end in ends if end.one),
            *(
                (end.edge_name, f"{end.relationship.edge.name}Order", end.deprecated)
                for end in ends
                if end.one
            ),
        ]
        fields = [self.input_field(key, type_, f"By `{key}`.", why) for key, type_, why in keys]
        fields += [
            self._input_of(end, "OrderDirection", f"By the number of `{end.name}`.", "Count")
            for end in ends
            if not end.one
        ]
        self.input_type(name, "One sort key; give exactly one.", fields)

    # Query

    def _query(self) -> type:
        fields: list[Field] = []
        scope = self.argument("scope", "Scope", "Which entities; `ALL` by default.")
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
                        [scope, *self._page_arguments(kind.name)],
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
            self._fragments.root_field(name, field) for name, field in self._model.questions.items()
        ]
        return self.object_type("Query", "What can be asked.", fields)


def _without_resolvers(schema: GraphQLSchema) -> GraphQLSchema:
    """Let the executor read plain rows: by response key, and types by `__typename`."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field in type_.fields.values():
                field.resolve = None
                for argument in field.args.values():
                    if argument.default_value is None:
                        argument.default_value = Undefined
        if isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None
        if isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = None
    return schema
