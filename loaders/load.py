"""A load from start to end: read, check, compare, write, report."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.database.session import Database, Transaction
from graph.mapping.model import GraphModel
from graph.mapping.storage import schema_statements
from loaders.check import check
from loaders.difference import Difference, difference, read_held
from loaders.problems import Problem, SourceRejected
from loaders.records import Records
from loaders.sources.seed import read_seed
from loaders.writer import Progress, write

Read = Callable[[], tuple[Records, list[Problem]]]


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did."""

    difference: Difference
    version: str | None
    seconds: float

    def lines(self) -> list[str]:
        """The report as text."""
        found = self.difference
        lines: list[str] = []
        for what, change in (
            ("nodes", found.nodes),
            ("relationships", found.relationships),
            ("identifiers", found.identifiers),
        ):
            lines.append(
                f"{what}: {len(change.added)} added, {len(change.changed)} changed,"
                f" {len(change.retired)} retired, {change.unchanged} unchanged"
            )
        if self.version is None:
            lines.append(
                f"The graph says all of it already; nothing was written ({self.seconds:.1f} s)."
            )
        else:
            lines.append(f"Data version {self.version}, written in {self.seconds:.1f} s.")
        return lines


def read_and_check(folder: Path, model: GraphModel) -> Records:
    """The seed's records; raise SourceRejected with every problem found."""
    records, problems = read_seed(folder, model)
    problems += check(records, model)
    if problems:
        raise SourceRejected(problems)
    return records


async def prepare(database: Database, model: GraphModel) -> None:
    """Make the constraints and indexes that loads and queries rely on, all at once."""

    async def make(transaction: Transaction) -> None:
        for statement in schema_statements(model):
            await transaction.run(statement)

    await database.write(make)
    await database.run("CALL db.awaitIndexes(60)")


async def load(
    database: Database,
    model: GraphModel,
    records: Records,
    progress: Progress | None = None,
) -> Report:
    """Bring the graph to what the records say; raise SourceRejected where they do not fit it."""
    started = time.perf_counter()
    await prepare(database, model)
    held = await read_held(database, model, records.source)
    own = {identity[1] for identity in held.nodes}
    problems = check(records, model, held.ids - own)
    if problems:
        raise SourceRejected(problems)
    found = difference(records, held, model)
    version = None if found.is_empty else uuid.uuid4().hex[:12]
    if version:
        await write(database, model, found, version, progress)
    return Report(found, version, time.perf_counter() - started)
