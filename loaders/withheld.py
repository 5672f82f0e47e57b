"""Relationships that a source says but that cannot be shown now.

Either an end is not there (DANGLING), or a relationship that has one end only
has another one, from a source that goes before (OVERRULED). They are kept as
`DanglingReference` nodes, and loaded by whichever load makes them possible; one
that waits on names its ends as they are known now. So the order of loads makes
no difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from loaders.precedence import rank
from loaders.workspace import KNOWN, STAYS, Workspace


def withhold(
    space: Workspace, source: str, link: tuple[Any, ...], place: str, reason: str, *, now: bool
) -> None:
    """Keep a relationship (type, start, end, key, given, digest) apart."""
    space.db.execute(
        "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (source, *link, place, reason, now),
    )


def settle(space: Workspace, order: Mapping[str, int]) -> None:
    """Say of each such relationship whether it can be shown once this load is.

    All that is said of an end that there can be one only of is compared: by this load,
    by what is shown, and by what waits.
    """
    space.many(
        "INSERT INTO claim"
        " SELECT 'own', row, ?1, type, start, end FROM link WHERE type = ?2"
        " UNION ALL SELECT 'shown', rowid, source, type, start, end FROM single"
        f" WHERE type = ?2 AND start NOT IN {_LEAVE} AND end NOT IN {_LEAVE}"
        " UNION ALL SELECT 'waits', w.rowid, w.source, type, coalesce(a.canonical, start),"
        f" coalesce(b.canonical, end) FROM {_WAITING} AND type = ?2 AND {_BOTH_KNOWN}",
        [
            (space.source, relationship.type)
            for relationship in space.model.relationships
            if relationship.one
        ],
    )
    beaten = _beaten(space, order)
    for row in beaten["own"]:
        *link, spot, line, column, record = space.db.execute(
            "SELECT type, start, end, key, given, digest, spot, line, col, record"
            " FROM link WHERE row = ?",
            (row,),
        ).fetchone()
        space.db.execute("DELETE FROM link WHERE row = ?", (row,))
        place = str(space.place(spot, line, column, record))
        withhold(space, space.source, tuple(link), place, "OVERRULED", now=True)
    space.many(
        "INSERT INTO overruled SELECT type, start, end, source FROM single WHERE rowid = ?",
        [(row,) for row in beaten["shown"]],
    )
    _adopt(space, beaten["waits"])


_LEAVE = f"(SELECT id FROM entity WHERE NOT ({STAYS}) AND id NOT IN (SELECT id FROM node))"
_WAITING = (
    "withheld w LEFT JOIN alias a ON a.id = start LEFT JOIN alias b ON b.id = end"
    " WHERE w.source <> ?1 AND NOT now"
)
_BOTH_KNOWN = f"coalesce(a.canonical, start) IN {KNOWN} AND coalesce(b.canonical, end) IN {KNOWN}"


def _beaten(space: Workspace, order: Mapping[str, int]) -> Mapping[str, set[int]]:
    """The claims of which another source's goes before, by kind."""
    beaten: dict[str, set[int]] = {"own": set(), "shown": set(), "waits": set()}
    contested: dict[tuple[str, str], list[tuple[str, int, str, str]]] = defaultdict(list)
    for type_, start, *claim in space.rows(
        "SELECT type, start, kind, row, source, end FROM claim WHERE (type, start) IN"
        " (SELECT type, start FROM claim GROUP BY 1, 2 HAVING count(DISTINCT end) > 1)"
    ):
        contested[type_, start].append(tuple(claim))
    for claims in contested.values():
        best = min((rank(order, source), end) for _, _, source, end in claims)
        for kind, row, _, end in claims:
            if end != best[-1]:
                beaten[kind].add(row)
    return beaten


def _adopt(space: Workspace, beaten: Collection[int]) -> None:
    """What of others can be shown now; what waits on is kept as it would be withheld today."""
    waiting = space.rows(
        "SELECT w.rowid, w.source, type, coalesce(a.canonical, start),"
        " coalesce(b.canonical, end), key, given, digest, start, end, reason,"
        f" {_BOTH_KNOWN} FROM {_WAITING}",
        space.source,
    )
    trees = _Trees(space)
    for row, *link, old_reason, is_known in waiting:
        source, type_, start, end, key, _, _, said_start, said_end = link
        if is_known and row not in beaten and trees.take(type_, start, end):
            space.db.execute("INSERT INTO adopted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", link)
            continue
        reason = "OVERRULED" if is_known else "DANGLING"
        if (start, end, reason) != (said_start, said_end, old_reason):
            space.db.execute(
                "INSERT INTO restated VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (source, type_, said_start, said_end, key, start, end, reason),
            )


def cycle_of(steps: Iterable[Sequence[str]]) -> list[str]:
    """The entities of one cycle among steps from start to end; none where there is no cycle."""
    above: dict[str, set[str]] = defaultdict(set)
    for start, end in steps:
        above[start].add(end)
    below: dict[str, set[str]] = defaultdict(set)
    for start, ends in above.items():
        for end in ends:
            below[end].add(start)
    # What leads nowhere is in no cycle; what leads to that alone is not either.
    done = [end for end in below if not above.get(end)]
    while done:
        for start in below[done.pop()]:
            above[start] = {end for end in above[start] if above.get(end)}
            if not above[start]:
                done.append(start)
    ring = [next((start for start in sorted(above) if above[start]), "")]
    while ring[0] and ring[-1] not in ring[:-1]:
        ring.append(min(above[ring[-1]]))
    return ring[ring.index(ring[-1]) :] if ring[0] else []


class _Trees:
    """The hierarchies as they will be, to keep cycles out; SQLite holds them."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._hierarchies = {
            relationship.type
            for relationship in space.model.relationships
            if relationship.hierarchy
        }
        self._filled: set[str] = set()

    def take(self, type_: str, start: str, end: str) -> bool:
        """Take a relationship in, unless it leads from an entity to itself."""
        if start == end:
            return False
        if type_ not in self._hierarchies:
            return True
        self._fill(type_)
        if self._space.one(_LEADS_BACK, type_, start, end):
            return False
        self._space.db.execute("INSERT OR IGNORE INTO above VALUES (?, ?, ?)", (type_, start, end))
        return True

    def _fill(self, type_: str) -> None:
        if type_ in self._filled:
            return
        self._filled.add(type_)
        self._space.db.execute(
            "INSERT OR IGNORE INTO above SELECT type, start, end FROM link WHERE type = ?1"
            " UNION ALL SELECT type, start, end FROM tree WHERE type = ?1",
            (type_,),
        )


_LEADS_BACK = """
WITH RECURSIVE upper(id) AS (
    VALUES (?3) UNION SELECT end FROM above JOIN upper ON type = ?1 AND start = id
) SELECT EXISTS (SELECT 1 FROM upper WHERE id = ?2)
"""
