"""The books of a graph: which version of the data is shown, and how much there is of all.

`DataVersion` has what is true now, a `Load` each version. The totals are kept by what each
load adds and takes away, never counted anew: what was changed behind its back still shows.
"""

from typing import Any

from graph.database.session import Transaction
from graph.mapping.storage import FORMAT
from loaders.seal import seal_new

TOTALS = ("entities", "their addedIn", "their changedIn", "retired", "that wait", "versions")
COUNT_TOTALS = (
    "MATCH (n:Entity|Retired) WITH count(n) AS entities, sum(n.addedIn) AS added,"
    " sum(n.changedIn) AS changed RETURN [entities, added, changed, COUNT { (:Retired) },"
    " COUNT { (:DanglingReference) }, COUNT { (:Load) }]"
)
"""One list of whole numbers, in the order of TOTALS."""


class Books:
    """The entry of one transaction that shows something."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._before: list[int] = []
        self._totals: list[int] | None = None

    async def open(self, version: str, source: str) -> int:
        """Begin a version of the data; give its number."""
        self._before = (await self._transaction.run(COUNT_TOTALS))[0][0]
        rows = await self._transaction.run(
            "MERGE (v:DataVersion {name: 'current'})"
            " SET v.version = $version, v.at = datetime(), v.format = $format,"
            " v.sequence = coalesce(v.sequence, 0) + 1"
            " CREATE (:Load {version: v.version, at: v.at, sequence: v.sequence, source: $source})"
            " RETURN v.sequence, v.totals",
            {"version": version, "source": source, "format": FORMAT},
        )
        sequence, self._totals = rows[0]
        return int(sequence)

    async def close(self) -> None:
        """Put down what this transaction has added and taken away."""
        ask = self._transaction.run
        await seal_new(ask, ask, "Load", "DanglingReference")
        after: list[Any] = (await ask(COUNT_TOTALS))[0][0]
        totals = after
        if self._totals is not None:
            moved = zip(self._totals, self._before, after, strict=True)
            totals = [total + now - before for total, before, now in moved]
        await ask(
            "MATCH (v:DataVersion {name: 'current'}) SET v.totals = $totals", {"totals": totals}
        )
