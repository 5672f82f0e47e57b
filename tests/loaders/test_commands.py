"""The commands as a data person uses them: what they print, what they write, how they end."""

import asyncio
import csv
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

import loaders.report
from graph.database.session import Database, Parameters, Transaction
from graph.schema import MODEL
from loaders.digest import graph_digest
from loaders.lease import AlreadyLoading, Lease, LeaseLost
from loaders.load import load, read_and_check
from loaders.records import Records
from loaders.sources import REGISTERS
from tests.conftest import ROOT, Runner, clear
from tests.loaders.samples import MAPPING, SAMPLES, CutOff


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The made-up spreadsheet of docs/loaders.md and its mapping file."""
    folder = SAMPLES["made-up-trust"].write(tmp_path / "table")
    (folder / "roles.yaml").write_text(MAPPING)
    return folder


def test_the_walk_through_of_the_docs(command, table: Path, empty: Database) -> None:
    status, said, _ = command("check", table / "roles.yaml")
    assert (status, said) == (0, "OK: 6 records.\n")
    status, said, _ = command("load", table / "roles.yaml", "--dry-run")
    assert status == 0
    assert "added: Role:made-up-trust-a1, Role:made-up-trust-a2" in said
    assert "nothing was written" in said
    status, said, _ = command("load", table / "roles.yaml")
    assert (status, "nodes: 3 added, 0 changed" in said) == (0, True), said
    status, said, _ = command("load", table / "roles.yaml")
    assert "these files were loaded last" in said
    status, said, _ = command("loads")
    assert status == 0
    assert re.search(r"made-up-trust +6 +6 +0 +0 +0 +0", said), said
    status, said, _ = command("verify")
    assert (status, said) == (
        0,
        f"Using the Neo4j at {_uri(empty)}\nThe graph holds what was loaded.\n",
    )


def _uri(database: Database) -> str:
    return database.address.uri


def test_the_docs_show_the_files_of_this_test() -> None:
    text = (ROOT / "docs/loaders.md").read_text("utf-8")
    for line in SAMPLES["made-up-trust"].files["roles.csv"].splitlines():
        assert f"    {line}\n" in text
    plain = re.sub(r" +#[^\n]*", "", text)
    for line in MAPPING.splitlines()[1:]:
        assert f"{line}\n" in plain, line


def test_a_workbook_is_read_as_its_csv(command, table: Path, tmp_path: Path) -> None:
    """The same table as .xlsx, written by hand: a workbook is XML in a ZIP."""
    rows = [line.split(";") for line in (table / "roles.csv").read_text().splitlines()]
    file = tmp_path / "roles.xlsx"
    write_workbook(file, rows)
    status, said, error = command("check", table / "roles.yaml", file)
    assert (status, said) == (0, "OK: 6 records.\n"), error


def write_workbook(file: Path, rows: list[list[str]]) -> None:
    import zipfile

    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Roles" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)


BAD_MAPPINGS = {
    ("type: Role", "type: Rol"): "mapping.yaml:9:11: There is no node type 'Rol'. Known: Role,",
    ("name: Title", "nam: Title"): "'nam' has no meaning here.",
    ("      name: Title\n", ""): "'name' is missing.",
    ("source: made-up-trust", "source: Made Up"): "'Made Up' is not a name.",
    ("key: Code", "key: [Code]"): "This is a list. Give text.",
    ("column: Under,", "colum: Under,"): "'colum' has no meaning here.",
}


@pytest.mark.parametrize("change", BAD_MAPPINGS, ids=lambda change: change[1].strip() or "gone")
def test_a_wrong_mapping_file(command, tmp_path: Path, change: tuple[str, str]) -> None:
    assert MAPPING.count(change[0]) == 1
    file = tmp_path / "mapping.yaml"
    file.write_text(MAPPING.replace(*change))
    status, _, error = command("check", file)
    assert status == 2
    assert BAD_MAPPINGS[change] in error


def test_problems_in_short_and_in_full(
    command, table: Path, tmp_path: Path, empty: Database, run: Runner
) -> None:
    """The first on the terminal, all in a CSV file in which a spreadsheet runs nothing."""
    rows = "".join(f"B{at};Made-up {at};;;=1+{at};active;\n" for at in range(30))
    (table / "roles.csv").write_text((table / "roles.csv").read_text() + rows)
    rejected = tmp_path / "rejected.csv"
    status, said, error = command("load", table / "roles.yaml", "--rejected", rejected)
    assert status == 2
    assert "roles.csv:4: record 4, Level: Level is '=1+0'. It must be a whole number." in error
    assert "... and 10 more." in error
    assert "30 problems found; nothing was written." in error
    with rejected.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert len(found) == 30
    assert found[0] == {
        "file": "roles.csv", "line": "4", "record": "4", "column": "Level", "value": "'=1+0",
        "reason": "Level is '=1+0'.", "remedy": "It must be a whole number.",
    }  # fmt: skip
    assert run(empty.rows("MATCH (n:Entity|Staged) RETURN count(n)")) == [[0]]
    status, said, _ = command("load", table / "roles.yaml", "--tolerate", "29")
    assert status == 2
    status, said, _ = command("load", table / "roles.yaml", "--tolerate", "95%")
    assert (status, "left out: 30 records or references" in said) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("load", "esko"), "There is no source 'esko'. `rolegraph load --list` shows them"),
        (("load", "esco"), "Name them, or set ROLEGRAPH_DATA"),
        (("load", "esco", "nowhere"), "There is no nowhere."),
        (
            ("load", "soc2020", "README.md"),
            "README.md is not a file of soc2020. It has SOC2020_desc",
        ),
        (("load", "nowhere.yaml"), "There is no nowhere.yaml."),
        (
            ("load", "seed", "--tolerate", "few"),
            "--tolerate is 'few'. Give a number such as 25, or a percentage such as 1%",
        ),
        (("check", "discover-uni", "docs"), "discover-uni cannot be read without INSTITUTION.csv,"),
    ],
)
def test_a_wrong_command(
    command, arguments: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("ROLEGRAPH_DATA", raising=False)
    status, _, error = command(*arguments)
    assert status in (1, 2)
    assert sentence in error
    assert "Traceback" not in error


def test_the_list_names_every_source_with_its_licence_and_credit(command) -> None:
    status, said, _ = command("load", "--list")
    assert status == 0
    for source in REGISTERS:
        for part in (source.name, source.gives, source.licence, source.credit):
            assert part in said
        assert all(shape.pattern in said for shape in source.files)


def test_a_second_loader_is_refused_at_once(
    command, table: Path, empty: Database, run: Runner
) -> None:
    async def both() -> float:
        async with Lease(empty, "first"):
            started = time.monotonic()
            with pytest.raises(AlreadyLoading, match="first is being loaded by process"):
                async with Lease(empty, "second"):
                    pass
            return time.monotonic() - started

    assert run(both()) < 2
    # Whose process is gone from this machine holds nothing.
    run(
        empty.run(
            "CREATE (:LoadLease {name: 'lease', token: 'x', source: 'dead', host: $host, pid: 999999999,"
            " since: datetime(), until: datetime() + duration({seconds: 30}), batch: 0})",
            {"host": __import__("socket").gethostname()},
        )
    )
    assert command("load", table / "roles.yaml")[0] == 0
    # From another machine it is waited for, until it ends by itself.
    run(
        empty.run(
            "CREATE (:LoadLease {name: 'lease', token: 'x', source: 'far', host: 'elsewhere', pid: 1,"
            " since: datetime(), until: datetime() + duration({seconds: 60}), batch: 0})"
        )
    )
    status, _, error = command("load", table / "roles.yaml", "--full")
    assert (status, "far is being loaded by process 1 on elsewhere" in error) == (1, True)
    run(empty.run("MATCH (l:LoadLease) SET l.until = datetime()"))
    assert command("load", table / "roles.yaml", "--full")[0] == 0


def test_saved_questions_are_planned_again_where_a_load_outdates_plans(
    command, table: Path, empty: Database, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Database.read

    async def listen(database: Database, statement: str, parameters: Parameters) -> list[Any]:
        asked.append(statement)
        return await read(database, statement, parameters)

    monkeypatch.setattr(Database, "read", listen)
    assert command("load", table / "roles.yaml")[0] == 0
    assert not asked
    command("export", table)
    run(clear(empty))
    monkeypatch.setattr(loaders.report, "_MANY", 3)
    for what in (table / "roles.yaml", table / "graph.jsonl"):
        assert command("load", what)[0] == 0
        search = 2  # its page, and what its box suggests
        assert len(set(asked)) == len(list((ROOT / "questions").glob("*.graphql"))) + search
        asked.clear()
        run(clear(empty))


def test_a_lease_that_is_lost_stops_the_load(empty: Database, run: Runner) -> None:
    records = read_and_check(ROOT / "seed", MODEL)

    class Thief:
        def stage(self, name: str, total: int | None) -> None:
            if name == "write":
                steal = "MATCH (l:LoadLease) SET l.token = 'other'"
                self.task = asyncio.ensure_future(empty.run(steal))

        def advance(self, count: int) -> None: ...

    thief = Thief()
    with pytest.raises(LeaseLost, match="lost its right to load"):
        run(load(empty, MODEL, records, thief))
    assert thief.task.done()
    assert run(empty.rows("MATCH (n:Entity) RETURN count(n)")) == [[0]]


def test_a_batch_whose_answer_was_lost_is_written_once(empty: Database, run: Runner) -> None:
    """Its first try still runs while it is repeated, then commits."""
    batch = "UNWIND $rows AS row CREATE (:MadeUp)"

    async def twice() -> None:
        async with Lease(empty, "made up") as lease:

            async def first(transaction: Transaction) -> None:
                assert await lease.check(transaction)
                await transaction.run(batch, {"rows": [1]})
                again.append(asyncio.ensure_future(lease.write(batch, {"rows": [1]})))
                await asyncio.sleep(0.5)
                assert not again[0].done()

            again: list[asyncio.Future[None]] = []
            await empty.write(first)
            await again[0]
            assert await empty.rows("MATCH (n:MadeUp) RETURN count(n)") == [[1]]
            await lease.write(batch, {"rows": [1, 2]})
            assert await empty.rows("MATCH (n:MadeUp) RETURN count(n)") == [[3]]
            await empty.run("MATCH (l:LoadLease) SET l.token = 'other'")
            with pytest.raises(LeaseLost, match="lost its right to load"):
                await lease.write(batch, {"rows": [1]})
            assert await empty.rows("MATCH (n:MadeUp) RETURN count(n)") == [[3]]

    run(twice())


def test_a_changed_mapping_is_loaded_though_its_table_is_the_same(
    command, table: Path, empty: Database
) -> None:
    command("load", table / "roles.yaml")
    (table / "roles.yaml").write_text(MAPPING.replace("      qualificationLevel: Level\n", ""))
    status, said, _ = command("load", table / "roles.yaml")
    assert (status, "Role: 0 added, 1 changed, 0 retired" in said) == (0, True), said


def test_an_export_loads_into_an_empty_database_as_the_same_graph(
    command, seeded: Database, run: Runner, tmp_path: Path, content
) -> None:
    digest = run(graph_digest(seeded))
    status, said, _ = command("export", tmp_path / "one")
    assert (status, "lines into" in said) == (0, True)
    command("export", tmp_path / "two")
    text = (tmp_path / "one" / "graph.jsonl").read_bytes()
    assert text == (tmp_path / "two" / "graph.jsonl").read_bytes()
    lines = [json.loads(line) for line in text.splitlines()]
    nodes = [line["node"] for line in lines if "node" in line]
    assert nodes == sorted(nodes) and "Role:assistant-practitioner" in nodes

    status, said, _ = command("export", tmp_path / "csv", "--format", "csv")
    with (tmp_path / "csv" / "Role.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 90

    status, _, error = command("load", tmp_path / "one" / "graph.jsonl")
    assert (status, "The database is not empty." in error) == (1, True)
    content.is_seed = False
    run(clear(seeded))
    (tmp_path / "half.jsonl").write_bytes(text[:-20])
    status, _, error = command("load", tmp_path / "half.jsonl")
    assert (status, "is no JSON" in error) == (2, True)
    # What a larger one would have left by then is taken out by the next import.
    run(seeded.run("CREATE (:Entity:Role {id: 'Role:made-up', slug: 'made-up'})"))
    assert command("load", tmp_path / "one" / "graph.jsonl")[0] == 0
    assert run(graph_digest(seeded)) == digest
    # So is what a load that was cut off has staged.
    run(clear(seeded))
    records = read_and_check(ROOT / "seed", MODEL)
    with pytest.raises(RuntimeError):
        run(load(seeded, MODEL, records, CutOff()))
    (tmp_path / "other.jsonl").write_text("{}\n")
    status, _, error = command("load", tmp_path / "other.jsonl")
    assert (status, "is not an export of Rolegraph" in error) == (2, True)
    assert run(seeded.rows("MATCH (n:Staged) RETURN count(n)")) == [[552]], "kept for the next"
    assert command("load", tmp_path / "one" / "graph.jsonl")[0] == 0
    assert run(graph_digest(seeded)) == digest
    # The next load of the seed finds all of it there.
    report = run(load(seeded, MODEL, records))
    assert report.difference.is_empty
    # An import that was cut off is no reason to take out what has been loaded since.
    run(seeded.run("CREATE (:UnfinishedImport {name: 'import'})"))
    status, _, error = command("load", tmp_path / "one" / "graph.jsonl")
    assert (status, "The database is not empty." in error) == (1, True)
    assert run(graph_digest(seeded)) == digest


def test_a_graph_of_another_format_is_neither_loaded_nor_served(
    command, seeded: Database, run: Runner, tmp_path: Path, content, monkeypatch
) -> None:
    content.is_seed = False
    monkeypatch.setenv("PORT", "0")
    run(seeded.run("MATCH (v:DataVersion) REMOVE v.format"))
    for arguments in (("load", "seed"), ("load", "seed", "--dry-run"), ("serve",)):
        status, _, error = command(*arguments)
        assert status == 1
        assert "The graph is stored in format 1, and this version" in error
        assert "Load all sources again into an empty database." in error
    old = tmp_path / "old.jsonl"
    old.write_text('{"rolegraph": 1}\n')
    run(clear(seeded))
    status, _, error = command("load", old)
    assert (status, "old.jsonl is in format 1, and this version" in error) == (2, True)


def test_verify_sees_what_was_changed_by_hand(
    command, empty: Database, run: Runner, table: Path
) -> None:
    for change, sentence in (
        ("MATCH (n:Role {slug: 'made-up-trust-a1'}) SET n.qualificationLevel = 9", "it does not say what made-up-trust said"),
        ("MATCH (n:Role {slug: 'made-up-trust-a1'}) SET n.nameFolded = 'other'", "nameFolded is 'other', where sources say 'made-up helper'"),
        ("MATCH (:Role)-[r:SPECIALISES]->() DELETE r", "its last load left 3"),
        ("MATCH (n:Role {slug: 'made-up-trust-a1'}) REMOVE n:Role", "its labels differ by Role"),
        ("MATCH (n:Role {slug: 'made-up-trust-a1'}) SET n.extra = 1", "extra is none of its properties"),
        ("CREATE (:Entity:Role {id: 'Role:made-up-by-hand', slug: 'made-up-by-hand'})", "no source asserts it"),
    ):  # fmt: skip
        run(clear(empty))
        command("load", table / "roles.yaml")
        run(empty.run(change))
        status, said, _ = command("verify")
        assert (status, sentence in said) == (1, True), (change, said)


def test_paths_do_not_depend_on_the_order_of_writing(empty: Database, run: Runner) -> None:
    """Neo4j's own choice among equally long ways follows the order of relationships in its store."""
    from dataclasses import replace

    from graph.execution.engine import Engine
    from graph.settings import Limits
    from tests.conftest import SCHEMA

    records: Records = read_and_check(ROOT / "seed", MODEL)
    query = (ROOT / "questions" / "12-how-are-they-connected.graphql").read_text("utf-8")
    variables = {
        "from": "Role:assistant-practitioner",
        "to": "Provider:sheffield-hallam-university",
    }
    answers: set[bytes] = set()
    for links in (records.relationships, records.relationships[::-1]):
        run(clear(empty))
        run(load(empty, MODEL, replace(records, relationships=links)))
        engine = Engine(SCHEMA, MODEL, empty, Limits())
        answers.add(run(engine.execute(query, variables)).body)
    assert len(answers) == 1
