"""One hash of all that the graph says to readers, and of who says it: equal graphs, equal digests.

Internal ids, the data version and what is retired do not count.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from graph.database.session import Database
from loaders.export import lines
from loaders.workspace import IDENTIFIED_BY, SEPARATOR

_ANEW = ("source", "model", "book")
"""What is told otherwise after the same was loaded in another way."""


class Digest:
    """The digest of lines, taken in the order of an export."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._retired: set[str] = set()
        self._codes: dict[str, str | None] = {}

    def add(self, exported: Mapping[str, Any]) -> None:
        """Take one line."""
        line = {key: value for key, value in exported.items() if key not in ("versions", "backup")}
        if any(key in line for key in _ANEW):
            return
        if "Retired" in line.get("labels", ()):
            self._retired.add(line["node"])
        elif "identifier" in line:
            self._codes[SEPARATOR.join(line["identifier"])] = line["label"]
        elif line.get("from") not in self._retired:
            if line.get("relationship") == IDENTIFIED_BY:
                # Codes that only retired entities have do not count.
                line["label"] = self._codes[SEPARATOR.join(line["to"])]
            elif "withheld" in line:
                # Where it was read differs between a file and what is left of a statement.
                line["withheld"] = {
                    k: v for k, v in line["withheld"].items() if k not in ("place", "seal")
                }
            self._hash.update(json.dumps(line, sort_keys=True).encode())

    def text(self) -> str:
        """The SHA-256 of all lines so far."""
        return self._hash.hexdigest()


async def graph_digest(database: Database) -> str:
    """The SHA-256 of the content of the graph."""
    digest = Digest()
    async for line in lines(database):
        digest.add(line)
    return digest.text()
