"""Several processes that answer at one address, and the one that looks after them.

Takes a socket that is bound and gives it to each worker: who has time takes the next client. A
worker that ends or hangs is replaced. SIGHUP replaces all, one after another, each once its
successor answers; SIGTERM and SIGINT end all, and no request is lost either way.
"""

import contextlib
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

from graph.errors import RolegraphError
from graph.settings import Settings

Serve = Callable[[Settings, socket.socket, Callable[[], None], Callable[[], None]], None]
"""Serves on a socket until a signal; calls the first once clients may come, the other each second.

A worker gets it by its name: it has to be a function of a module.
"""

_HANGS_S = 30.0
_STARTS_S = 120.0
_GRACE_S = 1.0
_FAILURES = 3
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Where workers keep what they count in common; the name is prometheus_client's."""
_SPAWN = multiprocessing.get_context("spawn")


class WorkersFailed(RolegraphError):
    """No worker could be kept running."""


@dataclass(slots=True)
class _Worker:
    """A worker as its supervisor knows it."""

    process: SpawnProcess
    beats: Connection
    begun: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    ready: bool = False

    def listen(self) -> None:
        """Take what it has said meanwhile: each word means that it answers."""
        try:
            while self.beats.poll():
                self.beats.recv_bytes()
                self.ready, self.heard = True, time.monotonic()
        except (EOFError, OSError):
            pass  # it has ended, which is seen by its process

    def is_lost(self) -> bool:
        """Whether it has ended, or says nothing."""
        patience = _HANGS_S if self.ready else _STARTS_S
        return not self.process.is_alive() or time.monotonic() - self.heard > patience

    def signal(self, number: int) -> None:
        if self.process.is_alive() and self.process.pid:
            os.kill(self.process.pid, number)


class Supervisor:
    """Keeps `settings.workers` processes answering until it is told to end."""

    def __init__(
        self,
        settings: Settings,
        serve: Serve,
        on: socket.socket,
        announce: Callable[[], None],
        end_anyway_after: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._share = share(settings)
        self._serve = serve
        self._end_anyway_after = end_anyway_after
        self._on = on
        self._announce = announce
        self._workers: list[_Worker] = []
        self._end: int = 0
        self._renew = False
        self._failures = 0

    def run(self) -> None:
        """Serve; raise WorkersFailed where workers end before they answer, again and again."""
        before = {
            number: signal.signal(number, self._handle_signal)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        counts = tempfile.TemporaryDirectory(prefix="rolegraph-counts-")
        os.environ[COUNTS] = counts.name
        try:
            self._workers = [self._start() for _ in range(self._settings.workers)]
            self._until_ready(self._workers)
            if not self._end:
                self._announce()
            while not self._end:
                self._look()
        finally:
            self._end_all()
            del os.environ[COUNTS]
            counts.cleanup()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._renew = True
        elif not self._end:
            self._end = number
            self._end_anyway_after(self._settings.clients.ending_s)

    def _look(self) -> None:
        self._rest()
        for place, worker in enumerate(self._workers):
            if worker.is_lost() and not self._end:
                _say(f"Worker {worker.process.pid} has ended or hangs; another takes its place.")
                self._workers[place] = self._replace(worker)
        if self._renew and not self._end:
            self._renew = False
            self._renew_all()

    def _rest(self) -> None:
        """Wait until something happens, for a moment at most."""
        sentinels = [worker.process.sentinel for worker in self._workers]
        wait([*sentinels, *(worker.beats for worker in self._workers)], timeout=0.5)
        for worker in self._workers:
            worker.listen()
            if worker.ready:
                self._failures = 0

    def _replace(self, worker: _Worker) -> _Worker:
        if not worker.ready:
            self._failures += 1
            if self._failures >= _FAILURES:
                raise WorkersFailed(
                    f"{_FAILURES} workers ended before they answered.", "What they said is above."
                )
        worker.process.kill()
        worker.process.join()
        self._forget(worker)
        return self._start()

    def _forget(self, worker: _Worker) -> None:
        """Take what it was doing out of the counts of all; what it has done stays in them."""
        for file in Path(os.environ[COUNTS]).glob(f"gauge_livesum_{worker.process.pid}.db"):
            file.unlink()

    def _renew_all(self) -> None:
        """Replace each worker once its successor answers; keep it where that does not."""
        for place, old in enumerate(self._workers):
            new = self._start()
            self._until_ready([new])
            if not new.ready:
                new.process.kill()
                _say("A new worker does not answer; the old ones stay.")
                return
            self._workers[place] = new
            old.signal(signal.SIGTERM)
            _join([old], self._settings.clients.ending_s + _GRACE_S)
            self._forget(old)

    def _until_ready(self, workers: list[_Worker]) -> None:
        while not self._end and not all(each.ready or each.is_lost() for each in workers):
            wait([each.process.sentinel for each in workers], timeout=0.05)
            for each in workers:
                each.listen()

    def _end_all(self) -> None:
        self._on.close()  # the workers have it too, and take the last clients
        for worker in self._workers:
            worker.signal(self._end or signal.SIGTERM)
        _join(self._workers, self._settings.clients.ending_s + _GRACE_S)

    def _start(self) -> _Worker:
        beats, theirs = _SPAWN.Pipe(duplex=True)
        arguments = (self._serve, self._share, self._on, theirs)
        process = _SPAWN.Process(target=_work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, beats)


def share(settings: Settings) -> Settings:
    """The settings of one worker: its part of what there may be at once."""

    def part(number: int) -> int:
        return -(-number // settings.workers)

    limits = replace(
        settings.limits, operations_in_flight=part(settings.limits.operations_in_flight)
    )
    clients = replace(settings.clients, connections=part(settings.clients.connections))
    return replace(settings, limits=limits, clients=clients)


def _work(serve: Serve, settings: Settings, on: socket.socket, beats: Connection) -> None:
    """What a worker does: serve, and say so once a second; end with its supervisor."""
    threading.Thread(target=_end_with_supervisor, args=(beats,), daemon=True).start()

    def beat() -> None:
        with contextlib.suppress(OSError):  # without a supervisor it is about to end
            beats.send_bytes(b".")

    try:
        serve(settings, on, beat, beat)
    except RolegraphError as error:
        _say(str(error))
        os._exit(1)
    os._exit(0)  # without going through all memory once more


def _end_with_supervisor(beats: Connection) -> None:
    try:
        beats.recv_bytes()
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)


def _join(workers: list[_Worker], seconds: float) -> None:
    end = time.monotonic() + seconds
    for worker in workers:
        worker.process.join(max(0.0, end - time.monotonic()))
        worker.process.kill()
        worker.process.join()


def _say(text: str) -> None:
    print(text, flush=True)
