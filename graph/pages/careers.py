"""The career map: levels as columns, roles as cards, in a row for each profession or service area.

It is the list of roles seen another way: filters, facets and files are the list's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.addresses.lists import RESERVED, ListAddress, Question
from graph.mapping.model import GraphModel
from graph.pages.filtering import values_of
from graph.pages.links import Links
from graph.pages.lists import ListPage, joined
from graph.pages.page import Data, PageQuery, View
from graph.pages.parameters import Pairs, Parameters, refused
from graph.pages.words import _, counted, number

PATH = "/careers"
MOST = 400
"""So many roles are on a map; filters choose which."""
LEVEL, STEPS = "careerLevel", "nextSteps"
ROWS = ("professions", "serviceAreas")
"""What a map can have a row for each of."""
_NOT_HERE = frozenset((*RESERVED, "picture")) - {"q"}


@dataclass(frozen=True, slots=True)
class Level:
    """A column."""

    number: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """A role: its level, the rows it stands in and the roles that it leads to, names by slug."""

    slug: str
    name: str
    level: Level
    rows: Mapping[str, str]
    steps: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the cards at each level. `slug` is "" where it is of roles that have no row."""

    slug: str
    name: str
    cells: dict[Level, list[Card]] = field(default_factory=dict[Level, list[Card]])

    @property
    def total(self) -> int:
        """How many cards it has."""
        return sum(map(len, self.cells.values()))


class CareerMap(ListPage):
    """The page of the map."""

    settings = ("facet", "rows", "steps")

    def __init__(self, model: GraphModel, address: ListAddress, links: Links) -> None:
        super().__init__(model, address, _("Career map: roles by level"), links, PATH)

    def ask(self, pairs: Pairs) -> PageQuery:
        """The map of the roles that parameters ask for; with a known level, if they say none."""
        pairs = joined(pairs)
        for name, _value in pairs:
            if name in _NOT_HERE:
                raise refused(_("The career map has no setting “{name}”.").format(name=name))
        own = Parameters([pair for pair in pairs if pair[0] in ("rows", "steps")])
        rows, steps = own.one("rows", ROWS) or ROWS[0], own.one("steps", ("shown",))
        is_said = any(name.split(".")[0] == LEVEL for name, _value in pairs)
        known = [] if is_said else [(f"{LEVEL}.isNull", "false")]
        columns = (
            *("slug", "name", f"{LEVEL}.level", f"{LEVEL}.slug", f"{LEVEL}.name"),
            *(f"{rows}.slug", f"{rows}.name", f"{STEPS}.slug", f"{STEPS}.name"),
        )
        asked = [*pairs, *known, ("order", "name")]
        question = self._question(asked, columns, MOST, self._named("facet", pairs))

        def view(data: Data) -> View:
            cards = list(_cards(question, data))
            content = self._around(data, question, pairs)
            content |= self._map(cards, rows, bool(steps), pairs)
            content["hint"] = _("Roles as cards at their level of the Career Framework.")
            content["cut"] = data[self._address.name]["totalCount"] > MOST
            content["without_level"] = self._without_level(pairs)
            return View("careers.html", self._label, content, scripts=("careers.js",))

        return PageQuery(question.text, question.variables, view)

    def _map(self, cards: Sequence[Card], rows: str, has_steps: bool, pairs: Pairs) -> Data:
        levels = sorted({card.level for card in cards}, key=lambda each: each.number)
        shown = {card.slug for card in cards}
        counts = {level: sum(card.level == level for card in cards) for level in levels}
        return {
            "levels": levels,
            "counts": counts,
            "rows": [self._shown(row, levels, rows, pairs) for row in _rows(cards)],
            "shown": shown,
            "has_steps": has_steps,
            "steps": sum(len(shown.intersection(card.steps)) for card in cards),
            "finding": _finding(counts),
            "choices": [
                (self._filtering.label_of(name), self._to(pairs, rows=name), name == rows)
                for name in ROWS
            ],
            "switch": self._to(pairs, steps="" if has_steps else "shown"),
        }

    def _shown(self, row: Row, levels: Sequence[Level], rows: str, pairs: Pairs) -> Data:
        """A row as the template has it: its cells, each with the list behind it."""
        cells = [
            {
                "level": level,
                "cards": row.cells.get(level, ()),
                "href": self._list_of(level, rows, row, pairs),
            }
            for level in levels
        ]
        return {"name": row.name, "cells": cells}

    def _list_of(self, level: Level, rows: str, row: Row, pairs: Pairs) -> str:
        """The list behind a cell: what the map is filtered by holds for it too."""
        also = f"{rows}.and"
        within = dict.fromkeys((*values_of(pairs, also), row.slug))
        of_row = {also: ",".join(within)} if row.slug else {f"{rows}Count": "0"}
        more = {LEVEL: level.slug, **of_row}
        rest = [pair for pair in self._of_files(pairs) if pair[0] not in more]
        return self._to(rest, path=f"/{self._address.name}", **more)

    def _without_level(self, pairs: Pairs) -> str:
        """The list of roles that meet the filters and have no known level."""
        rest = [pair for pair in self._of_files(pairs) if pair[0].split(".")[0] != LEVEL]
        return self._to(rest, path=f"/{self._address.name}", **{f"{LEVEL}.isNull": "true"})


def _cards(question: Question, data: Data) -> Iterator[Card]:
    paths = [column.path for column in question.columns]
    for values in question.rows(data):
        own: Mapping[str, Any] = dict(zip(paths, values, strict=True))
        if own[f"{LEVEL}.slug"] is not None:
            level = Level(own[f"{LEVEL}.level"], own[f"{LEVEL}.slug"], own[f"{LEVEL}.name"])
            rows = next(name for name in ROWS if f"{name}.slug" in own)
            yield Card(own["slug"], own["name"], level, _named(own, rows), _named(own, STEPS))


def _named(own: Mapping[str, Any], end: str) -> Mapping[str, str]:
    return dict(zip(own[f"{end}.slug"], own[f"{end}.name"], strict=True))


def _rows(cards: Sequence[Card]) -> Sequence[Row]:
    """The rows, those with most cards first, and last the cards that have none."""
    rows: dict[str, Row] = {}
    for card in cards:
        for slug, name in (card.rows or {"": _("None is named")}).items():
            cells = rows.setdefault(slug, Row(slug, name)).cells
            cells.setdefault(card.level, []).append(card)
    return sorted(rows.values(), key=lambda row: (not row.slug, -row.total, row.name))


def _finding(counts: Mapping[Level, int]) -> str:
    if not counts:
        return ""
    most = max(counts, key=lambda level: counts[level])
    return _("{roles} at {levels}. Most are at level {level}: {count}.").format(
        roles=counted(sum(counts.values()), "role", "roles"),
        levels=counted(len(counts), "level", "levels"),
        level=most.number,
        count=number(counts[most]),
    )
