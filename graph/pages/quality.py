"""What is missing or weak in the data: each kind counted, and all rows of it a click away."""

from collections.abc import Mapping
from dataclasses import replace

from graph.mapping.model import GraphModel
from graph.pages.cells import Cell
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, Link, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.report import Table, count, report
from graph.pages.weak import Weak, kinds
from graph.pages.words import _, number

PATH = "/quality"
_FIRST = 10
_ROWS = 100
_PAGE = "pageInfo { hasNextPage endCursor }"


class Quality:
    """The page of what is missing or weak, and of each kind of it."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._links = links
        self._kinds = kinds(model, links)

    def ask(self, parameters: Parameters) -> PageQuery:
        """The first of every kind; or with `show` all of one, `after` a cursor."""
        show = parameters.one("show", self._kinds)
        after = parameters.one("after")
        parameters.done()
        return self._all_of(show, after) if show else self._overview()

    def _overview(self) -> PageQuery:
        lists = " ".join(
            f"{name}(first: {_FIRST}) {{ totalCount nodes {{ {kind.fields} }} {_PAGE} }}"
            for name, kind in self._kinds.items()
        )
        query = f"query Quality {{ dataQuality {{ {lists} }} {VERSION} }}"

        def view(data: Data) -> View:
            found = data["dataQuality"]
            tables = [
                self._counts(found),
                *(self._first_of(name, found[name]) for name in self._kinds),
            ]
            return report(_("What is missing or weak"), self._links.to(PATH), tables)

        return PageQuery(query, {}, view)

    def _counts(self, found: Mapping[str, Data]) -> Table:
        """How many there are of each kind."""
        rows = [
            (
                Cell([kind.heading], self._to(name) if found[name]["totalCount"] else ""),
                count(found[name]["totalCount"]),
            )
            for name, kind in self._kinds.items()
        ]
        hint = _("Nothing here is wrong for sure: these are the places to look at first.")
        return Table(_("How many of each"), (_("What"), _("How many")), rows, hint)

    def _first_of(self, name: str, weak: Data) -> Table:
        table = self._table(self._kinds[name], weak)
        if not weak["pageInfo"]["hasNextPage"]:
            return table
        words = _("All {number} of them").format(number=number(weak["totalCount"]))
        return replace(table, more=Link(words, self._kinds[name].list or self._to(name)))

    def _all_of(self, name: str, after: str) -> PageQuery:
        kind = self._kinds[name]
        query = (
            f"query Weak($after: String) {{ dataQuality {{ weak: {name}(first: {_ROWS},"
            f" after: $after) {{ totalCount nodes {{ {kind.fields} }} {_PAGE} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            weak = data["dataQuality"]["weak"]
            table, page = self._table(kind, weak), weak["pageInfo"]
            if page["hasNextPage"]:
                words = _("The next of them")
                table = replace(table, more=Link(words, self._to(name, after=page["endCursor"])))
            shown = report(kind.heading, self._links.to(PATH), [table])
            trail = (Link(_("What is missing or weak"), self._links.to(PATH)),)
            return replace(shown, trail=trail)

        return PageQuery(query, {"after": after or None}, view)

    def _to(self, name: str, **parameters: object) -> str:
        return self._links.to(PATH, show=name, **parameters)

    def _table(self, kind: Weak, weak: Data) -> Table:
        rows = [kind.row(node) for node in weak["nodes"]]
        return Table(kind.heading, kind.columns, rows, kind.hint, total=weak["totalCount"])
