"""What of a plan stands in a record, and where: `emit` writes it, `project` and `cost` read it."""

from graph.compiler.plan import (
    Connection,
    Cursor,
    Failed,
    Fixed,
    Object,
    TypeName,
    Value,
    Variants,
)


def has_position(value: Value) -> bool:
    """Whether a value takes a place in its object's list."""
    return not isinstance(value, Fixed | TypeName | Failed | Cursor)


def has_own(variants: Variants) -> bool:
    """Whether some types are asked for what others are not: it stands beside what all share."""
    return any(positioned(entry.own) for entry in variants.entries)


def positioned(object_: Object) -> list[Value]:
    """The values of an object that take a place."""
    return [value for _, value in object_.fields if has_position(value)]


def is_just_rows(connection: Connection) -> bool:
    """Whether nothing stands beside a connection's rows: they take its place."""
    beside = (
        connection.selects("totalCount")
        or connection.asks_before
        or connection.asks_after
        or connection.wholes
    )
    return connection.needs_rows and not beside


def unwraps_rows(connection: Connection) -> bool:
    """Whether a row is just the one selection: no cursors, and not both nodes and edges."""
    return len(connection.lists) == 1 and not connection.needs_cursors
