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
        found: Any, at: int, around: Mapping[tuple[str, ...], Any]
    ) -> Iterator[Mapping[tuple[str, ...], Any]]:
        if isinstance(found, list):
            for item in cast(list[Any], found):
                yield from below(item, at, around)
            return
        around = {**around, path[:at]: found}
        if at == len(path) or found is None:
            if at == len(path):
                yield around
            return
        yield from below(found.get(path[at]), at + 1, around)

    return below(data, 0, {})


def cell_of(row: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    """The value at a path as a row sees it; several where a list lies beside the rows."""
    at = len(path)
    while path[:at] not in row:
        at -= 1
    found = list(walk(row[path[:at]], path[at:]))
    several = isinstance(_first_list(row[path[:at]], path[at:]), list)
    if several:
        return [item for each in found for item in several_of(each) if item is not None]
    return found[0] if found else None


def _first_list(found: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if found is None or isinstance(found, list):
            return cast(Any, found)
        found = found.get(key)
    return found


def walk(found: Any, path: Sequence[str]) -> Iterator[Any]:
    """What lies at a path, once for each item of the lists on the way."""
    if not path:
        yield found
    elif isinstance(found, list):
        for item in cast(list[Any], found):
            yield from walk(item, path)
    elif found is not None:
        yield from walk(found.get(path[0]), path[1:])
