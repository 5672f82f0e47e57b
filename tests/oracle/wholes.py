"""`aggregate`, `groups`, `facets` and `distinct`, read plainly."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec

from graph.mapping.fold import fold
from graph.mapping.keys import GroupTarget, edge_keys, node_keys
from graph.mapping.kinds import Kind
from graph.mapping.model import End
from tests.oracle.graph import Graph, Thing
from tests.oracle.orders import Row, value_at
from tests.oracle.refusals import Refused


class Aggregate:
    """What one aggregate type gives: numbers, or further aggregates by name."""

    def __init__(
        self,
        graph: Graph,
        rows: list[Row],
        kind: str,
        on_edge: bool = False,
        path: tuple[str, ...] = (),
    ) -> None:
        self._graph, self._rows, self._kind = graph, rows, kind
        self._on_edge, self._path = on_edge, path

    def get(self, name: str, is_leaf: bool) -> Any:
        if not is_leaf:
            path = (*self._path, name)
            return Aggregate(self._graph, self._rows, self._kind, self._on_edge, path)
        if not self._path:
            return len(self._rows)
        known = [value for value in map(self._value, self._rows) if value is not None]
        match name:
            case "count":
                return len(known)
            case "countDistinct":
                return len({fold(value) if isinstance(value, str) else value for value in known})
            case "sum":
                return float(math.fsum(known))
            case "avg":
                return math.fsum(known) / len(known) if known else None
            case "min":
                return min(known, default=None)
            case _:
                return max(known, default=None)

    def _value(self, row: Row) -> Any:
        link, thing = row
        if self._on_edge:
            assert link
            return link.get(self._path[0])
        return value_at(self._graph, thing, self._kind, self._path, order=False)


def targets(
    graph: Graph, kind: str, end: End | None, by: list[Any], by_edge: list[Any]
) -> list[GroupTarget]:
    known = node_keys(graph.model, kind)
    found = [known[key.name] for key in by]
    if end:
        found += [edge_keys(end.relationship.edge)[key.name] for key in by_edge]
    if not found:
        raise Refused("no key")
    return found


def keys_of(graph: Graph, row: Row, target: GroupTarget) -> list[Any]:
    """The different values of a key that one row has, texts folded; [None] where it has none."""
    if not _is_text(target):
        return _values_of(graph, row, target)
    folded = (None if one is None else fold(one) for one in _values_of(graph, row, target))
    return list(dict.fromkeys(folded))


def _is_text(target: GroupTarget) -> bool:
    return bool(target.property and target.property.kind is Kind.TEXT)


def _written(graph: Graph, rows: list[Row], target: GroupTarget, key: Any) -> Any:
    """What is shown of a folded text: the first of the ways that these rows write it."""
    if key is None or not _is_text(target):
        return key
    values = (value for row in rows for value in _values_of(graph, row, target))
    return min(value for value in values if value is not None and fold(value) == key)


def _values_of(graph: Graph, row: Row, target: GroupTarget) -> list[Any]:
    link, thing = row
    if target.end:
        found = list(dict.fromkeys(other for _, other in graph.along(thing, target.end)))
        return found or [None]
    if target.property is None:
        return [thing.type]
    owner = link if target.on_edge else thing
    assert owner
    value = owner.get(target.property.name)
    if target.property.many:
        return list(dict.fromkeys(value or [])) or [None]
    return [value]


def shown(key: Any) -> str | None:
    if isinstance(key, Thing):
        return key.get("slug")
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, float):
        return msgspec.json.encode(key).decode()
    return None if key is None else str(key)


def sortable(key: Any) -> Any:
    return key.get("slug") if isinstance(key, Thing) else key


def grouped(
    graph: Graph, rows: list[Row], wanted: list[GroupTarget], order: str, first: int
) -> list[tuple[tuple[Any, ...], list[Row]]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        for keys in itertools.product(*(keys_of(graph, row, target) for target in wanted)):
            groups[keys].append(row)
    found = list(groups.items())
    # Stable sorts, from the last key to the first: unknown keys come last in either direction.
    for at in reversed(range(len(wanted))):
        known = [item for item in found if item[0][at] is not None]
        unknown = [item for item in found if item[0][at] is None]
        by_key: Callable[[Any], Any] = lambda item, at=at: sortable(item[0][at])  # noqa: E731
        found = sorted(known, key=by_key, reverse=order == "KEY_DESC") + unknown
    if order.startswith("COUNT"):
        found.sort(key=lambda item: len(item[1]), reverse=order == "COUNT_DESC")
    return [
        (
            tuple(
                _written(graph, members, target, key)
                for target, key in zip(wanted, keys, strict=True)
            ),
            members,
        )
        for keys, members in found[:first]
    ]
