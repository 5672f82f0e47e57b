"""Hashes of what no source says: what is retired, what waits, and the books that loads keep.

Each such node carries its own (`seal`), written with it. A change behind the loads' back
leaves a seal that no longer fits.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import orjson

from graph.cypher import escape
from loaders.held import CODE
from loaders.workspace import IDENTIFIED_BY, digest_of

SEAL = "seal"
SEALED = ("DanglingReference", "Load", "LoadRun", "LoadedSource", "StoredModel")
"""Labels of nodes that are sealed by what stands on them; `Retired` by what is around it, too."""
AROUND = (
    f"COLLECT {{ MATCH (n)-[r:{IDENTIFIED_BY}]->(i) RETURN [{CODE}, properties(r)] }}"
    " + COLLECT { MATCH (n)-[r:REPLACED_BY]->(m) RETURN [m.id, properties(r)] }"
)
"""The codes of a retired node `n`, and what came in its place."""
_VERSIONS = ("addedIn", "changedIn")
"""An import numbers versions anew; they are summed up instead (`books.totals`)."""
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


def seal_of(properties: Mapping[str, Any], around: Iterable[Any] = ()) -> int:
    """The seal of a node with these properties, and with this around it."""
    plain: dict[str, Any] = {
        name: value if isinstance(value, str | int | float | bool | list) else str(value)
        for name, value in properties.items()
        if name != SEAL and name not in _VERSIONS
    }
    beside = sorted(orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() for one in around)
    return digest_of(orjson.dumps({**plain, "": beside}, option=orjson.OPT_SORT_KEYS))


async def seal_new(ask: Ask, write: Ask, *labels: str) -> None:
    """Seal the nodes with these labels that have no seal yet."""
    for label in labels:
        name = escape.name(label)
        rows = await ask(
            f"MATCH (x:{name}) WHERE x.{SEAL} IS NULL RETURN elementId(x), properties(x)", {}
        )
        seals = [[id_, seal_of(properties)] for id_, properties in rows]
        if seals:
            await write(
                f"UNWIND $rows AS row MATCH (x) WHERE elementId(x) = row[0] SET x.{SEAL} = row[1]",
                {"rows": seals},
            )


async def seal_retired(ask: Ask, write: Ask, ids: Iterable[str]) -> None:
    """Seal what is retired under these ids, as it is now."""
    rows = await ask(
        f"UNWIND $ids AS id MATCH (n:Retired {{id: id}}) RETURN n.id, properties(n), {AROUND}",
        {"ids": list(ids)},
    )
    seals = [[id_, seal_of(properties, around)] for id_, properties, around in rows]
    await write(
        f"UNWIND $rows AS row MATCH (n:Retired {{id: row[0]}}) SET n.{SEAL} = row[1]",
        {"rows": seals},
    )
