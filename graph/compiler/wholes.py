"""`aggregate`, `groups`, `facets` and `distinct` -> values over all that a connection matches.

A node with several values of a key is in several groups, once in each; one
without is in the group of null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from graphql import get_named_type

from graph.compiler import convert, plan
from graph.compiler.collect import Collector, Field
from graph.compiler.groupkeys import GroupKey, group_key, keys_of_edge, number_as_text
from graph.compiler.paths import along, degree
from graph.compiler.rowtypes import FLOAT, INT
from graph.compiler.source import Source
from graph.compiler.sums import Sums
from graph.compiler.values import Binding, Leaf, constant
from graph.cypher import ast
from graph.errors import BadUserInput
from graph.mapping.keys import GroupTarget, node_keys
from graph.mapping.model import GraphModel
from graph.settings import Limits

DEFAULT_FACET_VALUES = 25
_MANY = 4
"""Relationships to each node of the far end, from which on its degrees are looked up."""
Entity = Any
"""Makes the selection of an entity: (node, field, type, place) -> plan.Selection."""


class WholeCompiler:
    """Compiles these members for the connections of one operation."""

    def __init__(
        self, model: GraphModel, collector: Collector, limits: Limits, entity: Entity, fixed: Any
    ) -> None:
        self._model = model
        self._collector = collector
        self._limits = limits
        self._entity = entity
        self._fixed = fixed

    def member(
        self,
        source: Source,
        kind: str,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        """The value of one such member."""
        match field.name:
            case "aggregate" | "edgeAggregate":
                return self._aggregate(source, kind, field, type_)
            case "groups":
                return self._groups(source, kind, field, type_, arguments, place)
            case "facets":
                return self._facets(source, kind, field, type_, arguments, place)
            case "distinct":
                return self._distinct(source, kind, arguments, place)
            case name:
                raise AssertionError(f"{name} is no member over all matches")

    def _aggregate(self, source: Source, kind: str, field: Field, type_: Any) -> plan.Value:
        sums = Sums(self._model, self._collector, source, kind)
        selection = sums.selection(field, type_)
        clauses = (plan.Whole(few=True), ast.With([*sums.items]))
        return plan.Rows(clauses, selection, one=True, aggregates=True)

    def _groups(
        self,
        source: Source,
        kind: str,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        targets = self._targets(source, kind, arguments, place)
        keys = [group_key(target, source) for target in targets]
        sums = Sums(self._model, self._collector, source, kind)
        fields: list[tuple[str, plan.Value]] = []
        for key, below in self._collector.below(field, type_).items():
            inner = cast(Any, get_named_type(type_.fields[below.name].type)) if (
                below.name != "__typename"
            ) else None  # fmt: skip
            match below.name:
                case "__typename":
                    fields.append((key, plan.Fixed(type_.name)))
                case "count":
                    fields.append((key, plan.Scalar(sums.count, INT)))
                case "aggregate" | "edgeAggregate":
                    fields.append((key, plan.Same(sums.selection(below, inner))))
                case "keys":
                    objects = tuple(self._key_object(each, below, inner, place) for each in keys)
                    fields.append((key, plan.Several(objects)))
                case name:
                    raise AssertionError(f"{name} is no field of a group")
        order = self._fixed(arguments["orderBy"]) if "orderBy" in arguments else None
        limit = self._size(arguments, self._limits.page_size, f"{place}(first:)")
        clauses = self._grouped(source, keys, sums, order or "COUNT_DESC", limit)
        return self._groups_of(clauses, plan.Object(tuple(fields)), source, keys, sums)

    def _facets(
        self,
        source: Source,
        kind: str,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        targets = self._targets(source, kind, arguments, place)
        most = min(DEFAULT_FACET_VALUES, self._limits.page_size)
        objects: list[plan.Object] = []
        for target in targets:
            key = group_key(target, source)
            fields: list[tuple[str, plan.Value]] = []
            for name, below in self._collector.below(field, type_).items():
                if below.name == "__typename":
                    fields.append((name, plan.Fixed(type_.name)))
                elif below.name == "field":
                    fields.append((name, plan.Fixed(target.name)))
                else:
                    inner = cast(Any, get_named_type(type_.fields["values"].type))
                    sums = Sums(self._model, self._collector, source, kind)
                    selection = self._key_object(key, below, inner, place, sums)
                    limit = self._size(arguments, most, f"{place}(first:)")
                    clauses = self._grouped(source, [key], sums, "COUNT_DESC", limit, target.name)
                    fields.append((name, self._groups_of(clauses, selection, source, [key], sums)))
            objects.append(plan.Object(tuple(fields)))
        return plan.Several(tuple(objects))

    def _distinct(
        self, source: Source, kind: str, arguments: Mapping[str, Any], place: str
    ) -> plan.Value:
        key = group_key(self._target(source, kind, arguments, place), source)
        items = [(key.variable, None), *key.first_written]
        names = [(variable, None) for variable in key.variables]
        known = ast.IsNull(key.variable, negated=True)
        limit = self._size(arguments, self._limits.page_size, f"{place}(first:)")
        clauses = (
            plan.Whole(),
            *key.bound(source.carried),
            ast.With(items, distinct=not key.written, where=[known]),
            ast.With(names, order=[ast.OrderKey(key.order)], limit=limit),
        )
        if key.is_number:
            return plan.Column(clauses, key.value, FLOAT, make=number_as_text)
        return plan.Column(clauses, key.value, str, aggregates=bool(key.written))

    def _targets(
        self, source: Source, kind: str, arguments: Mapping[str, Any], place: str
    ) -> list[GroupTarget]:
        """The keys that `by` and `byEdge` name, those of the node first."""
        known = node_keys(self._model, kind)
        targets: list[GroupTarget] = []
        for argument, keys in (("by", known), ("byEdge", keys_of_edge(source))):
            here = f"{place}({argument}:)"
            names = cast(list[str], self._decided(arguments.get(argument)) or [])
            for name in names:
                if names.count(name) > 1:
                    raise BadUserInput(f"{here} names {name} twice.", "Name each key once.")
            targets += [keys[name] for name in names]
        if not targets:
            raise BadUserInput(
                f"{place}(by:) is empty.", f"Name a key, such as {next(iter(known))}."
            )
        return targets

    def _target(
        self, source: Source, kind: str, arguments: Mapping[str, Any], place: str
    ) -> GroupTarget:
        """The one key that `field` or `edgeField` names."""
        node, edge = (
            self._decided(arguments.get("field")),
            self._decided(arguments.get("edgeField")),
        )
        if node and edge:
            remedy = "Give one of them, and ask for the other under an alias."
            raise BadUserInput(f"{place} has both `field` and `edgeField`.", remedy)
        if node:
            return node_keys(self._model, kind)[node]
        if edge:
            return keys_of_edge(source)[edge]
        raise BadUserInput(f"{place} names no key.", "Give `field` or `edgeField`.")

    def _decided(self, leaf: Leaf | None) -> Any:
        return self._fixed(leaf) if leaf else None

    def _size(self, arguments: Mapping[str, Any], default: int, place: str) -> ast.Parameter:
        leaf = arguments.get("first")
        requested = leaf if isinstance(leaf, Leaf) and leaf.value is not None else None
        size = convert.bounded(place, self._limits.page_size, least=0)
        return ast.Parameter(
            requested.bind(size) if requested else Binding(constant(default), size)
        )

    def _grouped(
        self,
        source: Source,
        keys: Sequence[GroupKey],
        sums: Sums,
        order: str,
        limit: ast.Parameter,
        about: str = "",
    ) -> tuple[ast.Clause, ...]:
        variables = [key.variable for key in keys]
        clauses: list[ast.Clause] = [plan.Whole(about, all(key.is_few for key in keys))]
        scope = list(source.carried)
        for key in keys:
            clauses += key.bound(scope)
            scope += key.variables
        written = [item for key in keys for item in key.first_written]
        if any(key.repeats for key in keys):
            # Once for each row, however often it has the key: what is written is no part of that.
            once = [(variable, None) for variable in (*source.carried, *variables)]
            clauses.append(ast.With([*once, *written], distinct=not written))
        clauses.append(
            ast.With([*((variable, None) for variable in variables), *written, *sums.items])
        )
        by_key = [
            part
            for key in keys
            for part in (
                ast.OrderKey(ast.IsNull(key.variable)),
                ast.OrderKey(key.order, descending=order == "KEY_DESC"),
            )
        ]
        by_count = [ast.OrderKey(sums.count, descending=order == "COUNT_DESC")]
        ordered = by_key if order.startswith("KEY") else [*by_count, *by_key]
        shown = [variable for key in keys for variable in key.variables]
        names = [(variable, None) for variable in (*shown, *sums.variables)]
        return (*clauses, ast.With(names, order=ordered, limit=limit))

    def _groups_of(
        self,
        clauses: tuple[ast.Clause, ...],
        selection: plan.Object,
        source: Source,
        keys: Sequence[GroupKey],
        sums: Sums,
    ) -> plan.Rows:
        unfiltered = _by_degrees(source, keys, sums, cast(ast.With, clauses[-1]))
        return plan.Rows(clauses, selection, aggregates=True, unfiltered=unfiltered)

    def _key_object(
        self, key: GroupKey, field: Field, type_: Any, place: str, sums: Sums | None = None
    ) -> plan.Object:
        fields: list[tuple[str, plan.Value]] = []
        for name, below in self._collector.below(field, type_).items():
            match below.name:
                case "__typename":
                    fields.append((name, plan.Fixed(type_.name)))
                case "field":
                    fields.append((name, plan.Fixed(key.target.name)))
                case "count":
                    assert sums
                    fields.append((name, plan.Scalar(sums.count, INT)))
                case "value":
                    text = plan.Scalar(key.value, str | None)
                    number = plan.Made(key.value, FLOAT | None, number_as_text)
                    fields.append((name, number if key.is_number else text))
                case "entity":
                    entity = cast(Any, get_named_type(type_.fields["entity"].type))
                    if key.target.end:
                        selection = self._entity(key.variable, below, entity, place)
                        fields.append((name, plan.Maybe(key.variable, selection)))
                    else:
                        fields.append((name, plan.Scalar(ast.Constant(None), None)))
                case other:
                    raise AssertionError(f"{other} is no field of a key")
        return plan.Object(tuple(fields))


def _by_degrees(
    source: Source, keys: Sequence[GroupKey], sums: Sums, ordered: ast.With
) -> tuple[ast.Clause, ...]:
    """The sizes of the groups of all nodes of a type by one relationship, out of degrees.

    The degree of a node is looked up; to walk its relationships takes longer. So the far end's
    degrees are taken where it has some relationships a node, which is seen as the statement runs.
    """
    key, end = keys[0], keys[0].target.end
    if end is None or len(keys) > 1 or key.repeats or len(sums.items) > 1:
        return ()
    if source.label != end.owner or source.end or source.clauses:
        return ()
    group, count, node, many = key.variable, sums.count, ast.Variable(), ast.Variable()
    all_ = ast.Match([ast.NodePattern(node, (end.owner,))])
    far = ast.Match([ast.NodePattern(group, (end.other,))])
    any_ = ast.NodePattern()
    type_, forward = end.relationship.type, end.forward
    back = ast.PathPattern(ast.NodePattern(group), None, type_, not forward, any_)
    walked = ast.Subquery("COUNT", [ast.Match([replace(back, start=any_)])])
    nodes = ast.Subquery("COUNT", [ast.Match([ast.NodePattern(None, (end.other,))])])
    is_many = ast.Operation(walked, ">", ast.Operation(ast.Constant(_MANY), "*", nodes))
    some = [ast.Operation(count, ">", ast.Constant(0))]
    none = [ast.Operation(degree(end, node), "=", ast.Constant(0))]
    of_null = [(ast.Constant(None), group), *sums.items]
    looked_up = ast.Subquery("COUNT", [ast.Match([back])])
    begin = ast.With([(is_many, many)], where=[many])
    by_degree: list[ast.Clause] = [far, ast.With([(group, None), (looked_up, count)], where=some)]
    if ordered.order[0].expression is count:
        # There are fewer degrees than nodes: they are sorted in the nodes' place.
        tied = ast.Variable()
        together = [(count, None), (ast.Aggregate("collect", group), tied)]
        first = ast.With(together, order=ordered.order[:1], limit=ordered.limit)
        by_degree += [first, ast.Unwind(tied, group)]
    branches: list[list[ast.Clause]] = [
        [
            replace(begin, where=[ast.Not(many)]),
            all_,
            ast.Match([along(end, node, None, group)], optional=True),
            ast.With([(group, None), *sums.items]),
        ],
        [begin, replace(all_, where=none), ast.With(of_null, where=some)],
        # The most rows come last: all others pass on once more.
        [begin, *by_degree],
    ]
    ending = ast.Return([(group, None), (count, None)])
    return (ast.CallUnion([[*branch, ending] for branch in branches]), ordered)
