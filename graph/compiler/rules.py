"""Plan -> plan that asks less of the database; each rule stands alone and earned its place.

Measurements are in docs/performance.md; `RULES` is their order.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graph.compiler.plan import (
    Connection,
    Each,
    Object,
    Plain,
    Plan,
    Rows,
    Same,
    Some,
    Value,
    Variants,
)


def start_from_the_selective_end(connection: Connection) -> Connection:
    """Begin a root list at the related node that a condition names by its slug.

    Instead of one EXISTS a row of the list: index look-up, then its relationships.
    """
    if connection.source.label is None or connection.source.start is not None:
        return connection
    for condition in connection.conditions:
        if isinstance(condition, Some) and any(
            isinstance(inner, Plain) and inner.selective for inner in condition.conditions
        ):
            rest = tuple(other for other in connection.conditions if other is not condition)
            return replace(
                connection,
                source=replace(connection.source, start=condition),
                conditions=rest,
            )
    return connection


RULES: tuple[Callable[[Connection], Connection], ...] = (start_from_the_selective_end,)


def apply(plan: Plan, rules: tuple[Callable[[Connection], Connection], ...] = RULES) -> Plan:
    """The plan with every connection in it put through the rules, outermost first."""

    def value(found: Value) -> Value:
        match found:
            case Connection():
                for rule in rules:
                    found = rule(found)
                members = tuple(
                    (
                        key,
                        replace(member, selection=member.selection and selection(member.selection)),
                    )
                    for key, member in found.members
                )
                return replace(found, members=members)
            case Rows() | Each() | Same():
                return replace(found, selection=selection(found.selection))
            case _:
                return found

    def selection(found: Any) -> Any:
        if isinstance(found, Variants):
            return replace(
                found, entries=tuple((name, selection(entry)) for name, entry in found.entries)
            )
        return Object(tuple((key, value(item)) for key, item in found.fields))

    return replace(plan, fields=tuple((key, value(found)) for key, found in plan.fields))
