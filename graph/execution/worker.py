"""One thread for what keeps the interpreter busy for long, so that the event loop goes on.

One at a time: a second thread would not be quicker, it would only take the loop's turns.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs functions beside the event loop, in the order asked."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "long-work")

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function gives or raises; one that nobody waits for any more is not begun."""
        return await asyncio.wrap_future(self._thread.submit(work, *args, **kwargs))
