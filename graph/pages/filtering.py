"""What lists are filtered by: facets with their values, active filters in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.addresses.filters import Filter
from graph.mapping.kinds import Kind
from graph.mapping.model import End, NodeType, Property
from graph.pages.facets import Facet, Value
from graph.pages.labels import end_label, property_label, readable, value_label
from graph.pages.page import Data, Link
from graph.pages.parameters import Pairs
from graph.pages.words import _, day, isolated, listed

PAGE = ("first", "after", "last", "before")
SOURCES = "sources"
"""The field whose values are slugs of sources, shown by their names."""
Things = Mapping[tuple[str, str], str]
"""Names by type and slug."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An active filter of a field in words, and the list without it."""

    name: str
    text: str
    href: str
    other: Link | None = None
    """The same values meant the other way: all of them instead of any."""


class Filtering:
    """The filters of one type's list; `to` gives the list's address with parameters changed."""

    def __init__(
        self, kind: NodeType, ends: Mapping[str, End], to: Callable[..., str], *, draws: bool
    ) -> None:
        self._properties = {each.name: each for each in kind.properties}
        self._ends = ends
        self._to = to
        self._draws = draws
        """Whether facets are drawn."""

    def facet(self, facet: Data, pairs: Pairs, things: Things) -> Facet:
        """A facet of an answer: its values, each with the list with or without it."""
        name = facet["field"]
        chosen = values_of(pairs, name)
        most = max((each["count"] for each in facet["values"]), default=1)
        values = [
            self._value(name, each, chosen, pairs, most, things)
            for each in facet["values"]
            if each["entity"] or each["value"] is not None
        ]
        is_asked = name in values_of(pairs, "facet")
        is_open = is_asked or bool(chosen)
        other = self._drawing(name, pairs) if self._draws else ""
        return Facet(name, self.label_of(name), values, is_open, is_asked, other)

    def _drawing(self, name: str, pairs: Pairs) -> str:
        """The list with a facet drawn, or without where it is."""
        if name in values_of(pairs, "picture"):
            return self._to(whole(pairs), picture="")
        return self._to(whole(pairs), picture=name) + "#drawn"

    def _value(
        self,
        name: str,
        each: Data,
        chosen: Sequence[str],
        pairs: Pairs,
        most: int,
        things: Things,
    ) -> Value:
        entity = each["entity"]
        key = entity["slug"] if entity else each["value"]
        label = entity["name"] if entity else self._label(name, each["value"], things)
        others = [value for value in chosen if value != key]
        wanted = others if key in chosen else [*chosen, key]
        href = self._to(whole(pairs), **{name: ",".join(wanted)})
        return Value(label, each["count"], 100 * each["count"] // most, href, key in chosen)

    def _label(self, name: str, value: Any, things: Things) -> str:
        named = things.get(("Source", str(value))) if name == SOURCES else None
        return named or self._text(self._properties.get(name), value)

    def _text(self, part: Property | None, value: Any) -> str:
        """A value of a property as people read it, also where it comes as text."""
        if part is None or value is None:
            return str(value)
        if part.enum:
            return value_label(part.enum, str(value))
        if part.kind is Kind.BOOLEAN:
            return _("Yes") if value in (True, "true") else _("No")
        if part.kind is Kind.DATE:
            return day(str(value))
        return str(value)

    def label_of(self, name: str) -> str:
        """What a field or relationship is called."""
        if name in self._ends:
            return end_label(self._ends[name])
        if name in self._properties:
            return property_label(self._properties[name])
        return readable(name)

    def tag(self, each: Filter, things: Things, pairs: Pairs) -> Tag:
        """An active filter."""
        name = each.path[0] if len(each.path) == 1 else ""
        texts = [
            isolated(things.get((each.target, str(value)), "") or self._label(name, value, things))
            for value in each.values
        ]
        label = ": ".join(self.label_of(step) for step in each.path)
        word = _("and") if each.operator in ("and", "hasAll") else _("or")
        verb = _SAID.get(each.operator, each.operator)
        if each.target and not self._is_one(each) and each.operator in ("is", "and"):
            verb = _("include")
        text = f"{label} {verb} {listed(texts, word)}"
        if each.operator == "isNull":
            text = f"{label}: {_('not known') if each.values[0] else _('known')}"
        rest = [pair for pair in whole(pairs) if pair[0] != each.parameter]
        return Tag(name, text, self._to(rest), self._other(each, rest))

    def _is_one(self, each: Filter) -> bool:
        end = self._ends.get(each.path[0])
        return end is None or end.one

    def _other(self, each: Filter, rest: Pairs) -> Link | None:
        """The same filter with “and” for “or”, or the other way."""
        if len(each.values) < 2 or not each.target or each.operator not in ("is", "and"):
            return None
        value = ",".join(map(str, each.values))
        if each.operator == "is":
            return Link(_("all of them"), self._to(rest, **{f"{each.parameter}.and": value}))
        return Link(
            _("any of them"), self._to(rest, **{each.parameter.removesuffix(".and"): value})
        )


def whole(pairs: Pairs) -> Pairs:
    """The parameters of all pages of a list."""
    return [pair for pair in pairs if pair[0] not in PAGE]


def emptying(tags: Sequence[Tag], facets: Sequence[Facet]) -> Sequence[Tag]:
    """The filters without which something would be found: facets leave out their own filter."""
    found = {facet.name for facet in facets if any(each.count for each in facet.values)}
    return [tag for tag in tags if tag.name in found]


def values_of(pairs: Pairs, name: str) -> list[str]:
    """The values of a parameter, one by one."""
    return [part for key, value in pairs if key == name for part in value.split(",") if part]


_SAID: Mapping[str, str] = {
    "is": _("is"),
    "and": _("is"),
    "not": _("is not"),
    "eq": _("is"),
    "ne": _("is not"),
    "in": _("is"),
    "notIn": _("is not"),
    "lt": _("is under"),
    "lte": _("is at most"),
    "gt": _("is over"),
    "gte": _("is at least"),
    "contains": _("contains"),
    "startsWith": _("begins with"),
    "endsWith": _("ends with"),
    "has": _("has"),
    "hasAny": _("has"),
    "hasAll": _("has"),
}
