"""Whether the database says anything at all.

A statement that takes long and a database that is gone look the same to who waits. So once a
statement has had no answer for a while, another connection asks something that takes no time; where
that has no answer either, the database is silent. It is asked until it answers again.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

_TICK_S = 0.1
SUSPICION_S = 1.0
"""For how long a statement waits before the database is asked whether it is there."""


class Pulse:
    """Asks with `ask` when told to; says `on_silence` once nothing came for `patience_s`."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[bool]],
        patience_s: float,
        on_silence: Callable[[], None],
    ) -> None:
        self._ask = ask
        self._patience_s = patience_s
        self._on_silence = on_silence
        self._asking: asyncio.Task[None] | None = None
        self.heard = 0.0
        """When it last said something, by time.monotonic(); whoever hears it writes it here."""
        self.silent = False

    def suspect(self) -> None:
        """See to it that the database is asked."""
        if self._asking is None and time.monotonic() - self.heard > SUSPICION_S:
            self._asking = asyncio.create_task(self._until_heard())

    async def close(self) -> None:
        """Ask no more."""
        if self._asking:
            self._asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._asking

    async def _until_heard(self) -> None:
        """Time in which our own process was busy does not count."""
        begun = time.monotonic()
        unheard = 0.0
        question = asyncio.ensure_future(self._ask())
        try:
            while self.heard < begun:
                looked = time.monotonic()
                await asyncio.wait({question}, timeout=_TICK_S)
                if question.done():
                    if question.result():
                        self.heard = time.monotonic()
                        return
                    await asyncio.sleep(_TICK_S)
                    question = asyncio.ensure_future(self._ask())
                unheard += min(time.monotonic() - looked, 3 * _TICK_S)
                if unheard > self._patience_s:
                    unheard = 0.0
                    question.cancel()  # a new connection may get through
                    question = asyncio.ensure_future(self._ask())
                    self.silent = True
                    self._on_silence()
        finally:
            question.cancel()
            self.silent = False
            self._asking = None
