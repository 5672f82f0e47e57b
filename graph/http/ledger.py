"""Numbers by name in memory that several processes may share, within bounds."""

import fcntl
import mmap
import os
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

_PLACES, _GROUP = 32_768, 8
_BYTES = 16
"""Of a place: what tells a name from others, and its number."""


class Ledger:
    """A number a name, 0 at first; processes that open the same file have the same numbers.

    Of some 32,000 names. Where they are more, the smallest number of a few is forgotten.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = -1
        if file:
            self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
            weakref.finalize(self, os.close, self._file)
            os.truncate(self._file, _PLACES * _BYTES)
        memory = mmap.mmap(self._file, _PLACES * _BYTES)
        self._names = memoryview(memory).cast("Q")
        self._numbers = memoryview(memory).cast("d")

    @contextmanager
    def alone(self) -> Generator[None]:
        """While no other process reads or writes."""
        if self._file < 0:
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def __getitem__(self, name: str) -> float:
        code, group = _place(name)
        return next((self._numbers[at + 1] for at in group if self._names[at] == code), 0.0)

    def __setitem__(self, name: str, number: float) -> None:
        code, group = _place(name)
        numbers = self._numbers
        own = next((at for at in group if self._names[at] == code), None)
        at = min(group, key=lambda at: numbers[at + 1]) if own is None else own
        self._names[at], numbers[at + 1] = code, number


def _place(name: str) -> tuple[int, range]:
    """What tells a name from others, and the places it may have."""
    code = int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) | 1  # none is 0
    first = (code >> 1) % (_PLACES // _GROUP) * _GROUP * 2
    return code, range(first, first + _GROUP * 2, 2)
