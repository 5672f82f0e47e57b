"""A limit for a database that takes what it is asked and says nothing.

The driver waits for an answer as long as the connection stands, and a loader's statements may
rightly take minutes: so another connection asks, besides, whether the database answers at all.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from graph.database.session import Database
from graph.errors import DatabaseUnavailable

T = TypeVar("T")
SILENCE_S = 60.0
"""How long the database may say nothing at all, in seconds."""
_LOOKS = 12
_TIDYING_S = 5.0
"""For what the work gives back when cancelled: a little more than to wait for a connection."""


async def unless_silent(database: Database, work: Awaitable[T]) -> T:
    """What `work` gives; raise DatabaseUnavailable, with the work cancelled, where Neo4j is silent.

    Time in which our own process was busy does not count.
    """
    doing = asyncio.ensure_future(work)
    asking = asyncio.ensure_future(database.answers())
    unanswered = 0
    try:
        while not (await asyncio.wait({doing}, timeout=SILENCE_S / _LOOKS))[0]:
            unanswered += 1
            if asking.done():
                asking = asyncio.ensure_future(database.answers())
                unanswered = 0
            elif unanswered >= _LOOKS:
                raise DatabaseUnavailable(
                    f"Neo4j has said nothing for {SILENCE_S:g} s.",
                    "Look at its log and its memory, then run the command again.",
                )
        return await doing
    finally:
        doing.cancel()
        asking.cancel()
        await asyncio.wait({doing, asking}, timeout=_TIDYING_S)
