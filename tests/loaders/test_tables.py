"""Files as people have them: packed, misnamed, from a spreadsheet; each is read right or refused."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import cli
from loaders.problems import Problem
from loaders.records import IdentifierRecord, NodeRecord, Record
from loaders.sources import REGISTERS
from loaders.sources.common import key_slug
from loaders.table import Format, read_table
from tests.loaders.samples import MAPPING, SAMPLES
from tests.loaders.test_commands import write_workbook

Check = Callable[..., tuple[int, str]]
TABLE = SAMPLES["made-up-trust"].files["roles.csv"]


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Checks a mapping file with a table; gives the status and what was said."""
    monkeypatch.setenv("ROLEGRAPH_HOME", str(tmp_path / "home"))

    def run(
        content: bytes | str, mapping: str = MAPPING, name: str = "roles.csv"
    ) -> tuple[int, str]:
        (tmp_path / "roles.yaml").write_text(mapping.replace("roles.csv", name))
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        status = cli.main(["check", str(tmp_path / "roles.yaml")])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def zipped(folder: Path, **files: str) -> bytes:
    file = folder / "packed.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "/").replace("_csv", ".csv"), text)
    return file.read_bytes()


def test_what_is_packed_is_read_by_its_content(check: Check, tmp_path: Path) -> None:
    for content, name in (
        (gzip.compress(TABLE.encode()), "roles.csv"),
        (gzip.compress(TABLE.encode()), "roles.csv.gz"),
        (TABLE.encode(), "roles.csv.gz"),
        (zipped(tmp_path, folder__roles_csv=TABLE), "roles.zip"),
        (zipped(tmp_path, roles_csv=TABLE), "roles.csv"),
        (b"\xef\xbb\xbf" + TABLE.encode(), "roles.csv"),
        (TABLE.encode("utf-16"), "roles.csv"),
    ):
        assert check(content, name=name) == (0, "OK: 6 records.\n"), name


def test_a_zip_that_cannot_be_used(check: Check, tmp_path: Path) -> None:
    two = zipped(tmp_path, a_csv=TABLE, b_csv=TABLE)
    status, said = check(two, name="roles.zip")
    assert (status, "Both a.csv and b.csv are *. Name the one to load." in said) == (2, True), said
    status, said = check(two[:-40], name="roles.zip")
    assert (status, "it is half a download" in said) == (2, True), said


def test_a_workbook_under_another_name_is_one(check: Check, tmp_path: Path) -> None:
    write_workbook(tmp_path / "w.xlsx", [line.split(";") for line in TABLE.splitlines()])
    status, said = check((tmp_path / "w.xlsx").read_bytes(), name="roles.csv")
    assert (status, said) == (0, "OK: 6 records.\n")


def test_headers_and_cells_that_differ_in_nothing_people_see(check: Check) -> None:
    head, *rows = TABLE.splitlines()
    text = "\n".join(
        [head.lower().replace("title", " TITLE\u200b "), *(f"{row};;;" for row in rows)]
    )
    assert check(text + "\n") == (0, "OK: 6 records.\n")
    status, said = check("\n".join([head, f"{rows[0]};x", *rows[1:]]) + "\n")
    assert (status, "The record has 8 cells; its header has 7." in said) == (2, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TABLE.replace(";", ","), "say `table: {delimiter: ','}`"),
        (TABLE.encode("utf-16-le"), "say `table: {encoding: utf-16-le}`"),
        (TABLE.replace("Helper", "Hélper").encode("cp1252"), "it may be Windows-1252"),
        (";;;;;;\n;;;;;;\n" + TABLE, "the table seems to begin in row 3. Where a mapping file"),
    ],
)
def test_a_message_leads_to_what_is_wrong(
    check: Check, content: bytes | str, sentence: str
) -> None:
    status, said = check(content)
    assert status == 2
    assert sentence in said


def test_a_table_without_a_header_with_dates_and_a_footer(check: Check) -> None:
    mapping = MAPPING.replace(
        'blanks: ["?"]',
        'blanks: ["?"], columns: [Code, Title, What, Also, Level, State, Under, Day],'
        ' footer: ["Source:"]',
    ).replace(
        "      name: Title\n",
        "      name: Title\n      modifiedOn: {column: Day, date: DD/MM/YYYY}\n",
    )
    rows = TABLE.splitlines()[1:]
    text = f"{rows[0]};25/11/2026\n{rows[1]};1/2/2026\nSource: made up;;;;;;;\nmore;;;;;;;\n"
    assert check(text, mapping) == (0, "OK: 6 records.\n")
    status, said = check(text.replace("25/11", "31/02"), mapping)
    assert (status, "record 1, Day: Day is '31/02/2026', which is not a date." in said) == (
        2,
        True,
    ), said


MISTAKES = {
    ('delimiter: ";"', 'delimiter: ";;"'): "';;' separates no cells. Give one character, or `tab`.",
    ('delimiter: ";"', 'delimiter: ";", titleLines: two'): "titleLines is 'two'.",
    ('delimiter: ";"', 'delimiter: ";", titleLines: -1'): "titleLines is -1.",
    ('delimiter: ";"', 'delimiter: ";", encoding: idna'): "There is no encoding 'idna' of text.",
    ('delimiter: ";"', 'delimiter: ";", encoding: undefined'): "no encoding 'undefined' of text.",
    ("{active: CURRENT, closed: RETIRED}", "[active]"): "values is a list. Make it a map",
    ("closed: RETIRED", "closed: GONE"): "status has no value 'GONE'. Known are CURRENT, RETIRED.",
    ("column: Code}", "column: Code, match: SIMILAR}"): "There is no match 'SIMILAR'.",
    ("file: roles.csv", 'file: "*.csv"'): "'*.csv' is not the name of one file.",
    ("licence: none", "licence: &a [*a]\ncredit: none"): "An alias (`*name`) stands for too much",
    ("qualificationLevel: Level", "qualificationLevel: {column: Level, date: DD}"): "'DD' is not a date pattern",
}  # fmt: skip


@pytest.mark.parametrize("change", MISTAKES, ids=lambda change: change[1])
def test_a_mistaken_mapping_has_a_sentence(check: Check, change: tuple[str, str]) -> None:
    assert MAPPING.count(change[0]) == 1
    status, said = check(TABLE, MAPPING.replace(*change))
    assert status == 2
    assert MISTAKES[change] in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("3000000000", "qualificationLevel is 3000000000. It must be a whole number from -2,147"),
        ("1_0", "Level is '1_0'. It must be a whole number."),
        ("\u0663", "It must be a whole number."),
        ("9" * 500, "It must be a whole number."),
    ],
)
def test_a_number_is_one_that_can_be_read_again(check: Check, cell: str, sentence: str) -> None:
    status, said = check(TABLE.replace(";5;", f";{cell};"))
    assert (status, sentence in said) == (2, True), said


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Made-up \u202eHelper", "name has U+202E, a character that turns text round."),
        ("Made-up \x1bHelper", "name has U+001B, a control character."),
        ("x" * 100_000, "name has 100,000 characters: 100,000 bytes, and 4,000 are the most."),
    ],
)
def test_a_name_can_be_shown_and_indexed(check: Check, name: str, sentence: str) -> None:
    status, said = check(TABLE.replace("Made-up Helper", name))
    assert (status, sentence in said) == (2, True), said[:300]


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-13-45", "0000-00-00", "2026-W48-1", "25/11/2026"]
)
def test_a_date_is_a_day_of_the_calendar(check: Check, day: str) -> None:
    mapping = MAPPING.replace("summary: {column: What}", "modifiedOn: What")
    status, said = check(TABLE.replace("Helps", day), mapping)
    assert (status, "It must be a day of the calendar" in said) == (2, True), said


def test_one_exact_code_is_one_thing(check: Check) -> None:
    mapping = MAPPING.replace("scheme: MADE-UP, column: Code", "scheme: MADE-UP, column: Title")
    status, said = check(TABLE.replace("Made-up Leader", "Made-up Helper"), mapping)
    assert status == 2
    assert "is exact here, and stands for Role:made-up-trust-a1 too." in said


def test_keys_in_any_script_make_slugs_of_their_own() -> None:
    keys = ["C", "C++", "C#", "看護師", "医師", "a b", "é", "A1"]
    slugs = [key_slug(key) for key in keys]
    assert len(set(slugs)) == len(keys), slugs
    assert (slugs[0], slugs[5], slugs[7]) == ("c", "a-b", "a1")


def cells(file: Path, form: Format | None = None) -> tuple[list[dict[str, str]], list[str]]:
    problems: list[Problem] = []
    rows = [
        dict(row.cells)
        for row in read_table(file, ("Code", "Title"), problems.append, form or Format())
    ]
    return rows, [str(problem) for problem in problems]


def workbook(file: Path, sheet: str, *, styles: str = "", state: str = "") -> None:
    """A workbook with this XML in its one sheet, or with a hidden sheet before it."""
    write_workbook(file, [["Code", "Title"]])
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'.encode()
    )
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{main}">{styles}</styleSheet>'.encode()
        target = 'Target="worksheets/sheet1.xml"/>'
        rels = parts["xl/_rels/workbook.xml.rels"].decode()
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
        rels = rels.replace(
            target, f'{target}<Relationship Id="r2" Type="{kind}" Target="styles.xml"/>'
        )
        parts["xl/_rels/workbook.xml.rels"] = rels.encode()
    if state:
        book = parts["xl/workbook.xml"].decode()
        assert book.count('sheetId="1"') == 1
        parts["xl/workbook.xml"] = book.replace(
            'sheetId="1"', f'sheetId="1" state="{state}"'
        ).encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


HEADER = f'<row r="1">{text("A1", "Code")}{text("B1", "Title")}</row>'


def test_what_a_spreadsheet_shows_and_does_not_say(tmp_path: Path) -> None:
    file = tmp_path / "w.xlsx"
    styles = (
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="0000"/></numFmts>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    )
    workbook(
        file,
        HEADER + f'<row r="2"><c r="A2" s="1"><v>110</v></c>{text("B2", "Made-up")}</row>'
        f'<row r="3">{text("A3", "A3")}<c r="B3" t="e"><v>#N/A</v></c></row>'
        f'<row r="4">{text("A4", "A4")}<c r="B4"><f>A1</f></c></row>'
        f'<row r="5"><c r="A5"><v>1234567890123456789</v></c>{text("B5", "Made-up")}</row>',
        styles=styles,
    )
    rows, problems = cells(file)
    assert rows == [{"Code": "0110", "Title": "Made-up"}]
    assert problems == [
        "w.xlsx:3: record 3, Title: Title shows #N/A. Put a value there, as text.",
        "w.xlsx:4: record 4, Title: Title has a formula whose value was not saved. Put a value"
        " there, as text.",
        "w.xlsx:5: record 5, Code: Code is a number of so many digits that the last ones are lost."
        " Put a value there, as text.",
    ]


def test_a_sheet_that_is_hidden_is_not_the_first(tmp_path: Path) -> None:
    from loaders.problems import UnreadableFile

    file = tmp_path / "w.xlsx"
    workbook(file, HEADER, state="hidden")
    with pytest.raises(UnreadableFile, match="shows no sheet"):
        cells(file)


LATER_NAMES = {
    "esco": {
        "broaderRelationsOccPillar.csv": "broaderRelationsOccPillar_en.csv",
        "broaderRelationsSkillPillar.csv": "broaderRelationsSkillPillar_en.csv",
        "occupationSkillRelations.csv": "occupationSkillRelations_en.csv",
        "skillSkillRelations.csv": "skillSkillRelations_en.csv",
    },
    "onet": {
        "Occupation_Data.txt": "Occupation Data.txt",
        "Task_Statements.txt": "Task Statements.txt",
        "Technology_Skills.txt": "Technology Skills.txt",
        "Related_Occupations-made-up.csv": "Related Occupations.txt",
        "Skills-made-up.csv": "Skills.txt",
    },
    "ods-trusts": {"etr-made-up.csv": "etr.csv"},
}


@pytest.mark.parametrize("name", LATER_NAMES)
def test_a_register_under_the_names_of_its_publisher_in_a_zip(name: str, tmp_path: Path) -> None:
    source = next(found for found in REGISTERS if found.name == name)
    sample = SAMPLES[name]
    folder = sample.write(tmp_path / "plain")
    packed = tmp_path / "all of it.zip"
    with zipfile.ZipFile(packed, "w") as target:
        for file, content in sample.files.items():
            later = LATER_NAMES[name].get(file, file)
            tabs = content.replace(",", "\t") if later.endswith(".txt") else content
            target.writestr(f"some folder/{later}", tabs)
        target.writestr("some folder/Skills to Work Activities.txt", "not read")

    def read(given: Path) -> list[Record]:
        problems: list[Problem] = []
        records = list(source.read(source.find([given]), problems.append))
        assert not problems
        return records

    def said(records: list[Record]) -> list[object]:
        return [(one.id, one.properties) for one in records if isinstance(one, NodeRecord)]

    assert len(read(packed)) == len(read(folder))
    assert said(read(packed)) == said(read(folder))


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("ESCO dataset - v1.2.0 - classification - en - csv.zip", "1.2.0"),
        ("v1.2", "1.2"),
        ("release-1.2.1.zip", "1.2.1"),
        ("made up", ""),
        ("v2", ""),
    ],
)
def test_codes_of_esco_have_the_version_that_their_folder_or_zip_has(
    name: str, release: str, tmp_path: Path
) -> None:
    source = next(each for each in REGISTERS if each.name == "esco")
    folder = SAMPLES["esco"].write(tmp_path / name.removesuffix(".zip") / name)
    paths = [[folder], sorted(folder.iterdir())]
    if name.endswith(".zip"):
        packed = tmp_path / name
        with zipfile.ZipFile(packed, "w") as target:
            for file in folder.iterdir():
                target.write(file, file.name)
        paths = [[packed]]
    for given in paths:
        records = source.read(source.find(given), [].append)
        codes = [each for each in records if isinstance(each, IdentifierRecord)]
        assert {each.version for each in codes if each.scheme == "ESCO-code"} == {release}
        assert {each.version for each in codes if each.scheme == "ESCO"} == {""}


def test_a_code_whose_zeros_a_spreadsheet_has_lost(tmp_path: Path) -> None:
    sample = SAMPLES["esco"]
    folder = sample.write(tmp_path)
    file = folder / "ISCOGroups_en.csv"
    file.write_text(file.read_text().replace("C0110,0110,", "C0110,110,"))
    source = next(found for found in REGISTERS if found.name == "esco")
    problems: list[Problem] = []
    list(source.read(source.find([folder]), problems.append))
    assert [problem.message for problem in problems] == [
        "The code is '110', and its address says '0110'."
    ]
