"""How a row of a table becomes a node with its identifiers and relationships, by its columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.mapping.model import Property
from loaders.records import Record
from loaders.sources.common import Register, day, key_slug, shown, words
from loaders.table import Row


@dataclass(frozen=True, slots=True)
class Value:
    """How a property is read from a row."""

    prop: Property
    column: str
    split: str
    values: Mapping[str, str] | None
    constant: str | None
    date: str = ""
    """A pattern that dates are written by, with the groups y, m and d."""

    def read(self, row: Row) -> Any:
        text = row[self.column] if self.column else self.constant or ""
        if self.prop.many:
            return _parts(text, self.split)
        if not text:
            return None
        if self.values is not None:
            if text not in self.values:
                known = ", ".join(self.values)
                row.problem(self.column, f"{self.column} is {text!r}.", f"Known are {known}.")
                return None
            text = self.values[text]
        return self._typed(row, text)

    def _typed(self, row: Row, text: str) -> Any:
        prop = self.prop
        if self.date:
            return day(row, self.column, self.date)
        try:
            if not prop.kind.is_text:
                return prop.kind.value.read(text)
        except ValueError:
            self._wrong(row, text, f"It must be {prop.kind.value.expected}.")
            return None
        if prop.enum and text not in prop.enum.__members__:
            known = ", ".join(prop.enum.__members__)
            remedy = f"{prop.name} is one of {known}; map the words of the file with `values`."
            self._wrong(row, text, remedy)
            return None
        return words(text) if prop.name == "name" else text

    def _wrong(self, row: Row, text: str, remedy: str) -> None:
        row.problem(self.column, f"{self.column or self.prop.name} is {shown(text)}.", remedy)


@dataclass(frozen=True, slots=True)
class End:
    """How the other ends of a relationship are read from a row."""

    type: str
    target: str
    column: str
    split: str
    to: str

    def read(self, row: Row) -> list[str]:
        return [
            f"{self.target}:{self.to.replace('{}', key_slug(part))}"
            for part in _parts(row[self.column], self.split)
        ]


@dataclass(frozen=True, slots=True)
class Node:
    """How a row becomes a node with its identifiers and relationships."""

    type: str
    key: str
    values: tuple[Value, ...]
    codes: tuple[tuple[str, str, str, str], ...]
    ends: tuple[End, ...]

    @property
    def columns(self) -> set[str]:
        """The columns that it is read from."""
        named = {value.column for value in self.values if value.column}
        named |= {code[2] for code in self.codes} | {end.column for end in self.ends}
        return named | {self.key}


def _parts(text: str, split: str) -> list[str]:
    parts = text.split(split) if split else [text]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def records_of(register: Register, source: str, node: Node, row: Row) -> Iterator[Record]:
    """What a row says; nothing where it has no key or no name."""
    if not row.needed(node.key):
        return
    own = f"{source}-{key_slug(row[node.key])}"
    properties = {value.prop.name: value.read(row) for value in node.values}
    if not properties.get("name"):
        column = next(value.column for value in node.values if value.prop.name == "name")
        row.problem(column, "The row has no name.", "Fill it in, or leave the row out.")
        return
    places = {value.prop.name: row.at(value.column) for value in node.values if value.column}
    yield replace(register.node(node.type, own, row.place, **properties), places=places)
    owner = f"{node.type}:{own}"
    for scheme, version, column, match in node.codes:
        if row[column]:
            place = row.at(column)
            yield register.code(owner, scheme, row[column], place, version=version, match=match)
    for end in node.ends:
        for other in end.read(row):
            yield register.link(end.type, owner, other, row.at(end.column))
