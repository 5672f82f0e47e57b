"""One time limit for many operations."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")
_LOOK_S = 0.1


class Silence(TimeoutError):
    """Who was asked says nothing at all."""


class Deadline:
    """Ends what takes longer than `seconds`, a tenth of a second late at most.

    As `asyncio.timeout` does, which sets a timer for each operation and takes it back, at several
    times the cost (docs/performance.md). Here one timer looks after all that run. A task waits for
    one operation at a time. `long` is called again and again while one runs for `long_s`.
    """

    def __init__(
        self, seconds: float, long_s: float = 1.0, long: Callable[[], None] | None = None
    ) -> None:
        self._seconds = seconds
        self._long_s = long_s
        self._long = long
        self._ends: dict[asyncio.Task[Any], float] = {}
        """When each that runs has to end, the first to end first: all have as long."""
        self._ended: dict[asyncio.Task[Any], type[TimeoutError]] = {}
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
            if task in self._ends:
                raise
            raise self._ended[task] from error
        finally:
            if self._ends.pop(task, None) is None:
                del self._ended[task]
                await _forget(task, cancelled)

    def end_all(self) -> None:
        """End all that run: who was asked is silent."""
        for task in list(self._ends):
            self._end(task, Silence)

    def _end(self, task: asyncio.Task[Any], reason: type[TimeoutError]) -> None:
        del self._ends[task]
        self._ended[task] = reason
        task.cancel()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task in [task for task, end in self._ends.items() if end <= now]:
            self._end(task, TimeoutError)
        first = next(iter(self._ends.values()), None)
        if self._long and first is not None and now - first + self._seconds > self._long_s:
            self._long()
        self._timer = loop.call_later(_LOOK_S, self._look, loop) if self._ends else None


async def _forget(task: asyncio.Task[Any], cancelled: int) -> None:
    """Take back that a task was cancelled.

    The driver cancels its own task once more where it could not stop at once; that would end
    whatever the task waits for next, such as sending the answer.
    """
    while task.cancelling() > cancelled:
        task.uncancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(0)
