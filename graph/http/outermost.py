"""What holds for every answer: its headers, and an end of the service that is said, not cut.

Stands around the application, as uvicorn sees it.
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from graph.http.problems import SECURITY, HttpRefusal, refused

_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]


class Ending:
    """Whether the service is about to end."""

    def __init__(self) -> None:
        self.begun = False


class Outermost:
    """The application with what every answer has."""

    def __init__(self, app: ASGIApp, ending: Ending) -> None:
        self._app = app
        self._ending = ending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def answer(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(message)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except asyncio.CancelledError:
            if started or not self._ending.begun:
                raise
            await refused(_ending())(scope, receive, answer)
        except Exception:
            # Starlette has answered and logged it, under the id that the client was told.
            if not started:
                raise

    def _complete(self, message: MutableMapping[str, Any]) -> None:
        headers = message["headers"]
        names = {name for name, _ in headers}
        headers += [each for each in _HEADERS if each[0] not in names]
        if self._ending.begun:
            headers.append((b"connection", b"close"))


def _ending() -> HttpRefusal:
    return HttpRefusal("SERVICE_UNAVAILABLE", "The service ends before it could answer. Ask again.")
