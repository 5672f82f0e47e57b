"""Two to four things of one type side by side; of roles also what is missing between them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from graph.mapping.model import End, GraphModel, NodeType, Property
from graph.pages import gaps
from graph.pages.cells import Cell
from graph.pages.entity import shown
from graph.pages.labels import end_label, list_label, property_label, type_label
from graph.pages.links import Links
from graph.pages.page import NEAREST, VERSION, Data, PageQuery, View
from graph.pages.parameters import Parameters, not_there, refused, short
from graph.pages.report import Field, Table, report, text, thing
from graph.pages.steps import role
from graph.pages.words import _, isolated, listed, number

MOST = 4
_NAMES = 12
"""So many names stand in a cell."""
_LONG = frozenset(("slug", "name", "notes", "summary", "statement"))
_SIDES = tuple("abcd")
"""The variables that name what is compared."""


class Compare:
    """The page of things compared; what is compared follows from the declarations."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._links = links
        self._model = model
        self._sides = {kind.name: Sides(model, kind, links) for kind in model.types}

    def ask(self, parameters: Parameters) -> PageQuery:
        """The form; where two or more things are named, with the answer."""
        ids = list(dict.fromkeys(role(each) for each in parameters.several("ids", MOST)))
        parameters.done()
        kind = self._kind(ids)
        fields = [self._field(kind, ids)]
        address = self._links.to("/compare")
        if kind is None or len(ids) < 2:
            form = report(_("Side by side"), address, fields=fields)
            return PageQuery(f"query Compare {{ {VERSION} }}", {}, lambda _data: form)
        sides = self._sides[kind.name]
        heading = _("{things} side by side").format(things=list_label(kind))

        def view(data: Data) -> View:
            things = {node["slug"]: node for node in data[kind.plural]["nodes"]}
            nodes = [_one(things, id_, data) for id_ in ids]
            tables = [sides.table(nodes), *gaps.tables(self._links, data)]
            return report(heading, address, tables, fields=fields)

        variables: Data = dict(zip(_SIDES, ids, strict=False))
        question = sides.question(list(variables))
        slugs = [_slug(each) for each in ids]
        return PageQuery(question, {**variables, "slugs": slugs}, view, tuple(ids))

    def _field(self, kind: NodeType | None, ids: Sequence[str]) -> Field:
        """Once one thing is chosen, only others of its type are offered."""
        return Field(
            "ids",
            _("What to compare"),
            ", ".join(ids),
            _("Two to four of one kind, separated by commas, such as Profession:nursing"),
            suggests=kind.plural if kind else "",
            ids=True,
            several=True,
        )

    def _kind(self, ids: Sequence[str]) -> NodeType | None:
        names = list(dict.fromkeys(each.partition(":")[0] for each in ids))
        for name in names:
            if name not in self._sides:
                near = get_close_matches(name[:60], self._sides, 3, 0.4) or list(self._sides)
                message = _("There is no kind called “{name}”. Try {kinds}.")
                raise refused(
                    message.format(name=isolated(short(name)), kinds=listed(near, _("or")))
                )
        if len(names) > 1:
            labels = [list_label(self._model[name]) for name in names]
            message = _("Only things of one kind can be compared. These are {kinds}.")
            raise refused(message.format(kinds=listed(labels)))
        return self._model[names[0]] if names else None


class Sides:
    """What of a type is compared: its facts, and the names of what it is related to."""

    def __init__(self, model: GraphModel, kind: NodeType, links: Links) -> None:
        self._kind = kind
        self._links = links
        self._own = [p for p in kind.properties if p.shown and not p.many and p.name not in _LONG]
        self._ends = [end for end in model.ends(kind.name) if not end.relationship.hierarchy]

    def question(self, variables: Sequence[str]) -> str:
        """The document that asks of the things that these variables name; one statement."""
        ids = f"[{', '.join(f'${each}' for each in variables)}]"
        declared = ", ".join(f"${each}: ID!" for each in variables)
        parts = " ".join((*(each.name for each in self._own), *(_of(end) for end in self._ends)))
        return (
            f"query Compare($slugs: [String!]!, {declared}) {{ {self._kind.plural}"
            f"(where: {{ slug: {{ in: $slugs }} }}, first: {MOST}) {{"
            f" nodes {{ __typename slug name {parts} }} }}"
            f" {gaps.selection(variables) if self._kind.name == gaps.KIND else ''}"
            f" {NEAREST.format(ids=ids)} {VERSION} }}"
        )

    def table(self, nodes: Sequence[Data]) -> Table:
        """The things side by side."""
        rows = [
            *(self._row(property_label(p), [_own(p, node) for node in nodes]) for p in self._own),
            *(self._row(end_label(end), [_others(end, n) for n in nodes]) for end in self._ends),
        ]
        columns = (type_label(self._kind), *(thing(self._links, n) for n in nodes), _("Same?"))
        hint = _("Where nothing stands, no source says anything.")
        return Table(_("Side by side"), columns, [row for row in rows if row], hint)

    def _row(self, label: str, cells: Sequence[Sequence[str]]) -> Sequence[Cell]:
        """A line of the table; none where nobody says anything."""
        if not any(cells):
            return ()
        same = _("Same") if len(set(map(tuple, cells))) == 1 else _("Differs")
        return (text(label), *(text(*cell) for cell in cells), text(same))


def _slug(id_: str) -> str:
    return id_.partition(":")[2]


def _one(things: Mapping[str, Data], id_: str, data: Data) -> Data:
    if _slug(id_) not in things:
        raise not_there(id_, data["nearest"])
    return things[_slug(id_)]


def _of(end: End) -> str:
    one = f"{end.name} {{ name }}"
    return one if end.one else f"{end.name}(first: {_NAMES}) {{ totalCount nodes {{ name }} }}"


def _own(each: Property, node: Data) -> Sequence[str]:
    return shown(each, node[each.name])


def _others(end: End, node: Data) -> Sequence[str]:
    """The names of what a thing is related to, with how many more there are."""
    related: Data | None = node[end.name]
    if related is None:
        return ()
    if end.one:
        return (related["name"],)
    more = related["totalCount"] - len(related["nodes"])
    names = [other["name"] for other in related["nodes"]]
    return [*names, _("and {count} more").format(count=number(more))] if more else names
