"""One time limit for many operations."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")
_LOOK_S = 0.1


class Deadline:
    """Ends what takes longer than `seconds`, a tenth of a second late at most.

    As `asyncio.timeout` does, which sets a timer for each operation and takes it back, at more
    than twice the cost (docs/performance.md). Here one timer looks after all that run.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Timeout, float] = {}
        """When each that runs has to end, the first to end first: all have as long."""
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, work: Awaitable[T]) -> T:
        """What `work` gives; TimeoutError, with the work cancelled, where it takes too long."""
        async with asyncio.timeout(None) as limit:
            loop = asyncio.get_running_loop()
            self._ends[limit] = loop.time() + self._seconds
            if self._timer is None:
                self._timer = loop.call_later(_LOOK_S, self._look, loop)
            try:
                return await work
            finally:
                self._ends.pop(limit, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for limit in [limit for limit, end in self._ends.items() if end <= now]:
            del self._ends[limit]
            limit.reschedule(now)
        self._timer = loop.call_later(_LOOK_S, self._look, loop) if self._ends else None
