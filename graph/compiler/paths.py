"""Names of `orderBy` and of aggregates -> expressions: fields, measures, counts, to-one paths."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from graph.compiler.rowtypes import cursor_type
from graph.cypher import ast
from graph.mapping.kinds import Kind
from graph.mapping.model import EdgeType, End, GraphModel, Measure, Property


@dataclass(frozen=True, slots=True)
class Reached:
    """A value that a node or relationship has.

    `computed` where reading it takes more than reading a property; `sorted` is
    what it is ordered by, which differs for text.
    """

    expression: ast.Expression
    ordered: ast.Expression
    kind: Kind
    nullable: bool
    computed: bool = False
    enum: type[Enum] | None = None

    @property
    def cursor_type(self) -> Any:
        """The type of what it is ordered by, as it stands in a cursor."""
        return cursor_type(self.kind, self.nullable, enum=self.enum)


def of_node(model: GraphModel, kind: str, owner: ast.Expression, path: Sequence[str]) -> Reached:
    """What a path of names leads to from a node: `("careerLevel", "level")`."""
    name, *further = path
    for property_ in model[kind].properties:
        if property_.name == name:
            return of_property(property_, owner)
    for group in model[kind].measures:
        if group.name == name:
            part = next(part for part in group.parts if part.name == further[0])
            return _number(measure(part, owner))
    for end in model.ends(kind):
        if f"{end.name}Count" == name:
            return _number(degree(end, owner))
        if end.name == name:
            return _through(model, end, owner, further)
        if end.one and end.edge_name == name:
            edge = ast.Variable()
            reached = of_edge(end.relationship.edge, edge, further)
            return _first(reached, along(end, owner, edge))
    raise AssertionError(f"{kind} has no {name}")


def of_edge(edge: EdgeType, owner: ast.Expression, path: Sequence[str]) -> Reached:
    """What a name leads to from a relationship."""
    property_ = next(property_ for property_ in edge.properties if property_.name == path[0])
    return of_property(property_, owner)


def of_property(property_: Property, owner: ast.Expression) -> Reached:
    """A property."""
    return Reached(
        ast.Get(owner, property_.name),
        ast.Get(owner, property_.folded),
        property_.kind,
        property_.nullable,
        enum=property_.enum,
    )


def _number(expression: ast.Expression) -> Reached:
    return Reached(expression, expression, Kind.INT, nullable=False, computed=True)


def measure(part: Measure, owner: ast.Expression) -> ast.Expression:
    """A hand-written number about a node."""
    return ast.Written(part.text, {"this": owner})


def degree(end: End, owner: ast.Expression) -> ast.Expression:
    """How many relationships lead there: a look-up in the store."""
    return ast.Subquery("COUNT", [ast.Match([along(end, owner)])])


def along(
    end: End,
    owner: ast.Expression,
    edge: ast.Variable | None = None,
    node: ast.Variable | None = None,
) -> ast.PathPattern:
    """From a node along a relationship; the far end's label follows from the declaration."""
    return ast.PathPattern(
        ast.NodePattern(owner), edge, end.relationship.type, end.forward, ast.NodePattern(node)
    )


def _through(model: GraphModel, end: End, owner: ast.Expression, path: Sequence[str]) -> Reached:
    node = ast.Variable()
    return _first(of_node(model, end.other, node, path), along(end, owner, None, node))


def _first(reached: Reached, path: ast.PathPattern) -> Reached:
    """What the one row of a path has; null where there is none."""

    def first(value: ast.Expression) -> ast.Expression:
        clauses = [ast.Match([path]), ast.Return([(value, None)])]
        return ast.Call("head", [ast.Subquery("COLLECT", clauses)])

    return replace(
        reached,
        expression=first(reached.expression),
        ordered=first(reached.ordered),
        nullable=True,
        computed=True,
    )
