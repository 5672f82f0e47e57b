"""Whose word is shown where several sources speak of one thing: one order, read from one place.

The seed goes before all. Registers follow in the order that they declare. A source of a
mapping file has the number that the file gives, or comes after the registers; equal numbers
go by name. The graph remembers the numbers (`LoadedSource`), so that every command knows
the order without the mapping files, and whatever was loaded first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.database.session import Database
from graph.errors import LoadError
from loaders.seal import seal_new
from loaders.source import LAST, Owner
from loaders.sources import ORDER
from loaders.sources.seed import NAME as SEED

DECLARED: Mapping[str, int] = {SEED: 0, **ORDER}


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """What the graph remembers of a source that was loaded into it."""

    name: str
    order: int
    owner: Owner

    @property
    def stored(self) -> dict[str, Any]:
        """The properties of its node."""
        owner = self.owner
        return {
            "name": self.name,
            "order": self.order,
            "title": owner.title,
            "file": owner.file,
            "place": owner.place,
            "table": owner.table,
        }


async def remembered(database: Database) -> dict[str, LoadedSource]:
    """The sources that have been loaded, by name."""
    rows = await database.rows(
        "MATCH (s:LoadedSource) RETURN s.name, s.order, s.title, s.file, s.place, s.table"
        " ORDER BY s.name"
    )
    return {
        name: LoadedSource(name, order, Owner(title, file, place, table))
        for name, order, title, file, place, table in rows
    }


async def remember(
    database: Database, sources: Sequence[LoadedSource], order: Mapping[str, int]
) -> None:
    """Keep the sources, each with its number in this order; the first of a name stands."""
    rows = [
        replace(source, order=order.get(source.name, source.order)).stored
        for source in {source.name: source for source in reversed(sources)}.values()
    ]
    await database.run(
        "UNWIND $rows AS row MERGE (s:LoadedSource {name: row.name}) SET s = row", {"rows": rows}
    )
    await seal_new(database.rows, database.run, "LoadedSource")


def order_of(known: Mapping[str, LoadedSource], own: LoadedSource | None = None) -> dict[str, int]:
    """Every source's number: declared, given by the load at work, or remembered."""
    numbers = {name: source.order for name, source in known.items()}
    if own:
        numbers[own.name] = own.order
    return {**numbers, **DECLARED}


def sequence(order: Mapping[str, int], names: Mapping[str, Any]) -> list[str]:
    """Some sources, the one whose word is shown first."""
    return sorted(names, key=lambda name: rank(order, name))


def rank(order: Mapping[str, int], source: str) -> tuple[int, str]:
    """What sources are compared by."""
    return order.get(source, LAST), source


def refuse_taken(known: Mapping[str, LoadedSource], own: LoadedSource) -> None:
    """Raise LoadError where another mapping file's source has this name in the graph."""
    before = known.get(own.name)
    if before and not before.owner.is_same(own.owner):
        raise LoadError(
            f"{own.name!r} is the name of another source in this graph, {before.owner.title!r}:"
            " a load would retire all that it has said.",
            "Give this one another name in `source:`. Where it is the same source, which has"
            " moved and was renamed, say `--take-over`.",
        )
