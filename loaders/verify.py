"""Compares the graph with what loads wrote.

Every hash is worked out again from what is stored, what several sources assert is put
together again from their statements, and what no source asserts has a seal. So a value
changed by hand shows, and an end, a label, a code, and what was added or taken away.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from graph.database.session import Database
from graph.errors import DatabaseFailed
from graph.mapping.fold import cut
from graph.mapping.model import GraphModel
from graph.mapping.storage import (
    CODES,
    CURATED,
    FOLDED,
    WORDS,
    WORDS_OF_OTHERS,
    key_of,
    schema_names,
)
from loaders import history
from loaders.books import COUNT_TOTALS, TOTALS
from loaders.counterparts import read_counterparts
from loaders.held import CODE, CURATED_MARK, IS_SHOWN, LABEL, digest_property
from loaders.ownership import REPLACEMENTS, is_said_under
from loaders.precedence import order_of, remembered
from loaders.preparation import check_format
from loaders.provenance import asserting
from loaders.remember import preview
from loaders.seal import AROUND, SEAL, SEALED, seal_of
from loaders.stored import Shapes
from loaders.workspace import IDENTIFIED_BY, SEPARATOR, Ends

_OURS = {"id", "slug", CODES, "addedIn", "changedIn"}
_ON_THE_WAY = {"Staged", "Indexed"}
"""Labels that a load leaves on what it shows until it has ended."""
_BOOKS = (*SEALED, "DataVersion", "Release", "LoadLease", "UnfinishedImport")
_LABELS = ("Entity", "Retired", "Staged", "Identifier", *_BOOKS)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing in the graph that is not as it was written."""

    thing: str
    fault: str

    def __str__(self) -> str:
        return f"{self.thing}: {self.fault}"


@dataclass(frozen=True, slots=True)
class _Around:
    """What says who a stored thing is, besides its properties."""

    link: Ends | None = None
    slugs: Sequence[str | None] = (None,)
    """Under which slugs sources may have said it."""
    replaced_by: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """What each source says came in its place; one thing may have several ids."""


async def verify(database: Database, model: GraphModel) -> AsyncIterator[Deviation]:
    """Every deviation; none where the graph is as the last loads wrote it."""
    await check_format(database)
    if await preview(database, model):
        yield Deviation("the graph", "it was written with another model; any load brings it along")
        return
    shapes = Shapes(model, order_of(await remembered(database)))
    for part in (
        _summed_up(database),
        _totals(database),
        _entities(database, shapes),
        _links(database, shapes),
        _retired(database),
        _codes(database),
        _books(database),
        _strays(database),
        _indexes(database, model),
    ):
        try:
            async for deviation in part:
                yield deviation
        except DatabaseFailed as error:
            yield Deviation("the graph", f"a value is not of its type: {error}")


async def _entities(database: Database, shapes: Shapes) -> AsyncIterator[Deviation]:
    model = shapes.model
    counterparts = await read_counterparts(database)
    async for id_, labels, stored, aliases, by, codes in database.stream(
        "MATCH (n:Entity) RETURN n.id, labels(n), properties(n),"
        " COLLECT { MATCH (n)<-[:REPLACED_BY]-(m:Retired) RETURN m.slug },"
        f" {REPLACEMENTS}, COLLECT {{ MATCH (n)-[:{IDENTIFIED_BY}]->(i) RETURN i.value }}"
    ):
        type_, _, slug = str(id_).partition(":")
        if type_ not in model:
            yield Deviation(id_, "no node type is declared for it")
            continue
        parts = {p.label for p in model[type_].subsets if stored.get(p.property) == p.value}
        if CURATED_MARK in stored:
            parts.add(CURATED)
        if id_ in counterparts.folded:
            parts.add(FOLDED)
        own, _, others = str(stored.get(WORDS) or "").partition(WORDS_OF_OTHERS)
        if others != counterparts.words.get(id_, ""):
            yield Deviation(id_, "the words of its counterparts are not those of their names")
        stored[WORDS] = own or None
        if wrong := ({"Entity", type_} | parts) ^ (set(labels) - _ON_THE_WAY):
            yield Deviation(id_, f"its labels differ by {', '.join(sorted(wrong))}")
        if not all(type(stored.get(name)) is int for name in ("addedIn", "changedIn")):
            yield Deviation(id_, "it does not say since when it is so")
        if stored.get("slug") != slug:
            yield Deviation(id_, f"its slug is {stored.get('slug')!r}")
        words = {cut(value) for value in codes if isinstance(value, str)}
        if (stored.get(CODES) or []) != sorted(words):
            yield Deviation(id_, f"{CODES} are not the words of its codes")
        replaced_by = {source: ids for source, *ids in by}
        if len(replaced_by) < len(by):
            yield Deviation(id_, "one source says twice what came in its place")
        around = _Around(None, (slug, *aliases), replaced_by)
        for text in _differences(shapes, type_, stored, around):
            yield Deviation(id_, text)


async def _links(database: Database, shapes: Shapes) -> AsyncIterator[Deviation]:
    relationships = {relationship.type: relationship for relationship in shapes.model.relationships}
    async for type_, start, end, key, stored in database.stream(
        "MATCH (a:Entity)-[r]->(b:Entity|Identifier) WHERE type(r) <> 'REPLACED_BY'"
        f" RETURN type(r), a.id, CASE WHEN b:Identifier THEN {CODE.replace('i.', 'b.')}"
        f" ELSE b.id END, {key_of(shapes.model.relationships, 'r')}, properties(r)"
    ):
        name = f"{start} -{type_}-> {end}".replace(SEPARATOR, " ")
        ends = [str(text).partition(":")[0] for text in (start, end)]
        relationship = relationships.get(type_)
        if relationship is None and type_ != IDENTIFIED_BY:
            yield Deviation(name, "no node type declares such a relationship")
            continue
        if relationship and ends != [relationship.source, relationship.target]:
            yield Deviation(name, f"it joins a {relationship.source} to a {relationship.target}")
        for text in _differences(shapes, type_, stored, _Around((start, end, key or ""))):
            yield Deviation(name, text)


def _differences(
    shapes: Shapes, type_: str, stored: Mapping[str, Any], around: _Around
) -> list[str]:
    sources = asserting(stored)
    if not sources:
        return ["no source asserts it"]
    try:
        claims = shapes.of(type_, stored, around.link)
        wanted = shapes.properties(type_, claims, around.link)
    except (TypeError, ValueError, KeyError, AttributeError):
        return ["what its sources say cannot be read"]
    texts = [
        f"{name} is {stored.get(name)!r}, where sources say {value!r}"
        for name, value in wanted.items()
        if name != "slug" and not _is_same(stored.get(name), value)
    ]
    texts += [f"{name} is none of its properties" for name in stored if name not in wanted
              and name not in _OURS]  # fmt: skip
    for source, (statement, digest) in claims.items():
        replaced_by = around.replaced_by.get(source, ())
        if not any(is_said_under(slug, statement, digest, replaced_by) for slug in around.slugs):
            texts.append(f"it does not say what {source} said ({digest_property(source)})")
    texts += [
        f"{source} does not say it, and yet what came in its place"
        for source in around.replaced_by
        if source not in claims
    ]
    return texts


def _is_same(stored: Any, wanted: Any) -> bool:
    """Whether two values are one, of one type: 1 is not true."""
    return type(stored) is type(wanted) and stored == wanted


async def _retired(database: Database) -> AsyncIterator[Deviation]:
    async for id_, labels, stored, around in database.stream(
        f"MATCH (n:Retired) WHERE NOT n:Entity RETURN n.id, labels(n), properties(n), {AROUND}"
    ):
        if wrong := {"Retired"} ^ (set(labels) - _ON_THE_WAY):
            yield Deviation(f"{id_}, retired", f"its labels differ by {', '.join(sorted(wrong))}")
        if stored.get(SEAL) != seal_of(stored, around):
            yield Deviation(f"{id_}, retired", "it is not as it was when it was retired")


async def _codes(database: Database) -> AsyncIterator[Deviation]:
    async for code, labels, stored, expected, owners in database.stream(
        f"MATCH (i:Identifier) WHERE {IS_SHOWN} RETURN {CODE}, labels(i), properties(i),"
        f" {LABEL}, COUNT {{ (i)<-[:{IDENTIFIED_BY}]-() }}"
    ):
        name = f"code {str(code).replace(SEPARATOR, ' ')}"
        if labels != ["Identifier"]:
            yield Deviation(name, f"its labels are {', '.join(labels)}")
        if not owners:
            yield Deviation(name, "nothing is identified by it")
        if stored.get("label") != expected:
            yield Deviation(name, f"its label is {stored.get('label')!r}")
        for extra in set(stored) - {"scheme", "schemeVersion", "value", "label"}:
            yield Deviation(name, f"{extra} is none of its properties")


async def _books(database: Database) -> AsyncIterator[Deviation]:
    """What waits to be shown, and what loads have put down of themselves."""
    for label in SEALED:
        async for (stored,) in database.stream(f"MATCH (n:{label}) RETURN properties(n)"):
            if stored.get(SEAL) != seal_of(stored):
                name = stored.get("name") or stored.get("source") or stored.get("version") or ""
                yield Deviation(f"{label} {name}".strip(), "it is not as it was written")
    rows = await database.rows(
        "RETURN COLLECT { MATCH (s:LoadedSource) RETURN s.name ORDER BY s.name },"
        " COLLECT { MATCH (r:LoadRun) WITH DISTINCT r.source AS name RETURN name ORDER BY name },"
        " COUNT { (:StoredModel) }, COUNT { (:Entity) } > 0"
    )
    for sources, loaded, models, has_data in rows:
        if sources != loaded:
            yield Deviation("the sources", f"{sources} are known, and {loaded} were loaded")
        if models != 1 and has_data:
            yield Deviation("the model", f"{models} are remembered, where there is one")
    rows = await database.rows(
        "MATCH (v:DataVersion) OPTIONAL MATCH (l:Load {sequence: v.sequence})"
        " WITH v, l, COLLECT { MATCH (r:LoadRun) RETURN r.number ORDER BY r.number } AS runs"
        " RETURN v.name = 'current' AND l.version = v.version AND l.at = v.at,"
        " runs = range(1, coalesce(v.runs, 0)), size(keys(v))"
    )
    for is_latest, has_all_runs, properties in rows:
        if not is_latest:
            yield Deviation("the data version", "it is none that a load has shown")
        if not has_all_runs:
            yield Deviation("the history of loads", "a load is missing, or there is one too many")
        if properties > len(("name", "version", "at", "format", "sequence", "totals", "runs")):
            yield Deviation("the data version", "it has a property that is none of its own")


async def _strays(database: Database) -> AsyncIterator[Deviation]:
    """Nodes and relationships of kinds that no load writes."""
    labels = "|".join(_LABELS)
    books = "|".join(_BOOKS)
    async for kind, names in database.stream(
        f"MATCH (n) WHERE NOT n:{labels} OR (n:{books} AND size(labels(n)) > 1)"
        " RETURN labels(n), [k IN ['id', 'name', 'slug', 'value'] WHERE n[k] IS NOT NULL | n[k]]"
    ):
        shown = " ".join(str(name) for name in names[:1])
        what = f"a node labelled {', '.join(sorted(kind)) or 'with nothing'}"
        yield Deviation(f"{what} {shown}".strip(), "no load writes such nodes")
    async for start, type_, end in database.stream(
        "MATCH (a)-[r]->(b) WHERE NOT ("
        "(a:Entity AND b:Entity|Identifier) OR (a:Staged AND b:Staged|Identifier)"
        " OR (type(r) = 'REPLACED_BY' AND a:Entity|Retired AND b:Entity|Retired)"
        f" OR (type(r) = '{IDENTIFIED_BY}' AND a:Retired AND b:Identifier))"
        f" OR (type(r) = '{IDENTIFIED_BY}') <> (b:Identifier)"
        " OR (type(r) = 'REPLACED_BY' AND a:Entity AND size(keys(r)) <> 1)"
        " RETURN coalesce(a.id, labels(a)[0]), type(r), coalesce(b.id, labels(b)[0])"
    ):
        yield Deviation(f"{start} -{type_}-> {end}", "no load writes such relationships")


async def _summed_up(database: Database) -> AsyncIterator[Deviation]:
    """How much each source has in the graph, against what its last load left."""
    words = {
        "nodes": "nodes",
        "links": "relationships and codes",
        "node_sum": "as the sum of what its nodes say",
        "link_sum": "as the sum of what its relationships and codes say",
    }
    seen: set[str] = set()
    for run in await history.runs(database, 10_000):
        source = run.get("source")
        if not isinstance(source, str) or source in seen:
            continue
        seen.add(source)
        now = asdict(await history.fingerprint(database, source))
        before = {"nodes": run.get("nodes"), "links": run.get("links"),
                  "node_sum": run.get("nodeSum"), "link_sum": run.get("linkSum")}  # fmt: skip
        for name, count in now.items():
            if before[name] != count:
                what = f"{count:,} {words[name]}; its last load left {before[name] or 0:,}"
                yield Deviation(source, what)
                break


async def _totals(database: Database) -> AsyncIterator[Deviation]:
    rows = await database.rows("MATCH (v:DataVersion) RETURN v.totals")
    now = (await database.rows(COUNT_TOTALS))[0][0]
    totals: Any = rows[0][0] if rows else [0] * len(TOTALS)
    if not rows and any(now):
        yield Deviation("the graph", "it has no data version, and is not empty")
        return
    if not isinstance(totals, list) or len(cast(list[Any], totals)) != len(TOTALS):
        yield Deviation("the data version", "its totals cannot be read")
        return
    for name, before, count in zip(TOTALS, cast(list[int], totals), now, strict=True):
        if before != count:
            yield Deviation(f"all {name}", f"{count:,}, where loads left {before:,}")


async def _indexes(database: Database, model: GraphModel) -> AsyncIterator[Deviation]:
    rows = await database.rows("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")
    for name in sorted(schema_names(model) - {name for (name,) in rows}):
        yield Deviation(f"index {name}", "it is missing")
