"""Where the records of a load lie until they are written: tables in a temporary file.

Memory stays flat however many records there are: SQLite keeps them on disk,
finds what is doubled or missing by joins, and forgets them when it is closed.

    node, link      what the source says now; identifiers are links of the type IDENTIFIED_BY
    entity          what the graph holds: each node, and what this source last said of it
    held            relationships and identifiers that this source last said
    other           how other sources' identifiers and trees stand, where they matter
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from graph.errors import LoadError
from graph.mapping.declare import Link, declared_edge
from graph.mapping.enums import MatchType
from graph.mapping.fold import composed
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel, Property
from loaders.problems import Problem
from loaders.records import IdentifierRecord, NodeRecord, Place, Record, RelationshipRecord
from loaders.values import Check, check_of, code_is_wrong

IDENTIFIED_BY = "IDENTIFIED_BY"
SEPARATOR = "\x1f"
"""Between the parts of an identifier where it stands as one text."""
STAYS = "kind = 'visible' AND (digest IS NULL OR shared)"
"""The rows of `entity` that are there whatever this source says."""
KNOWN = f"(SELECT id FROM node UNION ALL SELECT id FROM entity WHERE {STAYS})"
"""The entities that will be there once the load is."""

IDENTIFIER: tuple[Property, ...] = (
    Property("matchType", "", Kind.ENUM, nullable=False, many=False, enum=MatchType),
    Property("label", "", Kind.TEXT, nullable=True, many=False, exact=True),
    *declared_edge(Link).properties,
)
"""What stands on the relationship from an entity to one of its identifiers."""

_TABLES = """
CREATE TABLE node (row INTEGER PRIMARY KEY, id TEXT, type TEXT, given BLOB, digest INTEGER,
                   replaced TEXT, spot INTEGER, line INTEGER, col INTEGER, record INTEGER,
                   state TEXT DEFAULT '', own TEXT);
CREATE TABLE link (row INTEGER PRIMARY KEY, hash INTEGER, type TEXT, start TEXT, end TEXT,
                   key TEXT, given BLOB, digest INTEGER, spot INTEGER, line INTEGER, col INTEGER,
                   record INTEGER, state TEXT DEFAULT '');
CREATE TABLE mention (slug TEXT);
CREATE TABLE entity (id TEXT PRIMARY KEY, digest INTEGER, kind TEXT, shared INTEGER,
                     curated INTEGER, merged TEXT) WITHOUT ROWID;
CREATE TABLE held (hash INTEGER PRIMARY KEY, type TEXT, start TEXT, end TEXT, key TEXT,
                   digest INTEGER, staged INTEGER);
CREATE TABLE exact (type TEXT, code TEXT, id TEXT, curated INTEGER, disowned INTEGER DEFAULT 0);
CREATE TABLE code (value TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE tree (type TEXT, start TEXT, end TEXT);
CREATE TABLE single (type TEXT, start TEXT, end TEXT, source TEXT);
CREATE TABLE alias (id TEXT PRIMARY KEY, canonical TEXT) WITHOUT ROWID;
CREATE TABLE absorbed (id TEXT PRIMARY KEY, into_id TEXT) WITHOUT ROWID;
CREATE TABLE withheld (source TEXT, type TEXT, start TEXT, end TEXT, key TEXT, given BLOB,
                       digest INTEGER, place TEXT, reason TEXT, now INTEGER);
CREATE TABLE overruled (type TEXT, start TEXT, end TEXT, source TEXT);
CREATE TABLE adopted (source TEXT, type TEXT, start TEXT, end TEXT, key TEXT, given BLOB,
                      digest INTEGER, said_start TEXT, said_end TEXT);
CREATE TABLE restated (source TEXT, type TEXT, said_start TEXT, said_end TEXT, key TEXT,
                       start TEXT, end TEXT, reason TEXT);
CREATE TABLE renewed_node (id TEXT, type TEXT, said BLOB);
CREATE TABLE renewed_link (type TEXT, start TEXT, end TEXT, key TEXT, said BLOB);
CREATE TABLE above (type TEXT, start TEXT, end TEXT, PRIMARY KEY (type, start, end)) WITHOUT ROWID;
CREATE TABLE claim (kind TEXT, row INTEGER, source TEXT, type TEXT, start TEXT, end TEXT);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS node_id ON node (id);
CREATE INDEX IF NOT EXISTS link_hash ON link (hash);
CREATE INDEX IF NOT EXISTS link_code ON link (start, end) WHERE type = 'IDENTIFIED_BY';
"""
_BATCH = 5_000
_SHARED = 64


def digest_of(content: bytes) -> int:
    """64 bits that tell whether a source says the same of a thing as before."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def link_hash(type_: str, start: str, end: str, key: str) -> int:
    """64 bits that stand for a relationship's identity."""
    return digest_of(f"{type_}\0{start}\0{end}\0{key}".encode("utf-8", "surrogatepass"))


Ends = tuple[str, str, str]
"""Start, end and key of a relationship of a known type."""


def marked(digest: int, type_: str, link: Ends | None) -> int:
    """A digest as it stands on a relationship, with its ends; marked twice it is as before."""
    return digest ^ link_hash(type_, *link) if link else digest


def canonical(values: Mapping[str, Any]) -> bytes:
    """What is said as JSON, sorted, without what is null or empty; raise TypeError on bad text."""
    return orjson.dumps(
        {key: value for key, value in values.items() if value is not None and value != []},
        option=orjson.OPT_SORT_KEYS,
    )


class Workspace:
    """The tables of one load; a context manager that leaves nothing behind."""

    def __init__(self, model: GraphModel, source: str) -> None:
        self.model = model
        self.source = source
        self.read = 0
        """Records read; those with a problem count too."""
        self.problems: list[Problem] = []
        self.mentions: dict[str, list[tuple[Place, tuple[str, int] | int]]] = {}
        """What rests on a source, by its slug: where that is said, a node's id and line or a link's
        hash."""
        self.left_out: set[str] = set()
        """Ids of entities that the source says, but with a problem."""
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        self.db.executescript(_TABLES)
        self._nodes: list[tuple[Any, ...]] = []
        self._links: list[tuple[Any, ...]] = []
        self._spots: dict[tuple[str, str], int] = {}
        self._spot_names: list[tuple[str, str]] = []
        self._checks: dict[str, Check] = {
            **{kind.name: check_of(kind.properties) for kind in model.types},
            **{
                relationship.type: check_of(relationship.edge.properties)
                for relationship in model.relationships
            },
            IDENTIFIED_BY: check_of(IDENTIFIER),
        }
        self._floats = {
            **{kind.name: _floats(kind.properties) for kind in model.types},
            **{
                relationship.type: _floats(relationship.edge.properties)
                for relationship in model.relationships
            },
        }
        self._trusted: set[str] = set()
        self._refused: list[tuple[str, Place, bool]] = []
        """What cannot be stored: its entity, its place, whether it makes the entity."""
        self._shared: dict[tuple[int, str], tuple[Mapping[str, Any], bytes, int]] = {}

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.db.close()
        if isinstance(error, sqlite3.OperationalError):
            raise LoadError(
                f"There is no room for the loader's tables: {error}.",
                "Make room in the folder for temporary files, or set TMPDIR to another.",
            ) from error

    def report(self, problem: Problem) -> None:
        """Take a problem in; a row with one is left out by who reads it."""
        self.problems.append(problem)

    def add(self, record: Record) -> None:
        """Take a record in, or report why it cannot be stored."""
        self.read += 1
        if isinstance(record, RelationshipRecord):
            self._add_link(
                record.type, record.start, record.end, record.key, record.properties, record
            )
        elif isinstance(record, NodeRecord):
            self._add_node(record)
        else:
            self._add_code(record)

    def finish(self) -> None:
        """All records are in."""
        self._flush_nodes()
        self._flush_links()
        for refused in self._refused:
            self._leave_out(*refused)
        self.many("INSERT INTO mention VALUES (?)", ((slug,) for slug in self.mentions))
        self.db.executescript(_INDEXES)

    # Reading back

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query on the tables; the tables may be changed meanwhile."""
        cursor = self.db.execute(query, values)
        while batch := cursor.fetchmany(_BATCH):
            yield from batch

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        return self.db.execute(query, values).fetchone()[0]

    def place(self, spot: int, line: int, column: int, record: int) -> Place:
        file, field = self._spot_names[spot]
        return Place(file, line, column, record, field)

    def many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement once a row."""
        self.db.executemany(statement, rows)

    # Taking in

    def _add_node(self, record: NodeRecord) -> None:
        place = record.places.get("slug", record.place)
        values = {key: value for key, value in record.properties.items() if key != "slug"}
        encoded = self._encoded(record.type, {**values, "slug": record.slug}, record, record.id)
        if encoded is None:
            return
        content, digest = encoded
        if record.replaced_by:
            digest = digest_of(content + record.replaced_by.encode())
        self._nodes.append(
            (record.id, record.type, content, digest, record.replaced_by, *self._at(place))
        )
        if len(self._nodes) >= _BATCH:
            self._flush_nodes()

    def _add_code(self, record: IdentifierRecord) -> None:
        properties = {**record.properties, "label": record.label}
        end = SEPARATOR.join((record.scheme, record.version, record.value))
        if wrong := code_is_wrong(record.scheme, record.version, record.value):
            self.report(Problem(record.place, wrong, "Fix it, or leave it out.", record.value))
            self._refused.append((record.owner, record.place, False))
            return
        self._add_link(IDENTIFIED_BY, record.owner, end, "", properties, record)

    def _add_link(
        self,
        type_: str,
        start: str,
        end: str,
        key: str,
        properties: Mapping[str, Any],
        record: RelationshipRecord | IdentifierRecord,
    ) -> None:
        hash_ = link_hash(type_, start, end, key)
        # Relationships without fields of their own share one mapping: it is looked at once.
        shared = self._shared.get((id(properties), type_))
        encoded = shared[1:] if shared else self._encoded(type_, properties, record, start, hash_)
        if encoded is None:
            return
        if not shared and len(self._shared) < _SHARED and isinstance(record, RelationshipRecord):
            self._shared[id(properties), type_] = (properties, *encoded)
        self._links.append(
            (
                hash_,
                type_,
                start,
                end,
                key,
                *encoded,
                *self._at(record.place),
            )
        )
        if len(self._links) >= _BATCH:
            self._flush_links()

    def _encoded(
        self,
        type_: str,
        properties: Mapping[str, Any],
        record: Record,
        owner: str,
        hash_: int | None = None,
    ) -> tuple[bytes, int] | None:
        """What is said, as JSON and as a hash; None where it cannot be stored.

        `owner` is the entity that says it, `hash_` stands for a relationship.
        """
        wrong = self._checks[type_](properties)
        if wrong is None:
            for slug in properties.get("sources") or ():
                if slug not in self._trusted:
                    self.mentions.setdefault(slug, []).append(
                        (
                            record.places.get("sources", record.place),
                            (owner, record.places.get("slug", record.place).line)
                            if hash_ is None
                            else hash_,
                        )
                    )
            floats = self._floats.get(type_)
            if floats and any(type(properties.get(name)) is int for name in floats):
                # 5 and 5.0 are the same to a reader: they have to be to the hash.
                properties = {
                    name: float(value) if name in floats and value is not None else value
                    for name, value in properties.items()
                }
            content = canonical(properties)
            # Text is stored composed: the hash is of what is stored.
            if not content.isascii():
                content = composed(content.decode()).encode()
            return content, digest_of(content)
        name, sentence = wrong
        place = record.places.get(name, record.place)
        value = properties.get(name)
        shown = value[:200] if isinstance(value, str) else ""
        self.report(
            Problem(
                place, sentence, "Fix it, or leave it out.", shown, record=_record_of(place, record)
            )
        )
        self._refused.append((owner, record.place, hash_ is None))
        return None

    def _leave_out(self, owner: str, place: Place, is_node: bool) -> None:
        """Take out all that the record at a place says of its entity, where it makes that."""
        spots = ", ".join(
            str(spot) for (file, _), spot in self._spots.items() if file == place.file
        )
        here = f"spot IN ({spots}) AND record = {place.record}"
        # An entry of YAML has no number, and all that is said of its entity stands in it.
        here = f"{here} AND line = {place.line}" if place.record else f"spot IN ({spots})"
        makes = f"SELECT count(*) FROM node WHERE id = ? AND {here}"
        if is_node or self.one(makes, owner):
            self.db.execute(f"DELETE FROM node WHERE id = ? AND {here}", (owner,))
            self.db.execute(f"DELETE FROM link WHERE start = ? AND {here}", (owner,))
        if not self.one("SELECT count(*) FROM node WHERE id = ?", owner):
            self.left_out.add(owner)

    def trust(self, slug: str) -> None:
        """A source that this load brings itself: naming it needs no check."""
        self._trusted.add(slug)

    def _at(self, place: Place) -> tuple[int, int, int, int]:
        spot = self._spots.get((place.file, place.field))
        if spot is None:
            spot = self._spots[place.file, place.field] = len(self._spot_names)
            self._spot_names.append((place.file, place.field))
        return spot, place.line, place.column, place.record

    def _flush_nodes(self) -> None:
        self.db.execute("BEGIN")
        self.many(
            "INSERT INTO node (id, type, given, digest, replaced, spot, line, col, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._nodes,
        )
        self.db.execute("COMMIT")
        self._nodes.clear()

    def _flush_links(self) -> None:
        self.db.execute("BEGIN")
        self.many(
            "INSERT INTO link (hash, type, start, end, key, given, digest, spot, line, col, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._links,
        )
        self.db.execute("COMMIT")
        self._links.clear()


def _record_of(place: Place, record: Record) -> Place | None:
    """Where the record begins that goes with a problem at a place of YAML."""
    return None if place.record else record.place


def _floats(declared: Iterable[Property]) -> frozenset[str]:
    return frozenset(prop.name for prop in declared if prop.kind is Kind.FLOAT)
