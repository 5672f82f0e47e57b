"""One time limit for many operations."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar, cast

T = TypeVar("T")
_LOOK_S = 0.1


class Deadline:
    """Ends what takes longer than `seconds`, a tenth of a second late at most.

    As `asyncio.timeout` does, which sets a timer for each operation and takes it back, at several
    times the cost (docs/performance.md). Here one timer looks after all that run. A task waits for
    one operation at a time.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Task[Any], float] = {}
        """When each that runs has to end, the first to end first: all have as long."""
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, work: Awaitable[T]) -> T:
        """What `work` gives; TimeoutError, with the work cancelled, where it takes too long."""
        loop = asyncio.get_running_loop()
        task = cast("asyncio.Task[Any]", asyncio.current_task(loop))
        cancelled = task.cancelling()
        self._ends[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(_LOOK_S, self._look, loop)
        try:
            return await work
        except asyncio.CancelledError as error:
            # Where somebody else cancelled the task too, it stays cancelled.
            if task in self._ends or task.cancelling() > cancelled + 1:
                raise
            raise TimeoutError from error
        finally:
            if self._ends.pop(task, None) is None:
                task.uncancel()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task in [task for task, end in self._ends.items() if end <= now]:
            del self._ends[task]
            task.cancel()
        self._timer = loop.call_later(_LOOK_S, self._look, loop) if self._ends else None
