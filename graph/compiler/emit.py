"""Plan -> Cypher tree: one statement that returns one record, a column a root field.

An object is a list of its values in order; a connection is
`[rows, totalCount?, anyBefore?, anyAfter?]`, a row of it
`[its nodes or edges selection, ..., its sort keys?]`, or the one selection itself.
"""

from graph.compiler.order import order_by
from graph.compiler.plan import (
    Connection,
    Cursor,
    Each,
    Fixed,
    Object,
    Plan,
    Rows,
    Same,
    Scalar,
    Selection,
    Source,
    Value,
    Variants,
)
from graph.compiler.values import Binding
from graph.compiler.where import expression
from graph.cypher import ast


def statement(plan: Plan) -> ast.Return | None:
    """The statement of a plan, or None where it needs none."""
    columns = [value_of(value) for _, value in plan.fields if has_position(value)]
    if not columns:
        return None
    return ast.Return([(column, f"r{at}") for at, column in enumerate(columns)])


def has_position(value: Value) -> bool:
    """Whether a value takes a place in its object's list."""
    return not isinstance(value, Fixed | Cursor)


def value_of(value: Value) -> ast.Expression:
    """A value as an expression over the variables in scope."""
    match value:
        case Scalar(found):
            return found
        case Same(selection):
            return object_of(selection)
        case Rows(clauses, selection, one):
            rows = _collect(clauses, selection_of(selection))
            return ast.Call("head", [rows]) if one else rows
        case Each(items, member, clauses, selection):
            found = ast.Call("head", [_collect(clauses, selection_of(selection))])
            return ast.Comprehension(member, items, found)
        case Connection():
            return _connection(value)
        case _:
            raise AssertionError(f"{value} has no position")


def selection_of(selection: Selection) -> ast.Expression:
    """An object of one type or of one of several."""
    return _variants(selection) if isinstance(selection, Variants) else object_of(selection)


def object_of(found: Object) -> ast.Expression:
    """The list of an object's values."""
    return ast.Lists([value_of(value) for value in _positioned(found)])


def _variants(variants: Variants) -> ast.Expression:
    """`[type name, values]`; one list where all types ask for the same, else a branch each."""
    id_ = ast.Get(variants.node, "id")
    name = ast.Call("head", [ast.Call("split", [id_, ast.Constant(":")])])
    asked = [_positioned(found) for _, found in variants.entries]
    if all(values == asked[0] for values in asked):
        return ast.Lists([name, object_of(variants.entries[0][1])])
    branches = [
        (ast.Operation(id_, "STARTS WITH", ast.Constant(f"{type_}:")), object_of(found))
        for type_, found in variants.entries
    ]
    return ast.Lists([name, ast.Case(branches, ast.Lists([]))])


def _positioned(found: Object) -> list[Value]:
    return [value for _, value in found.fields if has_position(value)]


def _connection(found: Connection) -> ast.Expression:
    parts: list[ast.Expression] = []
    if found.needs_rows:
        parts.append(_rows(found))
    if found.selects("totalCount"):
        parts.append(_count(found))
    if found.asks_before and found.page.after:
        parts.append(_any(found, ast.Not(found.page.after)))
    if found.asks_after and found.page.before:
        parts.append(_any(found, ast.Not(found.page.before)))
    return ast.Lists(parts)


def unwraps_rows(found: Connection) -> bool:
    """Whether a row is just the one selection: no cursors, and not both nodes and edges."""
    return len(found.lists) == 1 and not found.needs_cursors


def _rows(found: Connection) -> ast.Expression:
    page, source = found.page, found.source
    bounds = [bound for bound in (page.after, page.before) if bound]
    parts: list[ast.Expression] = [object_of(selection) for selection in found.lists]
    if found.needs_cursors:
        parts.append(ast.Lists([key.expression for key in found.order]))
    row = parts[0] if unwraps_rows(found) else ast.Lists(parts)
    ordered = ast.With(
        [(variable, None) for variable in _carried(source)],
        order=order_by(found.order, page.backward),
        limit=_limit(found),
    )
    return ast.Subquery(
        "COLLECT",
        [*_matches(found, bounds, ordered=True), ordered, ast.Return([(row, None)])],
    )


def _limit(found: Connection) -> ast.Parameter:
    size = found.page.size
    if not found.peeks:
        return ast.Parameter(size)
    return ast.Parameter(Binding(size.read, lambda value: size.convert(value) + 1))


def _carried(source: Source) -> list[ast.Variable]:
    return [source.node] if source.end is None else [source.node, source.edge]


def _matches(found: Connection, bounds: list[ast.Expression], *, ordered: bool) -> list[ast.Clause]:
    """The clauses that find a connection's nodes."""
    source = found.source
    where = [*(expression(condition) for condition in found.conditions), *bounds]
    if source.end is not None and source.owner is not None:
        end = source.end
        path = ast.PathPattern(
            ast.NodePattern(source.owner),
            source.edge,
            end.relationship.type,
            end.forward,
            ast.NodePattern(source.node),
        )
        return [ast.Match([path], where)]
    if source.start is not None:
        return _from_start(source, where)
    labels = (source.label,) if source.label else ()
    if ordered:
        where = [*_index_order(found), *where]
    return [ast.Match([ast.NodePattern(source.node, labels)], where)]


def _index_order(found: Connection) -> list[ast.Expression]:
    """Predicates that change nothing but let an index give the order of keys never null."""
    keys = [key for key in found.order if not key.nullable]
    if len(keys) != len(found.order):
        return []
    return [ast.IsNull(key.expression, negated=True) for key in keys]


def _from_start(source: Source, where: list[ast.Expression]) -> list[ast.Clause]:
    start = source.start
    assert start is not None
    path = ast.PathPattern(
        ast.NodePattern(start.node, (start.end.other,)),
        start.edge,
        start.end.relationship.type,
        not start.end.forward,
        ast.NodePattern(
            source.node, (source.label,) if source.label != start.end.owner and source.label else ()
        ),
    )
    here = [expression(condition) for condition in start.conditions]
    return [
        ast.Match([path], here),
        ast.With([(source.node, None)], distinct=True, where=where),
    ]


def _count(found: Connection) -> ast.Expression:
    """How many match; with no condition, a look-up of a degree or of the count store."""
    source = found.source
    if source.end is not None and source.owner is not None and not found.conditions:
        end = source.end
        path = ast.PathPattern(
            ast.NodePattern(source.owner),
            None,
            end.relationship.type,
            end.forward,
            ast.NodePattern(),
        )
        return ast.Subquery("COUNT", [ast.Match([path])])
    return ast.Subquery("COUNT", _matches(found, [], ordered=False))


def _any(found: Connection, bound: ast.Expression) -> ast.Expression:
    return ast.Subquery("EXISTS", _matches(found, [bound], ordered=False))


def _collect(clauses: tuple[ast.Clause, ...], row: ast.Expression) -> ast.Expression:
    return ast.Subquery("COLLECT", [*clauses, ast.Return([(row, None)])])
