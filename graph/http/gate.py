"""How many clients there may be at once, and how long each is waited for.

One timer looks after all connections: a timer for each would cost every request. Where there is no
room for another, those that have been waited for longest make room; where all are being answered,
a few more are let in, to ask whether the service is well and nothing else.
"""

import asyncio
import heapq
import resource
from operator import attrgetter

from starlette.types import ASGIApp, Receive, Scope, Send

from graph.http.barred import barred
from graph.http.connection import Connection
from graph.http.problems import SECURITY, HttpRefusal
from graph.settings import Clients

_PROBES = ("/livez", "/readyz")
_FOR_PROBES = 16
_OTHER_FILES = 48
"""Files that are no client's connection and none to the database: logs, pipes, what is loaded."""
_LEAST = 16
_LOOK_S = 0.5


class Gate:
    """Admits connections and looks after them."""

    def __init__(self, clients: Clients, operations_in_flight: int) -> None:
        self.head_bytes = clients.head_bytes
        self.request_s = clients.request_s
        self.idle_s = clients.idle_s
        self.unread_s = clients.unread_s
        reserved = operations_in_flight + _FOR_PROBES + _OTHER_FILES
        self._most = connections_within(clients.connections, reserved)
        self._connections: set[Connection] = set()
        self._timer: asyncio.TimerHandle | None = None

    def admit(self, connection: Connection) -> None:
        """Take a connection that was just made, or make it end."""
        self._connections = connection.connections  # type: ignore[assignment]  uvicorn's set
        if self._timer is None:
            self._look(connection.loop)
        if len(self._connections) > self._most:
            self._make_room(connection)
        if len(self._connections) > self._most + _FOR_PROBES:
            connection.evict()
        elif len(self._connections) > self._most:
            connection.admit_to_probes_alone()

    def _make_room(self, new: Connection) -> None:
        """End a few of those that we wait for, the longest first, but not one just made."""
        awaited = (each for each in self._connections if each.awaited and each is not new)
        for each in heapq.nsmallest(max(1, self._most // 16), awaited, key=attrgetter("since")):
            self._connections.discard(each)
            each.evict()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for each in list(self._connections):
            each.look(now)
        wait = min(_LOOK_S, self.request_s / 4)
        self._timer = loop.call_later(wait, self._look, loop) if self._connections else None

    def crowded(self, app: ASGIApp) -> ASGIApp:
        """The application for a connection over the limit."""
        most = self._most

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] in _PROBES:
                await app(scope, receive, send)
                return
            refusal = HttpRefusal(
                "SERVICE_UNAVAILABLE",
                f"{most} clients are connected; that is the most. Ask again.",
                headers={"Connection": "close"},
            )
            response = barred(scope, refusal)
            for name, value in SECURITY.items():  # it is outside of what adds them to all others
                response.headers.setdefault(name, value)
            await response(scope, receive, send)

        return answer


def connections_within(wanted: int, reserved: int) -> int:
    """How many connections there may be beside `kept` other files, once the limit was raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    infinite = resource.RLIM_INFINITY
    enough = wanted + reserved if hard == infinite else min(wanted + reserved, hard)
    if soft != infinite and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
        soft = enough
    return wanted if soft == infinite else max(_LEAST, min(wanted, soft - reserved))
