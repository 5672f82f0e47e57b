"""The graph as files: sorted JSON Lines that can be compared and loaded again, and CSV per type.

A line is a node, a relationship or an identifier with what each source says of
it; relationships that cannot be shown stand there too. Retired entities come
last. Loading the lines into an empty database gives the same digest. A backup is these lines
with the books of loads beside them (`loaders.backup`).
"""

import csv
import gzip
import json
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

import orjson

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.errors import LoadError
from graph.files import readable_name, written_whole
from graph.mapping.model import GraphModel, NodeType, Relationship
from graph.mapping.storage import FORMAT
from loaders import history
from loaders.books import COUNT_TOTALS
from loaders.held import CODE, IS_SHOWN
from loaders.history import Fingerprint, one_release
from loaders.lease import Lease
from loaders.precedence import remembered
from loaders.preparation import plan_anew, prepare
from loaders.problems import UnreadableFile, inert
from loaders.seal import seal_new
from loaders.stage import BATCH, batches, discard
from loaders.workspace import SEPARATOR
from loaders.written import REMEMBER, read_written

GRAPH = "graph.jsonl"
_VERSIONS = ("addedIn", "changedIn")
_LABELS = ("Entity", "Retired")
# In the order of the index on ids: nothing is sorted in the database's memory.
_IN_ORDER = "MATCH (n:{0}) WHERE n.id >= '' WITH n ORDER BY n.id"
_LINKS = (
    " RETURN n.id, COLLECT { MATCH (n)-[r]->(b:Entity|Retired|Identifier) RETURN [type(r),"
    f" CASE WHEN b:Identifier THEN {CODE.replace('i.', 'b.')} ELSE b.id END, properties(r)] }}"
)


async def lines(database: Database, *, versions: bool = False) -> AsyncIterator[dict[str, Any]]:
    """The graph, a JSON object a line, in an order that is the same for equal graphs.

    `versions` says of each node in which versions of the data it was added and changed.
    """
    yield {"rolegraph": FORMAT}
    if model := await read_written(database):
        yield {"model": model}
    for source in (await remembered(database)).values():
        yield {"source": source.stored}
    for label in _LABELS:
        async for id_, labels, properties in database.stream(
            f"{_IN_ORDER.format(label)} RETURN n.id, labels(n), properties(n)"
        ):
            yield {
                "node": id_,
                "labels": sorted(set(labels) - {"Staged", "Indexed"}),
                "said": _without_versions(properties),
                **({"versions": [properties.get(name) for name in _VERSIONS]} if versions else {}),
            }
    async for scheme, version, value, label in database.stream(
        f"MATCH (i:Identifier) WHERE {IS_SHOWN}"
        " RETURN i.scheme, i.schemeVersion, i.value, i.label"
        " ORDER BY i.scheme, i.schemeVersion, i.value"
    ):
        yield {"identifier": [scheme, version, value], "label": label}
    for label in _LABELS:
        async for start, links in database.stream(_IN_ORDER.format(label) + _LINKS):
            for type_, end, properties in sorted(links, key=text_of):
                yield {
                    "relationship": type_,
                    "from": start,
                    "to": end.split(SEPARATOR),
                    "said": properties,
                }
    async for (properties,) in database.stream(
        "MATCH (d:DanglingReference) WITH d ORDER BY d.source, d.type, d.from, d.to, d.key"
        " RETURN properties(d)"
    ):
        yield {"withheld": properties}


async def export_jsonl(database: Database, folder: Path) -> int:
    """Write `graph.jsonl` of one release; how many lines.

    Raises LoadError where a load showed another meanwhile; nothing is written then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with written_whole(folder / GRAPH) as stream:
        async with one_release(database):
            async for line in lines(database):
                stream.write(f"{text_of(line)}\n".encode())
                count += 1
    return count


async def export_csv(database: Database, model: GraphModel, folder: Path) -> list[str]:
    """Write a table of nodes per node type and one of relationships per type; the files' names.

    They are of one release: raises LoadError, and writes none, where a load showed another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as unready:
        async with one_release(database):
            names = [await _nodes(database, kind, Path(unready)) for kind in model.types]
            names += [await _links(database, each, Path(unready)) for each in model.relationships]
        for name in names:
            (Path(unready) / name).replace(folder / name)
    return names


async def _nodes(database: Database, kind: NodeType, folder: Path) -> str:
    columns = ["id", *(prop.name for prop in kind.properties)]
    rows = database.stream(
        f"MATCH (n:{escape.name(kind.name)}) RETURN n.id, properties(n) ORDER BY n.id"
    )
    with (folder / f"{kind.name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = _writer(stream, columns)
        async for id_, properties in rows:
            writer.writerow([id_, *(_cell(properties.get(name)) for name in columns[1:])])
    return f"{kind.name}.csv"


async def _links(database: Database, relationship: Relationship, folder: Path) -> str:
    columns = ["from", "to", *(prop.name for prop in relationship.edge.properties)]
    key = f", r.{escape.name(relationship.key)}" if relationship.key else ""
    rows = database.stream(
        f"MATCH (a:Entity)-[r:{escape.name(relationship.type)}]->(b:Entity)"
        f" WITH a.id AS start, b.id AS end, r ORDER BY start, end{key}"
        " RETURN start, end, properties(r)"
    )
    with (folder / f"{relationship.type}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = _writer(stream, columns)
        async for start, end, properties in rows:
            writer.writerow([start, end, *(_cell(properties.get(name)) for name in columns[2:])])
    return f"{relationship.type}.csv"


async def load_export(database: Database, model: GraphModel, file: Path) -> int:
    """Write an exported graph, or a backup, into an empty database; how many lines.

    What an import or a load that was cut off has left is taken out first. Raises LoadError where
    there is something else in it, UnreadableFile where the file is none of ours or ends early.
    """
    await prepare(database, model)
    async with Lease(database, readable_name(file)) as lease:
        return await _load_export(database, file, lease)


async def _load_export(database: Database, file: Path, lease: Lease) -> int:
    # Where a load has been shown since, what is there is no longer the import's alone.
    if (
        await database.rows(
            "RETURN EXISTS { (:UnfinishedImport) } AND NOT EXISTS { (:DataVersion) }"
        )
    )[0][0]:
        await database.run(
            "MATCH (n:Entity|Retired|Identifier|DanglingReference)"
            f" CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {BATCH} ROWS"
        )
    if (await database.rows("MATCH (n:Entity|Retired) RETURN count(n)"))[0][0]:
        raise LoadError(
            "The database is not empty.",
            "Load it into an empty one: ROLEGRAPH_HOME=FOLDER names a new data folder.",
        )
    count = 0
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
        first = _parsed(stream.readline(), file, 1)
        form = first.get("rolegraph")
        if not isinstance(form, int):
            raise UnreadableFile(f"{file.name} is not an export of Rolegraph.", "Give graph.jsonl.")
        if form != FORMAT:
            raise UnreadableFile(
                f"{file.name} is in format {form}, and this version reads format {FORMAT}.",
                "Load the sources again, or import it with the version that wrote it.",
            )
        staged = await database.rows("MATCH (n:Staged) RETURN n.id")
        await discard(lease, [id_ for (id_,) in staged])
        await database.run("MERGE (:UnfinishedImport {name: 'import'})")
        parsed = (_parsed(line, file, at) for at, line in enumerate(stream, 2))
        books: list[dict[str, Any]] = []
        for batch in batches(parsed):
            await database.write(_Import(batch).steps)
            count += len(batch)
            books += [line for line in batch if "book" in line]
    if first.get("backup"):
        await database.write(partial(_put_books, books), release=True)
    else:
        await _begin_books(database, readable_name(file))
    await plan_anew(database)
    return count + 1


async def _put_books(books: list[dict[str, Any]], transaction: Transaction) -> None:
    """The books as they were: what was loaded, and which version of the data is shown."""
    for book in books:
        await transaction.run(
            "CREATE (n:$($book)) SET n = $said, n.at = datetime($said.at)",
            {"book": book["book"], "said": book["said"]},
        )
    await seal_new(transaction.run, transaction.run, "LoadedSource", "StoredModel")
    await transaction.run("MATCH (n:UnfinishedImport) DELETE n")


async def _begin_books(database: Database, file: str) -> None:
    """New books: an export does not say what was loaded."""

    async def stamp(transaction: Transaction) -> None:
        await transaction.run(
            "MERGE (v:DataVersion {name: 'current'}) SET v.version = substring(randomUUID(), 0, 8),"
            " v.at = datetime(), v.sequence = 1, v.format = $format"
            " CREATE (:Load {version: v.version, at: v.at, sequence: 1, source: 'export'})",
            {"format": FORMAT},
        )
        await seal_new(transaction.run, transaction.run, "Load", "LoadedSource", "StoredModel")
        [[totals]] = await transaction.run(COUNT_TOTALS)
        await transaction.run("MATCH (v:DataVersion) SET v.totals = $totals", {"totals": totals})
        await transaction.run("MATCH (n:UnfinishedImport) DELETE n")

    await database.run(
        "MATCH (n:Entity|Retired) CALL (n) { SET n.addedIn = 1, n.changedIn = 1 }"
        f" IN TRANSACTIONS OF {BATCH} ROWS"
    )
    await database.write(stamp, release=True)
    for source in await remembered(database):
        sums = await history.fingerprint(database, source)
        await history.record(database, _run_of(source, sums, file))


def _run_of(source: str, sums: Fingerprint, file: str) -> dict[str, Any]:
    """An import in the history: as if each source had been loaded from the export."""
    count = sums.nodes + sums.links
    return {
        "source": source,
        "version": None,
        "files": [file],
        "filesDigest": "",
        "read": count,
        "written": count,
        "added": count,
        **dict.fromkeys(("changed", "retired", "unchanged", "rejected", "rowsPerSecond"), 0),
        "reasons": [],
        "seconds": 0.0,
    }


class _Import:
    def __init__(self, batch: Iterable[Mapping[str, Any]]) -> None:
        self._batch = list(batch)

    async def steps(self, transaction: Transaction) -> None:
        """Write the lines of one batch; nodes stand before relationships."""
        await transaction.run(
            "UNWIND $rows AS row CREATE (n:$(row.labels)) SET n = row.said,"
            " n.addedIn = row.versions[0], n.changedIn = row.versions[1]",
            {"rows": [line for line in self._batch if "node" in line]},
        )
        await transaction.run(
            "UNWIND $rows AS row CREATE (:Identifier {scheme: row.identifier[0],"
            " schemeVersion: row.identifier[1], value: row.identifier[2], label: row.label})",
            {"rows": [line for line in self._batch if "identifier" in line]},
        )
        links = [line for line in self._batch if "relationship" in line]
        for statement, is_code in (
            ("MATCH (b:Entity|Retired {id: row.to[0]})", False),
            (
                "MATCH (b:Identifier {scheme: row.to[0], schemeVersion: row.to[1],"
                " value: row.to[2]})",
                True,
            ),
        ):
            await transaction.run(
                f"UNWIND $rows AS row MATCH (a:Entity|Retired {{id: row.from}}) {statement}"
                " CREATE (a)-[r:$(row.relationship)]->(b) SET r = row.said",
                {"rows": [line for line in links if (len(line["to"]) == 3) is is_code]},
            )
        for line in self._batch:
            if "model" in line:
                await transaction.run(REMEMBER, line)
        await transaction.run(
            "UNWIND $rows AS row MERGE (s:LoadedSource {name: row.source.name}) SET s = row.source",
            {"rows": [line for line in self._batch if "source" in line]},
        )
        await transaction.run(
            "UNWIND $rows AS row CREATE (d:DanglingReference) SET d = row.withheld",
            {"rows": [line for line in self._batch if "withheld" in line]},
        )


def text_of(line: Any) -> str:
    """Sorted keys, floats with their point: equal graphs make equal lines."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def _parsed(line: bytes, file: Path, at: int) -> dict[str, Any]:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(
            f"{file.name}:{at} is no JSON: {error}.", "Is it whole? Export it again."
        ) from error


def _without_versions(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key not in _VERSIONS}


def _writer(stream: IO[str], columns: list[str]) -> Any:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    return writer


def _cell(value: Any) -> Any:
    """Lists as JSON; text that a spreadsheet would run is put behind an apostrophe."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return inert(value)
