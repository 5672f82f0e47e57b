"""Rows of an answer to any document: the items of one list, each with its cells.

A cell is found by response keys from the root of the answer. A list that lies beside the rows,
or within one, makes a cell of several values. What a directive left out is as null.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graph.addresses.parameters import several_of

_WRAPPERS = ("nodes", "edges", "node")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that a document asks for: response keys from the root, and its name."""

    path: tuple[str, ...]
    name: str
    heading: str


def plain(path: Sequence[str]) -> str:
    """A path as people write it: without the parts that every list has."""
    return ".".join(part for part in path if part not in _WRAPPERS)


def rows_of(data: Any, path: tuple[str, ...]) -> Iterator[Mapping[tuple[str, ...], Any]]:
    """For each item of the list at a path: the objects on the way to it, by their paths."""

    def below(
        value: Any, at: int, around: Mapping[tuple[str, ...], Any]
    ) -> Iterator[Mapping[tuple[str, ...], Any]]:
        if isinstance(value, list):
            for item in cast(list[Any], value):
                yield from below(item, at, around)
            return
        around = {**around, path[:at]: value}
        if at == len(path) or value is None:
            if at == len(path):
                yield around
            return
        yield from below(value.get(path[at]), at + 1, around)

    return below(data, 0, {})


def cell_of(row: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    """The value at a path as a row sees it; several where a list lies beside the rows."""
    at = len(path)
    while path[:at] not in row:
        at -= 1
    values = list(walk(row[path[:at]], path[at:]))
    several = isinstance(_first_list(row[path[:at]], path[at:]), list)
    if several:
        return [item for each in values for item in several_of(each) if item is not None]
    return values[0] if values else None


def _first_list(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if value is None or isinstance(value, list):
            return cast(Any, value)
        value = value.get(key)
    return value


def walk(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """What lies at a path, once for each item of the lists on the way."""
    if not path:
        yield value
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from walk(item, path)
    elif value is not None:
        yield from walk(value.get(path[0]), path[1:])
