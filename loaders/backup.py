"""A backup: all of a graph in one file, taken while it is read, and put back as it was.

The file is an export with what an export leaves out, the books of loads (which version is shown,
what was loaded when, in which version each node was added and changed), compressed with gzip. Its
last line says how many lines there are and the graph's digest: what is cut off or changed is known
before anything is written, and what was put back is compared.
"""

import gzip
import json
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.database.session import Database
from graph.errors import LoadError
from graph.files import written_whole
from graph.mapping.model import GraphModel
from loaders import history
from loaders.digest import Digest, graph_digest
from loaders.export import lines, load_export, text_of
from loaders.problems import UnreadableFile

_BOOKS = ("Load", "LoadRun", "DataVersion")


@dataclass(frozen=True, slots=True)
class Backup:
    """What a file of a backup holds."""

    lines: int
    digest: str
    version: str


async def back_up(database: Database, file: Path) -> Backup:
    """Write a backup; there is a whole file afterwards, or the one that was there before.

    Raises LoadError where there is nothing to keep, where a load showed another version meanwhile,
    or where the file cannot be written.
    """
    try:
        with written_whole(file) as stream:
            async with history.one_release(database):
                with gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0) as packed:
                    backup = await _write(database, packed)
    except OSError as error:
        raise LoadError(
            f"{file} cannot be written: {error.strerror}.", "Name a file in a folder with room."
        ) from error
    return backup


async def restore(database: Database, model: GraphModel, file: Path) -> Backup:
    """Put a backup into an empty database, and compare the graph with it.

    Raises UnreadableFile where it is no whole backup, before anything is written; LoadError where
    the database is not empty, or the graph is not the same afterwards.
    """
    backup = look_into(file)
    await load_export(database, model, file)
    digest = await graph_digest(database)
    if digest != backup.digest:
        raise LoadError(
            f"The graph is not what {file.name} holds: its digest is {digest}.",
            "Restore into a new data folder again; if it stays so, use another backup.",
        )
    return backup


def look_into(file: Path) -> Backup:
    """Read all of a backup; raise UnreadableFile where it is none, or not whole."""
    count, last = 0, b""
    try:
        with gzip.open(file) as stream:
            for line in stream:
                count, last = count + 1, line
        end = json.loads(last)["end"]
        backup = Backup(end["lines"], end["digest"], end["version"])
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(
            f"{file} is no whole backup of Rolegraph: {error}.",
            "Name a file that `rolegraph backup` wrote.",
        ) from error
    if backup.lines != count - 1:
        raise UnreadableFile(
            f"{file} has {count - 1} lines, and says that it had {backup.lines}.",
            "Use another backup.",
        )
    return backup


async def _write(database: Database, stream: gzip.GzipFile) -> Backup:
    digest, count, version = Digest(), 0, ""
    async for line in _lines(database):
        digest.add(line)
        count += 1
        if line.get("book") == "DataVersion":
            version = line["said"]["version"]
        stream.write(f"{text_of(line)}\n".encode())
    if not version:
        raise LoadError("Nothing is loaded, so there is nothing to back up.", "Load something.")
    backup = Backup(count, digest.text(), version)
    end = {"lines": backup.lines, "digest": backup.digest, "version": backup.version}
    stream.write(f"{text_of({'end': end})}\n".encode())
    return backup


async def _lines(database: Database) -> AsyncIterator[dict[str, Any]]:
    """The lines of an export with versions, and the books."""
    async for line in lines(database, versions=True):
        yield {**line, "backup": True} if "rolegraph" in line else line
    for label in _BOOKS:
        async for (properties,) in database.stream(
            f"MATCH (n:{label}) WITH n ORDER BY n.sequence, n.number"
            " RETURN n {.*, at: toString(n.at)}"
        ):
            yield {"book": label, "said": properties}
