"""Pages that are a question with a form, and its answer as tables: cells, fields, tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph.pages.cells import Cell
from graph.pages.links import Links
from graph.pages.page import Data, Link, View
from graph.pages.pictures import Picture, scripts
from graph.pages.words import _, number


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; with `options` a choice of texts, each with its value."""

    name: str
    label: str
    value: str
    hint: str = ""
    options: Sequence[Link] = ()
    is_long: bool = False
    suggests: str | None = None
    """Takes slugs of things of a type, by its plural, and offers them while one types; ids of
    several types have commas between their plurals, "" takes ids of all types."""
    ids: bool = False
    """Whether it takes ids of things of one type too."""
    several: bool = False
    """Whether it takes several, separated by commas."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading; `total` where there may be more rows than are shown."""

    heading: str
    columns: Sequence[str | Cell]
    rows: Sequence[Sequence[Cell]]
    hint: str = ""
    total: int | None = None
    empty: str = field(default_factory=lambda: _("There are none."))
    picture: Picture | None = None
    """What is drawn of it, above it."""
    more: Link | None = None
    """Where the rows are that are not shown."""
    is_steps: bool = False
    """Whether each row leads from its first thing to its second, called as the third says."""
    is_part: bool = False
    """Whether it is cut, where `total` does not say so."""
    whole: "Callable[[], Table] | None" = None
    """All of it, for a file, where the page shows a part."""

    def is_cut(self) -> bool:
        """Whether there is more of it than it has."""
        return self.is_part or (self.total is not None and self.total > len(self.rows))


@dataclass(frozen=True, slots=True)
class Away:
    """What is shown as files, and where its question opens in GraphiQL."""

    files: Sequence[Link]
    question: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Whether the evidence of all statements is shown, and the page with it the other way."""

    is_open: bool
    href: str


def report(
    heading: str,
    address: str,
    tables: Sequence[Table] = (),
    *,
    intro: Sequence[str] = (),
    fields: Sequence[Field] = (),
    finding: str = "",
    picture: Picture | None = None,
    head: tuple[Link, ...] = (),
    away: Away | None = None,
) -> View:
    """The view of a form and tables; `picture` is of all of them, a table may have its own."""
    content: Mapping[str, Any] = {
        "address": address,
        "tables": tables,
        "intro": intro,
        "fields": fields,
        "finding": finding,
        "away": away,
        "picture": picture,
        "evidence": None,
        "rows": sum(len(table.rows) for table in tables),
    }
    drawn = [table.picture for table in tables if table.picture and table.rows]
    drawn += [picture] if picture else []
    return View("report.html", heading, content, head=head, scripts=scripts(drawn))


def folded(view: View, links: Links, path: str, is_open: bool, **named: object) -> View:
    """A report with a switch for the evidence of all statements, at its path as it is `named`."""
    href = links.to(path, **named, evidence="" if is_open else "open")
    return replace(view, content={**view.content, "evidence": Fold(is_open, href)})


def text(*texts: object) -> Cell:
    """A cell of texts; nothing where there is nothing."""
    return Cell([str(each) for each in texts if each not in (None, "")])


def count(value: int, href: str = "") -> Cell:
    """A cell with a number."""
    return Cell([number(value)], href, is_number=True)


def thing(links: Links, node: Data) -> Cell:
    """A cell that leads to a thing."""
    return Cell([node["name"]], links.node(node))


def things(nodes: Sequence[Data]) -> Cell:
    """A cell with the names of things."""
    return text(*(node["name"] for node in nodes))
