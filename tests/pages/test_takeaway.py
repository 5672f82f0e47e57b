"""The tables of pages as files: the same cells, in each form; what is cut is refused."""

import csv
import html
import io
import re
from typing import Any

import httpx
import pytest
from python_calamine import load_workbook

from graph.pages.takeaway import FORMS, PAGES
from tests.conftest import Service
from tests.pages.test_pages import get

ASKED = {
    "/levels": "?value=4",
    "/matrix": "?rows=PROFESSION&columns=SERVICE_AREA",
    "/boundaries": "?between=nursing,physiotherapy",
    "/pathways": "?from=healthcare-assistant&to=registered-nurse",
    "/connections": "?from=Role:ap-stroke&to=Profession:nursing",
    "/compare": "?ids=Profession:nursing,Profession:physiotherapy",
    "/map": "",
    "/quality": "",
    "/changes": "",
}


def taken(service: Service, href: str, status: int = 200) -> httpx.Response:
    answer = httpx.get(f"{service.url}{href}", timeout=80)
    assert answer.status_code == status, answer.text[:500]
    return answer


def cells(table: str) -> list[list[str]]:
    """The texts of a table's rows, but for what rests on sources."""
    rows = re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in found]


def alike(shown: str, value: str) -> bool:
    """Numbers have separators on pages; a folded cell has more than the names of its sources."""
    return value in (shown, shown.replace(",", "")) or ("Read on" in shown)


@pytest.mark.parametrize("path", PAGES)
def test_each_table_of_a_page_is_a_file(service: Service, path: str) -> None:
    page = get(service, path + ASKED[path])
    tables = re.findall(r"<table.*?</table>.*?</section>", page, re.DOTALL)
    taken_ones = 0
    for table in tables:
        links = [html.unescape(each) for each in re.findall(rf'href="({path}\.[^"]+)"', table)]
        if not links:
            cut = "are shown." in table or "Earlier changes" in table
            assert cut, "only a table that is cut is no file"
            continue
        taken_ones += 1
        assert [link.split("?")[0].rpartition(".")[2] for link in links] == list(FORMS)
        as_csv, as_xlsx, as_json = (taken(service, link) for link in links)
        rows = list(csv.reader(io.StringIO(as_csv.text)))
        shown = cells(table)
        assert len(rows) == len(shown) + 1
        for row, expected in zip(rows[1:], shown, strict=True):
            strict = path != "/matrix"  # the page has the first of its columns
            assert all(alike(*each) for each in zip(expected, row, strict=strict)), (expected, row)
        content: Any = as_json.json()
        assert len(content["rows"]) == len(shown) and content["dataVersion"]
        assert list(content["rows"][0]) == rows[0]
        book = load_workbook(io.BytesIO(as_xlsx.content))
        assert len(book.get_sheet_by_name("Rows").to_python()) == len(rows)
        assert "attachment" in as_csv.headers["content-disposition"]
    assert taken_ones


def test_what_is_no_table_is_refused(service: Service) -> None:
    for href, words in {
        "/map.csv?table=99": "tables. Ask for one of them",
        "/map.csv?table=0": "tables. Ask for one of them",
        "/map.csv?table=one": "one whole number",
        "/map.csv?table=1&table=1": "one whole number",
        "/map.csv?tabel=1": "no setting “tabel”",
        "/matrix.xlsx?rows=NOTHING": "is nothing that “rows” can be",
    }.items():
        error = taken(service, href, 400).json()["errors"][0]
        assert words in error["message"] and error["extensions"]["code"] == "BAD_USER_INPUT", href
    missing = taken(service, "/compare.json?ids=Profession:nursing,Profession:nursng", 404)
    assert missing.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_the_file_of_a_matrix_has_all_its_columns(service: Service) -> None:
    query = """{ overlap(rows: PROFESSION, columns: SERVICE_AREA) { columns { entity { name } }
      cells(first: 1000) { roles } } }"""
    matrix = service.post(query).json()["data"]["overlap"]
    rows = list(csv.reader(io.StringIO(taken(service, "/matrix.csv").text)))
    names = [each["entity"]["name"] for each in matrix["columns"]]
    assert rows[0][2:] == names and len(names) > 12, "more than the page shows"
    squares = [int(value) for row in rows[1:] for value in row[2:] if value]
    assert sum(squares) == sum(each["roles"] for each in matrix["cells"])


def test_a_table_that_is_cut_is_no_file(service: Service) -> None:
    error = taken(service, "/changes.csv?table=2", 400).json()["errors"][0]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX" and "not all" in error["message"]
    page = get(service, "/quality")
    tables = re.findall(r"<section>.*?</section>", page, re.DOTALL)
    cut = [at for at, table in enumerate(tables, 1) if "are shown." in table]
    assert cut
    for at in cut:
        error = taken(service, f"/quality.csv?table={at}", 400).json()["errors"][0]
        assert (
            error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
            and "would be cut" in error["message"]
        )
