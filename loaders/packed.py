"""The bytes of a file by what they are, not by its name: plain, packed with gzip, or in a ZIP."""

import atexit
import gzip
import shutil
import tempfile
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from loaders.problems import UnreadableFile

_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_BYTES = 8 * 2**30
"""What a ZIP may hold unpacked."""
UNPACKING = (EOFError, zlib.error, gzip.BadGzipFile)
"""What reading raises where a packed file is not whole."""


def open_bytes(file: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it is gzip."""
    if _magic(file).startswith(_GZIP):
        return cast(IO[bytes], gzip.open(file, "rb"))
    return file.open("rb")


def is_workbook(file: Path) -> bool:
    """Whether it is a workbook: Excel's or OpenDocument's."""
    magic = _magic(file)
    if magic.startswith(_OLE):
        return True
    return magic.startswith(_ZIP) and bool(_WORKBOOK & set(_names(file)))


_WORKBOOK = {"[Content_Types].xml", "mimetype"}


def unzipped(file: Path) -> list[Path] | None:
    """The files in a ZIP, unpacked into a folder that ends with the process; None: it is none."""
    magic = _magic(file)
    if not magic.startswith(_ZIP) or is_workbook(file):
        return None
    return list(_unpacked(file))


@lru_cache(maxsize=64)
def _unpacked(file: Path) -> tuple[Path, ...]:
    folder = Path(tempfile.mkdtemp(prefix="rolegraph-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    files: list[Path] = []
    try:
        with zipfile.ZipFile(file) as packed:
            inside = [one for one in packed.infolist() if not _is_clutter(one)]
            if sum(one.file_size for one in inside) > _MOST_BYTES:
                raise UnreadableFile(f"{file.name} holds more than 8 GB.", "Unpack what is needed.")
            for one in inside:
                # Its name alone: folders in a ZIP say nothing, and may lead elsewhere.
                target = folder / Path(one.filename).name
                if target.exists():
                    raise UnreadableFile(
                        f"{file.name} has two files named {target.name}.", "Unpack the right one."
                    )
                with packed.open(one) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
                files.append(target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *UNPACKING) as error:
        raise UnreadableFile(
            f"{file.name} cannot be unpacked: {error}.", "Fetch it again, or unpack it yourself."
        ) from error
    if not files:
        raise UnreadableFile(f"{file.name} is a ZIP with no file in it.", "Fetch it again.")
    return tuple(sorted(files))


def _is_clutter(one: zipfile.ZipInfo) -> bool:
    name = Path(one.filename).name
    return one.is_dir() or name.startswith(".") or one.filename.startswith("__MACOSX/")


def _names(file: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as packed:
            return packed.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(
            f"{file.name} cannot be unpacked to its end: it is half a download.", "Fetch it again."
        ) from error


def _magic(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(4)
