"""A load from start to end: read, check, compare, stage, show, report."""

import asyncio
import math
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from graph.database.session import Database
from graph.errors import DatabaseBusy
from graph.mapping.model import GraphModel
from loaders import history
from loaders.check import check
from loaders.dataset import Dataset, dataset_of
from loaders.difference import Difference, compare
from loaders.held import read_held
from loaders.identity import identify
from loaders.lease import Lease
from loaders.ownership import note_disowned
from loaders.precedence import (
    DECLARED,
    LoadedSource,
    order_of,
    refuse_taken,
    remember,
    remembered,
    sequence,
)
from loaders.preparation import check_format, plan_anew, prepare
from loaders.problems import (
    NO_PROBLEMS,
    Problem,
    RetiresTooMuch,
    SourceRejected,
    Tolerance,
    count_left_out,
)
from loaders.records import Records
from loaders.release import show
from loaders.remember import bring_up_to_date, preview
from loaders.renewal import plan_renewal
from loaders.report import Report, run_of
from loaders.sources.seed import read_seed
from loaders.stage import Stage, unstage
from loaders.stored import Shapes
from loaders.withheld import settle
from loaders.workspace import Workspace

_BREATH = 2_000
"""Records between two chances for the lease to be renewed."""
_RETIRED_UNASKED = (20, 10.0)
"""A load that retires more than this many things, and more than this percentage, is asked about."""
_NODE_BYTES, _LINK_BYTES = 5_000, 3_600
"""What one takes of the memory of the transaction that shows it, with entries of indexes."""
_OF_HEAP = 0.7
"""The part of the heap that one transaction may take."""


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


Confirm = Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a load may do."""

    tolerance: Tolerance = NO_PROBLEMS
    """How many records and references may be left out."""
    retire: Tolerance = NO_PROBLEMS
    """How much may be retired, where that is more than few."""
    confirm: Confirm | None = None
    """Asks whether so much may be retired."""
    take_over: bool = False
    """Whether the source may have a name that another one has in the graph."""


def read_and_check(folder: Path, model: GraphModel) -> Records:
    """The seed's records; raise SourceRejected with every problem found."""
    records, problems = read_seed(folder, model)
    with Workspace(model, records.source) as space:
        space.left_out |= records.left_out
        for record in records:
            space.add(record)
        space.finish()
        check(space)
        problems += space.problems
    if problems:
        raise SourceRejected(problems)
    return records


async def check_alone(dataset: Dataset, model: GraphModel) -> tuple[int, list[Problem]]:
    """Every problem that shows without a database, and how many records were read."""
    with Workspace(model, dataset.source) as space:
        await _read(space, dataset, _Silent())
        check(space)
        return space.read, dataset.problems + space.problems


async def load(
    database: Database,
    model: GraphModel,
    dataset: Dataset | Records,
    progress: Progress | None = None,
    *,
    rules: Rules | None = None,
    dry: bool = False,
    full: bool = True,
) -> Report:
    """Bring the graph to what the records say.

    `full` compares also where the same files were loaded last. Raises SourceRejected where
    more has to be left out than the rules tolerate, RetiresTooMuch where more would be retired
    than they allow, AlreadyLoading where another load is going on.
    """
    if isinstance(dataset, Records):
        dataset = dataset_of(dataset)
    rules = rules or Rules()
    started = time.perf_counter()
    progress = progress or _Silent()
    if dry:
        await check_format(database)
        if sentences := await preview(database, model):
            seconds = time.perf_counter() - started
            nothing = Difference(dataset.source, {}, frozenset())
            return Report(nothing, None, seconds, 0, dry=True, remodelled=sentences)
        return await _Load(database, model, dataset, progress, rules, started).run(None)
    await prepare(database, model)
    async with Lease(database, dataset.source) as lease:
        # A load that was killed when it had shown all may have left its mark.
        await unstage(database)
        remodelled = await bring_up_to_date(database, model, lease)
        if not full and await _is_loaded(database, dataset, rules):
            nothing = Difference(dataset.source, {}, frozenset())
            seconds = time.perf_counter() - started
            return Report(nothing, None, seconds, 0, skipped=True)
        report = await _Load(database, model, dataset, progress, rules, started).run(lease)
        report = replace(report, remodelled=remodelled)
        await history.record(database, run_of(report, dataset))
        if report.outdates_plans:
            await plan_anew(database)
        return report


async def _is_loaded(database: Database, dataset: Dataset, rules: Rules) -> bool:
    """Whether there is nothing to do: the same files, and no more left out than is tolerated."""
    last = await history.last_of(database, dataset.source, dataset.files_digest)
    if last is None or not rules.tolerance.allows(last.left_out, last.read):
        return False
    known = await remembered(database)
    own = known.get(dataset.source)
    return (
        own is not None
        and (own.order, own.owner) == (DECLARED.get(own.name, dataset.order), dataset.owner)
        and _stored_sequence(known) == sequence(order_of(known), known)
    )


def _stored_sequence(known: Mapping[str, LoadedSource]) -> list[str]:
    """The sources in the order that the graph was written with."""
    return sequence({name: source.order for name, source in known.items()}, known)


class _Load:
    """One load: what it reads, how it compares, and what it writes."""

    def __init__(
        self,
        database: Database,
        model: GraphModel,
        dataset: Dataset,
        progress: Progress,
        rules: Rules,
        started: float,
    ) -> None:
        self._database = database
        self._model = model
        self._dataset = dataset
        self._progress = progress
        self._rules = rules
        self._started = started

    async def run(self, lease: Lease | None) -> Report:
        """Do it; without a lease only say what would be done."""
        dataset = self._dataset
        known = await remembered(self._database)
        own = LoadedSource(
            dataset.source, DECLARED.get(dataset.source, dataset.order), dataset.owner
        )
        if not self._rules.take_over:
            refuse_taken(known, own)
        order = order_of(known, own)
        with Workspace(self._model, dataset.source) as space:
            await _read(space, dataset, self._progress)
            shapes = Shapes(self._model, order)
            is_reordered = _stored_sequence(known) != sequence(order, known)
            await self._compare(space, shapes, order, is_reordered=is_reordered)
            problems = self._tolerated(space)
            settle(space, order)
            difference = compare(space)
            stops = await self._may_retire(difference, ask=lease is not None)
            version = None
            if lease and not difference.is_empty:
                version = uuid.uuid4().hex[:12]
                is_wide = difference.touches_others or difference.renewed
                others = await history.others(self._database, dataset.source) if is_wide else {}
                await self._write(space, lease, shapes, version, difference)
                await history.refresh(self._database, others)
            if lease:
                await remember(self._database, [own, *known.values()], order)
            seconds = time.perf_counter() - self._started
            return Report(
                difference, version, seconds, space.read, problems, dry=lease is None, stops=stops
            )

    async def _compare(
        self, space: Workspace, shapes: Shapes, order: Mapping[str, int], *, is_reordered: bool
    ) -> None:
        self._progress.stage("compare", None)
        await read_held(self._database, space, all_claims=is_reordered)
        if is_reordered:
            await plan_renewal(self._database, space, shapes)
        await note_disowned(self._database, space, shapes)
        identify(space, curated=self._dataset.curated)
        check(space)

    def _tolerated(self, space: Workspace) -> tuple[Problem, ...]:
        """The problems; raise SourceRejected where they are more than is tolerated."""
        problems = tuple(sorted({*self._dataset.problems, *space.problems}))
        tolerance = self._rules.tolerance
        if not tolerance.allows(count_left_out(problems), space.read):
            raise SourceRejected(problems, tolerance)
        return problems

    async def _may_retire(self, difference: Difference, *, ask: bool) -> str:
        """Raise RetiresTooMuch where nobody said that so much may be retired; else say so."""
        few, percent = _RETIRED_UNASKED
        many = [
            (name, count, of)
            for name, count, of in difference.retirements()
            if count > few and count * 100 > of * percent
            and not self._rules.retire.allows(count, of)
        ]  # fmt: skip
        if not many:
            return ""
        most = max(count for _, count, _ in many)
        what = ", ".join(f"{count:,} of its {of:,} {name}" for name, count, of in many)
        error = RetiresTooMuch(
            f"{self._dataset.source} would retire {what}.",
            "Are the files whole, and are they this source's? If so, say"
            f" `--retire {most}`, or a percentage.",
        )
        if not ask:
            return str(error)
        if not (self._rules.confirm and await self._rules.confirm(str(error))):
            raise error
        return ""

    async def _write(
        self, space: Workspace, lease: Lease, shapes: Shapes, version: str, difference: Difference
    ) -> None:
        progress = self._progress
        total = difference.nodes + difference.relationships + difference.identifiers
        progress.stage("write", total.added + total.changed + total.retired)
        await Stage(self._database, space, shapes, lease, progress.advance).run()
        progress.stage("show", None)
        try:
            await show(self._database, space, shapes, lease, version, progress.advance)
        except DatabaseBusy as error:
            raise await self._too_large(space) from error
        await unstage(self._database)

    async def _too_large(self, space: Workspace) -> DatabaseBusy:
        """What to say where the last transaction does not fit, with a heap that would do."""
        nodes, links = (
            space.one(f"SELECT count(*) FROM {table} WHERE state IN ({states})")
            for table, states in (("node", "'new'"), ("link", "'added', 'changed'"))
        )
        rows = await self._database.rows(
            "SHOW SETTINGS 'db.memory.transaction.max' YIELD value RETURN value"
        )
        now_mb = _megabytes(str(rows[0][0])) if rows else 0
        need_mb = max((nodes * _NODE_BYTES + links * _LINK_BYTES) / 2**20, now_mb * 1.25)
        heap_mb = math.ceil(need_mb / _OF_HEAP / 256) * 256
        return DatabaseBusy(
            f"The last step shows {nodes:,} new entities and {links:,} new relationships of known"
            f" ones: more than one transaction of Neo4j holds in {now_mb:,} MB.",
            f"Nothing of it is shown. ROLEGRAPH_HEAP={heap_mb}m would do; in a Neo4j of your own"
            f" set db.memory.transaction.max to {math.ceil(need_mb)}m. Stop it, start it with"
            " that, and load again: what was staged is kept.",
        )


def _megabytes(text: str) -> int:
    """`360.00MiB` -> 360."""
    match = re.fullmatch(r"([0-9.]+)(B|KiB|MiB|GiB)", text)
    units = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
    return int(float(match[1]) * units[match[2]]) >> 20 if match else 0


async def _read(space: Workspace, dataset: Dataset, progress: Progress) -> None:
    progress.stage("read", None)
    space.left_out |= dataset.left_out
    if dataset.own_source:
        space.trust(dataset.own_source)
    for at, record in enumerate(dataset.records, 1):
        space.add(record)
        if at % _BREATH == 0:
            progress.advance(_BREATH)
            await asyncio.sleep(0)
    # What a reader refuses never gets here, and was read all the same.
    space.read += count_left_out(
        problem for problem in dataset.problems if not problem.is_reference
    )
    space.finish()
