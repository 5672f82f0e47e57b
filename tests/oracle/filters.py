"""`where`, read plainly: a condition holds or does not; on null it does not, its contrary does."""

from typing import Any

from graph.mapping.fold import fold
from graph.mapping.model import End, Kind, Property
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
        return _text(found, stored, where)
    return _compared(stored, where)


def _plain(value: Any) -> Any:
    return value.name if hasattr(value, "name") and not isinstance(value, str) else value


def _compared(stored: Any, where: dict[str, Any]) -> bool:
    def one(operator: str, value: Any) -> bool:
        value = [_plain(item) for item in value] if isinstance(value, list) else _plain(value)
        match operator:
            case "isNull":
                return (stored is None) == value
            case "ne":
                return stored is None or stored != value
            case "notIn":
                return stored is None or stored not in value
        if stored is None:
            return False
        return {
            "eq": lambda: stored == value,
            "in": lambda: stored in value,
            "lt": lambda: stored < value,
            "lte": lambda: stored <= value,
            "gt": lambda: stored > value,
            "gte": lambda: stored >= value,
        }[operator]()

    return all(one(operator, value) for operator, value in where.items())


def _text(found: Property, stored: str | None, where: dict[str, Any]) -> bool:
    exactly = bool(where.get("caseSensitive"))
    is_code = found.exact and not exactly and found.name != "slug"

    def same(value: str) -> bool:
        assert stored is not None
        if exactly:
            return stored == value
        if is_code:
            return stored in (value, value.upper(), value.lower())
        return (stored if found.exact else fold(stored)) == fold(value)

    def one(operator: str, value: Any) -> bool:
        match operator:
            case "caseSensitive":
                return True
            case "isNull":
                return (stored is None) == value
            case "ne":
                return stored is None or not same(value)
            case "notIn":
                return stored is None or not any(map(same, value))
        if stored is None:
            return False
        if operator == "eq":
            return same(value)
        if operator == "in":
            return any(map(same, value))
        if exactly:
            subject, part = stored, value
        else:
            subject = stored.lower() if is_code else (stored if found.exact else fold(stored))
            part = fold(value)
        return {
            "contains": lambda: part in subject,
            "startsWith": lambda: subject.startswith(part),
            "endsWith": lambda: subject.endswith(part),
        }[operator]()

    return all(one(operator, value) for operator, value in where.items())


def _listed(stored: list[str], where: dict[str, Any]) -> bool:
    def one(operator: str, value: Any) -> bool:
        match operator:
            case "has":
                return value in stored
            case "hasAny":
                return any(item in stored for item in value)
            case "hasAll":
                return all(item in stored for item in value)
            case _:
                return _compared(len(stored), value)

    return all(one(operator, value) for operator, value in where.items())
