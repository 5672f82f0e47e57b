"""The graph remembers the model that it was written with, and is brought to the one of now.

That is a release of its own, before the load that finds another model: a load of any source
brings the whole graph along, whoever says what stands there.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.mapping.model import GraphModel
from loaders import history
from loaders.books import Books
from loaders.counterparts import mark_counterparts
from loaders.lease import Lease
from loaders.precedence import order_of, remembered
from loaders.remodel import Remodel
from loaders.seal import seal_new
from loaders.stage import discard
from loaders.written import REMEMBER, described, read_written


async def preview(database: Database, model: GraphModel) -> tuple[str, ...]:
    """What `bring_up_to_date` would do; nothing is written."""
    was = await read_written(database)
    if was is None or was == described(model):
        return ()
    remodel = Remodel(was, model, order_of(await remembered(database)))

    async def write(_statement: str, _parameters: Mapping[str, Any]) -> None: ...

    await remodel.run(database.rows, write, 0)
    return _sentences(remodel)


async def bring_up_to_date(database: Database, model: GraphModel, lease: Lease) -> tuple[str, ...]:
    """Bring the graph to this model; what that took, in sentences.

    Raises LoadError where something cannot be brought along, with what to do.
    """
    was = await read_written(database)
    text = described(model)
    if was == text:
        return ()
    if was is None:
        await database.run(REMEMBER, {"model": text})
        await seal_new(database.rows, database.run, "StoredModel")
        return ()
    staged = await database.rows("MATCH (n:Staged) WHERE NOT n:Entity RETURN n.id")
    await discard(lease, [id_ for (id_,) in staged])
    order = order_of(await remembered(database))
    remodel = Remodel(was, model, order)

    async def steps(transaction: Transaction) -> None:
        nonlocal remodel
        if not await lease.check(transaction):
            return
        # A transaction that is tried again counts anew.
        remodel = Remodel(was, model, order)
        books = Books(transaction)
        sequence = await books.open(uuid.uuid4().hex[:12], "model")
        await remodel.run(transaction.run, transaction.run, sequence)
        await mark_counterparts(transaction)
        await transaction.run(REMEMBER, {"model": text})
        await seal_new(transaction.run, transaction.run, "StoredModel")
        await books.close()

    await database.write(steps, release=True)
    lease.passed()
    await history.sum_up(database)
    for name in remodel.dropped_indexes:
        await database.run(f"DROP CONSTRAINT {escape.name(name)} IF EXISTS")
        await database.run(f"DROP INDEX {escape.name(name)} IF EXISTS")
    return _sentences(remodel)


def _sentences(remodel: Remodel) -> tuple[str, ...]:
    return tuple(remodel.sentences()) or ("Nothing that is stored changes",)
