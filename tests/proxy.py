"""A way to the database that can fall silent, and be cut."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Proxy:
    """Passes bytes on between clients and a port of this machine."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._speaks = threading.Event()
        self._speaks.set()
        self.port = int(self._listener.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def fall_silent(self) -> None:
        """Take what comes and pass nothing on."""
        self._speaks.clear()

    def speak(self) -> None:
        self._speaks.set()

    def cut(self) -> int:
        """End all connections, with a reset; give how many there were."""
        cut, self._open = self._open, []
        for each in cut:
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01" + b"\x00" * 7)
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        return len(cut) // 2

    def close(self) -> None:
        # Its thread waits in `accept`, which `close` alone does not end: it would take one more.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        self._speaks.set()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                self._open.append(client)
                server = socket.create_connection(("127.0.0.1", self._to))
                self._open.append(server)
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65_536):
                self._speaks.wait()
                target.sendall(content)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def proxy_to(uri: str) -> Iterator[Proxy]:
    """A proxy to a database."""
    proxy = Proxy(int(uri.rpartition(":")[2]))
    try:
        yield proxy
    finally:
        proxy.close()
