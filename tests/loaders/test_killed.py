"""A load that is killed at any point is finished by the next one; readers never see half of it."""

import asyncio
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from graph.database import silence
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import DatabaseUnavailable
from graph.schema import MODEL
from graph.settings import Neo4jAddress
from loaders.digest import graph_digest
from loaders.load import load, read_and_check
from tests.conftest import FRESH, ROOT, Runner, freeze, reach
from tests.loaders.samples import CutOff
from tests.proxy import proxy_to

POINTS = 12

MAPPING = """\
source: made-up-large
title: Made-up roles, many of them
publisher: Made-up
licence: none, made up
file: roles.csv
nodes:
  - type: Role
    key: code
    properties: {name: name, altNames: {column: also, split: "|"}}
    identifiers:
      - {scheme: MADE-UP, column: code}
    relationships:
      related: {column: like, split: "|", to: "made-up-large-{}"}
"""
ROWS = 600


def made_up_table(folder: Path, rows: int) -> Path:
    """A table of roles, each like five others, and its mapping file."""
    (folder / "mapping.yaml").write_text(MAPPING)
    lines = ["code,name,also,like"]
    for at in range(rows):
        near = {(at * 7 + step) % rows for step in range(1, 6)} - {at}
        like = "|".join(map(str, sorted(near)))
        lines.append(f"{at},Made-up role {at},Made-up alias {at},{like}")
    (folder / "roles.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up_table(tmp_path_factory.mktemp("large"), ROWS)


def loader(
    address: Neo4jAddress, folder: Path, home: Path, *, limit: int | None = None
) -> "subprocess.Popen[str]":
    """`rolegraph load` in a process of its own; `limit` bounds the size of files it may write.

    It does not ask the saved questions in the end, in which it would be killed mostly.
    """
    given = {
        **reach(address),
        "NEO4J_DATABASE": address.database,
        "ROLEGRAPH_HOME": str(home),
    }

    bound = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        if limit
        else "import sys;"
    )
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{bound} import asyncio, cli, server; server.warm = lambda *_: asyncio.sleep(0);"
            "sys.exit(cli.main(sys.argv[1:]))",
            "load",
            str(folder / "mapping.yaml"),
        ],
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=120)
    return said


class Readers:
    """Counts what a reader sees, over and over, in a thread of its own."""

    def __init__(self, address: Neo4jAddress) -> None:
        self.seen: set[tuple[int, int]] = set()
        self._address = address
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Readers":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        runner = Runner()
        database = Database(self._address)
        while not self._ended.is_set():
            row = runner(
                database.read(
                    "RETURN COUNT { MATCH (:Role) }, COUNT { MATCH (:Role)-[:RELATED_TO]->() }", {}
                )
            )
            self.seen.add((row[0], row[1]))
            time.sleep(0.002)
        runner(database.close())
        runner.close()


@pytest.fixture(scope="module")
def undisturbed(
    address: Neo4jAddress, folder: Path, tmp_path_factory: pytest.TempPathFactory, run: Runner
) -> tuple[str, float]:
    """The digest of a load that nothing disturbs, and how long it takes in seconds."""
    database = Database(address)
    run(database.run("MATCH (n) DETACH DELETE n"))
    started = time.monotonic()
    said = finish(loader(address, folder, tmp_path_factory.mktemp("home")))
    seconds = time.monotonic() - started
    assert "Data version" in said, said
    digest = run(graph_digest(database))
    run(database.close())
    return digest, seconds


def test_the_loader_is_killed_at_random_points(
    empty: Database,
    address: Neo4jAddress,
    run: Runner,
    folder: Path,
    undisturbed: tuple[str, float],
    tmp_path: Path,
) -> None:
    """`kill -9` at random moments, each followed by a second run that finishes the load.

    With the cut connections, the killed databases and the full disks below, 20 points in all.
    """
    digest, seconds = undisturbed
    dice = random.Random(FRESH)
    whole = run(empty.rows("MATCH (n:Role) RETURN count(n), COUNT { ()-[:RELATED_TO]->() }"))
    assert whole in ([[0, 0]], [])
    for point in range(POINTS):
        run(empty.run("MATCH (n) DETACH DELETE n"))
        process = loader(address, folder, tmp_path)
        with Readers(address) as readers:
            # Half of the time goes to starting Python: most points are after it.
            time.sleep(dice.uniform(0.4, 1.0) * seconds)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            staged = run(empty.rows("MATCH (n:Staged) RETURN count(n)"))[0][0]
            said = finish(loader(address, folder, tmp_path))
        where = f"point {point} of TESTS_SEED={FRESH}, {staged} nodes staged: {said}"
        assert "Data version" in said or "nothing was written" in said, where
        assert len(readers.seen) <= 2, (where, readers.seen)
        assert run(graph_digest(empty)) == digest, where
        assert run(empty.rows("MATCH (n:Staged|LoadLease) RETURN count(n)")) == [[0]], where


def test_the_connection_is_cut(
    empty: Database,
    address: Neo4jAddress,
    run: Runner,
    folder: Path,
    undisturbed: tuple[str, float],
    tmp_path: Path,
) -> None:
    """A connection that breaks for a moment costs nothing; the load goes on by itself."""
    digest, seconds = undisturbed
    dice = random.Random(FRESH)
    for _ in range(3):
        run(empty.run("MATCH (n) DETACH DELETE n"))
        with proxy_to(address.uri) as proxy:
            through = replace(address, uri=f"bolt://127.0.0.1:{proxy.port}")
            process = loader(through, folder, tmp_path)
            time.sleep(dice.uniform(0.5, 0.9) * seconds)
            proxy.cut()
            said = finish(process)
        if "Data version" not in said:
            said = finish(loader(address, folder, tmp_path))
        assert run(graph_digest(empty)) == digest, said


@pytest.fixture
def own(tmp_path: Path, cache: Path) -> Iterator[EmbeddedDatabase]:
    """A Neo4j that may be killed."""
    server = EmbeddedDatabase(tmp_path / "neo4j", cache)
    yield server
    server.stop()


def test_the_database_is_killed(
    own: EmbeddedDatabase,
    run: Runner,
    folder: Path,
    undisturbed: tuple[str, float],
    tmp_path: Path,
) -> None:
    """`kill -9` of Neo4j at random moments; once it is there again, a load is finished.

    By itself if Neo4j is back before the load gives up, else by a second run.
    """
    digest, seconds = undisturbed
    dice = random.Random(FRESH)
    for point in range(3):
        address = own.start(owned=True, ready=ready)
        process = loader(address, folder, tmp_path)
        time.sleep(dice.uniform(0.6, 1.0) * seconds)
        running = own.status()
        assert running
        os.kill(running.pid, signal.SIGKILL)
        said = finish(process) if point == 0 else ""
        own.stop()
        again = own.start(owned=True, ready=ready)
        assert again == address, "it has the port that it had"
        said = said or finish(process)
        if "Data version" not in said:
            assert "Traceback" not in said, said
            said = finish(loader(address, folder, tmp_path))
        database = Database(address)
        assert run(graph_digest(database)) == digest, (point, FRESH, said)
        run(database.run("MATCH (n) DETACH DELETE n"))
        run(database.close())


def test_the_database_says_nothing(
    own: EmbeddedDatabase, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Neo4j that is stopped keeps its connections and answers nothing; a load ends all the same."""
    monkeypatch.setattr(silence, "SILENCE_S", 1.5)
    address = own.start(owned=True, ready=ready)
    running = own.status()
    assert running

    class Stopping(CutOff):
        def stage(self, name: str, total: int | None) -> None:
            if name == "show":
                freeze(running.pid)

    records = read_and_check(ROOT / "seed", MODEL)

    async def load_seed(progress: CutOff | None) -> None:
        database = Database(address)
        try:
            await silence.unless_silent(database, load(database, MODEL, records, progress))
        finally:
            await database.close()

    with pytest.raises(DatabaseUnavailable, match="Neo4j has said nothing for"):
        run(asyncio.wait_for(load_seed(Stopping()), 120))
    os.kill(running.pid, signal.SIGCONT)
    monkeypatch.setattr(silence, "SILENCE_S", 60.0)  # a slow machine may be silent for a second
    database = Database(address)
    # It is our own process that holds the lease; of another, gone by now, it would not be waited for.
    run(database.run("MATCH (l:LoadLease) DELETE l"))
    run(load_seed(None))
    assert run(database.rows("MATCH (n:Staged) RETURN count(n)")) == [[0]]
    assert run(database.rows("MATCH (n:Role) RETURN count(n) > 0")) == [[True]]
    run(database.close())


def test_the_disk_of_the_database_is_full(
    own: EmbeddedDatabase,
    run: Runner,
    folder: Path,
    undisturbed: tuple[str, float],
    tmp_path: Path,
) -> None:
    """Neo4j cannot let its files grow: the load fails with a sentence, and a later one finishes."""
    digest, _ = undisturbed
    address = own.start(owned=True, ready=ready)
    database = Database(address)
    running = own.status()
    assert running
    jvm = psutil.Process(running.pid)
    largest = max(file.stat().st_size for file in (own.home / "data").rglob("*") if file.is_file())
    jvm.rlimit(psutil.RLIMIT_FSIZE, (largest + 50_000, resource.RLIM_INFINITY))
    said = finish(loader(address, folder, tmp_path))
    assert "Data version" not in said, said
    assert "Traceback" not in said, said
    run(database.close())
    own.stop()
    address = own.start(owned=True, ready=ready)
    database = Database(address)
    assert run(database.rows("MATCH (n:Role) RETURN count(n)")) == [[0]]
    said = finish(loader(address, folder, tmp_path))
    assert run(graph_digest(database)) == digest, said
    run(database.close())


def test_the_disk_of_the_loader_is_full(
    empty: Database, address: Neo4jAddress, run: Runner, tmp_path: Path
) -> None:
    """Its tables stay in memory while they are small: it takes some thousand rows."""
    folder = made_up_table(tmp_path, 8_000)
    said = finish(loader(address, folder, tmp_path, limit=200_000))
    assert "There is no room for the loader's tables" in said, said
    assert run(empty.rows("MATCH (n:Entity|Staged) RETURN count(n)")) == [[0]]
