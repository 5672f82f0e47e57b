"""Tables: CSV and its relatives, and workbooks, as rows that know their place.

A file of another shape (another encoding, a column renamed, half a download)
raises UnreadableFile with one sentence; a row that does not fit its header is
reported, and the others are read on.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from loaders.problems import Problem, UnreadableFile
from loaders.records import Place
from loaders.source import Report

csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """The named cells of one record, as text without blanks around it."""

    cells: Mapping[str, str]
    place: Place
    report: Report

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def at(self, column: str) -> Place:
        """The place of one cell."""
        return Place(self.place.file, self.place.line, 0, self.place.record, column)

    def problem(self, column: str, message: str, remedy: str) -> None:
        """Report that a cell is wrong."""
        self.report(Problem(self.at(column), message, remedy, self.cells.get(column, "")))

    def needed(self, *columns: str) -> bool:
        """Whether these cells are filled; each that is not is reported."""
        empty = [column for column in columns if not self.cells[column]]
        for column in empty:
            self.problem(column, f"{column} is empty.", "Fill it in, or leave the row out.")
        return not empty


@dataclass(frozen=True, slots=True)
class Format:
    """How a table is written.

    `titles` lines stand before the header; `columns` are the names where there is
    no header; `blanks` are texts that stand for nothing, such as `TBC`.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quoted: bool = True
    titles: int = 0
    columns: tuple[str, ...] = ()
    blanks: frozenset[str] = field(default_factory=frozenset[str])
    sheet: str = ""


_PLAIN = Format()
_NOTHING: tuple[int, list[str]] = (0, [])


def read_table(
    file: Path, columns: Sequence[str], report: Report, form: Format = _PLAIN
) -> Iterator[Row]:
    """The rows of a table with the cells of some columns; all must be there.

    Header names are compared with runs of white space as one blank. Rows whose
    wanted cells are all empty are left out: files have them as spacing.
    """
    if file.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        rows = _workbook(file, form)
    else:
        rows = _records(file, form)
    record = 0
    for _ in range(form.titles):
        next(rows, None)
    header = list(form.columns)
    if not header:
        _, names = next(rows, _NOTHING)
        record, header = 1, [" ".join(name.split()) for name in names]
        if not any(header):
            raise UnreadableFile(f"{file.name} is empty.", "Fetch it again.")
    at = _positions(file, header, columns)
    width = len(header)
    blanks = form.blanks
    last: tuple[int, list[str]] | None = None
    for line, cells in rows:
        record += 1
        if not cells:
            continue
        if len(cells) != width:
            last = (record, cells)
            report(
                Problem(
                    Place(file.name, line, 0, record),
                    f"The record has {len(cells)} cells; its header has {width}.",
                    "Mend its separators or quotes.",
                    form.delimiter.join(cells)[:200],
                )
            )
            continue
        values = {name: cells[position].strip() for name, position in at}
        if blanks:
            values = {name: "" if value in blanks else value for name, value in values.items()}
        if any(values.values()):
            yield Row(values, Place(file.name, line, 0, record), report)
    if last and last[0] == record and not _ends_with_newline(file, form):
        raise UnreadableFile(
            f"{file.name} ends in the middle of record {record}: it is half a download.",
            "Fetch it again.",
        )


def _positions(file: Path, header: Sequence[str], columns: Sequence[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for column in columns:
        count = header.count(column)
        if count != 1:
            shown = ", ".join(repr(name) for name in header[:30])
            what = "no column" if count == 0 else f"{count} columns"
            raise UnreadableFile(
                f"{file.name} has {what} {column!r}; its columns are {shown}.",
                "Is it another file or another release? Give the one that is expected.",
            )
        found.append((column, header.index(column)))
    return found


def _records(file: Path, form: Format) -> Iterator[tuple[int, list[str]]]:
    """The line that each record begins in, and its cells."""
    with open_text(file, form.encoding) as text:
        if form.quoted:
            rows = csv.reader(text, delimiter=form.delimiter, strict=True)
        else:
            rows = csv.reader(text, delimiter=form.delimiter, quoting=csv.QUOTE_NONE)
        line = 1
        try:
            for cells in rows:
                yield line, cells
                line = rows.line_num + 1
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"{file.name} is not {form.encoding.removesuffix('-sig').upper()}: byte"
                f" 0x{error.object[error.start]:02X} after line {rows.line_num}"
                f"{_guess(file)}.",
                "Save it in that encoding, or fetch it again.",
            ) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableFile(
                f"{file.name} cannot be unpacked to its end: it is half a download.",
                "Fetch it again.",
            ) from error
        except csv.Error as error:
            raise UnreadableFile(
                f"{file.name} is no table any more from line {line} on: {error}.",
                "A quote is open there, or the file is half a download. Fetch it again.",
            ) from error


def open_text(file: Path, encoding: str) -> IO[str]:
    """A text file, packed with gzip or not; line ends are kept, cells may hold them."""
    return io.TextIOWrapper(_opened(file), encoding=encoding, newline="")


def _opened(file: Path) -> Any:
    """The bytes of a file, packed with gzip or not."""
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")


def _ends_with_newline(file: Path, form: Format) -> bool:
    with _opened(file) as stream:
        last = b""
        while piece := stream.read(1 << 20):
            last = (last + piece)[-4:]
    return last.decode(form.encoding.replace("-sig", ""), "replace").endswith(("\n", "\r"))


def _guess(file: Path) -> str:
    """What the encoding may be, from the first bytes."""
    with _opened(file) as stream:
        start = stream.read(400)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[1::2].count(0) > len(start) // 4:
        return "; it looks like UTF-16"
    return "; it may be Windows-1252"


def _workbook(file: Path, form: Format) -> Iterator[tuple[int, list[str]]]:
    """The rows of one sheet of a workbook, whole numbers without a decimal point."""
    try:
        book = CalamineWorkbook.from_path(str(file))
    except (CalamineError, OSError) as error:
        raise UnreadableFile(f"{file.name} is no workbook: {error}.", "Save it again.") from error
    name = form.sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        raise UnreadableFile(
            f"{file.name} has no sheet {name!r}.", f"It has {', '.join(book.sheet_names)}."
        )
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    width = max(map(len, rows), default=0)
    padded = (list(row) + [""] * (width - len(row)) for row in rows)
    return ((at, [_cell(value) for value in row]) for at, row in enumerate(chain(padded), 1))


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
