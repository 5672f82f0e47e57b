"""The one transaction that shows a load: readers have the old release, then the new one.

It gives what is staged its labels, writes what touches entities that are there
already, retires what is no longer said, and stamps the data version. It is as
large as what touches shown entities, not as large as the load.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.mapping.fold import cut
from graph.mapping.storage import CODES, CURATED, key_of
from loaders.books import Books
from loaders.counterparts import mark_counterparts
from loaders.difference import RETIRED_LINKS, RETIRED_NODES
from loaders.held import CODE, CURATED_MARK, PARTS, digest_property
from loaders.lease import Lease
from loaders.provenance import asserting
from loaders.renewal import renew
from loaders.seal import SEAL, seal_retired
from loaders.stage import Progress, batches
from loaders.stored import Claims, Shapes
from loaders.withheld import withhold
from loaders.workspace import IDENTIFIED_BY, Ends, Workspace, canonical


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
        self._space = space
        self._shapes = shapes
        self._progress = progress
        self._model = space.model
        self._digest = digest_property(space.source)
        self._sequence = 0
        self._touched: set[str] = set()
        """Entities whose own statement, relationships or codes change."""
        self._owners: set[str] = set()
        """Entities whose codes change."""
        self._codes: set[str] = set()
        """Codes that come to an entity or leave it."""
        self._retired: set[str] = set()
        """What is retired or stands for another, and is sealed anew."""

    async def run(self, version: str) -> None:
        books = Books(self._transaction)
        self._sequence = await books.open(version, self._space.source)
        self._touched |= await renew(self._transaction, self._space, self._shapes)
        await self._show_staged()
        await self._return()
        await self._rewrite_nodes()
        await self._write_links()
        await self._absorb()
        await self._remove_links()
        await self._retire()
        await self._replace()
        await self._withhold()
        await self._recount()
        await self._mark_curated()
        await mark_counterparts(self._transaction)
        await self._refresh_aliases()
        for ids in batches(sorted(self._retired)):
            await seal_retired(self._transaction.run, self._transaction.run, ids)
        new = (id_ for (id_,) in self._space.rows("SELECT id FROM node WHERE state = 'new'"))
        self._touched.difference_update(new)
        await self._run(
            "UNWIND $rows AS id MATCH (n:Entity {id: id}) SET n.changedIn = $sequence",
            sorted(self._touched),
        )
        await books.close()

    # Nodes

    async def _show_staged(self) -> None:
        # One statement for all types: Neo4j plans each statement anew on an empty graph.
        new = self._space.rows("SELECT type, id, given FROM node WHERE state = 'new' ORDER BY row")
        rows = ([id_, self._labels(type_, content)] for type_, id_, content in new)
        await self._run("UNWIND $rows AS row MATCH (n:Staged {id: row[0]}) SET n:$(row[1])", rows)

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
        for type_, group in _grouped(rows):
            ids = [id_ for (id_,) in group]
            self._owners.update(ids)
            await self._run(
                f"UNWIND $rows AS id MATCH (:Retired {{id: id}})-[r:{IDENTIFIED_BY}]->(b)"
                f" DELETE r {_DELETE_UNUSED}",
                ids,
            )
            await self._run(
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
        for type_, group in _grouped(rows):
            for batch in batches(group):
                stored = await self._stored_nodes([id_ for id_, _, _ in batch])
                nodes = {
                    id_: {
                        **self._shapes.of(type_, stored[id_], but=source),
                        source: (self._shapes.statement(type_, content), digest),
                    }
                    for id_, content, digest in batch
                }
                await self._put_nodes(type_, nodes)
                self._progress(len(batch))

    async def _stored_nodes(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        rows = await self._transaction.run(
            "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN id, properties(n)", {"ids": ids}
        )
        return {row[0]: row[1] for row in rows}

    async def _put_nodes(self, type_: str, nodes: Mapping[str, Claims]) -> None:
        kind = self._model[type_]
        rows = [
            (id_, {**self._shapes.properties(type_, claims), "slug": id_.partition(":")[2]})
            for id_, claims in nodes.items()
        ]
        await self._run("UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) SET n += row[1]", rows)
        self._touched.update(nodes)
        for part in kind.subsets:
            inside = [row[0] for row in rows if row[1].get(part.property) == part.value]
            outside = [row[0] for row in rows if row[1].get(part.property) != part.value]
            for keyword, ids in (("SET", inside), ("REMOVE", outside)):
                await self._run(
                    "UNWIND $rows AS id MATCH (n:Entity {id: id})"
                    f" {keyword} n:{escape.name(part.label)}",
                    ids,
                )

    async def _retire(self) -> None:
        """Take away from readers what no source says any more; its slug stays taken."""
        ids = [id_ for (id_,) in self._space.rows(RETIRED_NODES)]
        gone: list[str] = []
        for batch in batches(ids):
            remaining: dict[str, dict[str, Claims]] = defaultdict(dict)
            for id_, stored in (await self._stored_nodes(batch)).items():
                type_ = id_.partition(":")[0]
                if claims := self._shapes.of(type_, stored, but=self._space.source):
                    remaining[type_][id_] = claims
                else:
                    gone.append(id_)
            await self._run(
                "UNWIND $rows AS id MATCH (n:Entity {id: id})"
                f" REMOVE n.{escape.name(self._digest)}"
                f" SET n.{escape.name('said_' + self._space.source)} = null",
                batch,
            )
            for type_, nodes in remaining.items():
                await self._put_nodes(type_, nodes)
        await self._keep_apart(gone)
        await self._hide(gone)

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
                self._touched.update((start, end))
                ends = (start, end, key)
                claims = self._shapes.of(type_, stored, ends, but=self._space.source)
                for source, (statement, digest) in claims.items():
                    link = (type_, start, end, key, canonical(statement), digest)
                    withhold(self._space, source, link, source, "DANGLING", now=True)

    async def _hide(self, ids: Sequence[str]) -> None:
        """Retire nodes."""
        labels = [
            label
            for kind in self._model.types
            for label in (kind.name, *(part.label for part in kind.subsets))
        ]
        remove = "".join(f":{escape.name(label)}" for label in labels)
        await self._run(
            "UNWIND $rows AS id MATCH (n:Entity {id: id})"
            f" REMOVE n:Entity{remove} SET n:Retired, n.changedIn = $sequence"
            " WITH n MATCH (n)-[r]-()"
            " WHERE NOT type(r) IN ['IDENTIFIED_BY', 'REPLACED_BY'] DELETE r",
            ids,
        )
        self._touched.difference_update(ids)
        self._retired.update(ids)

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
        await self._run(
            "UNWIND $rows AS row"
            f" MATCH (n:Entity {{id: row[0]}})-[r:REPLACED_BY {{source: {source}}}]->() DELETE r",
            rows,
        )
        await self._run(
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
        for type_, group in _grouped(rows):
            for batch in batches(group):
                fresh = [row for row in batch if row[5]]
                await self._create(
                    type_,
                    [
                        [*row[:3], self._shapes.fresh(type_, source, row[3], row[4], row[:3])]
                        for row in fresh
                    ],
                )
                await self._put_links(
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

    async def _put_links(self, type_: str, links: Mapping[Ends, Claims]) -> None:
        """Put what some sources say together with what others do, on each relationship."""
        stored = await self._stored_links(type_, list(links))
        new: list[list[Any]] = []
        there: list[list[Any]] = []
        for link, claims in links.items():
            known: Claims = self._shapes.of(type_, stored[link], link) if link in stored else {}
            properties = self._shapes.properties(type_, {**known, **claims}, link)
            if link in stored:
                there.append([*link, properties])
            else:
                new.append([*link, {k: v for k, v in properties.items() if v is not None}])
        await self._create(type_, new)
        self._mark(type_, there)
        await self._run(f"UNWIND $rows AS row {self._shapes.match(type_)} SET r += row[3]", there)

    async def _create(self, type_: str, rows: Sequence[Sequence[Any]]) -> None:
        self._mark(type_, rows)
        await self._run(f"UNWIND $rows AS row {self._shapes.create(type_)}", rows)

    async def _stored_links(
        self, type_: str, links: Sequence[Ends]
    ) -> dict[Ends, Mapping[str, Any]]:
        stored: dict[Ends, Mapping[str, Any]] = {}
        for batch in batches(links):
            rows = await self._transaction.run(
                "UNWIND range(0, size($rows) - 1) AS i WITH i, $rows[i] AS row"
                f" {self._shapes.match(type_)} RETURN i, properties(r)",
                {"rows": [list(link) for link in batch]},
            )
            for at, properties in rows:
                stored[batch[at]] = properties
        return stored

    async def _remove_links(self) -> None:
        """What this source no longer says; what another says of it stays."""
        for type_, group in _grouped(self._space.rows(RETIRED_LINKS)):
            for batch in batches(group):
                await self._unsay(type_, batch, self._space.source)
                self._progress(len(batch))

    async def _unsay(self, type_: str, links: Sequence[Ends], source: str) -> None:
        stored = await self._stored_links(type_, links)
        stay: list[list[Any]] = []
        go: list[list[Any]] = []
        for link, properties in stored.items():
            if claims := self._shapes.of(type_, properties, link, but=source):
                gone = {digest_property(source): None, f"said_{source}": None}
                stay.append([*link, {**self._shapes.properties(type_, claims, link), **gone}])
            else:
                go.append(list(link))
        self._mark(type_, [*stay, *go])
        match = f"UNWIND $rows AS row {self._shapes.match(type_)}"
        await self._run(f"{match} SET r += row[3]", stay)
        if type_ == IDENTIFIED_BY:
            await self._run(f"{match} DELETE r {_DELETE_UNUSED}", go)
        else:
            await self._run(f"{match} DELETE r", go)

    def _mark(self, type_: str, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self._touched.add(row[0])
            if type_ == IDENTIFIED_BY:
                self._owners.add(row[0])
                self._codes.add(row[1])
            else:
                self._touched.add(row[1])

    # Entities that become one

    async def _absorb(self) -> None:
        """Move all that sources say of an entity to the one that it is the same as."""
        into = {row[0]: row[1] for row in self._space.rows("SELECT * FROM absorbed")}
        if not into:
            return
        # What this load's own source says of them now is written, or taken away, besides.
        own = self._space.source
        stored = await self._stored_nodes(list(into))
        targets = await self._stored_nodes(sorted(set(into.values())))
        for gone, properties in stored.items():
            type_, to = gone.partition(":")[0], into[gone]
            others = self._shapes.of(type_, properties, but=own)
            claims = {**others, **self._shapes.of(type_, targets[to])}
            await self._put_nodes(type_, {to: claims})
        key = key_of(self._model.relationships, "r")
        rows = await self._transaction.run(
            "UNWIND $ids AS id MATCH (n:Entity {id: id})-[r]-(m:Entity|Identifier)"
            " WITH DISTINCT r WITH r, startNode(r) AS a, endNode(r) AS b"
            " WITH r, a, b, CASE WHEN b:Identifier THEN"
            f" {CODE.replace('i.', 'b.')} ELSE b.id END AS end"
            f" RETURN type(r), a.id, end, {key}, properties(r)",
            {"ids": list(into)},
        )
        moved: dict[str, dict[Ends, Claims]] = defaultdict(dict)
        left: dict[str, list[Ends]] = defaultdict(list)
        stays = {
            id_
            for (id_,) in self._space.rows(
                "SELECT id FROM node WHERE id IN (SELECT id FROM absorbed)"
            )
        }
        for type_, start, end, key_value, properties in rows:
            if type_ == "REPLACED_BY":
                continue
            link = (into.get(start, start), into.get(end, end), key_value)
            before = (start, end, key_value)
            others = self._shapes.of(type_, properties, before, but=own)
            if link[0] != link[1] and others:
                moved[type_][link] = others
            if others and stays & {start, end}:
                left[type_].append(before)
        for type_, links in moved.items():
            await self._put_links(type_, links)
        for type_, links in left.items():
            for source in {s for link in links for s in await self._asserting(type_, link)} - {own}:
                await self._unsay(type_, links, source)
        for id_ in stays & stored.keys():
            await self._keep_own(id_, stored[id_])
        gone = [id_ for id_ in into if id_ not in stays]
        await self._hide(gone)
        await self._run(
            "UNWIND $rows AS row MATCH (m:Retired {id: row[0]}) SET m.mergedInto = row[1]"
            " WITH m, row MATCH (n:Entity {id: row[1]}) CREATE (m)-[:REPLACED_BY]->(n)"
            " WITH m MATCH (m)-[r:IDENTIFIED_BY]->() DELETE r",
            [[id_, into[id_]] for id_ in gone],
        )
        # What stood for one of them, or was replaced by it, goes on to the other.
        await self._run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row[1]})"
            " MATCH (:Entity|Retired {id: row[0]})<-[r:REPLACED_BY]-(m)"
            " WHERE NOT row[2] OR m.mergedInto = row[0]"
            " CREATE (m)-[s:REPLACED_BY]->(n) SET s = properties(r),"
            " m.mergedInto = CASE m.mergedInto WHEN row[0] THEN row[1] END DELETE r",
            [[*row, row[0] in stays] for row in into.items()],
        )
        self._touched.update(into.values())

    async def _asserting(self, type_: str, link: Ends) -> list[str]:
        return asserting((await self._stored_links(type_, [link])).get(link, {}))

    async def _keep_own(self, id_: str, stored: Mapping[str, Any]) -> None:
        """Leave on an entity what this source says of it, and nothing of what others said."""
        others = [source for source in asserting(stored) if source != self._space.source]
        marks = [name for source in others for name in (digest_property(source), f"said_{source}")]
        await self._run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) SET n += row[1]",
            [[id_, dict.fromkeys(marks)]],
        )
        type_ = id_.partition(":")[0]
        now = (await self._stored_nodes([id_]))[id_]
        await self._put_nodes(type_, {id_: self._shapes.of(type_, now)})

    async def _refresh_aliases(self) -> None:
        """The ids that codes make of entities known otherwise resolve to these."""
        rows = [
            list(row)
            for row in self._space.rows("SELECT DISTINCT own, id FROM node WHERE own IS NOT NULL")
        ]
        await self._run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row[1]})"
            " MERGE (m:Retired {id: row[0]}) SET m.mergedInto = row[1]"
            " MERGE (m)-[:REPLACED_BY]->(n)",
            rows,
        )
        changed = sorted(self._touched | {row[1] for row in rows})
        for batch in batches(changed):
            aliases = await self._transaction.run(
                "UNWIND $ids AS id MATCH (n:Entity {id: id})<-[:REPLACED_BY]-(m:Retired)"
                " WHERE m.mergedInto IS NOT NULL RETURN m.id, properties(n)",
                {"ids": batch},
            )
            copies = [
                [
                    id_,
                    {
                        **{k: v for k, v in stored.items() if not k.startswith(_OWN_MARKS)},
                        "id": id_,
                        "slug": id_.partition(":")[2],
                        "mergedInto": stored["id"],
                    },
                ]
                for id_, stored in aliases
            ]
            await self._run(
                "UNWIND $rows AS row MATCH (m:Retired {id: row[0]}) SET m = row[1]", copies
            )
            lead_here = await self._transaction.run(
                "UNWIND $ids AS id MATCH (n:Entity {id: id})<-[:REPLACED_BY]-(m:Retired)"
                " RETURN DISTINCT m.id",
                {"ids": batch},
            )
            self._retired.update(id_ for (id_,) in lead_here)

    # What cannot be shown

    async def _withhold(self) -> None:
        """Keep apart what has no end, and bring back what has one again."""
        space, source = self._space, self._space.source
        overruled = list(space.rows("SELECT type, start, end, source FROM overruled"))
        for type_, start, end, other in overruled:
            await self._overrule(type_, (start, end, ""), other)
        adopted = space.rows("SELECT type, source, start, end, key, given, digest FROM adopted")
        for type_, rows in _grouped(adopted):
            for batch in batches(rows):
                links: dict[Ends, dict[str, Any]] = defaultdict(dict)
                for other, start, end, key, content, digest in batch:
                    links[start, end, key][other] = (self._shapes.statement(type_, content), digest)
                await self._put_links(type_, links)
        await self._transaction.run(
            "MATCH (d:DanglingReference) WHERE d.source = $source DELETE d", {"source": source}
        )
        await self._run(
            "UNWIND $rows AS row MATCH (d:DanglingReference {source: row[0], type: row[1],"
            " from: row[2], to: row[3], key: row[4]}) DELETE d",
            [
                list(row)
                for row in space.rows("SELECT source, type, said_start, said_end, key FROM adopted")
            ],
        )
        await self._run(
            "UNWIND $rows AS row MATCH (d:DanglingReference {source: row[0], type: row[1],"
            " from: row[2], to: row[3], key: row[4]}) SET d.from = row[5], d.to = row[6],"
            f" d.reason = row[7], d.{SEAL} = null",
            [list(row) for row in space.rows("SELECT * FROM restated")],
        )
        rows = space.rows(
            "SELECT source, type, start, end, key, CAST(given AS TEXT), digest, place, reason"
            " FROM withheld WHERE now"
        )
        await self._run(
            "UNWIND $rows AS row CREATE (:DanglingReference {source: row[0], type: row[1],"
            " from: row[2], to: row[3], key: row[4], given: row[5], digest: row[6],"
            " place: row[7], reason: row[8]})",
            [list(row) for row in rows],
        )

    async def _overrule(self, type_: str, link: Ends, other: str) -> None:
        """A source that goes before says another end of a relationship that has one only."""
        stored = (await self._stored_links(type_, [link])).get(link)
        if stored is None or other not in asserting(stored):
            return
        statement, digest = self._shapes.of(type_, stored, link)[other]
        content = canonical(statement)
        withhold(self._space, other, (type_, *link, content, digest), other, "OVERRULED", now=True)
        await self._unsay(type_, [link], other)

    # Codes

    async def _recount(self) -> None:
        """Search finds an entity by its codes: their words stand on it too."""
        owners = sorted(self._owners)
        for batch in batches(owners):
            codes = await self._transaction.run(
                "UNWIND $rows AS id MATCH (n:Entity {id: id})"
                f" RETURN id, COLLECT {{ MATCH (n)-[:{IDENTIFIED_BY}]->(i) RETURN i.value }}",
                {"rows": batch},
            )
            await self._run(
                f"UNWIND $rows AS row MATCH (n:Entity {{id: row[0]}}) SET n.{CODES} = row[1]",
                [[id_, sorted({cut(value) for value in values}) or None] for id_, values in codes],
            )
        await self._run(
            f"UNWIND $rows AS code MATCH (i:Identifier {{{PARTS}}}) SET i.label = head(COLLECT {{"
            f" MATCH (i)<-[r:{IDENTIFIED_BY}]-() WHERE r.label IS NOT NULL"
            " WITH r ORDER BY r.digest_seed IS NULL, r.label RETURN r.label })",
            sorted(self._codes),
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

    async def _run(self, statement: str, rows: Iterable[Any]) -> None:
        for batch in batches(rows):
            await self._transaction.run(statement, {"rows": batch, "sequence": self._sequence})


_DELETE_UNUSED = f"WITH DISTINCT b WHERE NOT EXISTS {{ (b)<-[:{IDENTIFIED_BY}]-() }} DELETE b"
"""Ends a statement that has deleted relationships to identifiers `b`."""
_OWN_MARKS = ("digest_", "said_", "codes", "addedIn", "changedIn")


def _grouped(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Rows by their first value, in the order of first appearance."""
    groups: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for first, *rest in rows:
        groups[first].append(tuple(rest))
    return list(groups.items())
