"""What was made of requests, kept up to so many bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

_SHARE = 4
"""Nothing that takes more than this part of the room is kept: it would push out all else."""


class Kept:
    """A mapping that forgets what was used longest ago, once all takes more than `most` bytes.

    An entry may be made of others, its `parents`: these are used with it, so that none goes
    before it, and what is counted is what is held. Threads may share one.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[Hashable, tuple[Any, int, tuple[Hashable, ...]]] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: Hashable) -> Any:
        """What is kept under a key, or None."""
        with self._lock:
            entry = self._items.get(key)
            if entry is None:
                self.misses += 1
                return None
            self._used(key, entry[2])
            return entry[0]

    def put(self, key: Hashable, value: Any, size: int, parents: tuple[Hashable, ...] = ()) -> None:
        """Keep a value of so many bytes, unless it or one of its parents is too large."""
        with self._lock:
            self._drop(key)
            if size * _SHARE > self._most or any(parent not in self._items for parent in parents):
                return
            self._items[key] = (value, size, parents)
            self.bytes += size
            self._used(key, parents)
            while self.bytes > self._most:
                self._drop(next(iter(self._items)))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._items.clear()
            self.bytes = 0

    def _used(self, key: Hashable, parents: tuple[Hashable, ...]) -> None:
        self._items.move_to_end(key)
        for parent in parents:
            if parent in self._items:
                self._items.move_to_end(parent)

    def _drop(self, key: Hashable) -> None:
        entry = self._items.pop(key, None)
        if entry is not None:
            self.bytes -= entry[1]
