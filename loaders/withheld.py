"""Relationships that a source says but that cannot be shown now.

Either an end is not there (DANGLING), or a relationship that has one end only
has another one, from a source that goes before (OVERRULED). They are kept as
`DanglingReference` nodes, and loaded by whichever load makes them possible: so
the order of loads makes no difference.
"""

from collections.abc import Mapping
from typing import Any

from loaders.workspace import STAYS, Workspace


def withhold(
    space: Workspace, source: str, link: tuple[Any, ...], place: str, reason: str, *, now: bool
) -> None:
    """Keep a relationship (type, start, end, key, given, digest) apart."""
    space.db.execute(
        "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (source, *link, place, reason, now),
    )


def settle(space: Workspace, order: Mapping[str, int]) -> None:
    """Whose end is shown where there can be one only, and what can be shown again."""

    def rank(source: str) -> tuple[int, str]:
        return order.get(source, 99), source

    mine = rank(space.source)
    for row, type_, start, end, other_end, other, *rest in list(
        space.rows(
            "SELECT l.row, l.type, l.start, l.end, s.end, s.source, l.key, l.given, l.digest,"
            " l.spot, l.line, l.col, l.record FROM single s"
            " JOIN link l ON l.type = s.type AND l.start = s.start AND l.end <> s.end"
        )
    ):
        key, given, digest, *spot = rest
        if rank(other) > mine:
            space.db.execute(
                "INSERT INTO overruled VALUES (?, ?, ?, ?)", (type_, start, other_end, other)
            )
        elif space.db.execute("DELETE FROM link WHERE row = ?", (row,)).rowcount:
            link = (type_, start, end, key, given, digest)
            place = str(space.place(*spot))
            withhold(space, space.source, link, place, "OVERRULED", now=True)
    _adopt(space, rank)


def _adopt(space: Workspace, rank: Any) -> None:
    one = {kind.type for kind in space.model.relationships if kind.one}
    known = f"(SELECT id FROM node UNION ALL SELECT id FROM entity WHERE {STAYS})"
    waiting = list(
        space.rows(
            "SELECT w.source, type, coalesce(a.canonical, start), coalesce(b.canonical, end), key,"
            " given, digest, start, end FROM withheld w"
            " LEFT JOIN alias a ON a.id = start LEFT JOIN alias b ON b.id = end"
            " WHERE w.source <> ? AND NOT now"
            f" AND coalesce(a.canonical, start) IN {known}"
            f" AND coalesce(b.canonical, end) IN {known}",
            space.source,
        )
    )
    for found in waiting:
        source, type_, start, end = found[:4]
        if type_ in one and _is_beaten(space, rank, source, type_, start, end):
            continue
        space.db.execute("INSERT INTO adopted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", found)


def _is_beaten(space: Workspace, rank: Any, source: str, type_: str, start: str, end: str) -> bool:
    """Whether another source's end of this relationship goes before, or stands there."""
    rivals = [
        other
        for other, other_end in space.rows(
            "SELECT source, end FROM single WHERE type = ?1 AND start = ?2"
            " UNION ALL SELECT ?3, end FROM link WHERE type = ?1 AND start = ?2",
            type_,
            start,
            space.source,
        )
        if other_end != end
    ]
    return any(rank(other) < rank(source) for other in rivals)
