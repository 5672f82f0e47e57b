"""Connection -> the clauses that find what it matches, and those about all of it.

What matches is found where it is needed, or once: gathered in a list that is then unwound.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from graph.compiler.order import order_by
from graph.compiler.paths import along, degree
from graph.compiler.plan import Connection
from graph.compiler.source import Some, SortKey, Source
from graph.compiler.values import Binding
from graph.compiler.where import expression
from graph.cypher import ast

Clauses = list[ast.Clause]
FindWhole = Callable[[str], Clauses]
"""The clauses for all that a connection matches, without the conditions about a field."""


def is_held(connection: Connection) -> bool:
    """Whether the page is of what is gathered, too."""
    return connection.gathered is not None and connection.once and connection.needs_rows


def row_variables(connection: Connection) -> list[ast.Variable]:
    """The variables of a row of the page: what was found, and the sort keys worked out."""
    keys = [cast(ast.Variable, key.expression) for key in _computed(connection)]
    return [*connection.source.carried, *keys]


def gather(connection: Connection) -> Clauses:
    """All that matches as one list, in the order of the page where that is of it."""
    late = connection.late
    now = tuple(condition for condition in connection.conditions if condition not in late)
    clauses = find(replace(connection, conditions=now), "")
    row: Sequence[ast.Expression] = connection.source.carried
    if is_held(connection):
        clauses.append(
            _keyed(connection, order=order_by(connection.order, connection.page.backward))
        )
        row = row_variables(connection)
    one = row[0] if len(row) == 1 else ast.Lists(row)
    return [*clauses, ast.With([(ast.Aggregate("collect", one), connection.gathered)])]


def unwound(connection: Connection, about: str = "") -> Clauses:
    """What is gathered, row by row, without the conditions `about` a field."""
    assert connection.gathered
    row = row_variables(connection) if is_held(connection) else connection.source.carried
    late = [each for each in connection.late if not about or each.about != about]
    where = [expression(condition) for condition in late]
    several = row[0] if len(row) == 1 else ast.Variable()
    items = [(ast.Item(several, at), variable) for at, variable in enumerate(row)]
    parts = [ast.With(items)] if len(row) > 1 else []
    some = [ast.With(as_they_are(row), where=where)] if where else []
    return [ast.Unwind(connection.gathered, several), *parts, *some]


def _keyed(
    connection: Connection,
    where: Sequence[ast.Expression] = (),
    order: Sequence[ast.OrderKey] = (),
) -> ast.With:
    """What was found, with the sort keys that are worked out."""
    keys = [(key.definition or key.expression, key.expression) for key in _computed(connection)]
    items = [*as_they_are(connection.source.carried), *keys]
    return ast.With(items, where=where, order=order)  # pyright: ignore


def as_they_are(variables: Sequence[ast.Variable]) -> list[tuple[ast.Variable, None]]:
    """The items of a WITH that takes variables on."""
    return [(variable, None) for variable in variables]


def bounded(
    connection: Connection,
    whole: FindWhole,
    bounds: list[ast.Expression],
    *,
    ordered: bool = False,
) -> Clauses:
    """All that matches between the bounds, with the sort keys that are worked out bound."""
    if is_held(connection):
        some = [ast.With(as_they_are(row_variables(connection)), where=bounds)] if bounds else []
        return [*whole(""), *some]
    if _computed(connection):
        return [*whole(""), _keyed(connection, where=bounds)]
    return find(connection, "", bounds, ordered=ordered)


def _computed(connection: Connection) -> list[SortKey]:
    return [key for key in connection.order if key.definition is not None]


def limit(connection: Connection) -> ast.Parameter:
    """The size of the page, and one row more where that tells whether there are others."""
    size = connection.page.size
    if not connection.peeks:
        return ast.Parameter(size)
    return ast.Parameter(Binding(size.read, lambda value: size.convert(value) + 1))


def find(
    connection: Connection,
    about: str,
    bounds: Sequence[ast.Expression] = (),
    *,
    ordered: bool = False,
) -> Clauses:
    """The clauses that find a connection's nodes, without the conditions `about` a field."""
    source = connection.source
    conditions = [
        condition for condition in connection.conditions if not about or condition.about != about
    ]
    where = [*(expression(condition) for condition in conditions), *bounds]
    if source.clauses:
        some = [ast.With(as_they_are(source.carried), where=where)] if where else []
        return [*source.clauses, *some]
    if source.end is not None and source.owner is not None:
        path = along(source.end, source.owner, source.edge, source.node)
        return [ast.Match([path], where)]
    start = [some for some in source.start if not about or some.about != about]
    if start:
        return _from_start(source, start, where)
    labels = (source.label,) if source.label else ()
    if ordered:
        where = [*_index_order(connection), *where]
    return [ast.Match([ast.NodePattern(source.node, labels)], where)]


def _index_order(connection: Connection) -> list[ast.Expression]:
    """Predicates that change nothing but let an index give the order of keys never null."""
    if any(key.nullable or key.definition for key in connection.order):
        return []
    return [ast.IsNull(key.expression, negated=True) for key in connection.order]


def _from_start(source: Source, start: list[Some], where: list[ast.Expression]) -> Clauses:
    """From related nodes to those listed: a MATCH each, so that two may use one relationship."""
    clauses: Clauses = []
    for at, some in enumerate(start):
        label = source.label if source.label != some.end.owner else None
        listed = ast.NodePattern(source.node, (label,) if label and at == 0 else ())
        type_, forward = some.end.relationship.type, not some.end.forward
        begin = ast.NodePattern(some.node, (some.end.other,))
        path = ast.PathPattern(begin, some.edge, type_, forward, listed)
        clauses.append(ast.Match([path], [expression(inner) for inner in some.conditions]))
    return [*clauses, ast.With([(source.node, None)], distinct=True, where=where)]


def count(connection: Connection, whole: FindWhole) -> ast.Expression:
    """How many match; with no condition, a look-up of a degree or of the count store."""
    source = connection.source
    if connection.gathered is not None and not connection.late:
        return ast.Call("size", [connection.gathered])
    if source.end is not None and source.owner is not None and not connection.conditions:
        return degree(source.end, source.owner)
    return ast.Subquery("COUNT", whole(""))


def exists(connection: Connection, whole: FindWhole, bound: ast.Expression) -> ast.Expression:
    """Whether any that matches is on that side of a bound."""
    return ast.Subquery("EXISTS", bounded(connection, whole, [bound]))
