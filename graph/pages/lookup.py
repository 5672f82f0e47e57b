"""A list of codes and names, pasted or out of a file: what each line stands for."""

from collections.abc import Mapping, Sequence
from functools import partial

import orjson

from graph.pages.cells import Cell
from graph.pages.compare import MOST as MOST_COMPARED
from graph.pages.labels import readable
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, PageQuery, View
from graph.pages.parameters import Parameters, refused
from graph.pages.report import Away, Field, Table, count, report, text, thing
from graph.pages.saved import files_of
from graph.pages.words import _, counted, isolated, number

PATH = "/lookup"
MOST_TEXTS = 200
"""As many as `lookUp` takes."""
_ROWS = (
    "lookUp(texts: $texts) { place text basis matchType scheme schemeVersion label"
    " entity { __typename slug name } }"
)
_QUERY = f"query LookUp($texts: [String!]!) {{ {_ROWS} {VERSION} }}"


class LookUp:
    """The page of a list that is looked up; its answer is a file too."""

    def __init__(self, links: Links, types: Mapping[str, str]) -> None:
        self._links = links
        self._types = types
        """What a thing of each type is called."""

    def ask(self, parameters: Parameters) -> PageQuery:
        """What each line of `list` stands for."""
        list_text = parameters.one("list")
        parameters.done()
        cells = (line.strip().partition("\t")[0].strip() for line in list_text.splitlines())
        lines = list(dict.fromkeys(filter(None, cells)))
        if len(lines) > MOST_TEXTS:
            message = _("The list has {number} lines; {most} is the most at once.")
            raise refused(message.format(number=number(len(lines)), most=MOST_TEXTS))
        if not lines:
            empty = self._view(list_text, [], None)
            return PageQuery(f"query LookUp {{ {VERSION} }}", {}, lambda _data: empty)
        return PageQuery(_QUERY, {"texts": lines}, lambda data: self._view(list_text, lines, data))

    def _view(self, list_text: str, lines: Sequence[str], data: Data | None) -> View:
        hint = _(
            "Codes, with or without their register, and names, one a line, up to {most}. Case,"
            " accents and punctuation do not matter. Of rows copied from a spreadsheet, the first"
            " column counts."
        ).format(most=MOST_TEXTS)
        view = partial(
            report,
            _("Look up a list of codes and names"),
            self._links.to(PATH),
            fields=[Field("list", _("Your list"), list_text, hint, is_long=True)],
        )
        if data is None:
            return view()
        columns = (_("Your line"), _("Stands for"), _("Kind"), _("How it was found"))
        rows = [self._row(each) for each in data["lookUp"]]
        finding = _("{found} of {all} found.").format(
            found=number(len({each["place"] for each in data["lookUp"] if each["entity"]})),
            all=counted(len(lines), "line", "lines"),
        )
        table = Table(_("What the lines stand for"), columns, rows)
        return view([table, *self._by_kind(data)], finding=finding, away=self._away(lines))

    def _by_kind(self, data: Data) -> Sequence[Table]:
        """What was found as lists, to filter and compare; a line that is unsure counts too."""
        slugs: dict[str, dict[str, None]] = {}
        for entity in (each["entity"] for each in data["lookUp"] if each["entity"]):
            slugs.setdefault(entity["__typename"], {})[entity["slug"]] = None
        rows = [
            (
                text(self._types[kind]),
                count(len(found), self._links.list(kind, slug=",".join(found))),
                self._compared([f"{kind}:{slug}" for slug in found]),
            )
            for kind, found in slugs.items()
        ]
        columns = (_("Kind"), _("As a list"), _("Side by side"))
        return [Table(_("What was found, by kind"), columns, rows)] if rows else []

    def _compared(self, ids: Sequence[str]) -> Cell:
        if not 1 < len(ids) <= MOST_COMPARED:
            return text()
        return Cell([_("Compare them")], self._links.to("/compare", ids=",".join(ids)))

    def _row(self, match: Data) -> Sequence[Cell]:
        line, entity = match["text"], match["entity"]
        if not entity:
            hint = _("Nothing has this code or is called so. Search for its words instead.")
            return text(line), Cell([hint], self._links.to("/search", q=line)), text(), text()
        kind = self._types[entity["__typename"]]
        return text(line), thing(self._links, entity), text(kind), text(_how(match))

    def _away(self, lines: Sequence[str]) -> Away:
        files = files_of(self._links, "look-up", [("texts", line) for line in lines])
        variables = orjson.dumps({"texts": lines}).decode()
        return Away(files, self._links.question(_QUERY, variables))


def _how(match: Data) -> str:
    """By which code it was found, and how well that fits; or by which name."""
    if match["basis"] != "CODE":
        return readable(match["basis"])
    scheme = " ".join(filter(None, (match["scheme"], match["schemeVersion"])))
    how = readable(match["matchType"]).lower()
    return _("Code of {scheme}, {how} match").format(scheme=isolated(scheme), how=how)
