"""What an operation did cost, after it ran (before: `estimate`)."""

from typing import Any

from graph.compiler.layout import has_position, is_just_rows, unwraps_rows
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
)


def returned(plan: Plan, columns: list[Any]) -> int:
    """How many rows the lists of an answer have in all."""
    total = 0
    position = 0
    for _, value in plan.fields:
        if has_position(value):
            total += _rows_of(value, columns[position])
            position += 1
    return total


def _rows_of(value: Value, result: Any) -> int:
    if result is None:
        return 0
    match value:
        case Connection():
            return _rows_of_connection(value, result)
        case Rows(_, selection, one):
            rows = [result] if one else result
            return len(rows) + sum(_rows_of_selection(selection, row) for row in rows)
        case Each(_, _, _, selection):
            rows = [row for row in result if row is not None]
            return len(rows) + sum(_rows_of_selection(selection, row) for row in rows)
        case Same(selection) | Maybe(_, selection):
            return _rows_of_selection(selection, result)
        case Several(items):
            return sum(
                _rows_of_selection(item, part) for item, part in zip(items, result, strict=True)
            )
        case Scalar() | Made() | Column() | Fixed() | TypeName() | Failed() | Cursor():
            return 0


def _rows_of_connection(connection: Connection, result: Any) -> int:
    total = 0
    if connection.lists:
        rows = result if is_just_rows(connection) else result[0]
        total = len(rows)
        bare = unwraps_rows(connection)
        for at, selection in enumerate(connection.lists):
            total += sum(_rows_of_selection(selection, row if bare else row[at]) for row in rows)
    wholes = connection.wholes
    for whole, part in zip(wholes, result[len(result) - len(wholes) :], strict=True):
        total += _rows_of(whole, part)
    return total


def _rows_of_selection(selection: Selection, row: Any) -> int:
    if isinstance(selection, Variants):
        kind, shared, *own = row
        entry = next(entry for entry in selection.entries if kind in entry.types)
        return _rows_of_selection(selection.shared, shared) + sum(
            _rows_of_selection(entry.own, values) for values in own
        )
    assert isinstance(selection, Object)
    total = position = 0
    for _, value in selection.fields:
        if has_position(value):
            total += _rows_of(value, row[position])
            position += 1
    return total
