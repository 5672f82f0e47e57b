"""Model -> GraphQL schema: Strawberry types, connections, edges, `where` and `orderBy` inputs.

Types are written here in GraphQL's own notation (`[Role!]!`). No field has a
resolver: what it stands for is its meaning, kept in the field's metadata, and the
executor reads rows by response key.
"""

import keyword
import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, NewType, Optional, cast

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.mapping import meaning as means
from graph.mapping.declare import Confidence
from graph.mapping.model import End, GraphModel, Kind, NodeType, Property
from graph.mapping.scalars import parse_date

Date = NewType("Date", str)

_SCALARS = {
    Kind.TEXT: "String",
    Kind.INT: "Int",
    Kind.FLOAT: "Float",
    Kind.BOOLEAN: "Boolean",
    Kind.DATE: "Date",
}
_FILTERS = {
    Kind.TEXT: "TextFilter",
    Kind.INT: "IntFilter",
    Kind.FLOAT: "FloatFilter",
    Kind.BOOLEAN: "BooleanFilter",
    Kind.DATE: "DateFilter",
}


class MatchType(Enum):
    """How well an outside code matches the entity, in SKOS terms."""

    EXACT = "The code means the same thing."
    CLOSE = "The code means nearly the same thing; never used to merge entities."
    BROAD = "The code means something wider."
    NARROW = "The code means something narrower."
    RELATED = "The code means something associated."


class OrderDirection(Enum):
    """Which end of an order comes first; null comes last either way."""

    ASC = "Smallest first, A before Z."
    DESC = "Largest first, Z before A."


def build_schema(model: GraphModel) -> GraphQLSchema:
    """The GraphQL schema of a model."""
    return _Builder(model).schema()


def meaning_of(field: GraphQLField) -> means.Meaning:
    """What a field of a built schema stands for."""
    definition = cast(StrawberryField, field.extensions["strawberry-definition"])
    return cast(means.Meaning, definition.metadata["meaning"])


class _Builder:
    def __init__(self, model: GraphModel) -> None:
        self._model = model
        self._names: dict[str, Any] = {
            "List": list,
            "Optional": Optional,
            "String": str,
            "Int": int,
            "Float": float,
            "Boolean": bool,
            "ID": strawberry.ID,
            "Date": Date,
        }

    def schema(self) -> GraphQLSchema:
        """Build every type, then the schema, then take Strawberry's resolvers off it."""
        for enum in (Confidence, MatchType, OrderDirection):
            self._enum(enum)
        self._shared_types()
        self._filters()
        for kind in self._model.types:
            self._node_type(kind)
        query = self._query()
        built = strawberry.Schema(
            query,
            types=[self._names[kind.name] for kind in self._model.types],
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

    # Building blocks

    def _field(
        self,
        name: str,
        type_: str,
        description: str,
        meaning: means.Meaning | None = None,
        arguments: Sequence[StrawberryArgument] = (),
        *,
        is_input: bool = False,
    ) -> StrawberryField:
        field = StrawberryField(
            python_name=f"{name}_" if keyword.iskeyword(name) else name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(_python(type_), namespace=self._names),
            description=description,
            metadata={"meaning": meaning},
            default=strawberry.UNSET if is_input else None,
        )
        field.arguments = list(arguments)
        return field

    def _input_field(self, name: str, type_: str, description: str) -> StrawberryField:
        return self._field(name, type_, description, is_input=True)

    def _argument(
        self, name: str, type_: str, description: str, default: object = strawberry.UNSET
    ) -> StrawberryArgument:
        return StrawberryArgument(
            python_name=name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(_python(type_), namespace=self._names),
            description=description,
            default=default,
        )

    def _type(
        self,
        name: str,
        description: str,
        fields: Iterable[StrawberryField],
        bases: tuple[type, ...] = (),
        **kind: bool,
    ) -> type:
        own = list(fields)
        body: dict[str, Any] = {field.python_name: field for field in own}
        body["__annotations__"] = {
            field.python_name: cast(StrawberryAnnotation, field.type_annotation).raw_annotation
            for field in own
        }
        declare = cast(Callable[..., type], strawberry.type)
        annotations = {field.python_name: field.type_annotation for field in own}
        built = declare(type(name, bases, body), name=name, description=description, **kind)
        for field in cast(Any, built).__strawberry_definition__.fields:
            # Strawberry resolved these at once, before the types that they name existed.
            field.type_annotation = annotations.get(field.python_name, field.type_annotation)
        self._names[name] = built
        return built

    def _input(self, name: str, description: str, fields: Iterable[StrawberryField]) -> None:
        self._type(name, description, fields, is_input=True)

    def _enum(self, declared: type[Enum]) -> None:
        if declared.__name__ in self._names:
            return
        members = {
            member.name: strawberry.enum_value(member.name, description=str(member.value))
            for member in declared
        }
        built = cast(Any, Enum)(declared.__name__, members)
        self._names[declared.__name__] = strawberry.enum(built, description=declared.__doc__)
        self._comparison_filter(f"{declared.__name__}Filter", declared.__name__, ordered=False)

    # Types that every graph has

    def _shared_types(self) -> None:
        field = self._field
        self._type(
            "Node",
            "Anything with a global id.",
            [field("id", "ID!", "The global id, `<Type>:<slug>`.", _ID)],
            is_interface=True,
        )
        self._type(
            "Entity",
            "A thing in the graph.",
            self._entity_fields(),
            (self._names["Node"],),
            is_interface=True,
        )
        self._type(
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
        self._type(
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
        self._type(
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
        field = self._field
        return [
            field("id", "ID!", "The global id, `<Type>:<slug>`.", _ID),
            *(self._stored(found) for found in self._model.types[0].properties[:4]),
            field(
                "identifiers",
                "[MappedIdentifier!]!",
                "Codes that others use for it, ordered by scheme, version and value.",
                means.IdentifiersOf(),
                [self._argument("schemes", "[String!]", "Only codes of these schemes.")],
            ),
            *self._evidence_fields(),
            field("retired", "Boolean!", "Whether no source asserts it any more.", _RETIRED),
            field("replacedBy", "Entity", "What takes its place, where known.", means.ReplacedBy()),
        ]

    def _evidence_fields(self) -> list[StrawberryField]:
        return [
            self._field(
                "evidence", "[Evidence!]!", "What the statement rests on.", means.EvidenceOf()
            ),
            self._field(
                "confidence", "Confidence!", "How well the statement is supported.", _CONFIDENCE
            ),
            self._field("readOn", "Date!", "The day the sources were read for it.", _READ_ON),
        ]

    # Filters

    def _filters(self) -> None:
        for name, scalar in (
            ("IntFilter", "Int"),
            ("FloatFilter", "Float"),
            ("DateFilter", "Date"),
        ):
            self._comparison_filter(name, scalar, ordered=True)
        self._input(
            "BooleanFilter",
            "Conditions on a yes or no; all that are given must hold.",
            [
                self._input_field("eq", "Boolean", "Is this."),
                self._input_field("ne", "Boolean", "Is not this; null counts as not."),
                self._input_field("isNull", "Boolean", "Is unknown (true) or known (false)."),
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
        self._input(
            "TextFilter",
            "Conditions on text; all that are given must hold.",
            [self._input_field(*entry) for entry in text],
        )
        self._input(
            "TextListFilter",
            "Conditions on a list of texts, compared exactly; all that are given must hold.",
            [
                self._input_field("has", "String", "Holds this."),
                self._input_field("hasAny", "[String!]", "Holds at least one of these."),
                self._input_field("hasAll", "[String!]", "Holds all of these."),
                self._input_field("size", "IntFilter", "Has so many members."),
            ],
        )

    def _comparison_filter(self, name: str, scalar: str, *, ordered: bool) -> None:
        bounds = (
            ("lt", "Is less than this."),
            ("lte", "Is at most this."),
            ("gt", "Is more than this."),
            ("gte", "Is at least this."),
        )
        self._input(
            name,
            "Conditions on a value; all that are given must hold.",
            [
                self._input_field("eq", scalar, "Is this."),
                self._input_field("ne", scalar, "Is not this; null counts as not."),
                self._input_field("in", f"[{scalar}!]", "Is one of these."),
                self._input_field(
                    "notIn", f"[{scalar}!]", "Is none of these; null counts as none."
                ),
                *(self._input_field(bound, scalar, text) for bound, text in bounds if ordered),
                self._input_field("isNull", "Boolean", "Is unknown (true) or known (false)."),
            ],
        )

    # One node type

    def _node_type(self, kind: NodeType) -> None:
        for enum in _enums(kind):
            self._enum(enum)
        ends = self._model.ends(kind.name)
        entity = {field.python_name for field in self._entity_fields()}
        own = [
            *(self._stored(found) for found in kind.properties if found.name not in entity),
            *(self._computed(found.name, kind) for found in kind.computed),
            *(self._end(end) for end in ends),
        ]
        self._type(
            kind.name,
            kind.description,
            [field for field in own if field.python_name != "sources"],
            (self._names["Entity"],),
        )
        self._where(kind, ends)
        self._order(f"{kind.name}Order", kind.properties)
        self._connection(kind.name, kind.name, ())
        for end in ends:
            self._relationship_types(end)

    def _stored(self, found: Property) -> StrawberryField:
        return self._field(found.name, _output(found), found.description, means.Stored(found))

    def _computed(self, name: str, kind: NodeType) -> StrawberryField:
        found = next(field for field in kind.computed if field.name == name)
        type_ = f"[{found.target}!]!" if found.target else _output(found)
        return self._field(name, type_, found.description, means.Computed(found))

    def _end(self, end: End) -> StrawberryField:
        if end.one:
            return self._field(end.name, end.other, end.description, means.RelatedOne(end))
        return self._field(
            end.name,
            f"{end.type_name}Connection!",
            end.description,
            means.RelatedMany(end),
            self._page_arguments(end.type_name),
        )

    def _page_arguments(self, stem: str) -> list[StrawberryArgument]:
        return [
            self._argument("where", f"{stem}Where", "Only those that meet these conditions."),
            self._argument(
                "orderBy", f"[{stem}Order!]", "Keys to order by; ties are broken by slug."
            ),
            self._argument(
                "first", "Int", "At most so many from the start; 25 unless said, 1000 at most."
            ),
            self._argument("after", "String", "Only those after the edge with this cursor."),
            self._argument("last", "Int", "At most so many from the end, 1000 at most."),
            self._argument("before", "String", "Only those before the edge with this cursor."),
        ]

    def _relationship_types(self, end: End) -> None:
        if end.one:
            return
        edge = end.relationship.edge
        for enum in _enums(edge):
            self._enum(enum)
        stem = end.type_name
        shown = [found for found in edge.properties if found.name not in _EVIDENCE]
        self._connection(stem, end.other, [self._stored(found) for found in shown])
        self._input(
            f"{stem}EdgeWhere",
            f"Conditions on the relationship {end.relationship.type} itself.",
            [*self._combinators(f"{stem}EdgeWhere"), *map(self._filter, edge.properties)],
        )
        self._input(
            f"{stem}Where",
            "Conditions on a related node and on the relationship to it; both must hold.",
            [
                *self._combinators(f"{stem}Where"),
                self._input_field("node", f"{end.other}Where", "On the related node."),
                self._input_field("edge", f"{stem}EdgeWhere", "On the relationship."),
            ],
        )
        self._input(
            f"{stem}Quantifier",
            "Conditions on how many related nodes match; all that are given must hold.",
            [
                self._input_field("some", f"{stem}Where", "At least one matches."),
                self._input_field("all", f"{stem}Where", "All match; true where there are none."),
                self._input_field("none", f"{stem}Where", "Not one matches."),
                self._input_field("single", f"{stem}Where", "Exactly one matches."),
            ],
        )
        self._order(f"{stem}EdgeOrder", edge.properties)
        self._input(
            f"{stem}Order",
            "One key to order by: of the related node, or of the relationship.",
            [
                self._input_field("node", f"{end.other}Order", "By the related node."),
                self._input_field("edge", f"{stem}EdgeOrder", "By the relationship."),
            ],
        )

    def _connection(self, stem: str, node: str, edge_fields: Sequence[StrawberryField]) -> None:
        related = stem != node
        part = means.ConnectionPart
        self._type(
            f"{stem}Edge",
            "A node in a list, its place there, and what the relationship says of it."
            if related
            else "A node in a list, and its place there.",
            [
                self._field("node", f"{node}!", "The node.", means.EdgePart("node")),
                self._field(
                    "cursor", "String!", "Its place in the list.", means.EdgePart("cursor")
                ),
                *edge_fields,
                *(self._evidence_fields() if related else ()),
            ],
        )
        self._type(
            f"{stem}Connection",
            "A page of a list.",
            [
                self._field("totalCount", "Int!", "How many match in all.", part("totalCount")),
                self._field("pageInfo", "PageInfo!", "Where the page lies.", part("pageInfo")),
                self._field("nodes", f"[{node}!]!", "The nodes of the page.", part("nodes")),
                self._field("edges", f"[{stem}Edge!]!", "The edges of the page.", part("edges")),
            ],
        )

    def _where(self, kind: NodeType, ends: tuple[End, ...]) -> None:
        fields = [*self._combinators(f"{kind.name}Where"), *map(self._filter, kind.properties)]
        for end in ends:
            if end.one:
                text = f"{end.description} Null: there is none."
                fields.append(self._input_field(end.name, f"{end.other}Where", text))
            else:
                fields.append(
                    self._input_field(end.name, f"{end.type_name}Quantifier", end.description)
                )
                count = f"How many there are: {end.description}"
                fields.append(self._input_field(f"{end.name}Count", "IntFilter", count))
        self._input(
            f"{kind.name}Where",
            f"Conditions on a {kind.name}; all that are given must hold.",
            fields,
        )

    def _combinators(self, name: str) -> list[StrawberryField]:
        return [
            self._input_field("and", f"[{name}!]", "All of these hold."),
            self._input_field("or", f"[{name}!]", "At least one of these holds."),
            self._input_field("not", name, "This does not hold."),
        ]

    def _filter(self, found: Property) -> StrawberryField:
        if found.many:
            name = "TextListFilter"
        else:
            name = f"{found.enum.__name__}Filter" if found.enum else _FILTERS[found.kind]
        return self._input_field(found.name, name, found.description)

    def _order(self, name: str, properties: Sequence[Property]) -> None:
        self._input(
            name,
            "One key to order by; give exactly one.",
            [
                self._input_field(found.name, "OrderDirection", found.description)
                for found in properties
                if not found.many
            ],
        )

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
                slug = self._argument("slug", "String!", "Its slug.")
                fields.append(
                    self._field(
                        one, kind.name, f"By slug: {first_line}", means.BySlug(kind, label), [slug]
                    )
                )
                fields.append(
                    self._field(
                        many,
                        f"{kind.name}Connection!",
                        f"A list: {first_line}",
                        means.ListOf(kind, label),
                        self._page_arguments(kind.name),
                    )
                )
        one_id = self._argument("id", "ID!", "A global id, `<Type>:<slug>`.")
        ids = self._argument("ids", "[ID!]!", "Global ids, 250 at most.")
        fields.append(self._field("node", "Node", "By global id.", means.ById(), [one_id]))
        fields.append(
            self._field(
                "nodes",
                "[Node]!",
                "By global ids, in their order; null where there is none.",
                means.ByIds(),
                [ids],
            )
        )
        return self._type("Query", "What can be asked.", fields)


_ID = means.Fixed("id", Kind.TEXT)
_RETIRED = means.Fixed("retired", Kind.BOOLEAN)
_EVIDENCE = {"confidence", "readOn", "sources"}
_CONFIDENCE = means.Stored(
    Property("confidence", "", Kind.ENUM, nullable=False, many=False, enum=Confidence)
)
_READ_ON = means.Stored(Property("readOn", "", Kind.DATE, nullable=False, many=False))


def _python(type_: str) -> str:
    """GraphQL's notation to Python's: `[Role!]` -> `Optional[List[Role]]`."""
    if not type_.endswith("!"):
        return f"Optional[{_python(type_ + '!')}]"
    bare = type_[:-1]
    match = re.fullmatch(r"\[(.*)\]", bare)
    return f"List[{_python(match[1])}]" if match else bare


def _output(found: Any) -> str:
    scalar = found.enum.__name__ if found.enum else _SCALARS[found.kind]
    if found.many:
        return f"[{scalar}!]!"
    return scalar if found.nullable else f"{scalar}!"


def _enums(declared: Any) -> list[type[Enum]]:
    return [found.enum for found in declared.properties if found.enum]


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
