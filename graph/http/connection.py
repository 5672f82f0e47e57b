"""One connection of a client: uvicorn's HTTP with bounds on how much and how slowly it may send.

Takes bytes as they arrive; gives uvicorn what is within the bounds, and answers the rest with a
refusal that has a code. `gate` says when a client has been waited for long enough.
"""

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any, cast

from starlette.types import Scope
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from graph.http.barred import barred
from graph.http.heads import Beyond
from graph.http.problems import HttpRefusal, as_bytes

if TYPE_CHECKING:
    from graph.http.gate import Gate

_DRAINED_BYTES = 16_000_000
"""How much of a request that was refused already is still read, so that its answer arrives."""
_LEAST_TAKEN_BYTES = 64_000
"""What a client has to take of an answer in the time that it has, if there is more."""


class Connection(HttpToolsProtocol):
    """The requests of one connection, one after another."""

    def __init__(
        self,
        gate: "Gate",
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._gate = gate
        self._in_head = False
        self._room = gate.head_bytes
        self._whole = True
        self._drained = 0
        self._beyond: Beyond | None = None
        self._refusal: HttpRefusal | None = None
        self._unread: tuple[float, int] | None = None
        self.awaited = True
        """Whether the client has to send something: a request, or the rest of one."""
        self.since = self.loop.time()
        """When the client was last seen to begin or to end a part of a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._out = _Writer(transport, self)
        super().connection_made(cast(asyncio.Transport, self._out))
        self._gate.admit(self)

    # What arrives

    def data_received(self, data: bytes) -> None:
        if self._out.lingering:
            self._drain(len(data))
            return
        if self._beyond:
            self._go_beyond(self._beyond, data)
            return
        if self._in_head and len(data) > self._room:
            within, data = data[: self._room], data[self._room :]
            self._feed(within)
            if self._in_head:
                self._beyond = Beyond(within)
                self._go_beyond(self._beyond, data)
                return
        self._feed(data)

    def _go_beyond(self, beyond: Beyond, data: bytes) -> None:
        """Refuse a head that is too large, once it is known whether a person reads the answer."""
        if beyond.take(data):
            self._refuse(_head_too_large(self._gate.head_bytes))

    def _feed(self, data: bytes) -> None:
        before = self._in_head
        super().data_received(data)
        if before and self._in_head:
            self._room -= len(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._room = True, self._gate.head_bytes
        self._whole, self.awaited = False, True
        self._drained = 0
        self.since = self.loop.time()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self.since = self.loop.time()
        self._check_head()
        super().on_headers_complete()
        if self.expect_100_continue or cast(Any, self.parser).should_upgrade():
            # Whether what follows is a body that we did not ask for cannot be known.
            self.cycle.keep_alive = False

    def _check_head(self) -> None:
        """Raise HttpRefusal, which uvicorn takes for a request that cannot be read."""
        version = cast(Any, self.parser).get_http_version()
        hosts = size = 0
        for name, value in self.headers:
            hosts += name == b"host"
            size += len(name) + len(value) + 4
        if size + len(self.url) > self._gate.head_bytes:
            self._refusal = _head_too_large(self._gate.head_bytes)
        elif version not in ("1.1", "1.0"):
            self._refusal = _bad(f"HTTP/{version} is not spoken here. Send HTTP/1.1.")
        elif hosts > 1:
            self._refusal = _bad("The request has two Host headers. Send one.")
        elif not hosts and version == "1.1":
            self._refusal = _bad("The request has no Host header. Send one.")
        if self._refusal:
            raise self._refusal

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self.cycle.response_complete:
            self._drain(len(body))

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._whole = True
        self._settle()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._whole:
            self._settle()

    def _settle(self) -> None:
        self.awaited = self.cycle.response_complete
        self.since = self.loop.time()

    def _drain(self, size: int) -> None:
        self._drained += size
        if self._drained > _DRAINED_BYTES:
            self._out.abort()

    # What is refused

    def send_400_response(self, msg: str) -> None:
        refusal = self._refusal or _bad("This is not a valid HTTP/1.1 request.")
        self._refuse(refusal)

    def _refuse(self, refusal: HttpRefusal) -> None:
        """Answer and close; where another answer is on its way, only close."""
        self._refusal = refusal
        if not self._answering():
            self._out.write(as_bytes(barred(self._asked(), refusal)))
        elif not self.cycle.response_started and not self._whole and not self._in_head:
            self._out.write(as_bytes(barred(self._asked(), refusal)))
            self.cycle.disconnected = True  # for the application
            self.cycle.message_event.set()
        self._out.close()

    def _asked(self) -> Scope:
        """What is asked, as far as it has arrived."""
        accept = [each for each in self.headers or () if each[0] == b"accept"]
        accept += [(b"accept", self._beyond.accept)] if self._beyond else []
        method: bytes = cast(Any, self.parser).get_method()
        path = self.url.partition(b"?")[0].decode("ascii", "replace")
        return {"type": "http", "method": method.decode(), "path": path, "headers": accept}

    def _answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete

    def _unsupported_upgrade_warning(self) -> None:
        """A client may ask; there is nothing to be done about it, so nothing to be logged."""

    def unfinished(self) -> bool:
        """Whether a part of a request is still to come."""
        return not self._whole or self._refusal is not None

    def shutdown(self) -> None:
        if self._out.lingering:
            self._out.abort()
        else:
            super().shutdown()

    # What takes too long; called by the gate

    def look(self, now: float) -> None:
        """End what has been waited for long enough."""
        if self.awaited or self._out.lingering:
            idle = self._whole and bool(self.cycle)
            if now - self.since > (self._gate.idle_s if idle else self._gate.request_s):
                self._too_slow()
        self._look_at_reader(now)

    def _too_slow(self) -> None:
        if self._out.lingering or self._whole:
            self._out.finish()
            return
        seconds = self._gate.request_s
        self._refuse(
            HttpRefusal(
                "REQUEST_TIMEOUT",
                f"The request did not arrive within {seconds:g} s. Send it again, faster.",
            )
        )
        self._out.finish()

    def _look_at_reader(self, now: float) -> None:
        """A client that takes no more of its answer holds memory: it is cut."""
        waiting = self._out.waiting()
        taken = self._out.written - waiting
        if not waiting:
            self._unread = None
        elif self._unread is None:
            self._unread = (now, taken)
        elif now - self._unread[0] > self._gate.unread_s:
            if taken - self._unread[1] < _LEAST_TAKEN_BYTES:
                self._out.abort()
            self._unread = (now, taken)

    def evict(self) -> None:
        """Make room for another."""
        self._out.abort()

    def admit_to_probes_alone(self) -> None:
        """There is no room: whatever is asked is refused, but for whether the service is well."""
        self.app = cast(Any, self._gate.crowded(self.app))


class _Writer:
    """The way to the client: takes what is written to one who left, and closes without a reset.

    A socket that is closed while there is something unread in it resets the connection, and the
    client may never see its answer: so the rest is read first.
    """

    def __init__(self, transport: asyncio.Transport, connection: Connection) -> None:
        self._transport = transport
        self._connection = connection
        self.written = 0
        self.lingering = False

    def write(self, data: bytes) -> None:
        if not self.is_closing():
            self.written += len(data)
            self._transport.write(data)

    def close(self) -> None:
        if self.is_closing():
            return
        if not self._connection.unfinished():
            self._transport.close()
            return
        self._connection.flow.resume_reading()
        self.lingering = True
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def finish(self) -> None:
        """Close once what is written is sent; nothing more is read."""
        self._transport.close()

    def abort(self) -> None:
        """End at once, with a reset: what the client did not take would stay in the kernel."""
        if not self._transport.is_closing():
            taken = self._transport.get_extra_info("socket")
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def waiting(self) -> int:
        """How many bytes the client has not taken yet, as far as we know."""
        return self._transport.get_write_buffer_size()

    def is_closing(self) -> bool:
        return self.lingering or self._transport.is_closing()

    def pause_reading(self) -> None:
        if not self.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not self.is_closing():
            self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)


def _bad(message: str) -> HttpRefusal:
    return HttpRefusal("BAD_REQUEST", message)


def _head_too_large(most: int) -> HttpRefusal:
    return HttpRefusal(
        "HEAD_TOO_LARGE",
        f"The address and the headers are over {most} bytes, the most allowed."
        " Send a long query by POST.",
    )
