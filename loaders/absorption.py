"""Entities that become one, and the ids that lead to an entity known otherwise."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graph.mapping.storage import key_of
from loaders.held import CODE, digest_property
from loaders.provenance import asserting
from loaders.stage import batches
from loaders.stored import Claims
from loaders.workspace import Ends
from loaders.writer import Writer

_OWN_MARKS = ("digest_", "said_", "codes", "addedIn", "changedIn")


async def absorb(writer: Writer) -> None:
    """Move all that sources say of an entity to the one that it is the same as."""
    into = {row[0]: row[1] for row in writer.space.rows("SELECT * FROM absorbed")}
    if not into:
        return
    # What this load's own source says of them now is written, or taken away, besides.
    own = writer.space.source
    stored = await writer.stored_nodes(list(into))
    targets = await writer.stored_nodes(sorted(set(into.values())))
    for gone, properties in stored.items():
        type_, to = gone.partition(":")[0], into[gone]
        others = writer.shapes.of(type_, properties, but=own)
        claims = {**others, **writer.shapes.of(type_, targets[to])}
        await writer.put_nodes(type_, {to: claims})
    key = key_of(writer.space.model.relationships, "r")
    rows = await writer.transaction.run(
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
        for (id_,) in writer.space.rows("SELECT id FROM node WHERE id IN (SELECT id FROM absorbed)")
    }
    for type_, start, end, key_value, properties in rows:
        if type_ == "REPLACED_BY":
            continue
        link = (into.get(start, start), into.get(end, end), key_value)
        before = (start, end, key_value)
        others = writer.shapes.of(type_, properties, before, but=own)
        if link[0] != link[1] and others:
            moved[type_][link] = others
        if others and stays & {start, end}:
            left[type_].append(before)
    for type_, links in moved.items():
        await writer.put_links(type_, links)
    for type_, links in left.items():
        for source in {s for link in links for s in await _asserting(writer, type_, link)} - {own}:
            await writer.unsay(type_, links, source)
    for id_ in stays & stored.keys():
        await _keep_own(writer, id_, stored[id_])
    gone = [id_ for id_ in into if id_ not in stays]
    await writer.hide(gone)
    await writer.run(
        "UNWIND $rows AS row MATCH (m:Retired {id: row[0]}) SET m.mergedInto = row[1]"
        " WITH m, row MATCH (n:Entity {id: row[1]}) CREATE (m)-[:REPLACED_BY]->(n)"
        " WITH m MATCH (m)-[r:IDENTIFIED_BY]->() DELETE r",
        [[id_, into[id_]] for id_ in gone],
    )
    # What stood for one of them, or was replaced by it, goes on to the other.
    await writer.run(
        "UNWIND $rows AS row MATCH (n:Entity {id: row[1]})"
        " MATCH (:Entity|Retired {id: row[0]})<-[r:REPLACED_BY]-(m)"
        " WHERE NOT row[2] OR m.mergedInto = row[0]"
        " CREATE (m)-[s:REPLACED_BY]->(n) SET s = properties(r),"
        " m.mergedInto = CASE m.mergedInto WHEN row[0] THEN row[1] END DELETE r",
        [[*row, row[0] in stays] for row in into.items()],
    )
    writer.touched.update(into.values())


async def _asserting(writer: Writer, type_: str, link: Ends) -> list[str]:
    return asserting((await writer.stored_links(type_, [link])).get(link, {}))


async def _keep_own(writer: Writer, id_: str, stored: Mapping[str, Any]) -> None:
    """Leave on an entity what this source says of it, and nothing of what others said."""
    others = [source for source in asserting(stored) if source != writer.space.source]
    marks = [name for source in others for name in (digest_property(source), f"said_{source}")]
    await writer.run(
        "UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) SET n += row[1]",
        [[id_, dict.fromkeys(marks)]],
    )
    type_ = id_.partition(":")[0]
    now = (await writer.stored_nodes([id_]))[id_]
    await writer.put_nodes(type_, {id_: writer.shapes.of(type_, now)})


async def refresh_aliases(writer: Writer) -> None:
    """The ids that codes make of entities known otherwise resolve to these."""
    rows = [
        list(row)
        for row in writer.space.rows("SELECT DISTINCT own, id FROM node WHERE own IS NOT NULL")
    ]
    await writer.run(
        "UNWIND $rows AS row MATCH (n:Entity {id: row[1]})"
        " MERGE (m:Retired {id: row[0]}) SET m.mergedInto = row[1]"
        " MERGE (m)-[:REPLACED_BY]->(n)",
        rows,
    )
    changed = sorted(writer.touched | {row[1] for row in rows})
    for batch in batches(changed):
        aliases = await writer.transaction.run(
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
        await writer.run(
            "UNWIND $rows AS row MATCH (m:Retired {id: row[0]}) SET m = row[1]", copies
        )
        lead_here = await writer.transaction.run(
            "UNWIND $ids AS id MATCH (n:Entity {id: id})<-[:REPLACED_BY]-(m:Retired)"
            " RETURN DISTINCT m.id",
            {"ids": batch},
        )
        writer.retired.update(id_ for (id_,) in lead_here)
