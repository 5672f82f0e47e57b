"""The hand-written questions, read plainly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graph.mapping.names import constant
from tests.oracle.filters import matches
from tests.oracle.graph import Graph, Link, Thing, key_of, shared_codes
from tests.oracle.lists import Quality, changes, data_version, search
from tests.oracle.lookup import BEST_FIRST, look_up, meant

if TYPE_CHECKING:
    from tests.oracle.answers import Oracle

_MOST = 1_000
_SUPPORT = ("CONFIRMED", "SEED", "SINGLE", "UNSURE")
_JOINS = ("WORKS_ACROSS", "WORKS_IN", "REQUIRES")


Arguments = dict[str, Any]


def answer(oracle: Oracle, graph: Graph, name: str, arguments: Arguments) -> Any:
    return READINGS[name](oracle, graph, arguments)


def _bridges(oracle: Oracle, graph: Graph, arguments: Arguments) -> Any:
    ends = [graph.named(id_) for id_ in arguments["between"]]
    found = [
        role for role in graph.of_type("Role") if all(end in _joined(graph, role) for end in ends)
    ]
    return oracle.listed(found, "Role", arguments)


def _ends(graph: Graph, arguments: Arguments) -> tuple[Thing, Thing]:
    return graph.named(arguments["from"]), graph.named(arguments["to"])


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
            names = ", ".join(thing.get("name") for thing in shared)
            said = f"{role.get('name')} {_phrase(graph, type_)} {names}, and so does"
            sentence = f"{said} {other.get('name')}."
            reasons.append({"relationship": type_, "entities": shared, "sentence": sentence})
    return reasons


def _seen_from(mine: str, theirs: str) -> str | None:
    """How well another entity matches, by how well the code matches both."""
    if mine != "EXACT":
        return mine if theirs == "EXACT" else None
    return {"BROAD": "NARROW", "NARROW": "BROAD"}.get(theirs, theirs)


def counterparts(graph: Graph, thing: Thing, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    asked = arguments.get("matchTypes")
    wanted = {"EXACT", "CLOSE"} if asked is None else {match.name for match in asked}
    types = arguments.get("types")
    kinds = {constant(thing.type)} if types is None else {kind.name for kind in types}
    ranked: list[tuple[Any, dict[str, Any]]] = []
    for other in graph.things.values():
        both = {"Curated"} <= thing.labels & other.labels
        if other is thing or both or constant(other.type) not in kinds:
            continue
        shared = [
            (code, match)
            for code, mine, theirs in shared_codes(graph, thing, other)
            if (match := _seen_from(mine, theirs)) in wanted
        ]
        if shared:
            best = min((match for _, match in shared if match), key=BEST_FIRST.index)
            via = [
                {
                    "scheme": code["scheme"],
                    "schemeVersion": code["schemeVersion"] or None,
                    "value": code["value"],
                }
                for code, _ in shared
            ]
            key = ("Curated" not in other.labels, BEST_FIRST.index(best), other.id)
            ranked.append((key, {"entity": other, "matchType": best, "via": via}))
    return [found for _, found in sorted(ranked, key=lambda item: item[0])]


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
        return [{"entity": thing, "roles": len(shared)} for thing, shared in found[:_MOST]]

    ordered = sorted(cells.items(), key=lambda item: (-len(item[1]), *(one.id for one in item[0])))
    return {
        "rows": heading("rows"),
        "columns": heading("columns"),
        "cells": [
            {"row": one, "column": other, "roles": len(shared)}
            for (one, other), shared in ordered[:_MOST]
        ],
        "truncated": any(
            len(found) > _MOST for found in (cells, headings["rows"], headings["columns"])
        ),
    }


def _links(graph: Graph, thing: Thing, arguments: dict[str, Any]) -> list[Link]:
    types = {type_.name for type_ in arguments["via"]} if arguments.get("via") else None
    return [link for link in graph.near[thing] if types is None or link.type in types]


def _far(link: Link, here: Thing) -> Thing:
    return link.end if link.start is here else link.start


def _ways(oracle: Oracle, graph: Graph, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """Ways that pass nothing twice, as short as the first that arrive, or all of `paths`.

    Of equally long ones those come first that pass no hub, then those whose weakest statement is
    the best supported, then those whose inner nodes have the fewest relationships.
    """
    start, finish = _ends(graph, arguments)
    ways: list[tuple[list[Thing], list[Link]]] = [([start], [])] if start is not finish else []
    arrived: list[tuple[list[Thing], list[Link]]] = []
    nearer = {start}
    for _ in range(arguments.get("maxLength") or 4):
        onward = [
            ([*nodes, _far(link, nodes[-1])], [*links, link])
            for nodes, links in ways
            for link in _links(graph, nodes[-1], arguments)
            if _far(link, nodes[-1]) not in (nodes if "k" in arguments else nearer)
        ]
        nearer |= {nodes[-1] for nodes, _ in onward}
        arrived += [way for way in onward if way[0][-1] is finish]
        if arrived and "k" not in arguments:
            break
        ways = [way for way in onward if way[0][-1] is not finish]

    def width(thing: Thing) -> int:
        replaced = sum(by is thing for by in graph.replaced.values())
        return len(graph.near[thing]) + len(graph.codes.get(thing.id, [])) + replaced

    def doubt(link: Link) -> int:
        return _SUPPORT.index(link.get("confidence"))

    arrived.sort(
        key=lambda way: (
            len(way[1]),
            max(map(width, way[0][1:-1]), default=0) // 16,
            max(map(doubt, way[1])),
            sum(map(width, way[0][1:-1])),
            [thing.id for thing in way[0]],
            [link.type + key_of(link) for link in way[1]],
            [link.start.id for link in way[1]],
        )
    )
    return [
        {
            "length": len(links),
            "nodes": nodes,
            "steps": [
                {
                    "from": here,
                    "to": there,
                    "relationship": link.type,
                    "direction": "FORWARD" if link.start is here else "BACKWARD",
                    "confidence": link.get("confidence"),
                    "evidence": oracle.evidence(link),
                    "sentence": f"{_said(graph, link)}.",
                }
                for here, there, link in zip(nodes, nodes[1:], links, strict=False)
            ],
            "sentence": f"{'; '.join(_said(graph, link) for link in links)}.",
        }
        for nodes, links in arrived
    ]


def _phrase(graph: Graph, type_: str) -> str:
    return next(kind.phrase for kind in graph.model.relationships if kind.type == type_)


def _said(graph: Graph, link: Link) -> str:
    return f"{link.start.get('name')} {_phrase(graph, link.type)} {link.end.get('name')}"


def _subgraph(oracle: Oracle, graph: Graph, arguments: dict[str, Any]) -> dict[str, Any]:
    named = map(graph.named, arguments["ids"])
    distances = {thing: 0 for thing in named if thing.id in graph.things}  # retired: nothing near
    for distance in range(1, (arguments.get("hops") or 1) + 1):
        for here in list(distances):
            for link in _links(graph, here, arguments):
                distances.setdefault(_far(link, here), distance)
    ordered = sorted(distances, key=lambda thing: (distances[thing], thing.id))
    kept = ordered[: 200 if arguments.get("first") is None else arguments["first"]]
    links = [link for here in kept for link in _links(graph, here, arguments) if link.start is here]
    links = [link for link in links if link.end in kept]
    links.sort(key=lambda link: (link.start.id, link.type, link.end.id, key_of(link)))
    return {
        "nodes": kept,
        "edges": [
            {
                "id": " ".join(
                    [link.start.id, link.type, link.end.id, *filter(None, [str(key_of(link))])]
                ),
                "from": link.start.id,
                "to": link.end.id,
                "relationship": link.type,
                "confidence": link.get("confidence"),
                "evidence": oracle.evidence(link),
            }
            for link in links
        ],
        "truncated": len(ordered) > len(kept),
    }


def _stands(graph: Graph, thing: Thing) -> dict[str, Any]:
    """Where a career level or a role stands in each axis of level."""
    at = [thing, *(link.end for link in graph.out[thing, "AT_CAREER_LEVEL"])][-1]
    return {
        "CAREER_FRAMEWORK": at.get("level"),
        "QUALIFICATION": thing.get("qualificationLevel"),
        "PAY_BAND": thing.get("payBand"),
    }


def _levels(oracle: Oracle, graph: Graph, axis: str, value: int) -> list[dict[str, Any]]:
    stated: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for thing in [*graph.of_type("CareerLevel"), *graph.of_type("Role")]:
        says = _stands(graph, thing)
        if axis == "PAY_BAND":
            is_asked = str(value) in re.split("[ /():]", says[axis] or "")
        else:
            is_asked = says[axis] == value
        for name, said in says.items():
            if is_asked and said is not None:
                stated[name, str(said)].append(thing)
    ordered = sorted(stated.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return [
        {
            "axis": name,
            "value": said,
            "count": len(things),
            "statedBy": [
                {
                    "entity": thing,
                    "confidence": thing.get("confidence"),
                    "evidence": oracle.evidence(thing),
                }
                for thing in sorted(things, key=lambda thing: thing.id)
            ],
        }
        for (name, said), things in ordered
    ]


def _resolve(oracle: Oracle, graph: Graph, identifier: str) -> list[dict[str, Any]]:
    return [
        {"entity": thing, "matchType": code["matchType"], "identifier": code}
        for thing, code in meant(oracle, graph, identifier)
    ]


_OF_OPTION = ("step", "how", "credit", "seenIn", "notes", "confidence")


def _pathway(oracle: Oracle, graph: Graph, start: Thing, finish: Thing) -> dict[str, Any] | None:
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
        "ways": [
            {
                "length": len(way) - 1,
                "roles": way,
                "steps": [_career_step(oracle, graph, *step) for step in pairwise(way)],
            }
            for way in ways
        ],
    }


def _career_step(oracle: Oracle, graph: Graph, here: Thing, there: Thing) -> dict[str, Any]:
    links = [link for link in graph.out[here, "LEADS_TO"] if link.end is there]
    return {
        "from": here,
        "to": there,
        "options": [
            {
                **{name: link.get(name) for name in _OF_OPTION},
                "entryRequirements": link.get("entryRequirements") or [],
                "evidence": oracle.evidence(link),
            }
            for link in sorted(links, key=lambda link: link.get("step"))
        ],
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
    here, there = _stands(graph, start), _stands(graph, finish)

    def shown(value: Any) -> str | None:
        return None if value is None else str(value)

    return {
        "from": start,
        "to": finish,
        "basis": "SKILLS" if known else "PROFESSIONS_LEVELS_PROGRAMMES",
        "missingSkills": by_slug(missing),
        "sharedSkills": by_slug(ends(finish, "REQUIRES") & ends(start, "REQUIRES")),
        "missingProfessions": by_slug(ends(finish, "WORKS_ACROSS") - ends(start, "WORKS_ACROSS")),
        "sharedProfessions": by_slug(ends(finish, "WORKS_ACROSS") & ends(start, "WORKS_ACROSS")),
        "missingServiceAreas": by_slug(ends(finish, "WORKS_IN") - ends(start, "WORKS_IN")),
        "levels": [
            {"axis": axis, "from": shown(here[axis]), "to": shown(there[axis])} for axis in here
        ],
        "programmes": [
            {
                "programme": programme,
                "preparesFor": programme in preparing,
                "covers": by_slug(missing & ends(programme, "DEVELOPS")),
                "providers": [
                    {
                        "provider": provider,
                        "region": next(iter(ends(provider, "LOCATED_IN")), None),
                    }
                    for provider in by_slug({i.start for i in graph.into[programme, "OFFERS"]})
                ],
            }
            for programme in by_slug(preparing | developing)
        ],
    }


def _first_ways(oracle: Oracle, graph: Graph, arguments: Arguments) -> list[dict[str, Any]]:
    """As many as are asked for. Which of over 100 that are as short Neo4j looks at, it chooses."""
    ways = _ways(oracle, graph, arguments)
    first = ways[: arguments.get("k") or 3]
    as_short = [way for way in ways if first and way["length"] <= first[-1]["length"]]
    oracle.is_open |= len(as_short) > _PUT_IN_ORDER
    return first


_PUT_IN_ORDER = 100
READINGS: dict[str, Callable[[Oracle, Graph, Arguments], Any]] = {
    "bridges": _bridges,
    "overlap": lambda _, graph, given: _overlap(graph, given),
    "path": lambda oracle, graph, given: next(iter(_ways(oracle, graph, given)), None),
    "paths": _first_ways,
    "subgraph": _subgraph,
    "levels": lambda oracle, graph, given: _levels(
        oracle, graph, given["axis"].name, given["value"]
    ),
    "resolve": lambda oracle, graph, given: _resolve(oracle, graph, given["identifier"]),
    "lookUp": lambda oracle, graph, given: look_up(oracle, graph, given["texts"]),
    "pathway": lambda oracle, graph, given: _pathway(oracle, graph, *_ends(graph, given)),
    "gap": lambda _, graph, given: _gap(graph, *_ends(graph, given)),
    "dataQuality": lambda oracle, graph, _: Quality(oracle, graph),
    "changes": changes,
    "search": search,
    "dataVersion": lambda _, graph, __: data_version(graph),
}
"""Every question that is compared, each read plainly."""
READ_ELSEWHERE = {
    "loads": "tests/loaders/test_load.py: it is about several loads",
    "nearest": "tests/pages/test_nearest.py: how near is a matter of taste, what is there is not",
    "statements": "tests/pages/test_statements.py: it is read by the pages",
    "supportedBy": "tests/pages/test_statements.py: it is read by the page of a source",
    "limits": "tests/test_settings.py: it is not in the graph",
}
