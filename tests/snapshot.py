"""A graph as it stood, to be put back: in a few statements instead of a load's sixty."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from neo4j.time import DateTime

from graph.database.session import Database, Transaction

# Announcing a release writes its own node, while ours would still be locked.
_NODES = "MATCH (n) WHERE NOT n:Release RETURN elementId(n), labels(n), properties(n)"
_LINKS = "MATCH (a)-[r]->(b) RETURN elementId(a), type(r), elementId(b), properties(r)"


@dataclass(frozen=True)
class Snapshot:
    """All nodes and relationships of a database."""

    nodes: list[list[Any]]
    links: list[list[Any]]

    @classmethod
    async def take(cls, database: Database) -> "Snapshot":
        nodes = [[*which, _by_offset(said)] for *which, said in await database.rows(_NODES)]
        return cls(nodes, await database.rows(_LINKS))

    async def put(self, database: Database) -> None:
        """Write it into an empty database, in one transaction."""

        async def steps(transaction: Transaction) -> None:
            made = await transaction.run(
                "UNWIND $rows AS row CREATE (n:$(row[1])) SET n = row[2]"
                " RETURN row[0], elementId(n)",
                {"rows": self.nodes},
            )
            now = dict(tuple(pair) for pair in made)
            await transaction.run(
                "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0]"
                " MATCH (b) WHERE elementId(b) = row[2]"
                " CREATE (a)-[r:$(row[1])]->(b) SET r = row[3]",
                {"rows": [[now[a], type_, now[b], said] for a, type_, b, said in self.links]},
            )

        await database.write(steps, release=True)


def _by_offset(said: dict[str, Any]) -> dict[str, Any]:
    """Properties whose times have an offset: what the driver reads as `Z` it writes as `Z[UTC]`."""
    return {
        name: value.astimezone(UTC) if isinstance(value, DateTime) else value
        for name, value in said.items()
    }
