"""Tables: CSV and its relatives, and workbooks, as rows that know their place.

A file of another shape (another encoding, a column renamed, half a download)
raises UnreadableFile with one sentence; a row that does not fit its header is
reported, and the others are read on.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.files import readable_name
from loaders.packed import UNPACKING, is_workbook, open_bytes
from loaders.problems import Problem, UnreadableFile
from loaders.records import Place
from loaders.source import Report
from loaders.workbook import Broken, read_sheet

csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """The named cells of one record, as text without blanks around it."""

    cells: Mapping[str, str]
    place: Place
    report: Report
    wrong: list[str] = field(default_factory=list[str])
    """The columns with a problem: where there is one, nothing of the row is loaded."""

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def at(self, column: str) -> Place:
        """The place of one cell."""
        return Place(self.place.file, self.place.line, 0, self.place.record, column)

    def problem(self, column: str, message: str, remedy: str) -> None:
        """Report that a cell is wrong: its row is left out whole."""
        self.wrong.append(column)
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
    is_wider: bool = False
    """Whether rows may have more cells than there are names."""
    ends: tuple[str, ...] = ()
    """What a cell of the first row that is no data begins with: `Total`, `Source:`."""


_PLAIN = Format()
_NOTHING: tuple[int, list[str]] = (0, [])
_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))
_UTF_8 = ("utf-8", "utf-8-sig", "utf8")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""What a file begins with that says its encoding itself."""


def read_table(
    file: Path, columns: Sequence[str], report: Report, form: Format = _PLAIN
) -> Iterator[Row]:
    """The rows of a table with the cells of some columns; all must be there.

    Header names are compared without case, marks that nobody sees, and blanks around
    them; a run of white space is one blank. Rows whose wanted cells are all empty are left
    out: files have them as spacing. Empty cells after the last column are no fault.
    A table without any row is refused: it would retire all that its source has said.
    """
    rows = read_sheet(file, form.sheet) if is_workbook(file) else _records(file, form)
    record = 0
    for _ in range(form.titles):
        if next(rows, None) is None:
            break
        record += 1
    header = list(form.columns)
    if not header:
        _, names = next(rows, _NOTHING)
        record, header = record + 1, [_seen(name) for name in names]
        if not any(header):
            _refuse_empty_header(file, rows, record)
    at = _positions(file, header, columns)
    table = _Table(file, len(header), at, form, report)
    yield from table.rows(rows, 1 if not form.columns else 0)


class _Table:
    def __init__(
        self,
        file: Path,
        width: int,
        at: Sequence[tuple[str, int]],
        form: Format,
        report: Report,
    ) -> None:
        self._file = file
        self._width = width
        self._at = at
        self._form = form
        self._report = report

    def rows(self, rows: Iterator[tuple[int, list[str]]], record: int) -> Iterator[Row]:
        """The rows after the header, which is record 1."""
        width, at, blanks, form = self._width, self._at, self._form.blanks, self._form
        file, report = self._file, self._report
        last = 0
        is_empty = True
        for line, cells in rows:
            record += 1
            if not cells:
                continue
            if len(cells) > width and (form.is_wider or not any(cells[width:])):
                del cells[width:]
            if len(cells) != width:
                is_empty = False
                last = record
                self._does_not_fit(line, record, cells)
                continue
            values = {name: cells[position].strip() for name, position in at}
            if blanks:
                values = {name: "" if value in blanks else value for name, value in values.items()}
            if form.ends and any(value.startswith(form.ends) for value in values.values() if value):
                break
            if any(values.values()):
                is_empty = False
                row = Row(values, Place(readable_name(file), line, 0, record), report)
                broken = [(name, cells[position]) for name, position in at
                          if type(cells[position]) is Broken]  # fmt: skip
                for name, cell in broken:
                    why = cell.why if isinstance(cell, Broken) else ""
                    row.problem(name, f"{name} {why}.", "Put a value there, as text.")
                if not broken:
                    yield row
        if last and last == record and not _ends_with_newline(file, form):
            raise UnreadableFile(
                f"{file.name} ends in the middle of record {record}: it is half a download.",
                "Fetch it again.",
            )
        if is_empty:
            raise UnreadableFile(
                f"{file.name} has a header and no rows." if record else f"{file.name} is empty.",
                "Fetch it again, or name another file.",
            )

    def _does_not_fit(self, line: int, record: int, cells: Sequence[str]) -> None:
        self._report(
            Problem(
                Place(readable_name(self._file), line, 0, record),
                f"The record has {len(cells)} cells; its header has {self._width}.",
                "Correct its separators or quotes.",
                self._form.delimiter.join(cells)[:200],
            )
        )


def _seen(name: str) -> str:
    """A header name as people see it."""
    return " ".join(name.translate(_UNSEEN).split())


def _refuse_empty_header(file: Path, rows: Iterator[tuple[int, list[str]]], record: int) -> None:
    below = next((line for line, cells in rows if any(cells)), None)
    if below is None:
        raise UnreadableFile(f"{file.name} is empty.", "Fetch it again, or name another file.")
    raise UnreadableFile(
        f"{file.name} has no header in row {record}; the table seems to begin in row {below}.",
        f"Where a mapping file describes it, say `table: {{titleLines: {below - 1}}}`.",
    )


def _positions(file: Path, header: Sequence[str], columns: Sequence[str]) -> list[tuple[str, int]]:
    positions: list[tuple[str, int]] = []
    folded = [name.casefold() for name in header]
    for column in columns:
        wanted = _seen(column)
        exact = [at for at, name in enumerate(header) if name == wanted]
        places = exact or [at for at, name in enumerate(folded) if name == wanted.casefold()]
        if len(places) != 1:
            _no_column(file, header, column, len(places))
        positions.append((column, places[0]))
    return positions


def _no_column(file: Path, header: Sequence[str], column: str, count: int) -> None:
    shown = ", ".join(repr(name) for name in header[:30])
    what = "no column" if count == 0 else f"{count} columns"
    remedy = "Is it another file or another release? Give the one that is expected."
    other = next((mark for mark in ";\t|," if len(header) == 1 and mark in header[0]), None)
    if other:
        remedy = (
            f"Its cells seem to be separated by {other!r}: in a mapping file say"
            f" `table: {{delimiter: {'tab' if other == chr(9) else repr(other)}}}`."
        )
    elif count == 0 and any("\0" in name for name in header):
        remedy = "It looks like UTF-16 without a mark: say `table: {encoding: utf-16-le}`."
    raise UnreadableFile(f"{file.name} has {what} {column!r}; its columns are {shown}.", remedy)


def _records(file: Path, form: Format) -> Iterator[tuple[int, list[str]]]:
    """The line that each record begins in, and its cells."""
    encoding = _encoding(file, form.encoding)
    with io.TextIOWrapper(open_bytes(file), encoding=encoding, newline="") as text:
        if form.quoted:
            rows = csv.reader(text, delimiter=form.delimiter, strict=True)
        else:
            rows = csv.reader(text, delimiter=form.delimiter, quoting=csv.QUOTE_NONE)
        line = 1
        try:
            for cells in rows:
                yield line, cells
                line = rows.line_num + 1
        except UnicodeError as error:
            byte = (
                f": byte 0x{error.object[error.start]:02X} after line {rows.line_num}"
                if isinstance(error, UnicodeDecodeError)
                else ""
            )
            raise UnreadableFile(
                f"{file.name} is not {encoding.removesuffix('-sig').upper()}{byte}"
                f"{_guess(file, encoding)}.",
                "Save it in that encoding, or fetch it again.",
            ) from error
        except UNPACKING as error:
            raise UnreadableFile(
                f"{file.name} cannot be unpacked to its end: it is half a download.",
                "Fetch it again.",
            ) from error
        except csv.Error as error:
            raise UnreadableFile(
                f"{file.name} cannot be read as a table from line {line} on: {error}.",
                "A quote is open there, or the file is half a download. Fetch it again.",
            ) from error


def _start(file: Path) -> bytes:
    try:
        with open_bytes(file) as stream:
            return stream.read(4_000)
    except UNPACKING as error:
        raise UnreadableFile(
            f"{file.name} cannot be unpacked to its end: it is half a download.", "Fetch it again."
        ) from error


def _encoding(file: Path, default: str) -> str:
    """The encoding that the file itself says by its first bytes, or else the one that is given."""
    start = _start(file)
    return next((name for mark, name in _MARKS if start.startswith(mark)), default)


def _ends_with_newline(file: Path, form: Format) -> bool:
    with open_bytes(file) as stream:
        last = b""
        while piece := stream.read(1 << 20):
            last = (last + piece)[-4:]
    return last.decode(form.encoding.replace("-sig", ""), "replace").endswith(("\n", "\r"))


def _guess(file: Path, encoding: str) -> str:
    """What the encoding may be instead, from the first bytes."""
    start = _start(file)
    if start[1::2].count(0) > len(start) // 4:
        return "; it looks like UTF-16"
    try:
        start[:-3].decode("utf-8")
    except UnicodeDecodeError:
        return "; it may be Windows-1252" if encoding in _UTF_8 else ""
    return "; it looks like UTF-8" if encoding not in _UTF_8 and not start.isascii() else ""


def separator(file: Path) -> str:
    """What separates cells: a tab where there is one in the first line, else a comma."""
    return "\t" if b"\t" in _start(file).partition(b"\n")[0] else ","
