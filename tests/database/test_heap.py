"""A Neo4j that runs out of heap while it starts is started again with more."""

import asyncio
import sys
import time
from pathlib import Path

import psutil
import pytest

from graph.database import embedded
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import DatabaseNotStarted
from graph.settings import Neo4jAddress

FAR_TOO_SMALL_MB = 24
"""Neo4j of an empty folder starts with some 40."""

STANDS_FOR_NEO4J = """\
import re, socket, sys, time
heap = int(re.search("-Xmx([0-9]+)m", open(sys.argv[1][1:]).read())[1])
if "{dies}" == "listening" or heap >= {enough}:
    server = socket.create_server(("127.0.0.1", 0))
time.sleep(0.5 if heap < {enough} else 60)
print("Terminating due to java.lang.OutOfMemoryError: Java heap space")
sys.exit(3)
"""


def children() -> set[int]:
    """The processes that we started; one that has ended and that nobody waited for is one too."""
    return {each.pid for each in psutil.Process().children(recursive=True)}


def running_children() -> set[int]:
    return {pid for pid in children() if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE}


def test_a_real_one_comes_up_and_answers(
    tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = children()
    server = EmbeddedDatabase(tmp_path, cache, FAR_TOO_SMALL_MB)

    async def ask(address: Neo4jAddress) -> object:
        database = Database(address)
        try:
            return await database.rows("RETURN 1")
        finally:
            await database.close()

    try:
        address = server.start(owned=True, ready=ready)
        assert asyncio.run(ask(address)) == [[1]]
    finally:
        server.stop()
    assert f"its heap of {FAR_TOO_SMALL_MB} MB" in capsys.readouterr().err
    assert children() == before


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Java on the path, for a test to write."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path / "java"


def write(java: Path, dies: str, enough_mb: int) -> None:
    """What dies of its heap, before it listens or while it does, where it has less than enough."""
    program = java.with_name("stands_for_neo4j.py")
    program.write_text(STANDS_FOR_NEO4J.format(dies=dies, enough=enough_mb))
    java.write_text(
        "#!/bin/sh\n"
        'case "$1" in -version) echo \'openjdk version "21.0.8"\' >&2; exit 0;; esac\n'
        f'exec {sys.executable} -u {program} "$@"\n'
    )
    java.chmod(0o755)


@pytest.mark.parametrize("owned", [True, False])
@pytest.mark.parametrize("dies", ["starting", "listening"])
def test_in_either_wait_it_is_doubled_and_nothing_is_left(
    dies: str, owned: bool, java: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Java of our own stands for Neo4j: it answers once it has four times the heap."""
    before, home = running_children(), java.with_name("home")
    write(java, dies, 400)
    server = EmbeddedDatabase(home, cache, 100)

    def answers(_: Neo4jAddress) -> bool:
        return "-Xmx400m" in (home / "server.args").read_text()

    try:
        server.start(owned=owned, ready=answers)
        said = capsys.readouterr().err
        assert [f"again with {mb} MB" in said for mb in (200, 400, 800)] == [True, True, False]
        assert "transaction.max=281m" in (home / "conf" / "neo4j.conf").read_text()
        running = server.status()
        assert running
        assert running_children() - before == {running.pid, running.guard_pid}
    finally:
        server.stop()
    # The guard of one that may outlive us is not waited for: it ends on its own.
    deadline = time.monotonic() + 10
    while running_children() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running_children() <= before


@pytest.mark.parametrize("dies", ["starting", "listening"])
@pytest.mark.parametrize(("memory_mb", "tries"), [(10**6, 3), (300, 2)])
def test_it_is_given_up_at_four_times_and_at_what_memory_there_is(
    dies: str,
    memory_mb: int,
    tries: int,
    java: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before, home = children(), java.with_name("home")
    write(java, dies, 10**6)
    monkeypatch.setattr(embedded, "_memory_mb", lambda: memory_mb)
    with pytest.raises(DatabaseNotStarted, match="ran out of heap") as found:
        EmbeddedDatabase(home, cache, 100).start(owned=True, ready=lambda _: False)
    assert "ROLEGRAPH_HEAP to more" in found.value.remedy
    assert capsys.readouterr().err.count("started again") == tries - 1
    assert children() == before
