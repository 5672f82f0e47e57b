"""What is missing or weak in the data: each kind counted, and all rows of it a click away."""

from collections.abc import Mapping
from dataclasses import replace

from graph.pages.links import Links
from graph.pages.page import VERSION, Data, Link, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.report import Table, report, text, thing
from graph.pages.words import _, number

PATH = "/quality"
_KINDS = ("rolesWithoutProgramme", "areasWithoutCaseStudy", "orphans", "oneSource", "unsure")
_FIRST = 25
_ROWS = 100
_NODES = "totalCount nodes { __typename slug name } pageInfo { hasNextPage endCursor }"


class Quality:
    """The page of what is missing or weak, and of each kind of it."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._lists: Mapping[str, str] = {
            "rolesWithoutProgramme": links.list("Role", programmesCount=0),
            "areasWithoutCaseStudy": links.list("ServiceArea", caseStudiesCount=0),
        }
        """Where a list with filters, columns and files shows the same rows."""

    def ask(self, parameters: Parameters) -> PageQuery:
        """The first of every kind; or with `show` all of one, `after` a cursor."""
        show = parameters.one("show", _KINDS)
        after = parameters.one("after")
        parameters.done()
        return self._all_of(show, after) if show else self._overview()

    def _overview(self) -> PageQuery:
        lists = " ".join(f"{name}(first: {_FIRST}) {{ {_NODES} }}" for name in _KINDS)
        query = (
            f"query Quality {{ dataQuality {{ {lists} unmappedCodes(first: 10)"
            f" {{ totalCount nodes {{ scheme value label }} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            quality = data["dataQuality"]
            tables = [self._first_of(name, quality[name]) for name in _KINDS]
            tables.append(_codes(quality["unmappedCodes"]))
            return report(_("What is missing or weak"), self._links.to(PATH), tables)

        return PageQuery(query, {}, view)

    def _first_of(self, name: str, weak: Data) -> Table:
        table = self._table(name, weak)
        if not weak["pageInfo"]["hasNextPage"]:
            return table
        words = _("All {number} of them").format(number=number(weak["totalCount"]))
        return replace(table, more=Link(words, self._lists.get(name) or self._to(name)))

    def _all_of(self, name: str, after: str) -> PageQuery:
        query = (
            f"query Weak($after: String) {{ dataQuality {{ weak: {name}(first: {_ROWS},"
            f" after: $after) {{ {_NODES} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            weak = data["dataQuality"]["weak"]
            table, page = self._table(name, weak), weak["pageInfo"]
            if page["hasNextPage"]:
                words = _("The next of them")
                table = replace(table, more=Link(words, self._to(name, after=page["endCursor"])))
            shown = report(_words()[name], self._links.to(PATH), [table])
            trail = (Link(_("What is missing or weak"), self._links.to(PATH)),)
            return replace(shown, trail=trail)

        return PageQuery(query, {"after": after or None}, view)

    def _to(self, name: str, **parameters: object) -> str:
        return self._links.to(PATH, show=name, **parameters)

    def _table(self, name: str, weak: Data) -> Table:
        rows = [(thing(self._links, node),) for node in weak["nodes"]]
        return Table(_words()[name], (_("Name"),), rows, total=weak["totalCount"])


def _codes(codes: Data) -> Table:
    rows = [
        (text(each["value"]), text(each["scheme"]), text(each["label"])) for each in codes["nodes"]
    ]
    columns = (_("Code"), _("Register"), _("Called there"))
    heading = _("Codes that nothing here matches exactly")
    return Table(heading, columns, rows, total=codes["totalCount"])


def _words() -> Mapping[str, str]:
    return {
        "rolesWithoutProgramme": _("Roles that no programme prepares for"),
        "areasWithoutCaseStudy": _("Service areas without a case study"),
        "orphans": _("Things that are connected to nothing"),
        "oneSource": _("Things that rest on one source only"),
        "unsure": _("Things that are marked as unsure"),
    }
