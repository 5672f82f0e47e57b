"""What `--tolerate` leaves out: whole records, as many as the report says."""

import csv
from pathlib import Path

import pytest

from graph.database.session import Database
from graph.schema import MODEL
from loaders.dataset import open_source
from loaders.digest import graph_digest
from loaders.load import Rules, load
from loaders.problems import Tolerance
from tests.conftest import Runner, clear
from tests.loaders.made_up import write_mapping, write_seed
from tests.loaders.samples import SAMPLES
from tests.loaders.test_conformance import NAMES, Case


@pytest.mark.parametrize("name", [name for name in NAMES if SAMPLES[name].bad])
def test_a_row_with_a_bad_cell_is_left_out_whole(
    name: str, empty: Database, run: Runner, tmp_path: Path
) -> None:
    """The graph is the one of the same files without that row."""
    case = Case(name, tmp_path)
    edit = case.sample.bad
    assert edit
    rules = Rules(Tolerance(10))
    folder = case.files(edit)
    report = case.load(empty, run, edit, rules=rules)
    digest = run(graph_digest(empty))
    file = folder / edit.file
    encoding = case.sample.encodings.get(edit.file, "utf-8")
    lines = file.read_bytes().decode(encoding).splitlines(keepends=True)
    bad = {problem.place.line for problem in report.problems if not problem.is_reference}
    kept = [line for at, line in enumerate(lines, 1) if at not in bad]
    file.write_bytes("".join(kept).encode(encoding))
    run(clear(empty))
    given = open_source(case.source, case.source.find([folder]))
    run(load(empty, MODEL, given, rules=rules))
    assert run(graph_digest(empty)) == digest
    assert report.left_out >= 1


def test_the_count_is_of_records_and_the_table_has_each(
    command, empty: Database, run: Runner, tmp_path: Path
) -> None:
    """Two bad cells in one row are one record; a reference alone is one too."""
    folder = SAMPLES["made-up-trust"].write(tmp_path / "table")
    mapping = write_mapping(folder, "made-up", {"X": "x"})
    text = mapping.read_text()
    mapping.write_text(
        text.replace("made-up.csv", "rows.csv").replace(
            "properties: {name: Title}",
            "properties: {name: Title, qualificationLevel: Level, status: State}\n"
            "    relationships: {broader: {column: Under, to: 'made-up-{}'}}",
        )
    )
    (folder / "rows.csv").write_text(
        "Code,Title,Level,State,Under\n"
        "A1,Made-up one,5,CURRENT,\n"
        "A2,Made-up two,five,open,\n"
        "A3,Made-up three,5,CURRENT,A9\n"
        "A4,Made-up four,5,CURRENT,A2\n"
    )
    rejected = tmp_path / "rejected.csv"
    status, _, error = command("load", mapping, "--tolerate", "2", "--rejected", rejected)
    assert status == 2
    assert "4 problems found; nothing was written. 3 records or references would be" in error
    assert "load the rest with `--tolerate 3`" in error
    status, said, _ = command("load", mapping, "--tolerate", "3", "--rejected", rejected)
    assert (status, "left out: 3 records or references, with 4 problems" in said) == (0, True), said
    assert run(empty.rows("MATCH (n:Role) RETURN n.slug ORDER BY n.slug")) == [
        ["made-up-a1"], ["made-up-a3"], ["made-up-a4"],
    ]  # fmt: skip
    with rejected.open(encoding="utf-8", newline="") as stream:
        assert [row["record"] for row in csv.DictReader(stream)] == ["3", "3", "4", "5"]
    # Loaded again with less tolerance it is no success, though nothing has changed.
    status, _, error = command("load", mapping, "--tolerate", "2")
    assert (status, "3 records or references would be left out" in error) == (2, True)
    status, said, _ = command("load", mapping, "--tolerate", "3")
    assert (status, "these files were loaded last" in said) == (0, True)


def test_an_entry_of_the_seed_is_left_out_whole(
    command, empty: Database, run: Runner, tmp_path: Path
) -> None:
    seed = write_seed(tmp_path / "seed", {"one": "A1", "two": "A2", "three": "A3"})
    text = (seed / "roles.yaml").read_text()
    assert text.count("    name: Made-up Name of the Seed two\n") == 1
    wrong = text.replace("    name: Made-up Name of the Seed two\n", "    name: 2\n    bnd: x\n")
    wrong = wrong.replace("  - slug: three\n", "  - slug: three\n    broader: [two]\n")
    (seed / "roles.yaml").write_text(wrong)
    status, _, error = command("load", "seed", seed)
    assert status == 2
    assert "2 records or references would be left out, and 0 may be." in error
    assert "is left out" not in error, "what follows from a problem is none of its own"
    status, _, error = command("load", "seed", seed, "--tolerate", "2")
    assert status == 0, error
    assert "The Role 'two' is left out: it has a problem." in error
    assert run(empty.rows("MATCH (n:Role) RETURN n.slug ORDER BY n.slug")) == [["one"], ["three"]]
    assert run(empty.rows("MATCH (i:Identifier) RETURN i.value ORDER BY i.value")) == [
        ["A1"], ["A3"],
    ]  # fmt: skip
