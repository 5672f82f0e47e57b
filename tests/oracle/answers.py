"""Operations over the graph in memory, executed by graphql-core field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLSchema,
    execute_sync,
    get_named_type,
    is_leaf_type,
    parse,
)

from graph.mapping.fold import fold
from graph.mapping.model import End
from tests.oracle import questions
from tests.oracle.filters import matches, matches_related, measures
from tests.oracle.graph import Graph, Link, Thing
from tests.oracle.lists import Quality
from tests.oracle.orders import Row, ordered, page
from tests.oracle.refusals import paths, refuse_unusable
from tests.oracle.wholes import Aggregate, grouped, shown, targets


@dataclass
class Connection:
    """All rows that match, in order, and the arguments of the page."""

    rows: list[Row]
    unfiltered: list[Row]
    kind: str
    end: End | None
    arguments: dict[str, Any]
    facets: list[dict[str, Any]] | None = None
    """Of search: how many of each type."""


@dataclass
class Edge:
    link: Link | dict[str, Any] | None
    node: Thing


Search = Callable[[dict[str, Any]], dict[str, Any]]
"""The connection of a whole search, asked of the service plainly: only Lucene knows the ranks."""


class Oracle:
    """Answers operations of one schema from one graph."""

    def __init__(self, schema: GraphQLSchema, graph: Graph, search: Search) -> None:
        self._schema = schema
        self._graph = graph
        self.search = search
        self.is_open = False
        """Whether another answer than the last may be right too."""

    def answer(self, text: str, variables: dict[str, Any]) -> tuple[Any, list[Any]]:
        """Data, and the paths of the fields that ended in an error."""
        self.is_open = False
        result = execute_sync(
            self._schema,
            parse(text),
            variable_values=variables,
            field_resolver=self._resolve,
            type_resolver=lambda value, _info, _type: value.type,
        )
        return result.data, paths(result.errors)

    def _resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        name = info.field_name
        refuse_unusable(info.parent_type.fields[name], arguments)
        if source is None:
            return self._root(name, arguments)
        if isinstance(source, Thing):
            return self._of_thing(source, name, arguments)
        if isinstance(source, Connection):
            return self._of_connection(source, name, arguments)
        if isinstance(source, Edge):
            return self._of_edge(source, name)
        if isinstance(source, Aggregate):
            return source.get(name, is_leaf_type(get_named_type(info.return_type)))
        if isinstance(source, Quality):
            return source.listed(name, arguments)
        return source[name]

    def _root(self, name: str, arguments: dict[str, Any]) -> Any:
        graph = self._graph
        for kind in graph.model.types:
            names = [(kind.name, kind.singular, kind.plural)]
            names += [(part.label, part.singular, part.plural) for part in kind.subsets]
            for label, one, many in names:
                if name == one:
                    found = graph.look_up(f"{kind.name}:{arguments['slug']}")
                    return found if found and label in (found.type, *found.labels) else None
                if name == many:
                    scope = arguments.get("scope")
                    things = [
                        thing
                        for thing in graph.of_type(label)
                        if scope is None
                        or scope.name == "ALL"
                        or ("Curated" in thing.labels) is (scope.name == "CURATED")
                    ]
                    return self.listed(things, kind.name, arguments)
        if name == "node":
            return graph.look_up(arguments["id"])
        if name == "nodes":
            return [graph.look_up(id_) for id_ in arguments["ids"]]
        return questions.answer(self, graph, name, arguments)

    def listed(self, things: list[Thing], kind: str, arguments: dict[str, Any]) -> Connection:
        graph, where = self._graph, arguments.get("where")
        every: list[Row] = [(None, thing) for thing in things]
        rows = [row for row in every if matches(graph, row[1], kind, where)]
        rows = ordered(graph, rows, kind, None, arguments.get("orderBy"))
        return Connection(rows, every, kind, None, arguments)

    def page_of(
        self, found: list[dict[str, Any]], arguments: dict[str, Any] | None = None
    ) -> Connection:
        rows: list[Any] = [(None, one) for one in found]
        return Connection(rows, rows, "", None, arguments or {})

    def page_of_hits(
        self, hits: list[Any], facets: list[dict[str, Any]], arguments: dict[str, Any]
    ) -> Connection:
        return Connection(hits, hits, "", None, arguments, facets)

    def _related(self, thing: Thing, end: End, arguments: dict[str, Any]) -> Connection:
        graph, where = self._graph, arguments.get("where")
        every: list[Row] = list(graph.along(thing, end))
        rows = [row for row in every if matches_related(graph, *row, end, where)]  # type: ignore[arg-type]
        rows = ordered(graph, rows, end.other, end, arguments.get("orderBy"))
        return Connection(rows, every, end.other, end, arguments)

    def _of_thing(self, thing: Thing, name: str, arguments: dict[str, Any]) -> Any:
        graph, kind = self._graph, self._graph.kind(thing)
        if name == "id":
            return thing.id
        if name == "retired":
            return thing.id in graph.retired
        if name == "replacedBy":
            return graph.replaced.get(thing.id)
        if name == "evidence":
            return self.evidence(thing)
        if name == "identifiers":
            return self.identifiers(thing, arguments.get("schemes"))
        if name == "counterparts":
            return questions.counterparts(graph, thing, arguments)
        if name in ("ancestors", "descendants"):
            return self._hierarchy(thing, name, arguments.get("maxDepth") or 20)
        if name == "similar":
            return questions.similar(graph, thing, _or(arguments.get("first"), 10))
        if any(group.name == name for group in kind.measures):
            return measures(graph, thing)
        for found in kind.properties:
            if found.name == name:
                return (thing.get(name) or []) if found.many else thing.get(name)
        for end in graph.model.ends(kind.name):
            if end.one and name == end.edge_name:
                return next((Edge(*row) for row in graph.along(thing, end)), None)
        end = graph.end(kind.name, name)
        if end.one:
            return next((other for _, other in graph.along(thing, end)), None)
        return self._related(thing, end, arguments)

    def _of_edge(self, edge: Edge, name: str) -> Any:
        if name == "node":
            return edge.node
        if isinstance(edge.link, dict):
            return edge.link[name]
        assert edge.link
        if name == "evidence":
            return self.evidence(edge.link)
        value = edge.link.get(name)
        return (value or []) if name == "entryRequirements" else value

    def evidence(self, owner: Thing | Link) -> list[dict[str, Any]]:
        return [
            {
                "source": self._graph.things[f"Source:{slug}"],
                "confidence": owner.get("confidence"),
                "readOn": owner.get("readOn"),
            }
            for slug in owner.get("sources") or []
        ]

    def identifiers(self, thing: Thing, schemes: list[str] | None = None) -> list[dict[str, Any]]:
        found = [
            {
                "scheme": code["scheme"],
                "schemeVersion": code["schemeVersion"] or None,
                "value": code["value"],
                "label": code.get("label"),
                "matchType": link["matchType"],
            }
            for code, link in self._graph.codes.get(thing.id, [])
            if schemes is None or code["scheme"].lower() in map(fold, schemes)
        ]
        return sorted(found, key=lambda c: (c["scheme"], c["schemeVersion"] or "", c["value"]))

    def _hierarchy(self, thing: Thing, name: str, most: int) -> list[dict[str, Any]]:
        graph, kind = self._graph, self._graph.kind(thing)
        up = graph.model.hierarchy(kind.name)
        assert up
        depths: dict[Thing, int] = {}
        layer, depth = {thing}, 0
        while layer and depth < most:
            depth += 1
            above = {
                link.end if name == "ancestors" else link.start
                for one in layer
                for link in (
                    graph.out[one, up.type] if name == "ancestors" else graph.into[one, up.type]
                )
            }
            layer = {one for one in above if one not in depths}
            depths |= dict.fromkeys(layer, depth)
        found = sorted(depths.items(), key=lambda item: (item[1], item[0].get("slug")))
        return [{"depth": depth, kind.singular: one} for one, depth in found]

    def _of_connection(self, found: Connection, name: str, arguments: dict[str, Any]) -> Any:
        rows, more, before = page(
            found.rows, found.arguments.get("first"), found.arguments.get("last")
        )
        by, by_edge = arguments.get("by") or [], arguments.get("byEdge") or []
        match name:
            case "totalCount":
                return len(found.rows)
            case "pageInfo":
                return {"hasNextPage": more, "hasPreviousPage": before}
            case "nodes":
                return [thing for _, thing in rows]
            case "edges":
                return [Edge(*row) for row in rows]
            case "aggregate":
                return Aggregate(self._graph, found.rows, found.kind)
            case "edgeAggregate":
                return Aggregate(self._graph, found.rows, found.kind, on_edge=True)
            case "groups":
                wanted = targets(self._graph, found.kind, found.end, by, by_edge)
                order = arguments.get("orderBy")
                groups = grouped(
                    self._graph,
                    found.rows,
                    wanted,
                    order.name if order else "COUNT_DESC",
                    _or(arguments.get("first"), 1_000),
                )
                return [
                    {
                        "keys": [
                            {
                                "field": target.name,
                                "value": shown(key),
                                "entity": key if isinstance(key, Thing) else None,
                            }
                            for target, key in zip(wanted, keys, strict=True)
                        ],
                        "count": len(members),
                        "aggregate": Aggregate(self._graph, members, found.kind),
                        "edgeAggregate": Aggregate(self._graph, members, found.kind, on_edge=True),
                    }
                    for keys, members in groups
                ]
            case "facets" if found.facets is not None:
                return found.facets
            case "facets":
                return [
                    self._facet(found, target, _or(arguments.get("first"), 25))
                    for target in targets(self._graph, found.kind, found.end, by, by_edge)
                ]
            case _:
                by, by_edge = (
                    [arguments[name]] if arguments.get(name) else []
                    for name in ("field", "edgeField")
                )
                [target] = targets(self._graph, found.kind, found.end, by, by_edge)
                every = len(self._graph.things) * 100
                groups = grouped(self._graph, found.rows, [target], "KEY_ASC", every)
                known = [shown(key) for (key,), _ in groups if key is not None]
                return known[: _or(arguments.get("first"), 1_000)]

    def _facet(self, found: Connection, target: Any, first: int) -> dict[str, Any]:
        where = _without(found.arguments.get("where"), target.name, found.end is not None)
        rows = [
            row
            for row in found.unfiltered
            if (
                matches(self._graph, row[1], found.kind, where)
                if found.end is None
                else matches_related(self._graph, *row, found.end, where)  # type: ignore[arg-type]
            )
        ]
        groups = grouped(self._graph, rows, [target], "COUNT_DESC", first)
        return {
            "field": target.name,
            "values": [
                {
                    "value": shown(key),
                    "entity": key if isinstance(key, Thing) else None,
                    "count": len(members),
                }
                for (key,), members in groups
            ],
        }


def _or(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number


def _without(where: dict[str, Any] | None, name: str, related: bool) -> dict[str, Any]:
    """A filter without its conditions on a field, also inside of `and`."""
    left: dict[str, Any] = {}
    for key, value in (where or {}).items():
        if key == "and":
            left[key] = [_without(item, name, related) for item in value]
        elif related and key == "node":
            left[key] = _without(value, name, False)
        elif related and key == "edge":
            left[key] = _without(value, name.removeprefix("edge."), False) if (
                name.startswith("edge.")
            ) else value  # fmt: skip
        elif key != name:
            left[key] = value
    return left
