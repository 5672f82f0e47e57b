"""The one that starts a database again, and knows when to stop trying."""

import signal
import time
from pathlib import Path

import pytest

from graph.database import lifecycle
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import Watch
from graph.database.process import Running, is_alive
from graph.errors import DatabaseNotStarted


def test_one_that_ends_again_and_again_is_given_up(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Java that ends at once stands for Neo4j: the process is told to end, and why."""
    java = tmp_path / "java"
    java.write_text(
        "#!/bin/sh\n"
        'case "$1" in -version) echo \'openjdk version "21.0.8"\' >&2; exit 0;; esac\n'
        "exit 1\n"
    )
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(lifecycle, "_BACK_OFF_S", 0.1)
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        with Watch(EmbeddedDatabase(tmp_path / "home", cache)) as watch:
            deadline = time.monotonic() + 60
            while not told and time.monotonic() < deadline:
                time.sleep(0.1)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [signal.SIGTERM]
    with pytest.raises(DatabaseNotStarted, match="ended 3 times within 5 minutes"):
        watch.check()
    said = capsys.readouterr().out
    assert said.count("could not be started again") == 2


def test_a_clock_that_is_set_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start of a process, by the wall clock, moves with it: ours does not look at that."""
    import os

    import psutil

    from graph.database.process import created_at

    running = Running(0, os.getpid(), created_at(os.getpid()), 0)
    was = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: was(process) + 3_600)
    assert is_alive(running)
    assert not is_alive(Running(0, os.getpid(), running.created + 5, 0))
