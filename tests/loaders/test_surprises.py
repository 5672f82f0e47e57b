"""Nothing is retired by surprise, and a source's name is its own."""

from pathlib import Path

import pytest

from cli import loading
from graph.database.session import Database
from tests.conftest import Runner
from tests.loaders.made_up import write_mapping, write_seed

NODES = "MATCH (n:Role) RETURN count(n)"


def rows(count: int) -> dict[str, str]:
    return {f"A{at}": f"Made-up role {at}" for at in range(count)}


def test_a_load_that_retires_much_is_asked_about(
    command, empty: Database, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("load", write_mapping(tmp_path, "made-up", rows(200)))[0] == 0
    # Twenty, or a tenth, go without a word.
    assert command("load", write_mapping(tmp_path, "made-up", rows(180)))[0] == 0
    file = write_mapping(tmp_path, "made-up", rows(150))
    for more in ((), ("--retire", "29"), ("--retire", "16%")):
        status, _, error = command("load", file, *more)
        assert status == 2
        assert "made-up would retire 30 of its 181 nodes." in error
        assert "`--retire 30`" in error
    status, said, _ = command("load", file, "--dry-run")
    assert (status, "A load stops here: made-up would retire 30" in said) == (2, True)
    assert run(empty.rows(NODES)) == [[180]]

    async def yes(question: str) -> bool:
        return "would retire 30 of its 181 nodes" in question

    with monkeypatch.context() as patch:
        patch.setattr(loading, "confirm", yes)
        assert command("load", file)[0] == 0
    assert run(empty.rows(NODES)) == [[150]]
    assert command("load", write_mapping(tmp_path, "made-up", rows(100)), "--retire", "50")[0] == 0
    assert command("load", write_mapping(tmp_path, "made-up", rows(20)), "--retire", "85%")[0] == 0
    # Codes alone can be lost too.
    full = write_mapping(tmp_path, "made-up", rows(100))
    assert command("load", full)[0] == 0
    full.write_text(full.read_text().partition("    identifiers:")[0])
    status, _, error = command("load", full)
    assert (status, "would retire 100 of its 100 codes" in error) == (2, True), error
    assert command("verify")[0] == 0


@pytest.mark.parametrize("text", ["", "\n", "Code,Title\n", "Code,Title\n,\n,\n", "\ufeff"])
def test_a_table_without_rows_is_refused_always(
    command, empty: Database, run: Runner, tmp_path: Path, text: str
) -> None:
    file = write_mapping(tmp_path, "made-up", rows(3))
    assert command("load", file)[0] == 0
    (tmp_path / "made-up.csv").write_text(text, encoding="utf-8")
    for more in ((), ("--retire", "100%", "--tolerate", "100%")):
        status, _, error = command("load", file, *more)
        assert status == 2
        assert "made-up.csv is empty." in error or "made-up.csv has a header and no rows." in error
    assert run(empty.rows(NODES)) == [[3]]


def test_a_seed_without_entries_is_refused_always(
    command, empty: Database, run: Runner, tmp_path: Path
) -> None:
    assert command("load", "seed", write_seed(tmp_path / "seed", {"made-up": "A1"}))[0] == 0
    (tmp_path / "nothing").mkdir()
    status, _, error = command("load", "seed", tmp_path / "nothing", "--retire", "100%")
    assert (status, "No file of the folder has an entry." in error) == (2, True)
    assert run(empty.rows(NODES)) == [[1]]


@pytest.mark.parametrize("name", ["seed", "esco", "nhs-job-roles"])
def test_a_mapping_file_cannot_take_the_name_of_another_source(
    command, tmp_path: Path, name: str
) -> None:
    status, _, error = command("check", write_mapping(tmp_path, name, rows(1)))
    assert status == 2
    assert f"{name}.yaml:1:9: '{name}' is the name of a source that Rolegraph has." in error


def test_a_name_belongs_to_the_mapping_file_that_took_it_first(
    command, empty: Database, run: Runner, tmp_path: Path
) -> None:
    first = write_mapping(tmp_path / "one", "made-up", rows(5), title="First")
    assert command("load", first)[0] == 0
    other = write_mapping(tmp_path / "two", "made-up", {"B1": "Other"}, title="Other")
    for more in ((), ("--dry-run",), ("--retire", "100%")):
        status, _, error = command("load", other, *more)
        assert status == 1
        assert "'made-up' is the name of another source in this graph, 'First'" in error
    assert run(empty.rows(NODES)) == [[5]]
    # Edited where it lies, or moved as it is, it is the same one.
    first.write_text(first.read_text().replace("title: First", "title: First, mended"))
    assert command("load", first)[0] == 0
    moved = write_mapping(tmp_path / "moved", "made-up", rows(6), title="First, mended")
    assert command("load", moved)[0] == 0
    assert command("load", other, "--take-over")[0] == 0
    assert run(empty.rows(NODES)) == [[1]]
