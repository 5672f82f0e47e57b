"""`orderBy` and pages, read plainly: null last in either direction, ties by slug."""

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

from graph.mapping.fold import fold
from graph.mapping.kinds import Kind
from graph.mapping.model import End, Property
from tests.oracle.filters import measures
from tests.oracle.graph import Graph, Link, Thing

Row = tuple[Link | None, Thing]


def value_at(graph: Graph, thing: Thing, kind: str, path: Sequence[str], *, order: bool) -> Any:
    """What a path of names leads to from a node; None where it leads nowhere."""
    name, *further = path
    for found in graph.model[kind].properties:
        if found.name == name:
            return _value(found, thing.get(name), order=order)
    if any(group.name == name for group in graph.model[kind].measures):
        return measures(graph, thing)[further[0]]
    for end in graph.model.ends(kind):
        related = graph.along(thing, end)
        if name == f"{end.name}Count":
            return len(related)
        if end.one and name == end.edge_name:
            own = {found.name: found for found in end.relationship.edge.properties}[further[0]]
            return _value(own, related[0][0].get(further[0]), order=order) if related else None
        if name == end.name:
            if not related:
                return None
            return value_at(graph, related[0][1], end.other, further, order=order)
    raise AssertionError(name)


def _value(found: Property, value: Any, *, order: bool) -> Any:
    if order and value is not None and found.kind is Kind.TEXT:
        return fold(value)
    return value


def path_of(item: dict[str, Any]) -> tuple[tuple[str, ...], bool]:
    """The names of one member of `orderBy`, and whether it is descending."""
    names: list[str] = []
    value: Any = item
    while isinstance(value, dict):
        [(name, value)] = value.items()
        names.append(name)
    return tuple(names), value.name == "DESC"


def ordered(
    graph: Graph, rows: list[Row], kind: str, end: End | None, order_by: list[Any] | None
) -> list[Row]:
    keys = [path_of(item) for item in order_by or []]
    if end is None:
        keys.append((("slug",), False))
    else:
        keys.append((("node", "slug"), False))
        if end.relationship.key:
            keys.append((("edge", end.relationship.key), False))

    def value(row: Row, path: tuple[str, ...]) -> Any:
        link, thing = row
        if end is None:
            return value_at(graph, thing, kind, path, order=True)
        if path[0] == "node":
            return value_at(graph, thing, kind, path[1:], order=True)
        assert link
        found = {found.name: found for found in end.relationship.edge.properties}[path[1]]
        return _value(found, link.get(path[1]), order=True)

    def compare(one: Row, other: Row) -> int:
        for path, descending in keys:
            a, b = value(one, path), value(other, path)
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (1 if a > b else -1) * (-1 if descending else 1)
        return 0

    return sorted(rows, key=cmp_to_key(compare))


def page(rows: list[Row], first: int | None, last: int | None) -> tuple[list[Row], bool, bool]:
    """The rows of a page, whether more follow, whether more come before."""
    if last is not None:
        return rows[len(rows) - min(last, len(rows)) :], False, len(rows) > last
    size = 25 if first is None else first
    return rows[:size], len(rows) > size, False
