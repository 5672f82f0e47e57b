"""Files that are whole: written beside, and put in place once all of it is on the disk."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(file: Path, mode: int = 0o666) -> Generator[BinaryIO]:
    """A stream whose content replaces the file at the end; where that fails, it is as it was.

    `mode` is that of a new file, without what the process' mask takes away. What is no file, such
    as `/dev/null` or a pipe, is written to as it stands; a link is followed. Raises OSError.
    """
    file = file.resolve()
    if file.exists() and not file.is_file():
        with file.open("wb") as stream:
            yield stream
        return
    beside = file.with_name(f"{file.name}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
        _sync(file.absolute().parent)
    finally:
        beside.unlink(missing_ok=True)


def readable_name(file: Path) -> str:
    """The name of a file as text: bytes that are no UTF-8 stand as `\\xf4`."""
    return os.fsencode(file.name).decode("utf-8", "backslashreplace")


def _sync(folder: Path) -> None:
    """Have a new name on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
