"""Codes and names of a list, read plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.mapping.fold import words
from tests.oracle.graph import Graph, Thing
from tests.oracle.refusals import Refused

if TYPE_CHECKING:
    from tests.oracle.answers import Oracle

BEST_FIRST = ("EXACT", "CLOSE", "NARROW", "BROAD", "RELATED")


def meant(oracle: Oracle, graph: Graph, identifier: str) -> list[tuple[Thing, dict[str, Any]]]:
    """What `SCHEME@version:value`, or a value alone, stands for, with the code: the best first."""
    head, colon, value = identifier.partition(":")
    scheme, _, version = head.partition("@") if colon else ("", "", "")
    value = value if colon else head
    found = [
        (thing, code)
        for thing in (graph.things | graph.retired).values()
        for code in oracle.identifiers(thing)
        if code["value"] in (value, value.upper(), value.lower())
        and scheme.lower() in ("", code["scheme"].lower())
        and version in ("", code["schemeVersion"])
    ]
    return sorted(found, key=lambda one: (BEST_FIRST.index(one[1]["matchType"]), one[0].id))


def look_up(oracle: Oracle, graph: Graph, texts: list[str]) -> list[dict[str, Any]]:
    """For each text all that has it as a code, then all that is called so."""
    if not all(text.strip() for text in texts):
        raise Refused(texts)
    weights = {kind.name: kind.weight for kind in graph.model.types}
    rows: list[dict[str, Any]] = []
    for place, text in enumerate(texts):
        by_code = [
            ((0, BEST_FIRST.index(code["matchType"])), "CODE", thing, code)
            for thing, code in meant(oracle, graph, text.strip())
        ]
        name = words(text)
        by_name = [
            ((1, 0), "NAME", thing, {})
            if words(thing.get("name")) == name
            else ((2, 0), "OTHER_NAME", thing, {})
            for thing in graph.things.values()
            if name and name in map(words, [thing.get("name"), *(thing.get("altNames") or ())])
        ]
        found = sorted(
            [*by_code, *by_name],
            key=lambda one: (
                *one[0],
                -weights[one[2].type],
                "Curated" not in one[2].labels,
                one[2].id,
                *(one[3].get(part) or "" for part in ("scheme", "schemeVersion", "value")),
            ),
        )
        rows += [
            {
                "place": place,
                "text": text,
                "entity": thing,
                "basis": basis,
                **{
                    part: code.get(part)
                    for part in ("matchType", "scheme", "schemeVersion", "label")
                },
            }
            for _, basis, thing, code in found or [((), None, None, {})]
        ]
    return rows
