"""The page of one thing: names, codes, facts, relationships and what each statement rests on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graph.addresses.triples import Triples
from graph.mapping.model import End, GraphModel, Kind, NodeType, Property
from graph.pages.blocks import BLOCKS
from graph.pages.history import HISTORY, Event, history
from graph.pages.labels import (
    described,
    end_label,
    list_label,
    property_label,
    type_label,
    value_label,
)
from graph.pages.linked import embedded
from graph.pages.links import Links
from graph.pages.page import NEAREST, VERSION, Data, Elsewhere, Link, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.pictures import Picture, scripts
from graph.pages.words import _, counted, day, isolated, number

ROWS = 25
"""So many rows of each relationship are shown on the page of a thing."""
MOST_ROWS = 250
"""So many, where the page shows one relationship alone."""
EVIDENCE = "confidence readOn evidence { confidence readOn source { slug name publisher year } }"
_EVIDENCE = frozenset(("confidence", "readOn", "sources"))
_SHARED = _EVIDENCE | {"slug", "name", "altNames", "notes"}
_LEAD = ("summary", "statement")


@dataclass(frozen=True, slots=True)
class Fact:
    """One property, or one thing that there is at most one of, with what is known of it."""

    label: str
    hint: str
    texts: Sequence[str] = ()
    section: "Section | None" = None
    """Where it is a thing: a relationship with one row."""

    @property
    def row(self) -> "Row | None":
        """The one thing, if it is one."""
        return self.section.rows[0] if self.section and self.section.rows else None


@dataclass(frozen=True, slots=True)
class Row:
    """One related thing: its node, the cells beside its name, and what the statement rests on."""

    node: Data
    cells: Sequence[Sequence[str]]
    edge: Data


@dataclass(frozen=True, slots=True)
class Section:
    """One relationship as a table; `href` leads to all of it.

    `via` and `forward` tell which statements the rows are, so that a picture draws each once,
    whichever of its two ends it was read from.
    """

    name: str
    label: str
    hint: str
    kind: str
    columns: Sequence[str]
    rows: Sequence[Row]
    total: int
    href: str
    via: str
    forward: bool


class EntityPages:
    """The pages of the things of one type."""

    def __init__(
        self, model: GraphModel, kind: NodeType, links: Links, terms: Mapping[str, str]
    ) -> None:
        self._model = model
        self._kind = kind
        self._links = links
        self._own = _own(kind)
        self._ends = model.ends(kind.name)
        self._text = self._document()
        self._triples = Triples(model, terms, links.root)

    def ask(self, slug: str, parameters: Parameters) -> PageQuery:
        """The page of a thing, or with `show` one of its relationships alone."""
        show = parameters.one("show", [end.name for end in self._ends])
        is_open = parameters.is_open()
        parameters.done()
        via = [end.relationship.type for end in self._ends if end.name == show]
        variables: Data = {
            "slug": slug,
            "id": f"{self._kind.name}:{slug}",
            "rows": MOST_ROWS if show else ROWS,
            "via": via or None,
        }
        return PageQuery(self._text, variables, self._viewer(slug, show, is_open), (slug,))

    def _document(self) -> str:
        kind = self._kind
        parts = [_NODE, *(each.name for each in self._own)]
        parts += [_nested(each.name, (part.name for part in each.parts)) for each in kind.measures]
        if hierarchy := self._model.hierarchy(kind.name):
            parts.append(f"ancestors {{ {kind.singular} {{ {_NAMED} }} }}")
            parts.append(f"below: {_below(hierarchy.inverse)}")
        block = BLOCKS.get(kind.name)
        parts.append(block.selection if block else "")
        return (
            f"query {kind.name}Page($slug: String!, $id: ID!, $rows: Int,"
            f" $via: [RelationshipType!]) {{ {kind.singular}(slug: $slug) {{ {' '.join(parts)} }}"
            f" statements(about: $id, first: $rows, via: $via) {{ {_STATEMENTS} }}"
            f" {block.root if block else ''} {HISTORY} {NEAREST.format(ids='[$id]')} {VERSION} }}"
        )

    def _viewer(self, slug: str, show: str, is_open: bool) -> Callable[[Data], View | Elsewhere]:
        def view(data: Data) -> View | Elsewhere:
            thing = cast(Data, data[self._kind.singular])
            if thing["slug"] != slug:
                return Elsewhere(self._links.thing(self._kind.name, thing["slug"]))
            rows = {
                (each["relationship"], each["direction"] == "FORWARD"): each
                for each in data["statements"]
            }
            events = history(data["changes"]["nodes"], self._links)
            return self._view(thing, rows, events, show, is_open, data)

        return view

    def _view(
        self,
        thing: Data,
        groups: Mapping[tuple[str, bool], Data],
        events: Sequence[Event],
        show: str,
        is_open: bool,
        asked: Data,
    ) -> View:
        here = self._links.thing(self._kind.name, thing["slug"])
        sections: dict[str, Section] = {}
        for end in self._ends:
            group = groups.get((end.relationship.type, end.forward))
            if group or end.name == show:
                sections[end.name] = self._section(end, group or _NONE, here, thing["slug"])
        content: Data = {
            "entity": thing,
            "type_label": type_label(self._kind),
            "here": here,
            "is_open": is_open,
            "history": events,
            "asked": asked,
        }
        trail = [Link(list_label(self._kind), self._links.list(self._kind.name))]
        if show:
            trail.append(Link(thing["name"], here))
            content["section"] = sections[show]
            return View("relationship.html", thing["name"], content, tuple(trail))
        return self._whole(thing, sections, content, tuple(trail), here)

    def _whole(
        self,
        thing: Data,
        sections: Mapping[str, Section],
        content: Data,
        trail: tuple[Link, ...],
        here: str,
    ) -> View:
        facts = list(self._facts(thing, sections))
        picture = _picture(thing["name"], sections)
        content |= {
            "picture": picture,
            "linked": self._linked(thing, sections),
            "drawn": sum(len(section.rows) for section in sections.values()),
            "sections": [sections[e.name] for e in self._ends if e.name in sections and not e.one],
            "lead": next((thing[name] for name in _LEAD if thing.get(name)), ""),
            "facts": [fact for fact in facts if fact.texts or fact.row],
            "unknown": [fact.label for fact in facts if not fact.texts and not fact.row],
            "below": thing.get("below", {"totalCount": 0}),
            "above": [each[self._kind.singular] for each in reversed(thing.get("ancestors", ()))],
            "block": BLOCKS[self._kind.name].template if self._kind.name in BLOCKS else None,
        }
        head = (
            Link("application/ld+json", f"{here}.jsonld"),
            Link("application/json", f"{here}.json"),
            Link("text/csv", f"{here}.csv"),
        )
        drawn = scripts([picture] if picture else ())
        return View("entity.html", thing["name"], content, trail, head=head, scripts=drawn)

    def _linked(self, thing: Data, sections: Mapping[str, Section]) -> Data:
        ends = [end for end in self._ends if end.name in sections]
        related = [(end, row.node) for end in ends for row in sections[end.name].rows]
        return embedded(self._triples, self._kind, thing, related)

    def _facts(self, thing: Data, sections: Mapping[str, Section]) -> Iterator[Fact]:
        for end in self._ends:
            if end.one:
                hint = described(end.description)
                yield Fact(end_label(end), hint, section=sections.get(end.name))
        for each in self._own:
            if each.name not in _LEAD:
                texts = shown(each, thing[each.name])
                yield Fact(property_label(each), described(each.description), texts)

    def _section(self, end: End, group: Data, here: str, slug: str) -> Section:
        own = _edge_fields(end)
        rows = [
            Row(each["entity"], [_texts(part, each["fields"]) for part in own], each)
            for each in group["statements"]
        ]
        columns = [at for at in range(len(own)) if any(row.cells[at] for row in rows)]
        more = group["totalCount"] > len(rows)
        back = end.relationship.inverse if end.forward else end.relationship.name
        return Section(
            end.name,
            end_label(end),
            described(end.description),
            type_label(self._model[end.other]),
            [property_label(own[at]) for at in columns],
            [Row(row.node, [row.cells[at] for at in columns], row.edge) for row in rows],
            group["totalCount"],
            ""
            if not more
            else f"{here}?show={end.name}"
            if group["totalCount"] <= MOST_ROWS
            else self._links.list(end.other, **{back: slug}),
            end.relationship.type,
            end.forward,
        )


def _picture(name: str, sections: Mapping[str, Section]) -> Picture | None:
    """One thing among what it is related to; none where it is related to nothing."""
    if not sections:
        return None
    total = sum(section.total for section in sections.values())
    finding = _("{statements} of {kinds}.").format(
        statements=counted(total, "statement", "statements"),
        kinds=counted(len(sections), "kind", "kinds"),
    )
    title = _("What “{name}” is related to").format(name=isolated(name))
    return Picture("neighbours", title, finding)


_NONE: Data = {"totalCount": 0, "statements": []}


def _texts(part: Property, fields: Sequence[Data]) -> tuple[str, ...]:
    """The texts of one of a relationship's own fields."""
    texts: Sequence[str] = next((f["values"] for f in fields if f["field"] == part.name), ())
    if part.many or not texts:
        return tuple(texts)
    return shown(part, _READ.get(part.kind, str)(texts[0]))


_READ: Mapping[Kind, Callable[[str], Any]] = {
    Kind.BOOLEAN: "true".__eq__,
    Kind.INT: int,
    Kind.FLOAT: float,
}


def shown(each: Property, value: Any) -> tuple[str, ...]:
    """A value as texts; none where nothing is known."""
    if value is None:
        return ()
    if each.many:
        return tuple(value)
    match each.kind:
        case Kind.BOOLEAN:
            text = _("Yes") if value else _("No")
        case Kind.DATE:
            text = day(value)
        case Kind.ENUM:
            assert each.enum
            text = value_label(each.enum, value)
        case Kind.INT if each.name != "year":
            text = number(value)
        case Kind.FLOAT:
            text = number(value)
        case _:
            text = str(value)
    return (text,)


def _edge_fields(end: End) -> tuple[Property, ...]:
    """The relationship's own fields but for its evidence."""
    own = end.relationship.edge.properties
    return tuple(each for each in own if each.shown and each.name not in _EVIDENCE)


def _own(kind: NodeType) -> tuple[Property, ...]:
    """The properties that not every type has."""
    return tuple(each for each in kind.properties if each.shown and each.name not in _SHARED)


def _below(narrower: str) -> str:
    """What belongs to it, and what belongs to that: the upper part of a tree."""
    least = f"{narrower}(first: {_TWIGS}) {{ totalCount nodes {{ {_NAMED} }} }}"
    return f"{narrower}(first: {ROWS}) {{ totalCount nodes {{ {_NAMED} below: {least} }} }}"


def _nested(name: str, members: Iterable[str]) -> str:
    return f"{name} {{ {' '.join(members)} }}"


_NAMED = "__typename slug name"
_TWIGS = 5
_NODE = (
    "__typename id slug name altNames notes retired replacedBy { __typename slug name }"
    f" identifiers {{ scheme schemeVersion value label matchType }} {EVIDENCE}"
)
_STATEMENTS = (
    "relationship direction totalCount statements {"
    f" entity {{ __typename slug name }} fields {{ field values }} {EVIDENCE} }}"
)
