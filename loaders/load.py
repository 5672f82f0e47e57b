"""A load from start to end: read, check, compare, stage, show, report."""

import asyncio
import hashlib
import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from graph.cypher import escape
from graph.database.session import Database, Transaction
from graph.errors import DatabaseBusy, DatabaseError, LoadError
from graph.mapping.model import GraphModel
from graph.mapping.storage import FORMAT, schema_names, schema_statements
from loaders import history
from loaders.check import check
from loaders.difference import Change, Difference, compare
from loaders.held import read_held
from loaders.identity import identify
from loaders.lease import Lease
from loaders.problems import NO_PROBLEMS, Problem, SourceRejected, Tolerance
from loaders.records import Record, Records
from loaders.release import show
from loaders.source import Files, Source
from loaders.sources.seed import NAME as SEED
from loaders.sources.seed import read_seed
from loaders.stage import Stage, unstage
from loaders.stored import Shapes
from loaders.withheld import settle
from loaders.workspace import Workspace

REVISION = "1"
"""Changes when the same files come to be stored in another way."""
_BREATH = 2_000
"""Records between two chances for the lease to be renewed."""
_MANY = 500
"""From so many nodes and codes that come or go, Neo4j's plans are for another graph.

The seed's first load is one: what was asked in the moments after it would go on to scan.
"""
_LOG = logging.getLogger("rolegraph.load")


class Progress(Protocol):
    """Who is told how far a load is."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins; `total` things are to be done where that is known."""
        ...

    def advance(self, count: int) -> None:
        """So many more are done."""
        ...


class _Silent:
    def stage(self, name: str, total: int | None) -> None: ...

    def advance(self, count: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be loaded: records of one source, read only once."""

    source: str
    records: Iterable[Record]
    problems: list[Problem] = field(default_factory=list[Problem])
    """Filled while the records are read."""
    curated: bool = False
    own_source: str = ""
    """The slug of the Source that all statements rest on, brought by the records."""
    files: tuple[str, ...] = ()
    files_digest: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did, or would do."""

    difference: Difference
    version: str | None
    seconds: float
    read: int
    problems: tuple[Problem, ...] = ()
    dry: bool = False
    skipped: bool = False
    """Whether the same files had been loaded last, so that nothing had to be compared."""

    @property
    def outdates_plans(self) -> bool:
        """Whether Neo4j's plans are for a graph of another size, so that it forgets them."""
        moved = self.difference.nodes + self.difference.identifiers
        return self.version is not None and moved.added + moved.retired >= _MANY

    @property
    def written(self) -> int:
        total = self.difference.nodes + self.difference.relationships + self.difference.identifiers
        return total.added + total.changed + total.retired

    @property
    def rows_per_s(self) -> int:
        return round(self.read / self.seconds) if self.seconds else 0

    def lines(self, *, examples: bool = False) -> list[str]:
        """The report as text."""
        found = self.difference
        if self.skipped:
            return [
                f"{found.source}: these files were loaded last and nothing has changed since;"
                f" nothing was written ({self.seconds:.1f} s). --full compares all the same."
            ]
        lines = [f"{found.source}: {self.read:,} records read, {self.rows_per_s:,} a second."]
        for name, change in found.by_type.items():
            if change.is_empty and not examples:
                continue
            lines.append(f"  {name}: {_numbers(change)}")
            if examples:
                for what, some in change.examples.items():
                    if some:
                        lines.append(f"      {what}: {', '.join(some)}")
        for what, change in (
            ("nodes", found.nodes),
            ("relationships", found.relationships),
            ("identifiers", found.identifiers),
        ):
            lines.append(f"{what}: {_numbers(change)}")
        if self.problems:
            lines.append(f"left out: {len(self.problems):,} with problems")
            lines += [f"  {count:,} x {text}" for text, count in reasons(self.problems)]
        if self.dry:
            lines.append(
                f"This is what a load would do; nothing was written ({self.seconds:.1f} s)."
            )
        elif self.version is None:
            lines.append(
                f"The graph says all of it already; nothing was written ({self.seconds:.1f} s)."
            )
        else:
            lines.append(f"Data version {self.version}, written in {self.seconds:.1f} s.")
        return lines


def _numbers(change: Change) -> str:
    return (
        f"{change.added:,} added, {change.changed:,} changed,"
        f" {change.retired:,} retired, {change.unchanged:,} unchanged"
    )


def reasons(problems: Iterable[Problem], most: int = 10) -> list[tuple[str, int]]:
    """The kinds of problems and how many there are of each, without what differs."""
    counts: Counter[str] = Counter()
    for found in problems:
        words = [word for word in found.message.split() if not word.startswith(("'", '"'))]
        counts[" ".join(words)] += 1
    return counts.most_common(most)


def given_records(records: Records) -> Given:
    """Records in memory, to be loaded."""
    return Given(records.source, records, curated=records.source == SEED)


def open_source(source: Source, files: Files) -> Given:
    """The records of a source's files, to be read when they are loaded."""
    problems: list[Problem] = []
    names = tuple(file.name for file in files)
    own = "" if source.curated else f"register-{source.name}"
    return Given(
        source.name,
        source.read(files, problems.append),
        problems,
        source.curated,
        own,
        names,
        _digest_of(source, files),
    )


def _digest_of(source: Source, files: Files) -> str:
    found = hashlib.sha256(f"{REVISION}\0{source.definition}\0".encode())
    for file in files:
        found.update(file.name.encode() + b"\0")
        with file.open("rb") as stream:
            while piece := stream.read(1 << 20):
                found.update(piece)
    return found.hexdigest()


def read_and_check(folder: Path, model: GraphModel) -> Records:
    """The seed's records; raise SourceRejected with every problem found."""
    records, problems = read_seed(folder, model)
    with Workspace(model, records.source) as space:
        for record in records:
            space.add(record)
        space.finish()
        check(space)
        problems += space.problems
    if problems:
        raise SourceRejected(problems)
    return records


async def check_alone(given: Given, model: GraphModel) -> tuple[int, list[Problem]]:
    """Every problem that shows without a database, and how many records were read."""
    with Workspace(model, given.source) as space:
        await _read(space, given, _Silent())
        check(space)
        return space.read, given.problems + space.problems


async def prepare(database: Database, model: GraphModel) -> None:
    """Make the constraints and indexes that loads and queries rely on, where one is missing.

    Raises LoadError where the graph is stored in another way than this version stores it.
    """
    await _check_format(database)

    async def make(transaction: Transaction) -> None:
        for statement in schema_statements(model):
            await transaction.run(statement)

    there = await database.rows(
        "SHOW INDEXES YIELD name, state, owningConstraint RETURN name, state, owningConstraint"
    )
    # A constraint whose making was cut off, by a full disk say, leaves an index with its name.
    broken = [name for name, _, owner in there if name.endswith("_unique") and owner is None]
    for name in broken:
        await database.run(f"DROP INDEX {escape.name(name)}")
    if not broken and schema_names(model) <= {
        name for name, state, _ in there if state == "ONLINE"
    }:
        return
    await database.write(make)
    await database.run("CALL db.awaitIndexes(60)")


async def plan_anew(database: Database) -> None:
    """Have Neo4j sample its indexes, and forget the plans that it has made.

    By itself it looks at a plan again only when something else was committed, and its indexes
    are sampled some time after a load: what scans an index of a few codes would go on to
    scan 17,000, until the next load. A load is whole without it, so it does not fail with it.
    """
    try:
        await database.run("CALL db.prepareForReplanning(60)")
    except DatabaseError as error:
        _LOG.warning(
            "Neo4j keeps the plans of before this load, and answers may be slow: %s"
            " Run CALL db.prepareForReplanning(60) there, or start it anew.",
            error,
        )


async def _check_format(database: Database) -> None:
    for (found,) in await database.rows("MATCH (v:DataVersion) RETURN coalesce(v.format, 1)"):
        if found != FORMAT:
            raise LoadError(
                f"The graph is stored in format {found}, and this version of Rolegraph reads and"
                f" writes format {FORMAT}.",
                "Load all sources again into an empty database. The embedded one: `rolegraph db"
                " stop`, then remove the folder that `rolegraph db path` names.",
            )


async def load(
    database: Database,
    model: GraphModel,
    given: Given | Records,
    progress: Progress | None = None,
    *,
    order: Mapping[str, int] | None = None,
    tolerance: Tolerance = NO_PROBLEMS,
    dry: bool = False,
    full: bool = True,
) -> Report:
    """Bring the graph to what the records say.

    `order` says whose value is shown, the lowest first. `full` compares also where
    the same files were loaded last. Raises SourceRejected where more is wrong than
    `tolerance` allows, AlreadyLoading where another load is going on.
    """
    if isinstance(given, Records):
        given = given_records(given)
    started = time.perf_counter()
    told = progress or _Silent()
    ranks = {SEED: 0, **(order or {})}
    if dry:
        await _check_format(database)
        return await _compare(database, model, given, told, ranks, tolerance, started)
    await prepare(database, model)
    async with Lease(database, given.source) as lease:
        # A load that was killed when it had shown all may have left its mark.
        await unstage(database)
        if not full and await history.is_loaded(database, given.source, given.files_digest):
            nothing = Difference(given.source, {}, frozenset())
            seconds = time.perf_counter() - started
            return Report(nothing, None, seconds, 0, skipped=True)
        report = await _compare(
            database, model, given, told, ranks, tolerance, started, lease=lease
        )
        await history.record(database, _run_of(report, given))
        if report.difference.touches_others:
            await history.refresh(database, given.source)
        if report.outdates_plans:
            await plan_anew(database)
        return report


async def _compare(
    database: Database,
    model: GraphModel,
    given: Given,
    told: Progress,
    order: Mapping[str, int],
    tolerance: Tolerance,
    started: float,
    lease: Lease | None = None,
) -> Report:
    with Workspace(model, given.source) as space:
        await _read(space, given, told)
        told.stage("compare", None)
        await read_held(database, space)
        identify(space, curated=given.curated)
        check(space)
        problems = [*given.problems, *space.problems]
        if not tolerance.allows(len(set(problems)), space.read):
            raise SourceRejected(problems, tolerance)
        settle(space, order)
        found = compare(space)
        version = None
        if lease and not found.is_empty:
            version = uuid.uuid4().hex[:12]
            await _write(database, space, lease, order, version, found, told)
        return Report(
            found,
            version,
            time.perf_counter() - started,
            space.read,
            tuple(sorted(set(problems))),
            dry=lease is None,
        )


async def _read(space: Workspace, given: Given, told: Progress) -> None:
    told.stage("read", None)
    if given.own_source:
        space.trust(given.own_source)
    for at, record in enumerate(given.records, 1):
        space.add(record)
        if at % _BREATH == 0:
            told.advance(_BREATH)
            await asyncio.sleep(0)
    space.finish()


async def _write(
    database: Database,
    space: Workspace,
    lease: Lease,
    order: Mapping[str, int],
    version: str,
    found: Difference,
    told: Progress,
) -> None:
    shapes = Shapes(space.model, order)
    total = found.nodes + found.relationships + found.identifiers
    told.stage("write", total.added + total.changed + total.retired)
    await Stage(database, space, shapes, lease, told.advance).run()
    told.stage("show", None)
    try:
        await show(database, space, shapes, lease, version, told.advance)
    except DatabaseBusy as error:
        raise DatabaseBusy(
            "The last step changes more of what readers see than one transaction of Neo4j holds.",
            "Nothing of it is shown. Raise db.memory.transaction.max (and the heap with it), then"
            " load again: what was staged is kept.",
        ) from error
    await unstage(database)


def _run_of(report: Report, given: Given) -> dict[str, Any]:
    total = (
        report.difference.nodes + report.difference.relationships + report.difference.identifiers
    )
    return {
        "source": given.source,
        "version": report.version,
        "files": list(given.files),
        "filesDigest": given.files_digest,
        "read": report.read,
        "written": report.written,
        "added": total.added,
        "changed": total.changed,
        "retired": total.retired,
        "unchanged": total.unchanged,
        "rejected": len(report.problems),
        "reasons": [f"{count} x {text}" for text, count in reasons(report.problems)],
        "seconds": round(report.seconds, 3),
        "rowsPerSecond": report.rows_per_s,
    }
