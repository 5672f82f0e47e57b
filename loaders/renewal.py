"""What the graph holds, as it has to be under another order of sources.

Where the order has changed since the graph was written, what several sources say of one
thing is put together again, whoever says it: in the transaction that shows the load which
brought the new order.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from graph.database.session import Database, Transaction
from graph.mapping.storage import WORDS, WORDS_OF_OTHERS, key_of
from loaders.held import CODE
from loaders.stage import batches
from loaders.stored import Shapes
from loaders.workspace import IDENTIFIED_BY, Workspace

_SEVERAL = "size([k IN keys({0}) WHERE k STARTS WITH 'digest_']) > 1"


async def plan_renewal(database: Database, space: Workspace, shapes: Shapes) -> None:
    """Fill the workspace with what has to be written again."""
    nodes: list[tuple[Any, ...]] = []
    async for id_, stored in database.stream(
        f"MATCH (n:Entity) WHERE {_SEVERAL.format('n')} RETURN n.id, properties(n)"
    ):
        type_ = str(id_).partition(":")[0]
        wanted = shapes.properties(type_, shapes.of(type_, stored))
        if changes := _changes(stored, wanted):
            nodes.append((id_, type_, orjson.dumps(changes)))
    space.many("INSERT INTO renewed_node VALUES (?, ?, ?)", nodes)
    links: list[tuple[Any, ...]] = []
    async for type_, start, end, key, stored in database.stream(
        f"MATCH (a:Entity)-[r]->(b:Entity|Identifier) WHERE {_SEVERAL.format('r')}"
        f" RETURN type(r), a.id, CASE WHEN b:Identifier THEN {CODE.replace('i.', 'b.')}"
        f" ELSE b.id END, {key_of(space.model.relationships, 'r')}, properties(r)"
    ):
        link = (start, end, key)
        wanted = shapes.properties(type_, shapes.of(type_, stored, link), link)
        if changes := _changes(stored, wanted):
            links.append((type_, start, end, key, orjson.dumps(changes)))
    space.many("INSERT INTO renewed_link VALUES (?, ?, ?, ?, ?)", links)


def _changes(stored: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    # The words of counterparts are put there again by who shows the load.
    own = str(stored.get(WORDS) or "").partition(WORDS_OF_OTHERS)[0]
    stored = {**stored, WORDS: own}
    return {
        name: value
        for name, value in wanted.items()
        if (stored.get(name) or None) != (value or None)
    }


async def renew(transaction: Transaction, space: Workspace, shapes: Shapes) -> set[str]:
    """Write it; the entities that it touches."""
    touched: set[str] = set()
    for batch in batches(space.rows("SELECT id, said FROM renewed_node")):
        rows = [[id_, orjson.loads(changes)] for id_, changes in batch]
        touched.update(id_ for id_, _ in rows)
        await transaction.run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) SET n += row[1]", {"rows": rows}
        )
    for (type_,) in list(space.rows("SELECT DISTINCT type FROM renewed_link")):
        links = space.rows("SELECT start, end, key, said FROM renewed_link WHERE type = ?", type_)
        for batch in batches(links):
            rows = [[*link, orjson.loads(changes)] for *link, changes in batch]
            touched.update(row[0] for row in rows)
            touched.update(row[1] for row in rows if type_ != IDENTIFIED_BY)
            await _write_links(transaction, shapes, type_, rows)
    return touched


async def _write_links(
    transaction: Transaction, shapes: Shapes, type_: str, rows: Sequence[Any]
) -> None:
    await transaction.run(
        f"UNWIND $rows AS row {shapes.match(type_)} SET r += row[3]", {"rows": rows}
    )
