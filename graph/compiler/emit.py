"""Plan -> Cypher tree: one statement that returns one record, a column a root field.

An object is a list of its values in order; a connection is
`[rows, totalCount?, anyBefore?, anyAfter?, wholes...]`, a row of it
`[its nodes or edges selection, ..., its sort keys?]`, or the one selection itself.

A list is a subquery expression, `COLLECT { .. }`, wherever it can be; one that no
row is around stands in a clause that imports nothing, `CALL () { .. }`. What has
an aggregating function in it becomes a clause, `CALL (*) { .. }`, that binds a
variable, and so does all around it: Neo4j takes an aggregating function inside
of a subquery expression for one of the row around it, and refuses the
statement or gives no row where there are none to count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from graph.compiler import matching
from graph.compiler.layout import has_own, has_position, is_just_rows, positioned, unwraps_rows
from graph.compiler.matching import Clauses, FindWhole
from graph.compiler.order import order_by
from graph.compiler.plan import (
    Column,
    Connection,
    Cursor,
    Each,
    Failed,
    Fixed,
    Made,
    Maybe,
    Object,
    Plan,
    Rows,
    Same,
    Scalar,
    Selection,
    Several,
    TypeName,
    Value,
    Variants,
    Whole,
    has_sized,
)
from graph.cypher import ast
from graph.cypher.env import Environment


@dataclass(frozen=True, slots=True)
class Statement:
    """The clauses of a statement."""

    clauses: tuple[ast.Clause, ...]

    def render(self, env: Environment) -> str:
        return " ".join(clause.render(env) for clause in self.clauses)


def statement(plan: Plan) -> Statement | None:
    """The statement of a plan, or None where it needs none."""
    values = [value for _, value in plan.fields if has_position(value)]
    if not values:
        return None
    is_object = len(values) == 1 and isinstance(values[0], Rows) and values[0].one
    emitter = _Emitter(alone=not is_object)
    columns = [emitter.value(value) for value in values]
    columns += [existing.missing for existing in plan.existing]
    returned = ast.Return([(column, f"r{at}") for at, column in enumerate(columns)])
    return Statement((*emitter.before, returned))


def _is_list(value: Value) -> bool:
    """Whether a value may hold many rows."""
    return isinstance(value, Connection | Column | Each) or (
        isinstance(value, Rows) and (not value.one or has_sized(value))
    )


class _Emitter:
    """Emits the values of one row; `before` are the clauses that bind what they refer to.

    `alone` where there is no row yet, and not just one object. Each list is bound by clauses that
    import nothing then: one that is sorted with another in scope would count that for each of
    its rows (`_Parts`).
    """

    def __init__(self, *, alone: bool = False) -> None:
        self.before: Clauses = []
        self.alone = alone

    def value(self, value: Value) -> ast.Expression:
        """A value as an expression over the variables in scope."""
        match value:
            case Scalar(expression_):
                return expression_
            case Made():
                return value.expression
            case Same(selection):
                return self.selection(selection)
            case Maybe(node, selection):
                there = self.selection(selection)
                return ast.Case([(ast.IsNull(node), ast.Constant(None))], there)
            case Several(items):
                return ast.Lists([self.object(item) for item in items])
            case Rows():
                rows = self._rows(value.clauses, value.selection, value.aggregates)
                return ast.Call("head", [rows]) if value.one else rows
            case Column(clauses, expression_, _, aggregates, _):
                if aggregates:
                    return self._call(clauses, ast.Aggregate("collect", expression_))
                return self._apart_if_alone(_collect(clauses, expression_))
            case Each():
                return self._each(value)
            case Connection():
                return self._connection(value)
            case Fixed() | TypeName() | Failed() | Cursor():
                raise AssertionError(f"{value} has no position")

    def selection(self, selection: Selection) -> ast.Expression:
        """An object of one type or of one of several."""
        if isinstance(selection, Variants):
            return self._variants(selection)
        return self.object(selection)

    def object(self, object_: Object) -> ast.Expression:
        """The list of an object's values."""
        values = positioned(object_)
        lists = [at for at, value in enumerate(values) if _is_list(value)]
        if self.alone or len(lists) < 2 or not any(map(has_sized, values)):
            return ast.Lists([self.value(value) for value in values])
        first, last = lists[0], lists[-1]
        parts: list[ast.Expression] = [
            ast.Lists([self.value(value) for value in values[:first]]),
            self._apart(values[first : last + 1]),
            ast.Lists([self.value(value) for value in values[last + 1 :]]),
        ]
        return reduce(
            lambda left, right: ast.Operation(left, "+", right),
            [part for part in parts if part != ast.Lists([])],
        )

    def _apart(self, values: Sequence[Value]) -> ast.Expression:
        """The list of some values, each found where no other is in scope (`_Parts`)."""
        place, member = ast.Variable(), ast.Variable()
        inner = [_Emitter() for _ in values]
        branches: list[Clauses] = []
        for at, (emitter, value) in enumerate(zip(inner, values, strict=True)):
            ending = ast.Return([(ast.Constant(at), place), (emitter.value(value), member)])
            branches.append([*emitter.before, ending])
        items = matching.as_they_are([place, member])
        ordered = ast.With(items, order=[ast.OrderKey(place)])
        clauses = [ast.CallUnion(branches), ordered]
        if not any(emitter.before for emitter in inner):
            return _collect(clauses, member)
        # `collect` leaves nulls out, so each goes into a list of its own.
        box = ast.Variable()
        boxes = self._call(clauses, ast.Aggregate("collect", ast.Lists([member])))
        return ast.Comprehension(box, boxes, ast.Item(box, 0))

    def _variants(self, variants: Variants) -> ast.Expression:
        """`[type name, what all types share, a type's own?]`."""
        id_ = ast.Get(variants.node, "id")
        name = ast.Call("head", [ast.Call("split", [id_, ast.Constant(":")])])
        parts: list[ast.Expression] = [name, self.object(variants.shared)]
        if has_own(variants):
            branches = [
                (_is_one_of(id_, name, entry.types), self.object(entry.own))
                for entry in variants.entries
                if positioned(entry.own)
            ]
            parts.append(ast.Case(branches, ast.Lists([])))
        return ast.Lists(parts)

    def _rows(
        self, clauses: Sequence[ast.Clause], selection: Selection, aggregates: bool
    ) -> ast.Expression:
        inner = _Emitter()
        return self._list(clauses, inner, inner.selection(selection), aggregates)

    def _list(
        self, clauses: Sequence[ast.Clause], inner: "_Emitter", row: ast.Expression, called: bool
    ) -> ast.Expression:
        """The rows that clauses find."""
        if not (inner.before or called):
            return self._apart_if_alone(_collect(clauses, row))
        return self._call([*clauses, *inner.before], ast.Aggregate("collect", row))

    def _call(self, clauses: Sequence[ast.Clause], value: ast.Expression) -> ast.Variable:
        """What clauses come to, bound before the row."""
        variable = ast.Variable()
        self.bind([*clauses, ast.Return([(value, variable)])])
        return variable

    def _apart_if_alone(self, value: ast.Expression) -> ast.Expression:
        return self._call([], value) if self.alone else value

    def bind(self, clauses: Clauses) -> None:
        """Have clauses run before the row."""
        self.before.append(ast.CallSubquery(clauses, self.alone))

    def _each(self, value: Each) -> ast.Expression:
        inner = _Emitter()
        row = inner.selection(value.selection)
        if not inner.before:
            first = ast.Call("head", [_collect(value.clauses, row)])
            return self._apart_if_alone(ast.Comprehension(value.member, value.items, first))
        # `collect` leaves nulls out, so each goes into a list of its own.
        outer = _Emitter()
        matches = outer._call([*value.clauses, *inner.before], ast.Aggregate("collect", row))
        boxed = ast.Lists([ast.Call("head", [matches])])
        clauses = [ast.Unwind(value.items, value.member), *outer.before]
        rows, box = self._call(clauses, ast.Aggregate("collect", boxed)), ast.Variable()
        return ast.Comprehension(box, rows, ast.Item(box, 0))

    def _connection(self, connection: Connection) -> ast.Expression:
        parts, once = _Parts(self, connection), connection.once
        after, before = connection.page.after, connection.page.before
        items: list[ast.Expression] = []
        if connection.needs_rows:
            items.append(parts.add(lambda emitter, whole: emitter._page(connection, whole), once))
        if connection.selects("totalCount"):
            items.append(parts.add(lambda _, whole: matching.count(connection, whole), True))
        if connection.asks_before and after:
            items.append(
                parts.add(lambda _, whole: matching.exists(connection, whole, ast.Not(after)), once)
            )
        if connection.asks_after and before:
            items.append(
                parts.add(
                    lambda _, whole: matching.exists(connection, whole, ast.Not(before)), once
                )
            )
        for value in connection.wholes:
            if isinstance(value, Several):
                items.append(ast.Lists([parts.over_all(item) for item in value.items]))
            else:
                items.append(parts.over_all(value))
        parts.bind()
        return items[0] if is_just_rows(connection) else ast.Lists(items)

    def _page(self, connection: Connection, whole: FindWhole) -> ast.Expression:
        page, inner = connection.page, _Emitter()
        bounds = [bound for bound in (page.after, page.before) if bound]
        parts = [inner.selection(selection) for selection in connection.lists]
        if connection.needs_cursors:
            parts.append(ast.Lists([key.expression for key in connection.order]))
        row = parts[0] if unwraps_rows(connection) else ast.Lists(parts)
        ordered = ast.With(
            matching.as_they_are(matching.row_variables(connection)),
            # What is gathered is in order: to sort it again would count it for each row.
            order=[] if matching.is_held(connection) else order_by(connection.order, page.backward),
            limit=matching.limit(connection),
        )
        clauses = matching.bounded(connection, whole, bounds, ordered=True)
        return self._list([*clauses, ordered], inner, row, called=False)


def _is_one_of(id_: ast.Expression, name: ast.Expression, types: Sequence[str]) -> ast.Expression:
    if len(types) == 1:
        return ast.Operation(id_, "STARTS WITH", ast.Constant(f"{types[0]}:"))
    return ast.Operation(name, "IN", ast.Lists([ast.Constant(type_) for type_ in types]))


class _Parts:
    """Makes the parts of a connection, what holds all that is gathered in a clause of its own.

    Neo4j counts what a row has in scope as memory of every row that it sorts: a list of 30,000
    matches beside a page of 100 passes for 87 MB. So nothing that may have many rows is sorted
    where the list is in scope, and the aggregating function in the end takes it out of scope.
    """

    def __init__(self, emitter: _Emitter, connection: Connection) -> None:
        self._emitter = emitter
        self._connection = connection
        self._inner = _Emitter()
        self._held: list[ast.Expression] = []
        self._box = ast.Variable()

    def add(
        self, make: Callable[[_Emitter, FindWhole], ast.Expression], holds: bool
    ) -> ast.Expression:
        """The expression for a part; `holds` where it may be made of what is gathered."""
        connection = self._connection
        if connection.gathered is None or not holds:
            return make(self._emitter, lambda about: matching.find(connection, about))
        self._held.append(make(self._inner, lambda about: matching.unwound(connection, about)))
        return ast.Item(self._box, len(self._held) - 1)

    def over_all(self, value: Value | Object) -> ast.Expression:
        """The expression for a value over all that matches."""

        def make(emitter: _Emitter, whole: FindWhole) -> ast.Expression:
            if isinstance(value, Object):
                return emitter.object(_object_over(value, whole))
            return emitter.value(_over(value, whole))

        return self.add(make, self._connection.holds(value))

    def bind(self) -> None:
        """Bind what is held before the row."""
        if self._held:
            values = ast.Call("head", [ast.Aggregate("collect", ast.Lists(self._held))])
            bound = ast.Return([(values, self._box)])
            self._emitter.bind([*matching.gather(self._connection), *self._inner.before, bound])


def _over(value: Value, whole: FindWhole) -> Value:
    """A value with what the connection matches put in the places of `Whole`."""
    if not isinstance(value, Rows | Column):
        return value
    clauses = [
        part
        for clause in value.clauses
        for part in (whole(clause.about) if isinstance(clause, Whole) else [clause])
    ]
    return replace(value, clauses=tuple(clauses))


def _object_over(object_: Object, whole: FindWhole) -> Object:
    return Object(tuple((key, _over(inner, whole)) for key, inner in object_.fields))


def _collect(clauses: Sequence[ast.Clause], row: ast.Expression) -> ast.Expression:
    return ast.Subquery("COLLECT", [*clauses, ast.Return([(row, None)])])
