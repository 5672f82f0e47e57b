"""A backup while a service reads; what is put back is the same graph with the same history."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.settings import Neo4jAddress
from loaders import backup
from loaders.digest import graph_digest
from tests.conftest import ROOT, Runner, clear, reach, serving
from tests.loaders.samples import MAPPING, SAMPLES

MADE_UP = SAMPLES["made-up-trust"]


@pytest.fixture
def loaded(command, empty: Database, tmp_path: Path) -> Database:
    """Two versions of a made-up table: something is changed, something is retired."""
    folder = MADE_UP.write(tmp_path / "table")
    (folder / "roles.yaml").write_text(MAPPING)
    assert command("load", folder / "roles.yaml")[0] == 0
    text = MADE_UP.files["roles.csv"].replace("Helps;", "Helps more;")
    (folder / "roles.csv").write_text(text.replace(MADE_UP.drop.old, ""))
    assert command("load", folder / "roles.yaml", "--retire", "100%")[0] == 0
    return empty


@pytest.fixture
def new_home(tmp_path: Path, cache: Path) -> Iterator[tuple[Path, Neo4jAddress]]:
    """A data folder with an embedded Neo4j that has never held anything."""
    home = tmp_path / "new"
    server = EmbeddedDatabase(home / "neo4j", cache)
    yield home, server.start(owned=True, ready=ready)
    server.stop()


async def everything(database: Database) -> dict[str, Any]:
    """What there is of each label, without what a database numbers for itself."""
    rows = await database.rows(
        "MATCH (n) WHERE NOT n:LoadLease AND NOT n:Announced"
        " RETURN labels(n), properties(n), COLLECT { MATCH (n)-[r]->(m)"
        " RETURN [type(r), properties(r), m.id, m.value] }"
    )
    found: dict[str, list[str]] = {}
    for labels, said, links in rows:
        leads = sorted(json.dumps(link, sort_keys=True, default=str) for link in links)
        found.setdefault(":".join(sorted(labels)), []).append(
            json.dumps([said, leads], sort_keys=True, default=str)
        )
    return {label: sorted(each) for label, each in found.items() if label != "Release"}


def test_what_is_put_back_is_the_same_graph_with_its_history(
    command,
    loaded: Database,
    run: Runner,
    address: Neo4jAddress,
    tmp_path: Path,
    new_home: tuple[Path, Neo4jAddress],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(tmp_path, {**reach(address), "ROLEGRAPH_KEPT_MB": "0"}) as service:
        ended, answers = threading.Event(), []

        def read() -> None:
            while not ended.is_set() or not answers:
                answers.append(service.post("{ roles { nodes { name } } }").json())

        reader = threading.Thread(target=read)
        reader.start()
        file = tmp_path / "made-up.jsonl.gz"
        status, said, error = command("backup", file)
        ended.set()
        reader.join()
    assert status == 0, error
    name = "Made-up Helper"
    assert all(each["data"]["roles"]["nodes"] == [{"name": name}] for each in answers), answers
    digest = run(graph_digest(loaded))
    assert f"Its digest is {digest}." in said
    assert not list(tmp_path.glob("*.part"))
    before, loads = run(everything(loaded)), command("loads")[1]

    home, new = new_home
    monkeypatch.delenv("NEO4J_URI")
    monkeypatch.setenv("ROLEGRAPH_HOME", str(home))
    status, said, error = command("restore", file)
    assert status == 0, error
    assert f"Its digest is that of the backup, {digest}." in said
    assert command("verify")[1].endswith("The graph holds what was loaded.\n")
    assert command("loads")[1].splitlines()[1:] == loads.splitlines()[1:]
    restored = Database(new)
    assert run(everything(restored)) == before
    run(restored.close())
    status, _, error = command("restore", file)
    assert (status, "The database is not empty." in error) == (1, True)
    # The next load goes on from there.
    status, said, _ = command("load", tmp_path / "table" / "roles.yaml")
    assert (status, "these files were loaded last" in said) == (0, True), said


def test_a_backup_that_is_killed_leaves_what_was_there(loaded: Database, tmp_path: Path) -> None:
    file = tmp_path / "made-up.jsonl.gz"
    file.write_bytes(b"the backup of yesterday, made up")
    code = f"""
import os, signal, cli
from graph.database.session import Database
stream = Database.stream
async def cut_off(self, statement, parameters=None):
    async for row in stream(self, statement, parameters):
        yield row
    if "properties(r)" in statement:
        os.kill(os.getpid(), signal.SIGKILL)
Database.stream = cut_off
cli.main(["backup", {str(file)!r}])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr
    assert file.read_bytes() == b"the backup of yesterday, made up"


def test_a_backup_that_fails_leaves_nothing(
    command, loaded: Database, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Because a load shows another version meanwhile, or because nothing is loaded."""
    file = tmp_path / "made-up.jsonl.gz"
    lines = backup.lines

    async def disturbed(database: Database, **more: Any) -> Any:
        async for line in lines(database, **more):
            yield line

        async def steps(transaction: Any) -> None:
            await transaction.run("MATCH (v:DataVersion) SET v.version = 'made-up'")

        await database.write(steps, release=True)

    monkeypatch.setattr(backup, "lines", disturbed)
    status, _, error = command("backup", file)
    assert (status, "A load changed the graph while it was read." in error) == (1, True), error
    monkeypatch.undo()
    monkeypatch.setenv("NEO4J_URI", loaded.address.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", loaded.address.password)
    run(clear(loaded))
    status, _, error = command("backup", file)
    assert (status, "Nothing is loaded" in error) == (1, True), error
    status, _, error = command("backup", tmp_path / "nowhere" / "made-up.gz")
    assert (status, "cannot be written: No such file" in error) == (1, True), error
    assert not [each for each in tmp_path.iterdir() if each.name.startswith("made-up")]


def cut_off(content: bytes) -> bytes:
    return content[:-30]


def changed(content: bytes) -> bytes:
    """One letter of a name is another."""
    return gzip.compress(gzip.decompress(content).replace(b"Made-up Helper", b"Made-up Helpes"))


def shortened(content: bytes) -> bytes:
    """A line in the middle is gone."""
    lines = gzip.decompress(content).splitlines(keepends=True)
    return gzip.compress(b"".join(lines[:2] + lines[3:]))


def no_backup(_content: bytes) -> bytes:
    return gzip.compress(b'{"rolegraph": 3}\n')


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (cut_off, "is no whole backup of Rolegraph"),
        (no_backup, "is no whole backup of Rolegraph"),
        (shortened, "lines, and says that it had"),
        (changed, "The graph is not what made-up.jsonl.gz holds"),
    ],
)
def test_a_spoiled_backup_is_told(
    command,
    loaded: Database,
    run: Runner,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
    words: str,
) -> None:
    file = tmp_path / "made-up.jsonl.gz"
    assert command("backup", file)[0] == 0
    run(clear(loaded))
    file.write_bytes(spoil(file.read_bytes()))
    status, _, error = command("restore", file)
    assert status != 0
    assert words in error
    if spoil is not changed:
        assert run(loaded.rows("MATCH (n:Entity) RETURN count(n)")) == [[0]]
