"""What has been loaded, when, and what came of it: one `LoadRun` node a load."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from graph.cypher import escape
from graph.database.session import Database
from graph.errors import LoadError
from loaders.held import digest_property

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
    found = await fingerprint(database, run["source"])
    await database.run(
        "OPTIONAL MATCH (v:DataVersion {name: 'current'}) OPTIONAL MATCH (before:LoadRun)"
        " WITH v, coalesce(max(before.number), 0) + 1 AS number CREATE (r:LoadRun)"
        " SET r = $run, r.number = number, r.at = datetime(), r.sequence = v.sequence",
        {"run": {**run, **_sums(found)}},
    )


async def refresh(database: Database, but: str) -> None:
    """Sum up anew what other sources have, after a load that touched it: one that brought an end
    that a relationship of theirs waited for, say."""
    for source, last in await database.rows(
        f"MATCH (r:LoadRun) WHERE r.source <> $but WITH r {_LATEST_FIRST}"
        " RETURN r.source, head(collect(elementId(r)))",
        {"but": but},
    ):
        sums = _sums(await fingerprint(database, source))
        await database.run(
            "MATCH (r:LoadRun) WHERE elementId(r) = $last SET r += $sums",
            {"last": last, "sums": sums},
        )


def _sums(found: Fingerprint) -> dict[str, int]:
    return {
        "nodes": found.nodes,
        "links": found.links,
        "nodeSum": found.node_sum,
        "linkSum": found.link_sum,
    }


async def is_loaded(database: Database, source: str, files: str) -> bool:
    """Whether these very files were loaded last, and nothing has changed in the graph since."""
    rows = await database.rows(
        f"MATCH (r:LoadRun {{source: $source}}) WITH r {_LATEST_FIRST} LIMIT 1"
        " MATCH (v:DataVersion {name: 'current'})"
        " RETURN r.filesDigest = $files AND r.sequence = v.sequence,"
        " r.nodes, r.links, r.nodeSum, r.linkSum",
        {"source": source, "files": files},
    )
    if not rows or not rows[0][0]:
        return False
    return Fingerprint(*rows[0][1:]) == await fingerprint(database, source)


async def runs(database: Database, most: int = 100) -> list[dict[str, Any]]:
    """The last loads, the latest first."""
    rows = await database.rows(
        f"MATCH (r:LoadRun) WITH r {_LATEST_FIRST} LIMIT $most"
        " RETURN r { .*, at: toString(r.at) }",
        {"most": most},
    )
    return [row[0] for row in rows]
