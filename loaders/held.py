"""What the graph holds, read into the workspace: identities and hashes, streamed.

Every node, relationship and identifier that a source asserts carries the
property `digest_<source>`: a hash of what that source says of it. Equal hashes
mean that nothing is to be written.
"""

from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import Any

from graph.cypher import escape
from graph.database.session import Database
from graph.mapping.storage import SOURCE, key_of
from loaders.workspace import IDENTIFIED_BY, SEPARATOR, Workspace, link_hash

_BATCH = 5_000
CODE = f"i.scheme + '{SEPARATOR}' + i.schemeVersion + '{SEPARATOR}' + i.value"
"""An identifier `i` as one text."""
IS_SHOWN = f"NOT EXISTS {{ (i)<-[:{IDENTIFIED_BY}]-(:Staged&!Entity) }}"
"""Of an identifier `i`: nothing that is still staged has brought it."""
LABEL = (
    f"head(COLLECT {{ MATCH (i)<-[r:{IDENTIFIED_BY}]-(n) WHERE r.label IS NOT NULL"
    f" AND (n:Entity OR NOT EXISTS {{ (i)<-[:{IDENTIFIED_BY}]-(:Entity) }})"
    " WITH r ORDER BY r.digest_seed IS NULL, r.label RETURN r.label })"
)
"""What an identifier `i` is called: retired entities are asked where no other has it."""
CURATED_MARK = "digest_seed"
"""The property that marks what a curated source asserts."""


def digest_property(source: str) -> str:
    """The property that marks what a source asserts."""
    return f"digest_{source}"


async def read_held(database: Database, space: Workspace, *, all_claims: bool = False) -> None:
    """Fill the tables on what the graph holds of this source, and of what it speaks of.

    `all_claims`: of relationships that have one end only, also of those it does not speak of.
    """
    source = space.source
    own, statement = escape.name(digest_property(source)), escape.name(f"said_{source}")
    await _fill(
        space,
        "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        database.stream(
            "MATCH (d:DanglingReference) RETURN d.source, d.type, d.from, d.to, d.key,"
            " d.given, d.digest, d.place, d.reason"
        ),
    )
    state = (
        f"n.id, CASE WHEN n:Retired THEN null ELSE n.{own} END, CASE WHEN n:Entity THEN 'visible'"
        " WHEN n:Staged THEN 'staged' WHEN n.mergedInto IS NULL THEN 'retired' ELSE 'alias' END,"
        f" n.{statement} IS NOT NULL, n.{CURATED_MARK} IS NOT NULL, n.mergedInto"
    )
    entity = "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?, ?)"
    await _fill(
        space,
        entity,
        database.stream(f"MATCH (n:Entity|Staged) WHERE n.{own} IS NOT NULL RETURN {state}"),
    )
    by_id = f"UNWIND $batch AS id MATCH (n:Entity|Retired {{id: id}}) RETURN collect([{state}])"
    await _ask(database, space, entity, _SPOKEN_OF, by_id)
    space.db.execute("INSERT INTO alias SELECT id, merged FROM entity WHERE kind = 'alias'")
    await _read_links(database, space, own)
    other = f"(r.{own} IS NULL OR r.{statement} IS NOT NULL)"
    code = f"MATCH (i:Identifier {{{PARTS}}})"
    await _ask(
        database,
        space,
        "INSERT OR IGNORE INTO code VALUES (?)",
        f"SELECT DISTINCT end FROM link WHERE type = '{IDENTIFIED_BY}'",
        f"UNWIND $batch AS code {code} WHERE {IS_SHOWN} RETURN collect([code])",
    )
    await _ask(
        database,
        space,
        "INSERT INTO exact (type, code, id, curated) VALUES (?, ?, ?, ?)",
        "SELECT value FROM code",
        f"UNWIND $batch AS code {code}<-[r:{IDENTIFIED_BY} {{matchType: 'EXACT'}}]-(n:Entity)"
        f" WHERE {other} RETURN collect([split(n.id, ':')[0], code, n.id,"
        f" n.{CURATED_MARK} IS NOT NULL])",
    )
    meant = "SELECT id FROM exact UNION SELECT canonical FROM alias"
    await _ask(database, space, entity, meant, by_id)
    types = {type_ for (type_,) in space.rows("SELECT DISTINCT type FROM link")}
    types |= {type_ for (type_,) in space.rows("SELECT DISTINCT type FROM withheld")}
    of_model = space.model.relationships
    trees = [each.type for each in of_model if each.hierarchy and each.type in types]
    singles = [each.type for each in of_model if each.one and (all_claims or each.type in types)]
    # One statement for all types: planning one takes longer than most graphs take to read.
    if trees:
        await _fill(
            space,
            "INSERT INTO tree VALUES (?, ?, ?)",
            database.stream(f"{_match(trees)} WHERE {other} RETURN type(r), a.id, b.id"),
        )
    if singles:
        mine = escape.constant(digest_property(source))
        await _fill(
            space,
            "INSERT INTO single VALUES (?, ?, ?, ?)",
            database.stream(
                f"{_match(singles)} WHERE {other}"
                f" UNWIND [k IN keys(r) WHERE k STARTS WITH 'digest_' AND k <> {mine}]"
                " AS k RETURN type(r), a.id, b.id, substring(k, 7)"
            ),
        )


def _match(types: Sequence[str]) -> str:
    return f"MATCH (a:Entity)-[r:{'|'.join(map(escape.name, types))}]->(b:Entity)"


_SPOKEN_OF = (
    "SELECT id FROM node UNION SELECT start FROM link"
    f" UNION SELECT end FROM link WHERE type <> '{IDENTIFIED_BY}'"
    " UNION SELECT replaced FROM node WHERE replaced IS NOT NULL"
    " UNION SELECT start FROM withheld UNION SELECT end FROM withheld"
    f" UNION SELECT '{SOURCE}:' || slug FROM mention"
)
PARTS = ", ".join(
    f"{name}: split(code, '{SEPARATOR}')[{at}]"
    for at, name in enumerate(("scheme", "schemeVersion", "value"))
)


async def _ask(
    database: Database, space: Workspace, insert: str, query: str, statement: str
) -> None:
    """Ask the graph about things that the workspace knows, some thousands at a time."""
    rows = space.rows(query)
    while batch := [value for (value,) in islice(rows, _BATCH)]:
        answer = await database.rows(statement, {"batch": batch})
        space.many(insert, [tuple(row) for row in answer[0][0]])


async def _read_links(database: Database, space: Workspace, own: str) -> None:
    """Each entity's own relationships as one list: a record a row would be slower."""
    link = (
        "COLLECT { MATCH (a)-[r]->(b:Entity|Staged|Identifier)"
        f" WHERE r.{own} IS NOT NULL RETURN [type(r),"
        f" CASE WHEN b.id IS NULL THEN {CODE.replace('i.', 'b.')} ELSE b.id END,"
        f" {key_of(space.model.relationships, 'r')}, r.{own}] }}"
    )
    batch: list[tuple[Any, ...]] = []
    async for start, staged, links in database.stream(
        f"MATCH (a:Entity|Staged) WITH a, {link} AS links WHERE size(links) > 0"
        " RETURN a.id, NOT a:Entity, links"
    ):
        batch.extend(
            (mark, type_, start, end, key, digest ^ mark, staged)
            for type_, end, key, digest in links
            for mark in (link_hash(type_, start, end, key),)
        )
        if len(batch) >= _BATCH:
            space.many("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?)", batch)
            batch.clear()
    space.many("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?)", batch)


async def _fill(space: Workspace, statement: str, rows: AsyncIterator[list[Any]]) -> None:
    batch: list[tuple[Any, ...]] = []
    async for row in rows:
        batch.append(tuple(row))
        if len(batch) >= _BATCH:
            space.many(statement, batch)
            batch.clear()
    space.many(statement, batch)
