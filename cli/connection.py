"""The database that a command works on: started or named, reached, and told of on the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from graph.settings import Neo4jAddress, Settings

if TYPE_CHECKING:
    from graph.database.session import Database

T = TypeVar("T")


@contextmanager
def database_of(settings: Settings) -> Generator[Neo4jAddress]:
    """The database to use, named, and its download shown."""
    from graph.database.embedded import embedded
    from graph.database.lifecycle import address_of

    if settings.neo4j:
        say(f"Using the Neo4j at {settings.neo4j.uri}")
    else:
        starts = embedded(settings).status() is None
        say(f"Using the graph in {settings.home}" + (": starting Neo4j ..." if starts else ""))
    with download_bar() as progress, address_of(settings, progress) as address:
        yield address


@contextmanager
def download_bar() -> Generator[Callable[[int, int], None]]:
    """Progress of a download: a bar on a terminal, else a line a quarter."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    out = Console(highlight=False, soft_wrap=True)

    bar = Progress(
        TextColumn("  Neo4j's jars"), BarColumn(), DownloadColumn(), console=out, transient=True
    )
    task = bar.add_task("jars", total=None)
    shown = 0

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if out.is_terminal:
            bar.start()
            bar.update(task, completed=done, total=total)
            if done == total:
                bar.stop()
        elif done * 4 // total > shown:
            shown = done * 4 // total
            say(f"  Neo4j's jars: {done // 1_000_000} of {total // 1_000_000} MB")

    try:
        yield progress
    finally:
        if bar.live.is_started:  # a bar that never was would leave an empty line
            bar.stop()


def with_database(address: Neo4jAddress, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database, in an event loop of its own."""
    from graph.database.session import Database
    from graph.database.silence import unless_silent

    async def run() -> T:
        database = Database(address)
        try:
            return await unless_silent(database, work(database))
        finally:
            await database.close()

    return asyncio.run(run())


def say(text: str) -> None:
    """Print at once, into a pipe too."""
    print(text, flush=True)
