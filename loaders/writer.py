"""A difference in one transaction: everything is written, or nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.mapping.model import GraphModel
from loaders.difference import Difference, Identity, Written, digest_property

Progress = Callable[[int], None]
"""Called with how many things have been written since the last call."""

_BATCH = 5_000


async def write(
    database: Database,
    model: GraphModel,
    found: Difference,
    version: str,
    progress: Progress | None = None,
) -> None:
    """Write a difference and stamp the data version with it."""

    async def steps(transaction: Transaction) -> None:
        stamped = await transaction.run(
            "MERGE (v:DataVersion {name: 'current'})"
            " SET v.version = $version, v.at = datetime(), v.sequence = coalesce(v.sequence, 0) + 1"
            " CREATE (:Load {version: v.version, at: v.at, sequence: v.sequence, source: $source})"
            " RETURN v.sequence",
            {"version": version, "source": found.source},
        )
        writer = _Writer(transaction, model, found, stamped[0][0], progress)
        await writer.nodes()
        await writer.relationships()
        await writer.identifiers()
        await writer.retire()
        await writer.stamp_ends()

    await database.write(steps)


class _Writer:
    def __init__(
        self,
        transaction: Transaction,
        model: GraphModel,
        found: Difference,
        sequence: int,
        progress: Progress | None,
    ) -> None:
        self._sequence = sequence
        self._transaction = transaction
        self._model = model
        self._found = found
        self._digest = digest_property(found.source)
        self._progress = progress

    async def nodes(self) -> None:
        """Make or change nodes; a retired one that is said again comes back."""
        change = self._found.nodes
        for type_, items in _by_type((*change.added, *change.changed)):
            kind = self._model[type_]
            label = escape.name(type_)
            rows = [self._node_row(item) for item in items]
            await self._run(
                "UNWIND $rows AS row MATCH (n:Retired {id: row.id})"
                f" REMOVE n:Retired SET n:Entity:{label}, n.addedIn = null",
                rows,
                counted=False,
            )
            await self._run(
                "UNWIND $rows AS row MERGE (n:Entity {id: row.id})"
                f" SET n:{label}, n += row.properties,"
                " n.addedIn = coalesce(n.addedIn, $sequence), n.changedIn = $sequence",
                rows,
            )
            for part in kind.subsets:
                marked = escape.name(part.label)
                inside = [row for row in rows if part.label in row["subsets"]]
                outside = [row for row in rows if part.label not in row["subsets"]]
                for keyword, some in (("SET", inside), ("REMOVE", outside)):
                    await self._run(
                        f"UNWIND $rows AS row MATCH (n:Entity {{id: row.id}}) {keyword} n:{marked}",
                        some,
                        counted=False,
                    )
        replaced = [
            {"id": item.identity[1], "by": item.properties["replacedBy"]}
            for item in (*change.added, *change.changed)
        ]
        await self._run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row.id})-[r:REPLACED_BY]->() DELETE r",
            replaced,
            counted=False,
        )
        await self._run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row.id}) MATCH (m:Entity {id: row.by})"
            " CREATE (n)-[:REPLACED_BY]->(m)",
            [row for row in replaced if row["by"]],
            counted=False,
        )

    async def relationships(self) -> None:
        """Make or change relationships, and remove those no longer said."""
        change = self._found.relationships
        kinds = {found.type: found for found in self._model.relationships}
        for type_, items in _by_type((*change.added, *change.changed)):
            kind = kinds[type_]
            key = f" {{{escape.name(kind.key)}: row.key}}" if kind.key else ""
            await self._run(
                "UNWIND $rows AS row MATCH (a:Entity {id: row.start})"
                " MATCH (b:Entity {id: row.end})"
                f" MERGE (a)-[r:{escape.name(type_)}{key}]->(b) SET r += row.properties",
                [self._end_row(item) for item in items],
            )
        for type_, gone in _grouped(change.retired):
            key = f"r.{escape.name(kinds[type_].key)}" if kinds[type_].key else "''"
            await self._run(
                f"UNWIND $rows AS row MATCH (a:Entity {{id: row[1]}})-[r:{escape.name(type_)}]->"
                f"(b:Entity {{id: row[2]}}) WHERE {key} = row[3] DELETE r",
                [list(identity) for identity in gone],
            )

    async def identifiers(self) -> None:
        """Make or change outside codes, and remove those no longer said."""
        change = self._found.identifiers
        rows = [
            {
                "owner": item.identity[0],
                "scheme": item.identity[1],
                "version": item.identity[2],
                "value": item.identity[3],
                "label": item.properties["label"],
                "properties": {
                    **{k: v for k, v in item.properties.items() if k != "label"},
                    self._digest: item.digest,
                },
            }
            for item in (*change.added, *change.changed)
        ]
        await self._run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row.owner})"
            " MERGE (i:Identifier"
            " {scheme: row.scheme, schemeVersion: row.version, value: row.value})"
            " SET i.label = coalesce(row.label, i.label)"
            " MERGE (n)-[r:IDENTIFIED_BY]->(i) SET r += row.properties",
            rows,
        )
        owners = {item.identity[0] for item in (*change.added, *change.changed)}
        owners |= {identity[0] for identity in change.retired}
        await self._run(
            "UNWIND $rows AS row MATCH (:Entity {id: row[0]})-[r:IDENTIFIED_BY]->(i:Identifier"
            " {scheme: row[1], schemeVersion: row[2], value: row[3]}) DELETE r"
            " WITH DISTINCT i WHERE NOT EXISTS { (i)<-[:IDENTIFIED_BY]-() } DELETE i",
            [list(identity) for identity in change.retired],
        )
        # Search finds an entity by its codes: they stand on it too, without case.
        await self._run(
            "UNWIND $rows AS id MATCH (n:Entity {id: id}) SET n.codes = COLLECT {"
            " MATCH (n)-[:IDENTIFIED_BY]->(i) WITH DISTINCT toLower(i.value) AS code"
            " ORDER BY code RETURN code }",
            sorted(owners),
            counted=False,
        )

    async def retire(self) -> None:
        """Take away from readers what the source no longer says; its slug stays taken."""
        digest = escape.name(self._digest)
        labels = [
            label
            for kind in self._model.types
            for label in (kind.name, *(p.label for p in kind.subsets))
        ]
        remove = "".join(f":{escape.name(label)}" for label in labels)
        await self._run(
            f"UNWIND $rows AS row MATCH (n:Entity {{id: row[1]}}) REMOVE n.{digest}"
            " WITH n WHERE NOT any(key IN keys(n) WHERE key STARTS WITH 'digest_')"
            f" REMOVE n:Entity{remove} SET n:Retired, n.changedIn = $sequence"
            " WITH n MATCH (n)-[r]-()"
            " WHERE NOT type(r) IN ['IDENTIFIED_BY', 'REPLACED_BY'] DELETE r",
            [list(identity) for identity in self._found.nodes.retired],
        )

    async def stamp_ends(self) -> None:
        """Count an entity as changed where only its relationships or its codes have."""
        links, codes = self._found.relationships, self._found.identifiers
        ends = {
            end
            for item in (*links.added, *links.changed)
            for end in (item.identity[1], item.identity[2])
        }
        ends |= {end for identity in links.retired for end in (identity[1], identity[2])}
        ends |= {item.identity[0] for item in (*codes.added, *codes.changed)}
        ends |= {identity[0] for identity in codes.retired}
        nodes = self._found.nodes
        ends -= {item.identity[1] for item in (*nodes.added, *nodes.changed)}
        await self._run(
            "UNWIND $rows AS id MATCH (n:Entity {id: id}) SET n.changedIn = $sequence",
            sorted(ends),
            counted=False,
        )

    def _node_row(self, item: Written) -> dict[str, Any]:
        properties = {
            name: value
            for name, value in item.properties.items()
            if name not in ("subsets", "replacedBy")
        }
        return {
            "id": item.identity[1],
            "subsets": item.properties["subsets"],
            "properties": {**properties, self._digest: item.digest},
        }

    def _end_row(self, item: Written) -> dict[str, Any]:
        _, start, end, key = item.identity
        properties = {**item.properties, self._digest: item.digest}
        return {"start": start, "end": end, "key": key, "properties": properties}

    async def _run(self, statement: str, rows: Sequence[Any], *, counted: bool = True) -> None:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            await self._transaction.run(statement, {"rows": batch, "sequence": self._sequence})
            if counted and self._progress:
                self._progress(len(batch))


def _by_type(items: Iterable[Written]) -> Iterator[tuple[str, list[Written]]]:
    groups: dict[str, list[Written]] = defaultdict(list)
    for item in items:
        groups[item.identity[0]].append(item)
    yield from groups.items()


def _grouped(identities: Iterable[Identity]) -> Iterator[tuple[str, list[Identity]]]:
    groups: Mapping[str, list[Identity]] = defaultdict(list)
    for identity in identities:
        groups[identity[0]].append(identity)
    yield from groups.items()
