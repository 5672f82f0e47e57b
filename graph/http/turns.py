"""So many operations at once: others wait for a moment, and are refused where there is no room."""

import asyncio
from collections.abc import Mapping
from typing import Any

from graph.errors import DatabaseBusy
from graph.execution.answer import Answer, of_exception
from graph.execution.engine import Engine
from graph.http.callers import current_caller
from graph.http.logs import seen
from graph.settings import Limits

_WAIT_S = 1.0
"""For how long a request waits for room: small ones that come together all get it by then."""
_WAITING = 20
"""Requests that wait for each that is answered, at most."""


def _planned(name: str | None, cost: float) -> None:
    """Put an operation down to its request and to who asks; raise RateLimited if too dear."""
    request, spend = seen(), current_caller().spend
    request.operation = request.operation or name
    request.cost += cost
    if spend:
        spend(cost)


class Turns:
    """Runs the operations of all addresses, at most `operations_in_flight` at once."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._engine = engine
        self._most = limits.operations_in_flight
        self._room = asyncio.Semaphore(self._most)
        self._waiting = 0

    async def execute(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        cost: bool = False,
    ) -> Answer:
        """The answer, once there is room for it; DATABASE_BUSY where there is none soon."""
        if self._waiting >= _WAITING * self._most:
            return self._busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(_WAIT_S):
                await self._room.acquire()
        except TimeoutError:
            return self._busy()
        finally:
            self._waiting -= 1
        try:
            caller = current_caller()
            debug = cost and "debug" in caller.may
            return await self._engine.execute(
                text, variables, operation_name, cost=cost, debug=debug, planned=_planned
            )
        finally:
            self._room.release()

    def _busy(self) -> Answer:
        return of_exception(
            DatabaseBusy(
                f"{self._most} operations are being answered; that is the most.", "Ask again."
            )
        )
