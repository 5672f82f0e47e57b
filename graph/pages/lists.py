"""The list of one kind by address: facets, filters in words, columns, order and pages."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, cast

from graph.addresses.columns import Column
from graph.addresses.lists import ListAddress, Question
from graph.addresses.parameters import BadParameter
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel
from graph.pages.cells import Cell
from graph.pages.facets import Drawn, Facet, draw
from graph.pages.filtering import PAGE, SOURCES, Filtering, emptying, values_of, whole
from graph.pages.labels import described, end_label, property_label, readable, value_label
from graph.pages.links import Links
from graph.pages.page import NEAREST, Data, Link, PageQuery, Refusal, View
from graph.pages.parameters import Pairs, grouped, refused
from graph.pages.pictures import scripts
from graph.pages.words import _, day, number

ROWS = 25
_AT_ONCE = 4
"""So many facets are shown at once: each takes Neo4j time to plan. The others are a click away."""
_HIERARCHY = frozenset(("broader", "narrower"))


class ListPage:
    """The list of one kind; `path` is its address, where that is not the list's own."""

    settings: tuple[str, ...] = ("facet", "picture")
    """Parameters that only the page has."""

    def __init__(
        self, model: GraphModel, address: ListAddress, label: str, links: Links, path: str = ""
    ) -> None:
        self._model = model
        self._address = address
        self._label = label
        self._links = links
        self._path = path or f"/{address.name}"
        self._kind = address.kind
        self._properties = {each.name: each for each in self._kind.properties}
        self._ends = {end.name: end for end in model.ends(self._kind.name)}
        self._enums: dict[str, type[Enum]] = {
            part.enum.__name__: part.enum
            for kind in model.types
            for part in (
                *kind.properties,
                *(own for each in kind.relationships for own in each.edge.properties),
            )
            if part.enum
        }
        self._filtering = Filtering(
            self._kind, self._ends, self._to, draws="picture" in self.settings
        )
        self._facets = self._possible_facets()
        self._columns = self._chosen_columns()

    def ask(self, pairs: Pairs) -> PageQuery:
        """The list that parameters ask for."""
        pairs = joined(pairs)
        drawn = self._named("picture", pairs)
        if len(drawn) > 1:
            raise refused(_("“picture” is given twice. Give it once."))
        more = [*self._named("facet", pairs), *drawn]
        question = self._question(self._with_slug(pairs), self._columns, ROWS, more)
        return PageQuery(
            question.text, question.variables, lambda data: self._view(data, question, pairs)
        )

    def _question(
        self, pairs: Pairs, columns: Sequence[str], rows: int, more_facets: Sequence[str]
    ) -> Question:
        filtered = [name for name, _value in pairs if name in self._facets]
        facets = dict.fromkeys((*self._facets[:_AT_ONCE], *filtered, *more_facets))
        try:
            return self._address.read(
                pairs,
                facets=tuple(facets),
                columns=columns,
                also=self.settings,
                rows=rows,
                nearest=NEAREST,
                root=_SOURCE_NAMES if SOURCES in facets else "",
            )
        except BadParameter as error:
            raise Refusal("BAD_USER_INPUT", str(error)) from error

    def _named(self, parameter: str, pairs: Pairs) -> Sequence[str]:
        """The facets that a parameter names."""
        names = [value for name, value in pairs if name == parameter]
        if set(names) - set(self._facets):
            message = _("“{name}” is nothing that this list is filtered by.")
            raise refused(message.format(name=parameter))
        return names

    def _with_slug(self, pairs: Pairs) -> Pairs:
        """The same, with the slug among the columns that are chosen: rows lead to their things."""
        return [
            (name, value if name != "columns" or "slug" in value.split(",") else f"slug,{value}")
            for name, value in pairs
        ]

    def _possible_facets(self) -> tuple[str, ...]:
        """What the list can be filtered by with counts, hierarchies and codes left out."""
        known = set(self._address.facets)
        choices = [p.name for p in self._kind.properties if p.kind in (Kind.ENUM, Kind.BOOLEAN)]
        whole = [p.name for p in self._kind.properties if p.kind is Kind.INT]
        related = [name for name in self._ends if name not in _HIERARCHY]
        names = [*related[:2], *choices[:2], *whole[:1], *choices[2:], *whole[1:], *related[2:]]
        return tuple(name for name in (*names, SOURCES) if name in known)

    def _chosen_columns(self) -> tuple[str, ...]:
        own = [p for p in self._kind.properties if p.shown and not p.many and p.name != "notes"]
        choices = [p.name for p in own if p.kind is Kind.ENUM and p.name != "confidence"][:2]
        whole = [p.name for p in own if p.kind is Kind.INT][:1]
        one = [f"{end.name}.name" for end in self._ends.values() if end.one]
        many = [f"{end.name}.name" for end in self._ends.values() if not end.one and end.forward]
        texts = [p.name for p in own if p.name in ("publisher", "licence", "regulator", "award")]
        first = [path for path in many if path.split(".")[0] not in _HIERARCHY][:1]
        return ("slug", "name", *choices, *whole, *texts, *one, *first, "confidence")

    def _around(self, data: Data, question: Question, pairs: Pairs) -> dict[str, Any]:
        """What stands around the rows: how many there are, filters, files."""
        connection = data[self._address.name]
        for each, slug in question.missing(data):
            message = _("“{slug}” in “{name}” is nothing that is here.")
            reason = message.format(slug=slug, name=each.parameter)
            raise Refusal("BAD_USER_INPUT", reason, data["nearest"])
        things = self._things(question, data)
        named = {name for name, _value in pairs}
        tags = [
            self._filtering.tag(e, things, pairs) for e in question.filters if e.parameter in named
        ]
        facets = [self._filtering.facet(each, pairs, things) for each in connection["facets"]]
        return {
            "label": self._label,
            "hint": described(self._address.description.removeprefix("A list: ")),
            "total": connection["totalCount"],
            "tags": tags,
            "emptying": emptying(tags, facets),
            "words": question.words,
            "without_words": self._to(pairs, q=""),
            "without_all": self._links.to(self._path),
            "facets": facets,
            "more_facets": [
                Link(self._filtering.label_of(name), self._to(whole(pairs), facet=name))
                for name in self._facets
                if name not in {each["field"] for each in connection["facets"]}
            ],
            "files": [
                Link(text, self._to(self._of_files(pairs), path=f"/{self._address.name}.{ending}"))
                for text, ending in ((_("CSV"), "csv"), (_("Excel"), "xlsx"), (_("JSON"), "json"))
            ],
            "kept": [pair for pair in pairs if pair[0] not in ("q", *PAGE)],
            "address": self._links.to(self._path),
        }

    def _view(self, data: Data, question: Question, pairs: Pairs) -> View:
        around = self._around(data, question, pairs)
        info = data[self._address.name]["pageInfo"]
        drawn = self._drawn(around["facets"], pairs)
        content: Mapping[str, Any] = {
            **around,
            "drawn": drawn,
            "columns": [
                self._heading(column, question, pairs)
                for column in question.columns
                if column.path != "slug"
            ],
            "rows": [self._row(question, values) for values in question.rows(data)],
            "next": self._to(pairs, after=info["endCursor"], first=ROWS, last="", before="")
            if info["hasNextPage"]
            else "",
            "previous": self._to(pairs, before=info["startCursor"], last=ROWS, first="", after="")
            if info["hasPreviousPage"]
            else "",
            "kept_for_columns": [pair for pair in pairs if pair[0] not in ("columns", *PAGE)],
            "options": self._options(question),
        }
        pictures = [drawn.picture] if drawn else []
        return View("list.html", self._label, content, scripts=scripts(pictures))

    def _things(self, question: Question, data: Data) -> Mapping[tuple[str, str], str]:
        """The names of what filters name, by type and slug; those of sources too."""
        sources: Data = data.get(_NAMES, {"nodes": ()})
        names = {("Source", each["slug"]): each["name"] for each in sources["nodes"]}
        return {**names, **question.things(data)}

    def _drawn(self, facets: Sequence[Facet], pairs: Pairs) -> Drawn | None:
        """The facet that is drawn, where it has values."""
        names = values_of(pairs, "picture")
        chosen = next((each for each in facets if each.name in names and each.values), None)
        return draw(self._label, chosen) if chosen else None

    def _to(self, pairs: Pairs, path: str = "", **changed: object) -> str:
        """The address of the same list with other parameters; those that are "" are left out."""
        return self._links.to(path or self._path, **{**grouped(pairs), **changed})

    def _of_files(self, pairs: Pairs) -> Pairs:
        """What the files of a list take, which know no facets."""
        return [pair for pair in whole(pairs) if pair[0] not in self.settings]

    def _heading(self, column: Column, question: Question, pairs: Pairs) -> Data:
        path = column.path.removesuffix(".name") if column.many else column.path
        name = path.split(".")[0]
        label = self._filtering.label_of(path) if "." not in path else ""
        if not label:
            first, last = name, path.rsplit(".", 1)[-1]
            label = self._filtering.label_of(first)
            label += "" if last == "name" else f": {readable(last).lower()}"
        part = self._properties.get(path)
        end = self._ends.get(name)
        is_one = end is not None and end.one and path == f"{name}.name"
        sortable = (part is not None and not part.many) or path.endswith("Count") or is_one
        order = question.order[0] if question.order else None
        now = order is not None and order.path == path
        down = now and not (order and order.descending)
        state = ("descending" if order and order.descending else "ascending") if now else ""
        return {
            "label": label,
            "href": self._to(whole(pairs), order=f"-{path}" if down else path) if sortable else "",
            "state": state,
            "is_number": column.type in ("Int", "Float") and not column.many,
        }

    def _row(self, question: Question, values: Sequence[Any]) -> Sequence[Cell]:
        slug = next(v for c, v in zip(question.columns, values, strict=True) if c.path == "slug")
        return [
            self._cell(column, value, str(slug))
            for column, value in zip(question.columns, values, strict=True)
            if column.path != "slug"
        ]

    def _cell(self, column: Column, value: Any, slug: str) -> Cell:
        values = cast(list[Any], value) if isinstance(value, list) else [value]
        texts = [self._cell_text(column, each) for each in values if each is not None]
        is_number = column.type in ("Int", "Float") and not column.many
        href = self._links.thing(self._kind.name, slug) if column.path == "name" else ""
        return Cell(texts, href, is_number)

    def _cell_text(self, column: Column, value: Any) -> str:
        if column.type in self._enums:
            return value_label(self._enums[column.type], value)
        if column.type == "Boolean":
            return _("Yes") if value else _("No")
        if column.type == "Date":
            return day(value)
        if column.type in ("Int", "Float") and column.path != "year":
            return number(value)
        return str(value)

    def _options(self, question: Question) -> Sequence[Data]:
        """What columns may be chosen: own fields, names and numbers of what is related."""
        chosen = {column.path for column in question.columns}
        own = [
            (p.name, property_label(p))
            for p in self._kind.properties
            if p.shown and p.name not in ("slug", "sources")
        ]
        related = [(f"{end.name}.name", end_label(end)) for end in self._ends.values()]
        counts = [
            (f"{end.name}Count", _("{label} (number)").format(label=end_label(end)))
            for end in self._ends.values()
            if not end.one
        ]
        return [
            {"path": path, "label": label, "chosen": path in chosen}
            for path, label in (*own, *related, *counts)
        ]


_NAMES = "sourceNames"
_SOURCE_NAMES = f" {_NAMES}: sources(first: 250) {{ nodes {{ slug name }} }}"


def joined(pairs: Pairs) -> Pairs:
    """The parameters without empty ones; columns that a form sent one by one as one."""
    columns = [value for name, value in pairs if name == "columns" and value]
    rest = [(name, value) for name, value in pairs if value and name != "columns"]
    return [*rest, ("columns", ",".join(columns))] if columns else rest
