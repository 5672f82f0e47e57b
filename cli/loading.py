"""The commands that load: load, check, loads, verify, export; how they show what they do."""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from cli.places import SEED
from graph.database.session import Database
from graph.errors import SettingsError
from graph.schema import MODEL
from graph.settings import Settings
from loaders import history
from loaders.dataset import Dataset, open_seed, open_source
from loaders.export import export_csv, export_jsonl, load_export
from loaders.load import Rules, check_alone, load
from loaders.matches import proposals
from loaders.problems import (
    Problem,
    SourceRejected,
    Tolerance,
    UnreadableFile,
    count_left_out,
    see_writable,
    write_csv,
)
from loaders.report import Report
from loaders.source import Source
from loaders.sources import REGISTERS
from loaders.sources.mapping import read_mapping
from loaders.verify import verify

_SHOWN = 20
_OUT = Console(highlight=False, soft_wrap=True)
_LOG_EVERY_S = 2.0


def find_source(name: str) -> Source:
    """A source by name, or the one that a mapping file describes."""
    if name.endswith((".yaml", ".yml")):
        file = Path(name)
        if not file.exists():
            raise UnreadableFile(f"There is no {file}.", "Name a mapping file that exists.")
        return read_mapping(file, MODEL)
    source = next((one for one in REGISTERS if one.name == name), None)
    if source is None:
        raise UnreadableFile(
            f"There is no source {name!r}.", "`rolegraph load --list` shows them; seed is one too."
        )
    return source


def open_dataset(arguments: argparse.Namespace, settings: Settings) -> Dataset:
    """What is to be loaded, from the files named or from the source's folder.

    Whether its problems can be written is seen first, before a load has changed anything.
    """
    if arguments.rejected:
        see_writable(arguments.rejected)
    if arguments.source == "seed":
        return open_seed(arguments.files[0] if arguments.files else SEED, MODEL)
    source = find_source(arguments.source)
    paths: Sequence[Path] = arguments.files
    if not paths and arguments.source.endswith((".yaml", ".yml")):
        paths = [Path(arguments.source).parent / source.folder]
    elif not paths:
        if settings.data is None:
            raise SettingsError(
                f"It is not said where the files of {source.name} are.",
                f"Name them, or set ROLEGRAPH_DATA to the folder that has {source.folder}/.",
            )
        paths = [settings.data / source.folder]
    files = source.find(paths)
    if files.unread:
        names = ", ".join(file.name for file in files.unread)
        print(f"{source.name} does not read {names}.", file=sys.stderr)
    return open_source(source if arguments.all else source.part, files)


def rules_of(arguments: argparse.Namespace) -> Rules:
    """What the options allow a load to do."""
    return Rules(
        _amount(arguments, "tolerate"),
        _amount(arguments, "retire"),
        confirm,
        take_over=arguments.take_over,
    )


def _amount(arguments: argparse.Namespace, option: str) -> Tolerance:
    text = getattr(arguments, option)
    try:
        return Tolerance.parse(text)
    except ValueError as error:
        raise SettingsError(
            f"--{option} is {text!r}.", "Give a number such as 25, or a percentage such as 1%."
        ) from error


async def confirm(question: str) -> bool:
    """Ask on the terminal; no where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"\n{question}\nRetire them? [y/N] ", end="", file=sys.stderr, flush=True)
    # The lease is renewed while somebody thinks.
    answer = await asyncio.to_thread(sys.stdin.readline)
    return answer.strip().lower() in ("y", "yes")


async def run_load(
    database: Database, dataset: Dataset, arguments: argparse.Namespace, settings: Settings
) -> Report:
    """Load, with progress shown, and problems written to a file."""
    if hasattr(os, "nice"):
        os.nice(10)  # queries on the same machine go before a load
    name = dataset.source
    try:
        with shown(name) as progress:
            report = await load(
                database,
                MODEL,
                dataset,
                progress,
                rules=rules_of(arguments),
                dry=arguments.dry_run,
                full=arguments.full or name == "seed",
            )
    except SourceRejected as error:
        tell_problems(error.problems, rejected_file(arguments, settings, name))
        error.is_shown = True
        raise
    if report.problems:
        tell_problems(report.problems, rejected_file(arguments, settings, name))
    return report


def rejected_file(arguments: argparse.Namespace, settings: Settings, source: str) -> Path:
    """Where all problems are written."""
    return arguments.rejected or settings.home / "rejected" / f"{source}.csv"


def tell_problems(problems: Sequence[Problem], file: Path) -> None:
    """The first problems on the terminal, all of them in a file."""
    for problem in problems[:_SHOWN]:
        print(problem, file=sys.stderr)
    write_csv(file, problems)
    more = len(problems) - _SHOWN
    if more > 0:
        print(f"... and {more:,} more.", file=sys.stderr)
    print(f"All {len(problems):,} are in {os.path.relpath(file)}.", file=sys.stderr)


def check_source(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check a source without a database."""
    dataset = open_dataset(arguments, settings)
    read, problems = asyncio.run(check_alone(dataset, MODEL))
    problems = sorted(set(problems))
    if problems:
        tell_problems(problems, rejected_file(arguments, settings, dataset.source))
    left_out = count_left_out(problems)
    if not _amount(arguments, "tolerate").allows(left_out, read):
        print(
            f"{read:,} records read; {left_out:,} records or references would be left out, with"
            f" {len(problems):,} problems. Without a database, what only the graph has counts as"
            " missing: `rolegraph load ... --dry-run` looks there too.",
            file=sys.stderr,
        )
        return 2
    left = f", {left_out:,} of them left out" if left_out else ""
    print(f"OK: {read:,} records{left}.")
    return 0


async def show_loads(database: Database) -> None:
    """The history, the latest first."""
    table = Table("when", "source", "read", "added", "changed", "retired", "unchanged", "left out",
                  "s", "rows/s", box=None)  # fmt: skip
    for run in await history.runs(database):
        names = ("read", "added", "changed", "retired", "unchanged", "rejected")
        numbers = [f"{run[name]:,}" for name in names]
        seconds = f"{run['seconds']:.1f}"
        table.add_row(run["at"][:19], run["source"], *numbers, seconds, f"{run['rowsPerSecond']:,}")
    # A file or a pipe is as wide as it has to be.
    (_OUT if _OUT.is_terminal else Console(width=200, highlight=False)).print(table)


async def run_verify(database: Database) -> int:
    """Compare; 0 where all is as loaded, else 1."""
    count = 0
    async with history.one_release(database):
        async for deviation in verify(database, MODEL):
            count += 1
            if count <= _SHOWN:
                print(deviation)
    if count:
        print(f"{count:,} things are not as they were loaded.")
        return 1
    print("The graph holds what was loaded.")
    return 0


async def show_matches(database: Database) -> None:
    """Print what may be matched, as YAML; how much it is goes to where messages go."""
    text, count = await proposals(database, MODEL)
    print(text, end="")
    print(f"Proposals for {count:,} entries of the seed.", file=sys.stderr)


async def run_export(database: Database, folder: Path, form: str) -> None:
    """Write the graph into a folder."""
    if form == "csv":
        wrote = f"{len(await export_csv(database, MODEL, folder))} tables into {folder}"
    else:
        wrote = f"{await export_jsonl(database, folder):,} lines into {folder}/graph.jsonl"
    print(f"Wrote {wrote}.")


async def run_import(database: Database, file: Path) -> None:
    """Load an export into an empty database."""
    print(f"{await load_export(database, MODEL, file):,} lines loaded.")


class _Bars:
    """Progress on a terminal."""

    def __init__(self, bar: Progress, source: str) -> None:
        self._bar = bar
        self._source = source
        self._task: TaskID | None = None

    def stage(self, name: str, total: int | None) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(f"{self._source}: {name}", total=total, rate="")

    def advance(self, count: int) -> None:
        assert self._task is not None
        self._bar.advance(self._task, count)
        speed = self._bar.tasks[-1].speed
        self._bar.update(self._task, rate=f"{speed:,.0f} rows/s" if speed else "")


class _Lines:
    """Progress as log lines, each a list of `key=value`."""

    def __init__(self, source: str) -> None:
        self._log = logging.getLogger("rolegraph.load")
        self._source = source
        self._name, self._done, self._began, self._logged_at = "", 0, time.monotonic(), 0.0
        self._total: int | None = None

    def stage(self, name: str, total: int | None) -> None:
        self._end()
        self._name, self._done, self._total = name, 0, total
        self._began = self._logged_at = time.monotonic()

    def advance(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._logged_at > _LOG_EVERY_S:
            self._logged_at = time.monotonic()
            self._end()

    def _end(self) -> None:
        if self._done:
            seconds = max(time.monotonic() - self._began, 0.001)
            total = f" total={self._total}" if self._total is not None else ""
            self._log.info(
                "source=%s stage=%s rows=%d%s rows_per_s=%d",
                self._source,
                self._name,
                self._done,
                total,
                self._done / seconds,
            )


@contextmanager
def shown(source: str) -> Generator[_Bars | _Lines]:
    """Bars on a terminal, log lines elsewhere."""
    if not _OUT.is_terminal:
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
        logging.getLogger("rolegraph.load").setLevel(logging.INFO)
        yield _Lines(source)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_OUT, transient=True) as bar:
        yield _Bars(bar, source)
