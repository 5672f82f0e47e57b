"""Records against the declared model and against each other: what form alone cannot show."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from graph.mapping.model import GraphModel
from loaders.problems import Problem
from loaders.records import IdentifierRecord, NodeRecord, Place, Records, RelationshipRecord

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Statement = NodeRecord | RelationshipRecord | IdentifierRecord


def check(records: Records, model: GraphModel, known: Collection[str] = ()) -> list[Problem]:
    """Every problem of the records; `known` are ids that other sources have put in the graph."""
    ids = {node.id for node in records.nodes} | set(known)
    return [
        *_nodes(records.nodes),
        *_ends(records, ids),
        *_repeated(records.relationships, "This relationship"),
        *_repeated(records.identifiers, "This identifier"),
        *_single(records.relationships, model),
        *_cycles(records.relationships, model),
        *_sources((*records.nodes, *records.relationships, *records.identifiers), ids),
    ]


def _nodes(nodes: Iterable[NodeRecord]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for node in nodes:
        place = node.places.get("slug", node.place)
        if not _SLUG.fullmatch(node.slug):
            remedy = "Use a-z and 0-9, joined by single hyphens."
            yield Problem(place, f"{node.slug!r} is no slug.", remedy)
        if node.id in seen:
            message = f"The slug {node.slug!r} stands here again; it was first at {seen[node.id]}."
            yield Problem(place, message, "Give this entry another, or join the two.")
        seen.setdefault(node.id, place)


def _ends(records: Records, ids: set[str]) -> Iterator[Problem]:
    for found in records.relationships:
        if found.end not in ids:
            yield _unknown(found.end, found.place, ids)
        elif found.start == found.end:
            message = f"{found.start} is related to itself by {found.type}."
            yield Problem(found.place, message, "Name another entity.")
    for node in records.nodes:
        if node.replaced_by and node.replaced_by not in ids:
            yield _unknown(node.replaced_by, node.places["replacedBy"], ids)


def _unknown(id_: str, place: Place, ids: set[str]) -> Problem:
    kind, _, slug = id_.partition(":")
    near = sorted(
        (_distance(slug, other), other)
        for other in (known.partition(":")[2] for known in ids if known.startswith(f"{kind}:"))
    )[:1]
    remedy = (
        f"Did you mean {near[0][1]!r}?" if near and near[0][0] < 4 else f"Add the {kind} first."
    )
    return Problem(place, f"There is no {kind} with the slug {slug!r}.", remedy)


def _distance(one: str, other: str) -> int:
    """How many letters to change (Levenshtein), for hints."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        previous, row[0] = row[0], at
        for to, candidate in enumerate(other, 1):
            cost = previous if letter == candidate else 1 + min(previous, row[to], row[to - 1])
            previous, row[to] = row[to], cost
    return row[-1]


def _repeated(
    found: Iterable[RelationshipRecord] | Iterable[IdentifierRecord], what: str
) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], Place] = {}
    for record in found:
        if record.identity in seen:
            message = f"{what} stands here again; it was first at {seen[record.identity]}."
            yield Problem(record.place, message, "Keep one of the two.")
        seen.setdefault(record.identity, record.place)


def _single(found: Iterable[RelationshipRecord], model: GraphModel) -> Iterator[Problem]:
    one = {kind.type for kind in model.relationships if kind.one}
    seen: dict[tuple[str, str], Place] = {}
    for record in found:
        if record.type in one:
            if (record.type, record.start) in seen:
                message = f"{record.start} has a second {record.type}."
                yield Problem(record.place, message, "Keep one.")
            seen[record.type, record.start] = record.place


def _cycles(found: Iterable[RelationshipRecord], model: GraphModel) -> Iterator[Problem]:
    hierarchies = {kind.type for kind in model.relationships if kind.hierarchy}
    trees: dict[str, dict[str, list[RelationshipRecord]]] = defaultdict(lambda: defaultdict(list))
    for record in found:
        if record.type in hierarchies and record.start != record.end:
            trees[record.type][record.start].append(record)
    for tree in trees.values():
        yield from _cycles_of(tree)


def _cycles_of(tree: Mapping[str, list[RelationshipRecord]]) -> Iterator[Problem]:
    """Report each cycle once, at the relationship that closes it; no recursion."""
    done: set[str] = set()
    for root in sorted(tree):
        path: list[str] = []
        stack: list[tuple[str, int]] = [(root, 0)]
        while stack:
            node, at = stack.pop()
            if at == 0 and node in done:
                continue
            del path[len(stack) :]
            path.append(node)
            edges = tree.get(node, [])
            if at == len(edges):
                done.add(node)
                continue
            stack.append((node, at + 1))
            edge = edges[at]
            if edge.end in path:
                ring = " -> ".join([*path[path.index(edge.end) :], edge.end])
                yield Problem(edge.place, f"A cycle: {ring}.", "Take one of its steps out.")
            else:
                stack.append((edge.end, 0))


def _sources(statements: Iterable[Statement], ids: set[str]) -> Iterator[Problem]:
    for statement in statements:
        for slug in statement.properties.get("sources", ()):
            if f"Source:{slug}" not in ids:
                yield _unknown(
                    f"Source:{slug}", statement.places.get("sources", statement.place), ids
                )
