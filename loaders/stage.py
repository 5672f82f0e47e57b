"""What is new, written in batches where no query of the service can reach it.

New nodes are labelled `Staged`; the relationships among them and new identifiers
hang on nothing that is shown. What is staged is its own checkpoint: each batch
is a transaction, and the next run finds in the graph what this one got done.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import orjson

from graph.cypher import escape
from graph.database.session import Database
from graph.mapping.fold import cut
from graph.mapping.storage import CODES
from loaders.held import digest_property
from loaders.lease import Lease
from loaders.stored import Shapes
from loaders.workspace import IDENTIFIED_BY, SEPARATOR, Workspace

T = TypeVar("T")
Progress = Callable[[int], None]
"""Called with how many things have been written since the last call."""
BATCH = 2_000
"""Rows of one statement."""
_STAGED_AT_ONCE = 500
"""Rows of one transaction: larger ones live long enough to make Neo4j's collector stop readers."""
_INDEXED_AT_ONCE = 10_000
NOT_STAGED = "l.hash NOT IN (SELECT hash FROM held WHERE staged)"


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Rows in lists of at most `size`."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


async def unstage(database: Database) -> None:
    """Take the labels of what is staged off what is shown already.

    The transaction that shows a load leaves them on: that keeps it a fifth smaller.
    """
    await database.run(
        "MATCH (n:Staged:Entity) CALL (n) { REMOVE n:Staged:Indexed }"
        f" IN TRANSACTIONS OF {_STAGED_AT_ONCE} ROWS"
    )


async def discard(lease: Lease, ids: Sequence[str]) -> None:
    """Take away what is staged under these ids."""
    for batch in batches(ids, _STAGED_AT_ONCE):
        await lease.write(
            "UNWIND $rows AS id MATCH (n:Staged {id: id})"
            f" OPTIONAL MATCH (n)-[:{IDENTIFIED_BY}]->(i) WITH n, collect(i) AS codes"
            " FOREACH (i IN codes | DETACH DELETE i) DETACH DELETE n",
            {"rows": batch},
        )


class Stage:
    """Stages what a compared workspace calls new."""

    def __init__(
        self, database: Database, space: Workspace, shapes: Shapes, lease: Lease, progress: Progress
    ) -> None:
        self._database = database
        self._space = space
        self._shapes = shapes
        self._lease = lease
        self._progress = progress

    async def run(self) -> None:
        """Write what is not staged yet; what another load has staged goes first."""
        own = escape.name(digest_property(self._space.source))
        others = await self._database.rows(f"MATCH (n:Staged) WHERE n.{own} IS NULL RETURN n.id")
        await discard(self._lease, [id_ for (id_,) in others])
        if not self._may_go_on():
            await self._discard_own()
        await self._nodes()
        await self._identifiers()
        await self._relationships()
        await self._index()

    async def _nodes(self) -> None:
        # The lease makes sure that no other load takes this number.
        rows = await self._database.rows(
            "OPTIONAL MATCH (v:DataVersion {name: 'current'}) RETURN coalesce(v.sequence, 0) + 1"
        )
        sequence = rows[0][0]
        rows = self._space.rows(
            "SELECT n.type, n.id, n.given, n.digest FROM node n LEFT JOIN entity e ON e.id = n.id"
            " WHERE n.state = 'new' AND e.id IS NULL ORDER BY n.row"
        )
        for batch in batches(rows, _STAGED_AT_ONCE):
            codes = self._codes([row[1] for row in batch])
            await self._write(
                "UNWIND $rows AS row CREATE (n:Staged) SET n = row",
                [
                    {
                        **self._shapes.fresh(type_, self._space.source, content, digest),
                        **({CODES: sorted(codes[id_])} if id_ in codes else {}),
                        "id": id_,
                        "slug": id_.partition(":")[2],
                        "addedIn": sequence,
                        "changedIn": sequence,
                    }
                    for type_, id_, content, digest in batch
                ],
            )

    def _codes(self, ids: Sequence[str]) -> dict[str, set[str]]:
        """The codes that are staged with these nodes: search finds an entity by them."""
        codes: dict[str, set[str]] = {}
        for start, end in self._space.rows(
            "SELECT start, end FROM link WHERE type = 'IDENTIFIED_BY' AND state = 'staged'"
            " AND start IN (SELECT value FROM json_each(?))",
            orjson.dumps(ids).decode(),
        ):
            codes.setdefault(start, set()).add(cut(end.rsplit(SEPARATOR, 1)[1]))
        return codes

    async def _identifiers(self) -> None:
        mark = f"r.{escape.name(digest_property(self._space.source))}"
        for batch in self._links(of_codes=True):
            properties, places = self._shapes.distinct(self._space.source, batch)
            labels = [orjson.loads(content).get("label") for _, _, _, content, _ in batch]
            rows = [
                [start, *end.split(SEPARATOR), place, label, digest]
                for (_, start, end, _, digest), place, label in zip(
                    batch, places, labels, strict=True
                )
            ]
            await self._write(
                "UNWIND $rows AS row MATCH (n:Staged {id: row[0]})"
                " MERGE (i:Identifier {scheme: row[1], schemeVersion: row[2], value: row[3]})"
                " SET i.label = CASE WHEN row[5] < coalesce(i.label, row[5] + 'x') THEN row[5]"
                " ELSE i.label END"
                f" CREATE (n)-[r:{IDENTIFIED_BY}]->(i)"
                f" SET r = $properties[row[4]], {mark} = row[6]",
                rows,
                properties=properties,
            )

    async def _relationships(self) -> None:
        # One statement for all types: Neo4j plans each statement anew on an empty graph.
        mark = f"r.{escape.name(digest_property(self._space.source))}"
        for batch in self._links(of_codes=False):
            properties, places = self._shapes.distinct(self._space.source, batch)
            await self._write(
                "UNWIND $rows AS row MATCH (a:Staged {id: row[1]}) MATCH (b:Staged {id: row[2]})"
                f" CREATE (a)-[r:$(row[0])]->(b) SET r = $properties[row[3]], {mark} = row[4]",
                [
                    [type_, start, end, place, digest]
                    for (type_, start, end, _, digest), place in zip(batch, places, strict=True)
                ],
                properties=properties,
            )

    async def _index(self) -> None:
        """Put what is staged into the full-text index, which few large transactions do fastest."""
        await self._database.run(
            "MATCH (n:Staged) WHERE NOT n:Indexed CALL (n) { SET n:Indexed }"
            f" IN TRANSACTIONS OF {_INDEXED_AT_ONCE} ROWS"
        )

    def _links(self, *, of_codes: bool) -> Iterator[list[tuple[Any, ...]]]:
        """Type, start, end, what is given, and its digest as it stands on the relationship."""
        rows = self._space.rows(
            "SELECT type, start, end, given, digest, hash FROM link l"
            f" WHERE (type = ?) = ? AND state = 'staged' AND {NOT_STAGED} ORDER BY row",
            IDENTIFIED_BY,
            of_codes,
        )
        marked = ((*row, digest ^ mark) for *row, digest, mark in rows)
        yield from batches(marked, _STAGED_AT_ONCE)

    def _may_go_on(self) -> bool:
        """Whether all that is staged is what this load would stage."""
        return not self._space.one(
            "SELECT (SELECT count(*) FROM entity e LEFT JOIN node n ON n.id = e.id"
            "  AND n.state = 'new' AND n.digest = e.digest"
            "  WHERE e.kind = 'staged' AND n.id IS NULL)"
            " + (SELECT count(*) FROM held h LEFT JOIN link l ON l.hash = h.hash"
            "  AND l.state = 'staged' AND l.digest = h.digest WHERE h.staged AND l.hash IS NULL)"
        )

    async def _discard_own(self) -> None:
        """Take away what this source has staged of other files."""
        space = self._space
        ids = [id_ for (id_,) in space.rows("SELECT id FROM entity WHERE kind = 'staged'")]
        await discard(self._lease, ids)
        space.db.execute("DELETE FROM entity WHERE kind = 'staged'")
        space.db.execute("DELETE FROM held WHERE staged")

    async def _write(self, statement: str, rows: Sequence[Any], **more: Any) -> None:
        await self._lease.write(statement, {"rows": rows, **more})
        self._progress(len(rows))
