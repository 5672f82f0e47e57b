"""Files, terminals and folders as machines have them: names in no UTF-8, no room for letters."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.loaders.samples import SAMPLES
from tests.loaders.test_commands import MAPPING


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A made-up spreadsheet whose name is in Latin-1, and its mapping file."""
    folder = SAMPLES["made-up-trust"].write(tmp_path / "table")
    (folder / "roles.yaml").write_text(MAPPING)
    (folder / "roles.csv").rename(folder / os.fsdecode(b"r\xf4les.csv"))
    return folder


def rolegraph(home: Path, *arguments: object) -> "subprocess.CompletedProcess[bytes]":
    """Run a command where the terminal knows ASCII alone."""
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    return subprocess.run(
        [sys.executable, "-m", "cli", *(os.fsencode(str(part)) for part in arguments)],
        cwd=ROOT,
        env={**os.environ, "ROLEGRAPH_HOME": str(home), **ascii_alone},
        capture_output=True,
        check=False,
    )


def latin(table: Path) -> Path:
    return next(file for file in table.iterdir() if file.suffix == ".csv")


def test_file_with_a_name_in_latin_1(table: Path, tmp_path: Path) -> None:
    done = rolegraph(tmp_path, "check", table / "roles.yaml", latin(table))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"OK: 6 records.\n", b"")


def test_mapping_file_with_a_name_in_latin_1(table: Path, tmp_path: Path) -> None:
    mapping = (table / "roles.yaml").rename(table / os.fsdecode(b"r\xf4les.yaml"))
    done = rolegraph(tmp_path, "check", mapping, latin(table))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"OK: 6 records.\n", b"")


def test_its_problems_name_it(table: Path, tmp_path: Path) -> None:
    with latin(table).open("a") as stream:
        stream.write("B1;Made-up;;;=1;active;\n")
    rejected = tmp_path / "rejected.csv"
    done = rolegraph(tmp_path, "check", table / "roles.yaml", latin(table), "--rejected", rejected)
    assert done.returncode == 2
    assert rb"r\xf4les.csv:4: record 4, Level: Level is '=1'" in done.stderr
    with rejected.open(encoding="utf-8", newline="") as stream:
        assert [row["file"] for row in csv.DictReader(stream)] == [r"r\xf4les.csv"]


def test_sources_on_a_terminal_that_knows_ascii_alone(tmp_path: Path) -> None:
    done = rolegraph(tmp_path, "load", "--list")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii() and rb"\xac" in done.stdout


@pytest.mark.parametrize("place", ["folder", "folder/file/rejected.csv"])
def test_rejected_that_cannot_be_written_is_told_before_anything_is_read(
    table: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("made up")
    done = rolegraph(
        tmp_path, "load", table / "roles.yaml", latin(table), "--rejected", tmp_path / place
    )
    assert done.returncode == 1
    *_, said = done.stderr.splitlines()  # before it, services of this machine with other graphs
    assert said.startswith(b"The problems cannot be written to ")
    assert said.endswith(b"Name another file with `--rejected FILE`.")
    assert b"les.csv" in (tmp_path / "audit.jsonl").read_bytes()
    assert not (tmp_path / "neo4j").exists(), "no database was begun"
