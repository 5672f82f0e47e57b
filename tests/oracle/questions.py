"""The hand-written questions, read plainly."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.oracle.filters import matches
from tests.oracle.graph import Graph, Thing

if TYPE_CHECKING:
    from tests.oracle.answers import Oracle

_JOINS = ("WORKS_ACROSS", "WORKS_IN", "REQUIRES")


def answer(oracle: Oracle, graph: Graph, name: str, arguments: dict[str, Any]) -> Any:
    match name:
        case "bridges":
            ends = [graph.things[id_] for id_ in arguments["between"]]
            found = [
                role
                for role in graph.of_type("Role")
                if all(end in _joined(graph, role) for end in ends)
            ]
            return oracle.listed(found, "Role", arguments)
        case "overlap":
            return _overlap(graph, arguments)
        case "path":
            start, finish = graph.things[arguments["from"]], graph.things[arguments["to"]]
            return _path(graph, start, finish, arguments)
        case "pathway":
            return _pathway(graph, graph.things[arguments["from"]], graph.things[arguments["to"]])
        case "gap":
            return _gap(graph, graph.things[arguments["from"]], graph.things[arguments["to"]])
        case "dataQuality":
            return _quality(oracle, graph)
    raise AssertionError(name)


def _joined(graph: Graph, role: Thing) -> set[Thing]:
    return {link.end for type_ in _JOINS for link in graph.out[role, type_]}


def similar(graph: Graph, role: Thing, first: int) -> list[dict[str, Any]]:
    own = _joined(graph, role)
    found: list[tuple[float, str, Thing]] = []
    for other in graph.of_type("Role"):
        theirs = _joined(graph, other)
        shared = len(own & theirs)
        if other is not role and shared:
            score = shared / (len(own) + len(theirs) - shared)
            found.append((-score, other.get("slug"), other))
    return [
        {"role": other, "score": -score, "reasons": _reasons(graph, role, other)}
        for score, _, other in sorted(found, key=lambda item: item[:2])[:first]
    ]


def _reasons(graph: Graph, role: Thing, other: Thing) -> list[dict[str, Any]]:
    reasons: list[dict[str, Any]] = []
    for type_ in sorted(_JOINS):
        theirs = {link.end for link in graph.out[other, type_]}
        shared = [link.end for link in graph.out[role, type_] if link.end in theirs]
        if shared:
            shared.sort(key=lambda thing: thing.get("slug"))
            reasons.append({"relationship": type_, "entities": shared})
    return reasons


def _across(graph: Graph, role: Thing, axis: str) -> set[Thing]:
    def ends(type_: str) -> set[Thing]:
        return {link.end for link in graph.out[role, type_]}

    programmes = {link.start for link in graph.into[role, "PREPARES_FOR"]}
    providers = {link.start for one in programmes for link in graph.into[one, "OFFERS"]}
    return {
        "ROLE": lambda: {role},
        "PROFESSION": lambda: ends("WORKS_ACROSS"),
        "SERVICE_AREA": lambda: ends("WORKS_IN"),
        "CAREER_LEVEL": lambda: ends("AT_CAREER_LEVEL"),
        "SKILL": lambda: ends("REQUIRES"),
        "PROGRAMME": lambda: programmes,
        "PROVIDER": lambda: providers,
        "UNIVERSITY": lambda: {one for one in providers if "University" in one.labels},
        "CASE_STUDY": lambda: {link.start for link in graph.into[role, "DEPICTS"]},
    }[axis]()


def _overlap(graph: Graph, arguments: dict[str, Any]) -> dict[str, Any]:
    roles = [r for r in graph.of_type("Role") if matches(graph, r, "Role", arguments.get("where"))]
    rows, columns = arguments["rows"].name, arguments["columns"].name
    cells: dict[tuple[Thing, Thing], set[Thing]] = defaultdict(set)
    headings: dict[str, dict[Thing, set[Thing]]] = {
        "rows": defaultdict(set),
        "columns": defaultdict(set),
    }
    for role in roles:
        for one in _across(graph, role, rows):
            headings["rows"][one].add(role)
            for other in _across(graph, role, columns):
                cells[one, other].add(role)
        for other in _across(graph, role, columns):
            headings["columns"][other].add(role)

    def heading(name: str) -> list[dict[str, Any]]:
        found = sorted(headings[name].items(), key=lambda item: (-len(item[1]), item[0].id))
        return [{"entity": thing, "roles": len(shared)} for thing, shared in found]

    ordered = sorted(cells.items(), key=lambda item: (-len(item[1]), *(one.id for one in item[0])))
    return {
        "rows": heading("rows"),
        "columns": heading("columns"),
        "cells": [
            {"row": one, "column": other, "roles": len(shared)} for (one, other), shared in ordered
        ],
        "truncated": False,
    }


def _path(
    graph: Graph, start: Thing, finish: Thing, arguments: dict[str, Any]
) -> dict[str, Any] | None:
    """The shortest way; of several, that whose inner nodes have the fewest relationships."""
    types = {type_.name for type_ in arguments["via"]} if arguments.get("via") else None
    ways, seen = [[start]], {start}
    for _ in range(arguments.get("maxLength") or 4):
        ways = [
            [*way, near]
            for way in ways
            for near in graph.neighbours(way[-1], types)
            if near not in seen
        ]
        arrived = [way for way in ways if way[-1] is finish]
        if arrived:
            best = min(
                arrived,
                key=lambda way: (
                    sum(
                        len(graph.near[one]) + len(graph.codes.get(one.id, [])) for one in way[1:-1]
                    ),
                    [one.id for one in way],
                ),
            )
            return {"length": len(best) - 1, "nodes": best}
        seen |= {way[-1] for way in ways}
    return None


def _pathway(graph: Graph, start: Thing, finish: Thing) -> dict[str, Any] | None:
    ways: list[list[Thing]] = []

    def walk(passed: list[Thing]) -> None:
        if passed[-1] is finish:
            ways.append(passed)
            return
        if len(passed) <= 6:
            onward = {link.end for link in graph.out[passed[-1], "LEADS_TO"]}
            for role in onward:
                if role not in passed:
                    walk([*passed, role])

    if start is not finish:
        walk([start])
    if not ways:
        return None
    ways.sort(key=lambda way: (len(way), [role.get("slug") for role in way]))
    return {
        "from": start,
        "to": finish,
        "ways": [{"length": len(way) - 1, "roles": way} for way in ways],
    }


def _gap(graph: Graph, start: Thing, finish: Thing) -> dict[str, Any]:
    def ends(role: Thing, type_: str) -> set[Thing]:
        return {link.end for link in graph.out[role, type_]}

    def by_slug(things: set[Thing]) -> list[Thing]:
        return sorted(things, key=lambda thing: thing.get("slug"))

    missing = ends(finish, "REQUIRES") - ends(start, "REQUIRES")
    preparing = {link.start for link in graph.into[finish, "PREPARES_FOR"]}
    developing = {link.start for skill in missing for link in graph.into[skill, "DEVELOPS"]}
    known = ends(start, "REQUIRES") and ends(finish, "REQUIRES")
    return {
        "from": start,
        "to": finish,
        "basis": "SKILLS" if known else "PROFESSIONS_LEVELS_PROGRAMMES",
        "missingSkills": by_slug(missing),
        "sharedSkills": by_slug(ends(finish, "REQUIRES") & ends(start, "REQUIRES")),
        "missingProfessions": by_slug(ends(finish, "WORKS_ACROSS") - ends(start, "WORKS_ACROSS")),
        "sharedProfessions": by_slug(ends(finish, "WORKS_ACROSS") & ends(start, "WORKS_ACROSS")),
        "missingServiceAreas": by_slug(ends(finish, "WORKS_IN") - ends(start, "WORKS_IN")),
        "programmes": [
            {
                "programme": programme,
                "preparesFor": programme in preparing,
                "covers": by_slug(missing & ends(programme, "DEVELOPS")),
            }
            for programme in by_slug(preparing | developing)
        ],
    }


def _quality(oracle: Oracle, graph: Graph) -> dict[str, Any]:
    entities = list(graph.things.values())

    class Lists(dict[str, Any]):
        """Lists by name; pages are those of no argument."""

        def __missing__(self, name: str) -> Any:
            kept = {
                "orphans": [
                    one for one in entities if one.type != "Source" and not graph.neighbours(one)
                ],
                "withoutSource": [one for one in entities if not one.get("sources")],
                "oneSource": [one for one in entities if len(one.get("sources") or []) == 1],
                "unsure": [one for one in entities if one.get("confidence") == "UNSURE"],
                "rolesWithoutProgramme": [
                    one for one in graph.of_type("Role") if not graph.into[one, "PREPARES_FOR"]
                ],
                "areasWithoutCaseStudy": [
                    one for one in graph.of_type("ServiceArea") if not graph.into[one, "SET_IN"]
                ],
            }[name]
            kinds = {"rolesWithoutProgramme": "Role", "areasWithoutCaseStudy": "ServiceArea"}
            return oracle.listed(kept, kinds.get(name, "Entity"), {})

    return Lists()
