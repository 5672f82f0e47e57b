"""One entity by address: all that the graph says of it, each statement with what it rests on.

    entity = await read_entity(asks, model, limits, "roles", "role", kind, slug)

Which fields and relationships it has follows from its declaration. Long lists are read to
their end, page by page, all of one release.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.addresses.tables import Asks, ReleaseChanged, ask
from graph.mapping.model import End, GraphModel, NodeType
from graph.settings import Limits

_TOGETHER = 4
"""Relationships that one statement asks for."""
_EVIDENCE = "evidence { confidence readOn source { slug name } }"
OWN = ("confidence", "readOn", "sources")
_GENERAL = ("slug", "name", "altNames", "notes")
_VERSION = "dataVersion { version loadedAt }"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is said of an entity; `other` is what it is related to, if it is."""

    field: str
    value: Any
    other: Mapping[str, Any] | None
    details: Mapping[str, Any]
    """The fields of the relationship."""
    evidence: Sequence[Mapping[str, Any]]
    end: End | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as it is: `facts` are its fields as GraphQL gives them."""

    kind: NodeType
    facts: Mapping[str, Any]
    statements: tuple[Statement, ...]
    version: str
    loaded_at: str | None

    def content(self) -> dict[str, Any]:
        """As JSON: fields, then each relationship as a list of what it leads to."""
        content: dict[str, Any] = {**self.facts, "dataVersion": self.version}
        for each in self.statements:
            if each.end is None or each.other is None:
                continue
            content.setdefault(each.field, []).append(
                {**each.other, **each.details, "evidence": list(each.evidence)}
            )
        return content

    def rows(self) -> Iterator[list[Any]]:
        """A line for each statement: field, value, id, confidence, date, sources."""
        for each in self.statements:
            first: Mapping[str, Any] = each.evidence[0] if each.evidence else {}
            yield [
                each.field,
                each.other["name"] if each.other else each.value,
                each.other["id"] if each.other else None,
                first.get("confidence"),
                first.get("readOn"),
                [one["source"]["slug"] for one in each.evidence],
            ]


PATHS = ("field", "value", "id", "confidence", "readOn", "sources")


async def read_entity(
    asks: Asks, model: GraphModel, limits: Limits, field: str, kind: NodeType, slug: str
) -> Entity | None:
    """The entity that has a slug; None where nothing has."""
    data = await ask(asks, _facts_text(field, kind), {"slug": slug})
    facts, version = data[field], data["dataVersion"]
    if facts is None:
        return None
    statements = list(own_statements(kind, facts))
    size = max(1, limits.estimated_nodes // (_TOGETHER * 40))
    ends = model.ends(kind.name)
    for at in range(0, len(ends), _TOGETHER):
        some: list[tuple[End, str | None]] = [(end, None) for end in ends[at : at + _TOGETHER]]
        while some:
            text = _ends_text(field, [end for end, _ in some])
            after = {f"after{at}": cursor for at, (_, cursor) in enumerate(some) if cursor}
            variables = {"slug": slug, "size": min(size, limits.page_size), **after}
            answer = await ask(asks, text, variables)
            if answer["dataVersion"] != version or answer[field] is None:
                raise ReleaseChanged("The data changed while it was read.", "Ask again.")
            some = list(_related(answer[field], [end for end, _ in some], statements))
    order = {end.name: at for at, end in enumerate(ends)}
    statements.sort(key=lambda each: order.get(each.field, -1))
    return Entity(kind, facts, tuple(statements), version["version"], version["loadedAt"])


def _facts_text(field: str, kind: NodeType) -> str:
    own = [each.name for each in kind.properties if each.name not in (*_GENERAL, *OWN)]
    parts = [
        *("__typename id", *_GENERAL, "retired", "replacedBy { id slug name }"),
        *own,
        *(f"{each.name} {{ {' '.join(p.name for p in each.parts)} }}" for each in kind.measures),
        "identifiers { scheme schemeVersion value label matchType }",
        _EVIDENCE,
    ]
    return (
        f"query Facts($slug: String!) {{ {field}(slug: $slug) {{ {' '.join(parts)} }} {_VERSION} }}"
    )


def _ends_text(field: str, ends: Sequence[End]) -> str:
    parts: list[str] = []
    cursors: list[str] = []
    for at, end in enumerate(ends):
        own = [p.name for p in end.relationship.edge.properties if p.name not in OWN]
        if end.one:
            parts.append(f"{end.name} {{ __typename id slug name }}")
            parts.append(f"{end.name}Edge {{ {' '.join(own)} {_EVIDENCE} }}")
            continue
        cursors.append(f"$after{at}: String")
        parts.append(
            f"{end.name}(first: $size, after: $after{at}) {{ pageInfo {{ hasNextPage endCursor }}"
            f" edges {{ {' '.join(own)} {_EVIDENCE} node {{ __typename id slug name }} }} }}"
        )
    declared = ", ".join(["$slug: String!", *(["$size: Int", *cursors] if cursors else [])])
    return (
        f"query Related({declared}) {{ {field}(slug: $slug) {{ {' '.join(parts)} }} {_VERSION} }}"
    )


def own_statements(kind: NodeType, facts: Mapping[str, Any]) -> Iterator[Statement]:
    """What an entity's own fields and codes say; `facts` are its fields as GraphQL gives them."""
    for each in kind.properties:
        value = facts.get(each.name)
        if each.name in OWN or value in (None, []):
            continue
        yield Statement(each.name, value, None, {}, facts["evidence"])
    for code in facts["identifiers"]:
        scheme = "@".join(part for part in (code["scheme"], code["schemeVersion"]) if part)
        yield Statement("identifiers", f"{scheme}:{code['value']}", None, code, ())


def _related(
    entity: Mapping[str, Any], ends: Sequence[End], statements: list[Statement]
) -> Iterator[tuple[End, str | None]]:
    """Add the statements of a page; give the ends that have more, with where they go on."""
    for end in ends:
        page = entity[end.name]
        if end.one:
            if page:
                statements.append(_statement(end, page, entity[f"{end.name}Edge"]))
            continue
        statements += [_statement(end, edge["node"], edge) for edge in page["edges"]]
        if page["pageInfo"]["hasNextPage"]:
            yield end, page["pageInfo"]["endCursor"]


def _statement(end: End, other: Mapping[str, Any], edge: Mapping[str, Any]) -> Statement:
    details = {name: value for name, value in edge.items() if name not in ("node", "evidence")}
    return Statement(end.name, None, other, details, edge["evidence"], end)
