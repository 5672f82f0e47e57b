"""Rows written as files: CSV, NDJSON, flat JSON, XLSX. Cells are values, or lists of them.

A file is a table: a list within a row becomes one text, joined by `; `. Text that a
spreadsheet would take for a formula is written with an apostrophe before it.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs]

from graph.errors import QueryTooComplex

JOINED = "; "
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
EXCEL_ROWS = 1_048_575
"""Rows of a sheet, the header left out."""
EXCEL_CHARACTERS = 32_767
MEDIA: Mapping[str, str] = {
    "json": "application/json; charset=utf-8",
    "rows.json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms of a table, by what its address ends with."""
BOM = b"\xef\xbb\xbf"

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself, besides its rows."""

    title: str
    address: str
    """The URL that it was asked by, its parameters included."""
    version: str
    loaded_at: str | None
    columns: Mapping[str, str]
    """Headings by path."""
    credits: Sequence[str]
    """The sources that the entries rest on, as they want to be named."""

    def content(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "title": self.title,
            "address": self.address,
            "dataVersion": self.version,
            "loadedAt": self.loaded_at,
            "columns": [{"path": path, "label": label} for path, label in self.columns.items()],
            "sources": list(self.credits),
        }


def flat(value: Any) -> Any:
    """A cell as one value."""
    if isinstance(value, list):
        return JOINED.join(str(_text(item)) for item in cast(list[Any], value))
    return value


def csv_header(paths: Sequence[str]) -> bytes:
    """The first line of a CSV file."""
    return csv_rows([paths])


def csv_rows(rows: Iterable[Cells]) -> bytes:
    """Lines of a CSV file by RFC 4180; null is empty, text is safe for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_csv_cell(flat(cell)) for cell in row] for row in rows)
    return out.getvalue().encode()


def ndjson_rows(paths: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """One JSON object a line."""
    return b"".join(orjson.dumps(each) + b"\n" for each in flat_objects(paths, rows))


def flat_objects(paths: Sequence[str], rows: Iterable[Cells]) -> list[dict[str, Any]]:
    """Rows as objects of single values."""
    return [dict(zip(paths, map(flat, row), strict=True)) for row in rows]


def _csv_cell(value: Any) -> Any:
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and value.startswith(_FORMULA) else text


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


class Sheet:
    """An XLSX file that rows are added to: the rows, and a second sheet about them."""

    def __init__(self, headings: Sequence[str], paths: Sequence[str]) -> None:
        self._out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Any = Workbook(self._out, options)
        self._bold = self._book.add_format({"bold": True})
        self._rows: Any = self._book.add_worksheet("Rows")
        self._paths = paths
        self._height = 0
        for at, heading in enumerate(headings):
            self._rows.write_string(0, at, heading, self._bold)
        self._rows.freeze_panes(1, 0)
        self._rows.repeat_rows(0)
        _fit_to_paper(self._rows)

    def add(self, rows: Sequence[Cells]) -> None:
        """Write more rows; raise QueryTooComplex where Excel has no room for them."""
        if self._height + len(rows) > EXCEL_ROWS:
            raise QueryTooComplex(
                f"There are more than {EXCEL_ROWS} rows, the most that a sheet of Excel holds.",
                "Ask for CSV, or narrow the question.",
            )
        for row in rows:
            self._height += 1
            for at, cell in enumerate(row):
                self._write(at, flat(cell))

    def _write(self, at: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._rows.write_boolean(self._height, at, value)
        elif isinstance(value, int | float):
            self._rows.write_number(self._height, at, value)
        else:
            text = str(value)
            if len(text) > EXCEL_CHARACTERS:
                raise QueryTooComplex(
                    f"Row {self._height} has {len(text)} characters in the column"
                    f" `{self._paths[at]}`; a cell of Excel holds {EXCEL_CHARACTERS}.",
                    "Ask for CSV, or leave the column out.",
                )
            self._rows.write_string(self._height, at, text)

    def finish(self, about: About) -> bytes:
        """The file."""
        self._rows.autofilter(0, 0, self._height, max(len(self._paths) - 1, 0))
        self._rows.autofit(300)
        sheet: Any = self._book.add_worksheet("About")
        lines = [
            ("Question", about.title),
            ("Address", about.address),
            ("Data version", about.version),
            ("Loaded at", about.loaded_at or ""),
            ("Rows", str(self._height)),
            *(("Source", credit) for credit in about.credits),
            *(("Column", f"{label} ({path})") for path, label in about.columns.items()),
        ]
        for at, (name, text) in enumerate(lines):
            sheet.write_string(at, 0, name, self._bold)
            sheet.write_string(at, 1, text[:EXCEL_CHARACTERS])
        sheet.autofit(900)
        _fit_to_paper(sheet)
        self._book.close()
        return self._out.getvalue()


def _fit_to_paper(sheet: Any) -> None:
    """Printed with all columns side by side, on as many pages as the rows take."""
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
