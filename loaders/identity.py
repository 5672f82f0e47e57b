"""Which entity a record means: an exact identifier that another source gave decides.

A curated slug wins over one made from a code; between two made from codes the
first by name does, so that the order of loads makes no difference. A slug that no
source gives any more loses to any. A close match never merges.
"""

from collections import defaultdict

from loaders.problems import Problem
from loaders.workspace import IDENTIFIED_BY, Workspace, link_hash


def identify(space: Workspace, *, curated: bool) -> None:
    """Rename what is known under another id, and note which entities become one.

    Fills `alias` (an id of this source -> the entity it means) and `absorbed` (an
    entity of the graph -> one of this source).
    """
    space.db.execute("DELETE FROM alias WHERE id IN (SELECT id FROM node)")
    means: dict[str, set[str]] = defaultdict(set)
    is_curated: dict[str, bool] = {}
    disowned = {id_ for (id_,) in space.rows("SELECT id FROM exact WHERE disowned")}
    for own, other, other_curated in space.rows(
        "SELECT DISTINCT n.id, e.id, e.curated FROM link l JOIN node n ON n.id = l.start"
        " JOIN exact e ON e.code = l.end AND e.type = n.type"
        f" WHERE l.type = '{IDENTIFIED_BY}' AND e.id <> n.id"
        " AND json_extract(CAST(l.given AS TEXT), '$.matchType') = 'EXACT' ORDER BY n.id, e.id"
    ):
        means[own].add(other)
        is_curated[other] = bool(other_curated)
    for own, others in means.items():
        own_curated = curated or _is_curated(space, own)
        if curated and (left := _left_behind(space, own, others)):
            space.db.execute("INSERT OR REPLACE INTO absorbed VALUES (?, ?)", (left, own))
            continue
        rivals = [other for other in others if is_curated[other] and own_curated]
        if rivals or len(others) > 1:
            _ambiguous(space, own, others)
            continue
        (other,) = others
        if other in disowned or (not own_curated, own) < (not is_curated[other], other):
            space.db.execute("INSERT OR REPLACE INTO absorbed VALUES (?, ?)", (other, own))
        else:
            space.db.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (own, other))
    _rename(space)


def _is_curated(space: Workspace, id_: str) -> bool:
    """Whether the graph has this id from a curated source already."""
    return bool(space.one("SELECT count(*) FROM entity WHERE id = ? AND curated", id_))


def _left_behind(space: Workspace, own: str, others: set[str]) -> str | None:
    """The one entity that a curated source has renamed: it says it no more, or as replaced."""
    if len(others) != 1:
        return None
    (other,) = others
    row = space.db.execute("SELECT replaced FROM node WHERE id = ?", (other,)).fetchone()
    return other if row is None or row[0] == own else None


def _ambiguous(space: Workspace, own: str, others: set[str]) -> None:
    spot, line, column, record = space.db.execute(
        "SELECT spot, line, col, record FROM node WHERE id = ?", (own,)
    ).fetchone()
    shown = " and ".join(sorted({own, *others}))
    space.report(
        Problem(
            space.place(spot, line, column, record),
            f"An exact identifier says that {shown} are one.",
            "Make the match CLOSE, or join the two entries.",
        )
    )
    # All that the record says goes with it: it is one problem.
    space.db.execute("DELETE FROM node WHERE id = ?", (own,))
    space.db.execute("DELETE FROM link WHERE start = ?", (own,))


def _rename(space: Workspace) -> None:
    """Put the entity that is meant in the place of each id."""
    # `own` keeps the id that the source's own code makes.
    space.db.execute("UPDATE node SET own = id WHERE id IN (SELECT id FROM alias)")
    for place in ("id", "replaced"):
        space.db.execute(
            f"UPDATE node SET {place} ="
            f" (SELECT canonical FROM alias WHERE alias.id = node.{place})"
            f" WHERE {place} IN (SELECT id FROM alias)"
        )
    # Who refers to an entity that becomes one with another means that other, and so does
    # what stood for it before.
    space.db.execute(
        "UPDATE alias SET canonical = (SELECT into_id FROM absorbed a WHERE a.id = canonical)"
        " WHERE canonical IN (SELECT id FROM absorbed)"
    )
    space.db.execute(
        "INSERT OR REPLACE INTO alias SELECT id, into_id FROM absorbed"
        " WHERE id NOT IN (SELECT id FROM node)"
    )
    for table in ("single", "tree"):
        for place in ("start", "end"):
            space.db.execute(
                f"UPDATE {table} SET {place} ="
                f" (SELECT into_id FROM absorbed a WHERE a.id = {table}.{place})"
                f" WHERE {place} IN (SELECT id FROM absorbed)"
            )
            space.db.execute(
                f"UPDATE {table} SET {place} ="
                f" (SELECT canonical FROM alias WHERE alias.id = {table}.{place})"
                f" WHERE {place} IN (SELECT id FROM alias)"
            )
    changed = list(
        space.rows(
            "SELECT row, type, coalesce(a.canonical, start), coalesce(b.canonical, end), key"
            " FROM link LEFT JOIN alias a ON a.id = start LEFT JOIN alias b ON b.id = end"
            " WHERE a.id IS NOT NULL OR b.id IS NOT NULL"
        )
    )
    space.many(
        "UPDATE link SET hash = ?, start = ?, end = ? WHERE row = ?",
        [
            (link_hash(type_, start, end, key), start, end, row)
            for row, type_, start, end, key in changed
        ],
    )
