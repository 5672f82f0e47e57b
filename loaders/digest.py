"""One hash of all that the graph says to readers: equal graphs, equal digests.

Internal ids, the data version and the loaders' own marks do not count.
"""

import hashlib
import json
from typing import Any, cast

from graph.database.session import Database

_NODES = """
MATCH (n:Entity|Identifier)
RETURN collect([labels(n), properties(n)])
"""
_RELATIONSHIPS = """
MATCH (a:Entity)-[r]->(b:Entity|Identifier)
RETURN collect([type(r), a.id, coalesce(b.id, b.scheme + '@' + b.schemeVersion + ':' + b.value),
                properties(r)])
"""


async def graph_digest(database: Database) -> str:
    """The SHA-256 of the sorted content of the graph."""
    lines: list[str] = []
    for statement in (_NODES, _RELATIONSHIPS):
        lines.extend(_line(row) for row in (await database.rows(statement))[0][0])
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _line(row: list[Any]) -> str:
    return json.dumps([_cleaned(part) for part in row], sort_keys=True, ensure_ascii=False)


def _cleaned(part: Any) -> Any:
    if isinstance(part, dict):
        properties = cast(dict[str, Any], part)
        return {
            key: value
            for key, value in properties.items()
            if not key.startswith("digest_") and key not in ("addedIn", "changedIn")
        }
    return sorted(cast(list[str], part)) if isinstance(part, list) else part
