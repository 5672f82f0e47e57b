"""What has been loaded, when, and what came of it: one `LoadRun` node a load."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from typing import Any

from graph.cypher import escape
from graph.database.session import Database
from graph.errors import LoadError
from loaders.held import digest_property
from loaders.seal import SEAL, seal_new

_PRIME = 1_000_000_007
# A clock may be set back between two loads. Those of before loads were numbered come first.
_LATEST_FIRST = "ORDER BY coalesce(r.number, 0) DESC, r.at DESC"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a source has in the graph, summed up: counts and sums of hashes."""

    nodes: int
    links: int
    node_sum: int
    link_sum: int


async def fingerprint(database: Database, source: str) -> Fingerprint:
    """Read it from the graph as it is."""
    digest = escape.name(digest_property(source))
    nodes = await database.rows(
        f"MATCH (n:Entity) WHERE n.{digest} IS NOT NULL"
        f" RETURN count(n), coalesce(sum(n.{digest} % {_PRIME}), 0)"
    )
    links = await database.rows(
        f"MATCH (:Entity)-[r]->() WHERE r.{digest} IS NOT NULL"
        f" RETURN count(r), coalesce(sum(r.{digest} % {_PRIME}), 0)"
    )
    return Fingerprint(nodes[0][0], links[0][0], nodes[0][1], links[0][1])


@asynccontextmanager
async def one_release(database: Database) -> AsyncGenerator[None]:
    """What is read inside is of one release; raise LoadError where a load showed another."""
    before = await database.release()
    yield
    if await database.release() != before:
        raise LoadError(
            "A load changed the graph while it was read.", "Run it again when the load has ended."
        )


async def record(database: Database, run: dict[str, Any]) -> None:
    """Remember a load that has ended."""
    sums = await fingerprint(database, run["source"])
    await database.run(
        "OPTIONAL MATCH (v:DataVersion {name: 'current'}) OPTIONAL MATCH (before:LoadRun)"
        " WITH v, coalesce(max(before.number), 0) + 1 AS number CREATE (r:LoadRun)"
        " SET r = $run, r.number = number, r.at = datetime(), r.sequence = v.sequence,"
        " v.runs = number",
        {"run": {**run, **_sums(sums)}},
    )
    await seal_new(database.rows, database.run, "LoadRun")


async def others(database: Database, but: str) -> dict[str, Fingerprint]:
    """What the other sources have in the graph."""
    rows = await database.rows("MATCH (s:LoadedSource) WHERE s.name <> $but RETURN s.name",
                               {"but": but})  # fmt: skip
    return {name: await fingerprint(database, name) for (name,) in rows}


async def refresh(database: Database, before: Mapping[str, Fingerprint]) -> None:
    """Sum up what other sources have, after a load that touched it: one that brought an end
    that a relationship of theirs waited for, say. What the load moved is added to what was
    put down, so that what was changed behind its back still shows."""
    for source, last, *stored in await _last_runs(database, list(before)):
        now = await fingerprint(database, source)
        moved = zip(stored, astuple(before[source]), astuple(now), strict=True)
        await _put_down(
            database, last, Fingerprint(*(old + after - seen for old, seen, after in moved))
        )
    await seal_new(database.rows, database.run, "LoadRun")


async def sum_up(database: Database) -> None:
    """Sum up anew what every source has, after all of it was written in another way."""
    for source, last, *_ in await _last_runs(database, None):
        await _put_down(database, last, await fingerprint(database, source))
    await seal_new(database.rows, database.run, "LoadRun")


async def _last_runs(database: Database, sources: list[str] | None) -> list[list[Any]]:
    return await database.rows(
        "MATCH (r:LoadRun) WHERE $sources IS NULL OR r.source IN $sources"
        f" WITH r {_LATEST_FIRST}"
        " WITH r.source AS source, head(collect(r)) AS r RETURN source, elementId(r),"
        " r.nodes, r.links, r.nodeSum, r.linkSum",
        {"sources": sources},
    )


async def _put_down(database: Database, last: str, sums: Fingerprint) -> None:
    await database.run(
        f"MATCH (r:LoadRun) WHERE elementId(r) = $last SET r += $sums, r.{SEAL} = null",
        {"last": last, "sums": _sums(sums)},
    )


def _sums(sums: Fingerprint) -> dict[str, int]:
    return {
        "nodes": sums.nodes,
        "links": sums.links,
        "nodeSum": sums.node_sum,
        "linkSum": sums.link_sum,
    }


@dataclass(frozen=True, slots=True)
class LastLoad:
    """What the last load of a source came to."""

    read: int
    left_out: int


async def last_of(database: Database, source: str, files: str) -> LastLoad | None:
    """The last load of a source, where it was of these very files and the graph is unchanged."""
    rows = await database.rows(
        f"MATCH (r:LoadRun {{source: $source}}) WITH r {_LATEST_FIRST} LIMIT 1"
        " MATCH (v:DataVersion {name: 'current'})"
        " RETURN r.filesDigest = $files AND r.sequence = v.sequence,"
        " r.read, r.rejected, r.nodes, r.links, r.nodeSum, r.linkSum",
        {"source": source, "files": files},
    )
    if not rows or not rows[0][0]:
        return None
    read, left_out, *sums = rows[0][1:]
    is_unchanged = Fingerprint(*sums) == await fingerprint(database, source)
    return LastLoad(read, left_out) if is_unchanged else None


async def runs(database: Database, most: int = 100) -> list[dict[str, Any]]:
    """The last loads, the latest first."""
    rows = await database.rows(
        f"MATCH (r:LoadRun) WITH r {_LATEST_FIRST} LIMIT $most"
        " RETURN r { .*, at: toString(r.at) }",
        {"most": most},
    )
    return [row[0] for row in rows]
