"""Compares the graph with what loads wrote.

Every hash is worked out again from what is stored, and what several sources
assert is put together again from their statements. So a value changed by hand,
a relationship deleted and a label taken off all show.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.database.session import Database
from graph.mapping.model import GraphModel
from graph.mapping.storage import CURATED, FOLDED, WORDS, WORDS_OF_OTHERS
from loaders import history
from loaders.counterparts import read_counterparts
from loaders.held import CODE, CURATED_MARK, digest_property
from loaders.provenance import asserting
from loaders.stored import Shapes
from loaders.workspace import IDENTIFIED_BY, SEPARATOR, canonical, digest_of

_OURS = {"id", "slug", "codes", "addedIn", "changedIn"}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing in the graph that is not as it was written."""

    thing: str
    found: str

    def __str__(self) -> str:
        return f"{self.thing}: {self.found}"


async def verify(
    database: Database, model: GraphModel, order: Mapping[str, int]
) -> AsyncIterator[Deviation]:
    """Every deviation; none where the graph is as the last loads wrote it."""
    shapes = Shapes(model, order)
    counterparts = await read_counterparts(database)
    async for found in _summed_up(database):
        yield found
    async for id_, labels, stored, aliases, by in database.stream(
        "MATCH (n:Entity) RETURN n.id, labels(n), properties(n),"
        " COLLECT { MATCH (n)<-[:REPLACED_BY]-(m:Retired) RETURN m.slug },"
        " COLLECT { MATCH (n)-[:REPLACED_BY]->(m) OPTIONAL MATCH (m)<-[:REPLACED_BY]-(o:Retired)"
        " UNWIND [m.id, o.id] AS id RETURN id }"
    ):
        type_ = str(id_).partition(":")[0]
        if type_ not in model:
            yield Deviation(id_, "no node type is declared for it")
            continue
        subsets = model[type_].subsets
        parts = {part.label for part in subsets if stored.get(part.property) == part.value}
        if CURATED_MARK in stored:
            parts.add(CURATED)
        if id_ in counterparts.folded:
            parts.add(FOLDED)
        own, _, others = str(stored.get(WORDS) or "").partition(WORDS_OF_OTHERS)
        if others != counterparts.words.get(id_, ""):
            yield Deviation(id_, "the words of its counterparts are not those of their names")
        stored[WORDS] = own
        if wrong := ({"Entity", type_} | parts) ^ (set(labels) - {"Staged", "Indexed"}):
            yield Deviation(id_, f"its labels differ by {', '.join(sorted(wrong))}")
        slugs = [id_.partition(":")[2], *aliases]
        for text in _differences(shapes, type_, stored, slugs, by):
            yield Deviation(id_, text)
    types = {kind.type for kind in model.relationships} | {IDENTIFIED_BY}
    async for type_, start, end, stored in database.stream(
        "MATCH (a:Entity)-[r]->(b:Entity|Identifier) WHERE type(r) <> 'REPLACED_BY'"
        f" RETURN type(r), a.id, CASE WHEN b:Identifier THEN {CODE.replace('i.', 'b.')}"
        " ELSE b.id END, properties(r)"
    ):
        name = f"{start} -{type_}-> {end}".replace(SEPARATOR, " ")
        if type_ not in types:
            yield Deviation(name, "no node type declares such a relationship")
            continue
        for text in _differences(shapes, type_, stored, [None], []):
            yield Deviation(name, text)


def _differences(
    shapes: Shapes,
    type_: str,
    stored: Mapping[str, Any],
    slugs: Sequence[str | None],
    replaced_by: Sequence[str | None],
) -> list[str]:
    sources = asserting(stored)
    if not sources:
        return ["no source asserts it"]
    said = shapes.of(type_, stored)
    wanted = shapes.properties(type_, said)
    texts = [
        f"{name} is {stored.get(name)!r}, where sources say {value!r}"
        for name, value in wanted.items()
        if name != "slug" and (stored.get(name) or None) != (value or None)
    ]
    texts += [f"{name} is none of its properties" for name in stored if name not in wanted
              and name not in _OURS]  # fmt: skip
    if texts or len(sources) > 1:
        return texts
    ((source, (statement, digest)),) = said.items()
    for slug in slugs:
        given = canonical({**statement, "slug": slug})
        if any(digest == digest_of(given + (by or "").encode()) for by in (None, *replaced_by)):
            return []
    return [f"it does not say what {source} said ({digest_property(source)})"]


async def _summed_up(database: Database) -> AsyncIterator[Deviation]:
    """How much each source has in the graph, against what its last load left."""
    seen: set[str] = set()
    for run in await history.runs(database, 10_000):
        source = run["source"]
        if source in seen:
            continue
        seen.add(source)
        now = await history.fingerprint(database, source)
        for what, before, count in (
            ("nodes", run["nodes"], now.nodes),
            ("relationships and identifiers", run["links"], now.links),
        ):
            if before != count:
                yield Deviation(source, f"{count:,} {what}; its last load left {before:,}")
