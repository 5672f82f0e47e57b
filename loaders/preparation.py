"""The database before and after loads: its format, its constraints and indexes, Neo4j's plans."""

import logging

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.errors import DatabaseError, LoadError
from graph.mapping.model import GraphModel
from graph.mapping.storage import FORMAT, schema_names, schema_statements

_LOG = logging.getLogger("rolegraph.load")


async def prepare(database: Database, model: GraphModel) -> None:
    """Make the constraints and indexes that loads and queries rely on, where one is missing.

    Raises LoadError where the graph is stored in another way than this version stores it.
    """
    await check_format(database)

    async def make(transaction: Transaction) -> None:
        for statement in schema_statements(model):
            await transaction.run(statement)

    there = await database.rows(
        "SHOW INDEXES YIELD name, state, owningConstraint RETURN name, state, owningConstraint"
    )
    # A constraint whose making was cut off, by a full disk say, leaves an index with its name.
    broken = [name for name, _, owner in there if name.endswith("_unique") and owner is None]
    for name in broken:
        await database.run(f"DROP INDEX {escape.name(name)}")
    if not broken and schema_names(model) <= {
        name for name, state, _ in there if state == "ONLINE"
    }:
        return
    await database.write(make)
    await database.run("CALL db.awaitIndexes(60)")


async def plan_anew(database: Database) -> None:
    """Have Neo4j sample its indexes, and forget the plans that it has made.

    By itself it looks at a plan again only when something else was committed, and its indexes
    are sampled some time after a load: what scans an index of a few codes would go on to
    scan 17,000, until the next load. A load is whole without it, so it does not fail with it.
    """
    try:
        await database.run("CALL db.prepareForReplanning(60)")
    except DatabaseError as error:
        _LOG.warning(
            "Neo4j keeps the plans of before this load, and answers may be slow: %s"
            " Run CALL db.prepareForReplanning(60) there, or start it anew.",
            error,
        )


async def check_format(database: Database) -> None:
    """Raise LoadError where the graph is stored in another way than this version stores it."""
    for (stored,) in await database.rows("MATCH (v:DataVersion) RETURN coalesce(v.format, 1)"):
        if stored != FORMAT:
            raise LoadError(
                f"The graph is stored in format {stored}, and this version of Rolegraph reads and"
                f" writes format {FORMAT}.",
                "Load all sources again into an empty database. The embedded one: `rolegraph db"
                " stop`, then remove the folder that `rolegraph db path` names.",
            )
