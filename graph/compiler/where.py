"""`where` inputs -> conditions on a node and the relationship to it.

All members of an input must hold. A condition on a null value does not hold,
and its contrary does: every condition is true or false, never unknown.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from graph.compiler import convert
from graph.compiler.paths import along, degree, measure
from graph.compiler.source import Condition, Plain, Some
from graph.compiler.values import Binding, Items, Leaf, Members, constant
from graph.cypher import ast
from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping.kinds import Kind
from graph.mapping.model import End, GraphModel, NodeType, Property
from graph.mapping.operators import (
    CASE_SENSITIVE,
    COMPARISONS,
    CONTAINS,
    EQ,
    IN,
    SIZE,
    STARTS_WITH,
    TEXT,
    TEXT_LIST,
    Operator,
)

Compile = Callable[[Any, str], tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class WhereCompiler:
    """Compiles `where` inputs against a model; `list_items` bounds lists, `levels` nesting."""

    model: GraphModel
    list_items: int
    levels: int
    walks: list[tuple[End, ...]] = field(default_factory=list[tuple[End, ...]])
    """The relationships that conditions look along, one after another: what they may cost."""
    trail: list[End] = field(default_factory=list[End])

    def node(
        self, where: Any, kind: NodeType, node: ast.Variable, place: str
    ) -> tuple[Condition, ...]:
        """The conditions of a `<Type>Where` on a node."""
        conditions: list[Condition] = []
        for name, value in self._members(where, place):
            here = f"{place}.{name}"
            if name in ("and", "or", "not"):
                conditions.extend(
                    self._combine(
                        name, value, here, lambda item, at: self.node(item, kind, node, at)
                    )
                )
            else:
                members = self._node_member(kind, node, name, value, here)
                conditions.extend(replace(member, about=name) for member in members)
        return tuple(conditions)

    def related(
        self, where: Any, end: End, node: ast.Variable, edge: ast.Variable, place: str
    ) -> tuple[Condition, ...]:
        """The conditions of a `<Type><Field>Where` on a related node and its relationship."""
        conditions: list[Condition] = []
        for name, value in self._members(where, place):
            here = f"{place}.{name}"
            if name == "node":
                conditions.extend(self.node(value, self.model[end.other], node, here))
            elif name == "edge":
                conditions.extend(self._edge(value, end, edge, here))
            else:
                conditions.extend(
                    self._combine(
                        name, value, here, lambda item, at: self.related(item, end, node, edge, at)
                    )
                )
        return tuple(conditions)

    def _edge(self, where: Any, end: End, edge: ast.Variable, place: str) -> tuple[Condition, ...]:
        properties = {property_.name: property_ for property_ in end.relationship.edge.properties}
        conditions: list[Condition] = []
        for name, value in self._members(where, place):
            here = f"{place}.{name}"
            if name in properties:
                members = self._property(properties[name], edge, value, here)
                conditions.extend(replace(member, about=f"edge.{name}") for member in members)
            else:
                conditions.extend(
                    self._combine(
                        name, value, here, lambda item, at: self._edge(item, end, edge, at)
                    )
                )
        return tuple(conditions)

    def _combine(self, name: str, value: Any, place: str, compile_: Compile) -> Iterator[Condition]:
        """The conditions of `and` (which may be seen into), or one for `or` and for `not`."""
        if name == "not":
            inner = compile_(value, place)
            yield Plain(ast.Not(conjunction(inner)), related=_look_around(inner))
            return
        if not isinstance(value, Items):
            _refuse_null(place, "Leave it out, or give a list.")
        if len(value.items) > self.list_items:
            raise QueryTooComplex(
                f"{place} has {len(value.items)} members; at most {self.list_items} are allowed.",
                "Ask in parts.",
            )
        parts = [compile_(item, f"{place}[{at}]") for at, item in enumerate(value.items)]
        if name == "and":
            for part in parts:
                yield from part
        elif not parts:
            # A parameter: Neo4j cannot plan some of what follows a literal false.
            yield Plain(ast.Parameter(Binding(constant(False), bool)))
        else:
            either = ast.Junction("OR", [conjunction(part) for part in parts])
            yield Plain(either, related=any(map(_look_around, parts)))

    def _node_member(
        self, kind: NodeType, node: ast.Variable, name: str, value: Any, place: str
    ) -> Iterator[Condition]:
        for property_ in kind.properties:
            if property_.name == name:
                yield from self._property(property_, node, value, place)
                return
        for end in self.model.ends(kind.name):
            if name == end.name:
                yield from self._end(end, node, value, place)
            elif end.one and name == end.edge_name:
                yield from self._edge_to_one(end, node, value, place)
            elif name == f"{end.name}Count":
                yield from self._comparisons(degree(end, node), Kind.INT, value, place)
        for group in kind.measures:
            if group.name == name:
                parts = {part.name: part for part in group.parts}
                for part, filter_ in self._members(value, place):
                    subject = measure(parts[part], node)
                    yield from self._comparisons(subject, Kind.INT, filter_, f"{place}.{part}")

    def _end(self, end: End, owner: ast.Variable, value: Any, place: str) -> Iterator[Condition]:
        if end.one:
            if isinstance(value, Leaf):
                yield _without(end, owner)
            else:
                node = ast.Variable()
                with self._along(end):
                    inner = self.node(value, self.model[end.other], node, place)
                yield Some(end, owner, node, ast.Variable(), inner)
            return
        for name, item in self._members(value, place):
            node, edge = ast.Variable(), ast.Variable()
            with self._along(end):
                inner = self.related(item, end, node, edge, f"{place}.{name}")
            some = Some(end, owner, node, edge, inner)
            if name == "some":
                yield some
            elif name == "none":
                yield Plain(ast.Not(expression(some)), related=True)
            elif name == "all":
                contrary = Some(end, owner, node, edge, (Plain(ast.Not(conjunction(inner))),))
                yield Plain(ast.Not(expression(contrary)), related=True)
            else:
                count = ast.Subquery("COUNT", _matching(some))
                yield Plain(ast.Operation(count, "=", ast.Constant(1)), related=True)

    def _edge_to_one(
        self, end: End, owner: ast.Variable, value: Any, place: str
    ) -> Iterator[Condition]:
        if isinstance(value, Leaf):
            yield _without(end, owner)
        else:
            edge = ast.Variable()
            with self._along(end):
                inner = self._edge(value, end, edge, place)
            yield Some(end, owner, ast.Variable(), edge, inner)

    @contextmanager
    def _along(self, end: End) -> Generator[None]:
        self.trail.append(end)
        self.walks.append(tuple(self.trail))
        try:
            yield
        finally:  # also where a condition is refused: the next field begins anew
            self.trail.pop()

    def _property(
        self, property_: Property, owner: ast.Variable, value: Any, place: str
    ) -> Iterator[Condition]:
        if property_.many:
            yield from self._list(property_, owner, value, place)
        elif property_.kind is Kind.TEXT:
            yield from self._text(property_, owner, value, place)
        else:
            yield from self._comparisons(
                ast.Get(owner, property_.name), property_.kind, value, place
            )

    def _comparisons(
        self, subject: ast.Expression, kind: Kind, filter_: Any, place: str
    ) -> Iterator[Condition]:
        for name, leaf in self._operators(filter_, place):
            here = f"{place}.{name}"
            converted = convert.floating(here) if kind is Kind.FLOAT else convert.number
            yield Plain(self._compared(COMPARISONS[name], subject, leaf, converted, here))

    def _compared(
        self,
        operator: Operator,
        subject: ast.Expression,
        leaf: Leaf,
        converted: convert.Convert,
        place: str,
    ) -> ast.Expression:
        """What an operator says of a stored value and of what is asked for."""
        if operator.literal:
            return operator.cypher(subject, ast.Constant(leaf.value))
        if operator.many:
            converted = convert.every(converted, place, self.list_items)
        return operator.cypher(subject, _parameter(leaf, converted))

    def _text(
        self, property_: Property, owner: ast.Variable, filter_: Any, place: str
    ) -> Iterator[Condition]:
        operators = self._operators(filter_, place)
        exactly = any(name == CASE_SENSITIVE and leaf.value for name, leaf in operators)
        subject = ast.Get(owner, property_.name if exactly else property_.folded)
        for name, leaf in operators:
            if name == CASE_SENSITIVE:
                continue
            here, operator = f"{place}.{name}", TEXT[name]
            converted = convert.composing(here) if exactly else convert.folded(here)
            compared = self._compared(operator, subject, leaf, converted, here)
            yield Plain(compared, _selective(property_, operator, exactly))

    def _list(
        self, property_: Property, owner: ast.Variable, filter_: Any, place: str
    ) -> Iterator[Condition]:
        subject = ast.Get(owner, property_.folded)
        for name, value in self._members(filter_, place):
            here = f"{place}.{name}"
            if name == SIZE:
                yield from self._comparisons(ast.Call("size", [subject]), Kind.INT, value, here)
                continue
            if value.value is None:
                _refuse_null(here, "Leave it out.")
            operator = TEXT_LIST[name]
            yield Plain(self._compared(operator, subject, value, convert.folded(here), here))

    def _members(self, value: Any, place: str) -> list[tuple[str, Any]]:
        if not isinstance(value, Members):
            _refuse_null(place, "Leave it out, or use `isNull`.")
        levels = place.partition("(where:)")[2].count(".")
        if levels > self.levels:
            raise QueryTooComplex(
                f"{place.partition('.')[0]} has more than {self.levels} levels of conditions,"
                " the most allowed.",
                "Ask in several requests.",
            )
        return list(value.members.items())

    def _operators(self, filter_: Any, place: str) -> list[tuple[str, Leaf]]:
        operators = self._members(filter_, place)
        for name, leaf in operators:
            if leaf.value is None:
                _refuse_null(f"{place}.{name}", "Leave it out, or use `isNull`.")
        return operators


def _without(end: End, owner: ast.Variable) -> Plain:
    """That there is no node at the other end."""
    return Plain(ast.Not(ast.Subquery("EXISTS", [ast.Match([along(end, owner)])])))


def expression(condition: Condition) -> ast.Expression:
    """A condition as a Cypher expression."""
    if isinstance(condition, Plain):
        return condition.expression
    return ast.Subquery("EXISTS", _matching(condition))


def conjunction(conditions: tuple[Condition, ...]) -> ast.Expression:
    """All of the conditions as one expression."""
    return ast.Junction("AND", [expression(condition) for condition in conditions])


def _matching(some: Some) -> list[ast.Clause]:
    """The related nodes that meet the conditions."""
    path = along(some.end, some.owner, some.edge, some.node)
    return [ast.Match([path], [expression(condition) for condition in some.conditions])]


def _parameter(leaf: Leaf, converted: convert.Convert) -> ast.Parameter:
    return ast.Parameter(leaf.bind(converted))


def _selective(property_: Property, operator: Operator, exactly: bool) -> int:
    """How few nodes an index finds by it: 2 for one at most, 1 for some, 0 for none."""
    if property_.name == "slug":
        return {EQ: 2, IN: 1}.get(operator, 0)
    return int(property_.name == "name" and not exactly and operator in (EQ, CONTAINS, STARTS_WITH))


def _refuse_null(place: str, remedy: str) -> NoReturn:
    raise BadUserInput(f"{place} is null.", remedy)


def _look_around(conditions: Sequence[Condition]) -> bool:
    return any(condition.related for condition in conditions)
