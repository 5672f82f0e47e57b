"""Fields -> plan: the last stage that sees GraphQL objects.

One case for each meaning that a field can have. `place` is the path of the
field in the client's own names, for errors.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
)

from graph.compiler import plan
from graph.compiler.budget import Budget
from graph.compiler.collect import Collector, Field, Fields
from graph.compiler.fragments import FragmentCompiler
from graph.compiler.interfaces import Group, by_type
from graph.compiler.lookups import LookupCompiler
from graph.compiler.order import fingerprint, page, sort_keys
from graph.compiler.paths import measure
from graph.compiler.related import RelatedCompiler
from graph.compiler.rowtypes import INT, row_type
from graph.compiler.scope import Names, Scope
from graph.compiler.source import Condition, Source
from graph.compiler.values import Binding, Leaf, trace_arguments
from graph.compiler.where import WhereCompiler, conjunction
from graph.compiler.wholes import WholeCompiler
from graph.cypher import ast
from graph.errors import BadUserInput
from graph.mapping import meaning as means
from graph.mapping.derive import meaning_of
from graph.mapping.model import GraphModel
from graph.settings import Limits


class Selector:
    """Makes the plan of one operation; with `checks` the values of its variables are checked too.

    A field whose arguments cannot be used becomes `plan.Failed`.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        collector: Collector,
        where: WhereCompiler,
        limits: Limits,
        budget: Budget,
        *,
        checks: bool = False,
    ) -> None:
        self._schema = schema
        self._budget = budget
        self._collector = collector
        self._where = where
        self._limits = limits
        self._checks = checks
        self.types = frozenset(kind.name for kind in where.model.types)
        self.fixed: set[str] = set()
        """Variables whose values are part of the plan."""
        self.existing: list[plan.Existing] = []
        self.bound: list[Binding] = []
        """What is bound of all fields that did not fail."""
        self.fails = False
        self.root_field: plan.RootField | None = None
        """The one that is compiled now."""
        self.root_fields: frozenset[str] = frozenset()
        self._wholes = WholeCompiler(where.model, collector, limits, self._entity, self.decided)
        self._fragments = FragmentCompiler(self, limits)
        self._lookups = LookupCompiler(self, limits)
        self._related = RelatedCompiler(self, limits)

    def operation(self) -> plan.Plan:
        """The plan of the whole operation."""
        query = cast(GraphQLObjectType, self._schema.query_type)
        values: list[tuple[str, plan.Value]] = []
        introspects = False
        fields = self._collector.root(query)
        self.root_fields = frozenset(field.name for field in fields.values())
        for key, field in fields.items():
            if field.name == "__typename":
                values.append((key, plan.Fixed(query.name)))
            elif field.name in ("__schema", "__type"):
                introspects = True
            else:
                scope, definition = Scope(ast.Variable()), query.fields[field.name]
                nodes = [details.node for details in field.details]
                self.root_field = plan.RootField(key, _locations(nodes))
                values.append((key, self._value(scope, definition, field, key)))
        fails = self.fails or self._collector.failed
        return plan.Plan(tuple(values), introspects, fails, tuple(self.existing))

    def release(self) -> None:
        """Let go of the compilers that hold this one: a cycle would wait for the collector."""
        del self._wholes, self._fragments, self._lookups, self._related

    @property
    def model(self) -> GraphModel:
        """The model that the schema is of."""
        return self._where.model

    def fields(self, field: Field, type_: GraphQLObjectType) -> Mapping[str, Field]:
        """The fields selected below another."""
        return self._collector.below(field, type_)

    def conditions(self, where: Any, kind: str, node: ast.Variable, place: str) -> ast.Expression:
        """A `where` as one expression; true where none is given."""
        if where is None or isinstance(where, Leaf):
            return ast.Constant(True)
        self._budget.conditions(where)
        return conjunction(self._where.node(where, self.model[kind], node, place))

    def decided(self, leaf: Leaf) -> Any:
        """The value of an argument that the plan depends on."""
        self.fixed |= leaf.variables
        return leaf.value

    def _entity(self, node: ast.Variable, field: Field, type_: Any, place: str) -> plan.Selection:
        return self.selection(Scope(node, place=place), field, type_)

    def _object(self, scope: Scope, field: Field, type_: GraphQLObjectType) -> plan.Object:
        return self._fields_of(scope, self._collector.below(field, type_), type_)

    def _fields_of(
        self,
        scope: Scope,
        subfields: Fields,
        type_: GraphQLObjectType,
        *,
        several: bool = False,
    ) -> plan.Object:
        """The fields asked of an object; with `several` it may be of another type too."""
        fields: list[tuple[str, plan.Value]] = []
        for key, below in subfields.items():
            if below.name == "__typename":
                fields.append((key, plan.TypeName() if several else plan.Fixed(type_.name)))
            else:
                definition = type_.fields[below.name]
                fields.append((key, self._value(scope, definition, below, key)))
        return plan.Object(tuple(fields))

    def selection(self, scope: Scope, field: Field, type_: Any) -> plan.Selection:
        """What is selected of an object of one type, or of one of several."""
        if type_.name in self.types or is_abstract_type(type_):
            scope = replace(scope, names={})  # `this` is the node from here on
        if not is_abstract_type(type_):
            return self._object(scope, field, cast(GraphQLObjectType, type_))
        division = by_type(self._collector, field, self._schema.get_possible_types(type_))
        first = division.groups[0].types[0]
        shared = self._fields_of(scope, division.shared, first, several=True)
        if len(division.groups) == 1 and plan.TypeName() not in (
            value for _, value in shared.fields
        ):
            return replace(shared, stands_for=first.name)
        entries = tuple(self._entry(scope, group) for group in division.groups)
        return plan.Variants(cast(ast.Variable, scope.owner), shared, entries)

    def _entry(self, scope: Scope, group: Group) -> plan.Entry:
        own = self._fields_of(scope, group.own, group.types[0], several=True)
        return plan.Entry(tuple(kind.name for kind in group.types), group.keys, own)

    def _value(self, scope: Scope, definition: GraphQLField, field: Field, key: str) -> plan.Value:
        """What a field asks for."""
        return self._unless_failed(
            definition,
            field,
            lambda arguments: self._meant(scope, definition, field, arguments, key),
        )

    def _unless_failed(
        self,
        definition: GraphQLField,
        field: Field,
        make: Callable[[Mapping[str, Any]], plan.Value],
    ) -> plan.Value:
        """What is made of a field's arguments; `Failed` where they cannot be used."""
        existing, all_bound, bound = len(self.existing), len(self.bound), list[Binding]()
        try:
            value = make(trace_arguments(definition, field.node, self._collector.variables, bound))
            if self._checks:
                for binding in bound:
                    binding.value(self._collector.variables.coerced)
        except (GraphQLError, BadUserInput) as error:
            self.fails = True
            del self.existing[existing:], self.bound[all_bound:]
            return plan.Failed(error)
        self.bound += bound
        return value

    def _meant(
        self,
        scope: Scope,
        definition: GraphQLField,
        field: Field,
        arguments: Mapping[str, Any],
        key: str,
    ) -> plan.Value:
        place = scope.at(key)
        type_ = cast(Any, get_named_type(cast(Any, definition.type)))
        match meaning_of(definition):
            case means.Stored(property_):
                checked = row_type(
                    property_.kind, property_.nullable, many=property_.many, enum=property_.enum
                )
                return plan.Scalar(ast.Get(scope.owner, property_.name), checked)
            case means.Fixed("retired"):
                return plan.Scalar(ast.HasLabel(scope.owner, "Retired"), bool)
            case means.Fixed(expression):
                return plan.Scalar(ast.Get(scope.owner, expression), str)
            case means.HandWritten(handwritten):
                return self._fragments.value(handwritten, scope, field, type_, arguments, place)
            case means.Measured() | means.Known(None):
                return plan.Same(self._object(scope, field, cast(GraphQLObjectType, type_)))
            case means.MeasurePart(part):
                return plan.Scalar(measure(part, scope.owner), INT)
            case means.RelatedOne(end) | means.EdgeToOne(end) as meaning:
                is_edge = isinstance(meaning, means.EdgeToOne)
                return self._related.to_one(end, is_edge, scope, field, type_, place)
            case means.RelatedMany(end):
                owner = cast(ast.Variable, scope.owner)
                source = Source(ast.Variable(), ast.Variable(), end=end, owner=owner)
                return self.connection(source, end.other, end.place, field, type_, arguments, place)
            case means.ReplacedBy():
                return self._related.replacement(scope, field, type_, place)
            case means.EvidenceOf():
                return self.evidence(scope.owner, field, type_, place)
            case means.EvidenceSource():
                assert scope.node is not None
                source_scope = Scope(scope.node, place=place)
                return plan.Same(self._object(source_scope, field, cast(GraphQLObjectType, type_)))
            case means.IdentifiersOf():
                return self._related.identifiers(scope, field, type_, arguments, place)
            case means.IdentifierPart(name, nullable):
                return self._related.identifier_part(scope, name, nullable)
            case means.BySlug() | means.ListOf() | means.ById() | means.ByIds() as meaning:
                return self._lookups.value(meaning, field, type_, arguments, place)
            case means.Known(text):
                return plan.Fixed(text or "")
            case means.EdgePart(name):
                return self._edge_part(name, scope, field, type_, place)
            case means.ConnectionPart() | means.PagePart():
                raise AssertionError("handled where the connection is")

    def evidence(self, owner: ast.Expression, field: Field, type_: Any, place: str) -> plan.Value:
        """The sources that a node or relationship rests on."""
        return self._related.evidence(owner, field, type_, place)

    # Connections

    def _edge_part(
        self, name: str, scope: Scope, field: Field, type_: Any, place: str
    ) -> plan.Value:
        if name == "cursor":
            return plan.Cursor()
        assert scope.node is not None
        node_scope = Scope(scope.node, place=place, names=scope.names)
        return plan.Same(self.selection(node_scope, field, type_))

    def connection(
        self,
        source: Source,
        kind: str,
        name: str,
        field: Field,
        type_: Any,
        arguments: Any,
        place: str,
        restrictions: tuple[Condition, ...] = (),
    ) -> plan.Connection:
        """A list of nodes with all its members.

        `name` tells its cursors from those of other lists; `restrictions` are conditions besides
        the client's.
        """
        connection = cast(GraphQLObjectType, type_)
        where = arguments.get("where")
        self._budget.conditions(where)
        self._where.walks.clear()
        here = f"{place}(where:)"
        if isinstance(where, Leaf) or where is None:
            conditions: tuple[Condition, ...] = ()
        elif source.end is None:
            conditions = self._where.node(where, self._where.model[kind], source.node, here)
        else:
            conditions = self._where.related(where, source.end, source.node, source.edge, here)
        walks = tuple(self._where.walks)
        keys, words = sort_keys(arguments.get("orderBy"), source, self._where.model, kind, place)
        conditions = (*conditions, *restrictions)
        mark = fingerprint(name, words)
        return plan.Connection(
            source=source,
            conditions=conditions,
            order=keys,
            page=page(arguments, keys, mark, place, self._limits),
            fingerprint=mark,
            type_name=connection.name,
            members=self._members(source, kind, field, connection, place),
            walks=walks,
        )

    def _members(
        self,
        source: Source,
        kind: str,
        field: Field,
        connection: GraphQLObjectType,
        place: str,
    ) -> tuple[tuple[str, plan.Member], ...]:
        members: list[tuple[str, plan.Member]] = []
        for key, below in self._collector.below(field, connection).items():
            here = f"{place}.{key}"
            member = self.page_member(source, below, connection, here, {})
            if member is None:
                whole = self._whole(source, kind, below, connection.fields[below.name], here)
                member = plan.Member("whole", value=whole)
            members.append((key, member))
        return tuple(members)

    def _whole(
        self, source: Source, kind: str, field: Field, definition: GraphQLField, place: str
    ) -> plan.Value:
        type_ = cast(Any, get_named_type(cast(Any, definition.type)))
        return self._unless_failed(
            definition,
            field,
            lambda arguments: self._wholes.member(source, kind, field, type_, arguments, place),
        )

    def page_member(
        self,
        source: Source,
        field: Field,
        connection: GraphQLObjectType,
        place: str,
        names: Names,
    ) -> plan.Member | None:
        """A member that every connection has; None where the field is another."""
        if field.name in ("__typename", "totalCount"):
            return plan.Member(field.name)
        type_ = cast(Any, get_named_type(connection.fields[field.name].type))
        if field.name == "pageInfo":
            parts = self._collector.below(field, cast(GraphQLObjectType, type_)).items()
            return plan.Member("pageInfo", parts=tuple((key, part.name) for key, part in parts))
        if field.name == "edges":
            scope = Scope(source.edge, source.node, place, names)
        elif field.name == "nodes":
            scope = Scope(source.node, place=place, names=names)
        else:
            return None
        return plan.Member(field.name, self.selection(scope, field, type_))


def _locations(nodes: Sequence[FieldNode]) -> tuple[tuple[int, int], ...]:
    places = GraphQLError("", nodes).locations
    return tuple((place.line, place.column) for place in places or ())
