"""What holds for every answer: its headers, and an end of the service that is said, not cut.

Stands around the application, as uvicorn sees it, and says by which way a request came: who is
connected (`peer`), for whom, where that is a proxy of ours (`client`), and under which path the
proxy serves us (`root`).
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from graph.access import Access
from graph.http.barred import barred
from graph.http.problems import SECURITY, HttpRefusal

_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]


class Ending:
    """Whether the service is about to end."""

    def __init__(self) -> None:
        self.begun = False


class Outermost:
    """The application with what every answer has."""

    def __init__(self, app: ASGIApp, ending: Ending, access: Access) -> None:
        proxies = list(access.proxies)
        self._app = ProxyHeadersMiddleware(cast(Any, app), proxies) if proxies else app
        self._ending = ending
        self._root = access.root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._pass(scope, receive, send)
            return
        self._place(scope)
        started = False

        async def answer(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(message)
            await send(message)

        try:
            await self._pass(scope, receive, answer)
        except asyncio.CancelledError:
            if started or not self._ending.begun:
                raise
            await barred(scope, _ending())(scope, receive, answer)
        except Exception:
            # Starlette has answered and logged it, under the id that the client was told.
            if not started:
                raise

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        await cast(ASGIApp, self._app)(scope, receive, send)

    def _place(self, scope: Scope) -> None:
        scope["peer"] = scope.get("client")
        scope["root"] = self._root
        if self._root and f"{scope['path']}/".startswith(f"{self._root}/"):
            # The proxy did not take it away. The routes know nothing of it.
            scope["path"] = scope["path"][len(self._root) :] or "/"

    def _complete(self, message: MutableMapping[str, Any]) -> None:
        headers = message["headers"]
        names = {name for name, _ in headers}
        headers += [each for each in _HEADERS if each[0] not in names]
        if self._ending.begun:
            headers.append((b"connection", b"close"))


def _ending() -> HttpRefusal:
    return HttpRefusal("SERVICE_UNAVAILABLE", "The service ends before it could answer. Ask again.")
