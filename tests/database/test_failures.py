"""What Neo4j prints when it cannot start, and the sentence that we make of it."""

import asyncio
import gc
import sys
import warnings
from pathlib import Path

import pytest

from graph.database import embedded
from graph.database.embedded import EmbeddedDatabase
from graph.database.faults import quieten_abandoned
from graph.errors import DatabaseNotStarted

PRINTED = {
    "FileLockException: Lock file has been locked by another process: /x/store_lock": "Another Neo4j uses the folder",
    "PortBindException: An error occurred while trying to bind to the socket /127.0.0.1:17710": "could not open a port on 127.0.0.1",
    "UnsupportedClassVersionError: x (class file version 61.0), up to 55.0": "The Java found is too old",
    "IllegalArgumentException: Error reading config: bad value": "refused its configuration",
    "java.io.IOException: No space left on device": "The disk of",
    "Database name 'system' is invalid": "The disk of",
    "java.lang.OutOfMemoryError: Java heap space": "ran out of heap",
    "Could not reserve enough space for object heap": "not enough memory",
    "": "ended while it was starting",
}


@pytest.mark.parametrize("printed", PRINTED)
def test_sentence(printed: str, tmp_path: Path, cache: Path) -> None:
    """A Java that prints this and ends stands for Neo4j."""
    java = tmp_path / "java"
    java.write_text(
        "#!/bin/sh\n"
        'case "$1" in -version) echo \'openjdk version "21.0.8"\' >&2; exit 0;; esac\n'
        f"cat <<'END'\n{printed}\nEND\nexit 1\n"
    )
    java.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(DatabaseNotStarted) as found:
        patch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        patch.delenv("JAVA_HOME", raising=False)
        EmbeddedDatabase(tmp_path / "home", cache).start(owned=True, ready=lambda _: False)
    assert PRINTED[printed] in str(found.value)
    assert found.value.remedy


def test_too_little_room(tmp_path: Path, cache: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(DatabaseNotStarted) as found:
        patch.setattr(embedded, "NEEDED_BYTES", 2**62)
        EmbeddedDatabase(tmp_path, cache).start(owned=True, ready=lambda _: False)
    assert "MB are free" in str(found.value) and "Make room" in found.value.remedy


def test_what_outlives_us_leaves_nothing_open_here(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Java that only listens stands for Neo4j: no pipe to it, nor a process to wait for."""
    listens = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(60)"
    java = tmp_path / "java"
    java.write_text(
        "#!/bin/sh\n"
        'case "$1" in -version) echo \'openjdk version "21.0.8"\' >&2; exit 0;; esac\n'
        f'exec {sys.executable} -c "{listens}"\n'
    )
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    left: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: left.append(str(found.exc_value)))
    EmbeddedDatabase(tmp_path / "home", cache).start(owned=False, ready=lambda _: True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ResourceWarning)
            gc.collect()
        assert left == []
    finally:
        EmbeddedDatabase(tmp_path / "home", cache).stop()


@pytest.mark.parametrize(
    ("error", "told"), [(ConnectionRefusedError("made-up"), False), (ValueError("made-up"), True)]
)
def test_refused_connection_that_nobody_waits_for_is_not_told(
    error: Exception, told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def leave() -> None:
        async def fail() -> None:
            raise error

        quieten_abandoned(asyncio.get_running_loop())
        left = asyncio.create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del left
        gc.collect()

    asyncio.run(leave())
    assert ("never retrieved" in caplog.text) == told
