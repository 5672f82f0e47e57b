"""The whole graph in memory: read back once, then walked as objects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from graph.database.session import Database
from graph.mapping.model import End, GraphModel, NodeType


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


async def read_graph(database: Database, model: GraphModel) -> Graph:
    """Everything that readers can see."""
    nodes = await database.rows(
        "MATCH (n:Entity) RETURN n.id, labels(n), properties(n) ORDER BY n.id"
    )
    things = {
        id_: Thing(id_, set(labels), {k: v for k, v in values.items() if isinstance(v, Plain)})
        for id_, labels, values in nodes
    }
    rows = await database.rows(
        "MATCH (a:Entity)-[r]->(b:Entity) RETURN type(r), a.id, b.id, properties(r)"
    )
    links = [Link(type_, things[a], things[b], values) for type_, a, b, values in rows]
    codes: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for id_, code, link in await database.rows(
        "MATCH (n:Entity)-[r:IDENTIFIED_BY]->(i) RETURN n.id, properties(i), properties(r)"
    ):
        codes[id_].append((code, link))
    return Graph(model, things, links, codes)


Plain = str | int | float | bool | list
