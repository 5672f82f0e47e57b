"""`where`, read plainly: a condition holds or does not; on null it does not, its contrary does."""

from collections.abc import Callable
from typing import Any
from unicodedata import normalize

from graph.mapping.fold import fold
from graph.mapping.kinds import Kind
from graph.mapping.model import End, Property
from graph.mapping.operators import (
    CASE_SENSITIVE,
    COMPARISONS,
    SIZE,
    TEXT,
    TEXT_LIST,
    Operator,
)
from tests.oracle.graph import Graph, Link, Thing


def matches(graph: Graph, thing: Thing, kind: str, where: dict[str, Any] | None) -> bool:
    return all(_member(graph, thing, kind, name, value) for name, value in (where or {}).items())


def matches_related(
    graph: Graph, link: Link, thing: Thing, end: End, where: dict[str, Any] | None
) -> bool:
    def one(name: str, value: Any) -> bool:
        match name:
            case "node":
                return matches(graph, thing, end.other, value)
            case "edge":
                return _edge(link, end, value)
            case "and":
                return all(matches_related(graph, link, thing, end, item) for item in value)
            case "or":
                return any(matches_related(graph, link, thing, end, item) for item in value)
            case _:
                return not matches_related(graph, link, thing, end, value)

    return all(one(name, value) for name, value in (where or {}).items())


def _edge(link: Link, end: End, where: dict[str, Any]) -> bool:
    properties = {found.name: found for found in end.relationship.edge.properties}

    def one(name: str, value: Any) -> bool:
        if name == "and":
            return all(_edge(link, end, item) for item in value)
        if name == "or":
            return any(_edge(link, end, item) for item in value)
        if name == "not":
            return not _edge(link, end, value)
        return _property(properties[name], link.get(name), value)

    return all(one(name, value) for name, value in where.items())


def _member(graph: Graph, thing: Thing, kind: str, name: str, value: Any) -> bool:
    if name == "and":
        return all(matches(graph, thing, kind, item) for item in value)
    if name == "or":
        return any(matches(graph, thing, kind, item) for item in value)
    if name == "not":
        return not matches(graph, thing, kind, value)
    for found in graph.model[kind].properties:
        if found.name == name:
            return _property(found, thing.get(name), value)
    for group in graph.model[kind].measures:
        if group.name == name:
            numbers = measures(graph, thing)
            return all(_compared(numbers[part], given) for part, given in value.items())
    for end in graph.model.ends(kind):
        related = graph.along(thing, end)
        if name == f"{end.name}Count":
            return _compared(len(related), value)
        if end.one and name == end.edge_name:
            if value is None:
                return not related
            return any(_edge(link, end, value) for link, _ in related)
        if name == end.name and end.one:
            if value is None:
                return not related
            return any(matches(graph, other, end.other, value) for _, other in related)
        if name == end.name:
            return all(
                _quantified(
                    quantifier, [matches_related(graph, *row, end, item) for row in related]
                )
                for quantifier, item in value.items()
            )
    raise AssertionError(name)


def _quantified(quantifier: str, found: list[bool]) -> bool:
    match quantifier:
        case "some":
            return any(found)
        case "all":
            return all(found)
        case "none":
            return not any(found)
        case _:
            return found.count(True) == 1


def measures(graph: Graph, thing: Thing) -> dict[str, int]:
    """The boundary span of a role."""
    professions = len(graph.out[thing, "WORKS_ACROSS"])
    areas = [link.end for link in graph.out[thing, "WORKS_IN"]]
    # A DISTINCT over rows counts an unknown sector as one too; sectors are never unknown.
    sectors = len({area.get("sector") for area in areas})
    return {
        "professions": professions,
        "serviceAreas": len(areas),
        "sectors": sectors,
        "total": professions + len(areas) + sectors,
    }


def _property(found: Property, stored: Any, where: dict[str, Any]) -> bool:
    if found.many:
        return _listed(stored or [], where)
    if found.kind is Kind.TEXT:
        return _text(stored, where)
    return _compared(stored, where)


def _plain(value: Any) -> Any:
    """Members of enums by their names, as they are stored."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.name if hasattr(value, "name") and not isinstance(value, str) else value


def _compared(stored: Any, where: dict[str, Any]) -> bool:
    return all(_holds(COMPARISONS[name], stored, _plain(value)) for name, value in where.items())


def _holds(operator: Operator, stored: Any, asked: Any) -> bool:
    """What the operator's plain meaning says; a name that the table has not fails."""
    return operator.on_null(asked) if stored is None else operator.holds(stored, asked)


def _text(stored: str | None, where: dict[str, Any]) -> bool:
    exactly = bool(where.get(CASE_SENSITIVE))
    as_compared = _composed if exactly else _folded
    subject = stored if stored is None or exactly else fold(stored)

    def one(name: str, value: Any) -> bool:
        if name == CASE_SENSITIVE:
            return True
        operator = TEXT[name]
        if operator.literal:
            return _holds(operator, stored, value)
        return _holds(operator, subject, _asked(operator, value, as_compared))

    return all(one(name, value) for name, value in where.items())


def _listed(stored: list[str], where: dict[str, Any]) -> bool:
    subject = [fold(one) for one in stored]
    return all(
        _compared(len(stored), value)
        if name == SIZE
        else _holds(TEXT_LIST[name], subject, _asked(TEXT_LIST[name], value, _folded))
        for name, value in where.items()
    )


def _asked(operator: Operator, value: Any, as_compared: Callable[[str], str]) -> Any:
    return [as_compared(one) for one in value] if operator.many else as_compared(value)


def _composed(value: str) -> str:
    return normalize("NFC", value)


def _folded(value: str) -> str:
    """A text as it is compared; of which nothing is left, it is in no text."""
    return fold(value) or (_IN_NO_TEXT if value else "")


_IN_NO_TEXT = "\0"
