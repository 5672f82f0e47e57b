"""Sheets of workbooks as rows of text, with what a spreadsheet shows and does not say.

Errors, formulas without a value and numbers whose digits are lost are no values: such a
cell is `Broken`, and says why. A number shown with zeros before it has them.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from loaders.packed import open_bytes
from loaders.problems import UnreadableFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_DIGITS = 10**15
"""From here on a spreadsheet keeps no digit for sure."""


class Broken(str):
    """A cell without a value that can be used; `why` is a sentence."""

    __slots__ = ("why",)

    def __new__(cls, shown: str, why: str) -> "Broken":
        cell = super().__new__(cls, shown)
        cell.why = why
        return cell


def read_sheet(file: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet, numbered: of the one named, or of the first that is shown."""
    try:
        with open_bytes(file) as stream:
            book = CalamineWorkbook.from_filelike(stream)
            name = _sheet(file, book, sheet)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise UnreadableFile(
            f"{file.name} is not a workbook: {error}.", "Save it again."
        ) from error
    marks = _marks(file, name)
    width = max(map(len, rows), default=0)
    marked = {at for at, _ in marks}
    for at, row in enumerate(rows, 1):
        if at not in marked and row.count("") == len(row):
            yield at, []
            continue
        cells = [_text(value, marks.get((at, column))) for column, value in enumerate(row, 1)]
        yield at, cells + [""] * (width - len(cells))


def _sheet(file: Path, book: CalamineWorkbook, wanted: str) -> str:
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    if not wanted:
        if not shown:
            raise UnreadableFile(f"{file.name} shows no sheet.", "Name one with `sheet:`.")
        return shown[0]
    for name in book.sheet_names:
        if name.strip().casefold() == wanted.strip().casefold():
            return name
    raise UnreadableFile(
        f"{file.name} has no sheet {wanted!r}.", f"It has {', '.join(book.sheet_names)}."
    )


def _text(value: object, mark: str | None) -> str:
    if mark and not mark.isdigit():
        return Broken(mark, f"shows {mark}" if mark.startswith("#") else mark)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        if abs(value) >= _MOST_DIGITS:
            return Broken(str(value), "is a number of so many digits that the last ones are lost")
        return str(int(value)).zfill(int(mark)) if mark else str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def _marks(file: Path, sheet: str) -> Mapping[tuple[int, int], str]:
    """What the values do not tell: errors, formulas that were not worked out, zeros shown."""
    try:
        with open_bytes(file) as stream, zipfile.ZipFile(stream) as packed:
            part = _part(packed, sheet)
            return _scan(packed, part, _padded(packed)) if part else {}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return {}


def _part(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """Where the cells of a sheet lie; None in a workbook of another kind."""
    if "xl/workbook.xml" not in packed.namelist():
        return None
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))  # noqa: S314  expat refuses bombs
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for one in book.iter(f"{_MAIN}sheet"):
        if one.get("name") == sheet:
            target = targets[one.get(_ID)].lstrip("/")
            return target if target.startswith("xl/") else f"xl/{target}"
    return None


def _padded(packed: zipfile.ZipFile) -> Mapping[str, int]:
    """Styles that show a number with as many digits: `0000`."""
    if "xl/styles.xml" not in packed.namelist():
        return {}
    root = ElementTree.fromstring(packed.read("xl/styles.xml"))  # noqa: S314
    codes = {
        one.get("numFmtId"): len(one.get("formatCode", ""))
        for one in root.iter(f"{_MAIN}numFmt")
        if re.fullmatch("0{2,}", one.get("formatCode", ""))
    }
    cells = root.find(f"{_MAIN}cellXfs")
    return {
        str(at): codes[one.get("numFmtId")]
        for at, one in enumerate(cells if cells is not None else ())
        if one.get("numFmtId") in codes
    }


def _scan(
    packed: zipfile.ZipFile, part: str, padded: Mapping[str, int]
) -> dict[tuple[int, int], str]:
    marks: dict[tuple[int, int], str] = {}
    with packed.open(part) as stream:
        for _, cell in ElementTree.iterparse(stream):  # noqa: S314
            if cell.tag == f"{_MAIN}row":
                cell.clear()
            if cell.tag != f"{_MAIN}c":
                continue
            place = _place(cell.get("r", ""))
            value = cell.findtext(f"{_MAIN}v")
            if place is None:
                continue
            if cell.get("t") == "e":
                marks[place] = value or "#ERROR"
            elif cell.find(f"{_MAIN}f") is not None and not value:
                marks[place] = "has a formula whose value was not saved"
            elif cell.get("t", "n") == "n" and cell.get("s", "") in padded:
                marks[place] = str(padded[cell.get("s", "")])
    return marks


def _place(name: str) -> tuple[int, int] | None:
    """`B3` -> row 3, column 2."""
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", name)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
