"""Random valid operations, made from the schema and from values that the graph has.

Fields, filters, quantifiers, orders, pages, aggregates, groups, facets,
fragments, aliases, directives and variables are drawn by Hypothesis, so that a
failing operation is made smaller by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from unicodedata import normalize

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from hypothesis import strategies as st

from graph.mapping.fragment import NO_VERSION
from graph.mapping.kinds import Kind
from graph.mapping.model import End, Property
from tests.oracle.graph import Graph, Thing
from tests.oracle.questions import READ_ELSEWHERE, READINGS

Draw = Callable[[st.SearchStrategy[Any]], Any]
_DEEPEST = 3
_NOT_ASKED = {
    # Opaque, or read plainly by the golden cases alone.
    *("cursor", "startCursor", "endCursor", "loads"),
}


class Name(str):
    """A name that stands without quotes: an enum's member."""


PARTS = ("startsWith", "contains", "endsWith")


@dataclass
class Operation:
    text: str
    variables: dict[str, Any]


@dataclass
class Writer:
    """Writes one operation."""

    schema: GraphQLSchema
    graph: Graph
    draw: Draw
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    filtered: list[set[str]] = field(default_factory=list)
    """What each list around filters on, by the names of its groups' keys."""
    budget: int = 60

    def operation(self) -> Operation:
        query = self.schema.query_type
        assert query
        count = self.draw(st.integers(1, 2))
        body = self.wrapped(" ".join(self.root(query, at) for at in range(count)), query)
        head = f"query({', '.join(self.declared)})" if self.declared else "query"
        return Operation(f"{head} {{ {body} }} {' '.join(self.fragments)}", self.variables)

    # Fields

    def root(self, query: GraphQLObjectType, at: int) -> str:
        special = [*READINGS, "node", "nodes", *["search", "changes", "dataQuality"] * 4]
        lists = [
            (one, kind.name) for kind in self.graph.model.types for one in (kind, *kind.subsets)
        ]
        plural = [one.plural for one, _ in lists]
        kinds = {one.singular: name for one, name in lists}
        known = {*special, *plural, *kinds, *READ_ELSEWHERE}
        assert known == query.fields.keys(), "there is a root field that is not drawn"
        plural += ["roles"] * 5 + ["professions", "programmes", "findings"] * 2
        present = {thing.type for thing in self.graph.things.values()}
        kinds = {field: name for field, name in kinds.items() if name in present}
        pool = self.draw(st.sampled_from([plural] * 6 + [special] * 4 + [[*kinds]]))
        name = self.draw(st.sampled_from(pool))
        arguments = {
            "bridges": lambda: {"between": self.ids(("Profession", "ServiceArea"), 1, 3)},
            "overlap": self.overlap,
            "path": lambda: {**self.pair(None), "maxLength": self.draw(st.integers(1, 4))},
            "paths": self.paths,
            "subgraph": self.subgraph,
            "levels": lambda: {
                "axis": self.draw(st.sampled_from(self.members(self.schema.type_map["LevelAxis"]))),
                "value": self.draw(st.integers(1, 9)),
            },
            "resolve": lambda: {"identifier": self.identifier()},
            "lookUp": lambda: {"texts": self.codes_and_names()},
            "pathway": self.career,
            "gap": self.career,
            "dataQuality": dict,
            "changes": self.changes,
            "search": self.search,
            "dataVersion": dict,
            "node": lambda: {"id": self.some_id()},
            "nodes": lambda: {"ids": [self.some_id() for _ in range(self.draw(st.integers(1, 3)))]},
        }
        given: dict[str, Any] = {}
        if name in arguments:
            given = arguments[name]()
        elif name in kinds:
            given = {"slug": self.ids((kinds[name],), 1, 1)[0].partition(":")[2]}
        return self.field(query, name, given, 0, f"r{at}: ")

    def field(
        self, type_: Any, name: str, given: dict[str, Any], depth: int, alias: str = ""
    ) -> str:
        definition = type_.fields[name]
        given = {**given, **self.arguments(type_, definition, name, depth)}
        shown = ", ".join(
            f"{key}: {self.value(value, definition.args[key].type)}" for key, value in given.items()
        )
        arguments = f"({shown})" if shown else ""
        named = get_named_type(definition.type)
        text = f"{alias}{name}{arguments}{self.directive()}"
        if is_leaf_type(named):
            return text
        self.filtered.append(_filtered(given.get("where")))
        selection = self.selection(named, depth + 1)
        self.filtered.pop()
        return f"{text} {{ {selection} }}"

    def directive(self) -> str:
        if self.draw(st.integers(0, 19)) < 18:
            return ""
        name, keeps = self.draw(st.sampled_from([("include", True), ("skip", False)]))
        given = keeps if self.draw(st.integers(0, 3)) else not keeps
        return f" @{name}(if: {self.value(given, GraphQLNonNull(GraphQLBoolean))})"

    def selection(self, type_: Any, depth: int) -> str:
        """Some fields of a type; never none."""
        self.budget -= 1
        if isinstance(type_, GraphQLInterfaceType):
            return self.interface(type_, depth)
        names = [name for name in type_.fields if name not in _NOT_ASKED]
        leaves = [name for name in names if is_leaf_type(get_named_type(type_.fields[name].type))]
        deeper = [name for name in names if name not in leaves and self.may(type_, name, depth)]
        chosen: list[str] = []
        if leaves:
            chosen += self.draw(
                st.lists(st.sampled_from(leaves), min_size=1, max_size=3, unique=True)
            )
        if deeper and self.budget > 0:
            is_wide = type_.name.endswith("Connection") or type_.name == "DataQuality"
            least, most = (2, 4) if is_wide else (int(not leaves or depth < _DEEPEST), 2)
            least = min(least, len(deeper))
            chosen += self.draw(
                st.lists(st.sampled_from(deeper), min_size=least, max_size=most, unique=True)
            )
        parts = [
            self.field(type_, name, {}, depth, self.alias(at)) for at, name in enumerate(chosen)
        ]
        parts.append("__typename" if not parts or self.draw(st.booleans()) else "")
        return self.wrapped(" ".join(parts).strip() or "__typename", type_)

    def may(self, type_: Any, name: str, depth: int) -> bool:
        """Whether a field with a selection may be asked for here."""
        if depth >= _DEEPEST and not type_.name.endswith(("Connection", "Edge", "Group", "Facet")):
            named = get_named_type(type_.fields[name].type)
            return not named.name.endswith("Connection") and depth < _DEEPEST + 3
        return depth < _DEEPEST + 4

    def alias(self, at: int) -> str:
        return f"a{at}: " if self.draw(st.integers(0, 5)) == 0 else ""

    def wrapped(self, body: str, type_: Any) -> str:
        """The same selection plainly, in an inline fragment or in a named one."""
        how = self.draw(st.integers(0, 11))
        if how == 0:
            return f"... on {type_.name} {{ {body} }}"
        if how == 2:
            return f"... {{ {body} }} __typename"
        if how == 1:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {type_.name} {{ {body} }}")
            return f"...{name} __typename"
        return body

    def interface(self, type_: GraphQLInterfaceType, depth: int) -> str:
        parts = ["__typename", "id"]
        possible = list(self.schema.get_possible_types(type_))
        for kind in self.draw(st.lists(st.sampled_from(possible), max_size=2, unique=True)):
            # Keys are told apart by type: two types may have a field of the same name and another type.
            names = [
                name
                for name in kind.fields
                if is_leaf_type(get_named_type(kind.fields[name].type)) and name not in _NOT_ASKED
            ]
            name = self.draw(st.sampled_from(names))
            parts.append(f"... on {kind.name} {{ {kind.name}_{name}: {name} }}")
            if depth < _DEEPEST and self.budget > 0 and self.draw(st.integers(0, 3)) == 0:
                ends = [end for end in self.graph.model.ends(kind.name) if not end.one]
                end = self.draw(st.sampled_from(ends)) if ends else None
                if end:
                    inner = self.field(kind, end.name, {}, depth + 1, f"{kind.name}_{end.name}: ")
                    parts.append(f"... on {kind.name} {{ {inner} }}")
        return self.wrapped(" ".join(parts), type_)

    # Arguments

    def arguments(self, type_: Any, definition: Any, name: str, depth: int) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if name in ("groups", "facets") and "by" in definition.args:
            known = [
                (argument, key)
                for argument in ("by", "byEdge")
                if argument in definition.args
                for key in self.members(definition.args[argument].type)
            ]
            if name == "facets" and self.draw(st.booleans()):
                # A facet ignores the filter on itself.
                known = [key for key in known if _plain(*key) in self.filtered[-1]] or known
            keys = self.draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
            given["by"] = [key for argument, key in keys if argument == "by"]
            if "byEdge" in definition.args:
                given["byEdge"] = [key for argument, key in keys if argument == "byEdge"]
                given = {argument: some for argument, some in given.items() if some}
            if name == "groups" and self.draw(st.booleans()):
                given["orderBy"] = self.draw(
                    st.sampled_from(self.members(definition.args["orderBy"].type))
                )
            if self.draw(st.booleans()):
                given["first"] = self.draw(st.integers(1, 4))
        elif name == "distinct":
            argument = self.draw(
                st.sampled_from([name for name in definition.args if name != "first"])
            )
            given[argument] = self.draw(
                st.sampled_from(self.members(definition.args[argument].type))
            )
            if self.draw(st.booleans()):
                given["first"] = self.draw(st.integers(1, 4))
        elif name in ("ancestors", "descendants"):
            if self.draw(st.booleans()):
                given["maxDepth"] = self.draw(st.integers(1, 3))
        elif name == "counterparts":
            for argument in ("matchTypes", "types"):
                if self.draw(st.integers(0, 2)) == 0:
                    known = self.members(definition.args[argument].type)
                    given[argument] = self.draw(st.lists(st.sampled_from(known), max_size=4))
        elif name == "similar":
            given["first"] = self.draw(st.integers(1, 3))
        elif type_.name == "DataQuality":
            given |= self.page()
        elif "orderBy" in definition.args:
            given |= self.list_arguments(definition, name, type_)
        return given

    def list_arguments(self, definition: Any, name: str, type_: Any) -> dict[str, Any]:
        given: dict[str, Any] = {}
        kind = get_named_type(definition.type).name.removesuffix("Connection")
        end = next(
            (end for owner in self.graph.model.types for end in self.graph.model.ends(owner.name)
             if owner.name == type_.name and end.name == name),
            None,
        )  # fmt: skip
        if self.draw(st.integers(0, 2)) < 2:
            given["where"] = self.where(kind, 0) if end is None else self.where_related(end, 0)
        if self.draw(st.booleans()):
            given["orderBy"] = self.order(kind, end)
        given |= self.page() or ({"first": 5} if type_.name != "Query" else {})
        if "scope" in definition.args and self.draw(st.integers(0, 2)) == 0:
            given["scope"] = self.draw(st.sampled_from(self.members(definition.args["scope"].type)))
        return given

    def page(self) -> dict[str, Any]:
        name = self.draw(st.sampled_from(["first", "last", ""]))
        return {name: self.draw(st.integers(0, 6))} if name else {}

    def where(self, kind: str, depth: int) -> dict[str, Any]:
        model = self.graph.model
        own = [found.name for found in model[kind].properties]
        ends = [end.name for end in model.ends(kind)]
        ends += [end.edge_name for end in model.ends(kind) if end.one]
        counts = [f"{end.name}Count" for end in model.ends(kind) if not end.one]
        measures = [found.name for found in model[kind].measures]
        names = own + counts + measures
        if depth < 2:
            names += ["and", "or", "not", *ends * 2]
        if depth < 2 and self.draw(st.booleans()):
            names = [*ends * 3, "and", "or", "not", *measures]
        chosen = self.draw(
            st.lists(st.sampled_from(names), min_size=int(depth < 3), max_size=2, unique=True)
        )
        found: dict[str, Any] = {}
        for name in chosen:
            if name in ("and", "or"):
                count = self.draw(st.integers(0, 2))
                found[name] = [self.where(kind, depth + 1) for _ in range(count)]
            elif name == "not":
                found[name] = self.where(kind, depth + 1)
            elif name in counts:
                found[name] = self.numbers()
            elif name in measures:
                group = next(group for group in model[kind].measures if group.name == name)
                part = self.draw(st.sampled_from([part.name for part in group.parts]))
                found[name] = {part: self.numbers()}
            elif name in ends and name.endswith("Edge"):
                end = self.graph.end(kind, name.removesuffix("Edge"))
                null = self.draw(st.integers(0, 3)) == 0
                found[name] = None if null else self.where_edge(end)
            elif name in ends:
                end = self.graph.end(kind, name)
                if end.one:
                    null = self.draw(st.integers(0, 3)) == 0
                    found[name] = None if null else self.where(end.other, depth + 1)
                else:
                    quantifier = self.draw(
                        st.sampled_from(["some", "some", "all", "none", "single"])
                    )
                    found[name] = {quantifier: self.where_related(end, depth + 1)}
            else:
                held = [thing.get(name) for thing in self.graph.of_type(kind)]
                found[name] = self.condition(model[kind].property(name), held)
        return found

    def where_related(self, end: End, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        parts = st.lists(
            st.sampled_from(["node", "node", "edge", "not"]), min_size=1, max_size=2, unique=True
        )
        for part in self.draw(parts):
            if part == "node" and (several := self.several(end)) and self.draw(st.booleans()):
                # Nodes that one node is related to: found twice where a list begins at them.
                slugs = [thing.get("slug") for thing in self.draw(st.sampled_from(several))]
                found["node"] = {"slug": {"in": slugs[:4]}}
            elif part == "node" and self.draw(st.booleans()):
                # What a rule begins from: few nodes by slug, some by a part of the name.
                name = self.draw(st.sampled_from(["slug", "name"]))
                held = [thing.get(name) for thing in self.graph.of_type(end.other)]
                prop = self.graph.model[end.other].property(name)
                found["node"] = {name: self.condition(prop, held)}
            elif part == "node":
                found["node"] = self.where(end.other, depth + 1)
            elif part == "edge":
                found["edge"] = self.where_edge(end)
            elif depth < 2:
                found["not"] = self.where_related(end, depth + 1)
        return found

    def where_edge(self, end: End) -> dict[str, Any]:
        prop = self.draw(st.sampled_from(end.relationship.edge.properties))
        links = [link for link in self.graph.links if link.type == end.relationship.type]
        return {prop.name: self.condition(prop, [link.get(prop.name) for link in links])}

    def several(self, end: End) -> list[list[Thing]]:
        """What each node of the type is related to, where that is more than one."""
        rows = [self.graph.along(thing, end) for thing in self.graph.of_type(end.owner)]
        return [[other for _, other in row] for row in rows if len(row) > 1]

    def numbers(self) -> dict[str, Any]:
        return self.compared("IntFilter", [0, 1, 2, 3, 4])

    def compared(self, filter_: str, pool: list[Any]) -> dict[str, Any]:
        """One operator of a filter, as the schema has them, with values of a pool."""
        fields = cast(GraphQLInputObjectType, self.schema.type_map[filter_]).fields
        names = [name for name in fields if name not in ("isNull", "caseSensitive", "size")]
        name = self.draw(st.sampled_from(names))
        if is_list_type(fields[name].type):
            return {name: self.draw(st.lists(st.sampled_from(pool), max_size=3))}
        value = self.draw(st.sampled_from(pool))
        return {name: self.piece(name, value) if name in PARTS else value}

    def piece(self, operator: str, value: str) -> str:
        """A few letters of a text, mostly those that the operator finds: whole, it is all of it."""
        size, spare = self.draw(st.integers(1, 5)), self.draw(st.integers(0, 20))
        start = {"startsWith": 0, "endsWith": max(0, len(value) - size)}.get(operator, spare)
        return value[start : start + size] or value if spare else value

    def condition(self, found: Property, held: list[Any]) -> dict[str, Any]:
        known = [value for value in held if value is not None and value != []]
        if found.many:
            flat = sorted({item for value in known for item in value}) or ["x"]
            if self.draw(st.integers(0, 3)) == 0:
                return {"size": self.numbers()}
            return self.compared("TextListFilter", self.texts(flat))
        if found.nullable and self.draw(st.integers(0, 4)) == 0:
            return {"isNull": self.draw(st.booleans())}
        if found.kind is Kind.TEXT:
            return self.text_condition(sorted(set(known)) or ["x"])
        if found.enum:
            pool: list[Any] = [Name(member.name) for member in found.enum]
            return self.compared(f"{found.enum.__name__}Filter", pool)
        made_up = {Kind.BOOLEAN: [True, False], Kind.DATE: ["2026-01-01"]}.get(found.kind, [0])
        return self.compared(found.kind.value.filter, sorted(set(known)) or made_up)

    def texts(self, pool: list[str]) -> list[str]:
        return [self.text(self.draw(st.sampled_from(pool))) for _ in range(3)]

    def text(self, value: str) -> str:
        """A text as people write it: in capitals, in part, with accents apart; or accents alone."""
        match self.draw(st.sampled_from(["plain"] * 8 + ["upper", "part", "apart"] * 2 + ["none"])):
            case "upper":
                return value.upper()
            case "part":
                start = self.draw(st.integers(0, max(0, len(value) - 1)))
                return value[start : start + 4]
            case "apart":
                return normalize("NFD", value)
            case "none":
                return "\u0301"
            case _:
                return value

    def text_condition(self, pool: list[str]) -> dict[str, Any]:
        found = self.compared("TextFilter", self.texts(pool))
        if self.draw(st.integers(0, 3)) == 0:
            found["caseSensitive"] = self.draw(st.booleans())
        return found

    def order(self, kind: str, end: End | None) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        for _ in range(self.draw(st.integers(0, 3))):
            direction = Name(self.draw(st.sampled_from(["ASC", "DESC"])))
            if end is None:
                item = self.key(kind, direction)
            elif self.draw(st.booleans()):
                item = {"node": self.key(end.other, direction)}
            else:
                names = [p.name for p in end.relationship.edge.properties if not p.many]
                item = {"edge": {self.draw(st.sampled_from(names)): direction}}
            if _path(item) not in [_path(other) for other in items]:
                items.append(item)
        return items

    def key(self, kind: str, direction: Name) -> dict[str, Any]:
        model = self.graph.model
        names = [found.name for found in model[kind].properties if not found.many]
        names += [f"{end.name}Count" for end in model.ends(kind) if not end.one]
        names += [end.name for end in model.ends(kind) if end.one]
        names += [end.edge_name for end in model.ends(kind) if end.one]
        names += [group.name for group in model[kind].measures]
        nullable = [
            found.name for found in model[kind].properties if found.name in names and found.nullable
        ]
        if nullable and self.draw(st.booleans()):
            names = nullable  # null is last, whichever way
        name = self.draw(st.sampled_from(names))
        for group in model[kind].measures:
            if group.name == name:
                part = self.draw(st.sampled_from([part.name for part in group.parts]))
                return {name: {part: direction}}
        for end in model.ends(kind):
            if end.name == name:
                return {name: self.key(end.other, direction)}
            if end.one and end.edge_name == name:
                own = [found.name for found in end.relationship.edge.properties if not found.many]
                return {name: {self.draw(st.sampled_from(own)): direction}}
        return {name: direction}

    # Arguments of the questions

    def ids(self, types: tuple[str, ...], least: int, most: int) -> list[str]:
        things = self.graph.things | self.graph.retired
        pool = [thing.id for thing in things.values() if thing.type in types]
        found = self.draw(
            st.lists(st.sampled_from(pool), min_size=least, max_size=most, unique=True)
        )
        if self.draw(st.integers(0, 7)) == 0:
            found[-1] = f"{types[0]}:not-there"  # its field fails, the others do not
        return found

    def some_id(self) -> str:
        some = [*self.graph.retired, "Role:not-there"]
        rare = self.draw(st.integers(0, 4)) == 0
        return self.draw(st.sampled_from(some if rare else [*self.graph.things]))

    def changes(self) -> dict[str, Any]:
        """Mostly of a few things: those of a load that brought all of them are too many to tell."""
        given: dict[str, Any] = {"since": self.version(), **self.page()}
        if self.draw(st.integers(0, 2)):
            given["ids"] = [self.some_id() for _ in range(self.draw(st.integers(0, 4)))]
        return given

    def version(self) -> str:
        known = [load["version"] for load in self.graph.loads]
        days = ["2001-01-01", "2999-12-31", *(str(load["at"])[:10] for load in self.graph.loads)]
        return self.draw(st.sampled_from([NO_VERSION, *known, *days, "made-up"]))

    def search(self) -> dict[str, Any]:
        """Words of names, now and then of none, with whatever else a search may be given."""
        thing = self.draw(st.sampled_from([*self.graph.things.values()]))
        name = thing.get("name").split()
        some = st.lists(st.sampled_from([*name, thing.get("slug"), "-"]), min_size=1, max_size=3)
        given = {"query": " ".join(self.text(word) for word in self.draw(some)), **self.page()}
        if self.draw(st.integers(0, 3)) == 0:
            known = self.members(self.schema.type_map["EntityType"])
            given["types"] = self.draw(st.lists(st.sampled_from(known), max_size=4))
        if self.draw(st.integers(0, 3)) == 0:
            given["scope"] = self.draw(st.sampled_from(self.members(self.schema.type_map["Scope"])))
        if self.draw(st.integers(0, 3)) == 0:
            given["folded"] = self.draw(st.booleans())
        return given

    def pair(self, type_: str | None) -> dict[str, Any]:
        pool = [t.id for t in self.graph.things.values() if type_ is None or t.type == type_]
        return {"from": self.draw(st.sampled_from(pool)), "to": self.draw(st.sampled_from(pool))}

    def career(self) -> dict[str, Any]:
        """Two roles, mostly with one or two career steps between: of two at random few have."""
        known = [link for link in self.graph.links if link.type == "LEADS_TO"]
        if not known or not self.draw(st.integers(0, 2)):
            return self.pair("Role")
        link = self.draw(st.sampled_from(known))
        onward = [link, *self.graph.out[link.end, "LEADS_TO"]]
        return {"from": link.start.id, "to": self.draw(st.sampled_from(onward)).end.id}

    def via(self) -> dict[str, Any]:
        types = self.members(self.schema.type_map["RelationshipType"])
        if self.draw(st.integers(0, 2)):
            return {}
        return {
            "via": self.draw(st.lists(st.sampled_from(types), min_size=1, max_size=6, unique=True))
        }

    def paths(self) -> dict[str, Any]:
        # Further apart there can be more ways than the service puts in order.
        bounds = {"k": self.draw(st.integers(1, 5)), "maxLength": self.draw(st.integers(1, 2))}
        return {**self.near_pair(), **bounds, **self.via()}

    def near_pair(self) -> dict[str, Any]:
        """Two things with something between, mostly: of two at random hardly any have."""
        link = self.draw(st.sampled_from(self.graph.links))
        far = self.draw(st.sampled_from(self.graph.near[link.end]))
        return {"from": link.start.id, "to": self.draw(st.sampled_from([far.start, far.end])).id}

    def subgraph(self) -> dict[str, Any]:
        pool = tuple(kind.name for kind in self.graph.model.types)
        found = {"ids": self.ids(pool, 1, 3), "hops": self.draw(st.integers(1, 3)), **self.via()}
        return {**found, "first": self.draw(st.integers(1, 30))}

    def identifier(self) -> str:
        known = [code for codes in self.graph.codes.values() for code, _ in codes]
        if not known:
            return "MADE-UP:nothing"
        code = self.draw(st.sampled_from(known))
        value = self.draw(st.sampled_from([code["value"], code["value"].lower()]))
        scheme, version = code["scheme"], code["schemeVersion"]
        forms = [f"{scheme}:{value}", f"{scheme.lower()}:{value}", f"{scheme}@{version}:{value}"]
        forms += [f"{scheme}@other:{value}", *([] if ":" in value else [value])]
        return self.draw(st.sampled_from(forms))

    def codes_and_names(self) -> list[str]:
        things = st.sampled_from([*self.graph.things.values()])
        called = things.flatmap(
            lambda thing: st.sampled_from([thing.get("name"), *(thing.get("altNames") or ())])
        )
        names = self.draw(st.lists(called.filter(lambda name: ":" not in name), max_size=3))
        texts = [self.text(name) for name in names] + [self.identifier(), "not there"]
        return self.draw(st.permutations(texts))

    def overlap(self) -> dict[str, Any]:
        axes = self.members(self.schema.type_map["OverlapAxis"])
        found = {
            "rows": self.draw(st.sampled_from(axes)),
            "columns": self.draw(st.sampled_from(axes)),
        }
        if self.draw(st.booleans()):
            found["where"] = self.where("Role", 1)
        return found

    # Values

    def members(self, type_: Any) -> list[Name]:
        found = get_named_type(type_)
        assert isinstance(found, GraphQLEnumType)
        return [Name(name) for name in found.values]

    def value(self, value: Any, type_: Any) -> str:
        """A value as it stands in the text; now and then all of it, or a part, as a variable."""
        if self.draw(st.integers(0, 3)) == 0:
            return self.variable(value, str(type_))
        return self.parts(value, type_)

    def parts(self, value: Any, type_: Any) -> str:
        inner = get_nullable_type(type_)
        if isinstance(value, dict):
            fields = cast(GraphQLInputObjectType, inner).fields
            members = (f"{k}: {self.part(v, fields[k].type)}" for k, v in value.items())
            return f"{{{', '.join(members)}}}"
        if isinstance(value, list):
            of = cast(Any, inner).of_type
            return f"[{', '.join(self.part(item, of) for item in value)}]"
        return _literal(value)

    def part(self, value: Any, type_: Any) -> str:
        if self.draw(st.integers(0, 15)) == 0:
            return self.variable(value, str(type_))
        return self.parts(value, type_)

    def variable(self, value: Any, type_: str) -> str:
        """A variable: given, left out for its default, given beside it, or null in spite of it."""
        name = f"v{len(self.declared)}"
        how = self.draw(st.sampled_from(["given"] * 6 + ["default", "both", "null"]))
        default = "" if how == "given" else f" = {_literal(value)}"
        may_be_null = type_.removesuffix("!") if how == "null" else type_
        self.declared.append(f"${name}: {may_be_null}{default}")
        if how != "default":
            self.variables[name] = None if how == "null" else value
        return f"${name}"


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {_literal(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, Name):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _filtered(where: dict[str, Any] | None) -> set[str]:
    """The names of the fields that a filter is on; those inside of `and` too, as facets see them."""
    found: set[str] = set()
    for name, value in (where or {}).items():
        if name == "and":
            found = found.union(*map(_filtered, value))
        else:
            found |= {
                name.lower(),
                *(f"edge{inner.lower()}" for inner in value or () if name == "edge"),
            }
            found |= _filtered(value) if name == "node" else set()
    return found


def _plain(argument: str, key: str) -> str:
    """The edge's `READ_ON`, and `edge` with `readOn` in it -> `edgereadon`."""
    return ("edge" if argument == "byEdge" else "") + key.replace("_", "").lower()


def _path(item: Any) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(item, dict):
        [(name, item)] = item.items()
        names.append(name)
    return tuple(names)


@st.composite
def operations(draw: Draw, schema: GraphQLSchema, graph: Graph) -> Operation:
    return Writer(schema, graph, draw).operation()


@st.composite
def walks(draw: Draw, schema: GraphQLSchema, graph: Graph) -> tuple[str, dict[str, Any], int, bool]:
    """A list to be walked page by page: its field, arguments, page size, whether backward."""
    writer = Writer(schema, graph, draw)
    kind = draw(st.sampled_from([kind for kind in graph.model.types if graph.of_type(kind.name)]))
    arguments = {"orderBy": writer.order(kind.name, None)}
    if draw(st.booleans()):
        arguments["where"] = writer.where(kind.name, 1)
    return kind.plural, arguments, draw(st.integers(3, 40)), draw(st.booleans())
