"""What every source keeps to: a new one passes this before it is listed."""

import asyncio
import gzip
from pathlib import Path

import pytest

from graph.database.session import Database
from graph.errors import LoadError
from graph.schema import MODEL
from loaders.dataset import open_source
from loaders.digest import graph_digest
from loaders.held import IS_SHOWN
from loaders.load import Rules, check_alone, load
from loaders.problems import Problem, SourceRejected, Tolerance, UnreadableFile
from loaders.report import Report
from loaders.source import Source
from loaders.sources import ORDER, REGISTERS
from loaders.sources.mapping import read_mapping
from loaders.verify import verify
from tests.conftest import Runner
from tests.loaders.samples import MAPPING, SAMPLES, Edit, Sample
from tests.loaders.test_load import Stopping

NAMES = [source.name for source in REGISTERS] + ["made-up-trust"]


def source_of(name: str, folder: Path) -> Source:
    if name in ORDER:
        return next(source for source in REGISTERS if source.name == name)
    file = folder / "mapping.yaml"
    file.write_text(MAPPING)
    return read_mapping(file, MODEL)


class Case:
    """One source with its sample files in a folder of their own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.sample: Sample = SAMPLES[name]
        self.folder = folder
        self.source = source_of(name, folder)

    def files(self, *edits: Edit) -> Path:
        return self.sample.write(self.folder / "files", *edits)

    def check(self, *edits: Edit) -> list[Problem]:
        given = open_source(self.source, self.source.find([self.files(*edits)]))
        return asyncio.run(check_alone(given, MODEL))[1]

    def load(self, database: Database, run: Runner, *edits: Edit, **more: object) -> Report:
        found = self.source.find([self.files(*edits)])
        given = open_source(self.source, found)
        return run(load(database, MODEL, given, **more))  # type: ignore[arg-type]


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(request.param, tmp_path)


def test_every_source_has_a_sample() -> None:
    assert set(SAMPLES) == set(NAMES)


def test_its_life(case: Case, empty: Database, run: Runner) -> None:
    """Planned, loaded, loaded again, changed, changed back: always what was planned."""
    planned = case.load(empty, run, dry=True)
    assert run(empty.rows("MATCH (n) RETURN count(n)")) == [[0]]
    first = case.load(empty, run)
    assert first.problems == ()
    assert first.difference.by_type == planned.difference.by_type
    digest = run(graph_digest(empty))

    again = case.load(empty, run)
    assert (again.difference.is_empty, again.version) == (True, None)
    skipped = case.load(empty, run, full=False)
    assert skipped.skipped
    assert run(graph_digest(empty)) == digest

    planned = case.load(empty, run, case.sample.drop, dry=True)
    dropped = case.load(empty, run, case.sample.drop)
    assert dropped.difference.by_type == planned.difference.by_type
    total = dropped.difference.nodes + dropped.difference.relationships
    assert total.retired > 0, dropped.lines()

    case.load(empty, run)
    assert run(graph_digest(empty)) == digest

    async def deviations() -> list[str]:
        return [str(found) async for found in verify(empty, MODEL)]

    assert run(deviations()) == []


def test_a_load_cut_off_is_finished_by_the_next(case: Case, empty: Database, run: Runner) -> None:
    case.load(empty, run)
    digest = run(graph_digest(empty))
    run(empty.run("MATCH (n) DETACH DELETE n"))
    with pytest.raises(RuntimeError):
        case.load(empty, run, progress=Stopping(0))
    assert run(empty.rows("MATCH (n:Entity|Load) RETURN count(n)")) == [[0]]
    assert run(empty.rows(f"MATCH (i:Identifier) WHERE {IS_SHOWN} RETURN count(i)")) == [[0]]
    case.load(empty, run)
    assert run(graph_digest(empty)) == digest
    assert run(empty.rows("MATCH (n:Staged) RETURN count(n)")) == [[0]]


@pytest.mark.parametrize("case", [name for name in NAMES if SAMPLES[name].rename], indirect=True)
def test_a_renamed_column_stops_it(case: Case) -> None:
    edit = case.sample.rename
    assert edit
    with pytest.raises(UnreadableFile) as found:
        case.check(edit)
    assert edit.file in str(found.value)
    assert " ".join(edit.old.split()) in str(found.value)


def test_another_encoding_stops_it(case: Case) -> None:
    folder = case.files()
    for name in case.sample.files:
        whole = (folder / name).read_bytes()
        encoding = case.sample.encodings.get(name, "utf-8")
        broken = {"utf-8": b"\xff", "cp1252": b"\x81", "utf-16-le": b"\x00\xd8\x00"}[encoding]
        (folder / name).write_bytes(whole[:-2] + broken + whole[-2:])
        found = case.source.find([folder])
        with pytest.raises(LoadError) as error:
            asyncio.run(check_alone(open_source(case.source, found), MODEL))
        assert name in str(error.value)
        (folder / name).write_bytes(whole)


def test_half_a_download_stops_it(case: Case) -> None:
    folder = case.files()
    for name in case.sample.files:
        whole = (folder / name).read_bytes()
        (folder / name).unlink()
        packed = gzip.compress(whole)
        (folder / f"{name}.gz").write_bytes(packed[: len(packed) // 2])
        found = case.source.find([folder])
        with pytest.raises(UnreadableFile, match="half a download"):
            asyncio.run(check_alone(open_source(case.source, found), MODEL))
        (folder / f"{name}.gz").unlink()
        (folder / name).write_bytes(whole)


BAD = [
    (name, what)
    for name in NAMES
    for what in ("dangling", "doubled", "bad")
    if getattr(SAMPLES[name], what)
]


@pytest.mark.parametrize(("case", "what"), BAD, indirect=["case"])
def test_a_bad_row_is_named_and_nothing_is_written(
    case: Case, what: str, empty: Database, run: Runner
) -> None:
    edit: Edit = getattr(case.sample, what)
    with pytest.raises(SourceRejected) as found:
        case.load(empty, run, edit)
    assert run(empty.rows("MATCH (n:Entity|Staged) RETURN count(n)")) == [[0]]
    for problem in found.value.problems:
        assert problem.place.file == edit.file or what == "dangling"
        assert problem.place.line > 0
        assert problem.place.record > 0
        assert problem.remedy
    report = case.load(empty, run, edit, rules=Rules(Tolerance(count=10)))
    assert set(report.problems) == set(found.value.problems)
    # What names a record that is left out waits for it too.
    dangling = run(empty.rows("MATCH (d:DanglingReference) RETURN count(d)"))[0][0]
    assert dangling == sum(problem.is_reference for problem in report.problems)
    assert dangling or what != "dangling"
    # Mended, it is as if it had never been.
    case.load(empty, run)
    digest = run(graph_digest(empty))
    run(empty.run("MATCH (n) DETACH DELETE n"))
    case.load(empty, run)
    assert run(graph_digest(empty)) == digest
