"""Records against each other and against the graph: what form alone cannot show.

What has a problem is taken out of the workspace, so that a tolerated load goes
on without it; a reference whose end is missing is kept apart, to be shown and
to be loaded as soon as its end is.
"""

import re
from collections.abc import Callable

from graph.mapping.storage import SOURCE
from loaders.cycles import cycles
from loaders.problems import Problem
from loaders.records import Place
from loaders.withheld import withhold
from loaders.workspace import IDENTIFIED_BY, KNOWN, SEPARATOR, STAYS, Workspace, digest_of

_NO_SLUG = " OR ".join(f"id GLOB '*:{wrong}'" for wrong in ("", "*[^a-z0-9-]*", "-*", "*-", "*--*"))
"""The ids whose slug is wrong, which SQLite finds without reading all of them here."""
_DIGIT = re.compile("[0-9]")
"""A slug made of a code: one that is near is another thing's."""
_FEW = 500
"""Where no more entities of a type are known, a name that is near is looked for."""
_SPOT = "spot, line, col, record"


def check(space: Workspace) -> None:
    """Report every problem, and take out what has one."""
    _slugs(space)
    _doubled_codes(space)
    _doubled_nodes(space)
    _sources(space)
    _doubled_links(space)
    _own_ends(space)
    _dangling(space)
    _single(space)
    cycles(space)


def _slugs(space: Workspace) -> None:
    for row, id_, *spot in space.rows(f"SELECT row, id, {_SPOT} FROM node WHERE {_NO_SLUG}"):
        slug = id_.partition(":")[2]
        remedy = "Use a-z and 0-9, joined by single hyphens."
        space.report(Problem(space.place(*spot), f"{slug!r} is not a slug.", remedy, slug))
        space.db.execute("DELETE FROM node WHERE row = ?", (row,))
        space.db.execute("DELETE FROM link WHERE start = ?", (id_,))
        space.left_out.add(id_)


def _doubled_codes(space: Workspace) -> None:
    """An exact code is one thing's own: where two have it, their order would decide."""
    exact = (
        "SELECT l.row, n.type, l.start, l.end FROM link l JOIN node n ON n.id = l.start"
        f" WHERE l.type = '{IDENTIFIED_BY}'"
        " AND json_extract(CAST(l.given AS TEXT), '$.matchType') = 'EXACT'"
    )
    for row, id_, first in list(
        space.rows(
            "SELECT row, start, first FROM (SELECT row, start, end,"
            " first_value(start) OVER (PARTITION BY type, end ORDER BY row) AS first"
            f" FROM ({exact})) WHERE start <> first ORDER BY row"
        )
    ):
        spot = space.db.execute(f"SELECT end, {_SPOT} FROM link WHERE row = ?", (row,)).fetchone()
        if spot is None:
            continue
        code, *place = spot
        shown = code.replace(SEPARATOR, " ")
        space.report(
            Problem(
                space.place(*place),
                f"The code {shown} is exact here, and stands for {first} too.",
                "Correct the code, or say that it matches closely.",
                shown,
            )
        )
        space.db.execute("DELETE FROM node WHERE id = ?", (id_,))
        space.db.execute("DELETE FROM link WHERE start = ?", (id_,))
        space.left_out.add(id_)


def _doubled_nodes(space: Workspace) -> None:
    _doubled(
        space,
        "node",
        "SELECT n.row, n.id, {0}, {1} FROM node n JOIN"
        " (SELECT id, min(row) AS first FROM node GROUP BY id HAVING count(*) > 1) d"
        " ON d.id = n.id JOIN node f ON f.row = d.first WHERE n.row > d.first ORDER BY n.row",
        lambda id_: f"The slug {id_.partition(':')[2]!r} is used twice",
        "Give this entity another, or join the two.",
    )


def _doubled_links(space: Workspace) -> None:
    _doubled(
        space,
        "link",
        "SELECT n.row, n.type, {0}, {1} FROM link n JOIN"
        " (SELECT hash, min(row) AS first FROM link GROUP BY hash HAVING count(*) > 1) d"
        " ON d.hash = n.hash JOIN link f ON f.row = d.first WHERE n.row > d.first ORDER BY n.row",
        lambda type_: (
            f"This {'identifier' if type_ == IDENTIFIED_BY else 'relationship'} is given twice"
        ),
        "Keep one of the two.",
    )


def _doubled(
    space: Workspace, table: str, query: str, describe: Callable[[str], str], remedy: str
) -> None:
    columns = [", ".join(f"{one}.{part}" for part in _SPOT.split(", ")) for one in ("n", "f")]
    for row, what, *spots in list(space.rows(query.format(*columns))):
        first = space.place(*spots[4:])
        message = f"{describe(what)}; first at {first}."
        is_reference = table == "link"
        place = space.place(*spots[:4])
        space.report(Problem(place, message, remedy, is_reference=is_reference))
        space.db.execute(f"DELETE FROM {table} WHERE row = ?", (row,))
        if table == "node" and spots[3]:
            # What else its record says goes with it: it is one problem, not several.
            space.db.execute(
                "DELETE FROM link WHERE start = ? AND line = ? AND record = ?",
                (what, spots[1], spots[3]),
            )


def _own_ends(space: Workspace) -> None:
    """Relationships from an entity to itself, said so or by two ids of one entity."""
    for row, type_, start, *spot in list(
        space.rows(f"SELECT row, type, start, {_SPOT} FROM link WHERE start = end")
    ):
        message = f"{start} is related to itself by {type_}."
        place = space.place(*spot)
        space.report(Problem(place, message, "Name another entity.", start, is_reference=True))
        space.db.execute("DELETE FROM link WHERE row = ?", (row,))


def _dangling(space: Workspace) -> None:
    links = list(
        space.rows(
            f"SELECT row, type, start, end, key, given, digest, start NOT IN {KNOWN}, {_SPOT}"
            f" FROM link WHERE start NOT IN {KNOWN} OR (type <> '{IDENTIFIED_BY}'"
            f" AND end NOT IN {KNOWN}) ORDER BY row"
        )
    )
    for row, type_, start, end, key, content, digest, start_is_gone, *spot in links:
        place = space.place(*spot)
        _unknown(space, start if start_is_gone else end, place)
        space.db.execute("DELETE FROM link WHERE row = ?", (row,))
        if type_ != IDENTIFIED_BY:
            link = (type_, start, end, key, content, digest)
            withhold(space, space.source, link, str(place), "DANGLING", now=True)
    for row, by, content, *spot in list(
        space.rows(
            f"SELECT row, replaced, given, {_SPOT} FROM node"
            f" WHERE replaced IS NOT NULL AND replaced NOT IN {KNOWN}"
        )
    ):
        _unknown(space, by, space.place(*spot))
        # The hash is of what is written: once the other is there, this one has changed.
        space.db.execute(
            "UPDATE node SET replaced = NULL, digest = ? WHERE row = ?", (digest_of(content), row)
        )


def _unknown(space: Workspace, id_: str, place: Place) -> None:
    kind, _, slug = id_.partition(":")
    if id_ in space.left_out:
        message = f"The {kind} {slug!r} is left out: it has a problem."
        space.report(
            Problem(place, message, "Fix that one.", slug, is_reference=True, follows=True)
        )
        return
    mine = f"{kind}:"
    near: list[tuple[int, str]] = []
    query = (
        "SELECT id FROM node WHERE type = ?1 UNION"
        f" SELECT id FROM entity WHERE {STAYS} AND id >= ?2 AND id < ?2 || '~'"
    )
    if space.one(f"SELECT count(*) FROM ({query})", kind, mine) <= _FEW:
        others = (other.partition(":")[2] for (other,) in space.rows(query, kind, mine))
        near = sorted((_distance(slug, other), other) for other in others)[:1]
    remedy = (
        f"Did you mean {near[0][1]!r}?"
        if near and near[0][0] < min(4, len(slug)) and not _DIGIT.search(slug)
        else f"Add the {kind} first."
    )
    message = f"There is no {kind} with the slug {slug!r}."
    space.report(Problem(place, message, remedy, slug, is_reference=True))


def _distance(one: str, other: str) -> int:
    """How many letters to change (Levenshtein), for hints; 9 where it is many."""
    if abs(len(one) - len(other)) > 3:
        return 9
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        previous, row[0] = row[0], at
        for to, candidate in enumerate(other, 1):
            cost = previous if letter == candidate else 1 + min(previous, row[to], row[to - 1])
            previous, row[to] = row[to], cost
    return row[-1]


def _single(space: Workspace) -> None:
    for relationship in space.model.relationships:
        if not relationship.one:
            continue
        for row, start, *spot in list(
            space.rows(
                f"SELECT row, start, {_SPOT} FROM link l WHERE type = ?1 AND row >"
                " (SELECT min(row) FROM link m WHERE m.type = ?1 AND m.start = l.start)"
                if _has_doubles(space, relationship.type)
                else f"SELECT row, start, {_SPOT} FROM link WHERE type = ?1 AND 0",
                relationship.type,
            )
        ):
            message = f"{start} has a second {relationship.type}."
            space.report(Problem(space.place(*spot), message, "Keep one.", is_reference=True))
            space.db.execute("DELETE FROM link WHERE row = ?", (row,))


def _has_doubles(space: Workspace, type_: str) -> bool:
    return bool(
        space.one(
            "SELECT count(*) FROM (SELECT 1 FROM link WHERE type = ?"
            " GROUP BY start HAVING count(*) > 1 LIMIT 1)",
            type_,
        )
    )


def _sources(space: Workspace) -> None:
    """What rests on a source that is not there: nothing of it is loaded."""
    for slug, statements in space.mentions.items():
        if space.one(
            "SELECT (SELECT count(*) FROM node WHERE id = ?1)"
            f" + (SELECT count(*) FROM entity WHERE id = ?1 AND {STAYS})",
            f"{SOURCE}:{slug}",
        ):
            continue
        for place, statement in statements:
            _unknown(space, f"{SOURCE}:{slug}", place)
            if isinstance(statement, int):
                space.db.execute("DELETE FROM link WHERE hash = ?", (statement,))
                continue
            gone = "DELETE FROM node WHERE id = ? AND line = ?"
            if space.db.execute(gone, statement).rowcount:
                space.db.execute("DELETE FROM link WHERE start = ?", statement[:1])
                space.left_out.add(statement[0])
