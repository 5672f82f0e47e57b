"""A private Neo4j on this machine: configured, started, watched and stopped by us.

Everything it owns lies in one folder (mode 0700): configuration, password,
data, logs. It listens on a free loopback port that it chooses itself, with
authentication on: with it off, any web page could write to it through Bolt's
WebSocket, which looks at no origin.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from graph.database.artifacts import NEO4J_VERSION, Progress, fetch_jars, java
from graph.database.configuration import configuration, first_user, server_arguments
from graph.database.process import Running, created_at, is_alive, is_free, listening_port
from graph.errors import DatabaseNotStarted
from graph.settings import Neo4jAddress, Settings

NEEDED_BYTES = 200_000_000
_START_S = 90.0
"""For a server that starts to do nothing at all."""
_RECOVERY_S = 1_800.0
"""For one that works all the time: millions of entries to recover."""
_STOP_S = 25.0
_PORT_S = 5.0
_FAILURES = (
    (
        r"Lock file has been locked by another process",
        "Another Neo4j uses the folder {home}.",
        "Stop it, or set ROLEGRAPH_HOME to another folder.",
    ),
    (
        r"PortBindException",
        "Neo4j could not open a port on 127.0.0.1.",
        "See whether a firewall or a sandbox forbids listening on loopback.",
    ),
    (
        r"UnsupportedClassVersionError",
        "The Java found is too old for Neo4j.",
        "Install Java 17 or 21, or unset JAVA_HOME so that the packaged one is used.",
    ),
    (
        r"No space left on device|Database name 'system' is invalid",
        "The disk of {home} is full.",
        "Make room there, or set ROLEGRAPH_HOME to another disk.",
    ),
    (
        r"IllegalArgumentException|Error reading config|Unrecognized setting",
        "Neo4j refused its configuration in {home}/conf.",
        "Its own words are below.",
    ),
    (
        r"OutOfMemoryError: Java heap space",
        "Neo4j ran out of heap while it started; {heap} MB are set.",
        "Free memory, set ROLEGRAPH_HEAP to more, or point NEO4J_URI at a server elsewhere.",
    ),
    (
        r"OutOfMemoryError|insufficient memory|Could not reserve enough space",
        "There is not enough memory for Neo4j's heap of {heap} MB.",
        "Free some, set ROLEGRAPH_HEAP to less, or point NEO4J_URI at a server elsewhere.",
    ),
)


Ready = Callable[[Neo4jAddress], bool]
_NO_HEAP = "java.lang.OutOfMemoryError: Java heap space"
_MORE_HEAP = 4
"""How many times the heap that is set a start may take."""


class _OutOfHeap(DatabaseNotStarted):
    """It ended for want of heap: more may help."""


class EmbeddedDatabase:
    """The Neo4j whose folder is `home`; at most one process of it runs at a time."""

    def __init__(self, home: Path, cache: Path, heap_mb: int = 512) -> None:
        self.home = home
        self._heap_mb = heap_mb
        self._jars = cache / f"neo4j-{NEO4J_VERSION}"
        self._guard: subprocess.Popen[str] | None = None

    def status(self) -> Running | None:
        """The running server, or None."""
        try:
            running = Running(**json.loads(self._state.read_text()))
        except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
            return None
        return running if is_alive(running) else None

    def address(self, running: Running) -> Neo4jAddress:
        """How to connect to it."""
        return Neo4jAddress(
            uri=f"bolt://127.0.0.1:{running.port}",
            username="neo4j",
            password=self._password_file.read_text().strip(),
            database="neo4j",
        )

    def start(
        self,
        *,
        owned: bool,
        ready: Ready,
        progress: Progress | None = None,
    ) -> Neo4jAddress:
        """Start the server, or find it running; return once `ready` says that it answers.

        `owned` ties its life to this process. Raises DatabaseNotStarted with a
        sentence on what failed and what to do.
        """
        self._make_home()
        with (self.home / "start.lock").open("w") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            if running := self.status():
                return self._once_ready(running, ready)
            self.require_room()
            fetch_jars(self._jars, progress)
            return self._begin(owned, ready, self._heap_mb)

    def _begin(self, owned: bool, ready: Ready, heap_mb: int) -> Neo4jAddress:
        """Start it; with twice the heap where it ran out of that, as recovery may."""
        try:
            return self._once_ready(self._launch(owned, heap_mb), ready)
        except DatabaseNotStarted as error:
            self._reap()
            more_mb = 2 * heap_mb
            most_mb = min(_MORE_HEAP * self._heap_mb, _memory_mb())
            if not isinstance(error, _OutOfHeap) or more_mb > most_mb:
                raise
        print(
            f"Neo4j ran out of its heap of {heap_mb} MB while it started;"
            f" it is started again with {more_mb} MB.",
            file=sys.stderr,
            flush=True,
        )
        return self._begin(owned, ready, more_mb)

    def _once_ready(self, running: Running, ready: Ready) -> Neo4jAddress:
        address = self.address(running)
        self._wait(running, lambda: ready(address), "answer")
        return address

    def stop(self) -> bool:
        """Stop the server; False where none ran. Its data stays."""
        running = self.status()
        if running is None:
            self._reap()
            return False
        for pid in (running.guard_pid, running.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_S
        while is_alive(running) and time.monotonic() < deadline:
            time.sleep(0.05)
        if is_alive(running):
            with suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
        self._state.unlink(missing_ok=True)
        self._reap()
        return True

    def kill(self) -> None:
        """End the server at once: one that is past help does not end when told to."""
        running = self.status()
        if running:
            with suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
        self._state.unlink(missing_ok=True)
        self._reap()

    def free_bytes(self) -> int:
        """The room on its disk."""
        folder = self.home
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def missing_room(self) -> str:
        """A sentence on the room that is missing on its disk; empty where there is enough."""
        free = self.free_bytes()
        if free >= NEEDED_BYTES:
            return ""
        return f"Only {free // 1_000_000} MB are free in {self.home}; Neo4j needs 200."

    def require_room(self) -> None:
        """Raise DatabaseNotStarted where its disk has too little room to write."""
        if missing := self.missing_room():
            raise DatabaseNotStarted(
                missing, "Make room there, or set ROLEGRAPH_HOME to another disk."
            )

    def _reap(self) -> None:
        """Take leave of a guard that has ended or is about to."""
        if self._guard is not None:
            self._guard.terminate()
            try:
                self._guard.communicate(timeout=_STOP_S)
            except subprocess.TimeoutExpired:
                self._guard.kill()  # and with it goes Neo4j
                self._guard.communicate()
            self._guard = None

    @property
    def _state(self) -> Path:
        return self.home / "running.json"

    @property
    def _password_file(self) -> Path:
        return self.home / "password"

    @property
    def _log(self) -> Path:
        return self.home / "logs" / "console.log"

    def _make_home(self) -> None:
        try:
            for folder in (self.home, self.home / "conf", self.home / "logs"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.home.chmod(0o700)
        except OSError as error:
            raise self._unwritable(error) from error
        if self.status() is None:
            self.require_room()

    def _configure(self, heap_mb: int) -> None:
        text = configuration(self._port_of_last_time(), heap_mb)
        try:
            (self.home / "conf" / "neo4j.conf").write_text(text)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> DatabaseNotStarted:
        return DatabaseNotStarted(
            f"The folder {self.home} cannot be written: {error.strerror}.",
            "Set ROLEGRAPH_HOME to a folder that can.",
        )

    def _launch(self, owned: bool, heap_mb: int) -> Running:
        self._reap()
        self._configure(heap_mb)
        executable = java()
        self._set_password()
        arguments = self._write_arguments(
            "server.args", server_arguments(self.home, self._jars, heap_mb)
        )
        self._log.unlink(missing_ok=True)
        guard = subprocess.Popen(
            [
                *(sys.executable, "-m", "graph.database.guard"),
                *(str(executable), str(arguments), str(self._log)),
                "owned" if owned else "detached",
            ],
            stdin=subprocess.PIPE if owned else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
            env=self._environment(),
            start_new_session=True,
            text=True,
        )
        assert guard.stdout is not None
        pid = int(guard.stdout.readline() or 0)
        if owned:
            self._guard = guard
        else:
            # It outlives this process, which neither reads of it nor waits for it.
            guard.stdout.close()
            guard.returncode = 0
        running = Running(guard.pid, pid, created_at(pid), 0)
        self._wait(running, lambda: listening_port(pid) is not None, "listen")
        running = Running(guard.pid, pid, running.created, listening_port(pid) or 0)
        self._state.write_text(json.dumps(asdict(running)))
        (self.home / "port").write_text(str(running.port))
        return running

    def _port_of_last_time(self) -> int:
        """The port it had, if it is free, so that existing clients can reconnect; else 0.

        A server that was killed may still hold it for a moment while its memory is taken back.
        """
        try:
            port = int((self.home / "port").read_text())
        except (OSError, ValueError):
            return 0
        deadline = time.monotonic() + _PORT_S
        while not is_free(port):
            if time.monotonic() > deadline:
                return 0
            time.sleep(0.05)
        return port

    def _set_password(self) -> None:
        """Give a fresh data folder a random password, so that no default is ever valid."""
        if self._password_file.exists() and (self.home / "data" / "databases").exists():
            return
        password = secrets.token_hex(24)
        file = self.home / "data" / "dbms" / "auth.ini"
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_private(file, first_user("neo4j", password))
            _write_private(self._password_file, password)
        except OSError as error:
            raise self._unwritable(error) from error

    def _write_arguments(self, name: str, arguments: list[str]) -> Path:
        file = self.home / name
        _write_private(file, "\n".join(arguments) + "\n")
        return file

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")
        }
        return {**inherited, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}

    def _wait(self, running: Running, is_so: Callable[[], bool], what: str) -> None:
        """Wait for as long as it works at it: after a hard end it has to recover, which takes time.

        Work is CPU time or something written; killed in the middle, it would begin again.
        """
        begun = worked = time.monotonic()
        before = self._work_of(running)
        while not is_so():
            if not is_alive(running):
                raise self._failure()
            now = time.monotonic()
            if (work := self._work_of(running)) != before:
                before, worked = work, now
            if now - worked > _START_S or now - begun > _RECOVERY_S:
                raise DatabaseNotStarted(
                    f"Neo4j did not {what} within {now - begun:.0f} s.", f"Its log: {self._log}"
                )
            time.sleep(0.05)

    def _work_of(self, running: Running) -> tuple[int, int]:
        """What it has done: seconds of CPU, bytes of its logs."""
        try:
            cpu = psutil.Process(running.pid).cpu_times()
        except psutil.Error:
            return 0, 0
        logs = sum(file.stat().st_size for file in (self.home / "logs").glob("*.log"))
        return int(cpu.user + cpu.system), logs

    def _failure(self) -> DatabaseNotStarted:
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        kind = _OutOfHeap if _NO_HEAP in text else DatabaseNotStarted
        for pattern, message, remedy in _FAILURES:
            if re.search(pattern, text):
                return kind(
                    message.format(home=self.home, heap=self._heap_mb), f"{remedy}\n{text[-600:]}"
                )
        return DatabaseNotStarted(
            "Neo4j ended while it was starting.", f"Its log: {self._log}\n{text[-1500:]}"
        )


def _memory_mb() -> int:
    """What may be taken of the memory that is free here."""
    return psutil.virtual_memory().available // 2_000_000


def embedded(settings: Settings) -> EmbeddedDatabase:
    """The embedded database of these settings."""
    return EmbeddedDatabase(settings.home / "neo4j", settings.cache, settings.heap_mb)


def _write_private(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
