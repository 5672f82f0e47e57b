"""Plan -> plan that asks less of the database; each rule stands alone and earned its place.

Measurements are in docs/performance.md; `RULES` is their order.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from graph.compiler.plan import Connection, Object, Plan, Rows, Several, Value, Whole, with_children
from graph.compiler.source import Condition, Plain, Some
from graph.cypher import ast


def start_from_the_selective_end(connection: Connection) -> Connection:
    """Begin a root list at the related nodes that conditions name by slug, else by slugs or name.

    Instead of one EXISTS a row of the list: index look-up, then its
    relationships. Some slugs begin together, and Neo4j chooses the rarest: it plans all orders
    of them, so that each more takes longer (twelve beside facets are planned for seconds).
    """
    if connection.source.label is None or connection.source.start or connection.source.clauses:
        return connection
    selectivities = [(_selective(condition), condition) for condition in connection.conditions]
    by_slug = [some for selective, some in selectivities if selective == 2]
    by_some = [some for selective, some in selectivities if selective == 1]
    start = tuple(cast(list[Some], by_slug[:_MOST_STARTS] or by_some[:1]))
    if not start:
        return connection
    rest = tuple(other for other in connection.conditions if other not in start)
    return replace(connection, source=replace(connection.source, start=start), conditions=rest)


def _selective(condition: Condition) -> int:
    if isinstance(condition, Plain):
        return 0
    return max(
        (inner.selective for inner in condition.conditions if isinstance(inner, Plain)), default=0
    )


def count_by_degrees(connection: Connection) -> Connection:
    """Groups by related nodes out of the degrees of these, where no filter is on the list.

    A facet ignores the filter on itself. Walking all 123,788 relationships between roles and
    skills of ESCO takes twice as long.
    """
    filtered = {condition.about for condition in (*connection.conditions, *connection.source.start)}

    def changed(value: Value) -> Value:
        match value:
            case Rows(clauses=(Whole(about=about), *_)) if filtered <= ({about} - {""}):
                return replace(value, clauses=value.unfiltered or value.clauses)
            case Several(items):
                return Several(tuple(map(inside, items)))
            case _:
                return value

    def inside(object_: Object) -> Object:
        fields = tuple((key, changed(value)) for key, value in object_.fields)
        return replace(object_, fields=fields)

    members = (
        (key, replace(member, value=member.value and changed(member.value)))
        for key, member in connection.members
    )
    return replace(connection, members=tuple(members))


def gather_once(connection: Connection) -> Connection:
    """Find the matches once where the total, aggregates and small groups are over all of them.

    With no condition the total is a look-up, and to scan again costs less than to
    keep a list. A page is of them only where they are dear to find: by itself it ends
    early along an index. Groups of which there may be many are not (see `emit`).
    """
    source = connection.source
    if source.clauses and not source.once:
        return connection
    if not (connection.conditions or source.start or source.clauses):
        return connection
    units = (unit for value in connection.wholes for unit in _units(value))
    held = sum(connection.holds(unit) for unit in units) + connection.selects("totalCount")
    if held + (connection.once and connection.needs_rows) < _WORTH_GATHERING:
        return connection
    return replace(connection, gathered=ast.Variable())


def _units(value: Value) -> Sequence[Value | Object]:
    return value.items if isinstance(value, Several) else [value]


_WORTH_GATHERING = 2
_MOST_STARTS = 3
RULES: tuple[Callable[[Connection], Connection], ...] = (
    start_from_the_selective_end,
    count_by_degrees,
    gather_once,
)


def apply(plan: Plan, rules: tuple[Callable[[Connection], Connection], ...] = RULES) -> Plan:
    """The plan with every connection in it put through the rules, outermost first."""

    def ruled(node: Any) -> Any:
        if isinstance(node, Connection):
            for rule in rules:
                node = rule(node)
        return with_children(node, ruled)

    return replace(plan, fields=tuple((key, ruled(value)) for key, value in plan.fields))
