"""One hash of all that the graph says to readers, and of who says it: equal graphs, equal digests.

Internal ids, the data version and what is retired do not count.
"""

import hashlib
import json

from graph.database.session import Database
from loaders.export import lines
from loaders.workspace import IDENTIFIED_BY, SEPARATOR


async def graph_digest(database: Database) -> str:
    """The SHA-256 of the content of the graph."""
    found = hashlib.sha256()
    retired: set[str] = set()
    codes: dict[str, str | None] = {}
    async for line in lines(database):
        if "source" in line or "model" in line:
            continue
        if "Retired" in line.get("labels", ()):
            retired.add(line["node"])
        elif "identifier" in line:
            codes[SEPARATOR.join(line["identifier"])] = line["label"]
        elif line.get("from") not in retired:
            if line.get("relationship") == IDENTIFIED_BY:
                # Codes that only retired entities have do not count.
                line["label"] = codes[SEPARATOR.join(line["to"])]
            elif "withheld" in line:
                # Where it was read differs between a file and what is left of a statement.
                line["withheld"] = {
                    k: v for k, v in line["withheld"].items() if k not in ("place", "seal")
                }
            found.update(json.dumps(line, sort_keys=True).encode())
    return found.hexdigest()
