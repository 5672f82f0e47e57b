"""The one transaction that shows a load: readers have the old release, then the new one.

It gives what is staged its labels, writes what touches entities that are there
already, retires what is no longer said, and stamps the data version. It is as
large as what touches shown entities, not as large as the load.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import orjson

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.mapping.fold import cut
from graph.mapping.storage import CODES, CURATED, key_of
from loaders.absorption import absorb, refresh_aliases
from loaders.books import Books
from loaders.counterparts import mark_counterparts
from loaders.difference import RETIRED_LINKS, RETIRED_NODES
from loaders.held import CURATED_MARK, LABEL, PARTS, digest_property
from loaders.lease import Lease
from loaders.provenance import asserting
from loaders.renewal import renew
from loaders.seal import SEAL, seal_retired
from loaders.stage import Progress, batches
from loaders.stored import Claims, Shapes
from loaders.withheld import withhold
from loaders.workspace import IDENTIFIED_BY, Ends, Workspace, canonical
from loaders.writer import DELETE_UNUSED, Writer, grouped


async def show(
    database: Database,
    space: Workspace,
    shapes: Shapes,
    lease: Lease,
    version: str,
    progress: Progress,
) -> None:
    """Show what is staged and write the rest."""

    before = space.one("SELECT coalesce(max(rowid), 0) FROM withheld")

    async def steps(transaction: Transaction) -> None:
        # A transaction that is tried again finds the tables as the first try did.
        space.db.execute("DELETE FROM withheld WHERE rowid > ?", (before,))
        if await lease.check(transaction):
            await _Release(transaction, space, shapes, progress).run(version)

    await database.write(steps, release=True)
    lease.passed()


class _Release:
    def __init__(
        self, transaction: Transaction, space: Workspace, shapes: Shapes, progress: Progress
    ) -> None:
        self._transaction = transaction
        self._writer = Writer(transaction, space, shapes)
        self._space = space
        self._shapes = shapes
        self._progress = progress
        self._model = space.model
        self._digest = digest_property(space.source)

    async def run(self, version: str) -> None:
        books = Books(self._transaction)
        self._writer.sequence = await books.open(version, self._space.source)
        self._writer.touched |= await renew(self._transaction, self._space, self._shapes)
        await self._show_staged()
        await self._return()
        await self._rewrite_nodes()
        await self._write_links()
        await absorb(self._writer)
        await self._remove_links()
        await self._retire()
        await self._replace()
        await self._withhold()
        await self._recount()
        await self._mark_curated()
        await mark_counterparts(self._transaction)
        await refresh_aliases(self._writer)
        for ids in batches(sorted(self._writer.retired)):
            await seal_retired(self._transaction.run, self._transaction.run, ids)
        new = (id_ for (id_,) in self._space.rows("SELECT id FROM node WHERE state = 'new'"))
        self._writer.touched.difference_update(new)
        await self._writer.run(
            "UNWIND $rows AS id MATCH (n:Entity {id: id}) SET n.changedIn = $sequence",
            sorted(self._writer.touched),
        )
        await books.close()

    # Nodes

    async def _show_staged(self) -> None:
        # One statement for all types: Neo4j plans each statement anew on an empty graph.
        new = self._space.rows("SELECT type, id, given FROM node WHERE state = 'new' ORDER BY row")
        rows = ([id_, self._labels(type_, content)] for type_, id_, content in new)
        await self._writer.run(
            "UNWIND $rows AS row MATCH (n:Staged {id: row[0]}) SET n:$(row[1])", rows
        )

    def _labels(self, type_: str, content: bytes) -> list[str]:
        """What a node is labelled with to be seen: its type, and the subsets that it is in."""
        kind = self._model[type_]
        statement: dict[str, Any] = orjson.loads(content) if kind.subsets else {}
        inside = (part.label for part in kind.subsets if statement.get(part.property) == part.value)
        return ["Entity", type_, *inside]

    async def _return(self) -> None:
        """What was retired, or was one with another entity, and is said again.

        Its codes stayed with it; those that still hold are written with what else is said.
        """
        rows = self._space.rows("SELECT type, id FROM node WHERE state = 'returns'")
        for type_, group in grouped(rows):
            ids = [id_ for (id_,) in group]
            self._writer.owners.update(ids)
            await self._writer.note_codes(ids)
            await self._writer.run(
                f"UNWIND $rows AS id MATCH (:Retired {{id: id}})-[r:{IDENTIFIED_BY}]->(b)"
                f" DELETE r {DELETE_UNUSED}",
                ids,
            )
            await self._writer.run(
                "UNWIND $rows AS id MATCH (n:Retired {id: id})"
                f" REMOVE n:Retired SET n:Entity:{escape.name(type_)},"
                f" n.addedIn = $sequence, n.mergedInto = null, n.{SEAL} = null"
                " WITH n MATCH (n)-[r:REPLACED_BY]->() DELETE r",
                ids,
            )

    async def _rewrite_nodes(self) -> None:
        """Nodes that are there already: what all their sources say is put together again."""
        rows = self._space.rows(
            "SELECT type, id, given, digest FROM node"
            " WHERE state IN ('returns', 'joins', 'changed') ORDER BY row"
        )
        source = self._space.source
        for type_, group in grouped(rows):
            for batch in batches(group):
                stored = await self._writer.stored_nodes([id_ for id_, _, _ in batch])
                nodes = {
                    id_: {
                        **self._shapes.of(type_, stored[id_], but=source),
                        source: (self._shapes.statement(type_, content), digest),
                    }
                    for id_, content, digest in batch
                }
                await self._writer.put_nodes(type_, nodes)
                self._progress(len(batch))

    async def _retire(self) -> None:
        """Take away from readers what no source says any more; its slug stays taken."""
        ids = [id_ for (id_,) in self._space.rows(RETIRED_NODES)]
        gone: list[str] = []
        for batch in batches(ids):
            remaining: dict[str, dict[str, Claims]] = defaultdict(dict)
            for id_, stored in (await self._writer.stored_nodes(batch)).items():
                type_ = id_.partition(":")[0]
                if claims := self._shapes.of(type_, stored, but=self._space.source):
                    remaining[type_][id_] = claims
                else:
                    gone.append(id_)
            await self._writer.run(
                "UNWIND $rows AS id MATCH (n:Entity {id: id})"
                f" REMOVE n.{escape.name(self._digest)}"
                f" SET n.{escape.name('said_' + self._space.source)} = null",
                batch,
            )
            for type_, nodes in remaining.items():
                await self._writer.put_nodes(type_, nodes)
        await self._keep_apart(gone)
        await self._writer.hide(gone)

    async def _keep_apart(self, ids: Sequence[str]) -> None:
        """What other sources say of relationships of entities that are retired."""
        for batch in batches(ids):
            rows = await self._transaction.run(
                "UNWIND $ids AS id MATCH (n:Entity {id: id})-[r]-(m:Entity)"
                " WHERE type(r) <> 'REPLACED_BY'"
                " RETURN DISTINCT type(r), startNode(r).id, endNode(r).id,"
                f" {key_of(self._model.relationships, 'r')}, properties(r)",
                {"ids": batch},
            )
            for type_, start, end, key, stored in rows:
                self._writer.touched.update((start, end))
                ends = (start, end, key)
                claims = self._shapes.of(type_, stored, ends, but=self._space.source)
                for source, (statement, digest) in claims.items():
                    link = (type_, start, end, key, canonical(statement), digest)
                    withhold(self._space, source, link, source, "DANGLING", now=True)

    async def _replace(self) -> None:
        """What this source says of what came in the place of another."""
        rows = [
            [id_, by]
            for id_, by in self._space.rows(
                "SELECT id, replaced FROM node WHERE state <> 'same'"
                f" UNION SELECT id, NULL FROM ({RETIRED_NODES})"
            )
        ]
        source = escape.constant(self._space.source)
        await self._writer.run(
            "UNWIND $rows AS row"
            f" MATCH (n:Entity {{id: row[0]}})-[r:REPLACED_BY {{source: {source}}}]->() DELETE r",
            rows,
        )
        await self._writer.run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) MATCH (m:Entity {id: row[1]})"
            f" CREATE (n)-[:REPLACED_BY {{source: {source}}}]->(m)",
            [row for row in rows if row[1]],
        )

    # Relationships

    async def _write_links(self) -> None:
        is_new = "(SELECT id FROM node WHERE state = 'new')"
        rows = self._space.rows(
            "SELECT type, start, end, key, given, digest,"
            f" start IN {is_new} OR end IN {is_new} FROM link"
            " WHERE state IN ('added', 'changed') ORDER BY row"
        )
        source = self._space.source
        for type_, group in grouped(rows):
            for batch in batches(group):
                fresh = [row for row in batch if row[5]]
                await self._writer.create(
                    type_,
                    [
                        [*row[:3], self._shapes.fresh(type_, source, row[3], row[4], row[:3])]
                        for row in fresh
                    ],
                )
                await self._writer.put_links(
                    type_,
                    {
                        (start, end, key): {
                            source: (self._shapes.statement(type_, content), digest)
                        }
                        for start, end, key, content, digest, is_fresh in batch
                        if not is_fresh
                    },
                )
                self._progress(len(batch))

    async def _remove_links(self) -> None:
        """What this source no longer says; what another says of it stays."""
        for type_, group in grouped(self._space.rows(RETIRED_LINKS)):
            for batch in batches(group):
                await self._writer.unsay(type_, batch, self._space.source)
                self._progress(len(batch))

    # What cannot be shown

    async def _withhold(self) -> None:
        """Keep apart what has no end, and bring back what has one again."""
        space, source = self._space, self._space.source
        overruled = list(space.rows("SELECT type, start, end, source FROM overruled"))
        for type_, start, end, other in overruled:
            await self._overrule(type_, (start, end, ""), other)
        adopted = space.rows("SELECT type, source, start, end, key, given, digest FROM adopted")
        for type_, rows in grouped(adopted):
            for batch in batches(rows):
                links: dict[Ends, dict[str, Any]] = defaultdict(dict)
                for other, start, end, key, content, digest in batch:
                    links[start, end, key][other] = (self._shapes.statement(type_, content), digest)
                await self._writer.put_links(type_, links)
        await self._transaction.run(
            "MATCH (d:DanglingReference) WHERE d.source = $source DELETE d", {"source": source}
        )
        await self._writer.run(
            "UNWIND $rows AS row MATCH (d:DanglingReference {source: row[0], type: row[1],"
            " from: row[2], to: row[3], key: row[4]}) DELETE d",
            [
                list(row)
                for row in space.rows("SELECT source, type, said_start, said_end, key FROM adopted")
            ],
        )
        await self._writer.run(
            "UNWIND $rows AS row MATCH (d:DanglingReference {source: row[0], type: row[1],"
            " from: row[2], to: row[3], key: row[4]}) SET d.from = row[5], d.to = row[6],"
            f" d.reason = row[7], d.{SEAL} = null",
            [list(row) for row in space.rows("SELECT * FROM restated")],
        )
        rows = space.rows(
            "SELECT source, type, start, end, key, CAST(given AS TEXT), digest, place, reason"
            " FROM withheld WHERE now"
        )
        await self._writer.run(
            "UNWIND $rows AS row CREATE (:DanglingReference {source: row[0], type: row[1],"
            " from: row[2], to: row[3], key: row[4], given: row[5], digest: row[6],"
            " place: row[7], reason: row[8]})",
            [list(row) for row in rows],
        )

    async def _overrule(self, type_: str, link: Ends, other: str) -> None:
        """A source that goes before says another end of a relationship that has one only."""
        stored = (await self._writer.stored_links(type_, [link])).get(link)
        if stored is None or other not in asserting(stored):
            return
        statement, digest = self._shapes.of(type_, stored, link)[other]
        content = canonical(statement)
        withhold(self._space, other, (type_, *link, content, digest), other, "OVERRULED", now=True)
        await self._writer.unsay(type_, [link], other)

    # Codes

    async def _recount(self) -> None:
        """Search finds an entity by its codes: their words stand on it too."""
        owners = sorted(self._writer.owners)
        for batch in batches(owners):
            codes = await self._transaction.run(
                "UNWIND $rows AS id MATCH (n:Entity {id: id})"
                f" RETURN id, COLLECT {{ MATCH (n)-[:{IDENTIFIED_BY}]->(i) RETURN i.value }}",
                {"rows": batch},
            )
            await self._writer.run(
                f"UNWIND $rows AS row MATCH (n:Entity {{id: row[0]}}) SET n.{CODES} = row[1]",
                [[id_, sorted({cut(value) for value in values}) or None] for id_, values in codes],
            )
        await self._writer.run(
            f"UNWIND $rows AS code MATCH (i:Identifier {{{PARTS}}}) SET i.label = {LABEL}",
            sorted(self._writer.codes),
        )

    async def _mark_curated(self) -> None:
        """Label what a curated source asserts: lists and search ask for it often."""
        if self._digest == CURATED_MARK:
            await self._transaction.run(
                f"MATCH (n:Entity) WHERE n.{CURATED_MARK} IS NOT NULL SET n:{CURATED}", {}
            )
            await self._transaction.run(
                f"MATCH (n:{CURATED}) WHERE n:Retired OR n.{CURATED_MARK} IS NULL"
                f" REMOVE n:{CURATED}",
                {},
            )
