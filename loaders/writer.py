"""Nodes and relationships as the transaction that shows a load writes them.

What several sources say of one is put together again, and what is touched is known afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.cypher import escape
from graph.database.session import Transaction
from loaders.held import CODE, digest_property
from loaders.stage import batches
from loaders.stored import Claims, Shapes
from loaders.workspace import IDENTIFIED_BY, Ends, Workspace

DELETE_UNUSED = f"WITH DISTINCT b WHERE NOT EXISTS {{ (b)<-[:{IDENTIFIED_BY}]-() }} DELETE b"
"""Ends a statement that has deleted relationships to identifiers `b`."""


class Writer:
    """Writes what is shown, in one transaction."""

    def __init__(self, transaction: Transaction, space: Workspace, shapes: Shapes) -> None:
        self.transaction = transaction
        self.space = space
        self.shapes = shapes
        self.sequence = 0
        self.touched: set[str] = set()
        """Entities whose own statement, relationships or codes change."""
        self.owners: set[str] = set()
        """Entities whose codes change."""
        self.codes: set[str] = set()
        """Codes that come to an entity or leave it, or are of one that is retired or returns."""
        self.retired: set[str] = set()
        """What is retired or stands for another, and is sealed anew."""

    async def run(self, statement: str, rows: Iterable[Any]) -> None:
        """Run a statement on rows, some thousands at a time."""
        for batch in batches(rows):
            await self.transaction.run(statement, {"rows": batch, "sequence": self.sequence})

    async def stored_nodes(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The properties of entities, by id."""
        rows = await self.transaction.run(
            "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN id, properties(n)", {"ids": ids}
        )
        return {row[0]: row[1] for row in rows}

    async def put_nodes(self, type_: str, nodes: Mapping[str, Claims]) -> None:
        """Put what sources say of entities on them, and the labels that follow from it."""
        kind = self.space.model[type_]
        rows = [
            (id_, {**self.shapes.properties(type_, claims), "slug": id_.partition(":")[2]})
            for id_, claims in nodes.items()
        ]
        await self.run("UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) SET n += row[1]", rows)
        self.touched.update(nodes)
        for part in kind.subsets:
            inside = [row[0] for row in rows if row[1].get(part.property) == part.value]
            outside = [row[0] for row in rows if row[1].get(part.property) != part.value]
            for keyword, ids in (("SET", inside), ("REMOVE", outside)):
                await self.run(
                    "UNWIND $rows AS id MATCH (n:Entity {id: id})"
                    f" {keyword} n:{escape.name(part.label)}",
                    ids,
                )

    async def note_codes(self, ids: Sequence[str]) -> None:
        """Note the codes of what is retired, or returns: others that have them are called anew."""
        for batch in batches(ids):
            codes = await self.transaction.run(
                "UNWIND $ids AS id MATCH (n:Entity|Retired {id: id})"
                f"-[:{IDENTIFIED_BY}]->(i) RETURN DISTINCT {CODE}",
                {"ids": batch},
            )
            self.codes.update(code for (code,) in codes)

    async def hide(self, ids: Sequence[str]) -> None:
        """Retire nodes."""
        await self.note_codes(ids)
        labels = [
            label
            for kind in self.space.model.types
            for label in (kind.name, *(part.label for part in kind.subsets))
        ]
        remove = "".join(f":{escape.name(label)}" for label in labels)
        await self.run(
            "UNWIND $rows AS id MATCH (n:Entity {id: id})"
            f" REMOVE n:Entity{remove} SET n:Retired, n.changedIn = $sequence"
            " WITH n MATCH (n)-[r]-()"
            " WHERE NOT type(r) IN ['IDENTIFIED_BY', 'REPLACED_BY'] DELETE r",
            ids,
        )
        self.touched.difference_update(ids)
        self.retired.update(ids)

    async def stored_links(
        self, type_: str, links: Sequence[Ends]
    ) -> dict[Ends, Mapping[str, Any]]:
        """The properties of relationships, of those that are there."""
        stored: dict[Ends, Mapping[str, Any]] = {}
        for batch in batches(links):
            rows = await self.transaction.run(
                "UNWIND range(0, size($rows) - 1) AS i WITH i, $rows[i] AS row"
                f" {self.shapes.match(type_)} RETURN i, properties(r)",
                {"rows": [list(link) for link in batch]},
            )
            for at, properties in rows:
                stored[batch[at]] = properties
        return stored

    async def put_links(self, type_: str, links: Mapping[Ends, Claims]) -> None:
        """Put what some sources say together with what others do, on each relationship."""
        stored = await self.stored_links(type_, list(links))
        new: list[list[Any]] = []
        there: list[list[Any]] = []
        for link, claims in links.items():
            known: Claims = self.shapes.of(type_, stored[link], link) if link in stored else {}
            properties = self.shapes.properties(type_, {**known, **claims}, link)
            if link in stored:
                there.append([*link, properties])
            else:
                new.append([*link, {k: v for k, v in properties.items() if v is not None}])
        await self.create(type_, new)
        self._mark(type_, there)
        await self.run(f"UNWIND $rows AS row {self.shapes.match(type_)} SET r += row[3]", there)

    async def create(self, type_: str, rows: Sequence[Sequence[Any]]) -> None:
        """Create relationships: start, end, key and properties of each."""
        self._mark(type_, rows)
        await self.run(f"UNWIND $rows AS row {self.shapes.create(type_)}", rows)

    async def unsay(self, type_: str, links: Sequence[Ends], source: str) -> None:
        """Take what a source says off relationships; one that no other says goes."""
        stored = await self.stored_links(type_, links)
        stay: list[list[Any]] = []
        go: list[list[Any]] = []
        for link, properties in stored.items():
            if claims := self.shapes.of(type_, properties, link, but=source):
                gone = {digest_property(source): None, f"said_{source}": None}
                stay.append([*link, {**self.shapes.properties(type_, claims, link), **gone}])
            else:
                go.append(list(link))
        self._mark(type_, [*stay, *go])
        match = f"UNWIND $rows AS row {self.shapes.match(type_)}"
        await self.run(f"{match} SET r += row[3]", stay)
        if type_ == IDENTIFIED_BY:
            await self.run(f"{match} DELETE r {DELETE_UNUSED}", go)
        else:
            await self.run(f"{match} DELETE r", go)

    def _mark(self, type_: str, rows: Iterable[Sequence[Any]]) -> None:
        """Note whom relationships touch: start and end of each."""
        for row in rows:
            self.touched.add(row[0])
            if type_ == IDENTIFIED_BY:
                self.owners.add(row[0])
                self.codes.add(row[1])
            else:
                self.touched.add(row[1])


def grouped(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Rows by their first value, in the order of first appearance."""
    groups: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for first, *rest in rows:
        groups[first].append(tuple(rest))
    return list(groups.items())
