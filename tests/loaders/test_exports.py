"""An export beside a load: of one release, or nothing of it is written."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from graph.database.session import Database
from graph.errors import LoadError
from graph.schema import MODEL
from loaders.export import export_csv, export_jsonl
from tests.conftest import Runner

EXPORTS: dict[str, Callable[[Database, Path], Any]] = {
    "jsonl": export_jsonl,
    "csv": lambda database, folder: export_csv(database, MODEL, folder),
}


@pytest.fixture(params=EXPORTS)
def export(request: pytest.FixtureRequest) -> Callable[[Database, Path], Any]:
    return EXPORTS[request.param]


def test_an_export_is_whole(
    seeded: Database, run: Runner, tmp_path: Path, export: Callable[[Database, Path], Any]
) -> None:
    run(export(seeded, tmp_path))
    files = list(tmp_path.iterdir())
    assert files and all(file.is_file() and file.stat().st_size for file in files)


def test_a_load_meanwhile_leaves_what_was_there(
    seeded: Database,
    run: Runner,
    tmp_path: Path,
    export: Callable[[Database, Path], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {"graph.jsonl": "made up", "Role.csv": "made up too"}
    for name, text in before.items():
        (tmp_path / name).write_text(text)
    releases: Iterator[int] = count()

    async def another(_database: Database) -> str:
        return f"made up {next(releases)}"

    monkeypatch.setattr(Database, "release", another)
    with pytest.raises(LoadError, match="A load changed the graph while it was read"):
        run(export(seeded, tmp_path))
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == before
