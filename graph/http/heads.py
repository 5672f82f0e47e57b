"""A head that is over its bound: nothing of it is kept but whether a person waits for a page."""

import re

_ACCEPT = re.compile(rb"\r\naccept:[ \t]*([^\r\n]*)\r\n", re.IGNORECASE)
_KEPT = 1_000
"""Bytes of what came last that are kept: the line that is looked for may come in pieces."""
_MOST = 1_000_000
"""So many bytes are looked at: more than a list has that somebody pastes into a form."""


class Beyond:
    """What comes after the bound; `fed` is what came before it."""

    def __init__(self, fed: bytes) -> None:
        self._last = fed[-_KEPT:]
        self._seen = 0
        self.accept = b""
        """What the client would rather have, once it has said so."""

    def take(self, data: bytes) -> bool:
        """Look at what arrives; whether enough is known to answer."""
        text = self._last + data
        found = _ACCEPT.search(text)
        self.accept = found[1] if found else b""
        self._last = text[-_KEPT:]
        self._seen += len(data)
        return bool(found) or b"\r\n\r\n" in text or self._seen > _MOST
