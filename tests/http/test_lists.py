"""Lists by address over real HTTP: every form has the same rows, and nothing is cut in silence."""

import csv
import io
import json
import re
import zipfile
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from graph.addresses import forms
from graph.addresses.forms import About, Sheet
from graph.errors import QueryTooComplex
from tests.conftest import Service

COLUMNS = "name,careerLevel.level,professions.name,registered,readOn"
ROLES = f"professions=nursing&order=-boundarySpan.total,name&columns={COLUMNS}"


def get(service: Service, path: str) -> httpx.Response:
    return httpx.get(f"{service.url}{path}", timeout=30)


def csv_of(response: httpx.Response) -> list[list[str]]:
    assert response.status_code == 200, response.text
    return list(csv.reader(io.StringIO(response.text, newline="")))


def roles(service: Service) -> list[dict[str, Any]]:
    """The same asked by GraphQL."""
    found = service.post("""{ roles(
      where: {professions: {some: {node: {slug: {eq: "nursing"}}}}}
      orderBy: [{boundarySpan: {total: DESC}}, {name: ASC}], first: 1000) { nodes {
        name careerLevel { level } professions { nodes { name } } registered readOn } } }""")
    return found.json()["data"]["roles"]["nodes"]


def test_every_form_has_the_rows_that_graphql_answers(service: Service) -> None:
    expected = [
        {
            "name": role["name"],
            "careerLevel.level": role["careerLevel"] and role["careerLevel"]["level"],
            "professions.name": "; ".join(each["name"] for each in role["professions"]["nodes"]),
            "registered": role["registered"],
            "readOn": role["readOn"],
        }
        for role in roles(service)
    ]
    assert len(expected) > 5
    paths = COLUMNS.split(",")

    assert get(service, f"/roles.rows.json?{ROLES}").json() == expected
    lines = get(service, f"/roles.ndjson?{ROLES}").text.splitlines()
    assert [json.loads(line) for line in lines] == expected

    rows = csv_of(get(service, f"/roles.csv?{ROLES}"))
    assert rows[0] == paths
    assert rows[1:] == [
        [
            ""
            if each[path] is None
            else str(each[path]).replace("True", "true").replace("False", "false")
            for path in paths
        ]
        for each in expected
    ]

    page = get(service, f"/roles.json?{ROLES}").json()
    assert page["total"] == len(expected)
    assert page["next"] is None
    assert [each["name"] for each in page["rows"]] == [each["name"] for each in expected]
    assert page["rows"][0]["professions.name"] == expected[0]["professions.name"].split("; ")

    book = CalamineWorkbook.from_filelike(io.BytesIO(get(service, f"/roles.xlsx?{ROLES}").content))
    sheet = book.get_sheet_by_name("Rows").to_python()
    assert sheet[0] == ["Name", "Career level: level", "Professions", "Registered", "Read on"]
    assert sheet[1:] == [["" if each[p] is None else each[p] for p in paths] for each in expected]
    about = dict(row[:2] for row in book.get_sheet_by_name("About").to_python())
    assert ROLES.split("&", maxsplit=1)[0] in about["Address"]
    assert about["Data version"] == page["dataVersion"]
    assert about["Source"]


def test_a_printed_sheet_has_all_columns_side_by_side(service: Service) -> None:
    book = zipfile.ZipFile(io.BytesIO(get(service, f"/roles.xlsx?{ROLES}").content))
    for name in ("sheet1", "sheet2"):
        sheet = book.read(f"xl/worksheets/{name}.xml").decode()
        assert re.search(r'<pageSetup paperSize="9"[^>]* orientation="landscape"', sheet)
        assert 'fitToPage="1"' in sheet and 'fitToHeight="0"' in sheet
    assert "Rows!$1:$1" in book.read("xl/workbook.xml").decode(), "each page has the headings"


def test_headers_say_what_it_is(service: Service) -> None:
    found = get(service, f"/roles.csv?{ROLES}&bom=1")
    version = get(service, "/readyz").json()["dataVersion"]
    assert found.content.startswith(b"\xef\xbb\xbfname,")
    assert found.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert f"-{version}.csv" in found.headers["content-disposition"]
    address = found.headers["link"].split(">")[0][1:]
    about = get(service, address).json()
    assert about["dataVersion"] == version
    assert [each["path"] for each in about["columns"]] == COLUMNS.split(",")
    assert about["sources"]
    assert get(service, "/roles.csv?first=2").headers["link"].endswith('rel="next"')


def test_pages_and_all_of_them_are_the_same_rows(service: Service) -> None:
    everything = csv_of(get(service, "/roles.csv?columns=slug,programmes.name&order=-name"))
    assert len(everything) > 80
    address, slugs = "/roles.json?columns=slug&order=-name&first=40", []
    while address:
        page = get(service, address).json()
        slugs += [row["slug"] for row in page["rows"]]
        address = page["next"]
    assert slugs == [row[0] for row in everything[1:]]
    assert (
        csv_of(get(service, "/roles.csv?columns=slug,programmes.name&order=-name&all=1"))
        == everything
    )


REFUSED = {
    "an unknown form": ("/roles.pdf", 404, "Use one of: .json"),
    "an unknown column": ("/roles.csv?columns=nam", 400, "Did you mean `name`?"),
    "an unknown parameter": ("/roles.csv?profesions=x", 400, "Did you mean `professions`?"),
    "a wrong type": ("/roles.csv?qualificationLevel=x", 400, "whole number"),
    "two of one": ("/roles.csv?first=1&first=2", 400, "Give it once"),
    "2,000 columns": ("/roles.csv?columns=" + "x," * 2_000, 400, "at most 250"),
    "10,000 columns": ("/roles.csv?columns=" + "x," * 10_000, 431, "16384 bytes, the most allowed"),
    "a slug that is not there": ("/roles.csv?professions=nursng", 400, "Did you mean `nursing`"),
    "all beside first": ("/roles.csv?all=1&first=2", 400, "Give one of them"),
    "a path": ("/roles/..%2f..%2fetc%2fpasswd.csv", 404, "There is nothing at"),
    "a cursor of another list": ("/roles.json?after=x", 400, "cursor"),
    "a mark of bytes for JSON": ("/roles.rows.json?bom=1", 400, "`bom` is for CSV"),
    "all of pages": ("/roles.json?all=1", 400, "rows.json"),
    "no yes or no": ("/roles.csv?about=perhaps", 400, "Give 1 or 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(service: Service, name: str) -> None:
    path, status, words = REFUSED[name]
    found = get(service, path)
    assert found.status_code == status, found.text
    error = found.json()["errors"][0]
    assert words in error["message"]
    assert error["extensions"]["code"]


def test_text_is_safe_for_spreadsheets_and_excels_limits_are_told() -> None:
    unsafe = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", 'a "quoted", text\r\nof two lines', -1, None]
    written = forms.csv_rows([unsafe])
    assert next(csv.reader(io.StringIO(written.decode(), newline=""))) == [
        "'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", unsafe[6], "-1", "",
    ]  # fmt: skip
    assert written.endswith(b"\r\n")
    sheet = Sheet(["A"], ["a"])
    with pytest.raises(QueryTooComplex, match="33000 characters in the column `a`"):
        sheet.add([["x" * 33_000]])
    sheet.add([["=1+1"]])
    with pytest.raises(QueryTooComplex, match="1048575 rows"):
        sheet.add([["x"]] * forms.EXCEL_ROWS)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(sheet.finish(About("t", "a", "v", None, {"a": "A"}, [])))
    )
    assert book.get_sheet_by_name("Rows").to_python()[-1] == ["=1+1"]
