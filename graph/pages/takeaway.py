"""The tables of pages as files: what a page shows, as CSV, XLSX and JSON at its own address.

    /matrix.csv?rows=SKILL              the page's first table
    /levels.xlsx?value=4&table=2        its second

A table that shows a part of its rows is refused: a file that is cut looks whole.
"""

from collections.abc import Sequence

import orjson

from graph.addresses.forms import MEDIA, About, Sheet, csv_header, csv_rows, flat_objects
from graph.pages.cells import Cell
from graph.pages.links import Links
from graph.pages.page import Data, File, Link, Refusal, View
from graph.pages.parameters import Pairs, grouped, refused
from graph.pages.report import Table
from graph.pages.words import _, number

FORMS = {form: MEDIA[form] for form in ("csv", "xlsx", "json")}
PAGES = (
    *("/levels", "/matrix", "/boundaries", "/pathways", "/connections", "/compare", "/map"),
    *("/quality", "/changes"),
)
"""The pages whose tables are files too."""
_TABLE = "table"
Value = str | int | float | None


def links_of(links: Links, path: str, pairs: Pairs, view: View) -> Sequence[Sequence[Link]]:
    """For each table of a page, where its files are; nothing where it has no rows, or is cut."""
    if path not in PAGES or view.template != "report.html":
        return ()
    own = [pair for pair in pairs if pair[1] and pair[0] != "evidence"]
    return [
        [
            Link(label, links.to(f"{path}.{form}", **grouped([*own, *_numbered(at)])))
            for label, form in ((_("CSV"), "csv"), (_("Excel"), "xlsx"), (_("JSON"), "json"))
        ]
        if table.rows and not table.is_cut()
        else []
        for at, table in enumerate(map(_whole, view.content["tables"]), 1)
    ]


def _numbered(at: int) -> Pairs:
    return [(_TABLE, str(at))] if at > 1 else []


def split(pairs: Pairs) -> tuple[int, Pairs]:
    """Which table is asked for, and the parameters of the page; raise Refusal for no number."""
    asked = [value.strip() for name, value in pairs if name == _TABLE]
    if len(asked) > 1 or (asked and not (asked[0].isascii() and asked[0].isdigit())):
        raise refused(_("“table” is one whole number, 1 for the first table of the page."))
    return int(asked[0][:6]) if asked else 1, [pair for pair in pairs if pair[0] != _TABLE]


def file_of(view: View, at: int, form: str, version: Data, address: str) -> File:
    """One table of a page as a file; raise Refusal where it is not there, or cut."""
    tables: Sequence[Table] = view.content.get("tables", ())
    if not 1 <= at <= len(tables):
        message = _("The page has {count} tables. Ask for one of them: table=1 is the first.")
        raise refused(message.format(count=number(len(tables))))
    table = _whole(tables[at - 1])
    if table.is_cut():
        message = _(
            "The page shows {rows} rows, which are not all, and a file would be cut there. Ask for"
            " less, such as changes since a later day, or take the list of these things as a file."
        )
        raise Refusal("QUERY_TOO_COMPLEX", message.format(rows=number(len(table.rows))))
    headings = [each if isinstance(each, str) else "; ".join(each.texts) for each in table.columns]
    paths = _apart(headings)
    rows = [[_value(cell) for cell in row] for row in table.rows]
    about = _about(view, table, version, address, dict(zip(paths, headings, strict=True)))
    return File(_written(form, paths, rows, about), FORMS[form])


def _whole(table: Table) -> Table:
    return table.whole() if table.whole else table


def _written(form: str, paths: Sequence[str], rows: list[list[Value]], about: About) -> bytes:
    if form == "csv":
        return csv_header(paths) + csv_rows(rows)
    if form == "json":
        return orjson.dumps({**about.content(), "rows": flat_objects(paths, rows)})
    sheet = Sheet(paths, paths)
    sheet.add(rows)
    return sheet.finish(about)


def _about(view: View, table: Table, version: Data, address: str, columns: dict[str, str]) -> About:
    credits = {
        each["source"]["name"]: None
        for row in table.rows
        for cell in row
        if cell.statement
        for each in cell.statement["evidence"]
    }
    title = f"{view.heading}: {table.heading}"
    return About(title, address, version["version"], version["loadedAt"], columns, tuple(credits))


def _apart(headings: Sequence[str]) -> list[str]:
    """Headings as names of columns: two that are alike are numbered."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        names.append(heading if seen[heading] == 1 else f"{heading} {seen[heading]}")
    return names


def _value(cell: Cell) -> Value:
    if not cell.texts:
        return None
    if cell.is_number and len(cell.texts) == 1:
        digits = cell.texts[0].replace(",", "")
        return float(digits) if "." in digits else int(digits)
    return "; ".join(cell.texts)
