"""Lists over the whole graph, read plainly: what is weak, what has changed, what a search found."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Any

from graph.mapping.fold import words
from graph.mapping.fragment import NO_VERSION
from graph.mapping.names import constant
from tests.oracle.graph import Graph, Link, Thing, key_of, shared_codes
from tests.oracle.refusals import Refused

if TYPE_CHECKING:
    from tests.oracle.answers import Oracle

Arguments = dict[str, Any]


class Quality:
    """The lists of what is weak."""

    def __init__(self, oracle: Oracle, graph: Graph) -> None:
        self._oracle, self._graph = oracle, graph

    def listed(self, name: str, arguments: Arguments) -> Any:
        graph = self._graph
        things, links = list(graph.things.values()), graph.links
        rows: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "relationshipsWithoutSource": lambda: self._links(
                link for link in links if not link.get("sources")
            ),
            "relationshipsOnOneSource": lambda: self._links(
                link for link in links if len(link.get("sources") or []) == 1
            ),
            "relationshipsUnsure": lambda: self._links(
                link for link in links if link.get("confidence") == "UNSURE"
            ),
            "proposedMatches": lambda: _proposed(graph),
            "unmappedCodes": lambda: _unmapped(graph),
            "disagreements": lambda: _disagreements(things),
            "danglingReferences": lambda: _withheld(graph, "DANGLING"),
            "overruledReferences": lambda: _withheld(graph, "OVERRULED"),
        }
        if name in rows:
            return self._oracle.page_of(rows[name](), arguments)
        kinds = {"rolesWithoutProgramme": "Role", "areasWithoutCaseStudy": "ServiceArea"}
        kept = [thing for thing in things if self._is_weak(name, thing)]
        return self._oracle.listed(kept, kinds.get(name, "Entity"), arguments)

    def _links(self, links: Iterable[Link]) -> list[dict[str, Any]]:
        return _relationships(self._oracle, links)

    def _is_weak(self, name: str, thing: Thing) -> bool:
        match name:
            case "orphans":
                return thing.type != "Source" and not self._graph.neighbours(thing)
            case "withoutSource":
                return not thing.get("sources")
            case "oneSource":
                return len(thing.get("sources") or []) == 1
            case "unsure":
                return thing.get("confidence") == "UNSURE"
            case "rolesWithoutProgramme":
                return thing.type == "Role" and not self._graph.into[thing, "PREPARES_FOR"]
            case "areasWithoutCaseStudy":
                return thing.type == "ServiceArea" and not self._graph.into[thing, "SET_IN"]
            case _:
                raise AssertionError(name)


def _disagreements(entities: list[Thing]) -> list[dict[str, Any]]:
    found = [
        {
            "entity": one,
            "property": json.loads(text)["property"],
            "values": [f"{source}: {value}" for source, value in json.loads(text)["says"]],
        }
        for one in entities
        for text in one.get("disputes") or []
    ]
    return sorted(found, key=lambda row: (row["entity"].id, row["property"]))


def _withheld(graph: Graph, reason: str) -> list[dict[str, Any]]:
    order = ("source", "place", "from", "type", "to", "key")
    found = [one for one in graph.withheld if one["reason"] == reason]
    found.sort(key=lambda one: [one[name] for name in order])
    return [{**one, "relationship": one["type"]} for one in found]


def _relationships(oracle: Oracle, links: Iterable[Link]) -> list[dict[str, Any]]:
    ordered = sorted(links, key=lambda one: (one.start.id, one.type, one.end.id, key_of(one)))
    return [
        {
            "from": link.start,
            "to": link.end,
            "type": link.type,
            "confidence": link.get("confidence"),
            "evidence": oracle.evidence(link),
        }
        for link in ordered
    ]


def _unmapped(graph: Graph) -> list[dict[str, Any]]:
    codes: dict[tuple[str, str, str], dict[str, Any]] = {}
    exact: set[tuple[str, str, str]] = set()
    for thing in sorted((graph.things | graph.retired).values(), key=lambda thing: thing.id):
        for code, link in graph.codes.get(thing.id, []):
            key = (code["scheme"], code["schemeVersion"], code["value"])
            codes.setdefault(key, {**code, "label": code.get("label"), "near": []})
            if thing.id in graph.retired:
                continue
            codes[key]["near"].append(thing)
            if link["matchType"] == "EXACT":
                exact.add(key)
    return [code for key, code in sorted(codes.items()) if key not in exact]


def _proposed(graph: Graph) -> list[dict[str, Any]]:
    """Pairs that are called the same and share neither a source nor a code."""
    things = sorted(graph.things.values(), key=lambda one: ("Curated" not in one.labels, one.id))
    called: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for thing in things:
        called[thing.type, thing.get("nameFolded")].append(thing)
    pairs = [
        (one, other)
        for same in called.values()
        for one, other in combinations(same, 2)
        if not {"Curated"} <= one.labels & other.labels
        and not set(one.get("sources")) & set(other.get("sources"))
        and not shared_codes(graph, one, other)
    ]
    pairs.sort(key=lambda pair: ("Curated" not in pair[0].labels, pair[0].id, pair[1].id))
    return [{"entity": one, "other": other} for one, other in pairs]


def changes(oracle: Oracle, graph: Graph, arguments: Arguments) -> Any:
    """What later loads have touched, in their order; a version that never was is refused."""
    versions = {load["version"]: load["sequence"] for load in graph.loads} | {NO_VERSION: 0}
    since = arguments["since"]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
        before = [load["sequence"] for load in graph.loads if str(load["at"])[:10] < since]
        versions[since] = max(before, default=0)
    if since not in versions:
        raise Refused(since)
    seen = versions[since]
    loads = {load["sequence"]: load for load in graph.loads}

    def kind(thing: Thing) -> str:
        if thing.id in graph.retired:
            return "RETIRED"
        return "ADDED" if thing.get("addedIn") > seen else "CHANGED"

    asked = _asked_for(graph, arguments.get("ids"))
    things = [*graph.things.values(), *graph.retired.values()] if asked is None else asked
    # What was one with another entity from the start has never been shown.
    things = [thing for thing in things if (thing.get("changedIn") or 0) > seen]
    things.sort(key=lambda thing: (thing.get("changedIn"), thing.id))
    return oracle.page_of(
        [
            {
                "kind": kind(one),
                "entity": one,
                **loads[one.get("changedIn")],
                "addedAt": loads[one.get("addedIn")]["at"],
                "addedBy": loads[one.get("addedIn")]["source"],
            }
            for one in things
        ],
        arguments,
    )


def _asked_for(graph: Graph, ids: list[str] | None) -> list[Thing] | None:
    """The things of a list that may be left out; refused where it is empty or names one twice."""
    if ids is not None and len(set(ids)) != max(1, len(ids)):
        raise Refused(ids)
    return None if ids is None else [graph.named(id_) for id_ in ids]


def search(oracle: Oracle, graph: Graph, arguments: Arguments) -> Any:
    """The whole search is the service's word; what it may hold, and what is shown of it, is not."""
    if not words(arguments["query"]):
        raise Refused(arguments["query"])
    types, scope = arguments.get("types"), arguments.get("scope")
    found = oracle.search(
        {
            "query": arguments["query"],
            "types": None if types is None else [kind.name for kind in types],
            "scope": scope and scope.name,
            "folded": arguments.get("folded"),
        }
    )
    hits = [(hit, graph.things[hit["node"]["id"]]) for hit in found["edges"]]
    assert len(hits) == found["totalCount"]
    for _, thing in hits:
        assert types is None or constant(thing.type) in {kind.name for kind in types}
        assert scope is None or scope.name == "ALL" or (
            ("Curated" in thing.labels) is (scope.name == "CURATED")
        )  # fmt: skip
        assert not (arguments.get("folded") and "Folded" in thing.labels)
    keys = [(hit["missingWords"], -hit["score"], thing.id) for hit, thing in hits]
    assert keys == sorted(keys)
    if types is None:
        counts = Counter(constant(thing.type) for _, thing in hits)
        assert {facet["type"]: facet["count"] for facet in found["facets"]} == counts
    return oracle.page_of_hits(hits, found["facets"], arguments)


def data_version(graph: Graph) -> dict[str, Any]:
    latest = graph.loads[-1]
    return {"version": latest["version"], "loadedAt": latest["at"]}
