"""The whole graph in memory: read back once, then walked as objects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from graph.database.session import Database
from graph.mapping.model import End, GraphModel, NodeType
from tests.oracle.refusals import Refused


@dataclass(eq=False)
class Thing:
    """A node."""

    id: str
    labels: set[str]
    values: dict[str, Any]

    @property
    def type(self) -> str:
        return self.id.partition(":")[0]

    def get(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(eq=False)
class Link:
    """A relationship."""

    type: str
    start: Thing
    end: Thing
    values: dict[str, Any]

    def get(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(repr=False)  # Hypothesis shows the arguments of what it draws
class Graph:
    """All nodes by id, and all relationships by their ends."""

    model: GraphModel
    things: dict[str, Thing]
    links: list[Link]
    codes: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)
    withheld: list[dict[str, Any]] = field(default_factory=list)
    """What loads have left out."""
    loads: list[dict[str, Any]] = field(default_factory=list)
    """The versions of the data, the first one first."""
    retired: dict[str, Thing] = field(default_factory=dict)
    """What can still be looked up, and is in no list."""
    replaced: dict[str, Thing] = field(default_factory=dict)
    """What takes the place of what is retired."""

    def __post_init__(self) -> None:
        self.out: dict[tuple[Thing, str], list[Link]] = defaultdict(list)
        self.into: dict[tuple[Thing, str], list[Link]] = defaultdict(list)
        self.near: dict[Thing, list[Link]] = defaultdict(list)
        for link in self.links:
            self.out[link.start, link.type].append(link)
            self.into[link.end, link.type].append(link)
            self.near[link.start].append(link)
            self.near[link.end].append(link)

    def of_type(self, label: str) -> list[Thing]:
        return [thing for thing in self.things.values() if label in thing.labels]

    def look_up(self, id_: str) -> Thing | None:
        return self.things.get(id_) or self.retired.get(id_)

    def named(self, id_: str) -> Thing:
        """What an argument names; refused where there is no such thing."""
        if found := self.look_up(id_):
            return found
        raise Refused(id_)

    def along(self, thing: Thing, end: End) -> list[tuple[Link, Thing]]:
        """Relationships that an end sees, each with the node at its other end."""
        if end.forward:
            return [(link, link.end) for link in self.out[thing, end.relationship.type]]
        return [(link, link.start) for link in self.into[thing, end.relationship.type]]

    def end(self, kind: str, name: str) -> End:
        return next(end for end in self.model.ends(kind) if end.name == name)

    def kind(self, thing: Thing) -> NodeType:
        return self.model[thing.type]

    def neighbours(self, thing: Thing, types: set[str] | None = None) -> set[Thing]:
        return {
            link.end if link.start is thing else link.start
            for link in self.near[thing]
            if types is None or link.type in types
        }


def key_of(link: Link) -> str:
    """What tells a career step, or a year of teaching, from others between the same two."""
    return {"LEADS_TO": link.get("step"), "TAUGHT": link.get("year")}.get(link.type, "")


def shared_codes(graph: Graph, one: Thing, other: Thing) -> list[tuple[Any, str, str]]:
    """The codes that both have, with how well each matches, in order."""
    theirs = {_code(code): link["matchType"] for code, link in graph.codes.get(other.id, [])}
    found = [
        (code, link["matchType"], theirs[_code(code)])
        for code, link in graph.codes.get(one.id, [])
        if _code(code) in theirs
    ]
    return sorted(found, key=lambda item: _code(item[0]))


def _code(code: Any) -> tuple[str, str, str]:
    return code["scheme"], code["schemeVersion"], code["value"]


async def read_graph(database: Database, model: GraphModel) -> Graph:
    """Everything that readers can see."""
    things, retired = await _things(database, "Entity"), await _things(database, "Retired")
    every = things | retired
    rows = await database.rows(
        "MATCH (a:Entity)-[r]->(b:Entity) RETURN type(r), a.id, b.id, properties(r)"
    )
    links = [Link(type_, things[a], things[b], values) for type_, a, b, values in rows]
    codes: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for id_, code, link in await database.rows(
        "MATCH (n:Entity|Retired)-[r:IDENTIFIED_BY]->(i) RETURN n.id, properties(i), properties(r)"
    ):
        codes[id_].append((code, link))
    withheld = await database.rows("MATCH (n:DanglingReference) RETURN properties(n)")
    loads = await database.rows(
        "MATCH (l:Load) WITH l ORDER BY l.sequence"
        " RETURN {sequence: l.sequence, version: l.version, at: toString(l.at), source: l.source}"
    )
    replaced = await database.rows(
        "MATCH (n:Retired)-[:REPLACED_BY]->(by:Entity|Retired) RETURN n.id, by.id"
    )
    return Graph(
        model,
        things,
        links,
        codes,
        [values for (values,) in withheld],
        [values for (values,) in loads],
        retired,
        {id_: every[by] for id_, by in replaced},
    )


async def _things(database: Database, label: str) -> dict[str, Thing]:
    nodes = await database.rows(
        f"MATCH (n:{label}) RETURN n.id, labels(n), properties(n) ORDER BY n.id"
    )
    return {
        id_: Thing(id_, set(labels), {k: v for k, v in values.items() if isinstance(v, Plain)})
        for id_, labels, values in nodes
    }


Plain = str | int | float | bool | list
