"""`rolegraph doctor`: looks at all that the service needs, and says what to do about what is wrong.

Takes settings; gives one finding after another. Changes nothing and starts nothing.
"""

import os
import time
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from pathlib import Path

from graph.database.artifacts import java, java_major
from graph.database.embedded import EmbeddedDatabase, embedded
from graph.database.session import Database
from graph.errors import DatabaseError, RolegraphError
from graph.mapping.storage import schema_names
from graph.schema import MODEL
from graph.settings import Settings
from loaders import history
from loaders.preparation import check_format

_CLOCKS_APART_S = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says what to do where it is not well."""

    what: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'wrong' if self.remedy else 'well':<6} {self.what:<9} {self.text}"
        return f"{line}\n{'':<17}{self.remedy}" if self.remedy else line


def on_this_machine(settings: Settings) -> Generator[Finding]:
    """What can be seen without a database."""
    where = settings.neo4j.uri if settings.neo4j else f"embedded, in {settings.home}"
    yield Finding("settings", f"All can be read. Neo4j: {where}.")
    if settings.neo4j:
        return
    yield _java()
    yield _folder(settings.home)
    yield _disk(embedded(settings))


def _java() -> Finding:
    try:
        executable = java()
    except RolegraphError as error:
        return Finding("java", error.message, error.remedy)
    return Finding("java", f"Java {java_major(executable)}, {executable}.")


def _folder(home: Path) -> Finding:
    folder = home
    while not folder.exists():
        folder = folder.parent
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Finding("folder", f"{home} can be written.")
    return Finding(
        "folder", f"{home} cannot be written.", "Set ROLEGRAPH_HOME to a folder that can."
    )


def _disk(server: EmbeddedDatabase) -> Finding:
    if missing := server.missing_room():
        remedy = "Make room there, or set ROLEGRAPH_HOME to another disk."
        return Finding("disk", missing, remedy)
    return Finding("disk", f"{server.free_bytes() // 1_000_000:,} MB are free.")


async def in_the_database(database: Database) -> AsyncGenerator[Finding]:
    """What the database says; no more where it says nothing."""
    try:
        [[now]] = await database.rows("RETURN datetime().epochMillis / 1000.0")
        yield Finding("database", "It answers.")
        yield _clock(now - time.time())
        yield await _format(database)
        yield await _indexes(database)
        yield await _last_load(database)
    except DatabaseError as error:
        yield Finding("database", error.message, error.remedy or "Look at its log.")


def _clock(ahead_s: float) -> Finding:
    if abs(ahead_s) < _CLOCKS_APART_S:
        return Finding("clock", "The database's and ours say the same.")
    return Finding(
        "clock",
        f"The database's is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} ours.",
        "Set both by the same time server; the times of loads are the database's.",
    )


async def _format(database: Database) -> Finding:
    try:
        await check_format(database)
    except RolegraphError as error:
        return Finding("format", error.message, error.remedy)
    return Finding("format", "The graph is stored as this version stores it.")


async def _indexes(database: Database) -> Finding:
    rows = await database.rows("SHOW INDEXES YIELD name, state RETURN name, state")
    missing = schema_names(MODEL) - {name for name, state in rows if state == "ONLINE"}
    if not missing:
        return Finding("indexes", f"All {len(schema_names(MODEL))} are there.")
    return Finding(
        "indexes",
        f"{len(missing)} are missing or not ready, such as {min(missing)}.",
        "Run `rolegraph serve`, or any load: both make what is missing.",
    )


async def _last_load(database: Database) -> Finding:
    runs = await history.runs(database, 1)
    if not runs:
        return Finding("load", "Nothing has been loaded.", "Run `rolegraph load seed`.")
    return Finding("load", f"The last was {runs[0]['source']}, at {runs[0]['at'][:19]}.")
