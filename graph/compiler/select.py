"""Fields -> plan: the last stage that sees GraphQL objects.

One case for each meaning that a field can have. `place` is the path of the
field in the client's own names, for errors.
"""

from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from graph.compiler import convert, plan
from graph.compiler.collect import Collector, Field
from graph.compiler.order import fingerprint, page, sort_keys
from graph.compiler.rowtypes import row_type
from graph.compiler.values import Binding, Leaf, Variables, arguments
from graph.compiler.where import WhereCompiler
from graph.cypher import ast
from graph.mapping import meaning as means
from graph.mapping.derive import MatchType, meaning_of
from graph.mapping.model import CypherField, Kind
from graph.settings import Limits

_ENTITY_LABELS = ("Entity", "Retired")


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables that a field is read from, and where it stands in the query."""

    owner: ast.Variable
    node: ast.Variable | None = None
    place: str = ""

    def at(self, key: str) -> str:
        """The place of a field in this scope."""
        return f"{self.place}.{key}" if self.place else key


class Selector:
    """Makes the plan of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        collector: Collector,
        variables: Variables,
        where: WhereCompiler,
        limits: Limits,
    ) -> None:
        self._schema = schema
        self._collector = collector
        self._variables = variables
        self._where = where
        self._limits = limits
        self._types = frozenset(kind.name for kind in where.model.types)

    def operation(self) -> plan.Plan:
        """The plan of the whole operation."""
        query = cast(GraphQLObjectType, self._schema.query_type)
        found: list[tuple[str, plan.Value]] = []
        introspects = False
        for key, field in self._collector.root(query).items():
            if field.name == "__typename":
                found.append((key, plan.Fixed(query.name)))
            elif field.name in ("__schema", "__type"):
                introspects = True
            else:
                scope = Scope(ast.Variable())
                found.append((key, self._value(scope, query.fields[field.name], field, key)))
        return plan.Plan(tuple(found), introspects)

    def _object(self, scope: Scope, field: Field, type_: GraphQLObjectType) -> plan.Object:
        fields: list[tuple[str, plan.Value]] = []
        for key, below in self._collector.below(field, type_).items():
            if below.name == "__typename":
                fields.append((key, plan.Fixed(type_.name)))
            else:
                definition = type_.fields[below.name]
                fields.append((key, self._value(scope, definition, below, key)))
        return plan.Object(tuple(fields))

    def _selection(self, scope: Scope, field: Field, type_: Any) -> plan.Selection:
        if not isinstance(type_, GraphQLInterfaceType):
            return self._object(scope, field, cast(GraphQLObjectType, type_))
        possible = self._schema.get_possible_types(type_)
        return plan.Variants(
            scope.owner, tuple((kind.name, self._object(scope, field, kind)) for kind in possible)
        )

    def _value(self, scope: Scope, definition: GraphQLField, field: Field, key: str) -> plan.Value:
        """What a field asks for."""
        place = scope.at(key)
        type_ = cast(Any, get_named_type(cast(Any, definition.type)))
        given = arguments(definition, field.node, self._variables)
        match meaning_of(definition):
            case means.Stored(found):
                checked = row_type(found.kind, found.nullable, many=found.many, enum=found.enum)
                return plan.Scalar(ast.Get(scope.owner, found.name), checked)
            case means.Fixed("retired"):
                return plan.Scalar(ast.HasLabel(scope.owner, "Retired"), bool)
            case means.Fixed(expression):
                return plan.Scalar(ast.Get(scope.owner, expression), str)
            case means.Computed(found):
                return self._computed(found, scope, field, type_, place)
            case means.RelatedOne() as found:
                return self._related_one(found, scope, field, type_, place)
            case means.RelatedMany(end):
                source = plan.Source(ast.Variable(), ast.Variable(), end=end, owner=scope.owner)
                return self._connection(
                    source, end.other, end.type_name, field, type_, given, place
                )
            case means.ReplacedBy():
                return self._replaced_by(scope, field, type_, place)
            case means.EvidenceOf():
                return self._evidence(scope, field, type_, place)
            case means.EvidenceSource():
                assert scope.node is not None
                source_scope = Scope(scope.node, place=place)
                return plan.Same(self._object(source_scope, field, cast(GraphQLObjectType, type_)))
            case means.IdentifiersOf():
                return self._identifiers(scope, field, type_, given, place)
            case means.IdentifierPart(name, nullable):
                return self._identifier_part(scope, name, nullable)
            case means.BySlug() as found:
                return self._by_slug(found, field, type_, given, place)
            case means.ListOf(kind, label):
                source = plan.Source(ast.Variable(), ast.Variable(), label=label)
                return self._connection(source, kind.name, kind.name, field, type_, given, place)
            case means.ById():
                ids = convert.global_id(f"{place}(id:)", self._types)
                return self._by_id(_bound(given["id"], ids), field, type_, place)
            case means.ByIds():
                return self._by_ids(field, type_, given, place)
            case means.EdgePart("cursor"):
                return plan.Cursor()
            case means.EdgePart():
                assert scope.node is not None
                node_scope = Scope(scope.node, place=place)
                return plan.Same(self._object(node_scope, field, cast(GraphQLObjectType, type_)))
            case means.ConnectionPart() | means.PagePart():
                raise AssertionError("handled where the connection is")

    # Root fields

    def _by_slug(
        self, found: means.BySlug, field: Field, type_: Any, given: Any, place: str
    ) -> plan.Value:
        check = convert.text(f"{place}(slug:)")
        prefix = f"{found.type.name}:"
        slug = _bound(given["slug"], lambda value: prefix + check(value))
        subset = next((part for part in found.type.subsets if part.label == found.label), None)
        node = ast.Variable()
        kept: list[ast.Expression] = (
            [ast.Operation(ast.Get(node, subset.property), "=", ast.Constant(subset.value))]
            if subset
            else []
        )
        return self._by_id(slug, field, type_, place, node, kept)

    def _by_id(
        self,
        id_: ast.Expression,
        field: Field,
        type_: Any,
        place: str,
        node: ast.Variable | None = None,
        kept: list[ast.Expression] | None = None,
    ) -> plan.Value:
        found = node or ast.Variable()
        pattern = ast.NodePattern(found, _ENTITY_LABELS, [("id", id_)])
        selection = self._selection(Scope(found, place=place), field, type_)
        return plan.Rows((ast.Match([pattern], kept or []),), selection, one=True)

    def _by_ids(self, field: Field, type_: Any, given: Any, place: str) -> plan.Value:
        here = f"{place}(ids:)"
        one = convert.global_id(here, self._types)
        ids = _bound(given["ids"], convert.every(one, here, self._limits.list_items))
        member, node = ast.Variable(), ast.Variable()
        pattern = ast.NodePattern(node, _ENTITY_LABELS, [("id", member)])
        selection = self._selection(Scope(node, place=place), field, type_)
        return plan.Each(ids, member, (ast.Match([pattern]),), selection)

    # Fields of nodes and relationships

    def _computed(
        self, found: CypherField, scope: Scope, field: Field, type_: Any, place: str
    ) -> plan.Value:
        this = ast.With([(scope.owner, "this")])
        if found.target is None:
            value = ast.Subquery(
                "COLLECT", [this, ast.Return([(ast.Written(found.text), "value")])]
            )
            checked = row_type(found.kind, found.nullable, many=found.many, enum=found.enum)
            return plan.Scalar(ast.Call("head", [value]), checked)
        node = ast.Variable()
        clauses = (this, ast.Text(found.text), ast.With([(ast.Written("node"), node)]))
        return plan.Rows(clauses, self._selection(Scope(node, place=place), field, type_))

    def _related_one(
        self, found: means.RelatedOne, scope: Scope, field: Field, type_: Any, place: str
    ) -> plan.Value:
        node, end = ast.Variable(), found.end
        path = ast.PathPattern(
            ast.NodePattern(scope.owner),
            None,
            end.relationship.type,
            end.forward,
            ast.NodePattern(node),
        )
        selection = self._selection(Scope(node, place=place), field, type_)
        return plan.Rows((ast.Match([path]),), selection, one=True)

    def _replaced_by(self, scope: Scope, field: Field, type_: Any, place: str) -> plan.Value:
        node = ast.Variable()
        path = ast.PathPattern(
            ast.NodePattern(scope.owner), None, "REPLACED_BY", True, ast.NodePattern(node)
        )
        selection = self._selection(Scope(node, place=place), field, type_)
        return plan.Rows((ast.Match([path]),), selection, one=True)

    def _evidence(self, scope: Scope, field: Field, type_: Any, place: str) -> plan.Value:
        slug, source = ast.Variable(), ast.Variable()
        clauses = (
            ast.Unwind(ast.Get(scope.owner, "sources"), slug),
            ast.Match([ast.NodePattern(source, ("Source",), [("slug", slug)])]),
        )
        below = Scope(scope.owner, source, place)
        return plan.Rows(clauses, self._object(below, field, cast(GraphQLObjectType, type_)))

    def _identifiers(
        self, scope: Scope, field: Field, type_: Any, given: Any, place: str
    ) -> plan.Value:
        edge, identifier = ast.Variable(), ast.Variable()
        path = ast.PathPattern(
            ast.NodePattern(scope.owner), edge, "IDENTIFIED_BY", True, ast.NodePattern(identifier)
        )
        kept: list[ast.Expression] = []
        schemes = given.get("schemes")
        if isinstance(schemes, Leaf) and schemes.value is not None:
            here = f"{place}(schemes:)"
            several = convert.every(convert.text(here), here, self._limits.list_items)
            kept = [ast.Operation(ast.Get(identifier, "scheme"), "IN", _bound(schemes, several))]
        order = [
            ast.OrderKey(ast.Get(identifier, key)) for key in ("scheme", "schemeVersion", "value")
        ]
        clauses = (
            ast.Match([path], kept),
            ast.With([(edge, None), (identifier, None)], order=order),
        )
        below = Scope(edge, identifier, place)
        return plan.Rows(clauses, self._object(below, field, cast(GraphQLObjectType, type_)))

    def _identifier_part(self, scope: Scope, name: str, nullable: bool) -> plan.Value:
        assert scope.node is not None
        if name == "matchType":
            checked = row_type(Kind.ENUM, False, many=False, enum=MatchType)
            return plan.Scalar(ast.Get(scope.owner, name), checked)
        stored = ast.Get(scope.node, name)
        if nullable:
            return plan.Scalar(ast.Call("nullIf", [stored, ast.Constant("")]), str | None)
        return plan.Scalar(stored, str)

    # Connections

    def _connection(
        self,
        source: plan.Source,
        kind: str,
        stem: str,
        field: Field,
        type_: Any,
        given: Any,
        place: str,
    ) -> plan.Value:
        connection = cast(GraphQLObjectType, type_)
        where = given.get("where")
        here = f"{place}(where:)"
        if isinstance(where, Leaf) or where is None:
            conditions: tuple[plan.Condition, ...] = ()
        elif source.end is None:
            conditions = self._where.node(where, self._where.model[kind], source.node, here)
        else:
            conditions = self._where.related(where, source.end, source.node, source.edge, here)
        keys, words = sort_keys(given.get("orderBy"), source, self._where.model, kind, place)
        mark = fingerprint(stem, source.label or "", words)
        return plan.Connection(
            source=source,
            conditions=conditions,
            order=keys,
            page=page(given, keys, mark, place, self._limits),
            fingerprint=mark,
            type_name=connection.name,
            members=self._members(source, field, connection, place),
        )

    def _members(
        self, source: plan.Source, field: Field, connection: GraphQLObjectType, place: str
    ) -> tuple[tuple[str, plan.Member], ...]:
        found: list[tuple[str, plan.Member]] = []
        for key, below in self._collector.below(field, connection).items():
            if below.name in ("__typename", "totalCount"):
                found.append((key, plan.Member(below.name)))
                continue
            type_ = cast(GraphQLObjectType, get_named_type(connection.fields[below.name].type))
            if below.name == "pageInfo":
                parts = self._collector.below(below, type_).items()
                names = tuple((part_key, part.name) for part_key, part in parts)
                found.append((key, plan.Member("pageInfo", parts=names)))
                continue
            here = f"{place}.{key}"
            scope = (
                Scope(source.edge, source.node, here)
                if below.name == "edges"
                else Scope(source.node, place=here)
            )
            found.append((key, plan.Member(below.name, self._object(scope, below, type_))))
        return tuple(found)


def _bound(leaf: Leaf, converted: convert.Convert) -> ast.Parameter:
    return ast.Parameter(Binding(leaf.read, converted))
